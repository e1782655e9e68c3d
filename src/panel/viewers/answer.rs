//! An answer that a session is given: what it has sent, why it ended, and what a test does to it (contract "Player side",
//! section 10.6).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::session::{Container, EndReason, Session};
use crate::media::disturb::{After, Disturbance};
use crate::media::meter::Meter;

/// The stream that a request names, by its path or by its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub stream: i64,
    pub container: Container,
    pub step: Step,
}

/// What a request for a stream asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Where its data is.
    Redirect,
    Playlist,
    /// A segment of a playlist, by its number.
    Segment(u64),
    /// Its data.
    Data,
}

/// An answer of a session.
pub struct StreamAnswer {
    pub session: Arc<Session>,
    bytes: AtomicU64,
    /// In milliseconds.
    watched: AtomicU64,
    /// Whether anybody knows how long its bytes play.
    is_timed: bool,
    ended: OnceLock<EndReason>,
    /// Whether a test ends it in a way that its body does not know of.
    ends_by_fault: OnceLock<()>,
    disturbance: Mutex<Option<(Disturbance, After)>>,
    changed: Notify,
}

impl StreamAnswer {
    /// An answer that has sent nothing yet, of which the meter will count what is sent.
    pub fn new(session: &Arc<Session>, meter: &Meter) -> StreamAnswer {
        session.set_timed(meter.is_timed());
        StreamAnswer {
            is_timed: meter.is_timed(),
            session: Arc::clone(session),
            bytes: AtomicU64::new(0),
            watched: AtomicU64::new(0),
            ended: OnceLock::new(),
            ends_by_fault: OnceLock::new(),
            disturbance: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Notes that so many bytes were handed to the connection; the meter has counted what they are.
    pub fn sent(&self, bytes: usize, meter: &Meter) {
        let count = u64::try_from(bytes).unwrap_or_default();
        self.bytes.fetch_add(count, Ordering::Relaxed);
        let watched = u64::try_from(meter.watched().as_millis()).unwrap_or(u64::MAX);
        let before = self.watched.swap(watched, Ordering::Relaxed);
        self.session.sent(bytes, watched.saturating_sub(before));
        if let Some(frame) = meter.frame() {
            self.session.set_frame(frame);
        }
    }

    /// Bytes that were sent.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How long what was sent plays, if that is known.
    pub fn watched(&self) -> Option<Duration> {
        let watched = Duration::from_millis(self.watched.load(Ordering::Relaxed));
        self.is_timed.then_some(watched)
    }

    /// Why it ended, if it has. Its session may go on.
    pub fn ended(&self) -> Option<EndReason> {
        self.ended.get().copied()
    }

    /// Notes why it ended; what ended its session comes first.
    pub fn end(&self, reason: EndReason) -> EndReason {
        let reason = match self.ends_by_fault.get() {
            Some(()) if reason == EndReason::Client => EndReason::Fault,
            _ => reason,
        };
        *self.ended.get_or_init(|| self.session.over().unwrap_or(reason))
    }

    /// Notes that a test ends it outside of its body.
    pub fn will_end_by_fault(&self) {
        let _ = self.ends_by_fault.set(());
    }

    /// Disturbs it; one disturbance takes the place of another.
    pub fn disturb(&self, disturbance: Disturbance, after: After) {
        *self.disturbance.lock().unwrap_or_else(PoisonError::into_inner) = Some((disturbance, after));
        self.changed.notify_waiters();
    }

    /// The disturbance that has come since the last call.
    pub fn take_disturbance(&self) -> Option<(Disturbance, After)> {
        self.disturbance.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// A future that ends when a disturbance comes after this call.
    pub fn changes(&self) -> Notified<'_> {
        self.changed.notified()
    }
}

impl std::fmt::Debug for StreamAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StreamAnswer of {}: {} bytes", self.session.id, self.bytes())
    }
}
