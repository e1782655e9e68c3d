//! The OpenAPI document of the panel, from the dialects' tables.
//!
//! An API of PHP's has one path for all its operations, and an OpenAPI document has one operation for a path and a
//! method. So each path has the operation's name as a segment that `..` takes back: `/code/admin/get_line/../index.php`.
//! URL libraries and web servers resolve it to `/code/admin/index.php`, where the parameter `action` selects.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::operation::{AnswerHeader, DialectDetails, Operation, OperationDetails, Parameter, ValueForm, each_sent};
use super::{Dialect, Dialects};
use crate::http::Response;
use crate::openapi::{Document, json_answer, numeric_path_parameter, pascal, path_parameter, reference};
use crate::panel::answers::AnswerBytes;
use crate::panel::{Panel, Result};

/// The path of the document.
pub const OPENAPI_PATH: &str = "/openapi.json";

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Returns the answer with the document.
///
/// # Errors
/// [`crate::panel::Error::Busy`] while other answers hold too much.
pub fn openapi_answer(panel: &Panel, dialects: Dialects) -> Result<Response> {
    static BUILT_IN: LazyLock<String> = LazyLock::new(|| openapi(Dialects::default()));
    let mut body = AnswerBytes::new(&panel.settings().answers);
    match dialects.is(Dialects::default()) {
        true => body.out().extend_from_slice(BUILT_IN.as_bytes()),
        false => body.out().extend_from_slice(openapi(dialects).as_bytes()),
    }
    body.check()?;
    let (bytes, charge) = body.into_body();
    Ok(Response::new(200, "application/json", bytes).charged(charge))
}

