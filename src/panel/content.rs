//! Content: live streams, created channels, radio stations, movies, series and their episodes, and
//! whether they run. A stream runs on one or more servers; no process is behind it but a number.

use super::connections;
use super::error::{Error, Result, Thing};
use super::scene::Scene;
use crate::store::functions::{ids, ids_text};
use crate::store::view::{Column, View, flag, int, ints, list, object, real, text, texts, unix};

/// The row of the stream's first server.
const JOINS: &str = "LEFT JOIN streams_servers ss ON ss.server_stream_id =
         (SELECT min(server_stream_id) FROM streams_servers WHERE stream_id = streams.id)
     LEFT JOIN servers ON servers.id = ss.server_id";

/// The same, and the place of an episode in its series.
const EPISODE_JOINS: &str = "LEFT JOIN streams_servers ss ON ss.server_stream_id =
         (SELECT min(server_stream_id) FROM streams_servers WHERE stream_id = streams.id)
     LEFT JOIN servers ON servers.id = ss.server_id
     LEFT JOIN streams_episodes ep ON ep.id = (SELECT min(id) FROM streams_episodes WHERE stream_id = streams.id)
     LEFT JOIN streams_series series ON series.id = ep.series_id";

const COLUMNS: &[Column] = &[
    int("id"),
    int("type"),
    text("stream_display_name"),
    ints("category_id"),
    text("stream_icon"),
    texts("stream_source"),
    text("target_container"),
    text("notes"),
    int("epg_id"),
    text("channel_id"),
    flag("direct_source"),
    flag("on_demand").is("coalesce(ss.on_demand, 0)"),
    int("tv_archive_duration"),
    text("custom_sid"),
    int("order"),
    int("transcode_profile_id"),
    int("year"),
    real("rating"),
    int("tmdb_id"),
    object("movie_properties"),
    unix("added"),
    int("server_id").is("coalesce(ss.server_id, 0)"),
    text("server_name").is("coalesce(servers.server_name, '')"),
    int("stream_status").is("coalesce(ss.stream_status, 0)"),
    int("pid").is("ss.pid"),
    unix("stream_started").is("ss.stream_started"),
    text("current_source").is("ss.current_source"),
    int("bitrate").is("ss.bitrate"),
    int("clients").is("(SELECT count(*) FROM lines_live WHERE lines_live.stream_id = streams.id AND hls_end = 0)"),
];

const EPISODE_COLUMNS: &[Column] = &[
    int("series_id").is("ep.series_id"),
    text("series_title").is("series.title"),
    int("season_num").is("ep.season_num"),
    int("episode_num").is("ep.episode_num"),
];

/// States of a stream by its first server's row, and other conditions on content.
const FILTERS: &[(&str, &str)] = &[
    ("running", "ss.pid > 0 AND ss.stream_status = 0"),
    ("down", "ss.stream_status = 1"),
    (
        "stopped",
        "coalesce(ss.pid, 0) <= 0 AND coalesce(ss.stream_status, 0) = 0",
    ),
    ("starting", "ss.stream_status = 2"),
    ("failing", "ss.stream_status = 3"),
    // Movies and episodes are served with or without a process.
    (
        "ready",
        "coalesce(ss.stream_status, 0) = 0 AND coalesce(ss.to_analyze, 0) = 0",
    ),
    ("to analyse", "ss.to_analyze <> 0"),
    ("on demand", "ss.on_demand <> 0"),
    ("direct source", "streams.direct_source <> 0"),
    ("archive", "streams.tv_archive_duration > 0"),
    ("with epg", "streams.epg_id IS NOT NULL"),
    ("without epg", "streams.epg_id IS NULL"),
    ("adaptive", "streams.adaptive_link <> '[]'"),
    ("title sync", "streams.title_sync <> ''"),
    ("transcoded", "streams.transcode_profile_id <> 0"),
    ("without tmdb", "streams.tmdb_id IS NULL"),
    (
        "same tmdb",
        "EXISTS (SELECT 1 FROM streams other WHERE other.type = streams.type AND other.tmdb_id = streams.tmdb_id AND other.id <> streams.id)",
    ),
    ("category", "ids_hold(streams.category_id, :value)"),
    (
        "server",
        "EXISTS (SELECT 1 FROM streams_servers its WHERE its.stream_id = streams.id AND its.server_id = :value)",
    ),
    (
        "series",
        "EXISTS (SELECT 1 FROM streams_episodes its WHERE its.stream_id = streams.id AND its.series_id = :value)",
    ),
];

