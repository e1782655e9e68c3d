//! Rows that are copied as they are: what their triggers would write is among them, and what they
//! refer to was looked at where they come from.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// While it lives, writing a row writes nothing else: triggers and references are off.
pub struct Plain<'a>(&'a Connection);

impl<'a> Plain<'a> {
    const OFF: [DbConfig; 2] = [
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
    ];

    /// Switches both off.
    ///
    /// # Errors
    /// SQLite's.
    pub fn begin(db: &'a Connection) -> rusqlite::Result<Plain<'a>> {
        let plain = Plain(db);
        plain.set(false)?;
        Ok(plain)
    }

    fn set(&self, on: bool) -> rusqlite::Result<()> {
        let mut all = Self::OFF.into_iter();
        all.try_for_each(|what| self.0.set_db_config(what, on).map(|_| ()))
    }
}

impl Drop for Plain<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.set(true) {
            tracing::error!(%error, "triggers and references stay off");
        }
    }
}
