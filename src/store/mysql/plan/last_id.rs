//! `LAST_INSERT_ID(x)`, which returns `x` and makes it the id that an INSERT tells.

use std::cell::Cell;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Result};

/// The SQL function: takes and returns an INTEGER, and notes it for [`take`].
pub const FUNCTION: &str = "m_last_insert_id";

thread_local! {
    static NOTED: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Registers [`FUNCTION`].
pub fn register(db: &Connection) -> Result<()> {
    db.create_scalar_function(FUNCTION, 1, FunctionFlags::SQLITE_UTF8, |context: &Context<'_>| {
        let id = context.get::<Option<i64>>(0)?;
        NOTED.set(id.or(Some(0)));
        Ok(id)
    })
}

/// Returns the last id that the function was given on this thread since it was asked for.
pub fn take() -> Option<i64> {
    NOTED.take()
}
