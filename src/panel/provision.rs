//! Makes and changes lines as the REST APIs sell them: from a package, with a limit of devices and a MAC address that is
//! bound to the line itself (contract "REST APIs", A4 to A6).

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

use super::context::Context;
use super::draft::Change;
use super::error::{Error, Result, Thing, Unique};
use super::line_devices;
use super::lines::LINES;
use super::noun::Noun;
use crate::store::functions;
use crate::time::duration::Duration;
use crate::time::{DAY, HOUR, Zone};

/// Kinds of packages (A2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageKind {
    Regular,
    Trial,
    Reseller,
}

impl PackageKind {
    pub const ALL: [PackageKind; 3] = [PackageKind::Regular, PackageKind::Trial, PackageKind::Reseller];

    /// Returns how it is told.
    pub fn name(self) -> &'static str {
        match self {
            PackageKind::Regular => "regular",
            PackageKind::Trial => "trial",
            PackageKind::Reseller => "reseller",
        }
    }
}

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Never 0.
    pub count: u32,
    pub unit: Unit,
}

/// Units of terms. Hours and days are exact, months and years the calendar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Day,
    Month,
    Year,
}

impl Unit {
    pub const ALL: [Unit; 4] = [Unit::Hour, Unit::Day, Unit::Month, Unit::Year];

    /// Returns how it is told.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    /// That of a package's column.
    pub fn stored(word: &str) -> Option<Unit> {
        match word {
            "hours" => Some(Unit::Hour),
            "days" => Some(Unit::Day),
            "months" => Some(Unit::Month),
            "years" => Some(Unit::Year),
            _ => None,
        }
    }
}

impl Term {
    fn stored(count: i64, unit: &str) -> Option<Term> {
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        Unit::stored(unit).map(|unit| Term { count, unit })
    }

    /// Returns the end of a term that begins at `unix`; `None` beyond the calendar. A month that is too short ends with
    /// its last day.
    pub fn end(self, unix: i64, zone: Zone) -> Option<i64> {
        let exact = |seconds: i64| i64::from(self.count).checked_mul(seconds)?.checked_add(unix);
        let calendar = |months: u32| Duration::of_months(self.count.checked_mul(months)?).from(unix, zone);
        match self.unit {
            Unit::Hour => exact(HOUR),
            Unit::Day => exact(DAY),
            Unit::Month => calendar(1),
            Unit::Year => calendar(12),
        }
    }
}

/// A package, as lines are made from it.
#[derive(Clone, Debug)]
pub struct Package {
    pub id: i64,
    pub name: String,
    pub kind: PackageKind,
    /// The usual limit of devices; `None` where there is none.
    pub max_devices: Option<i64>,
    /// The official term, of a trial that of a trial.
    pub term: Option<Term>,
    pub is_active: bool,
    /// Ids, as they are stored.
    pub bouquets: String,
    outputs: String,
    country: String,
    server: i64,
    is_isplock: bool,
    is_restreamer: bool,
    max_connections: i64,
}

/// The columns of a package, in the order in which [`Package::of_row`] reads them.
pub(super) const COLUMNS: &str = "id, package_name, is_trial <> 0, is_official <> 0, is_addon <> 0, is_restreamer <> 0,
     official_duration, official_duration_in, trial_duration, trial_duration_in, max_connections, bouquets, output_formats,
     forced_country, force_server_id, is_isplock <> 0";
/// How many they are.
pub(super) const COLUMN_COUNT: usize = 16;

impl Package {
    /// Finds a package by its id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn find(context: &Context<'_>, id: i64) -> Result<Option<Package>> {
        Ok(Package::read(context.db, id)?)
    }

    /// The same in a database that is no panel yet.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(db: &Connection, id: i64) -> rusqlite::Result<Option<Package>> {
        let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM users_packages WHERE id = ?1"))?;
        query.query_row([id], Package::of_row).optional()
    }

    /// Returns all packages, the lowest id first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn all(context: &Context<'_>) -> Result<Vec<Package>> {
        let mut query = context
            .db
            .prepare_cached(&format!("SELECT {COLUMNS} FROM users_packages ORDER BY id"))?;
        let rows = query.query_map([], Package::of_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Reads a row that begins with [`COLUMNS`].
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Package> {
        let [is_trial, is_official, is_addon, is_restreamer] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
        let term = |count, unit| -> rusqlite::Result<Option<Term>> {
            Ok(Term::stored(
                row.get(count)?,
                row.get_ref(unit)?.as_str().unwrap_or_default(),
            ))
        };
        let official = term(6, 7)?.filter(|_| is_official);
        let max_connections: i64 = row.get(10)?;
        let kind = match (is_trial && official.is_none(), is_restreamer) {
            (true, _) => PackageKind::Trial,
            (false, true) => PackageKind::Reseller,
            (false, false) => PackageKind::Regular,
        };
        Ok(Package {
            id: row.get(0)?,
            name: row.get(1)?,
            kind,
            max_devices: Some(max_connections).filter(|most| *most > 0),
            term: match kind {
                PackageKind::Trial => term(8, 9)?,
                _ => official,
            },
            is_active: (is_official || is_trial) && !is_addon,
            bouquets: row.get(11)?,
            outputs: row.get(12)?,
            country: row.get(13)?,
            server: row.get(14)?,
            is_isplock: row.get(15)?,
            is_restreamer,
            max_connections,
        })
    }

    /// Whether lines of both packages are alike but for their bouquets.
    pub(super) fn is_like(&self, other: &Package) -> bool {
        functions::ids(&self.outputs) == functions::ids(&other.outputs)
            && self.is_restreamer == other.is_restreamer
            && self.is_isplock == other.is_isplock
            && self.max_connections == other.max_connections
            && self.server == other.server
            && self.country == other.country
    }

    /// What an active code has of it.
    pub(super) fn of_code(&self) -> Change {
        let mut change = of_package(self);
        change.set("is_isplock", i64::from(self.is_isplock));
        change.set("max_connections", self.max_connections);
        change
    }

    /// Whether lines of it are trials.
    fn makes_trials(&self) -> i64 {
        i64::from(self.kind == PackageKind::Trial)
    }
}

