//! Types of a document's schemas for clients: one file for TypeScript, one for Python.
//!
//! A component is a type of its name; the body and the answer of an operation that are objects of their own are named
//! after the operation. `linecard docs` writes the files and `linecard docs --check` fails when one is stale.

mod python;
mod typescript;

use serde_json::{Map, Value};

use super::pascal;
pub use python::python;
pub use typescript::typescript;

/// Components that stay open here, because a schema of their own describes them: docs/seed.schema.json.
const OPEN: [&str; 1] = ["Seed"];
/// Components that only these refer to.
const INSIDE: [&str; 1] = ["SeedRaw"];

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Any,
    Null,
    Bool,
    Int,
    Number,
    Text,
    /// One of these texts.
    Words(Vec<String>),
    /// That of a component.
    Named(String),
    List(Box<Kind>),
    /// An object with any names.
    Map(Box<Kind>),
    Object(Vec<Member>),
    /// A value of one of these.
    Union(Vec<Kind>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    name: String,
    doc: String,
    is_required: bool,
    kind: Kind,
}

/// A type with its name.
#[derive(Debug, PartialEq)]
struct Definition {
    name: String,
    doc: String,
    /// The objects whose members it has as well.
    bases: Vec<String>,
    kind: Kind,
}

/// Returns the types of a document: first those that have no others' members.
fn definitions(document: &Value) -> Vec<Definition> {
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let components = components.into_iter().flatten();
    let components = components.filter(|(name, _)| !INSIDE.contains(&name.as_str()));
    let named = components.map(|(name, schema)| definition(name.clone(), schema));
    let mut all: Vec<Definition> = named.chain(of_operations(document)).collect();
    all.sort_by_key(|one| !one.bases.is_empty());
    all
}

/// Returns the types of bodies and answers that are no components.
fn of_operations(document: &Value) -> Vec<Definition> {
    const CONTENT: &str = "content/application~1json/schema";
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = paths.flat_map(|(_, methods)| methods.as_object().into_iter().flatten());
    let schemas = operations.flat_map(|(_, operation)| {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
        let body = operation.pointer(&format!("/requestBody/{CONTENT}"));
        let answer = operation.pointer(&format!("/responses/200/{CONTENT}"));
        [("Body", body), ("Answer", answer)].map(|(what, schema)| Some((format!("{}{what}", pascal(id)), schema?)))
    });
    let objects = schemas
        .flatten()
        .filter(|(_, schema)| schema.get("properties").is_some());
    objects.map(|(name, schema)| definition(name, schema)).collect()
}

fn definition(name: String, schema: &Value) -> Definition {
    let mut bases = Vec::new();
    let kind = match schema.get("allOf").and_then(Value::as_array) {
        _ if OPEN.contains(&name.as_str()) => Kind::Map(Box::new(Kind::Any)),
        None => kind(schema),
        Some(parts) => {
            let mut own = Vec::new();
            for part in parts {
                match kind(part) {
                    Kind::Named(base) => bases.push(base),
                    Kind::Object(members) => own.extend(members),
                    _ => {}
                }
            }
            Kind::Object(own)
        }
    };
    Definition {
        doc: doc(schema),
        name,
        bases,
        kind,
    }
}

