//! LIKE and REGEXP. What is made of a pattern is kept by the thread, so that a constant one is read once.

mod like;
mod regexp;
mod translate;

use std::cell::RefCell;
use std::rc::Rc;

use rusqlite::Connection;

use super::args::{flag, pure, text};

/// Registers `m_like(x, pattern, escape, binary01)` and `m_regexp(x, pattern, binary01)`. Both give 0 or 1, or NULL
/// of a NULL. An empty escape is the backslash.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_like", 4, |context| {
        let (Some(x), Some(pattern), Some(escape)) = (text(context, 0)?, text(context, 1)?, text(context, 2)?) else {
            return Ok(None);
        };
        let escape = escape.chars().next().unwrap_or('\\');
        like::matches(x, pattern, escape, flag(context, 3)?).map(Some)
    })?;
    pure(db, "m_regexp", 3, |context| {
        let (Some(x), Some(pattern)) = (text(context, 0)?, text(context, 1)?) else {
            return Ok(None);
        };
        regexp::matches(x, pattern, flag(context, 2)?).map(Some)
    })
}

/// Patterns that a thread keeps.
const KEPT: usize = 8;

/// Longest pattern that is kept, in bytes.
const LONGEST_KEPT: usize = 4096;

/// What was made of the last patterns, the latest last.
struct Kept<K, T>(RefCell<Vec<(String, K, Rc<T>)>>);

impl<K: PartialEq, T> Kept<K, T> {
    const fn new() -> Kept<K, T> {
        Kept(RefCell::new(Vec::new()))
    }

    fn get<E>(&self, pattern: &str, key: K, make: impl FnOnce() -> Result<T, E>) -> Result<Rc<T>, E> {
        let mut kept = self.0.borrow_mut();
        if let Some((_, _, made)) = kept.iter().find(|(text, other, _)| text == pattern && *other == key) {
            return Ok(Rc::clone(made));
        }
        let made = Rc::new(make()?);
        if pattern.len() > LONGEST_KEPT {
            return Ok(made);
        }
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((pattern.to_owned(), key, Rc::clone(&made)));
        Ok(made)
    }
}

#[cfg(test)]
mod tests;
