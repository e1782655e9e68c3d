//! `player_api.php` and `panel_api.php`: a login, and what the line may watch (contract "Player side", sections 3 to 6).
//!
//! `actions` has a row for each action, `account` the answer to a login, `lists` and `details` the members of content,
//! `everything` the answer of `panel_api.php`.

mod account;
pub mod actions;
mod details;
mod everything;
mod lists;
mod quote;

use std::sync::Arc;

use crate::dialects::Api;
use crate::dialects::php::body;
use crate::dialects::php::form::{Form, Limits};
use crate::dialects::service::is_read;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, RequestBody, Response};
use crate::panel::settings::RuntimeSettings;
use crate::panel::subscription::{self, Refusal, Standing, Subscription};
use crate::panel::{Caller, Context, Error, Panel, Result};
use account::BaseUrl;
use actions::Action;

/// Limits of a request's variables; more are ignored (contract "XC v2 API", section 1).
const LIMITS: Limits = Limits {
    variables: 500,
    depth: 32,
};
/// Largest form body, in bytes; a larger one is ignored.
const LARGEST: usize = 3 << 20;

/// The answer to credentials of nobody.
const NOBODY: &[u8] = br#"{"user_info":{"auth":0}}"#;

/// The action's name of an answer to a login.
pub const LOGIN: &str = "login";

/// What the answer to a login is, when no action is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `player_api.php`: the account.
    Account,
    /// `panel_api.php`: the account and all streams.
    Everything,
}

/// The parameters of a call.
pub struct Input(Form);

impl Input {
    /// Returns a value without NUL bytes and white space around it; "empty" is absent, `""` or `"0"`.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.0.text(name)?.replace('\0', "");
        let text = text.trim();
        (!text.is_empty() && text != "0").then(|| text.to_owned())
    }

    /// Returns a whole number; `None` for an empty value, 0 for what is no number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.text(name).map(|text| text.parse().unwrap_or(0))
    }
}

/// The result of a login.
enum Login {
    Line(Box<Subscription>),
    Refused { status: &'static str, line: Option<i64> },
}

/// Answers a request of an address that is not blocked.
pub async fn answer(api: Api, page: Page, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = Input(form(&request).await);
    let (Some(username), Some(password)) = (input.text("username"), input.text("password")) else {
        return Ok(Response::empty(200).traced(Trace::stopped(Auth::BadKey)));
    };
    let panel = &exchange.panel;
    let agent = request.header("user-agent").unwrap_or_default().to_owned();
    let content_type = exchange.access.settings.player_content_type.clone();
    let subscription = match log_in(panel, username, password, agent.clone()).await? {
        Login::Line(subscription) => subscription,
        Login::Refused { status, line } => {
            log(panel, &request, status, line, agent).await?;
            let wrong = line.is_none().then(|| input.text("username")).flatten();
            panel
                .count_refusal(&exchange.access, request.client, wrong.as_deref())
                .await?;
            let refused = Response::new(200, content_type, NOBODY);
            return Ok(refused.traced(Trace::stopped(Auth::BadKey)));
        }
    };
    panel.count_admission(&exchange.access, request.client);
    let action = input.text("action").and_then(|name| Action::find(&name));
    let handler = Handler {
        api,
        action: action.map_or(LOGIN, |action| action.name),
        sub: "",
    };
    let base = BaseUrl::parse(&exchange.address.url(panel, &request), exchange.address.socket());
    let settings = Arc::clone(&exchange.access);
    let caller = Caller::Line(subscription.id);
    let read = move |context: &Context<'_>| {
        let call = Call {
            context,
            line: &subscription,
            input: &input,
            base: &base,
            settings: &settings.settings,
        };
        call.answer(action, page)
    };
    let result = panel.read(caller, read).await;
    let trace = Trace::answered(handler, result.as_ref().err());
    Ok(Response::new(200, content_type, result?).traced(trace))
}

/// What an answer is made of.
pub struct Call<'a> {
    pub context: &'a Context<'a>,
    pub line: &'a Subscription,
    pub input: &'a Input,
    pub base: &'a BaseUrl,
    pub settings: &'a RuntimeSettings,
}

impl Call<'_> {
    /// Whether the line may see content.
    pub fn is_active(&self) -> bool {
        self.line.standing == Standing::Active
    }

    fn answer(&self, action: Option<&Action>, page: Page) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(1024);
        match (action, page) {
            (Some(action), _) if !self.is_active() => out.extend_from_slice(action.empty.as_bytes()),
            (Some(action), _) => (action.print)(self, &mut out)?,
            (None, Page::Account) => account::print(self, &mut out)?,
            (None, Page::Everything) => everything::print(self, &mut out)?,
        }
        Ok(out)
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

async fn log_in(panel: &Arc<Panel>, username: String, password: String, agent: String) -> Result<Login> {
    let find = move |context: &Context<'_>| {
        let Some(found) = Subscription::log_in(context, &username, &password)? else {
            return Ok(Login::Refused {
                status: "AUTH_FAILED",
                line: None,
            });
        };
        Ok(match found.is_blocked_with(context, &agent)? {
            false => Login::Line(Box::new(found)),
            true => Login::Refused {
                status: "USER_AGENT_BAN",
                line: Some(found.id),
            },
        })
    };
    panel.read(Caller::Anyone, find).await
}

/// Writes a refusal into the client log; a busy panel answers without it.
async fn log(
    panel: &Arc<Panel>,
    request: &Request<'_>,
    status: &'static str,
    line: Option<i64>,
    agent: String,
) -> Result<()> {
    let asked = match request.query {
        "" => request.path.to_owned(),
        query => format!("{}?{query}", request.path),
    };
    let refusal = Refusal {
        status,
        line,
        stream: None,
        asked,
        agent,
        address: request.client.to_canonical().to_string(),
    };
    let write = move |context: &Context<'_>| subscription::log_refusal(context, &refusal);
    match panel.write(Caller::Anyone, write).await {
        Err(Error::Busy) => Ok(()),
        done => done,
    }
}
