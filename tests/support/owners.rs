//! Who owns what, said in Rust: the rows of a database with the account or line that each belongs to, and a check that a
//! call changed nothing that is not its caller's. The panel says the same in SQL.

use std::collections::{BTreeMap, BTreeSet};

use linecard::panel::Panel;
use linecard::panel::access::{Account, Caller};
use linecard::store::StoreError;
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::block_on;

/// Tables with an owner for each row, each with its key.
const OWNED: [(&str, &str); 13] = [
    ("users", "id"),
    ("lines", "id"),
    ("mag_devices", "mag_id"),
    ("enigma2_devices", "device_id"),
    ("activecodes", "id"),
    ("lines_live", "activity_id"),
    ("lines_activity", "activity_id"),
    ("lines_logs", "id"),
    ("users_credits_logs", "id"),
    ("users_logs", "id"),
    ("login_logs", "id"),
    ("mag_events", "id"),
    ("linecard_extra", "line_id"),
];

/// Tables that are everybody's or the administrators'.
const NOBODYS: [(&str, &str); 11] = [
    ("users_groups", "group_id"),
    ("bouquets", "id"),
    ("streams_categories", "id"),
    ("streams", "id"),
    ("streams_servers", "server_stream_id"),
    ("servers", "id"),
    ("epg", "id"),
    ("access_codes", "id"),
    ("blocked_ips", "id"),
    ("profiles", "profile_id"),
    ("users_packages", "id"),
];

/// A row by the names of its columns.
pub type Row = BTreeMap<String, Value>;

