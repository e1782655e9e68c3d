//! Webhooks: what happens in the panel is told to endpoints, signed, again and again until they have it (contract "REST
//! APIs", part C).
//!
//! What happened to a line is seen by the writer's triggers (`store::line_log`), whichever dialect or raw statement it was;
//! the billing operations tell of their objects in the [`JobEvents`] of their context. At the end of each job `record` writes
//! both into the outbox, in the order in which they happened and in the transaction of the change. `deliver` takes them from
//! there.
//!
//! Nothing here knows HTTP or a dialect's JSON: a [`Carrier`] has both. Without an endpoint a job costs two loads.

pub mod deliver;
pub mod endpoints;
pub mod ends;
pub mod event;
pub mod keeper;
pub mod outbox;
mod record;
pub mod signing;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use rusqlite::OptionalExtension;
use tokio::sync::{Mutex, MutexGuard, watch};

pub use event::{Event, JobEvents, RefusedConnection, Subject, Told};
pub use outbox::{Outcome, Parcel};
pub use record::record;

use super::context::Context;
use super::subscription::Refusal;
use super::{Caller, Panel};

/// What writes the objects of events as their dialects do, and takes them to endpoints.
pub trait Carrier: Send + Sync {
    /// Returns an object as JSON.
    fn data(&self, subject: &Subject) -> String;
    /// Makes one attempt, which is dated with an instant of the panel's clock.
    fn carry<'a>(&'a self, panel: &'a Arc<Panel>, parcel: &'a Parcel, at: i64) -> BoxFuture<'a, Outcome>;
}

/// No version of the access rules.
const UNKNOWN: u64 = u64::MAX;

/// The state of a panel's webhooks that is kept in memory.
pub struct Webhooks {
    /// The version of the access rules in which `is_on` was found.
    version: AtomicU64,
    is_on: AtomicBool,
    carrier: OnceLock<Arc<dyn Carrier>>,
    /// Held while something is delivered.
    delivering: Mutex<()>,
    /// How many wait for that.
    waiting: AtomicUsize,
    has_thread: AtomicBool,
    is_closed: watch::Sender<bool>,
}

/// While it exists, nobody else delivers.
pub struct DeliveryHold<'a>(#[expect(dead_code, reason = "it is held, not used")] MutexGuard<'a, ()>);

impl Default for Webhooks {
    fn default() -> Self {
        Webhooks {
            version: AtomicU64::new(UNKNOWN),
            is_on: AtomicBool::default(),
            carrier: OnceLock::new(),
            delivering: Mutex::default(),
            waiting: AtomicUsize::default(),
            has_thread: AtomicBool::default(),
            is_closed: watch::Sender::new(false),
        }
    }
}

impl Webhooks {
    /// Sets what delivers; without it nothing is recorded. The first one stays.
    pub fn set_carrier(&self, carrier: Arc<dyn Carrier>) {
        let _ = self.carrier.set(carrier);
        self.version.store(UNKNOWN, Ordering::Release);
    }

    /// Whether a job has to record what happens; it is known in jobs of the writer.
    pub fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Waits until nobody delivers, and keeps it so. Who moves the clock holds it until all that fell due was delivered.
    pub async fn hold(&self) -> DeliveryHold<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let waiting = Waiting(&self.waiting);
        let hold = DeliveryHold(self.delivering.lock().await);
        drop(waiting);
        hold
    }

    /// Ends what is being delivered, as the panel closes. It is delivered again at the next start.
    pub(super) fn close(&self) {
        self.is_closed.send_replace(true);
    }

    fn carrier(&self) -> Option<&Arc<dyn Carrier>> {
        self.carrier.get()
    }

    /// Whether somebody waits for the hold.
    fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }
}

/// One who waits for the hold, until he has it or gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Finds out at the begin of a job whether there is an endpoint, if that may have changed.
///
/// # Errors
/// SQLite's.
pub(super) fn begin_job(context: &Context<'_>) -> rusqlite::Result<()> {
    let (panel, webhooks) = (context.panel, context.panel.webhooks());
    let version = panel.store().settled_access();
    if version == Some(webhooks.version.load(Ordering::Acquire)) {
        return Ok(());
    }
    let is_on = webhooks.carrier().is_some() && endpoints::any(context.db)?;
    webhooks.is_on.store(is_on, Ordering::Relaxed);
    panel.store().lines().follow(is_on);
    webhooks.version.store(version.unwrap_or(UNKNOWN), Ordering::Release);
    Ok(())
}

/// Finds the same out before a job that does not begin with it: a statement of raw SQL writes first.
pub(super) async fn prepare(panel: &Arc<Panel>) {
    if panel.webhooks().version.load(Ordering::Acquire) == panel.store().access() {
        return;
    }
    if let Err(error) = panel.write(Caller::Admin(None), |_| Ok(())).await {
        tracing::debug!(?error, "whether there is an endpoint was not found out");
    }
}

impl Context<'_> {
    /// Tells of an event of an object, which is recorded as it is at the end of the job.
    pub fn tell(&self, event: Event, id: i64) {
        self.add_event(|| Told::Present(event, id));
    }

    /// Tells of an event with its object, as it is or was.
    pub fn tell_of(&self, event: Event, subject: impl FnOnce() -> Subject) {
        self.add_event(|| Told::Subject(event, subject()));
    }

    /// Keeps a line as it is before it is taken apart and deleted.
    ///
    /// # Errors
    /// SQLite's.
    pub(super) fn line_goes(&self, id: i64) -> super::Result<()> {
        if self.panel.webhooks().is_on()
            && let Some(line) = super::sold_lines::find(self, id)?
        {
            self.add_event(|| Told::LineGoes(Box::new(line)));
        }
        Ok(())
    }

    /// Tells of a connection that was refused.
    ///
    /// # Errors
    /// SQLite's.
    pub(super) fn tell_of_refusal(&self, refusal: &Refusal) -> super::Result<()> {
        if !self.panel.webhooks().is_on() {
            return Ok(());
        }
        let sql = "SELECT username FROM lines WHERE id = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let username = query.query_row([refusal.line], |row| row.get(0)).optional()?;
        let sql = "SELECT id FROM streams WHERE id = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let stream = query.query_row([refusal.asked_stream], |row| row.get(0)).optional()?;
        let refused = RefusedConnection {
            line: refusal.line,
            username,
            reason: refusal.status,
            stream,
            address: refusal.address.clone(),
            agent: refusal.agent.clone(),
            at: self.millis(),
        };
        self.tell_of(Event::ConnectionRefused, || Subject::Connection(refused));
        Ok(())
    }

    fn add_event(&self, told: impl FnOnce() -> Told) {
        if self.panel.webhooks().is_on() {
            self.events.add_lines(self.panel.store().lines().take());
            self.events.add(told());
        }
    }
}
