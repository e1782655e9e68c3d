//! The NXT Dashboard API (contract "REST APIs", part A): `actions` has a row for each call, `words` one for each refusal;
//! `lines`, `packages` and `devices` are what they run.

mod actions;
mod devices;
mod lines;
mod objects;
mod packages;
mod words;

use std::sync::LazyLock;

use serde_json::Value;

use super::action::Action;
use super::docs;
use super::part::Part;
use crate::dialects::operation::Operation;
use crate::panel::access_cache::AccessCache;
use crate::panel::rest_secrets;
use crate::panel::webhooks::Subject;

/// The part.
pub static NXT: Part = Part {
    name: "nxt",
    title: "the NXT API",
    full_title: "the NXT Dashboard API",
    base: "/api",
    others: &["/api/v1"],
    secrets: &rest_secrets::NXT,
    realm: "nxt",
    actions: actions::ACTIONS,
    words: &words::WORDS,
    spelling,
    is_closed,
    most_per_minute: |_| None,
    has_numeric_ids: true,
    other_id: |_| None,
    event_data,
    operations,
    codes,
    introduction: "Calls carry a token as `Authorization: Bearer nxt_…`, which `linecard token create NAME` makes. Bodies and \
                   answers are JSON. Members may be written in any letter case, with underscores or without.\n",
};

/// Lines are its objects (part C).
fn event_data(subject: &Subject, base: &str) -> Option<Value> {
    match subject {
        Subject::Line(line) => serde_json::to_value(objects::Line::new((**line).clone(), base)).ok(),
        _ => None,
    }
}

/// Letter case and underscores do not matter (A2).
fn spelling(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Under maintenance only the status is answered (A2).
fn is_closed(access: &AccessCache, action: Option<&Action>) -> bool {
    access.settings.nxt_maintenance && action.is_none_or(|action| action.name != actions::STATUS)
}

fn codes() -> &'static [&'static str] {
    static CODES: LazyLock<Vec<&str>> = LazyLock::new(|| docs::codes(&words::WORDS));
    &CODES
}

fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| docs::operations(&NXT));
    &OPERATIONS
}
