//! How an answer leaves: at once, in pieces, cut off, or not at all.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use actix_http::StatusCode;
use actix_http::body::{BodyStream, BoxBody, SizedStream};
use actix_http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::opening::Line;
use crate::control::delivery::{Delivery, Pace};
use crate::control::tail::{self, Tail};

/// How long an answer that is cut off leaves its beginning to go out.
const FLUSH: Duration = Duration::from_millis(5);

/// The library's answer, over this connection.
pub fn sent(delivery: Delivery, line: Option<&Line>) -> actix_http::Response<BoxBody> {
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
    let body = response.body;
    let mut response = match pace {
        Pace::Whole => builder.body(body).map_into_boxed_body(),
        Pace::Close | Pace::Reset => {
            match (pace, line) {
                (Pace::Reset, Some(line)) => line.reset(),
                (_, Some(line)) => line.close(),
                (_, None) => {}
            }
            builder.finish().map_into_boxed_body()
        }
        Pace::Pieces { .. } | Pace::Cut { .. } => builder.body(paced(body, pace)).map_into_boxed_body(),
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

/// A body that goes out in pieces, or of which only the beginning comes.
fn paced(body: Vec<u8>, pace: Pace) -> SizedStream<impl Stream<Item = io::Result<Bytes>>> {
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let (step, pause, most) = match pace {
        Pace::Pieces { bytes, pause } => (bytes, pause, usize::MAX),
        Pace::Cut { bytes } => (bytes.max(1), Duration::ZERO, bytes),
        _ => (body.len().max(1), Duration::ZERO, usize::MAX),
    };
    let pieces = stream::unfold(
        (Bytes::from(body), 0),
        move |(mut rest, sent): (Bytes, usize)| async move {
            if rest.is_empty() {
                return None;
            }
            if sent >= most {
                // What came before goes out while this waits.
                actix_web::rt::time::sleep(FLUSH).await;
                return Some((Err(io::ErrorKind::ConnectionAborted.into()), (Bytes::new(), sent)));
            }
            if sent > 0 && !pause.is_zero() {
                actix_web::rt::time::sleep(pause).await;
            }
            let piece = rest.split_to(step.min(rest.len()));
            let sent = sent.saturating_add(piece.len());
            Some((Ok(piece), (rest, sent)))
        },
    );
    SizedStream::new(length, Box::pin(pieces))
}
