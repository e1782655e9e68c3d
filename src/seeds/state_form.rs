//! The formats of the panel's whole state. Each can also seed another panel.

use std::path::Path;

use crate::document::Node;
use crate::panel::Panel;
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
}

impl Panel {
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
