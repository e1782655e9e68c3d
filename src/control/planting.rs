//! Panels that are planted beside one that runs: a world with a seed of its own, and what a panel is to
//! be after its seed files changed. Each begins as a server with these seeds would.

use std::fmt::Display;
use std::sync::Arc;

use crate::panel::chance::Chance;
use crate::panel::clock::Clock;
use crate::panel::outset::Outset;
use crate::panel::seeds::{self, Ground, Keys, Seed};
use crate::panel::{Panel, Settings};
use crate::store::Image;

/// What a panel is planted with.
pub struct Planting {
    pub seeds: Vec<Seed>,
    pub keys: Keys,
    pub outset: Outset,
    pub settings: Settings,
    pub clock: Clock,
    pub chance: Chance,
}

/// A panel in memory that nobody has called yet, and the image of it that a reset goes back to.
pub struct Planted {
    pub panel: Arc<Panel>,
    pub image: Image,
}

/// Why there is none.
pub enum Unplanted {
    /// What is wrong with the seeds, a line for each.
    Seeds(String),
    /// Something is wrong with this machine.
    Failed(String),
}

impl Planting {
    /// Plants it; the files are read now.
    ///
    /// # Errors
    /// [`Unplanted`].
    pub async fn plant(self) -> Result<Planted, Unplanted> {
        let Planting {
            seeds,
            keys,
            outset,
            settings,
            clock,
            chance,
        } = self;
        let (now, zone) = (clock.now(), settings.zone);
        let plant = move || {
            let image = Image::made(|db| {
                let ground = Ground {
                    db,
                    keys: &keys,
                    chance: &chance,
                    now,
                    zone,
                };
                seeds::plant(&ground, &seeds)
            });
            image.map(|image| (image, chance))
        };
        let planted = tokio::task::spawn_blocking(plant).await.map_err(failed)?;
        let (image, chance) = planted.map_err(|error| Unplanted::Seeds(error.to_string()))?;
        let panel = Arc::new(Panel::of_image(&image, settings, clock, chance).map_err(failed)?);
        if outset.is_empty() {
            return Ok(Planted { panel, image });
        }
        outset.settle(&panel).await.map_err(failed)?;
        let image = panel.store().image().await.map_err(failed)?;
        Ok(Planted { panel, image })
    }
}

fn failed(error: impl Display) -> Unplanted {
    Unplanted::Failed(error.to_string())
}
