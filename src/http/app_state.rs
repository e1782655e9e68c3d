//! The state behind a socket: a panel, its control plane if it has one, and which of them the socket exposes. It
//! belongs to a connection, so that one `App` serves all panels of a process.

use std::sync::Arc;

use super::address::Address;
use super::limits::Limits;
use super::request_log::RequestLogFile;
use crate::control::Control;
use crate::control::metrics::Metrics;
use crate::control::worlds::hosting::HostTarget;
use crate::dialects::Dialects;
use crate::panel::Panel;

/// The state that answers the requests of a socket.
#[derive(Clone)]
pub struct AppState {
    pub panel: Arc<Panel>,
    pub control: Option<Arc<Control>>,
    /// Where clients reach the panel.
    pub address: Arc<Address>,
    /// The request counters of a server with a metrics socket and no control plane.
    pub metrics: Option<Arc<Metrics>>,
    pub exposure: Exposure,
    pub dialects: Dialects,
    pub limits: Arc<Limits>,
    /// The file of `--request-log`.
    pub request_log: Option<Arc<RequestLogFile>>,
}

/// What a port exposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// The panel and its control plane.
    Everything,
    /// The panel alone; on the control plane's paths it answers as if there were none.
    Panel,
    /// The control plane alone.
    Control,
    /// The metrics alone, of the server's own panel.
    Metrics,
}

/// The paths of the metrics on a port of their own: the collectors' usual one, and the control plane's.
const METRICS: [&str; 2] = ["/metrics", "/_linecard/metrics"];

/// What a request is for.
#[derive(Clone)]
pub enum RouteTarget {
    Control(Arc<Control>),
    /// The panel, and the control plane that records its requests.
    Panel(Option<Arc<Control>>),
    Metrics,
    /// Nothing that this port exposes.
    Nobody,
}

impl AppState {
    /// The state of a control plane's panel, for requests that this process makes itself.
    pub fn of_control(control: Arc<Control>, limits: Arc<Limits>) -> AppState {
        AppState {
            limits,
            panel: Arc::clone(control.panel()),
            address: Arc::clone(control.address()),
            dialects: control.dialects(),
            control: Some(control),
            metrics: None,
            exposure: Exposure::Everything,
            request_log: None,
        }
    }

    /// The state of a world on the same port.
    pub fn of_world(&self, control: Arc<Control>) -> AppState {
        AppState {
            exposure: self.exposure,
            request_log: self.request_log.clone(),
            ..AppState::of_control(control, Arc::clone(&self.limits))
        }
    }

    /// The panel or world that a request's host names.
    pub fn named_by(&self, host: Option<&str>) -> HostTarget {
        match &self.control {
            Some(control) if self.exposure != Exposure::Metrics => control.named_by(host),
            _ => HostTarget::Main,
        }
    }

    /// What a request for a path is for.
    pub fn target(&self, path: &str) -> RouteTarget {
        match (&self.control, self.exposure) {
            (_, Exposure::Metrics) if METRICS.contains(&path) => RouteTarget::Metrics,
            (_, Exposure::Metrics) => RouteTarget::Nobody,
            (None, _) => RouteTarget::Panel(None),
            (Some(control), Exposure::Everything | Exposure::Control) if Control::owns(path) => {
                RouteTarget::Control(Arc::clone(control))
            }
            (Some(_), Exposure::Control) => RouteTarget::Nobody,
            // A path that is not exposed is no call of the panel, so the journal does not record it.
            (Some(_), Exposure::Panel) if Control::owns(path) => RouteTarget::Panel(None),
            (Some(control), _) => RouteTarget::Panel(Some(Arc::clone(control))),
        }
    }
}
