//! Pages of objects by a cursor, which is the id of the last object of the page before (contract "REST APIs", B4). It is a
//! position: nothing is skipped or seen twice while objects come and go, and it may name one that is gone.

use rusqlite::types::Value;

use super::{Conflict, Refusal, Result};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::store::list::ListQuery;
use crate::store::view::View;

/// Which objects of a list are asked for.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// The most objects of the page.
    pub limit: i64,
    /// The cursor: objects with higher ids; 0 begins.
    pub after: i64,
    /// Filters by their names in the view, each with its value; all of them must hold.
    pub filters: Vec<(&'static str, Value)>,
}

impl ListRequest {
    /// Asks for the first so many objects of all.
    pub fn first(limit: i64) -> ListRequest {
        ListRequest {
            limit,
            after: 0,
            filters: Vec::new(),
        }
    }
}

/// A page of objects, the lowest id first.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Whether there are more behind them.
    pub has_more: bool,
    /// The objects that match the filters, whatever the cursor.
    pub total: i64,
}

/// The filter of each view by which a page begins behind its cursor.
pub(super) const AFTER: &str = "after";

/// Reads a page.
pub(super) fn page<T>(
    context: &Context<'_>,
    view: &'static View,
    request: &ListRequest,
    find: impl Fn(&Context<'_>, i64) -> Result<Option<T>>,
) -> Result<Page<T>> {
    let filters = request.filters.iter();
    let mut query = ListQuery {
        filters: filters.map(|(name, value)| (*name, Some(value.clone()))).collect(),
        ..ListQuery::all(view)
    };
    let total = context.total(&query)?;
    if request.after > 0 {
        query.filters.push((AFTER, Some(Value::Integer(request.after))));
    }
    // One more tells whether there are more.
    query.limit = Some(request.limit.saturating_add(1));
    let mut keys = context.keys(&query)?;
    let limit = usize::try_from(request.limit).unwrap_or(0);
    let has_more = keys.len() > limit;
    keys.truncate(limit);
    let mut items = Vec::with_capacity(keys.len());
    for key in keys {
        items.extend(find(context, key)?);
    }
    Ok(Page { items, has_more, total })
}

/// Refuses a value that another row of a table has.
pub(super) fn is_taken(context: &Context<'_>, sql: &str, value: Option<&str>, own: Option<i64>) -> Result<bool> {
    match value {
        Some(value) => Ok(context.db.prepare_cached(sql)?.exists((value, own))?),
        None => Ok(false),
    }
}

/// Updates a row, if any value of it differs, and says whether one did.
pub(super) fn update(context: &Context<'_>, view: &View, id: i64, mut change: Change) -> Result<bool> {
    if change.is_empty() || change.is_stored(context, view, id)? {
        return Ok(false);
    }
    change.set("updated", super::millis(context));
    change.update(context, view.table, view.key, id)?;
    Ok(true)
}

/// Refuses with one conflict.
pub(super) fn refuse<T>(conflict: Conflict) -> Result<T> {
    Err(Refusal::Conflict(conflict))
}
