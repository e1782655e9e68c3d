//! What answers a request: the library's request becomes a [`wire::Request`], and goes to the panel
//! or to its control plane.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_http::body::BoxBody;
use actix_http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING, X_FORWARDED_FOR};
use actix_http::{HttpMessage, Payload};
use actix_web::web::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};

use super::sending::{sent, streamed};
use crate::control::arrival::Arrival;
use crate::control::delivery::Delivery;
use crate::control::entry::Entry;
use crate::control::tail::Tail;
use crate::control::wishes::{self, Wishes};
use crate::control::{Control, Reply};
use crate::panel::{Error, Panel};
use crate::store::panic_words;
use crate::wire::admin::style::Style;
use crate::wire::body::{self, Body};
use crate::wire::{self, Request};

/// The address under which a client reached the server.
pub struct Local(pub IpAddr);

/// What answers requests.
pub struct Site {
    pub panel: Arc<Panel>,
    pub control: Option<Arc<Control>>,
}

/// What an answer is.
enum Answer {
    Delivery(Delivery),
    Events(Box<Tail>),
}

impl Site {
    /// `entry` is what was noted of a request to the panel; nothing is of one to the control plane.
    async fn answer(&self, request: Request<'_>, wishes: Wishes<'_>, entry: Option<&Entry>) -> Answer {
        Answer::Delivery(match (&self.control, entry) {
            (Some(control), None) => match control.answer(&request, wishes.authorization).await {
                Reply::Whole(response) => Delivery::whole(response),
                Reply::Events(tail) => return Answer::Events(tail),
            },
            (Some(control), Some(entry)) => control.respond(request, entry, wishes).await,
            (None, _) => Delivery::whole(wire::answer(&self.panel, request).await),
        })
    }
}

/// Answers one request of the HTTP library. `stop` gives a future that ends when the server is to
/// stop.
pub async fn serve<S, W>(mut request: actix_http::Request, site: &Site, stop: S) -> actix_http::Response<BoxBody>
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
        forwarded_for: header(X_FORWARDED_FOR),
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
    let arrival = match &site.control {
        Some(control) if !Control::owns(asked.path) => {
            let headers = || {
                let all = head.headers().iter();
                all.map(|(name, value)| (name.as_str(), value.as_bytes()))
            };
            Some(Arrival::of(control, &asked, headers).await)
        }
        _ => None,
    };
    let entry = arrival.as_ref().map(Arrival::entry);
    let answer = site.answer(asked, wishes, entry);
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
