//! What answers a request: the library's request becomes a [`wire::Request`], and goes to the panel
//! or to its control plane.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_http::body::BoxBody;
use actix_http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, TRANSFER_ENCODING, X_FORWARDED_FOR,
    X_FORWARDED_HOST, X_FORWARDED_PROTO,
};
use actix_http::{HttpMessage, Payload};
use actix_web::web::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};

use super::sending::{sent, streamed};
use crate::control::delivery::Delivery;
use crate::control::journal::request_log::RequestLog;
use crate::control::journal::tail::Tail;
use crate::control::metrics::{self, Metrics, counting};
use crate::control::problem::Problem;
use crate::control::test_headers::{self as test_headers, TestHeaders};
use crate::control::worlds::hosting::HostTarget;
use crate::control::{Control, Reply, strict};
use crate::dialects::xtream::admin::variant::Variant;
use crate::http::body::{self, Body};
use crate::http::{Request, Response};
use crate::panel::{Error, Panel};
use crate::store::panic_words;

/// The address under which a client reached the server.
pub struct Local(pub IpAddr);

/// What answers requests.
pub struct AppState {
    pub panel: Arc<Panel>,
    pub control: Option<Arc<Control>>,
    /// What counts requests where there is no control plane, if anything does.
    pub metrics: Option<Arc<Metrics>>,
    pub exposure: Exposure,
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

/// What an answer is.
enum Answer {
    Delivery(Delivery),
    Events(Box<Tail>),
}

impl AppState {
    /// Who is asked by a path.
    fn asked(&self, path: &str) -> RouteTarget<'_> {
        match (&self.control, self.exposure) {
            (_, Exposure::Metrics) if METRICS.contains(&path) => RouteTarget::Metrics,
            (_, Exposure::Metrics) => RouteTarget::Nobody,
            (None, _) => RouteTarget::Panel(None),
            (Some(control), Exposure::Everything | Exposure::Control) if Control::owns(path) => {
                RouteTarget::Control(control)
            }
            (Some(_), Exposure::Control) => RouteTarget::Nobody,
            // What is not there for a client is no call of the panel's that a journal would have.
            (Some(_), Exposure::Panel) if Control::owns(path) => RouteTarget::Panel(None),
            (Some(control), _) => RouteTarget::Panel(Some(control)),
        }
    }

    /// The site of a world on the same port.
    fn of_world(&self, control: Arc<Control>) -> AppState {
        AppState {
            panel: Arc::clone(control.panel()),
            control: Some(control),
            metrics: None,
            exposure: self.exposure,
        }
    }

    /// What a request to this port stands for.
    fn named(&self, host: Option<&str>) -> HostTarget {
        match &self.control {
            Some(control) if self.exposure != Exposure::Metrics => control.named_by(host),
            _ => HostTarget::Main,
        }
    }

    /// The answer where the metrics alone are.
    async fn metrics(&self, request: &Request<'_>) -> Response {
        if !matches!(request.method, "GET" | "HEAD") {
            return nobody(self.exposure, request);
        }
        match (&self.control, &self.metrics) {
            (Some(control), _) => metrics::show(control)
                .await
                .unwrap_or_else(|problem| problem.response()),
            (None, Some(metrics)) => metrics::alone(metrics),
            (None, None) => nobody(self.exposure, request),
        }
    }
}

/// Where the metrics are on a port of their own: where collectors look, and as on the control plane.
const METRICS: [&str; 2] = ["/metrics", "/_linecard/metrics"];

