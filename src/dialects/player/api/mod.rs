//! `player_api.php` and `panel_api.php`: a login, and what the line may watch (contract "Player side", sections 3 to 6).
//!
//! `actions` has a row for each action, `account` the answer to a login, `lists` and `details` the members of content,
//! `everything` the answer of `panel_api.php`, `pages` the lists as they are built and kept.

mod account;
pub mod actions;
mod details;
mod everything;
mod guide;
mod lists;
mod pages;
mod quote;

use std::sync::Arc;

use super::devices;
use super::kept::with_body;
use super::login::{Input, Login, log_in_and};
use super::xui;
use crate::dialects::Api;
use crate::dialects::base_url::BaseUrl;
use crate::dialects::service::is_read;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::access_cache::{AccessCache, Ports};
use crate::panel::kept;
use crate::panel::profiles::{DUPLICATE_CATEGORIES, LEGACY_OFF, LISTS_FOR_INACTIVE, PHP_SHAPES, Profiles, XUI};
use crate::panel::settings::RuntimeSettings;
use crate::panel::subscription::{Logins, Standing, Subscription};
use crate::panel::{Caller, Context, Result};
use actions::{Action, Answer};
use pages::{List, ListPages, Selection, Window};

/// The answer to credentials of nobody.
const NOBODY: &[u8] = br#"{"user_info":{"auth":0}}"#;
/// The answer to a device for which the line has no room (contract "REST APIs", A7).
const NO_ROOM: &[u8] = br#"{"user_info":{"auth":0,"message":"Device limit reached"}}"#;

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
    let input = xui::input(exchange, &request).await?;
    let settings = &exchange.access.settings;
    let content_type = settings.player_content_type.clone();
    let refused = |usual| xui::refused(exchange, usual).traced(Trace::stopped(Auth::BadKey));
    let action = input
        .text("action")
        .and_then(|name| Action::find(&name, settings.profiles));
    let asked = Arc::new(Asked {
        input,
        base: BaseUrl::of(exchange, &request),
        access: Arc::clone(&exchange.access),
        action,
        page,
    });
    let account = {
        let asked = Arc::clone(&asked);
        move |context: &Context<'_>, line: &Subscription| {
            let is_account = asked.action.is_none() && asked.page == Page::Account;
            is_account.then(|| asked.answer(context, line)).transpose()
        }
    };
    let (line, account) = match log_in_and(exchange, &request, &asked.input, Logins::People, account).await? {
        Login::Line(..) if page == Page::Everything && settings.profiles.has(&LEGACY_OFF) => {
            return Ok(refused(Response::new(200, content_type, NOBODY)));
        }
        Login::Line(line, account) => (line, account),
        Login::Missing => return Ok(refused(Response::empty(200))),
        Login::Refused => return Ok(refused(Response::new(200, content_type, NOBODY))),
    };
    if !devices::admit_app(exchange, &request, &asked.input, &line).await? {
        return Ok(refused(Response::new(200, content_type, NO_ROOM)));
    }
    let handler = Handler {
        api,
        action: action.map_or(LOGIN, |action| action.name),
        sub: "",
    };
    let caller = Caller::Line(line.id);
    let selection = asked.selection(&line);
    let before = match (account, &selection) {
        (Some(account), _) => Ok(account),
        // Only `panel_api.php` has something of the line's own before a list.
        (None, Some(selection)) if selection.list != List::Everything => Ok(Vec::new()),
        (None, _) => {
            let read = move |context: &Context<'_>| asked.answer(context, &line);
            exchange.panel.read(caller, read).await
        }
    };
    let trace = Trace::answered(handler, before.as_ref().err());
    let before = before?;
    let Some(selection) = selection else {
        return Ok(Response::new(200, content_type, before).traced(trace));
    };
    let (key, limit) = (selection.key(), settings.list_memory);
    let list = kept::body(&exchange.panel, caller, &key, limit, || ListPages::new(selection)).await?;
    let answer = Response::new(200, content_type, Vec::new()).traced(trace);
    Ok(with_body(answer, &request, before, list))
}

