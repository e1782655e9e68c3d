//! The XC v2 API: `/api.php?action=…&sub=…`, answered with bare JSON (contract "XC v2 API").
//!
//! `actions` has a row for each call, `user_data` the columns that clients may write, `user_info` the answer
//! that shows a line, `words` the texts of errors. This file checks the address, the password and the limits
//! of a request and runs the call.

pub mod actions;
mod docs;
pub mod input;
mod operations;
mod quirks;
mod recorded;
mod user_data;
mod user_info;
mod words;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use serde_json::Value;

use super::diagnosis::{Diagnosis, Ended};
use super::operation::{DialectDetails, Operation, OperationDetails};
use super::php::body;
use super::php::form::{Form, Limits};
use super::recorded::{Sent, Summary, is_path};
use super::service::{answers_with, is_read};
use super::{Api, Dialect};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, RequestBody, Response, pages};
use crate::panel::access_cache::{self as access, AccessCache};
use crate::panel::answers::AnswerBody;
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::settings::RuntimeSettings;
use crate::panel::throttle::Verdict;
use crate::panel::{Caller, Context, Error, FirstCallInfo, Panel, Result};
use actions::{Action, Generation, Verb};
use input::{Member, Members};
use operations::Call;

pub use user_data::columns;

/// The path of the API.
pub const PATH: &str = "/api.php";

/// Limits of a request's variables; more are ignored (contract, section 1).
const LIMITS: Limits = Limits {
    variables: 500,
    depth: 32,
};
/// Largest form body, in bytes; a larger one is ignored.
const LARGEST: usize = 3 << 20;

/// The XC v2 API.
pub struct XcV2Api;

/// The dialect.
pub static XC_V2: XcV2Api = XcV2Api;

/// Its name.
const API: Api = Api("xc_v2");

impl Dialect for XcV2Api {
    fn api(&self) -> Api {
        API
    }

    fn title(&self) -> &'static str {
        "the XC v2 API"
    }

    fn address(&self) -> &'static str {
        PATH
    }

    fn owns(&self, _: &AccessCache, path: &str) -> bool {
        is_path(path, PATH)
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        answers_with(scope, self, answer);
    }

    fn operations(&self) -> &'static [Operation] {
        docs::operations()
    }

    fn details(&self, operation: &Operation) -> OperationDetails {
        docs::details(operation)
    }

    fn common_details(&self) -> DialectDetails {
        docs::common_details()
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        recorded::summarize(access, sent)
    }

    fn failure(&self, panel: &Panel, error: &Error) -> Response {
        failure(&panel.last_access().settings, error)
    }

    fn failures(&self) -> &'static [&'static str] {
        &words::FAILURES
    }

    /// The text of a parameter error may be followed by the parameter's name.
    fn fails_with(&self, word: &str) -> bool {
        let plain = word.split_once(" (").map_or(word, |(plain, _)| plain);
        words::FAILURES.contains(&plain)
    }

    fn failure_named(&self, panel: &Panel, word: &str) -> Response {
        let access = panel.last_access();
        match word {
            "IP FORBIDDEN" | "KEY WRONG" => stranger(&access.settings, &words::named(word)),
            _ => sent(&access.settings, 200, words::named(word)),
        }
    }

    fn has_operation(&self, access: &AccessCache, name: &str) -> bool {
        Generation::from_profiles(access.settings.profiles)
            .calls()
            .any(|call| call == name)
    }

    fn is_call(&self, name: &str) -> bool {
        let named = |(action, sub)| Generation::ALL.iter().any(|one| one.find(action, sub).is_some());
        name.split_once('/').is_some_and(named)
    }

    fn limits(&self) -> Limits {
        LIMITS
    }

    fn diagnose<'a>(&'a self, panel: &'a Arc<Panel>, ended: Ended<'a>) -> Diagnosis<'a> {
        Box::pin(recorded::diagnose(panel, ended))
    }

    fn url(&self, base: &str, _: &FirstCallInfo) -> Option<String> {
        Some(format!("{base}{PATH}"))
    }

    fn call(&self, call: &str, _: &FirstCallInfo) -> Option<String> {
        let (action, sub) = call.split_once('/')?;
        Some(format!("{PATH}?action={action}&sub={sub}"))
    }

    fn has_failed(&self, answer: &Value) -> bool {
        answer.get("result") == Some(&Value::Bool(false)) || answer.get("error").is_some()
    }

    fn refuses_head(&self, panel: &Panel, access: &AccessCache, request: &Request<'_>) -> bool {
        !is_admitted(panel, access, request)
    }

    /// That of a refusal, which is short; an answer that succeeds has none.
    fn status_word(&self, answer: &[u8]) -> Option<String> {
        let answer: Value = serde_json::from_slice(answer.get(..256).is_none().then_some(answer)?).ok()?;
        let word = answer.get("error").or_else(|| answer.get("0"))?;
        word.as_str().map(str::to_owned)
    }

    fn introduction(&self) -> String {
        docs::INTRODUCTION.to_owned()
    }

    fn appendix(&self) -> String {
        docs::columns()
    }
}

