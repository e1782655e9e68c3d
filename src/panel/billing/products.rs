//! Products, which customers subscribe to (contract "REST APIs", B6).

use rusqlite::{Connection, OptionalExtension, Row};

use super::fields::{self, FieldReader};
use super::list::{self, ListRequest, Page};
use super::periods::{INTERVALS, Interval, Period};
use super::{Conflict, Refusal, Result, Sent, millis};
use crate::money::Money;
use crate::panel::draft::Change;
use crate::panel::fields::FaultReason;
use crate::panel::provision::Package;
use crate::panel::webhooks::{Event, Subject};
use crate::panel::{Context, audit, forms};
use crate::store::view::View;

/// What a product may be.
pub const STATUSES: &[&str] = &["active", "archived"];

/// How products are listed.
pub static VIEW: View = View {
    filters: &[
        (list::AFTER, "linecard_products.id > :value"),
        ("status", "linecard_products.status = :value"),
        ("created_after", "linecard_products.created > :value"),
        ("created_before", "linecard_products.created < :value"),
        ("updated_after", "linecard_products.updated > :value"),
        ("updated_before", "linecard_products.updated < :value"),
    ],
    ..View::new("linecard_products", "id", &[])
};

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub price: Money,
    pub currency: String,
    pub period: Period,
    /// The package that lines are made from; `None` where nothing is provisioned, or the package is gone.
    pub package: Option<i64>,
    /// `None` is the package's.
    pub device_limit: Option<i64>,
    /// Whether a MAC address is asked for.
    pub has_mac_binding: bool,
    /// One of [`STATUSES`].
    pub status: String,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub updated: i64,
}

impl Product {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Product> {
        let interval: String = row.get(5)?;
        Ok(Product {
            id: row.get(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            price: Money(row.get(3)?),
            currency: row.get(4)?,
            period: Period {
                interval: Interval::named(&interval).unwrap_or(Interval::Month),
                count: row.get(6)?,
            },
            package: row.get(7)?,
            device_limit: row.get(8)?,
            has_mac_binding: row.get(9)?,
            status: row.get(10)?,
            created: row.get(11)?,
            updated: row.get(12)?,
        })
    }

    /// Whether it may be subscribed to.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// Returns its package; `None` where nothing is provisioned.
    ///
    /// # Errors
    /// SQLite's.
    pub fn package(&self, context: &Context<'_>) -> Result<Option<Package>> {
        match self.package {
            Some(id) => Ok(Package::find(context, id)?),
            None => Ok(None),
        }
    }
}

/// What is sent for a product.
#[derive(Clone, Debug, Default)]
pub struct ProductInput {
    pub name: Sent<String>,
    pub price: Sent<Money>,
    pub description: Sent<String>,
    pub currency: Sent<String>,
    pub interval: Sent<String>,
    pub interval_count: Sent<i64>,
    pub package: Sent<i64>,
    pub device_limit: Sent<i64>,
    pub mac_binding: Sent<bool>,
    pub status: Sent<String>,
}

/// Finds a product by its id.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Product>> {
    Ok(read_stored(context.db, id)?)
}

/// The same in a database that is no panel yet.
///
/// # Errors
/// SQLite's.
pub fn read_stored(db: &Connection, id: i64) -> rusqlite::Result<Option<Product>> {
    let sql = "SELECT id, name, description, price, currency, interval, interval_count,
               (SELECT users_packages.id FROM users_packages WHERE users_packages.id = package_id),
               device_limit, mac_binding, status, created, updated FROM linecard_products WHERE id = ?1";
    let mut query = db.prepare_cached(sql)?;
    query.query_row([id], Product::of_row).optional()
}

/// The same, and there must be one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(context: &Context<'_>, id: i64) -> Result<Product> {
    find(context, id)?.ok_or(Refusal::NotFound)
}

/// Reads a page of products.
///
/// # Errors
/// SQLite's.
pub fn page(context: &Context<'_>, request: &ListRequest) -> Result<Page<Product>> {
    list::page(context, &VIEW, request, find)
}

