//! What the calls do: from cleaned parameters to the panel's operations and to an answer's bytes
//! (contract "XC v2 API", sections 5, 6, 10 and 11).

use std::sync::LazyLock;

use rusqlite::types::Value;

use super::input::{Member, Members};
use super::user_data::{self, For, UserData};
use super::user_info::Line;
use super::{values, words};
use crate::money::Money;
use crate::panel::chance::ALPHANUMERIC;
use crate::panel::devices::{self, MAGS};
use crate::panel::draft::Change;
use crate::panel::error::{Thing, Unique};
use crate::panel::lines::{self, LINES};
use crate::panel::net::canonical_mac;
use crate::panel::resellers::{self, VIEW as USERS};
use crate::panel::settings::Kept;
use crate::panel::{Error, Result, Scene, content, logs, noun, servers};
use crate::store::list::ListQuery;
use crate::store::view::{Selection, View};
use crate::wire::php::json::{self, Object};
use crate::wire::php::scalar;

/// Length of a generated username and of a generated password.
const CREDENTIAL_LENGTH: usize = 10;

/// One call: the scene, what was sent, and the settings that count.
pub struct Call<'a> {
    pub scene: &'a Scene<'a>,
    pub input: &'a Members,
    pub kept: &'a Kept,
}

impl Call<'_> {
    fn user_data(&self, to: For, but: &str) -> Result<UserData> {
        let sent = self.input.get("user_data");
        UserData::read(self.scene, sent, to, &self.kept.v2_extra_columns, but)
    }

    /// The credentials of a line, which must both be there.
    fn credentials(&self) -> Result<(&str, &str)> {
        let both = self.input.text("username").zip(self.input.text("password"));
        both.ok_or(Error::Missing("user/pass".into()))
    }

    fn mac(&self) -> Result<&str> {
        self.input.text("mac").ok_or(Error::Missing("mac".into()))
    }
}

const WRONG: Error = Error::Invalid(std::borrow::Cow::Borrowed("user_data"));

fn done() -> Vec<u8> {
    words::DONE.to_vec()
}

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
fn add_line(
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
    use crate::panel::noun::Noun;
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
fn checked(scene: &Scene<'_>, data: UserData, own: Option<i64>) -> Result<(Change, Vec<(String, String)>)> {
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

fn write_line(scene: &Scene<'_>, id: i64, change: Change, extra: &[(String, String)]) -> Result<()> {
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

/// The form in which a MAC is kept: upper case with colons, or upper case where it is none.
fn stored_mac(mac: &str) -> String {
    canonical_mac(mac).unwrap_or_else(|| mac.to_ascii_uppercase())
}

/// `stb`/`create`.
pub fn create_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let mac = match call.input.get("user_data") {
        Some(Member::Array(members)) => members.get("mac").filter(|mac| !mac.is_empty()),
        _ => None,
    };
    let mac = mac.ok_or(Error::Missing("mac".into()))?.clone().into_text();
    let mut own = Change::default();
    own.set("mac", stored_mac(&mac));
    MAGS.check_mac(scene, &own, None)?;
    let mut data = call.user_data(For::Create, "mac")?;
    for column in ["username", "password", "allowed_ua", "allowed_outputs", "is_mag"] {
        data.change.take(column);
    }
    let mut device = 0;
    add_line(call, data, |line| {
        device = MAGS.add(scene, own, line)?;
        MAGS.line_of(scene, device)?.ok_or(Error::NotFound(Thing::Line))
    })?;
    logs::note(scene, "mag", "new", device)?;
    Ok(done())
}

/// `stb`/`edit`.
pub fn edit_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let mac = stored_mac(call.mac()?);
    let device = MAGS.find(scene, &mac)?;
    let line = match device {
        Some(device) => MAGS.line_of(scene, device)?,
        None => None,
    };
    let data = call.user_data(For::Edit, "")?;
    let (mut change, extra) = checked(scene, data, line)?;
    change.take("is_mag");
    let unchanged = || Ok(words::UNCHANGED.to_vec());
    let Some((device, line)) = device.zip(line) else {
        return unchanged();
    };
    if is_stored(scene, line, &change, &extra)? {
        return unchanged();
    }
    write_line(scene, line, change, &extra)?;
    logs::note(scene, "mag", "edit", device)?;
    Ok(done())
}

fn is_stored(scene: &Scene<'_>, line: i64, change: &Change, extra: &[(String, String)]) -> Result<bool> {
    for (name, value) in extra {
        if lines::extra(scene, line, name)? != *value {
            return Ok(false);
        }
    }
    change.is_stored(scene, LINES.view.table, LINES.view.key, line)
}

/// Every column of a MAG device up to `lock_device`; two more have come to the table since.
static DEVICE: LazyLock<Selection> = LazyLock::new(|| {
    let columns = devices::MAG.stored().take_while(|column| column.name != "theme_type");
    Selection::new(&devices::MAG, columns)
});

/// `stb`/`info`.
pub fn show_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let device = MAGS.find(scene, call.mac()?)?;
    let device = device.ok_or(Error::NotFound(Thing::MagDevice))?;
    let record = DEVICE.get(scene.db, device)?.ok_or(Error::NotFound(Thing::MagDevice))?;
    let line = match MAGS.line_of(scene, device)? {
        Some(line) => Line::read(scene, line)?,
        None => None,
    };
    let pair = match &line {
        Some(line) => line.pair(scene)?,
        None => None,
    };
    let mut out = Vec::with_capacity(4096);
    let mut object = Object::open(&mut out);
    object.field("result").extend_from_slice(b"true");
    let mut row = Object::open(object.field("mag_device"));
    for (column, value) in DEVICE.columns().iter().zip(&record) {
        values::plain(row.field(column.name), Some(value));
    }
    row.close();
    for (key, line) in [("user_info", line), ("pair_line_info", pair)] {
        match line {
            Some(line) => line.print(object.field(key), scene, call.kept)?,
            None => object.field(key).extend_from_slice(b"[]"),
        }
    }
    object.close();
    Ok(out)
}

