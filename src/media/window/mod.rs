//! HLS windows: the last segments of a live stream and the playlist that lists them (player contract, 10.1 step 4).
//!
//! Segments are lists of the ring's own bytes, cut at key frames ([`Cutter`]), or those of an HLS source as they are,
//! which are fetched when somebody wants them;
//! of a test source they are computed ([`TestWindow`]).

mod cut;
mod test;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use crate::media::hls::{Listed, Media, PlaylistText};
use crate::media::ring::{EndReason, Ring, RingEnd};
use crate::media::source::hls::WantedSegment;
use crate::media::ts::{self, Tables};
pub use cut::Cutter;
pub use test::TestWindow;

/// A segment.
#[derive(Clone, Debug)]
pub struct Segment {
    pub number: u64,
    pub length: Duration,
    /// It does not go on from the one before.
    pub is_discontinuous: bool,
    pub content: Content,
}

/// The packets of a segment.
#[derive(Clone, Debug)]
pub enum Content {
    /// They are here.
    Parts(Vec<Bytes>),
    /// They come from a source when somebody wants them first.
    Wanted(Arc<WantedSegment>),
}

impl Segment {
    /// Bytes of it that are here.
    pub fn bytes(&self) -> usize {
        let mut bytes = 0;
        self.look(|part| bytes += part.len());
        bytes
    }

    /// What its first packets tell of its streams; `None` where they are not here.
    pub fn tables(&self) -> Option<Tables> {
        /// Bytes that are looked through: PAT and PMT come first.
        const FIRST: usize = 64 << 10;
        let mut first = Vec::new();
        self.look(|part| {
            let wanted = part.len().min(FIRST - first.len());
            first.extend_from_slice(part.get(..wanted).unwrap_or_default());
        });
        let mut tables = Tables::default();
        ts::views(&first).for_each(|packet| tables.see(packet));
        tables.main_stream().map(|_| tables)
    }

    /// Looks at those of its bytes that are here.
    fn look(&self, look: impl FnMut(&Bytes)) {
        match &self.content {
            Content::Parts(parts) => parts.iter().for_each(look),
            Content::Wanted(wanted) => {
                let parts = wanted.ready_parts();
                let parts = parts.as_ref().and_then(|parts| parts.as_ref().as_ref().ok());
                parts.into_iter().flatten().for_each(look);
            }
        }
    }

    /// Its packets, which come from its source if they are not here; `None` where it does not give them.
    pub async fn parts(&self) -> Option<Vec<Bytes>> {
        match &self.content {
            Content::Parts(parts) => Some(parts.clone()),
            Content::Wanted(wanted) => wanted.parts().await?.as_ref().as_ref().ok().cloned(),
        }
    }
}

/// How many segments a window has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowLimits {
    pub listed: usize,
    /// Those before the listed that still answer.
    pub behind: usize,
}

impl WindowLimits {
    /// As usual.
    pub const FULL: Self = Self { listed: 6, behind: 3 };
    /// When memory is short.
    pub const SMALL: Self = Self { listed: 3, behind: 1 };

    /// All segments that are kept.
    pub const fn count(self) -> usize {
        self.listed + self.behind
    }
}

/// The last segments of a stream.
#[derive(Debug)]
pub struct Window {
    state: Mutex<State>,
    /// Segments that were added.
    added: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    segments: VecDeque<Arc<Segment>>,
    limits: WindowLimits,
    target: Duration,
    /// The number of the first segment that is listed.
    first_listed: u64,
    /// Breaks before segments that are not here any more.
    past_breaks: u64,
    /// Made once a segment.
    playlist: Option<Arc<PlaylistText>>,
}

impl Window {
    /// An empty window.
    pub fn new(limits: WindowLimits) -> Self {
        Self {
            state: Mutex::new(State {
                segments: VecDeque::new(),
                limits,
                target: Duration::ZERO,
                first_listed: 0,
                past_breaks: 0,
                playlist: None,
            }),
            added: watch::Sender::new(0),
        }
    }

    /// Adds a segment; no listed one is longer than `target`.
    pub fn push(&self, segment: Segment, target: Duration) {
        self.extend([segment], target);
    }

    /// Adds segments, which the next playlist lists at once.
    pub fn extend(&self, segments: impl IntoIterator<Item = Segment>, target: Duration) {
        let mut state = self.lock();
        state.segments.extend(segments.into_iter().map(Arc::new));
        state.target = target;
        state.shrink();
        drop(state);
        self.added.send_modify(|added| *added += 1);
    }

    /// From now on it has so many segments.
    pub fn set_limits(&self, limits: WindowLimits) {
        let mut state = self.lock();
        state.limits = limits;
        state.shrink();
    }

    /// The segment with a number, if it still answers.
    pub fn segment(&self, number: u64) -> Option<Arc<Segment>> {
        let state = self.lock();
        state.segments.iter().find(|segment| segment.number == number).cloned()
    }

    /// The playlist; `None` before the first segment.
    pub fn playlist(&self) -> Option<Arc<PlaylistText>> {
        self.lock().playlist.clone()
    }

    /// The playlist, as soon as there is one.
    pub async fn first_playlist(&self) -> Arc<PlaylistText> {
        let mut added = self.added.subscribe();
        loop {
            added.mark_unchanged();
            if let Some(playlist) = self.playlist() {
                return playlist;
            }
            // The sender is this window's own.
            let _ = added.changed().await;
        }
    }

