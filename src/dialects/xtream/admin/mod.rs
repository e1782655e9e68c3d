//! The Xtream-Masters Admin API: `/{code}/admin/index.php?api_key=…&action=…`, answered with
//! `STATUS_*` envelopes.
//!
//! Mostly tables: `actions` has a row for each action, `forms` its parameters, `shapes` the keys of its
//! answer, `lists` its search and sort columns, `words` the texts of errors. This file checks the key, the
//! action and the strictness of a request and runs the action.

pub mod actions;
mod docs;
pub mod forms;
pub mod lists;
mod operations;
mod recorded;
pub mod schemas;
pub mod shapes;
mod words;
pub mod xui;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use rusqlite::types::Value;
use serde_json::Value as Json;

use super::answer::{self as answers, Data, ListForm, Printing};
use super::input::Input;
use super::params;
use crate::dialects::diagnosis::{Diagnosis, Ended};
use crate::dialects::near_miss::NearMiss;
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails};
use crate::dialects::php::body as php_body;
use crate::dialects::php::form::{Form, Limits, percent_decode, percent_encode};
use crate::dialects::php::scalar::clean;
use crate::dialects::recorded::{Sent, Summary, split_path};
use crate::dialects::service::{answers_with, is_read};
use crate::dialects::xtream::listing::Listing;
use crate::dialects::xtream::shape::{Shape, Shaped};
use crate::dialects::xtream::variant::Variant;
use crate::dialects::xtream::writing::Writing;
use crate::dialects::{Api, Dialect, Guess};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, RequestBody, Response, body, pages};
use crate::panel::access_cache::{AccessCache, AccessCodeKind, Code};
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::draft::Draft;
use crate::panel::error::Thing;
use crate::panel::fields::Reading;
use crate::panel::noun::Noun;
use crate::panel::throttle::Verdict;
use crate::panel::{Caller, Context, Error, FirstCallInfo, Panel, Result};
use crate::store::list::ListQuery;
use actions::{Action, Verb};

/// Limits of the variables of a query or body.
const LIMITS: Limits = Limits::PHP;

const BAD_KEY: &str = "Invalid API key.";

/// Of a named key whose scopes do not have an action.
const NO_PERMISSIONS: &str = "No permissions.";

/// The Admin API.
pub struct AdminApi;

/// The dialect.
pub static ADMIN: AdminApi = AdminApi;

/// Its name.
const API: Api = Api("admin");

/// The paths of the API after the access code.
const API_PATHS: [&str; 4] = ["/", "/index.php", "/admin/", "/admin/index.php"];

/// The target of a path under an access code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A redirect to the same path with a slash.
    Slash,
    Admin,
}

/// Returns the target of a path, and its access code.
fn target<'a>(access: &'a AccessCache, path: &str) -> Option<(Target, &'a Code)> {
    let (code, rest) = split_path(path);
    let code = match code.contains('%') {
        true => access.code(&percent_decode(code.as_bytes())),
        false => access.code(code),
    }?;
    let target = match (code.kind, rest) {
        (AccessCodeKind::Admin, "" | "/admin") => Target::Slash,
        (AccessCodeKind::Admin, rest) if API_PATHS.contains(&rest) => Target::Admin,
        _ => return None,
    };
    Some((target, code))
}

impl Dialect for AdminApi {
    fn api(&self) -> Api {
        API
    }

