//! Golden exchanges of the Admin API: `support::exchanges` says how they are written.

use crate::support::exchanges::differences;

/// Actions beyond the vendor's document (contract, section 8).
const BEYOND: [(&str, &str); 3] = [
    ("content", include_str!("../data/admin/content.http")),
    ("films", include_str!("../data/admin/films.http")),
    ("panel", include_str!("../data/admin/panel.http")),
];

/// The profile `xui` (contract, section 14).
const XUI: [(&str, &str); 3] = [
    ("xui/writes", include_str!("../data/admin/xui/writes.http")),
    ("xui/answers", include_str!("../data/admin/xui/answers.http")),
    ("xui/beyond", include_str!("../data/admin/xui/beyond.http")),
];

#[test]
fn every_exchange_beyond_the_document_is_answered_byte_by_byte() {
    let wrong = differences(&BEYOND, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_exchange_of_the_older_panel_is_answered_byte_by_byte() {
    let wrong = differences(&XUI, "text/html; charset=UTF-8");
    assert!(wrong.is_empty(), "{wrong}");
}
