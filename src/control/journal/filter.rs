//! The filters of a listing, from its query: the members of a `match` that fit in a query, the fault, and the
//! range.

use serde_json::{Map, Value};

use super::entry::{Entry, RequestSummary};
use super::reader::JournalReader;
use crate::control::members::deserialize;
use crate::control::problem::Problem;
use crate::control::verify::matching::{Match, Text};
use crate::dialects::Dialects;
use crate::dialects::php::form::{Form, Limits};
use crate::http::Request;
use crate::spelling::nearest;

/// A filter of requests.
#[derive(Debug, Default)]
pub struct Filter {
    /// Only requests with larger numbers; `None` if the query has no `since`.
    pub since: Option<u64>,
    /// The largest number of requests in the answer.
    pub limit: Option<usize>,
    wanted: Match,
    fault: Option<Text>,
}

/// The filters of a listing that is not a stream.
pub const LISTING: [&str; 8] = [
    "since",
    "limit",
    "api",
    "action",
    "user",
    "status",
    "unmatched",
    "fault",
];

impl Filter {
    /// Parses the query of a listing, which may have the filters `known`.
    ///
    /// # Errors
    /// A problem that names the filter.
    pub fn from_request(dialects: Dialects, request: &Request<'_>, known: &[&str]) -> Result<Filter, Problem> {
        let query = query(request, known)?;
        let limit = number(&query, "limit")?;
        Ok(Filter {
            since: number(&query, "since")?,
            limit: limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            wanted: wanted(dialects, &query)?,
            fault: query.text("fault").map(Text::parse),
        })
    }

    /// Returns the parsed request of an entry that matches.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn matching<'e>(
        &self,
        reader: &mut JournalReader<'_>,
        entry: &'e Entry,
    ) -> Result<Option<&'e RequestSummary>, Problem> {
        if self.fault.as_ref().is_some_and(|fault| !fault.holds(entry.fault())) {
            return Ok(None);
        }
        let summary = reader.summary(entry).await?;
        let headers = entry.headers();
        Ok(self.wanted.holds(&summary.seen(entry, &headers)).then_some(summary))
    }
}

/// Parses a query that may have only the filters `known`.
///
/// # Errors
/// A problem that names the filter.
pub fn query(request: &Request<'_>, known: &[&str]) -> Result<Form, Problem> {
    let query = Form::parse(request.query.as_bytes(), Limits::PHP);
    if let Some((name, _)) = query.iter().find(|(name, _)| !known.contains(name)) {
        let hint = format!("there are {}{}", known.join(", "), nearest(name, known));
        return Err(Problem::bad_request(format!("there is no filter {name:?}"), hint));
    }
    Ok(query)
}

/// Parses a number of a query.
///
/// # Errors
/// A problem that names it.
pub fn number(query: &Form, name: &str) -> Result<Option<u64>, Problem> {
    let wrong = |text: &str| {
        let detail = format!("`{name}` is no number: {text:?}");
        Problem::bad_request(detail, format!("send {name}=10"))
    };
    let text = query.text(name);
    text.map(|text| text.parse().map_err(|_| wrong(text))).transpose()
}

/// Builds the `match` of the filters. An empty filter matches requests without the value.
fn wanted(dialects: Dialects, query: &Form) -> Result<Match, Problem> {
    let mut wanted = Map::new();
    for name in ["api", "action", "user"] {
        if let Some(text) = query.text(name) {
            wanted.insert(name.into(), if text.is_empty() { Value::Null } else { text.into() });
        }
    }
    if let Some(status) = number(query, "status")? {
        wanted.insert("status".into(), status.into());
    }
    match query.text("unmatched") {
        None | Some("0") => {}
        Some("1") => drop(wanted.insert("matched".into(), false.into())),
        Some(other) => {
            let detail = format!("`unmatched` is neither 0 nor 1: {other:?}");
            return Err(Problem::bad_request(detail, "send unmatched=1"));
        }
    }
    deserialize::<Match>(&Value::Object(wanted))?.checked(dialects)
}
