//! What is odd about a request, and what its author may have meant: near misses, each with a hint
//! (contract "The fixture", section 8). Nothing here changes an answer.

use super::players::{self, Player};
use super::{Api, Door, Sent, Summary, json, opened};
use crate::dialects::php::form::percent_decode;
use crate::dialects::xc_v2::actions::Generation;
use crate::dialects::xtream::admin;
use crate::dialects::{split, xc_v2};
use crate::panel::access_cache::{AccessCache, same_secret};
use crate::panel::profiles::V2_MODERN;
use crate::spelling::closest;

/// Something odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// A word for programs.
    pub kind: &'static str,
    /// What to change.
    pub hint: String,
    /// More of it, for those alone who may read the journal.
    pub inside: Option<String>,
}

impl NearMiss {
    /// All of what to change.
    pub fn whole_hint(&self) -> String {
        match &self.inside {
            None => self.hint.clone(),
            Some(inside) => format!("{}; {inside}", self.hint),
        }
    }
}

/// A finding of which everybody may hear.
pub fn near_miss(kind: &'static str, hint: impl Into<String>) -> NearMiss {
    NearMiss {
        kind,
        hint: hint.into(),
        inside: None,
    }
}

/// Everything odd about a request.
pub fn of(access: &AccessCache, sent: &Sent<'_>, told: &Summary) -> Vec<NearMiss> {
    let mut all = Vec::new();
    let is_json = json(sent.body).is_some();
    if let Api::Player(player) = sent.api {
        all.push(not_served(player));
        all.extend(in_path(access, sent.path));
        all.extend(players::odd(
            Generation::of(access.settings.profiles),
            player,
            sent,
            told,
        ));
    } else if sent.api == Api::None {
        all.extend(lost(access, sent, told));
    } else {
        if !matches!(sent.method, "GET" | "POST" | "HEAD") {
            let hint = format!("{} is not read by this API: use GET or POST", sent.method);
            all.push(near_miss("method", hint));
        }
        if is_json {
            let hint = "this API reads form fields and leaves a JSON body unread: \
                        send it as application/x-www-form-urlencoded";
            all.push(near_miss("json_body", hint));
        }
        if !(told.matched || is_json && told.action.is_none()) {
            all.push(unknown(access, told));
        }
    }
    all.extend(key_elsewhere(access, sent, told));
    if told.api == Api::Admin {
        all.extend(unknown_parameters(told));
    }
    all
}

/// Why a path leads nowhere.
fn lost(access: &AccessCache, sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    if let Some(odd) = in_path(access, sent.path) {
        return Some(odd);
    }
    if let Some(portal) = players::lost_portal(sent, told) {
        return Some(portal);
    }
    if matches!(opened(access, sent.path), Some(Door::Slash)) {
        let hint = format!(
            "the API answers at {}/, with a slash at the end; a redirect loses a form",
            sent.path
        );
        return Some(near_miss("missing_slash", hint));
    }
    let (code, rest) = split(sent.path);
    if code == "admin" || rest == "/admin/api.php" || sent.path.ends_with("/api.php") {
        let hint = format!(
            "the XC v2 API answers at {}, the Admin API at /CODE/admin/index.php",
            xc_v2::PATH
        );
        return Some(near_miss("wrong_path", hint));
    }
    matches!(rest, "/admin" | "/admin/" | "/admin/index.php" | "/index.php").then(|| {
        let hint = format!("no access code {code:?} opens the Admin API; GET /_linecard/info names one that does");
        NearMiss {
            // A code is half a secret.
            inside: access.code_like(code).map(|close| format!("did you mean {close}?")),
            ..near_miss("wrong_access_code", hint)
        }
    })
}

/// What is odd about a path wherever it leads.
fn in_path(access: &AccessCache, path: &str) -> Option<NearMiss> {
    if has_key(access, path) {
        return Some(misplaced("the path", "api_key"));
    }
    path.contains("//")
        .then(|| near_miss("double_slash", "the path has two slashes in a row"))
}

/// A part of the player side where Linecard has nothing.
fn not_served(player: Player) -> NearMiss {
    let hint = format!(
        "{} is not served yet: the XC v2 API at {} and the Admin API at /CODE/admin/index.php are",
        player.what(),
        xc_v2::PATH
    );
    near_miss("not_served", hint)
}

/// Whether a part of a path is a good key.
fn has_key(access: &AccessCache, path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    parts.any(|part| is_key(access, part))
}

/// Whether a part of a path, perhaps with percent signs, is a good key.
pub fn is_key(access: &AccessCache, part: &str) -> bool {
    access.admin(&percent_decode(part.as_bytes())).is_some()
}

