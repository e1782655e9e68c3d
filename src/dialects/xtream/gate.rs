//! What is checked of a request before its action runs (contract "Admin API", sections 1 and 2): the access code, the
//! caller's address, the forms, the key, the action, the scopes of a named key, and the names of parameters where the
//! server is strict.

use std::sync::Arc;

use super::action::Action;
use super::api::XtreamApi;
use super::input::Input;
use super::run::{failure, refused};
use crate::dialects::php::body as php_body;
use crate::dialects::php::form::{Form, Limits, percent_decode};
use crate::dialects::php::scalar::clean;
use crate::dialects::recorded::split_path;
use crate::dialects::service::is_read;
use crate::http::trace::{Auth, Trace};
use crate::http::{Exchange, Request, RequestBody, Response, body, pages};
use crate::panel::access_cache::{AccessCache, Code};
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::throttle::Verdict;
use crate::panel::{Caller, Error, Panel};

/// Limits of the variables of a query or body.
const LIMITS: Limits = Limits::PHP;

const BAD_KEY: &str = "Invalid API key.";

/// Of a named key whose scopes do not have an action.
const NO_PERMISSIONS: &str = "No permissions.";

/// The target of a path under an access code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A redirect to the same path with a slash.
    Slash,
    Api,
}

/// A request that may run.
pub struct Accepted {
    pub actor: Actor,
    pub action: &'static Action,
    pub input: Arc<Input>,
}

/// Returns the target of a path, and its access code.
pub fn target<'a>(api: &XtreamApi, access: &'a AccessCache, path: &str) -> Option<(Target, &'a Code)> {
    let (code, rest) = split_path(path);
    let code = match code.contains('%') {
        true => access.code(&percent_decode(code.as_bytes())),
        false => access.code(code),
    }?;
    Some(((api.target)(code.kind, rest)?, code))
}

/// Returns the answer for a caller whose address the access code does not admit.
pub fn shut_out(code: &Code, request: &Request<'_>) -> Option<Response> {
    is_shut_out(code, request).then(|| {
        let refusal = Response::new(403, "text/plain", "IP FORBIDDEN");
        refusal.traced(Trace::stopped(Auth::Forbidden))
    })
}

/// Whether the access code does not admit the caller's address.
pub fn is_shut_out(code: &Code, request: &Request<'_>) -> bool {
    !code.whitelist.is_empty() && !code.whitelist.hold(request.client)
}

/// Checks a request, in the contract's order.
///
/// # Errors
/// The answer that refuses it.
pub async fn accept(api: &XtreamApi, exchange: &Exchange, request: &Request<'_>) -> Result<Accepted, Response> {
    let (panel, access) = (&exchange.panel, &exchange.access);
    if !is_read(request.method) && !panel.strictness().refuses() {
        return Err(Response::empty(200));
    }
    let Some((_, code)) = target(api, access, request.path) else {
        return Err(pages::not_found());
    };
    if let Some(refusal) = shut_out(code, request) {
        return Err(refusal);
    }
    let variant = api.variant(access);
    let Some((query, body)) = forms(request).await else {
        return Err(refused(panel, variant, 413, "STATUS_INVALID_INPUT", &too_much()));
    };
    let now = panel.clock().now();
    let find =
        |key: &str| (api.key)(access, key).filter(|(_, named)| named.is_none_or(|named| !named.has_expired(now)));
    let query_key = query.text("api_key").map(clean).and_then(|key| find(&key));
    let mut input = Input::new(query.overlay(body), variant);
    let action = input.scalar("action").and_then(|name| api.action(&name));
    let key = input.scalar("api_key").and_then(|key| find(&key));
    let header_key = request.api_key();
    let known = match (key, query_key) {
        (Some(known), _) => {
            input.remove("api_key");
            Some(known)
        }
        // An account's own `api_key` travels in the body, beside the caller's in the query or a header.
        (None, query_key) if action.is_some_and(Action::takes_a_key) => query_key.or_else(|| find(header_key?)),
        // A header counts where the parameter is not sent at all.
        _ if input.node("api_key").is_none() => header_key.and_then(find),
        _ => None,
    };
    let sent_one = header_key.is_some() || input.scalar("api_key").is_some_and(|key| !key.is_empty());
    let (caller, named) = known.unzip();
    let caller = judged(api, exchange, request, caller, sent_one).await?;
    let named = named.flatten();
    if let Some(named) = named {
        panel.rest_secret_used(named.id).await;
    }
    let Some(action) = action else {
        let refusal = refused(panel, variant, 200, "STATUS_FAILURE", variant.unknown_action());
        return Err(refusal.traced(Trace::stopped(Auth::Ok)));
    };
    if named.is_some_and(|named| !named.allows(action.reach())) {
        let refusal = refused(panel, variant, 200, "STATUS_NO_PERMISSIONS", NO_PERMISSIONS);
        return Err(refusal.traced(Trace::stopped(Auth::Permission)));
    }
    if panel.strictness().refuses()
        && let Some(refusal) = unknown(api, panel, request, action, &input)
    {
        return Err(refusal);
    }
    let source = ChangeSource {
        surface: api.api.name(),
        action: action.name.into(),
        address: Some(request.client),
        key: Some(caller.id()),
    };
    Ok(Accepted {
        actor: Actor::new(caller, source),
        action,
        input: Arc::new(input),
    })
}

