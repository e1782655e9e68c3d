//! Describes answers for OpenAPI: the schema of a row follows from its shape, and its example is printed as an
//! answer is.

use rusqlite::types::Value;
use serde_json::{Map, Value as Json, json};

use super::answer::{self, Data, ListForm, Printing};
use super::shape::{Key, Shape};
use super::variant::Variant;
use crate::openapi::or_null;
use crate::store::view::{ValueType, View};
use crate::time::Zone;

/// The time of the examples, 2026-01-01 00:00:00 UTC.
const PRINTING: Printing = Printing {
    zone: Zone::UTC,
    now: 1_767_225_600,
};

/// Returns the schema of a shape's row and an example. Where callers choose the keys, each may be missing.
pub fn row(shape: &Shape, has_choice: bool) -> (Json, Json) {
    let shaped = shape.whole(Variant::Documented);
    let properties: Map<String, Json> = shaped
        .keys
        .iter()
        .map(|key| (key.column.name.to_owned(), of_key(shaped.view, key)))
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if let (false, Some(members)) = (has_choice, schema.as_object_mut()) {
        let names: Vec<&str> = shaped.keys.iter().map(|key| key.column.name).collect();
        members.insert("required".into(), json!(names));
    }
    let record = shaped.keys.iter().map(sample).collect();
    let mut printed = Vec::new();
    (ListForm::DOCUMENTED.row)(&mut printed, &shaped.keys, &record, PRINTING);
    (schema, serde_json::from_slice(&printed).unwrap_or_default())
}

/// Returns the schema and the example of the data that an operation of its own answers.
pub fn data(sample: Data) -> (Json, Json) {
    let (printed, _) = answer::success(sample, PRINTING);
    let answer: Json = serde_json::from_slice(&printed).unwrap_or_default();
    let data = answer.get("data").cloned().unwrap_or_default();
    (of_value(&data), data)
}

/// Returns the schema of a key's values.
fn of_key(view: &View, key: &Key) -> Json {
    let schema = match key.column.kind {
        ValueType::Int | ValueType::Since => json!({ "type": "integer" }),
        ValueType::Flag => json!({ "type": "integer", "minimum": 0, "maximum": 1 }),
        ValueType::Text | ValueType::Iso | ValueType::Unix => json!({ "type": "string" }),
        ValueType::Real | ValueType::Money => json!({ "type": "number" }),
        ValueType::Ints => json!({ "type": "array", "items": { "type": "integer" } }),
        ValueType::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueType::List => json!({ "type": "array", "items": {} }),
        ValueType::Object => json!({ "type": "object" }),
    };
    match key.column.may_be_null(view) {
        true => or_null(schema),
        false => schema,
    }
}

/// Returns a stored value of a key.
fn sample(key: &Key) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    match key.column.kind {
        ValueType::Int | ValueType::Flag => Value::Integer(1),
        ValueType::Text => text(key.column.name),
        ValueType::Real => Value::Real(7.5),
        ValueType::Money => Value::Integer(1250),
        ValueType::Unix => Value::Integer(PRINTING.now),
        ValueType::Since => Value::Integer(PRINTING.now - 60),
        ValueType::Iso => text("2026-12-31"),
        ValueType::Ints => text("[1,2]"),
        ValueType::Texts => text("[\"203.0.113.7\"]"),
        ValueType::List => text("[]"),
        ValueType::Object => text("{}"),
    }
}

/// Returns the schema of values like this one.
fn of_value(value: &Json) -> Json {
    match value {
        Json::Null => json!({}),
        Json::Bool(_) => json!({ "type": "boolean" }),
        Json::Number(number) if number.is_f64() => json!({ "type": "number" }),
        Json::Number(_) => json!({ "type": "integer" }),
        Json::String(_) => json!({ "type": "string" }),
        Json::Array(items) => json!({ "type": "array", "items": items.first().map_or_else(|| json!({}), of_value) }),
        Json::Object(members) => {
            let properties: Map<String, Json> = members
                .iter()
                .map(|(name, value)| (name.clone(), of_value(value)))
                .collect();
            let names: Vec<&String> = members.keys().collect();
            json!({ "type": "object", "properties": properties, "required": names })
        }
    }
}
