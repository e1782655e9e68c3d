//! The outbox: an event for each endpoint that wanted it, until it was delivered or given up. Of the events of one object
//! only the oldest is due at an endpoint; the next is, once that is done.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params_from_iter};

use super::endpoints::{self, Endpoint};
use super::event::{Event, Subject};
use crate::panel::Result;
use crate::panel::context::Context;

/// After so many seconds of the panel's clock an attempt that failed is made again, each counted from it.
const BACK_OFF: [i64; 7] = [5, 30, 120, 600, 3_600, 21_600, 86_400];

/// How many deliveries that are done an endpoint has in the log.
const KEPT: i64 = 1_000;

/// The status of an endpoint that is gone for good.
const GONE: u16 = 410;

/// A delivery that is to be attempted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub id: i64,
    pub endpoint: i64,
    pub url: String,
    pub secret: String,
    pub event_id: i64,
    pub event: String,
    /// When it happened, in unix milliseconds.
    pub at: i64,
    /// The object as JSON.
    pub data: String,
    /// Those before.
    pub attempts: i64,
    /// Unix seconds.
    pub due: i64,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The status of the answer.
    Answered(u16),
    /// Why there was none.
    Failed(String),
}

impl Outcome {
    /// Whether it is done.
    pub fn is_success(&self) -> bool {
        matches!(self, Outcome::Answered(200..=299))
    }
}

/// Puts an event into the outbox of endpoints.
pub(super) fn put<'a>(
    context: &Context<'_>,
    event: Event,
    subject: &Subject,
    data: &str,
    endpoints: impl Iterator<Item = &'a Endpoint>,
) -> Result<()> {
    let (object, object_id) = (event.object(), subject.id());
    let sql = "INSERT INTO linecard_webhook_events (type, object, object_id, at, data) VALUES (?1, ?2, ?3, ?4, ?5)";
    let row = (event.name(), object, object_id, context.millis(), data);
    context.db.prepare_cached(sql)?.execute(row)?;
    let id = context.db.last_insert_rowid();
    let sql = "INSERT INTO linecard_webhook_deliveries (webhook_id, event_id, object, object_id, due)
               SELECT ?1, ?2, ?3, ?4, iif(EXISTS (SELECT 1 FROM linecard_webhook_deliveries
                   WHERE webhook_id = ?1 AND object = ?3 AND object_id = ?4 AND state = 'pending'), NULL, ?5)";
    let mut insert = context.db.prepare_cached(sql)?;
    for endpoint in endpoints {
        insert.execute((endpoint.id, id, object, object_id, context.now))?;
    }
    Ok(())
}

/// Returns the next delivery that is due at an instant for each active endpoint but those that are busy.
pub(super) fn due(context: &Context<'_>, to: i64, busy: &[i64]) -> Result<Vec<Parcel>> {
    let sql = "SELECT id FROM linecard_webhooks WHERE active = 1 ORDER BY id";
    let mut query = context.db.prepare_cached(sql)?;
    let ids = query.query_map([], |row| row.get(0))?;
    let ids: Vec<i64> = ids.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT deliveries.id, webhook_id, url, secret, event_id, type, at, data, attempts, due
               FROM linecard_webhook_deliveries AS deliveries
               JOIN linecard_webhooks ON linecard_webhooks.id = webhook_id
               JOIN linecard_webhook_events AS events ON events.id = event_id
               WHERE webhook_id = ?1 AND due <= ?2 ORDER BY due, deliveries.id LIMIT 1";
    let mut query = context.db.prepare_cached(sql)?;
    let mut all = Vec::new();
    for id in ids.into_iter().filter(|id| !busy.contains(id)) {
        all.extend(query.query_row([id, to], Parcel::of_row).optional()?);
    }
    all.sort_by_key(|parcel| (parcel.due, parcel.id));
    Ok(all)
}

impl Parcel {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Parcel> {
        Ok(Parcel {
            id: row.get(0)?,
            endpoint: row.get(1)?,
            url: row.get(2)?,
            secret: row.get(3)?,
            event_id: row.get(4)?,
            event: row.get(5)?,
            at: row.get(6)?,
            data: row.get(7)?,
            attempts: row.get(8)?,
            due: row.get(9)?,
        })
    }
}

/// Returns the instant at which the next delivery is due, and whether there is an active endpoint at all.
pub(super) fn next(context: &Context<'_>) -> Result<(Option<i64>, bool)> {
    let sql = "SELECT min(due) FROM linecard_webhook_deliveries
               WHERE due IS NOT NULL AND webhook_id IN (SELECT id FROM linecard_webhooks WHERE active = 1)";
    let next = context.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok((next, endpoints::any(context.db)?))
}

