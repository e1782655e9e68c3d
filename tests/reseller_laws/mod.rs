//! Laws of the Reseller API over HTTP: whose things a caller sees and changes, where each hundredth of a credit goes, and
//! that a call which is repeated, tried or killed is done once or not at all.

mod access;
mod dry_run;
#[cfg(unix)]
mod killed;
mod ledger;
mod notes;
mod prices;
mod races;
mod repeats;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Client, Panel, block_on};

/// The page of the documents' access code.
const PAGE: &str = "/access/reseller/index.php";

/// Price of package 1 of the documents, in hundredths.
const PRICE: i64 = 500;

/// What creates one of each kind, beside `request_id`; each costs [`PRICE`] once the group asks as much for a sub-reseller.
const CREATES: [(&str, &str); 5] = [
    ("create_line", "package=1"),
    ("create_mag", "package=1&mac=00:1A:79:0D:00:01"),
    ("create_enigma", "package=1&mac=00:1A:79:0E:00:01"),
    ("create_activecode", "package=1"),
    ("create_user", ""),
];

/// A reseller that calls on a connection of its own.
struct Reseller {
    client: Client,
    key: String,
}

impl Reseller {
    fn new(host: &str, key: &str) -> Reseller {
        Reseller {
            client: Client::new(host),
            key: key.into(),
        }
    }

    /// The documents' reseller, account 88.
    fn documented(panel: &Panel) -> Reseller {
        Reseller::new(panel.host(), "RESELLER_KEY")
    }

    /// Calls an action and returns the body. `params` is form text.
    fn call(&mut self, action: &str, params: &str) -> String {
        let answer = self.client.post(PAGE, &form(&self.key, action, params));
        assert_eq!(answer.status, 200, "{action} {params}: {answer:?}");
        answer.text()
    }
}

fn form(key: &str, action: &str, params: &str) -> String {
    format!("api_key={key}&action={action}&{params}")
}

fn json(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// The word of an answer without `STATUS_`.
fn status(answer: &str) -> String {
    let json = json(answer);
    json["status"]
        .as_str()
        .unwrap()
        .trim_start_matches("STATUS_")
        .to_owned()
}

/// Runs statements on a panel's own database.
fn plant(panel: &Panel, sql: impl Into<String>) {
    let sql = sql.into();
    let run = move |db: &Connection| Ok::<_, linecard::store::StoreError>(db.execute_batch(&sql)?);
    block_on(panel.inner().store().write(run)).unwrap();
}

/// Makes a sub-reseller of the documents' reseller cost as much as anything else.
const SUBRESELLERS_HAVE_A_PRICE: &str = "UPDATE users_groups SET create_sub_resellers_price = 500 WHERE group_id = 3";
