//! The wire: from a request's bytes to a dialect and from its answer to bytes.
//!
//! A request is plain data here, without the HTTP library: the same function serves the server's
//! sockets and whoever wants to watch, delay or replay requests.

pub mod describe;
pub mod docs;
pub mod php;
pub mod xc_v2;
pub mod xtream;

use std::net::IpAddr;
use std::sync::Arc;

use crate::http::trace::{Auth, Trace};
use crate::http::{Request, Response, pages};
use crate::panel::access_cache::{AccessCache, AccessCodeKind};
use crate::panel::{Panel, Result, noun};
use xtream::admin;
use xtream::admin::variant::Variant;

/// Answers a request (contract "Admin API", section 1: the gates in their order).
pub async fn answer(panel: &Arc<Panel>, request: Request<'_>) -> Response {
    match panel.access().await {
        Ok(access) => answer_at(&access, panel, request).await,
        Err(error) => admin::failure(panel, Variant::Documented, &error),
    }
}

/// Answers a request that meets the gates as they are in this picture of them.
pub async fn answer_at(access: &Arc<AccessCache>, panel: &Arc<Panel>, request: Request<'_>) -> Response {
    match route(access, panel, request).await {
        Ok(response) => response,
        Err(error) => admin::failure(panel, Variant::Documented, &error),
    }
}

async fn route(access: &Arc<AccessCache>, panel: &Arc<Panel>, request: Request<'_>) -> Result<Response> {
    panel.catch_up().await?;
    let caller = caller(panel, &request);
    if access.is_blocked(caller) {
        return Ok(Response::empty(403).traced(Trace::stopped(Auth::Blocked)));
    }
    let handled = matches!(request.method, "GET" | "POST" | "HEAD");
    if is_path(request.path, xc_v2::PATH) {
        return Ok(match handled {
            true => xc_v2::answer(panel, access, &request).await,
            false => Response::empty(200),
        });
    }
    if !handled && !panel.strictness().refuses() {
        // Where there is no control plane, each method of it tells so.
        return Ok(match noun::is_reserved(split(request.path).0) {
            true => pages::not_found(),
            false => Response::empty(200),
        });
    }
    if request.path == docs::OPENAPI_PATH {
        return Ok(docs::openapi_answer());
    }
    let (code, rest) = split(request.path);
    let code = php::form::percent_decode(code.as_bytes());
    let Some(code) = access.code(&code) else {
        return Ok(pages::not_found());
    };
    let Some(door) = door(code.kind, rest) else {
        return Ok(pages::not_found());
    };
    if !code.whitelist.is_empty() && !code.whitelist.hold(caller) {
        let refusal = Response::new(403, "text/plain", "IP FORBIDDEN");
        return Ok(refusal.traced(Trace::stopped(Auth::Forbidden)));
    }
    match door {
        Door::Slash => Ok(pages::with_slash(request.path, request.query)),
        Door::Admin => admin::answer(panel, access, request).await,
    }
}

/// The failure of a dialect by its own word (`STATUS_NO_PERMISSIONS`, `EXISTS`); where no dialect
/// answers, the page of a web server.
///
/// # Errors
/// The panel is busy.
pub async fn failure_named(panel: &Arc<Panel>, api: &str, word: &str) -> Result<Response> {
    Ok(match api {
        "admin" => admin::failure_named(panel, Variant::of(&*panel.access().await?), word),
        "xc_v2" => xc_v2::failure_named(&panel.access().await?.settings, word),
        _ => pages::not_found(),
    })
}

/// Whether a path that was sent, perhaps with percent signs, is this one.
fn is_path(sent: &str, path: &str) -> bool {
    sent == path || (sent.contains('%') && php::form::percent_decode(sent.as_bytes()) == path)
}

/// Whether no path of the server answers whoever calls.
pub async fn is_shut_out(panel: &Panel, request: &Request<'_>) -> bool {
    let access = panel.access().await;
    access.is_ok_and(|access| access.is_blocked(caller(panel, request)))
}

/// Who calls: the socket's peer, or whom a trusted proxy names.
fn caller(panel: &Panel, request: &Request<'_>) -> IpAddr {
    let trusted = &panel.settings().trusted_proxies;
    if !trusted.hold(request.peer) {
        return request.peer;
    }
    // Each proxy appends the peer it saw: the last address that is no proxy of ours is the caller.
    let named = request
        .forwarded_for
        .unwrap_or_default()
        .rsplit(',')
        .map_while(|part| part.trim().parse().ok());
    named.into_iter().find(|ip| !trusted.hold(*ip)).unwrap_or(request.peer)
}

/// What a path under an access code leads to.
enum Door {
    /// The same path with a slash.
    Slash,
    Admin,
}

/// The first segment of a path, and what follows it with its slash.
fn split(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split_at(path.find('/').unwrap_or(path.len()))
}

fn door(kind: AccessCodeKind, rest: &str) -> Option<Door> {
    match (kind, rest) {
        (AccessCodeKind::Admin, "" | "/admin") => Some(Door::Slash),
        (AccessCodeKind::Admin, "/" | "/index.php" | "/admin/" | "/admin/index.php") => Some(Door::Admin),
        _ => None,
    }
}
