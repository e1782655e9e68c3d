//! The content of a line's bouquets: each stream and series once, in the order of the bouquets (contract "Player side",
//! section 2, "The line's streams").

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row};
use serde_json::{Map, Value};

use crate::panel::bouquets::{self, Order};
use crate::panel::context::Context;
use crate::panel::error::Result;
use crate::store::functions;

/// Kinds of content that a list has together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// Live streams, created channels and radio stations.
    Live,
    /// Live streams and created channels.
    Channels,
    Radio,
    Movies,
    /// All of them.
    Streams,
}

impl Kinds {
    /// The values of `streams.type`.
    fn types(self) -> &'static str {
        match self {
            Kinds::Live => "1, 3, 4",
            Kinds::Channels => "1, 3",
            Kinds::Radio => "4",
            Kinds::Movies => "2",
            Kinds::Streams => "1, 2, 3, 4",
        }
    }
}

/// A row of `streams`.
#[derive(Clone, Debug)]
pub struct Stream {
    pub id: i64,
    /// `streams.type`: 1 live, 2 movie, 3 created channel, 4 radio, 5 episode.
    pub kind: i64,
    pub name: String,
    pub icon: String,
    /// Its channel in a guide.
    pub channel: Option<String>,
    /// The source of that guide.
    pub epg: Option<i64>,
    /// In unix seconds.
    pub added: i64,
    pub categories: Vec<i64>,
    pub custom_sid: String,
    /// Days of its archive; 0 is none.
    pub archive_days: i64,
    pub container: String,
    pub year: Option<i64>,
    pub rating: f64,
    pub tmdb_id: Option<i64>,
    /// `movie_properties`.
    pub properties: Map<String, Value>,
    /// Whether it may be watched by RTMP.
    pub allows_rtmp: bool,
}

const STREAM: &str =
    "streams.id, type, stream_display_name, stream_icon, nullif(channel_id, ''), added, category_id, custom_sid,
     CASE WHEN tv_archive_server_id <> 0 THEN max(tv_archive_duration, 0) ELSE 0 END, target_container, year, rating,
     tmdb_id, movie_properties, epg_id, rtmp_output";

impl Stream {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Stream> {
        Ok(Stream {
            id: row.get(0)?,
            kind: row.get(1)?,
            name: row.get(2)?,
            icon: row.get(3)?,
            channel: row.get(4)?,
            added: row.get(5)?,
            categories: functions::ids(row.get_ref(6)?.as_str().unwrap_or_default()),
            custom_sid: row.get(7)?,
            archive_days: row.get(8)?,
            container: row.get(9)?,
            year: row.get(10)?,
            rating: row.get(11)?,
            tmdb_id: row.get(12)?,
            properties: object(row.get_ref(13)?.as_str().unwrap_or_default()),
            epg: row.get(14)?,
            allows_rtmp: row.get::<_, i64>(15)? != 0,
        })
    }

    /// Returns the title of a movie, and its name with the year if that is known.
    pub fn titles(&self) -> (&str, String) {
        let Some(year) = self.year else {
            return (&self.name, self.name.clone());
        };
        let suffix = format!(" ({year})");
        match self.name.strip_suffix(&suffix) {
            Some(title) => (title, self.name.clone()),
            None => (&self.name, format!("{}{suffix}", self.name)),
        }
    }

    /// Returns the extension of a movie's or an episode's file (contract "Player side", 7.2).
    pub fn extension(&self) -> &str {
        match self.container.as_str() {
            "" => "mp4",
            container => container,
        }
    }
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Reads the streams of a line's bouquets one by one; `category` leaves out those of all others.
///
/// # Errors
/// SQLite's, or the first of `each`.
pub fn streams(
    context: &Context<'_>,
    bouquets: &str,
    kinds: Kinds,
    category: Option<i64>,
    each: impl FnMut(&Stream) -> Result<()>,
) -> Result<()> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    streams_of(context, &content.streams, kinds, category, each)
}

