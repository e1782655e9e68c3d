//! `user`: lines (contract "XC v2 API", sections 5 and 6).

use rusqlite::types::Value;
use serde_json::{Value as Json, json};

use super::{Call, WRONG, done, within_limits};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::scalar;
use crate::dialects::xc_v2::user_data::{For, UserData};
use crate::dialects::xc_v2::user_info::{self, Line};
use crate::openapi::members;
use crate::panel::answers::AnswerBytes;
use crate::panel::draft::Change;
use crate::panel::error::{Thing, Unique};
use crate::panel::lines::{self, LINES};
use crate::panel::noun::{self, Noun};
use crate::panel::rng::ALPHANUMERIC;
use crate::panel::{Context, Error, Result, logs};

/// Length of a generated username and of a generated password.
const CREDENTIAL_LENGTH: usize = 10;

/// `user`/`create`.
pub fn create_line(call: &Call<'_>) -> Result<Vec<u8>> {
    let context = call.context;
    let data = call.user_data(For::Create, "")?;
    let (id, change) = add_line(call, data, |change| LINES.write(context, change, None))?;
    logs::note(context, "line", "new", id)?;
    let mut out = Vec::with_capacity(128);
    let mut object = Object::open(&mut out);
    object.field("result").extend_from_slice(b"true");
    json::int(object.field("created_id"), id);
    json::text(object.field("username"), &change.0);
    json::text(object.field("password"), &change.1);
    object.close();
    Ok(out)
}

/// Returns the schema of [`create_line`]'s answer.
pub fn created() -> Json {
    members("result:bool created_id:int username password")
}

/// Creates a line from the request with `write`, which returns the line's id, and returns that id with the
/// line's credentials.
pub(super) fn add_line(
    call: &Call<'_>,
    data: UserData,
    write: impl FnOnce(Change) -> Result<i64>,
) -> Result<(i64, (String, String))> {
    let context = call.context;
    let UserData {
        mut change,
        extra,
        wrong,
        ..
    } = data;
    for column in ["username", "password"] {
        if change.text(column).is_some_and(scalar::is_empty) {
            change.take(column);
        }
    }
    for column in ["created_at", "created_by"] {
        change.take(column);
    }
    if change.int("id").is_some_and(|id| id <= 0) {
        change.take("id");
    }
    let taken = match change.int("id") {
        Some(id) => LINES.exists_for_anyone(context, id)?,
        None => false,
    };
    if wrong || taken {
        // A taken username is refused first.
        LINES.check_unique(context, &change, None)?;
        return Err(WRONG);
    }
    if change.get("username").is_none() {
        change.set(
            "username",
            noun::free_username(context, "lines", ALPHANUMERIC, CREDENTIAL_LENGTH)?,
        );
    }
    change.set_default("password", || context.panel.rng().text(ALPHANUMERIC, CREDENTIAL_LENGTH));
    let text = |column| change.text(column).unwrap_or_default().to_owned();
    let credentials = (text("username"), text("password"));
    let id = write(change)?;
    set_extras(context, id, &extra)?;
    Ok((id, credentials))
}

fn set_extras(context: &Context<'_>, id: i64, extra: &[(String, String)]) -> Result<()> {
    extra
        .iter()
        .try_for_each(|(name, value)| lines::set_extra(context, id, name, value))
}

/// `user`/`edit`.
pub fn edit_line(call: &Call<'_>) -> Result<Vec<u8>> {
    let context = call.context;
    let (username, password) = call.credentials()?;
    let line = lines::find(context, username, password)?.ok_or(Error::NotFound(Thing::Line))?;
    let data = call.user_data(For::Edit, "")?;
    if data.empty {
        return Err(WRONG);
    }
    let (change, extra) = checked(data, Some(line))?;
    write_line(context, line, change, &extra)?;
    logs::note(context, "line", "edit", line)?;
    Ok(done())
}

/// Returns the values of an edit, if they are valid in themselves. Whether the username is taken is checked
/// when they are written.
pub(super) fn checked(data: UserData, own: Option<i64>) -> Result<(Change, Vec<(String, String)>)> {
    let UserData {
        mut change,
        extra,
        mut wrong,
        ..
    } = data;
    wrong |= change.take("id").is_some_and(|id| Some(id) != own.map(Value::Integer));
    wrong |= ["username", "password"]
        .iter()
        .any(|column| change.text(column).is_some_and(scalar::is_empty));
    match wrong {
        true => Err(WRONG),
        false => Ok((change, extra)),
    }
}

pub(super) fn write_line(context: &Context<'_>, id: i64, change: Change, extra: &[(String, String)]) -> Result<()> {
    LINES.write(context, change, Some(id)).map_err(taken_is_wrong)?;
    set_extras(context, id, extra)
}

/// Checks the values of an edit that is not written, with the same errors as a write.
pub(super) fn refuse_taken(context: &Context<'_>, change: &Change, own: Option<i64>) -> Result<()> {
    LINES.check_unique(context, change, own).map_err(taken_is_wrong)
}

/// Converts the error: an edit has no text of its own for a username that is taken.
fn taken_is_wrong(error: Error) -> Error {
    match error {
        Error::Taken(Unique::Username) => WRONG,
        other => other,
    }
}

/// `user`/`info`.
pub fn show_line(call: &Call<'_>) -> Result<AnswerBytes> {
    let context = call.context;
    let (username, password) = call.credentials()?;
    let line = Line::find(context, username, password)?
        .filter(|line| !call.settings.case_sensitive_line || line.is_spelled(username, password))
        .ok_or(Error::NotFound(Thing::Line))?;
    let mut body = call.answer();
    let mut object = Object::open(body.out());
    object.field("result").extend_from_slice(b"true");
    line.print(object.field("user_info"), context, call.settings)?;
    object.close();
    within_limits(body)
}

/// Returns the schema of [`show_line`]'s answer.
pub fn shown() -> Json {
    json!({
        "type": "object",
        "properties": { "result": { "type": "boolean" }, "user_info": user_info::schema() },
        "required": ["result", "user_info"],
    })
}
