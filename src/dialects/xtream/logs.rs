//! The logs that both APIs show: the Admin API of all accounts, the Reseller API of the caller's family. Rows and filters
//! are the same; each API says what it searches and sorts by.

use super::listing::{Filter, Listing};
use super::shape::{Shape, XuiShape};
use crate::panel::logs;

/// A closed connection.
static ACTIVITY_ROW: Shape = Shape::both(
    &logs::ACTIVITY,
    &[
        "activity_id user_id username is_mag is_e2 stream_id stream_display_name type server_id server_name proxy_id user_agent \
       user_ip container isp geoip_country_code is_restreamer hmac_id hmac_identifier date_start date_end",
    ],
    &XuiShape::with("username is_mag is_e2 stream_display_name type server_name is_restreamer"),
);
/// An open connection.
static LIVE_ROW: Shape = Shape::both(
    &logs::LIVE,
    &[
        "activity_id user_id username is_mag is_e2 mag_id device_id stream_id stream_display_name type server_id server_name \
       proxy_id user_agent user_ip container isp geoip_country_code is_restreamer divergence pid uuid hmac_id \
       hmac_identifier date_start duration",
    ],
    &XuiShape::with(
        "username is_mag is_e2 mag_id device_id stream_display_name type server_name is_restreamer duration",
    ),
);
/// The keys of an action of a reseller.
pub const USER_LOG_KEYS: &[&str] =
    &["id owner username type action log_id package_id cost credits_after date deleted_info"];
static USER_LOG_ROW: Shape = Shape::both(&logs::USERS, USER_LOG_KEYS, &XuiShape::with("username"));

/// `activity_logs`.
pub const ACTIVITY: Listing = Listing {
    narrow: &[("user", "user"), ("stream", "stream"), ("server", "server")],
    range: true,
    ..Listing::new(
        &ACTIVITY_ROW,
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
pub const LIVE: Listing = Listing {
    filter: Filter::Numbered(&[
        (1, "plain"),
        (2, "mag"),
        (3, "enigma"),
        (4, "trial"),
        (5, "restreamer"),
        (6, "stalker"),
    ]),
    narrow: &[("user_id", "user"), ("stream_id", "stream"), ("server_id", "server")],
    ..Listing::new(
        &LIVE_ROW,
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

/// `user_logs`.
pub const USER_LOGS: Listing = Listing {
    filter: Filter::Exactly("action"),
    narrow: &[("reseller", "owner")],
    range: true,
    ..Listing::new(
        &USER_LOG_ROW,
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
