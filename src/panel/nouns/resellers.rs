//! Accounts of the panel: administrators and resellers, and their credits.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use sha_crypt::{PasswordHashRef, PasswordHasher, PasswordVerifier, ShaCrypt};

use crate::money::Money;
use crate::panel::audit::{self, Columns, Target};
use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Error, Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, LONG, count, limited, row, stored};
use crate::panel::groups;
use crate::panel::lines::CREDENTIAL_LENGTH;
use crate::panel::noun::{self, TableNoun};
use crate::panel::rng::{CREDENTIAL, Rng};
use crate::store::view::{Owner, View, flag, int, text, texts, unix};

/// Longest password of an account, in bytes. The time of hashing grows with the square of the length.
pub const PASSWORD_MOST: usize = 255;

/// Bytes of a password's salt; encoded they are 16 characters, the longest salt that crypt allows.
const SALT: usize = 12;

/// How an account is read.
pub static VIEW: View = View {
    joins: "LEFT JOIN users_groups ON users_groups.group_id = users.member_group_id",
    filters: &[
        ("not admin", "coalesce(users_groups.is_admin, 0) = 0"),
        ("enabled", "users.status <> 0"),
        ("disabled", "users.status = 0"),
        ("group", "users.member_group_id = :value"),
        ("owner", "users.owner_id = :value"),
        ("not this", "users.id <> :value"),
    ],
    owner: Owner::Account("users.id"),
    ..View::new(
        "users",
        "id",
        &[(
            "users",
            &[
                unix("created_at").is("users.date_registered"),
                text("group_name").is("coalesce(users_groups.group_name, '')"),
                flag("is_reseller").is("coalesce(users_groups.is_reseller, 0)"),
                text("owner_username").is("coalesce((SELECT username FROM users owner WHERE owner.id = users.owner_id), '')"),
                int("user_lines").is("(SELECT count(*) FROM lines WHERE member_id = users.id AND is_mag = 0 AND is_e2 = 0)"),
                int("mag_lines").is("(SELECT count(*) FROM lines WHERE member_id = users.id AND is_mag <> 0)"),
                int("e2_lines").is("(SELECT count(*) FROM lines WHERE member_id = users.id AND is_e2 <> 0)"),
                int("all_lines").is("(SELECT count(*) FROM lines WHERE member_id = users.id)"),
                // Data of the panel that an account may see.
                text("server_name").is("coalesce((SELECT server_name FROM servers WHERE is_main <> 0 ORDER BY id LIMIT 1), '')"),
                int("total_lines").is("(SELECT plain_lines FROM linecard_totals WHERE id = 1)"),
                int("total_resellers").is(
                    "(SELECT count(*) FROM users account LEFT JOIN users_groups its ON its.group_id = account.member_group_id
                      WHERE coalesce(its.is_admin, 0) = 0)",
                ),
            ],
        ), ("users_groups", &[texts("allowed_pages")])],
    )
};

/// What callers write of an account.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("users", &[
    limited("username", 255, "The name of the account.").kept_when_empty().default("10 random characters"),
    limited("password", PASSWORD_MOST, "Its password; stored hashed, never shown.").kept_when_empty().default("10 random characters"),
    stored("email", "An email address."),
    row("member_group_id", &groups::EXISTS, "The group of the account.").null_when_empty().default("the built-in reseller group"),
    stored("notes", "Internal notes."),
    stored("credits", "The balance."),
    count("owner_id", "The reseller above this one.").refers("users"),
    stored("status", "0 disables the account."),
    stored("reseller_dns", "The host name that the reseller's customers use."),
    Field::new("api_key", FieldType::ApiKey, "32 hexadecimal digits, in the body beside the caller's key in the query; empty is no API access."),
    limited("credits_reason", LONG, "What the credit log says of a changed balance.").default("''"),
    stored("date_registered", "When it was created.").now(),
]);

/// Accounts, which can be created, changed and deleted.
pub static USERS: TableNoun = TableNoun {
    account: Some("owner_id"),
    unique: Some((
        "username",
        "rtrim(username) = rtrim(?1) COLLATE NOCASE",
        Unique::Username,
    )),
    prepare,
    settle,
    release,
    ..TableNoun::new(&VIEW, Thing::User)
};

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    if own.is_none() {
        change.set("date_registered", context.now);
        if change.get("username").is_none() {
            change.set(
                "username",
                noun::free_username(context, "users", CREDENTIAL, CREDENTIAL_LENGTH)?,
            );
        }
        change.set_default("password", || context.panel.rng().text(CREDENTIAL, CREDENTIAL_LENGTH));
    }
    let no_group = matches!(change.get("member_group_id"), Some(Value::Null));
    if no_group || (own.is_none() && change.get("member_group_id").is_none()) {
        change.set("member_group_id", built_in_group(context.db)?);
    }
    match change.int("member_group_id") {
        Some(group) if !context.caller.is_admin() && is_of_admins(context.db, group)? => {
            Err(Error::Invalid("member_group_id".into()))
        }
        _ => Ok(()),
    }
}

/// Whether the accounts of a group are administrators. Only administrators may create administrators.
fn is_of_admins(db: &Connection, group: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM users_groups WHERE group_id = ?1 AND is_admin <> 0")?
        .exists([group])
}

