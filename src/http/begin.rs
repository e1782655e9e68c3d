//! The outermost layer: begins the exchange of a request with a panel and finds its route. A request for a world
//! that was deleted ends here.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::ConnectionType;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::HOST;
use actix_web::http::{Method, Uri};
use actix_web::{Error, HttpMessage};

use super::app_state::{AppState, RouteTarget};
use super::body::{BodyError, RequestBody};
use super::body_gate;
use super::connection::Connection;
use super::delivery::{OutcomeKind, hang};
use super::exchange::Exchange;
use super::layer::Answered;
use super::limits::Limits;
use super::middleware::metrics;
use super::origin::{Origin, UnreadableAddress};
use super::pages;
use super::response::Response;
use super::route::Route;
use crate::budget::Charge;
use crate::control::Control;
use crate::control::problem::Problem;
use crate::control::routes::one_slash;
use crate::control::test_headers::TestHeaders;
use crate::control::worlds::hosting::HostTarget;

/// A marker of requests that this process makes itself, without a socket.
pub struct OwnRequest {
    pub state: Arc<AppState>,
    pub body: RequestBody,
}

/// The layer.
#[derive(Clone, Copy)]
pub struct Begin;

/// The layer over a service.
pub struct Begun<S>(Rc<S>);

impl<S> Transform<S, ServiceRequest> for Begin
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Begun<S>;
    type InitError = ();
    type Future = Ready<Result<Begun<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Begun(Rc::new(service))))
    }
}

impl<S> Service<ServiceRequest> for Begun<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Answered;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Answered {
        let service = Rc::clone(&self.0);
        Box::pin(async move {
            let route = match begin(&mut request).await {
                Ok(route) => route,
                Err(refusal) => {
                    let connection = connection(&request);
                    let mut response = request.into_response(refusal.into_http());
                    tell_of_end(&mut response, &connection);
                    return Ok(response);
                }
            };
            let counting = metrics::begin(&route, request.path());
            let mut response = service.call(request).await?;
            if let Some(counting) = counting {
                metrics::end(counting, &route, &response);
            }
            tell_of_end(&mut response, &route.connection);
            // The journal has recorded the outcome by now.
            if route
                .exchange
                .delivered()
                .is_some_and(|delivered| delivered.kind == OutcomeKind::Hung)
            {
                hang(&route.connection).await;
            }
            Ok(response)
        })
    }
}

/// The connection of a request; one that this process makes itself has none that anybody reads.
fn connection(request: &ServiceRequest) -> Connection {
    let connection = request.conn_data::<Connection>().cloned();
    connection.unwrap_or_else(Connection::none)
}

