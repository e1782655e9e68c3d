//! Answers a request: the checks in the order of the contract ("REST APIs", common rules): secret, rate, maintenance, path,
//! method, permission, body, repeated call, and then the action's own.
//!
//! The order is why there is one handler of all paths: a router of the HTTP library would tell a stranger which paths and
//! methods there are.

use std::sync::Arc;

use actix_web::http::header::{ALLOW, CACHE_CONTROL, ETAG, HeaderName, IF_NONE_MATCH, RETRY_AFTER, WWW_AUTHENTICATE};
use sha2::{Digest, Sha256};

use super::JSON;
use super::action::{Action, Answer, Run};
use super::call::{Call, Input};
use super::fields::{Fields, object};
use super::part::Part;
use super::problem::{Failure, Problem, Word};
use super::replay::{self, Replayable};
use crate::dialects::base_url::BaseUrl;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, RequestBody, Response};
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::billing::Sent;
use crate::panel::rest_secrets::RestSecret;
use crate::panel::throttle::Verdict;
use crate::panel::{Caller, Context, Error, Result};

/// Largest body, in bytes.
const LARGEST: usize = 1 << 20;

static LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
static RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Answers a request of an address that is not blocked.
///
/// # Errors
/// None: what fails is answered in the part's words.
pub async fn answer(part: &'static Part, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    let secret = match admitted(part, exchange, &request).await {
        Ok(secret) => secret,
        Err(refusal) => return Ok(refusal),
    };
    let Some(most) = (part.most_per_minute)(&secret.tier) else {
        return Ok(admitted_answer(part, exchange, &request, &secret).await);
    };
    let panel = &exchange.panel;
    let count = panel.key_rate().count(secret.id, most, panel.clock().now_millis());
    let mut response = match count.is_over {
        true => {
            let mut problem = part.words.too_many.problem();
            problem.headers.push((RETRY_AFTER, count.retry_after.to_string()));
            problem.answer().traced(Trace::stopped(Auth::Ok))
        }
        false => admitted_answer(part, exchange, &request, &secret).await,
    };
    let told = [
        (&LIMIT, i64::from(most)),
        (&REMAINING, i64::from(count.remaining)),
        (&RESET, count.reset),
    ];
    let told = told.map(|(name, value)| (name.clone(), value.to_string()));
    response.headers.extend(told);
    Ok(response)
}

/// Answers a request that counts no more than it may.
async fn admitted_answer(
    part: &'static Part,
    exchange: &Exchange,
    request: &Request<'_>,
    secret: &RestSecret,
) -> Response {
    let (action, values) = match find(part, exchange, request, secret) {
        Ok(found) => found,
        Err((problem, auth)) => return problem.answer().traced(Trace::stopped(auth)),
    };
    let handler = Handler {
        api: crate::dialects::Api(part.name),
        action: action.name,
        sub: "",
    };
    let answered = run(part, action, values, (exchange, request, secret)).await;
    match answered {
        Ok((answer, is_replayed)) => {
            let trace = Trace::answered(handler, None);
            sent(action, request, answer, is_replayed).traced(trace)
        }
        Err(Failure::Problem(problem)) => problem.answer().traced(Trace::answered(handler, None)),
        Err(Failure::Panel(error)) => {
            let trace = Trace::answered(handler, Some(&error));
            part.words.for_error(&error).answer().traced(trace)
        }
    }
}

/// Returns the secret of a request, or the refusal.
async fn admitted(part: &Part, exchange: &Exchange, request: &Request<'_>) -> Result<RestSecret, Response> {
    let refused = |word: Word, auth: Auth| {
        let mut problem = word.problem();
        let realm = format!("Bearer realm=\"{}\"", part.realm);
        problem.headers.push((WWW_AUTHENTICATE, realm));
        problem.answer().traced(Trace::stopped(auth))
    };
    let Some(text) = bearer(request) else {
        return Err(refused(part.words.missing_secret, Auth::Missing));
    };
    let (panel, access) = (&exchange.panel, &exchange.access);
    let found = access.rest_secret(part.secrets, text);
    let wrong = || refused(part.words.wrong_secret, Auth::Invalid);
    match (panel.judge(access, request.sender(), found.is_some()).await, found) {
        (Verdict::Good, Some(found)) if found.has_expired(panel.clock().now()) => {
            Err(refused(part.words.expired_secret, Auth::Expired))
        }
        (Verdict::Good, Some(found)) => {
            panel.rest_secret_used(found.id).await;
            Ok(found.clone())
        }
        (Verdict::Refused, _) => Err(wrong().throttled()),
        _ => Err(wrong()),
    }
}

/// The text behind `Bearer` in `Authorization`.
fn bearer<'r>(request: &Request<'r>) -> Option<&'r str> {
    let (scheme, text) = request.header("authorization")?.trim().split_once(' ')?;
    let text = text.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !text.is_empty()).then_some(text)
}

