//! Instants and durations in the JSON of the control plane.

use chrono::{DateTime, SecondsFormat};
use serde_json::Value;

use crate::control::problem::Problem;
use crate::time;
use crate::time::duration::Duration;

/// Formats an instant for an answer of the control plane.
pub fn printed(unix: i64) -> Option<String> {
    Some(DateTime::from_timestamp(unix, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Parses an instant: RFC 3339 text, or Unix seconds.
pub fn instant(value: &Value, name: &str) -> Result<i64, Problem> {
    let parsed = match value {
        Value::String(text) => time::parse_rfc3339(text),
        Value::Number(number) => number.as_i64().filter(time::is_printable),
        _ => None,
    };
    parsed.ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no instant: {value}"),
            "write it as 2026-01-01T00:00:00Z or as unix seconds",
        )
    })
}

/// Parses the member `by`, an ISO 8601 duration.
pub fn duration(value: &Value) -> Result<Duration, Problem> {
    value.as_str().and_then(Duration::parse).ok_or_else(|| {
        Problem::bad_request(
            format!("`by` is no duration: {value}"),
            "write it as in ISO 8601: PT30S, P1D, P1M",
        )
    })
}
