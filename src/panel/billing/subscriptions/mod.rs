//! Subscriptions: what a customer has of a product, with the line that it pays for (contract "REST APIs", B7 and B9).
//!
//! What it shows of its line is read from the line, by joins; only where there is none do columns of its own
//! count.

pub mod cancel;
pub mod change;
pub mod create;
mod line;
pub mod renew;
pub(super) mod start;

use rusqlite::{OptionalExtension, Row, named_params};

use super::list::{self, ListRequest, Page};
use super::{Refusal, Result};
pub use cancel::cancel;
pub use change::{SubscriptionChange, update};
pub use create::{NewSubscription, create};
pub use renew::renew;

use crate::money::Money;
use crate::panel::Context;
use crate::store::view::View;

/// The end of the period as a stored date text.
macro_rules! end {
    () => {
        "iif(lines.id IS NULL, linecard_subscriptions.own_end, lines.exp_date)"
    };
}

/// Whether the period is over at `:now`. Texts around the time decide most; what is left is compared as instants.
macro_rules! is_over {
    () => {
        concat!(
            "(",
            end!(),
            " <= :now_after AND (",
            end!(),
            " <= :now_before OR has_come(",
            end!(),
            ", :now)))"
        )
    };
}

/// The status, the first that holds. What is overdue by a moment shows as if it had been done.
macro_rules! status {
    () => {
        concat!(
            "CASE WHEN linecard_subscriptions.cancelled IS NOT NULL THEN 'cancelled'
             WHEN linecard_subscriptions.cancel_at_end = 1 AND ",
            is_over!(),
            " THEN 'cancelled'
             WHEN is_pending = 1 AND period_start > :now THEN 'pending'
             WHEN iif(lines.id IS NULL, is_suspended = 1,
                      is_pending = 0 AND lines.enabled = 0 OR lines.admin_enabled = 0) THEN 'suspended'
             WHEN ",
            is_over!(),
            " THEN 'expired' ELSE 'active' END"
        )
    };
}

