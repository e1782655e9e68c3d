//! The requests closest to a `match`, and their differences from it.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::matching::{Difference, Match};
use crate::control::journal::entry::Entry;
use crate::control::journal::reader::JournalReader;
use crate::control::journal::requests::{self, RequestLine};
use crate::control::problem::Problem;

/// The number of requests that a failure shows.
const MAX_SHOWN: usize = 3;

/// The members of a `match` that have no text of a client.
const OWN_WORDS: [&str; 8] = [
    "api",
    "status",
    "matched",
    "stream",
    "container",
    "ended",
    "bytes",
    "watched",
];

/// Returns the members of a `match` that an entry does not match; a delivery matches only one that names its API.
///
/// # Errors
/// An error of the store.
pub async fn differences(
    reader: &mut JournalReader<'_>,
    wanted: &Match,
    entry: &Entry,
) -> Result<Vec<Difference>, Problem> {
    let summary = reader.summary(entry).await?;
    let headers = entry.headers();
    Ok(wanted.misses(&summary.seen(entry, &headers)))
}

/// A request that came close.
#[derive(Serialize, ToSchema)]
pub struct CloseRequest<'a> {
    #[serde(flatten)]
    line: RequestLine,
    differences: &'a [Difference],
}

/// The closest requests.
pub struct Closest(Vec<(u64, Arc<Entry>, Vec<Difference>)>);

impl Closest {
    /// Selects the closest of these entries; those that match are left out.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn to(
        wanted: &Match,
        reader: &mut JournalReader<'_>,
        entries: Vec<(u64, Arc<Entry>)>,
    ) -> Result<Closest, Problem> {
        let mut close = Vec::new();
        for (seq, entry) in entries {
            let differences = differences(reader, wanted, &entry).await?;
            if !differences.is_empty() {
                close.push((seq, entry, differences));
            }
        }
        // Of two equally close requests, the later one is first.
        close.sort_by_key(|(seq, _, differences)| (differences.len(), Reverse(*seq)));
        close.truncate(MAX_SHOWN);
        for (_, entry, differences) in &mut close {
            let summary = reader.summary(entry).await?;
            let masker = reader.masker(entry, summary).await?;
            for one in differences
                .iter_mut()
                .filter(|one| !OWN_WORDS.contains(&one.member.as_str()))
            {
                masker.json(&mut one.wanted);
                masker.json(&mut one.got);
            }
        }
        Ok(Closest(close))
    }

    /// Describes the closest request's differences; `None` if there is no request.
    pub fn words(&self) -> Option<String> {
        let (seq, _, differences) = self.0.first()?;
        let words: Vec<String> = differences.iter().map(Difference::words).collect();
        Some(format!("request {seq} is closest: {}", words.join("; ")))
    }

    /// Returns all of them as JSON, with their differences.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn shown(&self, reader: &mut JournalReader<'_>) -> Result<Value, Problem> {
        let mut all = Vec::new();
        for (seq, entry, differences) in &self.0 {
            let summary = reader.summary(entry).await?;
            let masker = reader.masker(entry, summary).await?;
            all.push(CloseRequest {
                line: requests::line(*seq, entry, summary, &masker),
                differences,
            });
        }
        Ok(json!(all))
    }
}
