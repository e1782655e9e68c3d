//! The Xtream-Masters Admin API: `/{code}/admin/index.php?api_key=…&action=…`, answered with
//! `STATUS_*` envelopes.
//!
//! Mostly tables: `actions` has a row for each action, `forms` its parameters, `shapes` the
//! keys of its answer, `lists` how it is searched and sorted, `words` what its errors are
//! called. This file takes a request through key, action and strictness and runs the row.

pub mod actions;
pub mod forms;
pub mod lists;
mod operations;
pub mod shapes;
pub mod variant;
pub(in crate::dialects) mod words;
pub mod xui;

use std::sync::Arc;

use rusqlite::types::Value;

use super::answer::{self as answers, Data, Printing};
use super::input::{self, Input};
use super::params::{self, Form as Fields};
use crate::dialects::describe::Api;
use crate::dialects::php::form::{Form, Limits};
use crate::http::body::{self, Body};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Request, Response};
use crate::panel::access_cache::AccessCache;
use crate::panel::draft::Draft;
use crate::panel::error::Thing;
use crate::panel::noun::Noun;
use crate::panel::{Caller, Context, Error, Panel, Result};
use crate::store::list::ListQuery;
use actions::{Action, Verb};
use shapes::{Shape, Shaped};
use variant::Variant;

/// How many variables each of query and body may have.
const LIMITS: Limits = Limits::PHP;

const BAD_KEY: &str = "Invalid API key.";

/// Answers a request that came through an access code.
///
/// # Errors
/// Whatever the action finds wrong, for [`failure`] to put into words.
pub async fn answer(panel: &Arc<Panel>, access: &AccessCache, request: Request<'_>) -> Result<Response> {
    let variant = Variant::of(access);
    let Some((query, body)) = forms(&request).await else {
        return Ok(refused(panel, variant, 413, "STATUS_INVALID_INPUT", &too_much()));
    };
    let query_key = query
        .text("api_key")
        .map(input::clean)
        .and_then(|key| access.admin(&key));
    let mut input = Input::new(query.overlay(body), variant);
    let action = input.scalar("action").and_then(|name| actions::find(&name));
    let key = input.scalar("api_key").and_then(|key| access.admin(&key));
    let caller = match (key, query_key) {
        (Some(caller), _) => {
            input.remove("api_key");
            caller
        }
        // An account's own `api_key` travels in the body, beside the caller's in the query.
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
        if !matches!(request.method, "GET" | "POST" | "HEAD") {
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
        Variant::Xui => xui::answer(action.name, result, printing(panel)),
    };
    let handler = Handler {
        api: Api::Admin,
        action: action.name,
        sub: "",
    };
    let trace = Trace::of(handler, body.as_ref().err());
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

/// The answer to a request in which something is wrong.
pub fn failure(panel: &Panel, variant: Variant, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    let words = words::of(error);
    let text = match variant {
        // What no panel says is told in full.
        Variant::Xui if words.http == 200 => "",
        _ => &words.text,
    };
    refused(panel, variant, words.http, words.status, text)
}

/// The failure with this status, whatever asks for it.
pub fn failure_named(panel: &Panel, variant: Variant, status: &str) -> Response {
    let text = match variant {
        Variant::Documented => "A fault asked for this answer.",
        Variant::Xui => "",
    };
    refused(panel, variant, 200, status, text)
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

/// The forms of query and body. `None` when there is too much of them: PHP would drop the rest in
/// silence, and half of a request would be carried out.
async fn forms(request: &Request<'_>) -> Option<(Form, Form)> {
    let Body::Whole(bytes) = &request.body else {
        return None;
    };
    let query = Form::parse(request.query.as_bytes(), LIMITS);
    let body = body::form(bytes, request.content_type, LIMITS).await;
    (!query.overflowed() && !body.overflowed()).then_some((query, body))
}

fn too_much() -> String {
    format!(
        "Request too large: at most {} parameters and {} bytes.",
        LIMITS.variables,
        body::LARGEST
    )
}

/// Runs the row of an action.
async fn run(panel: &Arc<Panel>, caller: Caller, action: &'static Action, input: Arc<Input>) -> Result<Data> {
    match &action.verb {
        Verb::Me(shape) => {
            let shaped = chosen(shape, &input)?;
            panel
                .read(caller, move |context| {
                    Data::read(context, Arc::clone(&shaped), caller.id(), Thing::User)
                })
                .await
        }
        Verb::Get(shape, thing) => {
            let shaped = chosen(shape, &input)?;
            let (id, thing) = (input.id("id").ok_or(Error::NotFound(*thing))?, *thing);
            panel
                .read(caller, move |context| {
                    Data::read(context, Arc::clone(&shaped), id, thing)
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
                    Data::read(context, Arc::clone(&shaped), id, noun.thing())
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
            let draft = Draft::of([(column, Value::Integer(value))]);
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
        Verb::Steps(_, operation) => operation(Arc::clone(panel), caller, input).await,
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
            Data::read(context, Arc::clone(&shaped), id, noun.thing())
        })
        .await
}

async fn page(panel: &Arc<Panel>, caller: Caller, listing: &'static lists::Listing, input: &Input) -> Result<Data> {
    let shaped = chosen(listing.shape, input)?;
    let mut asked = listing.ask(input, panel.zone())?;
    asked.query.view = shaped.view;
    panel
        .read(caller, move |context: &Context<'_>| {
            let page = context.page(&asked.query, &shaped.selection)?;
            Ok(Data::Page(Arc::clone(&shaped), page, asked.limit))
        })
        .await
}

/// The keys that the caller wants to see.
fn chosen(shape: &'static Shape, input: &Input) -> Result<Arc<Shaped>> {
    let (show, hide) = (input.text("show_columns")?, input.text("hide_columns")?);
    Ok(shape.chosen(input.variant, show.as_deref(), hide.as_deref()))
}
