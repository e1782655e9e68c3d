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
use crate::control::arrival::Arrival;
use crate::control::delivery::Delivery;
use crate::control::hosting::Named;
use crate::control::metrics::{self, Metrics};
use crate::control::problem::Problem;
use crate::control::tail::Tail;
use crate::control::wishes::{self, Wishes};
use crate::control::{Control, Reply, counting, strict};
use crate::panel::{Error, Panel};
use crate::store::panic_words;
use crate::wire::admin::style::Style;
use crate::wire::body::{self, Body};
use crate::wire::{self, Request, Response};

/// The address under which a client reached the server.
pub struct Local(pub IpAddr);

/// What answers requests.
pub struct Site {
    pub panel: Arc<Panel>,
    pub control: Option<Arc<Control>>,
    /// What counts requests where there is no control plane, if anything does.
    pub metrics: Option<Arc<Metrics>>,
    pub door: Door,
}

/// What is answered on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
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

impl Site {
    /// Who is asked by a path.
    fn asked(&self, path: &str) -> Asked<'_> {
        match (&self.control, self.door) {
            (_, Door::Metrics) if METRICS.contains(&path) => Asked::Metrics,
            (_, Door::Metrics) => Asked::Nobody,
            (None, _) => Asked::Panel(None),
            (Some(control), Door::Everything | Door::Control) if Control::owns(path) => Asked::Control(control),
            (Some(_), Door::Control) => Asked::Nobody,
            // What is not there for a client is no call of the panel's that a journal would have.
            (Some(_), Door::Panel) if Control::owns(path) => Asked::Panel(None),
            (Some(control), _) => Asked::Panel(Some(control)),
        }
    }

    /// The site of a world on the same port.
    fn of_world(&self, control: Arc<Control>) -> Site {
        Site {
            panel: Arc::clone(control.panel()),
            control: Some(control),
            metrics: None,
            door: self.door,
        }
    }

    /// What a request to this port stands for.
    fn named(&self, host: Option<&str>) -> Named {
        match &self.control {
            Some(control) if self.door != Door::Metrics => control.named_by(host),
            _ => Named::Main,
        }
    }

    /// The answer where the metrics alone are.
    async fn metrics(&self, request: &Request<'_>) -> Response {
        if !matches!(request.method, "GET" | "HEAD") {
            return nobody(self.door, request);
        }
        match (&self.control, &self.metrics) {
            (Some(control), _) => metrics::show(control)
                .await
                .unwrap_or_else(|problem| problem.response()),
            (None, Some(metrics)) => metrics::alone(metrics),
            (None, None) => nobody(self.door, request),
        }
    }
}

/// Where the metrics are on a port of their own: where collectors look, and as on the control plane.
const METRICS: [&str; 2] = ["/metrics", "/_linecard/metrics"];

/// Who answers a request.
enum Asked<'a> {
    Control(&'a Arc<Control>),
    /// The panel, with what notes its requests.
    Panel(Option<&'a Control>),
    Metrics,
    Nobody,
}

/// Answers one request of the HTTP library. `stop` gives a future that ends when the server is to
/// stop.
pub async fn serve<S, W>(mut request: actix_http::Request, main: &Site, stop: S) -> actix_http::Response<BoxBody>
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
    let wishes = Wishes {
        fault: wish(wishes::FAULT),
        debug: wish(wishes::DEBUG) == Some("1"),
        authorization: header(AUTHORIZATION),
    };
    let world;
    let site = match main.named(asked.host) {
        Named::World(control) => {
            world = main.of_world(control);
            &world
        }
        Named::Gone(name) => return sent(Delivery::whole(gone(&name)), request.conn_data(), stop).await,
        Named::Main => main,
    };
    let headers = || {
        let all = head.headers().iter();
        all.map(|(name, value)| (name.as_str(), value.as_bytes()))
    };
    let to = site.asked(asked.path);
    let arrival = match to {
        Asked::Panel(Some(control)) => Some(Arrival::of(control, &asked, &wishes, headers).await),
        _ => None,
    };
    let answer = async {
        Answer::Delivery(match (to, &arrival) {
            (Asked::Control(control), _) => match control.answer(&asked, wishes.authorization).await {
                Reply::Whole(response) => Delivery::whole(response),
                Reply::Events(tail) => return Answer::Events(tail),
            },
            (Asked::Panel(Some(control)), Some(arrival)) => control.respond(asked, arrival, wishes).await,
            (Asked::Panel(_), _) => Delivery::whole(match &site.metrics {
                // What is asked of a control plane, as by the server itself at its start, is no call of the panel's.
                Some(metrics) if !Control::owns(asked.path) => {
                    counting::answer(metrics, &site.panel, asked, headers).await
                }
                _ => strict::answer(&site.panel, asked, headers, None).await,
            }),
            (Asked::Metrics, _) => Delivery::whole(site.metrics(&asked).await),
            (Asked::Nobody, _) => Delivery::whole(nobody(site.door, &asked)),
        })
    };
    // A panic would close the connection without a word.
    let answer = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|payload| {
        let error = Error::internal(panic_words(&*payload));
        Answer::Delivery(Delivery::whole(wire::admin::failure(
            &site.panel,
            Style::Documented,
            &error,
        )))
    });
    let delivery = match answer {
        Answer::Delivery(delivery) => delivery,
        Answer::Events(tail) => return streamed(*tail),
    };
    if let Some(arrival) = arrival {
        arrival.answered(&delivery);
    }
    sent(delivery, request.conn_data(), stop).await
}

/// The answer under the name of a world that is not there any more.
fn gone(name: &str) -> Response {
    let hint = "GET /_linecard/worlds of the main panel lists the worlds";
    Problem::not_found(format!("the world {name:?} is gone"), hint).response()
}

/// The answer on a port that has no panel.
fn nobody(door: Door, request: &Request<'_>) -> Response {
    let Request { method, path, .. } = request;
    let problem = match door {
        Door::Metrics => Problem::not_found(
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
