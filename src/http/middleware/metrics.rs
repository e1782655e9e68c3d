//! Metrics: each request to the panel is counted when it ends, in whichever way it ends.

use std::time::Instant;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};

use crate::control::metrics::counting::Counting;
use crate::http::layer::{Layer, Next};
use crate::http::route::Route;

/// The layer.
pub const METRICS: Layer = Layer {
    applies: |request| Route::from_request(request).is_some_and(|route| route.metrics(request.path()).is_some()),
    run: |request, next| Box::pin(counted(request, next)),
};

async fn counted(request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let begun = Instant::now();
    let route = Route::from_request(&request);
    let metrics = route
        .as_ref()
        .and_then(|route| Some((route, route.metrics(request.path())?)));
    let Some((route, metrics)) = metrics else {
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
