//! Customers (contract "REST APIs", B5).

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use super::fields::{self, FieldReader};
use super::list::{self, ListRequest, Page};
use super::passwords::HashedPassword;
use super::refusal::Conflicts;
use super::{Conflict, Refusal, Result, Sent, millis};
use crate::panel::draft::Change;
use crate::panel::webhooks::{Event, Subject};
use crate::panel::{Context, audit};
use crate::store::view::View;

/// What a customer may be.
pub const STATUSES: &[&str] = &["active", "blocked"];

/// How customers are listed.
pub static VIEW: View = View {
    filters: &[
        (list::AFTER, "linecard_customers.id > :value"),
        ("status", "linecard_customers.status = :value"),
        ("email", "linecard_customers.email = :value"),
        ("external_id", "linecard_customers.external_id = :value"),
        ("created_after", "linecard_customers.created > :value"),
        ("created_before", "linecard_customers.created < :value"),
        ("updated_after", "linecard_customers.updated > :value"),
        ("updated_before", "linecard_customers.updated < :value"),
    ],
    ..View::new("linecard_customers", "id", &[])
};

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub external_id: Option<String>,
    /// One of [`STATUSES`].
    pub status: String,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub updated: i64,
}

impl Customer {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Customer> {
        Ok(Customer {
            id: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            external_id: row.get(3)?,
            status: row.get(4)?,
            created: row.get(5)?,
            updated: row.get(6)?,
        })
    }

    /// Whether it may neither subscribe nor renew.
    pub fn is_blocked(&self) -> bool {
        self.status == "blocked"
    }
}

/// What is sent for a customer.
#[derive(Clone, Debug, Default)]
pub struct CustomerInput {
    /// It has the form of an address already.
    pub email: Sent<String>,
    pub name: Sent<String>,
    /// See [`super::passwords::hashed`].
    pub password: Sent<HashedPassword>,
    pub external_id: Sent<String>,
    /// Of a change only.
    pub status: Sent<String>,
}

/// Finds a customer by its id.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Customer>> {
    let sql = "SELECT id, email, name, external_id, status, created, updated FROM linecard_customers WHERE id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([id], Customer::of_row).optional()?)
}

/// The same, and there must be one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(context: &Context<'_>, id: i64) -> Result<Customer> {
    find(context, id)?.ok_or(Refusal::NotFound)
}

/// Returns the stored hash of a customer's password.
///
/// # Errors
/// SQLite's.
pub fn password_of(context: &Context<'_>, id: i64) -> Result<Option<String>> {
    let sql = "SELECT password FROM linecard_customers WHERE id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([id], |row| row.get(0)).optional()?.flatten())
}

/// Reads a page of customers.
///
/// # Errors
/// SQLite's.
pub fn page(context: &Context<'_>, request: &ListRequest) -> Result<Page<Customer>> {
    list::page(context, &VIEW, request, find)
}

/// Creates a customer.
///
/// # Errors
/// Faults of fields, then conflicts.
pub fn create(context: &Context<'_>, input: &CustomerInput) -> Result<Customer> {
    let mut change = read(FieldReader::of_new(), input)?;
    check(context, &change, None)?;
    let now = millis(context);
    change.set("created", now);
    change.set("updated", now);
    let id = change.insert(context, VIEW.table)?;
    context.tell(Event::CustomerCreated, id);
    get(context, id)
}

/// Changes a customer; what is not sent stays.
///
/// # Errors
/// [`Refusal::NotFound`], faults of fields, then conflicts.
pub fn update(context: &Context<'_>, id: i64, input: &CustomerInput) -> Result<Customer> {
    get(context, id)?;
    let change = read(FieldReader::of_change(), input)?;
    check(context, &change, Some(id))?;
    if list::update(context, &VIEW, id, change)? {
        context.tell(Event::CustomerUpdated, id);
    }
    get(context, id)
}

/// Deletes a customer. Its subscriptions and invoices stay, with its id in them.
///
/// # Errors
/// [`Refusal::NotFound`]; a conflict while a subscription is active, suspended or pending.
pub fn delete(context: &Context<'_>, id: i64) -> Result<()> {
    let stored = get(context, id)?;
    if super::subscriptions::customer_has_any(context, id)? {
        return list::refuse(Conflict::CustomerHasSubscriptions);
    }
    audit::deleting(context, VIEW.table, VIEW.key, id)?;
    let sql = "DELETE FROM linecard_customers WHERE id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    context.tell_of(Event::CustomerDeleted, || Subject::Customer(stored));
    Ok(())
}

fn read(mut fields: FieldReader, input: &CustomerInput) -> Result<Change> {
    let mut change = Change::default();
    let is_create = fields.is_create();
    if let Some(email) = fields.required("email", &input.email) {
        change.set("email", email.to_lowercase());
    }
    if let Some(name) = fields.required_text("name", &input.name, |name| fields::text(name, 1, 200)) {
        change.set("name", name);
    }
    if let Some(hash) = fields.optional("password", &input.password, |hash| Ok(hash.as_str().to_owned())) {
        change.set("password", hash);
    }
    if let Some(id) = fields.optional("externalId", &input.external_id, |id| fields::text(id, 1, 200)) {
        change.set("external_id", id);
    }
    if !is_create
        && let Some(status) =
            fields.with_default("status", &input.status, "active", |word| fields::word(word, STATUSES))
    {
        change.set("status", status.to_owned());
    }
    fields.check()?;
    Ok(change)
}

fn check(context: &Context<'_>, change: &Change, own: Option<i64>) -> Result<()> {
    let mut conflicts = Conflicts::default();
    let sql = "SELECT 1 FROM linecard_customers WHERE email = ?1 AND id IS NOT ?2";
    let is_taken = list::is_taken(context, sql, change.text("email"), own)?;
    conflicts.add(Conflict::EmailTaken, is_taken);
    let sql = "SELECT 1 FROM linecard_customers WHERE external_id = ?1 AND id IS NOT ?2";
    let is_taken = list::is_taken(context, sql, change.text("external_id"), own)?;
    conflicts.add(Conflict::CustomerExternalIdTaken, is_taken);
    conflicts.check()
}

/// The value of the filter `email`.
pub fn email_filter(text: &str) -> Value {
    Value::Text(text.trim().to_lowercase())
}
