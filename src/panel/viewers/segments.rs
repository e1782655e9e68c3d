//! The segments of a live stream for its HLS viewers (contract "Player side", sections 10.1 and 10.4): cut from the ring,
//! or those of an HLS source as they are.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::on_air::locked;
use crate::media::hls::PlaylistText;
use crate::media::source::hls::ListedSegment;
use crate::media::ts::Tables;
use crate::media::window::{Content, Segment, Window, WindowLimits, first_number};
use crate::panel::clock::system_second;

/// The numbers of the last segments of all streams, so that none comes back with other bytes.
pub type LastNumbers = Arc<Mutex<HashMap<i64, u64>>>;

/// The segments of a stream.
pub struct Segments {
    stream: i64,
    /// The length of those that are cut.
    length: Duration,
    window: OnceLock<Arc<Window>>,
    /// What the source gave as it is, if it is an HLS source.
    direct: Mutex<Option<Direct>>,
    last: LastNumbers,
    /// How many the window has.
    limits: Mutex<WindowLimits>,
}

/// Those of an HLS source.
struct Direct {
    next: u64,
    /// As many as a window lists, for an HLS viewer who may come.
    kept: VecDeque<Segment>,
    /// No listed one is longer.
    target: Duration,
}

impl Direct {
    fn shrink(&mut self, limits: WindowLimits) {
        let more = self.kept.len().saturating_sub(limits.listed);
        self.kept.drain(..more);
    }
}

impl Segments {
    /// None yet.
    pub fn new(stream: i64, length: Duration, limits: WindowLimits, last: LastNumbers) -> Segments {
        Segments {
            stream,
            length,
            window: OnceLock::new(),
            direct: Mutex::default(),
            last,
            limits: Mutex::new(limits),
        }
    }

    /// The window, which is filled from now on; `begin` cuts into it what comes into the ring, from this number on.
    pub fn window(&self, begin: impl FnOnce(&Arc<Window>, u64)) -> Arc<Window> {
        let direct = locked(&self.direct);
        let make = || {
            let window = Arc::new(Window::new(*locked(&self.limits)));
            if let Some(direct) = &*direct {
                window.extend(direct.kept.iter().cloned(), direct.target);
            }
            begin(&window, self.first());
            window
        };
        Arc::clone(self.window.get_or_init(make))
    }

    /// The playlist, if there is a window with a segment.
    pub fn playlist(&self) -> Option<PlaylistText> {
        Some((*self.window.get()?.playlist()?).clone())
    }

    fn first(&self) -> u64 {
        let last = locked(&self.last).get(&self.stream).copied();
        first_number(system_second(), self.length, last)
    }

    /// Takes segments of the source as they are.
    pub fn push(&self, listed: &[ListedSegment]) {
        let Some(target) = listed.last().map(|segment| segment.target) else {
            return;
        };
        let mut direct = locked(&self.direct);
        let direct = direct.get_or_insert_with(|| Direct {
            next: self.first(),
            kept: VecDeque::new(),
            target,
        });
        let numbered = (direct.next..).zip(listed).map(|(number, listed)| Segment {
            number,
            length: listed.length,
            is_discontinuous: listed.is_discontinuous,
            content: Content::Wanted(Arc::clone(&listed.content)),
        });
        let segments: Vec<Segment> = numbered.collect();
        direct.next = segments
            .last()
            .map_or(direct.next, |last| last.number.saturating_add(1));
        direct.target = target;
        direct.kept.extend(segments.iter().cloned());
        direct.shrink(*locked(&self.limits));
        if let Some(window) = self.window.get() {
            window.extend(segments, target);
        }
    }

    /// Whether the source gives segments as they are, so that none are cut.
    pub fn are_direct(&self) -> bool {
        locked(&self.direct).is_some()
    }

    /// What the newest segment of the source tells that somebody has wanted: its streams, and bits a second.
    pub fn fetched(&self) -> Option<(Tables, u64)> {
        let direct = locked(&self.direct);
        let mut kept = direct.as_ref()?.kept.iter().rev();
        let (segment, tables) = kept.find_map(|segment| Some((segment, segment.tables()?)))?;
        let bits = u64::try_from(segment.bytes()).ok()?.checked_mul(8_000)?;
        let millis = u64::try_from(segment.length.as_millis()).ok()?;
        Some((tables, bits.checked_div(millis)?))
    }

    /// From now on there are as many as memory allows.
    pub fn set_limits(&self, limits: WindowLimits) {
        let mut direct = locked(&self.direct);
        *locked(&self.limits) = limits;
        if let Some(direct) = &mut *direct {
            direct.shrink(limits);
        }
        if let Some(window) = self.window.get() {
            window.set_limits(limits);
        }
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> usize {
        let direct = locked(&self.direct);
        let kept = direct.iter().flat_map(|direct| &direct.kept);
        let kept: usize = kept.map(Segment::bytes).sum();
        // What a window has of them is shared with it.
        self.window.get().map_or(kept, |window| window.bytes().max(kept))
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        let cut = self.window.get().and_then(|window| window.last_number());
        let direct = locked(&self.direct)
            .as_ref()
            .map(|direct| direct.next.saturating_sub(1));
        if let Some(last) = cut.max(direct) {
            locked(&self.last).insert(self.stream, last);
        }
    }
}
