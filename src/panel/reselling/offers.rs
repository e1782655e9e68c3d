//! Packages as they are sold: their prices and durations for a line that is bought, tried or extended (contract "Reseller
//! API", 3.2).

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDateTime};
use rusqlite::{OptionalExtension, Row};

use super::goods::Goods;
use super::seller::Seller;
use super::trials::TrialWindow;
use crate::money::Money;
use crate::panel::context::Context;
use crate::panel::error::{Error, Result, SaleRefusal};
use crate::panel::provision::{self, Package, Unit};
use crate::store::functions;
use crate::time::{DAY, HOUR, Zone, first_of_month};

/// A package with what decides a sale.
#[derive(Clone, Debug)]
pub struct Offer {
    pub package: Package,
    /// The groups whose accounts sell it.
    pub(super) groups: Vec<i64>,
    is_line: bool,
    is_mag: bool,
    is_e2: bool,
    official: Terms,
    trial: Terms,
    pub lock_device: bool,
    /// Whether a line may only keep what is left of its time if its present package is alike.
    check_compatible: bool,
}

/// A price and how long it pays for.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub price: Money,
    pub duration: Duration,
}

/// How long something lasts.
#[derive(Clone, Copy, Debug)]
pub struct Duration {
    /// 0 is over at once.
    count: i64,
    unit: Option<Unit>,
}

impl Duration {
    /// Returns the end of what begins at `unix`, in unix seconds. Months and years move the calendar date; a day that does
    /// not exist rolls over into the next month.
    ///
    /// # Errors
    /// A time beyond the calendar.
    fn end(self, unix: i64, zone: Zone) -> Result<i64> {
        let end = match self.unit {
            None => Some(unix),
            Some(Unit::Hour) => self.exact(unix, HOUR),
            Some(Unit::Day) => self.exact(unix, DAY),
            Some(Unit::Month) => in_months(unix, self.count, zone),
            Some(Unit::Year) => self
                .count
                .checked_mul(12)
                .and_then(|months| in_months(unix, months, zone)),
        };
        // Later years cannot be stored.
        let is_stored = |end: &i64| zone.local(*end).is_some_and(|local| (0..=9999).contains(&local.year()));
        end.filter(is_stored).ok_or(Error::InvalidDate("exp_date".into()))
    }

    fn exact(self, unix: i64, seconds: i64) -> Option<i64> {
        self.count.checked_mul(seconds)?.checked_add(unix)
    }
}

/// Returns the instant so many months later; a negative number is earlier. A day that the month does not have is counted
/// on: the 31st of January and a month is the 3rd of March, in a leap year the 2nd.
pub fn in_months(unix: i64, months: i64, zone: Zone) -> Option<i64> {
    let local = zone.local(unix)?;
    let first = first_of_month(local.date(), months)?;
    let date = first.checked_add_days(Days::new(u64::from(local.day0())))?;
    Some(zone.instant(NaiveDateTime::new(date, local.time())))
}

/// A sale's part of a package.
#[derive(Clone, Debug)]
pub struct Purchase {
    pub offer: Offer,
    pub terms: Terms,
    pub is_trial: bool,
}

/// The columns of a sale, after those of a package.
const SALE: &str =
    "\"groups\", is_line <> 0, is_mag <> 0, is_e2 <> 0, official_credits, official_duration, official_duration_in,
     trial_credits, trial_duration, trial_duration_in, lock_device <> 0, check_compatible <> 0";

static FIND: LazyLock<String> = LazyLock::new(|| {
    let columns = provision::COLUMNS;
    format!("SELECT {columns}, {SALE} FROM users_packages WHERE id = ?1")
});

impl Offer {
    /// Finds a package by its id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Offer>> {
        let mut query = context.db.prepare_cached(&FIND)?;
        Ok(query.query_row([id], Offer::of_row).optional()?)
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Offer> {
        let own = provision::COLUMN_COUNT;
        let terms = |price, count, unit| -> rusqlite::Result<Terms> {
            Ok(Terms {
                // No sale adds to a balance.
                price: Money(row.get::<_, i64>(price)?.max(0)),
                duration: Duration {
                    count: row.get::<_, i64>(count)?.max(0),
                    unit: Unit::stored(row.get_ref(unit)?.as_str().unwrap_or_default()),
                },
            })
        };
        Ok(Offer {
            package: Package::of_row(row)?,
            groups: functions::ids(row.get_ref(own)?.as_str().unwrap_or_default()),
            is_line: row.get(own + 1)?,
            is_mag: row.get(own + 2)?,
            is_e2: row.get(own + 3)?,
            official: terms(own + 4, own + 5, own + 6)?,
            trial: terms(own + 7, own + 8, own + 9)?,
            lock_device: row.get(own + 10)?,
            check_compatible: row.get(own + 11)?,
        })
    }

    pub(super) fn fits(&self, goods: Goods) -> bool {
        match goods {
            Goods::Line | Goods::ActiveCode => self.is_line,
            Goods::Mag => self.is_mag,
            Goods::Enigma => self.is_e2,
        }
    }

    /// Whether a line of the other package may keep what is left of its time.
    fn is_compatible(&self, present: &Offer) -> bool {
        let bouquets = |offer: &Offer| {
            functions::ids(&offer.package.bouquets)
                .into_iter()
                .collect::<HashSet<_>>()
        };
        !self.check_compatible
            || self.package.is_like(&present.package)
                && self.lock_device == present.lock_device
                && bouquets(self) == bouquets(present)
    }
}

