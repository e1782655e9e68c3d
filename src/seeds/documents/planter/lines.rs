//! The line that a subscription of a document makes, as the billing API would have made it.

use rusqlite::Result;
use rusqlite::types::Value as Sql;

use super::invoices::{column, int};
use super::rows::Row;
use super::{DocumentEntry, Planter};
use crate::panel::billing::products::Product;
use crate::panel::lines::CREDENTIAL_LENGTH;
use crate::panel::noun;
use crate::panel::provision::{self, Package};
use crate::seeds::documents::sections::{self, LINES, RANDOM_ALPHABET};

/// A line that is to be made.
pub(super) struct WantedLine<'w> {
    pub product: &'w Product,
    pub package: &'w Package,
    /// The keys of the entry that are the line's.
    pub beside: &'w Row,
    /// Unix seconds.
    pub end: Option<i64>,
    pub since: i64,
    pub is_enabled: bool,
}

impl Planter<'_> {
    /// Makes a line, and returns its id. `None` if it cannot be made: the error has been recorded.
    pub(super) fn make_line(&mut self, wanted: &WantedLine<'_>, entry: &DocumentEntry<'_>) -> Result<Option<i64>> {
        let text = |name: &str| match column(wanted.beside, name) {
            Some(Sql::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let draw = || self.reader.rng.text(RANDOM_ALPHABET, CREDENTIAL_LENGTH);
        let username = text("username").unwrap_or_else(draw);
        let password = text("password").unwrap_or_else(draw);
        let mac = text("mac");
        let limit = int(wanted.beside, "device_limit")
            .or(wanted.product.device_limit)
            .or(wanted.package.max_devices);
        if !self.check_line(wanted, &username, mac.as_deref(), limit, entry)? {
            return Ok(None);
        }
        let Ok(id) = self.next_id(LINES.table, "id") else {
            return Ok(None);
        };
        let mut row: Row = provision::of_new_line(wanted.package, limit)
            .iter()
            .map(|(column, value)| (column, value.clone()))
            .collect();
        let end = wanted.end.and_then(|end| self.reader.zone.iso(end));
        row.extend([
            ("id", Sql::Integer(id)),
            ("username", Sql::Text(username.clone())),
            ("password", Sql::Text(password)),
            ("exp_date", end.map_or(Sql::Null, Sql::Text)),
            ("enabled", Sql::Integer(wanted.is_enabled.into())),
            ("created_at", Sql::Integer(wanted.since)),
            ("updated", Sql::Integer(wanted.since)),
        ]);
        self.insert(LINES.table, &row, entry);
        if let Some(limit) = limit {
            self.limit_devices(id, &Sql::Integer(limit), entry);
        }
        if let Some(mac) = mac {
            self.bind_new_mac(id, mac, wanted.since, entry);
        }
        *self.planted.added.entry(LINES.name).or_default() += 1;
        if let Some(section) = sections::find(LINES.name) {
            self.reader
                .names
                .index_of(self.reader.db, section)?
                .add(id, &username, None);
        }
        Ok(Some(id))
    }

    /// Looks for what others have of a line, and for what it lacks.
    fn check_line(
        &mut self,
        wanted: &WantedLine<'_>,
        username: &str,
        mac: Option<&str>,
        limit: Option<i64>,
        entry: &DocumentEntry<'_>,
    ) -> Result<bool> {
        let db = self.reader.db;
        let sql = "SELECT 1 FROM lines WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE";
        let is_taken = db.prepare_cached(sql)?.exists([username])?;
        let sql = "SELECT 1 FROM mag_devices WHERE mac = ?1 UNION ALL SELECT 1 FROM enigma2_devices WHERE mac = ?1";
        let is_bound = db.prepare_cached(sql)?.exists([mac])?;
        let (key, detail, hint) = if noun::is_reserved(username) {
            ("username", format!("{username:?} is reserved"), "take another name")
        } else if is_taken {
            let hint = "name it with the key `line`, or take another name";
            ("username", format!("the line {username:?} is there already"), hint)
        } else if is_bound {
            (
                "mac",
                "it is bound already".to_owned(),
                "each line needs one of its own",
            )
        } else if mac.is_none() && wanted.product.has_mac_binding {
            let detail = "the key \"mac\" is missing: its product asks for one".to_owned();
            ("", detail, "add it, or say mac_binding: false in products")
        } else if mac.is_some() && limit == Some(0) {
            let hint = "give a device_limit of at least 1";
            ("mac", "no device can register on its line".to_owned(), hint)
        } else {
            return Ok(true);
        };
        self.fail(entry, key, &detail, hint);
        Ok(false)
    }

    fn bind_new_mac(&mut self, line: i64, mac: String, since: i64, entry: &DocumentEntry<'_>) {
        let Ok(mag) = self.next_id("mag_devices", "mag_id") else {
            return;
        };
        let row = [
            ("mag_id", Sql::Integer(mag)),
            ("user_id", Sql::Integer(line)),
            ("mac", Sql::Text(mac)),
            ("created", Sql::Integer(since)),
        ];
        self.insert("mag_devices", &row, entry);
        self.register_mac(mag, line, since, entry);
    }
}
