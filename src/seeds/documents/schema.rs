//! The JSON Schema of seed documents, for editors and other programs. It is generated from the table of
//! sections, so that it accepts the keys that the planter does.

use serde_json::{Map, Value, json};

use super::plan::{LINE_ID, Plan, PlannedField};
use super::planter::tables_with_ids;
use super::section::{DefaultValue, Section, Shape};
use super::sections::{ROWS, SECTIONS};
use crate::panel::settings::SETTINGS;
use crate::panel::webhooks::{event, signing};
use crate::seeds::generated::Scale;
use crate::store::schema::ColumnType;

/// Writes the schema.
pub fn schema() -> String {
    let mut properties = Map::new();
    properties.insert(
        "$schema".into(),
        json!({ "type": "string", "description": "Where this schema is." }),
    );
    properties.insert(
        "complete".into(),
        json!({ "type": "boolean", "description": "The document is the whole state: nothing is set up beside it." }),
    );
    let settings = SETTINGS.iter().map(|setting| {
        let doc = format!("{} {}", setting.doc, setting.effect.sentence());
        let is = json!({ "type": ["string", "number", "boolean"], "description": doc, "default": setting.default });
        (setting.name.to_owned(), is)
    });
    properties.insert("settings".into(), object("Settings of the panel.", settings.collect()));
    for section in SECTIONS {
        properties.insert(section.name.into(), section_schema(section, None));
    }
    let rows = ROWS
        .iter()
        .map(|section| (section.name.to_owned(), section_schema(section, None)));
    properties.insert(
        "rows".into(),
        object("Rows of tables that have no section.", rows.collect()),
    );
    let counters =
        tables_with_ids().map(|section| (section.table.to_owned(), json!({ "type": "integer", "minimum": 0 })));
    properties.insert(
        "counters".into(),
        object(
            "The last ids that tables have given, where their rows are gone.",
            counters.collect(),
        ),
    );
    let scale = Scale::NAMES.map(|name| (name.to_owned(), json!({ "type": "integer", "minimum": 0 })));
    properties.insert(
        "generate".into(),
        object("How many generated rows there are.", scale.into_iter().collect()),
    );
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A seed of Linecard",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": {
            "raw": {
                "type": "object",
                "description": "A value that is stored as it is.",
                "additionalProperties": false,
                "required": ["raw"],
                "properties": { "raw": { "type": "string" } },
            },
        },
    });
    format!("{document:#}\n")
}

fn object(doc: &str, properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "description": doc, "additionalProperties": false, "properties": properties })
}

/// Builds the schema of a section's list.
fn section_schema(section: &'static Section, parent: Option<&str>) -> Value {
    let plan = Plan::new(section, parent);
    let mut properties = Map::new();
    // Pairs of keys of the same meaning; an entry may have only one of a pair.
    let mut both = Vec::new();
    if section.id.is_some() {
        let doc = "The id; the next free one when it is left out.";
        properties.insert(
            "id".into(),
            json!({ "type": "integer", "minimum": 1, "description": doc }),
        );
    }
    for planned in plan.fields.iter().chain(&plan.beside).chain(&plan.line) {
        properties.insert(planned.name.into(), field_schema(planned));
        if let Some(alias) = planned.alias {
            properties.insert(alias.into(), field_schema(planned));
            both.push(json!({ "required": [planned.name, alias] }));
        }
    }
    if section.hidden.is_some() {
        let doc = "The id of the hidden line.";
        properties.insert(
            LINE_ID.into(),
            json!({ "type": "integer", "minimum": 1, "description": doc }),
        );
    }
    for (child, plan) in &plan.children {
        let schema = section_schema(child.section, Some(child.parent));
        properties.insert(plan.section.name.into(), schema);
    }
    let mut items = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let (false, Some(members)) = (both.is_empty(), items.as_object_mut()) {
        members.insert("not".into(), json!({ "anyOf": both }));
    }
    json!({ "type": ["array", "null"], "description": section.doc, "items": items })
}

