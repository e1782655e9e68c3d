//! Content: how live streams, created channels, radio stations, movies, series and their episodes are read
//! and listed. `playing` starts and stops them.

use crate::store::view::{Column, Owner, Polls, View, flag, int, ints, list, object, text, texts, unix};

/// The row of the stream's first server.
const JOINS: &str = "LEFT JOIN streams_servers ss ON ss.server_stream_id =
         (SELECT min(server_stream_id) FROM streams_servers WHERE stream_id = streams.id)
     LEFT JOIN servers ON servers.id = ss.server_id";

/// The same, and the position of an episode in its series.
const EPISODE_JOINS: &str = "LEFT JOIN streams_servers ss ON ss.server_stream_id =
         (SELECT min(server_stream_id) FROM streams_servers WHERE stream_id = streams.id)
     LEFT JOIN servers ON servers.id = ss.server_id
     LEFT JOIN streams_episodes ep ON ep.id = (SELECT min(id) FROM streams_episodes WHERE stream_id = streams.id)
     LEFT JOIN streams_series series ON series.id = ep.series_id";

const COLUMNS: &[Column] = &[
    ints("category_id"),
    texts("stream_source"),
    flag("on_demand").is("coalesce(ss.on_demand, 0)"),
    object("movie_properties"),
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

/// Filters: the states of a stream, from its first server's row, and other conditions on content.
const FILTERS: &[(&str, &str)] = &[
    ("running", "ss.pid > 0 AND ss.stream_status = 0"),
    ("down", "ss.stream_status = 1"),
    (
        "stopped",
        "coalesce(ss.pid, 0) <= 0 AND coalesce(ss.stream_status, 0) = 0",
    ),
    ("starting", "ss.stream_status = 2"),
    ("failing", "ss.stream_status = 3"),
    // Movies and episodes count as running with or without a process.
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
    owner: Owner::Shared,
    polls: Some(Polls::Content(&[1, 2, 3, 4, 5])),
    ..View::new("streams", "id", &[("streams", COLUMNS)])
};

/// The kinds (`streams.type`) of all content except movies.
pub const NOT_MOVIES: &[i64] = &[1, 3, 4, 5];

/// All rows of `streams`, of any kind.
pub static ANY: View = BASE;
/// All rows of `streams` except movies.
pub static NOT_MOVIE: View = View {
    only: Some("streams.type <> 2"),
    polls: Some(Polls::Content(NOT_MOVIES)),
    ..BASE
};
/// Live streams.
pub static STREAM: View = View {
    only: Some("streams.type = 1"),
    polls: Some(Polls::Content(&[1])),
    ..BASE
};
/// Movies.
pub static MOVIE: View = View {
    only: Some("streams.type = 2"),
    polls: Some(Polls::Content(&[2])),
    ..BASE
};
/// Created channels.
pub static CHANNEL: View = View {
    only: Some("streams.type = 3"),
    polls: Some(Polls::Content(&[3])),
    ..BASE
};
/// Radio stations.
pub static STATION: View = View {
    only: Some("streams.type = 4"),
    polls: Some(Polls::Content(&[4])),
    ..BASE
};
/// Episodes of series.
pub static EPISODE: View = View {
    joins: EPISODE_JOINS,
    only: Some("streams.type = 5"),
    polls: Some(Polls::Content(&[5])),
    columns: &[("streams", COLUMNS), ("streams_episodes", EPISODE_COLUMNS)],
    ..BASE
};

/// Series.
pub static SERIES: View = View {
    owner: Owner::Shared,
    filters: &[("category", "ids_hold(streams_series.category_id, :value)")],
    ..View::new(
        "streams_series",
        "id",
        &[(
            "streams_series",
            &[
                ints("category_id"),
                list("seasons"),
                texts("backdrop_path"),
                int("latest_season").is(
                    "coalesce((SELECT max(season_num) FROM streams_episodes WHERE series_id = streams_series.id), 0)",
                ),
                int("episode_count").is("(SELECT count(*) FROM streams_episodes WHERE series_id = streams_series.id)"),
            ],
        )],
    )
};
