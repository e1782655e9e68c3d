//! What lists search, sort and filter by, and how they are paged (contract, section 6).
//!
//! Lists of devices and accounts are in `devices` and `users`; a model of `get_lines` is in
//! `properties::lists`.

use serde_json::Value;

use crate::support::{Panel, failure};

/// Every table list.
const TABLES: [&str; 17] = [
    "get_lines",
    "get_mags",
    "get_enigmas",
    "get_users",
    "get_streams",
    "get_channels",
    "get_stations",
    "get_movies",
    "get_episodes",
    "get_series_list",
    "activity_logs",
    "live_connections",
    "credit_logs",
    "user_logs",
    "login_logs",
    "client_logs",
    "mag_events",
];

const PLAIN: [&str; 12] = [
    "get_packages",
    "get_bouquets",
    "get_groups",
    "get_categories",
    "get_access_codes",
    "get_epgs",
    "get_transcode_profiles",
    "get_blocked_ips",
    "get_blocked_uas",
    "get_blocked_isps",
    "get_rtmp_ips",
    "get_servers",
];

/// An order column: its index, the stored column behind it, and a higher and a lower value of it.
type Order = (i64, &'static str, (&'static str, &'static str));

// Letters sort without case and numbers as numbers; what is unknown comes first.
const TEXT: (&str, &str) = ("'B'", "'a'");
const NUMBER: (&str, &str) = ("10", "9");
const KNOWN: (&str, &str) = ("9", "NULL");
const FLAG: (&str, &str) = ("1", "0");

/// A list's order columns but for its key.
const ORDERS: [(&str, &[Order]); 14] = [
    (
        "get_lines",
        &[
            (1, "lines.username", TEXT),
            (2, "lines.password", TEXT),
            (3, "lines.member_id", NUMBER),
            (4, "lines.enabled", FLAG),
            (4, "lines.admin_enabled", ("0", "1")),
            (5, "lines_live.user_id", FLAG),
            (6, "lines.is_trial", FLAG),
            (7, "lines.is_restreamer", FLAG),
            (8, "lines_live.user_id", FLAG),
            (9, "lines.max_connections", NUMBER),
            (10, "lines.exp_date", ("'2026-01-01'", "NULL")),
            (11, "lines.last_activity", KNOWN),
        ],
    ),
    (
        "get_streams",
        &[
            (1, "streams.stream_icon", TEXT),
            (2, "streams.stream_display_name", TEXT),
            (3, "streams_servers.current_source", TEXT),
            (4, "lines_live.stream_id", ("11", "0")),
            (5, "streams_servers.stream_started", KNOWN),
            (9, "streams_servers.bitrate", NUMBER),
        ],
    ),
    (
        "get_channels",
        &[
            (1, "streams.stream_icon", TEXT),
            (2, "streams.stream_display_name", TEXT),
            (3, "streams_servers.current_source", TEXT),
            (4, "lines_live.stream_id", ("31", "0")),
            (5, "streams_servers.stream_started", NUMBER),
            (9, "streams_servers.bitrate", KNOWN),
        ],
    ),
    (
        "get_stations",
        &[
            (1, "streams.stream_icon", TEXT),
            (2, "streams.stream_display_name", TEXT),
            (3, "servers.server_name", TEXT),
            (4, "lines_live.stream_id", ("41", "0")),
            (5, "streams_servers.stream_started", NUMBER),
            (7, "streams_servers.bitrate", NUMBER),
        ],
    ),
    (
        "get_movies",
        &[
            (2, "streams.stream_display_name", TEXT),
            (3, "servers.server_name", TEXT),
            (4, "lines_live.stream_id", ("21", "0")),
            (5, "streams_servers.stream_started", NUMBER),
        ],
    ),
    (
        "get_episodes",
        &[
            (2, "streams.stream_display_name", TEXT),
            (3, "servers.server_name", TEXT),
            (4, "lines_live.stream_id", ("51", "0")),
            (5, "streams_servers.stream_started", NUMBER),
        ],
    ),
    (
        "get_series_list",
        &[
            (1, "streams_series.cover", TEXT),
            (2, "streams_series.title", TEXT),
            (3, "streams_series.category_id", ("'[2]'", "'[1]'")),
            (4, "streams_episodes.season_num", NUMBER),
            // All three episodes are of the first series.
            (5, "streams_episodes.series_id", ("1", "1")),
            (7, "streams_series.release_date", ("'2026-01-02'", "'2026-01-01'")),
            (8, "streams_series.last_modified", NUMBER),
        ],
    ),
    (
        "activity_logs",
        &[
            (0, "lines.username", TEXT),
            (1, "streams.stream_display_name", TEXT),
            (2, "servers.server_name", TEXT),
            (3, "lines_activity.user_agent", TEXT),
            (4, "lines_activity.isp", TEXT),
            (5, "lines_activity.user_ip", TEXT),
            (6, "lines_activity.date_start", NUMBER),
            (8, "lines_activity.date_end", NUMBER),
            (8, "lines_activity.date_end", KNOWN),
            (9, "lines_activity.container", TEXT),
            (10, "lines.is_restreamer", FLAG),
        ],
    ),
    (
        "live_connections",
        &[
            (1, "lines_live.divergence", ("10.5", "9.5")),
            (2, "lines.username", TEXT),
            (3, "streams.stream_display_name", TEXT),
            (4, "servers.server_name", TEXT),
            (5, "lines_live.user_agent", TEXT),
            (6, "lines_live.isp", TEXT),
            (7, "lines_live.user_ip", TEXT),
            // By duration: what began earlier has lasted longer.
            (8, "lines_live.date_start", ("9", "10")),
            (9, "lines_live.container", TEXT),
            (10, "lines.is_restreamer", FLAG),
        ],
    ),
    (
        "credit_logs",
        &[
            (1, "users_credits_logs.admin_id", ("1", "21")),
            (2, "users_credits_logs.target_id", ("1", "11")),
            (3, "users_credits_logs.amount", NUMBER),
            (4, "users_credits_logs.reason", TEXT),
            (5, "users_credits_logs.date", NUMBER),
        ],
    ),
    (
        "user_logs",
        &[
            (1, "users.username", TEXT),
            (2, "users_logs.log_id", KNOWN),
            (3, "users_logs.type", TEXT),
            (3, "users_logs.action", TEXT),
            (4, "users_logs.cost", NUMBER),
            (5, "users_logs.credits_after", NUMBER),
            (6, "users_logs.date", NUMBER),
        ],
    ),
    (
        "login_logs",
        &[
            (0, "login_logs.date", NUMBER),
            (1, "login_logs.type", TEXT),
            (2, "login_logs.status", TEXT),
            (3, "users.username", TEXT),
            (4, "login_logs.access_code", ("11", "NULL")),
            (5, "login_logs.login_ip", TEXT),
        ],
    ),
    (
        "client_logs",
        &[
            (1, "lines.username", TEXT),
            (2, "streams.stream_display_name", TEXT),
            (3, "lines_logs.client_status", TEXT),
            (4, "lines_logs.user_agent", TEXT),
            (5, "lines_logs.ip", TEXT),
            (6, "lines_logs.date", NUMBER),
        ],
    ),
    (
        "mag_events",
        &[
            (0, "mag_events.send_time", NUMBER),
            (1, "mag_devices.mac", TEXT),
            (2, "mag_events.event", TEXT),
            (3, "mag_events.msg", TEXT),
        ],
    ),
];

const CONTENT_SEARCH: &str = "streams.stream_display_name streams.notes streams_servers.current_source";
const NOT_CONTENT_SEARCH: &str = "streams.stream_icon streams.custom_sid streams.target_container servers.server_name";

/// Columns of text that a list is searched in, and some that it is not.
const TEXTS: [(&str, &str, &str); 14] = [
    (
        "get_lines",
        "lines.username lines.password lines.reseller_notes lines.admin_notes",
        "lines.contact lines.allowed_ips streams.stream_display_name users.username",
    ),
    ("get_streams", CONTENT_SEARCH, NOT_CONTENT_SEARCH),
    ("get_channels", CONTENT_SEARCH, NOT_CONTENT_SEARCH),
    ("get_stations", CONTENT_SEARCH, NOT_CONTENT_SEARCH),
    ("get_movies", CONTENT_SEARCH, NOT_CONTENT_SEARCH),
    ("get_episodes", CONTENT_SEARCH, NOT_CONTENT_SEARCH),
    ("get_episodes", "streams_series.title", "streams_series.plot"),
    (
        "get_series_list",
        "streams_series.title streams_series.release_date",
        "streams_series.cover streams_series.genre streams_series.plot streams_series.cast",
    ),
    (
        "activity_logs",
        "lines_activity.hmac_identifier lines_activity.user_agent lines_activity.user_ip lines_activity.container \
         lines_activity.geoip_country_code",
        "lines.username streams.stream_display_name servers.server_name lines_activity.isp",
    ),
    (
        "live_connections",
        "lines_live.hmac_identifier lines_live.user_agent lines_live.user_ip lines_live.container \
         lines_live.geoip_country_code lines.username streams.stream_display_name",
        "servers.server_name lines_live.isp lines_live.uuid",
    ),
    ("credit_logs", "users_credits_logs.reason users.username", "users.email"),
    (
        "user_logs",
        "users.username users_logs.deleted_info users_logs.action",
        "users_logs.type",
    ),
    (
        "login_logs",
        "login_logs.login_ip login_logs.status users.username access_codes.code",
        "login_logs.type",
    ),
    (
        "client_logs",
        "lines_logs.client_status lines_logs.query_string lines_logs.user_agent lines_logs.ip \
         streams.stream_display_name lines.username",
        "lines_logs.extra_data",
    ),
];

/// Searches of what is no text, or named by an id: column, stored value, what is searched for.
const PRINTED: [(&str, &str, &str, &str); 20] = [
    ("get_lines", "lines.exp_date", "'2031-05-06 07:08:09'", "31-05-06 07:08"),
    ("get_lines", "lines.max_connections", "987", "98"),
    ("get_streams", "streams.id", "id", "12"),
    ("get_channels", "streams.id", "id", "32"),
    ("get_stations", "streams.id", "id", "42"),
    ("get_movies", "streams.id", "id", "22"),
    ("get_episodes", "streams.id", "id", "52"),
    ("get_series_list", "streams_series.id", "id", "2"),
    ("get_series_list", "streams_series.release_date", "'2031-05-06'", "-05-"),
    // 2030-01-02 03:04:05.
    (
        "activity_logs",
        "lines_activity.date_start",
        "1893553445",
        "2030-01-02 03:04:05",
    ),
    ("activity_logs", "lines_activity.date_end", "1893553445", "03:04:05"),
    ("live_connections", "lines_live.date_start", "1893553445", "2030-01-02"),
    ("live_connections", "lines_live.date_end", "1893553445", "03:04:05"),
    ("credit_logs", "users_credits_logs.date", "1893553445", "2030-01-02 03"),
    ("credit_logs", "users_credits_logs.amount", "-1250", "-12.5"),
    // Account 1 is called admin.
    ("credit_logs", "users_credits_logs.target_id", "1", "DMI"),
    ("credit_logs", "users_credits_logs.admin_id", "1", "DMI"),
    ("client_logs", "lines_logs.date", "1893553445", "2030-01-02 03"),
    ("mag_events", "mag_devices.mac", "'00:1A:79:00:00:02'", "1a:79"),
    ("mag_events", "mag_events.msg", "'Hello/you'", "o/y"),
];

/// Parameters that narrow a list to its second row: column, stored value, parameter, its value.
const NARROW: [(&str, &str, &str, &str, &str); 24] = [
    ("get_lines", "lines.member_id", "7", "reseller", "7"),
    ("get_mags", "lines.member_id", "7", "reseller", "7"),
    ("get_enigmas", "lines.member_id", "7", "reseller", "7"),
    ("get_streams", "streams.category_id", "'[70,7]'", "category", "7"),
    ("get_channels", "streams.category_id", "'[7]'", "category", "7"),
    ("get_stations", "streams.category_id", "'[7,70]'", "category", "7"),
    ("get_movies", "streams.category_id", "'[7]'", "category", "7"),
    ("get_episodes", "streams.category_id", "'[7]'", "category", "7"),
    (
        "get_series_list",
        "streams_series.category_id",
        "'[7]'",
        "category",
        "7",
    ),
    ("get_streams", "streams_servers.server_id", "7", "server", "7"),
    ("get_channels", "streams_servers.server_id", "7", "server", "7"),
    ("get_stations", "streams_servers.server_id", "7", "server", "7"),
    ("get_movies", "streams_servers.server_id", "7", "server", "7"),
    ("get_episodes", "streams_servers.server_id", "7", "server", "7"),
    ("get_episodes", "streams_episodes.season_num", "7", "series", "2"),
    ("activity_logs", "lines_activity.user_id", "7", "user", "7"),
    ("activity_logs", "lines_activity.stream_id", "7", "stream", "7"),
    ("activity_logs", "lines_activity.server_id", "7", "server", "7"),
    ("live_connections", "lines_live.user_id", "7", "user_id", "7"),
    ("live_connections", "lines_live.stream_id", "7", "stream_id", "7"),
    ("live_connections", "lines_live.server_id", "7", "server_id", "7"),
    ("credit_logs", "users_credits_logs.target_id", "7", "reseller", "7"),
    ("credit_logs", "users_credits_logs.admin_id", "7", "reseller", "7"),
    ("user_logs", "users_logs.owner", "7", "reseller", "7"),
];

/// A panel in which everything is there three times: row n of a list has an id that ends in n and
/// names only things whose ids end in n. Beyond that the three are the same.
fn threes() -> Panel {
    let panel = Panel::small();
    let emptied = "lines mag_devices enigma2_devices streams streams_series servers lines_live";
    for table in emptied.split(' ') {
        panel.sql(&format!("DELETE FROM {table}"));
    }
    for table in ["users", "access_codes"] {
        panel.sql(&format!("DELETE FROM {table} WHERE id > 1"));
    }
    for sql in [
        "servers (id, is_main) VALUES (N, N = 1)",
        "users (id, member_group_id) VALUES (1N, 2), (2N, 2)",
        "access_codes (id, code) VALUES (1N, 'code N')",
        "lines (id, admin_enabled, is_mag, is_e2) VALUES (N, 1, 0, 0), (1N, 1, 1, 0), (2N, 1, 0, 1)",
        "mag_devices (mag_id, user_id) VALUES (N, 1N)",
        "enigma2_devices (device_id, user_id) VALUES (N, 2N)",
        "streams (id, type) VALUES (1N, 1), (2N, 2), (3N, 3), (4N, 4), (5N, 5)",
        "streams_servers (server_stream_id, stream_id, server_id) VALUES (1N, 1N, N), (2N, 2N, N), (3N, 3N, N), \
         (4N, 4N, N), (5N, 5N, N)",
        "streams_series (id) VALUES (N)",
        "streams_episodes (id, series_id, stream_id) VALUES (N, N, 5N)",
        "lines_activity (activity_id, user_id, stream_id, server_id) VALUES (N, N, 1N, N)",
        "lines_live (activity_id, user_id, stream_id, server_id) VALUES (N, N, 1N, N)",
        "users_credits_logs (id, target_id, admin_id) VALUES (N, 1N, 2N)",
        "users_logs (id, owner) VALUES (N, 1N)",
        "login_logs (id, access_code, user_id) VALUES (N, 1N, 1N)",
        "lines_logs (id, stream_id, user_id) VALUES (N, 1N, N)",
        "mag_events (id, mag_device_id) VALUES (N, N)",
    ] {
        let (table, row) = sql.split_once(" VALUES ").unwrap();
        let rows = [1, 2, 3].map(|n| row.replace('N', &n.to_string())).join(", ");
        panel.sql(&format!("INSERT INTO {table} VALUES {rows}"));
    }
    panel
}

/// Sets a column of the first or second of three things to one value and of the others to another.
fn set(panel: &Panel, column: &str, of: i64, value: &str, others: &str) {
    let (table, column) = column.split_once('.').unwrap();
    panel.sql(&format!(
        "UPDATE {table} SET \"{column}\" = iif(rowid % 10 = {of}, {value}, {others})"
    ));
}

/// As [`set`], but the others stay.
fn set_second(panel: &Panel, column: &str, value: &str) {
    set(
        panel,
        column,
        2,
        value,
        &format!("\"{}\"", column.split_once('.').unwrap().1),
    );
}

/// Which rows of the three a list shows, in its order.
fn shown(panel: &Panel, list: &str, params: &str) -> Vec<i64> {
    keys(panel, list, params).iter().map(|id| id % 10).collect()
}

/// The ids of a list's rows.
fn keys(panel: &Panel, list: &str, params: &str) -> Vec<i64> {
    let answer: Value = serde_json::from_str(&panel.call(list, params)).unwrap();
    let rows = answer["data"]
        .as_array()
        .unwrap_or_else(|| panic!("{list} {params}: {answer}"));
    // The key is each row's first column.
    let key = |row: &Value| row.as_object().unwrap().values().next().unwrap().as_i64().unwrap();
    rows.iter().map(key).collect()
}

#[test]
fn every_list_is_sorted_by_its_order_columns() {
    for (list, orders) in ORDERS {
        let panel = threes();
        for (index, column, (high, low)) in orders {
            set(&panel, column, 1, high, low);
            for (dir, expected) in [
                ("", [2, 3, 1]),
                ("&order[0][dir]=asc", [2, 3, 1]),
                ("&order[0][dir]=up", [2, 3, 1]),
                // Ties stand by id upwards in both directions.
                ("&order[0][dir]=desc", [1, 2, 3]),
            ] {
                let form = format!("order[0][column]={index}{dir}");
                assert_eq!(shown(&panel, list, &form), expected, "{list} {form} by {column}");
            }
            // For the next column the three are the same again.
            set(&panel, column, 1, low, low);
        }
    }
}

#[test]
fn every_other_index_sorts_by_id() {
    let panel = threes();
    for (list, orders) in ORDERS {
        let others = (-1..16).filter(|index| orders.iter().all(|(used, ..)| used != index));
        for index in others
            .map(|index| index.to_string())
            .chain(["x", "", "1.5", "id"].map(String::from))
        {
            let form = format!("order[0][column]={index}&order[0][dir]=");
            assert_eq!(shown(&panel, list, &format!("{form}asc")), [1, 2, 3], "{list} {form}");
            assert_eq!(shown(&panel, list, &format!("{form}desc")), [3, 2, 1], "{list} {form}");
        }
    }
}

#[test]
fn only_the_first_order_counts() {
    let panel = threes();
    set(&panel, "streams.stream_display_name", 1, "'B'", "'a'");
    for (form, expected) in [
        ("order[1][column]=2", [1, 2, 3]),
        ("order[0][column]=2&order[1][column]=0&order[1][dir]=desc", [2, 3, 1]),
        ("order=2", [1, 2, 3]),
        ("order[column]=2", [1, 2, 3]),
        ("order[0]=2", [1, 2, 3]),
    ] {
        assert_eq!(shown(&panel, "get_streams", form), expected, "{form}");
    }
}

#[test]
fn types_sort_before_actions() {
    let panel = threes();
    panel.sql("UPDATE users_logs SET type = iif(id = 1, 'mag', 'line'), action = iif(id = 1, 'edit', 'new')");
    assert_eq!(shown(&panel, "user_logs", "order[0][column]=3"), [2, 3, 1]);
}

#[test]
fn every_list_is_searched_in_its_texts() {
    for (list, searched, others) in TEXTS {
        let panel = threes();
        for column in searched.split_whitespace() {
            set_second(&panel, column, "'Die_%É-Seite'");
            for (needle, found) in [
                // Without case, and nothing in it is a pattern.
                ("dIE_%25é-s", vec![2]),
                ("E_%25", vec![2]),
                (" seite ", vec![2]),
                ("die%25seite", vec![]),
                ("di__", vec![]),
            ] {
                let form = format!("search[value]={needle}");
                assert_eq!(shown(&panel, list, &form), found, "{list} {form} in {column}");
            }
            set_second(&panel, column, "''");
        }
        for column in others.split_whitespace() {
            set_second(&panel, column, "'Die_%É-Seite'");
        }
        let found = shown(&panel, list, "search[value]=seite");
        assert!(found.is_empty(), "{list} in {others}: {found:?}");
    }
}

#[test]
fn numbers_and_dates_are_searched_as_they_are_printed() {
    for (list, column, value, needle) in PRINTED {
        let panel = threes();
        set_second(&panel, column, value);
        let found = shown(&panel, list, &format!("search[value]={needle}"));
        assert_eq!(found, [2], "{list} {needle:?} in {column}");
        // The stored seconds of a date are not.
        if value.starts_with("189") {
            assert!(
                shown(&panel, list, &format!("search[value]={value}")).is_empty(),
                "{list} {column}"
            );
        }
    }
}

#[test]
fn an_open_connection_is_found_by_the_mac_of_its_device() {
    let panel = threes();
    panel.sql("UPDATE mag_devices SET mac = '00:1A:79:00:00:0' || mag_id");
    panel.sql("UPDATE enigma2_devices SET mac = 'AA:BB:CC:00:00:0' || device_id");
    panel.sql("UPDATE lines_live SET user_id = CASE activity_id WHEN 1 THEN 1 WHEN 2 THEN 12 ELSE 23 END");
    for (needle, found) in [("00:1a:79:00:00:02", 2), ("aa:bb:cc:00:00:03", 3)] {
        let form = format!("search[value]={needle}");
        assert_eq!(shown(&panel, "live_connections", &form), [found], "{needle}");
    }
}

#[test]
fn a_search_without_a_value_finds_everything() {
    let panel = threes();
    for list in TABLES {
        let all = panel.call(list, "");
        for form in [
            "search[value]=",
            "search[value]=%20",
            "search=zzz",
            "search[]=zzz",
            "search[regex]=true",
        ] {
            assert_eq!(panel.call(list, form), all, "{list} {form}");
        }
        let none = r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":0,"recordsFiltered":0}"#;
        assert_eq!(panel.call(list, "search[value]=zzz"), none, "{list}");
    }
}

/// Content in every state a filter knows: a letter, what is so of the stream and of its server's row.
const STATES: [(char, &str, &str); 16] = [
    ('r', "", "pid = 5"),
    ('d', "", "stream_status = 1"),
    ('s', "", "stream_status = 2"),
    ('f', "", "pid = 5, stream_status = 3"),
    ('x', "", ""),
    ('0', "", "pid = 0"),
    ('o', "", "pid = 5, on_demand = 1"),
    ('m', "", "pid = 5, to_analyze = 1"),
    ('D', "direct_source = 1", "pid = 5"),
    ('A', "tv_archive_duration = 2", "pid = 5"),
    ('E', "epg_id = 1", "pid = 5"),
    ('L', "adaptive_link = '[7]'", "pid = 5"),
    ('T', "title_sync = 'a'", "pid = 5"),
    ('C', "transcode_profile_id = 1", "pid = 5"),
    ('6', "tmdb_id = 603", "pid = 5"),
    ('7', "tmdb_id = 603", "pid = 5"),
];

const RUNNING: &str = "romDAELTC67";

/// What filters find, by the letters of [`STATES`].
type Found = &'static [(i64, &'static str)];

