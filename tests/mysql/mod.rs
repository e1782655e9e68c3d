//! Raw SQL against what MariaDB answered to the same statements (`corpus/`, `golden/`; `record` writes the latter), and
//! against statements that mean no good (`hostile.sql`).

mod corpus;
mod golden;
mod hostile;
mod state;

use linecard::config::Config;
use serde_json::Value;

use crate::support::Panel;

/// The folder of this module.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mysql");

/// A panel with the rows that `record` gave to MariaDB.
fn panel() -> Panel {
    Panel::docs_with(|config: &mut Config| {
        config.control = true;
        config.seed.push(format!("{FOLDER}/rows.sql").parse().unwrap());
    })
}

/// The whole answer to a statement.
fn ask(panel: &Panel, sql: &str) -> Value {
    let body = panel.mysql_query(sql);
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}
