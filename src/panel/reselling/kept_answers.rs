//! Answers to requests that may be sent again (contract "Reseller API", 4): the first success of a caller, action and
//! `request_id` is kept for 24 hours of the panel's time, in the transaction of its write. Raw SQL does not reach them.

use rusqlite::OptionalExtension;

use crate::panel::context::Context;
use crate::panel::error::Result;
use crate::time::DAY;

/// Finds the answer to the first of these requests.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, action: &str, request_id: &str) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT answer FROM linecard_reseller_answers WHERE user_id = ?1 AND action = ?2 AND request_id = ?3 AND at > ?4";
    let since = context.now.saturating_sub(DAY);
    let mut query = context.db.prepare_cached(sql)?;
    let found = query.query_row((context.caller.id(), action, request_id, since), |row| {
        row.get::<_, String>(0)
    });
    Ok(found.optional()?.map(String::into_bytes))
}

/// Keeps an answer, and forgets those that are too old.
///
/// # Errors
/// SQLite's.
pub fn keep(context: &Context<'_>, action: &str, request_id: &str, answer: &[u8]) -> Result<()> {
    let old = "DELETE FROM linecard_reseller_answers WHERE at <= ?1";
    context
        .db
        .prepare_cached(old)?
        .execute([context.now.saturating_sub(DAY)])?;
    let sql =
        "INSERT INTO linecard_reseller_answers (user_id, action, request_id, at, answer) VALUES (?1, ?2, ?3, ?4, ?5)";
    context.db.prepare_cached(sql)?.execute((
        context.caller.id(),
        action,
        request_id,
        context.now,
        String::from_utf8_lossy(answer),
    ))?;
    Ok(())
}