/// Says `Connection: close` in the answer to a connection's last request. To a client of HTTP/1.0 the close is also the
/// end of a body without a length.
fn tell_of_end(response: &mut ServiceResponse, connection: &Connection) {
    if connection.handle.is_http10() {
        response.response_mut().head_mut().no_chunking(true);
    }
    if connection.handle.is_finished() {
        response
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
}

/// Begins the exchange of a request.
async fn begin(request: &mut ServiceRequest) -> Result<Rc<Route>, Response> {
    let own = request.extensions_mut().remove::<OwnRequest>();
    let (main, own_body) = match own {
        Some(OwnRequest { state, body }) => (state, Some(body)),
        None => match request.conn_data::<Arc<AppState>>() {
            Some(state) => (Arc::clone(state), None),
            None => return Err(pages::not_found()),
        },
    };
    let connection = connection(request);
    let sent = connection.handle.begin_request();
    one_message(request, &connection).await?;
    resolve_dots(request);
    let has_body = own_body.is_none() && body_gate::announces_body(request.headers());
    let origin = origin(request, &main, &connection).map_err(|UnreadableAddress| Response::empty(403))?;
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let state = match main.named_by(host) {
        HostTarget::World(control) => Arc::new(main.of_world(control)),
        HostTarget::Gone(name) => {
            if has_body {
                connection.handle.finish();
            }
            return Err(gone(&name));
        }
        HostTarget::Main => main,
    };
    let target = state.target(request.path());
    let body = match own_body {
        Some(body) => (body, None),
        None if !has_body => (RequestBody::EMPTY, None),
        None if body_gate::is_refused(&state, &target, request, &origin).await => {
            connection.handle.finish();
            (RequestBody::EMPTY, None)
        }
        None => match body(request, &state.limits).await {
            Ok(body) => body,
            Err(error) => return Err(without_body(error, &connection, &origin)),
        },
    };
    let access = match &target {
        RouteTarget::Panel(_) => state.panel.access().await,
        _ => Ok(state.panel.last_access()),
    };
    if let RouteTarget::Control(control) = &target {
        merge_slashes(request);
        request.extensions_mut().insert(Arc::clone(control));
    }
    let exchange = Exchange::new(
        (Arc::clone(&state.panel), Arc::clone(&state.address)),
        access,
        body,
        origin,
    );
    let exchange = Rc::new(exchange.sent_as(sent));
    let dialect = match &target {
        RouteTarget::Panel(_) => state.dialects.of_path(&exchange.access, request.path()),
        _ => None,
    };
    let is_tested = match &target {
        RouteTarget::Panel(Some(_)) => TestHeaders::new(request.headers()).any(),
        _ => false,
    };
    let route = Rc::new(Route {
        state,
        target,
        is_tested,
        dialect,
        connection,
        exchange: Rc::clone(&exchange),
        entry: Default::default(),
    });
    let mut extensions = request.extensions_mut();
    extensions.insert(exchange);
    extensions.insert(Rc::clone(&route));
    Ok(route)
}

/// Refuses what follows the last request of a connection, and a request for a tunnel. Whoever sends more after
/// `Connection: close` has smuggled it past a proxy (RFC 9112, 9.6).
async fn one_message(request: &ServiceRequest, connection: &Connection) -> Result<(), Response> {
    if connection.handle.is_finished() {
        connection.handle.end().await;
        return Err(Response::empty(400));
    }
    if request.head().connection_type() == ConnectionType::Close {
        connection.handle.finish();
    }
    match *request.method() == Method::CONNECT {
        true => Err(closing(405, connection)),
        false => Ok(()),
    }
}

/// Finds the origin of a request, or refuses one whose proxy forwards an address that cannot be read.
fn origin(request: &ServiceRequest, state: &AppState, connection: &Connection) -> Result<Origin, UnreadableAddress> {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let trusted = &state.panel.settings().trusted_proxies;
    Origin::new(trusted, request.headers(), peer, connection.local).inspect_err(|UnreadableAddress| {
        tracing::warn!(%peer, "a trusted proxy forwards an address that cannot be read; the request is refused");
    })
}

/// The body of a request, with the part of the memory that it takes.
async fn body(request: &mut ServiceRequest, limits: &Limits) -> Result<(RequestBody, Option<Charge>), BodyError> {
    let read = RequestBody::read(request.parts_mut().1, limits).await;
    read.map(|(body, charge)| (body, Some(charge)))
}

/// The answer to a request whose body could not be read: nothing runs, in any dialect.
fn without_body(error: BodyError, connection: &Connection, origin: &Origin) -> Response {
    tracing::debug!(client = %origin.client, ?error, "the body of a request could not be read");
    let status = match error {
        BodyError::Broken => 400,
        BodyError::Slow => 408,
        BodyError::Full => 503,
    };
    closing(status, connection)
}

/// An empty answer after which the connection ends.
fn closing(status: u16, connection: &Connection) -> Response {
    connection.handle.finish();
    Response::empty(status)
}

/// Several slashes behind the control plane's prefix count as one.
fn merge_slashes(request: &mut ServiceRequest) {
    if let Some(path) = one_slash(request.path()) {
        set_path(request, &path);
    }
}

/// Takes back the segments before `..`, as URL libraries and web servers do. The OpenAPI document has such paths.
/// None leads to the control plane: a proxy in front may refuse that by its path.
fn resolve_dots(request: &mut ServiceRequest) {
    let resolved = without_dots(request.path()).filter(|path| !Control::owns(path));
    if let Some(path) = resolved {
        set_path(request, &path);
    }
}

/// Returns a path without its `..` segments; `None` if it has none.
fn without_dots(path: &str) -> Option<String> {
    if !path.contains("/..") {
        return None;
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut has_dots = false;
    for segment in path.split('/').skip(1) {
        match segment {
            ".." => {
                has_dots = true;
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if path.ends_with("/..") {
        kept.push("");
    }
    has_dots.then(|| format!("/{}", kept.join("/")))
}

/// Replaces the path of a request; its query stays.
fn set_path(request: &mut ServiceRequest, path: &str) {
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// The answer to a request for a world that was deleted.
fn gone(name: &str) -> Response {
    let hint = "GET /_linecard/worlds of the main panel lists the worlds";
    Problem::not_found(format!("the world {name:?} is gone"), hint).response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_goes_with_the_dots_behind_it() {
        for (path, resolved) in [
            ("/a/b/../c", Some("/a/c")),
            ("/a/../../b", Some("/b")),
            ("/a/b/..", Some("/a/")),
            ("/..", Some("/")),
            ("/a/..b/c", None),
            ("/a/.../c", None),
            ("/a/b", None),
            ("*", None),
        ] {
            assert_eq!(without_dots(path).as_deref(), resolved, "{path}");
        }
    }
}
