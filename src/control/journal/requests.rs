//! The journal's endpoints that show requests: all, one, and the suspicious ones.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

use super::entry::{Entry, RequestSummary};
use super::filter::{Filter, LISTING};
use super::listing::{self, ListForm};
use super::masking;
use super::reader::JournalReader;
use crate::control::Control;
use crate::control::clock::instants;
use crate::control::members::answer;
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::dialects::near_miss::NearMiss;
use crate::http::trace::Handler;
use crate::http::{Request, Response};
use crate::panel::secrets::masker::Masker;
use crate::panel::viewers::EndReason;

/// The default of `limit`.
const LIMIT: usize = 1000;

/// `GET /_linecard/requests`.
pub async fn list(control: &Arc<Control>, request: &Request<'_>) -> Result<Response, Problem> {
    let filter = Filter::from_request(control.dialects(), request, &LISTING)?;
    let limit = filter.limit.unwrap_or(LIMIT);
    let form = ListForm {
        begin: r#"{"requests":["#.to_owned(),
        keeps: |_, _| true,
        entry: whole,
        end: |end| format!(r#"],"more":{},"evicted":{}}}"#, end.more, end.missed),
    };
    listing::answer(control, request, filter, limit, form).await
}

/// `GET /_linecard/requests/{seq}`.
pub async fn one(control: &Control, seq: String) -> Result<Response, Problem> {
    let mut reader = JournalReader::new(control).await?;
    let page = control.journal.since(0);
    let number = control.seq_of(&seq);
    let found = page.entries.iter().find(|(of, _)| Some(*of) == number);
    let Some((seq, entry)) = found else {
        let hint = match (page.entries.first(), page.entries.last()) {
            (Some((first, _)), Some((last, _))) => format!("there are {first} to {last}"),
            _ => "there are none".to_owned(),
        };
        return Err(Problem::not_found(format!("there is no request {seq:?}"), hint));
    };
    let summary = reader.summary(entry).await?;
    let masker = reader.masker(entry, summary).await?;
    Ok(answer(&whole(control, *seq, entry, summary, &masker)))
}

/// `DELETE /_linecard/requests`.
pub fn clear(control: &Control) -> Result<Response, Problem> {
    Ok(answer(&json!({ "deleted": control.journal.clear().len() })))
}

/// `GET /_linecard/unmatched`.
pub async fn unmatched(control: &Arc<Control>, request: &Request<'_>) -> Result<Response, Problem> {
    let form = ListForm {
        begin: r#"{"unmatched":["#.to_owned(),
        keeps: is_suspicious,
        entry: suspicious,
        end: |end| format!(r#"],"evicted":{}}}"#, end.missed),
    };
    listing::answer(control, request, Filter::default(), usize::MAX, form).await
}

/// Whether a request is suspicious.
pub fn is_suspicious(entry: &Entry, summary: &RequestSummary) -> bool {
    !summary.described.matched || entry.near_misses(summary).next().is_some()
}

/// Builds a suspicious request with its near misses.
pub fn suspicious(_: &Control, seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Value {
    let near_misses: Vec<Value> = entry
        .near_misses(summary)
        .map(|one| near_miss_json(one, masker))
        .collect();
    let mut members = line(seq, entry, summary, masker);
    members.insert("near_misses".into(), near_misses.into());
    Value::Object(members)
}

fn near_miss_json(near_miss: &NearMiss, masker: &Masker) -> Value {
    json!({ "kind": near_miss.kind, "hint": masker.text(&near_miss.whole_hint()) })
}

/// Masks the known secrets in the members of a request that have a client's text.
fn masked(members: &mut Map<String, Value>, summary: &RequestSummary, masker: &Masker) {
    const SENT: [&str; 7] = ["method", "url", "action", "headers", "body", "user", "fault"];
    for (name, value) in members {
        // The name of an action that exists is the panel's own text.
        let is_own = name == "action" && summary.described.matched;
        if SENT.contains(&name.as_str()) && !is_own {
            masker.json(value);
        }
    }
}

/// Returns the number of requests with the verb.
pub fn with_verb(count: u64) -> String {
    match count {
        1 => "1 request is".to_owned(),
        count => format!("{count} requests are"),
    }
}

/// Returns a request in short form.
pub fn line(seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Map<String, Value> {
    let members = [
        ("seq", json!(seq)),
        ("method", json!(entry.method())),
        ("url", json!(summary.shown_url)),
        ("api", json!(summary.described.api.name())),
        ("action", json!(summary.described.action)),
        ("status", json!(entry.outcome().and_then(|outcome| outcome.status))),
    ];
    let mut members = self::members(members);
    masked(&mut members, summary, masker);
    members
}

/// Builds a JSON object of these members, in this order.
pub fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// Returns a request with all members.
pub fn whole(control: &Control, seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Value {
    let headers = entry.headers();
    let (trace, outcome) = (entry.trace(), entry.outcome());
    let near_misses = entry.near_misses(summary).map(|one| near_miss_json(one, masker));
    let mut whole = json!({
        "seq": seq,
        "id": control.id_of(seq),
        "world": control.world(),
        "at": instants::printed(entry.at),
        "at_real": real(entry.at_real),
        "peer": entry.peer.to_string(),
        "method": entry.method(),
        "url": summary.shown_url,
        "api": summary.described.api.name(),
        "action": summary.described.action,
        "matched": summary.described.matched,
        "headers": shown_headers(control.dialects(), &headers),
        "body": shown_body(entry, summary, &headers),
        "user": summary.shown_user,
        "auth": trace.and_then(|trace| trace.auth.name()),
        "handler": trace.and_then(|trace| trace.handler).map(Handler::name),
        "fault": entry.fault(),
        "outcome": outcome.map(|outcome| outcome.kind.name()),
        "status": entry.status(),
        "bytes": entry.bytes(),
        "us": outcome.map(|outcome| outcome.us),
        "diagnostics": near_misses.collect::<Vec<_>>(),
    });
    if let Some(members) = whole.as_object_mut() {
        members.extend(shown_stream(entry));
        masked(members, summary, masker);
    }
    whole
}

/// What a request for a stream has beside the others; nothing for those.
fn shown_stream(entry: &Entry) -> Map<String, Value> {
    let Some(named) = entry.named() else {
        return Map::new();
    };
    let answer = entry.stream();
    members([
        ("stream", json!(named.stream)),
        ("container", json!(named.container.name())),
        (
            "watched",
            json!(
                answer
                    .and_then(|answer| answer.watched())
                    .map(|watched| watched.as_secs_f64())
            ),
        ),
        (
            "ended",
            json!(answer.and_then(|answer| answer.ended()).map(EndReason::name)),
        ),
    ])
}

/// Masks the headers; values of a repeated header are joined.
fn shown_headers(dialects: Dialects, headers: &[(&str, &str)]) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in headers {
        let value = masking::header(dialects, name, value);
        let all = match shown.get(*name).and_then(Value::as_str) {
            Some(others) => format!("{others}, {value}"),
            None => value,
        };
        shown.insert((*name).to_owned(), all.into());
    }
    shown
}

/// Masks the body.
pub fn shown_body(entry: &Entry, summary: &RequestSummary, headers: &[(&str, &str)]) -> String {
    let content_type = headers.iter().find(|(name, _)| *name == "content-type");
    let content_type = content_type.map(|(_, value)| *value);
    masking::body(&entry.body, content_type, &summary.described.form)
}

/// Formats a time of the system's clock, to the millisecond.
pub fn real(seconds: f64) -> Option<String> {
    let since = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    let whole = i64::try_from(since.as_secs()).ok()?;
    let at = DateTime::from_timestamp(whole, since.subsec_nanos())?;
    Some(at.to_rfc3339_opts(SecondsFormat::Millis, true))
}