fn doc(schema: &Value) -> String {
    let doc = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kind(schema: &Value) -> Kind {
    let of = |name: &str| schema.get(name);
    if let Some(reference) = of("$ref").and_then(Value::as_str) {
        return Kind::Named(reference.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(choices) = of("anyOf").and_then(Value::as_array) {
        return Kind::Union(choices.iter().map(kind).collect());
    }
    if let Some(words) = of("enum").and_then(Value::as_array) {
        return Kind::Words(words.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    }
    match of("type") {
        Some(Value::Array(kinds)) => Kind::Union(kinds.iter().map(|kind| of_type(kind, schema)).collect()),
        Some(kind) => of_type(kind, schema),
        None => Kind::Any,
    }
}

fn of_type(name: &Value, schema: &Value) -> Kind {
    match name.as_str().unwrap_or_default() {
        "null" => Kind::Null,
        "boolean" => Kind::Bool,
        "integer" => Kind::Int,
        "number" => Kind::Number,
        "string" => Kind::Text,
        "array" => Kind::List(Box::new(schema.get("items").map_or(Kind::Any, kind))),
        "object" => object(schema),
        _ => Kind::Any,
    }
}

fn object(schema: &Value) -> Kind {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let values = schema.get("additionalProperties").filter(|values| values.is_object());
        return Kind::Map(Box::new(values.map_or(Kind::Any, kind)));
    };
    Kind::Object(members(properties, schema.get("required").and_then(Value::as_array)))
}

fn members(properties: &Map<String, Value>, required: Option<&Vec<Value>>) -> Vec<Member> {
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let members = properties.iter().map(|(name, schema)| Member {
        name: name.clone(),
        doc: doc(schema),
        is_required: is_required(name),
        kind: kind(schema),
    });
    members.collect()
}

/// Breaks a text into lines of at most so many characters, where its words let it.
fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => *line += &format!(" {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "components": { "schemas": {
                "Mode": { "type": "string", "enum": ["on", "off"], "description": "How it runs." },
                "Delay": { "anyOf": [
                    { "type": "string" },
                    { "type": "object", "required": ["uniform"], "properties": {
                        "uniform": { "type": "array", "items": { "type": "string" } },
                    } },
                ] },
                "Far": { "allOf": [
                    { "$ref": "#/components/schemas/Near" },
                    { "type": "object", "required": ["mode"], "properties": { "mode": { "$ref": "#/components/schemas/Mode" } } },
                ], "description": "Both." },
                "Near": { "type": "object", "description": "A place.", "required": ["at"], "properties": {
                    "at": { "type": ["integer", "null"], "description": "Where." },
                    "names": { "type": "object", "additionalProperties": { "type": "string" } },
                } },
                "Opens": { "type": "object", "required": ["pass"], "properties": { "pass": { "type": ["string", "null"] } } },
            } },
            "paths": { "/x": { "post": {
                "operationId": "post_x",
                "requestBody": { "content": { "application/json": { "schema": {
                    "type": "object", "properties": { "delay": { "$ref": "#/components/schemas/Delay" } },
                } } } },
                "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Near" } } } } },
            } } },
        })
    }

    #[test]
    fn typescript_has_an_interface_for_each_object() {
        let text = typescript(&document(), "Types.");
        let (_, types) = text.split_once("\n\n").unwrap();
        assert_eq!(
            types,
            "/** How it runs. */\nexport const Mode = ['on', 'off'] as const;\nexport type Mode = (typeof Mode)[number];\n\n\
             export type Delay = string | { uniform: readonly string[] };\n\n\
             /** A place. */\nexport interface Near {\n  /** Where. */\n  at: number | null;\n  names?: Readonly<Record<string, string>>;\n}\n\n\
             export interface Opens {\n  pass: string | null;\n}\n\n\
             export interface PostXBody {\n  delay?: Delay;\n}\n\n\
             /** Both. */\nexport interface Far extends Near {\n  mode: Mode;\n}\n"
        );
    }

    #[test]
    fn python_has_a_class_for_each_object() {
        let text = python(&document(), "Types.");
        let (_, types) = text.split_once("\n\n#: How").unwrap();
        assert_eq!(
            types,
            " it runs.\nMode = Literal[\"on\", \"off\"]\n\n\n\
             class DelayUniform(TypedDict):\n    \"\"\"One of :data:`Delay`.\"\"\"\n\n    uniform: Sequence[str]\n\n\n\
             Delay = Union[str, DelayUniform]\n\n\n\
             class _NearMembers(TypedDict, total=False):\n    names: Mapping[str, str]\n\n\n\
             class Near(_NearMembers):\n    \"\"\"A place.\"\"\"\n\n    #: Where.\n    at: int | None\n\n\n\
             _OpensPass = TypedDict(\"_OpensPass\", {\"pass\": Union[str, None]})\n\n\n\
             class Opens(_OpensPass):\n    \"\"\"The members of an object.\"\"\"\n\n\n\
             class PostXBody(TypedDict, total=False):\n    \"\"\"The members of an object.\"\"\"\n\n    delay: Delay\n\n\n\
             class Far(Near):\n    \"\"\"Both.\"\"\"\n\n    mode: Mode\n"
        );
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
        assert_eq!(lines("", 8), [""; 0]);
    }
}
