//! Table lists: how each is searched, sorted and filtered, and the parameters for it (contract, section 6).

use rusqlite::types::Value;

use super::input::Input;
use super::shape::Shape;
use crate::dialects::php::scalar::whole_int;
use crate::panel::{Error, Result};
use crate::store::list::ListQuery;
use crate::store::view::Column;
use crate::time::{Zone, parse_date};

/// Rows of a page if the request sets no limit.
const DEFAULT_LIMIT: i64 = 50;

/// A table list of the Admin API. Its names are columns and filters of the shape's view.
#[derive(Debug)]
pub struct Listing {
    pub shape: &'static Shape,
    /// A filter that is always applied.
    pub only: Option<&'static str>,
    /// Columns that `search[value]` searches, separated by spaces.
    pub search: &'static str,
    /// Columns by the index of `order[0][column]`.
    pub order: &'static [(i64, &'static str)],
    pub filter: Filter,
    /// Parameters that restrict the list to the rows of one thing: (parameter, filter).
    pub narrow: &'static [(&'static str, &'static str)],
    /// Whether `range` restricts it to days.
    pub range: bool,
    /// The most rows of a page.
    pub most: i64,
    /// Whether the row of the caller's own account is left out.
    pub without_caller: bool,
}

/// The meaning of the parameter `filter`.
#[derive(Debug)]
pub enum Filter {
    None,
    /// Numbers with their filters.
    Numbered(&'static [(i64, &'static str)]),
    /// As `Numbered`; every other number is the value of this filter.
    NumberedElse(&'static [(i64, &'static str)], &'static str),
    /// A text is the value of this filter.
    Exactly(&'static str),
}

impl Listing {
    /// Creates a list without filters, to be completed with struct update syntax.
    pub const fn new(shape: &'static Shape, search: &'static str, order: &'static [(i64, &'static str)]) -> Listing {
        Listing {
            shape,
            only: None,
            search,
            order,
            filter: Filter::None,
            narrow: &[],
            range: false,
            most: i64::MAX,
            without_caller: false,
        }
    }

    /// Returns the parameters of this list beyond those of every list.
    pub fn extra_params(&self) -> impl Iterator<Item = &'static str> {
        self.narrow
            .iter()
            .map(|(name, _)| *name)
            .chain(self.range.then_some("range"))
    }

    /// Returns the values of `filter`, for the generated pages.
    pub fn filter_names(&self) -> String {
        let numbered = |numbers: &[(i64, &str)]| {
            numbers
                .iter()
                .map(|(number, name)| format!("{number} {name}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match &self.filter {
            Filter::None => String::new(),
            Filter::Numbered(numbers) => numbered(numbers),
            Filter::NumberedElse(numbers, other) => format!("{}, another number the {other}", numbered(numbers)),
            Filter::Exactly(name) => format!("the exact {name}"),
        }
    }

    /// Parses a request for the list.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a negative `start` or `limit` and for text in place of a number;
    /// [`Error::InvalidDate`] for a malformed `range`.
    pub fn parse(&self, input: &Input, zone: Zone) -> Result<ListRequest> {
        let start = at_least_zero(input, "start")?.unwrap_or(0);
        let limit = at_least_zero(input, "limit")?
            .filter(|limit| *limit > 0)
            .unwrap_or(DEFAULT_LIMIT)
            .min(self.most);
        let view = self.shape.view;
        let mut filters: Vec<(&'static str, Option<Value>)> = self.only.map(|name| (name, None)).into_iter().collect();
        filters.extend(self.filter(input));
        for (param, filter) in self.narrow {
            let Some(text) = input.text(param)? else {
                continue;
            };
            let id = whole_int(&text).ok_or(Error::Invalid((*param).into()))?;
            filters.push((filter, Some(Value::Integer(id))));
        }
        if self.range
            && let Some(range) = input.text("range")?
        {
            let (from, before) = days(&range, zone).ok_or(Error::InvalidDate("range".into()))?;
            filters.push(("from", Some(Value::Integer(from))));
            filters.push(("before", Some(Value::Integer(before))));
        }
        let query = ListQuery {
            filters,
            search: self.search(input),
            order: self.order(input),
            start,
            limit: Some(limit),
            ..ListQuery::all(view)
        };
        Ok(ListRequest { query, limit })
    }

    fn filter(&self, input: &Input) -> Option<(&'static str, Option<Value>)> {
        let text = input.scalar("filter").filter(|text| !text.is_empty())?;
        let numbered = |numbers: &[(i64, &'static str)], number: i64| {
            let filter = numbers.iter().find(|(of, _)| *of == number);
            filter.map(|(_, name)| (*name, None))
        };
        match &self.filter {
            Filter::None => None,
            Filter::Numbered(numbers) => numbered(numbers, whole_int(&text)?),
            Filter::NumberedElse(numbers, other) => {
                let number = whole_int(&text)?;
                Some(numbered(numbers, number).unwrap_or((other, Some(Value::Integer(number)))))
            }
            Filter::Exactly(filter) => Some((filter, Some(Value::Text(text.into_owned())))),
        }
    }

    fn search(&self, input: &Input) -> Option<(String, Vec<Column>)> {
        let needle = input.inner("search", "value").filter(|needle| !needle.is_empty())?;
        let columns = self
            .search
            .split_whitespace()
            .filter_map(|name| self.shape.view.column(name))
            .collect();
        Some((needle.into_owned(), columns))
    }

    fn order(&self, input: &Input) -> Option<(Column, bool)> {
        let down = input.first_inner("order", "dir").as_deref() == Some("desc");
        let index = input.first_inner("order", "column").and_then(|index| whole_int(&index));
        let name = index
            .and_then(|index| self.order.iter().find(|(of, _)| *of == index))
            .map(|(_, name)| *name);
        // An unknown index sorts by id, in the requested direction.
        let name = name.or_else(|| down.then_some(self.shape.view.key))?;
        self.shape.view.column(name).map(|column| (column, down))
    }
}

/// A parsed request for a list.
#[derive(Debug)]
pub struct ListRequest {
    pub query: ListQuery,
    pub limit: i64,
}

/// Parses a number of a list; text that is not a whole number counts as missing.
fn at_least_zero(input: &Input, name: &'static str) -> Result<Option<i64>> {
    match input.scalar(name).and_then(|text| whole_int(&text)) {
        Some(number) if number < 0 => Err(Error::Invalid(name.into())),
        other => Ok(other),
    }
}

/// Parses `YYYY-MM-DD - YYYY-MM-DD`, both days included, into instants: the first is included, the second is
/// not.
fn days(range: &str, zone: Zone) -> Option<(i64, i64)> {
    let (first, last) = range.split_once(" - ")?;
    let (first, last) = (parse_date(first)?, parse_date(last)?.succ_opt()?);
    Some((
        zone.instant(first.and_hms_opt(0, 0, 0)?),
        zone.instant(last.and_hms_opt(0, 0, 0)?),
    ))
}
