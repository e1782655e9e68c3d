//! Balances of resellers, and the log of what they do (contract "Reseller API", 3.4). A purchase has a row in `users_logs`
//! and none in `users_credits_logs`.

use rusqlite::Statement;
use rusqlite::types::ValueRef;
use serde_json::Value as Json;

use super::seller::Seller;
use crate::money::Money;
use crate::panel::audit;
use crate::panel::context::Context;
use crate::panel::error::{Error, Result};
use crate::panel::resellers;

/// What a write cost its caller, and the caller's balance after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub cost: Money,
    pub credits_after: Money,
}

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The kind of thing: `line`, `mag`.
    pub kind: &'a str,
    pub action: &'a str,
    pub id: i64,
    pub package: Option<i64>,
    /// The row as JSON.
    pub row: &'a str,
}

/// Takes a price from the caller's balance.
///
/// # Errors
/// [`Error::InsufficientCredits`]; SQLite's.
pub fn pay(context: &Context<'_>, seller: &Seller, price: Money) -> Result<Receipt> {
    let after = Money(seller.credits.0 - price.0);
    if price != Money(0) {
        if after < Money(0) {
            return Err(Error::InsufficientCredits);
        }
        resellers::set_balance(context, seller.id, seller.credits, after)?;
    }
    Ok(Receipt {
        cost: price,
        credits_after: after,
    })
}

/// Writes down what the caller did.
pub fn log(context: &Context<'_>, entry: Entry<'_>, receipt: Receipt) -> Result<()> {
    let sql =
        "INSERT INTO users_logs (owner, type, action, log_id, package_id, cost, credits_after, date, deleted_info)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    context.db.prepare_cached(sql)?.execute((
        context.caller.id(),
        entry.kind,
        entry.action,
        entry.id,
        entry.package,
        receipt.cost.0,
        receipt.credits_after.0,
        context.now,
        entry.row,
    ))?;
    Ok(())
}

/// Returns a row as JSON text, without some of its columns.
pub fn row_json(context: &Context<'_>, table: &str, key: &str, id: i64, without: &[&str]) -> Result<String> {
    let mut query = context
        .db
        .prepare_cached(&format!("SELECT * FROM {table} WHERE {key} = ?1"))?;
    let mut rows = query.query([id])?;
    // A line has a thousand bytes.
    let mut json = String::with_capacity(2048);
    json.push('{');
    if let Some(row) = rows.next()? {
        let statement: &Statement<'_> = row.as_ref();
        for at in 0..statement.column_count() {
            let name = statement.column_name(at)?;
            if without.contains(&name) {
                continue;
            }
            if json.len() > 1 {
                json.push(',');
            }
            audit::push_text(&mut json, name);
            json.push(':');
            push_value(&mut json, row.get_ref(at)?);
        }
    }
    json.push('}');
    Ok(json)
}

fn push_value(json: &mut String, stored: ValueRef<'_>) {
    match stored {
        ValueRef::Integer(number) => json.push_str(&number.to_string()),
        ValueRef::Real(number) => json.push_str(&Json::from(number).to_string()),
        ValueRef::Text(text) => audit::push_text(json, &String::from_utf8_lossy(text)),
        ValueRef::Null | ValueRef::Blob(_) => json.push_str("null"),
    }
}