/// Returns the document, as JSON.
pub fn openapi(dialects: Dialects) -> String {
    let titles: Vec<&str> = dialects.served().map(Dialect::full_title).collect();
    let mut document = Document {
        title: "Linecard",
        description: capitalized(&format!(
            "{}, answered by Linecard without a quirk profile. A path that holds `/NAME/../` is the path without that: \
             it only tells operations of one address apart.",
            titles.join(" and ")
        )),
        paths: Map::new(),
        schemas: Map::new(),
        security_schemes: Map::new(),
        headers: Map::new(),
    };
    for dialect in dialects.served() {
        let common = dialect.common_details();
        for (name, schema) in &common.failures {
            document.add_schema(name, schema.clone());
        }
        for (name, scheme) in &common.security {
            document.security_schemes.insert((*name).to_owned(), scheme.clone());
        }
        for operation in dialect.operations() {
            let usual = if operation.writes { "POST" } else { "GET" };
            let method = operation.method.unwrap_or(usual).to_lowercase();
            let (path, selecting) = address(operation);
            let id = format!("{}_{}", dialect.api().name(), operation.id);
            let details = dialect.details(operation);
            let described = described(&id, operation, details, &common, selecting, &mut document);
            document.add(&path, &method, described);
        }
    }
    document.print()
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Returns a path of the operation's own, and the parameters that select it.
fn address(operation: &Operation) -> (String, Vec<(&str, &str)>) {
    let Some((path, query)) = operation.path.split_once('?') else {
        return (operation.path.clone(), Vec::new());
    };
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let selecting = query.split('&').filter_map(|pair| pair.split_once('='));
    (format!("{folder}/{}/../{file}", operation.id), selecting.collect())
}

/// Describes one operation. What it takes is in the query where it only reads, else in a form.
fn described(
    id: &str,
    operation: &Operation,
    details: OperationDetails,
    common: &DialectDetails,
    selecting: Vec<(&str, &str)>,
    document: &mut Document,
) -> Value {
    let mut parameters = path_parameters(operation, details.has_numeric_path);
    for (name, value) in selecting {
        let schema = json!({ "type": "string", "enum": [value], "default": value });
        parameters.push(json!({ "name": name, "in": "query", "required": true, "schema": schema }));
    }
    parameters.extend(details.reads.iter().map(|header| sent_in(header, "header")));
    let mut query = |parameter: &Parameter| parameters.push(sent_in(parameter, "query"));
    if !operation.writes {
        each_sent(&operation.parameters, &mut query);
    }
    each_sent(&details.query, &mut query);
    let mut described = json!({
        "operationId": id,
        "summary": operation.doc,
        "tags": [operation.group],
        "security": security(common),
        "parameters": parameters,
        "responses": answers(id, operation, details, common, document),
    });
    let takes = operation.writes && !operation.parameters.is_empty();
    if let (true, Some(members)) = (takes, described.as_object_mut()) {
        members.insert("requestBody".into(), body(operation));
    }
    described
}

/// Describes the segments of a path that have a value.
fn path_parameters(operation: &Operation, are_numbers: bool) -> Vec<Value> {
    let names = operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    names
        .map(|name| match name {
            "code" => path_parameter(name, "An access code."),
            other if are_numbers => numeric_path_parameter(other),
            other => path_parameter(other, ""),
        })
        .collect()
}

/// Lists what opens an operation: one of these is enough.
fn security(common: &DialectDetails) -> Value {
    let open = common.is_open.then(|| json!({}));
    let named = common.security.iter().map(|(name, _)| json!({ *name: [] }));
    open.into_iter().chain(named).collect()
}

/// Describes a parameter of the query, or a header.
fn sent_in(parameter: &Parameter, place: &str) -> Value {
    let mut described = json!({
        "name": parameter.sent_name(),
        "in": place,
        "required": parameter.required,
        "description": parameter.doc,
        "schema": schema(parameter),
    });
    if let (true, Some(members)) = (is_array(parameter), described.as_object_mut()) {
        members.insert("style".into(), json!("form"));
        members.insert("explode".into(), json!(true));
    }
    described
}

fn is_array(parameter: &Parameter) -> bool {
    matches!(parameter.form, ValueForm::Texts | ValueForm::Ints)
}

/// Describes the form of a writing operation.
fn body(operation: &Operation) -> Value {
    let (mut properties, mut encoding, mut required) = (Map::new(), Map::new(), Vec::new());
    each_sent(&operation.parameters, &mut |parameter| {
        let name = parameter.sent_name().into_owned();
        let mut property = schema(parameter);
        if let Some(members) = property.as_object_mut() {
            members.insert("description".into(), json!(parameter.doc));
        }
        properties.insert(name.clone(), property);
        if is_array(parameter) {
            encoding.insert(name.clone(), json!({ "style": "form", "explode": true }));
        }
        if parameter.required {
            required.push(name);
        }
    });
    let is_required = !required.is_empty();
    let mut schema = json!({ "type": "object", "properties": properties });
    if let (true, Some(members)) = (is_required, schema.as_object_mut()) {
        members.insert("required".into(), json!(required));
    }
    let mut content = json!({ "schema": schema });
    if let (false, Some(members)) = (encoding.is_empty(), content.as_object_mut()) {
        members.insert("encoding".into(), Value::Object(encoding));
    }
    let media_type = if operation.method.is_some() { JSON } else { FORM };
    json!({ "required": is_required, "content": { media_type: content } })
}

/// Returns the schema of a parameter's value, with an example where there is one.
fn schema(parameter: &Parameter) -> Value {
    let mut schema = match parameter.form {
        ValueForm::Text | ValueForm::Members(_) => json!({ "type": "string" }),
        ValueForm::Int(None) => json!({ "type": "integer" }),
        ValueForm::Int(Some((least, most))) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        ValueForm::Numbers(numbers) => json!({ "type": "integer", "enum": numbers }),
        ValueForm::Decimal => json!({ "type": "number" }),
        ValueForm::Bool => json!({ "type": "boolean" }),
        ValueForm::Words(words) => json!({ "type": "string", "enum": words }),
        ValueForm::Json => json!({ "type": "string", "contentMediaType": "application/json" }),
        ValueForm::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueForm::Ints => json!({ "type": "array", "items": { "type": "integer" } }),
    };
    if let (false, Some(members)) = (parameter.example.is_empty(), schema.as_object_mut()) {
        members.insert("examples".into(), json!([example(parameter)]));
    }
    schema
}

/// Returns the example of a parameter as a value of its type.
fn example(parameter: &Parameter) -> Value {
    let text = parameter.example.as_ref();
    let number = || serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    match parameter.form {
        ValueForm::Int(_) | ValueForm::Numbers(_) | ValueForm::Decimal | ValueForm::Bool => number(),
        ValueForm::Ints => json!([number()]),
        ValueForm::Texts => json!([text]),
        _ => json!(text),
    }
}

/// Describes answers whose statuses tell a success from a failure.
fn with_statuses(
    operation: &Operation,
    (success, example): (Value, Value),
    details: &OperationDetails,
    common: &DialectDetails,
    document: &mut Document,
) -> Value {
    let mut answers = Map::new();
    let mut answer = json_answer(operation.answer, success);
    if let Some(Value::Object(content)) = answer.pointer_mut("/content/application~1json") {
        content.insert("example".into(), example);
    }
    answers.insert(details.status.to_string(), answer);
    for (status, doc) in &details.empty {
        answers.insert(status.to_string(), json!({ "description": doc }));
    }
    let schemas: Vec<Value> = common.failures.iter().map(|(name, _)| reference(name)).collect();
    let schema = schemas.into_iter().next().unwrap_or_default();
    for (status, doc) in &common.refusals {
        answers.insert(status.to_string(), json_answer(doc, schema.clone()));
    }
    for (status, doc) in &details.refusals {
        answers.insert(status.to_string(), json_answer(doc, schema.clone()));
    }
    for (status, answer) in &mut answers {
        let status = status.parse().unwrap_or_default();
        let all = common.headers.iter().chain(&details.headers);
        let headers: Map<String, Value> = all
            .filter(|header| (header.is_of)(status))
            .map(|header| {
                document.headers.insert(header.name.to_owned(), header_schema(header));
                let place = format!("#/components/headers/{}", header.name);
                (header.name.to_owned(), json!({ "$ref": place }))
            })
            .collect();
        if let (false, Some(answer)) = (headers.is_empty(), answer.as_object_mut()) {
            answer.insert("headers".into(), Value::Object(headers));
        }
    }
    Value::Object(answers)
}

fn header_schema(header: &AnswerHeader) -> Value {
    let kind = if header.is_number { "integer" } else { "string" };
    json!({ "description": header.doc, "schema": { "type": kind } })
}

/// Describes the answers: 200 is a success or one of the dialect's failures.
fn answers(
    id: &str,
    operation: &Operation,
    details: OperationDetails,
    common: &DialectDetails,
    document: &mut Document,
) -> Value {
    let mut answers = Map::new();
    let mut details = details;
    document.schemas.append(&mut details.schemas);
    let answer = match details.success.take() {
        None => json!({ "description": operation.answer }),
        Some((schema, example)) => {
            let success = document.add_schema(&format!("{}Success", pascal(id)), schema);
            if details.status != 0 {
                return with_statuses(operation, (success, example), &details, common, document);
            }
            // Failures come first: a client that takes the first that fits would take a success for less.
            let failures = common.failures.iter().map(|(name, _)| reference(name));
            let all: Vec<Value> = failures.chain([success]).collect();
            let mut answer = json_answer(operation.answer, json!({ "anyOf": all }));
            if let Some(Value::Object(content)) = answer.pointer_mut("/content/application~1json") {
                content.insert("example".into(), example);
            }
            answer
        }
    };
    answers.insert("200".into(), answer);
    for (status, doc) in &common.refusals {
        answers.insert(status.to_string(), json!({ "description": doc }));
    }
    Value::Object(answers)
}
