//! The NXT API over HTTP, byte by byte.

use crate::support::exchanges::differences;

const FILES: [(&str, &str); 4] = [
    ("door", include_str!("../data/nxt/door.http")),
    ("packages", include_str!("../data/nxt/packages.http")),
    ("lines", include_str!("../data/nxt/lines.http")),
    ("devices", include_str!("../data/nxt/devices.http")),
];

#[test]
fn every_call_is_answered_as_the_contract_says() {
    let wrong = differences(&FILES, "application/json; charset=utf-8");
    assert!(wrong.is_empty(), "{wrong}");
}
