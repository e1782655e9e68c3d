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
use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;

use crate::control::journal::request_log::RequestLog;
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::http::layer::{Layer, Next};
use crate::http::route::Route;
use crate::panel::viewers::EndReason;

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
    let named = route
        .dialect
        .and_then(|dialect| dialect.stream(&route.exchange.panel, &route.request(&request)));
    if let Some(named) = named {
        log.entry().set_named(named);
    }
    let _ = route.entry.set(Arc::clone(log.entry()));
    let is_head = request.method() == Method::HEAD;
    let response = next.call(request).await?;
    if let Some(trace) = route.exchange.trace() {
        log.entry().set_trace(trace);
    }
    if let Some(answer) = route.exchange.stream() {
        log.entry().set_stream(answer);
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    log.set_head(response.status().as_u16(), content_type);
    let is_stream = route.exchange.stream().is_some();
    if let Some(delivered) = route.exchange.delivered()
        && !(is_stream && delivered.kind.has_answer())
    {
        log.end(delivered);
        return Ok(response);
    }
    Ok(response.map_body(|_, body| match body.size() {
        BodySize::Sized(length) if is_head => {
            log.end(answered(usize::try_from(length).unwrap_or(usize::MAX)));
            body
        }
        _ => match body.try_into_bytes() {
            Ok(bytes) => {
                log.end(answered(bytes.len()));
                BoxBody::new(bytes)
            }
            Err(body) => BoxBody::new(Streamed { body, log, bytes: 0 }),
        },
    }))
}

fn answered(bytes: usize) -> Delivered {
    Delivered {
        kind: OutcomeKind::Answered,
        bytes,
    }
}

/// A streamed body; the request has ended when the stream has, or when its client has left.
struct Streamed {
    body: BoxBody,
    log: RequestLog,
    bytes: usize,
}

impl Streamed {
    fn end(&mut self, kind: OutcomeKind) {
        let left = self
            .log
            .entry()
            .stream()
            .is_some_and(|answer| answer.ended() == Some(EndReason::Client));
        self.log.end(Delivered {
            // A connection whose client has left breaks too.
            kind: if left && kind == OutcomeKind::Cut {
                OutcomeKind::Abandoned
            } else {
                kind
            },
            bytes: self.bytes,
        });
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        // The body first: a stream knows then why it ended.
        drop(std::mem::replace(&mut self.body, BoxBody::new(())));
        if self.log.entry().outcome().is_none() {
            self.end(OutcomeKind::Abandoned);
        }
    }
}

impl MessageBody for Streamed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        match &next {
            Poll::Ready(Some(Ok(chunk))) => self.bytes += chunk.len(),
            Poll::Ready(None) => self.end(OutcomeKind::Answered),
            Poll::Ready(Some(Err(_))) => self.end(OutcomeKind::Cut),
            Poll::Pending => {}
        }
        next.map_err(|error| io::Error::other(error.to_string()).into())
    }
}