    fn title(&self) -> &'static str {
        "the Admin API"
    }

    fn full_title(&self) -> &'static str {
        "the Xtream-Masters Admin API"
    }

    fn address(&self) -> &'static str {
        "/CODE/admin/index.php"
    }

    fn owns(&self, access: &AccessCache, path: &str) -> bool {
        matches!(target(access, path), Some((Target::Admin, _)))
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        answers_with(scope, self, answer);
    }

    fn operations(&self) -> &'static [Operation] {
        docs::operations()
    }

    fn details(&self, operation: &Operation) -> OperationDetails {
        docs::details(operation)
    }

    fn common_details(&self) -> DialectDetails {
        docs::common_details()
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        recorded::summarize(access, sent)
    }

    fn failure(&self, panel: &Panel, error: &Error) -> Response {
        failure(panel, Variant::from_access(&panel.last_access()), error)
    }

    fn failures(&self) -> &'static [&'static str] {
        &words::FAILURES
    }

    fn failure_named(&self, panel: &Panel, status: &str) -> Response {
        let variant = Variant::from_access(&panel.last_access());
        let text = match variant {
            Variant::Documented => "A fault asked for this answer.",
            Variant::Xui => "",
        };
        refused(panel, variant, 200, status, text)
    }

    fn is_call(&self, name: &str) -> bool {
        actions::find(name).is_some()
    }

    fn redirect(&self, access: &AccessCache, request: &Request<'_>) -> Option<Response> {
        let (Target::Slash, code) = target(access, request.path)? else {
            return None;
        };
        let redirect = || pages::with_slash(request.path, request.query);
        Some(shut_out(code, request).unwrap_or_else(redirect))
    }

    fn refuses_head(&self, _: &Panel, access: &AccessCache, request: &Request<'_>) -> bool {
        target(access, request.path).is_some_and(|(_, code)| is_shut_out(code, request))
    }

    fn guessed<'a>(&'a self, exchange: &'a Exchange, request: Request<'a>) -> Guess<'a> {
        Box::pin(async move { guessed(&exchange.panel, &exchange.access, &request).await })
    }

    fn lost(&self, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        recorded::lost(access, sent)
    }

    /// DialectDetails "Admin API", section 1: an unknown parameter of an action, a wrong method.
    fn refuses(&self, near_miss: &str) -> bool {
        matches!(near_miss, "unknown_parameter" | "method")
    }

    fn diagnose<'a>(&'a self, panel: &'a Panel, ended: Ended<'a>) -> Diagnosis<'a> {
        Box::pin(recorded::diagnose(panel, ended))
    }

    fn url(&self, base: &str, info: &FirstCallInfo) -> Option<String> {
        let code = info.access_code.as_ref()?;
        Some(format!("{base}/{code}/admin/index.php"))
    }

    fn call(&self, action: &str, info: &FirstCallInfo) -> Option<String> {
        let (code, key) = info.access_code.as_ref().zip(info.api_key.as_ref())?;
        let (code, key) = (percent_encode(code), percent_encode(key));
        Some(format!("/{code}/admin/index.php?api_key={key}&action={action}"))
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
        docs::INTRODUCTION.to_owned()
    }
}

/// Returns the answer for a caller whose address the access code does not admit.
fn shut_out(code: &Code, request: &Request<'_>) -> Option<Response> {
    is_shut_out(code, request).then(|| {
        let refusal = Response::new(403, "text/plain", "IP FORBIDDEN");
        refusal.traced(Trace::stopped(Auth::Forbidden))
    })
}

/// Whether the access code does not admit the caller's address.
fn is_shut_out(code: &Code, request: &Request<'_>) -> bool {
    !code.whitelist.is_empty() && !code.whitelist.hold(request.client)
}

