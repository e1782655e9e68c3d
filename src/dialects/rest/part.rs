//! A part of the REST APIs: its secrets, its actions and its words, in tables; and the dialect that it is.

use actix_web::web::ServiceConfig;
use serde_json::{Value, json};

use super::action::Action;
use super::problem::{Problem, Word, schema};
use super::{docs, near_misses, service};
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails};
use crate::dialects::recorded::{Sent, Subject, Summary};
use crate::dialects::service::answers_with;
use crate::dialects::{Api, Dialect};
use crate::http::{Exchange, Request, Response};
use crate::panel::access_cache::AccessCache;
use crate::panel::fields::FaultReason;
use crate::panel::rest_secrets::SecretKind;
use crate::panel::{Error, FirstCallInfo, Panel, webhooks};

/// A part.
pub struct Part {
    pub name: &'static str,
    pub title: &'static str,
    pub full_title: &'static str,
    /// Its first path; it owns all below it.
    pub base: &'static str,
    /// Paths below it that are another part's.
    pub others: &'static [&'static str],
    pub secrets: &'static SecretKind,
    /// That of a refused secret.
    pub realm: &'static str,
    pub actions: &'static [Action],
    pub words: &'static Words,
    /// Gives the names of members their form before they are compared.
    pub spelling: fn(&str) -> String,
    /// Whether it is closed to all actions but those that read its status.
    pub is_closed: fn(&AccessCache, Option<&Action>) -> bool,
    /// How many requests a minute a tier may make; `None` is no limit.
    pub most_per_minute: fn(&str) -> Option<u32>,
    /// Whether ids are numbers.
    pub has_numeric_ids: bool,
    /// Tells of an id in a path that is one of another resource.
    pub other_id: fn(&str) -> Option<String>,
    /// Returns an object of an event of webhooks as calls answer it, with links that begin with a base; `None` if it is
    /// none of its objects.
    pub event_data: fn(&webhooks::Subject, &str) -> Option<Value>,
    /// Its operations, made once.
    pub operations: fn() -> &'static [Operation],
    /// The codes of its refusals, made once.
    pub codes: fn() -> &'static [&'static str],
    /// The text of its page before its operations.
    pub introduction: &'static str,
}

/// How a part words its refusals.
pub struct Words {
    pub missing_secret: Word,
    pub wrong_secret: Word,
    pub expired_secret: Word,
    /// The refusal of a secret that may not do what an action needs.
    pub permission: fn(&str) -> Problem,
    pub bad_request: Word,
    pub not_found: Word,
    pub method: Word,
    pub closed: Word,
    pub invalid: Word,
    pub too_many: Word,
    pub busy: Word,
    pub internal: Word,
    /// The code of a fault where only one field is at fault.
    pub of_fault: fn(FaultReason) -> Option<&'static str>,
    /// The refusal of an error of the panel, if the part has one.
    pub of_error: fn(&Error) -> Option<Problem>,
    /// All codes, which a fault of a test may ask for, each with its refusal.
    pub all: &'static [&'static Word],
}

impl Words {
    /// The refusal for an error.
    pub fn for_error(&self, error: &Error) -> Problem {
        let word = match error {
            Error::Busy | Error::DatabaseLost => self.busy,
            error => match (self.of_error)(error) {
                Some(problem) => return problem,
                None => self.internal,
            },
        };
        if word.code == self.internal.code {
            tracing::error!(cause = %super::cause(error), "a request failed");
        }
        word.problem()
    }
}

impl Part {
    /// Returns the actions of a path, each with the path's values.
    pub fn at<'p>(&self, path: &'p str) -> Vec<(&'static Action, Vec<&'p str>)> {
        let actions = self.actions.iter();
        actions
            .filter_map(|action| Some((action, action.values(path)?)))
            .collect()
    }

    /// Finds the action of a method and a path.
    pub fn find(&self, method: &str, path: &str) -> Option<&'static Action> {
        let method = if method == "HEAD" { "GET" } else { method };
        let mut found = self.at(path).into_iter();
        found
            .find(|(action, _)| action.method == method)
            .map(|(action, _)| action)
    }
}

impl Dialect for Part {
    fn api(&self) -> Api {
        Api(self.name)
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn full_title(&self) -> &'static str {
        self.full_title
    }

    fn address(&self) -> &'static str {
        self.base
    }

    fn owns(&self, _: &AccessCache, path: &str) -> bool {
        let below = |base: &str| {
            path.strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        below(self.base) && !self.others.iter().any(|other| below(other))
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        answers_with(scope, self, async move |exchange: &Exchange, request: Request<'_>| {
            service::answer(self, exchange, request).await
        });
    }

    fn operations(&self) -> &'static [Operation] {
        (self.operations)()
    }

    fn details(&self, operation: &Operation) -> OperationDetails {
        docs::details(self, operation)
    }

    fn common_details(&self) -> DialectDetails {
        DialectDetails {
            security: vec![(self.realm, json!({ "type": "http", "scheme": "bearer" }))],
            is_open: false,
            failures: vec![("RestProblem", schema())],
            refusals: docs::refusals(self),
            headers: docs::headers(self),
        }
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        let action = self.find(sent.recorded.method, sent.recorded.path);
        let secret = sent.header_key().and_then(|key| access.rest_secret(self.secrets, key));
        Summary {
            action: action.map(|action| action.name.to_owned()),
            subject: secret.map(|secret| Subject::Name(secret.name.clone())),
            matched: action.is_some(),
            near_misses: near_misses::find(self, access, sent, action),
        }
    }

    fn failure(&self, _: &Panel, error: &Error) -> Response {
        self.words.for_error(error).answer()
    }

    fn failures(&self) -> &'static [&'static str] {
        (self.codes)()
    }

    fn failure_named(&self, _: &Panel, code: &str) -> Response {
        let word = self.words.all.iter().find(|word| word.code == code);
        word.map_or(self.words.internal, |word| **word).problem().answer()
    }

    fn url(&self, base: &str, _: &FirstCallInfo) -> Option<String> {
        Some(format!("{base}{}", self.base))
    }

    fn event_data(&self, subject: &webhooks::Subject, base: &str) -> Option<Value> {
        (self.event_data)(subject, base)
    }

    fn has_failed(&self, answer: &Value) -> bool {
        answer.get("error").is_some()
    }

    fn status_word(&self, answer: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(answer.get(..64).unwrap_or(answer));
        let rest = text.strip_prefix("{\"error\":{\"code\":\"")?;
        rest.split_once('"').map(|(word, _)| word.to_owned())
    }

    fn introduction(&self) -> String {
        self.introduction.to_owned()
    }
}
