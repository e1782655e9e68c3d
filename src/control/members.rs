//! Reads and writes the JSON bodies of the control plane.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::problem::Problem;
use crate::http::{Request, RequestBody, Response};

/// Parses the JSON of a request's body; an empty body is an empty object.
pub(super) fn body(request: &Request<'_>) -> Result<Value, Problem> {
    let RequestBody::Whole(bytes) = request.body else {
        return Err(Problem::new(413, "too_large", "the body is too large", "send less"));
    };
    if bytes.is_empty() {
        return Ok(Value::Object(Default::default()));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Problem::bad_request(format!("the body is not JSON: {error}"), "send {…}"))
}

/// Parses a request's body, which must be a JSON object.
pub(super) fn object(request: &Request<'_>) -> Result<Map<String, Value>, Problem> {
    match body(request)? {
        Value::Object(members) => Ok(members),
        _ => Err(Problem::bad_request("the body is not a JSON object", "send {…}")),
    }
}

/// Refuses unknown members, so that a misspelt one is reported.
pub(super) fn only(members: &Map<String, Value>, known: &[&str]) -> Result<(), Problem> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::bad_request(
            format!("there is no member {name:?}"),
            format!("there are {}", known.join(", ")),
        )
        .within(name)),
    }
}

/// Parses a member, if present.
pub(super) fn optional<T>(
    members: &Map<String, Value>,
    name: &str,
    parse: impl FnOnce(&Value) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    let parsed = members.get(name).map(parse).transpose();
    parsed.map_err(|problem| problem.within(name))
}

/// Returns the length of a value's JSON, which is also a measure of the memory of what is parsed from it.
pub(super) fn weight(value: &Value) -> usize {
    let mut length = Length(0);
    // Neither counting nor a JSON value can fail.
    let _ = serde_json::to_writer(&mut length, value);
    length.0
}

/// Counts what is written.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Builds a JSON answer.
pub(super) fn answer(value: &Value) -> Response {
    Response::new(200, "application/json", value.to_string())
}
