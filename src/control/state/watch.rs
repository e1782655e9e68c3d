//! Watched seed files (`--watch-seed`): when one changes, the panel's state is planted again as by a new server
//! with these seeds, and becomes the baseline. Clock, faults and journal stay. An invalid file changes nothing;
//! its error is reported until it is corrected.
//!
//! The watch polls size and modification time; the few files of a fixture need no library for file system
//! events.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rand::rngs::SysError;

use super::baseline::BaselineState;
use super::seeded_panel::{PanelSeeding, SeededPanel, SeedingError};
use super::snapshots as state;
use crate::config::Config;
use crate::control::Control;
use crate::panel::clock::Clock;
use crate::panel::rng::Rng;
use crate::seeds::Seed;
use crate::store::DatabaseOrigin;

/// The interval of polling. A change is accepted after two equal polls, because the file may still be in the
/// middle of a write.
const POLL_INTERVAL: Duration = Duration::from_millis(125);

/// The seeds of a panel, and the state of their files when they were planted.
pub struct Watch {
    seeds: Vec<Seed>,
    planted: Vec<WatchedFile>,
}

/// A file, with its modification time and size; `None` if it cannot be read.
#[derive(Debug, PartialEq, Eq)]
struct WatchedFile(PathBuf, Option<(SystemTime, u64)>);

impl Watch {
    /// Creates the watch of `--watch-seed`. Call this before the seeds are read, so that a later change is not
    /// missed.
    ///
    /// # Errors
    /// One line with the reason why these seeds cannot be watched.
    pub fn new(config: &Config) -> Result<Option<Watch>, String> {
        if !config.watch_seed {
            return Ok(None);
        }
        let reason = match () {
            () if !config.has_control() => {
                "--watch-seed needs --control, as `linecard test` and `linecard run` have it"
            }
            () if config.seed.contains(&Seed::Stdin) => "--watch-seed cannot read standard input a second time",
            () if !config.seed.iter().any(|seed| matches!(seed, Seed::Path(_))) => {
                "--watch-seed needs a --seed that is a file or a folder"
            }
            () => {
                return Ok(Some(Watch {
                    planted: file_states(&config.seed),
                    seeds: config.seed.clone(),
                }));
            }
        };
        Err(reason.into())
    }

    /// Refuses an existing database, whose data the first change would replace.
    ///
    /// # Errors
    /// One line with the reason.
    pub fn admit(&self, found: DatabaseOrigin, db: &str) -> Result<(), String> {
        match found {
            DatabaseOrigin::New => Ok(()),
            DatabaseOrigin::Existing => Err(format!("--watch-seed needs a new database: {db} has data already")),
        }
    }

    /// Polls the files until the task is dropped.
    pub async fn run(mut self, control: Arc<Control>) {
        let mut last = Vec::new();
        loop {
            actix_web::rt::time::sleep(POLL_INTERVAL).await;
            let files = file_states(&self.seeds);
            if files != self.planted && files == last {
                self.planted = files;
                self.plant_again(&control).await;
            } else {
                last = files;
            }
        }
    }

    /// Plants the seeds again and reports the result.
    async fn plant_again(&self, control: &Control) {
        let planted = match self.seeding(control) {
            Ok(seeding) => seeding.plant().await,
            Err(error) => Err(SeedingError::Failed(error.to_string())),
        };
        let failed = match planted {
            Ok(planted) => Self::replace_state(control, planted).await.err(),
            Err(SeedingError::Seeds(wrong)) => Some(wrong.lines().collect::<Vec<_>>().join("; ")),
            Err(SeedingError::Failed(reason)) => Some(reason),
            // Only callers over HTTP have a limit.
            Err(SeedingError::Stopped(_)) => None,
        };
        if let Some(error) = failed {
            tracing::warn!("the seed has changed and was not planted: {error}");
            control.set_seed_error(Some(error));
        }
    }

    /// Replaces the state and the baseline with those of a new panel.
    ///
    /// The error of an earlier file is cleared first: whoever sees the new epoch must not see the old error.
    async fn replace_state(control: &Control, planted: SeededPanel) -> Result<(), String> {
        control.set_seed_error(None);
        let baseline = control.baseline.replace(BaselineState {
            image: planted.image.into(),
            position: planted.panel.rng().position(),
        });
        let restored = state::restore_image(control, baseline.image.image()).await;
        let epoch = restored.map_err(|error| error.to_string())?;
        tracing::info!("the seed has changed and was planted anew: epoch {epoch}");
        Ok(())
    }

    /// Prepares the planting; the same `--rng-seed` gives the same state as a start.
    fn seeding(&self, control: &Control) -> Result<PanelSeeding, SysError> {
        let clock = Clock::frozen(control.panel().clock().now());
        let rng = match control.rng_seed {
            Some(seed) => Rng::seeded(seed),
            None => Rng::unpredictable()?,
        };
        Ok(PanelSeeding::new(control, self.seeds.clone(), clock, rng))
    }
}

/// Returns the present state of the seeds' files.
fn file_states(seeds: &[Seed]) -> Vec<WatchedFile> {
    let watched_file = |path: PathBuf| {
        let found = fs::metadata(&path).and_then(|found| Ok((found.modified()?, found.len())));
        WatchedFile(path, found.ok())
    };
    let files = |seed: &Seed| match (seed.files(), seed) {
        (Err(_), Seed::Path(path)) => vec![WatchedFile(path.clone(), None)],
        (files, _) => files.unwrap_or_default().into_iter().map(watched_file).collect(),
    };
    seeds.iter().flat_map(files).collect()
}
