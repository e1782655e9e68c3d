//! The journal's endpoints that show requests: all, one, and the suspicious ones.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

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

/// Requests, which are written one by one.
#[derive(ToSchema)]
pub struct RequestList {
    pub requests: Vec<ShownRequest>,
    /// Whether `limit` has left some out.
    pub more: bool,
    /// How many the journal dropped meanwhile.
    pub evicted: u64,
}

/// Suspicious requests, which are written one by one.
#[derive(ToSchema)]
pub struct UnmatchedList {
    pub unmatched: Vec<Unmatched>,
    /// How many requests the journal dropped meanwhile.
    pub evicted: u64,
}

/// How many requests were forgotten.
#[derive(Serialize, ToSchema)]
pub struct DeletedRequests {
    deleted: usize,
}

/// A request to the panel, or an attempt to deliver a webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = Request)]
pub struct ShownRequest {
    seq: u64,
    /// Unique among all worlds.
    id: String,
    world: String,
    /// When it arrived or was sent, by the panel's clock.
    #[schema(required)]
    at: Option<String>,
    /// When it arrived or was sent, by the system's clock.
    #[schema(required)]
    at_real: Option<String>,
    /// The address that it came from; null of a delivery.
    #[schema(required)]
    peer: Option<String>,
    method: String,
    url: String,
    api: &'static str,
    #[schema(required)]
    action: Option<String>,
    /// Whether the API has such an action.
    matched: bool,
    #[schema(value_type = HashMap<String, String>)]
    headers: Map<String, Value>,
    body: String,
    #[schema(required)]
    user: Option<String>,
    /// The result of the credentials' check; null when none were needed.
    #[schema(required)]
    auth: Option<&'static str>,
    /// The operation that answered.
    #[schema(required)]
    handler: Option<Cow<'static, str>>,
    /// The id of the fault that was applied to it.
    #[schema(required)]
    fault: Option<String>,
    /// How it ended; null while it runs.
    #[schema(required)]
    outcome: Option<&'static str>,
    #[schema(required)]
    status: Option<u16>,
    #[schema(required)]
    bytes: Option<u64>,
    /// How long it took, in microseconds.
    #[schema(required)]
    us: Option<u64>,
    diagnostics: Vec<ShownNearMiss>,
    /// The stream that it names, as the next three are of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stream: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    container: Option<&'static str>,
    /// The seconds of media that were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    watched: Option<Option<f64>>,
    /// Why the answer ended; null while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Option<&'static str>>,
    /// The id of the delivery of a webhook, which has the next as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    delivery: Option<i64>,
    /// Why the receiver gave no answer; null where it gave one, or still may.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Option<String>>,
}

/// A request in short form.
#[derive(Serialize, ToSchema)]
pub struct RequestLine {
    seq: u64,
    method: String,
    url: String,
    api: &'static str,
    #[schema(required)]
    action: Option<String>,
    #[schema(required)]
    status: Option<u16>,
}

/// A suspicious request, with what may have been meant.
#[derive(Serialize, ToSchema)]
pub struct Unmatched {
    #[serde(flatten)]
    line: RequestLine,
    near_misses: Vec<ShownNearMiss>,
}

/// Why a request is suspicious.
#[derive(Serialize, ToSchema)]
#[schema(as = NearMiss)]
pub struct ShownNearMiss {
    pub kind: &'static str,
    /// What to change.
    pub hint: String,
}

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
    Ok(answer(&DeletedRequests {
        deleted: control.journal.clear().len(),
    }))
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

/// Whether a request is suspicious. A delivery never is: no client has made it.
pub fn is_suspicious(entry: &Entry, summary: &RequestSummary) -> bool {
    if entry.sending().is_some() {
        return false;
    }
    !summary.described.matched || entry.near_misses(summary).next().is_some()
}

/// Builds a suspicious request with its near misses.
pub fn suspicious(_: &Control, seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Value {
    json!(Unmatched {
        line: line(seq, entry, summary, masker),
        near_misses: near_misses(entry, summary, masker),
    })
}

fn near_misses(entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Vec<ShownNearMiss> {
    let all = entry.near_misses(summary).map(|one: &NearMiss| ShownNearMiss {
        kind: one.kind,
        hint: masker.text(&one.whole_hint()).into_owned(),
    });
    all.collect()
}

/// The action, in which a client's text is masked; the name of one that exists is the panel's own text.
fn action(summary: &RequestSummary, masker: &Masker) -> Option<String> {
    let action = summary.described.action.as_deref()?;
    Some(match summary.described.matched {
        true => action.to_owned(),
        false => masker.text(action).into_owned(),
    })
}

/// Returns the number of requests with the verb.
pub fn with_verb(count: u64) -> String {
    match count {
        1 => "1 request is".to_owned(),
        count => format!("{count} requests are"),
    }
}

/// Returns a request in short form.
pub fn line(seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> RequestLine {
    RequestLine {
        seq,
        method: masker.text(entry.method()).into_owned(),
        url: masker.text(&shown_url(entry, summary)).into_owned(),
        api: summary.described.api.name(),
        action: action(summary, masker),
        status: entry.outcome().and_then(|outcome| outcome.status),
    }
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
    let mut shown = Value::Object(shown_headers(control.dialects(), &headers));
    masker.json(&mut shown);
    let (named, answer, sending) = (entry.named(), entry.stream(), entry.sending());
    let text = |text: &str| masker.text(text).into_owned();
    json!(ShownRequest {
        seq,
        id: control.id_of(seq),
        world: control.world().to_owned(),
        at: instants::printed(entry.at),
        at_real: real(entry.at_real),
        peer: entry.peer.map(|peer| peer.to_string()),
        method: text(entry.method()),
        url: text(&shown_url(entry, summary)),
        api: summary.described.api.name(),
        action: action(summary, masker),
        matched: summary.described.matched,
        headers: shown.as_object().cloned().unwrap_or_default(),
        body: text(&shown_body(entry, summary, &headers)),
        user: summary.shown_user.as_deref().map(text),
        auth: trace.and_then(|trace| trace.auth.name()),
        handler: trace.and_then(|trace| trace.handler).map(Handler::name),
        fault: entry.fault().map(text),
        outcome: outcome.map(|outcome| outcome.kind.name()),
        status: entry.status(),
        bytes: entry.bytes(),
        us: outcome.map(|outcome| outcome.us),
        diagnostics: near_misses(entry, summary, masker),
        stream: named.map(|named| named.stream),
        container: named.map(|named| named.container.name()),
        watched: named.map(|_| Some(answer?.watched()?.as_secs_f64())),
        ended: named.map(|_| answer?.ended().map(EndReason::name)),
        delivery: sending.map(|sending| sending.delivery),
        error: sending.map(|sending| sending.failure().map(text)),
    })
}

/// Returns path and query as they are shown; of a delivery behind scheme, host and port.
fn shown_url<'a>(entry: &Entry, summary: &'a RequestSummary) -> Cow<'a, str> {
    let shown = summary.shown_url.as_str();
    match entry.sending() {
        Some(sending) => format!("{}{shown}", sending.origin).into(),
        None => shown.into(),
    }
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
