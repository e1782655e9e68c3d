//! Describes the calls for the pages, OpenAPI and the command line.

use std::fmt::Write;
use std::sync::LazyLock;

use serde_json::json;

use super::actions::{ACTIONS, Action, Verb};
use super::{PATH, user_data, words};
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails, Parameter};
use crate::openapi::example;

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
            .map(|param| Parameter::text(param.name, param.required, param.doc).of(param.form, param.example))
            .collect(),
        answer: "Bare JSON; `result` and `error` where something is wrong.",
        ..Operation::new(&name, action.group, action.doc, path)
    }
}

/// Describes the parameters of every call, and its answer.
pub fn details(operation: &Operation) -> OperationDetails {
    let call = ACTIONS
        .iter()
        .find(|call| operation.name.split_once('/') == Some((call.action, call.sub)));
    let success = call.map(|call| (call.success)());
    OperationDetails {
        success: success.map(|schema| {
            let example = example(&schema);
            (schema, example)
        }),
        ..OperationDetails::default()
    }
}

/// Describes callers and failures.
pub fn common_details() -> DialectDetails {
    let pass = json!({ "type": "apiKey", "in": "query", "name": "api_pass", "description": "The setting `api_pass`, where it is set." });
    DialectDetails {
        security: vec![("XcV2Pass", pass)],
        is_open: true,
        failures: words::failures(),
        refusals: vec![
            (
                429,
                "The address made more calls in this second than the setting `v2_rate_limit` admits.",
            ),
            (503, "The panel is busy and nothing was done."),
        ],
        headers: Vec::new(),
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
