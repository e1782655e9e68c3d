//! What the functions of a running statement share: the bytes they may still make, the panel's random numbers, and
//! the reason why one of them failed. It belongs to the thread that runs the statement.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::store::mysql::errors::SqlError;

/// Bytes that the own functions of one statement may make (contract "Admin API", 10.6, "Limits").
pub const MOST_BYTES: usize = 256 << 20;

/// Longest value, in bytes; a longer one is NULL.
pub const LONGEST: usize = 16 << 20;

/// How long a statement may run. SQLite looks at its deadline every thousand steps only, and many calls of functions
/// fit into them.
pub const LIMIT: Duration = Duration::from_secs(5);

/// Fewer bytes are read or made without a look at the time.
const FEW: usize = 1024;

/// Nanoseconds that a function takes at most for a byte that it reads or makes. Nothing can stop it, so it does not
/// begin when it might not be done in time.
const PER_BYTE: u64 = if cfg!(debug_assertions) { 100 } else { 30 };

/// Bytes that are compared between two looks at the time.
const UNSEEN: usize = 1 << 16;

/// What a comparison counts for beside its bytes.
const COMPARISON: usize = 16;

/// The panel's random numbers.
pub trait Random: Send + Sync {
    /// Draws 64 random bits.
    fn bits(&self) -> u64;
}

#[derive(Default)]
struct Running {
    random: Option<Arc<dyn Random>>,
    made: usize,
    /// Bytes compared since the last look at the time.
    compared: usize,
    end: Option<Instant>,
    failure: Option<SqlError>,
}

thread_local! {
    static RUNNING: RefCell<Running> = RefCell::default();
}

/// Begins a statement on this thread.
pub fn begin(random: Arc<dyn Random>) {
    RUNNING.set(Running {
        random: Some(random),
        end: Instant::now().checked_add(LIMIT),
        ..Running::default()
    });
}

/// Returns why one of its functions failed, if nobody was told yet.
pub fn noted() -> Option<SqlError> {
    RUNNING.with_borrow_mut(|running| running.failure.take())
}

/// Ends it, and returns why one of its functions failed.
pub fn end() -> Option<SqlError> {
    RUNNING.take().failure
}

/// Draws 64 random bits.
pub fn random_bits() -> u64 {
    RUNNING.with_borrow(|running| running.random.as_ref().map_or(0, |random| random.bits()))
}

/// Ends the running statement at this time, if it has more.
pub fn limit(end: Instant) {
    RUNNING.with_borrow_mut(|running| running.end = running.end.map(|own| own.min(end)));
}

/// Whether the running statement has no time left.
pub fn is_late() -> bool {
    is_late_after(Duration::ZERO)
}

fn is_late_after(work: Duration) -> bool {
    let left = |end: Instant| end.checked_duration_since(Instant::now());
    RUNNING.with_borrow(|running| running.end.is_some_and(|end| left(end).is_none_or(|left| left < work)))
}

/// Checks that the running statement has time left.
///
/// # Errors
/// When it has none.
pub fn check_time() -> rusqlite::Result<()> {
    match is_late() {
        true => Err(fail(SqlError::interrupted())),
        false => Ok(()),
    }
}

/// Checks that the running statement has time for a call that reads or makes so many bytes.
///
/// # Errors
/// When it has none.
pub fn check_time_for(bytes: usize) -> rusqlite::Result<()> {
    let nanos = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(PER_BYTE);
    match bytes > FEW && is_late_after(Duration::from_nanos(nanos)) {
        true => Err(fail(SqlError::interrupted())),
        false => Ok(()),
    }
}

/// Whether so many bytes may be compared: not when there is no time left, which is noted, because a comparison cannot
/// fail.
pub fn may_compare(bytes: usize) -> bool {
    let (has_failed, is_due) = RUNNING.with_borrow_mut(|running| {
        let compared = running.compared.saturating_add(bytes).saturating_add(COMPARISON);
        let is_due = compared > UNSEEN;
        running.compared = if is_due { 0 } else { compared };
        (running.failure.is_some(), is_due)
    });
    !has_failed && (!is_due || check_time_for(bytes).and_then(|()| check_time()).is_ok())
}

/// Counts bytes that a function is about to make.
///
/// # Errors
/// When the statement has made too many.
pub fn spend(bytes: usize) -> rusqlite::Result<()> {
    check_time_for(bytes)?;
    let made = RUNNING.with_borrow_mut(|running| {
        running.made = running.made.saturating_add(bytes);
        running.made
    });
    match made > MOST_BYTES {
        true => Err(fail(SqlError::too_much_made())),
        false => Ok(()),
    }
}

/// Notes why a function fails, and returns the error for SQLite.
pub fn fail(why: SqlError) -> rusqlite::Error {
    let words = Failed(why.to_string());
    RUNNING.with_borrow_mut(|running| {
        running.failure.get_or_insert(why);
    });
    rusqlite::Error::UserFunctionError(Box::new(words))
}

#[derive(Debug)]
struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}