/// A list of content, its type, and what its filters find; every other filter finds everything.
const FILTERS: [(&str, i64, Found); 5] = [
    (
        "get_streams",
        1,
        &[
            (1, RUNNING),
            (2, "d"),
            (3, "x0"),
            (4, "s"),
            (5, "o"),
            (6, "D"),
            (7, "A"),
            (8, "f"),
            (9, "E"),
            (10, "rdsfx0omDALTC67"),
            (11, "L"),
            (12, "T"),
            (13, "C"),
        ],
    ),
    ("get_channels", 3, &[(1, RUNNING), (2, "x0"), (3, "s"), (4, "C")]),
    (
        "get_stations",
        4,
        &[(1, RUNNING), (2, "d"), (3, "x0"), (4, "s"), (5, "o"), (6, "D")],
    ),
    (
        "get_movies",
        2,
        &[
            (1, "rx0oDAELTC67"),
            (2, "s"),
            (3, "d"),
            (4, "m"),
            (5, "D"),
            (6, "rdsfx0omDAELTC"),
            (7, "67"),
            (8, "C"),
        ],
    ),
    (
        "get_episodes",
        5,
        &[(1, "rx0oDAELTC67"), (2, "s"), (3, "d"), (4, "m"), (5, "D"), (8, "C")],
    ),
];

