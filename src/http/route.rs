//! Where a request goes, found out once before any layer looks at it: the layers and the router's guards ask
//! here.

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

/// Where a request goes.
pub struct Route {
    pub state: Arc<AppState>,
    pub target: RouteTarget,
    pub dialect: Option<&'static dyn Dialect>,
    pub connection: Connection,
    pub exchange: Rc<Exchange>,
    /// The request as the journal keeps it, where anybody may look at it.
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

    /// What records the request, where it is the panel's.
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

    /// What counts the request, if anything does.
    pub fn metrics(&self, path: &str) -> Option<&Metrics> {
        match (&self.target, &self.state.metrics) {
            (RouteTarget::Panel(Some(control)), _) => Some(control.metrics()),
            // What is asked of a control plane, as by the server itself at its start, is no call of the panel's.
            (RouteTarget::Panel(None), Some(metrics)) if !Control::owns(path) => Some(metrics),
            _ => None,
        }
    }

    /// The view of the request.
    pub fn request<'a>(&'a self, request: &'a ServiceRequest) -> Request<'a> {
        Request::new(request.request(), &self.exchange)
    }

    /// What the request asks of the control plane in headers of its own.
    pub fn test_headers<'a>(&self, request: &'a ServiceRequest) -> TestHeaders<'a> {
        TestHeaders::from_headers(request.headers())
    }
}

/// A guard that asks for the route of a request.
pub fn route_is(is: impl Fn(&Route) -> bool) -> impl Guard {
    fn_guard(move |context: &GuardContext<'_>| context.req_data().get::<Rc<Route>>().is_some_and(|route| is(route)))
}
