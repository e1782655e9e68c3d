//! Invoices (contract "REST APIs", B8).

use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::Call;
use super::super::problem::Failure;
use super::super::times::{printed, printed_millis};
use super::ids::{CUSTOMER, INVOICE, PRODUCT, SUBSCRIPTION};
use super::input;
use super::list::{self, Filter, by_id};
use crate::panel::billing::invoices::{self as bills, Invoice, PaymentInput};

const FILTERS: &[Filter] = &[
    list::text("status", "status"),
    by_id!("customerId", "customer", CUSTOMER),
    by_id!("productId", "product", PRODUCT),
    by_id!("subscriptionId", "subscription", SUBSCRIPTION),
];

/// `GET /api/v1/invoices`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    list::answer(call, (INVOICE, |one: &Invoice| one.id), FILTERS, bills::page, shown)
}

/// `GET /api/v1/invoices/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, INVOICE)?;
    Ok(told(&bills::get(call.context, id)?))
}

/// `POST /api/v1/invoices/{id}/mark-paid`.
pub fn mark_paid(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = input::id(call, INVOICE)?;
    let payment = PaymentInput {
        paid: input::time(&call.input.fields, "paidAt"),
        reference: input::text(&call.input.fields, "reference"),
    };
    Ok(told(&bills::mark_paid(call.context, id, &payment)?))
}

fn told(invoice: &Invoice) -> Answer {
    Answer::ok(json!({ "data": shown(invoice) }))
}

/// The object, as calls answer it.
pub fn shown(invoice: &Invoice) -> Value {
    json!({
        "id": INVOICE.id(invoice.id),
        "customerId": CUSTOMER.id(invoice.customer),
        "subscriptionId": SUBSCRIPTION.id(invoice.subscription),
        "productId": PRODUCT.id(invoice.product),
        "productName": invoice.product_name,
        "amount": invoice.amount.cents().to_string(),
        "currency": invoice.currency,
        "status": invoice.status,
        "dueAt": printed(invoice.due),
        "paidAt": invoice.paid.and_then(printed_millis),
        "reference": invoice.reference,
        "createdAt": printed_millis(invoice.created),
        "updatedAt": printed_millis(invoice.updated),
    })
}
