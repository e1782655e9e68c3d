//! The secrets that the panel knows: keys, passwords and tokens as they are in its database, so that they can be
//! masked by their values in whatever is shown of requests (contract "The fixture", section 7).
//!
//! They are read when something is shown for the first time, and never while a request is answered. After that
//! only rows that were changed are read again. What was a secret before a change stays one, because the journal
//! shows requests of that time.

mod decoded;
pub mod index;
pub mod masker;

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tokio::sync::Mutex;

use super::Panel;
use super::error::Result;
use crate::store::secret_rows::{ChangedRows, SECRET_TABLES, SecretRows, SecretTable};
use index::{Fingerprint, SecretIndex};
use masker::Masker;

/// From this many secrets on, those that were added since everything was read are no longer searched, and
/// everything is read again.
const MOST_ADDED: usize = 4_096;

/// The secrets as last read.
#[derive(Debug, Default)]
pub struct KnownSecrets(Mutex<Read>);

#[derive(Debug, Default)]
struct Read {
    all: Arc<SecretIndex>,
    /// Those that were added since all were read.
    added: Arc<SecretIndex>,
    added_list: Vec<Fingerprint>,
    /// The password of `api.php` that is known.
    api_pass: Option<String>,
}

/// What one reading of the database has found.
enum Found {
    All(SecretIndex),
    More(Vec<Fingerprint>),
}

impl Panel {
    /// Returns a masker of all secrets that the panel knows.
    ///
    /// # Errors
    /// SQLite's, or [`super::Error::Busy`].
    pub async fn secrets(&self) -> Result<Masker> {
        let access = self.access().await?;
        // Who comes second waits for the first, so that it does not miss the rows that are being read.
        let mut read = self.secrets.0.lock().await;
        let rows = self.store.secret_rows();
        let mut changed = rows.take();
        // A caller that leaves while they are read leaves them to the next one.
        let unread = Unread(Some(rows));
        if read.added_list.len() > MOST_ADDED {
            changed = ChangedRows::All;
        }
        let found = match changed.is_empty() {
            true => Found::More(Vec::new()),
            false => self.store.read(move |db| found(db, &changed)).await?,
        };
        match found {
            Found::All(all) => {
                *read = Read {
                    all: Arc::new(all),
                    ..Read::default()
                };
            }
            Found::More(more) => read.add(more),
        }
        let api_pass = &access.settings.api_pass;
        if read.api_pass.as_ref() != Some(api_pass) {
            read.add(Fingerprint::new(api_pass));
            read.api_pass = Some(api_pass.clone());
        }
        unread.are_read();
        Ok(Masker::new([Arc::clone(&read.all), Arc::clone(&read.added)]))
    }
}

/// Rows that were taken to be read.
struct Unread<'a>(Option<&'a SecretRows>);

impl Unread<'_> {
    fn are_read(mut self) {
        self.0 = None;
    }
}

impl Drop for Unread<'_> {
    fn drop(&mut self) {
        if let Some(rows) = self.0 {
            rows.note_all();
        }
    }
}

impl Read {
    fn add(&mut self, more: impl IntoIterator<Item = Fingerprint>) {
        let known = (Arc::clone(&self.all), Arc::clone(&self.added));
        let new = more
            .into_iter()
            .filter(|one| !known.0.holds(one) && !known.1.holds(one));
        let before = self.added_list.len();
        self.added_list.extend(new);
        if self.added_list.len() > before {
            self.added = Arc::new(SecretIndex::new(self.added_list.iter().copied()));
        }
    }
}

fn found(db: &Connection, changed: &ChangedRows) -> Result<Found> {
    let rows = match changed {
        ChangedRows::All => {
            let mut all = Vec::new();
            for table in &SECRET_TABLES {
                read(db, table, None, &mut all)?;
            }
            return Ok(Found::All(SecretIndex::new(all)));
        }
        ChangedRows::Some(rows) => rows,
    };
    let mut more = Vec::new();
    for (number, row) in rows {
        if let Some(table) = SECRET_TABLES.get(*number) {
            read(db, table, Some(*row), &mut more)?;
        }
    }
    Ok(Found::More(more))
}

/// Reads the secrets of a table, or those of one of its rows.
fn read(db: &Connection, table: &SecretTable, row: Option<i64>, all: &mut Vec<Fingerprint>) -> Result<()> {
    let of = row.map_or("", |_| " WHERE rowid = ?");
    let sql = format!("SELECT {} FROM {}{of}", table.columns.join(", "), table.name);
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query(rusqlite::params_from_iter(row))?;
    while let Some(row) = rows.next()? {
        for column in 0..table.columns.len() {
            if let ValueRef::Text(text) = row.get_ref(column)?
                && let Ok(text) = std::str::from_utf8(text)
            {
                all.extend(Fingerprint::new(text));
            }
        }
    }
    Ok(())
}
