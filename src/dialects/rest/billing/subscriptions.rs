//! Subscriptions (contract "REST APIs", B7).

use super::super::action::Answer;
use super::super::answers::One;
use super::super::call::Call;
use super::super::problem::Failure;
use super::ids::{CUSTOMER, PRODUCT, SUBSCRIPTION};
use super::input;
use super::list::{self, Filter, by_id};
use super::objects::Subscription as Shown;
use crate::panel::billing::subscriptions::{self as subs, NewSubscription, Subscription, SubscriptionChange};

const FILTERS: &[Filter] = &[
    list::text("status", "status"),
    by_id!("customerId", "customer", CUSTOMER),
    by_id!("productId", "product", PRODUCT),
    list::text("externalId", "external_id"),
];

/// `GET /api/v1/subscriptions`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let base = call.input.base.text();
    let id = |one: &Subscription| one.id;
    list::answer(call, (SUBSCRIPTION, id), FILTERS, subs::page, |one| {
        Shown::new(one, &base)
    })
}

/// `GET /api/v1/subscriptions/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    Ok(told(call, subs::get(call.context, id)?))
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
    let data = Shown::new(made, &call.input.base.text());
    Ok(Answer::created(location, &One { data }))
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
    Ok(told(call, subs::update(call.context, id, &change)?))
}

/// `POST /api/v1/subscriptions/{id}/cancel`.
pub fn cancel(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    let at_end = input::flag(&call.input.fields, "atPeriodEnd");
    Ok(told(call, subs::cancel(call.context, id, &at_end)?))
}

/// `POST /api/v1/subscriptions/{id}/renew`.
pub fn renew(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, SUBSCRIPTION)?;
    let periods = input::int(&call.input.fields, "periods");
    Ok(told(call, subs::renew(call.context, id, &periods)?))
}

fn told(call: &Call<'_>, subscription: Subscription) -> Answer {
    let data = Shown::new(subscription, &call.input.base.text());
    Answer::ok(&One { data })
}