/// Reads streams by their ids, which are a stored list, in its order.
///
/// # Errors
/// SQLite's, or the first of `each`.
pub fn streams_of(
    context: &Context<'_>,
    ids: &str,
    kinds: Kinds,
    category: Option<i64>,
    mut each: impl FnMut(&Stream) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT {STREAM} FROM (SELECT key, value FROM json_each(?1)) AS wanted CROSS JOIN streams ON streams.id = wanted.value
         WHERE type IN ({}) AND (?2 IS NULL OR ids_hold(category_id, ?2)) ORDER BY wanted.key",
        kinds.types()
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let mut rows = query.query((ids, category))?;
    while let Some(row) = rows.next()? {
        each(&Stream::from_row(row)?)?;
    }
    Ok(())
}

/// The ids of a line's content, in its order.
#[derive(Clone, Debug)]
pub struct ContentIds {
    pub streams: Vec<i64>,
    pub series: Vec<i64>,
}

/// Returns the ids of what a line's bouquets hold.
///
/// # Errors
/// SQLite's.
pub fn ids(context: &Context<'_>, bouquets: &str) -> Result<ContentIds> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    Ok(ContentIds {
        streams: functions::ids(&content.streams),
        series: functions::ids(&content.series),
    })
}

/// Returns what bouquets hold something of: live streams, movies, series, streams with an archive (contract "REST APIs",
/// A2).
///
/// # Errors
/// SQLite's.
pub fn features(context: &Context<'_>, bouquets: &str) -> Result<Vec<&'static str>> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    let sql = "SELECT coalesce(max(type IN (1, 3)), 0), coalesce(max(type = 2), 0),
               EXISTS (SELECT 1 FROM streams_series WHERE id IN (SELECT value FROM json_each(?2))),
               coalesce(max(tv_archive_server_id <> 0 AND tv_archive_duration > 0), 0)
               FROM streams WHERE id IN (SELECT value FROM json_each(?1))";
    let mut query = context.db.prepare_cached(sql)?;
    let has: [bool; 4] = query.query_row((&content.streams, &content.series), |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    let named = ["live_tv", "vod", "series", "catch_up"].into_iter().zip(has);
    Ok(named.filter(|(_, has)| *has).map(|(name, _)| name).collect())
}

/// Returns for how many days the archive of a stream goes back; 0 if it has none, or is unknown.
///
/// # Errors
/// SQLite's.
pub fn archive_days(context: &Context<'_>, stream: i64) -> Result<i64> {
    let sql = "SELECT max(tv_archive_duration, 0) FROM streams WHERE id = ?1 AND tv_archive_server_id <> 0";
    let days = context.db.prepare_cached(sql)?.query_row([stream], |row| row.get(0));
    Ok(days.optional()?.unwrap_or(0))
}

/// Returns a movie of the line's bouquets.
///
/// # Errors
/// SQLite's.
pub fn movie(context: &Context<'_>, bouquets: &str, id: i64) -> Result<Option<Stream>> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    if !functions::ids(&content.streams).contains(&id) {
        return Ok(None);
    }
    let sql = format!("SELECT {STREAM} FROM streams WHERE id = ?1 AND type = 2");
    let found = context.db.prepare_cached(&sql)?.query_row([id], Stream::from_row);
    Ok(found.optional()?)
}

/// A row of `streams_series`.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: i64,
    pub title: String,
    pub categories: Vec<i64>,
    pub cover: String,
    pub plot: String,
    pub cast: String,
    pub director: String,
    pub genre: String,
    pub released: String,
    /// In unix seconds.
    pub modified: i64,
    pub rating: f64,
    pub backdrops: Vec<String>,
    pub trailer: String,
    /// In minutes.
    pub run_time: i64,
    /// What is known of its seasons, as objects with `season_number`.
    pub seasons: Vec<Value>,
}

const SERIES: &str = r#"streams_series.id, title, category_id, cover, plot, "cast", director, genre, release_date, last_modified, rating,
     backdrop_path, youtube_trailer, episode_run_time, seasons"#;

