//! The reseller that calls: its balance, its prices, and what its group may do (contract "Reseller API", 3.5).

use rusqlite::{OptionalExtension, Row};
use serde_json::Value as Json;

use crate::money::Money;
use crate::panel::context::Context;
use crate::panel::error::{Error, Result};
use crate::store::functions;

/// A reseller's account with its group, as a job finds them.
#[derive(Debug)]
pub struct Seller {
    pub id: i64,
    pub group: i64,
    pub credits: Money,
    /// Prices of its own, by package: JSON as it is stored.
    overrides: String,
    pub rights: Rights,
    pub trials: TrialRules,
    pub lengths: Lengths,
    /// The groups that its sub-resellers may be in.
    pub subreseller_groups: Vec<i64>,
    /// What a sub-reseller costs.
    pub subreseller_price: Money,
}

/// What the accounts of a group may do.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    pub deletes: bool,
    pub active_codes: bool,
    pub subresellers: bool,
    pub usernames: bool,
    pub passwords: bool,
    pub bouquets: bool,
    pub restrictions: bool,
    pub connections: bool,
}

/// A right that reads need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    ActiveCodes,
    /// To see connections.
    Connections,
}

/// When the accounts of a group may give trials.
#[derive(Clone, Debug)]
pub struct TrialRules {
    /// The balance without which none is given.
    pub least_credits: Money,
    /// How many in a period; none if it is not above 0.
    pub most: i64,
    /// The name of the period.
    pub period: String,
}

/// The lengths that a group asks for.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    pub username: i64,
    pub password: i64,
    pub code_least: i64,
    pub code_most: i64,
    pub code_default: i64,
}

const SELLER: &str =
    "SELECT users.id, member_group_id, credits, override_packages, delete_users <> 0, enable_activecode <> 0,
     create_sub_resellers <> 0, allow_change_username <> 0, allow_change_password <> 0, allow_change_bouquets <> 0,
     allow_restrictions <> 0, reseller_client_connection_logs <> 0, minimum_trial_credits, total_allowed_gen_trials,
     total_allowed_gen_in, minimum_username_length, minimum_password_length, min_code_length, max_code_length,
     default_code_length, subresellers, create_sub_resellers_price
     FROM users JOIN users_groups ON group_id = member_group_id WHERE users.id = ?1";

impl Seller {
    /// Loads the caller.
    ///
    /// # Errors
    /// No permission for a caller who is no account of a group, whose rights would be unknown; SQLite's.
    pub fn of(context: &Context<'_>) -> Result<Seller> {
        let mut query = context.db.prepare_cached(SELLER)?;
        let seller = query.query_row([context.caller.id()], Seller::of_row).optional()?;
        seller.ok_or(Error::NO_PERMISSION)
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Seller> {
        let [deletes, active_codes, subresellers, usernames] = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
        let [passwords, bouquets, restrictions, connections] = [row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?];
        let subreseller_groups = functions::ids(row.get_ref(20)?.as_str().unwrap_or_default());
        Ok(Seller {
            id: row.get(0)?,
            group: row.get(1)?,
            credits: Money(row.get(2)?),
            overrides: row.get(3)?,
            rights: Rights {
                deletes,
                active_codes,
                subresellers: subresellers && !subreseller_groups.is_empty(),
                usernames,
                passwords,
                bouquets,
                restrictions,
                connections,
            },
            trials: TrialRules {
                least_credits: Money(row.get(12)?),
                most: row.get(13)?,
                period: row.get(14)?,
            },
            lengths: Lengths {
                username: row.get(15)?,
                password: row.get(16)?,
                code_least: row.get(17)?,
                code_most: row.get(18)?,
                code_default: row.get(19)?,
            },
            subreseller_groups,
            subreseller_price: Money(row.get(21)?),
        })
    }

    /// Returns its own price of a package, if it has one: a number, or the text of one (3.2).
    pub fn own_price(&self, package: i64) -> Option<Money> {
        // Most accounts have none.
        if self.overrides.len() <= "{}".len() {
            return None;
        }
        let all: Json = serde_json::from_str(&self.overrides).ok()?;
        let price = all.get(package.to_string())?.get("official_credits")?;
        match price {
            Json::Number(number) => Money::parse(&number.to_string()),
            Json::String(text) => Money::parse(text.trim()),
            _ => None,
        }
    }

    /// Refuses a read for which its group lacks the right.
    ///
    /// # Errors
    /// No permission.
    pub fn may(&self, right: Right) -> Result<()> {
        Seller::needs(match right {
            Right::ActiveCodes => self.rights.active_codes,
            Right::Connections => self.rights.connections,
        })
    }

    /// Refuses a caller whose group lacks a right.
    ///
    /// # Errors
    /// No permission.
    pub fn needs(right: bool) -> Result<()> {
        match right {
            true => Ok(()),
            false => Err(Error::NO_PERMISSION),
        }
    }
}
