//! A request as the journal keeps it: what came, then what became of it.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use actix_web::web::Bytes;

use crate::control::delivery::{Delivery, Pace};
use crate::control::metrics::Ended;
use crate::control::verify::matching::MatchInput;
use crate::dialects::describe::{Api, NearMiss, Sent, Summary, near_miss};
use crate::http::Request;
use crate::http::body::{self, Body};
use crate::http::trace::Trace;
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
    outcome: OnceLock<Outcome>,
    told: OnceLock<Box<RequestSummary>>,
    /// What only its answer and the panel's rows tell.
    hindsight: OnceLock<Box<[NearMiss]>>,
    /// How many of the things that are odd about it were counted, and one; 0 where nobody looked.
    counted: AtomicUsize,
}

/// What became of a request.
#[derive(Debug)]
pub struct Outcome {
    pub ending: OutcomeKind,
    /// `None` where no answer was sent.
    pub status: Option<u16>,
    pub content_type: Option<Cow<'static, str>>,
    /// Of the body, as far as it was sent.
    pub bytes: usize,
    /// How long it took, in microseconds.
    pub us: u64,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// With the whole answer.
    Answered,
    /// With the beginning of one.
    Cut,
    /// The connection was closed without a byte.
    Closed,
    /// The connection was reset without a byte.
    Reset,
    /// It is never answered.
    Hung,
    /// Its client left before there was an answer.
    Abandoned,
}

impl OutcomeKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            OutcomeKind::Answered => "answered",
            OutcomeKind::Cut => "cut",
            OutcomeKind::Closed => "closed",
            OutcomeKind::Reset => "reset",
            OutcomeKind::Hung => "hung",
            OutcomeKind::Abandoned => "abandoned",
        }
    }

    /// How an answer that goes this way ends, and how much of its body is sent.
    fn of(delivery: &Delivery) -> (OutcomeKind, usize) {
        let whole = delivery.response.body.len();
        match delivery.pace {
            Pace::Whole | Pace::Pieces { .. } => (OutcomeKind::Answered, whole),
            Pace::Cut { bytes } | Pace::Stream { bytes, .. } | Pace::Stall { bytes } => {
                (OutcomeKind::Cut, bytes.min(whole))
            }
            Pace::Hang => (OutcomeKind::Hung, 0),
            Pace::Close => (OutcomeKind::Closed, 0),
            Pace::Reset => (OutcomeKind::Reset, 0),
        }
    }
}

/// What a request says, and who that is.
#[derive(Debug)]
pub struct RequestSummary {
    pub summary: Summary,
    pub user: Option<String>,
    /// The user without secrets.
    pub shown_user: Option<String>,
    /// Path and query without secrets.
    pub shown_url: String,
}

