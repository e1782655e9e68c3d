//! What a panel knows of its guides beside their rows: which imports wait, which generations are being written, and
//! which answers are reading.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The guides of a panel.
#[derive(Debug, Default)]
pub struct Guides {
    /// Counts the states of the panel that were replaced as a whole.
    epoch: AtomicU64,
    queue: Mutex<Queue>,
    /// The generations that are being written, or are written and not shown yet, each with its source.
    hidden: Mutex<BTreeSet<(i64, i64)>>,
    reads: Mutex<Reads>,
    /// Whether a thread waits for the daily jobs.
    has_daily: Mutex<bool>,
}

/// The imports that wait for the thread.
#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<WaitingImport>,
    /// Whether there is a thread, which takes what is added.
    has_thread: bool,
}

/// An import that waits, and the callers that wait for it.
#[derive(Debug)]
pub struct WaitingImport {
    pub source: i64,
    /// The state that it was asked in; in another one it is not for any more.
    pub epoch: u64,
    callers: Vec<oneshot::Sender<()>>,
}

impl WaitingImport {
    /// Tells the callers that the import has ended.
    pub fn answer(self) {
        for caller in self.callers {
            // A caller need not wait.
            let _ = caller.send(());
        }
    }
}

/// The answers that read generations.
#[derive(Debug, Default)]
struct Reads {
    next: u64,
    open: BTreeSet<u64>,
}

/// While it exists, no row of a generation that is shown now, or is from now on, goes.
#[derive(Debug)]
pub struct GuideRead {
    guides: Arc<Guides>,
    number: u64,
}

impl Drop for GuideRead {
    fn drop(&mut self) {
        locked(&self.guides.reads).open.remove(&self.number);
    }
}

impl Guides {
    /// Adds imports of sources; one that waits already is not added twice. Returns what tells of their ends, and whether
    /// the caller has to start the thread.
    pub(super) fn ask(&self, sources: &[i64]) -> (Vec<oneshot::Receiver<()>>, bool) {
        let mut queue = locked(&self.queue);
        let mut ends = Vec::with_capacity(sources.len());
        for source in sources {
            let (caller, end) = oneshot::channel();
            ends.push(end);
            let epoch = self.epoch();
            let same = |one: &&mut WaitingImport| (one.source, one.epoch) == (*source, epoch);
            match queue.waiting.iter_mut().find(same) {
                Some(one) => one.callers.push(caller),
                None => queue.waiting.push_back(WaitingImport {
                    source: *source,
                    epoch,
                    callers: vec![caller],
                }),
            }
        }
        let starts = !queue.has_thread;
        queue.has_thread = true;
        (ends, starts)
    }

    /// Takes the next import.
    pub(super) fn take(&self) -> Option<WaitingImport> {
        locked(&self.queue).waiting.pop_front()
    }

    /// Whether an import waits.
    pub(super) fn is_asked(&self) -> bool {
        !locked(&self.queue).waiting.is_empty()
    }

    /// Ends the thread, unless an import waits for it.
    pub(super) fn leave(&self) -> bool {
        let mut queue = locked(&self.queue);
        queue.has_thread = !queue.waiting.is_empty();
        !queue.has_thread
    }

    /// There is no thread; nothing that waits is done.
    pub(super) fn abandon(&self) {
        let mut queue = locked(&self.queue);
        queue.waiting.clear();
        queue.has_thread = false;
    }

    /// Forgets all imports, because the state that they belong to was replaced.
    pub fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        locked(&self.queue).waiting.clear();
        locked(&self.hidden).clear();
    }

    /// Returns the number of the state.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// A generation is being written.
    pub(super) fn hide(&self, source: i64, generation: i64) {
        locked(&self.hidden).insert((source, generation));
    }

    /// A generation is not needed, or is shown.
    pub(super) fn release(&self, source: i64, generation: i64) {
        locked(&self.hidden).remove(&(source, generation));
    }

    /// A generation is shown: it and those before it are not being written.
    pub fn shown(&self, source: i64, generation: i64) {
        locked(&self.hidden).retain(|(one, number)| *one != source || *number > generation);
    }

    /// Whether a generation is being written, or is not shown yet.
    pub(super) fn is_hidden(&self, source: i64, generation: i64) -> bool {
        locked(&self.hidden).contains(&(source, generation))
    }

    /// Whether the caller has to start the thread that waits for the daily jobs: there is none.
    pub(super) fn begin_daily(&self) -> bool {
        !std::mem::replace(&mut *locked(&self.has_daily), true)
    }

    /// Ends the thread that waits for the daily jobs if this holds, which nobody who starts one can make untrue meanwhile.
    /// Returns whether it ends.
    pub(super) fn end_daily(&self, ends: impl FnOnce() -> bool) -> bool {
        let mut has_daily = locked(&self.has_daily);
        *has_daily = !ends();
        !*has_daily
    }

    /// Begins to read generations. Ask for their numbers after this.
    pub fn read(self: &Arc<Self>) -> GuideRead {
        let mut reads = locked(&self.reads);
        let number = reads.next;
        reads.next += 1;
        reads.open.insert(number);
        GuideRead {
            guides: Arc::clone(self),
            number,
        }
    }

    /// Returns the number of the next read.
    pub(super) fn next_read(&self) -> u64 {
        locked(&self.reads).next
    }

    /// Whether a read goes on that began before the one of this number.
    pub(super) fn is_read_since_before(&self, number: u64) -> bool {
        locked(&self.reads).open.first().is_some_and(|first| *first < number)
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_waits_is_not_added_twice_and_is_of_its_state() {
        let guides = Guides::default();
        assert!(guides.ask(&[1, 2]).1);
        assert!(!guides.ask(&[2]).1);
        assert_eq!(guides.take().unwrap().source, 1);
        assert!(!guides.leave());
        let (_, mut ends) = (guides.ask(&[3]), guides.ask(&[2]).0);
        guides.take().unwrap().answer();
        assert!(ends[0].try_recv().is_ok());
        guides.forget_all();
        assert!(guides.take().is_none() && guides.leave());
        assert!(guides.ask(&[]).1);
    }

    #[test]
    fn a_read_holds_what_was_shown_when_it_began() {
        let guides = Arc::new(Guides::default());
        let (first, mark) = (guides.read(), guides.next_read());
        let second = guides.read();
        assert!(guides.is_read_since_before(mark));
        drop(first);
        assert!(!guides.is_read_since_before(mark));
        assert!(guides.is_read_since_before(guides.next_read()));
        drop(second);
        assert!(!guides.is_read_since_before(guides.next_read()));
    }

    #[test]
    fn what_is_shown_is_not_hidden_nor_is_what_was_before() {
        let guides = Guides::default();
        for (source, generation) in [(1, 2), (1, 3), (1, 4), (2, 1)] {
            guides.hide(source, generation);
        }
        guides.shown(1, 3);
        let hidden = [(1, 2), (1, 3), (1, 4), (2, 1)].map(|(source, number)| guides.is_hidden(source, number));
        assert_eq!(hidden, [false, false, true, true]);
    }
}
