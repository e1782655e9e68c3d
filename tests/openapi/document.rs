//! A document as a test reads it, and whether a value is what a schema says.

use serde_json::{Map, Value, json};

use crate::support::Panel;

/// An OpenAPI document.
pub struct Document(pub Value);

impl Document {
    /// The document that a panel answers at a path.
    pub fn of(panel: &Panel, path: &str) -> Document {
        let answer = panel.client().get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/json"))
        );
        Document(serde_json::from_str(&answer.text()).unwrap())
    }

    /// Its operations, each with its path and its method.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
    }

    /// The operation of this id, with its path and its method.
    pub fn operation(&self, id: &str) -> (&str, &str, &Value) {
        let found = self
            .operations()
            .find(|(_, _, operation)| operation["operationId"] == id);
        found.unwrap_or_else(|| panic!("there is no {id}"))
    }

    /// The schema of an operation's answer with status 200.
    pub fn answer(&self, id: &str) -> &Value {
        &self.operation(id).2["responses"]["200"]["content"]["application/json"]["schema"]
    }

    /// A schema, or what it refers to.
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(name) => self.resolved(self.0.pointer(&name[1..]).unwrap()),
            None => schema,
        }
    }

    /// Whether a value is as its schema says, without members that the schema does not name.
    pub fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let schema = self.resolved(schema);
        if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
            let all: Vec<String> = any.iter().filter_map(|one| self.check(one, value).err()).collect();
            return match all.len() < any.len() {
                true => Ok(()),
                false => Err(all.join(" and ")),
            };
        }
        if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
            return self.check(&self.merged(all), value);
        }
        if !is_of_type(schema, value) {
            return Err(format!("{value} is not {}", schema["type"]));
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array)
            && !words.contains(value)
        {
            return Err(format!("{value} is none of {words:?}"));
        }
        match value {
            Value::Array(items) => self.check_items(schema, items),
            Value::Object(_) => self.check_members(schema, value),
            _ => Ok(()),
        }
    }

    /// The schema of objects that have the members of all of these.
    fn merged(&self, all: &[Value]) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for schema in all.iter().map(|schema| self.resolved(schema)) {
            assert_eq!(schema["type"], "object", "{schema}");
            properties.extend(schema["properties"].as_object().unwrap().clone());
            required.extend(schema["required"].as_array().into_iter().flatten().cloned());
        }
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn check_items(&self, schema: &Value, items: &[Value]) -> Result<(), String> {
        if schema.get("maxItems").is_some_and(|most| most == 0) && !items.is_empty() {
            return Err("a list that should be empty is not".into());
        }
        let of = schema.get("items");
        items
            .iter()
            .try_for_each(|item| of.map_or(Ok(()), |of| self.check(of, item)))
    }

    fn check_members(&self, schema: &Value, value: &Value) -> Result<(), String> {
        for name in schema["required"].as_array().into_iter().flatten() {
            if value.get(name.as_str().unwrap()).is_none() {
                return Err(format!("{name} is missing"));
            }
        }
        let known = schema.get("properties").and_then(Value::as_object);
        let other = schema.get("additionalProperties").filter(|other| other.is_object());
        for (name, member) in value.as_object().unwrap() {
            let of = known.and_then(|known| known.get(name)).or(other);
            match of {
                Some(of) => self.check(of, member).map_err(|error| format!("{name}: {error}"))?,
                None if known.is_none() => {}
                None => return Err(format!("{name} is not described")),
            }
        }
        Ok(())
    }
}

fn is_of_type(schema: &Value, value: &Value) -> bool {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        _ => return true,
    };
    kinds.into_iter().any(|kind| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    })
}
