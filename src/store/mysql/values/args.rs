//! Arguments of SQL functions in the form in which they are held, and how such a function is registered.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSql, ValueRef};
use rusqlite::{Connection, Result};

use crate::store::mysql::values::statement;

/// Registers a function whose answer depends on its arguments alone; `count` is -1 for any number of them. It does not
/// begin when the statement has no time for them.
pub fn pure<T, F>(db: &Connection, name: &str, count: i32, function: F) -> Result<()>
where
    F: Fn(&Context<'_>) -> Result<T> + Send + 'static,
    T: ToSql,
{
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function(name, count, flags, move |context| {
        check_time(context)?;
        function(context)
    })
}

/// As [`pure`], for a function that answers anew at each call.
pub fn impure<T, F>(db: &Connection, name: &str, count: i32, function: F) -> Result<()>
where
    F: Fn(&Context<'_>) -> Result<T> + Send + 'static,
    T: ToSql,
{
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function(name, count, flags, move |context| {
        check_time(context)?;
        function(context)
    })
}

/// Checks that the statement has time for what a function does with its arguments.
///
/// # Errors
/// When it has none.
pub fn check_time(context: &Context<'_>) -> Result<()> {
    let bytes = (0..context.len()).map(|at| length(context.get_raw(at)));
    statement::check_time_for(bytes.fold(0, usize::saturating_add))
}

/// Returns the bytes of a value that is held outside of it.
pub fn length(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 0,
    }
}

/// The text argument `at`; `None` for NULL.
pub fn text<'a>(context: &'a Context<'_>, at: usize) -> Result<Option<&'a str>> {
    Ok(context.get_raw(at).as_str_or_null()?)
}

/// The integer argument `at`; `None` for NULL.
pub fn int(context: &Context<'_>, at: usize) -> Result<Option<i64>> {
    Ok(context.get_raw(at).as_i64_or_null()?)
}

/// The double argument `at`; `None` for NULL.
pub fn real(context: &Context<'_>, at: usize) -> Result<Option<f64>> {
    Ok(context.get_raw(at).as_f64_or_null()?)
}

/// The argument `at` as a switch: NULL and 0 are off.
pub fn flag(context: &Context<'_>, at: usize) -> Result<bool> {
    Ok(int(context, at)?.is_some_and(|number| number != 0))
}

/// Whether the argument `at` is NULL.
pub fn is_null(context: &Context<'_>, at: usize) -> bool {
    context.get_raw(at) == ValueRef::Null
}

/// Counts a value that is about to be made, and tells whether it is short enough to be one.
pub fn room(bytes: usize) -> Result<bool> {
    if bytes > statement::LONGEST {
        return Ok(false);
    }
    statement::spend(bytes)?;
    Ok(true)
}
