//! What a panel has begun and is not ready yet, in memory alone: who asks for a panel's transitions steers
//! a test. Nothing waits unless it was asked for, and a request then finds that out with two loads.
//!
//! What is noted here is a plan. Whether it comes true is decided when it is due, by the row itself: one
//! that was stopped or deleted meanwhile, or whose transaction was lost, stays as it is.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::epg::Channel;
use super::transition::{Resource, Transition, Transitions};

/// The instant of what is due whatever the clock shows.
const NOW: i64 = i64::MIN;
/// No instant at all.
const NEVER: i64 = i64::MAX;

/// When something is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At this instant of the panel's clock.
    At(i64),
    /// When it was looked at so many times more.
    Polls(u32),
}

/// Something that is to become ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingItem {
    pub resource: Resource,
    /// Its id.
    pub id: i64,
    /// `streams.type`; 0 of a guide.
    pub kind: i64,
    /// The row of `streams_servers`; 0 of a guide.
    pub row: i64,
    pub until: Until,
    /// The channels of a guide, where its file could be read.
    pub channels: Option<Arc<Vec<Channel>>>,
}

impl PendingItem {
    /// When it is ready, if it is by now.
    fn due(&self, now: i64) -> Option<i64> {
        match self.until {
            Until::At(at) => (at <= now).then_some(at),
            Until::Polls(0) => Some(now),
            Until::Polls(_) => None,
        }
    }

    fn is(&self, resource: Resource, row: i64, id: i64) -> bool {
        (self.resource, self.row, self.id) == (resource, row, id)
    }
}

/// A look at a panel: which things it was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// The content of this id.
    Content(i64),
    /// All content of these kinds.
    Kinds(&'static [i64]),
    /// The guide of this id.
    Guide(i64),
    /// All guides.
    Guides,
}

impl Poll {
    fn sees(self, waiting: &PendingItem) -> bool {
        let guide = waiting.resource == Resource::Epg;
        match self {
            Poll::Content(id) => !guide && waiting.id == id,
            Poll::Kinds(kinds) => !guide && kinds.contains(&waiting.kind),
            Poll::Guide(id) => guide && waiting.id == id,
            Poll::Guides => guide,
        }
    }
}

/// All that is not ready yet, and after what things become so.
#[derive(Debug)]
pub struct Pending {
    held: Mutex<PendingState>,
    /// The earliest instant at which something is due.
    due: AtomicI64,
    /// Whether looks count.
    polls: AtomicBool,
}

#[derive(Debug, Default)]
struct PendingState {
    transitions: Transitions,
    waiting: Vec<PendingItem>,
}

impl Pending {
    /// Nothing yet.
    pub fn with(transitions: Transitions) -> Pending {
        Pending {
            held: Mutex::new(PendingState {
                transitions,
                waiting: Vec::new(),
            }),
            due: AtomicI64::new(NEVER),
            polls: AtomicBool::new(false),
        }
    }

    /// After what things become ready.
    pub fn transitions(&self) -> Transitions {
        self.held().transitions
    }

    /// Lets things that are begun from now on become ready so.
    pub fn set_transitions(&self, transitions: Transitions) {
        self.held().transitions = transitions;
    }

    /// What something that begins now waits for; `None` where it is ready at once.
    pub fn until(&self, resource: Resource, now: i64) -> Option<Until> {
        match self.transitions().of(resource) {
            Transition::Immediate => None,
            Transition::After(seconds) => Some(Until::At(now.saturating_add(seconds.into()))),
            Transition::Polls(number) => Some(Until::Polls(number)),
        }
    }

    /// Notes something that began. What was noted of the same row does not count any more.
    pub fn note(&self, waiting: PendingItem) {
        self.change(|all| {
            all.retain(|other| !other.is(waiting.resource, waiting.row, waiting.id));
            all.push(waiting);
        });
    }

    /// Whether a row of content waits.
    pub fn holds(&self, row: i64) -> bool {
        let held = self.held();
        let mut content = held.waiting.iter().filter(|one| one.resource != Resource::Epg);
        content.any(|one| one.row == row)
    }

    /// Forgets rows of content.
    pub fn forget(&self, rows: &[i64]) {
        self.change(|all| all.retain(|one| one.resource == Resource::Epg || !rows.contains(&one.row)));
    }

    /// Forgets a guide.
    pub fn forget_guide(&self, id: i64) {
        self.change(|all| all.retain(|one| !one.is(Resource::Epg, 0, id)));
    }

    /// Forgets everything: the state that it belongs to is gone.
    pub fn forget_all(&self) {
        self.change(Vec::clear);
    }

    /// All that waits, in the order of what comes first.
    pub fn all(&self) -> Vec<PendingItem> {
        let mut all = self.held().waiting.clone();
        let order = |one: &PendingItem| match one.until {
            Until::At(at) => (0, at, one.resource, one.id, one.row),
            Until::Polls(left) => (1, left.into(), one.resource, one.id, one.row),
        };
        all.sort_by_key(order);
        all
    }

    /// Whether something is due by a clock, which is not asked where nothing waits for it.
    pub fn is_due(&self, clock: &Clock) -> bool {
        match self.due.load(Ordering::Acquire) {
            NEVER => false,
            NOW => true,
            at => at <= clock.now(),
        }
    }

    /// Takes out what is due, each with its instant, in the order in which it fell due.
    pub fn take(&self, now: i64) -> Vec<(i64, PendingItem)> {
        let mut taken = Vec::new();
        self.change(|all| {
            let due = all.extract_if(.., |one| one.due(now).is_some());
            taken = due.map(|one| (one.due(now).unwrap_or(now), one)).collect();
        });
        taken.sort_by_key(|(at, one)| (*at, one.resource, one.id, one.row));
        taken
    }

    /// Puts back what was taken and could not be written.
    pub fn put_back(&self, taken: &[(i64, PendingItem)]) {
        self.change(|all| {
            for (_, one) in taken {
                if !all.iter().any(|other| other.is(one.resource, one.row, one.id)) {
                    all.push(one.clone());
                }
            }
        });
    }

    /// Whether looks count at all.
    pub fn counts_polls(&self) -> bool {
        self.polls.load(Ordering::Acquire)
    }

    /// TotalsCache the looks of one request: however often it looks at something, that is once.
    pub fn polled(&self, polls: &[Poll]) {
        if polls.is_empty() {
            return;
        }
        self.change(|all| {
            for one in all {
                if let Until::Polls(left @ 1..) = one.until
                    && polls.iter().any(|look| look.sees(one))
                {
                    one.until = Until::Polls(left - 1);
                }
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Vec<PendingItem>)) {
        let mut held = self.held();
        change(&mut held.waiting);
        let due = held.waiting.iter().filter_map(|one| match one.until {
            Until::At(at) => Some(at),
            Until::Polls(0) => Some(NOW),
            Until::Polls(_) => None,
        });
        self.due.store(due.min().unwrap_or(NEVER), Ordering::Release);
        let polls = held.waiting.iter().any(|one| matches!(one.until, Until::Polls(_)));
        self.polls.store(polls, Ordering::Release);
    }

    fn held(&self) -> MutexGuard<'_, PendingState> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
