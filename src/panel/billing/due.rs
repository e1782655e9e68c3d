//! What falls due by the panel's clock: starts of subscriptions, and ends at which they are cancelled (contract "REST APIs",
//! part D). It needs no request: who moves the clock does it before he answers, and while the clock runs a thread does,
//! which exists only while something is to come. A request that is faster than the thread does it first. Each job is dated
//! with its own instant.
//!
//! Other ends need no job, as those of lines: a status is counted from the clock. They are told with the rest, and they fall
//! due where endpoints of webhooks are told of them.

use std::collections::HashSet;
use std::sync::{Arc, Weak};

use rusqlite::Row;
use tokio::sync::watch;

use super::agenda::{DueHold, NEVER};
use super::subscriptions::{self, start};
use super::{Refusal, Result};
use crate::panel::clock::Mode;
use crate::panel::webhooks::{self, Event, ends};
use crate::panel::{Caller, Context, Error, Panel, lines};

/// What happens to a subscription or a line, in the order of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    Started,
    LineExpired,
    Cancelled,
    Expired,
}

impl DueKind {
    /// Returns its name in the list of due jobs.
    pub fn job(self) -> &'static str {
        match self {
            DueKind::Started => "subscription.started",
            DueKind::LineExpired => "line.expired",
            DueKind::Cancelled => "subscription.cancelled",
            DueKind::Expired => "subscription.expired",
        }
    }
}

/// Something that fell due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueJob {
    /// Unix seconds.
    pub at: i64,
    pub kind: DueKind,
    /// The subscription, or the line.
    pub id: i64,
}

/// What will be due: the next instant, and the lines on whose ends it depends.
struct Upcoming {
    next: i64,
    lines: HashSet<i64>,
    /// Until when ends were told, where somebody is told of them.
    told: Option<i64>,
}

const STARTS: &str = "SELECT period_start, id FROM linecard_subscriptions WHERE is_pending = 1";

const ENDS: &str = "SELECT iif(lines.id IS NULL, own_end, lines.exp_date), linecard_subscriptions.id, lines.id
     FROM linecard_subscriptions LEFT JOIN lines ON lines.id = line_id WHERE cancel_at_end = 1 AND cancelled IS NULL";

const EXPIRING: &str = "SELECT lines.exp_date, linecard_subscriptions.id FROM lines
     JOIN linecard_subscriptions ON line_id = lines.id AND cancelled IS NULL AND cancel_at_end = 0 WHERE exp_date > ?1 AND exp_date <= ?2
     UNION ALL SELECT own_end, id FROM linecard_subscriptions
     WHERE own_end > ?1 AND own_end <= ?2 AND cancelled IS NULL AND cancel_at_end = 0";

/// Counts a change of what falls due, in the transaction of that change.
pub(super) fn changed(context: &Context<'_>) -> Result<()> {
    let sql = "UPDATE linecard_due SET version = version + 1 WHERE id = 1";
    context.db.prepare_cached(sql)?.execute([])?;
    begin_thread(context.panel);
    Ok(())
}

/// Does what is overdue, before a request reads it.
///
/// # Errors
/// SQLite's, or [`Error::Busy`].
pub async fn catch_up(panel: &Arc<Panel>) -> Result<(), Error> {
    let known = panel.agenda().next(panel.store().due().version());
    if known.is_some_and(|next| next == NEVER || next > panel.clock().now()) {
        return Ok(());
    }
    let hold = panel.agenda().hold().await;
    run(panel, &hold, panel.clock().now()).await.map(drop)
}

/// Does what is due at an instant, and returns what it did to subscriptions, in its order.
///
/// # Errors
/// SQLite's, or [`Error::Busy`]; then nothing was done.
pub async fn run(panel: &Arc<Panel>, _hold: &DueHold<'_>, to: i64) -> Result<Vec<DueJob>, Error> {
    let next = next(panel).await?;
    // A clock that was put back tells the same ends again.
    if next > to && panel.agenda().told() <= to {
        return Ok(Vec::new());
    }
    let done = panel
        .write_as(Caller::Admin(None), move |context| do_until(context, to))
        .await;
    done.map_err(Refusal::into_error)
}

/// Returns the ends between two instants at which nothing is to be done: those of subscriptions that are not cancelled.
///
/// # Errors
/// SQLite's.
pub fn expiring(context: &Context<'_>, from: i64, to: i64) -> Result<Vec<DueJob>, Error> {
    let zone = context.zone();
    let mut query = context.db.prepare_cached(EXPIRING)?;
    let mut rows = query.query([zone.text_before(from), zone.text_after(to)])?;
    let mut due = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(at) = end(context, row)?.filter(|at| *at > from && *at <= to) {
            due.push(DueJob {
                at,
                kind: DueKind::Expired,
                id: row.get(1)?,
            });
        }
    }
    Ok(due)
}

/// The instant of the first column, a date text.
fn end(context: &Context<'_>, row: &Row<'_>) -> rusqlite::Result<Option<i64>> {
    let text = row.get_ref(0)?.as_str_or_null()?;
    Ok(text.and_then(|text| context.zone().read_iso(text)))
}

/// Returns the next instant at which something is due.
async fn next(panel: &Arc<Panel>) -> Result<i64, Error> {
    loop {
        let (agenda, log) = (panel.agenda(), panel.store().due());
        let version = log.version();
        if let Some(next) = agenda.next(version) {
            return Ok(next);
        }
        let Upcoming { next, lines, told } = panel.read(Caller::Admin(None), upcoming).await?;
        // A line that was not watched may have changed since it was read.
        if log.watch_lines(lines) {
            agenda.set_told(told);
            agenda.found(version, next);
            return Ok(next);
        }
    }
}

