//! Reads and writes the JSON bodies of the control plane.
//!
//! A body is a struct that [`body!`] declares: its members are deserialized by `deserr`, so that a refusal has the
//! path of the faulty member, and its schema is that of the OpenAPI document. A value with a message of its own is
//! a [`Leaf`]. Of several faults the first unknown member is told, or else the first fault in the order of the
//! body.

use std::io::{self, Write};

use deserr::{Deserr, ValuePointerRef};
use serde::Serialize;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::http::{Request, RequestBody, Response};

/// Parses the JSON of a request's body; an empty body is an empty object.
pub(super) fn json_body(request: &Request<'_>) -> Result<Value, Problem> {
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
    match json_body(request)? {
        Value::Object(members) => Ok(members),
        _ => Err(Problem::bad_request("the body is not a JSON object", "send {…}")),
    }
}

/// Deserializes a request's body, which must be a JSON object.
pub(super) fn read<T: Deserr<Problem>>(request: &Request<'_>) -> Result<T, Problem> {
    deserialize(&Value::Object(object(request)?))
}

/// Deserializes a value.
pub(super) fn deserialize<T: Deserr<Problem>>(value: &Value) -> Result<T, Problem> {
    deserr::deserialize(value.clone())
}

/// A value that is read as a whole, with a refusal of its own.
pub(super) trait Leaf: Sized {
    /// Reads the value of the member `name`.
    fn read(value: &Value, name: &str) -> Result<Self, Problem>;

    /// Reads the value of a member at this place; the problem has the path.
    fn read_at(value: &Value, location: ValuePointerRef<'_>) -> Result<Self, Problem> {
        let read = Self::read(value, location.last_field().unwrap_or_default());
        read.map_err(|problem| problem.at(location))
    }
}

/// Deserializes each of these types as a [`Leaf`].
macro_rules! leaves {
    ($($leaf:ty),+ $(,)?) => { $(
        impl deserr::Deserr<$crate::control::problem::Problem> for $leaf {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef<'_>,
            ) -> Result<Self, $crate::control::problem::Problem> {
                let value = serde_json::Value::from(value);
                <Self as $crate::control::members::Leaf>::read_at(&value, location)
            }
        }
    )+ };
}
pub(in crate::control) use leaves;

/// Declares the JSON object of a request. A member whose name has a `?` behind it may be left out, but cannot be
/// null; behind `??` it can be null as well, which is the same; any other one that is left out is refused as null is. There are no members besides: `unknown` refuses them,
/// or what is named behind the struct.
macro_rules! body {
    (@ $unknown:path, [$($head:tt)*] [$($done:tt)*] $(#[$meta:meta])* $name:ident ? ? : $kind:ty, $($rest:tt)*) => {
        $crate::control::members::body! { @ $unknown, [$($head)*] [
            $($done)*
            $(#[$meta])*
            #[deserr(default)]
            pub $name: Option<$kind>,
        ] $($rest)* }
    };
    (@ $unknown:path, [$($head:tt)*] [$($done:tt)*] $(#[$meta:meta])* $name:ident ? : $kind:ty, $($rest:tt)*) => {
        $crate::control::members::body! { @ $unknown, [$($head)*] [
            $($done)*
            $(#[$meta])*
            #[deserr(default, from($kind) = Some)]
            #[schema(nullable = false)]
            pub $name: Option<$kind>,
        ] $($rest)* }
    };
    (@ $unknown:path, [$($head:tt)*] [$($done:tt)*] $(#[$meta:meta])* $name:ident : $kind:ty, $($rest:tt)*) => {
        $crate::control::members::body! { @ $unknown, [$($head)*] [
            $($done)*
            $(#[$meta])*
            #[deserr(missing_field_error = $crate::control::members::missing::<$kind>)]
            pub $name: $kind,
        ] $($rest)* }
    };
    (@ $unknown:path, [$($head:tt)*] [$($done:tt)*]) => {
        #[derive(Debug, deserr::Deserr, utoipa::ToSchema)]
        #[deserr(error = $crate::control::problem::Problem, deny_unknown_fields = $unknown)]
        #[serde(deny_unknown_fields)]
        $($head)* { $($done)* }
    };
    ($(#[$meta:meta])* pub struct $name:ident { $($members:tt)* }) => {
        $crate::control::members::body! {
            @ $crate::control::members::unknown, [$(#[$meta])* pub struct $name] [] $($members)*
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident, unknown = $unknown:path { $($members:tt)* }) => {
        $crate::control::members::body! { @ $unknown, [$(#[$meta])* pub struct $name] [] $($members)* }
    };
}
pub(in crate::control) use body;

/// The problem of a member that is not known: those that there are.
pub(super) fn unknown(name: &str, known: &[&str], location: ValuePointerRef<'_>) -> Problem {
    Problem::bad_request(
        format!("there is no member {name:?}"),
        format!("there are {}", known.join(", ")),
    )
    .at(location.push_key(name))
}

/// The problem of a member that is missing: that of null, which no such member can be.
pub(super) fn missing<T: Deserr<Problem>>(name: &str, location: ValuePointerRef<'_>) -> Problem {
    let null = T::deserialize_from_value(deserr::Value::<Value>::Null, location.push_key(name));
    let missing = || Problem::bad_request(format!("`{name}` is missing"), "send it").at(location);
    null.err().unwrap_or_else(missing)
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
pub(super) fn answer(value: &impl Serialize) -> Response {
    // Members have texts as names, and nothing else of these answers could fail.
    let text = serde_json::to_vec(value).unwrap_or_default();
    Response::new(200, "application/json", text)
}
