//! Counts and verifies requests, immediately or within a time. The journal wakes a waiting verification, which
//! is answered as soon as the result is certain.

pub mod closest;
pub mod matching;
pub mod order;
pub mod text;
pub mod times;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;
use super::journal::requests;
use super::members::{Leaf, answer, body, leaves, read};
use super::problem::Problem;
use crate::http::{Request, Response};
use crate::openapi::typed::{of_types, schemas};
use crate::span;
use closest::{Closest, differences};
use matching::{Match, SentMatch};
use order::{Order, Steps};
use times::{Times, Verdict};

/// The longest `within`.
const MAX_WAIT: Duration = Duration::from_secs(300);

/// How often streams are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A count of matching requests that continues where it stopped.
struct Tally<'a> {
    wanted: &'a Match,
    reader: JournalReader<'a>,
    seen: u64,
    cleared: u64,
    missed: u64,
    matching: Vec<u64>,
    /// Entries that do not match now, but may when they are answered.
    open: Vec<(u64, Arc<Entry>)>,
}

impl<'a> Tally<'a> {
    async fn new(control: &'a Control, wanted: &'a Match) -> Result<Tally<'a>, Problem> {
        Ok(Tally {
            wanted,
            reader: JournalReader::new(control).await?,
            seen: 0,
            cleared: 0,
            missed: 0,
            matching: Vec::new(),
            open: Vec::new(),
        })
    }

    /// Counts the requests since the last call.
    async fn update(&mut self, control: &Control) -> Result<(), Problem> {
        let page = control.journal.since(self.seen);
        if page.cleared > self.cleared {
            self.cleared = page.cleared;
            self.missed = 0;
            self.matching.clear();
            self.open.clear();
        }
        self.missed += page.missed;
        self.seen = page.entries.last().map_or(self.seen, |(seq, _)| *seq);
        let mut entries = std::mem::take(&mut self.open);
        entries.extend(page.entries);
        for (seq, entry) in entries {
            // Read before the comparison, so that an answer in between is seen by the next call.
            let is_running = entry.outcome().is_none();
            if differences(&mut self.reader, self.wanted, &entry).await?.is_empty() {
                self.matching.push(seq);
            } else if is_running && self.wanted.late_member().is_some() {
                self.open.push((seq, entry));
            }
        }
        Ok(())
    }
}

body! {
    /// Which requests are counted.
    pub struct CountRequest {
        #[deserr(rename = "match")]
        #[serde(rename = "match")]
        #[schema(required = true)]
        wanted?: SentMatch,
    }
}

body! {
    /// Which requests must have come, and how many or in which order.
    pub struct VerifyRequest {
        #[deserr(rename = "match")]
        #[serde(rename = "match")]
        wanted?: SentMatch,
        times?: Times,
        within?: Within,
        order?: Steps,
    }
}

/// How many requests match.
#[derive(Serialize, ToSchema)]
pub struct Counted {
    count: usize,
    evicted: u64,
}

/// What was verified, with the numbers of the requests.
#[derive(Serialize, ToSchema)]
pub struct Verified {
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    count: Option<usize>,
    requests: Vec<u64>,
}

/// A time to wait: `500ms`, `5s`, `2m`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within(pub Duration);

leaves!(Within);
schemas! {
    Within => of_types([Type::String], "How long to wait: `500ms`, `5s` or `2m`; five minutes at most.");
}

impl Leaf for Within {
    fn read(value: &Value, name: &str) -> Result<Within, Problem> {
        let parsed = value.as_str().and_then(|text| span::up_to(text, MAX_WAIT));
        parsed.map(Within).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no time: {value}"),
                "write it as 500ms, 5s or 2m; five minutes at most",
            )
        })
    }
}

/// Returns the `match` of a body that must have one.
fn wanted(control: &Control, sent: Option<SentMatch>) -> Result<Match, Problem> {
    let missing = || {
        Problem::bad_request(
            "`match` is missing",
            r#"send {"match":{"action":"create_line"}}; {} matches every request"#,
        )
    };
    admitted(control, sent.ok_or_else(missing)?)
}

