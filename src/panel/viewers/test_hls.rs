//! HLS of the test source: its place, and the segments that follow from it (contract "Player side", sections 10.1 and
//! 10.5).

use std::num::NonZeroU32;
use std::ops::Range;
use std::time::Instant;

use super::on_air::limits;
use super::session::Session;
use crate::media::hls::PlaylistText;
use crate::media::pace::SECOND;
use crate::media::test::TestSource;
use crate::media::window::{TestWindow, WindowLimits};
use crate::panel::settings::{MediaSettings, Pace};

/// A clock that goes further at once, in seconds, or back by more than one, has leapt.
const LEAP: i64 = 10;

/// The segments of a stream that plays the test source.
#[derive(Clone)]
pub struct TestHls {
    pub source: TestSource,
    window: TestWindow,
    limits: WindowLimits,
    pace: Pace,
    /// Seconds of a segment.
    length: i64,
    /// What the panel's clock showed at the start, in milliseconds, and when that was.
    start: i64,
    begun: Instant,
    /// Where it was when it was last looked at.
    last: i64,
}

impl TestHls {
    /// The segments of a source that starts when the panel's clock shows `now`, in milliseconds.
    pub fn new(source: TestSource, settings: &MediaSettings, now: i64) -> TestHls {
        let length = u32::try_from(settings.hls_segment.as_secs())
            .ok()
            .and_then(NonZeroU32::new);
        let length = length.unwrap_or(NonZeroU32::MIN);
        let second = now.div_euclid(SECOND);
        TestHls {
            window: TestWindow::new(length, source.parameters().jump),
            limits: limits(settings),
            pace: settings.pace,
            length: length.get().into(),
            start: now,
            begun: Instant::now(),
            last: source.parameters().place(second, second),
            source,
        }
    }

    /// The second at which it is for a session that has read so many playlists, when the panel's clock shows `now`, in
    /// milliseconds. With pace `free` each playlist moves it on by a segment.
    fn place(&mut self, playlists: u64, now: i64) -> i64 {
        let at = match self.pace {
            Pace::Clock => now,
            Pace::Wall => {
                let passed = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX);
                self.start.saturating_add(passed)
            }
            Pace::Free => {
                let moves = i64::try_from(playlists.saturating_sub(1)).unwrap_or(i64::MAX);
                let moved = moves.saturating_mul(self.length).saturating_mul(SECOND);
                self.start.saturating_add(moved)
            }
        };
        let (second, started) = (at.div_euclid(SECOND), self.start.div_euclid(SECOND));
        let place = self.source.parameters().place(second, started);
        let step = place.saturating_sub(self.last);
        if self.pace == Pace::Clock && !(-1..=LEAP).contains(&step) {
            self.window.leapt(place, self.limits);
        }
        self.last = place;
        place
    }

    /// The playlist of a session of which it is the `number`th; `None` before the first segment is whole.
    pub fn playlist(&mut self, number: u64, now: i64) -> Option<PlaylistText> {
        let place = self.place(number, now);
        self.window.playlist(place, self.limits)
    }

    /// The seconds of a segment, if it is listed for a session or was shortly before.
    pub fn seconds(&mut self, session: &Session, number: u64, now: i64) -> Option<Range<i64>> {
        let place = self.place(session.playlists(), now);
        self.window.seconds(number, place, self.limits)
    }
}
