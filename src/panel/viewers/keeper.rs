//! The keeper: one thread of a panel that has viewers. It cuts the connections whose rows are gone, checks sessions
//! again when what they depend on has changed, ends those that are due, and writes ends and last reads in batches.

use std::pin::Pin;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, timeout_at};

use super::session::{Container, EndReason, Row};
use super::{Viewers, end_rows, recheck};
use crate::panel::error::{Error, Result};
use crate::panel::{Caller, Context, Panel};
use crate::store::{Ended, EndedConnections, TouchedRows};

/// How long ends are gathered for one job, and the most of them.
const GATHER: Duration = Duration::from_millis(5);
const MOST_ENDS: usize = 256;
/// How often it is looked whether a session is due.
const TICK: Duration = Duration::from_millis(50);
/// How often last reads are written.
const FLUSH: Duration = Duration::from_secs(10);
/// How long the writer is left alone that was busy.
const PATIENCE: Duration = Duration::from_millis(50);

/// A viewer of a live stream whose connection takes nothing for so long is cut.
const STUCK: Duration = Duration::from_secs(10);

/// Session time without a read after which an HLS session ends, in seconds.
pub const HLS_IDLE: i64 = 30;

/// A task of the thread, which may stay on it.
type Spawned = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// The handle of the thread.
pub struct Keeper {
    ends: UnboundedSender<Row>,
    tasks: UnboundedSender<Spawned>,
}

impl Keeper {
    /// Has the row of a session ended.
    pub(super) fn write_end(&self, row: Row) {
        // An error means that the panel is gone.
        let _ = self.ends.send(row);
    }

    /// Runs a task on the thread.
    pub(super) fn spawn(&self, task: Spawned) {
        let _ = self.tasks.send(task);
    }
}

/// Starts the thread of a panel, if it does not run yet.
///
/// # Errors
/// The system gave no thread.
pub(super) fn start(panel: &Arc<Panel>) -> Result<()> {
    let begin = || {
        let (ends, ended) = unbounded_channel();
        let (tasks, spawned) = unbounded_channel();
        let followed = Followed {
            panel: Arc::downgrade(panel),
            viewers: Arc::clone(panel.viewers()),
            rows: panel.store().ended_connections(),
            touched: panel.store().touched_rows(),
            ends: ended,
            tasks: spawned,
        };
        let run = move || actix_web::rt::System::new().block_on(followed.keep());
        let thread = std::thread::Builder::new().name("linecard-viewers".into()).spawn(run);
        thread
            .inspect_err(|error| tracing::error!(%error, "the thread of the viewers was not started"))
            .is_ok()
            .then_some(Keeper { ends, tasks })
    };
    match panel.viewers().keeper.get_or_init(begin) {
        Some(_) => Ok(()),
        None => Err(Error::Busy),
    }
}

/// What the thread follows.
struct Followed {
    panel: Weak<Panel>,
    viewers: Arc<Viewers>,
    rows: EndedConnections,
    touched: TouchedRows,
    ends: UnboundedReceiver<Row>,
    tasks: UnboundedReceiver<Spawned>,
}

impl Followed {
    /// Runs until the panel is gone.
    async fn keep(self) {
        let Followed {
            panel,
            viewers,
            rows,
            touched,
            ends,
            tasks,
        } = self;
        tokio::select! {
            () = cut(&panel, &viewers, rows) => {}
            () = check_again(&panel, touched) => {}
            () = write_ends(&panel, &viewers, ends) => {}
            () = end_due(&panel, &viewers) => {}
            () = write_reads(&panel, &viewers) => {}
            () = run(tasks) => {}
        }
        // The rows go with the panel.
        viewers.forget_all(EndReason::Server, 0);
    }
}

/// Runs the tasks that are sent.
async fn run(mut tasks: UnboundedReceiver<Spawned>) {
    while let Some(task) = tasks.recv().await {
        actix_web::rt::spawn(task());
    }
}

/// Cuts the sessions whose rows have ended.
async fn cut(panel: &Weak<Panel>, viewers: &Viewers, mut rows: EndedConnections) {
    while let Some(ended) = rows.next().await {
        let Some(panel) = panel.upgrade() else {
            return;
        };
        match ended {
            Ended::These { rows, state } => {
                let now = panel.clock().now();
                for ended in rows.iter() {
                    let id = ended.activity_id;
                    end_session(viewers, Row { id, state }, now);
                }
            }
            // Who went back to another state has ended the sessions of the one before.
            Ended::All => {}
            Ended::Unknown => {
                let find = |context: &Context<'_>| cut_missing(context);
                until_done(|| panel.write(Caller::Anyone, find)).await;
            }
        }
    }
}

/// Ends the session of a row that has ended.
fn end_session(viewers: &Viewers, row: Row, now: i64) {
    viewers.registry.end(row, EndReason::Killed, now);
    viewers.registry.rows_are_gone(&[row]);
}

/// Cuts all sessions that have no row. It is a job of the writer, because a session is there before its row is
/// committed.
fn cut_missing(context: &Context<'_>) -> Result<()> {
    let viewers = context.panel.viewers();
    let sql = "SELECT 1 FROM lines_live WHERE activity_id = ?1 AND hls_end = 0";
    let mut query = context.db.prepare_cached(sql)?;
    for session in viewers.registry.open() {
        if !query.exists([session.id])? {
            end_session(viewers, session.row(), context.now);
        }
    }
    Ok(())
}

