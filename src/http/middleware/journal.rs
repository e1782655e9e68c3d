//! The journal: records each request when it arrives and its outcome when it ends. Without a control plane
//! nothing is recorded.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;

use crate::control::journal::request_log::RequestLog;
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::http::layer::{Layer, Next};
use crate::http::route::Route;

/// The layer.
pub const JOURNAL: Layer = Layer {
    applies: |route| {
        let control = route.control();
        control.is_some_and(|control| control.needs_entry(route.is_tested))
    },
    run: |route, request, next| Box::pin(written_down(route, request, next)),
};

async fn written_down(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let Some(control) = route.control() else {
        return next.call(request).await;
    };
    let mut log = RequestLog::begin(control, route.api(), &route.request(&request));
    let _ = route.entry.set(Arc::clone(log.entry()));
    let response = next.call(request).await?;
    if let Some(trace) = route.exchange.trace() {
        log.entry().set_trace(trace);
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    log.set_head(response.status().as_u16(), content_type);
    let length = match response.response().body().size() {
        BodySize::None => Some(0),
        BodySize::Sized(length) => Some(usize::try_from(length).unwrap_or(usize::MAX)),
        BodySize::Stream => None,
    };
    match (route.exchange.delivered(), length) {
        (Some(delivered), _) => log.end(delivered),
        (None, Some(bytes)) => log.end(Delivered {
            kind: OutcomeKind::Answered,
            bytes,
        }),
        (None, None) => return Ok(response.map_body(|_, body| BoxBody::new(Streamed { body, log, bytes: 0 }))),
    }
    Ok(response)
}

/// A streamed body; the request has ended when the stream has, or when its client has left.
struct Streamed {
    body: BoxBody,
    log: RequestLog,
    bytes: usize,
}

impl MessageBody for Streamed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        let bytes = self.bytes;
        match &next {
            Poll::Ready(Some(Ok(chunk))) => self.bytes += chunk.len(),
            Poll::Ready(None) => self.log.end(Delivered {
                kind: OutcomeKind::Answered,
                bytes,
            }),
            Poll::Ready(Some(Err(_))) => self.log.end(Delivered {
                kind: OutcomeKind::Cut,
                bytes,
            }),
            Poll::Pending => {}
        }
        next.map_err(|error| io::Error::other(error.to_string()).into())
    }
}
