//! The journal: the requests that the panel got, in a ring of a bounded size (contract "The
//! fixture", section 7).
//!
//! A request is written down when it arrives, so that one whose answer is late can be counted, and
//! what became of it is filled in later. Writing down is one copy of its head and one short lock:
//! what it says is read when somebody asks, once.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Instant;

use actix_web::web::Bytes;
use rusqlite::OptionalExtension;
use tokio::sync::Notify;

use super::matching::Seen;
use super::problem::Problem;
use super::{Control, masking};
use crate::panel::clock;
use crate::panel::gates::Gates;
use crate::store::StoreError;
use crate::wire::body::{self, Body};
use crate::wire::describe::{Api, Auth, Described, Finding, Sent, Who, describe};
use crate::wire::{Request, Response};

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
    head: String,
    pub body: Bytes,
    /// Why there is less of the body than was sent.
    cut: Option<Finding>,
    outcome: OnceLock<Outcome>,
    told: OnceLock<Told>,
}

/// What became of a request.
#[derive(Debug)]
pub struct Outcome {
    pub status: u16,
    pub bytes: usize,
    /// How long it took, in microseconds.
    pub us: u128,
    pub auth: Auth,
}

/// What a request says, and who that is.
#[derive(Debug)]
pub struct Told {
    pub described: Described,
    pub user: Option<String>,
    /// The user without secrets.
    pub shown_user: Option<String>,
}

impl Entry {
    /// A request that has just come.
    pub fn new<'a>(
        api: Api,
        at: i64,
        request: &Request<'_>,
        headers: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Entry {
        let mut head = String::with_capacity(512);
        head.push_str(request.method);
        head.push('\n');
        head.push_str(request.path);
        if !request.query.is_empty() {
            head.push('?');
            head.push_str(request.query);
        }
        for (name, value) in headers {
            // Those of the connection are not the request's.
            if !matches!(name, "connection" | "keep-alive" | "transfer-encoding" | "upgrade") {
                head.push('\n');
                head.push_str(name);
                head.push('\n');
                head.push_str(&String::from_utf8_lossy(value));
            }
        }
        let cut = |kind, hint| Some(Finding { kind, hint });
        let (body, cut) = match &request.body {
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
        };
        Entry {
            api,
            at,
            at_real: clock::system(),
            begun: Instant::now(),
            peer: request.peer,
            head,
            body,
            cut,
            outcome: OnceLock::new(),
            told: OnceLock::new(),
        }
    }

    /// The dialect that answers it, by its name.
    pub fn api(&self) -> &'static str {
        self.api.name()
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

    /// What became of it; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }
}

impl Told {
    /// What is matched of an entry.
    pub fn seen<'a>(&'a self, entry: &'a Entry, headers: &'a [(&'a str, &'a str)]) -> Seen<'a> {
        Seen {
            api: self.described.api.name(),
            action: self.described.action.as_deref(),
            method: entry.method(),
            path: entry.target().0,
            query: &self.described.query,
            form: &self.described.form,
            headers,
            user: self.user.as_deref(),
            shown_user: self.shown_user.as_deref(),
            status: entry.outcome().map(|outcome| outcome.status),
            matched: self.described.matched,
        }
    }
}

/// The journal of one panel.
pub struct Journal {
    size: usize,
    ring: Mutex<Ring>,
    changed: Notify,
    /// How many wait for a change: nobody is the rule, and then nobody is told.
    waiting: AtomicUsize,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// How many entries there have been before the first one here.
    before: u64,
    /// How many of those were forgotten because somebody asked for it.
    cleared: u64,
}

/// The entries after a number.
pub struct Page {
    pub entries: Vec<(u64, Arc<Entry>)>,
    /// How many of them the ring had no room for.
    pub missed: u64,
    /// Up to which number the journal was cleared.
    pub cleared: u64,
}

