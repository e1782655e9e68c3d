//! The endpoints of live connections: list them with what is known of those that are served here, wait for a number of
//! them, and close one with the panel's own operation (contract "Player side", section 10.6).

use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::types::Value as Stored;
use serde::Serialize;
use serde_json::{Value, json};
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
use crate::store::view::{Record, Selection};

/// Bytes of a transport packet.
const PACKET: u64 = 188;

/// The columns of [`logs::LIVE`] of which a session is made, in the order of its members.
const COLUMNS: [&str; 12] = [
    "activity_id",
    "username",
    "user_id",
    "mag_id",
    "device_id",
    "stream_id",
    "stream_display_name",
    "server_id",
    "user_ip",
    "user_agent",
    "container",
    "date_start",
];

static SELECTION: LazyLock<Selection> = LazyLock::new(|| {
    Selection::new(
        &logs::LIVE,
        COLUMNS.iter().filter_map(|column| logs::LIVE.column(column)),
    )
});

/// The live connections, and the last ones that ended.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    sessions: Vec<ShownSession>,
    ended: Vec<ShownEnd>,
}

/// A live connection.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct ShownSession {
    #[schema(required)]
    id: Option<i64>,
    /// The username of a line, or the MAC of a device.
    #[schema(required)]
    user: Option<String>,
    #[schema(required)]
    line: Option<i64>,
    #[schema(required)]
    mag: Option<i64>,
    #[schema(required)]
    enigma: Option<i64>,
    #[schema(required)]
    stream: Option<i64>,
    #[schema(required)]
    stream_name: Option<String>,
    #[schema(required)]
    server: Option<i64>,
    #[schema(required)]
    ip: Option<String>,
    #[schema(required)]
    user_agent: Option<String>,
    #[schema(required)]
    container: Option<String>,
    #[schema(required)]
    since: Option<String>,
    #[schema(required)]
    activity_id: Option<i64>,
    #[schema(required)]
    started: Option<String>,
    #[serde(flatten)]
    played: Played,
    /// How far behind its source it is.
    #[schema(required)]
    behind_ms: Option<u64>,
    /// Which of the sources it plays.
    #[schema(required)]
    upstream: Option<String>,
}

/// What memory alone knows of a session: null where this server does not play it.
#[derive(Default, Serialize, ToSchema)]
struct Played {
    #[schema(required)]
    last_read: Option<String>,
    #[schema(required)]
    bytes: Option<u64>,
    /// Seconds of media.
    #[schema(required)]
    watched: Option<f64>,
    #[schema(required)]
    packets: Option<u64>,
    /// The last frame of the test source that has begun.
    #[schema(required)]
    frame: Option<i64>,
    #[schema(required)]
    segments: Option<u64>,
}

/// A connection that ended.
#[derive(Serialize, ToSchema)]
#[schema(as = EndedSession)]
struct ShownEnd {
    activity_id: i64,
    user: String,
    line: i64,
    stream: i64,
    ip: String,
    user_agent: String,
    container: &'static str,
    #[schema(required)]
    started: Option<String>,
    #[serde(flatten)]
    played: Played,
    #[schema(required)]
    at: Option<String>,
    /// Why it ended.
    ended: &'static str,
}

/// `GET /_linecard/sessions`.
pub async fn list(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let query = filter::query(request, &["user"])?;
    let user = query.text("user").map(Text::parse);
    let read = control.panel.read(Caller::Admin(None), |context| {
        context.rows(&ListQuery::all(&logs::LIVE), &SELECTION)
    });
    let records = read.await?;
    let meant = |name: Option<&str>| user.as_ref().is_none_or(|user| user.holds(name));
    let registry = &control.panel.viewers().registry;
    let sessions = records.iter().map(|record| shown(registry, record));
    let ended = registry.ended();
    let ended = ended.iter().map(shown_ended);
    Ok(answer(&SessionList {
        sessions: sessions.filter(|session| meant(session.user.as_deref())).collect(),
        ended: ended.filter(|session| meant(Some(&session.user))).collect(),
    }))
}

/// The values of a row, one after the other.
struct Row<'a>(std::slice::Iter<'a, Stored>);

impl Row<'_> {
    fn number(&mut self) -> Option<i64> {
        match self.0.next() {
            Some(Stored::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Stored::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }
}

/// Returns a session of which a row tells, and this server perhaps more.
fn shown(registry: &Registry, record: &Record) -> ShownSession {
    let mut row = Row(record.iter());
    let id = row.number();
    // A row without a session of this server was planted, or is about to end.
    let session = id.and_then(|id| registry.get(id));
    let (user, line, mag, enigma) = (row.text(), row.number(), row.number(), row.number());
    let (stream, stream_name, server) = (row.number(), row.text(), row.number());
    let (ip, user_agent, container) = (row.text(), row.text(), row.text());
    let since = row.number().and_then(instants::printed);
    ShownSession {
        id,
        user,
        line,
        mag,
        enigma,
        stream,
        stream_name,
        server,
        ip,
        user_agent,
        container,
        started: since.clone(),
        since,
        activity_id: id,
        played: session.as_ref().map(|session| played(session)).unwrap_or_default(),
        behind_ms: session.as_ref().and_then(|session| session.behind()).map(millis),
        upstream: session
            .as_ref()
            .and_then(|session| session.upstream())
            .map(str::to_owned),
    }
}

fn played(session: &Session) -> Played {
    let container = session.viewer.container;
    Played {
        last_read: instants::printed(session.last_read_shown()),
        bytes: Some(session.bytes()),
        watched: session.watched().map(|watched| watched.as_secs_f64()),
        packets: (container != Container::Vod).then(|| session.bytes() / PACKET),
        frame: session.frame(),
        segments: (container == Container::Hls).then(|| session.segments()),
    }
}

fn shown_ended(ended: &EndedSession) -> ShownEnd {
    let session = &ended.session;
    let viewer = &session.viewer;
    ShownEnd {
        activity_id: session.id,
        user: session.request.username.to_string(),
        line: viewer.line,
        stream: viewer.stream,
        ip: viewer.address.to_string(),
        user_agent: viewer.agent.to_string(),
        container: viewer.container.name(),
        started: instants::printed(session.started),
        played: played(session),
        at: instants::printed(ended.at),
        ended: ended.reason.name(),
    }
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

/// A connection that was cut off.
#[derive(Serialize, ToSchema)]
pub struct KickedSession {
    id: i64,
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
        Ok(()) => Ok(answer(&KickedSession { id: number })),
        Err(Error::NotFound(_)) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}
