//! Panels that are planted beside one that runs: a world with a seed of its own, and what a panel is to
//! be after its seed files changed. Each begins as a server with these seeds would.

use std::fmt::Display;
use std::sync::Arc;

use crate::panel::clock::Clock;
use crate::panel::rng::Rng;
use crate::panel::startup::StartupState;
use crate::panel::{Panel, Settings};
use crate::seeds::{self, BootstrapCredentials, Seed, SeedContext};
use crate::store::Image;

/// What a panel is planted with.
pub struct PanelSeeding {
    pub seeds: Vec<Seed>,
    pub keys: BootstrapCredentials,
    pub startup: StartupState,
    pub settings: Settings,
    pub clock: Clock,
    pub rng: Rng,
}

/// A panel in memory that nobody has called yet, and the image of it that a reset goes back to.
pub struct SeededPanel {
    pub panel: Arc<Panel>,
    pub image: Image,
}

/// Why there is none.
pub enum SeedingError {
    /// What is wrong with the seeds, a line for each.
    Seeds(String),
    /// Something is wrong with this machine.
    Failed(String),
}

impl PanelSeeding {
    /// Plants it; the files are read now.
    ///
    /// # Errors
    /// [`SeedingError`].
    pub async fn plant(self) -> Result<SeededPanel, SeedingError> {
        let PanelSeeding {
            seeds,
            keys,
            startup,
            settings,
            clock,
            rng,
        } = self;
        let (now, zone) = (clock.now(), settings.zone);
        let plant = move || {
            let image = Image::made(|db| {
                let context = SeedContext {
                    db,
                    keys: &keys,
                    rng: &rng,
                    now,
                    zone,
                };
                seeds::plant(&context, &seeds)
            });
            image.map(|image| (image, rng))
        };
        let planted = tokio::task::spawn_blocking(plant).await.map_err(failed)?;
        let (image, rng) = planted.map_err(|error| SeedingError::Seeds(error.to_string()))?;
        let panel = Arc::new(Panel::of_image(&image, settings, clock, rng).map_err(failed)?);
        if startup.is_empty() {
            return Ok(SeededPanel { panel, image });
        }
        startup.settle(&panel).await.map_err(failed)?;
        let image = panel.store().image().await.map_err(failed)?;
        Ok(SeededPanel { panel, image })
    }
}

fn failed(error: impl Display) -> SeedingError {
    SeedingError::Failed(error.to_string())
}
