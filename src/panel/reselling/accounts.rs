//! Sub-resellers: accounts that a reseller makes and funds (contract "Reseller API", 6.5).

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use super::ledger::{self, Entry, Receipt};
use super::sale::{count, generated};
use super::seller::Seller;
use crate::money::Money;
use crate::panel::context::Context;
use crate::panel::draft::{Change, Draft};
use crate::panel::error::{Error, Result, SaleRefusal, Thing};
use crate::panel::noun::{self, Noun};
use crate::panel::resellers::{self, Adjusted, USERS};
use crate::panel::rng::CREDENTIAL;

/// Columns of an account that the log does not have.
const SECRET: [&str; 2] = ["password", "api_key"];

/// Makes a sub-reseller, and returns its id.
///
/// # Errors
/// Those of the contract's checks, in their order; SQLite's.
pub fn create(context: &Context<'_>, values: &Draft, group: Option<i64>) -> Result<(i64, Receipt)> {
    let seller = may_have(context)?;
    let mut change = values.resolve(context)?;
    check_lengths(context, &seller, &change, None)?;
    USERS.check_unique(context, &change, None)?;
    if seller.subreseller_price > seller.credits {
        return Err(Error::InsufficientCredits);
    }
    let group = group_for(context, &seller, group)?;
    change.set(
        "member_group_id",
        group.ok_or(Error::Sale(SaleRefusal::NoSubresellerGroup))?,
    );
    change.set("owner_id", seller.id);
    change.set("credits", 0);
    if change.get("username").is_none() {
        let length = generated(seller.lengths.username);
        change.set("username", noun::free_username(context, "users", CREDENTIAL, length)?);
    }
    change.set_default("password", || {
        context.panel.rng().text(CREDENTIAL, generated(seller.lengths.password))
    });
    let id = USERS.write(context, change, None)?;
    let receipt = ledger::pay(context, &seller, seller.subreseller_price.max(Money(0)))?;
    log(context, "new", id, receipt)?;
    Ok((id, receipt))
}

/// Changes a sub-reseller. Its credits never change here.
///
/// # Errors
/// No permission for the caller's own account; those of the contract's checks, in their order; SQLite's.
pub fn edit(context: &Context<'_>, id: i64, values: &Draft, group: Option<i64>) -> Result<Receipt> {
    let seller = may_have(context)?;
    USERS.must_exist(context, id)?;
    if id == seller.id {
        return Err(Error::NO_PERMISSION);
    }
    let mut change = values.resolve(context)?;
    check_lengths(context, &seller, &change, Some(id))?;
    if let Some(group) = group
        && let Some(group) = seller.allowed_group(context, group)?
    {
        change.set("member_group_id", group);
    }
    if !change.is_empty() {
        USERS.write(context, change, Some(id))?;
    }
    free(context, &seller, "edit", id)
}

/// Enables or disables a sub-reseller.
///
/// # Errors
/// No permission; [`Error::NotFound`], also for the caller's own account; SQLite's.
pub fn switch(context: &Context<'_>, id: i64, enabled: bool) -> Result<Receipt> {
    let seller = may_have(context)?;
    must_be_below(context, &seller, id)?;
    let draft = Draft::from_values([("status", Value::Integer(i64::from(enabled)))]);
    USERS.edit(context, id, &draft)?;
    free(context, &seller, if enabled { "enable" } else { "disable" }, id)
}

/// Deletes a sub-reseller. What it owns and its credits become the caller's.
///
/// # Errors
/// As [`switch`]; [`Error::InsufficientCredits`] where its debts are more than the caller has.
pub fn delete(context: &Context<'_>, id: i64) -> Result<Receipt> {
    let seller = Seller::of(context)?;
    Seller::needs(seller.rights.deletes)?;
    Seller::needs(seller.rights.subresellers)?;
    must_be_below(context, &seller, id)?;
    let row = ledger::row_json(context, "users", "id", id, &SECRET)?;
    let (username, credits) = name_and_credits(context, id)?;
    let after = seller.credits.plus(credits).ok_or(Error::Invalid("credits".into()))?;
    if credits != Money(0) {
        if after < Money(0) {
            return Err(Error::InsufficientCredits);
        }
        resellers::set_balance(context, seller.id, seller.credits, after)?;
        resellers::log_credits(context, seller.id, credits, &format!("Deleted: {username}"))?;
    }
    // An account that owns its own owner must not come to own itself, and administrators are no sub-resellers (3.1).
    for sql in [
        "UPDATE lines SET member_id = ?2 WHERE member_id = ?1",
        "UPDATE activecodes SET member_id = ?2 WHERE member_id = ?1",
        "UPDATE users SET owner_id = ?2 WHERE owner_id = ?1 AND id <> ?2
         AND member_group_id NOT IN (SELECT group_id FROM users_groups WHERE is_admin <> 0)",
    ] {
        context.db.prepare_cached(sql)?.execute((id, seller.id))?;
    }
    USERS.delete(context, id)?;
    let receipt = Receipt {
        cost: Money(0),
        credits_after: after,
    };
    ledger::log(context, entry("delete", id, &row), receipt)?;
    Ok(receipt)
}

