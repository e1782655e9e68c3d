//! The control plane: the endpoints with which a test controls the panel (contract "The fixture"). It answers
//! only under `/_linecard/` and only if it is switched on.
//!
//! `routes` has a row for each endpoint. None of these modules knows a dialect's wire format except through
//! [`crate::dialects`].

pub mod clock;
pub mod docs;
mod endpoint;
pub mod faults;
mod gate;
mod index;
mod info;
pub mod journal;
pub mod limits;
mod members;
pub mod metrics;
mod openapi;
pub mod problem;
pub mod routes;
mod schemas;
pub mod state;
pub mod strict;
pub mod test_headers;
mod values;
pub mod verify;
mod webhooks;
pub mod why;
pub mod worlds;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use actix_web::http::header::AUTHORIZATION;
use rand::rngs::SysError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dialects::Dialects;
use crate::http::address::Address;
use crate::http::webhooks::{HttpCarrier, Watch};
use crate::http::{Request, Response};
use crate::panel::access_cache::AccessCache;
use crate::panel::clock::Mode;
use crate::panel::rng::Rng;
use crate::panel::secrets::index::{Fingerprint, SecretIndex};
use crate::panel::secrets::masker::Masker;
use crate::panel::throttle::Verdict;
use crate::panel::{Panel, access_cache as access};
use crate::store::{Image, StoreError};
use faults::Faults;
use journal::Journal;
use journal::collector::Collector;
use limits::ControlLimits;
use members::answer;
use metrics::Metrics;
use problem::Problem;
use state::baseline::{Baseline, BaselineState};
use state::held::HeldImage;
use state::seeded_panel::Bootstrap;
use state::snapshots::Snapshots;
use worlds::hosting::{HostTarget, Worlds};
use worlds::memory::WorldMemory;

/// The prefix of every path. No access code, line or account can have its name.
pub const PREFIX: &str = "/_linecard/";

/// The version of the endpoints. Endpoints and members are only added, never changed.
const API: u32 = 1;

/// The name of the server's own panel among its worlds.
pub const MAIN: &str = "main";

/// The parts of a new control plane.
pub struct Setup {
    pub panel: Arc<Panel>,
    pub address: Arc<Address>,
    pub token: Option<String>,
    pub limits: ControlLimits,
    /// The initial faults.
    pub faults: Faults,
    /// The dialects of the panel.
    pub dialects: Dialects,
    /// Whether every answer has the debug headers.
    pub debug: bool,
    /// The seed of all random decisions, if it was set.
    pub rng_seed: Option<u64>,
    pub world: String,
    /// The state that a reset restores; `None` for the panel's present state.
    pub baseline: Option<HeldImage>,
    /// The memory of a world's state.
    pub memory: Option<WorldMemory>,
    pub exposed: bool,
    pub worlds: Option<Arc<Worlds>>,
    /// What its new states get that their seeds leave out.
    pub bootstrap: Arc<Bootstrap>,
    /// What collects the journals of a run, if it is to be reported.
    pub collector: Option<Arc<Collector>>,
}

/// The control plane of one panel.
pub struct Control {
    panel: Arc<Panel>,
    /// The token of callers; `None` if only this machine can call.
    token: Option<String>,
    address: Arc<Address>,
    dialects: Dialects,
    /// The name of the panel's world.
    world: String,
    /// The other worlds of the server; only the main panel's control plane has them.
    worlds: Option<Arc<Worlds>>,
    /// Whether other machines can call and the server is not for tests: then endpoints that change state or
    /// time are refused, to protect the panel's customers.
    exposed: bool,
    /// The seed of all random decisions, if it was set.
    rng_seed: Option<u64>,
    /// The state that a reset restores.
    baseline: Baseline,
    /// What new states get that their seeds leave out.
    bootstrap: Arc<Bootstrap>,
    /// Why the changed seed files were not planted.
    seed_error: Mutex<Option<String>>,
    snapshots: Mutex<Snapshots>,
    limits: ControlLimits,
    /// The memory of a world's state.
    memory: Option<WorldMemory>,
    /// How often the state was reset or restored.
    epoch: AtomicU64,
    /// The clock mode at the start.
    clock: Mode,
    journal: Arc<Journal>,
    /// What collects the journals of a run, if it is to be reported.
    collector: Option<Arc<Collector>>,
    /// The metrics since the start.
    metrics: Arc<Metrics>,
    /// The faults.
    faults: Arc<Faults>,
    /// Whether every answer has the debug headers.
    debug: bool,
    /// Stops the server; set once it runs.
    stop: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Control {
    /// Creates the control plane; the baseline defaults to the panel's present state.
    pub async fn new(setup: Setup) -> Result<Control, StoreError> {
        let panel = setup.panel;
        panel.throttle().spare_this_machine();
        let image = match setup.baseline {
            Some(image) => image,
            None => panel.store().image().await?.into(),
        };
        let faults = Arc::new(setup.faults);
        let journal = Arc::new(Journal::new(setup.limits.journal));
        let metrics = Arc::new(Metrics::new(setup.dialects));
        let watch = Watch {
            faults: Some(Arc::clone(&faults)),
            journal: Some(Arc::clone(&journal)),
            metrics: Some(Arc::clone(&metrics)),
        };
        let carrier = HttpCarrier::new(setup.dialects, Arc::clone(&setup.address), watch);
        panel.webhooks().set_carrier(Arc::new(carrier));
        Ok(Control {
            metrics,
            dialects: setup.dialects,
            baseline: Baseline::new(BaselineState {
                image,
                position: panel.rng().position(),
            }),
            bootstrap: setup.bootstrap,
            seed_error: Mutex::default(),
            clock: panel.clock().mode(),
            journal,
            collector: setup.collector,
            faults,
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
            limits: setup.limits,
            memory: setup.memory,
            epoch: AtomicU64::new(0),
        })
    }

    /// The scope of the paths: the prefix without its last slash.
    pub const SCOPE: &str = "/_linecard";

    /// Whether a path belongs to the control plane.
    pub fn owns(path: &str) -> bool {
        path.starts_with(PREFIX) || path == PREFIX.trim_end_matches('/')
    }

    /// Ends all waits for requests, in the other worlds too, because the server stops.
    pub fn close(&self) {
        self.journal.close();
        if let Some(worlds) = &self.worlds {
            worlds.stop();
        }
    }

    /// Refuses a request whose caller or body is not admitted.
    async fn admit(&self, access: &AccessCache, request: &Request<'_>) -> Result<(), Problem> {
        self.admit_caller(access, request).await?;
        match &self.token {
            Some(_) => Ok(()),
            None => gate::admit_body(request),
        }
    }

    /// Whether the caller is refused whatever the body says. Nothing is counted.
    pub fn refuses_head(&self, request: &Request<'_>) -> bool {
        match &self.token {
            Some(token) => !Self::has_token(request, token),
            None => gate::admit_caller(request, self.address.public().as_deref()).is_err(),
        }
    }

    /// Whether a request has the token.
    fn has_token(request: &Request<'_>, token: &str) -> bool {
        let sent = request.header(AUTHORIZATION);
        sent.and_then(|sent| sent.strip_prefix("Bearer "))
            .is_some_and(|sent| access::same_secret(sent, token))
    }

    /// Refuses a caller that does not send the token or, if there is none, is not this machine. Wrong tokens
    /// are counted; a missing one is not.
    ///
    /// # Errors
    /// The reason, as an answer to the caller.
    pub async fn admit_caller(&self, access: &AccessCache, request: &Request<'_>) -> Result<(), Problem> {
        let Some(token) = &self.token else {
            return gate::admit_caller(request, self.address.public().as_deref());
        };
        if request.header(AUTHORIZATION).is_none() {
            return Err(unauthorized());
        }
        let is_good = Self::has_token(request, token);
        match self.panel.judge(access, request.sender(), is_good).await {
            Verdict::Good => Ok(()),
            Verdict::Wrong => Err(unauthorized()),
            Verdict::Refused => Err(Problem {
                status: 429,
                ..unauthorized()
            }),
        }
    }

    /// Returns a masker of all secrets that the panel and its control plane know.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn masker(&self) -> Result<Masker, Problem> {
        let token = self.token.as_deref().and_then(Fingerprint::new);
        Ok(self.panel.secrets().await?.with(SecretIndex::new(token)))
    }

