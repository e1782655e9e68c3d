//! Faults that answer like the player APIs do for a line that may not watch (contract "Player side", sections
//! 3, 7, 9, 11 and 14). They do not depend on the lines of the panel.

use serde_json::{Value, json};

use crate::dialects::php::form::{Form, Limits};
use crate::dialects::php::json;
use crate::dialects::presets::PresetEffect::Answer;
use crate::dialects::presets::{Preset, PresetContext};
use crate::http::Response;
use crate::time::DAY;

/// All presets.
#[rustfmt::skip] // A table: one entry per line.
pub const PRESETS: &[Preset] = &[
    Preset { name: "auth_zero", doc: "The player API's answer to a wrong login.", effect: Answer(|_| Some(unknown())) },
    Preset { name: "banned", doc: "The line is banned: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(refused(about, &BANNED))) },
    Preset { name: "disabled", doc: "The line is disabled: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(refused(about, &DISABLED))) },
    Preset { name: "expired", doc: "The line has expired: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(refused(about, &EXPIRED))) },
    Preset { name: "max_connections", doc: "All connections of the line are in use: a login counts them, all else is refused with 403.", effect: Answer(|about| Some(full(about))) },
    Preset { name: "portal_token_expired", doc: "The MAG portal's answer to a token that is not valid any more.", effect: Answer(|_| Some(token_expired())) },
];

/// The reason why a line may not watch.
struct Reason {
    /// The status in the answer to a login.
    status: &'static str,
    /// The message for the user.
    message: &'static str,
    /// When the line ends, in seconds from now.
    ends_in: i64,
}

const EXPIRED: Reason = Reason {
    status: "Expired",
    message: "Authentication failed",
    ends_in: -DAY,
};
const BANNED: Reason = Reason {
    status: "Banned",
    message: "Account disabled",
    ends_in: 30 * DAY,
};
const DISABLED: Reason = Reason {
    status: "Disabled",
    ..BANNED
};
/// An active line with no free connection.
const FULL: Reason = Reason {
    status: "Active",
    message: "",
    ends_in: 30 * DAY,
};

/// The kind of answer that a client expects.
enum Wants {
    Playlist,
    Menu,
    Stream,
    Login,
}

impl Wants {
    fn in_path(path: &str) -> Wants {
        match path {
            "/get.php" | "/xmltv.php" => Wants::Playlist,
            "/enigma2.php" => Wants::Menu,
            path if path.starts_with("/streaming/") || !path.ends_with(".php") => Wants::Stream,
            _ => Wants::Login,
        }
    }
}

/// Answers as for a wrong login.
fn unknown() -> Response {
    sent(&json!({ "user_info": { "auth": 0 } }))
}

/// Answers as for a line that may not watch.
fn refused(about: &PresetContext<'_>, reason: &Reason) -> Response {
    match Wants::in_path(about.path) {
        Wants::Playlist => Response::new(200, "text/html; charset=UTF-8", ""),
        Wants::Menu => Response::empty(401),
        Wants::Stream => text(401, reason.message),
        Wants::Login => login(about, reason, "0"),
    }
}

/// Answers as for a line with no free connection.
fn full(about: &PresetContext<'_>) -> Response {
    match Wants::in_path(about.path) {
        Wants::Login => login(about, &FULL, "1"),
        _ => text(403, "Max connections reached"),
    }
}

/// Answers as a portal that requires a new handshake.
fn token_expired() -> Response {
    Response::new(200, "text/plain", "Authorization failed.")
}

fn text(status: u16, text: &'static str) -> Response {
    Response::new(status, "text/plain; charset=UTF-8", text)
}

fn login(about: &PresetContext<'_>, reason: &Reason, connections: &str) -> Response {
    let query = Form::parse(about.query.as_bytes(), Limits::PHP);
    let named = |name: &str| query.text(name).unwrap_or_default().to_owned();
    let (scheme, rest) = about.url.split_once("://").unwrap_or(("http", about.url));
    let host = rest.split('/').next().unwrap_or_default();
    let usual = if scheme == "https" { "443" } else { "80" };
    let (host, port) = host.rsplit_once(':').unwrap_or((host, usual));
    sent(&json!({
        "user_info": {
            "username": named("username"),
            "password": named("password"),
            "message": reason.message,
            "auth": 1,
            "status": reason.status,
            "exp_date": about.now.saturating_add(reason.ends_in).to_string(),
            "is_trial": "0",
            "active_cons": connections,
            "created_at": about.now.saturating_sub(30 * DAY).to_string(),
            "max_connections": "1",
            "allowed_output_formats": ["m3u8", "ts", "rtmp"],
        },
        "server_info": {
            "url": host,
            "port": port,
            "https_port": if scheme == "https" { port } else { "443" },
            "server_protocol": scheme,
            "rtmp_port": "8880",
            "timezone": about.zone.name(),
            "timestamp_now": about.now,
            "time_now": about.zone.stamp(about.now),
            "process": true,
        },
    }))
}

fn sent(value: &Value) -> Response {
    let mut body = Vec::with_capacity(512);
    json::value(&mut body, value);
    Response::new(200, "application/json", body)
}
