//! The panel's clock: the only place that asks the system what time it is.
//!
//! It runs with the system's time, or stands still until it is set or advanced, so that a test
//! decides when a line expires.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The value of `frozen` while the clock runs.
const RUNNING: i64 = i64::MIN;

/// A clock in unix seconds.
#[derive(Debug)]
pub struct Clock {
    frozen: AtomicI64,
}

impl Clock {
    /// A clock that runs with the system's time.
    pub const fn running() -> Clock {
        Clock {
            frozen: AtomicI64::new(RUNNING),
        }
    }

    /// A clock that stands at an instant.
    pub const fn frozen(unix: i64) -> Clock {
        Clock {
            frozen: AtomicI64::new(unix),
        }
    }

    /// The time, in unix seconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the system's clock is read"
    )]
    pub fn now(&self) -> i64 {
        match self.frozen.load(Ordering::Acquire) {
            RUNNING => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
            unix => unix,
        }
    }

    /// Stops the clock at an instant.
    pub fn set(&self, unix: i64) {
        self.frozen.store(unix, Ordering::Release);
    }

    /// Stops the clock `seconds` after what it shows.
    pub fn advance(&self, seconds: i64) {
        self.set(self.now().saturating_add(seconds));
    }

    /// Lets the clock run with the system's time again.
    pub fn run(&self) {
        self.frozen.store(RUNNING, Ordering::Release);
    }
}
