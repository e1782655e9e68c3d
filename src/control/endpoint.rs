//! An endpoint of the control plane: a row of the table in `routes`, from which pages are generated too.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::problem::Problem;
use super::{Control, PREFIX};
use crate::dialects::php::form;
use crate::http::{Request, Response};

pub type EndpointFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + 'a>>;

/// The handler of an endpoint; its last argument is the name in the path, or empty.
pub type Run = for<'a> fn(&'a Arc<Control>, &'a Request<'a>, String) -> EndpointFuture<'a>;

/// An endpoint.
pub struct Endpoint {
    pub method: &'static str,
    /// Segments after the prefix; at most one is `{name}`, which matches any segment.
    pub path: &'static str,
    /// The description, one sentence.
    pub doc: &'static str,
    pub run: Run,
    /// The parameters of its query.
    pub query: &'static [&'static str],
    pub takes: Payload,
    pub answers: Payload,
}

/// The body of a request or of an answer, for OpenAPI.
#[derive(Clone, Copy, Debug)]
pub enum Payload {
    Nothing,
    /// JSON whose schema this makes, with the schemas that it refers to.
    Typed(fn(&mut Map<String, Value>) -> Value),
    /// A seed document in any of its formats, or an SQLite file.
    State,
    /// Something else of this media type.
    Other(&'static str),
}

impl Endpoint {
    /// Sets the parameters of the query.
    pub const fn query(self, query: &'static [&'static str]) -> Endpoint {
        Endpoint { query, ..self }
    }

    /// Sets the JSON body that it takes.
    pub const fn takes(self, schema: fn(&mut Map<String, Value>) -> Value) -> Endpoint {
        Endpoint {
            takes: Payload::Typed(schema),
            ..self
        }
    }

    /// Sets the JSON that it answers.
    pub const fn answers(self, schema: fn(&mut Map<String, Value>) -> Value) -> Endpoint {
        Endpoint {
            answers: Payload::Typed(schema),
            ..self
        }
    }

    /// Takes a state: a seed document or an SQLite file.
    pub const fn takes_state(self) -> Endpoint {
        Endpoint {
            takes: Payload::State,
            ..self
        }
    }

    /// Takes a file of this media type.
    pub const fn takes_file(self, media: &'static str) -> Endpoint {
        Endpoint {
            takes: Payload::Other(media),
            ..self
        }
    }

    /// Answers what is not, or not only, JSON.
    pub const fn answers_other(self, answers: Payload) -> Endpoint {
        Endpoint { answers, ..self }
    }

    /// Returns the whole path, as it is displayed.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// Returns the first segment of the path.
    pub fn first(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// Returns the segment of `path` that matches `{name}`, decoded.
    pub fn name(&self, path: &str) -> String {
        let segments = self.path.split('/').zip(path.split('/'));
        let mut named = segments.filter(|(own, _)| own.starts_with('{'));
        named
            .next()
            .map_or_else(String::new, |(_, name)| form::percent_decode(name.as_bytes()))
    }

    /// Whether `path` is this endpoint's, whatever the method.
    pub fn is_at(&self, path: &str) -> bool {
        let (mut own, mut theirs) = (self.path.split('/'), path.split('/'));
        loop {
            match (own.next(), theirs.next()) {
                (None, None) => return true,
                (Some(own), Some(theirs)) if own == theirs || own.starts_with('{') && !theirs.is_empty() => {}
                _ => return false,
            }
        }
    }
}
