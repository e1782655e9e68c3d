//! The journal: the requests to the panel, in a ring of fixed size and memory (contract "The fixture", section 7).
//!
//! A request is recorded when it arrives, so that one whose answer is late can be counted; its outcome is added
//! later. Recording costs one copy of the head and one short lock: parsing happens when the entry is first
//! read, and only once.

pub mod collector;
pub mod diagnostics;
pub mod entry;
pub mod filter;
pub mod har;
pub mod head;
mod listing;
pub mod masking;
pub mod reader;
pub mod request_log;
pub mod requests;
mod sql_literals;
pub mod tail;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use super::limits::JournalLimits;
use super::problem::Problem;
use entry::Entry;

/// The journal of one panel.
pub struct Journal {
    limits: JournalLimits,
    ring: Mutex<Ring>,
    changed: Notify,
    /// The number of waiting callers: usually 0, and then a change notifies nobody.
    waiting: AtomicUsize,
    /// The number of clients that follow the journal.
    listeners: Arc<AtomicUsize>,
    /// Whether the server stops, so that waits end.
    closed: AtomicBool,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// The memory of the entries, in bytes.
    bytes: usize,
    /// How many entries came before the first one in the ring.
    before: u64,
    /// The number of the last entry that was deleted by a request.
    cleared: u64,
    /// How many were evicted because the ring or its memory was full, since the start.
    evicted: u64,
    /// How many were removed before their near misses were counted.
    unread: u64,
    /// Whether the memory was full before the ring was.
    is_heavy: bool,
}

/// The usage of the journal.
pub struct JournalUsage {
    pub entries: usize,
    pub capacity: usize,
    /// The memory of the entries, in bytes.
    pub bytes: usize,
    /// How many were evicted because the ring or its memory was full, since the start.
    pub evicted: u64,
    /// How many were removed before their near misses were counted.
    pub unread: u64,
    /// The number of clients that follow the journal.
    pub listeners: usize,
}

/// The entries after a number.
pub struct JournalPage {
    pub entries: Vec<(u64, Arc<Entry>)>,
    /// How many of them were evicted.
    pub missed: u64,
    /// The number of the last entry before those in the ring.
    pub gone: u64,
    /// The number of the last entry that was deleted by a request.
    pub cleared: u64,
}