    /// Sets the function that stops the server or the world.
    pub fn set_stop(&self, stop: Box<dyn Fn() + Send + Sync>) {
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
        Ok(answer(&Stopping { stopping: true }))
    }

    /// Returns the name of the panel's world; that of the server's own panel is `main`.
    pub fn world(&self) -> &str {
        &self.world
    }

    /// Returns the other worlds of the server; `None` in a world.
    pub fn worlds(&self) -> Option<&Arc<Worlds>> {
        self.worlds.as_ref()
    }

    /// Returns the panel that the host of a request names.
    pub fn named_by(&self, host: Option<&str>) -> HostTarget {
        match (&self.worlds, host) {
            (Some(worlds), Some(host)) => worlds.named_by(host),
            _ => HostTarget::Main,
        }
    }

    /// Returns the id of a request, which is unique among all worlds.
    pub fn id_of(&self, seq: u64) -> String {
        format!("{}-{seq}", self.world())
    }

    /// Returns the number of a request, from its number or id.
    fn seq_of(&self, name: &str) -> Option<u64> {
        let of_world = name.strip_prefix(self.world()).and_then(|rest| rest.strip_prefix('-'));
        of_world.unwrap_or(name).parse().ok()
    }

    /// Returns the dialects of the panel.
    pub fn dialects(&self) -> Dialects {
        self.dialects
    }

    /// Returns the metrics since the start.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Returns the panel's URL for the client of this request.
    pub fn url(&self, request: &Request<'_>) -> String {
        self.address.url(&self.panel, request)
    }

    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// Returns where clients reach the panel.
    pub fn address(&self) -> &Arc<Address> {
        &self.address
    }

    fn snapshots(&self) -> MutexGuard<'_, Snapshots> {
        self.snapshots.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Makes room for an image that is to replace a world's state; the server's own panel has room.
    fn make_room(&self, image: &Image) -> Result<(), Problem> {
        match &self.memory {
            Some(memory) => memory.make_room(image),
            None => Ok(()),
        }
    }

    /// Returns why the changed seed files were not planted.
    fn seed_error(&self) -> Option<String> {
        self.seed_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_seed_error(&self, error: Option<String>) {
        *self.seed_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// Returns the generator of a new state: the same `--rng-seed` gives the same state.
    fn seeded_rng(&self) -> Result<Rng, Problem> {
        let unpredictable = |error: SysError| {
            tracing::error!(%error, "the system has no random numbers");
            Problem::internal()
        };
        match self.rng_seed {
            Some(seed) => Ok(Rng::seeded(seed)),
            None => Rng::unpredictable().map_err(unpredictable),
        }
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    fn next_epoch(&self) -> u64 {
        self.epoch.fetch_add(1, Ordering::AcqRel) + 1
    }
}

/// That the server stops.
#[derive(Serialize, ToSchema)]
pub struct Stopping {
    stopping: bool,
}

/// The problem of a caller without a valid token.
fn unauthorized() -> Problem {
    Problem::new(
        401,
        "unauthorized",
        "the token is missing or wrong",
        "send it as `Authorization: Bearer TOKEN`; --control-token sets it",
    )
}