impl Entry {
    /// A request that has just come.
    pub fn new<'a, H: Iterator<Item = (&'a str, &'a [u8])>>(
        api: Api,
        at: i64,
        begun: Instant,
        request: &Request<'_>,
        headers: impl Fn() -> H,
    ) -> Entry {
        let (body, cut) = kept(&request.body);
        Entry {
            api,
            at,
            at_real: clock::system(),
            begun,
            peer: request.peer,
            head: head(request, headers),
            body,
            cut,
            seq: AtomicU64::new(0),
            fault: OnceLock::new(),
            trace: OnceLock::new(),
            outcome: OnceLock::new(),
            told: OnceLock::new(),
            hindsight: OnceLock::new(),
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
    pub fn sent<'a>(&'a self, headers: &'a [(&'a str, &'a str)]) -> Sent<'a> {
        let (path, query) = self.target();
        Sent {
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
    pub fn met(&self, fault: &str) {
        let _ = self.fault.set(fault.into());
    }

    /// How the panel came to its answer; `None` while there is none, or where a fault answered instead.
    pub fn trace(&self) -> Option<&Trace> {
        self.trace.get()
    }

    /// Notes how the panel came to its answer.
    pub fn traced(&self, trace: Trace) {
        let _ = self.trace.set(trace);
    }

    /// What became of it; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }

    /// Notes how it is answered.
    pub fn answered(&self, delivery: &Delivery) {
        let (ending, bytes) = OutcomeKind::of(delivery);
        let sent = matches!(ending, OutcomeKind::Answered | OutcomeKind::Cut).then_some(&delivery.response);
        let _ = self.outcome.set(Outcome {
            ending,
            status: sent.map(|response| response.status),
            content_type: sent.and_then(|response| response.content_type.clone()),
            bytes,
            us: microseconds(self.begun),
        });
    }

    /// Notes that there is no answer and will be none.
    pub fn unanswered(&self, ending: OutcomeKind) {
        let _ = self.outcome.set(Outcome {
            ending,
            status: None,
            content_type: None,
            bytes: 0,
            us: microseconds(self.begun),
        });
    }

    /// What is counted of it; `None` while it runs.
    pub fn ended(&self) -> Option<Ended> {
        self.outcome().map(|outcome| Ended {
            api: self.api,
            handler: self.trace().and_then(|trace| trace.handler),
            status: outcome.status,
            us: outcome.us,
        })
    }

    /// What it says, where that was read.
    pub fn told(&self) -> Option<&RequestSummary> {
        self.told.get().map(|told| &**told)
    }

    /// All that is odd about it.
    pub fn near_misses<'a>(&'a self, told: &'a RequestSummary) -> impl Iterator<Item = &'a NearMiss> {
        let hindsight = self.hindsight.get().into_iter().flat_map(|all| all.iter());
        told.summary.near_misses.iter().chain(hindsight)
    }

    /// Whether it is known what its answer tells.
    pub fn is_looked_back_on(&self) -> bool {
        self.hindsight.get().is_some()
    }

    /// Keeps what its answer tells; what was kept first stays.
    pub fn look_back(&self, near_misses: Vec<NearMiss>) {
        let _ = self.hindsight.set(near_misses.into());
    }

    /// Whether what is odd about it was counted.
    pub fn is_counted(&self) -> bool {
        self.counted.load(Ordering::Relaxed) > 0
    }

    /// Notes that so many things that are odd about it are counted now, and answers how many were before.
    pub fn count(&self, near_misses: usize) -> usize {
        self.counted
            .fetch_max(near_misses + 1, Ordering::Relaxed)
            .saturating_sub(1)
    }

    /// Keeps what it says; what was kept first stays.
    pub fn tell(&self, told: RequestSummary) -> &RequestSummary {
        self.told.get_or_init(|| Box::new(told))
    }
}

/// How long ago it was, in microseconds.
pub fn microseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// What is kept of a request's head.
fn head<'a, H: Iterator<Item = (&'a str, &'a [u8])>>(request: &Request<'_>, headers: impl Fn() -> H) -> Box<str> {
    // Those of the connection are not the request's.
    let own =
        |(name, _): &(&str, &[u8])| !matches!(*name, "connection" | "keep-alive" | "transfer-encoding" | "upgrade");
    // Counted first: a piece of the exact size is what many thousands of them are kept in.
    let lengths = headers().filter(own).map(|(name, value)| name.len() + value.len() + 2);
    let length = request.method.len() + request.path.len() + request.query.len() + 2 + lengths.sum::<usize>();
    let mut head = String::with_capacity(length);
    head.push_str(request.method);
    head.push('\n');
    head.push_str(request.path);
    if !request.query.is_empty() {
        head.push('?');
        head.push_str(request.query);
    }
    for (name, value) in headers().filter(own) {
        head.push('\n');
        head.push_str(name);
        head.push('\n');
        head.push_str(&String::from_utf8_lossy(value));
    }
    head.into_boxed_str()
}

/// What is kept of a request's body, and why that is not all.
fn kept(body: &Body) -> (Bytes, Option<Box<NearMiss>>) {
    let cut = |kind, hint: String| Some(Box::new(near_miss(kind, hint)));
    match body {
        Body::Whole(bytes) if bytes.len() <= BODY => (bytes.clone(), None),
        Body::Whole(bytes) => (
            Bytes::copy_from_slice(bytes.get(..BODY).unwrap_or_default()),
            cut(
                "body_cut",
                format!("{BODY} of {} bytes of the body are kept", bytes.len()),
            ),
        ),
        Body::TooLarge => (
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
            api: self.summary.api.name(),
            action: self.summary.action.as_deref(),
            method: entry.method(),
            path: entry.target().0,
            shown_path: self.shown_url.split('?').next().unwrap_or_default(),
            query: &self.summary.query,
            form: &self.summary.form,
            headers,
            user: self.user.as_deref(),
            shown_user: self.shown_user.as_deref(),
            status: entry.outcome().and_then(|outcome| outcome.status),
            matched: self.summary.matched,
        }
    }
}
