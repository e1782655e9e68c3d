//! An API of the Xtream panels as a dialect: one constant of [`XtreamApi`] each, whose table of actions says the rest.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use actix_web::web::ServiceConfig;
use foldhash::fast::RandomState;
use serde_json::Value as Json;

use super::action::Action;
use super::gate::{self, Target};
use super::run::{failure, refused};
use super::variant::{Variant, Variants};
use super::{docs, recorded, run};
use crate::dialects::diagnosis::{Diagnosis, Ended};
use crate::dialects::near_miss::NearMiss;
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails};
use crate::dialects::php::form::percent_encode;
use crate::dialects::recorded::{Sent, Summary};
use crate::dialects::service::answers_with;
use crate::dialects::{Api, Dialect, Guess};
use crate::http::{Exchange, Request, Response, pages};
use crate::panel::access::Caller;
use crate::panel::access_cache::{AccessCache, AccessCodeKind};
use crate::panel::lookups::Role;
use crate::panel::named_keys::NamedKey;
use crate::panel::{Error, FirstCallInfo, Panel};

/// Finds the account with a key that is good here, and the named key if it is one.
pub type FindKey = for<'a> fn(&'a AccessCache, &str) -> Option<(Caller, Option<&'a NamedKey>)>;

/// An API of the Xtream panels.
pub struct XtreamApi {
    pub api: Api,
    pub title: &'static str,
    pub full_title: &'static str,
    pub address: &'static str,
    /// The path of its page after the access code.
    pub page: &'static str,
    /// Its paths after an access code that opens nothing, where a key is a guess.
    pub guessed: &'static [&'static str],
    /// Returns what a path leads to: by what its access code opens, and the rest of the path.
    pub target: fn(AccessCodeKind, &str) -> Option<Target>,
    pub key: FindKey,
    /// Whose key it takes.
    pub role: Role,
    /// Returns credentials for a first call: an access code and a key.
    pub credentials: fn(&FirstCallInfo) -> Option<(&str, &str)>,
    pub actions: &'static [Action],
    pub variants: Variants,
    /// Parameters that every action knows, beside those of either API.
    pub common: &'static [&'static str],
    /// The same for the pages: those of [`operations`](super::docs::operations).
    pub operations: &'static LazyLock<Vec<Operation>>,
    /// All statuses of its failures.
    pub failures: &'static [&'static str],
    pub texts: Texts,
    pub index: Index,
}

/// What the pages and OpenAPI tell of an API.
pub struct Texts {
    /// The text of the page before the actions.
    pub introduction: &'static str,
    /// Whose key it takes.
    pub key: &'static str,
    /// The names of the key in a header, as a bearer token and in the query, for OpenAPI.
    pub schemes: [&'static str; 3],
    /// The name of its failures there.
    pub failure: &'static str,
    /// Names of actions and parameters that are others here: (elsewhere, here).
    pub renamed: &'static [(&'static str, &'static str)],
    /// Explains a path that leads nowhere, if it was probably meant for the API.
    pub lost: fn(&AccessCache, &Sent<'_>) -> Option<NearMiss>,
}

/// The actions of an API by their names; made when it is first needed.
pub type Index = OnceLock<HashMap<&'static str, &'static Action, RandomState>>;

impl XtreamApi {
    /// Returns what a name of other panels is here.
    pub fn renamed(&self, name: &str) -> Option<&'static str> {
        let mut all = self.texts.renamed.iter();
        all.find(|(elsewhere, _)| *elsewhere == name).map(|(_, here)| *here)
    }

    /// Finds the action with this name.
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        let by_name = || self.actions.iter().map(|action| (action.name, action)).collect();
        self.index.get_or_init(by_name).get(name).copied()
    }

    /// Returns the active variant of its answers.
    pub fn variant(&self, access: &AccessCache) -> Variant {
        let active = access.settings.profiles;
        let first = self.variants.iter().find(|(profile, _)| active.has(profile));
        first.map(|(_, variant)| *variant).unwrap_or_default()
    }

