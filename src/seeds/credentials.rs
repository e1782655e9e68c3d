//! The access code and the API key that options name: a new panel has them whatever its seeds say.

use rusqlite::OptionalExtension;

use super::context::{BootstrapCredentials, SeedContext};
use super::setup::{self, failed};

/// Makes the given credentials good, after the seeds were planted. The key becomes that of the first administrator,
/// so that a key which a seed is known for opens nothing any more; the code is added to those of the seeds.
///
/// # Errors
/// One line that names the option: a seed has it for something else.
pub fn apply(context: &SeedContext<'_>, given: &BootstrapCredentials) -> Result<(), String> {
    if let Some(key) = &given.api_key {
        apply_key(context, key)?;
    }
    match &given.access_code {
        Some(code) => apply_code(context, code),
        None => Ok(()),
    }
}

fn apply_key(context: &SeedContext<'_>, key: &str) -> Result<(), String> {
    let sql = "SELECT username, status = 1 AND coalesce(is_admin, 0) <> 0 AS is_good FROM users
         LEFT JOIN users_groups ON group_id = member_group_id WHERE api_key = ?1 ORDER BY is_good DESC LIMIT 1";
    let owner = context
        .db
        .query_row(sql, [key], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)));
    match owner.optional().map_err(failed)? {
        Some((_, true)) => Ok(()),
        Some((name, false)) => Err(format!(
            "--api-key is the key of the account {name:?} of the seed, which is no enabled administrator; choose another"
        )),
        None if setup::set_first_key(context.db, key).map_err(failed)? => Ok(()),
        None => {
            setup::add_groups(context.db).map_err(failed)?;
            setup::add_administrator(context, key).map_err(failed)
        }
    }
}

fn apply_code(context: &SeedContext<'_>, code: &str) -> Result<(), String> {
    let sql = "SELECT type = 3 AND enabled <> 0 FROM access_codes WHERE code = ?1";
    let is_open = context.db.query_row(sql, [code], |row| row.get::<_, bool>(0));
    match is_open.optional().map_err(failed)? {
        Some(true) => Ok(()),
        Some(false) => Err(
            "--access-code is a code of the seed that is disabled or does not open the Admin API; choose another"
                .into(),
        ),
        None => setup::add_code(context.db, setup::well_formed(code)?).map_err(failed),
    }
}
