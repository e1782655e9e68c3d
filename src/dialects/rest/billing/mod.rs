//! The IPTVbp billing API (contract "REST APIs", part B): `actions` has a row for each call, `words` one for each refusal;
//! a file for each resource has what they run, which is the panel's (`panel::billing`).

mod actions;
mod customers;
mod events;
mod ids;
mod input;
mod invoices;
mod list;
mod objects;
mod products;
mod subscriptions;
mod words;

use std::sync::LazyLock;

use super::docs;
use super::part::Part;
use crate::dialects::operation::Operation;
use crate::panel::rest_secrets;

/// The part.
pub static BILLING: Part = Part {
    name: "billing",
    title: "the billing API",
    full_title: "the IPTVbp billing API",
    base: "/api/v1",
    others: &[],
    secrets: &rest_secrets::BILLING,
    realm: "iptvbp",
    actions: actions::ACTIONS,
    words: &words::WORDS,
    spelling: str::to_owned,
    is_closed: |_, _| false,
    most_per_minute,
    has_numeric_ids: false,
    other_id: ids::of_other,
    event_data: events::data,
    operations,
    codes,
    introduction: "Calls carry a key as `Authorization: Bearer bp_…`, which `linecard key create NAME` makes. Bodies and answers \
                   are JSON. A key may make 60 requests a minute, 120 of the tier professional, 300 of the tier enterprise.\n",
};

/// The rate limit of a key's tier (B2).
fn most_per_minute(tier: &str) -> Option<u32> {
    Some(match tier {
        "enterprise" => 300,
        "professional" => 120,
        _ => 60,
    })
}

fn codes() -> &'static [&'static str] {
    static CODES: LazyLock<Vec<&str>> = LazyLock::new(|| docs::codes(&words::WORDS));
    &CODES
}

fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| docs::operations(&BILLING));
    &OPERATIONS
}