/// Returns the answer of a strict server for a method or a parameter that the action does not know.
fn unknown(api: &XtreamApi, panel: &Panel, request: &Request<'_>, action: &Action, input: &Input) -> Option<Response> {
    let variant = input.variant;
    if !is_read(request.method) {
        let text = format!("Invalid method: {}. Use GET or POST.", request.method);
        return Some(refused(panel, variant, 200, "STATUS_INVALID_INPUT", &text));
    }
    let is_text = |name: &str| input.node(name).is_some_and(|node| node.text().is_some());
    let is_unread = |name: &&str| !api.knows(action, name) || is_text(name) && action.bracketed(name).is_some();
    let name = input.names().find(is_unread)?;
    let refusal = failure(panel, variant, &Error::Unknown(name.to_owned().into()));
    Some(refusal.traced(Trace::stopped(Auth::Ok)))
}

/// The caller, if the key that was sent is good. A request without a key guesses none and is not counted.
async fn judged(
    api: &XtreamApi,
    exchange: &Exchange,
    request: &Request<'_>,
    caller: Option<Caller>,
    sent_one: bool,
) -> Result<Caller, Response> {
    let (panel, access) = (&exchange.panel, &exchange.access);
    let verdict = match (caller, sent_one) {
        (None, false) => Verdict::Wrong,
        _ => panel.judge(access, request.sender(), caller.is_some()).await,
    };
    let wrong = || refused(panel, api.variant(access), 200, "STATUS_FAILURE", BAD_KEY);
    match (verdict, caller) {
        (Verdict::Good, Some(caller)) => Ok(caller),
        (Verdict::Refused, _) => Err(wrong().throttled()),
        _ => Err(wrong().traced(Trace::stopped(Auth::BadKey))),
    }
}

/// Judges an API key that came with an unknown access code, which is a guess as well. While the address is
/// refused the answer is that of a known code, so that it does not tell which codes there are.
pub async fn guessed(
    api: &XtreamApi,
    panel: &Arc<Panel>,
    access: &AccessCache,
    request: &Request<'_>,
) -> Option<Response> {
    let (_, rest) = split_path(request.path);
    if !api.guessed.contains(&rest) {
        return None;
    }
    let sent_one = match forms(request).await {
        Some((query, body)) => query
            .overlay(body)
            .text("api_key")
            .is_some_and(|key| !clean(key).is_empty()),
        None => false,
    };
    if !sent_one && request.api_key().is_none() {
        return None;
    }
    match panel.judge(access, request.sender(), false).await {
        Verdict::Refused => {
            let wrong = refused(panel, api.variant(access), 200, "STATUS_FAILURE", BAD_KEY);
            Some(wrong.throttled())
        }
        _ => None,
    }
}

/// Parses the forms of query and body. `None` if there are too many variables: PHP would silently drop the
/// rest, and only a part of the request would be executed.
async fn forms(request: &Request<'_>) -> Option<(Form, Form)> {
    let RequestBody::Whole(bytes) = request.body else {
        return None;
    };
    let query = Form::parse(request.query.as_bytes(), LIMITS);
    let body = php_body::form(bytes, request.content_type(), LIMITS).await;
    (!query.overflowed() && !body.overflowed()).then_some((query, body))
}

fn too_much() -> String {
    format!(
        "Request too large: at most {} parameters and {} bytes.",
        LIMITS.variables,
        body::LARGEST
    )
}
