//! Strictness: suspicious requests are logged or refused (contract "The fixture", section 8) before the panel
//! does its work.

use std::rc::Rc;
use std::time::Instant;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};

use crate::control::journal::entry::Entry;
use crate::control::strict;
use crate::http::layer::{Layer, Next};
use crate::http::response::Response;
use crate::http::route::Route;
use crate::panel::strictness::Strictness;

/// The layer.
pub const STRICTNESS: Layer = Layer {
    applies: |route| route.is_for_panel() && route.exchange.panel.strictness() != Strictness::Off,
    run: |route, request, next| Box::pin(judged(route, request, next)),
};

async fn judged(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    match refusal(&route, &request).await {
        Some(refusal) => Ok(request.into_response(refusal.into_http())),
        None => next.call(request).await,
    }
}

/// The answer to a request that is too suspicious for a strict server.
async fn refusal(route: &Route, request: &ServiceRequest) -> Option<Response> {
    let near_misses = match (route.control(), route.entry.get()) {
        (Some(control), Some(entry)) => strict::near_misses(control, entry).await?,
        // Without a journal there is no entry to add it to.
        _ => {
            let exchange = &route.exchange;
            let (now, strictness) = (exchange.panel.clock().now(), exchange.panel.strictness());
            let entry = Entry::new(route.api(), now, Instant::now(), &route.request(request), strictness);
            let near_misses = strict::describe(route.state.dialects, &exchange.panel, &exchange.access, &entry).await?;
            if let Some(metrics) = route.metrics(request.path()) {
                metrics.count_near_misses(&near_misses);
            }
            near_misses
        }
    };
    let is_blocked = route.exchange.access.is_blocked(route.exchange.origin.client);
    strict::judge(
        route.exchange.panel.strictness(),
        route.dialect,
        is_blocked,
        &near_misses,
    )
}
