//! The scene of one operation: which database it sees, what time it is, who asks. Whoever has no
//! scene cannot call an operation of the panel, and only [`crate::panel::Panel`] makes one.

use std::cell::RefCell;

use rusqlite::Connection;

use super::pending::Poll;
use super::{Panel, Result, content};
use crate::store::list::{At, ListQuery, Page};
use crate::store::view::{Record, Selection, View};
use crate::time::{DAY, Zone};

/// How far ahead "expires soon" looks: 14 days.
const SOON: i64 = 14 * DAY;

/// Who asks. The gates of a dialect find it out; an operation that needs one kind says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An administrator's account, by its user id.
    Admin(i64),
    /// A reseller's account, by its user id.
    Reseller(i64),
    /// The panel itself, or a caller without an account (the v2 dialect knows none).
    Panel,
}

impl Caller {
    /// The user id that logs name: 0 for a caller without an account.
    pub fn id(&self) -> i64 {
        match self {
            Caller::Admin(id) | Caller::Reseller(id) => *id,
            Caller::Panel => 0,
        }
    }
}

/// What an operation works with.
pub struct Context<'a> {
    pub panel: &'a Panel,
    /// A connection within a transaction: one that cannot write for reads, the writer's for writes.
    pub db: &'a Connection,
    pub caller: Caller,
    /// The panel's time in unix seconds; it stands still for the operation.
    pub now: i64,
    /// The number of commits before the operation began.
    pub commits: u64,
    /// What it looked at, where somebody counts.
    pub polls: PollLog,
}

/// What an operation looked at.
#[derive(Debug, Default)]
pub struct PollLog(RefCell<Vec<Poll>>);

impl PollLog {
    /// All of it.
    pub fn all(self) -> Vec<Poll> {
        self.0.into_inner()
    }
}

impl Context<'_> {
    /// The panel's time zone.
    pub fn zone(&self) -> Zone {
        self.panel.zone()
    }

    /// Notes a look at something that may not be ready.
    pub fn look(&self, look: Poll) {
        if self.panel.pending().counts_polls() {
            self.polls.0.borrow_mut().push(look);
        }
    }

    fn poll_list(&self, view: &View) {
        match view.table {
            "streams" => self.look(Poll::Kinds(content::kinds(view))),
            "epg" => self.look(Poll::Guides),
            _ => {}
        }
    }

    /// Reads one row of a view.
    ///
    /// # Errors
    /// SQLite's.
    pub fn one(&self, view: &View, selection: &Selection, id: i64) -> Result<Option<Record>> {
        match view.table {
            "streams" => self.look(Poll::Content(id)),
            "epg" => self.look(Poll::Guide(id)),
            _ => {}
        }
        Ok(selection.get(self.db, id)?)
    }

    /// Reads a page of a list with its total.
    ///
    /// # Errors
    /// SQLite's.
    pub fn page(&self, query: &ListQuery, selection: &Selection) -> Result<Page> {
        self.poll_list(query.view);
        Ok(query.page(self.db, selection, &self.at())?)
    }

    /// Reads the rows of a list.
    ///
    /// # Errors
    /// SQLite's.
    pub fn rows(&self, query: &ListQuery, selection: &Selection) -> Result<Vec<Record>> {
        self.poll_list(query.view);
        Ok(query.rows(self.db, selection, &self.at())?)
    }

    fn at(&self) -> At<'_> {
        let text = |unix| self.zone().iso(unix).unwrap_or_default();
        At {
            now: text(self.now),
            soon: text(self.now.saturating_add(SOON)),
            counts: self.panel.store().counts(),
            commits: self.commits,
        }
    }
}
