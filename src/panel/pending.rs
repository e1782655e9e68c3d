//! What a panel has begun and is not ready yet, in memory alone: who asks for a panel's transitions steers
//! a test. Nothing waits unless it was asked for, and a request then finds that out with two loads.
//!
//! What begins is a plan. Whether it comes true is decided when it is due, by the row itself: one that was
//! stopped or deleted meanwhile stays as it is.
//!
//! A write job that begins something says so here before its transaction is committed, and nobody else sees
//! it until then: the changes of a transaction are kept apart and made after its commit (`store::Follower`).
//! The jobs of that transaction do see them, as they see its rows.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::guide_file::GuideChannels;
use super::transition::{Resource, Transition, Transitions};
use crate::store::Follower;

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
    pub channels: GuideChannels,
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
    state: Mutex<PendingState>,
    /// The earliest instant at which something is due.
    due: AtomicI64,
    /// Whether looks count.
    polls: AtomicBool,
}

#[derive(Debug, Default)]
struct PendingState {
    transitions: Transitions,
    waiting: Vec<PendingItem>,
    /// What the jobs of the running transaction do, in their order.
    uncommitted: Vec<Change>,
    /// How many of these are of jobs before the one that runs.
    before_job: usize,
}

/// What a write job does to what waits.
#[derive(Clone, Debug)]
enum Change {
    /// This waits, and what waited of the same row does no more.
    Wait(PendingItem),
    /// These rows of content wait no more.
    End(Vec<i64>),
    /// This guide waits no more.
    EndGuide(i64),
}

impl Change {
    fn apply(self, waiting: &mut Vec<PendingItem>) {
        match self {
            Change::Wait(item) => {
                waiting.retain(|other| !other.is(item.resource, item.row, item.id));
                waiting.push(item);
            }
            Change::End(rows) => waiting.retain(|one| one.resource == Resource::Epg || !rows.contains(&one.row)),
            Change::EndGuide(id) => waiting.retain(|one| !one.is(Resource::Epg, 0, id)),
        }
    }

    /// Whether a row of content waits after this; `None` where it says nothing of it.
    fn says_of(&self, row: i64) -> Option<bool> {
        match self {
            Change::Wait(item) => (item.resource != Resource::Epg && item.row == row).then_some(true),
            Change::End(rows) => rows.contains(&row).then_some(false),
            Change::EndGuide(_) => None,
        }
    }
}

impl Pending {
    /// Nothing yet.
    pub fn with(transitions: Transitions) -> Pending {
        Pending {
            state: Mutex::new(PendingState {
                transitions,
                ..PendingState::default()
            }),
            due: AtomicI64::new(NEVER),
            polls: AtomicBool::new(false),
        }
    }

    /// After what things become ready.
    pub fn transitions(&self) -> Transitions {
        self.state().transitions
    }

    /// Lets things that are begun from now on become ready so.
    pub fn set_transitions(&self, transitions: Transitions) {
        self.state().transitions = transitions;
    }

    /// What something that begins now waits for; `None` where it is ready at once.
    pub fn until(&self, resource: Resource, now: i64) -> Option<Until> {
        match self.transitions().get(resource) {
            Transition::Immediate => None,
            Transition::After(seconds) => Some(Until::At(now.saturating_add(seconds.into()))),
            Transition::Polls(number) => Some(Until::Polls(number)),
        }
    }

    /// Lets something wait that a write job began, from the commit on. What waited of the same row does no
    /// more.
    pub(super) fn wait(&self, item: PendingItem) {
        self.state().uncommitted.push(Change::Wait(item));
    }

    /// Whether a row of content waits, to a write job.
    pub(super) fn waits(&self, row: i64) -> bool {
        let state = self.state();
        let latest = state.uncommitted.iter().rev().find_map(|change| change.says_of(row));
        let mut content = state.waiting.iter().filter(|one| one.resource != Resource::Epg);
        latest.unwrap_or_else(|| content.any(|one| one.row == row))
    }

    /// Lets rows of content wait no more, from the commit on.
    pub(super) fn end(&self, rows: &[i64]) {
        self.state().uncommitted.push(Change::End(rows.to_vec()));
    }

    /// Lets a guide wait no more, from the commit on.
    pub(super) fn end_guide(&self, id: i64) {
        self.state().uncommitted.push(Change::EndGuide(id));
    }

    /// Forgets everything: the state that it belongs to is gone.
    pub fn forget_all(&self) {
        self.change(Vec::clear);
    }

    /// All that waits, in the order of what comes first.
    pub fn all(&self) -> Vec<PendingItem> {
        let mut all = self.state().waiting.clone();
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

    /// Counts the looks of one request: however often it looks at something, that is once.
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
        let mut state = self.state();
        self.change_in(&mut state, change);
    }

    fn change_in(&self, state: &mut PendingState, change: impl FnOnce(&mut Vec<PendingItem>)) {
        change(&mut state.waiting);
        let due = state.waiting.iter().filter_map(|one| match one.until {
            Until::At(at) => Some(at),
            Until::Polls(0) => Some(NOW),
            Until::Polls(_) => None,
        });
        self.due.store(due.min().unwrap_or(NEVER), Ordering::Release);
        let polls = state.waiting.iter().any(|one| matches!(one.until, Until::Polls(_)));
        self.polls.store(polls, Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, PendingState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower for Pending {
    fn began(&self) {
        self.state().uncommitted.clear();
    }

    fn job_began(&self) {
        let mut state = self.state();
        state.before_job = state.uncommitted.len();
    }

    fn job_failed(&self) {
        let mut state = self.state();
        let before = state.before_job;
        state.uncommitted.truncate(before);
    }

    fn committed(&self) {
        let mut state = self.state();
        let changes = std::mem::take(&mut state.uncommitted);
        if changes.is_empty() {
            return;
        }
        self.change_in(&mut state, |waiting| {
            changes.into_iter().for_each(|change| change.apply(waiting));
        });
    }
}
