//! The HTTP server: a panel with a socket, and a stop that finishes what is in flight. The same code
//! serves `main` and tests that run a panel in their own process.
//!
//! `connections` says what a connection meets, `site` what answers a request, `sending` how an
//! answer leaves.

mod address;
mod connections;
mod opening;
mod pacing;
mod running;
mod sending;
mod site;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;

use crate::config::Config;
use crate::control::faults::{Faults, quick};
use crate::control::{Control, PREFIX};
use crate::panel::chance::{Chance, HEX};
use crate::panel::clock::Clock;
use crate::panel::profiles::Profiles;
use crate::panel::{Panel, seeds};
use crate::store::{Found, OpenError, Place, StoreError};
pub use address::first_request;
use address::{listen, reachable};
pub use running::Running;
use site::Site;

/// Why a server could not be started, in one line for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot read the database: {0}")]
    Store(#[from] StoreError),
    #[error("the system has no random numbers to give: {0}")]
    Chance(getrandom::Error),
    #[error("the server does not answer itself: {0}")]
    Silent(io::Error),
    #[error("{0}")]
    Faults(String),
    #[error("{0}")]
    Option(String),
    #[error("cannot start: {0}")]
    Other(io::Error),
}

/// A panel with a socket, not yet answering.
pub struct Server {
    panel: Arc<Panel>,
    listener: TcpListener,
    address: SocketAddr,
    workers: usize,
    found: Found,
    /// How long a stop waits for requests in flight, in seconds.
    grace: u64,
    /// Settings to be kept before the first answer.
    set: Vec<(String, String)>,
    /// The control plane, where it is asked for: with the token that its callers must show.
    control: Option<Option<String>>,
    journal_size: usize,
    /// What makes requests fail from the start.
    faults: Faults,
    debug_headers: bool,
    /// What all draws follow from, where that may be known.
    rng_seed: Option<u64>,
}

