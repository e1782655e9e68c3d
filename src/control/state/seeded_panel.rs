//! New panels planted from seeds in a running server: a world with its own seed, or the new state after a
//! change of seed files. They start as a server with these seeds would.

use std::fmt::Display;
use std::sync::Arc;

use super::held;
use crate::budget::Charge;
use crate::control::Control;
use crate::control::problem::Problem;
use crate::http::Request;
use crate::panel::clock::Clock;
use crate::panel::rng::Rng;
use crate::panel::startup::StartupState;
use crate::panel::{Panel, Settings};
use crate::seeds::{self, BootstrapCredentials, PlantingLimit, PlantingStop, Seed, SeedContext};
use crate::store::Image;

/// What a new panel of a server has beside its seeds.
#[derive(Clone)]
pub struct Bootstrap {
    /// The credentials that the server's options name.
    pub keys: BootstrapCredentials,
    pub startup: StartupState,
    /// Whether a world begins at the instant of its seed, as the server was started without a clock of its own.
    pub seed_clocks: bool,
}

/// The parts of a new panel.
pub struct PanelSeeding {
    pub seeds: Vec<Seed>,
    pub keys: BootstrapCredentials,
    pub startup: StartupState,
    pub settings: Settings,
    pub clock: Clock,
    pub rng: Rng,
    /// The limit of generated rows, if a caller asked for them.
    pub limit: Option<PlantingLimit>,
}

/// A panel in memory before its first request, and its image, which a reset restores.
pub struct SeededPanel {
    pub panel: Arc<Panel>,
    pub image: Image,
    /// What was charged for generated rows.
    pub charge: Option<Charge>,
}

/// Why the panel could not be planted.
pub enum SeedingError {
    /// The errors in the seeds, one line each.
    Seeds(String),
    /// An error of this machine.
    Failed(String),
    /// The limit was reached.
    Stopped(PlantingStop),
}

impl PanelSeeding {
    /// Seeds for a panel beside a server's own, which gets what that got beside its seeds.
    pub fn new(control: &Control, seeds: Vec<Seed>, clock: Clock, rng: Rng) -> PanelSeeding {
        let Bootstrap { keys, startup, .. } = (*control.bootstrap).clone();
        PanelSeeding {
            seeds,
            keys,
            startup,
            settings: control.panel.settings().clone(),
            clock,
            rng,
            limit: None,
        }
    }

    /// Builds the panel for a caller: see [`held::plant_for`].
    ///
    /// # Errors
    /// What is wrong with the seeds, or why the planting was stopped.
    pub async fn plant_for(self, control: &Control, request: &Request<'_>) -> Result<SeededPanel, Problem> {
        let planting = async |limit| {
            let limit = Some(limit);
            PanelSeeding { limit, ..self }.plant().await
        };
        Ok(held::plant_for(request, &control.limits.states, planting).await??)
    }

    /// Reads the seeds and builds the panel.
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
            limit,
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
                    limit: limit.as_ref(),
                };
                seeds::plant(&context, &seeds)
            });
            (image, rng, limit)
        };
        let (image, rng, limit) = tokio::task::spawn_blocking(plant).await.map_err(failed)?;
        let image = image.map_err(|error| match limit.as_ref().and_then(PlantingLimit::stop) {
            Some(stop) => SeedingError::Stopped(stop),
            None => SeedingError::Seeds(error.to_string()),
        })?;
        let charge = limit.map(PlantingLimit::into_charge);
        let panel = Arc::new(Panel::of_image(&image, settings, clock, rng).map_err(failed)?);
        if startup.is_empty() {
            return Ok(SeededPanel { panel, image, charge });
        }
        startup.settle(&panel).await.map_err(failed)?;
        let image = panel.store().image().await.map_err(failed)?;
        Ok(SeededPanel { panel, image, charge })
    }
}

fn failed(error: impl Display) -> SeedingError {
    SeedingError::Failed(error.to_string())
}

/// The problem of a caller whose seed was not planted.
impl From<SeedingError> for Problem {
    fn from(error: SeedingError) -> Problem {
        match error {
            SeedingError::Seeds(wrong) => Problem::bad_request(wrong, "choose another `seed`"),
            SeedingError::Stopped(stop) => held::stopped(stop),
            SeedingError::Failed(reason) => {
                tracing::error!(error = %reason, "a seed could not be planted");
                let hint = "DELETE worlds that are not needed";
                Problem::new(
                    503,
                    "not_planted",
                    format!("the seed could not be planted: {reason}"),
                    hint,
                )
            }
        }
    }
}
