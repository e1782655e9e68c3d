//! The endpoints of snapshots, and the restoring of a whole state.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use super::held::{self, HeldImage};
use crate::control::Control;
use crate::control::members::{Leaf, answer, body, leaves, read};
use crate::control::problem::Problem;
use crate::http::body::LARGEST;
use crate::http::{Request, RequestBody, Response};
use crate::openapi::typed::{of_types, schemas};
use crate::panel::guide::daily;
use crate::panel::named;
use crate::panel::rng::RngPosition;
use crate::panel::viewers::{self, EndReason};
use crate::store::{Image, StoreError};

/// The snapshots of a panel by their names.
pub type Snapshots = BTreeMap<String, HeldImage>;

/// Restores an image and returns the new epoch.
pub async fn restore_image(control: &Control, image: &Image) -> Result<u64, StoreError> {
    restore_state(control, image, control.baseline.current().position.clone()).await
}

/// Restores an image and the position of the random numbers that belongs to it, and returns the new epoch.
pub async fn restore_state(control: &Control, image: &Image, position: RngPosition) -> Result<u64, StoreError> {
    let panel = Arc::clone(&control.panel);
    control
        .panel
        .store()
        .restore(image, move || {
            panel.rng().go_back(&position);
            panel.pending().forget_all();
            panel.guides().forget_all();
            panel.key_rate().forget_all();
            panel.viewers().forget_all(EndReason::Reset, panel.clock().now());
        })
        .await?;
    // Rows of a state that was saved while somebody watched.
    if let Err(error) = viewers::end_leftovers(&control.panel).await {
        tracing::error!(?error, "connections of a saved state were not ended");
    }
    daily::follow(&control.panel).await;
    control.panel.follow_clock().await;
    Ok(control.next_epoch())
}

/// What was done to the state, and its present size.
#[derive(Serialize, ToSchema)]
#[schema(as = State)]
pub struct StateCounts {
    /// How often a whole state was restored.
    pub epoch: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub deleted: Option<Deleted>,
    /// New entries by the sections of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub added: Option<Counts>,
    /// Entries of rows that were there, and settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changed: Option<Counts>,
    /// Rows that `generate` made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub generated: Option<Counts>,
    pub streams: i64,
    pub lines: i64,
}

/// What a reset of some users deleted.
#[derive(Serialize, ToSchema)]
pub struct Deleted {
    lines: usize,
    mags: usize,
    enigmas: usize,
}

/// Numbers of rows by the sections of a document.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<&'static str, usize>);

impl From<named::Deleted> for Deleted {
    fn from(deleted: named::Deleted) -> Deleted {
        let named::Deleted { lines, mags, enigmas } = deleted;
        Deleted { lines, mags, enigmas }
    }
}

impl StateCounts {
    /// Begins with the epoch.
    pub fn new(epoch: u64) -> StateCounts {
        StateCounts {
            epoch,
            deleted: None,
            added: None,
            changed: None,
            generated: None,
            streams: 0,
            lines: 0,
        }
    }

    /// Answers with the size of the present state.
    ///
    /// # Errors
    /// An error of the store.
    pub async fn answer(self, control: &Control) -> Result<Response, Problem> {
        let count = |db: &rusqlite::Connection| {
            let sql = "SELECT (SELECT count(*) FROM streams), (SELECT plain_lines FROM linecard_totals)";
            let counted = db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
            counted.map_err(StoreError::from)
        };
        let (streams, lines) = control.panel.store().read(count).await?;
        Ok(answer(&StateCounts { streams, lines, ..self }))
    }
}

/// Answers the epoch and the size of the present state.
pub async fn shown(control: &Control, epoch: u64) -> Result<Response, Problem> {
    StateCounts::new(epoch).answer(control).await
}

/// The snapshots of a panel.
#[derive(Serialize, ToSchema)]
pub struct SnapshotList<'a> {
    snapshots: Vec<&'a str>,
}

/// A snapshot by its name.
#[derive(Serialize, ToSchema)]
pub struct SnapshotName<'a> {
    name: &'a str,
}

/// A snapshot that was taken, and whether there was one of its name.
#[derive(Serialize, ToSchema)]
pub struct TakenSnapshot {
    name: String,
    replaced: bool,
}

body! {
    /// The name of a new snapshot.
    pub struct NewSnapshot {
        name: NewName,
    }
}

/// A name that can be a segment of a path.
#[derive(Debug)]
pub struct NewName(String);

leaves!(NewName);
schemas! {
    Counts => BTreeMap::<&str, usize>::schema();
    NewName => of_types([Type::String], "A name without a slash.");
}

