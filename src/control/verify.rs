//! How often something was asked for: counted, and verified, at once or within a time. Waiting is
//! woken by the journal; an answer comes as soon as it is certain.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::asking::Asking;
use super::entry::Entry;
use super::matching::{Difference, Match};
use super::problem::Problem;
use super::{Control, answer, object, only, requests};
use crate::span;
use crate::wire::{Request, Response};

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(300);

/// How many of the closest requests a failure shows.
const CLOSEST: usize = 3;

/// How many requests are wanted.
#[derive(Clone, Copy)]
struct Times {
    least: usize,
    most: Option<usize>,
}

/// Whether there are as many as wanted.
enum Verdict {
    Holds,
    /// It does not hold now, but may later.
    NotYet,
    /// It will not hold whatever comes.
    Fails,
    /// It cannot be known: the journal had no room for all.
    Unknown,
}

impl Times {
    fn read(value: Option<&Value>) -> Result<Times, Problem> {
        const HINT: &str = r#"send {"exactly":1}, {"at_least":1}, {"at_most":1} or both of the last two"#;
        let Some(value) = value else {
            return Ok(Times { least: 1, most: None });
        };
        let Value::Object(members) = value else {
            return Err(Problem::bad_request("`times` is no object", HINT));
        };
        only(members, &["exactly", "at_least", "at_most"])?;
        let number = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(Problem::bad_request(format!("`{name}` is no count: {value}"), HINT)),
            },
        };
        let times = match (number("exactly")?, number("at_least")?, number("at_most")?) {
            (Some(count), None, None) => Times {
                least: count,
                most: Some(count),
            },
            (None, None, None) | (Some(_), _, _) => {
                return Err(Problem::bad_request("`times` says nothing certain", HINT));
            }
            (None, least, most) => Times {
                least: least.unwrap_or(0),
                most,
            },
        };
        match times.most {
            Some(most) if most < times.least => Err(Problem::bad_request("`at_most` is below `at_least`", HINT)),
            _ => Ok(times),
        }
    }

    fn verdict(self, count: usize, missed: u64) -> Verdict {
        match self.most {
            Some(most) if count > most => Verdict::Fails,
            // One that is missed can only make them more.
            Some(_) if missed > 0 => Verdict::Unknown,
            _ if count >= self.least => Verdict::Holds,
            _ => Verdict::NotYet,
        }
    }

    fn words(self) -> String {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => format!("exactly {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("at least {least}"),
        }
    }
}

/// A count that goes on where it was.
struct Tally<'a> {
    wanted: &'a Match,
    asking: Asking<'a>,
    seen: u64,
    cleared: u64,
    missed: u64,
    matching: Vec<u64>,
    /// Entries that do not match yet, but may when they are answered.
    open: Vec<(u64, Arc<Entry>)>,
}

impl<'a> Tally<'a> {
    async fn new(control: &'a Control, wanted: &'a Match) -> Result<Tally<'a>, Problem> {
        Ok(Tally {
            wanted,
            asking: Asking::new(control).await?,
            seen: 0,
            cleared: 0,
            missed: 0,
            matching: Vec::new(),
            open: Vec::new(),
        })
    }

    /// Counts what has come since the last time.
    async fn go_on(&mut self, control: &Control) -> Result<(), Problem> {
        let page = control.journal.since(self.seen);
        if page.cleared > self.cleared {
            self.cleared = page.cleared;
            self.missed = 0;
            self.matching.clear();
            self.open.clear();
        }
        self.missed += page.missed;
        self.seen = page.entries.last().map_or(self.seen, |(seq, _)| *seq);
        let mut look_at = std::mem::take(&mut self.open);
        look_at.extend(page.entries);
        for (seq, entry) in look_at {
            // Asked before it is looked at: an answer that comes between is seen the next time.
            let runs = entry.outcome().is_none();
            if differences(&mut self.asking, self.wanted, &entry).await?.is_empty() {
                self.matching.push(seq);
            } else if runs && self.wanted.needs_status() {
                self.open.push((seq, entry));
            }
        }
        Ok(())
    }
}

async fn differences(asking: &mut Asking<'_>, wanted: &Match, entry: &Entry) -> Result<Vec<Difference>, Problem> {
    let told = asking.tell(entry).await?;
    let headers = entry.headers();
    Ok(wanted.differences(&told.seen(entry, &headers)))
}

