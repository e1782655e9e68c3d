//! The dialects: each is a folder, and one line of [`DIALECTS`].
//!
//! A dialect defines its paths, answers requests to them, and describes itself: its operations, its error
//! texts, and summaries of recorded requests. Routing, the README's table, OpenAPI, the journal, metrics,
//! faults, strictness and `linecard call` use the registry and must not name a dialect. The program still
//! compiles after a folder and its line are deleted.
//!
//! `service` runs the PHP dialects; `describe` summarizes a `recorded` request, `hints` finds near misses in
//! it, `unserved` those of paths that no dialect answers yet; `docs` writes the pages, `openapi` the OpenAPI document.

pub mod base_url;
pub mod describe;
pub mod diagnosis;
pub mod docs;
pub mod hints;
pub mod near_miss;
pub mod openapi;
pub mod operation;
pub mod php;
pub mod player;
pub mod presets;
pub mod recorded;
pub mod rest;
pub mod service;
mod unserved;
pub mod xc_v2;
pub mod xtream;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::ServiceConfig;
use serde_json::Value;

pub use crate::http::trace::Api;
use crate::http::{Exchange, Request, Response};
use crate::panel::access_cache::AccessCache;
use crate::panel::viewers::Named;
use crate::panel::webhooks::Subject;
use crate::panel::{Error, FirstCallInfo, Panel};
use diagnosis::{Diagnosis, Ended};
use near_miss::NearMiss;
use operation::{DialectDetails, Operation, OperationDetails};
use php::form::Limits;
use presets::Preset;
use recorded::{Sent, Summary};

/// A wire API of a panel.
pub trait Dialect: Sync {
    /// Returns its name.
    fn api(&self) -> Api;

    /// Returns its title within a sentence: "the Admin API".
    fn title(&self) -> &'static str;

    /// Returns the title with its vendor: "the Xtream-Masters Admin API".
    fn full_title(&self) -> &'static str {
        self.title()
    }

    /// Returns its path for hints: `/CODE/admin/index.php`.
    fn address(&self) -> &'static str;

    /// Whether it answers a path, which is still percent-encoded.
    fn owns(&self, access: &AccessCache, path: &str) -> bool;

    /// Registers its handlers in its scope, which gets only requests to its own paths.
    fn routes(&'static self, scope: &mut ServiceConfig);

    /// Whether Linecard serves it. A dialect that is not served yet is only registered for hints.
    fn is_served(&self) -> bool {
        true
    }

    /// Returns its operations; none if Linecard does not serve it yet.
    fn operations(&self) -> &'static [Operation];

    /// Returns what the OpenAPI document tells of one of its operations beside its row.
    fn details(&self, operation: &Operation) -> OperationDetails {
        let _ = operation;
        OperationDetails::default()
    }

    /// Returns what the OpenAPI document tells of its callers and its failures.
    fn common_details(&self) -> DialectDetails {
        DialectDetails::default()
    }

    /// Summarizes a request to it.
    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary;

    /// Returns its answer for an error, including a busy panel and a panic.
    fn failure(&self, panel: &Panel, error: &Error) -> Response;

    /// Returns one of its answers, a failure or a refusal too, with what all its answers have.
    fn completed(&self, exchange: &Exchange, answer: Response, request: &Request<'_>) -> Response {
        let _ = (exchange, request);
        answer
    }

    /// Returns its own names of failures, which a fault may select.
    fn failures(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it has a failure with this name.
    fn fails_with(&self, word: &str) -> bool {
        self.failures().contains(&word)
    }

    /// Returns the answer of the failure with this name.
    fn failure_named(&self, panel: &Panel, word: &str) -> Response {
        self.failure(panel, &Error::internal(format!("a fault asked for {word}")))
    }

    /// Whether it has a call of this name now; `user/create` for two words.
    fn has_operation(&self, access: &AccessCache, name: &str) -> bool {
        let _ = access;
        self.is_call(name)
    }

    /// Whether it has a call of this name in any profile.
    fn is_call(&self, name: &str) -> bool {
        self.operations().iter().any(|operation| operation.name == name)
    }

    /// Returns the limits for variables of a query or a form.
    fn limits(&self) -> Limits {
        Limits::PHP
    }

    /// Returns its redirect for a path that is nearly its own.
    fn redirect(&self, access: &AccessCache, request: &Request<'_>) -> Option<Response> {
        let _ = (access, request);
        None
    }

    /// Whether it refuses a request by its head, whatever its body says; the body is then not read.
    fn refuses_head(&self, panel: &Panel, access: &AccessCache, request: &Request<'_>) -> bool {
        let _ = (panel, access, request);
        false
    }

    /// Judges the secret of a request that no dialect answers, if it is one of this dialect's. Returns the
    /// answer if too many wrong ones came from the address.
    fn guessed<'a>(&'a self, exchange: &'a Exchange, request: Request<'a>) -> Guess<'a> {
        let _ = (exchange, request);
        Box::pin(async { None })
    }

    /// Returns a near miss if an unknown path was probably meant for it.
    fn lost(&self, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        let _ = (access, sent);
        None
    }

    /// Whether it refuses this kind of near miss with its own error when the server is strict.
    fn refuses(&self, near_miss: &str) -> bool {
        let _ = near_miss;
        false
    }

    /// Returns the part of one of its paths that is a secret.
    fn secret<'p>(&self, path: &'p str) -> Option<&'p str> {
        let _ = path;
        None
    }

    /// Returns the stream that a request names, by its path or by a token that is valid now.
    fn stream(&self, panel: &Panel, request: &Request<'_>) -> Option<Named> {
        let _ = (panel, request);
        None
    }

    /// Finds near misses of a request that has ended, from the panel's rows.
    fn diagnose<'a>(&'a self, panel: &'a Arc<Panel>, ended: Ended<'a>) -> Diagnosis<'a> {
        diagnosis::refused(panel, ended, "the caller's address may not call")
    }

    /// Returns its own presets.
    fn presets(&self) -> &'static [Preset] {
        &[]
    }

    /// Returns the URL of a first call for the ready line; `None` if the panel has no credentials for it.
    fn url(&self, base: &str, info: &FirstCallInfo) -> Option<String> {
        let _ = (base, info);
        None
    }

    /// Returns the path and query that call an operation; `None` if there are no credentials for it.
    fn call(&self, operation: &str, info: &FirstCallInfo) -> Option<String> {
        let _ = (operation, info);
        None
    }

    /// Returns an object of an event of webhooks as its calls answer it, with links that begin with `base`; `None` if it
    /// is none of its objects.
    fn event_data(&self, subject: &Subject, base: &str) -> Option<Value> {
        let _ = (subject, base);
        None
    }

    /// Whether an answer is an error.
    fn has_failed(&self, answer: &Value) -> bool {
        let _ = answer;
        false
    }

    /// Returns the status word in the first bytes of an answer.
    fn status_word(&self, answer: &[u8]) -> Option<String> {
        let _ = answer;
        None
    }

    /// Returns the text of the page of actions before its operations.
    fn introduction(&self) -> String {
        String::new()
    }

    /// Returns the text of the page of actions after its operations.
    fn appendix(&self) -> String {
        String::new()
    }
}

