//! Secrets do not leave the journal: keys, passwords, tokens and MAC addresses are `***` in all its output. A
//! body that cannot be parsed is not shown at all.

use serde_json::Value;

use crate::dialects::Dialects;
use crate::dialects::php::form::{decode, utf8};

/// The replacement of a secret.
pub const MASK: &str = "***";

/// Whether the value of this name is a secret. Names have the spelling of clients: `user_data[mac]`, and
/// `api.key`, which PHP reads as `api_key`.
fn is_secret(name: &str) -> bool {
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
        matches!(part.as_str(), "mac" | "key") || part.contains("token") || ENDS.iter().any(|end| part.ends_with(end))
    })
}

/// Masks a value if its name is a secret's.
pub fn value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { MASK } else { value }
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
    match (is_secret(&utf8(decode(name.as_bytes()))), value) {
        (false, _) => piece.to_owned(),
        (true, Some(_)) => format!("{name}={MASK}"),
        // Without a value, the name itself may be the secret.
        (true, None) => MASK.to_owned(),
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
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members.iter_mut() {
                    match is_secret(name) {
                        true => *inner = MASK.into(),
                        false => walk(inner),
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
