//! An entry of the journal: the request, then its outcome.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_web::web::Bytes;

use super::head::Head;
use crate::control::verify::matching::MatchInput;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::{Described, Recorded};
use crate::dialects::{Api, hints};
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::http::trace::Trace;
use crate::http::{Request, RequestBody, body};
use crate::panel::clock;
use crate::panel::strictness::Strictness;
use crate::panel::viewers::{EndReason, Named, StreamAnswer};

/// The largest part of a body that is stored, in bytes.
const MAX_BODY: usize = 64 << 10;

/// The memory of an entry beside its head and body, in bytes: itself, its outcome and its near misses.
const OWN_MEMORY: usize = 1 << 10;

/// The memory of a parsed variable beside its name and value, in bytes: two texts and their allocations.
const VARIABLE: usize = 96;

/// A request to the panel, or an attempt to deliver a webhook.
#[derive(Debug)]
pub struct Entry {
    api: Api,
    /// The time of arrival, by the panel's clock.
    pub at: i64,
    /// The time of arrival, by the system's clock.
    pub at_real: f64,
    begun: Instant,
    /// The address of the socket's other end, of a request that has arrived.
    pub peer: Option<IpAddr>,
    head: Head,
    pub body: Bytes,
    /// The near misses that were seen when it arrived.
    arrival: Vec<NearMiss>,
    sending: Option<Box<Sending>>,
    /// The number in the journal; 0 if not recorded.
    seq: AtomicU64,
    fault: OnceLock<Box<str>>,
    trace: OnceLock<Trace>,
    /// Status and content type of the answer, once its head is known.
    answer: OnceLock<(u16, Option<String>)>,
    outcome: OnceLock<Outcome>,
    /// The stream that it names, and its answer if that is one of a viewer's session.
    named: OnceLock<Named>,
    stream: OnceLock<Arc<StreamAnswer>>,
    summary: OnceLock<Box<RequestSummary>>,
    /// The near misses that depend on the answer and the panel's rows.
    diagnostics: OnceLock<Box<[NearMiss]>>,
    /// The memory of the entry in its ring, in bytes; changed while the ring is locked.
    weight: AtomicUsize,
    /// 1 + the number of near misses counted in the metrics; 0 before the first count.
    counted: AtomicUsize,
}

/// What the entry of a delivery has besides.
#[derive(Debug)]
pub struct Sending {
    /// The delivery's id.
    pub delivery: i64,
    pub event: String,
    /// Scheme, host and port of the endpoint.
    pub origin: String,
    failure: OnceLock<Box<str>>,
}

/// How a request ended.
#[derive(Debug)]
pub struct Outcome {
    pub kind: OutcomeKind,
    /// `None` if no answer was sent.
    pub status: Option<u16>,
    pub content_type: Option<String>,
    /// The bytes of the body that were sent.
    pub bytes: usize,
    /// The duration in microseconds.
    pub us: u64,
}

/// The parsed request, with its user.
#[derive(Debug)]
pub struct RequestSummary {
    pub described: Described,
    pub user: Option<String>,
    /// The user, masked if it is a secret.
    pub shown_user: Option<String>,
    /// Path and query, with secrets masked.
    pub shown_url: String,
}

impl Entry {
    /// Creates the entry of a request that has just arrived.
    pub fn new(api: Api, at: i64, begun: Instant, request: &Request<'_>, strictness: Strictness) -> Entry {
        let (body, cut) = match request.body {
            RequestBody::Whole(bytes) => stored_body(bytes),
            RequestBody::TooLarge => (Bytes::new(), Some(too_large())),
        };
        // Panels take raw bytes: a server that is not strict has nothing against them.
        let raw = request
            .sent
            .filter(|_| strictness != Strictness::Off)
            .map(hints::raw_bytes);
        Entry {
            arrival: raw.into_iter().chain(cut).collect(),
            peer: Some(request.peer),
            ..Entry::begun(api, at, begun, Head::of_request(request), body)
        }
    }

    /// Creates the entry of a delivery that is about to be attempted, at an instant of the panel's clock.
    pub fn of_delivery(at: i64, begun: Instant, head: Head, body: &Bytes, sending: Sending) -> Entry {
        let (body, cut) = stored_body(body);
        let entry = Entry {
            arrival: cut.into_iter().collect(),
            sending: Some(Box::new(sending)),
            ..Entry::begun(Api::WEBHOOK, at, begun, head, body)
        };
        // It is no request, of which the metrics would count what is suspicious.
        entry.count(entry.arrival.len());
        entry
    }

