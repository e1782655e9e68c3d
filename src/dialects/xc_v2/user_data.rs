//! `user_data[…]`: the columns of a line that it writes, the conversion of each value, and the values that
//! are a `PARAMETER ERROR` (contract "XC v2 API", sections 7 to 9).

use std::sync::LazyLock;

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::input::Member;
use super::quirks;
use crate::dialects::operation::{Parameter, ValueForm};
use crate::dialects::php::scalar;
use crate::panel::draft::Change;
use crate::panel::fields::FieldType as Described;
use crate::panel::profiles::{V2_RAW_EDIT, V2_SPARSE_LISTS};
use crate::panel::settings::RuntimeSettings;
use crate::panel::{Context, Error, Result, lines};
use crate::store::functions::ids_text;
use crate::store::schema;

/// A column that a client may write.
pub struct Column {
    /// Its name, here and in the table.
    pub name: &'static str,
    kind: FieldType,
    /// The stored value for an empty value; `Null` means null or "now".
    default: Value,
}

impl Column {
    /// Describes a column of the lines' table by what its noun says of it.
    fn of(name: &'static str) -> Option<Column> {
        let field = lines::FIELDS.get(name)?;
        let kind = match (name, field.kind) {
            ("id", _) => FieldType::Id,
            ("username" | "password", _) => FieldType::Credential,
            (_, Described::Date) => FieldType::Date,
            (_, Described::Flag) => FieldType::Flag,
            (_, Described::Unix) => FieldType::Unix,
            (_, Described::Ids) => FieldType::Ids,
            (_, Described::Texts) => FieldType::Texts,
            (_, Described::Formats) => FieldType::Formats,
            (_, Described::Int(..) | Described::Row(_)) => FieldType::Int,
            (_, Described::Text(most)) => FieldType::Text(most),
            // The table's column is one character longer than a country's code.
            _ => FieldType::Text(3),
        };
        let default = match kind {
            FieldType::Id | FieldType::Credential | FieldType::Unix => Value::Null,
            _ => field.of_a_new_row()?,
        };
        Some(Column { name, kind, default })
    }
}

/// The type of a field, which decides how its value is converted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldType {
    /// The line's own id.
    Id,
    /// Text that must not be empty on edit, of 255 characters at most.
    Credential,
    /// Unix seconds, stored as a local date text.
    Date,
    Flag,
    Int,
    /// An instant; an empty value means now.
    Unix,
    /// Text of at most this number of characters.
    Text(usize),
    /// A list of whole numbers.
    Ids,
    /// A list of texts.
    Texts,
    /// A list of output formats.
    Formats,
}

/// The writable columns, in the order in which `user_info` shows them.
pub const NAMES: &str = "id member_id username password exp_date admin_enabled enabled admin_notes reseller_notes bouquet \
     max_connections is_restreamer allowed_ips allowed_ua is_trial created_at created_by pair_id is_mag is_e2 \
     force_server_id is_isplock as_number isp_desc forced_country is_stalker bypass_ua play_token";

static WRITABLE: LazyLock<Vec<Column>> = LazyLock::new(|| NAMES.split_whitespace().filter_map(Column::of).collect());

/// The additional field of a create: the column `allowed_outputs`.
static OUTPUTS: Column = Column {
    name: "output_formats",
    kind: FieldType::Formats,
    default: BLANK,
};

const OFF: Value = Value::Integer(0);
const BLANK: Value = Value::Text(String::new());

/// Longest username and password of a line, in characters; longer ones are truncated.
const CREDENTIAL_MOST: usize = 255;

/// Returns the writable columns for the documentation: name, type, and the stored value for an empty one.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let all = WRITABLE.iter().chain([&OUTPUTS]);
    all.map(|column| {
        let (kind, empty) = described(column);
        (column.name, kind, empty)
    })
}

