//! The dialects: each is a folder, and one line of [`DIALECTS`].
//!
//! A dialect says which paths are its own, answers what comes there, and says what it knows about itself:
//! its operations, its words for what goes wrong, what a recorded request to it says. Routing, the README's
//! table, OpenAPI, the journal, metrics, faults, strictness and `linecard call` ask the registry and know no
//! dialect by name. Deleting a folder and its line leaves a program that compiles.
//!
//! `service` is how the PHP dialects answer; `describe` says what a `recorded` request asks for, `hints` what
//! its author may have meant; `docs` writes the pages.

pub mod describe;
pub mod diagnosis;
pub mod docs;
pub mod hints;
pub mod near_miss;
pub mod operation;
pub mod php;
pub mod player;
pub mod presets;
pub mod recorded;
pub mod service;
pub mod xc_v2;
pub mod xtream;

use std::fmt;

use actix_web::web::ServiceConfig;
use serde_json::Value;

pub use crate::http::trace::Api;
use crate::http::{Request, Response};
use crate::panel::access_cache::AccessCache;
use crate::panel::{Error, FirstCallInfo, Panel};
use diagnosis::{Diagnosis, Ended};
use near_miss::NearMiss;
use operation::Operation;
use php::form::Limits;
use presets::Preset;
use recorded::{Sent, Summary};

/// A wire API of a panel.
pub trait Dialect: Sync {
    /// Its name.
    fn api(&self) -> Api;

    /// What it is called in a sentence: "the Admin API".
    fn title(&self) -> &'static str;

    /// The same with whose it is, for people who have not met it: "the Xtream-Masters Admin API".
    fn full_title(&self) -> &'static str {
        self.title()
    }

    /// Where it answers, as hints say it: `/CODE/admin/index.php`.
    fn address(&self) -> &'static str;

    /// Whether it answers a path, which is as it was sent, percent signs and all.
    fn owns(&self, access: &AccessCache, path: &str) -> bool;

    /// Registers what answers within its scope, which only its own paths reach.
    fn routes(&'static self, scope: &mut ServiceConfig);

    /// Whether Linecard answers it. A dialect that is not served yet is known by name, so that hints can say so.
    fn is_served(&self) -> bool {
        true
    }

    /// What it can be asked for; none where Linecard does not answer it yet.
    fn operations(&self) -> &'static [Operation];

    /// What a request to it says.
    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary;

    /// Its answer when something is wrong, a busy panel and a panic included.
    fn failure(&self, panel: &Panel, error: &Error) -> Response;

    /// Its own words for what can be wrong, which a fault may ask for.
    fn failures(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it can fail with this word.
    fn fails_with(&self, word: &str) -> bool {
        self.failures().contains(&word)
    }

    /// The failure with one of its own words, whatever asks for it.
    fn failure_named(&self, panel: &Panel, word: &str) -> Response {
        self.failure(panel, &Error::internal(format!("a fault asked for {word}")))
    }

    /// Whether it has a call of this name now, `user/create` where there are two words.
    fn has_operation(&self, access: &AccessCache, name: &str) -> bool {
        let _ = access;
        self.is_call(name)
    }

    /// Whether it has a call of this name in any profile.
    fn is_call(&self, name: &str) -> bool {
        self.operations().iter().any(|operation| operation.name == name)
    }

    /// How its variables are read of a query or a form.
    fn limits(&self) -> Limits {
        Limits::PHP
    }

    /// Its answer on a path that is nearly its own.
    fn redirect(&self, access: &AccessCache, request: &Request<'_>) -> Option<Response> {
        let _ = (access, request);
        None
    }

    /// Why a path that leads nowhere may have been meant for it.
    fn lost(&self, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        let _ = (access, sent);
        None
    }

    /// Whether it refuses this kind of near miss in its own words when the server is strict.
    fn refuses(&self, near_miss: &str) -> bool {
        let _ = near_miss;
        false
    }

    /// The part of one of its paths that is a secret.
    fn secret<'p>(&self, path: &'p str) -> Option<&'p str> {
        let _ = path;
        None
    }

    /// What the panel's rows tell about a request that has ended.
    fn diagnose<'a>(&'a self, panel: &'a Panel, ended: Ended<'a>) -> Diagnosis<'a> {
        diagnosis::refused(panel, ended, "the caller's address may not call")
    }

    /// Faults that have a name and are this dialect's.
    fn presets(&self) -> &'static [Preset] {
        &[]
    }

    /// Where a first call goes, as the ready line tells it; `None` where the panel has nothing that opens it.
    fn url(&self, base: &str, info: &FirstCallInfo) -> Option<String> {
        let _ = (base, info);
        None
    }

    /// The path, with its query, of a call of an operation; `None` where nothing opens it.
    fn call(&self, operation: &str, info: &FirstCallInfo) -> Option<String> {
        let _ = (operation, info);
        None
    }

    /// Whether an answer says that the call did not succeed.
    fn has_failed(&self, answer: &Value) -> bool {
        let _ = answer;
        false
    }

    /// What the page of actions says before its operations, and after them.
    fn introduction(&self) -> String {
        String::new()
    }

    /// What the page of actions says after its operations.
    fn appendix(&self) -> String {
        String::new()
    }
}

/// The dialects, in the order of the pages.
pub static DIALECTS: &[&dyn Dialect] = &[
    &xtream::admin::ADMIN,
    &xc_v2::XC_V2,
    &player::PLAYER_API,
    &player::PANEL_API,
    &player::PLAYLIST,
    &player::XMLTV,
    &player::ENIGMA2,
    &player::PORTAL,
    &player::STREAM,
];

/// A set of dialects: those that are built in, or those and others of a test.
#[derive(Clone, Copy)]
pub struct Dialects(&'static [&'static dyn Dialect]);

impl Default for Dialects {
    fn default() -> Dialects {
        Dialects(DIALECTS)
    }
}

impl Dialects {
    /// These dialects; of two that own a path, the first answers.
    pub const fn new(all: &'static [&'static dyn Dialect]) -> Dialects {
        Dialects(all)
    }

    /// All of them.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'static dyn Dialect> {
        self.0.iter().copied()
    }

    /// Those that Linecard answers.
    pub fn served(self) -> impl DoubleEndedIterator<Item = &'static dyn Dialect> {
        self.iter().filter(|dialect| dialect.is_served())
    }

    /// The one that answers a path.
    pub fn of_path(self, access: &AccessCache, path: &str) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.owns(access, path))
    }

    /// The one of this name.
    pub fn get(self, api: Api) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.api() == api)
    }

    /// The one of this name, as a test writes it.
    pub fn named(self, name: &str) -> Option<&'static dyn Dialect> {
        self.iter().find(|dialect| dialect.api().name() == name)
    }

    /// What a request can be told to have reached.
    pub fn names(self) -> Vec<&'static str> {
        let all = self.iter().map(|dialect| dialect.api());
        all.chain([Api::NONE]).map(Api::name).collect()
    }

    /// In a sentence, where those that Linecard answers are: "the XC v2 API answers at /api.php, the …".
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

    /// Where those that Linecard answers are, those without an access code first: "the XC v2 API at
    /// /api.php and the Admin API at …".
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
