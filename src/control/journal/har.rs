//! `GET /_linecard/requests.har`: the journal as an HTTP archive (HAR 1.2), which browser tools and others
//! read. Secrets are masked, as in all answers about the journal.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::entry::{Entry, Outcome, RequestSummary};
use super::filter::{Filter, LISTING};
use super::listing::{self, ListForm};
use super::masking;
use super::requests::{self, members};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::http::{Request, Response};
use crate::panel::secrets::masker::Masker;

/// The members of an entry that HAR does not have; they are under `_linecard`.
const OWN_MEMBERS: [&str; 13] = [
    "seq",
    "id",
    "world",
    "at",
    "api",
    "action",
    "matched",
    "user",
    "auth",
    "handler",
    "fault",
    "outcome",
    "diagnostics",
];

/// Those that only a delivery has.
const DELIVERY_MEMBERS: [&str; 2] = ["delivery", "error"];

/// Answers the archive.
///
/// # Errors
/// An unknown filter, the journal is off, or an error of the store.
pub async fn archive(control: &Arc<Control>, request: &Request<'_>) -> Result<Response, Problem> {
    let filter = Filter::from_request(control.dialects(), request, &LISTING)?;
    let limit = filter.limit.unwrap_or(usize::MAX);
    let form = ListForm {
        begin: beginning(),
        keeps: |_, _| true,
        entry: har_entry,
        end: |end| ending(end.missed),
    };
    listing::answer(control, request, filter, limit, form).await
}

/// Returns the text of an archive before its entries.
pub fn beginning() -> String {
    let creator = json!({ "name": "Linecard", "version": env!("CARGO_PKG_VERSION") });
    format!(r#"{{"log":{{"version":"1.2","creator":{creator},"entries":["#)
}

/// Returns the text of an archive after its entries; `missed` are no longer in the journal.
pub fn ending(missed: u64) -> String {
    if missed == 0 {
        return "]}}".to_owned();
    }
    let comment = format!("{} no longer in the journal", requests::with_verb(missed));
    format!(r#"],"comment":{}}}}}"#, json!(comment))
}

/// Describes an archive, of which another standard says what is in it.
pub fn schema(_: &mut Map<String, Value>) -> Value {
    json!({ "type": "object", "required": ["log"], "properties": { "log": { "type": "object" } } })
}

/// Builds an entry of an archive.
pub fn har_entry(control: &Control, seq: u64, entry: &Entry, summary: &RequestSummary, masker: &Masker) -> Value {
    let whole = requests::whole(control, seq, entry, summary, masker);
    let mut own = members(OWN_MEMBERS.map(|name| (name, whole.get(name).cloned().unwrap_or_default())));
    let of_delivery = DELIVERY_MEMBERS.map(|name| Some((name.to_owned(), whole.get(name)?.clone())));
    own.extend(of_delivery.into_iter().flatten());
    let outcome = entry.outcome();
    let us = outcome.map_or(0, |outcome| outcome.us);
    let mut request = Value::Object(request(control, entry, summary));
    masker.json(&mut request);
    let ms = Duration::from_micros(us).as_secs_f64() * 1_000.0;
    json!({
        "startedDateTime": requests::real(entry.at_real),
        "time": ms,
        "request": request,
        "response": response(outcome),
        "cache": {},
        "timings": { "send": 0, "wait": ms, "receive": 0 },
        "_linecard": own,
    })
}

fn request(control: &Control, entry: &Entry, summary: &RequestSummary) -> Map<String, Value> {
    let (scheme, dialects) = (control.address.scheme(), control.dialects());
    let headers = entry.headers();
    let header = |name: &str| headers.iter().find(|(of, _)| *of == name).map(|(_, value)| *value);
    let origin = match entry.sending() {
        Some(sending) => sending.origin.clone(),
        None => format!("{scheme}://{}", header("host").unwrap_or("localhost")),
    };
    let shown = headers
        .iter()
        .map(|(name, value)| pair(name, &masking::header(dialects, name, value)));
    let query = summary.described.query.iter();
    let query = query.map(|(name, value)| pair(name, &masking::value(name, value)));
    let mut request = members([
        ("method", json!(entry.method())),
        ("url", json!(format!("{origin}{}", summary.shown_url))),
        ("httpVersion", json!("HTTP/1.1")),
        ("cookies", json!([])),
        ("headers", shown.collect()),
        ("queryString", query.collect()),
        ("headersSize", json!(-1)),
        ("bodySize", json!(entry.body.len())),
    ]);
    if !entry.body.is_empty() {
        let posted = json!({
            "mimeType": header("content-type").unwrap_or_default(),
            "text": requests::shown_body(entry, summary, &headers),
        });
        request.insert("postData".into(), posted);
    }
    request
}

/// Builds the answer; one that was never sent has the status 0, as browsers write it.
fn response(outcome: Option<&Outcome>) -> Value {
    let status = outcome.and_then(|outcome| outcome.status).unwrap_or(0);
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let content_type = outcome.and_then(|outcome| outcome.content_type.as_deref());
    let bytes = outcome.map_or(0, |outcome| outcome.bytes);
    json!({
        "status": status,
        "statusText": reason.unwrap_or_default(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": content_type.map(|value| pair("content-type", value)).into_iter().collect::<Vec<_>>(),
        "content": { "size": bytes, "mimeType": content_type.unwrap_or("x-unknown") },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": bytes,
    })
}

fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}