/// Returns the type of a column and the stored value for an empty one, for the documentation.
fn described(column: &Column) -> (&'static str, String) {
    let (kind, empty) = match column.kind {
        FieldType::Id => ("id", Some("the next id")),
        FieldType::Credential => ("text, at most 255 characters", Some("generated")),
        FieldType::Date => ("unix seconds", Some("never expires")),
        FieldType::Flag => ("0 or 1", None),
        FieldType::Int => ("whole number", None),
        FieldType::Unix => ("unix seconds", Some("now")),
        FieldType::Text(_) => ("text", None),
        FieldType::Ids => ("JSON list of ids", Some("`[]`")),
        FieldType::Texts => ("JSON list of texts", Some("`[]`")),
        FieldType::Formats => ("JSON list of 1–3; `create` alone takes it", Some("all three")),
    };
    let default = match &column.default {
        Value::Integer(number) => format!("`{number}`"),
        Value::Text(_) => "`\"\"`".into(),
        _ => "null".into(),
    };
    (kind, empty.map_or(default, str::to_owned))
}

/// Returns the columns that a create takes as parameters, for OpenAPI.
pub fn created_members() -> Vec<Parameter> {
    WRITABLE.iter().chain([&OUTPUTS]).map(parameter).collect()
}

/// Returns those that an edit takes.
pub fn edited_members() -> Vec<Parameter> {
    WRITABLE.iter().map(parameter).collect()
}

/// Describes a column as a parameter. The values are those of a call with the `docs` seed.
fn parameter(column: &Column) -> Parameter {
    let (form, example) = match column.kind {
        // An id that is sent has to be the line's own, so an example has none.
        FieldType::Id => (ValueForm::Int(None), ""),
        FieldType::Credential => (ValueForm::Text, "example"),
        FieldType::Date | FieldType::Unix => (ValueForm::Int(None), "1830297600"),
        FieldType::Flag => (ValueForm::Numbers(&[0, 1]), "1"),
        FieldType::Int => (ValueForm::Int(None), ""),
        FieldType::Text(_) => (ValueForm::Text, ""),
        FieldType::Ids | FieldType::Formats => (ValueForm::Json, "[1,2]"),
        FieldType::Texts => (ValueForm::Json, r#"["203.0.113.7"]"#),
    };
    let (kind, empty) = described(column);
    Parameter {
        typed: Some((kind.to_owned(), "its default".to_owned())),
        ..Parameter::text(
            format!("user_data[{}]", column.name),
            false,
            format!("Sent empty: {empty}."),
        )
        .of(form, example)
    }
}

/// The operation that uses the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Create,
    Edit,
}

/// The parsed `user_data`.
#[derive(Debug, Default)]
pub struct UserData {
    pub change: Change,
    /// Values of extra columns of a customised panel.
    pub extra: Vec<(String, String)>,
    /// Whether it contains a `PARAMETER ERROR`.
    pub wrong: bool,
    /// Whether nothing was sent.
    pub empty: bool,
}

