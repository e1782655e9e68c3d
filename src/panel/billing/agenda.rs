//! When the next subscription falls due, kept in memory so that a request learns with two loads that nothing is overdue.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// The instant when nothing falls due.
pub(super) const NEVER: i64 = i64::MAX;

/// What is known of the next instant.
#[derive(Debug)]
pub struct Agenda {
    /// The version of the store's record that `next` was found in.
    version: AtomicU64,
    next: AtomicI64,
    /// Until when ends were told to endpoints of webhooks; `i64::MIN` where there are none.
    told: AtomicI64,
    /// Held while what is due is done, and while a clock is moved until it is.
    doing: Mutex<()>,
    has_thread: AtomicBool,
}

/// While it exists, nobody else does what is due.
#[derive(Debug)]
pub struct DueHold<'a>(#[expect(dead_code, reason = "it is held, not used")] MutexGuard<'a, ()>);

impl Default for Agenda {
    fn default() -> Self {
        Agenda {
            // No version of a record: it is found when it is asked for first.
            version: AtomicU64::new(u64::MAX),
            next: AtomicI64::new(NEVER),
            told: AtomicI64::new(i64::MIN),
            doing: Mutex::default(),
            has_thread: AtomicBool::new(false),
        }
    }
}

impl Agenda {
    /// Waits until nobody does what is due, and keeps it so. Who moves the clock holds it until what fell due was done, so
    /// that he does all of it.
    pub async fn hold(&self) -> DueHold<'_> {
        DueHold(self.doing.lock().await)
    }

    /// Returns the next instant, if it is known in this version.
    pub(super) fn next(&self, version: u64) -> Option<i64> {
        let is_known = self.version.load(Ordering::Acquire) == version;
        is_known.then(|| self.next.load(Ordering::Acquire))
    }

    /// Returns until when ends were told, as it was found last; `i64::MIN` where nobody is told.
    pub(super) fn told(&self) -> i64 {
        self.told.load(Ordering::Acquire)
    }

    /// Keeps until when ends were told.
    pub(super) fn set_told(&self, told: Option<i64>) {
        self.told.store(told.unwrap_or(i64::MIN), Ordering::Release);
    }

    /// Keeps what was found in a version.
    pub(super) fn found(&self, version: u64, next: i64) {
        // A reader of the old version must not see the new one with the old instant.
        self.version.store(u64::MAX, Ordering::Release);
        self.next.store(next, Ordering::Release);
        self.version.store(version, Ordering::Release);
    }

    /// Whether the caller has to start the thread.
    pub(super) fn begin_thread(&self) -> bool {
        !self.has_thread.swap(true, Ordering::SeqCst)
    }

    /// There is no thread any more.
    pub(super) fn end_thread(&self) {
        self.has_thread.store(false, Ordering::SeqCst);
    }
}
