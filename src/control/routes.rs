//! The table of endpoints: one row each, from which routing, the index and the docs follow.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse, fn_service};
use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage, HttpResponse, web};
use futures_util::FutureExt;

use super::clock::transitions::{self, SentTransitions, TransitionState};
use super::clock::{self, Advanced, ClockAdvance, ClockMode, ClockState};
use super::endpoint::{Endpoint, Payload, Run};
use super::faults::{AddedFault, FaultList, PresetList, SentFault};
use super::index::Index;
use super::info::{Health, Info, InfoChange};
use super::journal::requests::{DeletedRequests, RequestList, ShownRequest, UnmatchedList};
use super::journal::{filter, har, requests, tail};
use super::members::answer;
use super::problem::Problem;
use super::state::profile::{ProfileList, WantedProfiles};
use super::state::reset::ResetRequest;
use super::state::sessions::{KickedSession, SessionCount, SessionList, SessionWait};
use super::state::snapshots::{NewSnapshot, SnapshotList, SnapshotName, StateCounts, TakenSnapshot};
use super::state::{document, profile, reset, sessions, snapshots};
use super::verify::{CountRequest, Counted, Verified, VerifyRequest};
use super::webhooks::WebhookList;
use super::why::Why;
use super::worlds::{SentWorld, World, WorldId, WorldList};
use super::{Control, PREFIX, Stopping, faults, index, metrics, openapi, unauthorized, verify, webhooks, why, worlds};
use crate::http::{Exchange, Request, Response};
use crate::openapi::typed::{inline, list_of, named};
use crate::spelling::nearest;
use crate::store::panic_words;

const fn row(method: &'static str, path: &'static str, doc: &'static str, run: Run) -> Endpoint {
    Endpoint {
        method,
        path,
        doc,
        run,
        query: &[],
        takes: Payload::Nothing,
        answers: Payload::Nothing,
    }
}

/// The media type of a snapshot.
const SQLITE: &str = "application/vnd.sqlite3";

