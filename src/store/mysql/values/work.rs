//! A limit on what one call of a function may do: SQLite looks at the deadline between calls only, and a search can
//! take the product of two lengths.

use rusqlite::Result;

use crate::store::mysql::errors::SqlError;
use crate::store::mysql::values::statement;

/// Comparisons of one call; they take about half a second.
const MOST: u64 = 1 << 26;

/// Bytes or letters that a JSON function looks at; some tenths of a second.
pub const MOST_OF_JSON: u64 = 128 << 20;

/// Comparisons between two looks at the time.
const UNSEEN: u64 = 1 << 14;

/// The comparisons that a call has left, and those before the next look at the time.
pub struct Work {
    left: u64,
    unseen: u64,
}

impl Work {
    /// At the beginning of a call.
    pub fn begin() -> Work {
        Work::of(MOST)
    }

    /// So much of it.
    pub fn of(left: u64) -> Work {
        Work { left, unseen: UNSEEN }
    }

    /// Takes some of them.
    ///
    /// # Errors
    /// When none are left, or the statement has no time left.
    pub fn take(&mut self, comparisons: usize) -> Result<()> {
        let comparisons = u64::try_from(comparisons).unwrap_or(u64::MAX);
        let Some(left) = self.left.checked_sub(comparisons) else {
            return Err(statement::fail(SqlError::interrupted()));
        };
        self.left = left;
        match self.unseen.checked_sub(comparisons) {
            Some(unseen) => {
                self.unseen = unseen;
                Ok(())
            }
            None => {
                self.unseen = UNSEEN;
                statement::check_time()
            }
        }
    }
}
