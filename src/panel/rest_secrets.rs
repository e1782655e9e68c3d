//! Secrets of callers: tokens of the NXT API, keys of the billing API, and named keys of accounts. Each is shown once, when it is made, and
//! kept as its SHA-256: secrets are long and random, so that nothing slower is needed (contract "REST APIs", common rules).
//!
//! Requests look them up in the access cache, by their hash: what the time of a look-up tells is about the hash of what
//! was sent, which says nothing of a secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::context::Context;
use super::rng::{ALPHANUMERIC, Rng};
use super::{Caller, Panel};
use crate::store::functions;

/// Random characters of a secret, after its prefix.
const RANDOM: usize = 40;

/// How often the use of a secret is written, in seconds of the panel's clock.
const USED_EVERY: i64 = 60;

/// What stands before a hash where a seed has it in place of the secret.
pub const STORED: &str = "sha256:";

/// A kind of secret, with what its secrets may have.
#[derive(Debug)]
pub struct SecretKind {
    /// Its name in the database.
    pub name: &'static str,
    /// How its secrets begin.
    prefix: &'static str,
    /// The text of the one that the built-in seeds have, as the vendor's guide writes it.
    documented: &'static str,
    /// What a secret may be allowed to do.
    pub scopes: &'static [&'static str],
    /// The scopes of a secret for which none are named.
    pub default_scopes: &'static [&'static str],
    /// The kinds among which a name is one secret's.
    family: &'static [&'static str],
    /// The tiers of rate limits, the default first; none where there are no limits.
    pub tiers: &'static [&'static str],
}

const NXT_SCOPES: &[&str] = &[
    "create_users",
    "manage_subscriptions",
    "view_packages",
    "extend_modify_accounts",
];

const BILLING_SCOPES: &[&str] = &[
    "customers:read",
    "customers:write",
    "subscriptions:read",
    "subscriptions:write",
    "products:read",
    "products:write",
    "invoices:read",
    "invoices:write",
];

/// The kinds of `linecard key`.
const KEYS: &[&str] = &["billing", "named"];

/// Tokens of the NXT API (A1).
pub static NXT: SecretKind = SecretKind {
    name: "nxt",
    prefix: "nxt_",
    documented: "your_api_token_here",
    scopes: NXT_SCOPES,
    default_scopes: NXT_SCOPES,
    family: &["nxt"],
    tiers: &[],
};

/// Keys of the billing API (B1, B2).
pub static BILLING: SecretKind = SecretKind {
    name: "billing",
    prefix: "bp_",
    documented: "your_api_key_here",
    scopes: BILLING_SCOPES,
    default_scopes: BILLING_SCOPES,
    family: KEYS,
    tiers: &["standard", "professional", "enterprise"],
};

/// Named keys of the Admin API, each of an account (part D).
pub static NAMED: SecretKind = SecretKind {
    name: "named",
    prefix: "lc_",
    documented: "",
    scopes: super::named_keys::SCOPES,
    default_scopes: &["all"],
    family: KEYS,
    // It has no rate limit; the column has one of the words.
    tiers: &["standard"],
};

/// A secret without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestSecret {
    pub id: i64,
    /// That of its kind.
    pub kind: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub tier: String,
    /// Unix seconds of its making, and of its end.
    pub created: i64,
    pub expires: Option<i64>,
    pub last_used: Option<i64>,
    /// The account of a named key.
    pub user: Option<i64>,
}

/// What a new secret is to have.
#[derive(Clone, Debug, Default)]
pub struct NewSecret {
    pub name: String,
    /// None of them stands for those of its kind.
    pub scopes: Vec<String>,
    /// Seconds; `None` is for ever.
    pub ttl: Option<i64>,
    pub tier: Option<String>,
    /// The account of a named key.
    pub user: Option<i64>,
}

/// Why a secret is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("a name has 1 to 100 characters")]
    Name,
    #[error("there is one named {0:?} already; choose another name, or regenerate or revoke it")]
    Taken(String),
    #[error("there is none named {0:?}")]
    Unknown(String),
    #[error("there is no account named {0:?}")]
    NoAccount(String),
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

impl RestSecret {
    const COLUMNS: &'static str = "id, kind, name, scopes, tier, created, created + ttl, last_used, user_id";

    fn of_row(row: &Row<'_>) -> rusqlite::Result<RestSecret> {
        Ok(RestSecret {
            id: row.get(0)?,
            kind: row.get(1)?,
            name: row.get(2)?,
            scopes: functions::texts(row.get_ref(3)?.as_str().unwrap_or_default()),
            tier: row.get(4)?,
            created: row.get(5)?,
            expires: row.get(6)?,
            last_used: row.get(7)?,
            user: row.get(8)?,
        })
    }

