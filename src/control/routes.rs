//! The table of endpoints: one row each, from which routing, the index and the docs follow.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::clock::{self as time, transitions};
use super::journal::tail::{self, Tail};
use super::journal::{har, requests};
use super::problem::Problem;
use super::state::{document, profile, reset, sessions, snapshots as state};
use super::{Control, PREFIX, Reply, answer, docs, faults, index, metrics, verify, worlds};
use crate::dialects::php::form;
use crate::http::{Request, Response};

type EndpointFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + 'a>>;

/// One endpoint.
pub struct Route {
    pub method: &'static str,
    /// Segments after the prefix; `{name}` stands for any one, of which there is one at most.
    pub path: &'static str,
    /// One sentence.
    pub doc: &'static str,
    run: Run,
}

/// What answers an endpoint.
enum Run {
    Whole(for<'a> fn(&'a Control, &'a Request<'a>, String) -> EndpointFuture<'a>),
    /// The journal as it grows.
    Tail,
}

impl Route {
    /// The whole path, as it is shown to people.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// What stands for the name in this path; `None` where it is another path.
    fn matches(&self, path: &str) -> Option<String> {
        let (mut own, mut theirs) = (self.path.split('/'), path.split('/'));
        let mut name = String::new();
        loop {
            match (own.next(), theirs.next()) {
                (None, None) => return Some(name),
                (Some(own), Some(theirs)) if own.starts_with('{') && !theirs.is_empty() => {
                    name = form::percent_decode(theirs.as_bytes());
                }
                (Some(own), Some(theirs)) if own == theirs => {}
                _ => return None,
            }
        }
    }
}

const fn row(
    method: &'static str,
    path: &'static str,
    doc: &'static str,
    run: for<'a> fn(&'a Control, &'a Request<'a>, String) -> EndpointFuture<'a>,
) -> Route {
    Route {
        method,
        path,
        doc,
        run: Run::Whole(run),
    }
}

/// All endpoints.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    row("GET", "", "Lists the endpoints.", |control, request, _| Box::pin(async { Ok(index::show(control, request)) })),
    row("GET", "health", "Tells that the server is alive.", |control, _, _| Box::pin(async { Ok(answer(&control.health())) })),
    row("GET", "ready", "Answers 200 when requests can be answered.", |control, _, _| Box::pin(async { Ok(answer(&control.health())) })),
    row("GET", "info", "Shows where the panel answers and what opens it.", |control, request, _| Box::pin(async { Ok(answer(&control.info(request).await?)) })),
    row("PATCH", "info", "Sets where clients reach the panel, or how strict it is: `{\"public_url\":URL}`, `{\"strict\":\"warn\"}`.", |control, request, _| Box::pin(control.set_info(request))),
    row("GET", "openapi.json", "Answers the OpenAPI document of these endpoints.", |_, _, _| Box::pin(async { Ok(docs::openapi_answer()) })),
    row("GET", "metrics", "Answers what was done since the start, for Prometheus.", |control, _, _| Box::pin(metrics::show(control))),
    row("POST", "shutdown", "Stops the server after the requests in flight.", |control, _, _| Box::pin(async { control.shut_down() })),
    row("POST", "reset", "Goes back to the state at the start.", |control, request, _| Box::pin(reset::reset(control, request))),
    row("GET", "state", "Answers the whole state as a seed document; `format` is `json`, `yaml` or `sqlite`.", |control, request, _| Box::pin(document::show(control, request))),
    row("PUT", "state", "Replaces the whole state with that of a seed document or an SQLite file.", |control, request, _| Box::pin(document::replace(control, request))),
    row("PATCH", "state", "Adds what a seed document has to the state.", |control, request, _| Box::pin(document::merge(control, request))),
    row("GET", "snapshots", "Lists the snapshots.", |control, _, _| Box::pin(async { Ok(state::list(control)) })),
    row("POST", "snapshots", "Takes a snapshot under a name.", |control, request, _| Box::pin(state::take(control, request))),
    row("POST", "snapshots/{name}/restore", "Goes back to a snapshot.", |control, _, name| Box::pin(state::restore(control, name))),
    row("GET", "snapshots/{name}", "Answers a snapshot as an SQLite file.", |control, _, name| Box::pin(async move { state::download(control, &name) })),
    row("PUT", "snapshots/{name}", "Takes an SQLite file as a snapshot.", |control, request, name| Box::pin(async move { state::upload(control, request, name) })),
    row("DELETE", "snapshots/{name}", "Forgets a snapshot.", |control, _, name| Box::pin(async move { state::forget(control, &name) })),
    row("GET", "faults", "Lists the faults with their counters.", |control, _, _| Box::pin(async { Ok(faults::list(control)) })),
    row("PUT", "faults", "Replaces all faults.", |control, request, _| Box::pin(async { faults::replace(control, request) })),
    row("POST", "faults", "Adds a fault.", |control, request, _| Box::pin(async { faults::add(control, request) })),
    row("GET", "faults/presets", "Lists the faults that have a name.", |_, _, _| Box::pin(async { Ok(faults::presets()) })),
    row("DELETE", "faults/{name}", "Removes a fault.", |control, _, name| Box::pin(async move { faults::remove(control, &name) })),
    row("GET", "clock", "Shows the panel's clock.", |control, _, _| Box::pin(async { Ok(time::show(control)) })),
    row("PUT", "clock", "Sets how the panel's clock runs.", |control, request, _| Box::pin(async { time::set(control, request) })),
    row("POST", "clock/advance", "Puts the clock forward and tells what fell due.", |control, request, _| Box::pin(time::advance(control, request))),
    row("GET", "transitions", "Shows after what things become ready, and what is not yet.", |control, _, _| Box::pin(async { Ok(transitions::show(control)) })),
    row("PUT", "transitions", "Sets after what things become ready that are begun from now on.", |control, request, _| Box::pin(async { transitions::set(control, request) })),
    row("GET", "profile", "Shows the active quirk profiles and all that there are.", |control, _, _| Box::pin(profile::show(control))),
    row("PUT", "profile", "Replaces the active quirk profiles.", |control, request, _| Box::pin(profile::set(control, request))),
    row("GET", "requests", "Lists the requests that the panel got.", |control, request, _| Box::pin(requests::list(control, request))),
    row("GET", "requests.har", "Answers the requests as an HTTP archive (HAR 1.2).", |control, request, _| Box::pin(har::archive(control, request))),
    row("DELETE", "requests", "Forgets the requests.", |control, _, _| Box::pin(async { requests::clear(control) })),
    Route { method: "GET", path: "requests/stream", doc: "Tells of each request when it is answered, as server-sent events.", run: Run::Tail },
    row("GET", "requests/{seq}", "Shows a request.", |control, _, seq| Box::pin(requests::one(control, seq))),
    row("POST", "requests/count", "Counts the requests that match.", |control, request, _| Box::pin(verify::count(control, request))),
    row("POST", "verify", "Answers 200 when as many requests match as were wanted, 409 when not.", |control, request, _| Box::pin(verify::verify(control, request))),
    row("GET", "sessions", "Lists the live connections.", |control, request, _| Box::pin(sessions::list(control, request))),
    row("DELETE", "sessions/{id}", "Cuts a live connection off.", |control, _, id| Box::pin(sessions::kick(control, id))),
    row("GET", "worlds", "Lists the worlds: panels of their own in this process.", |control, _, _| Box::pin(worlds::list(control))),
    row("POST", "worlds", "Makes a world, with its own port, clock, faults and journal.", |control, request, _| Box::pin(worlds::make(control, request))),
    row("DELETE", "worlds/{name}", "Stops a world and frees all it has.", |control, _, name| Box::pin(async move { worlds::remove(control, &name).await })),
    row("GET", "unmatched", "Lists the suspicious requests, with what may have been meant.", |control, _, _| Box::pin(requests::unmatched(control))),
];