fn wanted(members: &serde_json::Map<String, Value>) -> Result<Match, Problem> {
    match members.get("match") {
        Some(value) => Match::read(value),
        None => Err(Problem::bad_request(
            "`match` is missing",
            r#"send {"match":{"action":"create_line"}}; {} matches every request"#,
        )),
    }
}

/// `POST /_linecard/requests/count`.
pub async fn count(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let members = object(request)?;
    only(&members, &["match"])?;
    let wanted = wanted(&members)?;
    let mut tally = Tally::new(control, &wanted).await?;
    tally.go_on(control).await?;
    Ok(answer(
        &json!({ "count": tally.matching.len(), "evicted": tally.missed }),
    ))
}

/// `POST /_linecard/verify`.
pub async fn verify(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let members = object(request)?;
    only(&members, &["match", "times", "within"])?;
    let wanted = wanted(&members)?;
    let times = Times::read(members.get("times"))?;
    let within = members.get("within").map(within).transpose()?.unwrap_or_default();
    let deadline = Instant::now() + within;
    let mut tally = Tally::new(control, &wanted).await?;
    let wait = control.journal.wait();
    loop {
        let mut change = pin!(wait.change());
        change.as_mut().enable();
        tally.go_on(control).await?;
        match times.verdict(tally.matching.len(), tally.missed) {
            Verdict::Holds => {
                let count = tally.matching.len();
                return Ok(answer(
                    &json!({ "verified": true, "count": count, "requests": tally.matching }),
                ));
            }
            Verdict::NotYet if timeout_at(deadline, change).await.is_ok() => {}
            Verdict::NotYet if tally.missed == 0 => return Err(failed(control, times, tally).await?),
            Verdict::Fails => return Err(failed(control, times, tally).await?),
            Verdict::Unknown | Verdict::NotYet => {
                let detail = format!(
                    "{} requests are no longer in the journal and may have matched",
                    tally.missed
                );
                let hint = "DELETE /_linecard/requests before the test, or start with a larger --journal-size";
                return Err(Problem::new(409, "journal_overflow", detail, hint)
                    .with("count", json!(tally.matching.len()))
                    .with("evicted", json!(tally.missed)));
            }
        }
    }
}

/// The refusal that says what came closest.
async fn failed(control: &Control, times: Times, mut tally: Tally<'_>) -> Result<Problem, Problem> {
    let mut close = Vec::new();
    for (seq, entry) in control.journal.since(0).entries {
        let differences = differences(&mut tally.asking, tally.wanted, &entry).await?;
        if !differences.is_empty() {
            close.push((seq, entry, differences));
        }
    }
    // Of two that are as close, the later one.
    close.sort_by_key(|(seq, _, differences)| (differences.len(), std::cmp::Reverse(*seq)));
    close.truncate(CLOSEST);
    let too_many = times.most.is_some_and(|most| tally.matching.len() > most);
    let hint = match close.first() {
        _ if too_many => "`requests` has the numbers of those that match".to_owned(),
        None => "the journal has no other request".to_owned(),
        Some((seq, _, differences)) => {
            let words: Vec<String> = differences
                .iter()
                .map(|one| format!("{} is {}, not {}", one.member, one.got, one.wanted))
                .collect();
            format!("request {seq} is closest: {}", words.join("; "))
        }
    };
    let mut closest = Vec::new();
    for (seq, entry, differences) in &close {
        let mut shown = requests::line(*seq, entry, tally.asking.tell(entry).await?);
        let differences = differences
            .iter()
            .map(|one| json!({ "member": one.member, "wanted": one.wanted, "got": one.got }));
        shown.insert("differences".into(), differences.collect());
        closest.push(Value::Object(shown));
    }
    let count = tally.matching.len();
    let matched = match count {
        1 => "1 request matches".to_owned(),
        count => format!("{count} requests match"),
    };
    let detail = format!("{matched}, {} wanted", times.words());
    Ok(Problem::new(409, "not_verified", detail, hint)
        .with("count", json!(count))
        .with("requests", json!(tally.matching))
        .with("closest", json!(closest)))
}

/// A time to wait: `500ms`, `5s`, `2m`.
fn within(value: &Value) -> Result<Duration, Problem> {
    let read = value.as_str().and_then(|text| span::up_to(text, LONGEST));
    read.ok_or_else(|| {
        Problem::bad_request(
            format!("`within` is no time: {value}"),
            "write it as 500ms, 5s or 2m; five minutes at most",
        )
    })
}
