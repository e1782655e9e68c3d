//! A recorded request with parsed variables, and a dialect's summary of it: the action, the subject and the
//! near misses.

use actix_web::web::Bytes;
use serde_json::Value;

use super::near_miss::NearMiss;
use super::php::body;
use super::php::form::{self, Form, Key, Limits, Node};
use super::php::scalar::clean;
use super::{Api, Dialect, Dialects};
use crate::http::api_key;
use crate::panel::access_cache::AccessCache;

/// A request as it was recorded.
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

/// A recorded request with parsed variables.
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

/// The line, device or account of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A username.
    Name(String),
    /// A device's address, which is a secret.
    Mac(String),
    /// The account that a key belongs to.
    Account(i64),
}

/// A dialect's summary of a request.
#[derive(Debug, Default)]
pub struct Summary {
    /// The action; `user/create` for two words.
    pub action: Option<String>,
    pub subject: Option<Subject>,
    /// Whether the dialect has such an action.
    pub matched: bool,
    pub near_misses: Vec<NearMiss>,
}

/// The description of a request.
#[derive(Debug)]
pub struct Described {
    pub api: Api,
    pub action: Option<String>,
    pub subject: Option<Subject>,
    /// Whether the dialect has such an action.
    pub matched: bool,
    /// The query's variables by their whole names, as in `user_data[mac]`.
    pub query: Vec<(String, String)>,
    /// The same of the body.
    pub form: Vec<(String, String)>,
    /// Whether an API key came in a header.
    pub has_header_key: bool,
    pub near_misses: Vec<NearMiss>,
}

impl Described {
    /// Returns the value of a variable; the body's has priority, and an empty one counts as missing.
    pub fn variable(&self, name: &str) -> Option<&str> {
        variable(&self.form, &self.query, name)
    }
}

impl<'a> Sent<'a> {
    /// Parses the variables of a recorded request.
    pub async fn parse(dialects: Dialects, recorded: Recorded<'a>) -> Sent<'a> {
        let limits = dialects.get(recorded.api).map_or(Limits::PHP, Dialect::limits);
        let query = Form::parse(recorded.query.as_bytes(), limits);
        // A body that starts like JSON is not a form, whatever its content type: no variable name starts like
        // that.
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

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.recorded.headers, name)
    }

    /// Returns the API key in a header.
    pub fn header_key(&self) -> Option<&'a str> {
        api_key(self.header("x-api-key"), self.header("authorization"))
    }

    /// Returns the value of a variable; the body's has priority, and an empty one counts as missing.
    pub fn variable(&self, name: &str) -> Option<&str> {
        variable(&self.form_names, &self.query_names, name)
    }

    /// Returns all variables by their whole names, the query's first.
    pub fn variables(&self) -> impl Iterator<Item = &(String, String)> {
        self.query_names.iter().chain(&self.form_names)
    }

    /// Merges query and body; the body's variables have priority.
    pub fn all(&self) -> Form {
        self.query.clone().overlay(self.form.clone())
    }

    /// Whether the body is a JSON object or list.
    pub fn is_json(&self) -> bool {
        json(self.recorded.body).is_some()
    }

    /// Returns the line or device that a request names.
    pub fn line_or_device(&self) -> Option<Subject> {
        let named = |name: &str| {
            let mut all = self.form_names.iter().chain(&self.query_names);
            let variable = all.find(|(of, value)| of == name && !value.is_empty());
            variable.map(|(_, value)| value.trim().to_owned())
        };
        let name = named("username").or_else(|| named("user_data[username]"));
        let mac = || named("mac").or_else(|| named("user_data[mac]"));
        name.map(Subject::Name).or_else(|| mac().map(Subject::Mac))
    }

    /// Returns the account whose key was sent as `api_key`: the effective key, or else the query's.
    pub fn account(&self, access: &AccessCache) -> Option<Subject> {
        let owner = |key: &str| access.account(key).map(Subject::Account);
        let all = self.all();
        let counts = all.text("api_key").and_then(|key| owner(&clean(key)));
        counts.or_else(|| owner(&clean(self.query.text("api_key")?)))
    }

    /// Returns `action` as a cleaned text.
    pub fn action(&self) -> Option<String> {
        self.cleaned("action").filter(|name| !name.is_empty())
    }

    /// Returns a variable as a cleaned text, which may be empty; an array counts as missing.
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

/// Joins the two words of a call to one name.
pub fn two_words(action: Option<&str>, sub: Option<&str>) -> Option<String> {
    match (action, sub.filter(|sub| !sub.is_empty())) {
        (None, None) => None,
        (action, None) => action.map(str::to_owned),
        (action, Some(sub)) => Some(format!("{}/{sub}", action.unwrap_or_default())),
    }
}

/// Parses a body that is a JSON object or list.
pub fn json(body: &[u8]) -> Option<Value> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    match first {
        b'{' | b'[' => serde_json::from_slice(body).ok(),
        _ => None,
    }
}

/// Returns all variables by their whole names.
pub fn whole_names(form: &Form) -> Vec<(String, String)> {
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

/// Whether a path that was sent, possibly percent-encoded, is this one.
pub fn is_path(sent: &str, path: &str) -> bool {
    sent == path || (sent.contains('%') && form::percent_decode(sent.as_bytes()) == path)
}

/// Splits a path into its first segment and the rest, which begins with a slash.
pub fn split_path(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split_at(path.find('/').unwrap_or(path.len()))
}
