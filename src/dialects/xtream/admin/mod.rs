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
pub mod shapes;
mod words;
pub mod xui;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use rusqlite::types::Value;
use serde_json::Value as Json;

use super::answer::{self as answers, Data, Printing};
use super::input::Input;
use super::params::{self, Form as Fields};
use crate::dialects::diagnosis::{Diagnosis, Ended};
use crate::dialects::near_miss::NearMiss;
use crate::dialects::operation::Operation;
use crate::dialects::php::body as php_body;
use crate::dialects::php::form::{Form, Limits, percent_decode, percent_encode};
use crate::dialects::php::scalar::clean;
use crate::dialects::recorded::{Sent, Summary, split_path};
use crate::dialects::service::{answers_with, is_read};
use crate::dialects::xtream::listing::Listing;
use crate::dialects::xtream::shape::{Shape, Shaped};
use crate::dialects::xtream::variant::Variant;
use crate::dialects::{Api, Dialect};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, RequestBody, Response, body, pages};
use crate::panel::access_cache::{AccessCache, AccessCodeKind, Code};
use crate::panel::draft::Draft;
use crate::panel::error::Thing;
use crate::panel::noun::Noun;
use crate::panel::{Caller, Context, Error, FirstCallInfo, Panel, Result};
use crate::store::list::ListQuery;
use actions::{Action, Verb};

/// Limits of the variables of a query or body.
const LIMITS: Limits = Limits::PHP;

const BAD_KEY: &str = "Invalid API key.";

/// The Admin API.
pub struct AdminApi;

/// The dialect.
pub static ADMIN: AdminApi = AdminApi;

/// Its name.
const API: Api = Api("admin");

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
        (AccessCodeKind::Admin, "/" | "/index.php" | "/admin/" | "/admin/index.php") => Target::Admin,
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

    fn lost(&self, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        recorded::lost(access, sent)
    }

    /// Contract "Admin API", section 1: an unknown parameter of an action, a wrong method.
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

    fn introduction(&self) -> String {
        docs::INTRODUCTION.to_owned()
    }
}

/// Returns the answer for a caller whose address the access code does not admit.
fn shut_out(code: &Code, request: &Request<'_>) -> Option<Response> {
    (!code.whitelist.is_empty() && !code.whitelist.hold(request.client)).then(|| {
        let refusal = Response::new(403, "text/plain", "IP FORBIDDEN");
        refusal.traced(Trace::stopped(Auth::Forbidden))
    })
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
    let query_key = query.text("api_key").map(clean).and_then(|key| access.admin(&key));
    let mut input = Input::new(query.overlay(body), variant);
    let action = input.scalar("action").and_then(|name| actions::find(&name));
    let key = input.scalar("api_key").and_then(|key| access.admin(&key));
    let caller = match (key, query_key) {
        (Some(caller), _) => {
            input.remove("api_key");
            caller
        }
        // The `api_key` in the body is a parameter of the edited account; the caller's is in the query.
        (None, Some(caller)) if action.is_some_and(Action::takes_a_key) => caller,
        _ => {
            let refusal = refused(panel, variant, 200, "STATUS_FAILURE", BAD_KEY);
            return Ok(refusal.traced(Trace::stopped(Auth::BadKey)));
        }
    };
    let Some(action) = action else {
        let refusal = refused(panel, variant, 200, "STATUS_FAILURE", "Invalid action.");
        return Ok(refusal.traced(Trace::stopped(Auth::Ok)));
    };
    if panel.strictness().refuses() {
        if !is_read(request.method) {
            let text = format!("Invalid method: {}. Use GET or POST.", request.method);
            return Ok(refused(panel, variant, 200, "STATUS_INVALID_INPUT", &text));
        }
        if let Some(name) = input.names().find(|name| !action.knows(name)) {
            let refusal = failure(panel, variant, &Error::Unknown(name.to_owned().into()));
            return Ok(refusal.traced(Trace::stopped(Auth::Ok)));
        }
    }
    let result = run(panel, caller, action, Arc::new(input)).await;
    let body = match variant {
        Variant::Documented => result.map(|data| answers::success(&data, printing(panel))),
        Variant::Xui => xui::answer(action.xui, result, printing(panel)),
    };
    let handler = Handler {
        api: API,
        action: action.name,
        sub: "",
    };
    let trace = Trace::answered(handler, body.as_ref().err());
    let response = match body {
        Ok(body) => sent(panel, variant, 200, body),
        Err(error) => failure(panel, variant, &error),
    };
    Ok(response.traced(trace))
}

