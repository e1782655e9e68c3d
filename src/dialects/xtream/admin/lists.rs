//! The lists of the Admin API: one constant for each, named by its action.

use super::shapes;
use crate::dialects::xtream::listing::{Filter, Listing};
use crate::dialects::xtream::logs;

const LINE_SEARCH: &str = "username password exp_date max_connections reseller_notes admin_notes";

/// `get_lines`.
pub static LINES: Listing = Listing {
    only: Some("plain"),
    filter: Filter::Numbered(&[
        (1, "active"),
        (2, "disabled"),
        (3, "banned"),
        (4, "expired"),
        (5, "trial"),
        (6, "restreamer"),
        (7, "stalker"),
        (8, "expires soon"),
    ]),
    narrow: &[("reseller", "owner")],
    ..Listing::new(
        &shapes::LINE_ROW,
        LINE_SEARCH,
        &[
            (0, "id"),
            (1, "username"),
            (2, "password"),
            (3, "member_id"),
            (4, "standing"),
            (5, "online"),
            (6, "is_trial"),
            (7, "is_restreamer"),
            (8, "active_connections"),
            (9, "max_connections"),
            (10, "exp_date"),
            (11, "last_active"),
        ],
    )
};

const DEVICE_FILTER: Filter = Filter::Numbered(&[
    (1, "active"),
    (2, "disabled"),
    (3, "banned"),
    (4, "expired"),
    (5, "trial"),
]);

/// `get_mags`.
pub static MAGS: Listing = Listing {
    filter: DEVICE_FILTER,
    narrow: &[("reseller", "owner")],
    ..Listing::new(
        &shapes::MAG_ROW,
        "username mac stb_type exp_date reseller_notes admin_notes",
        &[
            (0, "id"),
            (1, "username"),
            (2, "mac"),
            (3, "stb_type"),
            (4, "member_id"),
            (5, "standing"),
            (6, "online"),
            (7, "is_trial"),
            (8, "exp_date"),
            (9, "last_active"),
        ],
    )
};

/// `get_enigmas`.
pub static ENIGMAS: Listing = Listing {
    filter: DEVICE_FILTER,
    narrow: &[("reseller", "owner")],
    ..Listing::new(
        &shapes::ENIGMA_ROW,
        "username mac public_ip exp_date reseller_notes admin_notes",
        &[
            (0, "id"),
            (1, "username"),
            (2, "mac"),
            (3, "public_ip"),
            (4, "member_id"),
            (5, "standing"),
            (6, "online"),
            (7, "is_trial"),
            (8, "exp_date"),
            (9, "last_active"),
        ],
    )
};

/// `get_users`.
pub static USERS: Listing = Listing {
    only: Some("not admin"),
    filter: Filter::NumberedElse(&[(-1, "enabled"), (-2, "disabled")], "group"),
    narrow: &[("reseller", "owner")],
    ..Listing::new(
        &shapes::USER_ROW,
        "id username notes created_at last_login email ip",
        &[
            (0, "id"),
            (1, "username"),
            (2, "owner_id"),
            (3, "ip"),
            (4, "status"),
            (5, "member_group_id"),
            (6, "credits"),
            (11, "last_login"),
        ],
    )
};

const STREAM_SEARCH: &str = "id stream_display_name notes current_source";
const STREAM_ORDER: &[(i64, &str)] = &[
    (0, "id"),
    (1, "stream_icon"),
    (2, "stream_display_name"),
    (3, "current_source"),
    (4, "clients"),
    (5, "stream_started"),
    (9, "bitrate"),
];
const CONTENT_NARROW: &[(&str, &str)] = &[("category", "category"), ("server", "server")];

/// `get_streams`.
pub static STREAMS: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "running"),
        (2, "down"),
        (3, "stopped"),
        (4, "starting"),
        (5, "on demand"),
        (6, "direct source"),
        (7, "archive"),
        (8, "failing"),
        (9, "with epg"),
        (10, "without epg"),
        (11, "adaptive"),
        (12, "title sync"),
        (13, "transcoded"),
    ]),
    narrow: CONTENT_NARROW,
    ..Listing::new(&shapes::STREAM_ROW, STREAM_SEARCH, STREAM_ORDER)
};