const BASE: View = View {
    joins: JOINS,
    filters: FILTERS,
    ..View::of("streams", "id", &[("streams", COLUMNS)])
};

/// Everything in `streams`, whatever its kind.
pub static ANY: View = BASE;
/// Everything in `streams` but movies.
pub static NOT_MOVIE: View = View {
    only: Some("streams.type <> 2"),
    ..BASE
};
/// Live streams.
pub static STREAM: View = View {
    only: Some("streams.type = 1"),
    ..BASE
};
/// Movies.
pub static MOVIE: View = View {
    only: Some("streams.type = 2"),
    ..BASE
};
/// Created channels.
pub static CHANNEL: View = View {
    only: Some("streams.type = 3"),
    ..BASE
};
/// Radio stations.
pub static STATION: View = View {
    only: Some("streams.type = 4"),
    ..BASE
};
/// Episodes of series.
pub static EPISODE: View = View {
    joins: EPISODE_JOINS,
    only: Some("streams.type = 5"),
    columns: &[("streams", COLUMNS), ("streams_episodes", EPISODE_COLUMNS)],
    ..BASE
};

/// How a series is read.
pub static SERIES: View = View {
    filters: &[("category", "ids_hold(streams_series.category_id, :value)")],
    ..View::of(
        "streams_series",
        "id",
        &[(
            "streams_series",
            &[
                int("id"),
                text("title"),
                ints("category_id"),
                text("cover"),
                text("cover_big"),
                text("genre"),
                text("plot"),
                text("cast"),
                text("director"),
                real("rating"),
                text("release_date"),
                unix("last_modified"),
                int("tmdb_id"),
                list("seasons"),
                int("episode_run_time"),
                texts("backdrop_path"),
                text("youtube_trailer"),
                int("year"),
                int("latest_season").is(
                    "coalesce((SELECT max(season_num) FROM streams_episodes WHERE series_id = streams_series.id), 0)",
                ),
                int("episode_count").is("(SELECT count(*) FROM streams_episodes WHERE series_id = streams_series.id)"),
            ],
        )],
    )
};

/// The kinds of content that an action starts and stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Playable {
    Stream,
    Channel,
    Movie,
}

impl Playable {
    /// `streams.type` and what one is called when it is missing.
    fn kind(self) -> (i64, Thing) {
        match self {
            Playable::Stream => (1, Thing::Stream),
            Playable::Channel => (3, Thing::Channel),
            Playable::Movie => (2, Thing::Movie),
        }
    }

    fn must_exist(self, scene: &Scene<'_>, id: i64) -> Result<()> {
        let (kind, thing) = self.kind();
        match scene
            .db
            .prepare_cached("SELECT 1 FROM streams WHERE id = ?1 AND type = ?2")?
            .exists([id, kind])?
        {
            true => Ok(()),
            false => Err(Error::NotFound(thing)),
        }
    }
}

/// The lowest emulated process id: where a real host's ids would be as likely as any other.
const FIRST_PID: i64 = 50_000;

/// Starts one on all of its servers. Rows that run already stay as they are.
///
/// # Errors
/// [`Error::NotFound`] for an id that is not of this kind.
pub fn start(scene: &Scene<'_>, playable: Playable, id: i64) -> Result<()> {
    playable.must_exist(scene, id)?;
    start_on(scene, id, None)
}

/// Stops one on all of its servers.
///
/// # Errors
/// [`Error::NotFound`] for an id that is not of this kind.
pub fn stop(scene: &Scene<'_>, playable: Playable, id: i64) -> Result<()> {
    playable.must_exist(scene, id)?;
    stop_on(scene, id, None)
}

