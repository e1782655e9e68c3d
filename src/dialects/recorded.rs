//! A recorded request with its variables read, and what a dialect says of it: which action it named, on whose
//! behalf, and what is suspicious about it.

use actix_web::web::Bytes;
use serde_json::Value;

use super::near_miss::NearMiss;
use super::php::body;
use super::php::form::{self, Form, Key, Limits, Node};
use super::php::scalar::clean;
use super::{Api, Dialect, Dialects};
use crate::panel::access_cache::AccessCache;

/// A request as it was kept.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    pub api: Api,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Names in lower case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a Bytes,
}

/// A recorded request whose variables are read.
pub struct Sent<'a> {
    pub dialects: Dialects,
    pub recorded: Recorded<'a>,
    /// The query's variables and the body's, by PHP's rules.
    pub query: Form,
    pub form: Form,
    /// The same by their whole names, as in `user_data[mac]`.
    pub query_names: Vec<(String, String)>,
    pub form_names: Vec<(String, String)>,
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

/// What a dialect says of a request to it.
#[derive(Debug, Default)]
pub struct Summary {
    /// The action named; `user/create` where there are two words.
    pub action: Option<String>,
    pub subject: Option<Subject>,
    /// Whether the dialect has such an action.
    pub matched: bool,
    pub near_misses: Vec<NearMiss>,
}

/// What a request says.
#[derive(Debug)]
pub struct Described {
    pub api: Api,
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

impl Described {
    /// The value of a variable; the body's wins, and an empty one counts as left out.
    pub fn variable(&self, name: &str) -> Option<&str> {
        variable(&self.form, &self.query, name)
    }
}

impl<'a> Sent<'a> {
    /// Reads the variables of a recorded request.
    pub async fn read(dialects: Dialects, recorded: Recorded<'a>) -> Sent<'a> {
        let limits = dialects.get(recorded.api).map_or(Limits::PHP, Dialect::limits);
        let query = Form::parse(recorded.query.as_bytes(), limits);
        // What is JSON by its looks is no form, whatever its type says: no name begins like that.
        let form = match json(recorded.body) {
            Some(_) => Form::default(),
            None => {
                let content_type = header(recorded.headers, "content-type");
                body::form(recorded.body, content_type, limits).await
            }
        };
        Sent {
            dialects,
            recorded,
            query_names: whole_names(&query),
            form_names: whole_names(&form),
            query,
            form,
        }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.recorded.headers, name)
    }

    /// The value of a variable; the body's wins, and an empty one counts as left out.
    pub fn variable(&self, name: &str) -> Option<&str> {
        variable(&self.form_names, &self.query_names, name)
    }

    /// All variables by their whole names, the query's first.
    pub fn variables(&self) -> impl Iterator<Item = &(String, String)> {
        self.query_names.iter().chain(&self.form_names)
    }

    /// Query and form as one; the body's variables win.
    pub fn all(&self) -> Form {
        self.query.clone().overlay(self.form.clone())
    }

    /// Whether the body is a JSON object or list.
    pub fn is_json(&self) -> bool {
        json(self.recorded.body).is_some()
    }

    /// The line or device that a request names.
    pub fn line_or_device(&self) -> Option<Subject> {
        let named = |name: &str| {
            let mut all = self.form_names.iter().chain(&self.query_names);
            let found = all.find(|(of, value)| of == name && !value.is_empty());
            found.map(|(_, value)| value.trim().to_owned())
        };
        let name = named("username").or_else(|| named("user_data[username]"));
        let mac = || named("mac").or_else(|| named("user_data[mac]"));
        name.map(Subject::Name).or_else(|| mac().map(Subject::Mac))
    }

    /// The account whose key was sent as `api_key`: the one that counts, or else the query's.
    pub fn account(&self, access: &AccessCache) -> Option<Subject> {
        let owner = |key: &str| access.account(key).map(Subject::Account);
        let all = self.all();
        let counts = all.text("api_key").and_then(|key| owner(&clean(key)));
        counts.or_else(|| owner(&clean(self.query.text("api_key")?)))
    }

    /// `action` as a cleaned text.
    pub fn action(&self) -> Option<String> {
        self.cleaned("action").filter(|name| !name.is_empty())
    }

    /// A variable as a cleaned text, empty or not; an array counts as missing.
    pub fn cleaned(&self, name: &str) -> Option<String> {
        self.all().text(name).map(|text| clean(text).into_owned())
    }
}

fn header<'a>(headers: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(of, _)| *of == name).map(|(_, value)| *value)
}

fn variable<'v>(form: &'v [(String, String)], query: &'v [(String, String)], name: &str) -> Option<&'v str> {
    let mut all = form.iter().chain(query);
    let value = all.find(|(of, _)| of == name).map(|(_, value)| value.trim());
    value.filter(|value| !value.is_empty())
}

/// The two words of a call as one name.
pub fn two_words(action: Option<&str>, sub: Option<&str>) -> Option<String> {
    match (action, sub.filter(|sub| !sub.is_empty())) {
        (None, None) => None,
        (action, None) => action.map(str::to_owned),
        (action, Some(sub)) => Some(format!("{}/{sub}", action.unwrap_or_default())),
    }
}

/// The JSON object or list that a body is.
pub fn json(body: &[u8]) -> Option<Value> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    match first {
        b'{' | b'[' => serde_json::from_slice(body).ok(),
        _ => None,
    }
}

/// Every variable by its whole name.
fn whole_names(form: &Form) -> Vec<(String, String)> {
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

/// Whether a path that was sent, perhaps with percent signs, is this one.
pub fn is_path(sent: &str, path: &str) -> bool {
    sent == path || (sent.contains('%') && form::percent_decode(sent.as_bytes()) == path)
}

/// The first segment of a path, and what follows it with its slash.
pub fn split_path(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split_at(path.find('/').unwrap_or(path.len()))
}