/// Answers a request with an access code (contract, section 1: the checks in their order).
///
/// # Errors
/// The error of the action, which [`failure`] answers.
pub async fn answer(exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    let (panel, access) = (&exchange.panel, &exchange.access);
    if !is_read(request.method) && !panel.strictness().refuses() {
        return Ok(Response::empty(200));
    }
    let Some((_, code)) = target(access, request.path) else {
        return Ok(pages::not_found());
    };
    if let Some(refusal) = shut_out(code, &request) {
        return Ok(refusal);
    }
    let variant = Variant::from_access(access);
    let Some((query, body)) = forms(&request).await else {
        return Ok(refused(panel, variant, 413, "STATUS_INVALID_INPUT", &too_much()));
    };
    let now = panel.clock().now();
    let find = |key: &str| {
        access
            .admin_key(key)
            .filter(|(_, named)| named.is_none_or(|named| !named.has_expired(now)))
    };
    let query_key = query.text("api_key").map(clean).and_then(|key| find(&key));
    let mut input = Input::new(query.overlay(body), variant);
    let action = input.scalar("action").and_then(|name| actions::find(&name));
    let key = input.scalar("api_key").and_then(|key| find(&key));
    let header_key = request.api_key();
    let known = match (key, query_key) {
        (Some(known), _) => {
            input.remove("api_key");
            Some(known)
        }
        // An account's own `api_key` travels in the body, beside the caller's in the query or a header.
        (None, query_key) if action.is_some_and(Action::takes_a_key) => query_key.or_else(|| find(header_key?)),
        // A header counts where the parameter is not sent at all.
        _ if input.node("api_key").is_none() => header_key.and_then(find),
        _ => None,
    };
    let sent_one = header_key.is_some() || input.scalar("api_key").is_some_and(|key| !key.is_empty());
    let (caller, named) = known.unzip();
    let caller = match judged(panel, access, &request, caller, sent_one).await {
        Ok(caller) => caller,
        Err(refusal) => return Ok(refusal),
    };
    let named = named.flatten();
    if let Some(named) = named {
        panel.rest_secret_used(named.id).await;
    }
    let Some(action) = action else {
        let refusal = refused(panel, variant, 200, "STATUS_FAILURE", "Invalid action.");
        return Ok(refusal.traced(Trace::stopped(Auth::Ok)));
    };
    if named.is_some_and(|named| !named.allows(action.reach())) {
        let refusal = refused(panel, variant, 200, "STATUS_NO_PERMISSIONS", NO_PERMISSIONS);
        return Ok(refusal.traced(Trace::stopped(Auth::Permission)));
    }
    if panel.strictness().refuses() {
        if !is_read(request.method) {
            let text = format!("Invalid method: {}. Use GET or POST.", request.method);
            return Ok(refused(panel, variant, 200, "STATUS_INVALID_INPUT", &text));
        }
        let is_text = |name: &str| input.node(name).is_some_and(|node| node.text().is_some());
        let is_unread = |name: &&str| !action.knows(name) || is_text(name) && action.bracketed(name).is_some();
        if let Some(name) = input.names().find(is_unread) {
            let refusal = failure(panel, variant, &Error::Unknown(name.to_owned().into()));
            return Ok(refusal.traced(Trace::stopped(Auth::Ok)));
        }
    }
    let source = ChangeSource {
        surface: API.name(),
        action: action.name.into(),
        address: Some(request.client),
        key: Some(caller.id()),
    };
    let input = Arc::new(input);
    let result = run(panel, Actor::new(caller, source), action, Arc::clone(&input)).await;
    let body = match variant {
        Variant::Documented => result.map(|data| answers::success(data, Printing::now(panel))),
        Variant::Xui => xui::answer(action.xui.form, result, Printing::now(panel)),
    };
    let handler = Handler {
        api: API,
        action: action.name,
        sub: "",
    };
    let trace = Trace::answered(handler, body.as_ref().err());
    let response = match body {
        Ok((body, None)) => {
            let (body, charge) = panel.settings().answers.charge(body);
            sent(panel, variant, 200, body).charged(charge)
        }
        Ok((body, charge)) => sent(panel, variant, 200, body).charged(charge),
        Err(error) => action_failure(panel, action, &input, &error),
    };
    Ok(response.traced(trace))
}

/// The caller, if the key that was sent is good. A request without a key guesses none and is not counted.
async fn judged(
    panel: &Arc<Panel>,
    access: &AccessCache,
    request: &Request<'_>,
    caller: Option<Caller>,
    sent_one: bool,
) -> Result<Caller, Response> {
    let verdict = match (caller, sent_one) {
        (None, false) => Verdict::Wrong,
        _ => panel.judge(access, request.sender(), caller.is_some()).await,
    };
    let wrong = || refused(panel, Variant::from_access(access), 200, "STATUS_FAILURE", BAD_KEY);
    match (verdict, caller) {
        (Verdict::Good, Some(caller)) => Ok(caller),
        (Verdict::Refused, _) => Err(wrong().throttled()),
        _ => Err(wrong().traced(Trace::stopped(Auth::BadKey))),
    }
}

