//! Active codes, which resellers sell (contract "Reseller API", section 6.4). A code is a record of its own: it owns no
//! line, and nothing redeems it.

use rusqlite::types::Value;

use super::standing::sold_filters;
use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Result, Thing, Unique};
use crate::panel::fields::{Fields, count, limited, rows, stored, text_list};
use crate::panel::noun::TableNoun;
use crate::panel::rng::DIGITS;
use crate::store::view::{Column, Owner, View, flag, int, ints, text, texts};

/// Length of a generated code whose group says nothing else.
pub const LENGTH: usize = 10;

/// Codes of one length that are tried before a longer one is.
const TRIES: usize = 64;

/// What an active code shows beside its own columns.
pub const COLUMNS: &[Column] = &[
    ints("bouquets").is("activecodes.bouquet"),
    texts("allowed_ips"),
    flag("status").is("activecodes.enabled <> 0 AND activecodes.admin_enabled <> 0"),
    text("owner_name").is("coalesce((SELECT username FROM users WHERE users.id = activecodes.member_id), '')"),
    // For sorting only.
    int("standing").is("activecodes.enabled - activecodes.admin_enabled"),
];

/// How an active code is read.
pub static VIEW: View = View {
    filters: sold_filters!("activecodes"),
    owner: Owner::Account("activecodes.member_id"),
    ..View::new("activecodes", "id", &[("activecodes", COLUMNS)])
};

/// What callers write of an active code.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("activecodes", &[
    limited("code", 255, "What the customer enters.").kept_when_empty().default("10 random digits"),
    count("package_id", "The package that the code was sold as; 0 is none.").refers("users_packages"),
    count("member_id", "The reseller that the code belongs to.").refers("users"),
    stored("exp_date", "When the code expires."),
    stored("enabled", "0 disables the code."),
    stored("admin_enabled", "0 bans the code."),
    stored("is_trial", "The code is a trial."),
    stored("is_isplock", "It is bound to its internet provider."),
    text_list("allowed_ips", "Addresses that may use it; an empty list admits all."),
    rows("bouquet", "bouquets", "Ids of the bouquets that it opens."),
    count("max_connections", "Connections at the same time; 0 is no limit."),
    stored("reseller_notes", "Notes that the reseller sees."),
    stored("batch", "The batch that it was made in."),
    stored("transaction_id", "The sale that it was made for."),
    stored("created_at", "When it was created.").now(),
]);

/// Active codes, which can be created, changed and deleted.
pub static ACTIVE_CODES: TableNoun = TableNoun {
    account: Some("member_id"),
    unique: Some(("code", "rtrim(code) = rtrim(?1) COLLATE NOCASE", Unique::ActiveCode)),
    prepare,
    ..TableNoun::new(&VIEW, Thing::ActiveCode)
};

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    if own.is_none() {
        change.set("created_at", context.now);
    }
    let is_wanted = match change.get("code") {
        None => own.is_none(),
        Some(value) => *value == Value::Null,
    };
    if is_wanted {
        change.set("code", free_code(context, LENGTH)?);
    }
    Ok(())
}

/// Generates a code of random digits that no row has. Where the codes of a length run out, it is longer.
pub fn free_code(context: &Context<'_>, length: usize) -> Result<String> {
    let sql = "SELECT 1 FROM activecodes WHERE rtrim(code) = ?1 COLLATE NOCASE";
    let mut taken = context.db.prepare_cached(sql)?;
    let mut tried = 0;
    loop {
        let code = context.panel.rng().text(DIGITS, length.max(1) + tried / TRIES);
        if !taken.exists([&code])? {
            return Ok(code);
        }
        tried += 1;
    }
}