impl Series {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Series> {
        let text = |at| Ok::<_, rusqlite::Error>(row.get_ref(at)?.as_str().unwrap_or_default());
        Ok(Series {
            id: row.get(0)?,
            title: row.get(1)?,
            categories: functions::ids(text(2)?),
            cover: row.get(3)?,
            plot: row.get(4)?,
            cast: row.get(5)?,
            director: row.get(6)?,
            genre: row.get(7)?,
            released: row.get(8)?,
            modified: row.get(9)?,
            rating: row.get(10)?,
            backdrops: functions::texts(text(11)?),
            trailer: row.get(12)?,
            run_time: row.get(13)?,
            seasons: serde_json::from_str(text(14)?).unwrap_or_default(),
        })
    }
}

/// Reads the series of a line's bouquets one by one; `category` leaves out those of all others.
///
/// # Errors
/// SQLite's, or the first of `each`.
pub fn series(
    context: &Context<'_>,
    bouquets: &str,
    category: Option<i64>,
    each: impl FnMut(&Series) -> Result<()>,
) -> Result<()> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    series_of(context, &content.series, category, each)
}

/// Reads series by their ids, which are a stored list, in its order.
///
/// # Errors
/// SQLite's, or the first of `each`.
pub fn series_of(
    context: &Context<'_>,
    ids: &str,
    category: Option<i64>,
    mut each: impl FnMut(&Series) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT {SERIES} FROM (SELECT key, value FROM json_each(?1)) AS wanted CROSS JOIN streams_series ON streams_series.id = wanted.value
         WHERE ?2 IS NULL OR ids_hold(category_id, ?2) ORDER BY wanted.key"
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let mut rows = query.query((ids, category))?;
    while let Some(row) = rows.next()? {
        each(&Series::from_row(row)?)?;
    }
    Ok(())
}

/// Returns a series of the line's bouquets.
///
/// # Errors
/// SQLite's.
pub fn one_series(context: &Context<'_>, bouquets: &str, id: i64) -> Result<Option<Series>> {
    let content = bouquets::content(context, bouquets, Order::Stored)?;
    if !functions::ids(&content.series).contains(&id) {
        return Ok(None);
    }
    let sql = format!("SELECT {SERIES} FROM streams_series WHERE id = ?1");
    let found = context.db.prepare_cached(&sql)?.query_row([id], Series::from_row);
    Ok(found.optional()?)
}

/// An episode of a series.
#[derive(Clone, Debug)]
pub struct Episode {
    pub season: i64,
    pub number: i64,
    pub stream: Stream,
}

impl Episode {
    /// Returns its name among episodes of all series.
    pub fn full_name(&self, series: &str) -> String {
        format!("{series} S{:02}E{:02}", self.season, self.number)
    }
}

/// Returns the episodes of a series by season and number.
///
/// # Errors
/// SQLite's.
pub fn episodes(context: &Context<'_>, series: i64) -> Result<Vec<Episode>> {
    let sql = format!(
        "SELECT {STREAM}, season_num, episode_num FROM streams_episodes JOIN streams ON streams.id = stream_id
         WHERE series_id = ?1 AND type = 5 ORDER BY season_num, episode_num, streams_episodes.id"
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let rows = query.query_map([series], |row| {
        Ok(Episode {
            stream: Stream::from_row(row)?,
            season: row.get(16)?,
            number: row.get(17)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns the ids and names of these categories, in the panel's order.
///
/// # Errors
/// SQLite's.
pub fn categories(context: &Context<'_>, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, category_name FROM streams_categories WHERE ids_hold(?1, id) ORDER BY cat_order, id";
    let mut query = context.db.prepare_cached(sql)?;
    let rows = query.query_map([functions::ids_text(ids)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns the names of all categories by their ids.
///
/// # Errors
/// SQLite's.
pub fn category_names(context: &Context<'_>) -> Result<HashMap<i64, String>> {
    let mut query = context
        .db
        .prepare_cached("SELECT id, category_name FROM streams_categories")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
