//! Products (contract "REST APIs", B6).

use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::Call;
use super::super::problem::Failure;
use super::super::times::printed_millis;
use super::ids::PRODUCT;
use super::input;
use super::list::{self, Filter};
use crate::panel::billing::products::{self as goods, Product, ProductInput};

const FILTERS: &[Filter] = &[list::text("status", "status")];

/// `GET /api/v1/products`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    list::answer(call, (PRODUCT, |one: &Product| one.id), FILTERS, goods::page, shown)
}

/// `GET /api/v1/products/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, PRODUCT)?;
    Ok(told(&goods::get(call.context, id)?))
}

/// `POST /api/v1/products`.
pub fn create(call: &Call<'_>) -> Result<Answer, Failure> {
    let made = goods::create(call.context, &sent(call))?;
    let location = format!("/api/v1/products/{}", PRODUCT.id(made.id));
    Ok(Answer::created(location, json!({ "data": shown(&made) })))
}

/// `PATCH /api/v1/products/{id}`.
pub fn update(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, PRODUCT)?;
    Ok(told(&goods::update(call.context, id, &sent(call))?))
}

/// `DELETE /api/v1/products/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, PRODUCT)?;
    goods::delete(call.context, id)?;
    Ok(Answer::ok(json!({ "data": { "id": PRODUCT.id(id), "deleted": true } })))
}

fn sent(call: &Call<'_>) -> ProductInput {
    let fields = &call.input.fields;
    ProductInput {
        name: input::text(fields, "name"),
        price: input::money(fields, "price"),
        description: input::text(fields, "description"),
        currency: input::text(fields, "currency"),
        interval: input::text(fields, "interval"),
        interval_count: input::int(fields, "intervalCount"),
        package: input::int(fields, "packageId"),
        device_limit: input::int(fields, "deviceLimit"),
        mac_binding: input::flag(fields, "macBinding"),
        status: input::text(fields, "status"),
    }
}

fn told(product: &Product) -> Answer {
    Answer::ok(json!({ "data": shown(product) }))
}

/// The object, as calls answer it.
pub fn shown(product: &Product) -> Value {
    json!({
        "id": PRODUCT.id(product.id),
        "name": product.name,
        "description": product.description,
        "price": product.price.cents().to_string(),
        "currency": product.currency,
        "interval": product.period.interval.name(),
        "intervalCount": product.period.count,
        "packageId": product.package,
        "deviceLimit": product.device_limit,
        "macBinding": product.has_mac_binding,
        "status": product.status,
        "createdAt": printed_millis(product.created),
        "updatedAt": printed_millis(product.updated),
    })
}
