//! Budgets of reads: SQLite asks every so many instructions whether the read on this thread may go on.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rusqlite::Connection;

/// SQLite instructions between two checks of the budget.
const TICK: i32 = 1000;

/// Those of a statement of `mysql_query`: each may copy a long value.
const SHORT_TICK: i32 = 100;

thread_local! {
    /// The remaining budget of the read on this thread.
    static BUDGET: Cell<Budget> = const { Cell::new(Budget::Unlimited) };
}

/// How long a read may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// A write, which is never stopped.
    Unlimited,
    /// For this number of ticks.
    Ticks(u32),
    Until(Instant),
    Spent,
}

impl Budget {
    /// Runs a read within this budget; `None` if it was stopped.
    pub fn run<T>(self, read: impl FnOnce() -> T) -> Option<T> {
        BUDGET.set(self);
        let done = read();
        let is_stopped = BUDGET.replace(Budget::Unlimited) == Budget::Spent;
        (!is_stopped).then_some(done)
    }
}

/// Runs what has to be done even when the budget of the read on this thread is spent.
pub fn unlimited<T>(work: impl FnOnce() -> T) -> T {
    let left = BUDGET.replace(Budget::Unlimited);
    let done = work();
    BUDGET.set(left);
    done
}

/// Makes reads on a connection use up their budget. They stop when `closed` is set.
pub fn metered(db: &Connection, closed: &Arc<AtomicBool>) -> rusqlite::Result<()> {
    metered_by(TICK, db, closed)
}

/// As [`metered`], for statements of `mysql_query`, whose budget is a time.
pub fn metered_finely(db: &Connection, closed: &Arc<AtomicBool>) -> rusqlite::Result<()> {
    metered_by(SHORT_TICK, db, closed)
}

fn metered_by(tick: i32, db: &Connection, closed: &Arc<AtomicBool>) -> rusqlite::Result<()> {
    let closed = Arc::clone(closed);
    db.progress_handler(tick, Some(move || spend(&closed)))
}

/// The progress handler for SQLite: takes one tick from the budget, and stops the read if none is left.
fn spend(closed: &AtomicBool) -> bool {
    let left = match BUDGET.get() {
        Budget::Unlimited => return false,
        _ if closed.load(Ordering::Relaxed) => Budget::Spent,
        Budget::Ticks(ticks) if ticks <= 1 => Budget::Spent,
        Budget::Ticks(ticks) => Budget::Ticks(ticks - 1),
        Budget::Until(end) if Instant::now() >= end => Budget::Spent,
        other => other,
    };
    BUDGET.set(left);
    left == Budget::Spent
}
