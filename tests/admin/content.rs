//! Streams, channels, stations, movies, series and episodes, and what starts and stops them (contract, 7.6).

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::devices::ids;
use crate::support::{DONE, Panel, data, failure};

/// The kinds of content: noun, list, what one is called, and the ids of the `docs` seed.
const KINDS: [(&str, &str, &str, &[i64]); 5] = [
    ("stream", "get_streams", "Stream", &[10, 11]),
    ("channel", "get_channels", "Channel", &[5]),
    ("movie", "get_movies", "Movie", &[100]),
    ("series", "get_series_list", "Series", &[50]),
    ("episode", "get_episodes", "Episode", &[200]),
];

/// Those that can be started and stopped, with what one is called and an id of the `docs` seed.
const PLAYABLE: [(&str, &str, i64); 3] = [
    ("stream", "Stream", 10),
    ("channel", "Channel", 5),
    ("movie", "Movie", 100),
];

/// Every id of content in the `docs` seed; 20 is the station.
const ALL: [i64; 7] = [5, 10, 11, 20, 50, 100, 200];

fn not_found(thing: &str) -> String {
    failure("STATUS_FAILURE", &format!("{thing} not found."))
}

fn get(panel: &Panel, noun: &str, id: i64) -> String {
    panel.call(&format!("get_{noun}"), &format!("id={id}"))
}

/// Runs SQL and checks that it changed these keys of the content and no others.
fn assert_shown(panel: &Panel, noun: &str, id: i64, sql: &str, changes: &[(&str, Value)]) {
    let mut expected: Value = serde_json::from_str(&get(panel, noun, id)).unwrap();
    for (key, value) in changes {
        assert_ne!(expected["data"][key], *value, "{key}");
        expected["data"][key] = value.clone();
    }
    panel.sql(sql);
    assert_eq!(
        get(panel, noun, id),
        expected.to_string().replace('/', "\\/"),
        "{noun}: {sql}"
    );
}

/// A stream's rows in `streams_servers` without what never changes.
fn rows(panel: &Panel, stream: i64) -> Vec<String> {
    panel.sql(&format!(
        "SELECT server_id, pid, monitor_pid, stream_status, stream_started, current_source, bitrate
         FROM streams_servers WHERE stream_id = {stream} ORDER BY server_stream_id"
    ))
}

/// Everything that a start or stop may write.
fn state(panel: &Panel) -> Vec<String> {
    panel.sql(
        "SELECT server_stream_id, pid, monitor_pid, stream_status, stream_started, current_source, bitrate
         FROM streams_servers
         UNION ALL SELECT 'live', activity_id, stream_id, NULL, NULL, NULL, NULL FROM lines_live
         UNION ALL SELECT 'closed', activity_id, stream_id, date_end, NULL, NULL, NULL FROM lines_activity",
    )
}

#[test]
fn streams_and_channels_show_twenty_four_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_stream", "id=10"), @r#"{"status":"STATUS_SUCCESS","data":{"id":10,"type":1,"stream_display_name":"Demo News","category_id":[1],"stream_icon":"http:\/\/img.example\/news.png","stream_source":["http:\/\/origin.example\/news.ts"],"notes":"","epg_id":1,"channel_id":"news.demo","direct_source":0,"on_demand":0,"tv_archive_duration":0,"custom_sid":"","order":1,"transcode_profile_id":0,"added":"2026-01-01 00:00:00","server_id":1,"server_name":"Main Server","stream_status":0,"pid":54300,"stream_started":"2026-03-15 12:00:00","current_source":"http:\/\/origin.example\/news.ts","bitrate":2500,"clients":1}}"#);
    assert_snapshot!(panel.get("get_channel", "id=5"), @r#"{"status":"STATUS_SUCCESS","data":{"id":5,"type":3,"stream_display_name":"Demo Channel","category_id":[1],"stream_icon":"","stream_source":["s:1:\/vod\/demo.mp4"],"notes":"","epg_id":null,"channel_id":null,"direct_source":0,"on_demand":0,"tv_archive_duration":0,"custom_sid":"","order":3,"transcode_profile_id":0,"added":"2026-01-01 00:00:00","server_id":1,"server_name":"Main Server","stream_status":0,"pid":null,"stream_started":null,"current_source":null,"bitrate":null,"clients":0}}"#);
}

