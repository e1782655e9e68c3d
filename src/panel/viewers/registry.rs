//! The sessions that are open, by their `activity_id`, and the last ones that ended.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::session::{EndReason, Row, Session, Viewer};

/// Ended sessions that are remembered.
const REMEMBERED: usize = 1000;

/// A session that ended.
#[derive(Clone)]
pub struct EndedSession {
    pub session: Arc<Session>,
    /// In unix seconds of the panel's clock.
    pub at: i64,
    pub reason: EndReason,
}

/// The sessions of a panel.
#[derive(Default)]
pub struct Registry {
    sessions: Mutex<Sessions>,
    /// Woken when a session ends.
    left: Notify,
    /// Woken when rows of ended sessions are gone.
    gone: Notify,
}

#[derive(Default)]
struct Sessions {
    open: HashMap<i64, Arc<Session>>,
    /// Those that are over and whose rows are still there, each with its line.
    ending: HashMap<Row, i64>,
    ended: VecDeque<EndedSession>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a session, before its row is committed, so that no row is visible whose socket cannot be cut.
    pub(super) fn add(&self, session: Arc<Session>) {
        self.lock().open.insert(session.id, session);
    }

    /// Takes out a session whose row was not committed.
    pub(super) fn withdraw(&self, session: &Arc<Session>) {
        let mut sessions = self.lock();
        // Its id may have been given again.
        if sessions
            .open
            .get(&session.id)
            .is_some_and(|there| Arc::ptr_eq(there, session))
        {
            sessions.open.remove(&session.id);
        }
    }

    /// Ends the session of a row and remembers it, and returns whether it was open.
    pub(super) fn end(&self, row: Row, reason: EndReason, at: i64) -> bool {
        let mut sessions = self.lock();
        let Entry::Occupied(open) = sessions.open.entry(row.id) else {
            return false;
        };
        if open.get().row() != row {
            return false;
        }
        let session = open.remove();
        if sessions.ended.len() >= REMEMBERED {
            sessions.ended.pop_front();
        }
        session.end(reason);
        sessions.ending.insert(row, session.viewer.line);
        sessions.ended.push_back(EndedSession {
            reason: session.over().unwrap_or(reason),
            session,
            at,
        });
        drop(sessions);
        self.left.notify_waiters();
        true
    }

    /// Notes that the rows of ended sessions are gone.
    pub(super) fn rows_are_gone(&self, rows: &[Row]) {
        let mut sessions = self.lock();
        for row in rows {
            sessions.ending.remove(row);
        }
        drop(sessions);
        self.gone.notify_waiters();
    }

    /// Notes that all rows of ended sessions are gone.
    pub(super) fn all_rows_are_gone(&self) {
        self.lock().ending.clear();
        self.gone.notify_waiters();
    }

    /// Whether rows of a line are still there whose sessions are over.
    pub(super) fn has_ending(&self, line: i64) -> bool {
        self.lock().ending.values().any(|of| *of == line)
    }

    /// Returns the rows of a line that its limit counts: of sessions that are open or whose rows are still there.
    pub(super) fn counted(&self, line: i64) -> Vec<Row> {
        let sessions = self.lock();
        let open = sessions.open.values().filter(|session| session.viewer.line == line);
        let ending = sessions.ending.iter().filter(|(_, of)| **of == line);
        open.map(|session| session.row())
            .chain(ending.map(|(row, _)| *row))
            .collect()
    }

    /// A future that ends when some rows go after this call.
    pub(super) fn rows_go(&self) -> Notified<'_> {
        self.gone.notified()
    }

    /// Returns the ended sessions of a line whose rows are still there; they no longer count.
    pub(super) fn ending_of(&self, line: i64) -> Vec<Row> {
        let sessions = self.lock();
        let mine = sessions.ending.iter().filter(|(_, of)| **of == line);
        mine.map(|(row, _)| *row).collect()
    }

    /// Forgets the sessions that ended.
    pub(super) fn forget_ended(&self) {
        self.lock().ended.clear();
    }

    /// Returns the open session with this id.
    pub fn get(&self, id: i64) -> Option<Arc<Session>> {
        self.lock().open.get(&id).cloned()
    }

    /// Returns all open sessions, the oldest first.
    pub fn open(&self) -> Vec<Arc<Session>> {
        self.open_where(|_| true)
    }

    /// Returns the open sessions of which this holds, the oldest first.
    pub fn open_where(&self, holds: impl Fn(&Session) -> bool) -> Vec<Arc<Session>> {
        let sessions = self.lock();
        let found = sessions.open.values().filter(|session| holds(session));
        let mut open: Vec<_> = found.cloned().collect();
        drop(sessions);
        open.sort_unstable_by_key(|session| session.id);
        open
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.lock().open.is_empty()
    }

    /// Returns the sessions that ended, the last one last.
    pub fn ended(&self) -> Vec<EndedSession> {
        self.lock().ended.iter().cloned().collect()
    }

    /// Returns the open session of this viewer, the newest if there are several.
    pub fn of(&self, viewer: &Viewer) -> Option<Arc<Session>> {
        let sessions = self.lock();
        let mine = sessions.open.values().filter(|session| session.viewer == *viewer);
        mine.max_by_key(|session| session.id).cloned()
    }

    /// Returns the session that ended last and was this viewer's.
    pub fn last_of(&self, viewer: &Viewer) -> Option<EndedSession> {
        let sessions = self.lock();
        let mut ended = sessions.ended.iter().rev();
        ended.find(|ended| ended.session.viewer == *viewer).cloned()
    }

    /// A future that ends when some session ends after this call.
    pub fn someone_leaves(&self) -> Notified<'_> {
        self.left.notified()
    }
}
