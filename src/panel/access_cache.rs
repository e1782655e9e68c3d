//! The access cache: the enabled access codes, the blocked addresses, the valid API keys, and what else of the panel
//! itself every request may need.
//!
//! Every request needs it, so it is kept in memory and loaded again after a write to one of its tables
//! (`linecard_access` in `schema.sql` counts these writes). A change applies from the next request on, even
//! if it locks out the caller who made it.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use foldhash::fast::RandomState;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use subtle::ConstantTimeEq;

use super::access::Caller;
use super::error::Result;
use super::named_keys::{self, NamedKey};
use super::net::Addresses;
use super::rest_secrets::{self, RestSecret, SecretKind};
use super::settings::{Defaults, RuntimeSettings};
use crate::spelling::closest;

/// The access data at one version of the database.
#[derive(Debug, Default)]
pub struct AccessCache {
    /// The version of the database when it was loaded.
    pub version: u64,
    /// The change counter that is stored in the database.
    pub stored: i64,
    codes: HashMap<String, Code, RandomState>,
    blocked: Addresses,
    admins: HashMap<Secret, Caller>,
    resellers: HashMap<Secret, Caller>,
    /// Secrets of the REST APIs and named keys by their hashes.
    rest: HashMap<String, RestSecret>,
    /// Named keys of enabled accounts by their hashes.
    named: HashMap<String, NamedKey>,
    /// Addresses of the panel's servers, and the addresses that the servers admit.
    servers: Addresses,
    /// What customers are told of the main server.
    pub ports: Ports,
    /// Settings that change while the panel runs.
    pub settings: RuntimeSettings,
}

/// The ports of the panel's main server that customers are told of; those that a panel without one has are the default.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub https: i64,
    pub rtmp: i64,
}

impl Default for Ports {
    fn default() -> Self {
        Ports { https: 443, rtmp: 8880 }
    }
}

/// What an access code opens (contract "Admin API", section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessCodeKind {
    /// The admin API, and the reseller API below it (type 3).
    Admin,
    /// The reseller API alone (type 4).
    Reseller,
    /// Nothing here: portals and web players.
    Nothing,
}

/// An enabled access code.
#[derive(Debug)]
pub struct Code {
    pub kind: AccessCodeKind,
    /// The addresses that may use the code; an empty list admits all.
    pub whitelist: Addresses,
}

