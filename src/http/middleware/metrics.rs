//! Metrics: each request to the panel is counted when it ends, whatever its outcome.

use std::rc::Rc;
use std::time::Instant;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};

use crate::control::metrics::counting::Counting;
use crate::http::layer::{Layer, Next};
use crate::http::route::Route;

/// The layer.
pub const METRICS: Layer = Layer {
    applies: |route, request| route.metrics(request.path()).is_some(),
    run: |route, request, next| Box::pin(counted(route, request, next)),
};

async fn counted(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let begun = Instant::now();
    let Some(metrics) = route.metrics(request.path()) else {
        return next.call(request).await;
    };
    let mut counting = Counting::new(metrics, route.api(), begun);
    let response = next.call(request).await?;
    let has_answer = route
        .exchange
        .delivered()
        .is_none_or(|delivered| delivered.kind.has_answer());
    let handler = route.exchange.trace().and_then(|trace| trace.handler);
    counting.answered(handler, has_answer.then(|| response.status().as_u16()));
    Ok(response)
}
