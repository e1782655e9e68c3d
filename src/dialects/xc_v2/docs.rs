//! Describes the calls for the pages, OpenAPI and the command line.

use std::fmt::Write;
use std::sync::LazyLock;

use super::actions::{ACTIONS, Action, Verb};
use super::{PATH, user_data};
use crate::dialects::operation::{Operation, Parameter};

/// The text of the page before the calls.
pub const INTRODUCTION: &str = "Every call takes `action` and `sub`, and `api_pass` where the setting of that name is set. **Bold** parameters\n\
     are required. `user_data[…]` takes the columns of the table at the end.\n";

/// Returns all calls, by the names of the documented generation.
pub fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| ACTIONS.iter().map(operation).collect());
    &OPERATIONS
}

fn operation(action: &Action) -> Operation {
    let name = format!("{}/{}", action.action, action.sub);
    let path = format!("{PATH}?action={}&sub={}", action.action, action.sub);
    let parameters = action.params.iter();
    Operation {
        writes: matches!(action.verb, Verb::Write(_)),
        parameters: parameters
            .map(|(name, required, doc)| Parameter::text(name, *required, doc))
            .collect(),
        answer: "Bare JSON; `result` and `error` where something is wrong.",
        ..Operation::new(&name, action.group, action.doc, path)
    }
}

/// Returns the table of the columns that clients may write.
pub fn columns() -> String {
    let mut text = String::from("\n### Columns of user_data\n\n| column | type | sent empty |\n|---|---|---|\n");
    for (name, kind, empty) in user_data::columns() {
        let _ = writeln!(text, "| `{name}` | {kind} | {empty} |");
    }
    text
}
