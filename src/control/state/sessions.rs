//! The endpoints of live connections: list them, and close one with the panel's own operation.

use std::sync::LazyLock;

use rusqlite::types::Value as Stored;
use serde_json::{Map, Value, json};

use crate::control::Control;
use crate::control::clock::instants;
use crate::control::journal::filter;
use crate::control::members::answer;
use crate::control::problem::Problem;
use crate::control::verify::matching::Text;
use crate::http::{Request, Response};
use crate::panel::{Caller, Error, connections, logs};
use crate::store::list::ListQuery;
use crate::store::view::{Column, Record, Selection, ValueType};

/// The members of a session, each with its column of [`logs::LIVE`].
const SHOWN: [(&str, &str); 12] = [
    ("id", "activity_id"),
    ("user", "username"),
    ("line", "user_id"),
    ("mag", "mag_id"),
    ("enigma", "device_id"),
    ("stream", "stream_id"),
    ("stream_name", "stream_display_name"),
    ("server", "server_id"),
    ("ip", "user_ip"),
    ("user_agent", "user_agent"),
    ("container", "container"),
    ("since", "date_start"),
];

static SELECTION: LazyLock<Selection> = LazyLock::new(|| {
    let columns = SHOWN.iter().filter_map(|(_, column)| logs::LIVE.column(column));
    Selection::new(&logs::LIVE, columns)
});

/// `GET /_linecard/sessions`.
pub async fn list(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let query = filter::query(request, &["user"])?;
    let user = query.text("user").map(Text::parse);
    let read = control.panel.read(Caller::Admin(None), |context| {
        context.rows(&ListQuery::all(&logs::LIVE), &SELECTION)
    });
    let records = read.await?;
    let meant = |session: &Map<String, Value>| {
        let name = session.get("user").and_then(Value::as_str);
        user.as_ref().is_none_or(|user| user.holds(name))
    };
    let sessions: Vec<Map<String, Value>> = records.iter().map(shown).filter(meant).collect();
    Ok(answer(&json!({ "sessions": sessions })))
}

/// Returns a session as a JSON object.
fn shown(record: &Record) -> Map<String, Value> {
    let values = record.iter().zip(SELECTION.columns());
    SHOWN
        .iter()
        .zip(values)
        .map(|((member, _), (value, column))| ((*member).to_owned(), printed(column, value)))
        .collect()
}

fn printed(column: &Column, value: &Stored) -> Value {
    match value {
        Stored::Integer(unix) if column.kind == ValueType::Unix => json!(instants::printed(*unix)),
        Stored::Integer(number) => json!(number),
        Stored::Text(text) => json!(text),
        _ => Value::Null,
    }
}

/// `DELETE /_linecard/sessions/{id}`.
pub async fn kick(control: &Control, id: String) -> Result<Response, Problem> {
    let unknown = || {
        let detail = format!("there is no session {id:?}");
        Problem::not_found(detail, "GET /_linecard/sessions lists those that there are")
    };
    let number: i64 = id.parse().map_err(|_| unknown())?;
    let kicked = control
        .panel
        .write(Caller::Admin(None), move |context| connections::kill(context, number));
    match kicked.await {
        Ok(()) => Ok(answer(&json!({ "id": number }))),
        Err(Error::NotFound(_)) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}