/// An API key. Keys are compared in constant time and looked up by a keyed hash, so that timing reveals
/// nothing about a valid key.
#[derive(Debug, Eq)]
struct Secret(Box<str>);

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        same_secret(&self.0, &other.0)
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl AccessCache {
    /// Creates a cache that has not been loaded yet and admits no caller.
    pub fn empty() -> AccessCache {
        AccessCache {
            version: u64::MAX,
            ..AccessCache::default()
        }
    }

    /// Loads it from the database.
    pub fn from_db(db: &Connection, version: u64, defaults: Defaults) -> Result<AccessCache> {
        let mut access = AccessCache {
            version,
            stored: stored_version(db)?,
            settings: RuntimeSettings::from_db(db, defaults)?,
            blocked: addresses(db, "SELECT ip FROM blocked_ips")?,
            servers: addresses(
                db,
                "SELECT server_ip FROM servers UNION SELECT private_ip FROM servers
                 UNION SELECT value FROM servers, json_each(iif(json_valid(whitelist_ips), whitelist_ips, '[]'))",
            )?,
            ports: ports(db)?,
            ..AccessCache::default()
        };
        access.rest = rest_secrets::all(db)?.into_iter().collect();
        access.named = named_keys::load(db)?;
        access.load_codes(db)?;
        // An operator who gives named keys alone can make the accounts' own useless.
        if access.settings.plain_api_keys {
            access.load_keys(db)?;
        }
        Ok(access)
    }

    fn load_codes(&mut self, db: &Connection) -> Result<()> {
        let mut query = db.prepare_cached("SELECT code, type, whitelist FROM access_codes WHERE enabled <> 0")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let kind = match row.get(1)? {
                3 => AccessCodeKind::Admin,
                4 => AccessCodeKind::Reseller,
                _ => AccessCodeKind::Nothing,
            };
            let whitelist: Vec<String> = serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default();
            let whitelist = Addresses::parse(whitelist.iter().map(String::as_str));
            self.codes.insert(row.get(0)?, Code { kind, whitelist });
        }
        Ok(())
    }

    fn load_keys(&mut self, db: &Connection) -> Result<()> {
        let mut query = db.prepare_cached(
            "SELECT users.id, api_key, is_admin <> 0, is_reseller <> 0
             FROM users JOIN users_groups ON group_id = member_group_id
             WHERE api_key <> '' AND status = 1 ORDER BY users.id DESC",
        )?;
        let mut rows = query.query([])?;
        // If two accounts have the same key, the lower id is used: it comes last and replaces the other.
        while let Some(row) = rows.next()? {
            let (id, key): (i64, String) = (row.get(0)?, row.get(1)?);
            if row.get(2)? {
                self.admins.insert(Secret(key.as_str().into()), Caller::Admin(Some(id)));
            }
            if row.get(3)? {
                self.resellers.insert(Secret(key.into()), Caller::Reseller(id));
            }
        }
        Ok(())
    }

    /// Whether an address is blocked on all paths of the server.
    pub fn is_blocked(&self, ip: IpAddr) -> bool {
        self.blocked.hold(ip)
    }

    /// Whether this is an address of the panel's servers, or one that a server admits.
    pub fn is_server(&self, ip: IpAddr) -> bool {
        self.servers.hold(ip)
    }

    /// Finds the enabled access code with this text.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }

    /// Finds the access code of the Admin API that is most similar to an unknown one.
    pub fn code_like(&self, code: &str) -> Option<&str> {
        let admin = self.codes.iter().filter(|(_, code)| code.kind == AccessCodeKind::Admin);
        closest(code, &admin.map(|(code, _)| code.as_str()).collect::<Vec<_>>())
    }

    /// Finds the administrator with this key, a named one included.
    pub fn admin(&self, key: &str) -> Option<Caller> {
        self.admin_key(key).map(|(caller, _)| caller)
    }

    /// The same with the named key, if it is one.
    pub fn admin_key(&self, key: &str) -> Option<(Caller, Option<&NamedKey>)> {
        self.key_among(&self.admins, NamedKey::admin, key)
    }

    /// Finds the caller with this key: one of these accounts' own, or a named key.
    fn key_among(
        &self,
        own: &HashMap<Secret, Caller>,
        of_named: fn(&NamedKey) -> Option<Caller>,
        key: &str,
    ) -> Option<(Caller, Option<&NamedKey>)> {
        if let Some(caller) = own.get(&Secret(key.into())) {
            return Some((*caller, None));
        }
        let named = self.named_key(key)?;
        Some((of_named(named)?, Some(named)))
    }

    /// Finds the named key of an enabled account with this text.
    pub fn named_key(&self, text: &str) -> Option<&NamedKey> {
        // Nothing is hashed where there are none.
        (!self.named.is_empty()).then(|| self.named.get(&rest_secrets::hash(text)))?
    }

    /// Finds the account with this key, if the key is valid for any API.
    pub fn account(&self, key: &str) -> Option<i64> {
        self.admin(key).or_else(|| self.reseller(key)).map(|caller| caller.id())
    }

    /// Finds the secret of a REST API with this text.
    pub fn rest_secret(&self, kind: &SecretKind, text: &str) -> Option<&RestSecret> {
        self.any_rest_secret(text).filter(|secret| secret.kind == kind.name)
    }

    /// Finds the secret of any REST API with this text.
    pub fn any_rest_secret(&self, text: &str) -> Option<&RestSecret> {
        // Nothing is hashed where there are none.
        (!self.rest.is_empty()).then(|| self.rest.get(&rest_secrets::hash(text)))?
    }

    /// Finds the reseller with this key, a named one included.
    pub fn reseller(&self, key: &str) -> Option<Caller> {
        self.reseller_key(key).map(|(caller, _)| caller)
    }

    /// The same with the named key, if it is one.
    pub fn reseller_key(&self, key: &str) -> Option<(Caller, Option<&NamedKey>)> {
        self.key_among(&self.resellers, NamedKey::reseller, key)
    }
}

/// Loads the number of changes of its tables, made by any process.
pub fn stored_version(db: &Connection) -> Result<i64> {
    let mut query = db.prepare_cached("SELECT version FROM linecard_access WHERE id = 1")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

fn ports(db: &Connection) -> Result<Ports> {
    let sql = "SELECT https_broadcast_port, rtmp_port FROM servers WHERE is_main <> 0 ORDER BY id LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    let ports = query.query_row([], |row| {
        Ok(Ports {
            https: row.get(0)?,
            rtmp: row.get(1)?,
        })
    });
    Ok(ports.optional()?.unwrap_or_default())
}

fn addresses(db: &Connection, sql: &str) -> Result<Addresses> {
    let mut query = db.prepare_cached(sql)?;
    let texts = query.query_map([], |row| row.get::<_, Value>(0))?;
    let texts: Vec<Value> = texts.collect::<rusqlite::Result<_>>()?;
    let texts = texts.iter().filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    Ok(Addresses::parse(texts))
}

/// Compares two secrets in constant time.
pub fn same_secret(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
