//! The context of one operation: which database it sees, what time it is, who calls. Whoever has none
//! cannot call an operation of the panel, and only [`crate::panel::Panel`] makes one.
//!
//! It is also where rows are read and named, so that each is the caller's to see (`access`).

use std::cell::RefCell;

use rusqlite::{Connection, Params};

use super::Panel;
use super::access::Caller;
use super::error::{Error, Result, Thing};
use super::pending::Poll;
use crate::store::list::{At, ListQuery, Page};
use crate::store::view::{Polls, Record, Selection, View};
use crate::time::{DAY, Zone};

/// How far ahead "expires soon" looks: 14 days.
const SOON: i64 = 14 * DAY;

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
        match view.polls {
            Some(Polls::Content(kinds)) => self.look(Poll::Kinds(kinds)),
            Some(Polls::Guides) => self.look(Poll::Guides),
            None => {}
        }
    }

    /// Reads one row of a view; `None` also where it is not the caller's to see.
    pub fn one(&self, view: &View, selection: &Selection, id: i64) -> Result<Option<Record>> {
        match view.polls {
            Some(Polls::Content(_)) => self.look(Poll::Content(id)),
            Some(Polls::Guides) => self.look(Poll::Guide(id)),
            None => {}
        }
        match self.sees(view, id)? {
            true => Ok(selection.get(self.db, id)?),
            false => Ok(None),
        }
    }

    /// Reads the first row, of those that the caller sees, that a selection by a condition finds.
    pub fn first(&self, view: &View, selection: &Selection, params: impl Params + Clone) -> Result<Option<Record>> {
        if self.caller.is_admin() {
            return Ok(selection.get_by(self.db, params)?);
        }
        for key in selection.keys(self.db, view, params)? {
            if self.sees(view, key)? {
                return Ok(Selection::new(view, selection.columns().iter().copied()).get(self.db, key)?);
            }
        }
        Ok(None)
    }

    /// The first id, of those that the caller sees, that a query for ids of rows of a view finds.
    pub(super) fn first_id(&self, view: &View, sql: &str, params: impl Params) -> Result<Option<i64>> {
        let limit = if self.caller.is_admin() { " LIMIT 1" } else { "" };
        let mut query = self.db.prepare_cached(&format!("{sql}{limit}"))?;
        let mut rows = query.query(params)?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if self.sees(view, id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Reads a page of a list with its total, of the rows that the caller sees.
    pub fn page(&self, query: &ListQuery, selection: &Selection) -> Result<Page> {
        self.poll_list(query.view);
        Ok(query.page(self.db, selection, &self.at())?)
    }

    /// Reads the rows of a list that the caller sees.
    pub fn rows(&self, query: &ListQuery, selection: &Selection) -> Result<Vec<Record>> {
        self.poll_list(query.view);
        Ok(query.rows(self.db, selection, &self.at())?)
    }

    /// Whether a row of a view is the caller's to see, if there is one.
    pub fn sees(&self, view: &View, id: i64) -> Result<bool> {
        self.caller.sees(self.db, view, id)
    }

    /// Refuses callers to whom a row of a view is a stranger's. Whether there is one is not asked.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn must_see(&self, view: &View, thing: Thing, id: i64) -> Result<()> {
        match self.sees(view, id)? {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }

    /// Refuses callers who may change no row of a view, whosever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn must_change(&self, view: &View, thing: Thing) -> Result<()> {
        match self.caller.may_change(view) {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }

    /// Refuses all callers but administrators, for whom alone a thing is there.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn must_be_admin(&self, thing: Thing) -> Result<()> {
        match self.caller.is_admin() {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }

    fn at(&self) -> At<'_> {
        let text = |unix| self.zone().iso(unix).unwrap_or_default();
        At {
            now: text(self.now),
            soon: text(self.now.saturating_add(SOON)),
            counts: self.panel.store().counts(),
            commits: self.commits,
            scope: self.caller.scope(),
        }
    }
}
