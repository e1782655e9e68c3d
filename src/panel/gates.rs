//! The gates: which access codes open what, which addresses are kept out, whose key is good.
//!
//! Every request passes them, so they are held in memory as one picture and read again when a
//! write has touched what they are made of (`linecard_gates` in `schema.sql`). A change counts
//! from the next request on, also when it locks its own author out.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use rusqlite::Connection;
use subtle::ConstantTimeEq;

use super::error::Result;
use super::net::Addresses;
use super::scene::Caller;

/// A picture of the gates at one version of the database.
#[derive(Debug, Default)]
pub struct Gates {
    /// Which version this is a picture of.
    pub version: u64,
    codes: HashMap<String, Code>,
    blocked: Addresses,
    admins: HashMap<Secret, Caller>,
    resellers: HashMap<Secret, Caller>,
}

/// What an access code opens (contract "Admin API", section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
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
    pub opens: Opens,
    /// Who may come in; nobody listed means everybody.
    pub whitelist: Addresses,
}

/// A key. Comparing two of them takes the same time wherever they differ, and they are looked up
/// by a keyed hash, so that timing tells nothing about a good one.
#[derive(Debug, Eq)]
struct Secret(Box<str>);

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Gates {
    /// A picture of no version, in which everything is shut.
    pub fn unread() -> Gates {
        Gates {
            version: u64::MAX,
            ..Gates::default()
        }
    }

    /// Reads the picture.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(db: &Connection, version: u64) -> Result<Gates> {
        let mut gates = Gates {
            version,
            ..Gates::default()
        };
        gates.read_codes(db)?;
        gates.read_keys(db)?;
        let mut query = db.prepare_cached("SELECT ip FROM blocked_ips")?;
        let blocked: Vec<String> = query
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        gates.blocked = Addresses::read(blocked.iter().map(String::as_str));
        Ok(gates)
    }

    fn read_codes(&mut self, db: &Connection) -> Result<()> {
        let mut query = db.prepare_cached("SELECT code, type, whitelist FROM access_codes WHERE enabled <> 0")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let opens = match row.get(1)? {
                3 => Opens::Admin,
                4 => Opens::Reseller,
                _ => Opens::Nothing,
            };
            let whitelist: Vec<String> = serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default();
            let whitelist = Addresses::read(whitelist.iter().map(String::as_str));
            self.codes.insert(row.get(0)?, Code { opens, whitelist });
        }
        Ok(())
    }

    fn read_keys(&mut self, db: &Connection) -> Result<()> {
        let mut query = db.prepare_cached(
            "SELECT users.id, api_key, is_admin <> 0, is_reseller <> 0
             FROM users JOIN users_groups ON group_id = member_group_id
             WHERE api_key <> '' AND status = 1 ORDER BY users.id DESC",
        )?;
        let mut rows = query.query([])?;
        // Of two accounts with one key the lower id counts: it comes last and replaces the other.
        while let Some(row) = rows.next()? {
            let (id, key): (i64, String) = (row.get(0)?, row.get(1)?);
            if row.get(2)? {
                self.admins.insert(Secret(key.as_str().into()), Caller::Admin(id));
            }
            if row.get(3)? {
                self.resellers.insert(Secret(key.into()), Caller::Reseller(id));
            }
        }
        Ok(())
    }

    /// True for an address that no path of the server answers.
    pub fn is_blocked(&self, ip: IpAddr) -> bool {
        self.blocked.hold(ip)
    }

    /// The enabled access code of this text.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }

    /// The administrator whose key this is.
    pub fn admin(&self, key: &str) -> Option<Caller> {
        self.admins.get(&Secret(key.into())).copied()
    }

    /// The reseller whose key this is.
    pub fn reseller(&self, key: &str) -> Option<Caller> {
        self.resellers.get(&Secret(key.into())).copied()
    }
}
