//! The journal's endpoints that show requests: all, one, and those in which something is odd.

use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

use super::journal::{Asking, Entry, Told};
use super::matching::Match;
use super::problem::Problem;
use super::{Control, answer, masking, nearest, time};
use crate::wire::describe::Finding;
use crate::wire::php::form::{Form, Limits};
use crate::wire::{Request, Response};

/// How many requests one answer has when nothing else is asked for.
const LIMIT: usize = 1000;

const FILTERS: [&str; 7] = ["since", "limit", "api", "action", "user", "status", "unmatched"];

/// `GET /_linecard/requests`.
pub async fn list(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let query = Form::parse(request.query.as_bytes(), Limits::PHP);
    if let Some((name, _)) = query.iter().find(|(name, _)| !FILTERS.contains(name)) {
        let hint = format!("there are {}{}", FILTERS.join(", "), nearest(name, &FILTERS));
        return Err(Problem::bad_request(format!("there is no filter {name:?}"), hint));
    }
    let number = |name: &str| match query.text(name) {
        None => Ok(None),
        Some(text) => text
            .parse::<u64>()
            .map(Some)
            .map_err(|_| Problem::bad_request(format!("`{name}` is no number: {text:?}"), format!("send {name}=10"))),
    };
    let (since, limit) = (number("since")?.unwrap_or(0), number("limit")?);
    let limit = limit.map_or(LIMIT, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut wanted = Map::new();
    for name in ["api", "action", "user"] {
        if let Some(text) = query.text(name) {
            wanted.insert(name.into(), if text.is_empty() { Value::Null } else { text.into() });
        }
    }
    if let Some(status) = number("status")? {
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
    let wanted = Match::read(&Value::Object(wanted))?;

    let mut asking = Asking::new(control).await?;
    let page = control.journal.since(since);
    let (mut shown, mut more) = (Vec::new(), false);
    for (seq, entry) in &page.entries {
        let told = asking.tell(entry).await?;
        let headers = entry.headers();
        if !wanted.holds(&told.seen(entry, &headers)) {
            continue;
        }
        if shown.len() == limit {
            more = true;
            break;
        }
        shown.push(whole(*seq, entry, told));
    }
    Ok(answer(
        &json!({ "requests": shown, "more": more, "evicted": page.missed }),
    ))
}

/// `GET /_linecard/requests/{seq}`.
pub async fn one(control: &Control, seq: String) -> Result<Response, Problem> {
    let mut asking = Asking::new(control).await?;
    let page = control.journal.since(0);
    let number = seq.parse::<u64>().ok();
    let found = page.entries.iter().find(|(of, _)| Some(*of) == number);
    let Some((seq, entry)) = found else {
        let hint = match (page.entries.first(), page.entries.last()) {
            (Some((first, _)), Some((last, _))) => format!("there are {first} to {last}"),
            _ => "there are none".to_owned(),
        };
        return Err(Problem::not_found(format!("there is no request {seq:?}"), hint));
    };
    Ok(answer(&whole(*seq, entry, asking.tell(entry).await?)))
}

/// `DELETE /_linecard/requests`.
pub fn clear(control: &Control) -> Result<Response, Problem> {
    Ok(answer(&json!({ "deleted": control.journal.clear() })))
}

/// `GET /_linecard/unmatched`.
pub async fn unmatched(control: &Control) -> Result<Response, Problem> {
    let mut asking = Asking::new(control).await?;
    let page = control.journal.since(0);
    let mut odd = Vec::new();
    for (seq, entry) in &page.entries {
        let told = asking.tell(entry).await?;
        let findings = &told.described.findings;
        if told.described.matched && findings.is_empty() {
            continue;
        }
        let mut members = line(*seq, entry, told);
        members.insert("near_misses".into(), findings.iter().map(found).collect());
        odd.push(Value::Object(members));
    }
    Ok(answer(&json!({ "unmatched": odd, "evicted": page.missed })))
}

fn found(finding: &Finding) -> Value {
    json!({ "kind": finding.kind, "hint": finding.hint })
}

/// A request in short.
pub fn line(seq: u64, entry: &Entry, told: &Told) -> Map<String, Value> {
    let members = [
        ("seq", json!(seq)),
        ("method", json!(entry.method())),
        ("url", json!(masking::url(entry.url()))),
        ("api", json!(told.described.api.name())),
        ("action", json!(told.described.action)),
        ("status", json!(entry.outcome().map(|outcome| outcome.status))),
    ];
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// A request as a whole.
fn whole(seq: u64, entry: &Entry, told: &Told) -> Value {
    let headers = entry.headers();
    let mut shown = Map::new();
    for (name, value) in &headers {
        let value = masking::header(name, value);
        let all = match shown.get(*name).and_then(Value::as_str) {
            Some(others) => format!("{others}, {value}"),
            None => value,
        };
        shown.insert((*name).to_owned(), all.into());
    }
    let content_type = headers.iter().find(|(name, _)| *name == "content-type");
    let content_type = content_type.map(|(_, value)| *value);
    let outcome = entry.outcome();
    json!({
        "seq": seq,
        "at": time::printed(entry.at),
        "at_real": real(entry.at_real),
        "peer": entry.peer.to_string(),
        "method": entry.method(),
        "url": masking::url(entry.url()),
        "api": told.described.api.name(),
        "action": told.described.action,
        "matched": told.described.matched,
        "headers": shown,
        "body": masking::body(&entry.body, content_type, &told.described.form),
        "user": told.shown_user,
        "auth": outcome.and_then(|outcome| outcome.auth.name()),
        "status": outcome.map(|outcome| outcome.status),
        "bytes": outcome.map(|outcome| outcome.bytes),
        "us": outcome.map(|outcome| u64::try_from(outcome.us).unwrap_or(u64::MAX)),
        "diagnostics": told.described.findings.iter().map(found).collect::<Vec<_>>(),
    })
}

/// The system's time as it is printed, to the millisecond.
fn real(seconds: f64) -> Option<String> {
    let since = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    let whole = i64::try_from(since.as_secs()).ok()?;
    let at = DateTime::from_timestamp(whole, since.subsec_nanos())?;
    Some(at.to_rfc3339_opts(SecondsFormat::Millis, true))
}
