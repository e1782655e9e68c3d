//! What resellers sell: lines, devices and active codes, as the operations of a sale see them.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use super::ledger;
use super::offers::{Offer, Purchase};
use crate::panel::active_codes::ACTIVE_CODES;
use crate::panel::context::Context;
use crate::panel::devices::{Device, ENIGMAS, MAGS};
use crate::panel::draft::Change;
use crate::panel::error::{Error, Result};
use crate::panel::lines::LINES;
use crate::panel::noun::Noun;
use crate::panel::provision;
use crate::store::functions;

/// A kind of thing that is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goods {
    Line,
    Mag,
    Enigma,
    ActiveCode,
}

/// What a renewal needs to know of a thing.
#[derive(Debug, Default)]
pub(super) struct Present {
    pub package: Option<i64>,
    /// Unix seconds; `None` is never.
    pub expires: Option<i64>,
    pub is_trial: bool,
    pub username: Option<String>,
    pub password: Option<String>,
}

impl Goods {
    /// Returns the noun whose ids are its own.
    pub fn noun(self) -> &'static dyn Noun {
        match self {
            Goods::Line => &LINES,
            Goods::Mag => &MAGS,
            Goods::Enigma => &ENIGMAS,
            Goods::ActiveCode => &ACTIVE_CODES,
        }
    }

    /// Returns the device, if it is one.
    pub(super) fn device(self) -> Option<&'static Device> {
        match self {
            Goods::Mag => Some(&MAGS),
            Goods::Enigma => Some(&ENIGMAS),
            Goods::Line | Goods::ActiveCode => None,
        }
    }

    /// Returns what several of it are called, in a sentence.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Goods::Line => "lines",
            Goods::Mag => "MAG devices",
            Goods::Enigma => "Enigma2 devices",
            Goods::ActiveCode => "active codes",
        }
    }

    /// Returns its name in the log.
    pub(super) fn log_type(self) -> &'static str {
        match self {
            Goods::Line => "line",
            Goods::Mag => "mag",
            Goods::Enigma => "enigma",
            Goods::ActiveCode => "activecode",
        }
    }

    /// Refuses a thing that the caller does not own. That somebody else has one is told here and nowhere else (3.1).
    ///
    /// # Errors
    /// No permission for another's, [`Error::NotFound`] for nobody's; SQLite's.
    pub(super) fn must_own(self, context: &Context<'_>, id: i64) -> Result<()> {
        let noun = self.noun();
        match noun.must_exist(context, id) {
            Err(Error::NotFound(_)) if noun.exists_for_anyone(context, id)? => Err(Error::NO_PERMISSION),
            found => found,
        }
    }

    /// Returns what a renewal needs to know of one. A device whose line is gone has nothing.
    pub(super) fn present(self, context: &Context<'_>, id: i64) -> Result<Present> {
        let (row, sql) = match self.device() {
            Some(device) => (device.line_of(context, id)?, LINE),
            None if self == Goods::Line => (Some(id), LINE),
            None => (Some(id), CODE),
        };
        let mut query = context.db.prepare_cached(sql)?;
        let present = query.query_row([row], |row| Present::of_row(row, context)).optional()?;
        Ok(present.unwrap_or_default())
    }

    /// Returns what one gets of the package that it is sold as.
    pub(super) fn of_package(self, purchase: &Purchase) -> Change {
        let Offer { package, .. } = &purchase.offer;
        let mut change = match self {
            Goods::ActiveCode => package.of_code(),
            _ => provision::of_new_line(package, None),
        };
        if self.device().is_some() {
            change.set("lock_device", i64::from(purchase.offer.lock_device));
        }
        change.set("is_trial", i64::from(purchase.is_trial));
        change
    }

    /// Makes one of checked values.
    pub(super) fn add(self, context: &Context<'_>, change: Change) -> Result<i64> {
        match (self.device(), self) {
            (Some(device), _) => device.make(context, change),
            (None, Goods::Line) => LINES.write(context, change, None),
            (None, _) => ACTIVE_CODES.write(context, change, None),
        }
    }

    /// Changes one to checked values.
    pub(super) fn apply(self, context: &Context<'_>, id: i64, change: Change) -> Result<()> {
        match (self.device(), self) {
            _ if change.is_empty() => Ok(()),
            (Some(device), _) => device.apply(context, id, change),
            (None, Goods::Line) => LINES.write(context, change, Some(id)).map(|_| ()),
            (None, _) => ACTIVE_CODES.write(context, change, Some(id)).map(|_| ()),
        }
    }

    /// Returns its row as JSON text, for the log.
    pub(super) fn row_json(self, context: &Context<'_>, id: i64) -> Result<String> {
        let view = self.noun().view();
        ledger::row_json(context, view.table, view.key, id, &[])
    }
}

const LINE: &str = "SELECT package_id, exp_date, is_trial, username, password FROM lines WHERE id = ?1";
const CODE: &str = "SELECT nullif(package_id, 0), exp_date, is_trial, NULL, NULL FROM activecodes WHERE id = ?1";

impl Present {
    fn of_row(row: &Row<'_>, context: &Context<'_>) -> rusqlite::Result<Present> {
        let expires = row.get_ref(1)?.as_str_or_null()?;
        Ok(Present {
            package: row.get(0)?,
            expires: expires.and_then(|text| context.zone().read_iso(text)),
            is_trial: row.get::<_, i64>(2)? != 0,
            username: row.get(3)?,
            password: row.get(4)?,
        })
    }
}

/// Leaves only the bouquets of a package in those that were sent; if none is left, all of the package (6.2).
pub(super) fn keep_bouquets(change: &mut Change, of_package: &str) {
    let Some(Value::Text(sent)) = change.get("bouquet") else {
        return;
    };
    let allowed = functions::ids(of_package);
    let mut kept = functions::ids(sent);
    kept.retain(|id| allowed.contains(id));
    let kept = match kept.as_slice() {
        [] => of_package.to_owned(),
        kept => functions::ids_text(kept),
    };
    change.set("bouquet", kept);
}