    /// Says what it is.
    pub fn is(&self) -> &'static str {
        match self.kind.as_str() {
            "nxt" => "a token of the NXT API",
            "billing" => "a key of the billing API",
            _ => "a named key of the Admin API",
        }
    }

    /// Whether it is allowed to do something.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }

    /// Whether its end has come.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// When secrets were used last, as far as it is known to be written.
#[derive(Debug, Default)]
pub struct LastUses(Mutex<HashMap<i64, i64>>);

impl Panel {
    /// Notes that a secret was used, at most once a minute. A busy panel goes on without it.
    pub async fn rest_secret_used(self: &Arc<Self>, id: i64) {
        let now = self.clock().now();
        {
            let mut uses = self.rest_uses().0.lock().unwrap_or_else(PoisonError::into_inner);
            let is_fresh = uses
                .get(&id)
                .is_some_and(|at| (0..USED_EVERY).contains(&now.saturating_sub(*at)));
            if is_fresh {
                return;
            }
            uses.insert(id, now);
        }
        let write = move |context: &Context<'_>| Ok(used(context.db, id, now)?);
        let written = self.write(Caller::Token(id), write).await;
        let _ = written.inspect_err(|error| tracing::debug!(%error, "the use of a secret was not written"));
    }
}

/// The secrets of REST APIs whose texts the process knows: those of its options, else those that it drew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownRestSecrets {
    pub nxt_token: Option<String>,
    pub billing_key: Option<String>,
}

/// Returns the text of a secret that is good without an end: the known one, else that of the built-in seeds.
///
/// # Errors
/// SQLite's.
pub(super) fn good_one(db: &Connection, kind: &SecretKind, known: Option<&str>) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT 1 FROM linecard_secrets WHERE hash = ?1 AND kind = ?2 AND revoked IS NULL AND ttl IS NULL";
    let mut query = db.prepare_cached(sql)?;
    for text in known.into_iter().chain([kind.documented]) {
        if query.exists((hash(text), kind.name))? {
            return Ok(Some(text.to_owned()));
        }
    }
    Ok(None)
}

