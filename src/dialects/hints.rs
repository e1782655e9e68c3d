//! Checks for near misses that several dialects share.

use super::near_miss::{NearMiss, near_miss};
use super::php::form::percent_decode;
use super::recorded::Sent;
use super::service::is_read;
use super::{Api, Dialect};
use crate::http::is_raw;
use crate::panel::access_cache::AccessCache;
use crate::spelling::closest;

/// Checks a path for near misses that do not depend on its dialect.
pub fn in_path(access: &AccessCache, path: &str) -> Option<NearMiss> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    if parts.any(|part| is_key(access, part)) {
        return Some(misplaced("the path", "api_key"));
    }
    path.contains("//")
        .then(|| near_miss("double_slash", "the path has two slashes in a row"))
}

/// The kind of [`raw_bytes`].
pub const RAW_BYTES: &str = "raw_bytes";

/// Reports the raw bytes of a path with its query.
pub fn raw_bytes(url: &str) -> NearMiss {
    let ascii = (0..0x80).filter(|byte| is_raw(*byte)).map(char::from);
    let mut found: Vec<String> = ascii.filter(|c| url.contains(*c)).map(String::from).collect();
    if !url.is_ascii() {
        found.push("characters outside ASCII".into());
    }
    let hint = format!(
        "the URL has {} unencoded: write them percent-encoded, because not every server takes them",
        found.join(" ")
    );
    near_miss(RAW_BYTES, hint)
}

/// Whether a part of a path, possibly percent-encoded, is a valid key.
pub fn is_key(access: &AccessCache, part: &str) -> bool {
    access.account(&percent_decode(part.as_bytes())).is_some()
}

/// Checks a request to a dialect that reads forms: its method, and a JSON body.
pub fn of_form(sent: &Sent<'_>) -> impl Iterator<Item = NearMiss> {
    let method = sent.recorded.method;
    let unread = (!is_read(method)).then(|| {
        let hint = format!("{method} is not read by this API: use GET or POST");
        near_miss("method", hint)
    });
    let json = sent.is_json().then(|| {
        let hint = "this API reads form fields and leaves a JSON body unread: \
                    send it as application/x-www-form-urlencoded";
        near_miss("json_body", hint)
    });
    unread.into_iter().chain(json)
}

/// Finds the action that was probably meant by an unknown one; `None` if the request names no action.
pub fn unknown_action<N: AsRef<str>>(
    access: &AccessCache,
    sent: &Sent<'_>,
    action: Option<&str>,
    names: impl Iterator<Item = N>,
) -> NearMiss {
    let Some(action) = action else {
        return near_miss("missing_action", "`action` is missing");
    };
    other_api(access, sent, action).unwrap_or_else(|| no_such(action, names))
}

/// Reports an unknown action, with the most similar name among the existing ones.
pub fn no_such<N: AsRef<str>>(action: &str, names: impl Iterator<Item = N>) -> NearMiss {
    let names: Vec<N> = names.collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let hint = match closest(action, &names) {
        Some(close) => format!("there is no {action}; did you mean {close}?"),
        None => format!("there is no {action}"),
    };
    near_miss("unknown_action", hint)
}

/// Reports an action that belongs to another API than the one that it was sent to.
pub fn other_api(access: &AccessCache, sent: &Sent<'_>, action: &str) -> Option<NearMiss> {
    let here = sent.recorded.api;
    // If the dialect's actions have no `sub`, the action may be one of a dialect with `sub`.
    let is_served = sent.dialects.get(here).is_some_and(Dialect::is_served);
    let sub = sent.variables().find(|(name, _)| name == "sub" && is_served);
    let with_sub = sub.map(|(_, sub)| format!("{action}/{sub}"));
    let others = || {
        sent.dialects
            .iter()
            .filter(|dialect| !is_same_side(*dialect, here, sent))
    };
    let mut matches = others().filter_map(|dialect| {
        let names = [Some(action), with_sub.as_deref()].into_iter().flatten();
        let call = names.into_iter().find(|name| dialect.has_operation(access, name))?;
        Some((dialect, call.to_owned()))
    });
    let (dialect, call) = matches.next()?;
    let noun = if call.contains('/') { "a call" } else { "an action" };
    let unserved = match dialect.is_served() {
        true => "",
        false => ", which is not served yet",
    };
    let hint = format!(
        "{call} is {noun} of {}, at {}{unserved}",
        dialect.title(),
        dialect.address()
    );
    Some(near_miss("other_api", hint))
}

/// Whether a dialect is the one that the request was sent to, or another part of the same API.
fn is_same_side(dialect: &dyn Dialect, here: Api, sent: &Sent<'_>) -> bool {
    dialect.api() == here
        || sent
            .dialects
            .get(here)
            .is_some_and(|here| here.title() == dialect.title())
}

/// Reports a valid secret that was sent in the wrong place; the dialect reads it from the variable `reads`.
pub fn misplaced_secret(sent: &Sent<'_>, reads: &str, is_good: impl Fn(&str) -> bool) -> Option<NearMiss> {
    if sent
        .variables()
        .any(|(name, value)| name == reads && is_good(value.trim()))
    {
        return None;
    }
    let mut headers = sent.recorded.headers.iter();
    let header = headers.find(|(_, value)| is_good(value.strip_prefix("Bearer ").unwrap_or(value)));
    let place = match header {
        Some((name, _)) => format!("the header {name}"),
        None => {
            let (name, _) = sent.variables().find(|(_, value)| is_good(value.trim()))?;
            format!("`{name}`")
        }
    };
    Some(misplaced(&place, reads))
}

fn misplaced(place: &str, reads: &str) -> NearMiss {
    let hint = format!("a good key came in {place}: it is read from `{reads}` of the query or the form");
    near_miss("misplaced_key", hint)
}
