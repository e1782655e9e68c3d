//! Schemas of types, as `utoipa` derives them, in a document of JSON.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::{members, of_type, reference};

/// Adds the schemas that a type refers to, and returns its own. Schemas of one text, number or flag stand where they are
/// referred to.
pub fn inline<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    let mut others = Vec::new();
    T::schemas(&mut others);
    let others: Map<String, Value> = others
        .iter()
        .map(|(name, schema)| (name.clone(), printed(schema)))
        .collect();
    let (scalars, others): (Map<String, Value>, Map<String, Value>) =
        others.into_iter().partition(|(_, schema)| is_small(schema));
    for (name, mut schema) in others {
        if !schemas.contains_key(&name) {
            resolve(&mut schema, &scalars);
            schemas.insert(name, schema);
        }
    }
    let mut own = printed(&T::schema());
    resolve(&mut own, &scalars);
    own
}

/// Adds the schema of a type under its name, and returns the reference to it.
pub fn named<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    let own = inline::<T>(schemas);
    schemas.insert(T::name().into_owned(), own);
    reference(&T::name())
}

/// Adds the schema of a type under its name, and returns that of a list of it.
pub fn list_of<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    json!({ "type": "array", "items": named::<T>(schemas) })
}

/// Returns the names of an object's members, in their order.
pub fn names_of<T: ToSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.into_keys().collect(),
        _ => Vec::new(),
    }
}

/// Whether a schema stands where it is referred to: that of one text, number or flag without words of its own, of a list of these, or of one
/// beside an object.
fn is_small(schema: &Value) -> bool {
    let choices = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice);
    let of_scalars = schema.get("items").is_some_and(is_scalar);
    let is_short_form = matches!(choices, Some([short, object]) if is_scalar(short) && object.get("$ref").is_some());
    is_scalar(schema) && schema.get("enum").is_none() || of_scalars || is_short_form
}

/// Whether a schema is that of one text, number or flag.
fn is_scalar(schema: &Value) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
}

/// Puts schemas in place of references to them. What is said at the reference counts.
fn resolve(schema: &mut Value, scalars: &Map<String, Value>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.rsplit_once('/')).map(|(_, name)| name);
            if let Some(Value::Object(scalar)) = name.and_then(|name| scalars.get(name)) {
                members.remove("$ref");
                let mut whole = scalar.clone();
                whole.append(members);
                *members = whole;
            }
            members.values_mut().for_each(|inner| resolve(inner, scalars));
            nullable(members);
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| resolve(inner, scalars)),
        _ => {}
    }
}

/// Writes the choice between a scalar and null as one type, and says beside the choice what is said in it.
fn nullable(members: &mut Map<String, Value>) {
    let Some([one, other]) = members
        .get_mut("anyOf")
        .and_then(Value::as_array_mut)
        .map(Vec::as_mut_slice)
    else {
        return;
    };
    let inner = [&mut *one, &mut *other]
        .into_iter()
        .filter(|one| one.get("$ref").is_some());
    let said = inner
        .filter_map(|one| one.as_object_mut()?.remove("description"))
        .next();
    let null = json!({ "type": "null" });
    let scalar = match (*one == null, *other == null) {
        (true, false) => other.clone(),
        (false, true) => one.clone(),
        _ => return,
    };
    if let Some(said) = said {
        members.insert("description".into(), said);
    }
    if let (true, Value::Object(mut scalar)) = (is_scalar(&scalar) && scalar.get("enum").is_none(), scalar) {
        let kind = scalar.remove("type");
        members.remove("anyOf");
        members.insert("type".into(), json!([kind, "null"]));
        for (name, value) in scalar {
            members.entry(name).or_insert(value);
        }
    }
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

/// Describes an object with the members of both types. These of them are always there.
pub fn both<A: ToSchema, B: ToSchema>(doc: &str, required: &[&str]) -> RefOr<Schema> {
    let (RefOr::T(Schema::Object(mut all)), RefOr::T(Schema::Object(more))) = (A::schema(), B::schema()) else {
        return of_types([Type::Object], doc);
    };
    all.description = Some(doc.into());
    // Answers may have other members later.
    all.additional_properties = None;
    all.properties.extend(more.properties);
    all.required.extend(more.required);
    all.required.extend(required.iter().map(|name| (*name).to_owned()));
    RefOr::T(Schema::Object(all))
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
pub fn members_of(line: &str, doc: &str) -> RefOr<Schema> {
    let mut schema = members(line);
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".into(), json!(doc));
    }
    serde_json::from_value(schema).unwrap_or_else(|_| of_types([Type::Object], doc))
}

/// Gives types the schemas that these expressions make, under the names of the types or under others, and `with` the types
/// that they refer to.
macro_rules! schemas {
    ($($type:ident $(as $name:literal)? $(with $($other:ident),+)? => $schema:expr;)+) => { $(
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema
            }
        }
        impl utoipa::ToSchema for $type {
            $(fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            })?
            $(fn schemas(all: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(
                    all.push((<$other>::name().into_owned(), <$other as utoipa::PartialSchema>::schema()));
                    <$other as utoipa::ToSchema>::schemas(all);
                )+
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