/// All rows of all tables.
#[derive(Debug, Default, PartialEq)]
pub struct Dump(BTreeMap<&'static str, BTreeMap<i64, Row>>);

impl Dump {
    /// The rows of a panel.
    pub fn take(panel: &Panel) -> Dump {
        let read = |db: &Connection| {
            let mut all = BTreeMap::new();
            for (table, key) in OWNED.into_iter().chain(NOBODYS) {
                let mut query = db.prepare_cached(&format!("SELECT {key} AS key_of_row, * FROM {table}"))?;
                let names: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
                let rows = query.query_map([], |row| {
                    let values = names
                        .iter()
                        .enumerate()
                        .map(|(at, name)| Ok((name.clone(), row.get(at)?)));
                    Ok((row.get(0)?, values.collect::<rusqlite::Result<Row>>()?))
                })?;
                all.insert(table, rows.collect::<rusqlite::Result<_>>()?);
            }
            Ok::<_, StoreError>(Dump(all))
        };
        block_on(panel.store().read(read)).unwrap()
    }

    /// The rows of a table by their keys.
    pub fn rows(&self, table: &str) -> &BTreeMap<i64, Row> {
        &self.0[table]
    }

    /// A number in a row, if there is one.
    pub fn int(&self, table: &str, key: i64, column: &str) -> Option<i64> {
        match self.rows(table).get(&key)?.get(column)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The line that a row belongs to, where it belongs to one.
    pub fn line(&self, table: &str, key: i64) -> Option<i64> {
        match table {
            "lines" | "linecard_extra" => Some(key),
            "mag_events" => self.line("mag_devices", self.int(table, key, "mag_device_id")?),
            "users" | "activecodes" | "users_credits_logs" | "users_logs" | "login_logs" => None,
            _ => self.int(table, key, "user_id"),
        }
    }

    /// The account that a row belongs to.
    pub fn account(&self, table: &str, key: i64) -> Option<i64> {
        match table {
            "users" => Some(key),
            "activecodes" => self.int(table, key, "member_id"),
            "users_credits_logs" => self.int(table, key, "target_id"),
            "users_logs" => self.int(table, key, "owner"),
            "login_logs" => self.int(table, key, "user_id"),
            _ => self.int("lines", self.line(table, key)?, "member_id"),
        }
    }

    /// An account with those below it.
    pub fn family(&self, root: i64) -> BTreeSet<i64> {
        let mut family: BTreeSet<i64> = self.rows("users").keys().copied().filter(|id| *id == root).collect();
        loop {
            let below = |id: &i64| {
                let owner = self.int("users", *id, "owner_id").unwrap_or(0);
                family.contains(&owner) && !self.is_admin(*id)
            };
            let more: Vec<i64> = self
                .rows("users")
                .keys()
                .copied()
                .filter(|id| !family.contains(id))
                .filter(below)
                .collect();
            if more.is_empty() {
                return family;
            }
            family.extend(more);
        }
    }

    /// Whether an account is in a group of administrators.
    pub fn is_admin(&self, account: i64) -> bool {
        let group = self.int("users", account, "member_group_id");
        group.and_then(|group| self.int("users_groups", group, "is_admin")) == Some(1)
    }

    /// Whether a row is there and the caller's to see.
    pub fn sees(&self, caller: Caller, table: &str, key: i64) -> bool {
        if !self.rows(table).contains_key(&key) {
            return false;
        }
        match caller {
            Caller::Reseller(root) | Caller::Session(Account::Reseller(root)) => {
                let account = self.account(table, key);
                account.is_some_and(|account| self.family(root).contains(&account))
            }
            Caller::Line(line) => self.line(table, key) == Some(line),
            _ => false,
        }
    }

    /// The keys of all rows that are the caller's to see.
    pub fn seen(&self, caller: Caller, table: &str) -> BTreeSet<i64> {
        self.rows(table)
            .keys()
            .copied()
            .filter(|key| self.sees(caller, table, *key))
            .collect()
    }
}

/// Checks that a call changed nothing that is not the caller's.
pub fn check_changes(caller: Caller, before: &Dump, after: &Dump) -> Result<(), TestCaseError> {
    for (table, _) in NOBODYS {
        prop_assert_eq!(before.rows(table), after.rows(table), "{} has changed", table);
    }
    let family = match caller {
        Caller::Reseller(root) | Caller::Session(Account::Reseller(root)) => before.family(root),
        _ => BTreeSet::new(),
    };
    for (table, _) in OWNED {
        if family.is_empty() {
            prop_assert_eq!(before.rows(table), after.rows(table), "{} has changed", table);
            continue;
        }
        for (key, row) in before.rows(table) {
            let gave = before
                .int(table, *key, "admin_id")
                .is_some_and(|admin| family.contains(&admin));
            if before.sees(caller, table, *key) || (table == "users_credits_logs" && gave) {
                continue;
            }
            let mut right = row.clone();
            // Whose line was paired with one that is gone stands alone.
            if let Some(pair) = before.int(table, *key, "pair_id")
                && before.sees(caller, "lines", pair)
                && !after.rows("lines").contains_key(&pair)
            {
                right.insert("pair_id".into(), Value::Null);
            }
            // An administrator whose owner is gone has none.
            if let Some(owner) = before.int(table, *key, "owner_id")
                && before.sees(caller, "users", owner)
                && !after.rows("users").contains_key(&owner)
            {
                right.insert("owner_id".into(), Value::Integer(0));
            }
            prop_assert_eq!(
                Some(&right),
                after.rows(table).get(key),
                "{} {} is a stranger's",
                table,
                key
            );
        }
        for key in after.rows(table).keys() {
            let new = !before.rows(table).contains_key(key);
            // What is the caller's may become nobody's, when its account or line goes.
            let account = match table {
                // A new account is its owner's to make.
                "users" if new => after.int(table, *key, "owner_id"),
                _ => after.account(table, *key),
            };
            match account {
                None | Some(0) => prop_assert!(!new || table == "lines_activity", "{} {} is nobody's", table, key),
                Some(account) if new || before.sees(caller, table, *key) => {
                    prop_assert!(family.contains(&account), "{} {} went to {}", table, key, account);
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}
