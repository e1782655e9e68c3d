//! Describes the calls for the pages, OpenAPI and the command line.

use std::sync::LazyLock;

use super::api::actions::{ACTIONS, Action};
use super::api::{LOGIN, Page};
use crate::dialects::operation::{Operation, Parameter};

/// The chapter of the calls.
const GROUP: &str = "Player side";

/// Returns the calls of a page.
pub fn operations(page: Page) -> &'static [Operation] {
    static ACCOUNT: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let login = login(
            "/player_api.php",
            "Returns the account of a line and the server's address.",
        );
        [login].into_iter().chain(ACTIONS.iter().map(operation)).collect()
    });
    static EVERYTHING: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        vec![login(
            "/panel_api.php",
            "Returns the account of a line, the categories and all its streams.",
        )]
    });
    match page {
        Page::Account => &ACCOUNT,
        Page::Everything => &EVERYTHING,
    }
}

fn login(path: &str, doc: &'static str) -> Operation {
    Operation::new(LOGIN, GROUP, doc, path.to_owned())
}

fn operation(action: &Action) -> Operation {
    let (name, doc) = action.parameter;
    let parameter = (!name.is_empty()).then(|| Parameter::text(name, false, doc));
    Operation {
        parameters: parameter.into_iter().collect(),
        ..Operation::new(
            action.name,
            GROUP,
            action.doc,
            format!("/player_api.php?action={}", action.name),
        )
    }
}
