//! The formats of the panel's whole state. Each can also seed another panel.

use std::path::Path;

use crate::document::Node;
use crate::panel::answers::AnswerBody;
use crate::panel::{self, Panel};
use crate::seeds;
use crate::store::StoreError;

/// A format of the whole state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateForm {
    Json,
    Yaml,
    Sqlite,
}

impl StateForm {
    /// The names of the formats.
    pub const NAMES: [&str; 3] = ["json", "yaml", "sqlite"];

    /// Returns the format of this name.
    pub fn named(name: &str) -> Option<StateForm> {
        match name {
            "json" => Some(StateForm::Json),
            "yaml" => Some(StateForm::Yaml),
            "sqlite" => Some(StateForm::Sqlite),
            _ => None,
        }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            StateForm::Json => "json",
            StateForm::Yaml => "yaml",
            StateForm::Sqlite => "sqlite",
        }
    }

    /// Returns the format of a file's suffix.
    pub fn of_file(path: &Path) -> Option<StateForm> {
        match path.extension()?.to_str()? {
            "yml" => Some(StateForm::Yaml),
            "db" => Some(StateForm::Sqlite),
            suffix => StateForm::named(suffix),
        }
    }

    /// Returns the `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            StateForm::Json => "application/json",
            StateForm::Yaml => "application/yaml",
            StateForm::Sqlite => "application/vnd.sqlite3",
        }
    }

    /// What is in memory while a state is made, as a multiple of its database: an image, its bytes and their copy, or
    /// the tree of a document with names and texts of their own, and its text.
    fn cost(self) -> usize {
        match self {
            StateForm::Sqlite => 3,
            StateForm::Json | StateForm::Yaml => 10,
        }
    }
}

impl Panel {
    /// Returns the present state as an answer.
    ///
    /// # Errors
    /// [`panel::Error::TooLarge`] if the database is larger than an answer may be, or its state could never be made within
    /// what all answers may hold; [`panel::Error::Busy`] while other answers hold too much.
    pub async fn state_answer(&self, form: StateForm) -> panel::Result<AnswerBody> {
        let limits = &self.settings().answers;
        let largest = limits.largest.min(limits.all.limit() / form.cost());
        let making = limits.making(self.store().size().await?, largest, form.cost())?;
        let state = self.state(form).await?;
        drop(making);
        Ok(limits.charge(state))
    }

    /// Returns the present state.
    ///
    /// # Errors
    /// An error of SQLite, or [`StoreError::Busy`].
    pub async fn state(&self, form: StateForm) -> Result<Vec<u8>, StoreError> {
        let print: fn(&Node) -> String = match form {
            StateForm::Json => seeds::json,
            StateForm::Yaml => seeds::yaml,
            StateForm::Sqlite => return self.store().image().await?.bytes(),
        };
        let zone = self.zone();
        let printed = self.store().read(move |db| {
            let document = seeds::export(db, zone).map_err(StoreError::from)?;
            Ok::<_, StoreError>(print(&document))
        });
        Ok(printed.await?.into_bytes())
    }
}
