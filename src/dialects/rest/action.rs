//! A row of a part's table: one method of one path, what it takes and what runs it.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde_json::Value;

use super::answers::{AnswerDoc, answer};
use super::call::{Call, Input};
use super::fields::{FieldSpec, Null};
use super::problem::{Failure, Word};
use crate::panel::Panel;

/// One operation of a part.
pub struct Action {
    pub name: &'static str,
    pub method: &'static str,
    /// With `{id}` for a segment that has a value.
    pub path: &'static str,
    /// What the secret must be allowed to do.
    pub scope: &'static str,
    /// The chapter of the panel that it belongs to.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// The members of its body.
    pub fields: &'static [FieldSpec],
    /// The parameters of its query.
    pub query: &'static [FieldSpec],
    /// What is done before the transaction, because it takes long.
    pub before: Option<Before>,
    pub run: Run,
    /// The status of its success.
    pub status: u16,
    /// Whether its answer may be kept by the client, which asks whether it has changed.
    pub is_kept: bool,
    /// Its own refusals, beside those that every action has.
    pub refusals: &'static [&'static Word],
    pub answer: AnswerDoc,
}

/// What runs an action.
#[derive(Clone, Copy)]
pub enum Run {
    Read(fn(&Call<'_>) -> Result<Answer, Failure>),
    Write(fn(&Call<'_>) -> Result<Answer, Failure>),
}

/// Work before a transaction, which adds to what was sent.
pub type Before = fn(&Arc<Panel>, Input) -> LocalBoxFuture<'_, Result<Input, Failure>>;

/// A success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    /// JSON.
    pub body: String,
}

/// An action that reads.
pub const READ: Action = Action {
    name: "",
    method: "GET",
    path: "",
    scope: "",
    group: "",
    doc: "",
    fields: &[],
    query: &[],
    before: None,
    run: Run::Read(|_| Ok(Answer::ok(&Value::Null))),
    status: 200,
    is_kept: true,
    refusals: &[],
    answer: answer!(Value, "{}"),
};

/// An action that writes.
pub const WRITE: Action = Action {
    method: "POST",
    run: Run::Write(|_| Ok(Answer::ok(&Value::Null))),
    is_kept: false,
    ..READ
};

impl Action {
    /// What `null` means in its body.
    pub fn null(&self) -> Null {
        match self.method {
            "PATCH" => Null::Clears,
            _ => Null::Absent,
        }
    }

    /// Whether its request has a body that is read.
    pub fn has_body(&self) -> bool {
        !matches!(self.method, "GET" | "DELETE")
    }

    /// Returns the values of its path in another one; `None` where that is another path.
    pub fn values<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let path = path
            .strip_suffix('/')
            .filter(|path| !path.ends_with('/'))
            .unwrap_or(path);
        let (mut own, mut sent) = (self.path.split('/'), path.split('/'));
        let mut values = Vec::new();
        loop {
            match (own.next(), sent.next()) {
                (None, None) => return Some(values),
                (Some(own), Some(sent)) if own.starts_with('{') && !sent.is_empty() => values.push(sent),
                (Some(own), Some(sent)) if own == sent => {}
                _ => return None,
            }
        }
    }
}

impl Answer {
    /// Status 200 with a body.
    pub fn ok(body: &impl Serialize) -> Answer {
        Answer {
            status: 200,
            location: None,
            // No text or number fails, and maps have names.
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }

    /// Status 201 with a body, and where the new thing is.
    pub fn created(location: String, body: &impl Serialize) -> Answer {
        Answer {
            status: 201,
            location: Some(location),
            ..Answer::ok(body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_its_values_and_one_slash_at_its_end_is_ignored() {
        let action = Action {
            path: "/api/lines/{id}/devices",
            ..READ
        };
        for (path, expected) in [
            ("/api/lines/5/devices", Some(vec!["5"])),
            ("/api/lines/5/devices/", Some(vec!["5"])),
            ("/api/lines/5/devices//", None),
            ("/api/lines//devices", None),
            ("/api//lines/5/devices", None),
            ("/api/lines/5", None),
            ("/api/lines/5/devices/6", None),
            ("/API/lines/5/devices", None),
        ] {
            assert_eq!(action.values(path), expected, "{path}");
        }
    }
}
