//! Packages, which resellers sell.

use crate::panel::context::Context;
use crate::panel::draft::Reference;
use crate::panel::error::{Error, Result, Thing};
use crate::panel::fields::{Field, FieldType, Fields, NewValue, choice, count, rows, stored};
use crate::panel::noun::TableNoun;
use crate::store::view::{Owner, View, int, ints, money};

/// Whole months of the official duration; 0 for a package that is only a trial.
const MONTHS: &str = "CASE WHEN users_packages.is_official = 0 THEN 0 ELSE CASE users_packages.official_duration_in
     WHEN 'months' THEN users_packages.official_duration
     WHEN 'years' THEN users_packages.official_duration * 12
     WHEN 'days' THEN users_packages.official_duration / 30
     ELSE 0 END END";

/// How a package is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    filters: &[("sold by", "ids_hold(users_packages.\"groups\", :value)")],
    ..View::new(
    "users_packages",
    "id",
    &[(
        "users_packages",
        &[
            money("credits").is(
                "CASE WHEN users_packages.is_official <> 0 THEN users_packages.official_credits ELSE users_packages.trial_credits END",
            ),
            int("duration_months").is(MONTHS),
            ints("groups"),
            ints("bouquets"),
            ints("output_formats"),
        ],
    )],
)
};

/// What callers write of a package.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("users_packages", &[
    stored("package_name", "The name of the package.").refused_when_empty(),
    stored("is_trial", "It can be given as a trial."),
    stored("is_official", "It can be sold."),
    stored("is_addon", "It adds to other packages."),
    stored("trial_credits", "The price of a trial."),
    stored("official_credits", "The price of a sale."),
    count("trial_duration", "How long a trial lasts."),
    choice("trial_duration_in", &UNITS, "The unit of it: `hours`, `days`, `months` or `years`.").null_when_empty().gets(NewValue::Text("hours")),
    count("official_duration", "How long a sale lasts."),
    choice("official_duration_in", &UNITS, "The unit of it: `hours`, `days`, `months` or `years`.").null_when_empty().gets(NewValue::Text("months")),
    rows("groups", "users_groups", "Ids of the groups whose accounts sell it."),
    rows("bouquets", "bouquets", "Ids of the bouquets that its lines may watch."),
    rows("addon_packages", "users_packages", "Ids of the packages that may be added to it."),
    stored("is_line", "It makes lines."),
    stored("is_mag", "It makes MAG devices."),
    stored("is_e2", "It makes Enigma2 devices."),
    stored("is_restreamer", "Its lines may be restreamed."),
    stored("is_isplock", "Its lines are bound to their internet provider."),
    Field::new("output_formats", FieldType::Formats, "Output formats: 1 HLS, 2 MPEG-TS, 3 RTMP; none listed means all."),
    count("max_connections", "Connections of its lines at the same time; 0 is no limit."),
    count("force_server_id", "The server that its lines always watch from.").refers("servers"),
    Field::new("forced_country", FieldType::Country, "Two letters of the only country its lines may be used from."),
    stored("lock_device", "Its devices are bound to their hardware."),
    stored("check_compatible", "A line may change to it only if both are alike."),
]);

/// Packages, which can be created, changed and deleted.
pub static PACKAGES: TableNoun = TableNoun {
    fields: Some(&FIELDS),
    release,
    ..TableNoun::new(&VIEW, Thing::Package)
};

/// The units of durations.
pub const UNITS: [&str; 4] = ["hours", "days", "months", "years"];

/// A reference to a package.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    otherwise: |_| Error::UnknownPackage,
};

/// Takes the package off its lines and active codes, which stay, and out of the packages that it adds to.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    for sql in [
        "UPDATE lines SET package_id = NULL WHERE package_id = ?1",
        "UPDATE activecodes SET package_id = 0 WHERE package_id = ?1",
        "UPDATE users_packages SET addon_packages = ids_without(addon_packages, ?1) WHERE ids_hold(addon_packages, ?1)",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}
