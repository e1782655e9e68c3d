//! `user_data[…]`: which columns of a line it writes, what each value becomes, and what makes it a
//! `PARAMETER ERROR` (contract "XC v2 API", sections 7 to 9).

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::input::Member;
use super::quirks;
use crate::panel::draft::Change;
use crate::panel::profiles::{V2_RAW_EDIT, V2_SPARSE_LISTS};
use crate::panel::settings::Kept;
use crate::panel::{Error, Result, Scene};
use crate::store::functions::ids_text;
use crate::store::schema;
use crate::wire::php::scalar;

/// A column that a client may write.
pub struct Column {
    /// Its name, here and in the table.
    pub name: &'static str,
    kind: Kind,
    /// What a value that was sent empty becomes; `Null` stands for nothing and for "now".
    default: Value,
}

/// What a value becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The line's own id.
    Id,
    /// Text that must not be empty on edit, of 255 characters at most.
    Credential,
    /// Unix seconds, kept as a local date text.
    Date,
    Flag,
    Int,
    /// An instant; sent empty, it is now.
    Unix,
    /// Text of so many characters at most.
    Text(usize),
    /// A list of whole numbers.
    Ids,
    /// A list of texts.
    Texts,
    /// A list of output formats.
    Formats,
}

const fn column(name: &'static str, kind: Kind, default: Value) -> Column {
    Column { name, kind, default }
}

const OFF: Value = Value::Integer(0);
const ON: Value = Value::Integer(1);
const BLANK: Value = Value::Text(String::new());
const LONG: usize = usize::MAX;

/// The writable columns, in the order in which `user_info` shows them.
pub static WRITABLE: [Column; 28] = [
    column("id", Kind::Id, Value::Null),
    column("member_id", Kind::Int, OFF),
    column("username", Kind::Credential, Value::Null),
    column("password", Kind::Credential, Value::Null),
    column("exp_date", Kind::Date, Value::Null),
    column("admin_enabled", Kind::Flag, ON),
    column("enabled", Kind::Flag, ON),
    column("admin_notes", Kind::Text(LONG), BLANK),
    column("reseller_notes", Kind::Text(LONG), BLANK),
    column("bouquet", Kind::Ids, BLANK),
    column("max_connections", Kind::Int, ON),
    column("is_restreamer", Kind::Flag, OFF),
    column("allowed_ips", Kind::Texts, BLANK),
    column("allowed_ua", Kind::Texts, BLANK),
    column("is_trial", Kind::Flag, OFF),
    column("created_at", Kind::Unix, Value::Null),
    column("created_by", Kind::Int, OFF),
    column("pair_id", Kind::Int, Value::Null),
    column("is_mag", Kind::Flag, OFF),
    column("is_e2", Kind::Flag, OFF),
    column("force_server_id", Kind::Int, OFF),
    column("is_isplock", Kind::Flag, OFF),
    column("as_number", Kind::Text(30), Value::Null),
    column("isp_desc", Kind::Text(LONG), Value::Null),
    column("forced_country", Kind::Text(3), BLANK),
    column("is_stalker", Kind::Flag, OFF),
    column("bypass_ua", Kind::Flag, OFF),
    column("play_token", Kind::Text(LONG), BLANK),
];

/// What a create takes beside the columns.
static OUTPUTS: Column = column("output_formats", Kind::Formats, BLANK);

/// Longest username and password of a line, in characters; what is longer is cut.
const CREDENTIAL_MOST: usize = 255;

