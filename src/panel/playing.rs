//! Starts content, makes it ready and stops it. A stream runs on one or more servers; its process id is only
//! a number, there is no process.

use super::audit::{self, Target};
use super::connections::{self, ConnectionOf};
use super::content;
use super::context::Context;
use super::error::{Error, Result, Thing};
use super::pending::{PendingItem, Poll, Until};
use super::transition::Resource;
use crate::store::functions::{ids, ids_text};

/// The kinds of content that an action starts and stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playable {
    Stream,
    Channel,
    Movie,
    Station,
    Episode,
}

impl Playable {
    /// Returns `streams.type`, and the thing that a "not found" error names.
    fn kind(self) -> (i64, Thing) {
        match self {
            Playable::Stream => (1, Thing::Stream),
            Playable::Channel => (3, Thing::Channel),
            Playable::Movie => (2, Thing::Movie),
            Playable::Station => (4, Thing::Station),
            Playable::Episode => (5, Thing::Episode),
        }
    }

    fn must_exist(self, context: &Context<'_>, id: i64) -> Result<()> {
        let (kind, thing) = self.kind();
        match context
            .db
            .prepare_cached("SELECT 1 FROM streams WHERE id = ?1 AND type = ?2")?
            .exists([id, kind])?
        {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }
}

/// The lowest emulated process id, in the usual range of a real host.
const FIRST_PID: i64 = 50_000;

/// Starts content on all of its servers. Rows that already run stay as they are.
///
/// # Errors
/// [`Error::NotFound`] for an id that is not of this kind.
pub fn start(context: &Context<'_>, playable: Playable, id: i64) -> Result<()> {
    context.must_be_admin(playable.kind().1)?;
    playable.must_exist(context, id)?;
    start_on(context, id, None)
}

/// Stops content on all of its servers.
///
/// # Errors
/// [`Error::NotFound`] for an id that is not of this kind.
pub fn stop(context: &Context<'_>, playable: Playable, id: i64) -> Result<()> {
    context.must_be_admin(playable.kind().1)?;
    playable.must_exist(context, id)?;
    stop_on(context, id, None)
}

/// `stream_status` of content that was started and is not ready.
const STARTING: i64 = 2;

/// Starts any content of `streams` on these of its servers, or on all of them. If the transition of its kind
/// is not immediate, its status is "starting" until it is ready; rows that are already starting are not
/// restarted.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn start_on(context: &Context<'_>, id: i64, servers: Option<&[i64]>) -> Result<()> {
    context.must_be_admin(Thing::Stream)?;
    let idle =
        "SELECT server_stream_id, stream_status, type FROM streams_servers JOIN streams ON streams.id = stream_id
                WHERE stream_id = ?1 AND (?2 IS NULL OR ids_hold(?2, server_id))
                AND NOT (coalesce(pid, 0) > 0 AND stream_status = 0) ORDER BY server_stream_id";
    let rows: Vec<(i64, i64, i64)> = context
        .db
        .prepare_cached(idle)?
        .query_map((id, servers.map(ids_text)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    audit::changed(
        context,
        Target {
            table: "streams",
            id: Some(id),
            count: rows.len(),
        },
        None,
        None,
    )?;
    let pending = context.panel.pending();
    for (row, status, kind) in rows {
        let resource = resource(kind);
        let waits = status == STARTING && pending.waits(row);
        match pending.until(resource, context.now) {
            Some(_) if waits => {}
            Some(until) => {
                begin(context, row, STARTING, (resource == Resource::Movie).then_some(1))?;
                pending.wait(waiting(resource, until, id, kind, row));
            }
            None => {
                begin(context, row, 0, waits.then_some(0))?;
                if waits {
                    pending.end(&[row]);
                }
            }
        }
    }
    Ok(())
}

/// Sets the process and the status of a row and, if given, whether its file still has to be analysed.
fn begin(context: &Context<'_>, row: i64, status: i64, to_analyze: Option<i64>) -> Result<()> {
    let sql =
        "UPDATE streams_servers SET stream_status = ?4, stream_started = ?2, to_analyze = coalesce(?5, to_analyze),
               pid = (SELECT max(coalesce(max(pid), 0), ?3) + 1 FROM streams_servers)
               WHERE server_stream_id = ?1";
    context
        .db
        .prepare_cached(sql)?
        .execute((row, context.now, FIRST_PID, status, to_analyze))?;
    Ok(())
}

/// Returns the resource type of a kind of content: movies and episodes are files.
fn resource(kind: i64) -> Resource {
    match kind {
        2 | 5 => Resource::Movie,
        _ => Resource::Stream,
    }
}

fn waiting(resource: Resource, until: Until, id: i64, kind: i64, row: i64) -> PendingItem {
    PendingItem {
        resource,
        id,
        kind,
        row,
        until,
        guide: None,
    }
}

/// Makes a row of content ready, and returns whether it was still starting.
pub fn ready(context: &Context<'_>, one: &PendingItem) -> Result<bool> {
    let sql = "UPDATE streams_servers SET stream_status = 0, to_analyze = CASE WHEN ?4 THEN 0 ELSE to_analyze END
               WHERE server_stream_id = ?1 AND stream_id = ?2 AND stream_status = ?3 AND pid > 0";
    let file = one.resource == Resource::Movie;
    let mut update = context.db.prepare_cached(sql)?;
    Ok(update.execute((one.row, one.id, STARTING, file))? > 0)
}

/// Stops any content of `streams` on these of its servers, or on all of them. Connections to a stream,
/// channel or station there are closed; the file of a movie or an episode still exists, so its connections
/// stay open.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn stop_on(context: &Context<'_>, id: i64, servers: Option<&[i64]>) -> Result<()> {
    context.must_be_admin(Thing::Stream)?;
    let servers = servers.map(ids_text);
    let sql = "UPDATE streams_servers SET pid = NULL, monitor_pid = NULL, stream_started = NULL, current_source = NULL,
               bitrate = NULL, stream_status = 0 WHERE stream_id = ?1 AND (?2 IS NULL OR ids_hold(?2, server_id))
               RETURNING server_stream_id";
    let stopped = rows(context, sql, (id, &servers))?;
    end_waiting(context, &stopped)?;
    audit::changed(
        context,
        Target {
            table: "streams",
            id: Some(id),
            count: stopped.len(),
        },
        None,
        None,
    )?;
    let file = "SELECT 1 FROM streams WHERE id = ?1 AND type IN (2, 5)";
    if context.db.prepare_cached(file)?.exists([id])? {
        return Ok(());
    }
    match servers {
        None => connections::close_of(context, ConnectionOf::Stream, id),
        Some(servers) => ids(&servers).into_iter().try_for_each(|server| {
            connections::close_where(context, &format!("stream_id = ?1 AND server_id = {server}"), id).map(|_| ())
        }),
    }
}

/// Ends the waiting of content that is about to be deleted.
pub(super) fn forget(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "SELECT server_stream_id FROM streams_servers WHERE stream_id = ?1";
    end_waiting(context, &rows(context, sql, [id])?)
}

/// Returns the first column of each row.
fn rows(context: &Context<'_>, sql: &str, values: impl rusqlite::Params) -> Result<Vec<i64>> {
    let mut statement = context.db.prepare_cached(sql)?;
    let rows = statement.query_map(values, |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Ends the waiting of these rows; a file that still had to be analysed is no longer marked so.
fn end_waiting(context: &Context<'_>, rows: &[i64]) -> Result<()> {
    let pending = context.panel.pending();
    let mut waited = rows.iter().filter(|row| pending.waits(**row)).peekable();
    if waited.peek().is_none() {
        return Ok(());
    }
    let sql = "UPDATE streams_servers SET to_analyze = 0 WHERE server_stream_id = ?1";
    for row in waited {
        context.db.prepare_cached(sql)?.execute([row])?;
    }
    pending.end(rows);
    Ok(())
}

/// Returns those of the ids that are movies, or those that are not. Unknown ids are left out.
pub fn of_kind(context: &Context<'_>, ids: &[i64], movies: bool) -> Result<Vec<i64>> {
    if !context.caller.may_read(&content::ANY) {
        return Ok(Vec::new());
    }
    let mut query = context
        .db
        .prepare_cached("SELECT 1 FROM streams WHERE id = ?1 AND (type = 2) = ?2")?;
    let mut matching = Vec::new();
    for id in ids {
        if query.exists((id, movies))? {
            matching.push(*id);
        }
    }
    Ok(matching)
}

/// Reads the streams, channels, stations and episodes that run (`stream_status` 0 and a process) or fail (1) one by
/// one, each with its servers.
///
/// # Errors
/// SQLite's, or the first of `each`.
pub fn on_servers(context: &Context<'_>, failing: bool, mut each: impl FnMut(i64, &[i64]) -> Result<()>) -> Result<()> {
    if !context.caller.may_read(&content::NOT_MOVIE) {
        return Ok(());
    }
    let sql = "SELECT DISTINCT stream_id, server_id FROM streams_servers JOIN streams ON streams.id = stream_id
               WHERE type <> 2 AND stream_status = ?1 AND (?1 = 1 OR coalesce(pid, 0) > 0) ORDER BY stream_id, server_id";
    // This counts as a poll of all these kinds: the list does not contain content that is not ready.
    context.record_poll(Poll::Kinds(content::NOT_MOVIES));
    let mut query = context.db.prepare_cached(sql)?;
    let mut rows = query.query([i64::from(failing)])?;
    let mut last: Option<(i64, Vec<i64>)> = None;
    while let Some(row) = rows.next()? {
        let (stream, server) = (row.get(0)?, row.get(1)?);
        match last.as_mut().filter(|(last, _)| *last == stream) {
            Some((_, servers)) => servers.push(server),
            None => {
                if let Some((before, servers)) = last.replace((stream, vec![server])) {
                    each(before, &servers)?;
                }
            }
        }
    }
    match last {
        Some((stream, servers)) => each(stream, &servers),
        None => Ok(()),
    }
}

/// Ends the emulated process `pid` of a server: its stream goes down there and its connections are closed. It
/// never signals a process of the host.
///
/// # Errors
/// [`Error::NotFound`] when no stream of that server has this process.
pub fn kill_pid(context: &Context<'_>, server: i64, pid: i64) -> Result<()> {
    context.must_be_admin(Thing::Process)?;
    let find = "SELECT stream_id FROM streams_servers WHERE pid = ?1 AND server_id = ?2";
    let streams = rows(context, find, [pid, server])?;
    if streams.is_empty() {
        return Err(Error::NotFound(Thing::Process));
    }
    let down = "UPDATE streams_servers SET pid = NULL, stream_status = 1 WHERE pid = ?1 AND server_id = ?2
                RETURNING server_stream_id";
    let down = rows(context, down, [pid, server])?;
    end_waiting(context, &down)?;
    for stream in streams {
        connections::close_where(context, &format!("stream_id = ?1 AND server_id = {server}"), stream)?;
    }
    Ok(())
}
