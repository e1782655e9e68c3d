//! Describes the calls for the pages, OpenAPI and the command line.

use std::sync::LazyLock;

use super::api::actions::{ACTIONS, Action};
use super::api::{LOGIN, Page};
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails, Parameter, ValueForm};

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
    let parameters = action.parameters.iter();
    Operation {
        parameters: parameters.map(|(name, doc)| Parameter::text(*name, false, *doc)).collect(),
        ..Operation::new(
            action.name,
            GROUP,
            action.doc,
            format!("/player_api.php?action={}", action.name),
        )
    }
}

/// Describes the credentials that every call takes.
pub fn details(_: &Operation) -> OperationDetails {
    let text = |name, doc, example: &'static str| Parameter::text(name, true, doc).of(ValueForm::Text, example);
    OperationDetails {
        query: vec![
            text("username", "The username of the line.", "customer4521"),
            text("password", "The password of the line.", "securepass"),
        ],
        success: None,
    }
}

/// Describes callers and failures: a wrong login is an answer as any other (contract "Player side", section 3).
pub fn common_details() -> DialectDetails {
    DialectDetails {
        is_open: true,
        refusals: vec![
            (403, "The address is blocked on the panel."),
            (503, "The panel is busy and nothing was done."),
        ],
        ..DialectDetails::default()
    }
}