/// Returns the `match` of a caller.
///
/// # Errors
/// It is too large, or a problem that names the member.
fn admitted(control: &Control, sent: SentMatch) -> Result<Match, Problem> {
    sent.admit(control.dialects(), &control.limits.faults)
}

/// `POST /_linecard/requests/count`.
pub async fn count(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let sent: CountRequest = read(request)?;
    let wanted = wanted(control, sent.wanted)?;
    let mut tally = Tally::new(control, &wanted).await?;
    tally.update(control).await?;
    Ok(answer(&Counted {
        count: tally.matching.len(),
        evicted: tally.missed,
    }))
}

/// `POST /_linecard/verify`.
pub async fn verify(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let sent: VerifyRequest = read(request)?;
    let deadline = Instant::now() + sent.within.unwrap_or_default().0;
    if let Some(Steps(steps)) = sent.order {
        let order = Order::new(control, sent.wanted, sent.times, steps)?;
        return order::verify(control, order, deadline).await;
    }
    let wanted = wanted(control, sent.wanted)?;
    let times = sent.times.unwrap_or_default();
    let mut tally = Tally::new(control, &wanted).await?;
    let wait = control.journal.wait();
    loop {
        let mut change = pin!(wait.change());
        change.as_mut().enable();
        tally.update(control).await?;
        match times.verdict(tally.matching.len(), tally.missed) {
            Verdict::Holds => {
                return Ok(answer(&Verified {
                    verified: true,
                    count: Some(tally.matching.len()),
                    requests: tally.matching,
                }));
            }
            Verdict::NotYet
                if !control.journal.is_closed() && changed(change, deadline, wanted.follows_streams()).await => {}
            Verdict::NotYet if tally.missed == 0 => return Err(failed(control, times, tally).await?),
            Verdict::Fails => return Err(failed(control, times, tally).await?),
            Verdict::Unknown | Verdict::NotYet => {
                return Err(overflow(control, tally.missed, ("count", json!(tally.matching.len()))));
            }
        }
    }
}

/// Waits for a change of the journal, and returns whether there may be one before the deadline. Of what a stream sends
/// nobody is told, so it is looked at again and again.
async fn changed(change: impl Future<Output = ()>, deadline: Instant, follows_streams: bool) -> bool {
    let look = Instant::now() + LOOK;
    let next = if follows_streams { deadline.min(look) } else { deadline };
    timeout_at(next, change).await.is_ok() || next < deadline
}

/// Builds the problem with the closest requests.
async fn failed(control: &Control, times: Times, mut tally: Tally<'_>) -> Result<Problem, Problem> {
    let closest = Closest::to(tally.wanted, &mut tally.reader, control.journal.since(0).entries).await?;
    let count = tally.matching.len();
    let too_many = times.most.is_some_and(|most| count > most);
    let hint = match too_many {
        true => "`requests` has the numbers of those that match".to_owned(),
        false => closest
            .words()
            .unwrap_or_else(|| "the journal has no other request".into()),
    };
    let matched = match count {
        1 => "1 request matches".to_owned(),
        count => format!("{count} requests match"),
    };
    let detail = format!("{matched}, {} wanted", times.words());
    Ok(Problem::new(409, "not_verified", detail, hint)
        .with("count", json!(count))
        .with("requests", json!(tally.matching))
        .with("closest", closest.shown(&mut tally.reader).await?))
}

/// Builds the problem of a result that cannot be known because the journal evicted requests.
pub fn overflow(control: &Control, evicted: u64, found: (&'static str, Value)) -> Problem {
    let gone = requests::with_verb(evicted);
    let detail = format!("{gone} no longer in the journal and may have matched");
    let hint = format!(
        "DELETE /_linecard/requests before the test, or start with a larger {}",
        control.journal.tight_option()
    );
    let problem = Problem::new(409, "journal_overflow", detail, hint);
    problem.with(found.0, found.1).with("evicted", json!(evicted))
}
