//! Why a caller was not let in, and why a line was not found by its credentials. No key and no
//! password is ever told, and an account's name only to who has its key.

use rusqlite::OptionalExtension;

use crate::dialects::describe::{Api, NearMiss, Summary, near_miss, players};
use crate::dialects::php::form::percent_decode;
use crate::http::trace::Auth;
use crate::panel::access_cache::AccessCache;
use crate::panel::error::Thing;
use crate::store::{Store, StoreError};

/// Why a caller was refused, if it was.
///
/// # Errors
/// The store's.
pub async fn refused(
    store: &Store,
    access: &AccessCache,
    auth: Auth,
    summary: &Summary,
) -> Result<Option<NearMiss>, StoreError> {
    let found = match auth {
        Auth::Ok | Auth::None => return Ok(None),
        Auth::BadKey => return bad_key(store, summary).await,
        Auth::Forbidden => {
            let hint = match summary.api {
                Api::XcV2 => {
                    "api.php admits this machine and the panel's servers: name the address in the setting \
                              `api_ips`, or start with --any-caller"
                }
                _ => "the whitelist of the access code does not name the caller's address",
            };
            near_miss("forbidden", hint)
        }
        Auth::Blocked => near_miss(
            "blocked",
            "the caller's address is among the blocked ones (get_blocked_ips)",
        ),
        Auth::Limited => {
            let most = access.settings.v2_rate_limit;
            near_miss(
                "limited",
                format!("the setting `v2_rate_limit` allows {most} in a second"),
            )
        }
    };
    Ok(Some(found))
}

/// Why a key was not good.
async fn bad_key(store: &Store, summary: &Summary) -> Result<Option<NearMiss>, StoreError> {
    let is_told = summary
        .near_misses
        .iter()
        .any(|near_miss| near_miss.kind == "misplaced_key");
    if is_told {
        return Ok(None);
    }
    let hint = match summary.api {
        Api::XcV2 if summary.variable("api_pass").is_none() => {
            "`api_pass` is missing: the setting of that name asks for it".to_owned()
        }
        Api::XcV2 => "`api_pass` is not what the setting of that name says".to_owned(),
        _ => match summary.variable("api_key") {
            None => "`api_key` is missing; GET /_linecard/info names a good one".to_owned(),
            Some(key) => words_of(account(store, key.to_owned()).await?),
        },
    };
    Ok(Some(near_miss("bad_key", hint)))
}

/// An account whose key was sent.
struct Account {
    username: String,
    is_enabled: bool,
    is_admin: bool,
}

async fn account(store: &Store, key: String) -> Result<Option<Account>, StoreError> {
    const OF_KEY: &str = "SELECT username, status = 1, coalesce(is_admin, 0) <> 0
         FROM users LEFT JOIN users_groups ON group_id = member_group_id
         WHERE api_key = ?1 ORDER BY users.id LIMIT 1";
    let read = move |db: &rusqlite::Connection| {
        let found = db.prepare_cached(OF_KEY)?.query_row([&key], |row| {
            Ok(Account {
                username: row.get(0)?,
                is_enabled: row.get(1)?,
                is_admin: row.get(2)?,
            })
        });
        found.optional().map_err(StoreError::from)
    };
    store.read(read).await
}

fn words_of(account: Option<Account>) -> String {
    let Some(account) = account else {
        return "no account has this key; GET /_linecard/info names a good one".to_owned();
    };
    let name = account.username;
    match (account.is_enabled, account.is_admin) {
        (false, _) => format!("this is the key of {name}, whose account is disabled"),
        (true, false) => format!("this is the key of {name}, who is no administrator"),
        (true, true) => format!("this is the key of {name}, and it is good by now"),
    }
}

/// A line that the panel did not find, because its password is another than the one sent.
///
/// # Errors
/// The store's.
pub async fn wrong_password(store: &Store, missing: Thing, summary: &Summary) -> Result<Option<NearMiss>, StoreError> {
    let sent = |name| summary.variable(name).map(str::to_owned);
    match (missing, sent("username"), sent("password")) {
        (Thing::Line, Some(username), Some(password)) => other_password(store, username, password).await,
        _ => Ok(None),
    }
}

/// What is wrong with the credentials that a player sent: a stream's are in the path.
///
/// # Errors
/// The store's.
pub async fn of_player(store: &Store, path: &str, summary: &Summary) -> Result<Option<NearMiss>, StoreError> {
    let text = |part: &str| percent_decode(part.as_bytes());
    let in_path = players::login(path).map(|(username, password)| (text(username), text(password)));
    let sent = |name| summary.variable(name).map(str::to_owned);
    match in_path.or_else(|| sent("username").zip(sent("password"))) {
        Some((username, password)) => other_password(store, username, password).await,
        None => Ok(None),
    }
}

/// A line of this name that has another password, or is spelled otherwise. Nothing where both are the line's.
async fn other_password(store: &Store, username: String, password: String) -> Result<Option<NearMiss>, StoreError> {
    const OF_NAME: &str = "SELECT username, rtrim(password) = rtrim(?2) COLLATE NOCASE,
                username = ?1 COLLATE BINARY AND password = ?2 COLLATE BINARY FROM lines
         WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE ORDER BY 3 DESC, 2 DESC, id LIMIT 1";
    let read = move |db: &rusqlite::Connection| {
        let mut query = db.prepare_cached(OF_NAME)?;
        let found = query.query_row([&username, &password], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
        });
        found.optional().map_err(StoreError::from)
    };
    let hint = match store.read(read).await? {
        None | Some((.., true)) => return Ok(None),
        Some((name, false, _)) => format!("there is a line {name}, but its password is another"),
        Some((name, true, _)) => {
            format!("the credentials of the line {name} are spelled with other capitals or spaces")
        }
    };
    Ok(Some(near_miss("wrong_password", hint)))
}
