//! Named keys of accounts: good where the account's `api_key` is, with scopes, and each revoked by itself (contract "REST
//! APIs", part D). They are rows among the other secrets and kept as their SHA-256.

use std::collections::HashMap;

use rusqlite::Connection;

use super::access::Caller;
use crate::store::functions;

/// What a named key may be restricted to: to actions that only read, to all but raw SQL. Of several all hold.
pub const SCOPES: &[&str] = &["all", READ, NO_SQL];

const READ: &str = "read";
const NO_SQL: &str = "no_sql";

/// A named key of an enabled account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKey {
    /// That of the secret.
    pub id: i64,
    account: i64,
    is_admin: bool,
    is_reseller: bool,
    scopes: Vec<String>,
    /// Unix seconds.
    expires: Option<i64>,
}

/// What an action does, as far as scopes ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whether it can change anything.
    pub writes: bool,
    /// Whether it runs raw SQL.
    pub is_sql: bool,
}

impl NamedKey {
    /// Returns the caller of an administrator's key.
    pub fn admin(&self) -> Option<Caller> {
        self.is_admin.then_some(Caller::Admin(Some(self.account)))
    }

    /// Returns the caller of a reseller's key.
    pub fn reseller(&self) -> Option<Caller> {
        self.is_reseller.then_some(Caller::Reseller(self.account))
    }

    /// Whether its scopes allow an action.
    pub fn allows(&self, reach: Reach) -> bool {
        let has = |scope: &str| self.scopes.iter().any(|one| one == scope);
        // Without any of them it opens nothing.
        SCOPES.iter().any(|scope| has(scope)) && !(reach.writes && has(READ) || reach.is_sql && has(NO_SQL))
    }

    /// Whether its end has come.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// Returns the keys of enabled accounts by their hashes.
pub(super) fn load(db: &Connection) -> rusqlite::Result<HashMap<String, NamedKey>> {
    let sql = "SELECT hash, linecard_secrets.id, users.id, is_admin <> 0, is_reseller <> 0, scopes, created + ttl
               FROM linecard_secrets JOIN users ON users.id = user_id JOIN users_groups ON group_id = member_group_id
               WHERE kind = 'named' AND revoked IS NULL AND users.status = 1";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map([], |row| {
        let key = NamedKey {
            id: row.get(1)?,
            account: row.get(2)?,
            is_admin: row.get(3)?,
            is_reseller: row.get(4)?,
            scopes: functions::texts(row.get_ref(5)?.as_str().unwrap_or_default()),
            expires: row.get(6)?,
        };
        Ok((row.get(0)?, key))
    })?;
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_scopes_hold_together() {
        let key = |scopes: &[&str]| NamedKey {
            id: 1,
            account: 2,
            is_admin: true,
            is_reseller: false,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires: Some(5),
        };
        let [read, write, sql] =
            [(false, false), (true, false), (true, true)].map(|(writes, is_sql)| Reach { writes, is_sql });
        for (scopes, allowed) in [
            (&["all"][..], [true, true, true]),
            (&["read"], [true, false, false]),
            (&["no_sql"], [true, true, false]),
            (&["all", "no_sql", "read"], [true, false, false]),
            (&[], [false, false, false]),
            (&["customers:read"], [false, false, false]),
        ] {
            assert_eq!(
                [read, write, sql].map(|reach| key(scopes).allows(reach)),
                allowed,
                "{scopes:?}"
            );
        }
        assert_eq!(
            (key(&[]).admin(), key(&[]).reseller()),
            (Some(Caller::Admin(Some(2))), None)
        );
        assert_eq!((key(&[]).has_expired(4), key(&[]).has_expired(5)), (false, true));
    }
}
