//! Admission: whether one more session of a line is within its limit, and the row of it (contract "Player side",
//! section 12). It is one write job, so that the limit holds however many start at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::OptionalExtension;
use tokio::time::{Instant, timeout_at};

use super::registry::Registry;
use super::session::{Container, EndReason, Row, Session, Viewer};
use super::{Line, Ticket, Viewers, keeper};
use crate::panel::access::Caller;
use crate::panel::context::Context;
use crate::panel::error::{Error, Result};
use crate::panel::settings::{ConnectionPolicy, ViewerSettings};
use crate::panel::{Panel, connections};

/// The result of a request to watch.
pub enum Admission {
    Admitted(Arc<Session>),
    /// The line has as many connections as it may have.
    Full,
    /// The line was deleted, disabled, banned or expired after it was checked.
    Gone,
}

/// The limit of a line.
struct Limit {
    line: i64,
    /// 0 is no limit.
    most: i64,
}

impl Limit {
    /// How many rows are beyond the limit once there is one more.
    fn beyond(&self, context: &Context<'_>) -> Result<i64> {
        if self.most <= 0 {
            return Ok(0);
        }
        let sql = "SELECT count(*) FROM lines_live WHERE user_id = ?1 AND hls_end = 0";
        let rows: i64 = context
            .db
            .prepare_cached(sql)?
            .query_row([self.line], |row| row.get(0))?;
        Ok(rows.saturating_add(1).saturating_sub(self.most).max(0))
    }
}

/// What the row of a line says about one more session.
struct LineRow {
    /// Its own limit and, where it has one, its pair's.
    limits: Vec<Limit>,
    /// In unix seconds; `i64::MAX` is never.
    expires: i64,
    may_watch: bool,
}

fn line_row(context: &Context<'_>, line: i64) -> Result<Option<LineRow>> {
    let sql = "SELECT lines.max_connections, lines.exp_date, lines.enabled <> 0 AND lines.admin_enabled <> 0
               AND NOT coalesce(has_come(lines.exp_date, ?2), 0), pair.id, pair.max_connections
               FROM lines LEFT JOIN lines AS pair ON pair.id = lines.pair_id AND pair.id <> lines.id WHERE lines.id = ?1";
    let found = context.db.prepare_cached(sql)?.query_row((line, context.now), |row| {
        let mut limits = vec![Limit {
            line,
            most: row.get(0)?,
        }];
        if let Some(pair) = row.get(3)? {
            limits.push(Limit {
                line: pair,
                most: row.get(4)?,
            });
        }
        let expires: Option<String> = row.get(1)?;
        Ok(LineRow {
            limits,
            expires: expires
                .and_then(|text| context.zone().read_iso(&text))
                .unwrap_or(i64::MAX),
            may_watch: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

/// The server that a stream is played from: the first on which it runs, or the main one.
fn server_of(context: &Context<'_>, stream: i64) -> Result<i64> {
    let sql = "SELECT coalesce(
                   (SELECT server_id FROM streams_servers WHERE stream_id = ?1 ORDER BY coalesce(pid, 0) > 0 DESC, server_stream_id LIMIT 1),
                   (SELECT id FROM servers WHERE is_main <> 0 ORDER BY id LIMIT 1), 0)";
    Ok(context.db.prepare_cached(sql)?.query_row([stream], |row| row.get(0))?)
}

/// Ends the connections of a line that are beyond its limit: first those of the same player, then those of the same
/// address, then the oldest. They are marked, so that it is known why they end.
fn kick(context: &Context<'_>, registry: &Registry, viewer: &Viewer, line: i64, beyond: i64) -> Result<()> {
    let sql = "SELECT activity_id FROM lines_live WHERE user_id = ?1 AND hls_end = 0
               ORDER BY user_ip = ?2 AND user_agent = ?3 DESC, user_ip = ?2 DESC, activity_id LIMIT ?4";
    let mut query = context.db.prepare_cached(sql)?;
    let rows = query.query_map((line, viewer.address.to_string(), &viewer.agent, beyond), |row| {
        row.get(0)
    })?;
    let victims: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
    for victim in victims {
        if let Some(session) = registry.get(victim) {
            session.will_end(EndReason::Kicked);
        }
        connections::close_where(context, "activity_id = ?1", victim)?;
    }
    Ok(())
}

/// The job: counts, refuses or chooses victims, and writes the row.
fn admit(
    context: &Context<'_>,
    viewers: &Viewers,
    ticket: &Ticket,
    token: &str,
    policy: ConnectionPolicy,
) -> Result<Admission> {
    let viewer = &ticket.viewer;
    let Some(row) = line_row(context, viewer.line)?.filter(|row| row.may_watch) else {
        return Ok(Admission::Gone);
    };
    // So that nobody sees more rows than the line may have.
    super::end_rows(context, &viewers.registry.ending_of(viewer.line))?;
    for limit in &row.limits {
        let beyond = limit.beyond(context)?;
        match policy {
            _ if beyond == 0 => {}
            ConnectionPolicy::Refuse => return Ok(Admission::Full),
            ConnectionPolicy::KickOldest => kick(context, &viewers.registry, viewer, limit.line, beyond)?,
        }
    }
    let address = viewer.address.to_string();
    let sql = "INSERT INTO lines_live (user_id, stream_id, server_id, user_agent, user_ip, container, pid, active_pid,
                   date_start, hls_last_read, uuid)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?8, ?9) RETURNING activity_id";
    let id = context.db.prepare_cached(sql)?.query_row(
        (
            viewer.line,
            viewer.stream,
            server_of(context, viewer.stream)?,
            &viewer.agent,
            &address,
            viewer.container.name(),
            std::process::id(),
            context.now,
            token,
        ),
        |row| row.get(0),
    )?;
    seen(context, viewer.line, &address)?;
    Line::learn_isp(context, viewer.line, &ticket.network)?;
    let times = (context.panel.clock().session_time(), context.now);
    let state = context.panel.store().state();
    let session = Arc::new(Session::new(
        Row { id, state },
        ticket,
        token.to_owned(),
        times,
        row.expires,
    ));
    viewers.registry.add(Arc::clone(&session));
    Ok(Admission::Admitted(session))
}

/// Notes in the row of a line that it watches, from where and when (section 2, "Read only").
pub(super) fn seen(context: &Context<'_>, line: i64, address: &str) -> Result<()> {
    let sql = "UPDATE lines SET last_ip = ?2, last_activity = ?3 WHERE id = ?1";
    context.db.prepare_cached(sql)?.execute((line, address, context.now))?;
    Ok(())
}

/// Admits a viewer and returns the session, whose row is committed. `token` is that of its data URLs.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn enter(panel: &Arc<Panel>, settings: &ViewerSettings, ticket: &Ticket, token: &str) -> Result<Admission> {
    keeper::start(panel)?;
    let policy = settings.connection_policy;
    let attempt = async || match attempt(panel, ticket, token, policy).await? {
        Admission::Full => Ok::<_, Error>(Err(Full)),
        admission => Ok(Ok(admission)),
    };
    let admission = while_full(panel, settings, &ticket.viewer, attempt).await?;
    Ok(admission.unwrap_or(Admission::Full))
}

/// Runs the job once.
async fn attempt(panel: &Arc<Panel>, ticket: &Ticket, token: &str, policy: ConnectionPolicy) -> Result<Admission> {
    // A job that is rolled back, or runs again, has added a session that is not there.
    let added = Arc::new(Added::default());
    let job = {
        let (added, ticket, token) = (Arc::clone(&added), ticket.clone(), token.to_owned());
        move |context: &Context<'_>| {
            let viewers = context.panel.viewers();
            added.withdraw(viewers);
            let admission = admit(context, viewers, &ticket, &token, policy)?;
            if let Admission::Admitted(session) = &admission {
                added.set(session);
            }
            Ok(admission)
        }
    };
    let admission = panel.write(Caller::Anyone, job).await;
    if admission.is_err() {
        added.withdraw(panel.viewers());
    }
    admission
}

