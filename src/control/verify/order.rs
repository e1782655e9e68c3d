//! Verifies an order of requests: each step matches a request after the one of the step before, with any others
//! in between. `match` selects the requests to compare; without it these are all.

use std::pin::pin;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::closest::{Closest, differences};
use super::matching::{Match, SentMatch};
use super::times::Times;
use super::{Verified, admitted, changed, overflow};
use crate::control::Control;
use crate::control::journal::entry::Entry;
use crate::control::journal::reader::JournalReader;
use crate::control::members::{Leaf, answer, leaves};
use crate::control::problem::Problem;
use crate::http::Response;
use crate::openapi::typed::{any_of_lines, schemas};

/// The largest number of steps.
const MAX_STEPS: usize = 1_000;

const HINT: &str = r#"send {"order":[{"action":"create_line"},{"action":"get_line"}]}"#;

/// The steps as they are sent.
#[derive(Debug)]
pub struct Steps(pub Vec<SentMatch>);

leaves!(Steps);
schemas! {
    Steps with SentMatch => any_of_lines(&["Match[]"], "Matches, each of which must be found after the one before.");
}

impl Leaf for Steps {
    fn read(value: &Value, name: &str) -> Result<Steps, Problem> {
        let steps = value.as_array().filter(|steps| (1..=MAX_STEPS).contains(&steps.len()));
        let none = || Problem::bad_request(format!("`{name}` is no list of 1 to {MAX_STEPS} steps"), HINT);
        let steps = steps.ok_or_else(none)?.iter().zip(1..);
        let steps =
            steps.map(|(step, number)| SentMatch::read(step, "match").map_err(|problem| of_step(number, problem)));
        steps.collect::<Result<_, _>>().map(Steps)
    }
}

fn of_step(number: usize, problem: Problem) -> Problem {
    Problem {
        detail: format!("step {number}: {}", problem.detail),
        ..problem
    }
}

/// What is verified.
pub struct Order {
    /// Which requests are compared; all without it, deliveries of webhooks too.
    among: Option<Match>,
    steps: Vec<Match>,
}

impl Order {
    /// Returns what a caller wants verified.
    ///
    /// # Errors
    /// A problem that names the step or the member.
    pub fn new(
        control: &Control,
        among: Option<SentMatch>,
        times: Option<Times>,
        steps: Vec<SentMatch>,
    ) -> Result<Order, Problem> {
        if times.is_some() {
            let hint = "leave `times` out: a step that is to come twice stands in `order` twice";
            return Err(Problem::bad_request("`times` says nothing beside `order`", hint));
        }
        let steps = steps
            .into_iter()
            .zip(1..)
            .map(|(step, number)| admitted(control, step).map_err(|problem| of_step(number, problem)));
        Ok(Order {
            among: among.map(|among| admitted(control, among)).transpose()?,
            steps: steps.collect::<Result<_, _>>()?,
        })
    }

    fn matches(&self) -> impl Iterator<Item = &Match> {
        self.among.iter().chain(&self.steps)
    }

    /// Whether an entry is compared with the steps.
    async fn compares(&self, reader: &mut JournalReader<'_>, entry: &Entry) -> Result<bool, Problem> {
        match &self.among {
            Some(among) => holds(reader, among, entry).await,
            None => Ok(true),
        }
    }

    /// Whether a later answer can change which requests match.
    fn needs_answers(&self) -> bool {
        self.matches().any(|one| one.late_member().is_some())
    }
}

/// The steps matched so far. Each step takes the first request that matches: any later one would leave fewer
/// for the steps that follow.
#[derive(Clone, Default)]
struct Walk {
    /// The numbers of the steps' requests.
    found: Vec<u64>,
    /// The number of the last request compared.
    seen: u64,
}

/// The part of the result that later answers cannot change; each call continues from there.
struct Progress {
    settled: Walk,
    cleared: u64,
    missed: u64,
}

