//! Runs the actions of the Xtream APIs and prints their answers.

use std::sync::Arc;

use rusqlite::types::Value;

use super::action::{Action, Verb};
use super::answer::{self as answers, Data, ListForm, Printing};
use super::api::XtreamApi;
use super::gate::{self, Accepted};
use super::input::Input;
use super::listing::Listing;
use super::shape::{Shape, Shaped};
use super::variant::Variant;
use super::writing::Writing;
use super::{offers, params, trade, words, xui};
use crate::http::trace::{Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::answers::AnswerBody;
use crate::panel::audit::Actor;
use crate::panel::draft::Draft;
use crate::panel::error::Thing;
use crate::panel::fields::Reading;
use crate::panel::noun::Noun;
use crate::panel::reselling::Seller;
use crate::panel::{Caller, Context, Error, Panel, Result};
use crate::store::list::ListQuery;

/// Answers a request with an access code.
///
/// # Errors
/// The error of the action, which [`failure`] answers.
pub async fn answer(api: &XtreamApi, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    let panel = &exchange.panel;
    let accepted = match gate::accept(api, exchange, &request).await {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(refusal),
    };
    let Accepted { actor, action, input } = accepted;
    let account = actor.caller.id();
    let result = run(panel, actor, action, Arc::clone(&input)).await;
    let body = printed(action, input.variant, result, Printing::now(panel));
    let handler = Handler {
        api: api.api,
        action: action.name,
        sub: "",
    };
    let error = body.as_ref().err();
    let trace = Trace::answered(handler, error).of_account(account, error);
    let response = match body {
        Ok((body, None)) => {
            let (body, charge) = panel.settings().answers.charge(body);
            sent(panel, input.variant, 200, body).charged(charge)
        }
        Ok((body, charge)) => sent(panel, input.variant, 200, body).charged(charge),
        Err(error) => action_failure(panel, action, &input, &error),
    };
    Ok(response.traced(trace))
}

/// Prints the answer of an action.
///
/// # Errors
/// The action's.
pub fn printed(action: &Action, variant: Variant, result: Result<Data>, printing: Printing) -> Result<AnswerBody> {
    match variant {
        Variant::Documented | Variant::Live => result.map(|data| answers::success(data, printing)),
        Variant::Xui => xui::answer(action.xui.form, result, printing),
    }
}

/// Returns how an action's list is printed.
fn list_form(action: &Action, variant: Variant, is_page: bool) -> ListForm {
    match variant {
        Variant::Documented | Variant::Live => ListForm::DOCUMENTED,
        Variant::Xui => xui::list(action.xui.form, is_page),
    }
}

/// Returns the answer for the error of an action.
fn action_failure(panel: &Panel, action: &Action, input: &Input, error: &Error) -> Response {
    let special = match input.variant {
        Variant::Documented | Variant::Live => None,
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

/// Returns a refusal with this HTTP code, status and text.
pub fn refused(panel: &Panel, variant: Variant, http: u16, status: &str, text: &str) -> Response {
    let body = match variant {
        Variant::Documented | Variant::Live => answers::failure(status, text),
        Variant::Xui => xui::failure(status, text),
    };
    sent(panel, variant, http, body)
}

fn sent(panel: &Panel, variant: Variant, http: u16, body: Vec<u8>) -> Response {
    match variant {
        Variant::Documented | Variant::Live => Response::new(http, panel.settings().content_type.clone(), body),
        Variant::Xui => Response::new(http, xui::CONTENT_TYPE, body),
    }
}

/// Runs an action.
async fn run(panel: &Arc<Panel>, actor: Actor, action: &'static Action, input: Arc<Input>) -> Result<Data> {
    let caller = actor.caller;
    if let Some(right) = action.right {
        panel
            .read(caller, move |context| Seller::of(context)?.may(right))
            .await?;
    }
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
        Verb::Write(_, operation) | Verb::Configure(_, operation) => {
            let operation = *operation;
            panel.write(actor, move |context| operation(context, &input)).await
        }
        Verb::Sold(shape) => {
            let shaped = chosen(shape, &input)?;
            let form = list_form(action, input.variant, false);
            let (variant, shape) = (input.variant, *shape);
            panel
                .read(caller, move |context| {
                    offers::sold(context, variant, form, shape, &shaped)
                })
                .await
        }
        Verb::Trade(trade) => trade::run(panel, actor, action, trade, input).await,
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
    if listing.without_caller {
        let own = Value::Integer(caller.id());
        request.query.filters.push(("not this", Some(own)));
    }
    panel
        .read(caller, move |context: &Context<'_>| {
            form.page(context, &request.query, &shaped, request.limit)
        })
        .await
}

/// Returns what the fields of a write are read with.
pub fn writing(panel: &Panel, caller: Caller, action: &Action, input: &Input) -> Writing {
    let rules = match action.verb {
        Verb::Trade(_) => input.variant.rules_of_sales(),
        _ => input.variant.rules(),
    };
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
