//! Pending transitions: resources that were started and are not ready yet. They are kept in memory only,
//! because transitions are configured for tests. Nothing is pending unless transitions are configured, and a
//! request checks that with two atomic loads.
//!
//! An item only says when a row may become ready. When it is due, the row itself decides: a row that was
//! stopped or deleted meanwhile stays as it is.
//!
//! A write job adds its items before its transaction is committed, and they are invisible outside the
//! transaction until then: the changes of a transaction are collected separately and applied after its commit
//! (`store::Follower`). The jobs of the same transaction do see them, just as they see its rows.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::guide::StagedGuide;
use super::transition::{Resource, Transition, Transitions};
use crate::store::Follower;

/// The instant of an item that is due whatever the clock shows.
const NOW: i64 = i64::MIN;
/// The instant when no item is due.
const NEVER: i64 = i64::MAX;

/// When something is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At this instant of the panel's clock.
    At(i64),
    /// After this number of further polls.
    Polls(u32),
}

/// A resource that is to become ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingItem {
    pub resource: Resource,
    /// Its id.
    pub id: i64,
    /// `streams.type`; 0 for a guide.
    pub kind: i64,
    /// The row of `streams_servers`; 0 for a guide.
    pub row: i64,
    pub until: Until,
    /// The guide to show, if its file could be read.
    pub guide: Option<Arc<StagedGuide>>,
}

impl PendingItem {
    /// Returns the instant at which it was due, if it is due at `now`.
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

/// A poll: the resources that a request has read.
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

/// All pending items, and the configured transitions.
#[derive(Debug)]
pub struct Pending {
    state: Mutex<PendingState>,
    /// The earliest instant at which an item is due.
    due: AtomicI64,
    /// Whether polls are counted.
    polls: AtomicBool,
}

#[derive(Debug, Default)]
struct PendingState {
    transitions: Transitions,
    waiting: Vec<PendingItem>,
    /// The changes by the jobs of the running transaction, in order.
    uncommitted: Vec<Change>,
    /// The number of these changes that earlier jobs made.
    before_job: usize,
}

/// A change to the pending items by a write job.
#[derive(Clone, Debug)]
enum Change {
    /// Adds this item; it replaces an item of the same row.
    Wait(PendingItem),
    /// Removes the items of these rows of content.
    End(Vec<i64>),
    /// Removes the item of this guide.
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

    /// Whether a row of content is pending after this change; `None` if the change does not concern the row.
    fn waits_after(&self, row: i64) -> Option<bool> {
        match self {
            Change::Wait(item) => (item.resource != Resource::Epg && item.row == row).then_some(true),
            Change::End(rows) => rows.contains(&row).then_some(false),
            Change::EndGuide(_) => None,
        }
    }
}

impl Pending {
    /// Creates an empty list of pending items.
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

    /// Returns the configured transitions.
    pub fn transitions(&self) -> Transitions {
        self.state().transitions
    }

    /// Changes the transitions of resources that are started from now on.
    pub fn set_transitions(&self, transitions: Transitions) {
        self.state().transitions = transitions;
    }

    /// Returns when a resource that starts now is ready; `None` if it is ready at once.
    pub fn until(&self, resource: Resource, now: i64) -> Option<Until> {
        match self.transitions().get(resource) {
            Transition::Immediate => None,
            Transition::After(seconds) => Some(Until::At(now.saturating_add(seconds.into()))),
            Transition::Polls(number) => Some(Until::Polls(number)),
        }
    }

    /// Adds an item for a write job, effective from the commit on. It replaces an item of the same row.
    pub(super) fn wait(&self, item: PendingItem) {
        self.state().uncommitted.push(Change::Wait(item));
    }

    /// Whether a row of content is pending, as a write job sees it.
    pub(super) fn waits(&self, row: i64) -> bool {
        let state = self.state();
        let latest = state
            .uncommitted
            .iter()
            .rev()
            .find_map(|change| change.waits_after(row));
        let mut content = state.waiting.iter().filter(|one| one.resource != Resource::Epg);
        latest.unwrap_or_else(|| content.any(|one| one.row == row))
    }

    /// Removes the items of rows of content, effective from the commit on.
    pub(super) fn end(&self, rows: &[i64]) {
        self.state().uncommitted.push(Change::End(rows.to_vec()));
    }

    /// Removes the item of a guide, effective from the commit on.
    pub(super) fn end_guide(&self, id: i64) {
        self.state().uncommitted.push(Change::EndGuide(id));
    }

    /// Removes all items, because the state that they belong to was replaced.
    pub fn forget_all(&self) {
        self.change(Vec::clear);
    }

    /// Returns all pending items, the earliest first.
    pub fn all(&self) -> Vec<PendingItem> {
        let mut all = self.state().waiting.clone();
        let order = |one: &PendingItem| match one.until {
            Until::At(at) => (0, at, one.resource, one.id, one.row),
            Until::Polls(left) => (1, left.into(), one.resource, one.id, one.row),
        };
        all.sort_by_key(order);
        all
    }

    /// Whether an item is due. Does not read the clock if no item waits for an instant.
    pub fn is_due(&self, clock: &Clock) -> bool {
        match self.due.load(Ordering::Acquire) {
            NEVER => false,
            NOW => true,
            at => at <= clock.now(),
        }
    }

    /// Removes and returns the items that are due, each with its instant, in the order of the instants.
    pub fn take(&self, now: i64) -> Vec<(i64, PendingItem)> {
        let mut taken = Vec::new();
        self.change(|all| {
            let due = all.extract_if(.., |one| one.due(now).is_some());
            taken = due.map(|one| (one.due(now).unwrap_or(now), one)).collect();
        });
        taken.sort_by_key(|(at, one)| (*at, one.resource, one.id, one.row));
        taken
    }

    /// Puts back items that were taken and could not be written.
    pub fn put_back(&self, taken: &[(i64, PendingItem)]) {
        self.change(|all| {
            for (_, one) in taken {
                if !all.iter().any(|other| other.is(one.resource, one.row, one.id)) {
                    all.push(one.clone());
                }
            }
        });
    }

    /// Whether polls are counted at all.
    pub fn counts_polls(&self) -> bool {
        self.polls.load(Ordering::Acquire)
    }

    /// Counts the polls of one request: several polls of one resource count once.
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
