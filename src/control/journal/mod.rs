//! The journal: the requests to the panel, in a ring of fixed size (contract "The fixture", section 7).
//!
//! A request is recorded when it arrives, so that one whose answer is late can be counted; its outcome is added
//! later. Recording costs one copy of the head and one short lock: parsing happens when the entry is first
//! read, and only once.

pub mod diagnostics;
pub mod entry;
pub mod filter;
pub mod har;
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

use entry::Entry;

/// The journal of one panel.
pub struct Journal {
    size: usize,
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
    /// How many entries came before the first one in the ring.
    before: u64,
    /// The number of the last entry that was deleted by a request.
    cleared: u64,
    /// How many were evicted because the ring was full, since the start.
    evicted: u64,
    /// How many were removed before their near misses were counted.
    unread: u64,
}

/// The usage of the journal.
pub struct JournalUsage {
    pub entries: usize,
    pub capacity: usize,
    /// How many were evicted because the ring was full, since the start.
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
    /// Creates a journal of `size` entries; 0 turns it off.
    pub fn new(size: usize) -> Journal {
        Journal {
            size,
            ring: Mutex::default(),
            changed: Notify::new(),
            waiting: AtomicUsize::new(0),
            listeners: Arc::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Returns the capacity.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether nothing is recorded.
    pub fn is_off(&self) -> bool {
        self.size == 0
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
        let stored = Arc::clone(&entry);
        let mut ring = self.ring();
        let gone = match ring.entries.len() < self.size {
            true => {
                // The whole capacity is reserved at once, so that no request waits while the ring grows.
                if ring.entries.capacity() == 0 {
                    ring.entries.reserve_exact(self.size);
                }
                None
            }
            false => {
                ring.before += 1;
                ring.evicted += 1;
                let gone = ring.entries.pop_front();
                ring.unread += u64::from(gone.as_ref().is_some_and(|gone| !gone.is_counted()));
                gone
            }
        };
        stored.set_seq(ring.before + u64::try_from(ring.entries.len()).unwrap_or_default() + 1);
        ring.entries.push_back(stored);
        drop(ring);
        // Memory is freed outside of the lock.
        drop(gone);
        self.notify();
        entry
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

    /// Deletes all entries and returns how many there were. Numbers are not reused.
    pub fn clear(&self) -> usize {
        let mut ring = self.ring();
        let gone = std::mem::take(&mut ring.entries);
        ring.before += u64::try_from(gone.len()).unwrap_or_default();
        ring.cleared = ring.before;
        let unread = gone.iter().filter(|entry| !entry.is_counted()).count();
        ring.unread += u64::try_from(unread).unwrap_or_default();
        drop(ring);
        gone.len()
    }

    /// Returns the usage.
    pub fn usage(&self) -> JournalUsage {
        let ring = self.ring();
        JournalUsage {
            entries: ring.entries.len(),
            capacity: self.size,
            evicted: ring.evicted,
            unread: ring.unread,
            listeners: self.listeners.load(Ordering::Relaxed),
        }
    }

    /// Counts a client that follows the journal, until the returned value is dropped.
    pub fn listen(&self) -> Listening {
        self.listeners.fetch_add(1, Ordering::Relaxed);
        Listening(Arc::clone(&self.listeners))
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
