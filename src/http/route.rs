//! The route of a request: its dialect or the control plane, found once before the layers. The layers and the
//! router's guards use it.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::guard::{Guard, GuardContext, fn_guard};

use super::app_state::{AppState, RouteTarget};
use super::connection::Connection;
use super::exchange::Exchange;
use super::request::Request;
use crate::control::Control;
use crate::control::journal::entry::Entry;
use crate::control::metrics::Metrics;
use crate::control::test_headers::TestHeaders;
use crate::dialects::{Api, Dialect};

/// The route of a request.
pub struct Route {
    pub state: Arc<AppState>,
    pub target: RouteTarget,
    /// Whether the request has headers for the control plane.
    pub is_tested: bool,
    pub dialect: Option<&'static dyn Dialect>,
    pub connection: Connection,
    pub exchange: Rc<Exchange>,
    /// The journal's record of the request, if the journal is on.
    pub entry: OnceCell<Arc<Entry>>,
}

impl Route {
    /// The route of a request.
    pub fn from_request(request: &ServiceRequest) -> Option<Rc<Route>> {
        request.extensions().get::<Rc<Route>>().cloned()
    }

    /// The dialect's name.
    pub fn api(&self) -> Api {
        self.dialect.map_or(Api::NONE, |dialect| dialect.api())
    }

    /// The control plane that records the request, if it is a call of the panel.
    pub fn control(&self) -> Option<&Arc<Control>> {
        match &self.target {
            RouteTarget::Panel(control) => control.as_ref(),
            _ => None,
        }
    }

    /// Whether the request is for the panel.
    pub fn is_for_panel(&self) -> bool {
        matches!(self.target, RouteTarget::Panel(_))
    }

    /// The counters of the request, if it is counted.
    pub fn metrics(&self, path: &str) -> Option<&Metrics> {
        match (&self.target, &self.state.metrics) {
            (RouteTarget::Panel(Some(control)), _) => Some(control.metrics()),
            // A request to a control plane, such as the server's own at its start, is no call of the panel.
            (RouteTarget::Panel(None), Some(metrics)) if !Control::owns(path) => Some(metrics),
            _ => None,
        }
    }

    /// The view of the request.
    pub fn request<'a>(&'a self, request: &'a ServiceRequest) -> Request<'a> {
        Request::new(request.request(), &self.exchange)
    }

    /// The control plane's own request headers.
    pub fn test_headers<'a>(&'a self, request: &'a ServiceRequest) -> TestHeaders<'a> {
        TestHeaders::new(request.headers())
    }
}

/// A guard that tests the route of a request.
pub fn route_is(is: impl Fn(&Route) -> bool) -> impl Guard {
    fn_guard(move |context: &GuardContext<'_>| context.req_data().get::<Rc<Route>>().is_some_and(|route| is(route)))
}
