//! Lines: the accounts with which customers watch. Each device has a hidden one.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use super::standing::{expiry, sold_filters};
use crate::panel::audit::{self, Columns, Target};
use crate::panel::connections::{self, ConnectionOf};
use crate::panel::context::Context;
use crate::panel::draft::{Change, Reference};
use crate::panel::error::{Error, Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, count, limited, row, rows, stored, text_list};
use crate::panel::noun::{self, TableNoun};
use crate::panel::packages;
use crate::panel::rng::CREDENTIAL;
use crate::store::schema;
use crate::store::view::{Column, Owner, View, flag, int, ints, text, texts, unix};

/// Length of a generated username and of a generated password.
pub const CREDENTIAL_LENGTH: usize = 10;

/// The columns of a line. Devices show their hidden line's values through the same columns; if that line no
/// longer exists, all of them are null.
pub const COLUMNS: &[Column] = &[
    texts("allowed_ips"),
    texts("allowed_ua"),
    ints("bouquets").is("lines.bouquet"),
    int("member_id").is("CASE WHEN lines.id IS NOT NULL THEN coalesce(lines.member_id, 0) END"),
    flag("status").is("lines.enabled <> 0 AND lines.admin_enabled <> 0"),
    text("owner_name").is(
        "CASE WHEN lines.id IS NOT NULL THEN coalesce((SELECT username FROM users WHERE users.id = lines.member_id), '') END",
    ),
    int("active_connections").is(
        "CASE WHEN lines.id IS NOT NULL THEN
             (SELECT count(*) FROM lines_live WHERE lines_live.user_id = lines.id AND hls_end = 0) END",
    ),
    int("stream_id").is(
        "(SELECT stream_id FROM lines_live WHERE lines_live.user_id = lines.id AND hls_end = 0
          ORDER BY activity_id DESC LIMIT 1)",
    ),
    text("stream_display_name").is(
        "(SELECT (SELECT stream_display_name FROM streams WHERE streams.id = lines_live.stream_id) FROM lines_live
          WHERE lines_live.user_id = lines.id AND hls_end = 0 ORDER BY activity_id DESC LIMIT 1)",
    ),
    unix("last_active").is("lines.last_activity"),
    ints("allowed_outputs"),
    // For sorting only.
    int("standing").is("lines.enabled - lines.admin_enabled"),
    flag("online").is("EXISTS (SELECT 1 FROM lines_live WHERE lines_live.user_id = lines.id AND hls_end = 0)"),
];

/// Filters of a list of lines, or of devices by their lines.
pub const FILTERS: &[(&str, &str)] = sold_filters!(
    "lines",
    ("plain", "lines.is_mag = 0 AND lines.is_e2 = 0"),
    ("restreamer", "lines.is_restreamer <> 0"),
    ("stalker", "lines.is_stalker <> 0"),
    (
        "expires soon",
        concat!(
            expiry!(is_ahead_of "lines" ":now"),
            " AND ",
            expiry!(has_come "lines" ":soon")
        )
    ),
);

/// The owner of a line.
const OWNER: Owner = Owner::Line {
    line: "lines.id",
    account: "lines.member_id",
};

/// How a line is read.
pub static VIEW: View = View {
    filters: FILTERS,
    kept_total: Some(("plain", "SELECT plain_lines FROM linecard_totals WHERE id = 1")),
    owner: OWNER,
    ..View::new("lines", "id", &[("lines", COLUMNS)])
};

/// What callers write of a line; a device's hidden line has it too.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("lines", &[
    stored("exp_date", "When the line expires."),
    limited("username", 255, "What the customer logs in with.").kept_when_empty().default("10 random characters"),
    limited("password", 255, "The password beside it.").kept_when_empty().default("10 random characters"),
    rows("bouquet", "bouquets", "Ids of the bouquets that the line may watch."),
    count("max_connections", "Connections at the same time; 0 is no limit."),
    count("member_id", "The reseller that the line belongs to.").refers("users"),
    stored("is_restreamer", "The line may be restreamed."),
    stored("is_trial", "The line is a trial."),
    stored("is_isplock", "The line is bound to its internet provider."),
    text_list("allowed_ips", "Addresses that may use the line; an empty list admits all."),
    text_list("allowed_ua", "User agents that may use the line; an empty list admits all."),
    stored("admin_notes", "Notes for administrators."),
    stored("reseller_notes", "Notes that the reseller sees."),
    stored("enabled", "0 disables the line."),
    stored("admin_enabled", "0 bans the line."),
    stored("is_stalker", "The line is used through a portal."),
    stored("bypass_ua", "User agents are not checked."),
    Field::new("allowed_outputs", FieldType::Formats, "Output formats: 1 HLS, 2 MPEG-TS, 3 RTMP; none listed means all."),
    row("package_id", &packages::EXISTS, "The package that the line was sold as."),
    count("force_server_id", "The server that the line always watches from.").refers("servers"),
    row("pair_id", &EXISTS, "A line that this one is paired with."),
    Field::new("forced_country", FieldType::Country, "Two letters of the only country the line may be used from."),
    stored("contact", "How to reach the customer."),
    stored("created_at", "When it was created.").now(),
    stored("updated", "When it was changed.").now(),
    limited("as_number", 30, "The number of the network that it was last used from."),
]);

/// Lines, which can be created, changed and deleted.
pub static LINES: TableNoun = TableNoun {
    account: Some("member_id"),
    refers: &["pair_id"],
    unique: Some((
        "username",
        "rtrim(username) = rtrim(?1) COLLATE NOCASE",
        Unique::Username,
    )),
    prepare,
    release,
    ..TableNoun::new(&VIEW, Thing::Line)
};