/// Starts anything of `streams` on these of its servers, or on all of them.
///
/// # Errors
/// SQLite's.
pub fn start_on(scene: &Scene<'_>, id: i64, servers: Option<&[i64]>) -> Result<()> {
    let idle = "SELECT server_stream_id FROM streams_servers
                WHERE stream_id = ?1 AND (?2 IS NULL OR ids_hold(?2, server_id))
                AND NOT (coalesce(pid, 0) > 0 AND stream_status = 0) ORDER BY server_stream_id";
    let rows: Vec<i64> = scene
        .db
        .prepare_cached(idle)?
        .query_map((id, servers.map(ids_text)), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for row in rows {
        let sql = "UPDATE streams_servers SET stream_status = 0, stream_started = ?2,
                   pid = (SELECT max(coalesce(max(pid), 0), ?3) + 1 FROM streams_servers)
                   WHERE server_stream_id = ?1";
        scene.db.prepare_cached(sql)?.execute([row, scene.now, FIRST_PID])?;
    }
    Ok(())
}

/// Stops anything of `streams` on these of its servers, or on all of them. Whoever watches a
/// stream, channel or station there is cut off; the file of a movie or an episode is still there,
/// so its viewers stay.
///
/// # Errors
/// SQLite's.
pub fn stop_on(scene: &Scene<'_>, id: i64, servers: Option<&[i64]>) -> Result<()> {
    let servers = servers.map(ids_text);
    let sql = "UPDATE streams_servers SET pid = NULL, monitor_pid = NULL, stream_started = NULL, current_source = NULL,
               bitrate = NULL, stream_status = 0 WHERE stream_id = ?1 AND (?2 IS NULL OR ids_hold(?2, server_id))";
    scene.db.prepare_cached(sql)?.execute((id, &servers))?;
    let file = "SELECT 1 FROM streams WHERE id = ?1 AND type IN (2, 5)";
    if scene.db.prepare_cached(file)?.exists([id])? {
        return Ok(());
    }
    match servers {
        None => connections::close_where(scene, "stream_id = ?1", id).map(|_| ()),
        Some(servers) => ids(&servers).into_iter().try_for_each(|server| {
            connections::close_where(scene, &format!("stream_id = ?1 AND server_id = {server}"), id).map(|_| ())
        }),
    }
}

/// The ids of these that are movies, or those that are something else. Unknown ids are left out.
///
/// # Errors
/// SQLite's.
pub fn of_kind(scene: &Scene<'_>, ids: &[i64], movies: bool) -> Result<Vec<i64>> {
    let mut query = scene
        .db
        .prepare_cached("SELECT 1 FROM streams WHERE id = ?1 AND (type = 2) = ?2")?;
    let mut found = Vec::new();
    for id in ids {
        if query.exists((id, movies))? {
            found.push(*id);
        }
    }
    Ok(found)
}

/// Which streams, channels, stations and episodes run (`stream_status` 0 and a process) or fail
/// (1), each with its servers.
///
/// # Errors
/// SQLite's.
pub fn on_servers(scene: &Scene<'_>, failing: bool) -> Result<Vec<(i64, Vec<i64>)>> {
    let sql = "SELECT DISTINCT stream_id, server_id FROM streams_servers JOIN streams ON streams.id = stream_id
               WHERE type <> 2 AND stream_status = ?1 AND (?1 = 1 OR coalesce(pid, 0) > 0) ORDER BY stream_id, server_id";
    let mut query = scene.db.prepare_cached(sql)?;
    let mut rows = query.query([i64::from(failing)])?;
    let mut all: Vec<(i64, Vec<i64>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (stream, server) = (row.get(0)?, row.get(1)?);
        match all.last_mut().filter(|(last, _)| *last == stream) {
            Some((_, servers)) => servers.push(server),
            None => all.push((stream, vec![server])),
        }
    }
    Ok(all)
}

/// Ends the emulated process `pid` of a server: its stream is down there and its viewers are cut
/// off. No process of the host is ever signalled.
///
/// # Errors
/// [`Error::NotFound`] when no stream of that server has this process.
pub fn kill_pid(scene: &Scene<'_>, server: i64, pid: i64) -> Result<()> {
    let find = "SELECT stream_id FROM streams_servers WHERE pid = ?1 AND server_id = ?2";
    let streams: Vec<i64> = scene
        .db
        .prepare_cached(find)?
        .query_map([pid, server], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if streams.is_empty() {
        return Err(Error::NotFound(Thing::Process));
    }
    let down = "UPDATE streams_servers SET pid = NULL, stream_status = 1 WHERE pid = ?1 AND server_id = ?2";
    scene.db.prepare_cached(down)?.execute([pid, server])?;
    for stream in streams {
        connections::close_where(scene, &format!("stream_id = ?1 AND server_id = {server}"), stream)?;
    }
    Ok(())
}
