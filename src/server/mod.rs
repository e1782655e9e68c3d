//! The HTTP server: a panel with a socket, and a stop that finishes what is in flight. The same code
//! serves `main` and tests that run a panel in their own process.
//!
//! `connections` says what a connection meets, `site` what answers a request, `sending` how an
//! answer leaves.

mod address;
mod connections;
mod control_listener;
mod handshake;
mod http10;
mod ports;
mod running;
mod socket;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use rand::rngs::SysError;

use crate::config::Config;
use crate::control::faults::quick;
use crate::control::metrics::Metrics;
use crate::control::state::watch::Watch;
use crate::control::worlds::hosting::Worlds;
use crate::control::{Control, MAIN, PREFIX, Setup};
use crate::dialects::Dialects;
use crate::http::address::Address;
use crate::http::app::of_thread;
use crate::http::app_state::{AppState, Exposure};
use crate::panel::Panel;
use crate::panel::clock::Clock;
use crate::panel::profiles::Profiles;
use crate::panel::rng::Rng;
use crate::panel::startup::StartupState;
use crate::seeds::{self, BootstrapCredentials, SeedContext};
use crate::store::{DatabaseOrigin, OpenError, Place, StoreError};
use crate::tls::Tls;
pub use address::first_request;
use address::{Socket, reachable, take, url};
use control_listener::ControlListener;
use ports::Ports;
pub use running::Running;

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
    Rng(SysError),
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
    found: DatabaseOrigin,
    /// How long a stop waits for requests in flight, in seconds.
    grace: u64,
    /// What is to be written before the first answer, and whether it is.
    startup: StartupState,
    settled: bool,
    /// The seed files that are looked at, where that is asked for.
    watch: Option<Watch>,
    /// The control plane, where it is asked for.
    control: Option<ControlListener>,
    /// The socket of the metrics, where they have one of their own.
    metrics: Option<Socket>,
    /// What clients are shown on each socket, where TLS is spoken.
    tls: Option<Arc<Tls>>,
    journal_size: usize,
    debug_headers: bool,
    /// What all draws follow from, where that may be known.
    rng_seed: Option<u64>,
    /// The dialects of the panel, and of all worlds.
    dialects: Dialects,
    /// What a panel is set up with; worlds whose seed brings none have it too.
    keys: BootstrapCredentials,
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
        let seed = match (config.rng_seed, config.has_control()) {
            (None, true) => Some(Rng::new_seed().map_err(StartError::Rng)?),
            (given, _) => given,
        };
        let rng = match seed {
            Some(seed) => Rng::seeded(seed),
            None => Rng::unpredictable().map_err(StartError::Rng)?,
        };
        let config = Config {
            rng_seed: seed,
            ..config.clone()
        };
        Server::bind_with(&config, clock, rng)
    }

    /// As [`Server::bind`], with a clock and a chance of the caller's.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind_with(config: &Config, clock: Clock, rng: Rng) -> Result<Server, StartError> {
        if !config.transition.is_empty() && !config.has_control() {
            let reason = "--transition is the control plane's: start with --control";
            return Err(StartError::Option(reason.into()));
        }
        let keys = config.keys().map_err(StartError::Option)?;
        let startup = StartupState {
            set: config.stored_settings(),
            administrator: keys.administrator.clone(),
        };
        let watch = Watch::new(config, &keys, &startup).map_err(StartError::Option)?;
        let faults = quick::faults(config).map_err(StartError::Faults)?;
        let (listener, address) = take(&config.bind)?;
        let control = match config.has_control() {
            true => Some(ControlListener::bind(config, address, faults)?),
            false => None,
        };
        let metrics = config.metrics_bind.as_deref().map(take).transpose()?;
        let own = control.as_ref().and_then(ControlListener::address);
        let bound = [Some(address), own, metrics.as_ref().map(|(_, address)| *address)].map(|one| Some(one?.ip()));
        let bound: Vec<IpAddr> = bound.into_iter().flatten().collect();
        // Clients look at their own clock, not at the panel's.
        let tls = Tls::from_config(config, &bound, Clock::running().now()).map_err(StartError::Option)?;
        let place = config.place();
        let (begun, seeds) = seeds::start_from_database(&place, &config.seed).map_err(OpenError::Filling)?;
        let (panel, found) = Panel::open(place, config.settings(), clock, rng, |db, rng, now| {
            if begun.is_some() && seeds.is_empty() {
                return Ok(());
            }
            let context = SeedContext {
                db,
                keys: &keys,
                rng,
                now,
                zone: config.timezone,
            };
            seeds::plant(&context, seeds)
        })?;
        drop(begun);
        if let Some(watch) = &watch {
            watch.admit(found, &config.db).map_err(StartError::Option)?;
        }
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Server {
            panel: Arc::new(panel),
            listener,
            address,
            workers: config.workers.map_or(processors, usize::from),
            found,
            grace: config.grace.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX),
            settled: startup.is_empty(),
            startup,
            watch,
            control,
            metrics,
            tls: tls.map(Arc::new),
            journal_size: config.journal_size,
            debug_headers: config.debug_headers,
            rng_seed: config.rng_seed,
            dialects: Dialects::default(),
            keys,
        })
    }

    /// The same server, with other dialects than those that are built in.
    pub fn with_dialects(self, dialects: Dialects) -> Server {
        let control = self.control.map(|control| control.with_dialects(dialects));
        Server {
            dialects,
            control,
            ..self
        }
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
        url(self.address, self.tls.as_deref())
    }

    /// Where the control plane answers, if it is switched on.
    pub fn control(&self) -> Option<String> {
        let own = self.control.as_ref()?.address();
        Some(format!(
            "{}{PREFIX}",
            url(own.unwrap_or(self.address), self.tls.as_deref())
        ))
    }

    /// Where the metrics are alone, if they have a socket of their own.
    pub fn metrics(&self) -> Option<String> {
        let (_, address) = self.metrics.as_ref()?;
        Some(format!("{}/metrics", url(*address, self.tls.as_deref())))
    }

    /// What clients are shown, where TLS is spoken.
    pub fn tls(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref()
    }

    /// The authority that was made for this start, as PEM.
    pub fn authority(&self) -> Option<&str> {
        self.tls()?.authority()
    }

    /// What callers of the control plane must show, if they must.
    pub fn control_token(&self) -> Option<&str> {
        self.control.as_ref()?.token.as_deref()
    }

    /// The quirk profiles that are active.
    pub async fn profiles(&self) -> Profiles {
        let access = self.panel.access().await;
        access.map(|access| access.settings.profiles).unwrap_or_default()
    }

    /// What generated values follow from: what was asked for, or what a fixture has drawn.
    pub fn rng_seed(&self) -> Option<u64> {
        self.rng_seed
    }

    /// Whether the database was there before.
    pub fn found(&self) -> DatabaseOrigin {
        self.found
    }

    /// Writes to the database what the options say of it: its settings, its administrator. A second time
    /// there is nothing left to write.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn settle(&mut self) -> Result<(), StartError> {
        if !self.settled {
            let settled = self.startup.settle(&self.panel).await;
            settled.map_err(|error| StartError::Other(io::Error::other(error)))?;
            self.settled = true;
        }
        Ok(())
    }

    /// Starts to answer. What runs ends when the server was stopped through its handle.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn start(mut self) -> Result<Started, StartError> {
        self.settle().await?;
        if let Place::File(_) = self.panel.store().place() {
            actix_web::rt::spawn(watch(Arc::clone(&self.panel)));
        }
        let mut builder = actix_web::dev::Server::build()
            .workers(self.workers)
            .shutdown_timeout(self.grace)
            // The library's own handling sleeps 300 ms before it exits.
            .disable_signals();
        let stop = builder.graceful_shutdown_signal();
        let stopped = stop.clone();
        let mut control_listener = self.control.take();
        let exposure = control_listener
            .as_ref()
            .map_or(Exposure::Everything, ControlListener::panels_door);
        let own = control_listener
            .as_mut()
            .and_then(|control_listener| control_listener.own.take());
        let control = match control_listener {
            Some(control_listener) => Some(Arc::new(self.switch_on(control_listener).await?)),
            None => None,
        };
        // Nothing is counted unless somebody can ask for it.
        let is_counted = control.is_none() && self.metrics.is_some();
        let metrics = is_counted.then(|| Arc::new(Metrics::new(self.dialects)));
        let sockets = [
            Some((self.listener, exposure)),
            own.map(|listener| (listener, Exposure::Control)),
            self.metrics.map(|(listener, _)| (listener, Exposure::Metrics)),
        ];
        for (listener, exposure) in sockets.into_iter().flatten() {
            let state = Arc::new(AppState {
                panel: Arc::clone(&self.panel),
                control: control.clone(),
                metrics: metrics.clone(),
                exposure,
                dialects: self.dialects,
            });
            let (tls, stop) = (self.tls.clone(), stop.clone());
            let connections = move || {
                let stop = stop.clone();
                connections::service(&state, tls.clone(), move || {
                    let stop = stop.clone();
                    async move { stop.notified().await }
                })
            };
            builder = builder
                .listen("linecard", listener, connections)
                .map_err(StartError::Other)?;
        }
        let server = builder.run();
        let handle = server.handle();
        if let Some(control) = &control {
            let handle = handle.clone();
            // The command is sent at once; the future only waits for its outcome.
            control.stops_by(Box::new(move || drop(handle.stop(true))));
            let control = Arc::clone(control);
            actix_web::rt::spawn(async move {
                stopped.notified().await;
                control.close();
            });
        }
        if let (Some(watch), Some(control)) = (self.watch.take(), &control) {
            actix_web::rt::spawn(watch.run(Arc::clone(control)));
        }
        let ending = control.clone();
        // Requests that this process makes itself are answered on this thread.
        let application = of_thread(self.dialects).await;
        let ended = async move {
            let ended = server.await;
            drop(application);
            if let Some(worlds) = ending.as_ref().and_then(|control| control.worlds()) {
                worlds.end().await;
            }
            ended
        };
        Ok(Started {
            handle,
            control,
            server: Box::pin(ended),
        })
    }

    /// The control plane, where other worlds can be made.
    async fn switch_on(&self, control_listener: ControlListener) -> Result<Control, StoreError> {
        let ports = Ports::new(
            self.address.ip(),
            control_listener.panels_door(),
            self.workers,
            self.tls.clone(),
        );
        let own = control_listener.address().map(|own| url(own, self.tls.as_deref()));
        Control::new(Setup {
            panel: Arc::clone(&self.panel),
            address: Address::new(self.url(), own, control_listener.public_url),
            token: control_listener.token,
            journal_size: self.journal_size,
            faults: control_listener.faults,
            dialects: self.dialects,
            debug: self.debug_headers,
            rng_seed: self.rng_seed,
            world: MAIN.into(),
            baseline: None,
            exposed: control_listener.exposed,
            worlds: Some(Arc::new(Worlds::new(
                Box::new(ports),
                self.keys.clone(),
                self.startup.clone(),
            ))),
        })
        .await
    }
}

/// A server that answers.
pub struct Started {
    /// What stops it.
    pub handle: ServerHandle,
    /// What steers it, where that is switched on.
    pub control: Option<Arc<Control>>,
    /// Ends when the server has stopped, and its worlds with it.
    pub server: Pin<Box<dyn Future<Output = io::Result<()>>>>,
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