impl Progress {
    /// Compares the requests since then; one that still runs may match an earlier step later.
    async fn update(
        &mut self,
        control: &Control,
        reader: &mut JournalReader<'_>,
        order: &Order,
    ) -> Result<Walk, Problem> {
        let page = control.journal.since(self.settled.seen);
        if page.cleared > self.cleared {
            self.cleared = page.cleared;
            self.missed = 0;
            self.settled.found.clear();
        }
        self.missed += page.missed;
        self.settled.seen = self.settled.seen.max(page.gone);
        let mut walk = self.settled.clone();
        let mut certain = true;
        for (seq, entry) in page.entries {
            // Read before the comparison, so that an answer in between is seen by the next call.
            certain &= entry.outcome().is_some() || !order.needs_answers();
            let Some(step) = order.steps.get(walk.found.len()) else {
                break;
            };
            walk.seen = seq;
            if order.compares(reader, &entry).await? && holds(reader, step, &entry).await? {
                walk.found.push(seq);
            }
            if certain {
                self.settled = walk.clone();
            }
        }
        Ok(walk)
    }
}

async fn holds(reader: &mut JournalReader<'_>, wanted: &Match, entry: &Entry) -> Result<bool, Problem> {
    Ok(differences(reader, wanted, entry).await?.is_empty())
}

/// Verifies an order.
///
/// # Errors
/// A problem that names the step that was not found, and the closest requests.
pub async fn verify(control: &Control, order: Order, deadline: Instant) -> Result<Response, Problem> {
    let mut reader = JournalReader::new(control).await?;
    let mut progress = Progress {
        settled: Walk::default(),
        cleared: 0,
        missed: 0,
    };
    let wait = control.journal.wait();
    loop {
        let mut change = pin!(wait.change());
        change.as_mut().enable();
        let walk = progress.update(control, &mut reader, &order).await?;
        let Some(step) = order.steps.get(walk.found.len()) else {
            return Ok(answer(&Verified {
                verified: true,
                count: None,
                requests: walk.found,
            }));
        };
        let follows = order.matches().any(Match::follows_streams);
        if control.journal.is_closed() || !changed(change, deadline, follows).await {
            return Err(match progress.missed {
                0 => failed(control, &mut reader, &order, step, walk.found).await?,
                missed => overflow(control, missed, ("requests", json!(walk.found))),
            });
        }
    }
}

/// Builds the problem of the step that was not found, with the closest requests.
async fn failed(
    control: &Control,
    reader: &mut JournalReader<'_>,
    order: &Order,
    step: &Match,
    found: Vec<u64>,
) -> Result<Problem, Problem> {
    let (number, all) = (found.len() + 1, order.steps.len());
    let after = found.last().copied();
    let (mut early, mut later) = (None, Vec::new());
    for (seq, entry) in among(control, reader, order).await? {
        if Some(seq) > after {
            later.push((seq, entry));
        } else if !found.contains(&seq) && holds(reader, step, &entry).await? {
            early = Some(seq);
        }
    }
    let is_last = later.is_empty();
    let closest = Closest::to(step, reader, later).await?;
    let place = after.map_or_else(String::new, |seq| format!(" after request {seq}"));
    let hint = match early {
        Some(seq) => format!(
            "request {seq} matches it, but came before{}",
            place.trim_start_matches(" after")
        ),
        None if is_last => format!("no request came{place}"),
        None => closest.words().unwrap_or_default(),
    };
    let detail = format!("step {number} of {all} was not found{place}");
    Ok(Problem::new(409, "not_verified", detail, hint)
        .with("step", json!(number))
        .with("requests", json!(found))
        .with("closest", closest.shown(reader).await?))
}

/// Returns the requests that `match` selects.
async fn among(
    control: &Control,
    reader: &mut JournalReader<'_>,
    order: &Order,
) -> Result<Vec<(u64, Arc<Entry>)>, Problem> {
    let mut all = Vec::new();
    for (seq, entry) in control.journal.since(0).entries {
        if order.compares(reader, &entry).await? {
            all.push((seq, entry));
        }
    }
    Ok(all)
}
