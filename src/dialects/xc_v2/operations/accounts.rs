//! `reg_user`: the accounts of administrators and resellers (contract "XC v2 API", section 10).

use std::borrow::Cow;
use std::sync::LazyLock;

use rusqlite::types::Value;
use serde_json::{Value as Json, json};

use super::{Call, done, list, selection};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::{scalar, values};
use crate::dialects::xc_v2::user_data;
use crate::money::Money;
use crate::panel::answers::AnswerBytes;
use crate::panel::error::Thing;
use crate::panel::resellers::{self, VIEW as USERS};
use crate::panel::{Error, Result};
use crate::store::view::Selection;

/// The members of a registered user, each with the name of its column.
const USER: [(&str, &str); 10] = [
    ("id", "id"),
    ("username", "username"),
    ("credits", "credits"),
    ("group_id", "member_group_id"),
    ("group_name", "group_name"),
    ("last_login", "last_login"),
    ("date_registered", "created_at"),
    ("email", "email"),
    ("ip", "ip"),
    ("status", "status"),
];

/// `reg_user`/`list`.
pub fn list_users(call: &Call<'_>) -> Result<AnswerBytes> {
    static SELECTION: LazyLock<Selection> = LazyLock::new(|| selection(&USERS, &USER));
    list(call, &USERS, &SELECTION, |out, row| {
        let mut object = Object::open(out);
        for ((key, _), value) in USER.iter().zip(row) {
            let out = object.field(key);
            match (*key, value) {
                ("credits", Value::Integer(hundredths)) => json::text(out, &Money(*hundredths).to_string()),
                ("ip", Value::Text(ip)) if ip.is_empty() => out.extend_from_slice(b"null"),
                _ => values::plain(out, Some(value)),
            }
        }
        object.close();
    })
}

/// Returns the schema of [`list_users`]'s answer.
pub fn users() -> Json {
    json!({ "type": "array", "items": super::row(USER.iter().map(|(key, _)| *key)) })
}

/// `reg_user`/`credits`.
pub fn add_credits(call: &Call<'_>) -> Result<Vec<u8>> {
    const NEEDED: Error = Error::Missing(Cow::Borrowed("amount & id||username"));
    let (id, username) = (call.input.text("id"), call.input.text("username"));
    let amount = call
        .input
        .text("amount")
        .filter(|_| id.or(username).is_some())
        .ok_or(NEEDED)?;
    let user = match (id, username) {
        (Some(id), _) => resellers::find(call.context, user_data::int(id))?,
        (None, username) => resellers::find_by_name(call.context, username.unwrap_or_default())?,
    };
    let user = user.ok_or(Error::NotFound(Thing::User))?;
    let amount = Money::parse(scalar::leading_decimal(amount)).ok_or(NEEDED)?;
    if amount != Money(0) {
        resellers::adjust_credits(call.context, user, amount, "").map_err(|error| match error {
            // The amount is larger than any balance.
            Error::Invalid(_) => NEEDED,
            other => other,
        })?;
    }
    Ok(done())
}