/// Judges an API key that came with an unknown access code, which is a guess as well. While the address is
/// refused the answer is that of a known code, so that it does not tell which codes there are.
async fn guessed(panel: &Arc<Panel>, access: &AccessCache, request: &Request<'_>) -> Option<Response> {
    let (_, rest) = split_path(request.path);
    if !API_PATHS.contains(&rest) {
        return None;
    }
    let sent_one = match forms(request).await {
        Some((query, body)) => query
            .overlay(body)
            .text("api_key")
            .is_some_and(|key| !clean(key).is_empty()),
        None => false,
    };
    if !sent_one && request.api_key().is_none() {
        return None;
    }
    match panel.judge(access, request.sender(), false).await {
        Verdict::Refused => {
            let wrong = refused(panel, Variant::from_access(access), 200, "STATUS_FAILURE", BAD_KEY);
            Some(wrong.throttled())
        }
        _ => None,
    }
}

/// Returns how an action's list is printed.
fn list_form(action: &Action, variant: Variant, is_page: bool) -> ListForm {
    match variant {
        Variant::Documented => ListForm::DOCUMENTED,
        Variant::Xui => xui::list(action.xui.form, is_page),
    }
}

/// Returns the answer for the error of an action.
fn action_failure(panel: &Panel, action: &Action, input: &Input, error: &Error) -> Response {
    let special = match input.variant {
        Variant::Documented => None,
        Variant::Xui => xui::refusal(action, input, error),
    };
    match special {
        Some(body) => sent(panel, input.variant, 200, body),
        None => failure(panel, input.variant, error),
    }
}

/// Returns the answer for an error.
pub fn failure(panel: &Panel, variant: Variant, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    let words = words::for_error(error);
    let text = match variant {
        // Errors that only Linecard has are described in full.
        Variant::Xui if words.http == 200 => "",
        _ => &words.text,
    };
    refused(panel, variant, words.http, words.status, text)
}

fn refused(panel: &Panel, variant: Variant, http: u16, status: &str, text: &str) -> Response {
    let body = match variant {
        Variant::Documented => answers::failure(status, text),
        Variant::Xui => xui::failure(status, text),
    };
    sent(panel, variant, http, body)
}

fn sent(panel: &Panel, variant: Variant, http: u16, body: Vec<u8>) -> Response {
    match variant {
        Variant::Documented => Response::new(http, panel.settings().content_type.clone(), body),
        Variant::Xui => Response::new(http, xui::CONTENT_TYPE, body),
    }
}

/// Parses the forms of query and body. `None` if there are too many variables: PHP would silently drop the
/// rest, and only a part of the request would be executed.
async fn forms(request: &Request<'_>) -> Option<(Form, Form)> {
    let RequestBody::Whole(bytes) = request.body else {
        return None;
    };
    let query = Form::parse(request.query.as_bytes(), LIMITS);
    let body = php_body::form(bytes, request.content_type(), LIMITS).await;
    (!query.overflowed() && !body.overflowed()).then_some((query, body))
}

fn too_much() -> String {
    format!(
        "Request too large: at most {} parameters and {} bytes.",
        LIMITS.variables,
        body::LARGEST
    )
}

