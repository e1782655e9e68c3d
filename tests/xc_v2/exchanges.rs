//! Golden exchanges of the contract "XC v2 API": `support::exchanges` says how they are written.

use crate::support::exchanges::differences;

const FILES: [(&str, &str); 7] = [
    ("actions", include_str!("../data/xc_v2/actions.http")),
    ("errors", include_str!("../data/xc_v2/errors.http")),
    ("faults", include_str!("../data/xc_v2/faults.http")),
    ("cases", include_str!("../data/xc_v2/cases.http")),
    ("transport", include_str!("../data/xc_v2/transport.http")),
    ("settings", include_str!("../data/xc_v2/settings.http")),
    ("profiles", include_str!("../data/xc_v2/profiles.http")),
];

#[test]
fn every_exchange_is_answered_byte_by_byte() {
    let wrong = differences(&FILES, "text/html; charset=UTF-8");
    assert!(wrong.is_empty(), "{wrong}");
}
