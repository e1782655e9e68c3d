//! `packages`: what the caller's group sells, with the caller's own prices (contract "Reseller API", 6.1).

use rusqlite::types::Value;

use super::answer::{Data, ListForm};
use super::shape::Shaped;
use crate::money::Money;
use crate::panel::reselling::Seller;
use crate::panel::{Context, Result};
use crate::store::list::ListQuery;
use crate::store::view::{Record, Selection};

/// The keys that a price may have: the documented one, and the column.
const PRICES: [&str; 2] = ["credits", "official_credits"];

/// Prints the packages that the caller sells.
///
/// # Errors
/// SQLite's; [`crate::panel::Error::TooLarge`] or [`crate::panel::Error::Busy`].
pub fn sold(context: &Context<'_>, form: ListForm, shaped: &Shaped) -> Result<Data> {
    let seller = Seller::of(context)?;
    let query = ListQuery {
        filters: vec![("sold by", Some(Value::Integer(seller.group)))],
        ..ListQuery::all(shaped.view)
    };
    // Which package a row is, and whether it has an official price, is read behind the keys that are shown.
    let beside = ["id", "is_official"]
        .into_iter()
        .filter_map(|name| shaped.view.column(name));
    let selection = Selection::new(shaped.view, shaped.keys.iter().map(|key| key.column).chain(beside));
    let price = shaped.keys.iter().position(|key| PRICES.contains(&key.column.name));
    // The column is the price of a sale, also of what is sold as a trial alone.
    let always = price
        .and_then(|at| shaped.keys.get(at))
        .is_some_and(|key| key.column.name == "official_credits");
    form.edited(context, &query, (&shaped.keys, &selection), |record| {
        set_price(&seller, record, price, always);
    })
}

/// Puts the caller's price into a row.
fn set_price(seller: &Seller, record: &mut Record, at: Option<usize>, always: bool) {
    let [.., Value::Integer(id), Value::Integer(is_official)] = record.as_slice() else {
        return;
    };
    let own = seller.own_price(*id).filter(|_| always || *is_official != 0);
    if let Some(Value::Integer(price)) = at.and_then(|at| record.get_mut(at)) {
        // No price adds to a balance.
        *price = own.unwrap_or(Money(*price)).max(Money(0)).0;
    }
}
