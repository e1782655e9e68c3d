//! The request log: a line for each request in the file of `--request-log` and, for requests to the panel, on
//! standard error at the level `debug`. It has no query and no secret of a path.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::web::Bytes;
use tracing::Level;

use crate::control::MAIN;
use crate::control::journal::entry::microseconds;
use crate::control::journal::masking;
use crate::http::app_state::RouteTarget;
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::http::layer::{Layer, Next};
use crate::http::request_log::{Line, RequestLogFile};
use crate::http::route::Route;
use crate::http::trace::Handler;

/// The layer.
pub const REQUEST_LOG: Layer = Layer {
    applies: |route| route.state.request_log.is_some() || is_debugged(route),
    run: |route, request, next| Box::pin(logged(route, request, next)),
};

fn is_debugged(route: &Route) -> bool {
    tracing::enabled!(Level::DEBUG) && route.is_for_panel()
}

async fn logged(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let begun = Instant::now();
    let method = request.method().as_str().to_owned();
    let path = masking::path(route.state.dialects, request.path());
    let response = next.call(request).await?;
    let mut line = line(&route, method, path, &response, begun);
    mask(&route, &mut line).await;
    if is_debugged(&route) {
        tracing::debug!(
            client = %line.client,
            method = line.method,
            path = line.path,
            api = line.api,
            action = line.action.as_ref(),
            status = line.status,
            outcome = line.outcome,
            us = line.us,
            "request"
        );
    }
    let Some(file) = route.state.request_log.clone() else {
        return Ok(response);
    };
    let delivered = route.exchange.delivered();
    Ok(response.map_body(|_, body| written(&route, file, line, delivered, begun, body)))
}

/// Masks the known secrets in what the client wrote; where they cannot be read, all of it.
async fn mask(route: &Route, line: &mut Line) {
    let known = match route.control() {
        Some(control) => control.masker().await.ok(),
        None => route.exchange.panel.secrets().await.ok(),
    };
    for text in [&mut line.method, &mut line.path] {
        *text = match &known {
            Some(known) => known.text(text).into_owned(),
            None => masking::MASK.to_owned(),
        };
    }
}

/// What is known when the head of the answer is.
fn line(route: &Rc<Route>, method: String, path: String, response: &ServiceResponse, begun: Instant) -> Line {
    let handler = route.exchange.trace().and_then(|trace| trace.handler);
    let delivered = route.exchange.delivered();
    let kind = delivered.map_or(OutcomeKind::Answered, |delivered| delivered.kind);
    let api = match route.target {
        RouteTarget::Control(_) => "control",
        RouteTarget::Metrics => "metrics",
        _ => route.api().name(),
    };
    Line {
        id: String::new(),
        client: route.exchange.origin.client,
        method,
        path,
        api,
        action: handler.map(Handler::name).unwrap_or_default(),
        status: response.status().as_u16(),
        word: None,
        outcome: kind.name(),
        us: microseconds(begun),
        bytes: 0,
    }
}

/// Writes the line: at once or, where the body is a stream, when it has ended.
fn written(
    route: &Rc<Route>,
    file: Arc<RequestLogFile>,
    mut line: Line,
    delivered: Option<Delivered>,
    begun: Instant,
    body: BoxBody,
) -> BoxBody {
    let recorded = route.entry.get().and_then(|entry| entry.seq()).zip(route.control());
    line.id = match recorded {
        Some((seq, control)) => control.id_of(seq),
        None => unrecorded_id(route, &file),
    };
    let size = body.size();
    if size == BodySize::None {
        file.write(&line);
        return body;
    }
    match body.try_into_bytes() {
        Ok(bytes) => {
            line.word = route.dialect.and_then(|dialect| dialect.status_word(&bytes));
            let sent = delivered.map_or(bytes.len(), |delivered| delivered.bytes);
            line.bytes = u64::try_from(sent).unwrap_or(u64::MAX);
            file.write(&line);
            BoxBody::new(bytes)
        }
        Err(body) => BoxBody::new(Streamed {
            body,
            size,
            file,
            line,
            begun,
        }),
    }
}

/// The id of a request that the journal does not record: a number of the file, behind the name of the world that it
/// was sent to.
fn unrecorded_id(route: &Route, file: &RequestLogFile) -> String {
    let number = file.next_id();
    let world = route.state.control.as_ref().map(|control| control.world());
    match world.filter(|world| *world != MAIN) {
        Some(world) => format!("{world}/{number}"),
        None => number,
    }
}

/// A streamed body; the request has ended when it has, or when its client has left.
struct Streamed {
    body: BoxBody,
    size: BodySize,
    file: Arc<RequestLogFile>,
    line: Line,
    begun: Instant,
}

impl MessageBody for Streamed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(chunk))) = &next {
            self.line.bytes += u64::try_from(chunk.len()).unwrap_or(0);
        }
        next.map_err(|error| io::Error::other(error.to_string()).into())
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        self.line.us = microseconds(self.begun);
        self.file.write(&self.line);
    }
}
