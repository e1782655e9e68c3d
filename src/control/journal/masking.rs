//! Masks secrets by the names that they are sent under: keys, passwords, tokens and MAC addresses are `***` in all
//! output of the journal, whether they are good or not. A body that cannot be parsed is not shown at all.
//!
//! Known secrets are masked by their values too, wherever they stand: see [`crate::panel::secrets`] and
//! `reader`.

use std::borrow::Cow;

use serde_json::Value;

use super::entry::{Entry, RequestSummary};
use super::sql_literals;
use crate::dialects::Dialects;
use crate::dialects::php::form::{decode, percent_decode, percent_encode, utf8};
use crate::panel::secrets::index::{Fingerprint, SecretIndex};
pub use crate::panel::secrets::masker::MASK;

/// The parameter that has an SQL text.
const SQL: &str = "query";

/// Whether the value of this name is a secret. Names have the spelling of clients: `user_data[mac]`, and
/// `api.key`, which PHP reads as `api_key`.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(['[', ']']).any(|part| {
        let part: String = part.chars().filter(char::is_ascii_alphanumeric).collect();
        const ENDS: [&str; 8] = [
            "pass",
            "password",
            "passwd",
            "pwd",
            "apikey",
            "secret",
            "authorization",
            "cookie",
        ];
        // The URL of a playlist has the password in it.
        let is_whole = matches!(part.as_str(), "mac" | "macaddress" | "key" | "playlisturl");
        is_whole || part.contains("token") || ENDS.iter().any(|end| part.ends_with(end))
    })
}

/// Masks a value if its name is a secret's, and the secret literals of SQL.
pub fn value<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    match name {
        SQL => sql_literals::masked(value),
        _ if is_secret(name) => MASK.into(),
        _ => value.into(),
    }
}

/// Masks a query string or form; all other bytes stay.
pub fn form(text: &str) -> String {
    let masked: Vec<String> = text.split('&').map(piece).collect();
    masked.join("&")
}

fn piece(piece: &str) -> String {
    let (name, value) = match piece.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (piece, None),
    };
    let plain = utf8(decode(name.as_bytes()));
    match (is_secret(&plain), value) {
        (false, Some(value)) if plain == SQL => sql(piece, name, value),
        (false, _) => piece.to_owned(),
        (true, Some(_)) => format!("{name}={MASK}"),
        // Without a value, the name itself may be the secret.
        (true, None) => MASK.to_owned(),
    }
}

/// Masks an SQL text in a query or a form; one without secret literals stays as it was sent.
fn sql(piece: &str, name: &str, value: &str) -> String {
    match sql_literals::masked(&utf8(decode(value.as_bytes()))) {
        Cow::Borrowed(_) => piece.to_owned(),
        Cow::Owned(masked) => format!("{name}={}", percent_encode(&masked).replace("%2A%2A%2A", MASK)),
    }
}

/// Masks a path with its query.
pub fn url(dialects: Dialects, url: &str) -> String {
    url_without(dialects, url, |_| false)
}

/// Masks a path with its query, and the segments that are secrets by `is_secret`.
pub fn url_without(dialects: Dialects, url: &str, is_secret: impl Fn(&str) -> bool) -> String {
    match url.split_once('?') {
        Some((of, query)) => format!("{}?{}", parts(dialects, of, is_secret), form(query)),
        None => parts(dialects, url, is_secret),
    }
}

/// Masks a path, in which players send passwords and tokens.
pub fn path(dialects: Dialects, path: &str) -> String {
    parts(dialects, path, |_| false)
}

fn parts(dialects: Dialects, path: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let secret = dialects.iter().find_map(|dialect| dialect.secret(path));
    let shown = path
        .split('/')
        .map(|part| match secret == Some(part) || is_secret(part) {
            true => MASK,
            false => part,
        });
    shown.collect::<Vec<_>>().join("/")
}

/// Masks the value of a header.
pub fn header(dialects: Dialects, name: &str, value: &str) -> String {
    match name {
        _ if is_secret(name) => MASK.to_owned(),
        "referer" | "origin" => url(dialects, value),
        _ => value.to_owned(),
    }
}

