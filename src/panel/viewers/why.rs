//! Whether a customer can watch, and what refuses him if not: every check of a stream request, with what it says and
//! what to change. Nothing is logged or counted.

use std::net::IpAddr;

use rusqlite::OptionalExtension;

use super::checks::{self, Check, Reply, Verdict};
use super::{Client, ContentKind, StreamRequest};
use crate::panel::access_cache::AccessCache;
use crate::panel::context::Context;
use crate::panel::error::{Error, Result, Thing};
use crate::panel::subscription::{Logins, Subscription};

/// Who would watch what, from where and with what.
#[derive(Clone, Debug)]
pub struct Question {
    /// The username of a line, or its id.
    pub line: String,
    /// The id of a stream, movie or episode; `None` asks about the line alone.
    pub stream: Option<i64>,
    pub address: Option<IpAddr>,
    pub agent: Option<String>,
}

/// What every check says.
#[derive(Debug)]
pub struct Explanation {
    pub line: Subscription,
    /// The name of the stream, if there is one.
    pub stream: Option<String>,
    pub checks: Vec<Explained>,
}

impl Explanation {
    /// Returns the first check that refuses.
    pub fn refusal(&self) -> Option<&Explained> {
        let mut checks = self.checks.iter();
        checks.find(|one| matches!(one.verdict, Verdict::Refused(_)))
    }
}

/// A check with what it says.
#[derive(Debug)]
pub struct Explained {
    pub check: &'static Check,
    pub verdict: Verdict,
}

/// The number of the check that finds the stream: it and those after it are about a stream.
const STREAM: u8 = 12;

/// Makes every check that can be made with what is known.
///
/// # Errors
/// [`Error::NotFound`] for an unknown line; SQLite's.
pub fn explain(context: &Context<'_>, access: &AccessCache, question: &Question) -> Result<Explanation> {
    context.must_be_admin(Thing::Line)?;
    let line = find_line(context, &question.line)?.ok_or(Error::NotFound(Thing::Line))?;
    let stream = question
        .stream
        .map(|id| find_stream(context, id))
        .transpose()?
        .flatten();
    let request = StreamRequest {
        client: Client {
            address: question.address.unwrap_or(IpAddr::from([0; 4])),
            agent: question.agent.clone().unwrap_or_default(),
        },
        username: line.username.clone(),
        password: line.password.clone(),
        stream: question.stream.unwrap_or_default(),
        kind: ContentKind::of_type(stream.as_ref().map_or(1, |(kind, _)| *kind)),
        extension: a_format_of(&line),
        device_id: None,
        play_token: None,
        joins_session: false,
    };
    let all = checks::walk_all(context, &access.settings.viewers, &request)?;
    let blocked = question.address.map(|address| blocked(access, address));
    let known = all.into_iter().map(|(check, verdict)| Explained {
        check,
        verdict: match is_known(check, question) {
            true => verdict,
            false => Verdict::Skipped,
        },
    });
    Ok(Explanation {
        line,
        stream: stream.map(|(_, name)| name),
        checks: blocked.into_iter().chain(known).collect(),
    })
}

/// Whether the question says what a check looks at.
fn is_known(check: &Check, question: &Question) -> bool {
    let has_stream = check.number < STREAM || question.stream.is_some();
    let has_address = !check.looks_at.address || question.address.is_some();
    let has_agent = !check.looks_at.agent || question.agent.is_some();
    has_stream && has_address && has_agent
}

/// The server makes it before it reads a request.
static BLOCKED_ADDRESS: Check = Check::outside_the_table(
    0,
    Reply::Forbidden,
    "the address is not blocked",
    "delete the entry of the blocked IPs",
);

fn blocked(access: &AccessCache, address: IpAddr) -> Explained {
    Explained {
        check: &BLOCKED_ADDRESS,
        verdict: match access.is_blocked(address) {
            true => Verdict::Refused(format!("an entry of the blocked IPs is or holds {address}")),
            false => Verdict::Admitted,
        },
    }
}

/// Finds a line by its username, or by its id where no line has such a username.
fn find_line(context: &Context<'_>, named: &str) -> Result<Option<Subscription>> {
    let sql = "SELECT username, password FROM lines WHERE username = ?1 OR id = ?2 ORDER BY username <> ?1, id LIMIT 1";
    let mut query = context.db.prepare_cached(sql)?;
    let found = query.query_row((named, named.parse::<i64>().ok()), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    match found.optional()? {
        Some((username, password)) => Subscription::log_in(context, (&username, &password), "", Logins::All),
        None => Ok(None),
    }
}

/// Returns the type and the name of a stream.
fn find_stream(context: &Context<'_>, id: i64) -> Result<Option<(i64, String)>> {
    let sql = "SELECT type, stream_display_name FROM streams WHERE id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    let found = query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?)
}

/// Returns the format that a player of this line would ask for.
fn a_format_of(line: &Subscription) -> String {
    let formats: Vec<&str> = line.formats().collect();
    match formats.contains(&"m3u8") && !formats.contains(&"ts") {
        true => "m3u8".to_owned(),
        false => "ts".to_owned(),
    }
}
