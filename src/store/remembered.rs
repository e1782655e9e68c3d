//! What was found in the database, remembered until the next commit.
//!
//! Counting the matches of a filter visits every row, and putting a bouquet's content together
//! reads every list in it. Both are asked for far more often than the rows change, so they are done
//! once for each state of the database and each question.

use std::sync::Mutex;

use indexmap::IndexMap;

/// Questions remembered for one state. A screenful of filters and searches fits.
const QUESTIONS: usize = 256;

/// The answers of one state of the database.
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
    /// The answer that is remembered for this question, or what `find` finds.
    ///
    /// `commits` is the number of commits before the caller's snapshot was taken: an answer of an
    /// older snapshot can be stored under a newer number only if no commit came between.
    ///
    /// # Errors
    /// Those of `find`.
    pub fn get_or_find<E>(&self, commits: u64, question: &str, find: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
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

    /// Works on the answers of this state; one that is older than what is held is left alone.
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
