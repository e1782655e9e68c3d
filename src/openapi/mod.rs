//! The parts of which both OpenAPI documents are made: that of the panel, from the dialects' tables, and that of
//! the control plane, from its table of endpoints. A document is made when it is asked for, not at the start.

mod members;
pub mod typed;
pub mod types;

use serde_json::{Map, Value, json};

pub use members::{members, of_type, open, or_null, schema};

/// The parts of a document that differ.
pub struct Document {
    pub title: &'static str,
    pub description: String,
    /// Operations by their path and their method in lower case.
    pub paths: Map<String, Value>,
    /// Schemas that operations refer to by their names.
    pub schemas: Map<String, Value>,
    pub security_schemes: Map<String, Value>,
    /// Headers of answers by their names, each with its description.
    pub headers: Map<String, Value>,
}

impl Document {
    /// Adds an operation.
    pub fn add(&mut self, path: &str, method: &str, operation: Value) {
        let methods = self.paths.entry(path).or_insert_with(|| json!({}));
        if let Some(methods) = methods.as_object_mut() {
            methods.insert(method.to_ascii_lowercase(), operation);
        }
    }

    /// Adds a schema and returns the reference to it.
    pub fn add_schema(&mut self, name: &str, schema: Value) -> Value {
        self.schemas.insert(name.to_owned(), schema);
        reference(name)
    }

    /// Prints the document.
    pub fn print(self) -> String {
        self.value().to_string()
    }

    /// Returns the whole document. The server is the one that the document came from, whatever its address is.
    pub fn value(self) -> Value {
        let mut components = json!({ "schemas": self.schemas, "securitySchemes": self.security_schemes });
        if let (false, Some(components)) = (self.headers.is_empty(), components.as_object_mut()) {
            components.insert("headers".into(), Value::Object(self.headers));
        }
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "version": env!("CARGO_PKG_VERSION"),
                "description": self.description,
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": "/", "description": "The server that answers this document." }],
            "paths": self.paths,
            "components": components,
        })
    }
}

/// Refers to a schema of the document.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Describes a required parameter that is a segment of the path.
pub fn path_parameter(name: &str, doc: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": doc, "schema": { "type": "string" } })
}

/// The same of a whole number.
pub fn numeric_path_parameter(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "integer" } })
}

/// Describes an answer of JSON.
pub fn json_answer(doc: &str, schema: Value) -> Value {
    json!({ "description": doc, "content": { "application/json": { "schema": schema } } })
}

/// Returns a value that a schema without references describes.
pub fn example(schema: &Value) -> Value {
    let of = |name: &str| schema.get(name);
    if let Some(Value::Array(choices)) = of("enum").or_else(|| of("anyOf")) {
        let first = choices.first();
        return match schema.get("enum") {
            Some(_) => first.cloned().unwrap_or_default(),
            None => first.map(example).unwrap_or_default(),
        };
    }
    let kind = match of("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    match kind {
        Some("object") => {
            let members = of("properties").and_then(Value::as_object).into_iter().flatten();
            Value::Object(members.map(|(name, schema)| (name.clone(), example(schema))).collect())
        }
        Some("array") if of("maxItems").is_none() => {
            of("items").map_or_else(|| json!([]), |items| json!([example(items)]))
        }
        Some("array") => json!([]),
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("string") => json!("1"),
        _ => Value::Null,
    }
}

/// Writes words that are separated by `_`, `-`, `/` or `.` as one name: `create_line` as `CreateLine`.
pub fn pascal(words: &str) -> String {
    let mut name = String::with_capacity(words.len());
    for word in words.split(['_', '-', '/', '.', '{', '}']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_one_name() {
        for (words, name) in [
            ("create_line", "CreateLine"),
            ("xc_v2", "XcV2"),
            ("requests.har", "RequestsHar"),
            ("", ""),
        ] {
            assert_eq!(pascal(words), name);
        }
    }
}
