//! A request as the journal keeps it: what came, then how it ended.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use actix_web::http::header::HeaderName;
use actix_web::web::Bytes;

use crate::control::verify::matching::MatchInput;
use crate::dialects::Api;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::{Described, Recorded};
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::http::trace::Trace;
use crate::http::{Request, RequestBody, body};
use crate::panel::clock;

/// How much of a body is kept.
const BODY: usize = 64 << 10;

/// A request that the panel got.
#[derive(Debug)]
pub struct Entry {
    api: Api,
    /// By the panel's clock.
    pub at: i64,
    /// By the system's.
    pub at_real: f64,
    begun: Instant,
    pub peer: IpAddr,
    /// Method, path with query, then names and values of the headers: a line each, in one piece.
    head: Box<str>,
    pub body: Bytes,
    /// Why there is less of the body than was sent.
    cut: Option<Box<NearMiss>>,
    /// Its number in the journal; 0 where it is in none.
    seq: AtomicU64,
    fault: OnceLock<Box<str>>,
    trace: OnceLock<Trace>,
    /// Status and type of the answer, once its head is known.
    answer: OnceLock<(u16, Option<String>)>,
    outcome: OnceLock<Outcome>,
    summary: OnceLock<Box<RequestSummary>>,
    /// What only its answer and the panel's rows tell.
    diagnostics: OnceLock<Box<[NearMiss]>>,
    /// How many of its near misses were counted, and one; 0 where nobody looked.
    counted: AtomicUsize,
}

/// How a request ended.
#[derive(Debug)]
pub struct Outcome {
    pub kind: OutcomeKind,
    /// `None` where no answer was sent.
    pub status: Option<u16>,
    pub content_type: Option<String>,
    /// Of the body, as far as it was sent.
    pub bytes: usize,
    /// How long it took, in microseconds.
    pub us: u64,
}

/// What a request says, and who that is.
#[derive(Debug)]
pub struct RequestSummary {
    pub described: Described,
    pub user: Option<String>,
    /// The user without secrets.
    pub shown_user: Option<String>,
    /// Path and query without secrets.
    pub shown_url: String,
}

impl Entry {
    /// A request that has just come.
    pub fn new(api: Api, at: i64, begun: Instant, request: &Request<'_>) -> Entry {
        let (body, cut) = kept(request.body);
        Entry {
            api,
            at,
            at_real: clock::system(),
            begun,
            peer: request.peer,
            head: head(request),
            body,
            cut,
            seq: AtomicU64::new(0),
            fault: OnceLock::new(),
            trace: OnceLock::new(),
            answer: OnceLock::new(),
            outcome: OnceLock::new(),
            summary: OnceLock::new(),
            diagnostics: OnceLock::new(),
            counted: AtomicUsize::new(0),
        }
    }

    /// The dialect that answers it.
    pub fn api(&self) -> Api {
        self.api
    }

    /// The method.
    pub fn method(&self) -> &str {
        self.head.split('\n').next().unwrap_or_default()
    }

    /// The path with its query.
    pub fn url(&self) -> &str {
        self.head.split('\n').nth(1).unwrap_or_default()
    }

    /// Path and query.
    pub fn target(&self) -> (&str, &str) {
        self.url().split_once('?').unwrap_or((self.url(), ""))
    }

