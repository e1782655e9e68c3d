//! The schema of a seed document, as the control plane's OpenAPI document has it.

use serde_json::{Map, Value, json};

use crate::openapi::schema;
use crate::seeds;
use crate::seeds::state_form::StateForm;

/// Returns the schemas that belong to no type.
pub fn all() -> Map<String, Value> {
    let sent = json!({ "anyOf": [{ "type": "string" }, schema("Seed")] });
    let mut all = Map::from_iter([("SentSeed".to_owned(), sent)]);
    add_seed(&mut all);
    all
}

/// Adds the schema of a seed document, which is a document of its own: what it defines for itself is defined here.
fn add_seed(schemas: &mut Map<String, Value>) {
    let own = seeds::schema().replace("#/$defs/raw", "#/components/schemas/SeedRaw");
    let mut seed: Value = serde_json::from_str(&own).unwrap_or_default();
    without_exclusions(&mut seed);
    if let Some(members) = seed.as_object_mut() {
        // Generators would name the schema by its title.
        members.retain(|name, _| !matches!(name.as_str(), "$schema" | "title"));
        let mut defined = members.remove("$defs").unwrap_or_default();
        let raw = defined.get_mut("raw").map(Value::take);
        schemas.insert("SeedRaw".into(), raw.unwrap_or_default());
    }
    schemas.insert("Seed".into(), seed);
}

/// Removes what must not be together: generators have no type for it, and validators take its names for misspelt
/// ones. The server refuses it.
fn without_exclusions(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("not");
            members.values_mut().for_each(without_exclusions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_exclusions),
        _ => {}
    }
}

/// Returns the schema of a parameter of a query.
pub fn of_filter(name: &str) -> Value {
    match name {
        "since" | "limit" | "status" => json!({ "type": "integer", "minimum": 0 }),
        "unmatched" => json!({ "type": "integer", "enum": [0, 1] }),
        "format" => json!({ "type": "string", "enum": StateForm::NAMES }),
        _ => json!({ "type": "string" }),
    }
}
