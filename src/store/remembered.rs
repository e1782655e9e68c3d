//! Caches results of database queries until the next commit.
//!
//! Counting the matches of a filter visits every row, and merging the content of bouquets reads every list in
//! them. Both are requested far more often than the rows change, so they are computed once for each state of
//! the database and each key.

use std::sync::Mutex;

use indexmap::IndexMap;

/// Most entries for one state: enough for the filters and searches of one page.
const QUESTIONS: usize = 256;

/// The longest question that is remembered, in bytes: one has text of a request in it.
const LONGEST: usize = 4096;

/// The cached values of one state of the database.
#[derive(Debug)]
pub struct CommitCache<V>(Mutex<State<V>>);

/// Totals of lists.
pub type TotalsCache = CommitCache<i64>;

#[derive(Debug)]
struct State<V> {
    commits: u64,
    answers: IndexMap<String, V>,
}

impl<V> Default for CommitCache<V> {
    fn default() -> Self {
        CommitCache(Mutex::new(State {
            commits: 0,
            answers: IndexMap::new(),
        }))
    }
}

impl<V: Clone> CommitCache<V> {
    /// Returns the cached value for `question`, or the result of `find`.
    ///
    /// `commits` is the number of commits before the caller's snapshot was taken: a value of an older
    /// snapshot can be stored under a newer number only if there was no commit in between.
    ///
    /// # Errors
    /// Those of `find`.
    pub fn get_or_find<E>(&self, commits: u64, question: &str, find: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        if question.len() > LONGEST {
            return find();
        }
        if let Some(answer) = self.with(commits, |answers| answers.get(question).cloned()) {
            return Ok(answer);
        }
        let answer = find()?;
        self.with(commits, |answers| {
            if answers.len() >= QUESTIONS {
                answers.clear();
            }
            answers.insert(question.to_owned(), answer.clone());
            None
        });
        Ok(answer)
    }

    /// Runs `work` on the values of this state; does nothing for a state older than the cached one.
    fn with(&self, commits: u64, work: impl FnOnce(&mut IndexMap<String, V>) -> Option<V>) -> Option<V> {
        let mut state = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if commits > state.commits {
            state.commits = commits;
            state.answers.clear();
        }
        if commits < state.commits {
            None
        } else {
            work(&mut state.answers)
        }
    }
}
