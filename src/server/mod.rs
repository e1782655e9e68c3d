//! The HTTP server of a panel; a stop finishes the requests in flight. `main` and tests that run a panel in their
//! own process use the same code.
//!
//! This file takes the sockets and opens the panel; `start` makes them answer, `running` does so on a thread
//! of its own, `connections` is the way of a connection.

mod address;
mod connections;
mod control_listener;
mod error;
mod handshake;
mod http10;
mod ports;
mod running;
mod socket;
mod start;
mod targets;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

use crate::config::Config;
use crate::control::PREFIX;
use crate::control::faults::quick;
use crate::control::journal::collector::Collector;
use crate::control::limits::ControlLimits;
use crate::control::state::watch::Watch;
use crate::dialects::Dialects;
use crate::http::limits::Limits;
use crate::http::request_log::RequestLogFile;
use crate::panel::Panel;
use crate::panel::clock::{Clock, ClockStart};
use crate::panel::guide::import;
use crate::panel::profiles::Profiles;
use crate::panel::rng::Rng;
use crate::panel::startup::StartupState;
use crate::panel::viewers;
use crate::seeds::{self, BootstrapCredentials, SeedContext};
use crate::store::{DatabaseOrigin, OpenError};
use crate::tls::Tls;
pub use address::first_request;
use address::{Socket, reachable, take, url};
use control_listener::ControlListener;
pub use control_listener::TOKEN_TARGET;
pub use error::StartError;
pub use running::Running;
pub use start::Started;

/// A panel with a socket, not yet answering.
pub struct Server {
    panel: Arc<Panel>,
    listener: TcpListener,
    address: SocketAddr,
    workers: usize,
    found: DatabaseOrigin,
    /// How long a stop waits for requests in flight, in seconds.
    grace: u64,
    /// Settings to store before the first answer, and whether they are stored.
    startup: StartupState,
    settled: bool,
    /// The watch of the seed files, with `--watch-seed`.
    watch: Option<Watch>,
    /// The public URL, if one was given.
    public_url: Option<String>,
    /// The control plane, if it is on.
    control: Option<ControlListener>,
    /// The metrics' own socket, if they have one.
    metrics: Option<Socket>,
    /// The certificate of the sockets, with TLS.
    tls: Option<Arc<Tls>>,
    control_limits: ControlLimits,
    debug_headers: bool,
    limits: Arc<Limits>,
    /// The file of `--request-log`.
    request_log: Option<Arc<RequestLogFile>>,
    /// The seed of all random numbers, if it may be known.
    rng_seed: Option<u64>,
    /// The dialects of the panel, and of all worlds.
    dialects: Dialects,
    /// The credentials that a new panel gets; worlds whose seed has none get them too.
    keys: BootstrapCredentials,
    /// Whether worlds begin at the instants of their seeds.
    seed_clocks: bool,
    /// What collects the journals of a run.
    collector: Option<Arc<Collector>>,
}

