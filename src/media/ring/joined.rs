//! A viewer of a ring: where he begins, and what comes next.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use super::{EndReason, Entry, Key, Shared, State};
use crate::media::ts::Start;

/// What a viewer gets at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Whole packets.
    pub bytes: Bytes,
    /// When they came, by the source's time from its start.
    pub time: Duration,
}

/// Why a viewer gets nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RingEnd {
    /// What he was to get next is overwritten.
    #[error("the viewer is slower than the stream")]
    Slow,
    #[error("the source has ended")]
    Ended(EndReason),
}

/// A viewer of a ring.
#[derive(Debug)]
pub struct Joined {
    shared: Arc<Shared>,
    head: watch::Receiver<u64>,
    prebuffer: Duration,
    place: Place,
    /// When the last packets came that he got.
    time: Duration,
}

/// Where a viewer is.
#[derive(Debug)]
enum Place {
    /// He waits for a key frame.
    Before,
    /// He has got the tables; from the key frame on, this entry's packets come next.
    At { entry: Arc<Entry>, offset: usize },
    /// The entry with this number comes next.
    Next(u64),
}

impl Joined {
    pub(super) fn new(shared: Arc<Shared>, prebuffer: Duration) -> Self {
        shared.viewers.send_modify(|viewers| *viewers += 1);
        Self {
            head: shared.head.subscribe(),
            shared,
            prebuffer,
            place: Place::Before,
            time: Duration::ZERO,
        }
    }

    /// The next packets: first PAT and PMT, then from the key frame on all that come. It waits until there are some; a
    /// wait that is given up loses nothing.
    ///
    /// # Errors
    /// The viewer is too slow, or he has got all that there was and the source has ended.
    pub async fn next(&mut self) -> Result<Chunk, RingEnd> {
        loop {
            // Marked as seen before the ring is looked at, so that no entry is missed.
            self.head.mark_unchanged();
            if let Some(found) = self.try_next() {
                return found;
            }
            // The sender lives as long as the ring, which this viewer holds.
            let _ = self.head.changed().await;
        }
    }

    /// What [`Joined::next`] gives, if it is there at once.
    pub fn try_next(&mut self) -> Option<Result<Chunk, RingEnd>> {
        let shared = Arc::clone(&self.shared);
        let state = shared.lock();
        let (bytes, entry, place) = match &self.place {
            Place::Before => {
                let Some((entry, key)) = beginning(&state, self.prebuffer) else {
                    return state.end.map(|reason| Err(RingEnd::Ended(reason)));
                };
                let place = Place::At {
                    entry: Arc::clone(entry),
                    offset: key.offset,
                };
                (key.tables.clone(), Arc::clone(entry), place)
            }
            Place::At { entry, offset } => (
                entry.bytes.slice(*offset..),
                Arc::clone(entry),
                Place::Next(entry.number + 1),
            ),
            Place::Next(number) => match next(&state, *number)? {
                Ok(entry) => (entry.bytes.clone(), Arc::clone(entry), Place::Next(number + 1)),
                Err(end) => return Some(Err(end)),
            },
        };
        self.place = place;
        self.time = entry.time;
        Some(Ok(Chunk {
            bytes,
            time: entry.time,
        }))
    }

    /// How far what the viewer got last is behind the source.
    pub fn behind(&self) -> Duration {
        let newest = self.shared.lock().entries.back().map(|entry| entry.time);
        newest.unwrap_or_default().saturating_sub(self.time)
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.shared
            .viewers
            .send_modify(|viewers| *viewers = viewers.saturating_sub(1));
    }
}

/// The entry with a number, if it is there; its end, if it never will be.
pub(super) fn next(state: &State, number: u64) -> Option<Result<&Arc<Entry>, RingEnd>> {
    if number < state.oldest() {
        return Some(Err(RingEnd::Slow));
    }
    let ended = || state.end.map(|reason| Err(RingEnd::Ended(reason)));
    state.get(number).map(Ok).or_else(ended)
}

/// Where a viewer begins. Frames that are no key frames will do only where there is no key frame.
pub(super) fn beginning(state: &State, prebuffer: Duration) -> Option<(&Arc<Entry>, &Key)> {
    state.end.is_none().then_some(())?;
    let newest = state.entries.back()?.time;
    let joinable = || state.entries.iter().filter(|entry| entry.number >= state.joinable_from);
    [Start::Key, Start::Frame].into_iter().find_map(|start| {
        let is_meant = |key: &&Key| key.start == start;
        let old = joinable()
            .rev()
            .filter(|entry| newest.saturating_sub(entry.time) >= prebuffer);
        let mut old = old.filter_map(|entry| Some((entry, entry.keys.iter().rev().find(is_meant)?)));
        let mut any = joinable().filter_map(|entry| Some((entry, entry.keys.iter().find(is_meant)?)));
        old.next().or_else(|| any.next())
    })
}

/// Who reads a ring's entries as they are, with the key frames in them: from the oldest entry on with which one can
/// begin.
#[derive(Debug)]
pub struct Entries {
    shared: Arc<Shared>,
    head: watch::Receiver<u64>,
    next: Option<u64>,
}

impl Entries {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            head: shared.head.subscribe(),
            shared,
            next: None,
        }
    }

    /// The next entry. It waits until there is one; a wait that is given up loses nothing.
    ///
    /// # Errors
    /// As those of [`Joined::next`].
    pub async fn next(&mut self) -> Result<Arc<Entry>, RingEnd> {
        loop {
            self.head.mark_unchanged();
            if let Some(found) = self.try_next() {
                return found;
            }
            let _ = self.head.changed().await;
        }
    }

    /// What [`Entries::next`] gives, if it is there at once.
    pub fn try_next(&mut self) -> Option<Result<Arc<Entry>, RingEnd>> {
        let state = self.shared.lock();
        let number = self.next.or_else(|| {
            let (first, _) = beginning(&state, Duration::MAX)?;
            Some(first.number)
        });
        let found = next(&state, number.unwrap_or(state.next))?;
        if let Ok(entry) = &found {
            self.next = Some(entry.number + 1);
        }
        Some(found.map(Arc::clone))
    }
}
