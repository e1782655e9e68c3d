//! `user_info`: the row and the computed members of a line (contract "XC v2 API", section 9).

use std::sync::LazyLock;

use rusqlite::types::Value;
use serde_json::{Map, Value as Json, json};

use super::quirks;
use super::user_data::NAMES;
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::values;
use crate::openapi::members;
use crate::panel::bouquets::{self, Order};
use crate::panel::fields::FieldType;
use crate::panel::profiles::{Profiles, V2_RAW_EDIT, V2_SORTED_BOUQUETS, V2_SPARSE_LISTS};
use crate::panel::settings::RuntimeSettings;
use crate::panel::{Context, Result, lines};
use crate::store::functions;
use crate::store::view::{Column, Record, Selection};

/// The print format of a member of the row.
#[derive(Clone, Copy)]
enum Print {
    /// As text, or null.
    Plain,
    /// As text; 0 means no owner and is printed as null.
    Owner,
    /// A local date as the text of its unix seconds, or null.
    Date,
    Ids,
    Texts,
}

impl Print {
    fn of(name: &str) -> Print {
        match lines::FIELDS.get(name).map(|field| field.kind) {
            Some(FieldType::Date) => Print::Date,
            Some(FieldType::Ids) => Print::Ids,
            Some(FieldType::Texts) => Print::Texts,
            _ if name == "member_id" => Print::Owner,
            _ => Print::Plain,
        }
    }
}

/// The members of the row in order: the columns that a client may write.
static ROW: LazyLock<Vec<(&str, Print)>> =
    LazyLock::new(|| NAMES.split_whitespace().map(|name| (name, Print::of(name))).collect());

/// Additional columns for the computed members.
const BESIDE: [&str; 2] = ["active_connections", "allowed_outputs"];

/// Indexes of values in a record.
const USERNAME: usize = 2;
const PASSWORD: usize = 3;
const BOUQUET: usize = 9;
const MAX_CONNECTIONS: usize = 10;
const PAIR_ID: usize = 17;
const IS_MAG: usize = 18;
const ACTIVE_CONNECTIONS: usize = 28;
const ALLOWED_OUTPUTS: usize = 29;

/// Output formats: id, name, key and file extension.
const FORMATS: [(&str, &str, &str, &str); 3] = [
    ("1", "HLS", "m3u8", "m3u8"),
    ("2", "MPEGTS", "ts", "ts"),
    ("3", "RTMP", "rtmp", ""),
];

/// Selections by id, and by username and password.
static BY_ID: LazyLock<Selection> = LazyLock::new(|| Selection::new(&lines::VIEW, columns()));
static BY_CREDENTIALS: LazyLock<Selection> =
    LazyLock::new(|| Selection::first(&lines::VIEW, columns(), lines::HAS_CREDENTIALS));

fn columns() -> impl Iterator<Item = Column> {
    let names = ROW.iter().map(|(name, _)| *name).chain(BESIDE);
    names.filter_map(|name| lines::VIEW.column(name))
}

/// The record of a line.
pub struct Line {
    id: i64,
    record: Record,
}

impl Line {
    /// Loads a line; `None` if it does not exist.
    pub fn load(context: &Context<'_>, id: i64) -> Result<Option<Line>> {
        Ok(context.one(&lines::VIEW, &BY_ID, id)?.map(Line::from_record))
    }

    /// Loads the first line with these credentials, ignoring letter case.
    pub fn find(context: &Context<'_>, username: &str, password: &str) -> Result<Option<Line>> {
        let record = context.first(&lines::VIEW, &BY_CREDENTIALS, (username, password))?;
        Ok(record.map(Line::from_record))
    }

    fn from_record(record: Record) -> Line {
        let id = match record.first() {
            Some(Value::Integer(id)) => *id,
            _ => 0,
        };
        Line { id, record }
    }

    /// Whether its credentials are exactly these, including letter case.
    pub fn is_spelled(&self, username: &str, password: &str) -> bool {
        let is = |place, text| self.text(place).trim_end_matches(' ') == text;
        is(USERNAME, username) && is(PASSWORD, password)
    }

    /// Loads the line that `pair_id` names, if it exists.
    pub fn pair(&self, context: &Context<'_>) -> Result<Option<Line>> {
        match self.value(PAIR_ID) {
            Some(Value::Integer(id)) => Line::load(context, *id),
            _ => Ok(None),
        }
    }

    fn value(&self, place: usize) -> Option<&Value> {
        self.record.get(place)
    }