/// A reference to a line.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    otherwise: Error::Invalid,
};

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    change.set("updated", context.now);
    if own.is_none() {
        change.set("created_at", context.now);
    }
    // Null asks for a generated one; an edit without one keeps what is stored.
    let is_wanted = |change: &Change, column| match change.get(column) {
        None => own.is_none(),
        Some(value) => *value == Value::Null,
    };
    if is_wanted(change, "username") {
        change.set(
            "username",
            noun::free_username(context, "lines", CREDENTIAL, CREDENTIAL_LENGTH)?,
        );
    }
    if is_wanted(change, "password") {
        change.set("password", context.panel.rng().text(CREDENTIAL, CREDENTIAL_LENGTH));
    }
    Ok(())
}

/// Deletes what belongs to a line: its refused requests, its open connections and the device whose hidden
/// line it is. Its activity stays, without an owner; lines paired with it are no longer paired.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    context.line_goes(id)?;
    connections::close_of(context, ConnectionOf::Line, id)?;
    for sql in [
        "DELETE FROM lines_logs WHERE user_id = ?1",
        "UPDATE lines_activity SET user_id = 0 WHERE user_id = ?1",
        "UPDATE lines SET pair_id = NULL WHERE pair_id = ?1",
        "DELETE FROM mag_devices WHERE user_id = ?1",
        "DELETE FROM enigma2_devices WHERE user_id = ?1",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// Gives a device's hidden line credentials that a person can type, and makes it visible in lists.
pub fn unhide(context: &Context<'_>, id: i64, device_flag: &'static str) -> Result<()> {
    let mut change = Change::default();
    change.set(device_flag, Value::Integer(0));
    change.set(
        "username",
        noun::free_username(context, "lines", CREDENTIAL, CREDENTIAL_LENGTH)?,
    );
    change.set("password", context.panel.rng().text(CREDENTIAL, CREDENTIAL_LENGTH));
    LINES.write(context, change, Some(id)).map(|_| ())
}

/// The condition that a line has the username `?1` and the password `?2`. Letter case and trailing
/// spaces do not count.
pub const HAS_CREDENTIALS: &str =
    "rtrim(lines.username) = rtrim(?1) COLLATE NOCASE AND rtrim(lines.password) = rtrim(?2) COLLATE NOCASE";

/// Finds the first line with these credentials, among those that the caller may see, and returns its id.
pub fn find(context: &Context<'_>, username: &str, password: &str) -> Result<Option<i64>> {
    let sql = format!("SELECT id FROM lines WHERE {HAS_CREDENTIALS} ORDER BY id");
    context.first_id(&VIEW, &sql, [username, password])
}

/// Returns the text of an extra column of a customised panel, empty until it is set. If `lines` has a column
/// of this name, it is read from there.
pub fn extra(context: &Context<'_>, id: i64, name: &str) -> Result<String> {
    if !context.sees(&VIEW, id)? {
        return Ok(String::new());
    }
    let value = match schema::table("lines").and_then(|lines| lines.column(name)) {
        Some(column) => {
            let sql = format!("SELECT \"{}\" FROM lines WHERE id = ?1", column.name);
            let value = context.db.prepare_cached(&sql)?.query_row([id], |row| row.get(0));
            value.optional()?.flatten()
        }
        None => {
            let sql = "SELECT value FROM linecard_extra WHERE line_id = ?1 AND name = ?2";
            let value = context.db.prepare_cached(sql)?.query_row((id, name), |row| row.get(0));
            value.optional()?
        }
    };
    Ok(value.unwrap_or_default())
}

/// Sets the value of an extra column of a customised panel.
///
/// # Errors
/// [`Error::NotFound`] if the caller may not change the line.
pub fn set_extra(context: &Context<'_>, id: i64, name: &str, value: &str) -> Result<()> {
    context.must_change(&VIEW, Thing::Line)?;
    context.must_see(&VIEW, Thing::Line, id)?;
    let before = extra(context, id, name)?;
    let sql = "INSERT INTO linecard_extra (line_id, name, value) VALUES (?1, ?2, ?3)
               ON CONFLICT (line_id, name) DO UPDATE SET value = ?3";
    context.db.prepare_cached(sql)?.execute((id, name, value))?;
    let column = |value: &str| Some(Columns::default().with(name, value.to_owned()));
    audit::changed(context, Target::row("lines", id), column(&before), column(value))
}

/// Returns the lines, including devices' hidden ones, that expire after `from` and not after `to` (both unix
/// seconds), among those that the caller may see: expiry and id, in that order.
pub fn expiring(context: &Context<'_>, from: i64, to: i64) -> Result<Vec<(i64, i64)>> {
    let zone = context.zone();
    let sql = "SELECT exp_date, id FROM lines WHERE exp_date > ?1 AND exp_date <= ?2";
    let mut query = context.db.prepare_cached(sql)?;
    let mut rows = query.query([zone.text_before(from), zone.text_after(to)])?;
    let mut due = Vec::new();
    while let Some(row) = rows.next()? {
        let (text, id) = (row.get_ref(0)?.as_str().unwrap_or_default(), row.get(1)?);
        let falls_due = !zone.has_come(text, from) && zone.has_come(text, to);
        if falls_due && context.sees(&VIEW, id)? {
            due.push((zone.read_iso(text).unwrap_or(to), id));
        }
    }
    due.sort_unstable();
    Ok(due)
}
