//! Table lists: how each is searched, sorted, filtered and narrowed, and how a request asks for it
//! (contract, section 6).

use rusqlite::types::Value;

use super::shapes::{self, Shape};
use crate::dialects::php::scalar::whole_int;
use crate::dialects::xtream::input::Input;
use crate::panel::{Error, Result};
use crate::store::list::ListQuery;
use crate::store::view::Column;
use crate::time::{Zone, parse_date};

/// Rows of a page for which the request says nothing.
const DEFAULT_LIMIT: i64 = 50;

/// A table list of the Admin API. Its names are columns and filters of the shape's view.
#[derive(Debug)]
pub struct Listing {
    pub shape: &'static Shape,
    /// The filter that always holds.
    pub only: Option<&'static str>,
    /// Columns that `search[value]` looks into, separated by spaces.
    pub search: &'static str,
    /// Columns by the index of `order[0][column]`.
    pub order: &'static [(i64, &'static str)],
    pub filter: Filter,
    /// Parameters that narrow the list to the rows of one thing: (parameter, filter).
    pub narrow: &'static [(&'static str, &'static str)],
    /// Whether `range` narrows it to days.
    pub range: bool,
}

/// What the parameter `filter` means to a list.
#[derive(Debug)]
pub enum Filter {
    None,
    /// Numbers with the filters they stand for.
    Numbered(&'static [(i64, &'static str)]),
    /// As `Numbered`; every other number is the value of this filter.
    NumberedElse(&'static [(i64, &'static str)], &'static str),
    /// A text is the value of this filter.
    Exactly(&'static str),
}