#[test]
fn stations_are_listed_as_streams() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_stations", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":20,"type":4,"stream_display_name":"Demo Radio","category_id":[4],"stream_icon":"","notes":"","epg_id":null,"channel_id":null,"direct_source":0,"on_demand":0,"tv_archive_duration":0,"custom_sid":"","order":4,"transcode_profile_id":0,"added":"2026-01-01 00:00:00","server_id":1,"server_name":"Main Server","stream_status":0,"pid":54330,"stream_started":"2026-03-15 12:00:00","current_source":"http:\/\/origin.example\/radio.aac","bitrate":128,"clients":0}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn movies_and_episodes_show_their_own_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_movie", "id=100"), @r#"{"status":"STATUS_SUCCESS","data":{"id":100,"type":2,"stream_display_name":"Demo Movie","category_id":[2],"stream_icon":"","stream_source":["s:1:\/vod\/demo.mp4"],"target_container":"mp4","year":2024,"rating":7.5,"tmdb_id":null,"movie_properties":{},"notes":"","direct_source":0,"transcode_profile_id":0,"added":"2026-01-01 00:00:00","server_id":1,"server_name":"Main Server","stream_status":0,"pid":null,"clients":0}}"#);
    assert_snapshot!(panel.get("get_episode", "id=200"), @r#"{"status":"STATUS_SUCCESS","data":{"id":200,"type":5,"stream_display_name":"Demo Series - S01E01","category_id":[3],"stream_icon":"","stream_source":["s:1:\/vod\/s01e01.mp4"],"target_container":"mp4","year":2024,"rating":0,"tmdb_id":null,"movie_properties":{},"notes":"","direct_source":0,"transcode_profile_id":0,"added":"2026-01-01 00:00:00","server_id":1,"server_name":"Main Server","stream_status":0,"pid":null,"clients":0,"series_id":50,"series_title":"Demo Series","season_num":1,"episode_num":1}}"#);
}

#[test]
fn a_series_shows_its_latest_season_and_how_many_episodes_it_has() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_series", "id=50"), @r#"{"status":"STATUS_SUCCESS","data":{"id":50,"title":"Demo Series","category_id":[3],"cover":"","cover_big":"","genre":"Drama","plot":"","cast":"","director":"","rating":7,"release_date":"2024-05-01","last_modified":"2026-01-01 00:00:00","tmdb_id":null,"seasons":[],"episode_run_time":0,"backdrop_path":[],"youtube_trailer":"","year":2024,"latest_season":1,"episode_count":1}}"#);
    assert_shown(
        &panel,
        "series",
        50,
        "INSERT INTO streams_episodes (season_num, episode_num, series_id, stream_id)
         VALUES (3, 1, 50, 200), (2, 9, 50, 200)",
        &[("latest_season", json!(3)), ("episode_count", json!(3))],
    );
    assert_shown(
        &panel,
        "series",
        50,
        "DELETE FROM streams_episodes",
        &[("latest_season", json!(0)), ("episode_count", json!(0))],
    );
}

#[test]
fn rows_of_lists_are_the_objects_without_their_source() {
    let panel = Panel::docs();
    for (noun, list, _, its) in KINDS {
        let objects: Vec<Value> = its
            .iter()
            .map(|id| {
                let answer: Value = serde_json::from_str(&get(&panel, noun, *id)).unwrap();
                let mut object = answer["data"].as_object().unwrap().clone();
                object.shift_remove("stream_source");
                Value::Object(object)
            })
            .collect();
        let expected = json!({
            "status": "STATUS_SUCCESS", "data": objects, "recordsTotal": its.len(), "recordsFiltered": its.len()
        });
        assert_eq!(panel.get(list, ""), expected.to_string().replace('/', "\\/"), "{list}");
    }
}

