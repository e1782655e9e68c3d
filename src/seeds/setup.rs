//! Sets up what every panel needs and the seeds leave out (contract "Admin API", section 9): a main server, the
//! two built-in groups, an administrator with an API key, an access code for the Admin API.

use rusqlite::{Connection, OptionalExtension, Result};

use super::context::{BootstrapCredentials, SeedContext};
use crate::panel::access_codes;
use crate::panel::administrator::Administrator;
use crate::panel::rng::{CODE, HEX};

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

/// Fills each of these tables that is empty. A second call changes nothing.
///
/// # Errors
/// One line with the error.
pub fn fill_gaps(context: &SeedContext<'_>) -> std::result::Result<(), String> {
    let failed = |error: rusqlite::Error| format!("set-up: {error}");
    let is_empty =
        |table: &str| -> Result<bool> { Ok(!context.db.prepare(&format!("SELECT 1 FROM {table}"))?.exists([])?) };
    if is_empty("servers").map_err(failed)? {
        let sql = "INSERT INTO servers (server_name, server_ip, is_main, last_check_ago, \"order\") VALUES ('Main Server', '127.0.0.1', 1, ?1, 1)";
        context.db.execute(sql, [context.now]).map_err(failed)?;
    }
    if is_empty("users_groups").map_err(failed)? {
        let sql = "INSERT INTO users_groups (group_name, is_admin, is_reseller, can_delete, total_allowed_gen_trials, total_allowed_gen_in)
             VALUES ('Administrators', 1, 0, 0, 0, ''), ('Resellers', 0, 1, 0, 100000, 'month')";
        context.db.execute(sql, []).map_err(failed)?;
    }
    // The order of the random values is fixed, so that the same --rng-seed gives the same panel.
    let code = match is_empty("access_codes").map_err(failed)? {
        true => Some(access_code(context)?),
        false => None,
    };
    if is_empty("users").map_err(failed)? {
        add_administrator(context).map_err(failed)?;
    }
    if let Some(code) = code {
        let sql = "INSERT INTO access_codes (code) VALUES (?1)";
        context.db.execute(sql, [code]).map_err(failed)?;
    }
    Ok(())
}

/// Adds the administrator without a password: logging in is not possible until one is set, as
/// `--admin-password` does.
fn add_administrator(context: &SeedContext<'_>) -> Result<()> {
    let drawn = draw_key(context);
    let key = context.keys.api_key.clone().unwrap_or(drawn);
    let sql = "INSERT INTO users (username, member_group_id, date_registered, api_key)
         VALUES (?1, coalesce((SELECT min(group_id) FROM users_groups WHERE is_admin <> 0), 0), ?2, ?3)";
    let administrator = context.keys.administrator.as_ref();
    let name = administrator.map_or("admin", Administrator::name);
    context.db.execute(sql, (name, context.now, key))?;
    Ok(())
}

fn access_code(context: &SeedContext<'_>) -> std::result::Result<String, String> {
    let drawn = draw_code(context);
    match &context.keys.access_code {
        None => Ok(drawn),
        Some(code) if access_codes::is_well_formed(code, access_codes::ADMIN_API) => Ok(code.clone()),
        // The code is a secret: the message does not repeat it.
        Some(_) => Err("the access code must be 8 to 64 of A-Z a-z 0-9 _ - and not a reserved word".into()),
    }
}

/// Returns the server of a stream that names none.
pub fn main_server(db: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM servers ORDER BY is_main <> 0 DESC, id LIMIT 1";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()
}