/// Answers a request of an address that is not blocked.
async fn answer(exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let (panel, access) = (&exchange.panel, &exchange.access);
    let settings = &access.settings;
    let most = settings.v2_rate_limit;
    if most > 0 && !panel.rate().admits(request.client, panel.clock().now(), most) {
        return Ok(pages::too_many().traced(Trace::stopped(Auth::Limited)));
    }
    if !is_admitted(panel, access, &request) {
        return Ok(stranger(settings, words::FORBIDDEN).traced(Trace::stopped(Auth::Forbidden)));
    }
    let input = Members::from_form(form(&request).await);
    let wrong = || stranger(settings, words::KEY_WRONG).traced(Trace::stopped(Auth::BadKey));
    match pass(panel, access, &input, &request).await {
        Verdict::Good => {}
        Verdict::Wrong => return Ok(wrong()),
        Verdict::Refused => return Ok(wrong().throttled()),
    }
    let word = |name: &str| match input.get(name) {
        Some(Member::Text(word)) => word.as_str(),
        _ => "",
    };
    // An unknown call has an empty answer.
    let generation = Generation::from_profiles(settings.profiles);
    let Some(action) = generation.find(word("action"), word("sub")) else {
        return Ok(sent(settings, 200, Vec::new()).traced(Trace::stopped(Auth::Ok)));
    };
    let handler = Handler {
        api: API,
        action: action.named(generation).unwrap_or(action.action),
        sub: action.sub,
    };
    let source = || ChangeSource {
        surface: API.name(),
        action: handler.name(),
        address: Some(request.client),
        key: None,
    };
    let result = run(panel, access, source, action, input).await;
    let trace = Trace::answered(handler, result.as_ref().err());
    let response = match result {
        Ok((body, charge)) => sent(settings, 200, body).charged(charge),
        Err(error) => failure(settings, &error),
    };
    Ok(response.traced(trace))
}

/// Returns the answer for an error.
fn failure(settings: &RuntimeSettings, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    let (status, body) = words::for_error(error);
    sent(settings, status, body)
}

/// Returns the answer for a caller without access.
fn stranger(settings: &RuntimeSettings, word: &[u8]) -> Response {
    match Generation::from_profiles(settings.profiles) {
        Generation::Documented => sent(settings, 200, word.to_vec()),
        Generation::Later => pages::not_found(),
    }
}

fn sent(settings: &RuntimeSettings, status: u16, body: Vec<u8>) -> Response {
    Response::new(status, settings.v2_content_type.clone(), body)
}

/// Whether the caller's address is admitted (contract, section 3): this machine, the panel's servers and the
/// addresses that they admit, and the addresses of `api_ips`, which are compared as text.
fn is_admitted(panel: &Panel, access: &AccessCache, request: &Request<'_>) -> bool {
    if panel.settings().any_caller || request.is_this_machine {
        return true;
    }
    let client = request.client.to_canonical();
    let is_listed = |listed: &str| listed == client.to_string();
    !request.is_unnamed && (access.is_server(client) || access.settings.api_ips.split(',').any(is_listed))
}

/// Judges the password of a caller, where the panel wants one.
async fn pass(panel: &Arc<Panel>, access: &AccessCache, input: &Members, request: &Request<'_>) -> Verdict {
    let wanted = &access.settings.api_pass;
    match input.get("api_pass") {
        _ if wanted.is_empty() => Verdict::Good,
        Some(Member::Text(sent)) if !sent.is_empty() => {
            let is_good = access::same_secret(sent, wanted);
            panel.judge(access, request.sender(), is_good).await
        }
        // A caller who sent none guessed nothing.
        _ => Verdict::Wrong,
    }
}

async fn form(request: &Request<'_>) -> Form {
    let query = Form::parse(request.query.as_bytes(), LIMITS);
    match request.body {
        RequestBody::Whole(bytes) if bytes.len() <= LARGEST => {
            query.overlay(body::form(bytes, request.content_type(), LIMITS).await)
        }
        _ => query,
    }
}

/// Runs a call. The API knows no accounts: all its callers are the panel's own. A change asks for its source.
async fn run(
    panel: &Arc<Panel>,
    access: &Arc<AccessCache>,
    source: impl FnOnce() -> ChangeSource,
    action: &Action,
    input: Members,
) -> Result<AnswerBody> {
    let access = Arc::clone(access);
    match action.verb {
        Verb::Read(operation) => {
            let read = move |context: &Context<'_>| operation(&Call::new(context, &input, &access.settings));
            Ok(panel.read(Caller::Admin(None), read).await?.into_body())
        }
        Verb::Write(operation) => {
            let write = move |context: &Context<'_>| operation(&Call::new(context, &input, &access.settings));
            let actor = Actor::new(Caller::Admin(None), source());
            Ok((panel.write(actor, write).await?, None))
        }
    }
}
