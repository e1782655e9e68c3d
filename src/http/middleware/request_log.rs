//! The request log: a line for each request to the panel on standard error, at the level `debug`. It has no
//! query and no secret of a path.

use std::rc::Rc;
use std::time::Instant;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Level;

use crate::control::journal::entry::microseconds;
use crate::control::journal::masking;
use crate::http::delivery::OutcomeKind;
use crate::http::layer::{Layer, Next};
use crate::http::route::Route;
use crate::http::trace::Handler;

/// The layer.
pub const REQUEST_LOG: Layer = Layer {
    applies: |route, _| tracing::enabled!(Level::DEBUG) && route.is_for_panel(),
    run: |route, request, next| Box::pin(logged(route, request, next)),
};

async fn logged(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = masking::path(route.state.dialects, request.path());
    let response = next.call(request).await?;
    write(&route, method.as_str(), &path, &response, begun);
    Ok(response)
}

fn write(route: &Rc<Route>, method: &str, path: &str, response: &ServiceResponse, begun: Instant) {
    let handler = route.exchange.trace().and_then(|trace| trace.handler);
    let outcome = route
        .exchange
        .delivered()
        .map_or(OutcomeKind::Answered, |delivered| delivered.kind);
    tracing::debug!(
        client = %route.exchange.client,
        method,
        path,
        api = route.api().name(),
        action = handler.map(Handler::name).as_deref().unwrap_or_default(),
        status = response.status().as_u16(),
        outcome = outcome.name(),
        us = microseconds(begun),
        "request"
    );
}
