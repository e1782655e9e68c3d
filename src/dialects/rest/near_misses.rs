//! Near misses of requests to the REST APIs (contract "REST APIs", part D).

use super::action::Action;
use super::fields::FieldSpec;
use super::part::Part;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::Sent;
use crate::panel::access_cache::AccessCache;
use crate::spelling::closest;

/// Finds those of a request to a part.
pub fn find(part: &Part, access: &AccessCache, sent: &Sent<'_>, action: Option<&Action>) -> Vec<NearMiss> {
    let of_path = match action {
        Some(action) => of_body(part, sent, action),
        None => of_method(part, sent).into_iter().collect(),
    };
    let of_id = (part.other_id)(sent.recorded.path).map(|hint| near_miss("other_type", hint));
    let of_secret = of_secret(part, access, sent);
    of_secret.into_iter().chain(of_id).chain(of_path).collect()
}

/// A good secret where it is not read, or one of another API.
fn of_secret(part: &Part, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
    let authorization = sent.header("authorization").unwrap_or_default();
    let (scheme, text) = authorization.split_once(' ').unwrap_or(("", authorization));
    let is_good = |text: &str| access.rest_secret(part.secrets, text).is_some();
    if scheme.eq_ignore_ascii_case("bearer") {
        if is_good(text.trim()) {
            return None;
        }
        let other = access.any_rest_secret(text.trim()).map(|secret| secret.is());
        let other = other.or_else(|| access.account(text.trim()).map(|_| "the key of an account"));
        return other.map(|is| {
            let hint = format!(
                "this is {is}, a secret of another API; {} has secrets of its own",
                part.title
            );
            near_miss("other_secret", hint)
        });
    }
    if is_good(text.trim()) {
        let hint = format!("the secret is good and belongs behind `Bearer`, not behind `{scheme}`");
        return Some(near_miss("misplaced_key", hint));
    }
    let in_query = sent.query_names.iter().find(|(_, value)| is_good(value));
    in_query.map(|(name, _)| {
        let hint = format!("the secret is good and belongs in `Authorization: Bearer`, not in the parameter {name}");
        near_miss("misplaced_key", hint)
    })
}

/// A method that the path does not have.
fn of_method(part: &Part, sent: &Sent<'_>) -> Option<NearMiss> {
    let at = part.at(sent.recorded.path);
    let methods: Vec<&str> = at.iter().map(|(action, _)| action.method).collect();
    let method = sent.recorded.method;
    if !methods.is_empty() {
        let hint = format!("this path has no {method}: use {}", methods.join(" or "));
        return Some(near_miss("method", hint));
    }
    let paths: Vec<&str> = part.actions.iter().map(|action| action.path).collect();
    let hint = match closest(sent.recorded.path, &paths) {
        Some(close) => format!("there is no such path; did you mean {close}?"),
        None => format!("there is no such path; {} begins at {}", part.title, part.base),
    };
    Some(near_miss("unknown_action", hint))
}

/// A body that is not read, and members of no meaning.
fn of_body(part: &Part, sent: &Sent<'_>, action: &Action) -> Vec<NearMiss> {
    if !action.has_body() || sent.recorded.body.is_empty() {
        return Vec::new();
    }
    if !sent.is_json() {
        let hint = "this API reads a JSON object: send the body as application/json";
        return vec![near_miss("form_body", hint)];
    }
    let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(sent.recorded.body) else {
        return Vec::new();
    };
    let is_known = |name: &str, spec: &FieldSpec| {
        let name = (part.spelling)(name);
        name == (part.spelling)(spec.name) || spec.aliases.iter().any(|alias| (part.spelling)(alias) == name)
    };
    let unknown = members
        .keys()
        .filter(|name| !action.fields.iter().any(|spec| is_known(name, spec)));
    let names: Vec<&str> = action.fields.iter().map(|spec| spec.name).collect();
    unknown
        .map(|name| {
            let hint = match closest(name, &names) {
                Some(close) => format!("{} does not know {name}; did you mean {close}?", action.name),
                None => format!("{} does not know {name}", action.name),
            };
            near_miss("unknown_parameter", hint)
        })
        .collect()
}
