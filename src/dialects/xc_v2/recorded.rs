//! Describes recorded requests to the XC v2 API, and finds near misses in them.

use super::actions::Generation;
use super::input::Members;
use crate::dialects::diagnosis::{self, Ended};
use crate::dialects::hints;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::{Sent, Summary, two_words};
use crate::http::trace::Auth;
use crate::panel::Panel;
use crate::panel::access_cache::{AccessCache, same_secret};
use crate::panel::profiles::V2_MODERN;
use crate::store::StoreError;

/// Summarizes a request.
pub fn summarize(access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let generation = Generation::from_profiles(access.settings.profiles);
    let form = sent.all();
    let [action, sub] = ["action", "sub"].map(|name| form.text(name).map(str::trim));
    // A call that nobody knows is told as it was sent: a secret in it that the API's cleaning has changed would not be
    // masked.
    let as_sent = two_words(action, sub);
    let input = Members::from_form(form);
    let (action, sub) = (input.text("action"), input.text("sub"));
    let row = generation.find(action.unwrap_or_default(), sub.unwrap_or_default());
    let call = match row {
        Some(_) => two_words(action, sub),
        None => as_sent,
    };
    let mut near_misses: Vec<NearMiss> = hints::of_form(sent).collect();
    if row.is_none() && !(sent.is_json() && call.is_none()) {
        near_misses.push(unknown(access, generation, sent, call.as_deref()));
    }
    let pass = &*access.settings.api_pass;
    let is_pass = |value: &str| !pass.is_empty() && same_secret(value, pass);
    near_misses.extend(hints::misplaced_secret(sent, "api_pass", is_pass));
    Summary {
        subject: sent.line_or_device(),
        matched: row.is_some(),
        near_misses,
        action: call,
    }
}

/// Finds the call that was probably meant.
fn unknown(access: &AccessCache, generation: Generation, sent: &Sent<'_>, call: Option<&str>) -> NearMiss {
    let elsewhere = call.and_then(|call| hints::other_api(access, sent, call));
    let other_profile = || {
        let hint = other_generation(generation, call?)?;
        Some(near_miss("other_profile", hint))
    };
    let hint = elsewhere.or_else(other_profile);
    hint.unwrap_or_else(|| hints::unknown_action(access, sent, call, generation.calls()))
}

/// Returns a hint if another profile has a call that the active generation lacks.
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

/// Explains why a request was refused or did not find a row.
pub async fn diagnose(panel: &Panel, ended: Ended<'_>) -> Result<Vec<NearMiss>, StoreError> {
    const FORBIDDEN: &str = "api.php admits this machine and the panel's servers: name the address in the setting \
                             `api_ips`, or start with --any-caller";
    let refused = match ended.auth() {
        Auth::BadKey if ended.is_known("misplaced_key") => None,
        Auth::BadKey => Some(near_miss("bad_key", bad_pass(&ended))),
        _ => diagnosis::refused_address(panel, &ended, FORBIDDEN).await?,
    };
    let missed = match diagnosis::wrong_password(panel, &ended).await? {
        Some(near_miss) => Some(near_miss),
        None => diagnosis::other_type(panel, &ended, |one, id, _| Some(format!("{id} is {}", one.is))).await?,
    };
    Ok(refused.into_iter().chain(missed).collect())
}

fn bad_pass(ended: &Ended<'_>) -> &'static str {
    match ended.described.variable("api_pass") {
        None => "`api_pass` is missing: the setting of that name asks for it",
        Some(_) => "`api_pass` is not what the setting of that name says",
    }
}