impl Server {
    /// Takes the port, then opens the database: a port that is taken changes nothing on the disk.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(config: &Config) -> Result<Server, StartError> {
        let clock = Clock::running();
        clock.set_mode(config.clock);
        // A run of a fixture can be repeated. An operator's panel follows from nothing that is printed.
        let seed = match (config.rng_seed, config.control) {
            (None, true) => Some(Chance::new_seed().map_err(StartError::Chance)?),
            (given, _) => given,
        };
        let chance = match seed {
            Some(seed) => Chance::seeded(seed),
            None => Chance::unpredictable().map_err(StartError::Chance)?,
        };
        let config = Config {
            rng_seed: seed,
            ..config.clone()
        };
        Server::bind_with(&config, clock, chance)
    }

    /// As [`Server::bind`], with a clock and a chance of the caller's.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind_with(config: &Config, clock: Clock, chance: Chance) -> Result<Server, StartError> {
        let faults = quick::faults(config).map_err(StartError::Faults)?;
        let refused = |error| StartError::Bind(config.bind.clone(), error);
        let listener = listen(&config.bind).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let keys = config.keys();
        let (panel, found) =
            Panel::open(
                config.place(),
                config.settings(),
                clock,
                chance,
                |db, chance, now| match &config.seed {
                    Some(seed) => seeds::plant(db, seed, &keys, chance, now),
                    None => seeds::set_up(db, &keys, chance, now),
                },
            )?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Server {
            panel: Arc::new(panel),
            listener,
            address,
            workers: config.workers.map_or(processors, usize::from),
            found,
            grace: config.grace.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX),
            set: config.kept(),
            control: config.control.then(|| token(config, address)).transpose()?,
            journal_size: config.journal_size,
            faults,
            debug_headers: config.debug_headers,
            rng_seed: config.rng_seed,
        })
    }

    /// The panel.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// The socket's real address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The socket's address as this machine reaches it.
    pub fn reachable(&self) -> SocketAddr {
        reachable(self.address)
    }

    /// The address under which this machine reaches it.
    pub fn url(&self) -> String {
        format!("http://{}", self.reachable())
    }

    /// Where the control plane answers, if it is switched on.
    pub fn control(&self) -> Option<String> {
        self.control.as_ref().map(|_| format!("{}{PREFIX}", self.url()))
    }

    /// What callers of the control plane must show, if they must.
    pub fn control_token(&self) -> Option<&str> {
        self.control.as_ref()?.as_deref()
    }

    /// The quirk profiles that are active once it answers.
    pub async fn profiles(&self) -> Profiles {
        match self.set.iter().rev().find(|(name, _)| name == "profile") {
            Some((_, list)) => Profiles::read(list).unwrap_or_default(),
            None => self
                .panel
                .gates()
                .await
                .map(|gates| gates.kept.profiles)
                .unwrap_or_default(),
        }
    }

    /// What generated values follow from: what was asked for, or what a fixture has drawn.
    pub fn rng_seed(&self) -> Option<u64> {
        self.rng_seed
    }

    /// Whether the database was there before.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Starts to answer. What runs ends when the server was stopped through its handle.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn start(self) -> Result<Started, StartError> {
        if !self.set.is_empty() {
            let set = self.panel.set(self.set.clone()).await;
            set.map_err(|error| StartError::Other(io::Error::other(error)))?;
        }
        if let Place::File(_) = self.panel.store().place() {
            actix_web::rt::spawn(watch(Arc::clone(&self.panel)));
        }
        let builder = actix_web::dev::Server::build()
            .workers(self.workers)
            .shutdown_timeout(self.grace)
            // The library's own handling sleeps 300 ms before it exits.
            .disable_signals();
        let stop = builder.graceful_shutdown_signal();
        let stopped = stop.clone();
        let control = match self.control.clone() {
            Some(token) => {
                let panel = Arc::clone(&self.panel);
                let control = Control::new(panel, self.url(), token, self.journal_size, self.faults).await?;
                Some(Arc::new(control.with_debug_headers(self.debug_headers)))
            }
            None => None,
        };
        let site = Arc::new(Site {
            panel: self.panel,
            control,
        });
        let serving = Arc::clone(&site);
        let connections = move || {
            let stop = stop.clone();
            connections::service(&site, move || {
                let stop = stop.clone();
                async move { stop.notified().await }
            })
        };
        let server = builder
            .listen("linecard", self.listener, connections)
            .map_err(StartError::Other)?
            .run();
        if let Some(control) = &serving.control {
            control.runs_in(server.handle());
            let control = Arc::clone(control);
            actix_web::rt::spawn(async move {
                stopped.notified().await;
                control.close();
            });
        }
        Ok(Started {
            handle: server.handle(),
            control: serving.control.clone(),
            server,
        })
    }
}

/// A server that answers.
pub struct Started {
    /// What stops it.
    pub handle: ServerHandle,
    /// What steers it, where that is switched on.
    pub control: Option<Arc<Control>>,
    /// What runs.
    pub server: actix_web::dev::Server,
}

/// How often the server looks whether another process has changed who may call.
const WATCH: Duration = Duration::from_secs(1);

async fn watch(panel: Arc<Panel>) {
    loop {
        actix_web::rt::time::sleep(WATCH).await;
        if let Err(error) = panel.notice_others().await {
            tracing::warn!(%error, "changes of other processes could not be noticed");
        }
    }
}

/// The token of the control plane: none is needed where only this machine can call. A random one
/// never follows from the seed of the panel's credentials.
fn token(config: &Config, address: SocketAddr) -> Result<Option<String>, StartError> {
    let given = config.control_token.clone();
    if given.is_some() || address.ip().is_loopback() {
        return Ok(given);
    }
    let token = Chance::unpredictable().map_err(StartError::Chance)?.text(HEX, 32);
    tracing::warn!("the control plane's token is {token}; --control-token sets another");
    Ok(Some(token))
}
