//! The journal: the requests that the panel got, in a ring of a bounded size (contract "The
//! fixture", section 7).
//!
//! A request is written down when it arrives, so that one whose answer is late can be counted, and
//! what became of it is filled in later. Writing down is one copy of its head and one short lock:
//! what it says is read when somebody asks, once.

pub mod diagnostics;
pub mod entry;
pub mod filter;
pub mod har;
pub mod masking;
pub mod reader;
pub mod request_log;
pub mod requests;
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
    /// How many wait for a change: nobody is the rule, and then nobody is told.
    waiting: AtomicUsize,
    /// How many listen to all that comes.
    listeners: Arc<AtomicUsize>,
    /// Whether nobody is to wait any longer.
    closed: AtomicBool,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// How many entries there have been before the first one here.
    before: u64,
    /// How many of those were forgotten because somebody asked for it.
    cleared: u64,
    /// How many there was no room for, ever.
    evicted: u64,
    /// How many were let go before anybody asked what was suspicious about them.
    unread: u64,
}

/// How much the journal holds.
pub struct JournalUsage {
    pub entries: usize,
    pub capacity: usize,
    /// How many there was no room for, ever.
    pub evicted: u64,
    /// How many were let go before anybody asked what was suspicious about them.
    pub unread: u64,
    /// How many listen to all that comes.
    pub listeners: usize,
}

/// The entries after a number.
pub struct JournalPage {
    pub entries: Vec<(u64, Arc<Entry>)>,
    /// How many of them the ring had no room for.
    pub missed: u64,
    /// Up to which number there is nothing any more.
    pub gone: u64,
    /// Up to which number the journal was cleared.
    pub cleared: u64,
}

impl Journal {
    /// A journal of so many entries; none turns it off.
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

    /// How many entries it keeps.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether nothing is kept.
    pub fn is_off(&self) -> bool {
        self.size == 0
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Writes an entry down, where anything is kept.
    pub fn record(&self, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        if self.is_off() {
            return entry;
        }
        let held = Arc::clone(&entry);
        let mut ring = self.ring();
        let gone = match ring.entries.len() < self.size {
            true => {
                // All of its room at once, so that no request waits while it grows.
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
        held.numbered(ring.before + u64::try_from(ring.entries.len()).unwrap_or_default() + 1);
        ring.entries.push_back(held);
        drop(ring);
        // Memory is given back outside of the lock.
        drop(gone);
        self.notify();
        entry
    }

    /// Tells whoever waits that an entry came or was answered.
    pub fn notify(&self) {
        // Who counts as waiting before looking, or else looks after this: see `Wait::look`.
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.changed.notify_waiters();
        }
    }

    /// The entries whose number is larger.
    pub fn since(&self, seq: u64) -> JournalPage {
        self.page(seq, usize::MAX)
    }

    /// The first entries whose number is larger.
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

    /// The number of the last entry that came.
    pub fn last(&self) -> u64 {
        let ring = self.ring();
        ring.before + u64::try_from(ring.entries.len()).unwrap_or_default()
    }

    /// Forgets all entries and answers how many there were. Numbers go on.
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

    /// How much it holds.
    pub fn held(&self) -> JournalUsage {
        let ring = self.ring();
        JournalUsage {
            entries: ring.entries.len(),
            capacity: self.size,
            evicted: ring.evicted,
            unread: ring.unread,
            listeners: self.listeners.load(Ordering::Relaxed),
        }
    }

    /// Counts one who listens, as long as what is answered lives.
    pub fn listen(&self) -> Listening {
        self.listeners.fetch_add(1, Ordering::Relaxed);
        Listening(Arc::clone(&self.listeners))
    }

    /// Nobody waits any longer: the server stops.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// Whether nobody is to wait any longer.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Begins to wait for changes.
    pub fn wait(&self) -> Wait<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        Wait(self)
    }
}

/// Somebody who listens to all that comes.
pub struct Listening(Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Somebody who waits for changes of a journal.
pub struct Wait<'a>(&'a Journal);

impl Wait<'_> {
    /// The next change. Enable it, look at the journal, then wait: nothing is missed between.
    pub fn change(&self) -> tokio::sync::futures::Notified<'_> {
        self.0.changed.notified()
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
