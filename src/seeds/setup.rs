//! Sets up what every panel needs and the seeds leave out (contract "Admin API", section 9), each thing by itself:
//! a main server, the two built-in groups, an administrator with an API key, an access code for the Admin API, and in a
//! fixture a token and a key of the REST APIs.

use rusqlite::{Connection, OptionalExtension, Result};

use super::context::{BootstrapCredentials, SeedContext};
use super::credentials;
use crate::panel::access_codes;
use crate::panel::administrator::Administrator;
use crate::panel::rng::{CODE, HEX};

/// The rows that make the Admin API callable.
const OPEN_CODES: &str = "access_codes WHERE type = 3 AND enabled <> 0";
const KEYED_ADMINISTRATORS: &str = "users JOIN users_groups ON group_id = member_group_id
     WHERE is_admin <> 0 AND status = 1 AND api_key <> ''";

/// A group that every panel has.
struct BuiltInGroup {
    name: &'static str,
    /// The column that tells its accounts from those of other groups.
    role: &'static str,
    trials: i64,
    trials_in: &'static str,
}

static BUILT_IN_GROUPS: [BuiltInGroup; 2] = [
    BuiltInGroup {
        name: "Administrators",
        role: "is_admin",
        trials: 0,
        trials_in: "",
    },
    BuiltInGroup {
        name: "Resellers",
        role: "is_reseller",
        trials: 100_000,
        trials_in: "month",
    },
];

/// Draws the access code and the API key before the seeds use random numbers, so that editing a seed does not
/// change them. The generator is then set back, so that later random values are the same with and without this.
pub fn draw_credentials(context: &SeedContext<'_>) -> BootstrapCredentials {
    let mark = context.rng.position();
    let (code, key) = (draw_code(context), draw_key(context));
    context.rng.go_back(&mark);
    let keys = context.keys.clone();
    BootstrapCredentials {
        access_code: keys.access_code.or(Some(code)),
        api_key: keys.api_key.or(Some(key)),
        ..keys
    }
}

/// Drawn even if a code was set, so that setting one changes no other random value.
fn draw_code(context: &SeedContext<'_>) -> String {
    context.rng.text(CODE, access_codes::LENGTH)
}

fn draw_key(context: &SeedContext<'_>) -> String {
    context.rng.text(HEX, 32)
}

/// Adds what is missing. A second call changes nothing.
///
/// # Errors
/// One line with the error.
pub fn fill_gaps(context: &SeedContext<'_>) -> std::result::Result<(), String> {
    let db = context.db;
    if lacks(db, "servers").map_err(failed)? {
        let sql = "INSERT INTO servers (server_name, server_ip, is_main, last_check_ago, \"order\") VALUES ('Main Server', '127.0.0.1', 1, ?1, 1)";
        db.execute(sql, [context.now]).map_err(failed)?;
    }
    add_groups(db).map_err(failed)?;
    // The order of the random values is fixed, so that the same --rng-seed gives the same panel.
    let code = match lacks(db, OPEN_CODES).map_err(failed)? {
        true => Some(access_code(context)?),
        false => None,
    };
    if lacks(db, KEYED_ADMINISTRATORS).map_err(failed)? {
        give_key(context).map_err(failed)?;
    }
    if let Some(code) = code {
        add_code(db, &code).map_err(failed)?;
    }
    credentials::fill(context)
}

/// Whether there is no such row.
fn lacks(db: &Connection, rows: &str) -> Result<bool> {
    Ok(!db.prepare(&format!("SELECT 1 FROM {rows}"))?.exists([])?)
}

/// Formats an error of the set-up.
pub(super) fn failed(error: rusqlite::Error) -> String {
    format!("set-up: {error}")
}

/// Adds the built-in groups whose role no group has, and returns their ids and names.
pub fn add_groups(db: &Connection) -> Result<Vec<(i64, &'static str)>> {
    let mut added = Vec::new();
    for group in &BUILT_IN_GROUPS {
        let BuiltInGroup {
            name,
            role,
            trials,
            trials_in,
        } = group;
        if !lacks(db, &format!("users_groups WHERE {role} <> 0"))? {
            continue;
        }
        let sql = "INSERT INTO users_groups (group_name, is_admin, is_reseller, can_delete, total_allowed_gen_trials, total_allowed_gen_in)
             VALUES (?1, ?2 = 'is_admin', ?2 = 'is_reseller', 0, ?3, ?4)";
        db.execute(sql, (name, role, trials, trials_in))?;
        added.push((db.last_insert_rowid(), *name));
    }
    Ok(added)
}

/// Gives the first enabled administrator without a key one; where there is none, adds an administrator.
fn give_key(context: &SeedContext<'_>) -> Result<()> {
    let drawn = draw_key(context);
    let key = context.keys.api_key.clone().unwrap_or(drawn);
    match set_first_key(context.db, &key)? {
        true => Ok(()),
        false => add_administrator(context, &key),
    }
}

/// Sets the key of the first enabled administrator, of those with a key if there are any. False if there is no
/// administrator.
pub(super) fn set_first_key(db: &Connection, key: &str) -> Result<bool> {
    let sql = "UPDATE users SET api_key = ?1 WHERE id = (
         SELECT users.id FROM users JOIN users_groups ON group_id = member_group_id
         WHERE is_admin <> 0 AND status = 1 ORDER BY api_key = '', users.id LIMIT 1)";
    Ok(db.execute(sql, [key])? > 0)
}

/// Adds an administrator without a password: logging in is not possible until one is set, as
/// `--admin-password` does.
pub(super) fn add_administrator(context: &SeedContext<'_>, key: &str) -> Result<()> {
    let sql = "INSERT INTO users (username, member_group_id, date_registered, api_key)
         VALUES (?1, coalesce((SELECT min(group_id) FROM users_groups WHERE is_admin <> 0), 0), ?2, ?3)";
    let name = free_name(context)?;
    context.db.execute(sql, (name, context.now, key))?;
    Ok(())
}

/// Returns the name of `--admin-user`, or `admin`; a number behind it where a seed's account has that name.
fn free_name(context: &SeedContext<'_>) -> Result<String> {
    let wanted = context.keys.administrator.as_ref().map_or("admin", Administrator::name);
    let sql = "SELECT 1 FROM users WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE";
    let mut taken = context.db.prepare(sql)?;
    let (mut name, mut number) = (wanted.to_owned(), 1);
    while taken.exists([&name])? {
        number += 1;
        name = format!("admin{number}");
    }
    Ok(name)
}

fn access_code(context: &SeedContext<'_>) -> std::result::Result<String, String> {
    let drawn = draw_code(context);
    match &context.keys.access_code {
        None => Ok(drawn),
        Some(code) => well_formed(code).map(str::to_owned),
    }
}

/// Checks the form of an access code that an option names.
///
/// # Errors
/// One line without the code, which is a secret.
pub(super) fn well_formed(code: &str) -> std::result::Result<&str, String> {
    match access_codes::is_well_formed(code, access_codes::ADMIN_API) {
        true => Ok(code),
        false => Err("the access code must be 8 to 64 of A-Z a-z 0-9 _ - and not a reserved word".into()),
    }
}

/// Adds an access code of the Admin API, unless there is one of this text.
pub(super) fn add_code(db: &Connection, code: &str) -> Result<()> {
    let sql = "INSERT INTO access_codes (code) VALUES (?1) ON CONFLICT DO NOTHING";
    db.execute(sql, [code]).map(drop)
}

/// Returns the server of a stream that names none.
pub fn main_server(db: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM servers ORDER BY is_main <> 0 DESC, id LIMIT 1";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()
}
