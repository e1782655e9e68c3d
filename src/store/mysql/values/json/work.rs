//! How much a single call may do: SQLite cannot stop a function, so one whose work grows with the product of its
//! arguments counts it.

use crate::store::mysql::values::statement;

/// Bytes or letters looked at; some tenths of a second.
const MOST: usize = 128 << 20;

/// Bytes between two looks at the time.
const UNSEEN: usize = 1 << 18;

/// What a call may still look at.
pub struct Work {
    left: usize,
    unseen: usize,
}

impl Default for Work {
    fn default() -> Work {
        Work::of(MOST)
    }
}

impl Work {
    /// So much of it.
    pub fn of(left: usize) -> Work {
        Work { left, unseen: UNSEEN }
    }

    /// Takes some of it; None when it is used up, or the statement has no time left.
    pub fn take(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        match self.unseen.checked_sub(bytes) {
            Some(unseen) => self.unseen = unseen,
            None if statement::is_late() => return None,
            None => self.unseen = UNSEEN,
        }
        Some(())
    }
}
