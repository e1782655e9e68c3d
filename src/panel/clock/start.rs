//! How a clock begins: in a mode, or at the instant of a seed.

use std::str::FromStr;

use super::Clock;
use super::mode::Mode;

/// The message about an unknown beginning.
const KNOWN: &str = "none of real, seed, frozen:2026-01-01T00:00:00Z, offset:-P30D and scaled:60";

/// The beginning of a clock, with its text form, which the option `--clock` uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockStart {
    /// At the own instant of the first seed, from which the clock runs on; with the system's time if it has none.
    /// What a seed's dates say then does not depend on the day of the run.
    Seed,
    /// In this mode.
    Mode(Mode),
}

impl FromStr for ClockStart {
    type Err = String;

    fn from_str(text: &str) -> Result<ClockStart, String> {
        match text {
            "seed" => Ok(ClockStart::Seed),
            mode => mode.parse::<Mode>().map(ClockStart::Mode).map_err(|_| KNOWN.to_owned()),
        }
    }
}

impl ClockStart {
    /// Returns the clock's first mode; `instant` is the seed's own.
    pub fn mode(self, instant: Option<i64>) -> Mode {
        match (self, instant) {
            (ClockStart::Mode(mode), _) => mode,
            (ClockStart::Seed, Some(instant)) => Clock::mode_from(instant),
            (ClockStart::Seed, None) => Mode::Real,
        }
    }
}
