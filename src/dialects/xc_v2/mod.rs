//! The XC v2 API: `/api.php?action=…&sub=…`, answered with bare JSON (contract "XC v2 API").
//!
//! `actions` has a row for each call, `user_data` the columns that clients write, `user_info` what
//! they see of a line, `words` what errors are called. This file takes a request through the
//! address, the password and the limits and runs the row.

pub mod actions;
pub mod input;
mod operations;
mod quirks;
mod user_data;
mod user_info;
pub(super) mod words;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::describe::Api;
use super::php::form::{Form, Limits};
use crate::http::body::{self, Body};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Request, Response};
use crate::panel::access_cache::{self as access, AccessCache};
use crate::panel::settings::RuntimeSettings;
use crate::panel::{Caller, Context, Error, Panel, Result};
use actions::{Action, Generation, Verb};
use input::{Member, Members};
use operations::Call;

pub use user_data::columns;

/// Where it answers.
pub const PATH: &str = "/api.php";

/// What a request may carry; what lies beyond is left out (contract, section 1).
pub(super) const LIMITS: Limits = Limits {
    variables: 500,
    depth: 32,
};
/// Largest form body, in bytes; a larger one contributes nothing.
const LARGEST: usize = 3 << 20;

/// Answers a request of an address that is not blocked.
pub async fn answer(panel: &Arc<Panel>, access: &Arc<AccessCache>, request: &Request<'_>) -> Response {
    let settings = &access.settings;
    let most = settings.v2_rate_limit;
    if most > 0 && !panel.rate().admits(request.peer, panel.clock().now(), most) {
        return crate::http::pages::too_many().traced(Trace::stopped(Auth::Limited));
    }
    if !panel.settings().any_caller && !is_admitted(access, request) {
        return stranger(settings, words::FORBIDDEN).traced(Trace::stopped(Auth::Forbidden));
    }
    let input = Members::of(form(request).await);
    if !settings.api_pass.is_empty() && !knows_pass(settings, &input) {
        return stranger(settings, words::KEY_WRONG).traced(Trace::stopped(Auth::BadKey));
    }
    let word = |name: &str| match input.get(name) {
        Some(Member::Text(word)) => word.as_str(),
        _ => "",
    };
    // An unknown call has an empty answer.
    let generation = Generation::of(settings.profiles);
    let Some(action) = generation.find(word("action"), word("sub")) else {
        return sent(settings, 200, Vec::new()).traced(Trace::stopped(Auth::Ok));
    };
    let result = run(panel, access, action, input).await;
    let handler = Handler {
        api: Api::XcV2,
        action: action.named(generation).unwrap_or(action.action),
        sub: action.sub,
    };
    let trace = Trace::of(handler, result.as_ref().err());
    let response = match result {
        Ok(body) => sent(settings, 200, body),
        Err(error) => failure(settings, &error),
    };
    response.traced(trace)
}

/// The answer to a request in which something is wrong.
pub fn failure(settings: &RuntimeSettings, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    let (status, body) = words::of(error);
    sent(settings, status, body)
}

/// The failure with this word, whatever asks for it.
pub fn failure_named(settings: &RuntimeSettings, word: &str) -> Response {
    match word {
        "IP FORBIDDEN" | "KEY WRONG" => stranger(settings, &words::named(word)),
        _ => sent(settings, 200, words::named(word)),
    }
}

/// The answer to somebody who may not call.
fn stranger(settings: &RuntimeSettings, word: &[u8]) -> Response {
    match Generation::of(settings.profiles) {
        Generation::Documented => sent(settings, 200, word.to_vec()),
        Generation::Later => crate::http::pages::not_found(),
    }
}

fn sent(settings: &RuntimeSettings, status: u16, body: Vec<u8>) -> Response {
    Response::new(status, settings.v2_content_type.clone(), body)
}

/// Whether the caller's address may call (contract, section 3): this machine, the panel's servers
/// and whom they admit, and the addresses of `api_ips`, which are compared as they are written.
fn is_admitted(access: &AccessCache, request: &Request<'_>) -> bool {
    let peer = request.peer.to_canonical();
    peer == IpAddr::from(Ipv4Addr::LOCALHOST)
        || peer == IpAddr::from(Ipv6Addr::LOCALHOST)
        || request.local.is_some_and(|local| local.to_canonical() == peer)
        || access.is_server(peer)
        || access
            .settings
            .api_ips
            .split(',')
            .any(|listed| listed == peer.to_string())
}

fn knows_pass(settings: &RuntimeSettings, input: &Members) -> bool {
    match input.get("api_pass") {
        Some(Member::Text(pass)) => access::same_secret(pass, &settings.api_pass),
        _ => false,
    }
}

async fn form(request: &Request<'_>) -> Form {
    let query = Form::parse(request.query.as_bytes(), LIMITS);
    match &request.body {
        Body::Whole(bytes) if bytes.len() <= LARGEST => {
            query.overlay(body::form(bytes, request.content_type, LIMITS).await)
        }
        _ => query,
    }
}

/// Runs the row of a call.
async fn run(panel: &Arc<Panel>, access: &Arc<AccessCache>, action: &Action, input: Members) -> Result<Vec<u8>> {
    let access = Arc::clone(access);
    let run = move |context: &Context<'_>, operation: fn(&Call<'_>) -> Result<Vec<u8>>| {
        operation(&Call {
            context,
            input: &input,
            settings: &access.settings,
        })
    };
    match action.verb {
        Verb::Read(operation) => {
            panel
                .read(Caller::Admin(None), move |context| run(context, operation))
                .await
        }
        Verb::Write(operation) => {
            panel
                .write(Caller::Admin(None), move |context| run(context, operation))
                .await
        }
    }
}
