//! The mode of a clock, and its text form, which options and new worlds use: `real`, `frozen:INSTANT`,
//! `offset:DURATION`, `scaled:RATE`.

use std::str::FromStr;
use std::time::Duration as Real;

use serde_json::Number;

use super::Clock;
use crate::time::duration::Duration;
use crate::time::{self, Zone};

/// The host's time may be set, or stand while it sleeps: the panel's clock is read again after this at the latest.
const LONGEST_WAIT: Real = Real::from_secs(60);

/// A clock that is scaled may run a day in less.
const SHORTEST_WAIT: Real = Real::from_millis(20);

/// The highest rate of a scaled clock.
const FASTEST: f64 = 1_000_000.0;

/// The mode of a clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// With the system's time.
    Real,
    /// Stands still at this instant, in unix seconds.
    Frozen(i64),
    /// Ahead of the system's time by this number of seconds; behind it if negative.
    Offset(i64),
    /// Showed `shown` when the system's clock showed `real`, and runs `rate` times as fast.
    Scaled { real: f64, shown: i64, rate: f64 },
}

impl Mode {
    /// Returns how long of real time to wait for so many milliseconds of the clock, before it is looked at again.
    pub fn real_wait(self, millis: i64) -> Real {
        let rate = match self {
            Mode::Scaled { rate, .. } => rate,
            _ => 1.0,
        };
        let seconds = f64::from(i32::try_from(millis).unwrap_or(i32::MAX)) / 1_000.0 / rate;
        let wait = Real::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT);
        wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
    }
}

impl FromStr for Mode {
    type Err = String;

    /// Parses the text form. `frozen` without an instant stands at the system's time; an offset's months are
    /// counted in UTC.
    fn from_str(text: &str) -> Result<Mode, String> {
        parse(text).ok_or_else(|| "none of real, frozen:2026-01-01T00:00:00Z, offset:-P30D and scaled:60".to_owned())
    }
}

fn parse(text: &str) -> Option<Mode> {
    let (mode, value) = match text.split_once(':') {
        Some((mode, value)) => (mode, Some(value)),
        None => (text, None),
    };
    let clock = Clock::running();
    match (mode, value) {
        ("real", None) => {}
        ("frozen", None) => clock.set(clock.now()),
        ("frozen", Some(instant)) => clock.set(parse_instant(instant)?),
        ("offset", Some(duration)) => {
            let now = clock.now();
            let then = Duration::parse(duration)?.from(now, Zone::UTC)?;
            clock.set_mode(Mode::Offset(then - now));
        }
        ("scaled", Some(rate)) => {
            let rate = rate.parse::<Number>().ok()?.as_f64()?;
            clock.scale(Some(rate).filter(|rate| is_rate(*rate))?);
        }
        _ => return None,
    }
    Some(clock.mode())
}

/// Whether this is a valid rate.
pub fn is_rate(rate: f64) -> bool {
    rate > 0.0 && rate <= FASTEST
}

/// Parses an instant of an option: RFC 3339, or unix seconds.
fn parse_instant(text: &str) -> Option<i64> {
    match text.parse::<Number>() {
        Ok(number) => number.as_i64().filter(time::is_printable),
        Err(_) => time::parse_rfc3339(text),
    }
}
