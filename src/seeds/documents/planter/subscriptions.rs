//! Subscriptions of a document: what they leave out follows from the product, their line is made or changed, and the
//! status that they name is made true in the rows from which it follows (contract "REST APIs", B7 and part D).
//!
//! The keys of a document that is a whole state are planted as they are: an export has every value that follows.

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Result};

use super::invoices::{column, int, set, set_default};
use super::lines::WantedLine;
use super::rows::Row;
use super::{DocumentEntry, Planter};
use crate::panel::billing::periods;
use crate::panel::billing::products::{self, Product};
use crate::panel::provision::Package;
use crate::seeds::documents::plan::Plan;
use crate::time::DAY;

/// The keys of a line that is to be made.
const LINE_KEYS: [&str; 4] = ["username", "password", "mac", "device_limit"];

/// A subscription, while its row is completed.
struct Subscribed {
    start: i64,
    /// `Some(None)` never ends; `None` is not known, because its line decides.
    end: Option<Option<i64>>,
    /// Whether the entry says when it ends.
    sets_end: bool,
    line: Option<SubscribedLine>,
}

/// A line that is there.
struct SubscribedLine {
    id: i64,
    end: Option<i64>,
    is_enabled: bool,
    is_banned: bool,
}

/// What a status means for the rows.
struct Standing {
    is_pending: bool,
    is_suspended: bool,
    is_enabled: bool,
    /// Unix milliseconds.
    cancelled: Option<i64>,
}