/// The session that a job has added.
#[derive(Default)]
struct Added(Mutex<Option<Arc<Session>>>);

impl Added {
    fn set(&self, session: &Arc<Session>) {
        *self.lock() = Some(Arc::clone(session));
    }

    fn withdraw(&self, viewers: &Viewers) {
        if let Some(session) = self.lock().take() {
            viewers.registry.withdraw(&session);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The line has as many connections as it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Makes an attempt again while the same player gives up another session: a player that changes channel closes one
/// stream and opens the next within milliseconds, in either order (section 12, "Zap"). Rows of sessions that are over
/// are waited for, whoever comes.
///
/// # Errors
/// Those of the attempt.
pub async fn while_full<T, E: From<crate::panel::Error>>(
    panel: &Arc<Panel>,
    settings: &ViewerSettings,
    viewer: &Viewer,
    attempt: impl AsyncFn() -> std::result::Result<std::result::Result<T, Full>, E>,
) -> std::result::Result<std::result::Result<T, Full>, E> {
    let registry = &panel.viewers().registry;
    let deadline = Instant::now() + settings.zap_grace;
    loop {
        let mut someone_leaves = std::pin::pin!(registry.someone_leaves());
        someone_leaves.as_mut().enable();
        let mut rows_go = std::pin::pin!(registry.rows_go());
        rows_go.as_mut().enable();
        let counted = registry.counted(viewer.line);
        if let Ok(done) = attempt().await? {
            return Ok(Ok(done));
        }
        if registry.has_ending(viewer.line) {
            rows_go.await;
            continue;
        }
        // Some row that the attempt may have counted has gone since.
        let still = registry.counted(viewer.line);
        if counted.iter().any(|row| !still.contains(row)) {
            continue;
        }
        let mine = registry.open_where(|session| is_of_player(session, viewer));
        if let Some(other) = replaceable(&mine, viewer).filter(|_| settings.hls_zap_replaces) {
            panel.viewers().end_now(panel, other, EndReason::Kicked).await?;
            continue;
        }
        let waits = mine.iter().any(|session| session.viewer.container != Container::Hls);
        if !waits || timeout_at(deadline, someone_leaves).await.is_err() {
            return Ok(Err(Full));
        }
    }
}

/// Whether a viewer at the limit would take the place of an HLS session of the same player.
pub fn may_replace(panel: &Panel, settings: &ViewerSettings, viewer: &Viewer) -> bool {
    let registry = &panel.viewers().registry;
    let mine = registry.open_where(|session| is_of_player(session, viewer));
    settings.hls_zap_replaces && replaceable(&mine, viewer).is_some()
}

/// Whether a session is one of the same line and player.
fn is_of_player(session: &Session, viewer: &Viewer) -> bool {
    let (one, other) = (&session.viewer, viewer);
    (one.line, one.address, one.agent.as_str()) == (other.line, other.address, other.agent.as_str())
}

/// The HLS session of another stream that was read longest ago.
fn replaceable<'a>(mine: &'a [Arc<Session>], viewer: &Viewer) -> Option<&'a Arc<Session>> {
    let others = mine
        .iter()
        .filter(|session| session.viewer.container == Container::Hls && session.viewer.stream != viewer.stream);
    others.min_by_key(|session| (session.last_read(), session.id))
}
