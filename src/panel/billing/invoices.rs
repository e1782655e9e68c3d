//! Invoices, which subscriptions make (contract "REST APIs", B8). Payment is a record: nothing waits for it.

use rusqlite::{OptionalExtension, Row};

use super::fields::{self, FieldReader};
use super::list::{self, ListRequest, Page};
use super::refusal::Conflicts;
use super::{Conflict, Refusal, Result, Sent, millis};
use crate::money::Money;
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::fields::FaultReason;
use crate::panel::webhooks::Event;
use crate::store::view::View;

/// What an invoice may be.
pub const STATUSES: &[&str] = &["pending", "paid", "void"];

/// How invoices are listed.
pub static VIEW: View = View {
    filters: &[
        (list::AFTER, "linecard_invoices.id > :value"),
        ("status", "linecard_invoices.status = :value"),
        ("customer", "linecard_invoices.customer_id = :value"),
        ("product", "linecard_invoices.product_id = :value"),
        ("subscription", "linecard_invoices.subscription_id = :value"),
        ("created_after", "linecard_invoices.created > :value"),
        ("created_before", "linecard_invoices.created < :value"),
        ("updated_after", "linecard_invoices.updated > :value"),
        ("updated_before", "linecard_invoices.updated < :value"),
    ],
    ..View::new("linecard_invoices", "id", &[])
};

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    pub id: i64,
    pub customer: i64,
    pub subscription: i64,
    pub product: i64,
    /// As it was when the invoice was made; so are the next two.
    pub product_name: String,
    pub amount: Money,
    pub currency: String,
    /// One of [`STATUSES`].
    pub status: String,
    /// The start of the period that it pays for, in unix seconds.
    pub due: i64,
    /// Unix milliseconds.
    pub paid: Option<i64>,
    pub reference: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub updated: i64,
}

impl Invoice {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Invoice> {
        Ok(Invoice {
            id: row.get(0)?,
            customer: row.get(1)?,
            subscription: row.get(2)?,
            product: row.get(3)?,
            product_name: row.get(4)?,
            amount: Money(row.get(5)?),
            currency: row.get(6)?,
            status: row.get(7)?,
            due: row.get(8)?,
            paid: row.get(9)?,
            reference: row.get(10)?,
            created: row.get(11)?,
            updated: row.get(12)?,
        })
    }
}

/// What is sent for a payment.
#[derive(Clone, Debug, Default)]
pub struct PaymentInput {
    /// Unix milliseconds; now by default.
    pub paid: Sent<i64>,
    pub reference: Sent<String>,
}

/// Finds an invoice by its id.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Invoice>> {
    let sql = "SELECT id, customer_id, subscription_id, product_id, product_name, amount, currency, status, due, paid,
               reference, created, updated FROM linecard_invoices WHERE id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([id], Invoice::of_row).optional()?)
}

/// The same, and there must be one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(context: &Context<'_>, id: i64) -> Result<Invoice> {
    find(context, id)?.ok_or(Refusal::NotFound)
}

/// Reads a page of invoices.
///
/// # Errors
/// SQLite's.
pub fn page(context: &Context<'_>, request: &ListRequest) -> Result<Page<Invoice>> {
    list::page(context, &VIEW, request, find)
}

/// Records that an invoice was paid.
///
/// # Errors
/// [`Refusal::NotFound`], faults of fields, then a conflict if it is paid already, or void.
pub fn mark_paid(context: &Context<'_>, id: i64, input: &PaymentInput) -> Result<Invoice> {
    let invoice = get(context, id)?;
    let now = millis(context);
    let mut fields = FieldReader::of_new();
    let past = |paid: &i64| match *paid <= now {
        true => Ok(*paid),
        false => Err(FaultReason::Future),
    };
    let paid = fields.with_default("paidAt", &input.paid, now, past);
    let text = |text: &String| fields::text(text, 0, 200);
    let reference = fields.optional("reference", &input.reference, text);
    fields.check()?;
    let mut conflicts = Conflicts::default();
    conflicts.add(Conflict::InvoicePaid, invoice.status == "paid");
    conflicts.add(Conflict::InvoiceVoid, invoice.status == "void");
    conflicts.check()?;
    let mut change = Change::default();
    change.set("status", "paid".to_owned());
    change.set("paid", paid);
    change.set("reference", reference.flatten());
    list::update(context, &VIEW, id, change)?;
    context.tell(Event::InvoicePaid, id);
    get(context, id)
}

/// What is to be paid for.
pub(super) struct Bill<'a> {
    pub subscription: i64,
    pub customer: i64,
    pub product: &'a super::products::Product,
    pub periods: u32,
    /// The start of the first of them, in unix seconds.
    pub due: i64,
}

/// Makes an invoice. What costs nothing is paid at once.
pub(super) fn create(context: &Context<'_>, bill: &Bill<'_>) -> Result<i64> {
    let (now, product) = (millis(context), bill.product);
    let amount = product.price.0.saturating_mul(i64::from(bill.periods));
    let mut change = Change::default();
    change.set("subscription_id", bill.subscription);
    change.set("customer_id", bill.customer);
    change.set("product_id", product.id);
    change.set("product_name", product.name.clone());
    change.set("amount", amount);
    change.set("currency", product.currency.clone());
    change.set("status", if amount == 0 { "paid" } else { "pending" }.to_owned());
    change.set("due", bill.due);
    change.set("paid", (amount == 0).then_some(now));
    change.set("created", now);
    change.set("updated", now);
    let id = change.insert(context, VIEW.table)?;
    context.tell(Event::InvoiceCreated, id);
    if amount == 0 {
        context.tell(Event::InvoicePaid, id);
    }
    Ok(id)
}

/// Voids what is not paid of a subscription, and returns the ids.
pub(super) fn void_of(context: &Context<'_>, subscription: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM linecard_invoices WHERE subscription_id = ?1 AND status = 'pending' ORDER BY id";
    let mut query = context.db.prepare_cached(sql)?;
    let ids: Vec<i64> = query
        .query_map([subscription], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &ids {
        let mut change = Change::default();
        change.set("status", "void".to_owned());
        list::update(context, &VIEW, *id, change)?;
        context.tell(Event::InvoiceVoided, *id);
    }
    Ok(ids)
}