/// When it changed last, in unix milliseconds: itself, its line, or its status by the clock alone.
macro_rules! updated {
    () => {
        concat!(
            "max(linecard_subscriptions.updated, coalesce(lines.updated, 0) * 1000,
             CASE ",
            status!(),
            " WHEN 'expired' THEN coalesce(unix_of(",
            end!(),
            "), 0) * 1000
             WHEN 'cancelled' THEN iif(cancelled IS NULL, coalesce(unix_of(",
            end!(),
            "), 0) * 1000, 0) ELSE 0 END)"
        )
    };
}

/// Filters of a list of subscriptions.
const FILTERS: &[(&str, &str)] = &[
    (list::AFTER, "linecard_subscriptions.id > :value"),
    ("status", concat!(status!(), " = :value")),
    ("customer", "linecard_subscriptions.customer_id = :value"),
    ("product", "linecard_subscriptions.product_id = :value"),
    ("external_id", "linecard_subscriptions.external_id = :value"),
    ("created_after", "linecard_subscriptions.created > :value"),
    ("created_before", "linecard_subscriptions.created < :value"),
    ("updated_after", concat!(updated!(), " > :value")),
    ("updated_before", concat!(updated!(), " < :value")),
];

/// Those that need the line. Without them a list of 100,000 is counted in a twentieth of the time.
const OF_LINE: [&str; 3] = ["status", "updated_after", "updated_before"];

/// How subscriptions are listed.
pub static VIEW: View = View {
    filters: FILTERS,
    ..View::new("linecard_subscriptions", "id", &[])
};

/// The same beside their lines.
static WITH_LINE: View = View {
    joins: "LEFT JOIN lines ON lines.id = linecard_subscriptions.line_id",
    filters: FILTERS,
    ..View::new("linecard_subscriptions", "id", &[])
};

const FIND: &str = concat!(
    "SELECT linecard_subscriptions.id, customer_id, product_id,
     coalesce((SELECT name FROM linecard_products WHERE linecard_products.id = product_id), ''),
     external_id, ",
    status!(),
    ", price, currency, period_start, unix_of(",
    end!(),
    "), coalesce(",
    is_over!(),
    ", 0), cancel_at_end,
     coalesce(cancelled, iif(cancel_at_end = 1 AND ",
    is_over!(),
    ", unix_of(",
    end!(),
    ") * 1000, NULL)), anchor_day, is_pending, is_line_gone OR line_id IS NOT NULL AND lines.id IS NULL,
     (SELECT max(linecard_invoices.id) FROM linecard_invoices WHERE subscription_id = linecard_subscriptions.id),
     linecard_subscriptions.created, ",
    updated!(),
    ", lines.id, lines.username, lines.password,
     (SELECT mac FROM mag_devices WHERE user_id = lines.id ORDER BY mag_id LIMIT 1),
     (SELECT device_limit FROM linecard_tracked_lines WHERE linecard_tracked_lines.line_id = lines.id),
     lines.admin_enabled = 0
     FROM linecard_subscriptions LEFT JOIN lines ON lines.id = linecard_subscriptions.line_id
     WHERE linecard_subscriptions.id = :id"
);

const HAS_ANY: &str = concat!(
    "SELECT 1 FROM linecard_subscriptions LEFT JOIN lines ON lines.id = linecard_subscriptions.line_id
     WHERE customer_id = :id AND ",
    status!(),
    " IN ('active', 'suspended', 'pending')"
);

/// What a subscription may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Cancelled,
    Pending,
    Suspended,
    Expired,
    Active,
}

/// Their names.
pub const STATUSES: &[&str] = &["active", "pending", "suspended", "expired", "cancelled"];

impl Status {
    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Status::Cancelled => "cancelled",
            Status::Pending => "pending",
            Status::Suspended => "suspended",
            Status::Expired => "expired",
            Status::Active => "active",
        }
    }

    fn named(name: &str) -> Status {
        let others = [Status::Cancelled, Status::Pending, Status::Suspended, Status::Expired];
        others
            .into_iter()
            .find(|one| one.name() == name)
            .unwrap_or(Status::Active)
    }
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: i64,
    /// It may be gone.
    pub customer: i64,
    pub product: i64,
    /// The product's present name.
    pub product_name: String,
    pub external_id: Option<String>,
    pub status: Status,
    pub price: Money,
    pub currency: String,
    /// Unix seconds.
    pub period_start: i64,
    /// Unix seconds; `None` of a line that never expires.
    pub period_end: Option<i64>,
    pub is_over: bool,
    pub cancels_at_end: bool,
    /// Unix milliseconds.
    pub cancelled: Option<i64>,
    /// The day of the month on which periods begin.
    pub anchor_day: u32,
    /// Whether its start has not been done.
    pub is_pending: bool,
    /// Whether there was a line that somebody deleted.
    pub is_line_gone: bool,
    pub latest_invoice: Option<i64>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub updated: i64,
    /// Where something is provisioned.
    pub line: Option<SubscribedLine>,
}

/// What a subscription shows of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscribedLine {
    pub id: i64,
    pub username: String,
    pub password: String,
    pub mac: Option<String>,
    pub device_limit: Option<i64>,
    pub is_banned: bool,
}

impl Subscription {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Subscription> {
        let status: String = row.get(5)?;
        Ok(Subscription {
            id: row.get(0)?,
            customer: row.get(1)?,
            product: row.get(2)?,
            product_name: row.get(3)?,
            external_id: row.get(4)?,
            status: Status::named(&status),
            price: Money(row.get(6)?),
            currency: row.get(7)?,
            period_start: row.get(8)?,
            period_end: row.get(9)?,
            is_over: row.get(10)?,
            cancels_at_end: row.get(11)?,
            cancelled: row.get(12)?,
            anchor_day: row.get(13)?,
            is_pending: row.get(14)?,
            is_line_gone: row.get(15)?,
            latest_invoice: row.get(16)?,
            created: row.get(17)?,
            updated: row.get(18)?,
            line: SubscribedLine::of_row(row)?,
        })
    }
}

impl SubscribedLine {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<SubscribedLine>> {
        let Some(id) = row.get(19)? else {
            return Ok(None);
        };
        Ok(Some(SubscribedLine {
            id,
            username: row.get(20)?,
            password: row.get(21)?,
            mac: row.get(22)?,
            device_limit: row.get(23)?,
            is_banned: row.get(24)?,
        }))
    }
}

/// Finds a subscription by its id.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Subscription>> {
    let (before, after) = around(context);
    let params = named_params! { ":id": id, ":now": context.now, ":now_before": before, ":now_after": after };
    let mut query = context.db.prepare_cached(FIND)?;
    Ok(query.query_row(params, Subscription::of_row).optional()?)
}

/// The same, and there must be one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn get(context: &Context<'_>, id: i64) -> Result<Subscription> {
    find(context, id)?.ok_or(Refusal::NotFound)
}

/// Reads a page of subscriptions.
///
/// # Errors
/// SQLite's.
pub fn page(context: &Context<'_>, request: &ListRequest) -> Result<Page<Subscription>> {
    let needs_line = request.filters.iter().any(|(name, _)| OF_LINE.contains(name));
    list::page(context, if needs_line { &WITH_LINE } else { &VIEW }, request, find)
}

/// Whether a customer has a subscription that is neither cancelled nor expired.
pub(super) fn customer_has_any(context: &Context<'_>, customer: i64) -> Result<bool> {
    let (before, after) = around(context);
    let params = named_params! { ":id": customer, ":now": context.now, ":now_before": before, ":now_after": after };
    Ok(context.db.prepare_cached(HAS_ANY)?.query(params)?.next()?.is_some())
}

/// Date texts between which the time lies: see [`crate::time::Zone::text_before`].
fn around(context: &Context<'_>) -> (String, String) {
    let zone = context.zone();
    (zone.text_before(context.now), zone.text_after(context.now))
}