/// Notes what came of an attempt at an instant; false if the delivery is not the one that was attempted any more.
pub(super) fn finish(context: &Context<'_>, parcel: &Parcel, at: i64, outcome: &Outcome) -> Result<bool> {
    let attempt = usize::try_from(parcel.attempts).unwrap_or(BACK_OFF.len());
    let wait = BACK_OFF.get(attempt).filter(|_| *outcome != Outcome::Answered(GONE));
    let state = match (outcome.is_success(), wait) {
        (true, _) => "delivered",
        (false, Some(_)) => "pending",
        (false, None) => "failed",
    };
    let due = wait.map(|wait| at.saturating_add(*wait)).filter(|_| state == "pending");
    let (status, error) = match outcome {
        Outcome::Answered(status) => (Some(*status), None),
        Outcome::Failed(error) => (None, Some(error.as_str())),
    };
    let sql = "UPDATE linecard_webhook_deliveries
               SET state = ?3, attempts = attempts + 1, due = ?4, attempted = ?5, status = ?6, error = ?7
               WHERE id = ?1 AND attempts = ?2 AND state = 'pending'";
    let row = (parcel.id, parcel.attempts, state, due, at, status, error);
    if context.db.prepare_cached(sql)?.execute(row)? == 0 {
        return Ok(false);
    }
    if *outcome == Outcome::Answered(GONE) {
        endpoints::switch_off(context.db, parcel.endpoint)?;
        let sql = "UPDATE linecard_webhook_deliveries SET state = 'failed', due = NULL, error = 'the endpoint is gone'
                   WHERE webhook_id = ?1 AND state = 'pending'";
        context.db.prepare_cached(sql)?.execute([parcel.endpoint])?;
    } else if state != "pending" {
        make_next_due(context, parcel, at)?;
    }
    forget(context, parcel.endpoint)?;
    Ok(true)
}

/// The next event of the object is due now.
fn make_next_due(context: &Context<'_>, parcel: &Parcel, at: i64) -> Result<()> {
    let sql = "UPDATE linecard_webhook_deliveries
               SET due = max(?2, (SELECT at / 1000 FROM linecard_webhook_events WHERE id = event_id))
               WHERE id = (SELECT next.id FROM linecard_webhook_deliveries AS done
                   JOIN linecard_webhook_deliveries AS next ON next.webhook_id = done.webhook_id
                       AND next.object = done.object AND next.object_id = done.object_id AND next.state = 'pending'
                   WHERE done.id = ?1 ORDER BY next.id LIMIT 1)";
    context.db.prepare_cached(sql)?.execute((parcel.id, at))?;
    Ok(())
}

/// Forgets the oldest deliveries of an endpoint that are done.
fn forget(context: &Context<'_>, endpoint: i64) -> Result<()> {
    let sql = "DELETE FROM linecard_webhook_deliveries WHERE webhook_id = ?1 AND state <> 'pending' AND id <=
                   (SELECT id FROM linecard_webhook_deliveries WHERE webhook_id = ?1 AND state <> 'pending'
                    ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    context.db.prepare_cached(sql)?.execute((endpoint, KEPT))?;
    Ok(())
}

/// What may become of a delivery.
pub const STATES: [&str; 3] = ["pending", "delivered", "failed"];

/// A delivery as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: i64,
    pub endpoint: i64,
    pub url: String,
    pub event_id: i64,
    pub event: String,
    /// The kind of thing that the event is about, and its id.
    pub object: String,
    pub object_id: i64,
    /// One of [`STATES`].
    pub state: String,
    pub attempts: i64,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// When it happened, in unix milliseconds.
    pub at: i64,
    /// Unix seconds of the last attempt.
    pub attempted: Option<i64>,
    /// Unix seconds of the next one; `None` too while an earlier event of the object is pending.
    pub due: Option<i64>,
}

/// What deliveries are listed: all where nothing is asked for.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    pub endpoint: Option<i64>,
    pub event: Option<String>,
    pub state: Option<String>,
    /// Those with higher ids, the first of them.
    pub after: Option<i64>,
    /// The newest so many, or the first behind `after`.
    pub limit: i64,
}

/// Lists deliveries, the oldest first, and whether there are more than the limit.
///
/// # Errors
/// SQLite's.
pub fn list(context: &Context<'_>, filter: &DeliveryFilter) -> Result<(Vec<Delivery>, bool)> {
    let mut conditions = vec!["deliveries.id > ?1"];
    let mut values = vec![Value::Integer(filter.after.unwrap_or(0))];
    let named = [
        ("webhook_id = ?", filter.endpoint.map(Value::Integer)),
        ("type = ?", filter.event.clone().map(Value::Text)),
        ("state = ?", filter.state.clone().map(Value::Text)),
    ];
    for (condition, value) in named {
        if let Some(value) = value {
            conditions.push(condition);
            values.push(value);
        }
    }
    values.push(Value::Integer(filter.limit.saturating_add(1)));
    let order = if filter.after.is_some() { "" } else { "DESC" };
    let sql = format!(
        "SELECT deliveries.id, webhook_id, url, event_id, type, deliveries.object, deliveries.object_id, state, attempts,
             status, error, at, attempted, due
         FROM linecard_webhook_deliveries AS deliveries
         JOIN linecard_webhooks ON linecard_webhooks.id = webhook_id
         JOIN linecard_webhook_events AS events ON events.id = event_id
         WHERE {} ORDER BY deliveries.id {order} LIMIT ?",
        conditions.join(" AND ")
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(values), Delivery::of_row)?;
    let mut all: Vec<Delivery> = rows.collect::<rusqlite::Result<_>>()?;
    let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let has_more = all.len() > limit;
    all.truncate(limit);
    all.sort_by_key(|one| one.id);
    Ok((all, has_more))
}

impl Delivery {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
        Ok(Delivery {
            id: row.get(0)?,
            endpoint: row.get(1)?,
            url: row.get(2)?,
            event_id: row.get(3)?,
            event: row.get(4)?,
            object: row.get(5)?,
            object_id: row.get(6)?,
            state: row.get(7)?,
            attempts: row.get(8)?,
            status: row.get(9)?,
            error: row.get(10)?,
            at: row.get(11)?,
            attempted: row.get(12)?,
            due: row.get(13)?,
        })
    }
}