/// The writable columns for people: name, type, and what a value that was sent empty becomes.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    WRITABLE.iter().chain([&OUTPUTS]).map(|column| {
        let (kind, empty) = match column.kind {
            Kind::Id => ("id", Some("the next id")),
            Kind::Credential => ("text, at most 255 characters", Some("generated")),
            Kind::Date => ("unix seconds", Some("never expires")),
            Kind::Flag => ("0 or 1", None),
            Kind::Int => ("whole number", None),
            Kind::Unix => ("unix seconds", Some("now")),
            Kind::Text(_) => ("text", None),
            Kind::Ids => ("JSON list of ids", Some("`[]`")),
            Kind::Texts => ("JSON list of texts", Some("`[]`")),
            Kind::Formats => ("JSON list of 1–3; `create` alone takes it", Some("all three")),
        };
        let default = match &column.default {
            Value::Integer(number) => format!("`{number}`"),
            Value::Text(_) => "`\"\"`".into(),
            _ => "null".into(),
        };
        (column.name, kind, empty.map_or(default, str::to_owned))
    })
}

/// What the values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Create,
    Edit,
}

/// What was asked of a line.
#[derive(Debug, Default)]
pub struct UserData {
    pub change: Change,
    /// Values of columns that only a customised panel has.
    pub extra: Vec<(String, String)>,
    /// Whether something in it is a `PARAMETER ERROR`.
    pub wrong: bool,
    /// Whether nothing was sent.
    pub empty: bool,
}

impl UserData {
    /// Reads `user_data` by the settings that count; members named in `but` are somebody else's.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is a scalar that is not empty.
    pub fn read(scene: &Scene<'_>, sent: Option<&Member>, to: For, kept: &Kept, but: &str) -> Result<UserData> {
        let mut data = UserData::default();
        let members = match sent {
            Some(member) if !member.is_empty() => match member {
                Member::Array(members) => members,
                Member::Text(_) => return Err(Error::Invalid("user_data".into())),
            },
            _ => {
                data.empty = true;
                return Ok(data);
            }
        };
        for (name, member) in members.iter().filter(|(name, _)| *name != but) {
            data.take(scene, name, member, to, kept);
        }
        Ok(data)
    }

    fn take(&mut self, scene: &Scene<'_>, name: &str, member: &Member, to: For, kept: &Kept) {
        let name: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let raw = (to == For::Edit && kept.profiles.has(&V2_RAW_EDIT)).then(|| {
            let formatted = quirks::formatted(&member.clone().into_text());
            self.wrong |= formatted.is_none();
            formatted.unwrap_or_default()
        });
        let known = WRITABLE.iter().find(|column| column.name.eq_ignore_ascii_case(&name));
        let outputs = || (to == For::Create && name.eq_ignore_ascii_case(OUTPUTS.name)).then_some(&OUTPUTS);
        if let Some(column) = known.or_else(outputs) {
            let stored = if column.kind == Kind::Formats {
                "allowed_outputs"
            } else {
                column.name
            };
            self.wrong |= to == For::Create && self.change.get(stored).is_some();
            let value = match raw {
                Some(text) => as_sent(scene, column.kind, text),
                None => value(scene, column, member, to, kept),
            };
            self.change.set(stored, value);
            return;
        }
        let Some(extra) = kept
            .v2_extra_columns
            .iter()
            .find(|extra| extra.eq_ignore_ascii_case(&name))
        else {
            self.wrong = true;
            return;
        };
        let text = raw.unwrap_or_else(|| member.clone().into_text());
        let before = match schema::table("lines").and_then(|lines| lines.column(extra)) {
            Some(column) => {
                let before = self.change.get(column.name).is_some();
                self.change.set(column.name, text);
                before
            }
            None => {
                let before = self.extra.extract_if(.., |(name, _)| name == extra).count() > 0;
                self.extra.push((extra.clone(), text));
                before
            }
        };
        self.wrong |= to == For::Create && before;
    }
}

