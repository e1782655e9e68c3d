//! The panel's clock, the only module that reads the system's clock.
//!
//! It runs with the system's time, with an offset from it, faster than it, or stands still until it is set or
//! advanced, so that a test decides when a line expires.

mod mode;
mod start;

use std::sync::{OnceLock, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

pub use mode::{Mode, is_rate};
pub use start::ClockStart;

use crate::time;

/// The first and the last instant that a clock shows: a day within those that can be printed, for zones that are
/// behind or ahead.
const EARLIEST: i64 = *time::PRINTABLE.start() + time::DAY;
const LATEST: i64 = *time::PRINTABLE.end() - time::DAY;

/// A clock in unix seconds.
#[derive(Debug)]
pub struct Clock {
    mode: RwLock<Mode>,
    /// Counts changes of the mode, once somebody wants to know of them.
    changes: OnceLock<watch::Sender<u64>>,
}

impl Clock {
    /// Creates a clock that runs with the system's time.
    pub const fn running() -> Clock {
        Clock::with(Mode::Real)
    }

    /// Creates a clock that stands at an instant.
    pub const fn frozen(unix: i64) -> Clock {
        Clock::with(Mode::Frozen(unix))
    }

    const fn with(mode: Mode) -> Clock {
        Clock {
            mode: RwLock::new(mode),
            changes: OnceLock::new(),
        }
    }

    /// Changes whenever the clock is set, advanced, stopped or started.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.get_or_init(|| watch::Sender::new(0)).subscribe()
    }

    /// Returns the mode of a clock that shows this instant now and runs on from it.
    pub fn mode_from(unix: i64) -> Mode {
        Mode::Offset(unix.saturating_sub(whole(system())))
    }

    /// Returns the mode.
    pub fn mode(&self) -> Mode {
        *self.mode.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Changes the mode.
    pub fn set_mode(&self, mode: Mode) {
        *self.mode.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = mode;
        if let Some(changes) = self.changes.get() {
            changes.send_modify(|changes| *changes = changes.wrapping_add(1));
        }
    }

    /// Returns the time, in unix seconds. It can always be printed: whatever year the host's clock shows, the
    /// panel goes on answering.
    pub fn now(&self) -> i64 {
        let unix = match self.mode() {
            Mode::Real => whole(system()),
            Mode::Frozen(unix) => unix,
            Mode::Offset(seconds) => whole(system()).saturating_add(seconds),
            Mode::Scaled { real, shown, rate } => shown.saturating_add(whole((system() - real) * rate)),
        };
        unix.clamp(EARLIEST, LATEST)
    }

    /// Returns the time in unix milliseconds.
    pub fn now_millis(&self) -> i64 {
        let unix = match self.mode() {
            Mode::Real => system(),
            Mode::Frozen(_) => return self.now().saturating_mul(1000),
            Mode::Offset(seconds) => return self.now_at(system(), seconds),
            Mode::Scaled { real, shown, rate } => return self.now_at((system() - real) * rate, shown),
        };
        whole(unix * 1000.0)
    }

    /// Milliseconds of a time that is so many seconds ahead of another.
    fn now_at(&self, seconds: f64, ahead: i64) -> i64 {
        ahead
            .clamp(EARLIEST, LATEST)
            .saturating_mul(1000)
            .saturating_add(whole(seconds * 1000.0))
    }

    /// Returns session time, in unix seconds: see [`Clock::session_millis`].
    pub fn session_time(&self) -> i64 {
        self.session_millis().div_euclid(1_000)
    }

    /// Returns session time in milliseconds: the panel's time, but with real seconds while it is scaled. It stands
    /// while the clock is frozen and jumps with it (contract "Player side", 18.1).
    pub fn session_millis(&self) -> i64 {
        let millis = |seconds: i64| seconds.saturating_mul(1_000);
        match self.mode() {
            Mode::Real => whole(system() * 1_000.0),
            Mode::Frozen(unix) => millis(unix),
            Mode::Offset(seconds) => whole(system() * 1_000.0).saturating_add(millis(seconds)),
            Mode::Scaled { real, shown, .. } => millis(shown).saturating_add(whole((system() - real) * 1_000.0)),
        }
    }

    /// Stops the clock at an instant.
    pub fn set(&self, unix: i64) {
        self.set_mode(Mode::Frozen(unix));
    }

    /// Advances the clock by `seconds`; its mode stays the same.
    pub fn advance(&self, seconds: i64) {
        self.set_mode(match self.mode() {
            Mode::Real => Mode::Offset(seconds),
            Mode::Frozen(unix) => Mode::Frozen(unix.saturating_add(seconds)),
            Mode::Offset(offset) => Mode::Offset(offset.saturating_add(seconds)),
            Mode::Scaled { real, shown, rate } => Mode::Scaled {
                real,
                shown: shown.saturating_add(seconds),
                rate,
            },
        });
    }

    /// Runs the clock `rate` times as fast as the system's, starting from the time that it shows now.
    pub fn scale(&self, rate: f64) {
        self.set_mode(Mode::Scaled {
            real: system(),
            shown: self.now(),
            rate,
        });
    }

    /// Runs the clock with the system's time again.
    pub fn run(&self) {
        self.set_mode(Mode::Real);
    }
}

/// Returns the system's time in whole unix seconds.
pub fn system_second() -> i64 {
    whole(system())
}

/// Returns the system's time, in unix seconds with a fraction; negative before 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where the system's clock is read"
)]
pub fn system() -> f64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

/// Rounds down to whole seconds; a value out of range is the epoch.
#[expect(
    clippy::as_conversions,
    reason = "a float becomes the nearest number there is; it cannot fail"
)]
fn whole(seconds: f64) -> i64 {
    seconds.floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_goes_on_as_it_did_when_it_is_advanced() {
        let clock = Clock::frozen(100);
        clock.advance(50);
        assert_eq!((clock.now(), clock.mode()), (150, Mode::Frozen(150)));
        clock.run();
        clock.advance(1_000);
        assert_eq!(clock.mode(), Mode::Offset(1_000));
        let ahead = clock.now() - whole(system());
        assert!((999..=1_001).contains(&ahead), "{ahead}");
    }

    #[test]
    fn session_time_is_the_panels_but_for_the_rate() {
        let clock = Clock::frozen(1_000);
        assert_eq!(clock.session_millis(), 1_000_000);
        clock.advance(5);
        assert_eq!(clock.session_millis(), 1_005_000);
        clock.scale(3600.0);
        let Mode::Scaled { real, shown, rate } = clock.mode() else {
            panic!("{clock:?}");
        };
        clock.set_mode(Mode::Scaled {
            real: real - 10.0,
            shown,
            rate,
        });
        let session = clock.session_millis();
        assert!((1_015_000..1_075_000).contains(&session), "{session}");
        clock.run();
        assert!((clock.session_millis() / 1_000 - clock.now()).abs() <= 1);
    }

    #[test]
    fn a_scaled_clock_runs_from_what_it_showed() {
        let clock = Clock::frozen(1_000);
        clock.scale(3600.0);
        let Mode::Scaled { real, shown, rate } = clock.mode() else {
            panic!("{clock:?}");
        };
        assert_eq!((shown, rate), (1_000, 3600.0));
        clock.set_mode(Mode::Scaled {
            real: real - 10.0,
            shown,
            rate,
        });
        let now = clock.now();
        assert!((37_000..37_000 + 3_600 * 60).contains(&now), "{now}");
    }
}