/// Moves credits from the caller to a sub-reseller; a negative amount moves them back.
///
/// # Errors
/// As [`switch`]; the fault of the amount, then that of the note; [`Error::InsufficientCredits`] where either balance would fall below zero.
pub fn adjust(
    context: &Context<'_>,
    id: i64,
    amount: &Result<Money>,
    note: Result<&str, &Error>,
) -> Result<(Adjusted, Receipt)> {
    let seller = may_have(context)?;
    must_be_below(context, &seller, id)?;
    let amount = amount.clone()?;
    let note = note.map_err(Clone::clone)?;
    let own = seller
        .credits
        .plus(Money(-amount.0))
        .ok_or(Error::Invalid("credits".into()))?;
    if own < Money(0) {
        return Err(Error::InsufficientCredits);
    }
    let adjusted = resellers::adjust_credits(context, id, amount, note)?;
    if amount != Money(0) {
        resellers::set_balance(context, seller.id, seller.credits, own)?;
    }
    let receipt = Receipt {
        cost: amount,
        credits_after: own,
    };
    log(context, "adjust_credits", id, receipt)?;
    Ok((adjusted, receipt))
}

/// Returns the caller, if its group may have sub-resellers.
fn may_have(context: &Context<'_>) -> Result<Seller> {
    let seller = Seller::of(context)?;
    Seller::needs(seller.rights.subresellers)?;
    Ok(seller)
}

/// Refuses an account that is not below the caller; its own is not.
fn must_be_below(context: &Context<'_>, seller: &Seller, id: i64) -> Result<()> {
    USERS.must_exist(context, id)?;
    match id == seller.id {
        true => Err(Error::NotFound(Thing::User)),
        false => Ok(()),
    }
}

/// Checks what the group asks of names; the name that an account has already will do.
fn check_lengths(context: &Context<'_>, seller: &Seller, change: &Change, own: Option<i64>) -> Result<()> {
    let short = |column: &str, least: i64| change.text(column).filter(|text| count(text) < least);
    if let Some(username) = short("username", seller.lengths.username) {
        let sql = "SELECT 1 FROM users WHERE id = ?1 AND username = ?2";
        if !context.db.prepare_cached(sql)?.exists((own, username))? {
            return Err(Error::Sale(SaleRefusal::UsernameTooShort));
        }
    }
    match short("password", seller.lengths.password) {
        Some(_) => Err(Error::Sale(SaleRefusal::PasswordTooShort)),
        None => Ok(()),
    }
}

/// Returns the group of a new sub-reseller: the one that is asked for, if it is allowed, else the first that is.
fn group_for(context: &Context<'_>, seller: &Seller, asked: Option<i64>) -> Result<Option<i64>> {
    let all = asked
        .into_iter()
        .filter(|group| seller.subreseller_groups.contains(group));
    for group in all.chain(seller.subreseller_groups.iter().copied()) {
        if let Some(group) = seller.allowed_group(context, group)? {
            return Ok(Some(group));
        }
    }
    Ok(None)
}

impl Seller {
    /// Returns a group that a sub-reseller may be in: one of the caller's list that exists. None of administrators is
    /// ever given, whatever the list says.
    fn allowed_group(&self, context: &Context<'_>, group: i64) -> Result<Option<i64>> {
        let sql = "SELECT 1 FROM users_groups WHERE group_id = ?1 AND is_admin = 0";
        let is_allowed = self.subreseller_groups.contains(&group) && context.db.prepare_cached(sql)?.exists([group])?;
        Ok(is_allowed.then_some(group))
    }
}

fn name_and_credits(context: &Context<'_>, id: i64) -> Result<(String, Money)> {
    let sql = "SELECT username, credits FROM users WHERE id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    let found = query
        .query_row([id], |row| Ok((row.get(0)?, Money(row.get(1)?))))
        .optional()?;
    found.ok_or(Error::NotFound(Thing::User))
}

fn entry<'a>(action: &'a str, id: i64, row: &'a str) -> Entry<'a> {
    Entry {
        kind: "user",
        action,
        id,
        package: None,
        row,
    }
}

fn log(context: &Context<'_>, action: &str, id: i64, receipt: Receipt) -> Result<()> {
    let row = ledger::row_json(context, "users", "id", id, &SECRET)?;
    ledger::log(context, entry(action, id, &row), receipt)
}

/// Logs a write that cost nothing.
fn free(context: &Context<'_>, seller: &Seller, action: &str, id: i64) -> Result<Receipt> {
    let receipt = ledger::pay(context, seller, Money(0))?;
    log(context, action, id, receipt)?;
    Ok(receipt)
}
