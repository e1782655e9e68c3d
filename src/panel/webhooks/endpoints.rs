//! Endpoints: where events go. Their secrets are kept in clear, as signing needs them, and never listed.

use rusqlite::{Connection, Row};

use super::event;
use super::signing;
use crate::panel::rng::Rng;
use crate::spelling::nearest;
use crate::store::functions;

/// An endpoint without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub id: i64,
    pub url: String,
    /// Names of events; none of them stands for all, those of later versions too.
    pub events: Vec<String>,
    pub is_active: bool,
    /// Unix seconds.
    pub created: i64,
}

/// Why an endpoint is not made or removed.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    #[error("there is no event {0:?}, only {names}{near}", names = event::names().join(", "), near = nearest(.0, &event::names()))]
    Event(String),
    #[error("there is no webhook {0}; `linecard webhook list` lists them")]
    Unknown(i64),
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

impl Endpoint {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Endpoint> {
        Ok(Endpoint {
            id: row.get(0)?,
            url: row.get(1)?,
            events: functions::texts(row.get_ref(2)?.as_str().unwrap_or_default()),
            is_active: row.get(3)?,
            created: row.get(4)?,
        })
    }

    /// Whether it wants an event.
    pub fn wants(&self, event: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|one| one == event)
    }
}

/// Notes that nobody is to be told of ends of before: there was no active endpoint.
///
/// # Errors
/// SQLite's.
pub fn begin_ends(db: &Connection, now: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE linecard_ends_told SET until = ?1 WHERE id = 1";
    db.execute(sql, [now]).map(drop)
}

/// Whether there is one that is active.
///
/// # Errors
/// SQLite's.
pub fn any(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM linecard_webhooks WHERE active = 1 LIMIT 1")?
        .exists([])
}

/// Makes an endpoint that is told of these events from now on, and returns its secret.
///
/// # Errors
/// [`EndpointError`].
pub fn create(db: &Connection, rng: &Rng, now: i64, url: &str, events: &[String]) -> Result<String, EndpointError> {
    if let Some(unknown) = events.iter().find(|one| !event::names().contains(&one.as_str())) {
        return Err(EndpointError::Event(unknown.clone()));
    }
    if !any(db)? {
        begin_ends(db, now)?;
    }
    let secret = signing::draw(rng);
    let sql = "INSERT INTO linecard_webhooks (url, secret, events, created) VALUES (?1, ?2, ?3, ?4)";
    let events = serde_json::Value::from(events).to_string();
    db.execute(sql, (url, &secret, events, now))?;
    Ok(secret)
}

/// Returns all, the oldest first.
///
/// # Errors
/// SQLite's.
pub fn list(db: &Connection) -> rusqlite::Result<Vec<Endpoint>> {
    let sql = "SELECT id, url, events, active, created FROM linecard_webhooks ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map([], Endpoint::of_row)?;
    found.collect()
}

/// Removes an endpoint, with all that it did not get.
///
/// # Errors
/// [`EndpointError`].
pub fn remove(db: &Connection, id: i64) -> Result<(), EndpointError> {
    match db.execute("DELETE FROM linecard_webhooks WHERE id = ?1", [id])? {
        0 => Err(EndpointError::Unknown(id)),
        _ => Ok(()),
    }
}

/// Switches an endpoint off.
pub(super) fn switch_off(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE linecard_webhooks SET active = 0 WHERE id = ?1")?
        .execute([id])
        .map(drop)
}