#[test]
fn content_is_filtered_by_its_state() {
    for (list, kind, filters) in FILTERS {
        let panel = threes();
        panel.sql("DELETE FROM streams");
        for (id, (_, stream, server)) in (1..).zip(STATES) {
            panel.sql(&format!("INSERT INTO streams (id, type) VALUES ({id}, {kind})"));
            panel.sql(&format!(
                "INSERT INTO streams_servers (server_stream_id, stream_id, server_id) VALUES ({id}, {id}, 1)"
            ));
            for (table, key, values) in [("streams", "id", stream), ("streams_servers", "stream_id", server)] {
                if !values.is_empty() {
                    panel.sql(&format!("UPDATE {table} SET {values} WHERE {key} = {id}"));
                }
            }
        }
        let all: String = STATES.iter().map(|(letter, ..)| letter).collect();
        let listed = |filter: &str| -> String {
            let ids = keys(&panel, list, &format!("filter={filter}"));
            ids.iter()
                .map(|id| STATES[usize::try_from(id - 1).unwrap()].0)
                .collect()
        };
        for number in -1..20 {
            let named = filters.iter().find(|(filter, _)| *filter == number);
            let expected = named.map_or(all.as_str(), |(_, letters)| letters);
            assert_eq!(listed(&number.to_string()), expected, "{list} filter={number}");
        }
        for filter in ["", "x", "1.5", "1x", "running"] {
            assert_eq!(listed(filter), all, "{list} filter={filter}");
        }
    }
}

