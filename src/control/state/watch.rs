//! Seed files that are looked at while the panel runs (`--watch-seed`): when one of them changed, the
//! panel begins anew with them, as a server that is started now, and a reset goes back to that. Clock,
//! faults and journal stay. A file with an error changes nothing and is told, until it is mended.
//!
//! Looking is asking the system for each file's size and time of change; no library that is told of
//! changes by the system is needed for the few files of a fixture.

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
use crate::panel::startup::StartupState;
use crate::seeds::{BootstrapCredentials, Seed};
use crate::store::{DatabaseOrigin, StoreError};

/// How often the files are looked at. A change counts when they look the same the next time: until then
/// somebody may be writing.
const LOOK: Duration = Duration::from_millis(125);

/// The seeds of a panel, and how their files looked when they were planted.
pub struct Watch {
    seeds: Vec<Seed>,
    keys: BootstrapCredentials,
    startup: StartupState,
    planted: Vec<WatchedFile>,
}

/// A file, with the time of its last change and its size; without them where it is not to be read.
#[derive(Debug, PartialEq, Eq)]
struct WatchedFile(PathBuf, Option<(SystemTime, u64)>);

impl Watch {
    /// What `--watch-seed` asks for. It is to be made before the seeds are read: what changes meanwhile
    /// is a change.
    ///
    /// # Errors
    /// One line that says why these seeds cannot be watched.
    pub fn new(config: &Config, keys: &BootstrapCredentials, startup: &StartupState) -> Result<Option<Watch>, String> {
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
                    planted: looks(&config.seed),
                    seeds: config.seed.clone(),
                    keys: keys.clone(),
                    startup: startup.clone(),
                }));
            }
        };
        Err(reason.into())
    }

    /// Refuses a database that its seeds were not planted in: it would be lost with the first change.
    ///
    /// # Errors
    /// One line.
    pub fn admit(&self, found: DatabaseOrigin, db: &str) -> Result<(), String> {
        match found {
            DatabaseOrigin::New => Ok(()),
            DatabaseOrigin::Existing => Err(format!("--watch-seed needs a new database: {db} has data already")),
        }
    }

    /// Looks for as long as it is asked to.
    pub async fn run(mut self, control: Arc<Control>) {
        let mut last = Vec::new();
        loop {
            actix_web::rt::time::sleep(LOOK).await;
            let seen = looks(&self.seeds);
            if seen != self.planted && seen == last {
                self.planted = seen;
                self.begin_anew(&control).await;
            } else {
                last = seen;
            }
        }
    }

    /// Lets the panel begin anew, and tells how that went.
    async fn begin_anew(&self, control: &Control) {
        let planted = match self.planting(control) {
            Ok(planting) => planting.plant().await,
            Err(error) => Err(SeedingError::Failed(error.to_string())),
        };
        let error = match planted {
            Ok(planted) => match control.begin_with(planted).await {
                Ok(epoch) => {
                    tracing::info!("the seed has changed and was planted anew: epoch {epoch}");
                    None
                }
                Err(error) => Some(error.to_string()),
            },
            Err(SeedingError::Seeds(wrong)) => Some(wrong.lines().collect::<Vec<_>>().join("; ")),
            Err(SeedingError::Failed(reason)) => Some(reason),
        };
        if let Some(error) = &error {
            tracing::warn!("the seed has changed and was not planted: {error}");
        }
        control.set_seed_error(error);
    }

    /// The same seed of chance gives the same panel as a start would.
    fn planting(&self, control: &Control) -> Result<PanelSeeding, SysError> {
        let panel = control.panel();
        Ok(PanelSeeding {
            seeds: self.seeds.clone(),
            keys: self.keys.clone(),
            startup: self.startup.clone(),
            settings: panel.settings().clone(),
            clock: Clock::frozen(panel.clock().now()),
            rng: match control.rng_seed {
                Some(seed) => Rng::seeded(seed),
                None => Rng::unpredictable()?,
            },
        })
    }
}

impl Control {
    /// Makes the panel what another one was planted to be, and answers how often its state was replaced.
    async fn begin_with(&self, planted: SeededPanel) -> Result<u64, StoreError> {
        let beginning = self.baseline.replace(BaselineState {
            image: planted.image,
            position: planted.panel.rng().position(),
        });
        state::go_to(self, &beginning.image).await
    }
}

/// How the files of seeds look now.
fn looks(seeds: &[Seed]) -> Vec<WatchedFile> {
    let look = |path: PathBuf| {
        let found = fs::metadata(&path).and_then(|found| Ok((found.modified()?, found.len())));
        WatchedFile(path, found.ok())
    };
    let files = |seed: &Seed| match (seed.files(), seed) {
        (Err(_), Seed::Path(path)) => vec![WatchedFile(path.clone(), None)],
        (files, _) => files.unwrap_or_default().into_iter().map(look).collect(),
    };
    seeds.iter().flat_map(files).collect()
}
