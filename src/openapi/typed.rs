//! Schemas of types, as `utoipa` derives them, in a document of JSON.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::{members, of_type, reference};

/// Adds the schemas that a type refers to, and returns its own.
pub fn inline<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    let mut others = Vec::new();
    T::schemas(&mut others);
    for (name, schema) in others {
        if !schemas.contains_key(&name) {
            schemas.insert(name, printed(&schema));
        }
    }
    printed(&T::schema())
}

/// Adds the schema of a type under its name, and returns the reference to it.
pub fn named<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    let own = inline::<T>(schemas);
    schemas.insert(T::name().into_owned(), own);
    reference(&T::name())
}

/// Prints a schema. Of several types one must do: generators read `anyOf` better than `oneOf`, and no two of them are
/// alike.
fn printed(schema: &RefOr<Schema>) -> Value {
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    any_of(&mut schema);
    schema
}

fn any_of(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(types) = members.remove("oneOf") {
                members.insert("anyOf".into(), types);
            }
            members.values_mut().for_each(any_of);
        }
        Value::Array(items) => items.iter_mut().for_each(any_of),
        _ => {}
    }
}

/// Describes a value of one of these types.
pub fn of_types(types: impl IntoIterator<Item = Type>, doc: &str) -> RefOr<Schema> {
    let types: Vec<Type> = types.into_iter().collect();
    let kind = match types.as_slice() {
        [one] => SchemaType::Type(one.clone()),
        _ => SchemaType::Array(types),
    };
    let object = ObjectBuilder::new().schema_type(kind).description(Some(doc));
    object.into()
}

/// Describes a text that is one of these words.
pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>, doc: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).description(Some(doc));
    object.enum_values(Some(words)).into()
}

/// Describes a value of one of these types, or an object with these members, as the parent module reads them.
pub fn any_of_lines(lines: &[&str], doc: &str) -> RefOr<Schema> {
    let all = lines.iter().map(|line| match line.contains([' ', ':']) {
        true => members(line),
        false => of_type(line),
    });
    let all: Vec<Value> = all.collect();
    let schema = match all.as_slice() {
        // Of one type alone there is nothing to choose.
        [Value::Object(only)] if !only.contains_key("$ref") => {
            let mut only = only.clone();
            only.insert("description".into(), json!(doc));
            Value::Object(only)
        }
        _ => json!({ "anyOf": all, "description": doc }),
    };
    serde_json::from_value(schema).unwrap_or_else(|_| of_types([], doc))
}

/// Describes an object with exactly these members, as the parent module reads them.
pub fn members_of(line: &str) -> RefOr<Schema> {
    serde_json::from_value(members(line)).unwrap_or_else(|_| of_types([Type::Object], line))
}

/// Gives types the schemas that these expressions make, under the names of the types or under others.
macro_rules! schemas {
    ($($type:ty $(as $name:literal)? => $schema:expr;)+) => { $(
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }
        impl utoipa::ToSchema for $type {
            $(fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            })?
        }
    )+ };
}
pub(crate) use schemas;

/// Gives a type the schema of the type that it is read from, under a name of its own.
macro_rules! schema_from {
    ($type:ty as $name:literal, $source:ty) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                <$source as utoipa::PartialSchema>::schema()
            }
        }
        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn schemas(all: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                <$source as utoipa::ToSchema>::schemas(all);
            }
        }
    };
}
pub(crate) use schema_from;