/// A line that is to be made.
#[derive(Clone, Debug)]
pub struct NewLine {
    pub package: Package,
    /// Drawn where there is none.
    pub username: Option<String>,
    /// Drawn where there is none.
    pub password: Option<String>,
    /// `None` counts no devices.
    pub device_limit: Option<i64>,
    /// In its one spelling.
    pub mac: Option<String>,
    /// Unix seconds; `None` is never.
    pub expires: Option<i64>,
    pub notes: String,
    pub is_enabled: bool,
}

/// Makes a line, and returns its id.
///
/// # Errors
/// [`Error::Taken`] for a username or a MAC address; SQLite's.
pub fn create(context: &Context<'_>, new: &NewLine) -> Result<i64> {
    let mut change = of_new_line(&new.package, new.device_limit);
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    change.set("username", text(&new.username));
    change.set("password", text(&new.password));
    change.set("exp_date", expiry(context, new.expires)?);
    change.set("admin_notes", new.notes.clone());
    change.set("enabled", i64::from(new.is_enabled));
    let id = LINES.write(context, change, None)?;
    line_devices::set_limit(context, id, new.device_limit)?;
    if let Some(mac) = &new.mac {
        bind(context, id, mac)?;
    }
    Ok(id)
}

/// What a new line has of its package and its limit of devices.
pub fn of_new_line(package: &Package, device_limit: Option<i64>) -> Change {
    let mut change = of_package(package);
    change.set("allowed_outputs", package.outputs.clone());
    change.set("forced_country", package.country.clone());
    change.set("force_server_id", package.server);
    change.set("is_isplock", i64::from(package.is_isplock));
    change.set("is_restreamer", i64::from(package.is_restreamer));
    change.set("max_connections", connections(device_limit, Some(package)));
    change
}

/// What a line has of its package, whenever it gets one.
fn of_package(package: &Package) -> Change {
    let mut change = Change::default();
    change.set("package_id", package.id);
    change.set("bouquet", package.bouquets.clone());
    change.set("is_trial", package.makes_trials());
    change
}

/// Simultaneous streams of a line with this limit of devices.
fn connections(device_limit: Option<i64>, package: Option<&Package>) -> i64 {
    let of_package = package.map_or(1, |package| package.max_connections);
    device_limit.map_or(of_package, |limit| limit.max(1))
}

/// The stored form of an end, in unix seconds.
///
/// # Errors
/// A time beyond the calendar.
pub(super) fn expiry(context: &Context<'_>, expires: Option<i64>) -> Result<Value> {
    let Some(unix) = expires else {
        return Ok(Value::Null);
    };
    let text = context.zone().iso(unix);
    text.map(Value::Text).ok_or(Error::InvalidDate("exp_date".into()))
}

/// What a line is to be changed to; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct LineChange {
    /// Gives its bouquets, and, where no limit is sent, its limit.
    pub package: Option<Package>,
    /// `Some(None)` draws another.
    pub password: Option<Option<String>>,
    /// `Some(None)` counts no devices any more.
    pub device_limit: Option<Option<i64>>,
    /// `Some(None)` binds none any more.
    pub mac: Option<Option<String>>,
    pub notes: Option<String>,
    /// `Some(None)` is never.
    pub expires: Option<Option<i64>>,
    pub is_enabled: Option<bool>,
}

