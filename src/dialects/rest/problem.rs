//! Refusals of the REST APIs: a status, a code, a message and the fields at fault (contract "REST APIs", common rules).

use std::borrow::Cow;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, RETRY_AFTER};
use serde_json::{Map, Value, json};

use super::JSON;
use crate::http::Response;
use crate::panel::Error;
use crate::panel::fields::{Fault, FaultReason, Faults};
use crate::store::StoreError;

/// A refusal.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: u16,
    pub code: &'static str,
    pub message: Cow<'static, str>,
    pub details: Vec<Detail>,
    pub headers: Vec<(HeaderName, String)>,
}

/// A field that is at fault, and why.
#[derive(Clone, Debug)]
pub struct Detail {
    pub field: Cow<'static, str>,
    pub message: Cow<'static, str>,
}

/// A row of a table of refusals.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub status: u16,
    pub code: &'static str,
    pub message: &'static str,
}

/// Makes a row of a table of refusals.
pub const fn word(status: u16, code: &'static str, message: &'static str) -> Word {
    Word { status, code, message }
}

impl Word {
    /// The refusal without details.
    pub fn problem(self) -> Problem {
        Problem {
            status: self.status,
            code: self.code,
            message: self.message.into(),
            details: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The refusal because of a field.
    pub fn about(self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Problem {
        self.problem().with(field, message)
    }
}

impl Problem {
    /// Adds a detail.
    pub fn with(mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Problem {
        self.details.push(Detail {
            field: field.into(),
            message: message.into(),
        });
        self
    }

    /// Tells of faults of fields, or whatever else `thing` is: the message is about the first.
    pub fn of_faults(mut self, faults: &Faults, thing: &str) -> Problem {
        if let Some(Fault { name, reason }) = faults.iter().next() {
            let is = if *reason == FaultReason::Missing {
                "required"
            } else {
                "invalid"
            };
            self.message = format!("The {name} {thing} is {is}.").into();
        }
        let all = faults.iter();
        all.fold(self, |problem, one| {
            problem.with(one.name.clone(), fault_message(one.reason))
        })
    }

    /// The answer.
    pub fn answer(self) -> Response {
        let details: Vec<Value> = self
            .details
            .iter()
            .map(|detail| json!({ "field": detail.field, "message": detail.message }))
            .collect();
        let error = json!({ "error": { "code": self.code, "message": self.message, "details": details } });
        let mut answer = Response::new(self.status, JSON, error.to_string());
        answer.headers = self.headers;
        answer.headers.push((CACHE_CONTROL, "no-store".to_owned()));
        let says_when = answer.headers.iter().any(|(name, _)| *name == RETRY_AFTER);
        if self.status == 429 && !says_when {
            answer.headers.push((RETRY_AFTER, "1".to_owned()));
        }
        if self.status == 503 && self.code != "maintenance" {
            answer.headers.push((RETRY_AFTER, "1".to_owned()));
        }
        answer
    }
}

/// Why a call failed. Nothing was written.
#[derive(Debug)]
pub enum Failure {
    Problem(Box<Problem>),
    Panel(Error),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::Problem(Box::new(problem))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Panel(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Panel(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Panel(error.into())
    }
}

/// The message of a fault of a field.
fn fault_message(reason: FaultReason) -> Cow<'static, str> {
    match reason {
        FaultReason::Missing => "This field is required".into(),
        FaultReason::Text => "Expected text".into(),
        FaultReason::Integer => "Expected an integer".into(),
        FaultReason::Flag => "Expected true or false".into(),
        FaultReason::Number => "Expected a number".into(),
        FaultReason::Amount => "Expected an amount".into(),
        FaultReason::Time => "Expected a time".into(),
        FaultReason::Object => "Expected an object".into(),
        FaultReason::List => "Expected a list".into(),
        FaultReason::OneOf(words) => format!("Expected one of: {}", words.join(", ")).into(),
        FaultReason::Range(low, high) => format!("Expected {low} to {high}").into(),
        FaultReason::Length(low, high) => format!("Expected {low} to {high} characters").into(),
        FaultReason::Character => "Contains a character that is not allowed".into(),
        FaultReason::Reserved => "Reserved".into(),
        FaultReason::Form(form) => format!("Expected {form}").into(),
        FaultReason::Mac => "Expected 00:1A:79:XX:XX:XX".into(),
        FaultReason::Email => "Expected an email address".into(),
        FaultReason::Row(_) | FaultReason::UnknownId => "Unknown id".into(),
        FaultReason::NotActive => "Not active".into(),
        FaultReason::Past => "Must be in the future".into(),
        FaultReason::Future => "Must not be in the future".into(),
        FaultReason::Immutable => "Cannot be changed".into(),
        FaultReason::NoDevices => "Expected 1 to 100".into(),
    }
}

/// The schema of every refusal.
pub fn schema() -> Value {
    let detail = json!({
        "type": "object",
        "required": ["field", "message"],
        "properties": { "field": { "type": "string" }, "message": { "type": "string" } },
    });
    let mut error = Map::new();
    error.insert("code".into(), json!({ "type": "string" }));
    error.insert("message".into(), json!({ "type": "string" }));
    error.insert("details".into(), json!({ "type": "array", "items": detail }));
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": error,
        } },
    })
}