/// Which action was meant.
fn unknown(access: &AccessCache, told: &Summary) -> NearMiss {
    let Some(action) = &told.action else {
        return near_miss("missing_action", "`action` is missing");
    };
    let generation = Generation::of(access.settings.profiles);
    if let Some(other) = other_api(generation, told, action) {
        return other;
    }
    match told.api {
        Api::XcV2 => match other_generation(generation, action) {
            Some(hint) => near_miss("other_profile", hint),
            None => no_such(action, generation.calls()),
        },
        _ => no_such(action, admin::actions::ACTIONS.iter().map(|row| row.name)),
    }
}

/// There is no such action; the closest name of those that there are.
pub fn no_such<N: AsRef<str>>(action: &str, names: impl Iterator<Item = N>) -> NearMiss {
    let names: Vec<N> = names.collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let hint = match closest(action, &names) {
        Some(close) => format!("there is no {action}; did you mean {close}?"),
        None => format!("there is no {action}"),
    };
    near_miss("unknown_action", hint)
}

/// An action that is at home in another API than the one it came to.
pub fn other_api(generation: Generation, told: &Summary, action: &str) -> Option<NearMiss> {
    let sub = told.query.iter().chain(&told.form).find(|(name, _)| name == "sub");
    let call = match sub {
        Some((_, sub)) if told.api == Api::Admin => format!("{action}/{sub}"),
        _ => action.to_owned(),
    };
    let hint = if told.api != Api::Admin && admin::actions::find(action).is_some() {
        format!("{action} is an action of the Admin API, at /CODE/admin/index.php")
    } else if told.api != Api::XcV2 && generation.calls().any(|one| one == call) {
        format!("{call} is a call of the XC v2 API, at {}", xc_v2::PATH)
    } else if !matches!(told.api, Api::Player(_)) && players::has_action(action) {
        format!("{action} is an action of the player API, at /player_api.php, which is not served yet")
    } else {
        return None;
    };
    Some(near_miss("other_api", hint))
}

/// Which profile has a call that the active generation lacks.
fn other_generation(active: Generation, call: &str) -> Option<String> {
    let (action, sub) = call.split_once('/')?;
    let profile = V2_MODERN.name;
    match active {
        Generation::Documented => {
            let row = Generation::Later.find(action, sub)?;
            Some(format!(
                "{call} is a call of the profile {profile}, which is not active: here it is {}/{sub}",
                row.action
            ))
        }
        Generation::Later => {
            let row = Generation::Documented.find(action, sub)?;
            let instead = match row.later {
                Some(later) => format!("; it is {later}/{sub} there"),
                None => String::new(),
            };
            Some(format!("the active profile {profile} has no {call}{instead}"))
        }
    }
}

/// A good key, or the password of the XC v2 API, where its API does not look for it.
fn key_elsewhere(access: &AccessCache, sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    let (reads, pass) = match told.api {
        Api::Admin => ("api_key", ""),
        Api::XcV2 => ("api_pass", &*access.settings.api_pass),
        Api::Player(_) | Api::None => return None,
    };
    let is_good = |value: &str| match told.api {
        Api::Admin => access.admin(value).is_some(),
        _ => !pass.is_empty() && same_secret(value, pass),
    };
    let variables = || told.query.iter().chain(&told.form);
    if variables().any(|(name, value)| name == reads && is_good(value.trim())) {
        return None;
    }
    let header = sent
        .headers
        .iter()
        .find(|(_, value)| is_good(value.strip_prefix("Bearer ").unwrap_or(value)));
    let place = match header {
        Some((name, _)) => format!("the header {name}"),
        None => {
            let (name, _) = variables().find(|(_, value)| is_good(value.trim()))?;
            format!("`{name}`")
        }
    };
    Some(misplaced(&place, reads))
}

fn misplaced(place: &str, reads: &str) -> NearMiss {
    let hint = format!("a good key came in {place}: it is read from `{reads}` of the query or the form");
    near_miss("misplaced_key", hint)
}

/// Parameters that an action does not know.
fn unknown_parameters(told: &Summary) -> Vec<NearMiss> {
    let Some(action) = told.action.as_deref().and_then(admin::actions::find) else {
        return Vec::new();
    };
    let mut odd: Vec<&str> = told
        .query
        .iter()
        .chain(&told.form)
        .map(|(name, _)| name.split('[').next().unwrap_or_default())
        .filter(|name| !action.knows(name))
        .collect();
    odd.dedup();
    let params = action.params();
    let known: Vec<&str> = params.iter().flat_map(|(param, _)| param.names()).collect();
    let told = |name: &str| match closest(name, &known) {
        Some(close) => format!("{} has no `{name}`; did you mean `{close}`?", action.name),
        None => format!("{} has no `{name}`", action.name),
    };
    odd.into_iter()
        .map(|name| near_miss("unknown_parameter", told(name)))
        .collect()
}
