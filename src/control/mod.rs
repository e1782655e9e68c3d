//! The control plane: what a test asks of the panel behind its clients' backs (contract "The
//! fixture"). It answers under `/_linecard/` alone and only where it was switched on.
//!
//! `routes` has a row for each endpoint. State, clock, faults and journal are files of their own;
//! none of them knows a dialect's wire form but through [`crate::dialects`].

pub mod clock;
pub mod docs;
mod endpoint;
pub mod faults;
mod index;
mod info;
pub mod journal;
mod members;
pub mod metrics;
mod openapi;
pub mod problem;
pub mod routes;
pub mod state;
pub mod strict;
pub mod test_headers;
pub mod verify;
pub mod worlds;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::json;

use crate::dialects::Dialects;
use crate::http::address::Address;
use crate::http::{Request, Response};
use crate::panel::clock::Mode;
use crate::panel::{Panel, access_cache as access};
use crate::store::{Image, StoreError};
use faults::Faults;
use journal::Journal;
use members::answer;
use metrics::Metrics;
use problem::Problem;
use state::baseline::{Baseline, BaselineState};
use worlds::hosting::{HostTarget, Worlds};

/// The prefix of every path. No access code, line or account can have its name.
pub const PREFIX: &str = "/_linecard/";

/// The version of the endpoints; they are only added to.
const API: u32 = 1;

/// The name of the server's own panel among its worlds.
pub const MAIN: &str = "main";

/// What a control plane begins with.
pub struct Setup {
    pub panel: Arc<Panel>,
    pub address: Address,
    pub token: Option<String>,
    pub journal_size: usize,
    /// What makes requests fail from the start.
    pub faults: Faults,
    /// The dialects of the panel.
    pub dialects: Dialects,
    /// Whether every answer tells what the server made of its request.
    pub debug: bool,
    /// From which all draws follow, if somebody chose it.
    pub rng_seed: Option<u64>,
    pub world: String,
    /// What a reset goes back to, where it is not what the panel holds now.
    pub baseline: Option<Image>,
    pub exposed: bool,
    pub worlds: Option<Arc<Worlds>>,
}

/// The control plane of one panel.
pub struct Control {
    panel: Arc<Panel>,
    /// What callers must show; `None` where only this machine can call.
    token: Option<String>,
    address: Address,
    dialects: Dialects,
    /// The name of the world that it steers.
    world: String,
    /// The other worlds of the server, which the main panel's control plane alone knows.
    worlds: Option<Arc<Worlds>>,
    /// Whether other machines can call and the server is not there for tests: then what takes a
    /// panel's state from under its customers is refused.
    exposed: bool,
    /// From which all draws follow, if somebody chose it.
    rng_seed: Option<u64>,
    /// What a reset goes back to.
    baseline: Baseline,
    /// Why the seed files as they are now were not planted.
    seed_error: Mutex<Option<String>>,
    snapshots: Mutex<BTreeMap<String, Image>>,
    /// How often the state was reset or restored.
    epoch: AtomicU64,
    /// The clock as it was at the start.
    clock: Mode,
    journal: Journal,
    /// What has been done since the start.
    metrics: Metrics,
    /// What makes requests fail.
    faults: Faults,
    /// Whether every answer tells what the server made of its request.
    debug: bool,
    /// What stops the server, once it runs.
    stop: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Control {
    /// Switches the control plane on; what the panel holds now is what a reset goes back to.
    pub async fn new(setup: Setup) -> Result<Control, StoreError> {
        let panel = setup.panel;
        let image = match setup.baseline {
            Some(image) => image,
            None => panel.store().image().await?,
        };
        Ok(Control {
            metrics: Metrics::new(setup.dialects),
            dialects: setup.dialects,
            baseline: Baseline::with(BaselineState {
                image,
                position: panel.rng().position(),
            }),
            seed_error: Mutex::default(),
            clock: panel.clock().mode(),
            journal: Journal::new(setup.journal_size),
            faults: setup.faults,
            debug: setup.debug,
            stop: OnceLock::new(),
            panel,
            token: setup.token,
            address: setup.address,
            world: setup.world,
            worlds: setup.worlds,
            exposed: setup.exposed,
            rng_seed: setup.rng_seed,
            snapshots: Mutex::default(),
            epoch: AtomicU64::new(0),
        })
    }

    /// The scope of its paths: the prefix without its last slash.
    pub const SCOPE: &str = "/_linecard";

    /// Whether a path is the control plane's.
    pub fn owns(path: &str) -> bool {
        path.starts_with(PREFIX) || path == PREFIX.trim_end_matches('/')
    }

    /// Ends what waits for requests, of the other worlds too: the server stops.
    pub fn close(&self) {
        self.journal.close();
        if let Some(worlds) = &self.worlds {
            worlds.stop();
        }
    }

    fn admits(&self, authorization: Option<&str>) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let sent = authorization.and_then(|value| value.strip_prefix("Bearer "));
        sent.is_some_and(|sent| access::same_secret(sent, token))
    }

    /// Learns what stops the server, or the world, that it belongs to.
    pub fn stops_by(&self, stop: Box<dyn Fn() + Send + Sync>) {
        let _ = self.stop.set(stop);
    }

    /// `POST /_linecard/shutdown`: this answer is still sent.
    fn shut_down(&self) -> Result<Response, Problem> {
        let Some(stop) = self.stop.get() else {
            return Err(Problem::new(
                503,
                "not_running",
                "the server does not run yet",
                "try again",
            ));
        };
        stop();
        Ok(answer(&json!({ "stopping": true })))
    }

    /// The name of the world that it steers; that of the server's own panel is `main`.
    pub fn world(&self) -> &str {
        &self.world
    }

    /// The other worlds of the server; a world has none.
    pub fn worlds(&self) -> Option<&Arc<Worlds>> {
        self.worlds.as_ref()
    }

    /// What the host that a request asks for stands for.
    pub fn named_by(&self, host: Option<&str>) -> HostTarget {
        match (&self.worlds, host) {
            (Some(worlds), Some(host)) => worlds.named_by(host),
            _ => HostTarget::Main,
        }
    }

    /// The name of a request, which no other world's has.
    fn id_of(&self, seq: u64) -> String {
        format!("{}-{seq}", self.world())
    }

    /// The number of a request, by its number or its name.
    fn seq_of(&self, name: &str) -> Option<u64> {
        let of_world = name.strip_prefix(self.world()).and_then(|rest| rest.strip_prefix('-'));
        of_world.unwrap_or(name).parse().ok()
    }

    /// The dialects of the panel.
    pub fn dialects(&self) -> Dialects {
        self.dialects
    }

    /// What has been done since the start.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Where the panel answers whoever sent this request.
    pub fn url(&self, request: &Request<'_>) -> String {
        self.address.url(&self.panel, request)
    }

    /// The panel.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Image>> {
        self.snapshots.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Why the seed files as they are now were not planted.
    fn seed_error(&self) -> Option<String> {
        self.seed_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_seed_error(&self, error: Option<String>) {
        *self.seed_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    fn next_epoch(&self) -> u64 {
        self.epoch.fetch_add(1, Ordering::AcqRel) + 1
    }
}

/// Somebody who has not shown the token.
fn unauthorized() -> Problem {
    Problem::new(
        401,
        "unauthorized",
        "the token is missing or wrong",
        "send it as `Authorization: Bearer TOKEN`; --control-token sets it",
    )
}