/// Runs an action.
async fn run(panel: &Arc<Panel>, actor: Actor, action: &'static Action, input: Arc<Input>) -> Result<Data> {
    let caller = actor.caller;
    match &action.verb {
        Verb::Me(shape) => {
            let shaped = chosen(shape, &input)?;
            panel
                .read(caller, move |context| {
                    Data::load(context, Arc::clone(&shaped), caller.id(), Thing::User)
                })
                .await
        }
        Verb::Get(shape, thing) => {
            let shaped = chosen(shape, &input)?;
            let (id, thing) = (input.id("id").ok_or(Error::NotFound(*thing))?, *thing);
            panel
                .read(caller, move |context| {
                    Data::load(context, Arc::clone(&shaped), id, thing)
                })
                .await
        }
        Verb::All(shape, order) => {
            let shaped = chosen(shape, &input)?;
            let (view, order) = (shaped.view, order.and_then(|name| shape.view.column(name)));
            let form = list_form(action, input.variant, false);
            panel
                .read(caller, move |context| {
                    let query = ListQuery {
                        order: order.map(|column| (column, false)),
                        ..ListQuery::all(view)
                    };
                    form.all(context, &query, &shaped)
                })
                .await
        }
        Verb::Page(listing) => {
            let form = list_form(action, input.variant, true);
            page(panel, caller, listing, form, &input).await
        }
        Verb::Create(noun, form, shape) => {
            let draft = params::draft(form, &input, &writing(panel, caller, action, &input));
            let (noun, shaped) = (*noun, shape.whole(input.variant));
            panel
                .write(actor, move |context| {
                    let id = noun.create(context, &draft)?;
                    Data::load(context, Arc::clone(&shaped), id, noun.thing())
                })
                .await
        }
        Verb::Edit(noun, form, shape) => {
            let draft = params::draft(form, &input, &writing(panel, caller, action, &input));
            edit(panel, actor, *noun, draft, shape, &input).await
        }
        Verb::Delete(noun) => {
            let noun = *noun;
            let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
            panel
                .write(actor, move |context| noun.delete(context, id))
                .await
                .map(|()| Data::Done)
        }
        Verb::Switch(noun, column, value) => {
            let (noun, column, value) = (*noun, *column, *value);
            let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
            let draft = Draft::from_values([(column, Value::Integer(value))]);
            panel
                .write(actor, move |context| noun.edit(context, id, &draft))
                .await
                .map(|()| Data::Done)
        }
        Verb::Read(_, operation) => {
            let operation = action.reads(input.variant, *operation);
            panel.read(caller, move |context| operation(context, &input)).await
        }
        Verb::Write(_, operation) | Verb::Configure(operation) => {
            let operation = *operation;
            panel.write(actor, move |context| operation(context, &input)).await
        }
        Verb::Steps(_, operation) => operation(Arc::clone(panel), actor, input).await,
    }
}

async fn edit(
    panel: &Arc<Panel>,
    actor: Actor,
    noun: &'static dyn Noun,
    draft: Draft,
    shape: &'static Shape,
    input: &Input,
) -> Result<Data> {
    let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
    let shaped = shape.whole(input.variant);
    panel
        .write(actor, move |context| {
            noun.edit(context, id, &draft)?;
            Data::load(context, Arc::clone(&shaped), id, noun.thing())
        })
        .await
}

async fn page(
    panel: &Arc<Panel>,
    caller: Caller,
    listing: &'static Listing,
    form: ListForm,
    input: &Input,
) -> Result<Data> {
    let shaped = chosen(listing.shape, input)?;
    let mut request = listing.parse(input, panel.zone())?;
    request.query.view = shaped.view;
    panel
        .read(caller, move |context: &Context<'_>| {
            form.page(context, &request.query, &shaped, request.limit)
        })
        .await
}

/// Returns what the fields of a write are read with.
fn writing(panel: &Panel, caller: Caller, action: &Action, input: &Input) -> Writing {
    let rules = input.variant.rules();
    Writing {
        reading: Reading {
            purpose: action.purpose(input.variant),
            date: rules.date,
            zone: panel.zone(),
            now: panel.clock().now(),
        },
        rules,
        caller,
    }
}

/// Returns the keys that the caller has selected.
fn chosen(shape: &'static Shape, input: &Input) -> Result<Arc<Shaped>> {
    let (show, hide) = (input.text("show_columns")?, input.text("hide_columns")?);
    Ok(shape.chosen(input.variant, show.as_deref(), hide.as_deref()))
}
