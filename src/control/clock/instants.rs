//! Instants and durations in the JSON of the control plane.

use chrono::{DateTime, SecondsFormat};
use serde_json::Value;
use utoipa::openapi::schema::Type;

use crate::control::members::{Leaf, leaves};
use crate::control::problem::Problem;
use crate::openapi::typed::{of_types, schemas};
use crate::time;
use crate::time::duration::Duration;

/// An instant in unix seconds: RFC 3339 text, or a number.
#[derive(Clone, Copy, Debug)]
pub struct Instant(pub i64);

/// A duration by the calendar.
#[derive(Clone, Copy, Debug)]
pub struct CalendarSpan(pub Duration);

leaves!(Instant, CalendarSpan);
schemas! {
    Instant => of_types([Type::String, Type::Integer], "RFC 3339, or unix seconds.");
    CalendarSpan => of_types([Type::String], "An ISO 8601 duration, such as `PT30S`, `P1D` or `P1M`.");
}

/// Formats an instant for an answer of the control plane.
pub fn printed(unix: i64) -> Option<String> {
    Some(DateTime::from_timestamp(unix, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

impl Leaf for Instant {
    fn read(value: &Value, name: &str) -> Result<Instant, Problem> {
        let parsed = match value {
            Value::String(text) => time::parse_rfc3339(text),
            Value::Number(number) => number.as_i64().filter(time::is_printable),
            _ => None,
        };
        parsed.map(Instant).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no instant: {value}"),
                "write it as 2026-01-01T00:00:00Z or as unix seconds",
            )
        })
    }
}

impl Leaf for CalendarSpan {
    fn read(value: &Value, name: &str) -> Result<CalendarSpan, Problem> {
        let parsed = value.as_str().and_then(Duration::parse);
        parsed.map(CalendarSpan).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no duration: {value}"),
                "write it as in ISO 8601: PT30S, P1D, P1M",
            )
        })
    }
}
