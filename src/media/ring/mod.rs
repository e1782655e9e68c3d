//! The last seconds of a live stream, shared by all its viewers (player contract, 10.1 and 18.3).
//!
//! One [`RingWriter`] puts packets in, any number of [`Joined`] viewers read them, each from a key frame on, without
//! rewriting a byte. Nobody waits for anybody: a viewer whose place was overwritten is told that he is too slow.
//!
//! Time here is the source's own, counted from its start ([`RingWriter::push_at`]): what the panel's clock lets out at
//! once is not older than what comes by itself, and where the clock stands nothing grows old.

mod joined;
mod writer;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::media::ts::{self, Start, Tables, Timestamp};
pub use joined::{Chunk, Entries, Joined, RingEnd};
pub use writer::RingWriter;

/// How much a ring holds: what is beyond either is dropped, the oldest first.
#[derive(Clone, Copy, Debug)]
pub struct RingLimits {
    /// What is older than this both by the source's time and by arrival is dropped.
    pub time: Duration,
    /// Bytes of packets.
    pub bytes: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            bytes: 8 << 20,
        }
    }
}

/// Why a source's packets ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The source has come to its end.
    Finished,
    /// It gave nothing for too long.
    Lost,
    /// Nobody wanted it any more, or the stream was stopped.
    Stopped,
}

/// A place where a viewer or a segment can begin.
#[derive(Clone, Debug)]
pub struct Key {
    /// Where in its entry its first packet is.
    pub offset: usize,
    /// PAT and PMT as last seen before it.
    pub tables: Bytes,
    pub start: Start,
    /// When its frame is shown, if its PES packet says so.
    pub pts: Option<Timestamp>,
}

/// Packets that came together.
#[derive(Clone, Debug)]
pub struct Entry {
    /// One more than that of the entry before.
    pub number: u64,
    /// Whole packets, up to 87.
    pub bytes: Bytes,
    /// When they came, by the source's time from its start.
    pub time: Duration,
    arrival: Instant,
    pub keys: Vec<Key>,
    /// The source broke before this entry.
    pub is_break: bool,
}

/// What the writer and all readers share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// The number of the next entry; also sent when the ring ends.
    head: watch::Sender<u64>,
    /// How many [`Joined`] there are.
    viewers: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Arc<Entry>>,
    /// The number of the next entry.
    next: u64,
    /// Bytes of all entries.
    bytes: usize,
    /// The first entry after the last break: nobody joins before it.
    joinable_from: u64,
    end: Option<EndReason>,
}

impl State {
    /// The number of the oldest entry.
    fn oldest(&self) -> u64 {
        self.entries.front().map_or(self.next, |entry| entry.number)
    }

    fn get(&self, number: u64) -> Option<&Arc<Entry>> {
        let index = number.checked_sub(self.oldest())?;
        self.entries.get(usize::try_from(index).ok()?)
    }

    /// Adds an entry and drops what is beyond the limits.
    fn push(&mut self, entry: Entry, limits: RingLimits) {
        let (time, arrival) = (entry.time, entry.arrival);
        self.bytes += entry.bytes.len();
        self.next = entry.number + 1;
        self.entries.push_back(Arc::new(entry));
        while let Some(first) = self.entries.front() {
            let is_old = |age: Duration| age > limits.time;
            let is_stale = is_old(time.saturating_sub(first.time)) && is_old(arrival - first.arrival);
            if !is_stale && self.bytes <= limits.bytes || self.entries.len() == 1 {
                break;
            }
            self.bytes -= first.bytes.len();
            self.entries.pop_front();
        }
    }
}

/// The readers' side of a ring.
#[derive(Clone, Debug)]
pub struct Ring(Arc<Shared>);

impl Ring {
    /// An empty ring, and who fills it.
    pub fn new(limits: RingLimits) -> (RingWriter, Self) {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            head: watch::Sender::new(0),
            viewers: watch::Sender::new(0),
        });
        (RingWriter::new(Arc::clone(&shared), limits), Self(shared))
    }

    /// A viewer who begins with the last key frame that is at least `prebuffer` old, else with the first there is.
    pub fn join(&self, prebuffer: Duration) -> Joined {
        Joined::new(Arc::clone(&self.0), prebuffer)
    }

    /// A reader of its entries, for who cuts segments.
    pub fn entries(&self) -> Entries {
        Entries::new(Arc::clone(&self.0))
    }

    /// The entries that it holds.
    #[cfg(test)]
    pub(super) fn held(&self) -> Vec<Arc<Entry>> {
        self.0.lock().entries.iter().cloned().collect()
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.0.lock().bytes
    }

    /// When the newest packets came, by the source's time.
    pub fn time(&self) -> Duration {
        self.0.lock().entries.back().map_or(Duration::ZERO, |entry| entry.time)
    }

    /// How fast it comes, in bit/s; `None` before it is full, while a burst at the start is still in it.
    pub fn bits_per_second(&self) -> Option<u64> {
        const STEADY: Duration = Duration::from_secs(8);
        let state = self.0.lock();
        let (first, last) = (state.entries.front()?, state.entries.back()?);
        let span = last.time.saturating_sub(first.time);
        let millis = u64::try_from(span.as_millis()).ok().filter(|_| span >= STEADY)?;
        let bits = u64::try_from(state.bytes.saturating_sub(first.bytes.len()))
            .ok()?
            .checked_mul(8_000)?;
        bits.checked_div(millis)
    }

    /// The newest tables: what its streams are.
    pub fn tables(&self) -> Option<Tables> {
        let state = self.0.lock();
        let key = state.entries.iter().rev().find_map(|entry| entry.keys.last())?;
        let mut tables = Tables::default();
        ts::views(&key.tables).for_each(|packet| tables.see(packet));
        Some(tables)
    }

    /// Why it has ended, if it has.
    pub fn end(&self) -> Option<EndReason> {
        self.0.lock().end
    }

    /// Whether a viewer who comes now can begin at once.
    pub fn is_on_air(&self) -> bool {
        joined::beginning(&self.0.lock(), Duration::ZERO).is_some()
    }
}

impl Shared {
    /// A panic of another thread leaves entries whole, so there is nothing to fear of a poisoned lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