/// Finds the action of a request that the secret may call, with the values of its path.
fn find<'r>(
    part: &Part,
    exchange: &Exchange,
    request: &Request<'r>,
    secret: &RestSecret,
) -> std::result::Result<(&'static Action, Vec<&'r str>), (Problem, Auth)> {
    let words = part.words;
    let at = part.at(request.path);
    let method = if request.method == "HEAD" {
        "GET"
    } else {
        request.method
    };
    let found = at.iter().find(|(action, _)| action.method == method);
    if (part.is_closed)(&exchange.access, found.map(|(action, _)| *action)) {
        return Err((words.closed.problem(), Auth::Ok));
    }
    if at.is_empty() {
        return Err((words.not_found.problem(), Auth::Ok));
    }
    let Some((action, values)) = found else {
        let mut problem = words.method.problem();
        problem.headers.push((ALLOW, allowed(&at)));
        return Err((problem, Auth::Ok));
    };
    match secret.may(action.scope) {
        true => Ok((*action, values.clone())),
        false => Err(((words.permission)(action.scope), Auth::Permission)),
    }
}

/// The methods of a path.
fn allowed(at: &[(&'static Action, Vec<&str>)]) -> String {
    const ORDER: [(&str, &str); 5] = [
        ("GET", "GET, HEAD"),
        ("POST", "POST"),
        ("PUT", "PUT"),
        ("PATCH", "PATCH"),
        ("DELETE", "DELETE"),
    ];
    let has = |method: &str| at.iter().any(|(action, _)| action.method == method);
    let names = ORDER.iter().filter(|(method, _)| has(method)).map(|(_, names)| *names);
    names.collect::<Vec<_>>().join(", ")
}

/// Runs an action; true beside its answer if that is one that was given before.
async fn run(
    part: &'static Part,
    action: &'static Action,
    values: Vec<&str>,
    (exchange, request, secret): (&Exchange, &Request<'_>, &RestSecret),
) -> Result<(Answer, bool), Failure> {
    let panel = &exchange.panel;
    let no_object = || part.words.bad_request.problem().into();
    let body: &[u8] = match request.body {
        _ if !action.has_body() => &[],
        RequestBody::Whole(bytes) if bytes.len() <= LARGEST => bytes,
        _ => return Err(no_object()),
    };
    let members = object(body, no_object)?;
    // What is no text is no key either.
    let key = request
        .headers
        .get(replay::HEADER)
        .map(|key| key.to_str().unwrap_or_default());
    let key = key.filter(|_| action.method == "POST");
    let replayable = key
        .map(|key| Replayable::of(part, secret.id, key.trim(), request.path, body))
        .transpose()?;
    let zone = panel.zone();
    let input = Input {
        part,
        values: values.into_iter().map(str::to_owned).collect(),
        fields: Fields::of_json(action.fields, &members, (action.null(), zone), part.spelling),
        query: Fields::of_query(action.query, request.query, zone),
        base: BaseUrl::of(exchange, request),
        access: Arc::clone(&exchange.access),
        password: Sent::Absent,
    };
    let input = match action.before {
        Some(before) => before(panel, input).await?,
        None => input,
    };
    match action.run {
        Run::Read(read) => {
            let read = move |context: &Context<'_>| read(&Call { context, input: &input });
            Ok((panel.read_as(Caller::Token(secret.id), read).await?, false))
        }
        Run::Write(write) => {
            let source = ChangeSource {
                surface: part.name,
                action: action.name.into(),
                address: Some(request.client),
                key: None,
            };
            let write = move |context: &Context<'_>| {
                let before = replayable.as_ref().map(|one| one.answer(context, part)).transpose()?;
                if let Some(answer) = before.flatten() {
                    return Ok((answer, true));
                }
                let answer = write(&Call { context, input: &input })?;
                if let Some(replayable) = &replayable {
                    replayable.store(context, &answer)?;
                }
                Ok::<_, Failure>((answer, false))
            };
            panel
                .write_as(Actor::new(Caller::Token(secret.id), source), write)
                .await
        }
    }
}

/// The answer of a success.
fn sent(action: &Action, request: &Request<'_>, answer: Answer, is_replayed: bool) -> Response {
    // What no client keeps has no tag to be made.
    let tag = action.is_kept.then(|| tag_of(&answer.body));
    let is_known = |tag: &String| request.header(IF_NONE_MATCH).is_some_and(|known| names(known, tag));
    let mut response = match tag.as_ref().is_some_and(is_known) {
        true => Response::empty(304),
        false => Response::new(answer.status, JSON, answer.body),
    };
    response.location = answer.location;
    let kept = if tag.is_some() { "private, no-cache" } else { "no-store" };
    response.headers.extend(tag.map(|tag| (ETAG, tag)));
    response.headers.push((CACHE_CONTROL, kept.to_owned()));
    if is_replayed {
        response.headers.push((REPLAYED.clone(), "true".to_owned()));
    }
    response
}

/// The strong tag of a body.
fn tag_of(body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    format!("\"{}\"", data_encoding::HEXLOWER.encode(&hash))
}

/// Whether `If-None-Match` names a tag.
fn names(known: &str, tag: &str) -> bool {
    let mut tags = known.split(',').map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// The text of an error for the log.
pub fn cause(error: &Error) -> String {
    match error {
        Error::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    }
}
