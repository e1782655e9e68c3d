//! Sales: what makes, changes, extends and ends a line, a device or an active code of a reseller, in the contract's order
//! of checks (contract "Reseller API", 5 and 6.2 to 6.4).

use rusqlite::types::Value;

use super::goods::{Goods, Present, keep_bouquets};
use super::ledger::{self, Entry, Receipt};
use super::offers::{self, Offer, Purchase};
use super::seller::{Lengths, Seller};
use super::trials::TrialWindow;
use crate::money::Money;
use crate::panel::context::Context;
use crate::panel::draft::{Change, Draft};
use crate::panel::error::{Error, Result, SaleRefusal};
use crate::panel::provision::expiry;
use crate::panel::rng::CREDENTIAL;
use crate::panel::{active_codes, lines, noun};

/// What is sent with a sale.
#[derive(Debug)]
pub struct Order<'a> {
    /// The package; `Some(0)` is none that there is.
    pub package: Option<i64>,
    /// Whether a trial is asked for, with those that count towards its limit, or why that cannot be read.
    pub trial: Result<Option<TrialWindow>>,
    /// The account that it is for.
    pub member: Option<i64>,
    /// The other values.
    pub values: &'a Draft,
}

/// Longest generated username or password, in characters.
const LONGEST: usize = 255;

/// Makes a thing, and returns its id.
///
/// # Errors
/// Those of the contract's checks, in their order; SQLite's.
pub fn create(context: &Context<'_>, goods: Goods, order: &Order<'_>) -> Result<(i64, Receipt)> {
    let seller = Seller::of(context)?;
    may_have(&seller, goods)?;
    let purchase = seller.purchase(context, goods, order.package, &order.trial)?;
    let mut sent = honoured(context, &seller, order)?;
    check_lengths(&seller.lengths, goods, &sent, &Present::default())?;
    keep_bouquets(&mut sent, &purchase.offer.package.bouquets);
    let mut change = goods.of_package(&purchase);
    change.set("exp_date", expiry(context, Some(purchase.end_of_new(context)?))?);
    change.set_all(sent);
    generate(context, &seller.lengths, goods, &mut change)?;
    let member = match order.member {
        Some(member) if !purchase.is_trial && context.caller.has_in_family(context.db, member)? => member,
        _ => seller.id,
    };
    change.set("member_id", member);
    let id = goods.add(context, change)?;
    let receipt = ledger::pay(context, &seller, purchase.terms.price)?;
    log(context, goods, "new", id, Some(&purchase), receipt)?;
    Ok((id, receipt))
}

/// Changes a thing; with a package it is renewed.
///
/// # Errors
/// As [`create`], after those of a thing that is another's or nobody's.
pub fn edit(context: &Context<'_>, goods: Goods, id: i64, order: &Order<'_>) -> Result<Receipt> {
    let seller = Seller::of(context)?;
    may_have(&seller, goods)?;
    goods.must_own(context, id)?;
    let purchase = match order.package {
        Some(_) => Some(seller.purchase(context, goods, order.package, &order.trial)?),
        None => {
            offers::must_sell(context, &seller, goods)?;
            None
        }
    };
    let present = goods.present(context, id)?;
    let mut sent = honoured(context, &seller, order)?;
    check_lengths(&seller.lengths, goods, &sent, &present)?;
    let mut change = match &purchase {
        Some(purchase) => renewed(context, goods, purchase, &present)?,
        None => Change::default(),
    };
    limit_bouquets(context, &mut sent, purchase.as_ref(), &present)?;
    change.set_all(sent);
    let is_trial = purchase.as_ref().map_or(present.is_trial, |purchase| purchase.is_trial);
    if let Some(member) = order.member
        && !is_trial
        && context.caller.has_in_family(context.db, member)?
    {
        change.set("member_id", member);
    }
    goods.apply(context, id, change)?;
    let price = purchase.as_ref().map_or(Money(0), |purchase| purchase.terms.price);
    let receipt = ledger::pay(context, &seller, price)?;
    let action = if purchase.is_some() { "extend" } else { "edit" };
    log(context, goods, action, id, purchase.as_ref(), receipt)?;
    Ok(receipt)
}

