//! The player side over HTTP (contract "Player side"): golden exchanges, compared byte by byte.

use crate::support::exchanges::differences;

const EXCHANGES: [(&str, &str); 3] = [
    ("account", include_str!("../data/player/account.http")),
    ("content", include_str!("../data/player/content.http")),
    ("guide", include_str!("../data/player/guide.http")),
];

#[test]
fn every_exchange_is_answered_byte_by_byte() {
    let wrong = differences(&EXCHANGES, "application/json\r\nAccess-Control-Allow-Origin: *");
    assert!(wrong.is_empty(), "{wrong}");
}
