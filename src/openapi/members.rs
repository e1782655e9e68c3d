//! Schemas of objects in one line: `unix:int at?:Instant fired:Fired[] offset_s?:int|null`.
//!
//! A member is a name, a `?` if it may be missing, and a colon with its type; without one it is a text. Types are
//! `text`, `int`, `number`, `bool`, `any` and `object`, a list of words with a comma (`before,after`), and the name of
//! a schema of the document, which begins with a capital letter. `[]` makes a list of it, `|null` lets it be null.

use serde_json::{Map, Value, json};

use super::reference;

/// Returns the schema of an object with exactly these members.
pub fn members(line: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in line.split_whitespace() {
        let (name, kind) = member.split_once(':').unwrap_or((member, "text"));
        let name = match name.strip_suffix('?') {
            Some(name) => name,
            None => {
                required.push(name);
                name
            }
        };
        properties.insert(name.to_owned(), of_type(kind));
    }
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
        schema.insert("required".into(), json!(required));
    }
    schema
}

/// Returns the schema of what a line tells: a type whose name begins with a capital letter, or the members of an
/// object.
pub fn schema(line: &str) -> Value {
    match line.starts_with(char::is_uppercase) {
        true => of_type(line),
        false => members(line),
    }
}

/// Lets an object have other members too, as answers may have later.
pub fn open(mut schema: Value) -> Value {
    if let Some(members) = schema.as_object_mut() {
        members.remove("additionalProperties");
    }
    schema
}

/// Returns the schema of a type.
pub fn of_type(kind: &str) -> Value {
    if let Some(kind) = kind.strip_suffix("|null") {
        return or_null(of_type(kind));
    }
    if let Some(kind) = kind.strip_suffix("[]") {
        return json!({ "type": "array", "items": of_type(kind) });
    }
    match kind {
        "text" => json!({ "type": "string" }),
        "int" => json!({ "type": "integer" }),
        "number" => json!({ "type": "number" }),
        "bool" => json!({ "type": "boolean" }),
        "object" => json!({ "type": "object" }),
        "any" => json!({}),
        words if words.contains(',') => {
            json!({ "type": "string", "enum": words.split_terminator(',').collect::<Vec<_>>() })
        }
        name => reference(name),
    }
}

/// Lets a value be null as well.
pub fn or_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut members)
            if members.get("type").is_some_and(Value::is_string) && !members.contains_key("enum") =>
        {
            let kind = members.remove("type");
            let mut nullable = Map::new();
            nullable.insert("type".into(), json!([kind, "null"]));
            nullable.extend(members);
            Value::Object(nullable)
        }
        schema => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_schema_of_an_object() {
        assert_eq!(
            members("at when?:before,after ids:int[]|null one?:One|null"),
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "at": { "type": "string" },
                    "when": { "type": "string", "enum": ["before", "after"] },
                    "ids": { "type": ["array", "null"], "items": { "type": "integer" } },
                    "one": { "anyOf": [{ "$ref": "#/components/schemas/One" }, { "type": "null" }] },
                },
                "required": ["at", "ids"],
            })
        );
        assert_eq!(
            members(""),
            json!({ "type": "object", "additionalProperties": false, "properties": {} })
        );
    }
}