impl UserData {
    /// Parses `user_data` with these settings, without the members named in `but`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is a scalar that is not empty.
    pub fn parse(
        context: &Context<'_>,
        sent: Option<&Member>,
        to: For,
        settings: &RuntimeSettings,
        but: &str,
    ) -> Result<UserData> {
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
            data.take(context, name, member, to, settings);
        }
        Ok(data)
    }

    fn take(&mut self, context: &Context<'_>, name: &str, member: &Member, to: For, settings: &RuntimeSettings) {
        let name: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let raw = (to == For::Edit && settings.profiles.has(&V2_RAW_EDIT)).then(|| {
            let formatted = quirks::formatted(&member.clone().into_text());
            self.wrong |= formatted.is_none();
            formatted.unwrap_or_default()
        });
        let known = WRITABLE.iter().find(|column| column.name.eq_ignore_ascii_case(&name));
        let outputs = || (to == For::Create && name.eq_ignore_ascii_case(OUTPUTS.name)).then_some(&OUTPUTS);
        if let Some(column) = known.or_else(outputs) {
            let stored = if column.kind == FieldType::Formats {
                "allowed_outputs"
            } else {
                column.name
            };
            self.wrong |= to == For::Create && self.change.get(stored).is_some();
            let value = match raw {
                Some(text) => as_sent(context, column.kind, text),
                None => value(context, column, member, to, settings),
            };
            self.change.set(stored, value);
            return;
        }
        let Some(extra) = settings
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

/// Converts a value for storage (contract, section 7).
fn value(context: &Context<'_>, column: &Column, member: &Member, to: For, settings: &RuntimeSettings) -> Value {
    let gaps = settings.profiles.has(&V2_SPARSE_LISTS);
    let bracketed = match member {
        Member::Array(members) if to == For::Edit => Some(members),
        _ => None,
    };
    match (column.kind, bracketed) {
        (FieldType::Ids, Some(members)) => return ids(members.values().map(int_of)),
        (FieldType::Texts, Some(members)) => return texts(members.values().map(|one| one.clone().into_text()), gaps),
        _ => {}
    }
    let is_array = matches!(member, Member::Array(_));
    let text = member.clone().into_text();
    if text.is_empty() || (is_array && member.is_empty()) {
        return match column.kind {
            FieldType::Unix => Value::Integer(context.now),
            FieldType::Credential => BLANK,
            FieldType::Id => OFF,
            FieldType::Ids | FieldType::Texts | FieldType::Formats => Value::Text("[]".into()),
            _ => column.default.clone(),
        };
    }
    match column.kind {
        FieldType::Date if scalar::is_empty(&text) => Value::Null,
        FieldType::Ids if !is_array => ids(json_values(&text).iter().map(json_int)),
        FieldType::Texts if !is_array => texts(json_values(&text).iter().map(json_text), gaps),
        FieldType::Ids | FieldType::Texts => Value::Text("[]".into()),
        FieldType::Formats => formats(json_values(&text).iter().map(json_int)),
        plain => as_sent(context, plain, text),
    }
}

/// Converts a text only to the column's SQL type, without any checks.
fn as_sent(context: &Context<'_>, kind: FieldType, text: String) -> Value {
    match kind {
        FieldType::Id | FieldType::Int | FieldType::Unix => Value::Integer(int(&text)),
        FieldType::Flag => Value::Integer(scalar::int(&text).clamp(i8::MIN.into(), i8::MAX.into())),
        FieldType::Credential => Value::Text(cut(text, CREDENTIAL_MOST)),
        FieldType::Text(most) => Value::Text(cut(text, most)),
        FieldType::Date => context.zone().iso(int(&text)).map_or(Value::Null, Value::Text),
        FieldType::Ids | FieldType::Texts | FieldType::Formats => Value::Text(text),
    }
}

fn ids(ids: impl Iterator<Item = i64>) -> Value {
    Value::Text(ids_text(&ids.collect::<Vec<_>>()))
}

/// Returns a list of texts without the empty ones; with `gaps` the others keep their indexes.
fn texts(texts: impl Iterator<Item = String>, gaps: bool) -> Value {
    let cleaned = texts.filter_map(|text| match scalar::trim(&text) {
        empty if scalar::is_empty(empty) => gaps.then(String::new),
        text => Some(text.to_owned()),
    });
    let texts: Vec<Json> = cleaned.map(Json::String).collect();
    Value::Text(Json::Array(texts).to_string())
}

/// Returns the known formats of these, each once; if there is none, all formats.
fn formats(sent: impl Iterator<Item = i64>) -> Value {
    let sent: Vec<i64> = sent.collect();
    ids((1..=3).filter(|format| sent.contains(format)))
}

/// Returns the values of a JSON array or object; none for other text.
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

/// PHP's string conversion of a JSON value; empty if there is none.
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

/// Converts text as an integer column does (contract, 2.5).
pub fn int(text: &str) -> i64 {
    scalar::int(text).clamp(i32::MIN.into(), i32::MAX.into())
}

fn cut(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
    }
    text
}
