//! The context of one operation: the database, the time and the caller. Every operation of the panel needs
//! one, and only [`crate::panel::Panel`] creates it.
//!
//! All rows are read through it, so that a caller gets only rows that it may see (`access`).

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{Connection, Params};

use super::Panel;
use super::access::Caller;
use super::audit::ChangeSource;
use super::error::{Error, Result, Thing};
use super::pending::Poll;
use super::webhooks::JobEvents;
use crate::store::list::{At, ListQuery, Page};
use crate::store::view::{Polls, Record, Selection, View};
use crate::time::{DAY, Zone};

/// A line that expires within this time "expires soon": 14 days.
const SOON: i64 = 14 * DAY;

/// The context of one operation.
pub struct Context<'a> {
    pub panel: &'a Arc<Panel>,
    /// A connection within a transaction: a read-only one for reads, the writer's for writes.
    pub db: &'a Connection,
    pub caller: Caller,
    /// Where a write comes from, if that is known.
    pub source: Option<&'a ChangeSource>,
    /// The panel's time in unix seconds; it does not change during the operation.
    pub now: i64,
    /// The number of commits before the operation began.
    pub commits: u64,
    /// The polls of the operation, if polls are counted.
    pub polls: PollLog,
    /// What the operation tells endpoints of webhooks, if there are any.
    pub events: JobEvents,
}

/// The polls of an operation.
#[derive(Debug, Default)]
pub struct PollLog(RefCell<Vec<Poll>>);

impl PollLog {
    /// Returns all polls.
    pub fn all(self) -> Vec<Poll> {
        self.0.into_inner()
    }
}

impl Context<'_> {
    /// Returns the panel's time zone.
    pub fn zone(&self) -> Zone {
        self.panel.zone()
    }

    /// Returns the context of a job that was due at this instant.
    pub(super) fn at_instant(&self, now: i64) -> Context<'_> {
        Context {
            panel: self.panel,
            db: self.db,
            caller: self.caller,
            source: self.source,
            now,
            commits: self.commits,
            polls: PollLog::default(),
            events: JobEvents::default(),
        }
    }

    /// Returns the panel's time in unix milliseconds, within the second of the operation.
    pub fn millis(&self) -> i64 {
        let second = self.now.saturating_mul(1_000);
        let shown = self.panel.clock().now_millis();
        // What falls due is dated with its own instant.
        match shown.div_euclid(1_000) == self.now {
            true => shown,
            false => second,
        }
    }

    /// Records a poll of resources that may not be ready.
    pub fn record_poll(&self, poll: Poll) {
        if self.panel.pending().counts_polls() {
            self.polls.0.borrow_mut().push(poll);
        }
    }

    fn poll_list(&self, view: &View) {
        match view.polls {
            Some(Polls::Content(kinds)) => self.record_poll(Poll::Kinds(kinds)),
            Some(Polls::Guides) => self.record_poll(Poll::Guides),
            None => {}
        }
    }

    /// Reads one row of a view; `None` also if the caller may not see it.
    pub fn one(&self, view: &View, selection: &Selection, id: i64) -> Result<Option<Record>> {
        match view.polls {
            Some(Polls::Content(_)) => self.record_poll(Poll::Content(id)),
            Some(Polls::Guides) => self.record_poll(Poll::Guide(id)),
            None => {}
        }
        match self.sees(view, id)? {
            true => Ok(selection.get(self.db, id)?),
            false => Ok(None),
        }
    }

    /// Reads the first row that a selection by a condition finds, among those that the caller may see.
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

    /// Returns the first id that a query for ids of a view finds, among those that the caller may see.
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

    /// Reads a page of a list with its total, of the rows that the caller may see.
    pub fn page(&self, query: &ListQuery, selection: &Selection) -> Result<Page> {
        self.poll_list(query.view);
        Ok(query.page(self.db, selection, &self.at())?)
    }

    /// Reads the rows of a list that the caller may see one by one, so that no more than one is held.
    ///
    /// # Errors
    /// SQLite's, or the first of `each`.
    pub fn each_row(
        &self,
        query: &ListQuery,
        selection: &Selection,
        each: impl FnMut(Record) -> Result<()>,
    ) -> Result<()> {
        self.poll_list(query.view);
        query.each_row(self.db, selection, &self.at(), each)
    }

    /// Returns the keys of the rows of a list that the caller may see, for nouns that read their rows themselves.
    pub fn keys(&self, query: &ListQuery) -> Result<Vec<i64>> {
        self.poll_list(query.view);
        Ok(query.keys(self.db, &self.at())?)
    }

    /// Counts the rows of all pages of a list that the caller may see.
    pub fn total(&self, query: &ListQuery) -> Result<i64> {
        Ok(query.total(self.db, &self.at())?)
    }

    /// Reads the rows of a list that the caller may see.
    pub fn rows(&self, query: &ListQuery, selection: &Selection) -> Result<Vec<Record>> {
        self.poll_list(query.view);
        Ok(query.rows(self.db, selection, &self.at())?)
    }

    /// Whether the caller may see a row of a view, if it exists.
    pub fn sees(&self, view: &View, id: i64) -> Result<bool> {
        self.caller.sees(self.db, view, id)
    }

    /// Refuses a caller who may not see a row of a view. Does not check that the row exists.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn must_see(&self, view: &View, thing: Thing, id: i64) -> Result<()> {
        match self.sees(view, id)? {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }

    /// Refuses a caller who may not change any row of a view.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn must_change(&self, view: &View, thing: Thing) -> Result<()> {
        match self.caller.may_change(view) {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }

    /// Refuses all callers except administrators, as if the thing did not exist.
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
        At {
            now: self.now,
            soon: self.now.saturating_add(SOON),
            zone: self.zone(),
            counts: self.panel.store().counts(),
            commits: self.commits,
            scope: self.caller.scope(),
        }
    }
}