/// The answer to a request with a secret that no dialect answers, if it is refused.
pub type Guess<'a> = Pin<Box<dyn Future<Output = Option<Response>> + 'a>>;

/// All dialects, in the order of the pages.
pub static DIALECTS: &[&dyn Dialect] = &[
    &xtream::admin::ADMIN,
    &xtream::reseller::RESELLER,
    &xc_v2::XC_V2,
    &rest::nxt::NXT,
    &rest::billing::BILLING,
    &player::PLAYER_API,
    &player::PANEL_API,
    &player::PLAYLIST,
    &player::XMLTV,
    &player::ENIGMA2,
    &player::PORTAL,
    &player::STREAM,
];

/// A set of dialects: the built-in ones, and in tests also others.
#[derive(Clone, Copy)]
pub struct Dialects(&'static [&'static dyn Dialect]);

impl Default for Dialects {
    fn default() -> Dialects {
        Dialects(DIALECTS)
    }
}

impl Dialects {
    /// Creates a set of dialects; if two own a path, the first answers.
    pub const fn new(all: &'static [&'static dyn Dialect]) -> Dialects {
        Dialects(all)
    }

    /// Returns all dialects.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'static dyn Dialect> {
        self.0.iter().copied()
    }

    /// Returns the dialects that Linecard serves.
    pub fn served(self) -> impl DoubleEndedIterator<Item = &'static dyn Dialect> {
        self.iter().filter(|dialect| dialect.is_served())
    }

    /// Finds the dialect that answers a path.
    pub fn of_path(self, access: &AccessCache, path: &str) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.owns(access, path))
    }

    /// Finds the dialect with this name.
    pub fn get(self, api: Api) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.api() == api)
    }

    /// Finds the dialect with this name, as written in a test.
    pub fn named(self, name: &str) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.api().name() == name)
    }

    /// Returns the names of dialects that a recorded request can have.
    pub fn names(self) -> Vec<&'static str> {
        let all = self.iter().map(|dialect| dialect.api());
        all.chain([Api::NONE]).map(Api::name).collect()
    }

    /// Describes in a sentence where the served dialects answer: "the XC v2 API answers at /api.php, the …".
    pub fn answering(self) -> String {
        let mut verb = "answers ";
        let all: Vec<String> = self
            .served()
            .rev()
            .map(|dialect| {
                format!(
                    "{} {}at {}",
                    dialect.title(),
                    std::mem::take(&mut verb),
                    dialect.address()
                )
            })
            .collect();
        all.join(", ")
    }

    /// Lists where the served dialects answer, those without an access code first: "the XC v2 API at /api.php
    /// and the Admin API at …".
    pub fn addresses(self) -> String {
        let all: Vec<String> = self
            .served()
            .rev()
            .map(|dialect| format!("{} at {}", dialect.title(), dialect.address()))
            .collect();
        all.join(" and ")
    }

    /// Whether this is the same set.
    pub fn is(self, other: Dialects) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl fmt::Debug for Dialects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|dialect| dialect.api()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_is_served_exactly_if_it_has_operations() {
        for dialect in DIALECTS {
            assert_eq!(
                dialect.is_served(),
                !dialect.operations().is_empty(),
                "{:?}",
                dialect.api()
            );
        }
    }

    #[test]
    fn every_dialect_has_a_name_of_its_own() {
        let mut names = Dialects::default().names();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
    }
}
