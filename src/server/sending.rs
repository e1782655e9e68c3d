//! How an answer leaves: at once, in pieces, cut off, or not at all.

use std::convert::Infallible;
use std::time::Instant;

use actix_http::StatusCode;
use actix_http::body::{BodyStream, BoxBody, SizedStream};
use actix_http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use futures_util::StreamExt;

use super::http10::ConnectionHandle;
use super::pacing::{End, Plan, over, paced};
use crate::control::delivery::{Delivery, Pace};
use crate::control::journal::tail::{self, Tail};

/// The library's answer, over this connection. `stop` gives a future that ends when the server is to
/// stop: what goes on as long as the client waits ends then too.
pub async fn sent<S, W>(delivery: Delivery, line: Option<&ConnectionHandle>, stop: S) -> actix_http::Response<BoxBody>
where
    S: FnOnce() -> W,
    W: Future<Output = ()> + 'static,
{
    let Delivery { response, pace } = delivery;
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = actix_http::Response::build(status);
    let header = |value: &str| HeaderValue::from_str(value).ok();
    if let Some(value) = response.content_type.as_deref().and_then(header) {
        builder.insert_header((CONTENT_TYPE, value));
    }
    if let Some(value) = response.location.as_deref().and_then(header) {
        builder.insert_header((LOCATION, value));
    }
    for (name, value) in &response.headers {
        if let Some(value) = header(value) {
            builder.insert_header((HeaderName::from_static(name), value));
        }
    }
    let body = response.body;
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let line = line.cloned().unwrap_or_default();
    let sized = |body, plan| SizedStream::new(length, Box::pin(paced(body, plan)));
    let mut response = match pace {
        Pace::Whole => builder.body(body).map_into_boxed_body(),
        Pace::Close | Pace::Reset | Pace::Hang => {
            if pace == Pace::Hang {
                over(&line, stop()).await;
            }
            match pace {
                Pace::Reset => line.reset(),
                _ => line.close(),
            }
            builder.finish().map_into_boxed_body()
        }
        Pace::Pieces { bytes, pause } => builder
            .body(sized(body, Plan::pieces(bytes, pause)))
            .map_into_boxed_body(),
        Pace::Cut { bytes } => builder
            .body(sized(body, Plan::first(bytes, End::Cut)))
            .map_into_boxed_body(),
        Pace::Stall { bytes } => {
            let stop = stop();
            let over = async move { over(&line, stop).await };
            let plan = Plan::first(bytes, End::Stall(Box::pin(over)));
            builder.body(sized(body, plan)).map_into_boxed_body()
        }
        Pace::Stream { bytes, after } => {
            let plan = Plan::first(bytes, End::At(Instant::now() + after));
            builder
                .body(BodyStream::new(Box::pin(paced(body, plan))))
                .map_into_boxed_body()
        }
    };
    // `Content-Type`, as the web server in front of a panel writes it.
    response.head_mut().set_camel_case_headers(true);
    response
}

/// The answer to one who listens. Proxies are told to pass on what comes at once.
pub fn streamed(tail: Tail) -> actix_http::Response<BoxBody> {
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    let events = tail.events().map(Ok::<_, Infallible>);
    let mut response = actix_http::Response::build(StatusCode::OK)
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(tail::CONTENT_TYPE)))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .insert_header((unbuffered, HeaderValue::from_static("no")))
        .body(BodyStream::new(Box::pin(events)))
        .map_into_boxed_body();
    response.head_mut().set_camel_case_headers(true);
    response
}