#[test]
fn open_connections_are_filtered_by_their_line() {
    for (filter, column, found) in [
        ("1", "lines.is_mag", vec![1, 3]),
        ("1", "lines.is_e2", vec![1, 3]),
        ("1", "lines.is_trial", vec![1, 2, 3]),
        ("2", "lines.is_mag", vec![2]),
        ("3", "lines.is_e2", vec![2]),
        ("4", "lines.is_trial", vec![2]),
        ("5", "lines.is_restreamer", vec![2]),
        ("6", "lines.is_stalker", vec![2]),
        ("7", "lines.is_trial", vec![1, 2, 3]),
        ("0", "lines.is_trial", vec![1, 2, 3]),
        ("x", "lines.is_trial", vec![1, 2, 3]),
        ("", "lines.is_trial", vec![1, 2, 3]),
    ] {
        let panel = threes();
        set_second(&panel, column, "1");
        let form = format!("filter={filter}");
        assert_eq!(shown(&panel, "live_connections", &form), found, "{form} {column}");
    }
}

#[test]
fn lines_are_filtered_by_their_state() {
    for (filter, column, value, found) in [
        ("1", "lines.enabled", "0", vec![1, 3]),
        ("1", "lines.admin_enabled", "0", vec![1, 3]),
        // Expired from this second on.
        ("1", "lines.exp_date", "'2026-03-15 14:30:00'", vec![1, 3]),
        ("1", "lines.exp_date", "'2026-03-15 14:30:01'", vec![1, 2, 3]),
        ("2", "lines.enabled", "0", vec![2]),
        ("3", "lines.admin_enabled", "0", vec![2]),
        ("4", "lines.exp_date", "'2026-03-15 14:30:00'", vec![2]),
        ("4", "lines.exp_date", "'2026-03-15 14:30:01'", vec![]),
        ("5", "lines.is_trial", "1", vec![2]),
        ("6", "lines.is_restreamer", "1", vec![2]),
        ("7", "lines.is_stalker", "1", vec![2]),
        ("8", "lines.exp_date", "'2026-03-29'", vec![2]),
        ("8", "lines.exp_date", "'2026-03-30'", vec![]),
        ("8", "lines.exp_date", "'2026-03-15'", vec![]),
        ("9", "lines.enabled", "0", vec![1, 2, 3]),
    ] {
        let panel = threes();
        set_second(&panel, column, value);
        let form = format!("filter={filter}");
        assert_eq!(shown(&panel, "get_lines", &form), found, "{form} {column} = {value}");
    }
}