    /// The number of the newest segment.
    pub fn last_number(&self) -> Option<u64> {
        self.lock().segments.back().map(|segment| segment.number)
    }

    /// Bytes of all its segments, those that the ring still has included.
    pub fn bytes(&self) -> usize {
        self.lock().segments.iter().map(|segment| segment.bytes()).sum()
    }

    /// Cuts what comes into a ring, until it ends. Segments are left out while `is_cut` says that others are pushed.
    pub async fn follow(&self, ring: &Ring, mut cutter: Cutter, is_cut: impl Fn() -> bool) -> EndReason {
        let mut entries = ring.entries();
        loop {
            let (segments, end) = match entries.next().await {
                Ok(entry) => (cutter.feed(&entry), None),
                // What is missing is a break to a player.
                Err(RingEnd::Slow) => {
                    entries = ring.entries();
                    (cutter.missed(), None)
                }
                Err(RingEnd::Ended(reason)) => (cutter.missed(), Some(reason)),
            };
            for segment in segments.into_iter().filter(|_| is_cut()) {
                self.push(segment, cutter.target());
            }
            if let Some(reason) = end {
                return reason;
            }
        }
    }

    /// A panic of another thread leaves segments whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops what is too much, and makes the playlist anew.
    fn shrink(&mut self) {
        while self.segments.len() > self.limits.count() {
            let dropped = self.segments.pop_front();
            self.past_breaks += u64::from(dropped.is_some_and(|segment| segment.is_discontinuous));
        }
        // What was taken off the list does not come back when there is more room.
        let delisted = self
            .segments
            .iter()
            .filter(|segment| segment.number < self.first_listed);
        let behind = self
            .segments
            .len()
            .saturating_sub(self.limits.listed)
            .max(delisted.count());
        self.first_listed = self
            .segments
            .get(behind)
            .map_or(self.first_listed, |first| first.number);
        let breaks = self.segments.iter().take(behind);
        let breaks = breaks.map(|segment| u64::from(segment.is_discontinuous)).sum::<u64>();
        let listed: Vec<Listed> = self
            .segments
            .iter()
            .skip(behind)
            .map(|segment| segment.listed())
            .collect();
        let media = Media {
            target: self.target.as_secs(),
            discontinuity_sequence: self.past_breaks + breaks,
            segments: &listed,
            is_whole: false,
        };
        self.playlist = (!listed.is_empty()).then(|| Arc::new(media.text()));
    }
}

impl Segment {
    const fn listed(&self) -> Listed {
        Listed {
            number: self.number,
            length: self.length,
            is_discontinuous: self.is_discontinuous,
        }
    }
}

/// The number of a run's first segment: by the machine's unix seconds, and greater than the last of the run before.
pub fn first_number(unix: i64, target: Duration, last: Option<u64>) -> u64 {
    let now = u64::try_from(unix).unwrap_or(0) / target.as_secs().max(1);
    now.max(last.map_or(0, |last| last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(number: u64, is_discontinuous: bool) -> Segment {
        Segment {
            number,
            length: Duration::from_secs(2),
            is_discontinuous,
            content: Content::Parts(vec![Bytes::from(number.to_string())]),
        }
    }

    fn text(window: &Window) -> String {
        window.playlist().map(|text| text.with_token("T")).unwrap_or_default()
    }

    #[test]
    fn six_are_listed_and_three_more_answer() {
        let window = Window::new(WindowLimits::FULL);
        assert_eq!(window.playlist(), None);
        for number in 0..20 {
            window.push(segment(number, number == 12 || number == 3), Duration::from_secs(10));
        }
        let answering: Vec<u64> = (0..30).filter(|number| window.segment(*number).is_some()).collect();
        assert_eq!(answering, [11, 12, 13, 14, 15, 16, 17, 18, 19]);
        let playlist = text(&window);
        assert!(
            playlist.contains("#EXT-X-MEDIA-SEQUENCE:14\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n"),
            "{playlist}"
        );
        assert_eq!(playlist.matches("#EXTINF").count(), 6);
        window.set_limits(WindowLimits::SMALL);
        assert!(text(&window).contains("SEQUENCE:17\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n"));
        assert_eq!(
            (window.segment(15).is_some(), window.segment(16).is_some()),
            (false, true)
        );
        assert_eq!((window.last_number(), window.bytes()), (Some(19), 8));
        // With more room the list grows at its end only.
        window.set_limits(WindowLimits::FULL);
        assert!(text(&window).contains("SEQUENCE:17\n"));
        window.push(segment(20, false), Duration::from_secs(10));
        assert!(text(&window).contains("SEQUENCE:17\n"));
        assert_eq!(text(&window).matches("#EXTINF").count(), 4);
    }

    #[test]
    fn a_run_is_numbered_by_time_and_never_anew() {
        let target = Duration::from_secs(10);
        assert_eq!(first_number(1_700_000_005, target, None), 170_000_000);
        assert_eq!(first_number(1_700_000_005, target, Some(169_999_999)), 170_000_000);
        assert_eq!(first_number(1_700_000_005, target, Some(170_000_000)), 170_000_001);
        assert_eq!(first_number(-5, target, None), 0);
    }
}