/// All endpoints.
#[rustfmt::skip]
pub static ROUTES: &[Endpoint] = &[
    row("GET", "", "Lists the endpoints.", |control, request, _| Box::pin(async { Ok(index::show(control, request, ROUTES)) })).answers(inline::<Index>),
    row("GET", "health", "Tells that the server is alive.", |control, _, _| Box::pin(async { Ok(answer(&control.health())) })).answers(named::<Health>),
    row("GET", "ready", "Answers 200 when requests can be answered.", |control, _, _| Box::pin(async { Ok(answer(&control.health())) })).answers(named::<Health>),
    row("GET", "info", "Shows where the panel answers and what opens it.", |control, request, _| Box::pin(async { Ok(answer(&control.info(request).await?)) })).answers(named::<Info<'_>>),
    row("PATCH", "info", "Sets where clients reach the panel, or how strict it is: `{\"public_url\":URL}`, `{\"strict\":\"warn\"}`.", |control, request, _| Box::pin(control.set_info(request))).takes(inline::<InfoChange>).answers(named::<Info<'_>>),
    row("GET", "openapi.json", "Answers the OpenAPI document of these endpoints.", |_, _, _| Box::pin(async { Ok(openapi::openapi_answer(ROUTES)) })).answers(openapi::document_schema),
    row("GET", "metrics", "Answers what was done since the start, for Prometheus.", |control, _, _| Box::pin(metrics::show(control))).answers_other(Payload::Other("text/plain")),
    row("POST", "shutdown", "Stops the server after the requests in flight.", |control, _, _| Box::pin(async { control.shut_down() })).answers(inline::<Stopping>),
    row("POST", "reset", "Goes back to the state at the start.", |control, request, _| Box::pin(reset::reset(control, request))).takes(inline::<ResetRequest>).answers(named::<StateCounts>),
    row("GET", "state", "Answers the whole state as a seed document; `format` is `json`, `yaml` or `sqlite`.", |control, request, _| Box::pin(document::show(control, request))).query(&["format"]).answers_other(Payload::State),
    row("PUT", "state", "Replaces the whole state with that of a seed document or an SQLite file.", |control, request, _| Box::pin(document::replace(control, request))).answers(named::<StateCounts>).takes_state(),
    row("PATCH", "state", "Adds what a seed document has to the state.", |control, request, _| Box::pin(document::merge(control, request))).answers(named::<StateCounts>).takes_state(),
    row("GET", "snapshots", "Lists the snapshots.", |control, _, _| Box::pin(async { Ok(snapshots::list(control)) })).answers(inline::<SnapshotList<'_>>),
    row("POST", "snapshots", "Takes a snapshot under a name.", |control, request, _| Box::pin(snapshots::take(control, request))).takes(inline::<NewSnapshot>).answers(inline::<TakenSnapshot>),
    row("POST", "snapshots/{name}/restore", "Goes back to a snapshot.", |control, _, name| Box::pin(snapshots::restore(control, name))).answers(named::<StateCounts>),
    row("GET", "snapshots/{name}", "Answers a snapshot as an SQLite file.", |control, _, name| Box::pin(async move { snapshots::download(control, &name) })).answers_other(Payload::Other(SQLITE)),
    row("PUT", "snapshots/{name}", "Takes an SQLite file as a snapshot.", |control, request, name| Box::pin(async move { snapshots::upload(control, request, name) })).answers(inline::<TakenSnapshot>).takes_file(SQLITE),
    row("DELETE", "snapshots/{name}", "Forgets a snapshot.", |control, _, name| Box::pin(async move { snapshots::forget(control, &name) })).answers(inline::<SnapshotName<'_>>),
    row("GET", "faults", "Lists the faults with their counters.", |control, _, _| Box::pin(async { Ok(faults::list(control)) })).answers(inline::<FaultList>),
    row("PUT", "faults", "Replaces all faults.", |control, request, _| Box::pin(faults::replace(control, request))).takes(list_of::<SentFault>).answers(inline::<FaultList>),
    row("POST", "faults", "Adds a fault.", |control, request, _| Box::pin(faults::add(control, request))).takes(named::<SentFault>).answers(inline::<AddedFault<'_>>),
    row("GET", "faults/presets", "Lists the faults that have a name.", |control, _, _| Box::pin(async { Ok(faults::presets(control)) })).answers(inline::<PresetList>),
    row("DELETE", "faults/{name}", "Removes a fault.", |control, _, name| Box::pin(async move { faults::remove(control, &name) })).answers(inline::<AddedFault<'_>>),
    row("GET", "clock", "Shows the panel's clock.", |control, _, _| Box::pin(async { Ok(clock::show(control)) })).answers(named::<ClockState>),
    row("PUT", "clock", "Sets how the panel's clock runs.", |control, request, _| Box::pin(clock::set(control, request))).takes(named::<ClockMode>).answers(named::<ClockState>),
    row("POST", "clock/advance", "Puts the clock forward and tells what fell due.", |control, request, _| Box::pin(clock::advance(control, request))).takes(inline::<ClockAdvance>).answers(inline::<Advanced>),
    row("GET", "transitions", "Shows after what things become ready, and what is not yet.", |control, _, _| Box::pin(async { Ok(transitions::show(control)) })).answers(inline::<TransitionState>),
    row("PUT", "transitions", "Sets after what things become ready that are begun from now on.", |control, request, _| Box::pin(async { transitions::set(control, request) })).takes(inline::<SentTransitions>).answers(inline::<TransitionState>),
    row("GET", "profile", "Shows the active quirk profiles and all that there are.", |control, _, _| Box::pin(profile::show(control))).answers(inline::<ProfileList>),
    row("PUT", "profile", "Replaces the active quirk profiles.", |control, request, _| Box::pin(profile::set(control, request))).takes(inline::<WantedProfiles>).answers(inline::<ProfileList>),
    row("GET", "requests", "Lists the requests that the panel got, and the deliveries of webhooks.", |control, request, _| Box::pin(requests::list(control, request))).query(&filter::LISTING).answers(inline::<RequestList>),
    row("GET", "requests.har", "Answers the requests as an HTTP archive (HAR 1.2).", |control, request, _| Box::pin(har::archive(control, request))).query(&filter::LISTING).answers(har::schema),
    row("DELETE", "requests", "Forgets the requests.", |control, _, _| Box::pin(async { requests::clear(control) })).answers(inline::<DeletedRequests>),
    row("GET", "requests/stream", "Tells of each request when it is answered, as server-sent events.", |control, request, _| Box::pin(tail::show(control, request))).query(&tail::FILTERS).answers_other(Payload::Other("text/event-stream")),
    row("GET", "requests/{seq}", "Shows a request.", |control, _, seq| Box::pin(requests::one(control, seq))).answers(named::<ShownRequest>),
    row("POST", "requests/count", "Counts the requests that match.", |control, request, _| Box::pin(verify::count(control, request))).takes(inline::<CountRequest>).answers(inline::<Counted>),
    row("POST", "verify", "Answers 200 when as many requests match as were wanted, 409 when not.", |control, request, _| Box::pin(verify::verify(control, request))).takes(inline::<VerifyRequest>).answers(inline::<Verified>),
    row("GET", "sessions", "Lists the live connections, and the last ones that ended.", |control, request, _| Box::pin(sessions::list(control, request))).query(&["user"]).answers(inline::<SessionList>),
    row("POST", "sessions/wait", "Answers 200 when a line has as many connections as were wanted, 409 when not.", |control, request, _| Box::pin(sessions::wait(control, request))).takes(inline::<SessionWait>).answers(inline::<SessionCount>),
    row("DELETE", "sessions/{id}", "Cuts a live connection off.", |control, _, id| Box::pin(sessions::kick(control, id))).answers(inline::<KickedSession>),
    row("GET", "why", "Tells whether a line can watch a stream and, if not, which check refuses it and what to change.", |control, request, _| Box::pin(why::show(control, request))).query(&why::ASKED).answers(inline::<Why<'_>>),
    row("GET", "worlds", "Lists the worlds: panels of their own in this process.", |control, _, _| Box::pin(worlds::list(control))).answers(inline::<WorldList>),
    row("POST", "worlds", "Makes a world, with its own port, clock, faults and journal.", |control, request, _| Box::pin(worlds::make(control, request))).takes(inline::<SentWorld>).answers(named::<World>),
    row("DELETE", "worlds/{name}", "Stops a world and frees all it has.", |control, _, name| Box::pin(async move { worlds::remove(control, &name).await })).answers(inline::<WorldId<'_>>),
    row("GET", "webhooks", "Lists the endpoints of webhooks and the deliveries to them.", |control, request, _| Box::pin(webhooks::list(control, request))).query(&webhooks::FILTERS).answers(inline::<WebhookList>),
    row("GET", "unmatched", "Lists the suspicious requests, with what may have been meant.", |control, request, _| Box::pin(requests::unmatched(control, request))).answers(inline::<UnmatchedList>),
];

/// The first path segments of the endpoints that change a panel's state or time. Other machines may not call
/// them unless the server is for tests.
const GUARDED: [&str; 7] = [
    "clock",
    "faults",
    "reset",
    "snapshots",
    "state",
    "transitions",
    "worlds",
];

/// The endpoints that need no token, so that monitoring works without one.
pub const OPEN: [&str; 2] = ["health", "ready"];

/// Whether a request needs no token.
fn is_open(request: &Request<'_>) -> bool {
    matches!(request.method, "GET" | "HEAD") && OPEN.contains(&under_prefix(request.path))
}

/// Returns the path after the prefix.
fn under_prefix(path: &str) -> &str {
    path.strip_prefix(PREFIX).unwrap_or_default()
}

/// Removes extra slashes after the prefix, which a client that joins the control plane's address and a path may
/// send. `None` if there are none.
pub fn one_slash(path: &str) -> Option<String> {
    let rest = under_prefix(path);
    rest.starts_with('/')
        .then(|| format!("{PREFIX}{}", rest.trim_start_matches('/')))
}

/// The mark of a request that this process makes itself, which needs no token.
pub struct Trusted;

/// Builds the control plane's scope: within it one scope for each first segment, with routes by method and
/// path.
pub fn scope(guard: impl Guard + 'static) -> impl HttpServiceFactory {
    let mut all = web::scope(Control::SCOPE).guard(guard);
    for (first, rows) in by_first_segment() {
        let places: &[&str] = if first.is_empty() { &["", "/"] } else { &[""] };
        let mut inner = match first {
            "" => web::scope(""),
            _ => web::scope(&format!("/{first}")),
        };
        for route in rows {
            for place in places {
                let path = route.path.strip_prefix(first).unwrap_or_default();
                let endpoint = fn_service(move |request| endpoint(route, request));
                let service = web::service(format!("{path}{place}")).guard(is_method(route.method));
                inner = inner.service(service.finish(endpoint));
            }
        }
        all = match first {
            // The index has only these two paths; others go to the default service.
            "" => all.service(
                inner
                    .guard(guard::fn_guard(|context| {
                        matches!(context.head().uri.path(), Control::SCOPE | PREFIX)
                    }))
                    .default_service(fn_service(unknown)),
            ),
            _ => all.service(inner.default_service(fn_service(unknown))),
        };
    }
    all.default_service(fn_service(unknown)).wrap(from_fn(admitted))
}

/// Groups the endpoints by the first segment of their paths.
fn by_first_segment() -> Vec<(&'static str, Vec<&'static Endpoint>)> {
    let mut all: Vec<(&str, Vec<&Endpoint>)> = Vec::new();
    for route in ROUTES {
        match all.iter_mut().find(|(first, _)| *first == route.first()) {
            Some((_, rows)) => rows.push(route),
            None => all.push((route.first(), vec![route])),
        }
    }
    all
}

/// Guards a method; HEAD is handled as GET.
fn is_method(name: &'static str) -> impl Guard {
    let is_own = move |method: &Method| method.as_str() == name || name == "GET" && *method == Method::HEAD;
    guard::fn_guard(move |context| is_own(&context.head().method))
}

/// Refuses callers without the token, and guarded endpoints on an exposed server.
async fn admitted(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    match admit(&request).await {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Err(refusal) => Ok(request.into_response(refusal.into_http())),
    }
}

async fn admit(request: &ServiceRequest) -> Result<(), Response> {
    let Some((control, exchange)) = parties(request) else {
        return Err(unauthorized().response());
    };
    let view = Request::new(request.request(), &exchange);
    let is_open = is_open(&view);
    let is_trusted = request.extensions().get::<Trusted>().is_some();
    if !is_trusted && let Err(refusal) = control.admit(&exchange.access, &view).await {
        return Err(match is_open {
            true => answer(&control.alive()),
            false => refusal.response(),
        });
    }
    let ready = async {
        if !is_open {
            control.panel.catch_up().await?;
        }
        unguarded(&control, under_prefix(view.path))
    };
    ready.await.map_err(|problem| problem.response())
}

/// Returns the control plane and the exchange of a request.
fn parties(request: &ServiceRequest) -> Option<(Arc<Control>, Rc<Exchange>)> {
    let control = request.extensions().get::<Arc<Control>>().cloned();
    control.zip(Exchange::from_request(request.request()))
}

/// Refuses guarded endpoints on an exposed server.
fn unguarded(control: &Control, path: &str) -> Result<(), Problem> {
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

/// Calls the handler of an endpoint.
async fn endpoint(route: &'static Endpoint, request: ServiceRequest) -> Result<ServiceResponse, Error> {
    let response = match parties(&request) {
        Some((control, exchange)) => {
            let view = Request::new(request.request(), &exchange);
            let name = route.name(under_prefix(view.path));
            let run = AssertUnwindSafe((route.run)(&control, &view, name)).catch_unwind();
            // Without this a panic would close the connection without an answer.
            let answer = run.await.unwrap_or_else(|payload| {
                let cause = panic_words(&*payload);
                tracing::error!(%cause, "a request to the control plane failed");
                Err(Problem::internal())
            });
            match answer {
                Ok(response) if view.method == "HEAD" => without_stream(response).into_http(),
                Ok(response) => response.into_http(),
                Err(problem) => refused(masked(&control, problem).await),
            }
        }
        None => refused(Problem::internal()),
    };
    Ok(request.into_response(response))
}

/// Masks the known secrets in what a problem tells of the request.
async fn masked(control: &Control, problem: Problem) -> Problem {
    // The texts of the server's own errors have nothing of the request.
    if problem.status >= 500 {
        return problem;
    }
    match control.masker().await {
        Ok(masker) => Problem {
            detail: masker.text(&problem.detail).into_owned(),
            hint: masker.text(&problem.hint).into_owned(),
            ..problem
        },
        Err(instead) => instead,
    }
}

/// Builds the error answer, with the problem itself as an extension for callers in this process.
fn refused(problem: Problem) -> HttpResponse {
    let mut response = problem.response().into_http();
    response.extensions_mut().insert(problem);
    response
}

/// Removes a streamed body from the answer to HEAD.
fn without_stream(mut response: Response) -> Response {
    if response.body.len().is_none() {
        response = Response {
            content_type: response.content_type,
            ..Response::empty(response.status)
        };
    }
    response
}

/// Answers 404 or 405 to a request without an endpoint.
async fn unknown(request: ServiceRequest) -> Result<ServiceResponse, Error> {
    let problem = {
        let path = under_prefix(request.path());
        let methods: Vec<&str> = ROUTES
            .iter()
            .filter(|route| route.is_at(path))
            .map(|route| route.method)
            .collect();
        match methods.is_empty() {
            true => {
                let known: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
                Problem::not_found(
                    format!("there is no {PREFIX}{path}"),
                    format!("GET {PREFIX} lists what there is{}", nearest(path, &known)),
                )
            }
            false => Problem::new(
                405,
                "method_not_allowed",
                format!("{} is no method of {PREFIX}{path}", request.method()),
                format!("use {}", methods.join(" or ")),
            ),
        }
    };
    let problem = match parties(&request) {
        Some((control, _)) => masked(&control, problem).await,
        None => problem,
    };
    Ok(request.into_response(refused(problem)))
}