#[test]
fn two_logs_are_filtered_by_a_whole_word() {
    let panel = threes();
    for (list, column) in [
        ("user_logs", "users_logs.action"),
        ("client_logs", "lines_logs.client_status"),
    ] {
        set_second(&panel, column, "'IP_BAN'");
        for (filter, found) in [
            ("IP_BAN", vec![2]),
            (" IP_BAN ", vec![2]),
            ("ip_ban", vec![]),
            ("IP", vec![]),
            ("IP%25", vec![]),
            ("1", vec![]),
            ("", vec![1, 2, 3]),
        ] {
            assert_eq!(
                shown(&panel, list, &format!("filter={filter}")),
                found,
                "{list} {filter}"
            );
        }
    }
}

#[test]
fn lists_without_filters_ignore_them() {
    let panel = threes();
    for list in [
        "get_series_list",
        "activity_logs",
        "credit_logs",
        "login_logs",
        "mag_events",
    ] {
        for filter in ["1", "2", "x"] {
            assert_eq!(
                shown(&panel, list, &format!("filter={filter}")),
                [1, 2, 3],
                "{list} {filter}"
            );
        }
    }
}

#[test]
fn lists_are_narrowed_to_one_thing() {
    // Where unknown parameters are refused, these are known.
    let strict = Panel::docs_with(|config| config.strict = linecard::panel::strictness::Strictness::Error);
    for (list, column, value, param, sent) in NARROW {
        let panel = threes();
        set_second(&panel, column, value);
        let case = format!("{list} {param}={sent} by {column}");
        assert_eq!(shown(&panel, list, &format!("{param}={sent}")), [2], "{case}");
        assert!(shown(&panel, list, &format!("{param}=9")).is_empty(), "{case}");
        assert_eq!(shown(&panel, list, &format!("{param}=")), [1, 2, 3], "{case}");
        assert!(
            strict.call(list, &format!("{param}=9")).contains(r#""recordsTotal":0"#),
            "{case}"
        );
    }
    let other = strict.call("get_series_list", "server=1");
    assert_eq!(other, failure("STATUS_INVALID_INPUT", "Unknown parameter: server."));
}

#[test]
fn every_list_is_paged() {
    let panel = threes();
    for list in TABLES {
        let all = keys(&panel, list, "");
        let total = all.len();
        assert!([3, 6].contains(&total), "{list}: {all:?}");
        for (form, start, limit) in [
            ("start=0", 0, 50),
            ("start=1", 1, 50),
            ("start= 1 ", 1, 50),
            ("limit=2", 0, 2),
            ("start=1&limit=1", 1, 1),
            ("start=2&limit=1000000", 2, 1_000_000),
            ("start=100&limit=2", 100, 2),
            // No whole numbers count as not sent.
            ("start=&limit=", 0, 50),
            ("start=x&limit=x", 0, 50),
            ("start=1.5&limit=2.5", 0, 50),
            ("start=1x&limit=1x", 0, 50),
            ("start[]=1&limit[]=1", 0, 50),
            ("limit=0", 0, 50),
        ] {
            let page: Vec<i64> = all.iter().copied().skip(start).take(limit).collect();
            assert_eq!(keys(&panel, list, form), page, "{list} {form}");
            let counters = format!(r#"],"recordsTotal":{total},"recordsFiltered":{}}}"#, total.min(limit));
            let answer = panel.call(list, form);
            assert!(answer.ends_with(&counters), "{list} {form}: {answer}");
        }
    }
}

#[test]
fn fifty_rows_are_shown_when_no_limit_is_sent() {
    let panel = threes();
    for id in 100..157 {
        panel.sql(&format!("INSERT INTO streams (id, type) VALUES ({id}, 1)"));
    }
    for (form, rows, filtered) in [
        ("", 50, 50),
        ("start=20", 40, 50),
        ("limit=59", 59, 59),
        ("limit=100", 60, 60),
    ] {
        assert_eq!(keys(&panel, "get_streams", form).len(), rows, "{form}");
        let counters = format!(r#""recordsTotal":60,"recordsFiltered":{filtered}}}"#);
        assert!(panel.call("get_streams", form).ends_with(&counters), "{form}");
    }
}

#[test]
fn a_negative_start_or_limit_is_refused() {
    let panel = Panel::docs();
    for list in TABLES {
        for (form, name) in [
            ("start=-1", "start"),
            ("limit=-1", "limit"),
            ("start=-1&limit=-50", "start"),
            ("limit=-1&start=x&search[value]=zzz", "limit"),
        ] {
            let refused = failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."));
            assert_eq!(panel.call(list, form), refused, "{list} {form}");
        }
    }
}

#[test]
fn plain_lists_take_all_rows_whatever_is_asked() {
    let panel = Panel::docs();
    for list in PLAIN {
        let all = panel.call(list, "");
        assert!(
            all.starts_with(r#"{"status":"STATUS_SUCCESS","data":[{"#) && all.ends_with("}]}"),
            "{list}: {all}"
        );
        for form in [
            "start=1&limit=1",
            "start=-1&limit=-1",
            "search[value]=zzz",
            "filter=2",
            "order[0][column]=0&order[0][dir]=desc",
        ] {
            assert_eq!(panel.call(list, form), all, "{list} {form}");
        }
    }
}
