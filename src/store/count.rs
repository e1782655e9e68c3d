//! Totals of lists, remembered until the next commit.
//!
//! Counting the matches of a filter visits every row, reading a page does not. A panel's pages are
//! looked at far more often than its lines change, so a total is counted once for each state of
//! the database and each question.

use std::sync::Mutex;

use indexmap::IndexMap;
use rusqlite::types::Value;

/// Questions remembered for one state. A screenful of filters and searches fits.
const QUESTIONS: usize = 256;

/// The totals of one state of the database.
#[derive(Debug, Default)]
pub struct Counts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    commits: u64,
    totals: IndexMap<String, i64>,
}

impl Counts {
    /// The total that is remembered for this query and these values, or what `count` finds.
    ///
    /// `commits` is the number of commits before the caller's snapshot was taken: a total of an
    /// older snapshot can be stored under a newer number only if no commit came between.
    pub fn get_or_count(
        &self,
        commits: u64,
        sql: &str,
        values: Vec<Value>,
        count: impl FnOnce() -> rusqlite::Result<i64>,
    ) -> rusqlite::Result<i64> {
        let question = format!("{sql}{values:?}");
        if let Some(total) = self.with(commits, |totals| totals.get(&question).copied()) {
            return Ok(total);
        }
        let total = count()?;
        self.with(commits, |totals| {
            if totals.len() >= QUESTIONS {
                totals.clear();
            }
            totals.insert(question, total);
            None
        });
        Ok(total)
    }

    /// Works on the totals of this state; one that is older than what is held is left alone.
    fn with(&self, commits: u64, work: impl FnOnce(&mut IndexMap<String, i64>) -> Option<i64>) -> Option<i64> {
        let mut state = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if commits > state.commits {
            state.commits = commits;
            state.totals.clear();
        }
        if commits < state.commits {
            None
        } else {
            work(&mut state.totals)
        }
    }
}