/// What is stored of a value (contract, section 7).
fn value(scene: &Scene<'_>, column: &Column, member: &Member, to: For, kept: &Kept) -> Value {
    let gaps = kept.profiles.has(&V2_SPARSE_LISTS);
    let bracketed = match member {
        Member::Array(members) if to == For::Edit => Some(members),
        _ => None,
    };
    match (column.kind, bracketed) {
        (Kind::Ids, Some(members)) => return ids(members.values().map(int_of)),
        (Kind::Texts, Some(members)) => return texts(members.values().map(|one| one.clone().into_text()), gaps),
        _ => {}
    }
    let is_array = matches!(member, Member::Array(_));
    let text = member.clone().into_text();
    if text.is_empty() || (is_array && member.is_empty()) {
        return match column.kind {
            Kind::Unix => Value::Integer(scene.now),
            Kind::Credential => BLANK,
            Kind::Id => OFF,
            Kind::Ids | Kind::Texts | Kind::Formats => Value::Text("[]".into()),
            _ => column.default.clone(),
        };
    }
    match column.kind {
        Kind::Date if scalar::is_empty(&text) => Value::Null,
        Kind::Ids if !is_array => ids(json_values(&text).iter().map(json_int)),
        Kind::Texts if !is_array => texts(json_values(&text).iter().map(json_text), gaps),
        Kind::Ids | Kind::Texts => Value::Text("[]".into()),
        Kind::Formats => formats(json_values(&text).iter().map(json_int)),
        plain => as_sent(scene, plain, text),
    }
}

/// What a column takes of a text when nothing about it is looked at but the column's own type.
fn as_sent(scene: &Scene<'_>, kind: Kind, text: String) -> Value {
    match kind {
        Kind::Id | Kind::Int | Kind::Unix => Value::Integer(int(&text)),
        Kind::Flag => Value::Integer(scalar::int(&text).clamp(i8::MIN.into(), i8::MAX.into())),
        Kind::Credential => Value::Text(cut(text, CREDENTIAL_MOST)),
        Kind::Text(most) => Value::Text(cut(text, most)),
        Kind::Date => scene.zone().iso(int(&text)).map_or(Value::Null, Value::Text),
        Kind::Ids | Kind::Texts | Kind::Formats => Value::Text(text),
    }
}

fn ids(ids: impl Iterator<Item = i64>) -> Value {
    Value::Text(ids_text(&ids.collect::<Vec<_>>()))
}

/// A list of texts without the empty ones; with `gaps` each of these leaves its place empty.
fn texts(texts: impl Iterator<Item = String>, gaps: bool) -> Value {
    let cleaned = texts.filter_map(|text| match scalar::trim(&text) {
        empty if scalar::is_empty(empty) => gaps.then(String::new),
        text => Some(text.to_owned()),
    });
    let texts: Vec<Json> = cleaned.map(Json::String).collect();
    Value::Text(Json::Array(texts).to_string())
}

/// The known formats of these, each once; none of them stands for all.
fn formats(sent: impl Iterator<Item = i64>) -> Value {
    let sent: Vec<i64> = sent.collect();
    ids((1..=3).filter(|format| sent.contains(format)))
}

/// The values of JSON text that is an array or an object; other text has none.
fn json_values(text: &str) -> Vec<Json> {
    match serde_json::from_str(text) {
        Ok(Json::Array(items)) => items,
        Ok(Json::Object(members)) => members.into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

/// PHP's `(int)` of a JSON value.
fn json_int(value: &Json) -> i64 {
    match value {
        Json::Null => 0,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number.as_i64().unwrap_or_else(|| scalar::int(&number.to_string())),
        Json::String(text) => scalar::int(text),
        Json::Array(items) => (!items.is_empty()).into(),
        Json::Object(members) => (!members.is_empty()).into(),
    }
}

/// PHP's text of a JSON value; what has none is empty.
fn json_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "1".into(),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn int_of(member: &Member) -> i64 {
    match member {
        Member::Text(text) => scalar::int(text),
        Member::Array(members) => members.values().next().is_some().into(),
    }
}

/// Text as an ordinary integer column takes it (contract, 2.5).
pub fn int(text: &str) -> i64 {
    scalar::int(text).clamp(i32::MIN.into(), i32::MAX.into())
}

fn cut(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
    }
    text
}
