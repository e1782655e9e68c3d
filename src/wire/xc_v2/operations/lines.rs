//! `user`: lines (contract "XC v2 API", sections 5 and 6).

use rusqlite::types::Value;

use super::{Call, WRONG, done};
use crate::panel::chance::ALPHANUMERIC;
use crate::panel::draft::Change;
use crate::panel::error::{Thing, Unique};
use crate::panel::lines::{self, LINES};
use crate::panel::noun::{self, Noun};
use crate::panel::{Error, Result, Scene, logs};
use crate::wire::php::json::{self, Object};
use crate::wire::php::scalar;
use crate::wire::xc_v2::user_data::{For, UserData};
use crate::wire::xc_v2::user_info::Line;

/// Length of a generated username and of a generated password.
const CREDENTIAL_LENGTH: usize = 10;

/// `user`/`create`.
pub fn create_line(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let data = call.user_data(For::Create, "")?;
    let (id, change) = add_line(call, data, |change| LINES.write(scene, change, None))?;
    logs::note(scene, "line", "new", id)?;
    let mut out = Vec::with_capacity(128);
    let mut object = Object::open(&mut out);
    object.field("result").extend_from_slice(b"true");
    json::int(object.field("created_id"), id);
    json::text(object.field("username"), &change.0);
    json::text(object.field("password"), &change.1);
    object.close();
    Ok(out)
}

/// Makes a line of what was asked with `write`, which answers the line's id, and answers that id
/// with the line's credentials.
pub(super) fn add_line(
    call: &Call<'_>,
    data: UserData,
    write: impl FnOnce(Change) -> Result<i64>,
) -> Result<(i64, (String, String))> {
    let scene = call.scene;
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
    if wrong || change.int("id").is_some_and(|id| exists(scene, id)) {
        // A taken username is told first.
        LINES.check_unique(scene, &change, None)?;
        return Err(WRONG);
    }
    if change.get("username").is_none() {
        change.set(
            "username",
            noun::free_username(scene, "lines", ALPHANUMERIC, CREDENTIAL_LENGTH)?,
        );
    }
    change.set_default("password", || {
        scene.panel.chance().text(ALPHANUMERIC, CREDENTIAL_LENGTH)
    });
    let text = |column| change.text(column).unwrap_or_default().to_owned();
    let credentials = (text("username"), text("password"));
    let id = write(change)?;
    set_extras(scene, id, &extra)?;
    Ok((id, credentials))
}

fn exists(scene: &Scene<'_>, id: i64) -> bool {
    LINES.must_exist(scene, id).is_ok()
}

fn set_extras(scene: &Scene<'_>, id: i64, extra: &[(String, String)]) -> Result<()> {
    extra
        .iter()
        .try_for_each(|(name, value)| lines::set_extra(scene, id, name, value))
}

/// `user`/`edit`.
pub fn edit_line(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let (username, password) = call.credentials()?;
    let line = lines::find(scene, username, password)?.ok_or(Error::NotFound(Thing::Line))?;
    let data = call.user_data(For::Edit, "")?;
    if data.empty {
        return Err(WRONG);
    }
    let (change, extra) = checked(scene, data, Some(line))?;
    write_line(scene, line, change, &extra)?;
    logs::note(scene, "line", "edit", line)?;
    Ok(done())
}

/// The values of an edit, when nothing about them is wrong.
pub(super) fn checked(scene: &Scene<'_>, data: UserData, own: Option<i64>) -> Result<(Change, Vec<(String, String)>)> {
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
    match LINES.check_unique(scene, &change, own) {
        _ if wrong => Err(WRONG),
        Err(Error::Taken(Unique::Username)) => Err(WRONG),
        other => other.map(|()| (change, extra)),
    }
}

pub(super) fn write_line(scene: &Scene<'_>, id: i64, change: Change, extra: &[(String, String)]) -> Result<()> {
    LINES.write(scene, change, Some(id))?;
    set_extras(scene, id, extra)
}

/// `user`/`info`.
pub fn show_line(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let (username, password) = call.credentials()?;
    let line = Line::find(scene, username, password)?
        .filter(|line| !call.kept.case_sensitive_line || line.is_spelled(username, password))
        .ok_or(Error::NotFound(Thing::Line))?;
    let mut out = Vec::with_capacity(2048);
    let mut object = Object::open(&mut out);
    object.field("result").extend_from_slice(b"true");
    line.print(object.field("user_info"), scene, call.kept)?;
    object.close();
    Ok(out)
}