    fn text(&self, place: usize) -> &str {
        match self.value(place) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Appends the whole object.
    pub fn print(&self, out: &mut Vec<u8>, context: &Context<'_>, settings: &RuntimeSettings) -> Result<()> {
        let mut object = Object::open(out);
        for ((key, print), value) in ROW.iter().zip(&self.record) {
            self::print(object.field(key), context, *print, value, settings.profiles);
        }
        for column in &settings.v2_extra_columns {
            if !ROW.iter().any(|(key, _)| key.eq_ignore_ascii_case(column)) {
                json::text(object.key(column), &lines::extra(context, self.id, column)?);
            }
        }
        if settings.mag_security && !matches!(self.value(IS_MAG), Some(Value::Integer(0)) | None) {
            object.field("mag_invalid_token").extend_from_slice(b"true");
        }
        self.print_computed(&mut object, context, settings)?;
        object.close();
        Ok(())
    }

    fn print_computed(&self, object: &mut Object<'_>, context: &Context<'_>, settings: &RuntimeSettings) -> Result<()> {
        values::plain(object.field("active_cons"), self.value(ACTIVE_CONNECTIONS));
        match self.pair(context)? {
            None => object.field("pair_line_info").extend_from_slice(b"[]"),
            Some(pair) => {
                let mut info = Object::open(object.field("pair_line_info"));
                values::plain(info.field("active_cons"), pair.value(ACTIVE_CONNECTIONS));
                values::plain(info.field("max_connections"), pair.value(MAX_CONNECTIONS));
                info.close();
            }
        }
        self.print_formats(object.field("output_formats"));
        for name in ["con_isp_type", "con_isp_name"] {
            object.field(name).extend_from_slice(b"null");
        }
        for name in ["isp_violate", "isp_is_server"] {
            object.field(name).push(b'0');
        }
        let order = match settings.profiles.has(&V2_SORTED_BOUQUETS) {
            true => Order::Sorted,
            false => Order::Stored,
        };
        let content = bouquets::content(context, self.text(BOUQUET), order)?;
        object
            .field("channel_ids")
            .extend_from_slice(content.streams.as_bytes());
        object.field("series_ids").extend_from_slice(content.series.as_bytes());
        Ok(())
    }

    fn print_formats(&self, out: &mut Vec<u8>) {
        let own = functions::ids(self.text(ALLOWED_OUTPUTS));
        out.push(b'{');
        let mut comma: &[u8] = b"";
        for (_, begun) in (1..).zip(&*BEGUN).filter(|(id, _)| own.is_empty() || own.contains(id)) {
            out.extend_from_slice(comma);
            out.extend_from_slice(begun);
            values::number(out, self.id);
            out.push(b'}');
            comma = b",";
        }
        out.push(b'}');
    }
}

/// Returns the schema of the object that [`Line::print`] appends. Settings add members to it.
pub fn schema() -> Json {
    let text = || json!({ "type": ["string", "null"] });
    let ids = || json!({ "type": "array", "items": { "type": "integer" } });
    let row = ROW.iter().map(|(key, print)| {
        let schema = match print {
            Print::Plain | Print::Owner | Print::Date => text(),
            Print::Ids => ids(),
            Print::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        };
        ((*key).to_owned(), schema)
    });
    let computed = [
        ("active_cons", text()),
        (
            "pair_line_info",
            json!({ "anyOf": [members("active_cons:text|null max_connections:text|null"), nothing()] }),
        ),
        (
            "output_formats",
            json!({
                "type": "object",
                "additionalProperties": members("access_output_id output_name output_key output_ext id user_id"),
            }),
        ),
        ("con_isp_type", text()),
        ("con_isp_name", text()),
        ("isp_violate", json!({ "type": "integer" })),
        ("isp_is_server", json!({ "type": "integer" })),
        ("channel_ids", ids()),
        ("series_ids", ids()),
    ];
    let mut properties: Map<String, Json> = row
        .chain(computed.map(|(name, schema)| (name.to_owned(), schema)))
        .collect();
    let names: Vec<String> = properties.keys().cloned().collect();
    // Only devices have it, and only where the setting `mag_security` is on.
    properties.insert("mag_invalid_token".into(), json!({ "type": "boolean" }));
    json!({ "type": "object", "required": names, "properties": properties })
}

/// Returns the schema of PHP's empty array.
pub fn nothing() -> Json {
    json!({ "type": "array", "maxItems": 0, "items": { "type": "string" } })
}

/// The start of each output format's JSON, which is the same for all lines: everything except the line's id
/// at its end.
static BEGUN: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    FORMATS.map(|(id, name, key, extension)| {
        let mut out = Vec::new();
        json::text(&mut out, key);
        out.push(b':');
        let mut format = Object::open(&mut out);
        json::text(format.field("access_output_id"), id);
        json::text(format.field("output_name"), name);
        json::text(format.field("output_key"), key);
        json::text(format.field("output_ext"), extension);
        json::text(format.field("id"), id);
        format.field("user_id");
        out
    })
});

fn print(out: &mut Vec<u8>, context: &Context<'_>, print: Print, value: &Value, profiles: Profiles) {
    let stored = match value {
        Value::Text(text) => text.as_str(),
        _ => "",
    };
    match print {
        Print::Plain => values::plain(out, Some(value)),
        Print::Owner if matches!(value, Value::Integer(0)) => out.extend_from_slice(b"null"),
        Print::Owner => values::plain(out, Some(value)),
        Print::Date => match context.zone().read_iso(stored) {
            Some(unix) => values::number(out, unix),
            None => out.extend_from_slice(b"null"),
        },
        Print::Texts if profiles.has(&V2_SPARSE_LISTS) && quirks::is_list(stored) => quirks::print_sparse(out, stored),
        Print::Ids | Print::Texts if profiles.has(&V2_RAW_EDIT) => quirks::print_stored(out, stored),
        Print::Ids => json::list(out, functions::ids(stored), json::int),
        Print::Texts => json::list(out, functions::texts(stored), |out, text| json::text(out, &text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_their_names() {
        let names: Vec<&str> = ROW.iter().map(|(name, _)| *name).chain(BESIDE).collect();
        for (place, name) in [
            (USERNAME, "username"),
            (PASSWORD, "password"),
            (BOUQUET, "bouquet"),
            (MAX_CONNECTIONS, "max_connections"),
            (PAIR_ID, "pair_id"),
            (IS_MAG, "is_mag"),
            (ACTIVE_CONNECTIONS, "active_connections"),
            (ALLOWED_OUTPUTS, "allowed_outputs"),
        ] {
            assert_eq!(names[place], name);
        }
        // Every name must be a column of the view; otherwise it would be missing from the selection.
        assert_eq!(columns().count(), names.len());
    }
}