    fn begun(api: Api, at: i64, begun: Instant, head: Head, body: Bytes) -> Entry {
        Entry {
            weight: AtomicUsize::new(OWN_MEMORY + head.weight() + body.len()),
            api,
            at,
            at_real: clock::system(),
            begun,
            peer: None,
            head,
            body,
            arrival: Vec::new(),
            sending: None,
            seq: AtomicU64::new(0),
            fault: OnceLock::new(),
            trace: OnceLock::new(),
            answer: OnceLock::new(),
            outcome: OnceLock::new(),
            named: OnceLock::new(),
            stream: OnceLock::new(),
            summary: OnceLock::new(),
            diagnostics: OnceLock::new(),
            counted: AtomicUsize::new(0),
        }
    }

    /// Returns the API of the request.
    pub fn api(&self) -> Api {
        self.api
    }

    /// Returns the method.
    pub fn method(&self) -> &str {
        self.head.method()
    }

    /// Returns the path with its query.
    pub fn url(&self) -> &str {
        self.head.url()
    }

    /// Returns path and query.
    pub fn target(&self) -> (&str, &str) {
        self.url().split_once('?').unwrap_or((self.url(), ""))
    }

    /// Returns the headers, sorted by name.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        self.head.headers()
    }

    /// Returns the view of the request that dialects parse.
    pub fn recorded<'a>(&'a self, headers: &'a [(&'a str, &'a str)]) -> Recorded<'a> {
        let (path, query) = self.target();
        Recorded {
            api: self.api,
            method: self.method(),
            path,
            query,
            headers,
            body: &self.body,
        }
    }

    /// Returns what a delivery has besides; `None` for a request to the panel.
    pub fn sending(&self) -> Option<&Sending> {
        self.sending.as_deref()
    }

    /// Returns the near misses that were seen when it arrived.
    pub fn arrival(&self) -> &[NearMiss] {
        &self.arrival
    }

    /// Returns the number in the journal.
    pub fn seq(&self) -> Option<u64> {
        Some(self.seq.load(Ordering::Relaxed)).filter(|seq| *seq > 0)
    }

    /// Sets the number in the journal.
    pub fn set_seq(&self, seq: u64) {
        self.seq.store(seq, Ordering::Relaxed);
    }

    /// Returns the id of the fault that was applied.
    pub fn fault(&self) -> Option<&str> {
        self.fault.get().map(|id| &**id)
    }

    /// Sets the id of the fault; the first one set stays.
    pub fn set_fault(&self, fault: &str) {
        let _ = self.fault.set(fault.into());
    }

    /// Returns how the panel answered; `None` before the answer, or if a fault answered instead.
    pub fn trace(&self) -> Option<&Trace> {
        self.trace.get()
    }

    /// Sets how the panel answered.
    pub fn set_trace(&self, trace: Trace) {
        let _ = self.trace.set(trace);
    }

    /// Returns how the request ended; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }

    /// Returns the stream that it names.
    pub fn named(&self) -> Option<Named> {
        self.named.get().copied()
    }

    /// Sets the stream that it names.
    pub fn set_named(&self, named: Named) {
        let _ = self.named.set(named);
    }

    /// Returns its answer, if that is one of a viewer's session.
    pub fn stream(&self) -> Option<&Arc<StreamAnswer>> {
        self.stream.get()
    }

    /// Sets its answer, which is one of a viewer's session.
    pub fn set_stream(&self, answer: &Arc<StreamAnswer>) {
        let _ = self.stream.set(Arc::clone(answer));
    }

    /// Returns the status of the answer; of a stream from its head on.
    pub fn status(&self) -> Option<u16> {
        let of_stream = || self.stream().and(self.answer.get()).map(|(status, _)| *status);
        self.outcome().map_or_else(of_stream, |outcome| outcome.status)
    }

    /// Returns how many bytes of the body were sent; of an answer that is not over, so far.
    pub fn bytes(&self) -> Option<u64> {
        let ended = || u64::try_from(self.outcome()?.bytes).ok();
        self.stream().map(|answer| answer.bytes()).or_else(ended)
    }

    /// Sets status and content type of the answer.
    pub fn set_answer(&self, status: u16, content_type: Option<&str>) {
        let _ = self.answer.set((status, content_type.map(str::to_owned)));
    }

    /// Sets the outcome; the first one set stays.
    pub fn end(&self, delivered: Delivered) {
        let Delivered { kind, bytes } = delivered;
        let is_sent = kind.has_answer() || kind == OutcomeKind::Abandoned;
        let answer = self.answer.get().filter(|_| is_sent);
        let _ = self.outcome.set(Outcome {
            kind,
            status: answer.map(|(status, _)| *status),
            content_type: answer.and_then(|(_, content_type)| content_type.clone()),
            bytes,
            us: microseconds(self.begun),
        });
    }

    /// Returns the parsed request, if it was parsed already.
    pub fn summary(&self) -> Option<&RequestSummary> {
        self.summary.get().map(|summary| &**summary)
    }

    /// Returns all near misses.
    pub fn near_misses<'a>(&'a self, summary: &'a RequestSummary) -> impl Iterator<Item = &'a NearMiss> {
        let diagnostics = self.diagnostics.get().into_iter().flat_map(|all| all.iter());
        summary.described.near_misses.iter().chain(diagnostics)
    }

    /// Whether the near misses that depend on the answer are known.
    pub fn is_diagnosed(&self) -> bool {
        self.diagnostics.get().is_some()
    }

    /// Sets the near misses that depend on the answer; the first ones set stay.
    pub fn set_diagnostics(&self, near_misses: Vec<NearMiss>) {
        let _ = self.diagnostics.set(near_misses.into());
    }

    /// Whether the near misses were counted in the metrics.
    pub fn is_counted(&self) -> bool {
        self.counted.load(Ordering::Relaxed) > 0
    }

    /// Marks this many near misses as counted, and returns how many were before.
    pub fn count(&self, near_misses: usize) -> usize {
        self.counted
            .fetch_max(near_misses + 1, Ordering::Relaxed)
            .saturating_sub(1)
    }

    /// Sets the parsed request; the first one set stays. Returns whether this is the first.
    pub fn set_summary(&self, summary: RequestSummary) -> (&RequestSummary, bool) {
        let mut is_first = false;
        let stored = self.summary.get_or_init(|| {
            is_first = true;
            Box::new(summary)
        });
        (stored, is_first)
    }

    /// Returns the memory of the entry in its ring, in bytes.
    pub fn weight(&self) -> usize {
        self.weight.load(Ordering::Relaxed)
    }

    /// Adds to the memory of the entry; the ring is locked.
    pub fn add_weight(&self, bytes: usize) {
        self.weight.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Sending {
    /// What is known of a delivery before its attempt.
    pub fn new(delivery: i64, event: &str, origin: &str) -> Sending {
        Sending {
            delivery,
            event: event.to_owned(),
            origin: origin.to_owned(),
            failure: OnceLock::new(),
        }
    }

    /// Returns why there was no answer.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(|failure| &**failure)
    }

    /// Sets why there was no answer; before the outcome, so that who sees that also sees this.
    pub fn set_failure(&self, failure: &str) {
        let _ = self.failure.set(failure.into());
    }
}