/// The members of a registered user, each with the panel's name of its value.
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

/// Columns of a view by the names in a table of members.
fn selection<const N: usize>(view: &'static View, members: &[(&str, &str); N]) -> Selection {
    Selection::new(view, members.iter().filter_map(|(_, name)| view.column(name)))
}

/// `reg_user`/`list`.
pub fn list_users(call: &Call<'_>) -> Result<Vec<u8>> {
    static SELECTION: LazyLock<Selection> = LazyLock::new(|| selection(&USERS, &USER));
    let rows = call.scene.rows(&ListQuery::all(&USERS), &SELECTION)?;
    let mut out = Vec::with_capacity(1024);
    json::list(&mut out, &rows, |out, row| {
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
    });
    Ok(out)
}

/// `reg_user`/`credits`.
pub fn add_credits(call: &Call<'_>) -> Result<Vec<u8>> {
    const NEEDED: Error = Error::Missing(std::borrow::Cow::Borrowed("amount & id||username"));
    let (id, username) = (call.input.text("id"), call.input.text("username"));
    let amount = call
        .input
        .text("amount")
        .filter(|_| id.or(username).is_some())
        .ok_or(NEEDED)?;
    let user = match (id, username) {
        (Some(id), _) => resellers::find(call.scene, user_data::int(id))?,
        (None, username) => resellers::find_by_name(call.scene, username.unwrap_or_default())?,
    };
    let user = user.ok_or(Error::NotFound(Thing::User))?;
    let amount = Money::parse(scalar::leading_decimal(amount)).ok_or(NEEDED)?;
    if amount != Money(0) {
        resellers::adjust_credits(call.scene, user, amount, "").map_err(|error| match error {
            // More than any balance can hold.
            Error::Invalid(_) => NEEDED,
            other => other,
        })?;
    }
    Ok(done())
}

/// `server`/`list`.
pub fn list_servers(call: &Call<'_>) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(1024);
    json::list(&mut out, servers::machines(call.scene)?, |out, server| {
        let mut object = Object::open(out);
        json::int(object.field("id"), server.id);
        json::text(object.field("server_name"), &server.name);
        let online: &[u8] = if server.online { b"true" } else { b"false" };
        object.field("online").extend_from_slice(online);
        match server.machine {
            None => object.field("info").extend_from_slice(b"null"),
            Some(machine) => json::value(object.field("info"), &machine),
        }
        object.close();
    });
    Ok(out)
}

/// `stream`/`list`.
pub fn list_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    const MEMBERS: [(&str, &str); 2] = [("id", "id"), ("stream_name", "stream_display_name")];
    static SELECTION: LazyLock<Selection> = LazyLock::new(|| selection(&content::NOT_MOVIE, &MEMBERS));
    let rows = call.scene.rows(&ListQuery::all(&content::NOT_MOVIE), &SELECTION)?;
    let mut out = Vec::with_capacity(1024);
    json::list(&mut out, &rows, |out, row| {
        let mut object = Object::open(out);
        for ((key, _), value) in MEMBERS.iter().zip(row) {
            values::plain(object.field(key), Some(value));
        }
        object.close();
    });
    Ok(out)
}

/// `stream`/`online`.
pub fn online_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    streams_on_servers(call, false)
}

/// `stream`/`offline`.
pub fn offline_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    streams_on_servers(call, true)
}

fn streams_on_servers(call: &Call<'_>, failing: bool) -> Result<Vec<u8>> {
    let streams = content::on_servers(call.scene, failing)?;
    if streams.is_empty() {
        return Ok(b"[]".to_vec());
    }
    let mut out = Vec::with_capacity(1024);
    let mut object = Object::open(&mut out);
    for (stream, servers) in streams {
        json::list(object.key(&stream.to_string()), servers, json::int);
    }
    object.close();
    Ok(out)
}

/// `stream`/`start`.
pub fn start_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, false, content::start_on)
}

/// `stream`/`stop`.
pub fn stop_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, false, content::stop_on)
}

/// `vod`/`start`.
pub fn start_movies(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, true, content::start_on)
}

/// `vod`/`stop`.
pub fn stop_movies(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, true, content::stop_on)
}

fn each_stream(
    call: &Call<'_>,
    movies: bool,
    act: fn(&Scene<'_>, i64, Option<&[i64]>) -> Result<()>,
) -> Result<Vec<u8>> {
    let ids = |name: &str| call.input.get(name).filter(|member| !member.is_empty()).map(numbers);
    let servers = ids("servers");
    for id in content::of_kind(call.scene, &ids("stream_ids").unwrap_or_default(), movies)? {
        act(call.scene, id, servers.as_deref())?;
    }
    Ok(done())
}

/// A list of numbers; a scalar is a list of one, and a list within the list is none.
fn numbers(member: &Member) -> Vec<i64> {
    let number = |member: &Member| match member {
        Member::Text(text) => Some(user_data::int(text)),
        Member::Array(_) => None,
    };
    match member {
        Member::Text(_) => number(member).into_iter().collect(),
        Member::Array(members) => members.values().filter_map(number).collect(),
    }
}