/// Creates a product.
///
/// # Errors
/// Faults of fields.
pub fn create(context: &Context<'_>, input: &ProductInput) -> Result<Product> {
    let mut change = read(context, FieldReader::of_new(), input, None)?;
    let now = millis(context);
    change.set("created", now);
    change.set("updated", now);
    let id = change.insert(context, VIEW.table)?;
    context.tell(Event::ProductCreated, id);
    get(context, id)
}

/// Changes a product; what is not sent stays. Subscriptions have what they have until they renew or get it anew.
///
/// # Errors
/// [`Refusal::NotFound`], faults of fields.
pub fn update(context: &Context<'_>, id: i64, input: &ProductInput) -> Result<Product> {
    let stored = get(context, id)?;
    let change = read(context, FieldReader::of_change(), input, stored.package)?;
    if list::update(context, &VIEW, id, change)? {
        context.tell(Event::ProductUpdated, id);
    }
    get(context, id)
}

/// Deletes a product that was never subscribed to.
///
/// # Errors
/// [`Refusal::NotFound`]; a conflict if it has subscriptions, cancelled ones included.
pub fn delete(context: &Context<'_>, id: i64) -> Result<()> {
    let stored = get(context, id)?;
    let sql = "SELECT 1 FROM linecard_subscriptions WHERE product_id = ?1";
    if context.db.prepare_cached(sql)?.exists([id])? {
        return list::refuse(Conflict::ProductHasSubscriptions);
    }
    audit::deleting(context, VIEW.table, VIEW.key, id)?;
    let sql = "DELETE FROM linecard_products WHERE id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    context.tell_of(Event::ProductDeleted, || Subject::Product(stored));
    Ok(())
}

fn read(
    context: &Context<'_>,
    mut fields: FieldReader,
    input: &ProductInput,
    stored_package: Option<i64>,
) -> Result<Change> {
    let mut change = Change::default();
    let package = input.package.value().copied();
    let package_fault = match package {
        // The one that it has may have become inactive since.
        Some(id) if Some(id) != stored_package => package_fault(context, id)?,
        _ => None,
    };
    if let Some(name) = fields.required_text("name", &input.name, |name| fields::text(name, 1, 200)) {
        change.set("name", name);
    }
    if let Some(Money(hundredths)) = fields.required("price", &input.price) {
        change.set("price", *hundredths);
    }
    let text = |text: &String| fields::text(text, 0, 2000);
    if let Some(description) = fields.with_default("description", &input.description, String::new(), text) {
        change.set("description", description);
    }
    if let Some(code) = fields.with_default("currency", &input.currency, "USD".to_owned(), |code| currency(code)) {
        change.set("currency", code);
    }
    let word = |word: &String| fields::word(word, INTERVALS);
    if let Some(interval) = fields.with_default("interval", &input.interval, "month", word) {
        change.set("interval", interval.to_owned());
    }
    let count = |count: &i64| fields::number(*count, 1..=120);
    if let Some(count) = fields.with_default("intervalCount", &input.interval_count, 1, count) {
        change.set("interval_count", count);
    }
    let rule = |id: &i64| package_fault.map_or(Ok(*id), Err);
    if let Some(package) = fields.optional("packageId", &input.package, rule) {
        change.set("package_id", package);
    }
    let limit = |limit: &i64| fields::number(*limit, 0..=100);
    if let Some(limit) = fields.optional("deviceLimit", &input.device_limit, limit) {
        change.set("device_limit", limit);
    }
    if let Some(binding) = fields.with_default("macBinding", &input.mac_binding, false, |flag| Ok(*flag)) {
        change.set("mac_binding", i64::from(binding));
    }
    let word = |word: &String| fields::word(word, STATUSES);
    if let Some(status) = fields.with_default("status", &input.status, "active", word) {
        change.set("status", status.to_owned());
    }
    fields.check()?;
    Ok(change)
}

fn package_fault(context: &Context<'_>, id: i64) -> Result<Option<FaultReason>> {
    Ok(match Package::find(context, id)? {
        None => Some(FaultReason::UnknownId),
        Some(package) if !package.is_active => Some(FaultReason::NotActive),
        Some(_) => None,
    })
}

/// Three capital letters.
fn currency(text: &str) -> Result<String, FaultReason> {
    let code = text.trim();
    if code.chars().count() != 3 {
        return Err(FaultReason::Length(3, 3));
    }
    forms::currency(code).ok_or(FaultReason::Character)
}
