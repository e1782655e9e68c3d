//! Looks up rows that explain why a request was refused: whose key was sent, whether a line with the username
//! has another password, what else an id identifies. Used only for hints; it never decides an answer.

use rusqlite::{Connection, OptionalExtension};

use super::error::Thing;
use crate::store::{Store, StoreError};

/// The account whose key was sent.
pub struct Account {
    pub username: String,
    pub is_enabled: bool,
    pub is_admin: bool,
    pub is_reseller: bool,
}

/// What an account must be to call an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Administrator,
    Reseller,
}

impl Role {
    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Reseller => "reseller",
        }
    }

    /// Whether an account is one.
    pub fn is_of(self, account: &Account) -> bool {
        match self {
            Role::Administrator => account.is_admin,
            Role::Reseller => account.is_reseller,
        }
    }
}

/// Finds the first account with this key.
pub async fn account_of_key(store: &Store, key: String) -> Result<Option<Account>, StoreError> {
    const OF_KEY: &str = "SELECT username, status = 1, coalesce(is_admin, 0) <> 0, coalesce(is_reseller, 0) <> 0
         FROM users LEFT JOIN users_groups ON group_id = member_group_id
         WHERE api_key = ?1 ORDER BY users.id LIMIT 1";
    let read = move |db: &Connection| {
        let account = db.prepare_cached(OF_KEY)?.query_row([&key], |row| {
            Ok(Account {
                username: row.get(0)?,
                is_enabled: row.get(1)?,
                is_admin: row.get(2)?,
                is_reseller: row.get(3)?,
            })
        });
        account.optional().map_err(StoreError::from)
    };
    store.read(read).await
}

/// A line whose credentials nearly match those that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseLine {
    /// The password is different; contains the line's username.
    OtherPassword(String),
    /// Username and password differ only in letter case or spaces; contains the line's username.
    OtherSpelling(String),
}

/// Finds the line that the credentials nearly match; `None` if they match a line exactly, or if no line has
/// the username.
pub async fn close_line(store: &Store, username: String, password: String) -> Result<Option<CloseLine>, StoreError> {
    const OF_NAME: &str = "SELECT username, rtrim(password) = rtrim(?2) COLLATE NOCASE,
                username = ?1 COLLATE BINARY AND password = ?2 COLLATE BINARY FROM lines
         WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE ORDER BY 3 DESC, 2 DESC, id LIMIT 1";
    let read = move |db: &Connection| {
        let mut query = db.prepare_cached(OF_NAME)?;
        let line = query.query_row([&username, &password], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
        });
        line.optional().map_err(StoreError::from)
    };
    Ok(match store.read(read).await? {
        None | Some((.., true)) => None,
        Some((name, false, _)) => Some(CloseLine::OtherPassword(name)),
        Some((name, true, _)) => Some(CloseLine::OtherSpelling(name)),
    })
}

/// A type of thing that an id may identify when it is not of the requested type.
pub struct IdType {
    /// Its name in action names, as in `get_line`.
    pub noun: &'static str,
    /// The text that describes an id that `own` finds.
    pub is: &'static str,
    /// Selects the id that its actions use.
    own: &'static str,
}

/// The types of customers.
#[rustfmt::skip] // A table: one entry per line.
static CUSTOMERS: [IdType; 6] = [
    IdType { noun: "line",   is: "a line",                       own: "SELECT id FROM lines WHERE id = ?1 AND is_mag = 0 AND is_e2 = 0" },
    IdType { noun: "mag",    is: "a MAG device",                 own: "SELECT mag_id FROM mag_devices WHERE mag_id = ?1" },
    IdType { noun: "mag",    is: "the line of a MAG device",     own: "SELECT mag_id FROM mag_devices WHERE user_id = ?1" },
    IdType { noun: "enigma", is: "an Enigma2 device",            own: "SELECT device_id FROM enigma2_devices WHERE device_id = ?1" },
    IdType { noun: "enigma", is: "the line of an Enigma2 device", own: "SELECT device_id FROM enigma2_devices WHERE user_id = ?1" },
    IdType { noun: "user",   is: "an account",                   own: "SELECT id FROM users WHERE id = ?1" },
];

/// The types of content.
#[rustfmt::skip]
static CONTENT: [IdType; 6] = [
    IdType { noun: "stream",  is: "a live stream",     own: "SELECT id FROM streams WHERE id = ?1 AND type = 1" },
    IdType { noun: "movie",   is: "a movie",           own: "SELECT id FROM streams WHERE id = ?1 AND type = 2" },
    IdType { noun: "channel", is: "a created channel", own: "SELECT id FROM streams WHERE id = ?1 AND type = 3" },
    IdType { noun: "station", is: "a radio station",   own: "SELECT id FROM streams WHERE id = ?1 AND type = 4" },
    IdType { noun: "episode", is: "an episode",        own: "SELECT id FROM streams WHERE id = ?1 AND type = 5" },
    IdType { noun: "series",  is: "a series",          own: "SELECT id FROM streams_series WHERE id = ?1" },
];

/// Returns the types that an id may have been confused with when it names no `missing`.
fn id_types(missing: Thing) -> &'static [IdType] {
    match missing {
        Thing::Line | Thing::MagDevice | Thing::EnigmaDevice | Thing::User => &CUSTOMERS,
        Thing::Stream | Thing::Channel | Thing::Station | Thing::Movie | Thing::Series | Thing::Episode => &CONTENT,
        _ => &[],
    }
}

/// Finds the things that have this id although it names no `missing`, each with the id that its own actions
/// use.
pub async fn things_with_id(store: &Store, missing: Thing, id: i64) -> Result<Vec<(&'static IdType, i64)>, StoreError> {
    let types = id_types(missing);
    if types.is_empty() {
        return Ok(Vec::new());
    }
    let read = move |db: &Connection| {
        let mut things = Vec::new();
        for one in types {
            let own = db.prepare_cached(one.own)?.query_row([id], |row| row.get::<_, i64>(0));
            things.extend(own.optional()?.map(|own| (one, own)));
        }
        Ok::<_, StoreError>(things)
    };
    store.read(read).await
}
