//! The panel's state as a document that people can write: the same form as a seed's.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::json;

use super::snapshots as state;
use crate::control::Control;
use crate::control::problem::Problem;
use crate::dialects::php::form;
use crate::document::{self, DocumentError, Format, Node};
use crate::http::{Request, RequestBody, Response};
use crate::panel::Panel;
use crate::seeds::state_form::StateForm;
use crate::seeds::{self, BootstrapCredentials, SQLITE, SeedContext};
use crate::spelling::nearest;
use crate::store::{Image, StoreError};

/// A body that is a state.
enum Sent {
    Document(Node),
    /// The bytes of a database file.
    Snapshot(Image),
}

/// `GET /_linecard/state`.
pub async fn show(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let query = form::Form::parse(request.query.as_bytes(), form::Limits::PHP);
    if let Some((name, _)) = query.iter().find(|(name, _)| *name != "format") {
        let detail = format!("there is no parameter {name:?}");
        return Err(Problem::bad_request(
            detail,
            format!("there is format{}", nearest(name, &["format"])),
        ));
    }
    let name = query.text("format").unwrap_or("json");
    let Some(form) = StateForm::named(name) else {
        let known = StateForm::NAMES;
        let hint = format!("there are {}{}", known.join(", "), nearest(name, &known));
        return Err(Problem::bad_request(format!("there is no format {name:?}"), hint));
    };
    Ok(Response::new(
        200,
        form.content_type(),
        control.panel.state(form).await?,
    ))
}

/// `PUT /_linecard/state`: an empty panel and what was sent. Where that is wrong, nothing changes.
pub async fn replace(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let image = match sent(request)? {
        Sent::Snapshot(image) => image,
        Sent::Document(document) => {
            let panel = Arc::clone(&control.panel);
            let made = tokio::task::spawn_blocking(move || {
                let mut wrong = Vec::new();
                let made = Image::made(|db| {
                    plant(&panel, db, &document).map_err(|all| {
                        wrong = all;
                        String::new()
                    })
                });
                made.map_err(|error| (wrong, error))
            });
            match made.await {
                Ok(Ok(image)) => image,
                Ok(Err((wrong, _))) if !wrong.is_empty() => return Err(refused(&wrong)),
                Ok(Err((_, error))) => return Err(StoreError::Panicked(error.to_string()).into()),
                Err(error) => return Err(StoreError::Panicked(error.to_string()).into()),
            }
        }
    };
    let epoch = state::go_to(control, &image).await?;
    state::shown(control, epoch).await
}

/// `PATCH /_linecard/state`: adds to what is there, or changes it by its names. All of it or nothing.
pub async fn merge(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let Sent::Document(document) = sent(request)? else {
        let hint = "send a document, or replace the whole state with PUT";
        return Err(Problem::bad_request("an SQLite file cannot be merged", hint));
    };
    let panel = Arc::clone(&control.panel);
    let store = control.panel.store();
    let planted = store.write(move |db| plant(&panel, db, &document).map_err(SeedingError::DocumentError));
    match planted.await {
        Ok(()) => state::shown(control, control.epoch()).await,
        Err(SeedingError::DocumentError(wrong)) => Err(refused(&wrong)),
        Err(SeedingError::Store(error)) => Err(error.into()),
    }
}

/// Plants a document in a database with the panel's own time and chance.
fn plant(panel: &Panel, db: &Connection, document: &Node) -> Result<(), Vec<DocumentError>> {
    let keys = BootstrapCredentials::default();
    let context = SeedContext {
        db,
        keys: &keys,
        rng: panel.rng(),
        now: panel.clock().now(),
        zone: panel.zone(),
    };
    seeds::plant_document(&context, document)
}

/// Why a document was not merged.
enum SeedingError {
    DocumentError(Vec<DocumentError>),
    Store(StoreError),
}

impl From<StoreError> for SeedingError {
    fn from(error: StoreError) -> Self {
        SeedingError::Store(error)
    }
}

/// Reads a body by its type or, where that says nothing, by its looks.
fn sent(request: &Request<'_>) -> Result<Sent, Problem> {
    let bytes = match request.body {
        RequestBody::Whole(bytes) => bytes,
        RequestBody::TooLarge => {
            let hint = "send less at once with PATCH, or start the server with --seed";
            return Err(Problem::new(413, "too_large", "the body is too large", hint));
        }
    };
    if bytes.starts_with(SQLITE) {
        let image = Image::from_bytes(bytes).map_err(|reason| {
            let hint = "send what GET /_linecard/state?format=sqlite answered";
            Problem::bad_request(format!("the body is no snapshot: {reason}"), hint)
        })?;
        return Ok(Sent::Snapshot(image));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::bad_request("the body is neither text nor an SQLite file", "send a seed document"))?;
    let said = request.content_type().unwrap_or_default().to_ascii_lowercase();
    let form = match () {
        () if said.contains("json") => Format::Json,
        () if said.contains("yaml") => Format::Yaml,
        () if said.contains("toml") => Format::Toml,
        () => Format::detect(text),
    };
    document::parse(form, text)
        .map(Sent::Document)
        .map_err(|wrong| refused(&[wrong]))
}

/// Says everything that is wrong with a document.
fn refused(all: &[DocumentError]) -> Problem {
    let detail = match all {
        [one] => one.to_string(),
        all => format!("{} things are wrong with the document", all.len()),
    };
    let hint = "mend what `errors` names and send it again; nothing was changed";
    Problem::bad_request(detail, hint).with("errors", json!(all))
}
