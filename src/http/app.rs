//! The application: one actix-web `App` for each thread that serves. The control plane and each dialect have a
//! scope of their own, which only their requests reach; what no dialect answers gets the page of a web server.
//! The framework's own texts never reach a client.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::{Rc, Weak};

use actix_http::Request as HttpRequest;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, boxed, map_config};
use actix_web::dev::{AppConfig, ServiceRequest, ServiceResponse, fn_service};
use actix_web::{App, Error, web};

use super::app_state::{AppState, Exposure, RouteTarget};
use super::begin::Begin;
use super::exchange::Exchange;
use super::middleware::{FAULTS, JOURNAL, REQUEST_LOG, STRICTNESS};
use super::pages;
use super::pieces::in_pieces;
use super::request::Request;
use super::response::Response;
use super::route::{Route, route_is};
use crate::control::problem::Problem;
use crate::control::{self, metrics};
use crate::dialects::Dialects;
use crate::dialects::openapi::{OPENAPI_PATH, openapi_answer};
use crate::dialects::service::{answered, is_read};
use crate::panel::noun;

/// The application of a thread, to which requests are handed.
pub type Application = boxed::RcService<HttpRequest, ServiceResponse, Error>;

thread_local! {
    /// The applications of this thread while they are in use: one for each set of dialects, with and without a
    /// control plane, of which a process usually has one. They are held weakly, because a thread's own values are
    /// dropped after actix's pools.
    static OF_THREAD: RefCell<Vec<(Dialects, bool, Weak<Held>)>> = const { RefCell::new(Vec::new()) };
}

/// The type of an application.
type Held = <Application as Deref>::Target;

/// The application of this thread that answers these dialects and, where there is one, a control plane.
///
/// # Errors
/// The framework could not set it up.
pub async fn of_thread(dialects: Dialects, has_control: bool) -> Result<Application, ()> {
    let found = OF_THREAD.with_borrow(|all| {
        let mut all = all
            .iter()
            .filter(|(of, control, _)| of.is(dialects) && *control == has_control);
        all.find_map(|(_, _, application)| application.upgrade())
    });
    if let Some(application) = found {
        return Ok(application);
    }
    let application = boxed::rc_service(factory(dialects, has_control).new_service(()).await?);
    OF_THREAD.with_borrow_mut(|all| {
        all.retain(|(_, _, application)| application.strong_count() > 0);
        all.push((dialects, has_control, Rc::downgrade(&application)));
    });
    Ok(application)
}

/// The factory of the application.
fn factory(
    dialects: Dialects,
    has_control: bool,
) -> impl ServiceFactory<HttpRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()> {
    let mut app = App::new();
    if has_control {
        let is_control = route_is(|route| matches!(route.target, RouteTarget::Control(_)));
        app = app.service(control::routes::scope(is_control));
    }
    for dialect in dialects.served() {
        let api = dialect.api();
        let scope = web::scope("")
            .guard(route_is(move |route| route.dialect.is_some() && route.api() == api))
            .configure(|scope| dialect.routes(scope));
        app = app.service(scope);
    }
    let openapi = fn_service(move |request| async move {
        let answer = async |exchange: &Exchange, request: Request<'_>| {
            unread(exchange, &request).map_or_else(|| openapi_answer(&exchange.panel, dialects), Ok)
        };
        Ok(answered(request, answer, |_, error| pages::failure(error)).await)
    });
    let app = app
        .service(
            web::service(OPENAPI_PATH)
                .guard(route_is(Route::is_for_panel))
                .finish(openapi),
        )
        .default_service(fn_service(move |request| unanswered(dialects, request)))
        .wrap(STRICTNESS)
        .wrap(FAULTS)
        .wrap(JOURNAL)
        .wrap(REQUEST_LOG)
        .wrap(Begin);
    // Only here, where no layer looks at the body any more.
    let app = app
        .into_factory()
        .map(|response: ServiceResponse| response.map_body(|_, body| in_pieces(body)));
    map_config(app, |()| AppConfig::default())
}

/// Answers a request that no scope answers.
async fn unanswered(dialects: Dialects, request: ServiceRequest) -> Result<ServiceResponse, Error> {
    let Some(route) = Route::from_request(&request) else {
        return Ok(request.into_response(pages::not_found().into_http()));
    };
    let response = match &route.target {
        RouteTarget::Metrics => metrics_alone(&route.state, &route.request(&request)).await,
        RouteTarget::Nobody => nobody(route.state.exposure, &route.request(&request)),
        RouteTarget::Panel(_) | RouteTarget::Control(_) => {
            let answer = async |exchange: &Exchange, request: Request<'_>| {
                for dialect in dialects.iter() {
                    if let Some(refusal) = dialect.guessed(exchange, request).await {
                        return Ok(refusal);
                    }
                }
                Ok(nothing(dialects, exchange, &request))
            };
            return Ok(answered(request, answer, |_, error| pages::failure(error)).await);
        }
    };
    Ok(request.into_response(response.into_http()))
}

/// The panel's answer on a path that no dialect answers.
fn nothing(dialects: Dialects, exchange: &Exchange, request: &Request<'_>) -> Response {
    let redirect = || {
        dialects
            .iter()
            .find_map(|dialect| dialect.redirect(&exchange.access, request))
    };
    unread(exchange, request)
        .or_else(redirect)
        .unwrap_or_else(pages::not_found)
}

/// The empty answer to a method that no page accepts. On the control plane's paths every method gets the page
/// for a missing control plane, if there is none.
fn unread(exchange: &Exchange, request: &Request<'_>) -> Option<Response> {
    if is_read(request.method) || exchange.panel.strictness().refuses() {
        return None;
    }
    let first = request
        .path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    Some(match noun::is_reserved(first) {
        true => pages::not_found(),
        false => Response::empty(200),
    })
}

/// The answer on a port that has only the metrics.
async fn metrics_alone(state: &AppState, request: &Request<'_>) -> Response {
    if !matches!(request.method, "GET" | "HEAD") {
        return nobody(state.exposure, request);
    }
    match (&state.control, &state.metrics) {
        (Some(control), _) => metrics::show(control)
            .await
            .unwrap_or_else(|problem| problem.response()),
        (None, Some(metrics)) => metrics::alone(metrics, state.panel.throttle()),
        (None, None) => nobody(state.exposure, request),
    }
}

/// The answer on a port that has no panel.
fn nobody(exposure: Exposure, request: &Request<'_>) -> Response {
    let Request { method, path, .. } = request;
    let problem = match exposure {
        Exposure::Metrics => Problem::not_found(
            format!("this port has the metrics alone, and no {method} {path}"),
            "GET /metrics answers them; the ready line says where the panel is",
        ),
        _ => Problem::not_found(
            format!("this port has the control plane alone, and no {path}"),
            "GET /_linecard/info says where the panel answers",
        ),
    };
    problem.response()
}
