//! How a PHP dialect answers: one service under its scope, which looks at the whole request. What is the
//! same for all of them is here: the panel catches up, blocked addresses are shut out, and an error or a
//! panic is told in the dialect's own words.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::web::ServiceConfig;
use futures_util::FutureExt;

use super::Dialect;
use crate::http::trace::{Auth, Trace};
use crate::http::{Exchange, Request, Response, pages};
use crate::panel::{Error, Result};
use crate::store::panic_words;

/// Registers what answers every request that reaches the scope of a dialect.
pub fn answers_with<F>(scope: &mut ServiceConfig, dialect: &'static dyn Dialect, answer: F)
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response> + Copy + 'static,
{
    scope.default_service(fn_service(move |request: ServiceRequest| async move {
        let answered = answered(request, answer, |exchange, error| {
            dialect.failure(&exchange.panel, error)
        });
        Ok(answered.await)
    }));
}

/// Answers a request; `failure` says what is wrong.
pub async fn answered<F>(
    request: ServiceRequest,
    answer: F,
    failure: impl Fn(&Exchange, &Error) -> Response,
) -> ServiceResponse
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response>,
{
    let Some(exchange) = Exchange::of(request.request()) else {
        return request.into_response(pages::not_found().into_http());
    };
    let response = {
        let view = Request::new(request.request(), &exchange);
        // A panic would close the connection without a word.
        let answer = AssertUnwindSafe(admitted(&exchange, view, answer)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|payload| Err(Error::internal(panic_words(&*payload))));
        answer.unwrap_or_else(|error| failure(&exchange, &error))
    };
    exchange.set_trace(response.trace);
    request.into_response(response.into_http())
}

async fn admitted<F>(exchange: &Rc<Exchange>, request: Request<'_>, answer: F) -> Result<Response>
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response>,
{
    if let Some(error) = exchange.unavailable() {
        return Err(error);
    }
    exchange.panel.catch_up().await?;
    if exchange.access.is_blocked(exchange.client) {
        return Ok(Response::empty(403).traced(Trace::stopped(Auth::Blocked)));
    }
    answer(exchange, request).await
}

/// Whether a method is one that PHP pages read: others get an empty answer.
pub fn is_read(method: &str) -> bool {
    matches!(method, "GET" | "POST" | "HEAD")
}
