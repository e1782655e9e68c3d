//! The player side over HTTP (contract "Player side"): golden exchanges, compared byte by byte.

mod attacks;
mod checks;
mod clips;
mod files;
mod kept;
mod networks;
mod streams;
mod xui;

use crate::support::exchanges::differences;

const EXCHANGES: [(&str, &str); 11] = [
    ("account", include_str!("../data/player/account.http")),
    ("content", include_str!("../data/player/content.http")),
    ("guide", include_str!("../data/player/guide.http")),
    ("playlists", include_str!("../data/player/playlists.http")),
    ("downloads", include_str!("../data/player/downloads.http")),
    ("profiles", include_str!("../data/player/profiles.http")),
    ("xmltv", include_str!("../data/player/xmltv.http")),
    ("streams", include_str!("../data/player/streams.http")),
    ("enigma2", include_str!("../data/player/enigma2.http")),
    ("xui", include_str!("../data/player/xui.http")),
    ("status_clips", include_str!("../data/player/status_clips.http")),
];

#[test]
fn every_exchange_is_answered_byte_by_byte() {
    let wrong = differences(&EXCHANGES, "application/json\r\nAccess-Control-Allow-Origin: *");
    assert!(wrong.is_empty(), "{wrong}");
}
