//! The start of a server: its sockets begin to answer, and changes that other processes make to the database file
//! are noticed while it runs.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;

use super::Server;
use super::address::url;
use super::connections;
use super::control_listener::ControlListener;
use super::error::StartError;
use super::ports::Ports;
use crate::control::metrics::Metrics;
use crate::control::state::seeded_panel::Bootstrap;
use crate::control::worlds::hosting::Worlds;
use crate::control::{Control, MAIN, Setup};
use crate::http::address::Address;
use crate::http::app::of_thread;
use crate::http::app_state::{AppState, Exposure};
use crate::http::webhooks::{HttpCarrier, Watch};
use crate::panel::Panel;
use crate::panel::guide::daily;
use crate::store::{Place, StoreError};

impl Server {
    /// Starts to answer. The server runs until it is stopped through its handle.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn start(mut self) -> Result<Started, StartError> {
        self.settle().await?;
        warn_of_open_settings(&self.panel).await;
        daily::follow(&self.panel).await;
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
        let own_address = control_listener.as_ref().and_then(ControlListener::address);
        let own_url = own_address.map(|own| url(own, self.tls.as_deref()));
        let address = Arc::new(Address::new(self.url(), own_url, self.public_url.clone()));
        // Requests and deliveries are counted only if the counters can be read.
        let is_counted = control_listener.is_none() && self.metrics.is_some();
        let metrics = is_counted.then(|| Arc::new(Metrics::new(self.dialects)));
        if control_listener.is_none() {
            let watch = Watch {
                metrics: metrics.clone(),
                ..Watch::default()
            };
            let carrier = HttpCarrier::new(self.dialects, Arc::clone(&address), watch);
            self.panel.webhooks().set_carrier(Arc::new(carrier));
        }
        let control = match control_listener {
            Some(control_listener) => {
                let control = self.switch_on(control_listener, Arc::clone(&address)).await?;
                Some(Arc::new(control))
            }
            None => None,
        };
        self.panel.follow_clock().await;
        let sockets = [
            Some((self.listener, exposure)),
            own.map(|listener| (listener, Exposure::Control)),
            self.metrics.map(|(listener, _)| (listener, Exposure::Metrics)),
        ];
        for (listener, exposure) in sockets.into_iter().flatten() {
            let state = Arc::new(AppState {
                panel: Arc::clone(&self.panel),
                control: control.clone(),
                address: Arc::clone(&address),
                metrics: metrics.clone(),
                exposure,
                dialects: self.dialects,
                limits: Arc::clone(&self.limits),
                request_log: self.request_log.clone(),
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
            control.set_stop(Box::new(move || drop(handle.stop(true))));
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
        // Requests that this process makes to its control plane itself are answered on this thread.
        let application = match control {
            Some(_) => of_thread(self.dialects, true).await.ok(),
            None => None,
        };
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

    /// Starts the control plane, which can make other worlds.
    async fn switch_on(&self, control_listener: ControlListener, address: Arc<Address>) -> Result<Control, StoreError> {
        let ports = Ports::new(
            self.address.ip(),
            control_listener.panels_door(),
            self.workers,
            self.tls.clone(),
            Arc::clone(&self.limits),
            self.request_log.clone(),
        );
        Control::new(Setup {
            panel: Arc::clone(&self.panel),
            address,
            token: control_listener.token,
            limits: self.control_limits.clone(),
            faults: control_listener.faults,
            dialects: self.dialects,
            debug: self.debug_headers,
            rng_seed: self.rng_seed,
            world: MAIN.into(),
            baseline: None,
            memory: None,
            exposed: control_listener.exposed,
            worlds: Some(Arc::new(Worlds::new(Box::new(ports), self.control_limits.worlds))),
            bootstrap: Arc::new(Bootstrap {
                keys: self.keys.clone(),
                startup: self.startup.clone(),
                seed_clocks: self.seed_clocks,
            }),
            collector: self.collector.clone(),
        })
        .await
    }
}

/// A server that answers.
pub struct Started {
    /// The handle that stops it.
    pub handle: ServerHandle,
    /// The control plane, if it is on.
    pub control: Option<Arc<Control>>,
    /// Ends when the server has stopped, and its worlds with it.
    pub server: Pin<Box<dyn Future<Output = io::Result<()>>>>,
}

/// Tells what to set where callers come through a proxy, none of which is this machine: `api.php` knows them by
/// address and password alone.
async fn warn_of_open_settings(panel: &Panel) {
    let Ok(access) = panel.access().await else {
        return;
    };
    let settings = &access.settings;
    if panel.settings().trusted_proxies.is_empty() {
        return;
    }
    if settings.api_ips.is_empty() && !panel.settings().any_caller {
        tracing::warn!(
            "through a trusted proxy nobody may call api.php: `linecard settings api_ips=ADDRESS,…` names who may"
        );
    }
    if settings.api_pass.is_empty() {
        tracing::warn!("api.php asks its callers for no password: `linecard settings api_pass=…` sets one");
    }
}

/// Interval of the check whether another process has changed the access rules.
const WATCH: Duration = Duration::from_secs(1);

async fn watch(panel: Arc<Panel>) {
    loop {
        actix_web::rt::time::sleep(WATCH).await;
        if let Err(error) = panel.notice_others().await {
            tracing::warn!(%error, "changes of other processes could not be noticed");
        }
    }
}
