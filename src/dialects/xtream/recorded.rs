//! Describes recorded requests to the Xtream APIs, and finds near misses in them.

use std::sync::Arc;

use super::action::Action;
use super::api::XtreamApi;
use super::gate::{self, Target};
use super::params::Param;
use super::trade::PACKAGE;
use crate::dialects::diagnosis::{self, Ended, words_for_key};
use crate::dialects::hints;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::php::scalar;
use crate::dialects::recorded::{Sent, Subject, Summary};
use crate::http::trace::Auth;
use crate::panel::access::Caller;
use crate::panel::access_cache::AccessCache;
use crate::panel::fields::FieldType;
use crate::panel::lookups::{self, IdType};
use crate::panel::reselling::why;
use crate::panel::{Context, Error, Panel};
use crate::spelling::closest;
use crate::store::StoreError;

/// Summarizes a request.
pub fn summarize(api: &XtreamApi, access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let action = sent.action();
    let row = action.as_deref().and_then(|name| api.action(name));
    let mut near_misses: Vec<NearMiss> = hints::of_form(sent).collect();
    if row.is_none() && !(sent.is_json() && action.is_none()) {
        near_misses.push(unknown_action(api, access, sent, action.as_deref()));
    }
    let is_key = |value: &str| (api.key)(access, value).is_some();
    let owner = sent.header_key().and_then(|key| access.account(key));
    // A key in a header is in its place where no parameter is sent in its stead.
    let is_in_header = sent.all().get("api_key").is_none() && sent.header_key().is_some_and(is_key);
    if !is_in_header {
        near_misses.extend(hints::misplaced_secret(sent, "api_key", is_key));
    }
    near_misses.extend(row.into_iter().flat_map(|row| unknown_parameters(api, row, sent)));
    near_misses.extend(row.into_iter().flat_map(|row| comma_lists(row, sent)));
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

/// Finds the action that was meant: the one that has this name elsewhere, or one that is spelled like it.
fn unknown_action(api: &XtreamApi, access: &AccessCache, sent: &Sent<'_>, action: Option<&str>) -> NearMiss {
    if let Some((name, here)) = action.and_then(|name| Some((name, api.renamed(name)?))) {
        let hint = format!("there is no {name}; did you mean {here}?");
        return near_miss("unknown_action", hint);
    }
    hints::unknown_action(access, sent, action, api.actions.iter().map(|row| row.name))
}

/// Finds lists of ids that were sent as one text with commas.
fn comma_lists(action: &Action, sent: &Sent<'_>) -> Vec<NearMiss> {
    let is_list = |param: &Param| matches!(param.kind(), FieldType::Ids);
    let params = action.params().into_iter().map(|(param, _)| param);
    let names = params.filter(|param| is_list(param)).flat_map(Param::names);
    let sent_so = names.filter(|name| {
        let mut values = sent.variables().filter(|(of, _)| of == name);
        values.any(|(_, value)| value.contains(',') && !value.trim_start().starts_with(['[', '{']))
    });
    let hint = |name| format!("`{name}` is read as {name}[]=1&{name}[]=2 or as the JSON text [1,2], not with commas");
    sent_so.map(|name| near_miss("comma_list", hint(name))).collect()
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
    let renamed = |name: &str| api.renamed(name).filter(|here| known.contains(here));
    let hint = |name: &str| match renamed(name).or_else(|| closest(name, &known)) {
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
pub async fn diagnose(api: &XtreamApi, panel: &Arc<Panel>, ended: Ended<'_>) -> Result<Vec<NearMiss>, StoreError> {
    const FORBIDDEN: &str = "the whitelist of the access code does not name the caller's address";
    let refused = match ended.auth() {
        Auth::BadKey => bad_key(api, panel, &ended).await?,
        _ => diagnosis::refused_address(panel, &ended, FORBIDDEN).await?,
    };
    let missed = match diagnosis::wrong_password(panel, &ended).await? {
        Some(near_miss) => Some(near_miss),
        None => {
            let called = ended.described.action.as_deref().unwrap_or_default();
            diagnosis::other_type(panel, &ended, |one, id, own| instead(api, one, id, own, called)).await?
        }
    };
    let sale = refused_sale(api, panel, &ended).await?;
    Ok(refused.into_iter().chain(missed).chain(sale).collect())
}

/// Explains why a package was not sold or a trial not given.
async fn refused_sale(api: &XtreamApi, panel: &Arc<Panel>, ended: &Ended<'_>) -> Result<Option<NearMiss>, StoreError> {
    let refused = ended.trace.and_then(|trace| trace.refused_sale);
    let action = ended.described.action.as_deref().and_then(|name| api.action(name));
    let (Some((refusal, account)), Some(goods)) = (refused, action.and_then(Action::sells)) else {
        return Ok(None);
    };
    let sent = ended.described.variable(PACKAGE.name());
    let package = sent.map(|text| scalar::leading_int(text).unwrap_or(0));
    let window = api.variant(&panel.last_access()).rules_of_sales().trials;
    let explain = move |context: &Context<'_>| why::explain(context, refusal, goods, package, window);
    let hint = match panel.read(Caller::Reseller(account), explain).await {
        Ok(hint) => hint,
        // The account is gone by now.
        Err(Error::Sale(_)) => None,
        Err(Error::Busy) => return Err(StoreError::Busy),
        Err(other) => return Err(StoreError::Panicked(other.to_string())),
    };
    Ok(hint.map(|hint| near_miss("sale_refused", hint)))
}

/// Explains why a key is invalid.
async fn bad_key(api: &XtreamApi, panel: &Panel, ended: &Ended<'_>) -> Result<Option<NearMiss>, StoreError> {
    if ended.is_known("misplaced_key") {
        return Ok(None);
    }
    let hint = match ended.described.variable("api_key") {
        None if ended.described.has_header_key => {
            "the key in the header is not good; GET /_linecard/info names a good one".to_owned()
        }
        None => "`api_key` is missing; GET /_linecard/info names a good one".to_owned(),
        Some(key) => match other_key(api, panel, key) {
            Some(hint) => hint,
            None => words_for_key(lookups::account_of_key(panel.store(), key.to_owned()).await?, api.role),
        },
    };
    Ok(Some(near_miss("bad_key", hint)))
}

/// Describes a key that is none of an account, or one that is good no more.
fn other_key(api: &XtreamApi, panel: &Panel, key: &str) -> Option<String> {
    let access = panel.last_access();
    if access.named_key(key).is_some() {
        return Some(match (api.key)(&access, key) {
            None => format!("this is a named key of an account that is no {}", api.role.name()),
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