/// Who answers a request.
enum RouteTarget<'a> {
    Control(&'a Arc<Control>),
    /// The panel, with what notes its requests.
    Panel(Option<&'a Control>),
    Metrics,
    Nobody,
}

/// Answers one request of the HTTP library. `stop` gives a future that ends when the server is to
/// stop.
pub async fn serve<S, W>(mut request: actix_http::Request, main: &AppState, stop: S) -> actix_http::Response<BoxBody>
where
    S: FnOnce() -> W,
    W: Future<Output = ()> + 'static,
{
    let headers = request.headers();
    let has_body = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    let body = match has_body {
        true => read(request.take_payload()).await,
        false => Body::Whole(Bytes::new()),
    };
    let head = request.head();
    let header = |name: HeaderName| head.headers().get(name).and_then(|value| value.to_str().ok());
    let asked = Request {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        content_type: header(CONTENT_TYPE),
        accept: header(ACCEPT),
        forwarded_for: header(X_FORWARDED_FOR),
        host: header(HOST),
        forwarded_host: header(X_FORWARDED_HOST),
        forwarded_proto: header(X_FORWARDED_PROTO),
        body,
        peer: head
            .peer_addr
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()),
        local: request.conn_data::<Local>().map(|local| local.0),
    };
    let wish = |name| {
        head.headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or("\u{fffd}"))
    };
    let test_headers = TestHeaders {
        fault: wish(test_headers::FAULT),
        debug: wish(test_headers::DEBUG) == Some("1"),
        authorization: header(AUTHORIZATION),
    };
    let world;
    let state = match main.named(asked.host) {
        HostTarget::World(control) => {
            world = main.of_world(control);
            &world
        }
        HostTarget::Gone(name) => return sent(Delivery::whole(gone(&name)), request.conn_data(), stop).await,
        HostTarget::Main => main,
    };
    let headers = || {
        let all = head.headers().iter();
        all.map(|(name, value)| (name.as_str(), value.as_bytes()))
    };
    let to = state.asked(asked.path);
    let request_log = match to {
        RouteTarget::Panel(Some(control)) => Some(RequestLog::of(control, &asked, &test_headers, headers).await),
        _ => None,
    };
    let answer = async {
        Answer::Delivery(match (to, &request_log) {
            (RouteTarget::Control(control), _) => match control.answer(&asked, test_headers.authorization).await {
                Reply::Whole(response) => Delivery::whole(response),
                Reply::Events(tail) => return Answer::Events(tail),
            },
            (RouteTarget::Panel(Some(control)), Some(request_log)) => {
                control.respond(asked, request_log, test_headers).await
            }
            (RouteTarget::Panel(_), _) => Delivery::whole(match &state.metrics {
                // What is asked of a control plane, as by the server itself at its start, is no call of the panel's.
                Some(metrics) if !Control::owns(asked.path) => {
                    counting::answer(metrics, &state.panel, asked, headers).await
                }
                _ => strict::answer(&state.panel, asked, headers, None).await,
            }),
            (RouteTarget::Metrics, _) => Delivery::whole(state.metrics(&asked).await),
            (RouteTarget::Nobody, _) => Delivery::whole(nobody(state.exposure, &asked)),
        })
    };
    // A panic would close the connection without a word.
    let answer = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|payload| {
        let error = Error::internal(panic_words(&*payload));
        Answer::Delivery(Delivery::whole(crate::dialects::xtream::admin::failure(
            &state.panel,
            Variant::Documented,
            &error,
        )))
    });
    let delivery = match answer {
        Answer::Delivery(delivery) => delivery,
        Answer::Events(tail) => return streamed(*tail),
    };
    if let Some(request_log) = request_log {
        request_log.answered(&delivery);
    }
    sent(delivery, request.conn_data(), stop).await
}

/// The answer under the name of a world that is not there any more.
fn gone(name: &str) -> Response {
    let hint = "GET /_linecard/worlds of the main panel lists the worlds";
    Problem::not_found(format!("the world {name:?} is gone"), hint).response()
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

/// Takes a body in, up to the limit.
async fn read(mut payload: Payload) -> Body {
    let mut whole = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if whole.len() + chunk.len() > body::LARGEST => return Body::TooLarge,
            Ok(chunk) => whole.extend_from_slice(&chunk),
            // The client broke off: whatever is answered does not reach it.
            Err(_) => return Body::Whole(Bytes::new()),
        }
    }
    Body::Whole(whole.freeze())
}
