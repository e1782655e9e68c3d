//! The window of a test source: nothing is cut or kept, number and bytes of a segment follow from its time.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::ops::Range;
use std::time::Duration;

use super::WindowLimits;
use crate::media::hls::{Listed, Media, PlaylistText};

/// The window of a stream that plays the test source. Its number of a segment is floor(place / length).
#[derive(Clone, Debug)]
pub struct TestWindow {
    /// Seconds of a segment.
    length: NonZeroU32,
    /// `jump=`: each so many seconds the timestamps leap.
    jump: Option<NonZeroU32>,
    /// Segments that the clock has leapt to and that may still be listed.
    leaps: VecDeque<u64>,
    /// Leaps before them.
    past_leaps: u64,
}

impl TestWindow {
    pub const fn new(length: NonZeroU32, jump: Option<NonZeroU32>) -> Self {
        Self {
            length,
            jump,
            leaps: VecDeque::new(),
            past_leaps: 0,
        }
    }

    /// The numbers of the segments that are listed when the source is at this second: the last that are whole.
    pub fn listed(&self, place: i64, limits: WindowLimits) -> Range<u64> {
        let end = u64::try_from(place.div_euclid(i64::from(self.length.get()))).unwrap_or(0);
        end.saturating_sub(count(limits.listed))..end
    }

    /// The seconds of a segment, if it is listed or was shortly before.
    pub fn seconds(&self, number: u64, place: i64, limits: WindowLimits) -> Option<Range<i64>> {
        let listed = self.listed(place, limits);
        let first = listed.start.saturating_sub(count(limits.behind));
        let start = (first..listed.end).contains(&number).then(|| self.start(number))?;
        Some(start..start.saturating_add(i64::from(self.length.get())))
    }

    /// The clock has leapt to this second: the first segment that is listed there does not go on from what was before.
    pub fn leapt(&mut self, place: i64, limits: WindowLimits) {
        let first = self.listed(place, limits).start;
        // After a leap back numbers return, and with them no old leap.
        self.past_leaps += count(self.leaps.iter().filter(|leap| **leap >= first).count());
        self.leaps.retain(|leap| *leap < first);
        self.leaps.push_back(first);
    }

    /// The playlist when the source is at this second; `None` before the first segment is whole.
    pub fn playlist(&mut self, place: i64, limits: WindowLimits) -> Option<PlaylistText> {
        let numbers = self.listed(place, limits);
        while self.leaps.front().is_some_and(|leap| *leap < numbers.start) {
            self.leaps.pop_front();
            self.past_leaps += 1;
        }
        let segments: Vec<Listed> = numbers.clone().map(|number| self.segment(number)).collect();
        let media = Media {
            target: u64::from(self.length.get()),
            discontinuity_sequence: self.past_leaps + self.jumps_before(numbers.start),
            segments: &segments,
            is_whole: false,
        };
        (!segments.is_empty()).then(|| media.text())
    }

    fn segment(&self, number: u64) -> Listed {
        let jumps = self.jumps_before(number + 1) - self.jumps_before(number);
        Listed {
            number,
            length: Duration::from_secs(u64::from(self.length.get())),
            is_discontinuous: jumps > 0 || self.leaps.contains(&number),
        }
    }

    /// Segments before this number that have a mark because timestamps leap: with their first second, or within the
    /// segment before.
    fn jumps_before(&self, number: u64) -> u64 {
        let Some((jump, last)) = self.jump.zip(number.checked_sub(1)) else {
            return 0;
        };
        // More than one leap in a segment is one mark.
        let leaps = last.saturating_mul(u64::from(self.length.get())) / u64::from(jump.get());
        leaps.min(last)
    }

    /// The first second of a segment.
    fn start(&self, number: u64) -> i64 {
        let start = number.saturating_mul(u64::from(self.length.get()));
        i64::try_from(start).unwrap_or(i64::MAX)
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(length: u32, jump: u32) -> TestWindow {
        TestWindow::new(NonZeroU32::new(length).unwrap(), NonZeroU32::new(jump))
    }

    fn text(window: &mut TestWindow, place: i64) -> String {
        window.playlist(place, WindowLimits::FULL).unwrap().with_token("T")
    }

    #[test]
    fn a_full_window_is_there_at_once() {
        let mut window = window(10, 0);
        let limits = WindowLimits::FULL;
        assert_eq!(window.listed(1_700_000_009, limits), 169_999_994..170_000_000);
        assert_eq!(
            window.seconds(169_999_999, 1_700_000_009, limits),
            Some(1_699_999_990..1_700_000_000)
        );
        let answers = |number| window.seconds(number, 1_700_000_009, limits).is_some();
        let around = [169_999_990, 169_999_991, 169_999_999, 170_000_000];
        assert_eq!(around.map(answers), [false, true, true, false]);
        let playlist = text(&mut window, 1_700_000_009);
        assert!(playlist.contains("MEDIA-SEQUENCE:169999994\n") && !playlist.contains("DISCONTINUITY"));
        assert_eq!((window.playlist(9, limits), window.listed(25, limits)), (None, 0..2));
    }

    #[test]
    fn a_leap_of_the_clock_is_marked_until_it_is_past_and_counted_then() {
        let mut window = window(10, 0);
        let _ = text(&mut window, 1_000);
        window.leapt(5_000, WindowLimits::FULL);
        for place in [5_000, 5_009] {
            let playlist = text(&mut window, place);
            assert!(playlist.contains(
                "SEQUENCE:494\n#EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:10\n#EXT-X-DISCONTINUITY\n#EXTINF"
            ));
        }
        assert!(text(&mut window, 5_010).contains("SEQUENCE:495\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n"));
        // Old numbers return with the old bytes.
        window.leapt(1_000, WindowLimits::FULL);
        let playlist = text(&mut window, 1_000);
        assert!(
            playlist.contains("SEQUENCE:94\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n")
                && playlist.contains("\n#EXT-X-DISCONTINUITY\n")
        );
    }

    #[test]
    fn marks_of_jumps_are_counted_as_they_go() {
        for (length, jump) in [(10, 25), (10, 3), (2, 60), (10, 10), (7, 11)] {
            let mut window = window(length, jump);
            let (mut first, mut marked): (Option<u64>, Vec<u64>) = (None, vec![]);
            for place in (0..1_000).step_by(usize::try_from(length).unwrap()).skip(1) {
                let playlist = text(&mut window, place);
                let number = window.listed(place, WindowLimits::FULL).end - 1;
                if playlist.trim_end().lines().rev().nth(2) == Some("#EXT-X-DISCONTINUITY") {
                    marked.push(number);
                }
                let listed = window.listed(place, WindowLimits::FULL).start;
                let past = marked.iter().filter(|number| **number < listed).count();
                let sequence = format!("DISCONTINUITY-SEQUENCE:{past}\n");
                assert_eq!(
                    playlist.contains(&sequence),
                    past > 0,
                    "{length} {jump} {place}\n{playlist}"
                );
                first = first.or(marked.first().copied());
            }
            // The first leap is marked at its second, or with the next segment.
            assert_eq!(first, Some(u64::from(jump.div_ceil(length))), "{length} {jump}");
        }
    }
}
