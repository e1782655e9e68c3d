//! Subscriptions (contract "REST APIs", B7).

use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::Call;
use super::super::problem::Failure;
use super::super::times::{printed, printed_millis};
use super::ids::{CUSTOMER, INVOICE, PRODUCT, SUBSCRIPTION};
use super::input;
use super::list::{self, Filter, by_id};
use crate::dialects::player::links::encoded;
use crate::panel::billing::subscriptions::{
    self as subs, NewSubscription, SubscribedLine, Subscription, SubscriptionChange,
};

const FILTERS: &[Filter] = &[
    list::text("status", "status"),
    by_id!("customerId", "customer", CUSTOMER),
    by_id!("productId", "product", PRODUCT),
    list::text("externalId", "external_id"),
];

/// `GET /api/v1/subscriptions`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let base = call.input.base.text();
    let shown = |one: &Subscription| shown(one, &base);
    list::answer(
        call,
        (SUBSCRIPTION, |one: &Subscription| one.id),
        FILTERS,
        subs::page,
        shown,
    )
}

/// `GET /api/v1/subscriptions/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    Ok(told(call, &subs::get(call.context, id)?))
}

/// `POST /api/v1/subscriptions`.
pub fn create(call: &Call<'_>) -> Result<Answer, Failure> {
    let fields = &call.input.fields;
    let new = NewSubscription {
        customer: input::reference(fields, "customerId", CUSTOMER),
        product: input::reference(fields, "productId", PRODUCT),
        external_id: input::text(fields, "externalId"),
        username: input::text(fields, "username"),
        password: input::text(fields, "password"),
        mac: input::text(fields, "macAddress"),
        device_limit: input::int(fields, "deviceLimit"),
        start: input::time(fields, "startDate"),
    };
    let made = subs::create(call.context, &new)?;
    let location = format!("/api/v1/subscriptions/{}", SUBSCRIPTION.id(made.id));
    Ok(Answer::created(
        location,
        json!({ "data": shown(&made, &call.input.base.text()) }),
    ))
}

/// `PATCH /api/v1/subscriptions/{id}`.
pub fn update(call: &Call<'_>) -> Result<Answer, Failure> {
    let (id, fields) = (input::id(call, SUBSCRIPTION)?, &call.input.fields);
    let change = SubscriptionChange {
        customer: input::int(fields, "customerId"),
        product: input::reference(fields, "productId", PRODUCT),
        external_id: input::text(fields, "externalId"),
        username: input::text(fields, "username"),
        password: input::text(fields, "password"),
        mac: input::text(fields, "macAddress"),
        device_limit: input::int(fields, "deviceLimit"),
        period_end: input::time(fields, "currentPeriodEnd"),
        status: input::text(fields, "status"),
        cancel_at_end: input::flag(fields, "cancelAtPeriodEnd"),
    };
    Ok(told(call, &subs::update(call.context, id, &change)?))
}

/// `POST /api/v1/subscriptions/{id}/cancel`.
pub fn cancel(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    let at_end = input::flag(&call.input.fields, "atPeriodEnd");
    Ok(told(call, &subs::cancel(call.context, id, &at_end)?))
}

/// `POST /api/v1/subscriptions/{id}/renew`.
pub fn renew(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    let periods = input::int(&call.input.fields, "periods");
    Ok(told(call, &subs::renew(call.context, id, &periods)?))
}

fn told(call: &Call<'_>, subscription: &Subscription) -> Answer {
    Answer::ok(json!({ "data": shown(subscription, &call.input.base.text()) }))
}

/// The object, as calls answer it.
pub fn shown(one: &Subscription, base: &str) -> Value {
    json!({
        "id": SUBSCRIPTION.id(one.id),
        "customerId": CUSTOMER.id(one.customer),
        "productId": PRODUCT.id(one.product),
        "productName": one.product_name,
        "externalId": one.external_id,
        "status": one.status.name(),
        "price": one.price.cents().to_string(),
        "currency": one.currency,
        "currentPeriodStart": printed(one.period_start),
        "currentPeriodEnd": one.period_end.and_then(printed),
        "cancelAtPeriodEnd": one.cancels_at_end,
        "cancelledAt": one.cancelled.and_then(printed_millis),
        "credentials": one.line.as_ref().map(|line| credentials(line, base)),
        "lineId": one.line.as_ref().map(|line| line.id),
        "deviceLimit": one.line.as_ref().and_then(|line| line.device_limit),
        "latestInvoiceId": one.latest_invoice.map(|id| INVOICE.id(id)),
        "createdAt": printed_millis(one.created),
        "updatedAt": printed_millis(one.updated),
    })
}

fn credentials(line: &SubscribedLine, base: &str) -> Value {
    let (username, password) = (encoded(&line.username), encoded(&line.password));
    json!({
        "username": line.username,
        "password": line.password,
        "serverUrl": base,
        "portalUrl": format!("{base}/c/"),
        "playlistUrl": format!("{base}/get.php?username={username}&password={password}&type=m3u_plus&output=ts"),
        "macAddress": line.mac,
    })
}
