//! The endpoints of snapshots, and the restoring of a whole state.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::control::Control;
use crate::control::members::{answer, object, only};
use crate::control::problem::Problem;
use crate::http::body;
use crate::http::{Request, RequestBody, Response};
use crate::store::{Image, StoreError};

/// Restores an image and returns the new epoch.
pub async fn restore_image(control: &Control, image: &Image) -> Result<u64, StoreError> {
    let (panel, baseline) = (Arc::clone(&control.panel), control.baseline.current());
    control
        .panel
        .store()
        .restore(image, move || {
            panel.rng().go_back(&baseline.position);
            panel.pending().forget_all();
        })
        .await?;
    Ok(control.next_epoch())
}

/// Answers the epoch and the size of the present state.
pub async fn shown(control: &Control, epoch: u64) -> Result<Response, Problem> {
    answer_with_counts(control, json!({ "epoch": epoch })).await
}

/// Answers these members and the size of the present state.
pub async fn answer_with_counts(control: &Control, mut members: Value) -> Result<Response, Problem> {
    let count = |db: &rusqlite::Connection| {
        let sql = "SELECT (SELECT count(*) FROM streams), (SELECT plain_lines FROM linecard_totals)";
        let counted = db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        counted.map_err(StoreError::from)
    };
    let (streams, lines) = control.panel.store().read(count).await?;
    if let Some(members) = members.as_object_mut() {
        members.insert("streams".into(), streams.into());
        members.insert("lines".into(), lines.into());
    }
    Ok(answer(&members))
}

/// `GET /_linecard/snapshots`.
pub fn list(control: &Control) -> Response {
    let snapshots = control.snapshots();
    let names: Vec<&String> = snapshots.keys().collect();
    answer(&json!({ "snapshots": names }))
}

/// `POST /_linecard/snapshots`.
pub async fn take(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let members = object(request)?;
    only(&members, &["name"])?;
    let name = match members.get("name") {
        Some(Value::String(name)) if !name.is_empty() && !name.contains('/') => name.clone(),
        _ => {
            return Err(Problem::bad_request(
                "`name` is missing or no name",
                r#"send {"name":"a"}"#,
            ));
        }
    };
    let image = control.panel.store().image().await?;
    Ok(store_snapshot(control, name, image))
}

/// `POST /_linecard/snapshots/{name}/restore`.
pub async fn restore(control: &Control, name: String) -> Result<Response, Problem> {
    let image = find(control, &name)?;
    let epoch = restore_image(control, &image).await?;
    shown(control, epoch).await
}

/// `GET /_linecard/snapshots/{name}`: a file that `--db` opens and [`upload`] accepts.
pub fn download(control: &Control, name: &str) -> Result<Response, Problem> {
    let image = find(control, name)?;
    Ok(Response::new(200, "application/vnd.sqlite3", image.bytes()?))
}

/// `PUT /_linecard/snapshots/{name}`.
pub fn upload(control: &Control, request: &Request<'_>, name: String) -> Result<Response, Problem> {
    let RequestBody::Whole(bytes) = request.body else {
        let most = body::LARGEST >> 20;
        let detail = format!("the file is larger than {most} MiB");
        return Err(Problem::new(
            413,
            "too_large",
            detail,
            "start a server with --db instead",
        ));
    };
    let image = Image::from_upload(bytes).map_err(|reason| {
        let detail = format!("the body is no snapshot: {reason}");
        Problem::bad_request(detail, "send what GET /_linecard/snapshots/{name} answered")
    })?;
    Ok(store_snapshot(control, name, image))
}

/// `DELETE /_linecard/snapshots/{name}`.
pub fn forget(control: &Control, name: &str) -> Result<Response, Problem> {
    let removed = control.snapshots().remove(name);
    match removed {
        Some(_) => Ok(answer(&json!({ "name": name }))),
        None => Err(unknown(control, name)),
    }
}

/// Returns the snapshot of this name.
pub(in crate::control) fn find(control: &Control, name: &str) -> Result<Image, Problem> {
    let found = control.snapshots().get(name).cloned();
    found.ok_or_else(|| unknown(control, name))
}

/// Stores a snapshot; one of the same name is replaced.
fn store_snapshot(control: &Control, name: String, image: Image) -> Response {
    let replaced = control.snapshots().insert(name.clone(), image).is_some();
    answer(&json!({ "name": name, "replaced": replaced }))
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
