//! The player side over HTTP (contract "Player side"): golden exchanges, compared byte by byte.

mod attacks;
mod checks;
mod networks;

use crate::support::exchanges::differences;

const EXCHANGES: [(&str, &str); 2] = [
    ("account", include_str!("../data/player/account.http")),
    ("content", include_str!("../data/player/content.http")),
];

#[test]
fn every_exchange_is_answered_byte_by_byte() {
    let wrong = differences(&EXCHANGES, "application/json\r\nAccess-Control-Allow-Origin: *");
    assert!(wrong.is_empty(), "{wrong}");
}
