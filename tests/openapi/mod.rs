//! The OpenAPI documents: whole in themselves, and true of what the server takes and answers. `clients/openapi`
//! has programs that were generated from them.

mod control;
mod document;
mod panel;

use std::collections::HashSet;

use serde_json::{Map, Value};

use document::Document;

/// What every document has to be, whatever it describes.
fn is_whole(document: &Document) {
    assert_eq!(document.0["openapi"], "3.1.0");
    assert_eq!(document.0["servers"][0]["url"], "/");
    let mut ids = HashSet::new();
    for (path, method, operation) in document.operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id} is there twice");
        assert!(path.starts_with('/') && !path.contains('?'), "{path}");
        let parameters = operation["parameters"].as_array().unwrap();
        let names = |place: &str| -> Vec<&str> {
            let of_place = parameters.iter().filter(|parameter| parameter["in"] == place);
            of_place.map(|parameter| parameter["name"].as_str().unwrap()).collect()
        };
        let segments: Vec<&str> = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap())
            .collect();
        assert_eq!(names("path"), segments, "{id}");
        let query = names("query");
        assert_eq!(
            query.iter().collect::<HashSet<_>>().len(),
            query.len(),
            "{id}: {query:?}"
        );
        assert!(method != "get" || operation.get("requestBody").is_none(), "{id}");
        let schemes = document.0["components"]["securitySchemes"].as_object().unwrap();
        for names in operation["security"].as_array().unwrap() {
            for name in names.as_object().unwrap().keys() {
                assert!(schemes.contains_key(name), "{id}: {name}");
            }
        }
    }
    references(&document.0, &mut |name| {
        assert!(document.0.pointer(&name[1..]).is_some(), "{name}");
    });
}

/// Visits what a document refers to.
fn references(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, visit)),
        Value::Object(members) => each(members, visit),
        _ => {}
    }
}

fn each(members: &Map<String, Value>, visit: &mut dyn FnMut(&str)) {
    if let Some(Value::String(name)) = members.get("$ref") {
        visit(name);
    }
    members.values().for_each(|value| references(value, visit));
}