    /// The headers, by name.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let mut lines = self.head.split('\n').skip(2);
        let mut all: Vec<(&str, &str)> = std::iter::from_fn(|| Some((lines.next()?, lines.next()?))).collect();
        all.sort_by_key(|(name, _)| *name);
        all
    }

    /// What is summary of it.
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

    /// Why there is less of the body than was sent.
    pub fn cut(&self) -> Option<&NearMiss> {
        self.cut.as_deref()
    }

    /// Its number in the journal.
    pub fn seq(&self) -> Option<u64> {
        Some(self.seq.load(Ordering::Relaxed)).filter(|seq| *seq > 0)
    }

    /// Notes its number in the journal.
    pub fn numbered(&self, seq: u64) {
        self.seq.store(seq, Ordering::Relaxed);
    }

    /// The fault that it met.
    pub fn fault(&self) -> Option<&str> {
        self.fault.get().map(|id| &**id)
    }

    /// Notes the fault that it meets.
    pub fn set_fault(&self, fault: &str) {
        let _ = self.fault.set(fault.into());
    }

    /// How the panel came to its answer; `None` while there is none, or where a fault answered instead.
    pub fn trace(&self) -> Option<&Trace> {
        self.trace.get()
    }

    /// Notes how the panel came to its answer.
    pub fn set_trace(&self, trace: Trace) {
        let _ = self.trace.set(trace);
    }

    /// How it ended; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }

    /// Notes status and type of its answer.
    pub fn set_answer(&self, status: u16, content_type: Option<&str>) {
        let _ = self.answer.set((status, content_type.map(str::to_owned)));
    }

    /// Notes how it ended; what was noted first stays.
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

    /// What it says, where that was read.
    pub fn summary(&self) -> Option<&RequestSummary> {
        self.summary.get().map(|summary| &**summary)
    }

    /// All that is suspicious about it.
    pub fn near_misses<'a>(&'a self, summary: &'a RequestSummary) -> impl Iterator<Item = &'a NearMiss> {
        let diagnostics = self.diagnostics.get().into_iter().flat_map(|all| all.iter());
        summary.described.near_misses.iter().chain(diagnostics)
    }

    /// Whether it is known what its answer tells.
    pub fn is_diagnosed(&self) -> bool {
        self.diagnostics.get().is_some()
    }

    /// Keeps what its answer tells; what was kept first stays.
    pub fn set_diagnostics(&self, near_misses: Vec<NearMiss>) {
        let _ = self.diagnostics.set(near_misses.into());
    }

    /// Whether what is suspicious about it was counted.
    pub fn is_counted(&self) -> bool {
        self.counted.load(Ordering::Relaxed) > 0
    }

    /// Notes that so many near misses of it are counted now, and answers how many were before.
    pub fn count(&self, near_misses: usize) -> usize {
        self.counted
            .fetch_max(near_misses + 1, Ordering::Relaxed)
            .saturating_sub(1)
    }

    /// Keeps what it says; what was kept first stays.
    pub fn set_summary(&self, summary: RequestSummary) -> &RequestSummary {
        self.summary.get_or_init(|| Box::new(summary))
    }
}

/// How long ago it was, in microseconds.
pub fn microseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// What is kept of a request's head.
fn head(request: &Request<'_>) -> Box<str> {
    // Those of the connection are not the request's.
    let own = |name: &HeaderName| {
        !matches!(
            name.as_str(),
            "connection" | "keep-alive" | "transfer-encoding" | "upgrade"
        )
    };
    let headers = || request.headers.iter().filter(|(name, _)| own(name));
    // Counted first: a piece of the exact size is what many thousands of them are kept in.
    let lengths = headers().map(|(name, value)| name.as_str().len() + value.len() + 2);
    let length = request.method.len() + request.path.len() + request.query.len() + 2 + lengths.sum::<usize>();
    let mut head = String::with_capacity(length);
    head.push_str(request.method);
    head.push('\n');
    head.push_str(request.path);
    if !request.query.is_empty() {
        head.push('?');
        head.push_str(request.query);
    }
    for (name, value) in headers() {
        head.push('\n');
        head.push_str(name.as_str());
        head.push('\n');
        head.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    head.into_boxed_str()
}

/// What is kept of a request's body, and why that is not all.
fn kept(body: &RequestBody) -> (Bytes, Option<Box<NearMiss>>) {
    let cut = |kind, hint: String| Some(Box::new(near_miss(kind, hint)));
    match body {
        RequestBody::Whole(bytes) if bytes.len() <= BODY => (bytes.clone(), None),
        RequestBody::Whole(bytes) => (
            Bytes::copy_from_slice(bytes.get(..BODY).unwrap_or_default()),
            cut(
                "body_cut",
                format!("{BODY} of {} bytes of the body are kept", bytes.len()),
            ),
        ),
        RequestBody::TooLarge => (
            Bytes::new(),
            cut(
                "body_too_large",
                format!("the body has more than {} bytes", body::LARGEST),
            ),
        ),
    }
}

impl RequestSummary {
    /// What is matched of an entry.
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
            status: entry.outcome().and_then(|outcome| outcome.status),
            matched: self.described.matched,
        }
    }
}