/// Masks JSON at any depth.
pub fn json(mut value: Value) -> Value {
    fn value_of(name: &str, text: &str) -> String {
        self::value(name, text).into_owned()
    }
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members.iter_mut() {
                    match inner {
                        _ if is_secret(name) => *inner = MASK.into(),
                        Value::String(text) => *text = value_of(name, text),
                        _ => walk(inner),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

/// Returns the secrets that a request sent under their names, good or not: they are masked in its other parts too.
pub fn sent(dialects: Dialects, entry: &Entry, summary: &RequestSummary) -> SecretIndex {
    let (path, _) = entry.target();
    let in_path = dialects.iter().find_map(|dialect| dialect.secret(path));
    let mut secrets: Vec<String> = in_path.iter().map(|part| percent_decode(part.as_bytes())).collect();
    let variables = summary.described.query.iter().chain(&summary.described.form);
    secrets.extend(
        variables
            .filter(|(name, _)| is_secret(name))
            .map(|(_, value)| value.clone()),
    );
    for (name, value) in entry.headers().into_iter().filter(|(name, _)| is_secret(name)) {
        let after_scheme = value.split_once(' ').filter(|_| name == "authorization");
        let value = after_scheme.map_or(value, |(_, value)| value);
        let cookies = value.split("; ").filter_map(|cookie| cookie.split_once('='));
        secrets.extend(cookies.map(|(_, value)| value.to_owned()));
        secrets.push(value.to_owned());
    }
    if let Ok(body) = serde_json::from_slice(&entry.body) {
        secrets_of_json(&body, false, &mut secrets);
    }
    SecretIndex::new(secrets.iter().filter_map(|secret| Fingerprint::new(secret)))
}

fn secrets_of_json(value: &Value, is_named: bool, secrets: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                secrets_of_json(inner, is_named || is_secret(name), secrets);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| secrets_of_json(item, is_named, secrets)),
        Value::String(text) if is_named => secrets.push(text.clone()),
        Value::Number(number) if is_named => secrets.push(number.to_string()),
        _ => {}
    }
}

/// Returns a body as masked text, if its type can be parsed; `variables` are the parsed parts of a multipart
/// body.
pub fn body(bytes: &[u8], content_type: Option<&str>, variables: &[(String, String)]) -> String {
    let kind = content_type.unwrap_or("application/x-www-form-urlencoded");
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let looks = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = matches!(looks, Some(b'{' | b'['));
    if bytes.is_empty() {
        String::new()
    } else if is_json && let Ok(value) = serde_json::from_slice(bytes) {
        json(value).to_string()
    } else if !is_json && essence == "application/x-www-form-urlencoded" {
        form(&String::from_utf8_lossy(bytes))
    } else if essence == "multipart/form-data" {
        let parts: Vec<String> = variables
            .iter()
            .map(|(name, text)| format!("{name}={}", value(name, text)))
            .collect();
        parts.join("&")
    } else {
        format!("({} bytes of {essence})", bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_however_their_names_are_written() {
        for (sent, shown) in [
            ("api_key=K&action=a", "api_key=***&action=a"),
            ("user_data%5Bpassword%5D=p&a=1", "user_data%5Bpassword%5D=***&a=1"),
            ("user_data[mac]=m&mac=n&macro=1", "user_data[mac]=***&mac=***&macro=1"),
            (
                "api.key=K&+api_pass=P&API_KEY=K",
                "api.key=***&+api_pass=***&API_KEY=***",
            ),
            ("password&x", "***&x"),
            (
                "macAddress=m&playlist_url=u&portalUrl=v",
                "macAddress=***&playlist_url=***&portalUrl=v",
            ),
            ("a=%20b&&c", "a=%20b&&c"),
        ] {
            assert_eq!(form(sent), shown);
        }
        assert_eq!(header(Dialects::default(), "authorization", "Bearer x"), "***");
        assert_eq!(
            header(Dialects::default(), "referer", "http://a/b?password=x&y=1"),
            "http://a/b?password=***&y=1"
        );
        assert_eq!(header(Dialects::default(), "user-agent", "x"), "x");
    }

    #[test]
    fn a_body_that_cannot_be_taken_apart_is_not_shown() {
        let shown = |body: &str, kind: Option<&str>| super::body(body.as_bytes(), kind, &[]);
        assert_eq!(shown("", None), "");
        assert_eq!(shown("password=x&y=1", None), "password=***&y=1");
        assert_eq!(
            shown(r#"{"a":[{"password":{"b":1}}],"c":2}"#, None),
            r#"{"a":[{"password":"***"}],"c":2}"#
        );
        assert_eq!(
            shown(r#"{"password":"x"#, None),
            "(14 bytes of application/x-www-form-urlencoded)"
        );
        assert_eq!(
            shown("password x", Some("text/plain; charset=utf-8")),
            "(10 bytes of text/plain)"
        );
    }
}