impl Server {
    /// Takes the port, then opens the database: a port that is taken changes nothing on the disk.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(config: &Config) -> Result<Server, StartError> {
        let clock = Clock::running();
        clock.set_mode(config.clock_mode());
        // A fixture's run can be repeated. The random numbers of an operator's panel follow from nothing that is
        // printed.
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
            // Without a clock of the server's own, worlds have that of their seeds.
            clock: config.clock.or(Some(ClockStart::Seed)),
            ..config.clone()
        };
        Server::bind_with(&config, clock, rng)
    }

    /// As [`Server::bind`], with the caller's clock and random numbers; worlds have the clock too, unless the option
    /// says that they have that of their seeds.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind_with(config: &Config, clock: Clock, rng: Rng) -> Result<Server, StartError> {
        if !config.transition.is_empty() && !config.has_control() {
            let reason = "--transition is the control plane's: start with --control";
            return Err(StartError::Option(reason.into()));
        }
        let mut keys = config.keys().map_err(StartError::Option)?;
        let mut settings = config.settings();
        if config.test_mode {
            settings.rest_secrets = keys.draw_rest_secrets(&rng);
        }
        let startup = StartupState {
            set: config.stored_settings(),
            administrator: keys.administrator.clone(),
        };
        let request_log = config.request_log.as_deref().map(|path| {
            let file = RequestLogFile::open(path, config.request_log_format);
            let failed = |error| StartError::Option(format!("cannot write --request-log {}: {error}", path.display()));
            file.map(Arc::new).map_err(failed)
        });
        let request_log = request_log.transpose()?;
        let watch = Watch::new(config).map_err(StartError::Option)?;
        let faults = quick::faults(config).map_err(StartError::Faults)?;
        let (listener, address) = take("--bind", &config.bind)?;
        let control = match config.has_control() {
            true => Some(ControlListener::bind(config, address, faults)?),
            false => None,
        };
        let metrics = config.metrics_bind.as_deref();
        let metrics = metrics.map(|bind| take("--metrics-bind", bind)).transpose()?;
        let own = control.as_ref().and_then(ControlListener::address);
        let bound = [Some(address), own, metrics.as_ref().map(|(_, address)| *address)].map(|one| Some(one?.ip()));
        let bound: Vec<IpAddr> = bound.into_iter().flatten().collect();
        // Clients check certificates by their own clock, not by the panel's.
        let tls = Tls::from_config(config, &bound, Clock::running().now()).map_err(StartError::Option)?;
        let place = config.place();
        let (begun, seeds) = seeds::start_from_database(&place, &config.seed).map_err(OpenError::Filling)?;
        let (panel, found) = Panel::open(place, settings, clock, rng, |db, rng, now| {
            let context = SeedContext {
                db,
                keys: &keys,
                rng,
                now,
                zone: config.timezone,
                limit: None,
            };
            match begun.is_some() {
                true => seeds::plant_in_copy(&context, seeds),
                false => seeds::plant(&context, seeds),
            }
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
            settled: false,
            startup,
            watch,
            public_url: config.public_url.clone(),
            control,
            metrics,
            tls: tls.map(Arc::new),
            control_limits: ControlLimits::new(config),
            limits: Limits::new(config),
            debug_headers: config.debug_headers,
            request_log,
            rng_seed: config.rng_seed,
            dialects: Dialects::default(),
            keys,
            seed_clocks: config.clock == Some(ClockStart::Seed),
            collector: None,
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

    /// The same server, whose journals are collected.
    pub fn with_collector(self, collector: Option<Arc<Collector>>) -> Server {
        Server { collector, ..self }
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

    /// The URL under which this machine reaches it.
    pub fn url(&self) -> String {
        url(self.address, self.tls.as_deref())
    }

    /// The URL of the control plane, if it is on.
    pub fn control(&self) -> Option<String> {
        let own = self.control.as_ref()?.address();
        Some(format!(
            "{}{PREFIX}",
            url(own.unwrap_or(self.address), self.tls.as_deref())
        ))
    }

    /// The URL of the metrics' own socket, if they have one.
    pub fn metrics(&self) -> Option<String> {
        let (_, address) = self.metrics.as_ref()?;
        Some(format!("{}/metrics", url(*address, self.tls.as_deref())))
    }

    /// The certificate, with TLS.
    pub fn tls(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref()
    }

    /// The authority that was made for this start, as PEM.
    pub fn authority(&self) -> Option<&str> {
        self.tls()?.authority()
    }

    /// The token of the control plane, if it needs one.
    pub fn control_token(&self) -> Option<&str> {
        self.control.as_ref()?.token.as_deref()
    }

    /// The quirk profiles that are active.
    pub async fn profiles(&self) -> Profiles {
        let access = self.panel.access().await;
        access.map(|access| access.settings.profiles).unwrap_or_default()
    }

    /// The seed of all random numbers: the option's, or the one that a fixture drew.
    pub fn rng_seed(&self) -> Option<u64> {
        self.rng_seed
    }

    /// Whether the database existed before.
    pub fn found(&self) -> DatabaseOrigin {
        self.found
    }

    /// Stores the settings and the administrator that the options give, and ends the connections that a process which
    /// died has left. A second call does nothing.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn settle(&mut self) -> Result<(), StartError> {
        if !self.settled {
            let settled = self.startup.settle(&self.panel).await;
            settled.map_err(|error| StartError::Other(io::Error::other(error)))?;
            if self.found == DatabaseOrigin::Existing {
                let ended = viewers::end_leftovers(&self.panel).await;
                ended.map_err(|error| StartError::Other(io::Error::other(error)))?;
                let ended = import::end_leftovers(&self.panel).await;
                ended.map_err(|error| StartError::Other(io::Error::other(error)))?;
            }
            self.settled = true;
        }
        Ok(())
    }
}
