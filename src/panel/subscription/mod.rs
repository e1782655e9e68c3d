//! What a customer has: the line that a login opens, whether it may watch, and the content of its bouquets (contract
//! "Player side", sections 2 to 6). Everything here only reads.

mod content;

use std::sync::Arc;

use rusqlite::{OptionalExtension, Row};

pub use content::{
    ContentIds, Episode, Kinds, Series, Stream, archive_days, categories, category_names, episodes, features, ids,
    movie, one_series, series, series_of, streams, streams_of,
};

use super::context::Context;
use super::error::{Error, Result};
use super::{Caller, Panel};
use crate::store::functions;

/// Output formats in the order in which they are shown, each with its id in `allowed_outputs`.
const FORMATS: [(&str, i64); 3] = [("m3u8", 1), ("ts", 2), ("rtmp", 3)];

/// Whether a line may watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    Expired,
    Disabled,
    Banned,
}

impl Standing {
    /// Returns how players are told of it (section 3).
    pub fn word(self) -> &'static str {
        match self {
            Standing::Active => "Active",
            Standing::Expired => "Expired",
            Standing::Disabled => "Disabled",
            Standing::Banned => "Banned",
        }
    }
}

/// The lines that a page logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logins {
    /// Those of people; lines of devices have no login.
    People,
    /// Those of Enigma2 devices too.
    Enigma2,
    /// Those of all devices too.
    All,
}

/// A line, as its customer sees it.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub id: i64,
    pub username: String,
    pub password: String,
    pub standing: Standing,
    /// Whether its end has come; a banned or disabled line may be at its end too.
    pub has_ended: bool,
    pub is_banned: bool,
    pub is_disabled: bool,
    /// Whether it is the hidden line of a device.
    pub is_device: bool,
    /// Whether its devices are counted.
    pub has_device_limit: bool,
    /// Whether the blocked user agents hold the one that logged in, and hold for this line.
    pub has_blocked_agent: bool,
    /// In unix seconds; `None` is never.
    pub expires: Option<i64>,
    pub is_trial: bool,
    /// In unix seconds.
    pub created: i64,
    /// 0 is no limit.
    pub max_connections: i64,
    pub connections: i64,
    /// Ids of its output formats; none stands for all.
    outputs: Vec<i64>,
    /// The ids of its bouquets, as they are stored.
    pub bouquets: String,
}

/// The index finds the name whatever its letter case. A blocked user agent is one as a whole, or a part of one without
/// regard to letter case.
const LOGIN: &str =
    "SELECT id, username, password, exp_date, coalesce(has_come(exp_date, ?3), 0), admin_enabled, enabled, is_trial,
     created_at, max_connections, allowed_outputs, bouquet,
     (SELECT count(*) FROM lines_live WHERE lines_live.user_id = lines.id AND hls_end = 0),
     is_mag <> 0 OR is_e2 <> 0,
     bypass_ua = 0 AND EXISTS (SELECT 1 FROM blocked_uas WHERE user_agent <> '' AND
        CASE WHEN exact_match <> 0 THEN user_agent = ?6 ELSE instr(lower(?6), lower(user_agent)) > 0 END),
     EXISTS (SELECT 1 FROM linecard_tracked_lines WHERE line_id = lines.id)
     FROM lines WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE AND username = ?1 COLLATE BINARY
     AND password = ?2 COLLATE BINARY AND (?4 OR is_mag = 0) AND (?5 OR is_e2 = 0) ORDER BY id LIMIT 1";

impl Subscription {
    /// Returns the line with these credentials, compared byte for byte, as it is for a client with this user agent.
    ///
    /// # Errors
    /// SQLite's.
    pub fn log_in(
        context: &Context<'_>,
        (username, password): (&str, &str),
        agent: &str,
        logins: Logins,
    ) -> Result<Option<Subscription>> {
        let mut query = context.db.prepare_cached(LOGIN)?;
        let (enigma2, mag) = (logins != Logins::People, logins == Logins::All);
        let found = query.query_row((username, password, context.now, mag, enigma2, agent), |row| {
            Subscription::from_row(context, row)
        });
        Ok(found.optional()?)
    }

    /// Returns the username and the password of the line with this access token, compared byte for byte.
    ///
    /// # Errors
    /// SQLite's.
    pub fn login_of_token(context: &Context<'_>, token: &str) -> Result<Option<(String, String)>> {
        let sql = "SELECT username, password FROM lines WHERE access_token = ?1 ORDER BY id LIMIT 1";
        let mut query = context.db.prepare_cached(sql)?;
        let found = query.query_row([token], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    fn from_row(context: &Context<'_>, row: &Row<'_>) -> rusqlite::Result<Subscription> {
        let (has_ended, admin_enabled, enabled): (bool, i64, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let expires: Option<String> = row.get(3)?;
        Ok(Subscription {
            id: row.get(0)?,
            username: row.get(1)?,
            password: row.get(2)?,
            standing: match (admin_enabled != 0, enabled != 0, has_ended) {
                (false, _, _) => Standing::Banned,
                (true, false, _) => Standing::Disabled,
                (true, true, true) => Standing::Expired,
                (true, true, false) => Standing::Active,
            },
            has_ended,
            is_banned: admin_enabled == 0,
            is_disabled: enabled == 0,
            is_device: row.get(13)?,
            has_blocked_agent: row.get(14)?,
            has_device_limit: row.get(15)?,
            expires: expires.and_then(|text| context.zone().read_iso(&text)),
            is_trial: row.get::<_, i64>(7)? != 0,
            created: row.get(8)?,
            max_connections: row.get(9)?,
            outputs: functions::ids(row.get_ref(10)?.as_str().unwrap_or_default()),
            bouquets: row.get(11)?,
            connections: row.get(12)?,
        })
    }

    /// Returns the names of its output formats.
    pub fn formats(&self) -> impl Iterator<Item = &'static str> {
        let formats = FORMATS.into_iter();
        formats
            .filter(|(_, id)| self.outputs.is_empty() || self.outputs.contains(id))
            .map(|(name, _)| name)
    }
}

/// A request that was refused, for the client log.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The log's name for the reason: `AUTH_FAILED`.
    pub status: &'static str,
    pub line: Option<i64>,
    pub stream: Option<i64>,
    /// The stream that was asked for, whether or not the checks came to it.
    pub asked_stream: Option<i64>,
    /// Path and query as they were sent.
    pub asked: String,
    pub agent: String,
    pub address: String,
}

/// Writes a refused request into the client log before it is answered; a busy panel answers without it.
///
/// # Errors
/// SQLite's.
pub async fn log(panel: &Arc<Panel>, refusal: Refusal) -> Result<()> {
    let write = move |context: &Context<'_>| log_refusal(context, &refusal);
    match panel.write(Caller::Anyone, write).await {
        Err(Error::Busy) => Ok(()),
        done => done,
    }
}

/// Writes a refused request into the client log.
///
/// # Errors
/// SQLite's.
pub fn log_refusal(context: &Context<'_>, refusal: &Refusal) -> Result<()> {
    let sql = "INSERT INTO lines_logs (user_id, stream_id, client_status, query_string, user_agent, ip, date)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    context.db.prepare_cached(sql)?.execute((
        refusal.line,
        refusal.stream,
        refusal.status,
        &refusal.asked,
        &refusal.agent,
        &refusal.address,
        context.now,
    ))?;
    context.tell_of_refusal(refusal)
}
