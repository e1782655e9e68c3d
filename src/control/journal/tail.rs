//! `GET /_linecard/requests/stream`: new requests as server-sent events. A request is sent when it is answered,
//! or when it is certain that it will not be.
//!
//! A slow client reads from the ring itself: there is no queue for it and it keeps no entry alive, so that entries
//! that the ring evicted meanwhile are reported as `overflow`. At most one chunk of text waits for it, and the
//! connection of a client that does not read at all is reset. Without clients it costs nothing.

use std::collections::VecDeque;
use std::fmt::Write;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Weak};
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
use crate::http::connection::ConnectionHandle;
use crate::http::patience::patient;
use crate::http::{Request, Response};

/// The filters: those of a listing, without `limit`.
pub const FILTERS: [&str; 7] = ["since", "api", "action", "user", "status", "unmatched", "fault"];

/// The longest silence: writing to a connection whose client has gone then fails.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// The size of a chunk, in bytes; the last event of a chunk may exceed it.
const CHUNK: usize = 64 << 10;
/// The largest number of unfinished requests that are tracked for one client.
const RUNNING: usize = 1_000;

/// The type of the stream.
pub const CONTENT_TYPE: &str = "text/event-stream";

/// Answers the stream. The header tells proxies not to buffer it.
pub async fn show(control: &Arc<Control>, request: &Request<'_>) -> Result<Response, Problem> {
    let events = Box::pin(Tail::new(control, request).await?.events());
    let events = patient(events, control.limits.slow_reader, request.connection());
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    Ok(Response {
        headers: vec![(CACHE_CONTROL, "no-cache".into()), (unbuffered, "no".into())],
        ..Response::streamed(CONTENT_TYPE, events)
    })
}

/// A client that follows the journal.
struct Tail {
    control: Arc<Control>,
    filter: Filter,
    /// The number of the last request that was sent or is in `open`.
    seen: u64,
    /// The requests that are not sent yet. Only the journal and the requests themselves keep them.
    open: VecDeque<(u64, Weak<Entry>)>,
    /// The number of the last entry that was deleted by a request.
    cleared: u64,
    connection: Option<ConnectionHandle>,
    _listening: Listening,
}

impl Tail {
    /// Starts to follow: from now on, or after the query's `since`.
    ///
    /// # Errors
    /// An unknown filter, or the journal is off.
    async fn new(control: &Arc<Control>, request: &Request<'_>) -> Result<Tail, Problem> {
        let filter = Filter::from_request(control.dialects(), request, &FILTERS)?;
        JournalReader::new(control).await?;
        Ok(Tail {
            seen: filter.since.unwrap_or_else(|| control.journal.last()),
            control: Arc::clone(control),
            filter,
            open: VecDeque::new(),
            cleared: 0,
            connection: request.connection().cloned(),
            _listening: control.journal.listen()?,
        })
    }

    /// Returns the text of the events, until the server stops.
    fn events(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold(self, |mut tail| async move {
            let text = tail.next().await?;
            Some((Ok(text.into()), tail))
        })
    }

    /// Returns the next text; `None` when the client has left. An error of the store ends the stream; the client
    /// connects again.
    async fn next(&mut self) -> Option<String> {
        let control = Arc::clone(&self.control);
        let connection = self.connection.clone();
        let mut left = pin!(ConnectionHandle::client_left(connection.as_ref()));
        let wait = control.journal.wait();
        let deadline = Instant::now() + KEEP_ALIVE;
        while !control.journal.is_closed() {
            let mut change = pin!(wait.change());
            change.as_mut().enable();
            let text = self.read_events(&control).await.ok()?;
            if !text.is_empty() {
                return Some(text);
            }
            // There are more entries than one read takes in: read again before waiting.
            if self.seen < control.journal.last() {
                continue;
            }
            tokio::select! {
                () = &mut left => return None,
                changed = timeout_at(deadline, change) => if changed.is_err() {
                    return Some(": keep-alive\n\n".into());
                },
            }
        }
        None
    }

    /// Returns the events of the requests that have ended.
    async fn read_events(&mut self, control: &Control) -> Result<String, Problem> {
        let mut text = String::new();
        let missed = self.take_in(control);
        if missed > 0 {
            event(&mut text, "overflow", self.sent_up_to(), &json!({ "missed": missed }));
        }
        let mut reader = JournalReader::for_entry(control).await?;
        let mut at = 0;
        while let Some((seq, entry)) = self.open.get(at).filter(|_| text.len() < CHUNK) {
            let ended = entry.upgrade().filter(|entry| entry.outcome().is_some());
            let Some(entry) = ended else {
                at += 1;
                continue;
            };
            let seq = *seq;
            self.open.remove(at);
            if let Some(summary) = self.filter.matching(&mut reader, &entry).await? {
                let masker = reader.masker(&entry, summary).await?;
                let whole = requests::whole(control, seq, &entry, summary, &masker);
                event(&mut text, "request", self.sent_up_to(), &whole);
            }
        }
        Ok(text)
    }

    /// Reads new entries up to the limit, and returns how many were lost: those evicted, and the oldest running
    /// one when too many run.
    fn take_in(&mut self, control: &Control) -> u64 {
        let page = control.journal.page(self.seen, RUNNING.saturating_sub(self.open.len()));
        self.cleared = page.cleared;
        self.seen = page.entries.last().map_or(self.seen.max(page.gone), |(seq, _)| *seq);
        let evicted = self.drop_evicted();
        let fresh = page.entries.iter().map(|(seq, entry)| (*seq, Arc::downgrade(entry)));
        self.open.extend(fresh);
        let is_running = |entry: &Weak<Entry>| entry.upgrade().is_some_and(|entry| entry.outcome().is_none());
        let lost = self.open.len() >= RUNNING && self.open.iter().all(|(_, entry)| is_running(entry));
        if lost {
            self.open.pop_front();
        }
        page.missed + evicted + u64::from(lost)
    }

    /// Forgets the entries that the journal has dropped, and returns how many there were; those that were
    /// deleted by a request are not missed.
    fn drop_evicted(&mut self) -> u64 {
        let (before, cleared) = (self.open.len(), self.cleared);
        self.open
            .retain(|(seq, entry)| *seq > cleared || entry.strong_count() > 0);
        let deleted = before - self.open.len();
        self.open.retain(|(_, entry)| entry.strong_count() > 0);
        u64::try_from(before - deleted - self.open.len()).unwrap_or_default()
    }

    /// Returns the number up to which all were sent: a client that continues from here misses nothing.
    fn sent_up_to(&self) -> u64 {
        self.open.front().map_or(self.seen, |(seq, _)| seq - 1)
    }
}

/// Appends an event.
fn event(text: &mut String, kind: &str, id: u64, data: &Value) {
    let _ = write!(text, "event: {kind}\nid: {id}\ndata: {data}\n\n");
}