/// Whether the group `?1` sells a package of a kind.
fn sells(goods: Goods) -> &'static str {
    match goods {
        Goods::Line | Goods::ActiveCode => {
            "SELECT 1 FROM users_packages WHERE is_line <> 0 AND ids_hold(\"groups\", ?1)"
        }
        Goods::Mag => "SELECT 1 FROM users_packages WHERE is_mag <> 0 AND ids_hold(\"groups\", ?1)",
        Goods::Enigma => "SELECT 1 FROM users_packages WHERE is_e2 <> 0 AND ids_hold(\"groups\", ?1)",
    }
}

/// Refuses a reseller whose group sells no package of a kind.
///
/// # Errors
/// No permission; SQLite's.
pub fn must_sell(context: &Context<'_>, seller: &Seller, goods: Goods) -> Result<()> {
    Seller::needs(context.db.prepare_cached(sells(goods))?.exists([seller.group])?)
}

impl Seller {
    /// Finds a package that it sells (checks 4 to 7). Whether it sells any of this kind (4) is asked where it does not sell
    /// this one.
    fn offer(&self, context: &Context<'_>, goods: Goods, package: Option<i64>) -> Result<Offer> {
        let found = match package {
            Some(id) => Offer::find(context, id)?.filter(|offer| offer.fits(goods)),
            None => None,
        };
        let refusal = match found {
            Some(offer) if offer.groups.contains(&self.group) => return Ok(offer),
            None if package.is_some() => SaleRefusal::PackageType,
            _ => SaleRefusal::PackageNotSold,
        };
        must_sell(context, self, goods)?;
        Err(Error::Sale(refusal))
    }

    /// Finds what a package costs, in the order of the contract's checks 4 to 9.
    ///
    /// # Errors
    /// Those of these checks; SQLite's.
    pub fn purchase(
        &self,
        context: &Context<'_>,
        goods: Goods,
        package: Option<i64>,
        trial: &Result<Option<TrialWindow>>,
    ) -> Result<Purchase> {
        let offer = self.offer(context, goods, package)?;
        let trial = trial.clone()?;
        if let Some(window) = trial {
            self.may_give_trial(context, window)?;
        }
        let is_trial = trial.is_some();
        let terms = match is_trial {
            true => offer.trial,
            false => Terms {
                price: self
                    .own_price(offer.package.id)
                    .map_or(offer.official.price, |own| own.max(Money(0))),
                ..offer.official
            },
        };
        match terms.price > self.credits {
            true => Err(Error::InsufficientCredits),
            false => Ok(Purchase { offer, terms, is_trial }),
        }
    }
}

impl Purchase {
    /// Returns when what is made now expires, in unix seconds.
    ///
    /// # Errors
    /// A time beyond the calendar.
    pub fn end_of_new(&self, context: &Context<'_>) -> Result<i64> {
        self.terms.duration.end(context.now, context.zone())
    }

    /// Returns when something expires that is renewed and expires at `present` until then.
    ///
    /// # Errors
    /// A time beyond the calendar.
    pub fn end_of_renewed(&self, context: &Context<'_>, present: Option<i64>) -> Result<i64> {
        let from = present.filter(|end| *end > context.now && !self.is_trial);
        self.terms.duration.end(from.unwrap_or(context.now), context.zone())
    }

    /// Whether something that was sold as another package may keep what is left of its time.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_compatible(&self, context: &Context<'_>, present: Option<i64>) -> Result<bool> {
        let present = match present {
            Some(id) if id != self.offer.package.id => Offer::find(context, id)?,
            _ => None,
        };
        Ok(present.is_none_or(|present| self.offer.is_compatible(&present)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_roll_over_into_the_next() {
        let zone = Zone::UTC;
        let later = |from: &str, months| {
            let unix = zone.read_iso(from).unwrap();
            zone.iso(in_months(unix, months, zone).unwrap()).unwrap()
        };
        assert_eq!(later("2026-01-31", 1), "2026-03-03");
        assert_eq!(later("2028-01-31 12:30:00", 1), "2028-03-02 12:30:00");
        assert_eq!(later("2026-03-31", -1), "2026-03-03");
        assert_eq!(later("2026-12-15", 1), "2027-01-15");
        assert_eq!(later("2024-02-29", 12), "2025-03-01");
        assert_eq!(in_months(0, i64::MAX, zone), None);
    }

    #[test]
    fn a_duration_beyond_the_calendar_is_an_error_and_one_of_nothing_is_over_at_once() {
        let of = |count, unit| Duration { count, unit }.end(1_000, Zone::UTC);
        assert_eq!(of(5, None).unwrap(), 1_000);
        assert_eq!(of(0, Some(Unit::Day)).unwrap(), 1_000);
        assert_eq!(of(36, Some(Unit::Hour)).unwrap(), 1_000 + 36 * HOUR);
        assert!(of(i64::MAX, Some(Unit::Year)).is_err());
        assert!(of(i64::MAX, Some(Unit::Hour)).is_err());
        assert!(of(8000, Some(Unit::Year)).is_ok());
        assert!(of(8030, Some(Unit::Year)).is_err());
        let end_of_9999 = Duration { count: 0, unit: None }.end(253_402_300_799, Zone::named("Europe/Berlin").unwrap());
        assert!(end_of_9999.is_err());
    }
}
