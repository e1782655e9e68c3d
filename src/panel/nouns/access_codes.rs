//! Access codes: the first segment of a panel's API paths.

use rusqlite::OptionalExtension;

use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Error, Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, rows, stored};
use crate::panel::noun::{self, TableNoun};
use crate::panel::rng::CODE;
use crate::store::view::{View, ints, texts};

/// Length of a generated code.
pub const LENGTH: usize = 10;

/// The code that opens the MAG portal may be short, because people type it on a remote control.
const PORTAL: i64 = 2;

/// Types whose codes belong to no group: both portals and the web player.
const UNGROUPED: [i64; 3] = [2, 5, 6];

/// The default type of a code: the Admin API.
pub const ADMIN_API: i64 = 3;

/// Words that are fixed paths on a panel.
const RESERVED: [&str; 34] = [
    "admin",
    "stream",
    "images",
    "player_api",
    "player",
    "playlist",
    "epg",
    "live",
    "movie",
    "series",
    "status",
    "nginx_status",
    "get",
    "panel_api",
    "xmltv",
    "probe",
    "thumb",
    "timeshift",
    "auth",
    "vauth",
    "tsauth",
    "hls",
    "play",
    "key",
    "api",
    "c",
    "portal",
    "stalker_portal",
    "server",
    "streaming",
    "enigma2",
    "reseller",
    "linecard",
    "openapi",
];

/// How an access code is read.
pub static VIEW: View = View::new(
    "access_codes",
    "id",
    &[("access_codes", &[ints("groups"), texts("whitelist")])],
);

/// What callers write of an access code.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("access_codes", &[
    Field::new("code", FieldType::Code, "The first segment of the API's path: 8 to 64 of `A-Z a-z 0-9 _ -`.").kept_when_empty().default("10 random characters"),
    Field::new("type", FieldType::Int(0, 6), "What it opens: 0 admin panel, 1 reseller panel, 2 MAG portal, 3 admin API, 4 reseller API, 5 newer MAG portal, 6 web player."),
    stored("enabled", "0 closes it."),
    rows("groups", "users_groups", "Groups that it is for."),
    Field::new("whitelist", FieldType::Networks, "Addresses and networks that may use the code; an empty list admits all."),
]);

/// Access codes, which can be created, changed and deleted. Routing follows every change.
pub static ACCESS_CODES: TableNoun = TableNoun {
    unique: Some(("code", "code = ?1", Unique::AccessCode)),
    prepare,
    ..TableNoun::new(&VIEW, Thing::AccessCode)
};

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let stored = |id: i64| {
        context
            .db
            .prepare_cached("SELECT type FROM access_codes WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()
    };
    let kind = match (change.int("type"), own) {
        (Some(kind), _) => kind,
        (None, Some(id)) => stored(id)?.unwrap_or(ADMIN_API),
        (None, None) => ADMIN_API,
    };
    if change.text("code").is_some_and(|code| !is_well_formed(code, kind)) {
        return Err(Error::Invalid("code".into()));
    }
    if own.is_none() && change.get("code").is_none() {
        change.set("code", free_code(context)?);
    }
    if UNGROUPED.contains(&kind) && (change.get("groups").is_some() || change.get("type").is_some()) {
        change.set("groups", "[]".to_owned());
    }
    Ok(())
}

/// 8 to 64 letters, digits, `_` and `-`, and not a reserved word.
pub fn is_well_formed(code: &str, kind: i64) -> bool {
    has_form(code) && (kind == PORTAL || code.len() >= 8)
}

/// Checks the rules for codes of all types: the allowed characters, at most 64 of them, and not a reserved
/// word.
pub fn has_form(code: &str) -> bool {
    let characters = code
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    characters && (1..=64).contains(&code.len()) && !RESERVED.contains(&code) && !noun::is_reserved(code)
}

/// Generates a random code that no row has.
pub fn free_code(context: &Context<'_>) -> Result<String> {
    let mut taken = context
        .db
        .prepare_cached("SELECT 1 FROM access_codes WHERE code = ?1")?;
    loop {
        let code = context.panel.rng().text(CODE, LENGTH);
        if !taken.exists([&code])? {
            return Ok(code);
        }
    }
}
