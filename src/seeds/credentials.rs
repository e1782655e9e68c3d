//! The access code, the API key and the secrets of REST APIs that options name: a new panel has them whatever its seeds
//! say.

use rusqlite::OptionalExtension;

use super::context::{BootstrapCredentials, SeedContext};
use super::setup::{self, failed};
use crate::panel::rest_secrets::{self, NewSecret, SecretKind};

/// Makes the given credentials good, after the seeds were planted. The key becomes that of the first administrator,
/// so that a key which a seed is known for opens nothing any more; the code is added to those of the seeds.
///
/// # Errors
/// One line that names the option: a seed has it for something else.
pub fn apply(context: &SeedContext<'_>, given: &BootstrapCredentials) -> Result<(), String> {
    if let Some(key) = &given.api_key {
        apply_key(context, key)?;
    }
    if let Some(code) = &given.access_code {
        apply_code(context, code)?;
    }
    apply_secret(context, &rest_secrets::NXT, "--nxt-token", given.nxt_token.as_deref())?;
    apply_secret(
        context,
        &rest_secrets::BILLING,
        "--billing-key",
        given.billing_key.as_deref(),
    )
}

/// Adds the drawn secrets of REST APIs of which there is none.
pub(super) fn fill(context: &SeedContext<'_>) -> Result<(), String> {
    let drawn = &context.keys.drawn;
    for (kind, text) in [
        (&rest_secrets::NXT, &drawn.nxt_token),
        (&rest_secrets::BILLING, &drawn.billing_key),
    ] {
        let Some(text) = text else { continue };
        let sql = "SELECT 1 FROM linecard_secrets WHERE kind = ?1 AND revoked IS NULL";
        let has_one = context
            .db
            .prepare_cached(sql)
            .and_then(|mut query| query.exists([kind.name]));
        if has_one.map_err(failed)? {
            continue;
        }
        let new = NewSecret {
            name: "drawn at the start".to_owned(),
            ..NewSecret::default()
        };
        let put = rest_secrets::put(context.db, context.now, kind, &new, &rest_secrets::hash(text));
        put.map_err(|error| format!("set-up: {error}"))?;
    }
    Ok(())
}

/// Adds a secret of a REST API that may do everything, under the option's name; a seed may have it already.
fn apply_secret(context: &SeedContext<'_>, kind: &SecretKind, option: &str, text: Option<&str>) -> Result<(), String> {
    let Some(text) = text else {
        return Ok(());
    };
    let hash = rest_secrets::hash(text);
    let sql = "SELECT kind = ?2 AND revoked IS NULL AND ttl IS NULL FROM linecard_secrets WHERE hash = ?1";
    let is_good = context
        .db
        .query_row(sql, (&hash, kind.name), |row| row.get::<_, bool>(0));
    match is_good.optional().map_err(failed)? {
        Some(true) => return Ok(()),
        Some(false) => {
            return Err(format!(
                "{option} is a secret of the seed for something else; choose another"
            ));
        }
        None => {}
    }
    let new = NewSecret {
        name: option.to_owned(),
        ..NewSecret::default()
    };
    let put = rest_secrets::put(context.db, context.now, kind, &new, &hash);
    put.map_err(|error| format!("{option}: {error}"))
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