/// Returns the time since an instant, in microseconds.
pub fn microseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Returns the stored part of a body, and why it is not the whole.
fn stored_body(body: &Bytes) -> (Bytes, Option<NearMiss>) {
    let Some(beginning) = body.get(..MAX_BODY).filter(|_| body.len() > MAX_BODY) else {
        return (body.clone(), None);
    };
    let hint = format!("{MAX_BODY} of {} bytes of the body are kept", body.len());
    (Bytes::copy_from_slice(beginning), Some(near_miss("body_cut", hint)))
}

fn too_large() -> NearMiss {
    let hint = format!("the body has more than {} bytes", body::LARGEST);
    near_miss("body_too_large", hint)
}

impl RequestSummary {
    /// Returns the memory of the parsed request, in bytes.
    pub fn weight(&self) -> usize {
        let Described {
            query,
            form,
            near_misses,
            ..
        } = &self.described;
        let variables = query.iter().chain(form);
        let variables = variables.map(|(name, value)| VARIABLE + name.len() + value.len());
        let hints = near_misses.iter().map(|near_miss| VARIABLE + near_miss.hint.len());
        self.shown_url.len() + variables.chain(hints).sum::<usize>()
    }

    /// Returns what a `match` compares with.
    pub fn seen<'a>(&'a self, entry: &'a Entry, headers: &'a [(&'a str, &'a str)]) -> MatchInput<'a> {
        MatchInput {
            api: self.described.api.name(),
            action: self.described.action.as_deref(),
            method: entry.method(),
            path: entry.target().0,
            shown_path: self.shown_url.split('?').next().unwrap_or_default(),
            query: &self.described.query,
            form: &self.described.form,
            headers,
            user: self.user.as_deref(),
            shown_user: self.shown_user.as_deref(),
            status: entry.status(),
            matched: self.described.matched,
            named: entry.named(),
            is_over: entry.outcome().is_some(),
            bytes: entry.bytes(),
            watched: entry.stream().and_then(|answer| answer.watched()),
            ended: entry.stream().and_then(|answer| answer.ended()).map(EndReason::name),
        }
    }
}
