//! The error answers of the control plane, as `application/problem+json` with a hint of what to do (contract
//! "The fixture", section 3).

use std::fmt;
use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValueKind, ValuePointerRef};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::journal::requests::ShownNearMiss;
use super::members;
use super::verify::closest::CloseRequest;
use crate::document::DocumentError;

use crate::http::Response;
use crate::panel::Error;
use crate::spelling::nearest;
use crate::store::StoreError;

/// What a refusal says.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Its name, for programs.
    #[serde(rename = "type")]
    kind: String,
    /// What its status means.
    title: &'static str,
    status: u16,
    /// What is wrong.
    detail: &'a str,
    /// What to do.
    hint: &'a str,
    #[serde(flatten)]
    #[schema(value_type = FurtherMembers<'_>)]
    more: Map<String, Value>,
}

/// What some refusals say besides.
#[derive(ToSchema)]
pub struct FurtherMembers<'a> {
    /// How many requests match.
    #[schema(nullable = false)]
    pub count: Option<usize>,
    /// The step of an `order` that was not found.
    #[schema(nullable = false)]
    pub step: Option<usize>,
    /// The numbers of the requests that match.
    #[schema(nullable = false)]
    pub requests: Option<Vec<u64>>,
    /// The requests that came close.
    #[schema(nullable = false)]
    pub closest: Option<Vec<CloseRequest<'a>>>,
    /// How many requests the journal has dropped.
    #[schema(nullable = false)]
    pub evicted: Option<u64>,
    /// How many connections a line has.
    #[schema(nullable = false)]
    pub active: Option<i64>,
    /// What is wrong with a document.
    #[schema(nullable = false)]
    pub errors: Option<Vec<DocumentError>>,
    /// Why a request is suspicious.
    #[schema(nullable = false)]
    pub findings: Option<Vec<ShownNearMiss>>,
}

/// An error with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: u16,
    /// The error's name, for programs.
    pub kind: &'static str,
    /// What is wrong.
    pub detail: String,
    /// What to do.
    pub hint: String,
    /// Further members of the answer.
    pub more: Vec<(&'static str, Value)>,
    /// The path of the invalid member, innermost first; callers that know its line add it to the message.
    pub inside: Vec<String>,
}

impl Problem {
    /// Creates the problem of an invalid request.
    pub fn bad_request(detail: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::new(400, "bad_request", detail, hint)
    }

    /// Creates the problem of a name that does not exist.
    pub fn not_found(detail: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::new(404, "not_found", detail, hint)
    }

    /// Creates the problem of an internal error, whose reason is in the server's log.
    pub fn internal() -> Problem {
        Problem::new(500, "internal", "internal error", "the server's log has the reason")
    }

    /// Creates the problem of a number that is reached.
    pub fn too_many(detail: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::new(409, "too_many", detail, hint)
    }

    /// Creates the problem of a memory that is full.
    pub fn no_room(detail: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::new(507, "no_room", detail, hint)
    }