impl Leaf for NewName {
    fn read(value: &Value, name: &str) -> Result<NewName, Problem> {
        let fits = |name: &&str| !name.is_empty() && !name.contains('/');
        let named = value.as_str().filter(fits).map(|named| NewName(named.to_owned()));
        named.ok_or_else(|| Problem::bad_request(format!("`{name}` is missing or no name"), r#"send {"name":"a"}"#))
    }
}

/// `GET /_linecard/snapshots`.
pub fn list(control: &Control) -> Response {
    let snapshots = control.snapshots();
    answer(&SnapshotList {
        snapshots: snapshots.keys().map(String::as_str).collect(),
    })
}

/// `POST /_linecard/snapshots`.
pub async fn take(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let NewSnapshot { name: NewName(name) } = read(request)?;
    check_number(control, &control.snapshots(), &name)?;
    let charge = held::charge_present(control).await?;
    let image = control.panel.store().image().await?;
    store_snapshot(control, name, HeldImage::new(image, charge)?)
}

/// `POST /_linecard/snapshots/{name}/restore`.
pub async fn restore(control: &Control, name: String) -> Result<Response, Problem> {
    let held = find(control, &name)?;
    control.make_room(held.image())?;
    let epoch = restore_image(control, held.image()).await?;
    shown(control, epoch).await
}

/// `GET /_linecard/snapshots/{name}`: a file that `--db` opens and [`upload`] accepts.
pub fn download(control: &Control, name: &str) -> Result<Response, Problem> {
    let held = find(control, name)?;
    let image = held.image();
    let answers = &control.panel.settings().answers;
    // A second copy is made of its bytes.
    let making = answers.making(image.size()?, answers.largest, 2)?;
    let bytes = image.bytes()?;
    drop(making);
    let (body, charge) = answers.charge(bytes);
    Ok(Response::new(200, "application/vnd.sqlite3", body).charged(charge))
}

/// `PUT /_linecard/snapshots/{name}`.
pub fn upload(control: &Control, request: &Request<'_>, name: String) -> Result<Response, Problem> {
    let RequestBody::Whole(bytes) = request.body else {
        let most = LARGEST >> 20;
        let detail = format!("the file is larger than {most} MiB");
        return Err(Problem::new(
            413,
            "too_large",
            detail,
            "start a server with --db instead",
        ));
    };
    check_number(control, &control.snapshots(), &name)?;
    let mut charge = control.limits.states.charge();
    held::grow_to(&mut charge, bytes.len())?;
    let image = Image::from_upload(bytes).map_err(|reason| {
        let detail = format!("the body is no snapshot: {reason}");
        Problem::bad_request(detail, "send what GET /_linecard/snapshots/{name} answered")
    })?;
    store_snapshot(control, name, HeldImage::new(image, charge)?)
}

/// `DELETE /_linecard/snapshots/{name}`.
pub fn forget(control: &Control, name: &str) -> Result<Response, Problem> {
    let removed = control.snapshots().remove(name);
    match removed {
        Some(_) => Ok(answer(&SnapshotName { name })),
        None => Err(unknown(control, name)),
    }
}

/// Returns the snapshot of this name.
pub(in crate::control) fn find(control: &Control, name: &str) -> Result<HeldImage, Problem> {
    let found = control.snapshots().get(name).cloned();
    found.ok_or_else(|| unknown(control, name))
}

/// Stores a snapshot; one of the same name is replaced.
fn store_snapshot(control: &Control, name: String, held: HeldImage) -> Result<Response, Problem> {
    let mut snapshots = control.snapshots();
    check_number(control, &snapshots, &name)?;
    let replaced = snapshots.insert(name.clone(), held);
    drop(snapshots);
    Ok(answer(&TakenSnapshot {
        name,
        replaced: replaced.is_some(),
    }))
}

/// Refuses a new name when there are as many snapshots as there may be.
fn check_number(control: &Control, snapshots: &Snapshots, name: &str) -> Result<(), Problem> {
    let most = control.limits.snapshots;
    if snapshots.len() < most || snapshots.contains_key(name) {
        return Ok(());
    }
    Err(Problem::too_many(
        format!("there are {most} snapshots"),
        "DELETE some, or start the server with a larger --snapshots",
    ))
}

fn unknown(control: &Control, name: &str) -> Problem {
    let snapshots = control.snapshots();
    let names: Vec<&str> = snapshots.keys().map(String::as_str).collect();
    let hint = match names.is_empty() {
        true => "POST /_linecard/snapshots takes one".to_owned(),
        false => format!("there are {}", names.join(", ")),
    };
    Problem::not_found(format!("there is no snapshot {name:?}"), hint)
}
