//! A stream, as a request for it needs it.

use rusqlite::OptionalExtension;

use crate::panel::bouquets::{self, Order};
use crate::panel::context::Context;
use crate::panel::error::Result;
use crate::store::functions;

/// What kind of content a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentKind {
    /// A live stream, created channel or radio station, as it is on air.
    Live,
    Movie,
    Episode,
    /// The same as live, at an earlier time.
    Archive,
}

impl ContentKind {
    /// The values of `streams.type`.
    fn types(self) -> &'static [i64] {
        match self {
            ContentKind::Live | ContentKind::Archive => &[1, 3, 4],
            ContentKind::Movie => &[2],
            ContentKind::Episode => &[5],
        }
    }

    /// Returns what an operator calls it.
    pub fn noun(self) -> &'static str {
        match self {
            ContentKind::Live | ContentKind::Archive => "stream, created channel or station",
            ContentKind::Movie => "movie",
            ContentKind::Episode => "episode",
        }
    }

    /// Returns the kind of a stream that is asked for without saying how.
    pub fn of_type(kind: i64) -> ContentKind {
        match kind {
            2 => ContentKind::Movie,
            5 => ContentKind::Episode,
            _ => ContentKind::Live,
        }
    }
}

/// A row of `streams` that can be watched.
#[derive(Clone, Debug)]
pub struct Stream {
    pub id: i64,
    /// `streams.type`: 1 live, 2 movie, 3 created channel, 4 radio, 5 episode.
    pub kind: i64,
    pub name: String,
    /// Its source URLs in the order in which they are tried.
    pub sources: Vec<String>,
    /// Whether clients are sent to its source.
    pub is_direct: bool,
    pub container: String,
    /// Days of its archive; 0 is none.
    pub archive_days: i64,
    /// How long a film is, in seconds; 0 is not known.
    pub film_seconds: i64,
}

impl Stream {
    /// Returns the stream with this id, if it is of this kind.
    ///
    /// # Errors
    /// SQLite's.
    pub fn find(context: &Context<'_>, id: i64, kind: ContentKind) -> Result<Option<Stream>> {
        let sql = "SELECT id, type, stream_display_name, stream_source, direct_source <> 0 AND direct_proxy = 0, target_container,
                   CASE WHEN tv_archive_server_id <> 0 THEN max(tv_archive_duration, 0) ELSE 0 END,
                   CAST(coalesce(movie_properties ->> '$.duration_secs', 0) AS INTEGER)
                   FROM streams WHERE id = ?1";
        let mut query = context.db.prepare_cached(sql)?;
        let found = query.query_row([id], |row| {
            Ok(Stream {
                id: row.get(0)?,
                kind: row.get(1)?,
                name: row.get(2)?,
                sources: functions::texts(row.get_ref(3)?.as_str().unwrap_or_default()),
                is_direct: row.get(4)?,
                container: row.get(5)?,
                archive_days: row.get(6)?,
                film_seconds: row.get(7)?,
            })
        });
        Ok(found
            .optional()?
            .filter(|stream: &Stream| kind.types().contains(&stream.kind)))
    }

    /// Whether these bouquets have it, or the series that it is an episode of. For reads only: see
    /// [`bouquets::content`].
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_in(&self, context: &Context<'_>, bouquets: &str) -> Result<bool> {
        let content = bouquets::content(context, bouquets, Order::Stored)?;
        if self.kind != 5 {
            return Ok(functions::ids(&content.streams).contains(&self.id));
        }
        let sql = "SELECT 1 FROM streams_episodes WHERE stream_id = ?1 AND ids_hold(?2, series_id)";
        Ok(context.db.prepare_cached(sql)?.exists((self.id, &content.series))?)
    }

    /// Whether it runs on a server, or is started there when it is asked for.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_started(&self, context: &Context<'_>) -> Result<bool> {
        let sql = "SELECT 1 FROM streams_servers WHERE stream_id = ?1 AND (coalesce(pid, 0) > 0 OR on_demand <> 0)";
        Ok(context.db.prepare_cached(sql)?.exists([self.id])?)
    }
}