fn field_schema(field: &PlannedField) -> Value {
    let name = json!({ "type": ["string", "number", "boolean"] });
    let mut own = match field.shape {
        Shape::One(_) => json!({ "type": ["string", "integer"] }),
        Shape::Many(_) => json!({ "type": ["array", "string", "integer"], "items": { "type": ["string", "integer"] } }),
        Shape::Events => {
            let names = json!({ "type": "string", "enum": event::names() });
            json!({ "anyOf": [names, { "type": "array", "items": names }] })
        }
        Shape::Texts => json!({ "type": ["array", "string", "number", "boolean"], "items": name }),
        Shape::Numbered(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "anyOf": [{ "type": "string", "enum": words }, { "type": "integer" }] })
        }
        Shape::OneOf(words) => json!({ "type": "string", "enum": words }),
        Shape::Password | Shape::Secret | Shape::CustomerPassword | Shape::SigningSecret | Shape::Form(_) => name,
        Shape::Range(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Amount(_) => json!({ "type": ["number", "string"] }),
        Shape::Millis => json!({ "type": ["string", "integer"] }),
        Shape::Column => match field.column.kind {
            ColumnType::Int => json!({ "type": "integer" }),
            ColumnType::Real => json!({ "type": "number" }),
            ColumnType::Flag => json!({ "type": ["boolean", "integer"] }),
            ColumnType::Money => json!({ "type": ["number", "string"] }),
            ColumnType::Unix | ColumnType::Iso => json!({ "type": ["string", "integer"] }),
            ColumnType::Json => json!({ "type": ["array", "object"], "items": {} }),
            ColumnType::Text => name,
        },
    };
    let any = json!([own.take(), { "type": "null" }, { "$ref": "#/$defs/raw" }]);
    json!({ "description": description(field), "anyOf": any })
}

/// Describes a field.
pub fn description(field: &PlannedField) -> String {
    let mut text = match field.shape {
        Shape::One(section) => format!("One of `{section}`, by name or id."),
        Shape::Many(section) => format!("Some of `{section}`, by names or ids."),
        Shape::Texts => "A text or a list of them.".to_owned(),
        Shape::Events => "Names of events, as [webhooks.md](webhooks.md#events) has them.".to_owned(),
        Shape::Numbered(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("One of {}.", words.join(", "))
        }
        Shape::OneOf(words) => format!("One of {}.", words.join(", ")),
        Shape::Password => "A password, kept as a hash; a hash is kept as it is.".to_owned(),
        Shape::Secret => {
            "A secret of 8 to 200 printable characters, kept as its SHA-256; `sha256:` with the hash is kept."
                .to_owned()
        }
        Shape::CustomerPassword => "A password, kept as its argon2id hash; a hash is kept as it is.".to_owned(),
        Shape::Range(least, most) => format!("A whole number from {least} to {most}."),
        Shape::Amount(_) => "An amount, as in 9.99.".to_owned(),
        Shape::Millis => "A time.".to_owned(),
        Shape::Form(form) => format!("{}, as in {}.", capitalized(form.what), form.example),
        Shape::SigningSecret => format!("{}, kept as it is.", signing::FORM),
        Shape::Column => match field.column.kind {
            ColumnType::Int => "A whole number.",
            ColumnType::Real => "A number.",
            ColumnType::Flag => "`true` or `false`.",
            ColumnType::Money => "Credits, as in 12.50.",
            ColumnType::Unix | ColumnType::Iso => "A time.",
            ColumnType::Json => "A list or a map.",
            ColumnType::Text => "A text.",
        }
        .to_owned(),
    };
    let otherwise = match field.preset {
        DefaultValue::Column | DefaultValue::Derived => String::new(),
        DefaultValue::Of(column) => format!(" `{column}` when left out."),
        DefaultValue::Now => " Now when left out.".to_owned(),
        DefaultValue::Random(length) => format!(" {length} random characters when left out."),
        DefaultValue::Required => " Must be given.".to_owned(),
        DefaultValue::Number(number) => match field.shape {
            Shape::Numbered(words) => {
                let word = words.iter().find(|(_, stands_for)| *stands_for == number);
                format!(" `{}` when left out.", word.map_or("", |(word, _)| word))
            }
            _ => format!(" {number} when left out."),
        },
        DefaultValue::Text(text) => format!(" `{text}` when left out."),
        DefaultValue::Generation => " That of the last import when left out.".to_owned(),
        DefaultValue::Resellers => " The built-in group of resellers when left out.".to_owned(),
    };
    text.push_str(&otherwise);
    if let Some(alias) = field.alias {
        text.push_str(&format!(" `{}` and `{alias}` are the same.", field.name));
    }
    if !field.doc.is_empty() {
        text.push(' ');
        text.push_str(field.doc);
    }
    text
}

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
