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

/// Segments of an HLS source that are kept for an HLS viewer who may come.
const KEPT: usize = 3;

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
}

/// Those of an HLS source.
struct Direct {
    next: u64,
    kept: VecDeque<(Segment, Duration)>,
}

impl Segments {
    /// None yet.
    pub fn new(stream: i64, length: Duration, last: LastNumbers) -> Segments {
        Segments {
            stream,
            length,
            window: OnceLock::new(),
            direct: Mutex::default(),
            last,
        }
    }

    /// The window, which is filled from now on; `begin` cuts into it what comes into the ring, from this number on.
    pub fn window(&self, limits: WindowLimits, begin: impl FnOnce(&Arc<Window>, u64)) -> Arc<Window> {
        let direct = locked(&self.direct);
        let make = || {
            let window = Arc::new(Window::new(limits));
            for (segment, target) in direct.iter().flat_map(|direct| &direct.kept) {
                window.push(segment.clone(), *target);
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

    /// Takes a segment of the source as it is.
    pub fn push(&self, listed: ListedSegment) {
        let mut direct = locked(&self.direct);
        let direct = direct.get_or_insert_with(|| Direct {
            next: self.first(),
            kept: VecDeque::new(),
        });
        let segment = Segment {
            number: direct.next,
            length: listed.length,
            is_discontinuous: listed.is_discontinuous,
            content: Content::Wanted(listed.content),
        };
        direct.next = direct.next.saturating_add(1);
        if direct.kept.len() >= KEPT {
            direct.kept.pop_front();
        }
        direct.kept.push_back((segment.clone(), listed.target));
        if let Some(window) = self.window.get() {
            window.push(segment, listed.target);
        }
    }

    /// Whether the source gives segments as they are, so that none are cut.
    pub fn are_direct(&self) -> bool {
        locked(&self.direct).is_some()
    }

    /// What the newest segment of the source tells that somebody has wanted: its streams, and bits a second.
    pub fn fetched(&self) -> Option<(Tables, u64)> {
        let direct = locked(&self.direct);
        let kept = direct.as_ref()?.kept.iter().rev();
        let (segment, tables) = kept
            .filter_map(|(segment, _)| Some((segment, segment.tables()?)))
            .next()?;
        let bits = u64::try_from(segment.bytes()).ok()?.checked_mul(8_000)?;
        let millis = u64::try_from(segment.length.as_millis()).ok()?;
        Some((tables, bits.checked_div(millis)?))
    }

    /// From now on there are as many as memory allows.
    pub fn set_limits(&self, limits: WindowLimits) {
        if let Some(window) = self.window.get() {
            window.set_limits(limits);
        }
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> usize {
        let direct = locked(&self.direct);
        let kept = direct.iter().flat_map(|direct| &direct.kept);
        let kept: usize = kept.map(|(segment, _)| segment.bytes()).sum();
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