impl Listing {
    const fn of(shape: &'static Shape, search: &'static str, order: &'static [(i64, &'static str)]) -> Listing {
        Listing {
            shape,
            only: None,
            search,
            order,
            filter: Filter::None,
            narrow: &[],
            range: false,
        }
    }

    /// The parameters that this list knows beyond those of every list.
    pub fn extra_params(&self) -> impl Iterator<Item = &'static str> {
        self.narrow
            .iter()
            .map(|(name, _)| *name)
            .chain(self.range.then_some("range"))
    }

    /// What `filter` can be, for the generated pages.
    pub fn filter_names(&self) -> String {
        let numbered = |numbers: &[(i64, &str)]| {
            numbers
                .iter()
                .map(|(number, name)| format!("{number} {name}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match &self.filter {
            Filter::None => String::new(),
            Filter::Numbered(numbers) => numbered(numbers),
            Filter::NumberedElse(numbers, other) => format!("{}, another number the {other}", numbered(numbers)),
            Filter::Exactly(name) => format!("the exact {name}"),
        }
    }

    /// Reads what a request asks of the list.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a negative `start` or `limit` and for what is not a number where one
    /// is meant; [`Error::InvalidDate`] for a malformed `range`.
    pub fn ask(&self, input: &Input, zone: Zone) -> Result<ListRequest> {
        let start = at_least_zero(input, "start")?.unwrap_or(0);
        let limit = at_least_zero(input, "limit")?
            .filter(|limit| *limit > 0)
            .unwrap_or(DEFAULT_LIMIT);
        let view = self.shape.view;
        let mut filters: Vec<(&'static str, Option<Value>)> = self.only.map(|name| (name, None)).into_iter().collect();
        filters.extend(self.filter(input));
        for (param, filter) in self.narrow {
            let Some(text) = input.text(param)? else {
                continue;
            };
            let id = whole_int(&text).ok_or(Error::Invalid((*param).into()))?;
            filters.push((filter, Some(Value::Integer(id))));
        }
        if self.range
            && let Some(range) = input.text("range")?
        {
            let (from, before) = days(&range, zone).ok_or(Error::InvalidDate("range".into()))?;
            filters.push(("from", Some(Value::Integer(from))));
            filters.push(("before", Some(Value::Integer(before))));
        }
        let query = ListQuery {
            filters,
            search: self.search(input),
            order: self.order(input),
            start,
            limit: Some(limit),
            ..ListQuery::all(view)
        };
        Ok(ListRequest { query, limit })
    }

    fn filter(&self, input: &Input) -> Option<(&'static str, Option<Value>)> {
        let text = input.scalar("filter").filter(|text| !text.is_empty())?;
        let numbered = |numbers: &[(i64, &'static str)], number: i64| {
            let found = numbers.iter().find(|(of, _)| *of == number);
            found.map(|(_, name)| (*name, None))
        };
        match &self.filter {
            Filter::None => None,
            Filter::Numbered(numbers) => numbered(numbers, whole_int(&text)?),
            Filter::NumberedElse(numbers, other) => {
                let number = whole_int(&text)?;
                Some(numbered(numbers, number).unwrap_or((other, Some(Value::Integer(number)))))
            }
            Filter::Exactly(filter) => Some((filter, Some(Value::Text(text.into_owned())))),
        }
    }

    fn search(&self, input: &Input) -> Option<(String, Vec<Column>)> {
        let needle = input.inner("search", "value").filter(|needle| !needle.is_empty())?;
        let columns = self
            .search
            .split_whitespace()
            .filter_map(|name| self.shape.view.column(name))
            .collect();
        Some((needle.into_owned(), columns))
    }

    fn order(&self, input: &Input) -> Option<(Column, bool)> {
        let down = input.first_inner("order", "dir").as_deref() == Some("desc");
        let index = input.first_inner("order", "column").and_then(|index| whole_int(&index));
        let name = index
            .and_then(|index| self.order.iter().find(|(of, _)| *of == index))
            .map(|(_, name)| *name);
        // An index that is unknown sorts by id, in the direction that was request for.
        let name = name.or_else(|| down.then_some(self.shape.view.key))?;
        self.shape.view.column(name).map(|column| (column, down))
    }
}

/// What a request asks of a list.
#[derive(Debug)]
pub struct ListRequest {
    pub query: ListQuery,
    pub limit: i64,
}

/// A number of a list: what is no whole number counts as not sent.
fn at_least_zero(input: &Input, name: &'static str) -> Result<Option<i64>> {
    match input.scalar(name).and_then(|text| whole_int(&text)) {
        Some(number) if number < 0 => Err(Error::Invalid(name.into())),
        other => Ok(other),
    }
}

/// `YYYY-MM-DD - YYYY-MM-DD`, both days included, as instants: from the first, before the second.
fn days(range: &str, zone: Zone) -> Option<(i64, i64)> {
    let (first, last) = range.split_once(" - ")?;
    let (first, last) = (parse_date(first)?, parse_date(last)?.succ_opt()?);
    Some((
        zone.instant(first.and_hms_opt(0, 0, 0)?),
        zone.instant(last.and_hms_opt(0, 0, 0)?),
    ))
}

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
    ..Listing::of(
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
    ..Listing::of(
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
    ..Listing::of(
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
    ..Listing::of(
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
    ..Listing::of(&shapes::STREAM_ROW, STREAM_SEARCH, STREAM_ORDER)
};

/// `get_channels`.
pub static CHANNELS: Listing = Listing {
    filter: Filter::Numbered(&[(1, "running"), (2, "stopped"), (3, "starting"), (4, "transcoded")]),
    narrow: CONTENT_NARROW,
    ..Listing::of(&shapes::CHANNEL_ROW, STREAM_SEARCH, STREAM_ORDER)
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
    ..Listing::of(
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
    ..Listing::of(&shapes::MOVIE_ROW, STREAM_SEARCH, VOD_ORDER)
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
    ..Listing::of(
        &shapes::EPISODE_ROW,
        "id stream_display_name notes current_source series_title",
        VOD_ORDER,
    )
};

/// `get_series_list`.
pub static SERIES: Listing = Listing {
    narrow: &[("category", "category")],
    ..Listing::of(
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
pub static ACTIVITY: Listing = Listing {
    narrow: &[("user", "user"), ("stream", "stream"), ("server", "server")],
    range: true,
    ..Listing::of(
        &shapes::ACTIVITY,
        "hmac_identifier user_agent user_ip container date_start date_end geoip_country_code",
        &[
            (0, "username"),
            (1, "stream_display_name"),
            (2, "server_name"),
            (3, "user_agent"),
            (4, "isp"),
            (5, "user_ip"),
            (6, "date_start"),
            (7, "activity_id"),
            (8, "duration"),
            (9, "container"),
            (10, "is_restreamer"),
        ],
    )
};

/// `live_connections`.
pub static LIVE: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "plain"),
        (2, "mag"),
        (3, "enigma"),
        (4, "trial"),
        (5, "restreamer"),
        (6, "stalker"),
    ]),
    narrow: &[("user_id", "user"), ("stream_id", "stream"), ("server_id", "server")],
    ..Listing::of(
        &shapes::LIVE,
        // The username of a device is its MAC here.
        "hmac_identifier user_agent user_ip container date_start date_end geoip_country_code username stream_display_name",
        &[
            (0, "activity_id"),
            (1, "divergence"),
            (2, "username"),
            (3, "stream_display_name"),
            (4, "server_name"),
            (5, "user_agent"),
            (6, "isp"),
            (7, "user_ip"),
            (8, "age"),
            (9, "container"),
            (10, "is_restreamer"),
        ],
    )
};

/// `credit_logs`.
pub static CREDITS: Listing = Listing {
    narrow: &[("reseller", "account")],
    range: true,
    ..Listing::of(
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

/// `user_logs`.
pub static USER_LOGS: Listing = Listing {
    filter: Filter::Exactly("action"),
    narrow: &[("reseller", "owner")],
    range: true,
    ..Listing::of(
        &shapes::USER_LOG,
        "username deleted_info action",
        &[
            (0, "id"),
            (1, "username"),
            (2, "log_id"),
            (3, "type and action"),
            (4, "cost"),
            (5, "credits_after"),
            (6, "date"),
        ],
    )
};

/// `login_logs`.
pub static LOGINS: Listing = Listing::of(
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
    ..Listing::of(
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
pub static MAG_EVENTS: Listing = Listing::of(
    &shapes::MAG_EVENT,
    "mac event msg",
    &[(0, "send_time"), (1, "mac"), (2, "event"), (3, "msg")],
);
