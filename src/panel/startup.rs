//! What a panel has from its first answer on, whatever its seeds or its file brought: the settings and
//! the administrator that its options name.

use std::sync::Arc;

use super::administrator::Administrator;
use super::settings::SetError;
use super::{Error, Panel};

/// What is written before a panel answers.
#[derive(Clone, Debug, Default)]
pub struct StartupState {
    /// Settings, by their names.
    pub set: Vec<(String, String)>,
    /// Who is to be an administrator.
    pub administrator: Option<Administrator>,
}

/// Why it was not written.
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

    /// Writes it. An administrator who is there already is not written again.
    ///
    /// # Errors
    /// [`StartupError`].
    pub async fn settle(&self, panel: &Arc<Panel>) -> Result<(), StartupError> {
        if !self.set.is_empty() {
            panel.set(self.set.clone()).await?;
        }
        if let Some(administrator) = &self.administrator {
            administrator.settle(panel).await?;
        }
        Ok(())
    }
}
