//! `player_api.php` and `panel_api.php`: a login, and what the line may watch (contract "Player side", sections 3 to 6).
//!
//! `actions` has a row for each action, `account` the answer to a login, `lists` and `details` the members of content,
//! `everything` the answer of `panel_api.php`.

mod account;
pub mod actions;
mod details;
mod everything;
mod guide;
mod lists;
mod quote;

use std::sync::Arc;

use super::base_url::BaseUrl;
use super::login::{Input, Login, log_in};
use crate::dialects::Api;
use crate::dialects::service::is_read;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::settings::RuntimeSettings;
use crate::panel::subscription::{Logins, Standing, Subscription};
use crate::panel::{Caller, Context, Result};
use actions::Action;

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

/// Answers a request of an address that is not blocked.
pub async fn answer(api: Api, page: Page, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = Input::of(&request).await;
    let content_type = exchange.access.settings.player_content_type.clone();
    let stopped = Trace::stopped(Auth::BadKey);
    let subscription = match log_in(exchange, &request, &input, Logins::People).await? {
        Login::Line(subscription) => subscription,
        Login::Missing => return Ok(Response::empty(200).traced(stopped)),
        Login::Refused => return Ok(Response::new(200, content_type, NOBODY).traced(stopped)),
    };
    let action = input.text("action").and_then(|name| Action::find(&name));
    let handler = Handler {
        api,
        action: action.map_or(LOGIN, |action| action.name),
        sub: "",
    };
    let base = BaseUrl::of(exchange, &request);
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
    let result = exchange.panel.read(caller, read).await;
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