/// What a request asks for.
struct Asked {
    input: Input,
    base: BaseUrl,
    access: Arc<AccessCache>,
    action: Option<&'static Action>,
    page: Page,
}

impl Asked {
    /// Whether a line gets content.
    fn shows_content_to(&self, line: &Subscription) -> bool {
        line.standing == Standing::Active || self.access.settings.profiles.has(&LISTS_FOR_INACTIVE)
    }

    /// The list that the answer to a line ends with.
    fn selection(&self, line: &Subscription) -> Option<Selection> {
        let list = kept_list(self.action, self.page).filter(|_| self.shows_content_to(line))?;
        let (input, profiles) = (&self.input, self.access.settings.profiles);
        Some(Selection {
            list,
            bouquets: line.bouquets.clone(),
            category: input.int("category_id").filter(|_| list.has_filter()),
            window: Window::of(input).filter(|_| list.has_filter() && profiles.has(&XUI)),
            quirks: Quirks::of(profiles),
        })
    }

    /// The answer to a line, up to the list that it ends with.
    fn answer(&self, context: &Context<'_>, line: &Subscription) -> Result<Vec<u8>> {
        let call = Call {
            context,
            line,
            input: &self.input,
            base: &self.base,
            settings: &self.access.settings,
            ports: self.access.ports,
            quirks: Quirks::of(self.access.settings.profiles),
            sees_content: self.shows_content_to(line),
        };
        call.answer(self.action, self.page)
    }
}

/// The list that an answer to a line that may watch ends with.
fn kept_list(action: Option<&Action>, page: Page) -> Option<List> {
    match (action.map(|action| action.answer), page) {
        (Some(Answer::Kept(list)), _) => Some(list),
        (None, Page::Everything) => Some(List::Everything),
        (Some(Answer::Printed(_)), _) | (None, Page::Account) => None,
    }
}

/// How lists and details differ under profiles (section 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Items are repeated for each of their categories.
    pub duplicates: bool,
    /// Arrays of PHP have the shapes that it prints them in.
    pub shapes: bool,
    /// Members are those of the profile `xui`.
    pub is_xui: bool,
}

impl Quirks {
    /// Those of the active profiles.
    fn of(profiles: Profiles) -> Quirks {
        Quirks {
            duplicates: profiles.has(&DUPLICATE_CATEGORIES),
            shapes: profiles.has(&PHP_SHAPES),
            is_xui: profiles.has(&XUI),
        }
    }

    /// Appends a text of the contract, whose empty objects have their shape.
    fn append(self, out: &mut Vec<u8>, text: &str) {
        match self.shapes {
            true => out.extend_from_slice(text.replace("{}", "[]").as_bytes()),
            false => out.extend_from_slice(text.as_bytes()),
        }
    }
}

/// What an answer is made of.
pub struct Call<'a> {
    pub context: &'a Context<'a>,
    pub line: &'a Subscription,
    pub input: &'a Input,
    pub base: &'a BaseUrl,
    pub settings: &'a RuntimeSettings,
    pub ports: Ports,
    pub quirks: Quirks,
    /// Whether the line gets content.
    pub sees_content: bool,
}

impl Call<'_> {
    /// The answer, up to the list that it ends with.
    fn answer(&self, action: Option<&Action>, page: Page) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(1024);
        match (action, page) {
            (Some(action), _) => match action.answer {
                Answer::Printed(print) if self.sees_content => print(self, &mut out)?,
                _ => self.quirks.append(&mut out, action.empty),
            },
            (None, Page::Account) => account::print(self, &mut out),
            (None, Page::Everything) => {
                everything::account(self, &mut out);
                if !self.sees_content {
                    everything::nothing(self, &mut out);
                }
            }
        }
        Ok(out)
    }
}
