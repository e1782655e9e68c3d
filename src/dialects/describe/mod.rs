//! What a request is to the dialects, told after the fact: which of them it reached, which action
//! it named, on whose behalf. The journal asks; a request that nobody asks about is not looked at.
//!
//! `findings` says what is odd about a request and what its author may have meant; `kinds` lists what
//! can be odd; `players` knows the side of a panel that is not answered yet.

pub mod kinds;
mod near_misses;
pub mod players;

use actix_web::web::Bytes;
use serde_json::Value;

use super::php::form::{self, Form, Key, Limits, Node};
use super::xc_v2::actions::Generation;
use super::xc_v2::input::Members;
use super::xtream::admin;
use super::xtream::admin::variant::Variant;
use super::xtream::input::Input;
use super::{Door, door, is_path, split, xc_v2};
use crate::http::body;
use crate::panel::Caller;
use crate::panel::access_cache::AccessCache;

pub use near_misses::{NearMiss, is_key, near_miss};
use players::Player;

/// A dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Api {
    Admin,
    XcV2,
    /// A part of the player side, which no dialect answers yet.
    Player(Player),
    /// No dialect answers there.
    None,
}

impl Api {
    /// Those that answer.
    pub const DIALECTS: [Api; 2] = [Api::Admin, Api::XcV2];

    /// What a request can be told to have reached.
    pub const ALL: [Api; 10] = [
        Api::Admin,
        Api::XcV2,
        Api::Player(Player::Api),
        Api::Player(Player::Panel),
        Api::Player(Player::Playlist),
        Api::Player(Player::Guide),
        Api::Player(Player::Enigma),
        Api::Player(Player::Portal),
        Api::Player(Player::Stream),
        Api::None,
    ];

    /// The one of this name.
    pub fn named(name: &str) -> Api {
        let mut all = Api::ALL.into_iter();
        all.find(|api| api.name() == name).unwrap_or(Api::None)
    }

    /// Its own words for what can be wrong.
    pub fn failures(self) -> &'static [&'static str] {
        match self {
            Api::Admin => &admin::words::FAILURES,
            Api::XcV2 => &xc_v2::words::FAILURES,
            Api::Player(_) | Api::None => &[],
        }
    }

    /// Whether it can fail with this word, behind which a parameter may be named.
    pub fn fails_with(self, word: &str) -> bool {
        let plain = match self {
            Api::XcV2 => word.split_once(" (").map_or(word, |(plain, _)| plain),
            _ => word,
        };
        self.failures().contains(&plain)
    }

    /// Its name, as tests write it.
    pub fn name(self) -> &'static str {
        match self {
            Api::Admin => "admin",
            Api::XcV2 => "xc_v2",
            Api::Player(player) => player.name(),
            Api::None => "none",
        }
    }

    /// Which dialect answers a path. Cheap, so that it can be asked while the gates are as they are.
    pub fn of(access: &AccessCache, path: &str) -> Api {
        if is_path(path, xc_v2::PATH) {
            return Api::XcV2;
        }
        match opened(access, path) {
            Some(Door::Admin) => Api::Admin,
            Some(_) => Api::None,
            None => Player::of(path).map_or(Api::None, Api::Player),
        }
    }
}

/// What the access code of a path leads to.
fn opened(access: &AccessCache, path: &str) -> Option<Door> {
    let (code, rest) = split(path);
    let code = match code.contains('%') {
        true => access.code(&form::percent_decode(code.as_bytes())),
        false => access.code(code),
    };
    door(code?.kind, rest)
}

/// A request as it was kept.
#[derive(Debug)]
pub struct Sent<'a> {
    pub api: Api,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Names in lower case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a Bytes,
}

impl Sent<'_> {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
    }
}

/// On whose behalf a request was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A username.
    Name(String),
    /// A device's address, which is a secret.
    Mac(String),
    /// The account that a key belongs to.
    Account(i64),
}

/// What a request says.
#[derive(Debug)]
pub struct Summary {
    pub api: Api,
    /// The action named; `user/create` where there are two words.
    pub action: Option<String>,
    pub subject: Option<Subject>,
    /// Whether the dialect has such an action.
    pub matched: bool,
    /// The query's variables by their whole names, as in `user_data[mac]`.
    pub query: Vec<(String, String)>,
    /// The body's.
    pub form: Vec<(String, String)>,
    pub near_misses: Vec<NearMiss>,
}