/// Returns the hash under which a secret is kept: hex digits.
pub fn hash(secret: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Makes a secret and returns its text, which is not kept.
///
/// # Errors
/// [`SecretError`].
pub fn create(db: &Connection, rng: &Rng, now: i64, kind: &SecretKind, new: &NewSecret) -> Result<String, SecretError> {
    let secret = draw(rng, kind);
    put(db, now, kind, new, &hash(&secret))?;
    Ok(secret)
}

/// Finds the account of a named key by its username.
///
/// # Errors
/// [`SecretError::NoAccount`], or SQLite's.
pub fn account(db: &Connection, username: &str) -> Result<i64, SecretError> {
    let sql = "SELECT id FROM users WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE ORDER BY id LIMIT 1";
    let found = db.query_row(sql, [username], |row| row.get(0)).optional()?;
    found.ok_or_else(|| SecretError::NoAccount(username.to_owned()))
}

/// Puts a secret in by its hash.
///
/// # Errors
/// [`SecretError`].
pub fn put(db: &Connection, now: i64, kind: &SecretKind, new: &NewSecret, hash: &str) -> Result<(), SecretError> {
    if new.name.trim().is_empty() || new.name.chars().count() > 100 {
        return Err(SecretError::Name);
    }
    if find(db, kind, &new.name)?.is_some() {
        return Err(SecretError::Taken(new.name.clone()));
    }
    let scopes: Vec<&str> = match new.scopes.is_empty() {
        true => kind.default_scopes.to_vec(),
        false => new.scopes.iter().map(String::as_str).collect(),
    };
    let tier = new.tier.as_deref().or(kind.tiers.first().copied()).unwrap_or_default();
    let sql = "INSERT INTO linecard_secrets (kind, name, hash, scopes, tier, ttl, created, user_id)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let scopes = serde_json::Value::from(scopes).to_string();
    db.prepare_cached(sql)?
        .execute((kind.name, &new.name, hash, scopes, tier, new.ttl, now, new.user))?;
    Ok(())
}

/// Replaces the text of a secret; its end is as far away as when it was made. Returns the new text.
///
/// # Errors
/// [`SecretError`].
pub fn regenerate(db: &Connection, rng: &Rng, now: i64, kind: &SecretKind, name: &str) -> Result<String, SecretError> {
    let found = find(db, kind, name)?.ok_or_else(|| SecretError::Unknown(name.to_owned()))?;
    let secret = draw(rng, kind);
    let sql = "UPDATE linecard_secrets SET hash = ?2, created = ?3, last_used = NULL WHERE id = ?1";
    db.execute(sql, (found.id, hash(&secret), now))?;
    Ok(secret)
}

/// Revokes a secret. Its row stays, and its name is free.
///
/// # Errors
/// [`SecretError`].
pub fn revoke(db: &Connection, now: i64, kind: &SecretKind, name: &str) -> Result<(), SecretError> {
    let found = find(db, kind, name)?.ok_or_else(|| SecretError::Unknown(name.to_owned()))?;
    db.execute(
        "UPDATE linecard_secrets SET revoked = ?2 WHERE id = ?1",
        (found.id, now),
    )?;
    Ok(())
}

/// Returns those of a kind's family that are not revoked, the oldest first.
///
/// # Errors
/// SQLite's.
pub fn list(db: &Connection, kind: &SecretKind) -> rusqlite::Result<Vec<RestSecret>> {
    let columns = RestSecret::COLUMNS;
    let sql = format!("SELECT {columns} FROM linecard_secrets WHERE kind IN {FAMILY} AND revoked IS NULL ORDER BY id");
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map([family(kind)], RestSecret::of_row)?;
    found.collect()
}

/// Returns all that are not revoked, each with its hash.
pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<(String, RestSecret)>> {
    let columns = RestSecret::COLUMNS;
    let sql = format!("SELECT {columns}, hash FROM linecard_secrets WHERE revoked IS NULL");
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map([], |row| Ok((row.get(9)?, RestSecret::of_row(row)?)))?;
    found.collect()
}

/// Notes when a secret was used last.
///
/// # Errors
/// SQLite's.
pub fn used(db: &Connection, id: i64, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE linecard_secrets SET last_used = ?2 WHERE id = ?1")?
        .execute((id, now))?;
    Ok(())
}

fn find(db: &Connection, kind: &SecretKind, name: &str) -> rusqlite::Result<Option<RestSecret>> {
    let columns = RestSecret::COLUMNS;
    let sql =
        format!("SELECT {columns} FROM linecard_secrets WHERE kind IN {FAMILY} AND name = ?2 AND revoked IS NULL");
    let mut query = db.prepare_cached(&sql)?;
    query.query_row((family(kind), name), RestSecret::of_row).optional()
}

/// The kinds of the first parameter, a JSON list.
const FAMILY: &str = "(SELECT value FROM json_each(?1))";

fn family(kind: &SecretKind) -> String {
    serde_json::Value::from(kind.family).to_string()
}

/// Draws the text of a secret.
pub fn draw(rng: &Rng, kind: &SecretKind) -> String {
    format!("{}{}", kind.prefix, rng.text(ALPHANUMERIC, RANDOM))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    #[test]
    fn a_secret_is_kept_as_its_hash_and_its_name_is_free_when_it_is_revoked() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        let rng = Rng::seeded(1);
        let new = NewSecret {
            name: "shop".into(),
            ttl: Some(60),
            ..NewSecret::default()
        };
        let first = create(&db, &rng, 1_000, &NXT, &new).unwrap();
        assert!(first.starts_with("nxt_") && first.len() == 44, "{first}");
        let error = create(&db, &rng, 1_000, &NXT, &new).unwrap_err().to_string();
        assert!(error.contains("there is one named \"shop\" already"), "{error}");
        // Another kind has names of its own.
        create(&db, &rng, 1_000, &BILLING, &new).unwrap();
        let second = regenerate(&db, &rng, 2_000, &NXT, "shop").unwrap();
        let kept = all(&db).unwrap();
        let found = |secret: &str| kept.iter().find(|(kept, _)| *kept == hash(secret)).map(|(_, one)| one);
        assert_eq!(found(&first), None);
        let shop = found(&second).unwrap();
        assert_eq!(
            (shop.expires, shop.has_expired(2_059), shop.has_expired(2_060)),
            (Some(2_060), false, true)
        );
        assert!(shop.may("create_users") && !shop.may("customers:read"));
        revoke(&db, 3_000, &NXT, "shop").unwrap();
        assert_eq!(list(&db, &NXT).unwrap(), []);
        assert!(matches!(revoke(&db, 3_000, &NXT, "shop"), Err(SecretError::Unknown(_))));
        create(&db, &rng, 3_000, &NXT, &new).unwrap();
        let blank = NewSecret::default();
        assert!(matches!(create(&db, &rng, 3_000, &NXT, &blank), Err(SecretError::Name)));
        let tier: String = db
            .query_row("SELECT tier FROM linecard_secrets WHERE kind = 'billing'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(tier, "standard");
    }
}