fn printing(panel: &Panel) -> Printing {
    Printing {
        zone: panel.zone(),
        now: panel.clock().now(),
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
async fn run(panel: &Arc<Panel>, caller: Caller, action: &'static Action, input: Arc<Input>) -> Result<Data> {
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
            panel
                .read(caller, move |context| {
                    let query = ListQuery {
                        order: order.map(|column| (column, false)),
                        ..ListQuery::all(view)
                    };
                    Ok(Data::All(Arc::clone(&shaped), context.rows(&query, &shaped.selection)?))
                })
                .await
        }
        Verb::Page(listing) => page(panel, caller, listing, &input).await,
        Verb::Create(noun, form, shape) => {
            let draft = params::draft(form, &input, panel.zone(), true);
            let (noun, shaped) = (*noun, shape.whole(input.variant));
            panel
                .write(caller, move |context| {
                    let id = noun.create(context, &draft)?;
                    Data::load(context, Arc::clone(&shaped), id, noun.thing())
                })
                .await
        }
        Verb::Edit(noun, form, shape) => edit(panel, caller, *noun, form, shape, &input).await,
        Verb::Delete(noun) => {
            let noun = *noun;
            let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
            panel
                .write(caller, move |context| noun.delete(context, id))
                .await
                .map(|()| Data::Done)
        }
        Verb::Switch(noun, column, value) => {
            let (noun, column, value) = (*noun, *column, *value);
            let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
            let draft = Draft::from_values([(column, Value::Integer(value))]);
            panel
                .write(caller, move |context| noun.edit(context, id, &draft))
                .await
                .map(|()| Data::Done)
        }
        Verb::Read(_, operation) => {
            let operation = *operation;
            panel.read(caller, move |context| operation(context, &input)).await
        }
        Verb::Write(_, operation) => {
            let operation = *operation;
            panel.write(caller, move |context| operation(context, &input)).await
        }
        Verb::Steps(_, operation) | Verb::ReadSteps(_, operation) => operation(Arc::clone(panel), caller, input).await,
    }
}

async fn edit(
    panel: &Arc<Panel>,
    caller: Caller,
    noun: &'static dyn Noun,
    form: Fields,
    shape: &'static Shape,
    input: &Input,
) -> Result<Data> {
    let id = input.id("id").ok_or(Error::NotFound(noun.thing()))?;
    let draft = params::draft(form, input, panel.zone(), false);
    let shaped = shape.whole(input.variant);
    panel
        .write(caller, move |context| {
            noun.edit(context, id, &draft)?;
            Data::load(context, Arc::clone(&shaped), id, noun.thing())
        })
        .await
}

async fn page(panel: &Arc<Panel>, caller: Caller, listing: &'static Listing, input: &Input) -> Result<Data> {
    let shaped = chosen(listing.shape, input)?;
    let mut request = listing.parse(input, panel.zone())?;
    request.query.view = shaped.view;
    panel
        .read(caller, move |context: &Context<'_>| {
            let page = context.page(&request.query, &shaped.selection)?;
            Ok(Data::Page(Arc::clone(&shaped), page, request.limit))
        })
        .await
}

/// Returns the keys that the caller has selected.
fn chosen(shape: &'static Shape, input: &Input) -> Result<Arc<Shaped>> {
    let (show, hide) = (input.text("show_columns")?, input.text("hide_columns")?);
    Ok(shape.chosen(input.variant, show.as_deref(), hide.as_deref()))
}
