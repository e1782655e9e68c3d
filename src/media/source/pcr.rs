//! When a packet is due, by the clock of its program.

use std::time::Duration;

use tokio::time::Instant;

use crate::media::ts::Pcr;

/// Clocks that are further apart than this, or that went back, have leapt. The standard allows 0.1 s.
const LEAP: Duration = Duration::from_secs(5);
/// Who is so late does not catch up: what he missed would push viewers out.
const LATE: Duration = Duration::from_secs(5);

/// Maps a program's clock to the machine's.
#[derive(Clone, Debug)]
pub struct PcrClock {
    /// The last clock and when it was due.
    last: Option<(Pcr, Instant)>,
    /// What is let out at once at the start, so that viewers begin at once.
    ahead: Duration,
    /// How long the clocks have run that were seen.
    passed: Duration,
}

impl PcrClock {
    pub const fn new(ahead: Duration) -> Self {
        Self {
            last: None,
            ahead,
            passed: Duration::ZERO,
        }
    }

    /// When the packet with this clock is due.
    pub fn due(&mut self, pcr: Pcr, now: Instant) -> Instant {
        let due = match self.last {
            None => now.checked_sub(self.ahead).unwrap_or(now),
            Some((before, due)) => {
                let step = pcr.since(before);
                let step = if step > LEAP { Duration::ZERO } else { step };
                self.passed += step;
                due + step
            }
        };
        let is_late = now.saturating_duration_since(due) > LATE + self.ahead;
        let due = if is_late { now } else { due };
        self.last = Some((pcr, due));
        due
    }

    /// How long the clocks have run that were seen, leaps left out.
    pub const fn passed(&self) -> Duration {
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ts::Timestamp;

    fn pcr(millis: u64) -> Pcr {
        Pcr::after(Timestamp::new((1 << 33) - 9_000), millis * 27_000)
    }

    #[test]
    fn packets_are_due_by_their_clock_through_wrap_and_leap() {
        let mut clock = PcrClock::new(Duration::from_secs(2));
        let now = Instant::now() + Duration::from_secs(100);
        let start = now - Duration::from_secs(2);
        // The wrap is after 100 ms; the leap forward and the one back take no time.
        for (millis, expected) in [
            (0, 0),
            (40, 40),
            (160, 160),
            (60_000, 160),
            (60_100, 260),
            (5, 260),
            (105, 360),
        ] {
            let due = clock.due(pcr(millis), now);
            assert_eq!(due - start, Duration::from_millis(expected), "{millis}");
        }
        assert_eq!(clock.passed(), Duration::from_millis(360));
        let late = now + Duration::from_secs(60);
        assert_eq!(clock.due(pcr(145), late), late);
    }
}
