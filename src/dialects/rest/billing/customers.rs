//! Customers (contract "REST APIs", B5).

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::{Call, Input};
use super::super::problem::Failure;
use super::super::times::printed_millis;
use super::ids::CUSTOMER;
use super::input;
use super::list::{self, Filter};
use crate::panel::billing::customers::{self as people, Customer, CustomerInput};
use crate::panel::billing::{Sent, passwords};
use crate::panel::{Caller, Context, Error, Panel};

const FILTERS: &[Filter] = &[
    list::text("status", "status"),
    Filter {
        parameter: "email",
        name: "email",
        means: |value| value.text().map(|text| people::email_filter(&text)),
    },
    list::text("externalId", "external_id"),
];

/// `GET /api/v1/customers`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    list::answer(call, (CUSTOMER, |one: &Customer| one.id), FILTERS, people::page, shown)
}

/// `GET /api/v1/customers/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, CUSTOMER)?;
    Ok(told(&people::get(call.context, id)?))
}

/// `POST /api/v1/customers`.
pub fn create(call: &Call<'_>) -> Result<Answer, Failure> {
    let made = people::create(call.context, &sent(call))?;
    let location = format!("/api/v1/customers/{}", CUSTOMER.id(made.id));
    Ok(Answer::created(location, json!({ "data": shown(&made) })))
}

/// `PATCH /api/v1/customers/{id}`.
pub fn update(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, CUSTOMER)?;
    Ok(told(&people::update(call.context, id, &sent(call))?))
}

/// `DELETE /api/v1/customers/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, CUSTOMER)?;
    people::delete(call.context, id)?;
    Ok(Answer::ok(
        json!({ "data": { "id": CUSTOMER.id(id), "deleted": true } }),
    ))
}

/// Hashes the password before the write, on a thread for slow work.
pub fn hash(panel: &Arc<Panel>, mut input: Input) -> LocalBoxFuture<'_, Result<Input, Failure>> {
    let hashed = async move {
        let sent = input::text(&input.fields, "password");
        if !matches!(sent, Sent::Value(_)) {
            input.password = passwords::hashed(&sent, None)?;
            return Ok(input);
        }
        let id = input.values.first().and_then(|id| CUSTOMER.read(id)).unwrap_or(0);
        let read = move |context: &Context<'_>| Ok::<_, Failure>(people::password_of(context, id)?);
        let stored = panel.read_as(Caller::Admin(None), read).await?;
        let hash = move || passwords::hashed(&sent, stored.as_deref());
        let done = actix_web::web::block(hash).await;
        input.password = done.map_err(|_| Error::internal("a password was not hashed".into()))??;
        Ok(input)
    };
    hashed.boxed_local()
}

fn sent(call: &Call<'_>) -> CustomerInput {
    let fields = &call.input.fields;
    CustomerInput {
        email: input::text(fields, "email"),
        name: input::text(fields, "name"),
        password: call.input.password.clone(),
        external_id: input::text(fields, "externalId"),
        status: input::text(fields, "status"),
    }
}

fn told(customer: &Customer) -> Answer {
    Answer::ok(json!({ "data": shown(customer) }))
}

/// The object, as calls answer it.
pub fn shown(customer: &Customer) -> Value {
    json!({
        "id": CUSTOMER.id(customer.id),
        "email": customer.email,
        "name": customer.name,
        "externalId": customer.external_id,
        "status": customer.status,
        "createdAt": printed_millis(customer.created),
        "updatedAt": printed_millis(customer.updated),
    })
}
