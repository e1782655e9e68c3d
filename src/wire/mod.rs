//! The wire: from a request's bytes to a dialect and from its answer to bytes.
//!
//! A request is plain data here, without the HTTP library: the same function serves the server's
//! sockets and whoever wants to watch, delay or replay requests.

pub mod admin;
pub mod body;
pub mod describe;
pub mod docs;
pub mod pages;
pub mod php;
pub mod trace;
mod values;
pub mod xc_v2;

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::panel::gates::{Gates, Opens};
use crate::panel::{Panel, Result, noun};
use admin::style::Style;
use body::Body;
use trace::{Auth, Trace};

/// A request as it arrived.
#[derive(Debug)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The path as sent, percent signs and all.
    pub path: &'a str,
    /// The query string without its question mark.
    pub query: &'a str,
    pub content_type: Option<&'a str>,
    /// `Accept`, which the control plane alone looks at.
    pub accept: Option<&'a str>,
    /// `X-Forwarded-For`, which counts only when the peer is a trusted proxy.
    pub forwarded_for: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
    /// `X-Forwarded-Host` and `X-Forwarded-Proto`, which count only from a trusted proxy too.
    pub forwarded_host: Option<&'a str>,
    pub forwarded_proto: Option<&'a str>,
    pub body: Body,
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// The address of this end, where it is known.
    pub local: Option<IpAddr>,
}

impl<'a> Request<'a> {
    /// A request of this process itself, which came over no socket. `target` is a path, perhaps with a
    /// query.
    pub fn own(method: &'a str, target: &'a str, body: Vec<u8>) -> Request<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method,
            path,
            query,
            content_type: None,
            accept: None,
            forwarded_for: None,
            host: None,
            forwarded_host: None,
            forwarded_proto: None,
            body: Body::Whole(body.into()),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            local: None,
        }
    }
}

/// An answer as it will be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// `None` sends no `Content-Type`.
    pub content_type: Option<Cow<'static, str>>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Further headers, with their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// How it came about, which is not sent.
    pub trace: Trace,
}

impl Response {
    /// An empty answer.
    pub fn empty(status: u16) -> Response {
        Response {
            status,
            content_type: None,
            location: None,
            headers: Vec::new(),
            body: Vec::new(),
            trace: Trace::default(),
        }
    }

    /// An answer with a body.
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            content_type: Some(content_type.into()),
            location: None,
            headers: Vec::new(),
            body: body.into(),
            trace: Trace::default(),
        }
    }

    /// The same answer, which came about like this.
    pub fn traced(mut self, trace: Trace) -> Response {
        self.trace = trace;
        self
    }
}

/// Answers a request (contract "Admin API", section 1: the gates in their order).
pub async fn answer(panel: &Arc<Panel>, request: Request<'_>) -> Response {
    match panel.gates().await {
        Ok(gates) => answer_at(&gates, panel, request).await,
        Err(error) => admin::failure(panel, Style::Documented, &error),
    }
}

/// Answers a request that meets the gates as they are in this picture of them.
pub async fn answer_at(gates: &Arc<Gates>, panel: &Arc<Panel>, request: Request<'_>) -> Response {
    match route(gates, panel, request).await {
        Ok(response) => response,
        Err(error) => admin::failure(panel, Style::Documented, &error),
    }
}

async fn route(gates: &Arc<Gates>, panel: &Arc<Panel>, request: Request<'_>) -> Result<Response> {
    panel.catch_up().await?;
    let caller = caller(panel, &request);
    if gates.is_blocked(caller) {
        return Ok(Response::empty(403).traced(Trace::stopped(Auth::Blocked)));
    }
    let handled = matches!(request.method, "GET" | "POST" | "HEAD");
    if is_path(request.path, xc_v2::PATH) {
        return Ok(match handled {
            true => xc_v2::answer(panel, gates, &request).await,
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
    let Some(code) = gates.code(&code) else {
        return Ok(pages::not_found());
    };
    let Some(door) = door(code.opens, rest) else {
        return Ok(pages::not_found());
    };
    if !code.whitelist.is_empty() && !code.whitelist.hold(caller) {
        let refusal = Response::new(403, "text/plain", "IP FORBIDDEN");
        return Ok(refusal.traced(Trace::stopped(Auth::Forbidden)));
    }
    match door {
        Door::Slash => Ok(pages::with_slash(request.path, request.query)),
        Door::Admin => admin::answer(panel, gates, request).await,
    }
}

/// The failure of a dialect by its own word (`STATUS_NO_PERMISSIONS`, `EXISTS`); where no dialect
/// answers, the page of a web server.
///
/// # Errors
/// The panel is busy.
pub async fn failure_named(panel: &Arc<Panel>, api: &str, word: &str) -> Result<Response> {
    Ok(match api {
        "admin" => admin::failure_named(panel, Style::of(&*panel.gates().await?), word),
        "xc_v2" => xc_v2::failure_named(&panel.gates().await?.kept, word),
        _ => pages::not_found(),
    })
}

/// Whether a path that was sent, perhaps with percent signs, is this one.
fn is_path(sent: &str, path: &str) -> bool {
    sent == path || (sent.contains('%') && php::form::percent_decode(sent.as_bytes()) == path)
}

/// Whether no path of the server answers whoever calls.
pub async fn is_shut_out(panel: &Panel, request: &Request<'_>) -> bool {
    let gates = panel.gates().await;
    gates.is_ok_and(|gates| gates.is_blocked(caller(panel, request)))
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

fn door(opens: Opens, rest: &str) -> Option<Door> {
    match (opens, rest) {
        (Opens::Admin, "" | "/admin") => Some(Door::Slash),
        (Opens::Admin, "/" | "/index.php" | "/admin/" | "/admin/index.php") => Some(Door::Admin),
        _ => None,
    }
}
