//! A read of the journal: parses each entry once, and caches the usernames of accounts.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::OptionalExtension;

use super::entry::{Entry, RequestSummary};
use super::{diagnostics, masking};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::dialects::hints::is_key;
use crate::dialects::recorded::{Described, Subject};
use crate::dialects::{Dialects, describe};
use crate::panel::access_cache::AccessCache;
use crate::panel::secrets::masker::Masker;
use crate::store::StoreError;

/// A read of the journal.
pub struct JournalReader<'a> {
    control: &'a Control,
    access: Arc<AccessCache>,
    names: HashMap<i64, Option<String>>,
    /// The known secrets, read when an entry is first shown.
    secrets: Option<Masker>,
    /// When it last let the other requests of its thread go on.
    turn: Instant,
}

/// After so long a reader lets the other requests of its thread go on. Entries are parsed and compared outside of the
/// journal's lock, but on the thread that serves the caller.
const TURN: Duration = Duration::from_millis(2);

impl Control {
    /// Refuses what needs a journal where there is none.
    ///
    /// # Errors
    /// The journal is off.
    pub fn has_journal(&self) -> Result<(), Problem> {
        match self.journal.is_off() {
            true => {
                let hint = "start the server with --journal-size 10000";
                Err(Problem::new(409, "journal_off", "the journal is off", hint))
            }
            false => Ok(()),
        }
    }
}

impl<'a> JournalReader<'a> {
    /// Starts a read.
    ///
    /// # Errors
    /// The journal is off, or an error of the store.
    pub async fn new(control: &'a Control) -> Result<JournalReader<'a>, Problem> {
        control.has_journal()?;
        JournalReader::for_entry(control).await
    }

    /// Starts a read of an entry that need not be in the journal.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn for_entry(control: &'a Control) -> Result<JournalReader<'a>, Problem> {
        Ok(JournalReader {
            control,
            access: control.panel.access().await?,
            names: HashMap::new(),
            secrets: None,
            turn: Instant::now(),
        })
    }

    /// Returns the parsed request of an entry; after the end of the request, with all near misses.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn summary<'e>(&mut self, entry: &'e Entry) -> Result<&'e RequestSummary, Problem> {
        if self.turn.elapsed() > TURN {
            tokio::task::yield_now().await;
            self.turn = Instant::now();
        }
        let summary = self.summarize(entry).await?;
        if entry.outcome().is_some() && !entry.is_diagnosed() {
            entry.set_diagnostics(diagnostics::of_ended(self.control, entry, summary).await?);
        }
        Ok(summary)
    }

    /// Returns a masker of the secrets that the panel knows, and of those that the request itself sent as such.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn masker(&mut self, entry: &Entry, summary: &RequestSummary) -> Result<Masker, Problem> {
        let known = match self.secrets.take() {
            Some(known) => known,
            None => self.control.masker().await?,
        };
        let masker = known.with(masking::sent(self.control.dialects(), entry, summary));
        self.secrets = Some(known);
        Ok(masker)
    }

    /// Returns the parsed request without the near misses that depend on the answer.
    async fn summarize<'e>(&mut self, entry: &'e Entry) -> Result<&'e RequestSummary, Problem> {
        if let Some(summary) = entry.summary() {
            return Ok(summary);
        }
        let parsed = self.parsed(entry).await;
        let user = match &parsed.described.subject {
            None => None,
            Some(Subject::Name(name) | Subject::Mac(name)) => Some(name.clone()),
            Some(Subject::Account(id)) => self.name(*id).await?,
        };
        let shown_user = match &parsed.described.subject {
            Some(Subject::Mac(_)) => Some(masking::MASK.to_owned()),
            _ => user.clone(),
        };
        let (summary, is_first) = entry.set_summary(RequestSummary {
            user,
            shown_user,
            ..parsed
        });
        if is_first {
            self.control.journal.charge(entry, summary.weight());
        }
        Ok(summary)
    }

    /// Parses an entry, but for the user, whose row may have to be read.
    async fn parsed(&self, entry: &Entry) -> RequestSummary {
        let (dialects, access) = (self.control.dialects(), &self.access);
        if let Some(delivery) = delivery(dialects, access, entry) {
            return delivery;
        }
        let headers = entry.headers();
        let described = describe::describe(dialects, access, entry.recorded(&headers)).await;
        anonymous(dialects, access, entry, described)
    }

    /// Returns the username of an account.
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

/// Returns the parsed request of a delivery; `None` for a request to the panel.
pub fn delivery(dialects: Dialects, access: &AccessCache, entry: &Entry) -> Option<RequestSummary> {
    let (sending, headers) = (entry.sending()?, entry.headers());
    let described = describe::delivery(entry.recorded(&headers), &sending.event);
    Some(anonymous(dialects, access, entry, described))
}

/// Returns the parsed request without its user.
fn anonymous(dialects: Dialects, access: &AccessCache, entry: &Entry, mut described: Described) -> RequestSummary {
    described.near_misses.extend_from_slice(entry.arrival());
    RequestSummary {
        described,
        user: None,
        shown_user: None,
        shown_url: masking::url_without(dialects, entry.url(), |part| is_key(access, part)),
    }
}
