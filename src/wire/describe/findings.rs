//! What is odd about a request, and what its author may have meant: near misses, each with a hint
//! (contract "The fixture", section 8). Nothing here changes an answer.

use super::{Api, Described, Door, Sent, json, opened};
use crate::panel::gates::{Gates, same_secret};
use crate::panel::profiles::V2_MODERN;
use crate::spelling::closest;
use crate::wire::php::form::percent_decode;
use crate::wire::xc_v2::actions::Generation;
use crate::wire::{admin, split, xc_v2};

/// Something odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A word for programs.
    pub kind: &'static str,
    /// What to change.
    pub hint: String,
    /// More of it, for those alone who may read the journal.
    pub inside: Option<String>,
}

impl Finding {
    /// All of what to change.
    pub fn whole_hint(&self) -> String {
        match &self.inside {
            None => self.hint.clone(),
            Some(inside) => format!("{}; {inside}", self.hint),
        }
    }
}

/// A finding of which everybody may hear.
pub fn finding(kind: &'static str, hint: impl Into<String>) -> Finding {
    Finding {
        kind,
        hint: hint.into(),
        inside: None,
    }
}

/// Everything odd about a request.
pub fn of(gates: &Gates, sent: &Sent<'_>, told: &Described) -> Vec<Finding> {
    let mut all = Vec::new();
    let is_json = json(sent.body).is_some();
    if sent.api == Api::None {
        all.extend(lost(gates, sent));
    } else {
        if !matches!(sent.method, "GET" | "POST" | "HEAD") {
            let hint = format!("{} is not read by this API: use GET or POST", sent.method);
            all.push(finding("method", hint));
        }
        if is_json {
            let hint = "this API reads form fields and leaves a JSON body unread: \
                        send it as application/x-www-form-urlencoded";
            all.push(finding("json_body", hint));
        }
        if !(told.matched || is_json && told.action.is_none()) {
            all.push(unknown(gates, told));
        }
    }
    all.extend(key_elsewhere(gates, sent, told));
    if told.api == Api::Admin {
        all.extend(unknown_parameters(told));
    }
    all
}

/// Why a path leads nowhere.
fn lost(gates: &Gates, sent: &Sent<'_>) -> Option<Finding> {
    if has_key(gates, sent.path) {
        return Some(misplaced("the path", "api_key"));
    }
    if sent.path.contains("//") {
        return Some(finding("double_slash", "the path has two slashes in a row"));
    }
    if let Some(what) = not_served(sent.path) {
        let hint = format!(
            "{what} is not served yet: the XC v2 API at {} and the Admin API at /CODE/admin/index.php are",
            xc_v2::PATH
        );
        return Some(finding("not_served", hint));
    }
    if matches!(opened(gates, sent.path), Some(Door::Slash)) {
        let hint = format!(
            "the API answers at {}/, with a slash at the end; a redirect loses a form",
            sent.path
        );
        return Some(finding("missing_slash", hint));
    }
    let (code, rest) = split(sent.path);
    if code == "admin" || rest == "/admin/api.php" || sent.path.ends_with("/api.php") {
        let hint = format!(
            "the XC v2 API answers at {}, the Admin API at /CODE/admin/index.php",
            xc_v2::PATH
        );
        return Some(finding("wrong_path", hint));
    }
    matches!(rest, "/admin" | "/admin/" | "/admin/index.php" | "/index.php").then(|| {
        let hint = format!("no access code {code:?} opens the Admin API; GET /_linecard/info names one that does");
        Finding {
            // A code is half a secret.
            inside: gates.code_like(code).map(|close| format!("did you mean {close}?")),
            ..finding("wrong_access_code", hint)
        }
    })
}

/// Paths of players and of devices, which other parts of a panel answer.
const PLAYERS: [(&str, &str); 13] = [
    ("/player_api.php", "the player API"),
    ("/panel_api.php", "the player API"),
    ("/get.php", "the playlist"),
    ("/xmltv.php", "the guide"),
    ("/enigma2.php", "the API of Enigma2 devices"),
    ("/portal.php", "the portal of MAG devices"),
    ("/c", "the portal of MAG devices"),
    ("/stalker_portal", "the portal of MAG devices"),
    ("/live", "a stream"),
    ("/movie", "a stream"),
    ("/series", "a stream"),
    ("/timeshift", "a stream"),
    ("/hls", "a stream"),
];

/// What a panel has at a path where Linecard has nothing.
fn not_served(path: &str) -> Option<&'static str> {
    let leads = |to: &str| {
        path.strip_prefix(to)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    PLAYERS.iter().find(|(to, _)| leads(to)).map(|(_, what)| *what)
}

/// Whether a part of a path is a good key.
fn has_key(gates: &Gates, path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    parts.any(|part| is_key(gates, part))
}

/// Whether a part of a path, perhaps with percent signs, is a good key.
pub fn is_key(gates: &Gates, part: &str) -> bool {
    gates.admin(&percent_decode(part.as_bytes())).is_some()
}

/// Which action was meant.
fn unknown(gates: &Gates, told: &Described) -> Finding {
    let Some(action) = &told.action else {
        return finding("missing_action", "`action` is missing");
    };
    let generation = Generation::of(gates.kept.profiles);
    let calls: Vec<String> = generation.calls().collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let actions: Vec<&str> = admin::actions::ACTIONS.iter().map(|row| row.name).collect();
    let (own, others) = match told.api {
        Api::XcV2 => (&calls, &actions),
        _ => (&actions, &calls),
    };
    let sub = told.query.iter().chain(&told.form).find(|(name, _)| name == "sub");
    let as_call = sub.map(|(_, sub)| format!("{action}/{sub}"));
    let elsewhere = |name: &str| others.contains(&name);
    if elsewhere(action) || as_call.as_deref().is_some_and(elsewhere) {
        let hint = match told.api {
            Api::XcV2 => format!("{action} is an action of the Admin API, at /CODE/admin/index.php"),
            _ => format!(
                "{} is a call of the XC v2 API, at {}",
                as_call.unwrap_or_default(),
                xc_v2::PATH
            ),
        };
        return finding("other_api", hint);
    }
    if let Some(hint) = other_generation(generation, action).filter(|_| told.api == Api::XcV2) {
        return finding("other_profile", hint);
    }
    let hint = match closest(action, own) {
        Some(close) => format!("there is no {action}; did you mean {close}?"),
        None => format!("there is no {action}"),
    };
    finding("unknown_action", hint)
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
fn key_elsewhere(gates: &Gates, sent: &Sent<'_>, told: &Described) -> Option<Finding> {
    let (reads, pass) = match told.api {
        Api::Admin => ("api_key", ""),
        Api::XcV2 => ("api_pass", &*gates.kept.api_pass),
        Api::None => return None,
    };
    let is_good = |value: &str| match told.api {
        Api::Admin => gates.admin(value).is_some(),
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

fn misplaced(place: &str, reads: &str) -> Finding {
    let hint = format!("a good key came in {place}: it is read from `{reads}` of the query or the form");
    finding("misplaced_key", hint)
}

/// Parameters that an action does not know.
fn unknown_parameters(told: &Described) -> Vec<Finding> {
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
        .map(|name| finding("unknown_parameter", told(name)))
        .collect()
}