impl Journal {
    /// Creates a journal.
    pub fn new(limits: JournalLimits) -> Journal {
        Journal {
            limits,
            ring: Mutex::default(),
            changed: Notify::new(),
            waiting: AtomicUsize::new(0),
            listeners: Arc::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Whether nothing is recorded.
    pub fn is_off(&self) -> bool {
        self.limits.size == 0
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Records an entry, unless the journal is off.
    pub fn record(&self, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        if self.is_off() {
            return entry;
        }
        let mut ring = self.ring();
        // The whole capacity is reserved at once, so that no request waits while the ring grows.
        if ring.entries.capacity() == 0 {
            ring.entries.reserve_exact(self.limits.size);
        }
        let first = match ring.entries.len() < self.limits.size {
            true => None,
            false => ring.let_go(),
        };
        ring.add(Arc::clone(&entry));
        let gone = (first, ring.shrink(self.limits.memory));
        drop(ring);
        // Memory is freed outside of the lock.
        drop(gone);
        self.notify();
        entry
    }

    /// Adds the memory of what was parsed from an entry, unless the entry has left the ring.
    pub fn charge(&self, entry: &Entry, bytes: usize) {
        let mut ring = self.ring();
        if entry.seq().is_none_or(|seq| seq <= ring.before) {
            return;
        }
        entry.add_weight(bytes);
        ring.bytes += bytes;
        let gone = ring.shrink(self.limits.memory);
        drop(ring);
        drop(gone);
    }

    /// Wakes waiting callers: an entry was recorded or has ended.
    pub fn notify(&self) {
        // A waiting caller counts itself before it reads the journal, or reads it after this fence: see
        // `Journal::wait`.
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.changed.notify_waiters();
        }
    }

    /// Returns the entries with larger numbers.
    pub fn since(&self, seq: u64) -> JournalPage {
        self.page(seq, usize::MAX)
    }

    /// Returns the first `most` entries with larger numbers.
    pub fn page(&self, seq: u64, most: usize) -> JournalPage {
        let ring = self.ring();
        let from = seq.max(ring.before);
        let skip = usize::try_from(from - ring.before).unwrap_or(usize::MAX);
        let entries = ring.entries.iter().skip(skip).take(most).cloned();
        JournalPage {
            entries: (from + 1..).zip(entries).collect(),
            missed: ring.before.saturating_sub(seq.max(ring.cleared)),
            gone: ring.before,
            cleared: ring.cleared,
        }
    }

    /// Returns the number of the last entry.
    pub fn last(&self) -> u64 {
        let ring = self.ring();
        ring.before + u64::try_from(ring.entries.len()).unwrap_or_default()
    }

    /// Deletes all entries and returns them. Numbers are not reused.
    pub fn clear(&self) -> Vec<(u64, Arc<Entry>)> {
        let mut ring = self.ring();
        let gone = std::mem::take(&mut ring.entries);
        let first = ring.before + 1;
        ring.bytes = 0;
        ring.before += u64::try_from(gone.len()).unwrap_or_default();
        ring.cleared = ring.before;
        let unread = gone.iter().filter(|entry| !entry.is_counted()).count();
        ring.unread += u64::try_from(unread).unwrap_or_default();
        drop(ring);
        (first..).zip(gone).collect()
    }

    /// Returns the usage.
    pub fn usage(&self) -> JournalUsage {
        let ring = self.ring();
        JournalUsage {
            entries: ring.entries.len(),
            capacity: self.limits.size,
            bytes: ring.bytes,
            evicted: ring.evicted,
            unread: ring.unread,
            listeners: self.listeners.load(Ordering::Relaxed),
        }
    }

    /// Returns the option that would have kept more requests.
    pub fn tight_option(&self) -> &'static str {
        match self.ring().is_heavy {
            true => "--journal-memory",
            false => "--journal-size",
        }
    }

    /// Counts a client that follows the journal, until the returned value is dropped.
    ///
    /// # Errors
    /// A problem: there are as many as there may be.
    pub fn listen(&self) -> Result<Listening, Problem> {
        let most = self.limits.listeners;
        let more = |now: usize| now.checked_add(1).filter(|sum| *sum <= most);
        match self.listeners.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(Listening(Arc::clone(&self.listeners))),
            Err(_) => Err(Problem::too_many(
                format!("{most} clients follow the journal"),
                "end one of them, or start the server with a larger --journal-listeners",
            )),
        }
    }

    /// Ends all waits, because the server stops.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// Whether waits end because the server stops.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Starts waiting for changes.
    pub fn wait(&self) -> Wait<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        Wait(self)
    }
}

impl Ring {
    /// Adds an entry and gives it its number.
    fn add(&mut self, entry: Arc<Entry>) {
        entry.set_seq(self.before + u64::try_from(self.entries.len()).unwrap_or_default() + 1);
        self.bytes += entry.weight();
        self.entries.push_back(entry);
    }

    /// Removes the oldest entry, for which there is no room any more.
    fn let_go(&mut self) -> Option<Arc<Entry>> {
        let gone = self.entries.pop_front()?;
        self.before += 1;
        self.evicted += 1;
        self.bytes = self.bytes.saturating_sub(gone.weight());
        self.unread += u64::from(!gone.is_counted());
        Some(gone)
    }

    /// Removes the oldest entries until the others have room in `memory`.
    fn shrink(&mut self, memory: usize) -> Vec<Arc<Entry>> {
        let mut gone = Vec::new();
        self.is_heavy |= self.bytes > memory;
        while self.bytes > memory {
            let Some(oldest) = self.let_go() else { break };
            gone.push(oldest);
        }
        gone
    }
}

/// A client that follows the journal; counted until dropped.
pub struct Listening(Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A caller that waits for changes of a journal.
pub struct Wait<'a>(&'a Journal);

impl Wait<'_> {
    /// Returns the next change. Enable it, read the journal, then await it: no change in between is missed.
    pub fn change(&self) -> tokio::sync::futures::Notified<'_> {
        self.0.changed.notified()
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
