//! The gate before a body: a request that is refused whatever its body says is answered without reading it, so
//! that a stranger's bodies take neither memory nor time.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};

use super::app_state::{AppState, RouteTarget};
use super::origin::Origin;
use super::request::Request;

/// Whether a head announces a body.
pub fn announces_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// Whether a request is refused by its head: by a blocked address, by the dialect that its path leads to, by the
/// control plane's token, or because nothing is at its path.
pub async fn is_refused(state: &AppState, target: &RouteTarget, request: &ServiceRequest, origin: &Origin) -> bool {
    let request = Request::from_head(request.request(), origin);
    match target {
        RouteTarget::Control(control) => control.refuses_head(&request),
        RouteTarget::Metrics | RouteTarget::Nobody => true,
        RouteTarget::Panel(_) => {
            let Ok(access) = state.panel.access().await else {
                return false;
            };
            let dialect = state.dialects.of_path(&access, request.path);
            access.is_blocked(request.client)
                || dialect.is_some_and(|dialect| dialect.refuses_head(&state.panel, &access, &request))
        }
    }
}