/// Moves the expiry of a line on by the official duration of a package.
///
/// # Errors
/// As [`edit`].
pub fn extend(context: &Context<'_>, id: i64, package: Option<i64>) -> Result<Receipt> {
    let (seller, goods) = (Seller::of(context)?, Goods::Line);
    goods.must_own(context, id)?;
    let purchase = seller.purchase(context, goods, package, &Ok(None))?;
    let present = goods.present(context, id)?;
    let mut change = Change::default();
    change.set(
        "exp_date",
        expiry(context, Some(purchase.end_of_renewed(context, present.expires)?))?,
    );
    change.set("package_id", purchase.offer.package.id);
    change.set("is_trial", 0);
    goods.apply(context, id, change)?;
    let receipt = ledger::pay(context, &seller, purchase.terms.price)?;
    log(context, goods, "extend", id, Some(&purchase), receipt)?;
    Ok(receipt)
}

/// Deletes a thing. Nothing is given back.
///
/// # Errors
/// No permission, [`Error::NotFound`]; SQLite's.
pub fn delete(context: &Context<'_>, goods: Goods, id: i64) -> Result<Receipt> {
    let seller = Seller::of(context)?;
    Seller::needs(seller.rights.deletes)?;
    may_have(&seller, goods)?;
    goods.noun().must_exist(context, id)?;
    let row = goods.row_json(context, id)?;
    goods.noun().delete(context, id)?;
    free(context, &seller, goods, "delete", id, &row)
}

/// Enables or disables a thing.
///
/// # Errors
/// No permission, [`Error::NotFound`]; SQLite's.
pub fn switch(context: &Context<'_>, goods: Goods, id: i64, enabled: bool) -> Result<Receipt> {
    let seller = Seller::of(context)?;
    may_have(&seller, goods)?;
    let draft = Draft::from_values([("enabled", Value::Integer(i64::from(enabled)))]);
    goods.noun().edit(context, id, &draft)?;
    let row = goods.row_json(context, id)?;
    free(
        context,
        &seller,
        goods,
        if enabled { "enable" } else { "disable" },
        id,
        &row,
    )
}

/// Turns a device into a line, and returns the line's id.
///
/// # Errors
/// [`Error::NotFound`]; SQLite's.
pub fn convert(context: &Context<'_>, goods: Goods, id: i64) -> Result<(i64, Receipt)> {
    let seller = Seller::of(context)?;
    goods.noun().must_exist(context, id)?;
    let row = goods.row_json(context, id)?;
    let device = goods.device().ok_or(Error::NotFound(goods.noun().thing()))?;
    let line = device.convert(context, id)?;
    Ok((line, free(context, &seller, goods, "convert", id, &row)?))
}

/// Refuses active codes where a group has none.
///
/// # Errors
/// No permission.
pub fn may_have(seller: &Seller, goods: Goods) -> Result<()> {
    Seller::needs(goods != Goods::ActiveCode || seller.rights.active_codes)
}

/// Returns the sent values that count: one for which the group lacks the right is not even checked (2, 3.5).
fn honoured(context: &Context<'_>, seller: &Seller, order: &Order<'_>) -> Result<Change> {
    let rights = seller.rights;
    let mut change = order.values.resolve_only(context, |column| match column {
        "username" => rights.usernames,
        "password" => rights.passwords,
        "bouquet" => rights.bouquets,
        "allowed_ips" | "allowed_ua" | "bypass_ua" | "is_isplock" | "isp_clear" => rights.restrictions,
        _ => true,
    })?;
    for column in ["username", "password", "code", "mac"] {
        if matches!(change.get(column), Some(Value::Null)) {
            change.take(column);
        }
    }
    if change.take("isp_clear") == Some(Value::Integer(1)) {
        change.set("isp_desc", Value::Null);
        change.set("as_number", Value::Null);
    }
    Ok(change)
}

