//! Describes recorded requests to the Xtream APIs, and finds near misses in them.

use super::action::Action;
use super::api::XtreamApi;
use super::gate::{self, Target};
use crate::dialects::diagnosis::{self, Ended, words_for_key};
use crate::dialects::hints;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::{Sent, Subject, Summary};
use crate::http::trace::Auth;
use crate::panel::Panel;
use crate::panel::access_cache::AccessCache;
use crate::panel::lookups::{self, IdType};
use crate::spelling::closest;
use crate::store::StoreError;

/// Summarizes a request.
pub fn summarize(api: &XtreamApi, access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let action = sent.action();
    let row = action.as_deref().and_then(|name| api.action(name));
    let mut near_misses: Vec<NearMiss> = hints::of_form(sent).collect();
    if row.is_none() && !(sent.is_json() && action.is_none()) {
        let names = api.actions.iter().map(|row| row.name);
        near_misses.push(hints::unknown_action(access, sent, action.as_deref(), names));
    }
    let is_key = |value: &str| (api.key)(access, value).is_some();
    let owner = sent.header_key().and_then(|key| access.account(key));
    // A key in a header is in its place where no parameter is sent in its stead.
    let is_in_header = sent.all().get("api_key").is_none() && sent.header_key().is_some_and(is_key);
    if !is_in_header {
        near_misses.extend(hints::misplaced_secret(sent, "api_key", is_key));
    }
    near_misses.extend(row.into_iter().flat_map(|row| unknown_parameters(api, row, sent)));
    Summary {
        subject: sent
            .line_or_device()
            .or_else(|| sent.account(access))
            .or_else(|| owner.map(Subject::Account)),
        matched: row.is_some(),
        near_misses,
        action,
    }
}

/// Finds unknown parameters of an action.
fn unknown_parameters(api: &XtreamApi, action: &Action, sent: &Sent<'_>) -> Vec<NearMiss> {
    let mut unknown: Vec<&str> = sent
        .variables()
        .map(|(name, _)| name.split('[').next().unwrap_or_default())
        .filter(|name| !api.knows(action, name))
        .collect();
    unknown.dedup();
    let params = action.params();
    let known: Vec<&str> = params.iter().flat_map(|(param, _)| param.names()).collect();
    let hint = |name: &str| match closest(name, &known) {
        Some(close) => format!("{} has no `{name}`; did you mean `{close}`?", action.name),
        None => format!("{} has no `{name}`", action.name),
    };
    // By their whole names: with brackets they are read.
    let plain = sent.variables().filter_map(|(name, _)| {
        let read = action.bracketed(name)?;
        Some(format!("{} has no `{name}`; did you mean `{read}`?", action.name))
    });
    let hints = unknown.into_iter().map(hint).chain(plain);
    hints.map(|hint| near_miss("unknown_parameter", hint)).collect()
}

/// Finds near misses of an unknown path that was probably meant for an API.
pub fn lost(api: &XtreamApi, access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
    let path = sent.recorded.path;
    if matches!(gate::target(api, access, path), Some((Target::Slash, _))) {
        let hint = format!("the API answers at {path}/, with a slash at the end; a redirect loses a form");
        return Some(near_miss("missing_slash", hint));
    }
    (api.texts.lost)(access, sent)
}

/// Explains why a request was refused or did not find a row.
pub async fn diagnose(api: &XtreamApi, panel: &Panel, ended: Ended<'_>) -> Result<Vec<NearMiss>, StoreError> {
    const FORBIDDEN: &str = "the whitelist of the access code does not name the caller's address";
    let refused = match ended.auth() {
        Auth::BadKey => bad_key(panel, &ended).await?,
        _ => diagnosis::refused_address(panel, &ended, FORBIDDEN).await?,
    };
    let missed = match diagnosis::wrong_password(panel, &ended).await? {
        Some(near_miss) => Some(near_miss),
        None => {
            let called = ended.described.action.as_deref().unwrap_or_default();
            diagnosis::other_type(panel, &ended, |one, id, own| instead(api, one, id, own, called)).await?
        }
    };
    Ok(refused.into_iter().chain(missed).collect())
}

/// Explains why a key is invalid.
async fn bad_key(panel: &Panel, ended: &Ended<'_>) -> Result<Option<NearMiss>, StoreError> {
    if ended.is_known("misplaced_key") {
        return Ok(None);
    }
    let hint = match ended.described.variable("api_key") {
        None if ended.described.has_header_key => {
            "the key in the header is not good; GET /_linecard/info names a good one".to_owned()
        }
        None => "`api_key` is missing; GET /_linecard/info names a good one".to_owned(),
        Some(key) => match other_key(panel, key) {
            Some(hint) => hint,
            None => words_for_key(lookups::account_of_key(panel.store(), key.to_owned()).await?),
        },
    };
    Ok(Some(near_miss("bad_key", hint)))
}

/// Describes a key that is none of an account, or one that is good no more.
fn other_key(panel: &Panel, key: &str) -> Option<String> {
    let access = panel.last_access();
    if let Some(named) = access.named_key(key) {
        return Some(match named.admin() {
            None => "this is a named key of an account that is no administrator".to_owned(),
            Some(_) => "this is a named key whose end has come".to_owned(),
        });
    }
    if let Some(secret) = access.any_rest_secret(key) {
        return Some(match secret.user {
            Some(_) => "this is a named key of an account that is disabled".to_owned(),
            None => format!("this is {}; GET /_linecard/info names a good key", secret.is()),
        });
    }
    (!access.settings.plain_api_keys).then(|| {
        "keys of accounts open nothing while the setting `plain_api_keys` is 0; `linecard key create NAME --user USERNAME` \
         makes one that does"
            .to_owned()
    })
}

/// Describes what an id identifies and which action to call instead. `None` if that action was called: the
/// row was created since.
fn instead(api: &XtreamApi, one: &IdType, id: i64, own: i64, called: &str) -> Option<String> {
    let is = format!("{id} is {}", one.is);
    let verb = called.split('_').next().unwrap_or_default();
    let noun = one.noun;
    let candidates = [format!("{verb}_{noun}"), format!("get_{noun}"), format!("get_{noun}s")];
    let instead = candidates.into_iter().find(|name| api.action(name).is_some())?;
    match own == id {
        true if instead == called => None,
        true => Some(format!("{is}: use {instead}")),
        false => Some(format!("{is}: use {instead} with id={own}")),
    }
}
