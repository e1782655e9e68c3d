//! Packages, which resellers sell.

use rusqlite::types::Value;

use crate::panel::context::Context;
use crate::panel::draft::{Change, Reference};
use crate::panel::error::{Error, Result, Thing};
use crate::panel::noun::TableNoun;
use crate::store::view::{Owner, View, flag, int, ints, money, text};

/// Whole months of the official duration; 0 for a package that is only a trial.
const MONTHS: &str = "CASE WHEN users_packages.is_official = 0 THEN 0 ELSE CASE users_packages.official_duration_in
     WHEN 'months' THEN users_packages.official_duration
     WHEN 'years' THEN users_packages.official_duration * 12
     WHEN 'days' THEN users_packages.official_duration / 30
     ELSE 0 END END";

/// How a package is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    ..View::new(
    "users_packages",
    "id",
    &[(
        "users_packages",
        &[
            int("id"),
            text("package_name"),
            money("credits").is(
                "CASE WHEN users_packages.is_official <> 0 THEN users_packages.official_credits ELSE users_packages.trial_credits END",
            ),
            int("duration_months").is(MONTHS),
            flag("is_trial"),
            flag("is_official"),
            ints("groups"),
            money("trial_credits"),
            money("official_credits"),
            int("trial_duration"),
            text("trial_duration_in"),
            int("official_duration"),
            text("official_duration_in"),
            ints("bouquets"),
            int("max_connections"),
            flag("is_line"),
            flag("is_mag"),
            flag("is_e2"),
            flag("is_restreamer"),
            flag("is_isplock"),
            ints("output_formats"),
            int("force_server_id"),
            text("forced_country"),
            flag("lock_device"),
            flag("check_compatible"),
        ],
    )],
)
};

/// Packages, which can be created, changed and deleted.
pub static PACKAGES: TableNoun = TableNoun {
    prepare,
    release,
    ..TableNoun::new(&VIEW, Thing::Package)
};

/// The units of durations.
pub const UNITS: [&str; 4] = ["hours", "days", "months", "years"];

/// The columns of units, each with the unit of a new package.
const DURATIONS: [(&str, &str); 2] = [("trial_duration_in", "hours"), ("official_duration_in", "months")];

/// A reference to a package.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    exists: "SELECT 1 FROM users_packages WHERE id = ?1",
    otherwise: |_| Error::UnknownPackage,
};

/// A duration always has a unit.
fn prepare(_: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    for (column, unit) in DURATIONS {
        let is_cleared = matches!(change.get(column), Some(Value::Null));
        if is_cleared || (own.is_none() && change.get(column).is_none()) {
            change.set(column, unit.to_owned());
        }
    }
    Ok(())
}

/// Takes the package off its lines, which stay, and out of the packages that it adds to.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    for sql in [
        "UPDATE lines SET package_id = NULL WHERE package_id = ?1",
        "UPDATE users_packages SET addon_packages = ids_without(addon_packages, ?1) WHERE ids_hold(addon_packages, ?1)",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}