fn upcoming(context: &Context<'_>) -> Result<Upcoming, Error> {
    let sql = "SELECT min(period_start) FROM linecard_subscriptions WHERE is_pending = 1";
    let first: Option<i64> = context.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut upcoming = Upcoming {
        next: first.unwrap_or(NEVER),
        lines: HashSet::new(),
        told: ends::told_until(context)?,
    };
    if let Some(told) = upcoming.told {
        upcoming.next = ends::first_after(context, told)?.unwrap_or(NEVER).min(upcoming.next);
    }
    let mut query = context.db.prepare_cached(ENDS)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        upcoming.next = end(context, row)?.unwrap_or(NEVER).min(upcoming.next);
        upcoming.lines.extend(row.get::<_, Option<i64>>(2)?);
    }
    Ok(upcoming)
}

fn do_until(context: &Context<'_>, to: i64) -> Result<Vec<DueJob>> {
    let mut due = due(context, to)?;
    due.extend(ends_to_tell(context, to)?);
    due.sort_unstable();
    for job in &due {
        let then = context.at_instant(job.at);
        match job.kind {
            DueKind::Started => start::start(&then, job.id)?,
            DueKind::LineExpired => then.tell(Event::LineExpired, job.id),
            DueKind::Cancelled => subscriptions::cancel::at_end(&then, job.id)?,
            DueKind::Expired => then.tell(Event::SubscriptionExpired, job.id),
        }
        // Events are dated with that instant too.
        webhooks::record(&then)?;
    }
    changed(context)?;
    due.retain(|job| matches!(job.kind, DueKind::Started | DueKind::Cancelled));
    Ok(due)
}

/// The ends until an instant that endpoints of webhooks are to be told of; they are noted as told.
fn ends_to_tell(context: &Context<'_>, to: i64) -> Result<Vec<DueJob>> {
    let Some(told) = ends::told_until(context)? else {
        return Ok(Vec::new());
    };
    ends::set_told(context, to)?;
    let mut due = expiring(context, told, to)?;
    let lines = lines::expiring(context, told, to)?.into_iter();
    let kind = DueKind::LineExpired;
    due.extend(lines.map(|(at, id)| DueJob { at, kind, id }));
    Ok(due)
}

/// What is to be done until an instant, in its order.
fn due(context: &Context<'_>, to: i64) -> Result<Vec<DueJob>> {
    let mut due = Vec::new();
    let mut query = context.db.prepare_cached(STARTS)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (at, id): (i64, i64) = (row.get(0)?, row.get(1)?);
        due.extend((at <= to).then_some(DueJob {
            at,
            kind: DueKind::Started,
            id,
        }));
    }
    let mut query = context.db.prepare_cached(ENDS)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (at, id) = (end(context, row)?, row.get(1)?);
        let kind = DueKind::Cancelled;
        due.extend(at.filter(|at| *at <= to).map(|at| DueJob { at, kind, id }));
    }
    Ok(due)
}

/// Starts the thread, if the clock runs and something is to come.
pub async fn follow(panel: &Arc<Panel>) {
    if is_frozen(panel) {
        return;
    }
    match next(panel).await {
        Ok(NEVER) => {}
        Ok(_) => begin_thread(panel),
        Err(error) => tracing::warn!(?error, "the next due subscription was not found"),
    }
}

fn begin_thread(panel: &Arc<Panel>) {
    if is_frozen(panel) || !panel.agenda().begin_thread() {
        return;
    }
    let (followed, changes) = (Arc::downgrade(panel), panel.clock().changes());
    let run = move || match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime.block_on(keep(&followed, changes)),
        Err(error) => tracing::error!(%error, "due subscriptions wait for requests"),
    };
    let thread = std::thread::Builder::new().name("linecard-due".into()).spawn(run);
    if let Err(error) = thread {
        tracing::error!(%error, "due subscriptions wait for requests");
        panel.agenda().end_thread();
    }
}

fn is_frozen(panel: &Panel) -> bool {
    matches!(panel.clock().mode(), Mode::Frozen(_))
}

/// Does what is due whenever it is, until the clock stands, nothing is to come or the panel is gone.
async fn keep(panel: &Weak<Panel>, mut changes: watch::Receiver<u64>) {
    loop {
        let Some(panel_now) = panel.upgrade() else {
            return;
        };
        if let Err(error) = catch_up(&panel_now).await {
            tracing::warn!(?error, "what is due of subscriptions was not done");
        }
        let next = next(&panel_now).await.unwrap_or(NEVER);
        if is_frozen(&panel_now) || next == NEVER {
            panel_now.agenda().end_thread();
            match follows_on(&panel_now).await {
                true => continue,
                false => return,
            }
        }
        let ahead = next
            .saturating_mul(1_000)
            .saturating_sub(panel_now.clock().now_millis());
        let (wait, log) = (
            panel_now.clock().mode().real_wait(ahead),
            Arc::clone(panel_now.store().due()),
        );
        drop(panel_now);
        tokio::select! {
            changed = changes.changed() => if changed.is_err() {
                return;
            },
            () = log.changed() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Whether the thread is needed again, and is the one. A job of the writer that found one may not be committed yet: its
/// transaction is, once a later job is.
async fn follows_on(panel: &Arc<Panel>) -> bool {
    let later = panel.write(Caller::Admin(None), |_| Ok(())).await;
    let is_needed = later.is_ok() && !is_frozen(panel) && next(panel).await.is_ok_and(|next| next != NEVER);
    is_needed && panel.agenda().begin_thread()
}
