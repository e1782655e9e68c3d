//! Packages, which resellers sell.

use super::draft::Reference;
use super::error::Error;
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

/// A reference to a package.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    exists: "SELECT 1 FROM users_packages WHERE id = ?1",
    otherwise: |_| Error::UnknownPackage,
};
