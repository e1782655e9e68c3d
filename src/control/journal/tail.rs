//! `GET /_linecard/requests/stream`: the journal as it grows, as server-sent events. A request is an
//! event when it is answered, or when it is certain that it will not be.
//!
//! The ring itself is what a slow client reads from: nothing is queued for it, and what the ring has
//! let go meanwhile is told as `overflow`. Nobody who listens costs nothing.

use std::collections::VecDeque;
use std::fmt::Write;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::Bytes;
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::entry::Entry;
use super::filter::Filter;
use super::reader::JournalReader;
use super::{Listening, requests};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::http::{Request, Response};

/// The filters, which are those of a listing that has an end but for `limit`.
const FILTERS: [&str; 7] = ["since", "api", "action", "user", "status", "unmatched", "fault"];

/// How long nothing is said at most: a connection whose client has gone is found out by this.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Events that are sent at once, and requests that are looked at while they run.
const BATCH: usize = 64;
const RUNNING: usize = 1_000;

/// What the events are sent as.
const CONTENT_TYPE: &str = "text/event-stream";

/// Answers the events. Proxies are told to pass on what comes at once.
pub async fn show(control: &Arc<Control>, request: &Request<'_>) -> Result<Response, Problem> {
    let events = Tail::new(control, request).await?.events();
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    Ok(Response {
        headers: vec![(CACHE_CONTROL, "no-cache".into()), (unbuffered, "no".into())],
        ..Response::streamed(CONTENT_TYPE, Box::pin(events))
    })
}

/// One who listens.
struct Tail {
    control: Arc<Control>,
    filter: Filter,
    /// Up to which number requests are told or in `open`.
    seen: u64,
    /// Those that are not told yet.
    open: VecDeque<(u64, Arc<Entry>)>,
    _listening: Listening,
}

impl Tail {
    /// Begins to listen: to what comes from now on, unless the query says since when.
    ///
    /// # Errors
    /// An unknown filter, or a journal that is off.
    async fn new(control: &Arc<Control>, request: &Request<'_>) -> Result<Tail, Problem> {
        let filter = Filter::from_request(control.dialects(), request, &FILTERS)?;
        JournalReader::new(control).await?;
        Ok(Tail {
            seen: filter.since.unwrap_or_else(|| control.journal.last()),
            control: Arc::clone(control),
            filter,
            open: VecDeque::new(),
            _listening: control.journal.listen(),
        })
    }

    /// The text of the events, until the server stops.
    fn events(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold(self, |mut tail| async move {
            let text = tail.next().await?;
            Some((Ok(text.into()), tail))
        })
    }

    /// What is said next. A store that fails ends it; its client comes again.
    async fn next(&mut self) -> Option<String> {
        let control = Arc::clone(&self.control);
        let wait = control.journal.wait();
        let deadline = Instant::now() + KEEP_ALIVE;
        while !control.journal.is_closed() {
            let mut change = pin!(wait.change());
            change.as_mut().enable();
            let text = self.look(&control).await.ok()?;
            if !text.is_empty() {
                return Some(text);
            }
            // Of many that are not meant, not all were looked at.
            if self.seen < control.journal.last() {
                continue;
            }
            if timeout_at(deadline, change).await.is_err() {
                return Some(": keep-alive\n\n".into());
            }
        }
        None
    }

    /// The events of what has been answered by now.
    async fn look(&mut self, control: &Control) -> Result<String, Problem> {
        let mut text = String::new();
        let missed = self.take_in(control);
        if missed > 0 {
            event(&mut text, "overflow", self.sent_up_to(), &json!({ "missed": missed }));
        }
        let mut reader = JournalReader::about(control).await?;
        let mut sent = 0;
        let mut at = 0;
        while let Some((seq, entry)) = self.open.get(at).filter(|_| sent < BATCH) {
            if entry.outcome().is_none() {
                at += 1;
                continue;
            }
            let (seq, entry) = (*seq, Arc::clone(entry));
            self.open.remove(at);
            if let Some(summary) = self.filter.matching(&mut reader, &entry).await? {
                let whole = requests::whole(control, seq, &entry, summary);
                event(&mut text, "request", self.sent_up_to(), &whole);
                sent += 1;
            }
        }
        Ok(text)
    }

    /// Takes in what is new, as far as there is room, and answers how many were lost: those that the
    /// ring has let go, and the oldest that run where too many do.
    fn take_in(&mut self, control: &Control) -> u64 {
        let page = control.journal.page(self.seen, RUNNING.saturating_sub(self.open.len()));
        self.seen = page.entries.last().map_or(self.seen.max(page.gone), |(seq, _)| *seq);
        self.open.extend(page.entries);
        let full = self.open.len() >= RUNNING;
        let lost = full && self.open.iter().all(|(_, entry)| entry.outcome().is_none());
        if lost {
            self.open.pop_front();
        }
        page.missed + u64::from(lost)
    }

    /// Up to which number everything was told: who begins again from here misses nothing.
    fn sent_up_to(&self) -> u64 {
        self.open.front().map_or(self.seen, |(seq, _)| seq - 1)
    }
}

/// Adds one event.
fn event(text: &mut String, kind: &str, id: u64, data: &Value) {
    let _ = write!(text, "event: {kind}\nid: {id}\ndata: {data}\n\n");
}
