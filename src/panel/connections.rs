//! Open connections, and the rows of activity that they become when they are closed.

use std::collections::HashSet;

use rusqlite::Connection;

use super::audit::{self, Target};
use super::context::Context;
use super::error::{Error, Result, Thing};
use super::logs;
use super::viewers::{EndReason, Viewer};

/// Columns that are copied from an open connection to its row of activity.
const KEPT: &str = "user_id, stream_id, server_id, proxy_id, user_agent, user_ip, container, date_start, \
     geoip_country_code, isp, external_device, divergence, hmac_id, hmac_identifier";

/// Closes the open connections that match `condition`, in which `?1` is `value`: each is moved from the live
/// table to activity and ends now (contract "Admin API", 7.2); by a clock that shows an earlier time than that of its
/// start, it ends when it began. Does not check ownership.
pub(super) fn close_where(context: &Context<'_>, condition: &str, value: i64) -> Result<usize> {
    Ok(close_rows(context.db, condition, value, context.now)?)
}

/// The same at an instant in unix seconds.
pub(super) fn close_rows(db: &Connection, condition: &str, value: i64, at: i64) -> rusqlite::Result<usize> {
    let keep = format!(
        "INSERT INTO lines_activity ({KEPT}, date_end) SELECT {KEPT}, max(?2, date_start) FROM lines_live WHERE {condition} ORDER BY activity_id"
    );
    let closed = db.prepare_cached(&keep)?.execute([value, at])?;
    if closed > 0 {
        db.prepare_cached(&format!("DELETE FROM lines_live WHERE {condition}"))?
            .execute([value])?;
    }
    Ok(closed)
}

/// What a connection does not outlive.
#[derive(Clone, Copy, Debug)]
pub enum ConnectionOf {
    Line,
    Stream,
}

impl ConnectionOf {
    /// Its table.
    pub fn table(self) -> &'static str {
        match self {
            ConnectionOf::Line => "lines",
            ConnectionOf::Stream => "streams",
        }
    }

    /// The column of a connection that names it.
    fn column(self) -> &'static str {
        match self {
            ConnectionOf::Line => "user_id",
            ConnectionOf::Stream => "stream_id",
        }
    }

    /// Whether it is what this viewer's connection does not outlive.
    fn is(self, viewer: &Viewer, id: i64) -> bool {
        match self {
            ConnectionOf::Line => viewer.line == id,
            ConnectionOf::Stream => viewer.stream == id,
        }
    }

    /// Why a session ends with it.
    fn reason(self) -> EndReason {
        match self {
            ConnectionOf::Line => EndReason::Line,
            ConnectionOf::Stream => EndReason::Stopped,
        }
    }
}

/// Closes the connections of a line or a stream that is about to be deleted, or has been.
pub(super) fn close_of(context: &Context<'_>, of: ConnectionOf, id: i64) -> Result<()> {
    let registry = &context.panel.viewers().registry;
    for session in registry.open_where(|session| of.is(&session.viewer, id)) {
        session.will_end(of.reason());
    }
    close_where(context, &format!("{} = ?1", of.column()), id).map(|_| ())
}

/// Closes the connections of those that are gone.
pub(super) fn close_of_deleted(context: &Context<'_>, of: ConnectionOf, ids: &HashSet<i64>) -> Result<()> {
    let (column, table) = (of.column(), of.table());
    // There are fewer connections than lines.
    let sql = format!("SELECT DISTINCT {column} FROM lines_live WHERE {column} NOT IN (SELECT id FROM {table})");
    let mut query = context.db.prepare_cached(&sql)?;
    let gone: Vec<i64> = query
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    gone.into_iter()
        .filter(|id| ids.contains(id))
        .try_for_each(|id| close_of(context, of, id))
}

/// Closes all connections.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn close_all(context: &Context<'_>) -> Result<usize> {
    context.must_be_admin(Thing::Connection)?;
    let closed = close_where(context, "activity_id >= ?1", i64::MIN)?;
    audit::changed(context, Target::rows("lines_live", closed), None, None)?;
    Ok(closed)
}

/// Closes one connection by its activity id, on any server.
///
/// # Errors
/// [`Error::NotFound`] if there is no such open connection that the caller may close.
pub fn kill(context: &Context<'_>, activity_id: i64) -> Result<()> {
    context.must_change(&logs::LIVE, Thing::Connection)?;
    context.must_see(&logs::LIVE, Thing::Connection, activity_id)?;
    match close_where(context, "activity_id = ?1 AND hls_end = 0", activity_id)? {
        0 => Err(Error::NotFound(Thing::Connection)),
        _ => audit::changed(context, Target::row("lines_live", activity_id), None, None),
    }
}
