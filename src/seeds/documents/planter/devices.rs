//! What lines have beside their rows: how many devices may register, which are registered, and MAC addresses that are
//! bound to the line itself (contract "REST APIs", A7).

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Result};

use super::rows::Row;
use super::{DocumentEntry, Planter, member};
use crate::seeds::documents::sections::{DEVICES_TABLE, LINES, TRACKED_TABLE};

impl Planter<'_> {
    /// Sets how many devices of a line may register. Without a limit its devices are forgotten.
    pub(super) fn limit_devices(&mut self, line: i64, limit: &Sql, entry: &DocumentEntry<'_>) {
        if !self.errors.is_empty() {
            return;
        }
        let statements: &[&str] = match limit {
            Sql::Null => &[
                "DELETE FROM linecard_tracked_lines WHERE line_id = ?1 AND ?2 IS NULL",
                "DELETE FROM linecard_devices WHERE line_id = ?1 AND mag_id IS NULL AND ?2 IS NULL",
            ],
            _ => &[
                "INSERT INTO linecard_tracked_lines (line_id, device_limit) VALUES (?1, ?2)
                    ON CONFLICT (line_id) DO UPDATE SET device_limit = ?2",
            ],
        };
        for sql in statements {
            let done = self.reader.db.execute(sql, (line, limit));
            self.keep_error(done.map(drop), entry);
        }
    }

    /// Checks that a device of a line can be told from others, and that devices of its line are counted.
    pub(super) fn check_device(&mut self, line: i64, row: &Row, child: &DocumentEntry<'_>) {
        let has = |column: &str| row.iter().any(|(name, value)| *name == column && *value != Sql::Null);
        if !(has("device_id") || has("user_agent") && has("ip")) {
            let hint = "give device_id, or user_agent and ip";
            self.errors
                .push(child.line, &child.path, "it cannot be told from others", hint);
        }
        if !self.errors.is_empty() || self.complete {
            return;
        }
        let sql = format!("SELECT 1 FROM {TRACKED_TABLE} WHERE line_id = ?1");
        let is_tracked = self
            .reader
            .db
            .prepare_cached(&sql)
            .and_then(|mut query| query.exists([line]));
        match is_tracked {
            Ok(true) => {}
            Ok(false) => {
                let hint = "give the line a device_limit";
                self.errors
                    .push(child.line, &child.path, "devices of this line are not counted", hint);
            }
            Err(error) => self.errors.push(child.line, &child.path, error.to_string(), ""),
        }
    }

    /// Registers the MAC address of a new box that names a line which is no hidden one: it is bound to that line.
    pub(super) fn bind(&mut self, mag: i64, row: &Row, entry: &DocumentEntry<'_>) {
        if entry.exists || entry.line_id.is_some() || self.complete || !self.errors.is_empty() {
            return;
        }
        let int = |column: &str| {
            row.iter().find_map(|(name, value)| match value {
                Sql::Integer(number) if *name == column => Some(*number),
                _ => None,
            })
        };
        let (line, since) = (int("user_id").unwrap_or(0), int("created").unwrap_or(self.reader.now));
        match self.is_plain(line) {
            Ok(true) => self.register_mac(mag, line, since, entry),
            Ok(false) => {}
            Err(error) => self.keep_error(Err(error), entry),
        }
    }

    /// Registers a bound MAC address as a device of its line.
    pub(super) fn register_mac(&mut self, mag: i64, line: i64, since: i64, entry: &DocumentEntry<'_>) {
        let Ok(id) = self.next_id(DEVICES_TABLE, "id") else {
            return;
        };
        let row = [("id", id), ("line_id", line), ("mag_id", mag), ("first_seen", since)];
        self.insert(
            DEVICES_TABLE,
            &row.map(|(column, number)| (column, Sql::Integer(number))),
            entry,
        );
    }

    /// Whether a line is there, and no device's hidden one.
    fn is_plain(&self, line: i64) -> Result<bool> {
        let sql = format!("SELECT is_mag = 0 AND is_e2 = 0 FROM {} WHERE id = ?1", LINES.table);
        let found = self.reader.db.prepare_cached(&sql)?.query_row([line], |row| row.get(0));
        Ok(found.optional()?.unwrap_or(false))
    }

    /// Whether an entry has a key.
    pub(super) fn has_key(entry: &DocumentEntry<'_>, key: &str) -> bool {
        member(entry.members, key).is_some()
    }

    /// Records an error of the database at an entry.
    pub(super) fn keep_error(&mut self, done: Result<()>, entry: &DocumentEntry<'_>) {
        if let Err(error) = done {
            self.errors.push(entry.line, &entry.path, error.to_string(), "");
        }
    }
}
