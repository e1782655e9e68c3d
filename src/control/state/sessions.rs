//! The endpoints of live connections: list them with what is known of those that are served here, wait for a number of
//! them, and close one with the panel's own operation (contract "Player side", section 10.6).

use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::types::Value as Stored;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use crate::control::Control;
use crate::control::clock::instants;
use crate::control::journal::filter;
use crate::control::members::{Leaf, answer, body, leaves, read};
use crate::control::problem::Problem;
use crate::control::verify::Within;
use crate::control::verify::matching::Text;
use crate::http::{Request, Response};
use crate::openapi::typed::{of_types, schemas};
use crate::panel::viewers::{Container, EndedSession, Registry, Session};
use crate::panel::{Caller, Context, Error, connections, logs};
use crate::store::list::ListQuery;
use crate::store::view::{Column, Record, Selection, ValueType};

/// Bytes of a transport packet.
const PACKET: u64 = 188;

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
    let registry = &control.panel.viewers().registry;
    let sessions = records.iter().map(|record| shown(registry, record));
    let ended = registry.ended();
    Ok(answer(&json!({
        "sessions": sessions.filter(meant).collect::<Vec<_>>(),
        "ended": ended.iter().map(shown_ended).filter(meant).collect::<Vec<_>>(),
    })))
}

/// Returns a session as a JSON object.
fn shown(registry: &Registry, record: &Record) -> Map<String, Value> {
    let values = record.iter().zip(SELECTION.columns());
    let mut shown: Map<String, Value> = SHOWN
        .iter()
        .zip(values)
        .map(|((member, _), (value, column))| ((*member).to_owned(), printed(column, value)))
        .collect();
    let id = shown.get("id").cloned().unwrap_or_default();
    let session = id.as_i64().and_then(|id| registry.get(id));
    shown.insert("activity_id".into(), id);
    shown.insert("started".into(), shown.get("since").cloned().unwrap_or_default());
    let known = session.as_ref().map(|session| known(session));
    // A row without a session of this server was planted, or is about to end.
    let known = known.unwrap_or_else(|| KNOWN.map(|name| (name, Value::Null)).into());
    shown.extend(known.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let behind = session.as_ref().and_then(|session| session.behind());
    shown.insert("behind_ms".into(), json!(behind.map(millis)));
    let upstream = session.as_ref().and_then(|session| session.upstream());
    shown.insert("upstream".into(), json!(upstream));
    shown
}

/// What memory alone knows of a session.
const KNOWN: [&str; 6] = ["last_read", "bytes", "watched", "packets", "frame", "segments"];

fn known(session: &Session) -> Vec<(&'static str, Value)> {
    let container = session.viewer.container;
    let packets = (container != Container::Vod).then(|| session.bytes() / PACKET);
    let segments = (container == Container::Hls).then(|| session.segments());
    let values = [
        json!(instants::printed(session.last_read_shown())),
        json!(session.bytes()),
        json!(session.watched().map(|watched| watched.as_secs_f64())),
        json!(packets),
        json!(session.frame()),
        json!(segments),
    ];
    KNOWN.into_iter().zip(values).collect()
}

/// Returns a session that ended as a JSON object.
fn shown_ended(ended: &EndedSession) -> Map<String, Value> {
    let session = &ended.session;
    let viewer = &session.viewer;
    let members = [
        ("activity_id", json!(session.id)),
        ("user", json!(session.request.username)),
        ("line", json!(viewer.line)),
        ("stream", json!(viewer.stream)),
        ("ip", json!(viewer.address.to_string())),
        ("user_agent", json!(viewer.agent)),
        ("container", json!(viewer.container.name())),
        ("started", json!(instants::printed(session.started))),
    ];
    let end = [
        ("at", json!(instants::printed(ended.at))),
        ("ended", json!(ended.reason.name())),
    ];
    let all = members.into_iter().chain(known(session)).chain(end);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// How often the connections of a line are counted while they are waited for.
const LOOK: Duration = Duration::from_millis(10);

const WAIT_HINT: &str = r#"send {"line":"USERNAME","active":1,"within":"5s"}"#;

body! {
    /// How many connections a line is to have.
    pub struct SessionWait {
        line: LineName,
        active: Connections,
        within?: Within,
    }
}

/// How many connections a line has.
#[derive(Serialize, ToSchema)]
pub struct SessionCount {
    line: i64,
    active: i64,
}

/// The username or the id of a line.
#[derive(Debug)]
pub struct LineName(String);

/// A number of connections.
#[derive(Clone, Copy, Debug)]
pub struct Connections(i64);

leaves!(Connections, LineName);
schemas! {
    Connections => u32::schema();
    LineName => of_types([Type::Integer, Type::String], "The username or the id of a line.");
}

impl Leaf for LineName {
    fn read(value: &Value, name: &str) -> Result<LineName, Problem> {
        match value {
            Value::String(username) => Ok(LineName(username.clone())),
            Value::Number(id) => Ok(LineName(id.to_string())),
            _ => Err(Problem::bad_request(format!("`{name}` is no line"), WAIT_HINT)),
        }
    }
}

impl Leaf for Connections {
    fn read(value: &Value, name: &str) -> Result<Connections, Problem> {
        let active = value.as_i64().filter(|active| *active >= 0);
        let none = || Problem::bad_request(format!("`{name}` is no count"), WAIT_HINT);
        active.map(Connections).ok_or_else(none)
    }
}

/// `POST /_linecard/sessions/wait`.
pub async fn wait(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let SessionWait {
        line: LineName(line),
        active: Connections(active),
        within,
    } = read(request)?;
    let deadline = Instant::now() + within.unwrap_or_default().0;
    loop {
        let found = connections_of(control, line.clone()).await?;
        let Some((id, open)) = found else {
            let detail = format!("there is no line {line:?}");
            return Err(Problem::not_found(detail, "name a line by its username or its id"));
        };
        if open == active {
            return Ok(answer(&SessionCount { line: id, active: open }));
        }
        if Instant::now() >= deadline || control.journal.is_closed() {
            let detail = format!("the line {line:?} has {open} connections, {active} wanted");
            let hint = "GET /_linecard/sessions lists those that there are, and why the last ones ended";
            return Err(Problem::new(409, "not_reached", detail, hint).with("active", json!(open)));
        }
        sleep(LOOK).await;
    }
}

/// Returns the id of a line, which is named by its username or its id, and the number of its connections.
async fn connections_of(control: &Control, line: String) -> Result<Option<(i64, i64)>, Problem> {
    let count = move |context: &Context<'_>| {
        let sql = "SELECT id, (SELECT count(*) FROM lines_live WHERE user_id = lines.id AND hls_end = 0)
                   FROM lines WHERE username = ?1 OR id = ?2 ORDER BY username = ?1 DESC LIMIT 1";
        let id: Option<i64> = line.parse().ok();
        let mut query = context.db.prepare_cached(sql)?;
        let mut rows = query.query((&line, id))?;
        let found = rows
            .next()?
            .map(|row| Ok::<_, rusqlite::Error>((row.get(0)?, row.get(1)?)));
        Ok(found.transpose()?)
    };
    Ok(control.panel.read(Caller::Admin(None), count).await?)
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