impl Summary {
    /// The value of a variable; the body's wins, and an empty one counts as left out.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let mut all = self.form.iter().chain(&self.query);
        let value = all.find(|(of, _)| of == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

/// Tells what a request says.
pub async fn describe(access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let limits = match sent.api {
        Api::XcV2 => xc_v2::LIMITS,
        _ => Limits::PHP,
    };
    let query = Form::parse(sent.query.as_bytes(), limits);
    // What is JSON by its looks is no form, whatever its type says: no name begins like that.
    let form = match json(sent.body) {
        Some(_) => Form::default(),
        None => body::form(sent.body, sent.header("content-type"), limits).await,
    };
    let (query_flat, form_flat) = (flat(&query), flat(&form));
    let key = query.text("api_key").map(str::to_owned);
    let all = query.overlay(form);
    let (action, subject, matched) = match sent.api {
        Api::XcV2 => {
            let input = Members::of(all);
            let (action, sub) = (input.text("action"), input.text("sub"));
            let matched = Generation::of(access.settings.profiles)
                .find(action.unwrap_or_default(), sub.unwrap_or_default())
                .is_some();
            (joined(action, sub), device_or_line(&query_flat, &form_flat), matched)
        }
        api => {
            let input = Input::new(all, Variant::of(access));
            let action = input.scalar("action").filter(|name| !name.is_empty());
            let known = action
                .as_deref()
                .is_some_and(|name| admin::actions::find(name).is_some());
            let owner = |key: &str| match access.admin(key).or_else(|| access.reseller(key)) {
                Some(Caller::Admin(Some(id)) | Caller::Reseller(id)) => Some(Subject::Account(id)),
                _ => None,
            };
            let sent_key = input.scalar("api_key");
            let subject = device_or_line(&query_flat, &form_flat)
                .or_else(|| watcher(api, sent.path))
                .or_else(|| owner(&sent_key?))
                .or_else(|| owner(&crate::dialects::xtream::input::clean(&key?)));
            let action = match input.scalar("sub") {
                Some(sub) if !known && api == Api::None => joined(action.as_deref(), Some(&sub)),
                _ => action.map(|name| name.into_owned()),
            };
            (action, subject, known && api == Api::Admin)
        }
    };
    let mut told = Summary {
        api: sent.api,
        action,
        subject,
        matched,
        query: query_flat,
        form: form_flat,
        near_misses: Vec::new(),
    };
    told.near_misses = near_misses::of(access, sent, &told);
    told
}

/// The two words of a call as one name.
fn joined(action: Option<&str>, sub: Option<&str>) -> Option<String> {
    match (action, sub.filter(|sub| !sub.is_empty())) {
        (None, None) => None,
        (action, None) => action.map(str::to_owned),
        (action, Some(sub)) => Some(format!("{}/{sub}", action.unwrap_or_default())),
    }
}

/// The line whose credentials a stream's path carries.
fn watcher(api: Api, path: &str) -> Option<Subject> {
    let (username, _) = players::login(path).filter(|_| api == Api::Player(Player::Stream))?;
    Some(Subject::Name(form::percent_decode(username.as_bytes())))
}

/// The line or device that a request names: the query first, as the body wins.
fn device_or_line(query: &[(String, String)], form: &[(String, String)]) -> Option<Subject> {
    let named = |name: &str| {
        let found = form
            .iter()
            .chain(query)
            .find(|(of, value)| of == name && !value.is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    };
    let name = named("username")
        .or_else(|| named("user_data[username]"))
        .map(Subject::Name);
    name.or_else(|| named("mac").or_else(|| named("user_data[mac]")).map(Subject::Mac))
}

/// The JSON object or list that a body is.
fn json(body: &[u8]) -> Option<Value> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    match first {
        b'{' | b'[' => serde_json::from_slice(body).ok(),
        _ => None,
    }
}

/// Every variable by its whole name.
fn flat(form: &Form) -> Vec<(String, String)> {
    fn add(all: &mut Vec<(String, String)>, name: String, node: &Node) {
        match node {
            Node::Text(text) => all.push((name, text.clone())),
            Node::Array(array) => {
                for (key, node) in array.iter() {
                    let inner = match key {
                        Key::Int(number) => format!("{name}[{number}]"),
                        Key::Text(text) => format!("{name}[{text}]"),
                    };
                    add(all, inner, node);
                }
            }
        }
    }
    let mut all = Vec::new();
    for (name, node) in form.iter() {
        add(&mut all, name.to_owned(), node);
    }
    all
}