impl Planter<'_> {
    /// Completes the row of a subscription, and makes or changes its line.
    pub(super) fn complete_subscription(&mut self, plan: &Plan, row: &mut Row, entry: &DocumentEntry<'_>) {
        let beside = self.beside_row(plan, entry);
        if self.errors.is_empty() {
            let done = self.subscribe(row, &beside, entry);
            self.keep_error(done, entry);
        }
    }

    fn subscribe(&mut self, row: &mut Row, beside: &Row, entry: &DocumentEntry<'_>) -> Result<()> {
        let stored = self.stored_subscription(entry)?;
        let either = |row: &Row, name| int(row, name).or_else(|| int(&stored, name));
        let product = products::read_stored(self.reader.db, either(row, "product_id").unwrap_or(0))?;
        if !self.complete && !self.check_references(row, product.as_ref(), entry)? {
            return Ok(());
        }
        if let (Some(product), false) = (&product, entry.exists) {
            set_default(row, "price", Sql::Integer(product.price.0));
            set_default(row, "currency", Sql::Text(product.currency.clone()));
        }
        let Some(line) = self.subscribed_line(either(row, "line_id"), entry)? else {
            return Ok(());
        };
        let status = match column(beside, "status") {
            Some(Sql::Text(status)) => Some(status.as_str()),
            _ => None,
        };
        let mut subscribed = self.dates(row, &stored, line, status, product.as_ref(), entry.exists);
        let Ok(status) = self.status(row, status, &subscribed, entry) else {
            return Ok(());
        };
        if !entry.exists {
            set_default(row, "period_start", Sql::Integer(subscribed.start));
            let day = periods::day_of(int(row, "period_start").unwrap_or(0), self.reader.zone);
            set_default(row, "anchor_day", Sql::Integer(day.into()));
            let created = subscribed.start.min(self.reader.now).saturating_mul(1_000);
            set_default(row, "created", Sql::Integer(created));
            let created = int(row, "created").unwrap_or(created);
            set_default(row, "updated", Sql::Integer(created));
        }
        if !self.settle_line(row, beside, &mut subscribed, product.as_ref(), status.as_ref(), entry)? {
            return Ok(());
        }
        if let Some(standing) = &status {
            set(row, "is_pending", Sql::Integer(standing.is_pending.into()));
            set(row, "cancelled", standing.cancelled.map_or(Sql::Null, Sql::Integer));
            let is_suspended = standing.is_suspended && subscribed.line.is_none();
            set(row, "is_suspended", Sql::Integer(is_suspended.into()));
        }
        if subscribed.line.is_some() {
            set(row, "own_end", Sql::Null);
        } else if let (Some(end), true) = (subscribed.end, subscribed.sets_end || !entry.exists && !self.complete) {
            set(row, "own_end", self.iso(end));
        }
        // The next instant at which something falls due has to be found again.
        let sql = "UPDATE linecard_due SET version = version + 1 WHERE id = 1";
        self.reader.db.execute(sql, []).map(drop)
    }

    /// The columns of a subscription that is there already.
    fn stored_subscription(&self, entry: &DocumentEntry<'_>) -> Result<Row> {
        let columns = ["product_id", "line_id", "period_start", "is_line_gone"];
        let (true, Some(id)) = (entry.exists, entry.id) else {
            return Ok(Row::new());
        };
        let sql = format!(
            "SELECT {} FROM linecard_subscriptions WHERE id = ?1",
            columns.join(", ")
        );
        self.reader.db.query_row(&sql, [id], |found| {
            let values = columns.into_iter().enumerate();
            values.map(|(at, column)| Ok((column, found.get(at)?))).collect()
        })
    }

    /// Checks that customer and product are there. On failure the error has been recorded.
    fn check_references(&mut self, row: &Row, product: Option<&Product>, entry: &DocumentEntry<'_>) -> Result<bool> {
        if product.is_none() {
            let detail = format!(
                "there is no product with the id {}",
                int(row, "product_id").unwrap_or(0)
            );
            self.fail(entry, "product", &detail, "name one of products");
            return Ok(false);
        }
        let Some(customer) = int(row, "customer_id") else {
            return Ok(true);
        };
        let sql = "SELECT 1 FROM linecard_customers WHERE id = ?1";
        let is_there = self.reader.db.prepare_cached(sql)?.exists([customer])?;
        if !is_there {
            let detail = format!("there is no customer with the id {customer}");
            self.fail(entry, "customer", &detail, "name one of customers by email");
        }
        Ok(is_there)
    }

    /// Finds the line that an entry names; `Some(None)` if it names none. On failure the error has been recorded.
    fn subscribed_line(
        &mut self,
        id: Option<i64>,
        entry: &DocumentEntry<'_>,
    ) -> Result<Option<Option<SubscribedLine>>> {
        let Some(id) = id else {
            return Ok(Some(None));
        };
        let zone = self.reader.zone;
        let sql = "SELECT exp_date, enabled <> 0, admin_enabled = 0 FROM lines WHERE id = ?1";
        let found = self.reader.db.prepare_cached(sql)?.query_row([id], |found| {
            let end: Option<String> = found.get(0)?;
            Ok(SubscribedLine {
                id,
                end: end.and_then(|end| zone.read_iso(&end)),
                is_enabled: found.get(1)?,
                is_banned: found.get(2)?,
            })
        });
        match found.optional()? {
            None if !self.complete => {
                let detail = format!("there is no line with the id {id}");
                self.fail(entry, "line", &detail, "name one of lines");
                Ok(None)
            }
            found => Ok(Some(found)),
        }
    }

    /// Returns when a subscription starts and ends.
    fn dates(
        &self,
        row: &mut Row,
        stored: &Row,
        line: Option<SubscribedLine>,
        status: Option<&str>,
        product: Option<&Product>,
        exists: bool,
    ) -> Subscribed {
        let (now, zone) = (self.reader.now, self.reader.zone);
        let own_end = column(row, "own_end").cloned();
        let sets_end = own_end.is_some();
        let mut end = own_end.map(|end| match end {
            Sql::Text(text) => zone.read_iso(&text),
            _ => None,
        });
        if let Some(line) = &line {
            end = end.or(Some(line.end));
        }
        let given = int(row, "period_start").or_else(|| int(stored, "period_start"));
        if end.is_none() && given.is_none() && status == Some("expired") {
            end = Some(Some(now - DAY));
        }
        let period = product.map(|product| product.period);
        let before = match end {
            Some(Some(end)) if end <= now => period.and_then(|period| period.start(end, zone)),
            _ => None,
        };
        let start = given.or(before).unwrap_or(now);
        if end.is_none() && !exists {
            let day = periods::day_of(start, zone);
            end = period.map(|period| period.end(start, 1, day, zone));
        }
        Subscribed {
            start,
            end,
            sets_end,
            line,
        }
    }

    /// Returns what the status of a subscription means; `None` if it changes nothing. On failure the error has been
    /// recorded.
    fn status(
        &mut self,
        row: &Row,
        status: Option<&str>,
        subscribed: &Subscribed,
        entry: &DocumentEntry<'_>,
    ) -> Result<Option<Standing>, ()> {
        let (now, cancelled) = (self.reader.now, int(row, "cancelled"));
        let is_over = matches!(subscribed.end, Some(Some(end)) if end <= now);
        let is_early = subscribed.start > now;
        let word = match status {
            Some(word) => word,
            None if self.complete => return Ok(None),
            None if cancelled.is_some() => "cancelled",
            None if is_early && !entry.exists => "pending",
            // What is overdue by then is done already: a seed fires nothing.
            None if is_over && int(row, "cancel_at_end") == Some(1) => "cancelled",
            None => return Ok(None),
        };
        let (detail, hint) = match word {
            "pending" if !is_early => ("it has started", "give a start in the future, as in start: +7d"),
            "active" | "suspended" | "expired" if is_early => ("it has not started", "give a start that has passed"),
            "active" if is_over => ("its period is over", "give an end in the future, as in end: +30d"),
            "expired" if !is_over => ("its period is not over", "give an end that has passed, as in end: -3d"),
            "active" | "expired" if subscribed.line.as_ref().is_some_and(|line| line.is_banned) => {
                ("its line is banned", "say admin_enabled: true in lines")
            }
            word if word != "cancelled" && cancelled.is_some() => ("it has a time in `cancelled`", "keep one of them"),
            _ => ("", ""),
        };
        if !detail.is_empty() {
            self.fail(entry, "status", &format!("it cannot be {word}: {detail}"), hint);
            return Err(());
        }
        let end = subscribed.end.flatten();
        let at_end = end.filter(|end| *end <= now && int(row, "cancel_at_end") == Some(1));
        let at = cancelled.unwrap_or_else(|| at_end.unwrap_or(now).saturating_mul(1_000));
        Ok(Some(Standing {
            is_pending: word == "pending",
            is_suspended: word == "suspended",
            is_enabled: matches!(word, "active" | "expired"),
            cancelled: (word == "cancelled").then_some(at),
        }))
    }

    /// Makes the line of a subscription, or changes the one that is there. On failure the error has been recorded.
    fn settle_line(
        &mut self,
        row: &mut Row,
        beside: &Row,
        subscribed: &mut Subscribed,
        product: Option<&Product>,
        standing: Option<&Standing>,
        entry: &DocumentEntry<'_>,
    ) -> Result<bool> {
        let line_key = LINE_KEYS.into_iter().find(|key| column(beside, key).is_some());
        if let Some(line) = &subscribed.line {
            if let Some(key) = line_key {
                self.fail(entry, key, "the line is there already", "write this key in lines");
                return Ok(false);
            }
            let end = match subscribed.end {
                Some(end) if subscribed.sets_end => self.iso(end),
                _ => self.iso(line.end),
            };
            let is_enabled = standing.map_or(line.is_enabled, |standing| standing.is_enabled);
            if subscribed.sets_end || is_enabled != line.is_enabled {
                let sql = "UPDATE lines SET exp_date = ?2, enabled = ?3 WHERE id = ?1";
                self.reader.db.execute(sql, (line.id, end, is_enabled))?;
            }
            return Ok(true);
        }
        let package = match product.and_then(|product| product.package) {
            Some(id) => Package::read(self.reader.db, id)?,
            None => None,
        };
        let is_wanted = line_key.is_some() || !self.complete && !entry.exists && !Self::has_key(entry, "line");
        match (product, package) {
            (Some(product), Some(package)) if is_wanted => {
                let is_enabled = standing.is_none_or(|standing| standing.is_enabled);
                let wanted = WantedLine {
                    product,
                    package: &package,
                    beside,
                    end: subscribed.end.flatten(),
                    since: subscribed.start.min(self.reader.now),
                    is_enabled,
                };
                let Some(id) = self.make_line(&wanted, entry)? else {
                    return Ok(false);
                };
                set(row, "line_id", Sql::Integer(id));
                subscribed.line = Some(SubscribedLine {
                    id,
                    end: wanted.end,
                    is_enabled,
                    is_banned: false,
                });
                Ok(true)
            }
            (_, None) => match line_key {
                Some(key) => {
                    let hint = "leave it out, or give the product a package";
                    self.fail(entry, key, "no line is made: its product has no package", hint);
                    Ok(false)
                }
                None => Ok(true),
            },
            _ => Ok(true),
        }
    }

    fn iso(&self, unix: Option<i64>) -> Sql {
        unix.and_then(|unix| self.reader.zone.iso(unix))
            .map_or(Sql::Null, Sql::Text)
    }
}
