//! Lists: the only place where rows are searched, filtered, sorted, paged and counted.
//!
//! A list first finds the keys of its rows, then reads each row exactly as a single read does. So a row in a
//! list cannot differ from the same row read by its id, and expressions for shown columns are not computed
//! for the thousands of rows that are skipped.

use rusqlite::types::Value;
use rusqlite::{Connection, Statement};

use super::remembered::TotalsCache;
use super::scope::{Scope, Visible};
use super::view::{Column, Record, Selection, ValueType, View};
use crate::time::Zone;

/// A condition that matches no row.
const NEVER: &str = "0";

/// The query for a list.
#[derive(Debug)]
pub struct ListQuery {
    pub view: &'static View,
    /// Conditions by their names in the view, each with the value that `:value` stands for.
    pub filters: Vec<(&'static str, Option<Value>)>,
    /// The text to search for, and the columns of which one must contain it.
    pub search: Option<(String, Vec<Column>)>,
    /// The column to sort by and whether descending; `None` sorts by the key, ascending.
    pub order: Option<(Column, bool)>,
    pub start: i64,
    /// Rows of the page; `None` means all.
    pub limit: Option<i64>,
}

/// The time, caches and scope that a query needs.
#[derive(Debug)]
pub struct At<'a> {
    /// The panel's time and 14 days later, in unix seconds, and the zone of stored date texts.
    pub now: i64,
    pub soon: i64,
    pub zone: Zone,
    /// Totals that are cached until `commits` changes.
    pub counts: &'a TotalsCache,
    pub commits: u64,
    /// The scope of the rows that the caller may see.
    pub scope: Scope,
}

/// A page of rows and the total number of rows.
#[derive(Debug)]
pub struct Page {
    pub rows: Vec<Record>,
    pub total: i64,
}

impl ListQuery {
    /// Creates a query for all rows of a view, ordered by key.
    pub fn all(view: &'static View) -> ListQuery {
        ListQuery {
            view,
            filters: Vec::new(),
            search: None,
            order: None,
            start: 0,
            limit: None,
        }
    }

    /// Reads the page with the columns of `selection`.
    pub fn page(&self, db: &Connection, selection: &Selection, at: &At<'_>) -> rusqlite::Result<Page> {
        let rows = self.rows(db, selection, at)?;
        let total = self.total(db, at)?;
        Ok(Page { rows, total })
    }

    /// Reads the rows of the page without counting the total.
    pub fn rows(&self, db: &Connection, selection: &Selection, at: &At<'_>) -> rusqlite::Result<Vec<Record>> {
        let mut rows = Vec::new();
        self.each_row(db, selection, at, |row| {
            rows.push(row);
            Ok::<_, rusqlite::Error>(())
        })?;
        Ok(rows)
    }

    /// Reads the rows of the page one by one, so that no more than one is held.
    ///
    /// # Errors
    /// SQLite's, or the first of `each`.
    pub fn each_row<E: From<rusqlite::Error>>(
        &self,
        db: &Connection,
        selection: &Selection,
        at: &At<'_>,
        each: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        selection.each(db, self.keys(db, at)?, each)
    }

    /// Returns the keys of the page's rows, in order.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keys(&self, db: &Connection, at: &At<'_>) -> rusqlite::Result<Vec<i64>> {
        let key = format!("{}.{}", self.view.table, self.view.key);
        let order = match &self.order {
            None => key.clone(),
            Some((column, down)) => {
                let sql = column.sql();
                // Texts are sorted ignoring letter case.
                let collation = if column.kind == ValueType::Text {
                    " COLLATE NOCASE"
                } else {
                    ""
                };
                format!("{sql}{collation}{}, {key}", if *down { " DESC" } else { "" })
            }
        };
        let sql = format!(
            "SELECT {key} {}{} ORDER BY {order} LIMIT :limit OFFSET :start",
            self.view.from(),
            self.conditions(at.scope)
        );
        let mut query = db.prepare_cached(&sql)?;
        self.bind(&mut query, at)?;
        let mut rows = query.raw_query();
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(row.get(0)?);
        }
        Ok(keys)
    }

    /// Counts the rows of all pages.
    pub fn total(&self, db: &Connection, at: &At<'_>) -> rusqlite::Result<i64> {
        if let Some(sql) = self.kept_total(at.scope) {
            return db.prepare_cached(sql)?.query_row([], |row| row.get(0));
        }
        let sql = format!("SELECT count(*) {}{}", self.view.from(), self.conditions(at.scope));
        let mut query = db.prepare_cached(&sql)?;
        let bound = self.bind(&mut query, at)?;
        at.counts.get_or_find(at.commits, &format!("{sql}{bound:?}"), || {
            let mut rows = query.raw_query();
            rows.next()?.map_or(Ok(0), |row| row.get(0))
        })
    }

    /// Returns the query for the total that triggers maintain, if this list can use it.
    fn kept_total(&self, scope: Scope) -> Option<&'static str> {
        let (filter, sql) = self.view.kept_total?;
        let applies = self.search.is_none()
            && scope == Scope::Everything
            && matches!(self.filters.as_slice(), [(only, _)] if *only == filter);
        applies.then_some(sql)
    }

    fn conditions(&self, scope: Scope) -> String {
        let mut all: Vec<String> = self.view.only.map(str::to_owned).into_iter().collect();
        match scope.visible(self.view) {
            Visible::All => {}
            Visible::Where(condition) => all.push(condition),
            Visible::None => all.push(NEVER.into()),
        }
        for (at, (name, _)) in self.filters.iter().enumerate() {
            let condition = self.view.filter(name).unwrap_or(NEVER);
            all.push(format!("({})", condition.replace(":value", &format!(":value{at}"))));
        }
        if let Some((_, columns)) = &self.search {
            let printed: Vec<String> = columns.iter().map(Column::printed).collect();
            all.push(format!("holds(:needle, {})", printed.join(", ")));
        }
        match all.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", all.join(" AND ")),
        }
    }

    /// Binds the named values that the statement uses, and returns them.
    fn bind(&self, query: &mut Statement<'_>, context: &At<'_>) -> rusqlite::Result<Vec<Value>> {
        let mut bound = Vec::with_capacity(query.parameter_count());
        for at in 1..=query.parameter_count() {
            let value = query
                .parameter_name(at)
                .map_or(Value::Null, |name| self.value(name, context));
            query.raw_bind_parameter(at, &value)?;
            bound.push(value);
        }
        Ok(bound)
    }

    fn value(&self, name: &str, at: &At<'_>) -> Value {
        match name {
            // To SQLite, −1 is no limit.
            ":limit" => Value::Integer(self.limit.unwrap_or(-1)),
            ":start" => Value::Integer(self.start),
            ":now" => Value::Integer(at.now),
            ":now_before" => Value::Text(at.zone.text_before(at.now)),
            ":now_after" => Value::Text(at.zone.text_after(at.now)),
            ":soon" => Value::Integer(at.soon),
            ":soon_before" => Value::Text(at.zone.text_before(at.soon)),
            ":soon_after" => Value::Text(at.zone.text_after(at.soon)),
            ":caller" => Value::Integer(at.scope.id()),
            ":needle" => self
                .search
                .as_ref()
                .map_or(Value::Null, |(needle, _)| Value::Text(needle.to_lowercase())),
            _ => {
                let at = name.strip_prefix(":value").and_then(|at| at.parse::<usize>().ok());
                let filter = at.and_then(|at| self.filters.get(at));
                filter.and_then(|(_, value)| value.clone()).unwrap_or(Value::Null)
            }
        }
    }
}
