//! The endpoints of the panel's whole state, as a document in the format of a seed.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::json;

use super::held;
use super::snapshots::{self as state, Counts, StateCounts};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::dialects::php::form;
use crate::document::{self, DocumentError, Format, Node};
use crate::http::{Request, RequestBody, Response};
use crate::panel::Panel;
use crate::panel::audit::{self, ChangeSource};
use crate::panel::webhooks::endpoints;
use crate::seeds::state_form::StateForm;
use crate::seeds::{self, BootstrapCredentials, Planted, PlantingLimit, PlantingStop, SQLITE, SeedContext};
use crate::spelling::nearest;
use crate::store::{Image, StoreError};

/// A parsed body.
enum StateBody {
    Document(Node),
    /// An SQLite file.
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
    let (state, charge) = control.panel.state_answer(form).await?;
    Ok(Response::new(200, form.content_type(), state).charged(charge))
}

/// `PUT /_linecard/state`: an empty panel with what was sent. An invalid body changes nothing.
pub async fn replace(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let image = match parse_body(request)? {
        StateBody::Snapshot(image) => image,
        StateBody::Document(document) => {
            let panel = Arc::clone(&control.panel);
            let making = async |limit| {
                let made = tokio::task::spawn_blocking(move || image_of(&panel, &document, &limit)).await;
                made.map_err(|error| SeedingError::Store(StoreError::Panicked(error.to_string())))?
            };
            held::plant_for(request, &control.limits.states, making).await??
        }
    };
    control.make_room(&image)?;
    let epoch = state::restore_image(control, &image).await?;
    state::shown(control, epoch).await
}

/// Makes an empty panel with a document.
fn image_of(panel: &Panel, document: &Node, limit: &PlantingLimit) -> Result<Image, SeedingError> {
    let mut wrong = None;
    let made = Image::made(|db| {
        plant(panel, db, document, limit).map(drop).map_err(|error| {
            wrong = Some(error);
            String::new()
        })
    });
    made.map_err(|error| wrong.unwrap_or_else(|| SeedingError::Store(StoreError::Panicked(error.to_string()))))
}

/// `PATCH /_linecard/state`: adds rows, or changes those of the same names; all or nothing. Tells how many.
pub async fn merge(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let StateBody::Document(document) = parse_body(request)? else {
        let hint = "send a document, or replace the whole state with PUT";
        return Err(Problem::bad_request("an SQLite file cannot be merged", hint));
    };
    let panel = Arc::clone(&control.panel);
    let store = control.panel.store();
    let source = ChangeSource::control("merge", Some(request.client));
    // Other writes wait meanwhile, and in memory reads too.
    let longest = control.panel.settings().storage.read_limit;
    let merging = async |limit: PlantingLimit| {
        let limit = limit.within(longest);
        let planted = store.write(move |db| {
            let had_endpoint = endpoints::any(db).map_err(StoreError::from)?;
            let done = plant(&panel, db, &document, &limit)?;
            if !had_endpoint && endpoints::any(db).map_err(StoreError::from)? {
                endpoints::begin_ends(db, panel.clock().now()).map_err(StoreError::from)?;
            }
            let written = audit::many(db, panel.clock().now(), &source, "state");
            written
                .map_err(|error| SeedingError::Store(error.into()))
                .map(|()| done)
        });
        planted.await
    };
    let done = held::plant_for(request, &control.limits.states, merging).await??;
    // There may be something to come now.
    control.panel.follow_clock().await;
    let told = StateCounts {
        added: Some(Counts(done.added)),
        changed: Some(Counts(done.changed)),
        generated: Some(done.generated).filter(|rows| !rows.is_empty()).map(Counts),
        ..StateCounts::new(control.epoch())
    };
    told.answer(control).await
}

/// Plants a document in a database, with the panel's clock and random numbers.
fn plant(panel: &Panel, db: &Connection, document: &Node, limit: &PlantingLimit) -> Result<Planted, SeedingError> {
    let keys = BootstrapCredentials::default();
    let context = SeedContext {
        db,
        keys: &keys,
        rng: panel.rng(),
        now: panel.clock().now(),
        zone: panel.zone(),
        limit: Some(limit),
    };
    seeds::plant_document(&context, document).map_err(|errors| match limit.stop() {
        Some(stop) => SeedingError::Stopped(stop),
        None => SeedingError::DocumentError(errors),
    })
}

/// Why a document was not planted.
enum SeedingError {
    DocumentError(Vec<DocumentError>),
    /// Its generated rows reached their limit.
    Stopped(PlantingStop),
    Store(StoreError),
}

impl From<StoreError> for SeedingError {
    fn from(error: StoreError) -> Self {
        SeedingError::Store(error)
    }
}

impl From<SeedingError> for Problem {
    fn from(error: SeedingError) -> Problem {
        match error {
            SeedingError::DocumentError(errors) => invalid_document(&errors),
            SeedingError::Stopped(stop) => held::stopped(stop),
            SeedingError::Store(error) => error.into(),
        }
    }
}

/// Parses a body by its content type or, if that does not name a format, by its content.
fn parse_body(request: &Request<'_>) -> Result<StateBody, Problem> {
    let bytes = match request.body {
        RequestBody::Whole(bytes) => bytes,
        RequestBody::TooLarge => {
            let hint = "send less at once with PATCH, or start the server with --seed";
            return Err(Problem::new(413, "too_large", "the body is too large", hint));
        }
    };
    if bytes.trim_ascii().is_empty() {
        let hint = "send a seed document; {} is an empty panel";
        return Err(Problem::bad_request("the body is empty", hint));
    }
    if bytes.starts_with(SQLITE) {
        let image = Image::from_upload(bytes).map_err(|reason| {
            let hint = "send what GET /_linecard/state?format=sqlite answered";
            Problem::bad_request(format!("the body is no snapshot: {reason}"), hint)
        })?;
        return Ok(StateBody::Snapshot(image));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::bad_request("the body is neither text nor an SQLite file", "send a seed document"))?;
    let content_type = request.content_type().unwrap_or_default().to_ascii_lowercase();
    let form = match () {
        () if content_type.contains("json") => Format::Json,
        () if content_type.contains("yaml") => Format::Yaml,
        () if content_type.contains("toml") => Format::Toml,
        () => Format::detect(text),
    };
    document::parse(form, text)
        .map(StateBody::Document)
        .map_err(|error| invalid_document(&[error]))
}

/// Lists all errors of a document.
fn invalid_document(all: &[DocumentError]) -> Problem {
    let detail = match all {
        [one] => one.to_string(),
        all => format!("{} things are wrong with the document", all.len()),
    };
    let hint = "mend what `errors` names and send it again; nothing was changed";
    Problem::bad_request(detail, hint).with("errors", json!(all))
}
