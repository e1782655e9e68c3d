//! The OpenAPI document of the control plane, from the table of endpoints.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, Payload};
use super::problem::ProblemBody;
use super::routes::OPEN;
use super::schemas;
use crate::http::Response;
use crate::openapi::typed::named;
use crate::openapi::types::{python, typescript};
use crate::openapi::{Document, json_answer, path_parameter, reference};
use crate::seeds::state_form::StateForm;

/// The security scheme of the token.
const TOKEN: &str = "ControlToken";

/// Answers the OpenAPI document of the control plane.
pub fn openapi_answer(endpoints: &[Endpoint]) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document(endpoints).print());
    Response::new(200, "application/json", text.as_bytes())
}

/// Returns the types of the control plane for clients, each file's place with its text.
pub fn client_types(endpoints: &[Endpoint]) -> [(&'static str, String); 2] {
    const DOC: &str = "Types of what the control plane takes and answers.";
    let document = document(endpoints).value();
    [
        ("clients/node/src/control.ts", typescript(&document, DOC)),
        ("clients/python/src/linecard/control.py", python(&document, DOC)),
    ]
}

fn document(endpoints: &[Endpoint]) -> Document {
    let token = json!({ "type": "http", "scheme": "bearer", "description": "The token of `--control-token`." });
    let mut document = Document {
        title: "Linecard's control plane",
        description:
            "With these endpoints a test sets up, steers and asks a panel. Programs on the server's own machine \
             need no token under `linecard test` and `linecard run`."
                .into(),
        paths: Map::new(),
        schemas: schemas::all(),
        security_schemes: Map::from_iter([(TOKEN.to_owned(), token)]),
        headers: Map::new(),
    };
    named::<ProblemBody<'_>>(&mut document.schemas);
    for endpoint in endpoints {
        let operation = operation(endpoint, &mut document.schemas);
        document.add(endpoint.shown().trim_end_matches('/'), endpoint.method, operation);
    }
    document
}

/// Describes the document itself, of which another standard says what it is.
pub fn document_schema(_: &mut Map<String, Value>) -> Value {
    json!({ "type": "object" })
}

fn operation(endpoint: &Endpoint, schemas: &mut Map<String, Value>) -> Value {
    let mut operation = json!({
        "operationId": id(endpoint),
        "summary": endpoint.doc,
        "tags": [if endpoint.first().is_empty() { "index" } else { endpoint.first() }],
        "security": security(endpoint),
        "parameters": parameters(endpoint),
        "responses": {
            "200": answer(endpoint.answers, schemas),
            "4XX": problem("The request is refused; the hint says what to change."),
            "5XX": problem("The server cannot answer now."),
        },
    });
    if let (Some(body), Some(members)) = (request_body(endpoint.takes, schemas), operation.as_object_mut()) {
        members.insert("requestBody".into(), body);
    }
    operation
}

/// Describes what an endpoint takes. Generators fail on a body of several types, so those of a state are told in
/// words.
fn request_body(takes: Payload, schemas: &mut Map<String, Value>) -> Option<Value> {
    match takes {
        Payload::State => Some(json!({
            "required": true,
            "description": format!(
                "A seed document; also as YAML (`{}`), and to replace the state an SQLite file (`{}`).",
                StateForm::Yaml.content_type(),
                StateForm::Sqlite.content_type(),
            ),
            "content": { (StateForm::Json.content_type()): { "schema": reference("Seed") } },
        })),
        takes => Some(json!({ "required": true, "content": content(takes, schemas)? })),
    }
}

/// Returns a unique name: `post_snapshots_by_name_restore`.
fn id(endpoint: &Endpoint) -> String {
    let mut id = endpoint.method.to_ascii_lowercase();
    for segment in endpoint.path.split(['/', '.']) {
        id.push('_');
        id.push_str(&match segment.strip_prefix('{') {
            Some(name) => format!("by_{}", name.trim_end_matches('}')),
            None if segment.is_empty() => "index".into(),
            None => segment.to_owned(),
        });
    }
    id
}

fn security(endpoint: &Endpoint) -> Value {
    match OPEN.contains(&endpoint.path) {
        true => json!([{}]),
        false => json!([{}, { TOKEN: [] }]),
    }
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let named = endpoint
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let named = named.map(|name| path_parameter(name, "Which one."));
    let query = endpoint
        .query
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "required": false, "schema": schemas::of_filter(name) }));
    named.chain(query).collect()
}

/// Returns the media types of a body with their schemas.
fn content(payload: Payload, schemas: &mut Map<String, Value>) -> Option<Value> {
    match payload {
        Payload::Nothing => None,
        Payload::Typed(make) => Some(json!({ "application/json": { "schema": make(schemas) } })),
        Payload::State => Some(state()),
        Payload::Other(media) if media.starts_with("text/") => {
            Some(json!({ media: { "schema": { "type": "string" } } }))
        }
        Payload::Other(media) => Some(json!({ media: { "schema": file() } })),
    }
}

/// Returns the media types of a state.
fn state() -> Value {
    json!({
        (StateForm::Json.content_type()): { "schema": reference("Seed") },
        (StateForm::Yaml.content_type()): { "schema": { "type": "string" } },
        (StateForm::Sqlite.content_type()): { "schema": file() },
    })
}

/// Returns the schema of a file's bytes.
fn file() -> Value {
    json!({ "type": "string", "format": "binary" })
}

fn answer(payload: Payload, schemas: &mut Map<String, Value>) -> Value {
    const DOC: &str = "What was done, or what there is.";
    match (payload, content(payload, schemas)) {
        (Payload::Typed(make), _) => json_answer(DOC, make(schemas)),
        (_, Some(content)) => json!({ "description": "What there is.", "content": content }),
        (_, None) => json!({ "description": "What was done." }),
    }
}

fn problem(doc: &str) -> Value {
    json!({ "description": doc, "content": { "application/problem+json": { "schema": reference("Problem") } } })
}
