//! JSON objects as the control plane reads and answers them.

use serde_json::{Map, Value};

use super::problem::Problem;
use crate::http::{Request, RequestBody, Response};

/// The JSON of a request's body; no body is an empty object.
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

/// The JSON object of a request's body.
pub(super) fn object(request: &Request<'_>) -> Result<Map<String, Value>, Problem> {
    match body(request)? {
        Value::Object(members) => Ok(members),
        _ => Err(Problem::bad_request("the body is not a JSON object", "send {…}")),
    }
}

/// Refuses members that an endpoint does not know, so that a typo is found.
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

/// What a member says, where it is there.
pub(super) fn given<T>(
    members: &Map<String, Value>,
    name: &str,
    read: impl FnOnce(&Value) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    let said = members.get(name).map(read).transpose();
    said.map_err(|problem| problem.within(name))
}

/// An answer in JSON.
pub(super) fn answer(value: &Value) -> Response {
    Response::new(200, "application/json", value.to_string())
}
