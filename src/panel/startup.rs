//! The settings and the administrator that the options name. They are written before the first answer, and
//! override the seeds and the database file.

use std::sync::Arc;

use super::administrator::Administrator;
use super::audit::ChangeSource;
use super::settings::SetError;
use super::{Error, Panel};

/// The state that is written before a panel answers.
#[derive(Clone, Debug, Default)]
pub struct StartupState {
    /// Settings, by their names.
    pub set: Vec<(String, String)>,
    /// The administrator that must exist.
    pub administrator: Option<Administrator>,
}

/// The reason why it was not written.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error(transparent)]
    Set(#[from] SetError),
    #[error(transparent)]
    Administrator(#[from] Error),
}

impl StartupState {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.administrator.is_none()
    }

    /// Writes the state. An administrator that already exists is not written again.
    ///
    /// # Errors
    /// [`StartupError`].
    pub async fn settle(&self, panel: &Arc<Panel>) -> Result<(), StartupError> {
        if !self.set.is_empty() {
            panel.set_from(ChangeSource::command("serve"), self.set.clone()).await?;
        }
        if let Some(administrator) = &self.administrator {
            administrator.settle(panel).await?;
        }
        Ok(())
    }
}