/// `get_channels`.
pub static CHANNELS: Listing = Listing {
    filter: Filter::Numbered(&[(1, "running"), (2, "stopped"), (3, "starting"), (4, "transcoded")]),
    narrow: CONTENT_NARROW,
    ..Listing::new(&shapes::CHANNEL_ROW, STREAM_SEARCH, STREAM_ORDER)
};

/// `get_stations`.
pub static STATIONS: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "running"),
        (2, "down"),
        (3, "stopped"),
        (4, "starting"),
        (5, "on demand"),
        (6, "direct source"),
    ]),
    narrow: CONTENT_NARROW,
    ..Listing::new(
        &shapes::STATION_ROW,
        STREAM_SEARCH,
        &[
            (0, "id"),
            (1, "stream_icon"),
            (2, "stream_display_name"),
            (3, "server_name"),
            (4, "clients"),
            (5, "stream_started"),
            (7, "bitrate"),
        ],
    )
};

const VOD_ORDER: &[(i64, &str)] = &[
    (0, "id"),
    (2, "stream_display_name"),
    (3, "server_name"),
    (4, "clients"),
    (5, "stream_started"),
];

/// `get_movies`.
pub static MOVIES: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "ready"),
        (2, "starting"),
        (3, "down"),
        (4, "to analyse"),
        (5, "direct source"),
        (6, "without tmdb"),
        (7, "same tmdb"),
        (8, "transcoded"),
    ]),
    narrow: CONTENT_NARROW,
    ..Listing::new(&shapes::MOVIE_ROW, STREAM_SEARCH, VOD_ORDER)
};

/// `get_episodes`.
pub static EPISODES: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "ready"),
        (2, "starting"),
        (3, "down"),
        (4, "to analyse"),
        (5, "direct source"),
        (8, "transcoded"),
    ]),
    narrow: &[("category", "category"), ("server", "server"), ("series", "series")],
    ..Listing::new(
        &shapes::EPISODE_ROW,
        "id stream_display_name notes current_source series_title",
        VOD_ORDER,
    )
};

/// `get_series_list`.
pub static SERIES: Listing = Listing {
    narrow: &[("category", "category")],
    ..Listing::new(
        &shapes::SERIES,
        "id title release_date",
        &[
            (0, "id"),
            (1, "cover"),
            (2, "title"),
            (3, "category_id"),
            (4, "latest_season"),
            (5, "episode_count"),
            (7, "release_date"),
            (8, "last_modified"),
        ],
    )
};

/// `activity_logs`.
pub static ACTIVITY: Listing = logs::ACTIVITY;

/// `live_connections`.
pub static LIVE: Listing = logs::LIVE;

/// `user_logs`.
pub static USER_LOGS: Listing = logs::USER_LOGS;

/// `credit_logs`.
pub static CREDITS: Listing = Listing {
    narrow: &[("reseller", "account")],
    range: true,
    ..Listing::new(
        &shapes::CREDIT_LOG,
        "target_username owner_username date amount reason",
        &[
            (0, "id"),
            (1, "owner_username"),
            (2, "target_username"),
            (3, "amount"),
            (4, "reason"),
            (5, "date"),
        ],
    )
};

/// `login_logs`.
pub static LOGINS: Listing = Listing::new(
    &shapes::LOGIN_LOG,
    "login_ip status username code",
    &[
        (0, "date"),
        (1, "type"),
        (2, "status"),
        (3, "username"),
        (4, "code"),
        (5, "login_ip"),
    ],
);

/// `client_logs`.
pub static CLIENTS: Listing = Listing {
    filter: Filter::Exactly("client status"),
    range: true,
    ..Listing::new(
        &shapes::CLIENT_LOG,
        "client_status query_string date user_agent ip stream_display_name username",
        &[
            (0, "id"),
            (1, "username"),
            (2, "stream_display_name"),
            (3, "client_status"),
            (4, "user_agent"),
            (5, "ip"),
            (6, "date"),
        ],
    )
};

/// `mag_events`.
pub static MAG_EVENTS: Listing = Listing::new(
    &shapes::MAG_EVENT,
    "mac event msg",
    &[(0, "send_time"), (1, "mac"), (2, "event"), (3, "msg")],
);