/// Checks sessions again after changes of what they depend on.
async fn check_again(panel: &Weak<Panel>, mut touched: TouchedRows) {
    loop {
        let touched = touched.next().await;
        let Some(panel) = panel.upgrade() else {
            return;
        };
        until_done(|| recheck::run(&panel, touched.clone())).await;
    }
}

/// Repeats what a busy panel refuses.
async fn until_done<T: Default>(mut attempt: impl AsyncFnMut() -> Result<T>) -> T {
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(Error::Busy) => sleep(PATIENCE).await,
            // Closing a panel writes the ends of all sessions itself.
            Err(error) if error.is_of_closing() => return T::default(),
            Err(error) => {
                tracing::error!(?error, "the viewers' rows were not kept");
                return T::default();
            }
        }
    }
}

/// Writes the ends of sessions, many in one job. A full queue delays them.
async fn write_ends(panel: &Weak<Panel>, viewers: &Viewers, mut ends: UnboundedReceiver<Row>) {
    while let Some(first) = ends.recv().await {
        let (mut batch, deadline) = (vec![first], Instant::now() + GATHER);
        while batch.len() < MOST_ENDS
            && let Ok(Some(next)) = timeout_at(deadline, ends.recv()).await
        {
            batch.push(next);
        }
        let Some(panel) = panel.upgrade() else {
            return;
        };
        let batch: Arc<[Row]> = batch.into();
        until_done(|| {
            let batch = Arc::clone(&batch);
            panel.write(Caller::Anyone, move |context| end_rows(context, &batch))
        })
        .await;
        viewers.registry.rows_are_gone(&batch);
    }
}

/// Ends the sessions that are due.
async fn end_due(panel: &Weak<Panel>, viewers: &Viewers) {
    loop {
        sleep(TICK).await;
        if viewers.registry.is_empty() {
            continue;
        }
        let Some(panel) = panel.upgrade() else {
            return;
        };
        let _due = viewers.due_lock();
        viewers.run_due(&panel);
    }
}

impl Viewers {
    /// Advances the panel's clock by so many seconds, and returns what ended by that: the instant by the panel's clock,
    /// the job's name, and the id of the session, or of the token's line. What `keeper` ends by itself is told nowhere,
    /// so it waits meanwhile.
    pub fn advance(&self, panel: &Panel, seconds: i64) -> Vec<(i64, &'static str, i64)> {
        let _due = self.due_lock();
        let since = panel.clock().session_time();
        panel.clock().advance(seconds);
        let mut fired = self.ended_tokens(panel, since);
        fired.extend(self.run_due(panel));
        fired
    }

    fn due_lock(&self) -> MutexGuard<'_, ()> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the sessions that are due by the panel's clock or by session time, and returns each with the instant at
    /// which it was due and its job's name.
    fn run_due(&self, panel: &Panel) -> Vec<(i64, &'static str, i64)> {
        let (now, session_time) = (panel.clock().now(), panel.clock().session_time());
        let most = panel.last_access().settings.viewers.user_auto_kick;
        let most = most.and_then(|most| i64::try_from(most.as_secs()).ok());
        let (ahead, mut fired) = (now.saturating_sub(session_time), Vec::new());
        for session in self.registry.open() {
            let too_long = session.started.saturating_add(most.unwrap_or(i64::MAX));
            let idle = session.last_read().saturating_add(HLS_IDLE);
            let is_hls = session.viewer.container == Container::Hls;
            let due = match () {
                () if session.expires() <= now => (session.expires(), None, EndReason::Expired),
                () if most.is_some() && too_long <= now => (too_long, Some("session.too_long"), EndReason::TooLong),
                () if is_hls && idle <= session_time => {
                    (idle.saturating_add(ahead), Some("session.idle"), EndReason::Idle)
                }
                () if session.is_live() && session.stuck_for() >= STUCK => (now, None, EndReason::Slow),
                () => continue,
            };
            // The expiry of the line is told by itself, and what is due by session time with the panel's time of then.
            let (at, job, reason) = due;
            self.leave(panel, &session, reason);
            fired.extend(job.map(|job| (at, job, session.id)));
        }
        fired
    }
}

impl Viewers {
    /// Returns the tokens that have ended since an instant of session time and opened nothing, each with the panel's time
    /// of its end, its job's name and its line.
    fn ended_tokens(&self, panel: &Panel, since: i64) -> Vec<(i64, &'static str, i64)> {
        let (now, session_time) = (panel.clock().now(), panel.clock().session_time());
        let ahead = now.saturating_sub(session_time);
        let ended = self.tokens.ended_unused(since, session_time).into_iter();
        ended
            .map(|(at, ticket)| (at.saturating_add(ahead), "token.expired", ticket.viewer.line))
            .collect()
    }
}

/// Writes when sessions were read last.
async fn write_reads(panel: &Weak<Panel>, viewers: &Viewers) {
    loop {
        sleep(FLUSH).await;
        let open = viewers.registry.open();
        let read = open
            .iter()
            .filter_map(|session| Some((session.row(), session.take_unwritten()?)));
        let read: Arc<[(Row, i64)]> = read.collect();
        if read.is_empty() {
            continue;
        }
        let Some(panel) = panel.upgrade() else {
            return;
        };
        let write = move |context: &Context<'_>| {
            let state = context.panel.store().state();
            let sql = "UPDATE lines_live SET hls_last_read = ?2 WHERE activity_id = ?1";
            let mut update = context.db.prepare_cached(sql)?;
            for (row, at) in read.iter().filter(|(row, _)| row.state == state) {
                update.execute([row.id, *at])?;
            }
            Ok(())
        };
        until_done(|| panel.write(Caller::Anyone, write.clone())).await;
    }
}
