//! Where the test source is: by the machine's time, or by the panel's clock (player contract, 10.5 and 18.1).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Places of a source are counted in milliseconds.
pub const SECOND: i64 = 1_000;
/// How often a clock is looked at that goes on by itself.
const LOOK: Duration = Duration::from_millis(40);
/// How often a clock is looked at that stands and has not told of a change.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A clock that goes further at once has leapt.
const LEAP: i64 = 10 * SECOND;
/// A clock that goes back by no more than this stands: one that is stopped shows a whole second.
const BACK: i64 = SECOND;

/// The panel's clock, as far as streams need it.
pub trait PanelClock: Send + Sync {
    /// Unix milliseconds.
    fn now(&self) -> i64;

    /// Changes whenever the clock is set, advanced, stopped or started.
    fn changes(&self) -> watch::Receiver<u64>;

    /// `HH:MM:SS` of a unix second in the panel's time zone.
    fn text(&self, second: i64) -> String;
}

/// What moves a source that is shared by its viewers. A viewer with a place of his own needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The machine's time, from where the panel's clock stood when the source started.
    Wall,
    /// The panel's clock.
    Clock,
}

/// How a source's place has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// To this place, past all between.
    To(i64),
    /// It has leapt there.
    Leapt(i64),
}

/// The place of a source, in milliseconds of panel time.
pub struct Place<'a> {
    pace: Pace,
    clock: &'a dyn PanelClock,
    changes: watch::Receiver<u64>,
    started: Instant,
    /// What the panel's clock showed at the start.
    start: i64,
    /// Where the source was when it was last looked at.
    last: i64,
    stands: bool,
}

impl<'a> Place<'a> {
    /// A source that starts now.
    pub fn new(pace: Pace, clock: &'a dyn PanelClock) -> Self {
        // Before the clock is read, so that no change is missed.
        let changes = clock.changes();
        let start = clock.now();
        Self {
            pace,
            clock,
            changes,
            started: Instant::now(),
            start,
            last: start,
            stands: false,
        }
    }

    /// Where it started.
    pub const fn start(&self) -> i64 {
        self.start
    }

    /// Looks where it is now.
    pub fn look(&mut self) -> Moved {
        self.changes.mark_unchanged();
        let now = match self.pace {
            Pace::Wall => self.start.saturating_add(millis(self.started.elapsed())),
            Pace::Clock => self.clock.now(),
        };
        let step = now.saturating_sub(self.last);
        self.stands = step == 0;
        if !(-BACK..=LEAP).contains(&step) {
            self.last = now;
            return Moved::Leapt(now);
        }
        self.last = self.last.max(now);
        Moved::To(self.last)
    }

    /// Waits until it is worth looking again, or until `until`.
    pub async fn moved(&mut self, until: Option<Instant>) {
        let rest = if self.stands { LOOK_AGAIN } else { LOOK };
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let rest = left.map_or(rest, |left| left.min(rest));
        match self.pace {
            Pace::Wall => sleep(rest).await,
            Pace::Clock => {
                // A clock whose owner is gone does not change.
                if let Ok(Err(_)) = timeout(rest, self.changes.changed()).await {
                    sleep(rest).await;
                }
            }
        }
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// A clock for tests, which shows what it is told.
#[cfg(test)]
pub(crate) mod fake {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    pub(crate) struct FakeClock {
        now: AtomicI64,
        changes: watch::Sender<u64>,
    }

    impl FakeClock {
        pub(crate) fn at(now: i64) -> Self {
            Self {
                now: AtomicI64::new(now),
                changes: watch::Sender::new(0),
            }
        }

        pub(crate) fn set(&self, now: i64) {
            self.now.store(now, Ordering::SeqCst);
            self.changes.send_modify(|changes| *changes += 1);
        }
    }

    impl PanelClock for FakeClock {
        fn now(&self) -> i64 {
            self.now.load(Ordering::SeqCst)
        }

        fn changes(&self) -> watch::Receiver<u64> {
            self.changes.subscribe()
        }

        fn text(&self, second: i64) -> String {
            crate::media::test::position(second)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fake::FakeClock;
    use super::*;

    #[test]
    fn a_step_is_passed_and_a_leap_is_told() {
        let clock = FakeClock::at(100_400);
        let mut place = Place::new(Pace::Clock, &clock);
        for (now, expected) in [
            (100_400, Moved::To(100_400)),
            (110_400, Moved::To(110_400)),
            // Stopped: the fraction is gone.
            (110_000, Moved::To(110_400)),
            (111_000, Moved::To(111_000)),
            (121_001, Moved::Leapt(121_001)),
            (120_000, Moved::Leapt(120_000)),
            (5, Moved::Leapt(5)),
        ] {
            clock.set(now);
            assert_eq!(place.look(), expected, "{now}");
        }
    }

    #[test]
    fn the_machines_time_moves_on_where_the_clock_stands() {
        let clock = FakeClock::at(5_000_000);
        let mut place = Place::new(Pace::Wall, &clock);
        std::thread::sleep(Duration::from_millis(20));
        let Moved::To(now) = place.look() else { panic!() };
        assert!((5_000_020..5_009_000).contains(&now), "{now}");
        clock.set(1);
        assert!(matches!(place.look(), Moved::To(_)));
    }

    #[test]
    fn a_change_of_the_clock_wakes_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.unwrap().block_on(async {
            let clock = FakeClock::at(5_000);
            let mut place = Place::new(Pace::Clock, &clock);
            assert_eq!(place.look(), Moved::To(5_000));
            clock.set(6_000);
            let begin = Instant::now();
            place.moved(None).await;
            assert!(begin.elapsed() < LOOK_AGAIN / 2);
        });
    }
}
