//! What answers on a socket: a panel, with its control plane where there is one, and how much of it the
//! socket shows. It belongs to a connection, so that one `App` serves all panels of a process.

use std::sync::Arc;

use crate::control::Control;
use crate::control::metrics::Metrics;
use crate::control::worlds::hosting::HostTarget;
use crate::dialects::Dialects;
use crate::panel::Panel;

/// What answers requests on a socket.
#[derive(Clone)]
pub struct AppState {
    pub panel: Arc<Panel>,
    pub control: Option<Arc<Control>>,
    /// What counts requests where there is no control plane, if anything does.
    pub metrics: Option<Arc<Metrics>>,
    pub exposure: Exposure,
    pub dialects: Dialects,
}

/// What is answered on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// The panel and its control plane.
    Everything,
    /// The panel alone: for its callers there is no control plane.
    Panel,
    /// The control plane alone.
    Control,
    /// The metrics alone, of the server's own panel.
    Metrics,
}

/// Where the metrics are on a port of their own: where collectors look, and as on the control plane.
const METRICS: [&str; 2] = ["/metrics", "/_linecard/metrics"];

/// What a request is for.
#[derive(Clone)]
pub enum RouteTarget {
    Control(Arc<Control>),
    /// The panel, with what records its requests.
    Panel(Option<Arc<Control>>),
    Metrics,
    /// Nothing that answers on this port.
    Nobody,
}

impl AppState {
    /// What a control plane steers, for requests of this process itself.
    pub fn of_control(control: Arc<Control>) -> AppState {
        AppState {
            panel: Arc::clone(control.panel()),
            dialects: control.dialects(),
            control: Some(control),
            metrics: None,
            exposure: Exposure::Everything,
        }
    }

    /// The state of a world on the same port.
    pub fn of_world(&self, control: Arc<Control>) -> AppState {
        AppState {
            exposure: self.exposure,
            ..AppState::of_control(control)
        }
    }

    /// What the host that a request asks for stands for.
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
            // What is not there for a client is no call of the panel's that a journal would have.
            (Some(_), Exposure::Panel) if Control::owns(path) => RouteTarget::Panel(None),
            (Some(control), _) => RouteTarget::Panel(Some(Arc::clone(control))),
        }
    }
}
