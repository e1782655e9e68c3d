//! A refused connection as events of webhooks tell of it (contract "REST APIs", part C).

use serde_json::{Value, json};

use crate::dialects::rest::times::printed_millis;
use crate::panel::webhooks::RefusedConnection;

/// The object of the event.
pub fn shown(refused: &RefusedConnection) -> Value {
    json!({
        "lineId": refused.line,
        "username": refused.username,
        "reason": refused.reason,
        "streamId": refused.stream,
        "ip": refused.address,
        "userAgent": refused.agent,
        "at": printed_millis(refused.at),
    })
}