/// What takes a panel's state or time from under its customers: first segments of paths. Other machines
/// may not ask for it unless the server is there for tests.
const GUARDED: [&str; 7] = [
    "clock",
    "faults",
    "reset",
    "snapshots",
    "state",
    "transitions",
    "worlds",
];

/// What is answered without a token too, so that whoever watches over a server needs none.
const OPEN: [&str; 2] = ["health", "ready"];

/// Whether a request is one that needs no token.
pub fn is_open(request: &Request<'_>) -> bool {
    matches!(request.method, "GET" | "HEAD") && OPEN.contains(&under_prefix(request.path))
}

/// What follows the prefix. Slashes behind it are one with its own: whoever writes a path behind the
/// address of the control plane, which ends with one, need not look.
fn under_prefix(path: &str) -> &str {
    path.strip_prefix(PREFIX).unwrap_or_default().trim_start_matches('/')
}

/// Refuses what is guarded.
fn admit(control: &Control, path: &str) -> Result<(), Problem> {
    let first = path.split('/').next().unwrap_or_default();
    if !control.exposed || !GUARDED.contains(&first) {
        return Ok(());
    }
    Err(Problem::new(
        403,
        "not_for_tests",
        format!("{PREFIX}{first} is off, because other machines reach this server"),
        "start it with --test-mode, or bind it to 127.0.0.1",
    ))
}

/// Runs the endpoint of a request.
pub async fn run(control: &Arc<Control>, request: &Request<'_>) -> Result<Reply, Problem> {
    let path = under_prefix(request.path);
    admit(control, path)?;
    let method = if request.method == "HEAD" {
        "GET"
    } else {
        request.method
    };
    let mut others = Vec::new();
    for route in ROUTES {
        match route.matches(path) {
            Some(name) if route.method == method => {
                return match route.run {
                    Run::Whole(run) => run(control, request, name).await.map(Reply::Whole),
                    Run::Tail => Tail::new(control, request).await.map(|tail| match request.method {
                        "HEAD" => Reply::Whole(Response::new(200, tail::CONTENT_TYPE, "")),
                        _ => Reply::Events(Box::new(tail)),
                    }),
                };
            }
            Some(_) => others.push(route.method),
            None => {}
        }
    }
    if others.is_empty() {
        let known: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
        return Err(Problem::not_found(
            format!("there is no {PREFIX}{path}"),
            format!("GET {PREFIX} lists what there is{}", super::nearest(path, &known)),
        ));
    }
    Err(Problem::new(
        405,
        "method_not_allowed",
        format!("{} is no method of {PREFIX}{path}", request.method),
        format!("use {}", others.join(" or ")),
    ))
}
