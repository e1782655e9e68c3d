//! The panel's state as a whole: what it is made to be again, and snapshots under a name.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::control::Control;
use crate::control::members::{answer, object, only};
use crate::control::problem::Problem;
use crate::http::body;
use crate::http::{Request, RequestBody, Response};
use crate::store::{Image, StoreError};

/// Makes the panel what an image shows, and answers how often that was done.
pub async fn go_to(control: &Control, image: &Image) -> Result<u64, StoreError> {
    let (panel, beginning) = (Arc::clone(&control.panel), control.baseline.now());
    control
        .panel
        .store()
        .restore(image, move || {
            panel.rng().go_back(&beginning.position);
            panel.pending().forget_all();
        })
        .await?;
    Ok(control.next_epoch())
}

/// What the panel holds now.
pub async fn shown(control: &Control, epoch: u64) -> Result<Response, Problem> {
    told_of(control, json!({ "epoch": epoch })).await
}

/// What was done, and what the panel holds now.
pub async fn told_of(control: &Control, mut done: Value) -> Result<Response, Problem> {
    let count = |db: &rusqlite::Connection| {
        let sql = "SELECT (SELECT count(*) FROM streams), (SELECT plain_lines FROM linecard_totals)";
        let counted = db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        counted.map_err(StoreError::from)
    };
    let (streams, lines) = control.panel.store().read(count).await?;
    if let Some(members) = done.as_object_mut() {
        members.insert("streams".into(), streams.into());
        members.insert("lines".into(), lines.into());
    }
    Ok(answer(&done))
}

/// `GET /_linecard/snapshots`.
pub fn list(control: &Control) -> Response {
    let held = control.snapshots();
    let names: Vec<&String> = held.keys().collect();
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
    Ok(keep(control, name, image))
}

/// `POST /_linecard/snapshots/{name}/restore`.
pub async fn restore(control: &Control, name: String) -> Result<Response, Problem> {
    let image = find(control, &name)?;
    let epoch = go_to(control, &image).await?;
    shown(control, epoch).await
}

/// `GET /_linecard/snapshots/{name}`: a file that `--db` opens and [`upload`] takes.
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
    let image = Image::from_bytes(bytes).map_err(|reason| {
        let detail = format!("the body is no snapshot: {reason}");
        Problem::bad_request(detail, "send what GET /_linecard/snapshots/{name} answered")
    })?;
    Ok(keep(control, name, image))
}

/// `DELETE /_linecard/snapshots/{name}`.
pub fn forget(control: &Control, name: &str) -> Result<Response, Problem> {
    let gone = control.snapshots().remove(name);
    match gone {
        Some(_) => Ok(answer(&json!({ "name": name }))),
        None => Err(unknown(control, name)),
    }
}

/// The snapshot of this name.
pub(in crate::control) fn find(control: &Control, name: &str) -> Result<Image, Problem> {
    let found = control.snapshots().get(name).cloned();
    found.ok_or_else(|| unknown(control, name))
}

/// Keeps a snapshot under its name, in the place of one that had it.
fn keep(control: &Control, name: String, image: Image) -> Response {
    let replaced = control.snapshots().insert(name.clone(), image).is_some();
    answer(&json!({ "name": name, "replaced": replaced }))
}

fn unknown(control: &Control, name: &str) -> Problem {
    let held = control.snapshots();
    let names: Vec<&str> = held.keys().map(String::as_str).collect();
    let hint = match names.is_empty() {
        true => "POST /_linecard/snapshots takes one".to_owned(),
        false => format!("there are {}", names.join(", ")),
    };
    Problem::not_found(format!("there is no snapshot {name:?}"), hint)
}
