//! Lists by a cursor (contract "REST APIs", B4).

use rusqlite::types::Value as Sql;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::action::Answer;
use super::super::call::Call;
use super::super::fields::FieldValue;
use super::super::problem::Failure;
use super::ids::Prefix;
use super::input;
use super::objects::{self, Pagination};
use crate::panel::Context;
use crate::panel::billing::{ListRequest, Page, Refusal};
use crate::panel::fields::FaultReason;

/// A parameter that filters, with the filter of the panel that it is and what it means there.
pub struct Filter {
    pub parameter: &'static str,
    pub name: &'static str,
    pub means: fn(&FieldValue) -> Option<Sql>,
}

/// Makes a filter by a text.
pub const fn text(parameter: &'static str, name: &'static str) -> Filter {
    Filter {
        parameter,
        name,
        means: |value| value.text().map(Sql::Text),
    }
}

/// Makes a filter by an id of a resource; of an unknown one there is nothing.
macro_rules! by_id {
    ($parameter:literal, $name:literal, $prefix:expr) => {
        $crate::dialects::rest::billing::list::Filter {
            parameter: $parameter,
            name: $name,
            means: |value| Some($prefix.read(&value.text()?).unwrap_or(0).into()),
        }
    };
}
pub(super) use by_id;

const fn time(parameter: &'static str, name: &'static str) -> Filter {
    Filter {
        parameter,
        name,
        means: |value| input::millis(value).map(Sql::Integer),
    }
}

/// Those of all lists.
const TIMES: [Filter; 4] = [
    time("createdAfter", "created_after"),
    time("createdBefore", "created_before"),
    time("updatedAfter", "updated_after"),
    time("updatedBefore", "updated_before"),
];

/// Objects of a page where no number was asked for.
const USUAL: i64 = 20;

/// Answers a page.
///
/// # Errors
/// Faults of the query; the panel's.
pub fn answer<T, S: Serialize + ToSchema>(
    call: &Call<'_>,
    (prefix, id): (Prefix, fn(&T) -> i64),
    filters: &[Filter],
    page: fn(&Context<'_>, &ListRequest) -> Result<Page<T>, Refusal>,
    shown: impl FnMut(T) -> S,
) -> Result<Answer, Failure> {
    let request = request(call, prefix, filters)?;
    let found = page(call.context, &request)?;
    let last = found.items.last().filter(|_| found.has_more);
    let pagination = Pagination {
        has_more: found.has_more,
        next_cursor: last.map(|last| prefix.id(id(last))),
        total: found.total,
    };
    let data = found.items.into_iter().map(shown).collect();
    Ok(Answer::ok(&objects::Page { data, pagination }))
}

fn request(call: &Call<'_>, prefix: Prefix, filters: &[Filter]) -> Result<ListRequest, Failure> {
    let mut query = call.input.query.clone();
    let cursor = query.text("cursor");
    let after = cursor.as_deref().map(|cursor| prefix.read(cursor));
    if after == Some(None) {
        query.fault("cursor", FaultReason::UnknownId);
    }
    call.check_query(&query)?;
    let all = filters.iter().chain(&TIMES);
    let sent = all.filter_map(|filter| {
        let value = query.change(filter.parameter, filter.means).flatten()?;
        Some((filter.name, value))
    });
    Ok(ListRequest {
        limit: query.int("limit").unwrap_or(USUAL),
        after: after.flatten().unwrap_or(0),
        filters: sent.collect(),
    })
}