    /// Creates a problem.
    pub fn new(status: u16, kind: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem {
            status,
            kind,
            detail: detail.into(),
            hint: hint.into(),
            more: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// Adds a member to the answer.
    pub fn with(mut self, name: &'static str, value: Value) -> Problem {
        self.more.push((name, value));
        self
    }

    /// Adds an outer member to the path of the invalid member.
    pub fn within(mut self, member: impl Into<String>) -> Problem {
        self.inside.push(member.into());
        self
    }

    /// Adds the place at which a member was read to the path of the invalid member. Numbers of list items are not part
    /// of it.
    pub fn at(mut self, mut location: ValuePointerRef<'_>) -> Problem {
        loop {
            location = match location {
                ValuePointerRef::Origin => return self,
                ValuePointerRef::Key { key, prev } => {
                    self.inside.push(key.to_owned());
                    *prev
                }
                ValuePointerRef::Index { prev, .. } => *prev,
            };
        }
    }

    /// Builds the answer.
    pub fn response(&self) -> Response {
        let title = match self.status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            409 => "Conflict",
            413 => "Content Too Large",
            415 => "Unsupported Media Type",
            429 => "Too Many Requests",
            501 => "Not Implemented",
            503 => "Service Unavailable",
            507 => "Insufficient Storage",
            _ => "Internal Server Error",
        };
        let more = self.more.iter();
        let body = json!(ProblemBody {
            kind: format!("linecard:{}", self.kind),
            title,
            status: self.status,
            detail: &self.detail,
            hint: &self.hint,
            more: more.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        });
        let response = Response::new(self.status, "application/problem+json", body.to_string());
        match self.status {
            429 => response.throttled(),
            _ => response,
        }
    }
}

/// The faults of a body: an unknown member ends the reading, and of all others the first one is told.
impl DeserializeError for Problem {
    fn error<V: IntoValue>(
        first: Option<Problem>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Problem, Problem> {
        let name = location.last_field().unwrap_or_default();
        let problem = match error {
            ErrorKind::UnknownKey { key, accepted } => {
                return ControlFlow::Break(members::unknown(key, accepted, location));
            }
            ErrorKind::IncorrectValueKind { actual, accepted } => wrong_kind(name, &Value::from(actual), accepted),
            ErrorKind::MissingField { field } => Problem::bad_request(format!("`{field}` is missing"), "send it"),
            ErrorKind::UnknownValue { value, accepted } => {
                let hint = format!("there are {}{}", accepted.join(", "), nearest(value, accepted));
                Problem::bad_request(format!("`{name}` is none of them: {value:?}"), hint)
            }
            ErrorKind::BadSequenceLen { expected, .. } => {
                Problem::bad_request(format!("`{name}` has not {expected} items"), format!("send {expected}"))
            }
            ErrorKind::Unexpected { msg } => {
                Problem::bad_request(format!("`{name}` cannot be read: {msg}"), "change it")
            }
        };
        ControlFlow::Continue(first.unwrap_or_else(|| problem.at(location)))
    }
}

impl MergeWithError<Problem> for Problem {
    fn merge(first: Option<Problem>, other: Problem, _: ValuePointerRef<'_>) -> ControlFlow<Problem, Problem> {
        ControlFlow::Continue(first.unwrap_or(other))
    }
}

/// The problem of a value of another kind than these.
fn wrong_kind(name: &str, value: &Value, accepted: &[ValueKind]) -> Problem {
    let (what, hint) = match accepted {
        [ValueKind::Map, ..] => ("no object", format!("send {}", json!({ name: {} }))),
        [ValueKind::String, ..] => ("no text", "send it in quotes".to_owned()),
        [ValueKind::Boolean, ..] => ("neither true nor false", "send true".to_owned()),
        [ValueKind::Sequence, ..] => ("no list", format!("send {}", json!({ name: [] }))),
        _ => ("no number", format!("send {}", json!({ name: 1 }))),
    };
    Problem::bad_request(format!("`{name}` is {what}: {value}"), hint)
}

/// One line: what is wrong and what to do.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.detail, self.hint)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Problem::new(503, "busy", "the panel is busy and nothing was done", "try again"),
            StoreError::FileLost => {
                let detail = "the database file was deleted or replaced and nothing was done";
                let hint = "put the file back, or start the server again";
                Problem::new(503, "database_lost", detail, hint)
            }
            other => {
                tracing::error!(error = %other, "a request to the control plane failed");
                Problem::internal()
            }
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Busy => StoreError::Busy.into(),
            Error::DatabaseLost => StoreError::FileLost.into(),
            Error::TooLarge(most) => {
                let detail = format!("the database is larger than {most} bytes");
                let hint = "copy the file with `linecard backup`, or raise --answer-limit and --answer-memory";
                Problem::new(413, "too_large", detail, hint)
            }
            other => {
                tracing::error!(error = %other, "a request to the control plane failed");
                Problem::internal()
            }
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}
