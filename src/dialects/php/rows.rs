//! Lists of many rows: each row is printed into the answer's bytes as soon as it is read, so that no more than one is
//! held beside them, and the answer's limits are checked after each.

use crate::panel::answers::AnswerBytes;
use crate::panel::{Context, Panel, Result};
use crate::store::list::ListQuery;
use crate::store::view::{Record, Selection};

/// An answer with a list under construction.
#[derive(Debug)]
pub struct Rows {
    body: AnswerBytes,
    is_empty: bool,
}

impl Rows {
    /// Begins an answer with these bytes, the bracket of the list at their end.
    pub fn open(panel: &Panel, begin: &[u8]) -> Rows {
        let mut body = AnswerBytes::new(&panel.settings().answers);
        body.out().extend_from_slice(begin);
        Rows { body, is_empty: true }
    }

    /// Whether it has no row yet.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`crate::panel::Error::TooLarge`] or [`crate::panel::Error::Busy`].
    pub fn add(&mut self, print: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let is_first = std::mem::replace(&mut self.is_empty, false);
        let out = self.body.out();
        if !is_first {
            out.push(b',');
        }
        print(out);
        self.body.check()
    }

    /// Adds all rows of a list that the caller may see.
    ///
    /// # Errors
    /// SQLite's, and those of [`Rows::add`].
    pub fn add_all(
        &mut self,
        context: &Context<'_>,
        query: &ListQuery,
        selection: &Selection,
        print: impl Fn(&mut Vec<u8>, &Record),
    ) -> Result<()> {
        context.each_row(query, selection, |record| self.add(|out| print(out, &record)))
    }

    /// Ends the list, and the answer with these bytes, the bracket of the list at their beginning.
    ///
    /// # Errors
    /// Those of [`Rows::add`].
    pub fn close(mut self, end: &[u8]) -> Result<AnswerBytes> {
        self.body.out().extend_from_slice(end);
        self.body.check()?;
        Ok(self.body)
    }
}