impl Journal {
    /// A journal of so many entries; none turns it off.
    pub fn new(size: usize) -> Journal {
        Journal {
            size,
            ring: Mutex::default(),
            changed: Notify::new(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Whether nothing is kept.
    pub fn is_off(&self) -> bool {
        self.size == 0
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Writes an entry down.
    pub fn record(&self, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        let mut ring = self.ring();
        let gone = match ring.entries.len() < self.size {
            true => None,
            false => {
                ring.before += 1;
                ring.entries.pop_front()
            }
        };
        ring.entries.push_back(Arc::clone(&entry));
        drop(ring);
        // Memory is given back outside of the lock.
        drop(gone);
        self.tell();
        entry
    }

    /// Writes down what became of an entry.
    pub fn answer(&self, entry: &Entry, response: &Response) {
        let outcome = Outcome {
            status: response.status,
            bytes: response.body.len(),
            us: entry.begun.elapsed().as_micros(),
            auth: Auth::of(entry.api, response),
        };
        let _ = entry.outcome.set(outcome);
        self.tell();
    }

    fn tell(&self) {
        // Who counts as waiting before looking, or else looks after this: see `Wait::look`.
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.changed.notify_waiters();
        }
    }

    /// The entries whose number is larger.
    pub fn since(&self, seq: u64) -> Page {
        let ring = self.ring();
        let from = seq.max(ring.before);
        let skip = usize::try_from(from - ring.before).unwrap_or(usize::MAX);
        let entries = ring.entries.iter().skip(skip).cloned();
        Page {
            entries: (from + 1..).zip(entries).collect(),
            missed: ring.before.saturating_sub(seq.max(ring.cleared)),
            cleared: ring.cleared,
        }
    }

    /// Forgets all entries and answers how many there were. Numbers go on.
    pub fn clear(&self) -> usize {
        let mut ring = self.ring();
        let gone = std::mem::take(&mut ring.entries);
        ring.before += u64::try_from(gone.len()).unwrap_or_default();
        ring.cleared = ring.before;
        drop(ring);
        gone.len()
    }

    /// Begins to wait for changes.
    pub fn wait(&self) -> Wait<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        Wait(self)
    }
}

/// Somebody who waits for changes of a journal.
pub struct Wait<'a>(&'a Journal);

impl Wait<'_> {
    /// The next change. Enable it, look at the journal, then wait: nothing is missed between.
    pub fn change(&self) -> tokio::sync::futures::Notified<'_> {
        self.0.changed.notified()
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One question to the journal: it reads what entries say.
pub struct Asking<'a> {
    control: &'a Control,
    gates: Arc<Gates>,
    names: HashMap<i64, Option<String>>,
}

impl<'a> Asking<'a> {
    /// Begins a question.
    ///
    /// # Errors
    /// A journal that is off, or the store's.
    pub async fn new(control: &'a Control) -> Result<Asking<'a>, Problem> {
        if control.journal.is_off() {
            let hint = "start the server with --journal-size 10000";
            return Err(Problem::new(409, "journal_off", "the journal is off", hint));
        }
        Asking::about(control).await
    }

    /// Begins a question about an entry that the journal need not hold.
    ///
    /// # Errors
    /// The store's.
    pub async fn about(control: &'a Control) -> Result<Asking<'a>, Problem> {
        Ok(Asking {
            control,
            gates: control.panel.gates().await?,
            names: HashMap::new(),
        })
    }

    /// What an entry says.
    ///
    /// # Errors
    /// The store's.
    pub async fn tell<'e>(&mut self, entry: &'e Entry) -> Result<&'e Told, Problem> {
        if let Some(told) = entry.told.get() {
            return Ok(told);
        }
        let ((path, query), headers) = (entry.target(), entry.headers());
        let sent = Sent {
            api: entry.api,
            method: entry.method(),
            path,
            query,
            headers: &headers,
            body: &entry.body,
        };
        let mut described = describe(&self.gates, &sent).await;
        described.findings.extend(entry.cut.clone());
        let user = match &described.who {
            None => None,
            Some(Who::Name(name) | Who::Mac(name)) => Some(name.clone()),
            Some(Who::Account(id)) => self.name(*id).await?,
        };
        let shown_user = match &described.who {
            Some(Who::Mac(_)) => Some(masking::MASK.to_owned()),
            _ => user.clone(),
        };
        Ok(entry.told.get_or_init(|| Told {
            described,
            user,
            shown_user,
        }))
    }

    /// The username of an account.
    async fn name(&mut self, id: i64) -> Result<Option<String>, Problem> {
        if let Some(name) = self.names.get(&id) {
            return Ok(name.clone());
        }
        let read = move |db: &rusqlite::Connection| {
            let name = db.query_row("SELECT username FROM users WHERE id = ?", [id], |row| row.get(0));
            name.optional().map_err(StoreError::from)
        };
        let name: Option<String> = self.control.panel.store().read(read).await?;
        self.names.insert(id, name.clone());
        Ok(name)
    }
}
