//! One question to the journal: it reads what entries say, each once however many ask.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::entry::{Entry, Told};
use super::problem::Problem;
use super::{Control, hindsight, masking};
use crate::panel::gates::Gates;
use crate::store::StoreError;
use crate::wire::describe::{Who, describe, is_key};

/// One question to the journal.
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
        let told = self.read(entry).await?;
        if entry.outcome().is_some() && !entry.is_looked_back_on() {
            entry.look_back(hindsight::of(self.control, &self.gates, entry, told).await?);
        }
        Ok(told)
    }

    /// What an entry said when it came.
    async fn read<'e>(&mut self, entry: &'e Entry) -> Result<&'e Told, Problem> {
        if let Some(told) = entry.told() {
            return Ok(told);
        }
        let headers = entry.headers();
        let mut described = describe(&self.gates, &entry.sent(&headers)).await;
        described.findings.extend(entry.cut().cloned());
        let user = match &described.who {
            None => None,
            Some(Who::Name(name) | Who::Mac(name)) => Some(name.clone()),
            Some(Who::Account(id)) => self.name(*id).await?,
        };
        let shown_user = match &described.who {
            Some(Who::Mac(_)) => Some(masking::MASK.to_owned()),
            _ => user.clone(),
        };
        Ok(entry.tell(Told {
            described,
            user,
            shown_user,
            shown_url: masking::url_without(entry.url(), |part| is_key(&self.gates, part)),
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
