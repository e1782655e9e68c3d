//! The service of a PHP dialect: one handler for all requests in its scope. It contains the steps that all of
//! them share: it catches up pending transitions, refuses blocked addresses, and answers an error or a panic
//! with the dialect's own failure.

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

/// Registers the handler for all requests in the scope of a dialect.
pub fn answers_with<F>(scope: &mut ServiceConfig, dialect: &'static dyn Dialect, answer: F)
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response> + Copy + 'static,
{
    scope.default_service(fn_service(move |request: ServiceRequest| async move {
        let failure = |exchange: &Exchange, error: &Error| dialect.failure(&exchange.panel, error);
        let completed =
            |exchange: &Exchange, response, request: &Request<'_>| dialect.completed(exchange, response, request);
        Ok(completed_with(request, answer, failure, completed).await)
    }));
}

/// Answers a request; `failure` answers an error.
pub async fn answered<F>(
    request: ServiceRequest,
    answer: F,
    failure: impl Fn(&Exchange, &Error) -> Response,
) -> ServiceResponse
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response>,
{
    completed_with(request, answer, failure, |_, response, _| response).await
}

/// The same, with an answer that `completed` changes.
async fn completed_with<F>(
    request: ServiceRequest,
    answer: F,
    failure: impl Fn(&Exchange, &Error) -> Response,
    completed: impl Fn(&Exchange, Response, &Request<'_>) -> Response,
) -> ServiceResponse
where
    F: for<'a> AsyncFn(&'a Exchange, Request<'a>) -> Result<Response>,
{
    let Some(exchange) = Exchange::from_request(request.request()) else {
        return request.into_response(pages::not_found().into_http());
    };
    let response = {
        let view = Request::new(request.request(), &exchange);
        // A panic would close the connection without an answer.
        let answer = AssertUnwindSafe(admitted(&exchange, view, answer)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|payload| Err(Error::internal(panic_words(&*payload))));
        let answer = answer.unwrap_or_else(|error| failure(&exchange, &error));
        completed(&exchange, answer, &view)
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
    if exchange.access.is_blocked(exchange.origin.client) {
        return Ok(Response::empty(403).traced(Trace::stopped(Auth::Blocked)));
    }
    answer(exchange, request).await
}

/// Whether PHP pages read the variables of this method; other methods get an empty answer.
pub fn is_read(method: &str) -> bool {
    matches!(method, "GET" | "POST" | "HEAD")
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;

    use actix_web::HttpMessage;
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::dialects::Dialects;
    use crate::http::RequestBody;
    use crate::http::address::Address;
    use crate::http::origin::Origin;
    use crate::panel::clock::Clock;
    use crate::panel::rng::Rng;
    use crate::panel::{Panel, Settings};
    use crate::store::Place;

    /// The pages of a web server before the panel, which players get.
    const BROKEN_PAGE: &str = "<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n\
         <body>\r\n<center><h1>500 Internal Server Error</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    const BUSY_PAGE: &str = "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n\
         <body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

    fn panel() -> Arc<Panel> {
        let opened = Panel::open(
            Place::private_memory(),
            Settings::default(),
            Clock::frozen(0),
            Rng::seeded(1),
            |_, _, _| Ok(()),
        );
        Arc::new(opened.unwrap().0)
    }

    /// Returns a dialect's answer when its code panics or returns an error.
    async fn answer_to(panel: &Arc<Panel>, dialect: &'static dyn Dialect, error: Option<Error>) -> (u16, String) {
        let request = TestRequest::get().to_srv_request();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let exchange = Exchange::new(
            (Arc::clone(panel), Arc::new(Address::new(String::new(), None, None))),
            panel.access().await,
            (RequestBody::EMPTY, None),
            Origin::own(here),
        );
        request.extensions_mut().insert(Rc::new(exchange));
        let answer = async |_: &Exchange, _: Request<'_>| match &error {
            Some(error) => Err(error.clone()),
            None => panic!("broken"),
        };
        let response = answered(request, answer, |exchange, error| {
            dialect.failure(&exchange.panel, error)
        })
        .await;
        let status = response.status().as_u16();
        let body = response.into_body().try_into_bytes().unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn each_dialect_tells_of_a_panic_and_of_a_busy_panel_in_its_own_words() {
        let panel = panel();
        let words = [
            (
                "admin",
                r#"{"status":"STATUS_FAILURE","data":{},"error":"Internal error and nothing was done. The server's log has the reason."}"#,
                r#"{"status":"STATUS_FAILURE","data":{},"error":"The panel is busy and nothing was done. Try again."}"#,
            ),
            (
                "reseller",
                r#"{"status":"STATUS_FAILURE","data":{},"error":"Internal error and nothing was done. The server's log has the reason."}"#,
                r#"{"status":"STATUS_FAILURE","data":{},"error":"The panel is busy and nothing was done. Try again."}"#,
            ),
            (
                "xc_v2",
                r#"{"result":false,"error":"INTERNAL ERROR"}"#,
                r#"{"result":false,"error":"BUSY"}"#,
            ),
            (
                "nxt",
                r#"{"error":{"code":"internal_error","message":"Internal server error.","details":[]}}"#,
                r#"{"error":{"code":"busy","message":"The panel is busy, try again.","details":[]}}"#,
            ),
            (
                "billing",
                r#"{"error":{"code":"internal_error","message":"Internal server error.","details":[]}}"#,
                r#"{"error":{"code":"service_unavailable","message":"The panel is busy, try again.","details":[]}}"#,
            ),
            ("player_api", BROKEN_PAGE, BUSY_PAGE),
            ("panel_api", BROKEN_PAGE, BUSY_PAGE),
            ("playlist", BROKEN_PAGE, BUSY_PAGE),
            ("xmltv", BROKEN_PAGE, BUSY_PAGE),
            ("enigma2", BROKEN_PAGE, BUSY_PAGE),
            ("stream", BROKEN_PAGE, BUSY_PAGE),
        ];
        let served: Vec<&dyn Dialect> = Dialects::default().served().collect();
        assert_eq!(served.len(), words.len(), "a dialect without its words here");
        actix_web::rt::System::new().block_on(async {
            for (dialect, (name, broken, busy)) in served.into_iter().zip(words) {
                assert_eq!(dialect.api().name(), name);
                assert_eq!(answer_to(&panel, dialect, None).await, (500, broken.to_owned()));
                assert_eq!(
                    answer_to(&panel, dialect, Some(Error::Busy)).await,
                    (503, busy.to_owned())
                );
            }
        });
    }
}
