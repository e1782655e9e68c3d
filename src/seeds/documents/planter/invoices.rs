//! What an invoice of a document has of its subscription where it does not say otherwise.

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Result};

use super::rows::Row;
use super::{DocumentEntry, Planter};

const SUBSCRIPTION: &str = "SELECT customer_id, product_id,
     coalesce((SELECT name FROM linecard_products WHERE linecard_products.id = product_id), ''),
     price, currency, period_start FROM linecard_subscriptions WHERE id = ?1";

impl Planter<'_> {
    /// Completes the row of a new invoice.
    pub(super) fn complete_invoice(&mut self, row: &mut Row, entry: &DocumentEntry<'_>) {
        if !self.errors.is_empty() || self.complete {
            return;
        }
        let is_paid = column(row, "status") == Some(&Sql::Text("paid".into()));
        let paid_at = column(row, "paid").is_some_and(|paid| *paid != Sql::Null);
        if paid_at && !is_paid && column(row, "status").is_some() {
            let hint = "leave paid out, or say status: paid";
            return self.fail(
                entry,
                "paid",
                "an invoice that is not paid has no time of payment",
                hint,
            );
        }
        if entry.exists {
            return;
        }
        let done = self.derive_invoice(row, entry);
        self.keep_error(done, entry);
    }

    fn derive_invoice(&mut self, row: &mut Row, entry: &DocumentEntry<'_>) -> Result<()> {
        let id = int(row, "subscription_id");
        let db = self.reader.db;
        let found = db.prepare_cached(SUBSCRIPTION)?.query_row([id], |found| {
            let columns = ["customer_id", "product_id", "product_name", "amount", "currency", "due"];
            let values = columns.into_iter().enumerate();
            values
                .map(|(at, column)| Ok((column, found.get::<_, Sql>(at)?)))
                .collect::<Result<Vec<_>>>()
        });
        let Some(of_subscription) = found.optional()? else {
            let detail = format!("there is no subscription with the id {}", id.unwrap_or(0));
            self.fail(entry, "subscription", &detail, "name one of subscriptions");
            return Ok(());
        };
        for (name, value) in of_subscription {
            set_default(row, name, value);
        }
        let now = self.reader.now;
        let at = int(row, "due").unwrap_or(now).min(now).saturating_mul(1_000);
        let paid = column(row, "paid").is_some_and(|paid| *paid != Sql::Null);
        let is_free = int(row, "amount") == Some(0);
        if paid || is_free {
            set_default(row, "status", Sql::Text("paid".into()));
        }
        if column(row, "status") == Some(&Sql::Text("paid".into())) {
            set_default(row, "paid", Sql::Integer(at));
        }
        set_default(row, "created", Sql::Integer(at));
        let created = int(row, "created").unwrap_or(at);
        set_default(
            row,
            "updated",
            Sql::Integer(int(row, "paid").unwrap_or(created).max(created)),
        );
        Ok(())
    }
}

/// Returns the value of a column that an entry sets.
pub(super) fn column<'r>(row: &'r Row, name: &str) -> Option<&'r Sql> {
    row.iter().find(|(column, _)| *column == name).map(|(_, value)| value)
}

/// Returns the number of a column that an entry sets to one.
pub(super) fn int(row: &Row, name: &str) -> Option<i64> {
    match column(row, name)? {
        Sql::Integer(number) => Some(*number),
        _ => None,
    }
}

/// Sets a column that an entry leaves out.
pub(super) fn set_default(row: &mut Row, name: &'static str, value: Sql) {
    if column(row, name).is_none() {
        row.push((name, value));
    }
}

/// Sets a column, whatever an entry says.
pub(super) fn set(row: &mut Row, name: &'static str, value: Sql) {
    row.retain(|(column, _)| *column != name);
    row.push((name, value));
}
