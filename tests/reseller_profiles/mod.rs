//! The quirk profiles of the Reseller API (contract "Reseller API", section 9), byte by byte.

mod laws;

use crate::support::exchanges::differences;

/// The profile `xui`.
const XUI: [(&str, &str); 4] = [
    ("xui/reads", include_str!("../data/reseller/xui/reads.http")),
    ("xui/writes", include_str!("../data/reseller/xui/writes.http")),
    ("xui/failures", include_str!("../data/reseller/xui/failures.http")),
    ("xui/trials", include_str!("../data/reseller/xui/trials.http")),
];

/// The profile `live`.
const LIVE: [(&str, &str); 1] = [("live", include_str!("../data/reseller/live.http"))];

#[test]
fn every_exchange_of_the_older_panel_is_answered_byte_by_byte() {
    let wrong = differences(&XUI, "text/html; charset=UTF-8");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_exchange_of_running_panels_is_answered_byte_by_byte() {
    let wrong = differences(&LIVE, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}