    /// Whether an action has a parameter of this name.
    pub fn knows(&self, action: &Action, name: &str) -> bool {
        self.common.contains(&name) || action.knows(name)
    }
}

impl Dialect for XtreamApi {
    fn api(&self) -> Api {
        self.api
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn full_title(&self) -> &'static str {
        self.full_title
    }

    fn address(&self) -> &'static str {
        self.address
    }

    fn owns(&self, access: &AccessCache, path: &str) -> bool {
        matches!(gate::target(self, access, path), Some((Target::Api, _)))
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        answers_with(scope, self, async move |exchange: &Exchange, request: Request<'_>| {
            run::answer(self, exchange, request).await
        });
    }

    fn operations(&self) -> &'static [Operation] {
        self.operations
    }

    fn details(&self, operation: &Operation) -> OperationDetails {
        docs::details(self, operation)
    }

    fn common_details(&self) -> DialectDetails {
        docs::common_details(self)
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        recorded::summarize(self, access, sent)
    }

    fn failure(&self, panel: &Panel, error: &Error) -> Response {
        failure(panel, self.variant(&panel.last_access()), error)
    }

    fn failures(&self) -> &'static [&'static str] {
        self.failures
    }

    fn failure_named(&self, panel: &Panel, status: &str) -> Response {
        let variant = self.variant(&panel.last_access());
        let text = match variant {
            Variant::Documented | Variant::Live => "A fault asked for this answer.",
            Variant::Xui => "",
        };
        refused(panel, variant, 200, status, text)
    }

    fn is_call(&self, name: &str) -> bool {
        self.action(name).is_some()
    }

    fn redirect(&self, access: &AccessCache, request: &Request<'_>) -> Option<Response> {
        let (Target::Slash, code) = gate::target(self, access, request.path)? else {
            return None;
        };
        let redirect = || pages::with_slash(request.path, request.query);
        Some(gate::shut_out(code, request).unwrap_or_else(redirect))
    }

    fn refuses_head(&self, _: &Panel, access: &AccessCache, request: &Request<'_>) -> bool {
        gate::target(self, access, request.path).is_some_and(|(_, code)| gate::is_shut_out(code, request))
    }

    fn guessed<'a>(&'a self, exchange: &'a Exchange, request: Request<'a>) -> Guess<'a> {
        Box::pin(async move { gate::guessed(self, &exchange.panel, &exchange.access, &request).await })
    }

    fn lost(&self, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        recorded::lost(self, access, sent)
    }

    /// An unknown parameter of an action, a wrong method (contract "Admin API", section 1).
    fn refuses(&self, near_miss: &str) -> bool {
        matches!(near_miss, "unknown_parameter" | "method")
    }

    fn diagnose<'a>(&'a self, panel: &'a Arc<Panel>, ended: Ended<'a>) -> Diagnosis<'a> {
        Box::pin(recorded::diagnose(self, panel, ended))
    }

    fn url(&self, base: &str, info: &FirstCallInfo) -> Option<String> {
        let (code, _) = (self.credentials)(info)?;
        Some(format!("{base}/{code}{}", self.page))
    }

    fn call(&self, action: &str, info: &FirstCallInfo) -> Option<String> {
        let (code, key) = (self.credentials)(info)?;
        let (code, key) = (percent_encode(code), percent_encode(key));
        Some(format!("/{code}{}?api_key={key}&action={action}", self.page))
    }

    fn has_failed(&self, answer: &Json) -> bool {
        answer.get("status").and_then(Json::as_str) != Some("STATUS_SUCCESS")
    }

    fn status_word(&self, answer: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(answer.get(..64).unwrap_or(answer));
        let (_, rest) = text.split_once("\"status\":\"")?;
        rest.split_once('"').map(|(word, _)| word.to_owned())
    }

    fn introduction(&self) -> String {
        self.texts.introduction.to_owned()
    }
}
