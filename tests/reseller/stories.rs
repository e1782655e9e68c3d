//! Golden exchanges of the Reseller API: `support::exchanges` says how they are written.

use linecard::panel::strictness::Strictness;

use crate::support::Panel;
use crate::support::exchanges::{differences, differences_on};

const FILES: [(&str, &str); 14] = [
    ("door", include_str!("../data/reseller/door.http")),
    ("general", include_str!("../data/reseller/general.http")),
    ("lines", include_str!("../data/reseller/lines.http")),
    ("devices", include_str!("../data/reseller/devices.http")),
    ("codes", include_str!("../data/reseller/codes.http")),
    ("users", include_str!("../data/reseller/users.http")),
    ("scope", include_str!("../data/reseller/scope.http")),
    ("rights", include_str!("../data/reseller/rights.http")),
    ("order", include_str!("../data/reseller/order.http")),
    ("trials", include_str!("../data/reseller/trials.http")),
    ("expiry", include_str!("../data/reseller/expiry.http")),
    ("lists", include_str!("../data/reseller/lists.http")),
    ("repeats", include_str!("../data/reseller/repeats.http")),
    ("callers", include_str!("../data/reseller/callers.http")),
];

/// Those of a strict server.
const STRICT: [(&str, &str); 1] = [("strict", include_str!("../data/reseller/strict.http"))];

#[test]
fn every_call_is_answered_as_the_contract_says() {
    let wrong = differences(&FILES, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_strict_server_refuses_what_an_action_does_not_know() {
    let strict = || Panel::docs_with(|config| config.strict = Strictness::Error);
    let wrong = differences_on(strict, &STRICT, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}