/// Returns the built-in group of resellers; 0 if it no longer exists.
pub fn built_in_group(db: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT group_id FROM users_groups WHERE is_reseller <> 0 AND can_delete = 0 ORDER BY group_id LIMIT 1";
    Ok(db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Hashes a password as real panels store it: salted SHA-512 crypt, `$6$…` (contract "Admin API", section 9;
/// raw SQL shows it and clients compare it with PHP's `crypt`).
pub fn hash(rng: &Rng, password: &str) -> Result<String> {
    let salt = rng.text(CREDENTIAL, SALT);
    let hashed = ShaCrypt::SHA512.hash_password_with_salt(password.as_bytes(), salt.as_bytes());
    let hashed = hashed.map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))?;
    Ok(hashed.to_string())
}

/// Whether the stored text of an account is the hash of this password.
pub fn is_hash_of(hash: &str, password: &str) -> bool {
    PasswordHashRef::new(hash).is_ok_and(|hash| ShaCrypt::SHA512.verify_password(password.as_bytes(), hash).is_ok())
}

/// A balance is never set below zero; a change of it is logged with the difference. The password is hashed
/// last, because that takes longer than everything else together.
fn settle(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let reason = change.take("credits_reason");
    if let Some(credits) = change.int("credits").map(Money) {
        if credits < Money(0) {
            return Err(Error::InsufficientCredits);
        }
        if let Some(id) = own {
            let reason = match reason {
                Some(Value::Text(reason)) => reason,
                _ => String::new(),
            };
            log_difference(context, id, credits, &reason)?;
        }
    }
    if let Some(password) = change.text("password") {
        let hashed = hash(context.panel.rng(), password)?;
        change.set("password", hashed);
    }
    Ok(())
}

fn log_difference(context: &Context<'_>, id: i64, credits: Money, reason: &str) -> Result<()> {
    match Money(credits.0 - balance(context, id)?.0) {
        Money(0) => Ok(()),
        difference => log_credits(context, id, difference, reason),
    }
}

fn balance(context: &Context<'_>, id: i64) -> Result<Money> {
    let sql = "SELECT credits FROM users WHERE id = ?1";
    let credits = context
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
        .optional()?;
    credits.map(Money).ok_or(Error::NotFound(Thing::User))
}

/// Writes down a change of a balance.
pub(in crate::panel) fn log_credits(context: &Context<'_>, target: i64, amount: Money, reason: &str) -> Result<()> {
    let sql = "INSERT INTO users_credits_logs (target_id, admin_id, amount, date, reason) VALUES (?1, ?2, ?3, ?4, ?5)";
    context
        .db
        .prepare_cached(sql)?
        .execute((target, context.caller.id(), amount.0, context.now, reason))?;
    Ok(())
}

/// Returns the id if there is an account with it that the caller may see.
pub fn find(context: &Context<'_>, id: i64) -> Result<Option<i64>> {
    context.first_id(&VIEW, "SELECT id FROM users WHERE id = ?1", [id])
}

/// Finds the first account with this username, ignoring letter case, among those that the caller may see, and
/// returns its id.
pub fn find_by_name(context: &Context<'_>, username: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM users WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE ORDER BY id";
    context.first_id(&VIEW, sql, [username])
}

/// A balance before and after an adjustment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjusted {
    pub before: Money,
    pub after: Money,
}

/// Adds `amount`, which may be negative, to an account's balance and logs it, even if it is 0.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::InsufficientCredits`] when the balance would fall below zero.
pub fn adjust_credits(context: &Context<'_>, id: i64, amount: Money, reason: &str) -> Result<Adjusted> {
    context.must_change(&VIEW, Thing::User)?;
    context.must_see(&VIEW, Thing::User, id)?;
    let before = balance(context, id)?;
    let after = before.plus(amount).ok_or(Error::Invalid("credits".into()))?;
    if after < Money(0) {
        return Err(Error::InsufficientCredits);
    }
    set_balance(context, id, before, after)?;
    log_credits(context, id, amount, reason)?;
    Ok(Adjusted { before, after })
}

/// Sets a balance that was checked, without a row in the log of credits.
pub(in crate::panel) fn set_balance(context: &Context<'_>, id: i64, before: Money, after: Money) -> Result<()> {
    context
        .db
        .prepare_cached("UPDATE users SET credits = ?2 WHERE id = ?1")?
        .execute((id, after.0))?;
    let credits = |balance: Money| Some(Columns::default().with("credits", balance.0));
    audit::changed(context, Target::row("users", id), credits(before), credits(after))
}

/// Deletes what belongs to an account: its log and the credit changes that it made. Its lines,
/// active codes and sub-resellers stay, without an owner.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    for sql in [
        "DELETE FROM users_logs WHERE owner = ?1",
        "DELETE FROM users_credits_logs WHERE admin_id = ?1",
        "UPDATE lines SET member_id = 0 WHERE member_id = ?1",
        "UPDATE activecodes SET member_id = 0 WHERE member_id = ?1",
        "UPDATE users SET owner_id = 0 WHERE owner_id = ?1",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}
