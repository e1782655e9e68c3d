//! Metrics: each request to the panel is counted when it ends, whatever its outcome. The outermost layer counts, because
//! a layer that every request enters would cost two allocations a request.

use std::time::Instant;

use actix_web::dev::ServiceResponse;

use crate::control::metrics::counting::Counting;
use crate::http::route::Route;

/// Starts to count a request, if it is counted.
pub fn begin<'a>(route: &'a Route, path: &str) -> Option<Counting<'a>> {
    let begun = Instant::now();
    let metrics = route.metrics(path)?;
    Some(Counting::new(metrics, route.api(), begun))
}

/// Counts an answered request.
pub fn end(mut counting: Counting<'_>, route: &Route, response: &ServiceResponse) {
    let delivered = route.exchange.delivered();
    let has_answer = delivered.is_none_or(|delivered| delivered.kind.has_answer());
    let handler = route.exchange.trace().and_then(|trace| trace.handler);
    counting.answered(handler, has_answer.then(|| response.status().as_u16()));
}