/// Changes a line.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Taken`] for a MAC address, [`Error::DeviceLimit`] where none is left for it; SQLite's.
pub fn change(context: &Context<'_>, id: i64, wanted: &LineChange) -> Result<()> {
    LINES.must_exist(context, id)?;
    let mut change = wanted.package.as_ref().map(of_package).unwrap_or_default();
    let limit = wanted
        .device_limit
        .or(wanted.package.as_ref().map(|package| package.max_devices));
    if let Some(limit) = limit {
        change.set("max_connections", connections(limit, wanted.package.as_ref()));
        line_devices::set_limit(context, id, limit)?;
    }
    if let Some(password) = &wanted.password {
        change.set("password", password.clone().map_or(Value::Null, Value::Text));
    }
    if let Some(notes) = &wanted.notes {
        change.set("admin_notes", notes.clone());
    }
    if let Some(expires) = wanted.expires {
        change.set("exp_date", expiry(context, expires)?);
    }
    if let Some(is_enabled) = wanted.is_enabled {
        change.set("enabled", i64::from(is_enabled));
    }
    if !change.is_empty() {
        LINES.write(context, change, Some(id))?;
    }
    match &wanted.mac {
        Some(mac) => rebind(context, id, mac.as_deref()),
        None => Ok(()),
    }
}

/// Returns the MAC address that is bound to a line.
///
/// # Errors
/// SQLite's.
pub fn mac_of(context: &Context<'_>, line: i64) -> Result<Option<String>> {
    let sql = "SELECT mac FROM mag_devices WHERE user_id = ?1 ORDER BY mag_id LIMIT 1";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([line], |row| row.get(0)).optional()?)
}

/// Binds another MAC address to a line, or none. That of before makes room first.
fn rebind(context: &Context<'_>, line: i64, mac: Option<&str>) -> Result<()> {
    if mac_of(context, line)?.as_deref() == mac {
        return Ok(());
    }
    unbind(context, line)?;
    let Some(mac) = mac else {
        return Ok(());
    };
    if !line_devices::has_room(context, line)? {
        return Err(Error::DeviceLimit);
    }
    bind(context, line, mac)
}

/// Unbinds the MAC address of a line.
///
/// # Errors
/// SQLite's.
pub fn unbind(context: &Context<'_>, line: i64) -> Result<()> {
    let sql = "DELETE FROM mag_devices WHERE user_id = ?1";
    context.db.prepare_cached(sql)?.execute([line])?;
    touch(context, line)
}

/// Binds a MAC address to a line: a device whose line is no hidden one.
///
/// # Errors
/// [`Error::Taken`], [`Error::NotFound`]; SQLite's.
pub fn bind(context: &Context<'_>, line: i64, mac: &str) -> Result<()> {
    LINES.must_exist(context, line)?;
    let sql = "SELECT 1 FROM mag_devices WHERE mac = ?1 UNION ALL SELECT 1 FROM enigma2_devices WHERE mac = ?1";
    if context.db.prepare_cached(sql)?.exists([mac])? {
        return Err(Error::Taken(Unique::Mac));
    }
    let mut own = Change::default();
    own.set("user_id", line);
    own.set("mac", mac.to_owned());
    own.set("created", context.now);
    let mag = own.insert(context, "mag_devices")?;
    let sql = "INSERT INTO linecard_devices (line_id, mag_id, first_seen) VALUES (?1, ?2, ?3)";
    context.db.prepare_cached(sql)?.execute((line, mag, context.now))?;
    touch(context, line)
}

/// A line's devices are a part of it.
pub(super) fn touch(context: &Context<'_>, line: i64) -> Result<()> {
    let sql = "UPDATE lines SET updated = ?2 WHERE id = ?1";
    context.db.prepare_cached(sql)?.execute((line, context.now))?;
    Ok(())
}

/// Finds a line that is no device's hidden one.
///
/// # Errors
/// [`Error::NotFound`]; SQLite's.
pub fn must_be_plain(context: &Context<'_>, id: i64) -> Result<()> {
    LINES.must_exist(context, id)?;
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND is_mag = 0 AND is_e2 = 0";
    match context.db.prepare_cached(sql)?.exists([id])? {
        true => Ok(()),
        false => Err(Error::NotFound(Thing::Line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_are_exact_and_months_end_with_their_last_day() {
        // 2026-01-31 12:00:00.
        let begun = 1_769_860_800;
        let end = |count, unit| {
            Term { count, unit }
                .end(begun, Zone::UTC)
                .and_then(|end| Zone::UTC.stamp(end))
                .unwrap()
        };
        assert_eq!(end(36, Unit::Hour), "2026-02-02 00:00:00");
        assert_eq!(end(30, Unit::Day), "2026-03-02 12:00:00");
        assert_eq!(end(1, Unit::Month), "2026-02-28 12:00:00");
        assert_eq!(end(2, Unit::Month), "2026-03-31 12:00:00");
        assert_eq!(end(1, Unit::Year), "2027-01-31 12:00:00");
        assert_eq!(
            Term {
                count: u32::MAX,
                unit: Unit::Year
            }
            .end(begun, Zone::UTC),
            None
        );
    }
}
