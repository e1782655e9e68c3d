//! Ends of lines and subscriptions, of which endpoints are told. A status is counted from the clock, so that without
//! endpoints nothing is to be done at an end; with one it falls due.
//!
//! A row has the instant until which all ends were told. It goes back with the clock: what comes again is told again.

use rusqlite::OptionalExtension;

use crate::panel::Result;
use crate::panel::context::Context;
use crate::panel::sold_lines::PLAIN;

/// Returns the instant until which ends were told; `None` where there is nobody to tell.
///
/// # Errors
/// SQLite's.
pub fn told_until(context: &Context<'_>) -> Result<Option<i64>> {
    if context.panel.webhooks().carrier().is_none() {
        return Ok(None);
    }
    let sql = "SELECT iif(until = 0, since, until) FROM linecard_ends_told,
               (SELECT min(created) AS since FROM linecard_webhooks WHERE active = 1) WHERE since IS NOT NULL";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([], |row| row.get(0)).optional()?)
}

/// Notes that all ends until an instant were told.
///
/// # Errors
/// SQLite's.
pub fn set_told(context: &Context<'_>, until: i64) -> Result<()> {
    let sql = "UPDATE linecard_ends_told SET until = ?1 WHERE id = 1";
    context.db.prepare_cached(sql)?.execute([until])?;
    Ok(())
}

/// Returns the first end after an instant.
///
/// # Errors
/// SQLite's.
pub fn first_after(context: &Context<'_>, instant: i64) -> Result<Option<i64>> {
    let lines = format!("SELECT exp_date FROM lines WHERE exp_date > ?1 AND {PLAIN} ORDER BY exp_date");
    let own = "SELECT own_end FROM linecard_subscriptions
               WHERE own_end > ?1 AND cancelled IS NULL AND cancel_at_end = 0 ORDER BY own_end";
    let ends = [first_of(context, &lines, instant)?, first_of(context, own, instant)?];
    Ok(ends.into_iter().flatten().min())
}

fn first_of(context: &Context<'_>, sql: &str, instant: i64) -> Result<Option<i64>> {
    let zone = context.zone();
    let mut query = context.db.prepare_cached(sql)?;
    let mut rows = query.query([zone.text_before(instant)])?;
    let mut first: Option<(i64, String)> = None;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        // Local texts are in the order of their instants but for the hours in which a clock is put back.
        if first.as_ref().is_some_and(|(_, last)| text > last.as_str()) {
            break;
        }
        let at = zone.read_iso(text).filter(|at| *at > instant);
        if let Some(at) = at.filter(|at| first.as_ref().is_none_or(|(first, _)| at < first)) {
            first = Some((at, zone.text_after(at)));
        }
    }
    Ok(first.map(|(at, _)| at))
}
