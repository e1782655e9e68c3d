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

use super::body::{self, Body};
use super::describe::Api;
use super::php::form::{Form, Limits};
use super::trace::{Auth, Handler, Trace};
use super::{Request, Response};
use crate::panel::gates::{self, Gates};
use crate::panel::settings::Kept;
use crate::panel::{Caller, Error, Panel, Result, Scene};
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
pub async fn answer(panel: &Arc<Panel>, gates: &Arc<Gates>, request: &Request<'_>) -> Response {
    let kept = &gates.kept;
    let most = kept.v2_rate_limit;
    if most > 0 && !panel.rate().admits(request.peer, panel.clock().now(), most) {
        return super::pages::too_many().traced(Trace::stopped(Auth::Limited));
    }
    if !panel.settings().any_caller && !is_admitted(gates, request) {
        return stranger(kept, words::FORBIDDEN).traced(Trace::stopped(Auth::Forbidden));
    }
    let input = Members::of(form(request).await);
    if !kept.api_pass.is_empty() && !knows_pass(kept, &input) {
        return stranger(kept, words::KEY_WRONG).traced(Trace::stopped(Auth::BadKey));
    }
    let word = |name: &str| match input.get(name) {
        Some(Member::Text(word)) => word.as_str(),
        _ => "",
    };
    // An unknown call has an empty answer.
    let generation = Generation::of(kept.profiles);
    let Some(action) = generation.find(word("action"), word("sub")) else {
        return sent(kept, 200, Vec::new()).traced(Trace::stopped(Auth::Ok));
    };
    let result = run(panel, gates, action, input).await;
    let handler = Handler {
        api: Api::XcV2,
        action: action.named(generation).unwrap_or(action.action),
        sub: action.sub,
    };
    let trace = Trace::of(handler, result.as_ref().err());
    let response = match result {
        Ok(body) => sent(kept, 200, body),
        Err(error) => failure(kept, &error),
    };
    response.traced(trace)
}

/// The answer to a request in which something is wrong.
pub fn failure(kept: &Kept, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    let (status, body) = words::of(error);
    sent(kept, status, body)
}

/// The failure with this word, whatever asks for it.
pub fn failure_named(kept: &Kept, word: &str) -> Response {
    match word {
        "IP FORBIDDEN" | "KEY WRONG" => stranger(kept, &words::named(word)),
        _ => sent(kept, 200, words::named(word)),
    }
}

/// The answer to somebody who may not call.
fn stranger(kept: &Kept, word: &[u8]) -> Response {
    match Generation::of(kept.profiles) {
        Generation::Documented => sent(kept, 200, word.to_vec()),
        Generation::Later => super::pages::not_found(),
    }
}

fn sent(kept: &Kept, status: u16, body: Vec<u8>) -> Response {
    Response::new(status, kept.v2_content_type.clone(), body)
}

/// Whether the caller's address may call (contract, section 3): this machine, the panel's servers
/// and whom they admit, and the addresses of `api_ips`, which are compared as they are written.
fn is_admitted(gates: &Gates, request: &Request<'_>) -> bool {
    let peer = request.peer.to_canonical();
    peer == IpAddr::from(Ipv4Addr::LOCALHOST)
        || peer == IpAddr::from(Ipv6Addr::LOCALHOST)
        || request.local.is_some_and(|local| local.to_canonical() == peer)
        || gates.is_server(peer)
        || gates.kept.api_ips.split(',').any(|listed| listed == peer.to_string())
}

fn knows_pass(kept: &Kept, input: &Members) -> bool {
    match input.get("api_pass") {
        Some(Member::Text(pass)) => gates::same_secret(pass, &kept.api_pass),
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
async fn run(panel: &Arc<Panel>, gates: &Arc<Gates>, action: &Action, input: Members) -> Result<Vec<u8>> {
    let gates = Arc::clone(gates);
    let run = move |scene: &Scene<'_>, operation: fn(&Call<'_>) -> Result<Vec<u8>>| {
        operation(&Call {
            scene,
            input: &input,
            kept: &gates.kept,
        })
    };
    match action.verb {
        Verb::Read(operation) => panel.read(Caller::Panel, move |scene| run(scene, operation)).await,
        Verb::Write(operation) => panel.write(Caller::Panel, move |scene| run(scene, operation)).await,
    }
}