#[test]
fn columns_are_chosen_in_objects_and_rows() {
    let panel = Panel::docs();
    let columns = "show_columns=clients,id,nothing&hide_columns=id";
    assert_snapshot!(panel.call("get_stream", &format!("id=10&{columns}")), @r#"{"status":"STATUS_SUCCESS","data":{"id":10,"clients":1}}"#);
    assert_snapshot!(panel.call("get_episodes", "show_columns=stream_source,season_num"), @r#"{"status":"STATUS_SUCCESS","data":[{"season_num":1}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn content_of_another_kind_is_not_found() {
    let panel = Panel::docs();
    let before = state(&panel);
    for (noun, _, thing, its) in KINDS {
        for id in ALL.iter().filter(|id| !its.contains(id)) {
            assert_eq!(get(&panel, noun, *id), not_found(thing), "get_{noun} {id}");
            if PLAYABLE.iter().any(|(playable, ..)| *playable == noun) {
                for verb in ["start", "stop"] {
                    let answer = panel.call(&format!("{verb}_{noun}"), &format!("id={id}"));
                    assert_eq!(answer, not_found(thing), "{verb}_{noun} {id}");
                }
            }
        }
    }
    assert_eq!(state(&panel), before);
}

#[test]
fn an_id_that_names_nothing_is_not_found() {
    let panel = Panel::docs();
    let before = state(&panel);
    let gets = KINDS.map(|(noun, _, thing, its)| (format!("get_{noun}"), thing, its[0]));
    let switches = PLAYABLE
        .iter()
        .flat_map(|(noun, thing, id)| ["start", "stop"].map(|verb| (format!("{verb}_{noun}"), *thing, *id)));
    for (action, thing, its) in gets.into_iter().chain(switches) {
        for id in [
            String::new(),
            "id=".into(),
            "id=0".into(),
            "id=x".into(),
            "id=999".into(),
            format!("id=-{its}"),
            format!("id[]={its}"),
        ] {
            assert_eq!(panel.call(&action, &id), not_found(thing), "{action} {id}");
        }
    }
    assert_eq!(state(&panel), before);
}

#[test]
fn each_key_of_a_stream_shows_its_column() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO servers (id, server_name) VALUES (2, 'Edge')");
    for (noun, id) in [("stream", 10), ("channel", 5)] {
        for (column, key, value) in [
            (
                "stream_display_name = 'Other/one'",
                "stream_display_name",
                json!("Other/one"),
            ),
            ("category_id = '[4,1]'", "category_id", json!([4, 1])),
            ("stream_icon = 'i.png'", "stream_icon", json!("i.png")),
            ("stream_source = '[\"a\",\"b\"]'", "stream_source", json!(["a", "b"])),
            // Stored text that is no JSON.
            ("stream_source = 'http:'", "stream_source", json!([])),
            ("category_id = '1,2'", "category_id", json!([])),
            ("notes = 'n'", "notes", json!("n")),
            ("epg_id = 7", "epg_id", json!(7)),
            ("channel_id = 'c.7'", "channel_id", json!("c.7")),
            ("direct_source = 1", "direct_source", json!(1)),
            ("tv_archive_duration = 3", "tv_archive_duration", json!(3)),
            ("custom_sid = 's'", "custom_sid", json!("s")),
            ("\"order\" = 9", "order", json!(9)),
            ("transcode_profile_id = 1", "transcode_profile_id", json!(1)),
            ("added = 1773585000", "added", json!("2026-03-15 14:30:00")),
        ] {
            let sql = format!("UPDATE streams SET {column} WHERE id = {id}");
            assert_shown(&panel, noun, id, &sql, &[(key, value)]);
        }
        for (column, changes) in [
            ("on_demand = 1", vec![("on_demand", json!(1))]),
            (
                "server_id = 2",
                vec![("server_id", json!(2)), ("server_name", json!("Edge"))],
            ),
            // A server that is gone.
            (
                "server_id = 3",
                vec![("server_id", json!(3)), ("server_name", json!(""))],
            ),
            ("stream_status = 3", vec![("stream_status", json!(3))]),
            ("pid = 77", vec![("pid", json!(77))]),
            (
                "stream_started = 1773585000",
                vec![("stream_started", json!("2026-03-15 14:30:00"))],
            ),
            ("current_source = 'x'", vec![("current_source", json!("x"))]),
            ("bitrate = 1", vec![("bitrate", json!(1))]),
        ] {
            let sql = format!("UPDATE streams_servers SET {column} WHERE stream_id = {id}");
            assert_shown(&panel, noun, id, &sql, &changes);
        }
    }
}

#[test]
fn each_key_of_movies_episodes_and_series_shows_its_column() {
    let panel = Panel::docs();
    for (noun, id) in [("movie", 100), ("episode", 200)] {
        for (column, key, value) in [
            ("target_container = 'mkv'", "target_container", json!("mkv")),
            ("year = NULL", "year", json!(null)),
            ("rating = 8.25", "rating", json!(8.25)),
            ("tmdb_id = 603", "tmdb_id", json!(603)),
            (
                "movie_properties = '{\"a\":[1]}'",
                "movie_properties",
                json!({"a": [1]}),
            ),
            ("movie_properties = '[]'", "movie_properties", json!({})),
            ("direct_source = 1", "direct_source", json!(1)),
            ("transcode_profile_id = 1", "transcode_profile_id", json!(1)),
        ] {
            let sql = format!("UPDATE streams SET {column} WHERE id = {id}");
            assert_shown(&panel, noun, id, &sql, &[(key, value)]);
        }
        let sql = format!("UPDATE streams_servers SET pid = 7, stream_status = 2 WHERE stream_id = {id}");
        assert_shown(
            &panel,
            noun,
            id,
            &sql,
            &[("pid", json!(7)), ("stream_status", json!(2))],
        );
    }
    let sql = "UPDATE streams_episodes SET season_num = 4, episode_num = 12";
    let changes = [("season_num", json!(4)), ("episode_num", json!(12))];
    assert_shown(&panel, "episode", 200, sql, &changes);
    let sql = "UPDATE streams_series SET title = 'Other'";
    assert_shown(&panel, "episode", 200, sql, &[("series_title", json!("Other"))]);
    for (column, key, value) in [
        ("category_id = '[1,3]'", "category_id", json!([1, 3])),
        ("cover = 'a'", "cover", json!("a")),
        ("cover_big = 'b'", "cover_big", json!("b")),
        ("genre = 'c'", "genre", json!("c")),
        ("plot = 'd'", "plot", json!("d")),
        ("\"cast\" = 'e'", "cast", json!("e")),
        ("director = 'f'", "director", json!("f")),
        ("rating = 5.5", "rating", json!(5.5)),
        ("release_date = ''", "release_date", json!("")),
        (
            "last_modified = 1773585000",
            "last_modified",
            json!("2026-03-15 14:30:00"),
        ),
        ("tmdb_id = 1", "tmdb_id", json!(1)),
        (
            "seasons = '[{\"season_number\":1}]'",
            "seasons",
            json!([{"season_number": 1}]),
        ),
        ("episode_run_time = 45", "episode_run_time", json!(45)),
        ("backdrop_path = '[\"g\"]'", "backdrop_path", json!(["g"])),
        ("youtube_trailer = 'h'", "youtube_trailer", json!("h")),
        ("year = NULL", "year", json!(null)),
    ] {
        let sql = format!("UPDATE streams_series SET {column}");
        assert_shown(&panel, "series", 50, &sql, &[(key, value)]);
    }
}

#[test]
fn content_on_no_server_shows_none() {
    let panel = Panel::docs();
    panel.sql("DELETE FROM streams_servers");
    assert_snapshot!(panel.call("get_stream", "id=10&show_columns=on_demand,server_id,server_name,stream_status,pid,stream_started,current_source,bitrate,clients"), @r#"{"status":"STATUS_SUCCESS","data":{"on_demand":0,"server_id":0,"server_name":"","stream_status":0,"pid":null,"stream_started":null,"current_source":null,"bitrate":null,"clients":1}}"#);
    assert_snapshot!(panel.call("get_movie", "id=100&show_columns=server_id,server_name,stream_status,pid,clients"), @r#"{"status":"STATUS_SUCCESS","data":{"server_id":0,"server_name":"","stream_status":0,"pid":null,"clients":0}}"#);
    // Nothing can be started on it, and that is no failure.
    for (noun, _, id) in PLAYABLE {
        assert_eq!(panel.call(&format!("start_{noun}"), &format!("id={id}")), DONE);
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM streams_servers"), "0");
}

#[test]
fn the_first_server_row_of_a_stream_is_shown() {
    let panel = Panel::docs();
    // A later row of a lower server.
    panel.sql("UPDATE streams_servers SET server_id = 2 WHERE stream_id = 10");
    panel.sql("INSERT INTO streams_servers (stream_id, server_id, pid, bitrate) VALUES (10, 1, 1, 1)");
    let shown = panel.call("get_stream", "id=10&show_columns=server_id,pid,bitrate");
    assert_snapshot!(shown, @r#"{"status":"STATUS_SUCCESS","data":{"server_id":2,"pid":54300,"bitrate":2500}}"#);
    assert_eq!(ids(&panel.call("get_streams", "")), [10, 11]);
}

#[test]
fn clients_are_the_open_connections() {
    let panel = Panel::docs();
    panel.sql(
        "INSERT INTO lines_live (user_id, stream_id, server_id, hls_end)
         VALUES (4521, 10, 1, 0), (4521, 10, 2, 0), (4521, 10, 1, 1), (4521, 100, 1, 0)",
    );
    assert_eq!(data(&get(&panel, "stream", 10), "clients"), "3");
    assert_eq!(data(&get(&panel, "movie", 100), "clients"), "1");
}

#[test]
fn a_start_runs_every_server_that_does_not_run() {
    for (noun, _, id) in PLAYABLE {
        let panel = Panel::docs();
        panel.sql(&format!(
            "UPDATE streams_servers SET pid = 54300, stream_started = 1, bitrate = 5 WHERE stream_id = {id}"
        ));
        // Stopped, down, starting and failing; and one that runs.
        panel.sql(&format!(
            "INSERT INTO streams_servers
                 (stream_id, server_id, pid, monitor_pid, stream_status, stream_started, current_source, bitrate)
             VALUES ({id}, 2, NULL, 7, 0, NULL, NULL, NULL), ({id}, 3, NULL, NULL, 1, 2, 'a', 6),
                    ({id}, 4, 60000, NULL, 2, 3, 'b', 7), ({id}, 5, 60001, NULL, 3, NULL, NULL, NULL),
                    ({id}, 6, 60002, NULL, 0, 4, 'c', 8)"
        ));
        let source = panel.sql_one(&format!(
            "SELECT current_source FROM streams_servers WHERE stream_id = {id} AND server_id = 1"
        ));
        let others = format!("SELECT * FROM streams_servers WHERE stream_id <> {id}");
        let before = panel.sql(&others);

        let action = format!("start_{noun}");
        assert_eq!(panel.call(&action, &format!("id={id}")), DONE);
        let started = [
            format!("1|54300|null|0|1|{source}|5"),
            "2|60003|7|0|1773585000|null|null".into(),
            "3|60004|null|0|1773585000|a|6".into(),
            "4|60005|null|0|1773585000|b|7".into(),
            "5|60006|null|0|1773585000|null|null".into(),
            "6|60002|null|0|4|c|8".into(),
        ];
        assert_eq!(rows(&panel, id), started, "{noun}");
        assert_eq!(panel.sql(&others), before, "{noun}");

        // Once more changes nothing.
        panel.inner().clock().advance(60);
        assert_eq!(panel.get(&action, &format!("id={id}")), DONE);
        assert_eq!(rows(&panel, id), started, "{noun}");
        assert_eq!(panel.sql_one("SELECT count(*) FROM lines_activity"), "1");
    }
}

#[test]
fn the_first_process_has_a_number_that_no_row_has() {
    let panel = Panel::docs();
    panel.sql("UPDATE streams_servers SET pid = NULL");
    panel.call("start_stream", "id=10");
    panel.call("start_channel", "id=5");
    panel.call("start_movie", "id=100");
    let pids = panel.sql("SELECT pid FROM streams_servers WHERE pid IS NOT NULL ORDER BY pid");
    assert_eq!(pids, ["50001", "50002", "50003"]);
}

#[test]
fn a_stop_clears_every_server_of_the_stream() {
    for (noun, _, id) in PLAYABLE {
        let panel = Panel::docs();
        panel.sql("DELETE FROM lines_live");
        panel.sql(&format!(
            "UPDATE streams_servers SET pid = 1, monitor_pid = 2, stream_started = 3, current_source = 'a', bitrate = 4,
                    stream_status = 3, on_demand = 1, audio_codec = 'aac' WHERE stream_id = {id}"
        ));
        panel.sql(&format!(
            "INSERT INTO streams_servers (stream_id, server_id, pid, stream_status) VALUES ({id}, 2, 5, 1)"
        ));
        // A stopped movie keeps its viewers, everything else cuts them off.
        panel.sql(&format!(
            "INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, date_start)
             VALUES (70001, 4521, {id}, 1, 1773584000), (70002, 4522, {id}, 2, 1773584500),
                    (70003, 4522, 11, 1, 1773584600)"
        ));
        let others = format!("SELECT * FROM streams_servers WHERE stream_id <> {id}");
        let before = panel.sql(&others);
        let action = format!("stop_{noun}");
        for _ in 0..2 {
            assert_eq!(panel.call(&action, &format!("id={id}")), DONE);
            let stopped = "null|null|0|null|null|null";
            assert_eq!(
                rows(&panel, id),
                [format!("1|{stopped}"), format!("2|{stopped}")],
                "{noun}"
            );
            // Stopped once, there is nobody left to cut off.
            panel.inner().clock().advance(60);
        }
        assert_eq!(panel.sql(&others), before, "{noun}");
        let kept =
            format!("SELECT on_demand, audio_codec FROM streams_servers WHERE stream_id = {id} AND server_id = 1");
        assert_eq!(panel.sql_one(&kept), "1|aac");

        let live = panel.sql("SELECT activity_id FROM lines_live ORDER BY activity_id");
        let closed = panel.sql(
            "SELECT user_id, stream_id, server_id, date_start, date_end FROM lines_activity
             WHERE activity_id <> 12001 ORDER BY activity_id",
        );
        if noun == "movie" {
            assert_eq!(live, ["70001", "70002", "70003"]);
            assert!(closed.is_empty(), "{closed:?}");
        } else {
            assert_eq!(live, ["70003"], "{noun}");
            let ends = [
                format!("4521|{id}|1|1773584000|1773585000"),
                format!("4522|{id}|2|1773584500|1773585000"),
            ];
            assert_eq!(closed, ends, "{noun}");
        }
    }
}

#[test]
fn a_stopped_stream_leaves_the_panels_other_answers() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines_live SET date_start = 1773584000");
    assert_eq!(panel.call("stop_stream", "id=10"), DONE);
    assert_eq!(ids(&panel.call("get_streams", "filter=1")), [11]);
    assert_eq!(ids(&panel.call("get_streams", "filter=3")), [10]);
    assert_eq!(data(&get(&panel, "stream", 10), "clients"), "0");
    assert_snapshot!(panel.call("live_connections", ""), @r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":0,"recordsFiltered":0}"#);
    let activity = panel.call(
        "activity_logs",
        "start=1&show_columns=user_id,stream_display_name,date_end",
    );
    assert_snapshot!(activity, @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":4522,"stream_display_name":"Demo News","date_end":"2026-03-15 14:30:00"}],"recordsTotal":2,"recordsFiltered":2}"#);
    assert_eq!(
        data(&panel.call("get_server_stats", "server_id=1"), "active_connections"),
        "0"
    );
    assert_eq!(
        panel.call("kill_connection", "activity_id=12345"),
        failure("STATUS_FAILURE", "Connection not found.")
    );
    assert_eq!(panel.call("start_stream", "id=10"), DONE);
    assert_eq!(ids(&panel.call("get_streams", "filter=1")), [10, 11]);
}

#[test]
fn the_server_of_a_start_or_stop_is_ignored() {
    for (noun, _, id) in PLAYABLE {
        let plain = Panel::docs();
        // A known parameter also where unknown ones are refused.
        let strict = Panel::docs_with(|config| config.strict = linecard::panel::strictness::Strictness::Error);
        for verb in ["stop", "start"] {
            let action = format!("{verb}_{noun}");
            plain.call(&action, &format!("id={id}"));
            for server in ["999", "x", ""] {
                let answer = strict.call(&action, &format!("id={id}&server_id={server}"));
                assert_eq!(answer, DONE, "{action} {server:?}");
            }
            assert_eq!(state(&strict), state(&plain), "{action}");
        }
    }
}