/// Checks what the group asks of names that are new (11 and 11c).
fn check_lengths(lengths: &Lengths, goods: Goods, sent: &Change, present: &Present) -> Result<()> {
    let is_short = |column: &str, present: &Option<String>, least: i64| {
        let text = sent.text(column).filter(|text| Some(*text) != present.as_deref());
        text.is_some_and(|text| count(text) < least)
    };
    if goods == Goods::Line && is_short("username", &present.username, lengths.username) {
        return Err(Error::Sale(SaleRefusal::UsernameTooShort));
    }
    if goods == Goods::Line && is_short("password", &present.password, lengths.password) {
        return Err(Error::Sale(SaleRefusal::PasswordTooShort));
    }
    match sent.text("code") {
        Some(code) if !is_code(lengths, code) => Err(Error::Invalid("code".into())),
        _ => Ok(()),
    }
}

fn is_code(lengths: &Lengths, code: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    code.bytes().all(is_allowed) && (lengths.code_least..=lengths.code_most).contains(&count(code))
}

pub(super) fn count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Generates the names that a new thing lacks; a device cannot be made without its MAC address (11d).
fn generate(context: &Context<'_>, lengths: &Lengths, goods: Goods, change: &mut Change) -> Result<()> {
    match goods {
        Goods::Line => {
            if change.get("username").is_none() {
                let length = generated(lengths.username);
                change.set("username", noun::free_username(context, "lines", CREDENTIAL, length)?);
            }
            if change.get("password").is_none() {
                let length = generated(lengths.password);
                change.set("password", context.panel.rng().text(CREDENTIAL, length));
            }
        }
        Goods::Mag | Goods::Enigma if change.get("mac").is_none() => return Err(Error::InvalidMac),
        Goods::Mag | Goods::Enigma => {}
        Goods::ActiveCode if change.get("code").is_none() => {
            let length = usize::try_from(lengths.code_default).unwrap_or(0).min(LONGEST);
            change.set("code", active_codes::free_code(context, length)?);
        }
        Goods::ActiveCode => {}
    }
    Ok(())
}

/// Returns the length of a generated name whose group asks for this least one.
pub(super) fn generated(least: i64) -> usize {
    usize::try_from(least)
        .unwrap_or(0)
        .clamp(lines::CREDENTIAL_LENGTH, LONGEST)
}

/// Returns what a renewal changes.
fn renewed(context: &Context<'_>, goods: Goods, purchase: &Purchase, present: &Present) -> Result<Change> {
    let kept = match purchase.is_compatible(context, present.package)? {
        true => present.expires,
        false => None,
    };
    let mut change = goods.of_package(purchase);
    change.set(
        "exp_date",
        expiry(context, Some(purchase.end_of_renewed(context, kept)?))?,
    );
    Ok(change)
}

/// Keeps sent bouquets within the package of a renewal, or the one that the thing has; without one they stay.
fn limit_bouquets(
    context: &Context<'_>,
    sent: &mut Change,
    purchase: Option<&Purchase>,
    present: &Present,
) -> Result<()> {
    if sent.get("bouquet").is_none() {
        return Ok(());
    }
    let own = match (purchase, present.package) {
        (Some(purchase), _) => Some(purchase.offer.package.bouquets.clone()),
        (None, Some(id)) => Offer::find(context, id)?.map(|offer| offer.package.bouquets),
        (None, None) => None,
    };
    match own {
        Some(bouquets) => keep_bouquets(sent, &bouquets),
        None => {
            sent.take("bouquet");
        }
    }
    Ok(())
}

/// Logs a write that cost nothing.
fn free(context: &Context<'_>, seller: &Seller, goods: Goods, action: &str, id: i64, row: &str) -> Result<Receipt> {
    let receipt = ledger::pay(context, seller, Money(0))?;
    let entry = Entry {
        kind: goods.log_type(),
        action,
        id,
        package: None,
        row,
    };
    ledger::log(context, entry, receipt)?;
    Ok(receipt)
}

fn log(
    context: &Context<'_>,
    goods: Goods,
    action: &str,
    id: i64,
    purchase: Option<&Purchase>,
    receipt: Receipt,
) -> Result<()> {
    let row = goods.row_json(context, id)?;
    let entry = Entry {
        kind: goods.log_type(),
        action,
        id,
        package: purchase.map(|purchase| purchase.offer.package.id),
        row: &row,
    };
    ledger::log(context, entry, receipt)
}
