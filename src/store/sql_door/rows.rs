//! The rows of an admitted query, read one by one: nobody holds more of them than one.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::{DoorError, Query, reason};

/// An admitted query on a connection of the door.
pub struct Rows<'a> {
    query: &'a Query,
    db: &'a Connection,
}

/// One row, by its labels in the order of the select list.
pub struct LabelledRow<'a> {
    columns: &'a [(String, usize)],
    row: &'a Row<'a>,
}

/// The labels of a select list with the columns that they show: of equal labels the last column counts, in the
/// place of the first.
pub(super) fn columns(labels: Vec<String>) -> Vec<(String, usize)> {
    let mut columns: Vec<(String, usize)> = Vec::with_capacity(labels.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(labels.len());
    for (at, label) in labels.into_iter().enumerate() {
        match places.get(&label).and_then(|place| columns.get_mut(*place)) {
            Some((_, shown)) => *shown = at,
            None => {
                places.insert(label.clone(), columns.len());
                columns.push((label, at));
            }
        }
    }
    columns
}

impl<'a> Rows<'a> {
    pub(super) fn new(query: &'a Query, db: &'a Connection) -> Rows<'a> {
        Rows { query, db }
    }

    /// Runs the query and hands each row over.
    ///
    /// # Errors
    /// [`DoorError::Failed`], or the first error of `each`.
    pub fn each<E: From<DoorError>>(&self, mut each: impl FnMut(&LabelledRow<'_>) -> Result<(), E>) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(DoorError::Failed(reason(&error)));
        let mut statement = self.db.prepare(&self.query.sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let columns = &self.query.columns;
            each(&LabelledRow { columns, row })?;
        }
        Ok(())
    }
}

impl LabelledRow<'_> {
    /// Returns the values with their labels.
    pub fn values(&self) -> impl Iterator<Item = (&str, ValueRef<'_>)> {
        let value = |at: &usize| self.row.get_ref(*at).unwrap_or(ValueRef::Null);
        self.columns.iter().map(move |(label, at)| (label.as_str(), value(at)))
    }
}
