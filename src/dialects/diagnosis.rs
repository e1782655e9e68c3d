//! Explains why a request was refused or did not find a row, from its answer and the panel's rows: an invalid
//! key, a wrong password of a line, an id of another type. The rows are read when the journal is read, not
//! when the request is answered, so that requests do not become slower. No hint contains a key or a password.

use std::pin::Pin;
use std::sync::Arc;

use super::near_miss::{NearMiss, near_miss};
use super::recorded::Described;
use crate::http::trace::{Auth, Trace};
use crate::panel::access_cache::AccessCache;
use crate::panel::error::Thing;
use crate::panel::lookups::{self, Account, CloseLine, Role};
use crate::panel::{Error, Panel};
use crate::store::StoreError;

/// The future near misses of a request that has ended.
pub type Diagnosis<'a> = Pin<Box<dyn Future<Output = Result<Vec<NearMiss>, StoreError>> + 'a>>;

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    pub path: &'a str,
    /// How the dialect reached its answer; `None` if a fault answered instead.
    pub trace: Option<Trace>,
    pub described: &'a Described,
}

impl Ended<'_> {
    /// Returns the result of the check of the credentials.
    pub fn auth(&self) -> Auth {
        self.trace.map(|trace| trace.auth).unwrap_or_default()
    }

    /// Returns the type of the thing that was not found.
    pub fn missing(&self) -> Option<Thing> {
        self.trace.and_then(|trace| trace.missing)
    }

    /// Whether a near miss of this kind has already been found.
    pub fn is_known(&self, kind: &str) -> bool {
        self.described
            .near_misses
            .iter()
            .any(|near_miss| near_miss.kind == kind)
    }
}

/// Explains why a caller was refused by its address, for any dialect.
pub fn refused<'a>(panel: &'a Panel, ended: Ended<'a>, forbidden: &'a str) -> Diagnosis<'a> {
    Box::pin(async move { Ok(refused_address(panel, &ended, forbidden).await?.into_iter().collect()) })
}

/// Returns the near miss of a caller that was refused by its address or by the rate limit.
pub async fn refused_address(
    panel: &Panel,
    ended: &Ended<'_>,
    forbidden: &str,
) -> Result<Option<NearMiss>, StoreError> {
    Ok(match ended.auth() {
        Auth::Ok | Auth::None | Auth::BadKey => None,
        Auth::Missing | Auth::Invalid | Auth::Permission => None,
        Auth::Expired => Some(near_miss(
            "bad_key",
            "the secret has expired: `linecard token regenerate` makes another one",
        )),
        Auth::Forbidden => Some(near_miss("forbidden", forbidden)),
        Auth::Blocked => Some(near_miss(
            "blocked",
            "the caller's address is among the blocked ones (get_blocked_ips)",
        )),
        Auth::Limited => {
            let most = settings(panel).await?.settings.v2_rate_limit;
            let hint = format!("the setting `v2_rate_limit` allows {most} in a second");
            Some(near_miss("limited", hint))
        }
        Auth::Throttled => {
            let most = settings(panel).await?.settings.wrong_secrets;
            let hint = format!("the setting `wrong_secrets` allows {most} wrong secrets in a minute");
            Some(near_miss("limited", hint))
        }
    })
}

/// The settings as they are now.
async fn settings(panel: &Panel) -> Result<Arc<AccessCache>, StoreError> {
    panel.access().await.map_err(|error| match error {
        Error::Busy => StoreError::Busy,
        other => StoreError::Panicked(other.to_string()),
    })
}

/// Describes the owner of a refused key. The name of the account is shown only because its key was sent.
pub fn words_for_key(account: Option<Account>, role: Role) -> String {
    let Some(account) = account else {
        return "no account has this key; GET /_linecard/info names a good one".to_owned();
    };
    let name = &account.username;
    match (account.is_enabled, role.is_of(&account)) {
        (false, _) => format!("this is the key of {name}, whose account is disabled"),
        (true, false) => format!("this is the key of {name}, who is no {}", role.name()),
        (true, true) => format!("this is the key of {name}, and it is good by now"),
    }
}

/// Finds the line of a request that failed because of a wrong password.
pub async fn wrong_password(panel: &Panel, ended: &Ended<'_>) -> Result<Option<NearMiss>, StoreError> {
    let sent = |name| ended.described.variable(name).map(str::to_owned);
    match (ended.missing(), sent("username"), sent("password")) {
        (Some(Thing::Line), Some(username), Some(password)) => other_password(panel, username, password).await,
        _ => Ok(None),
    }
}

/// Finds a line of this name with another password or spelling. `None` if both credentials match.
pub async fn other_password(panel: &Panel, username: String, password: String) -> Result<Option<NearMiss>, StoreError> {
    let line = lookups::close_line(panel.store(), username, password).await?;
    let hint = line.map(|line| match line {
        CloseLine::OtherPassword(name) => format!("there is a line {name}, but its password is another"),
        CloseLine::OtherSpelling(name) => {
            format!("the credentials of the line {name} are spelled with other capitals or spaces")
        }
    });
    Ok(hint.map(|hint| near_miss("wrong_password", hint)))
}

/// Finds things of other types with the id of a request; `instead` returns the action to call for one.
pub async fn other_type(
    panel: &Panel,
    ended: &Ended<'_>,
    instead: impl Fn(&'static lookups::IdType, i64, i64) -> Option<String>,
) -> Result<Option<NearMiss>, StoreError> {
    let id = ended.described.variable("id").and_then(|id| id.parse::<i64>().ok());
    let Some((missing, id)) = ended.missing().zip(id) else {
        return Ok(None);
    };
    let things = lookups::things_with_id(panel.store(), missing, id).await?;
    let hints: Vec<String> = things
        .into_iter()
        .filter_map(|(one, own)| instead(one, id, own))
        .collect();
    Ok((!hints.is_empty()).then(|| near_miss("other_type", hints.join("; "))))
}
