//! The lists of the Reseller API: one constant for each, named by its action (contract "Reseller API", 2.1). Notes of
//! administrators are in none of them.

use super::shapes;
use crate::dialects::xtream::listing::{Filter, Listing};
use crate::dialects::xtream::logs;
use crate::dialects::xtream::shape::Shape;

/// Most rows of a page.
const MOST: i64 = 1000;

const fn list(shape: &'static Shape, search: &'static str, order: &'static [(i64, &'static str)]) -> Listing {
    Listing {
        most: MOST,
        ..Listing::new(shape, search, order)
    }
}

const STANDING: Filter = Filter::Numbered(&[
    (1, "active"),
    (2, "disabled"),
    (3, "banned"),
    (4, "expired"),
    (5, "trial"),
]);

/// `get_lines`.
pub static LINES: Listing = Listing {
    only: Some("plain"),
    filter: STANDING,
    narrow: &[("reseller", "owner")],
    ..list(
        &shapes::LINE_ROW,
        "username password owner_name exp_date max_connections reseller_notes",
        &[
            (0, "id"),
            (1, "username"),
            (2, "password"),
            (3, "owner_name"),
            (4, "standing"),
            (5, "online"),
            (6, "is_trial"),
            (7, "active_connections"),
            (8, "max_connections"),
            (9, "expires"),
            (10, "last_active"),
        ],
    )
};

/// `get_mags`.
pub static MAGS: Listing = Listing {
    filter: STANDING,
    narrow: &[("reseller", "owner")],
    ..list(
        &shapes::MAG_ROW,
        "username mac stb_type owner_name exp_date reseller_notes",
        &[
            (0, "id"),
            (1, "username"),
            (2, "mac"),
            (3, "stb_type"),
            (4, "owner_name"),
            (5, "enabled"),
            (6, "active_connections"),
            (7, "is_trial"),
            (8, "expires"),
        ],
    )
};

/// `get_enigmas`.
pub static ENIGMAS: Listing = Listing {
    filter: STANDING,
    narrow: &[("reseller", "owner")],
    ..list(
        &shapes::ENIGMA_ROW,
        "username mac public_ip owner_name exp_date reseller_notes",
        &[
            (0, "id"),
            (1, "username"),
            (2, "mac"),
            (3, "public_ip"),
            (4, "owner_name"),
            (5, "enabled"),
            (6, "active_connections"),
            (7, "is_trial"),
            (8, "expires"),
        ],
    )
};

/// `get_activecodes`.
pub static CODES: Listing = Listing {
    filter: STANDING,
    narrow: &[("reseller", "owner")],
    ..list(
        &shapes::CODE,
        "code owner_name exp_date reseller_notes",
        &[
            (0, "id"),
            (1, "code"),
            (2, "owner_name"),
            (3, "standing"),
            (4, "is_trial"),
            (5, "expires"),
            (6, "created_at"),
        ],
    )
};

/// `get_users`.
pub static USERS: Listing = Listing {
    filter: Filter::Numbered(&[(1, "enabled"), (2, "disabled")]),
    narrow: &[("reseller", "owner")],
    without_caller: true,
    ..list(
        &shapes::USER,
        "id username notes owner_username created_at last_login email ip group_name",
        &[
            (0, "id"),
            (1, "username"),
            (2, "owner_username"),
            (3, "ip"),
            (4, "status"),
            (5, "credits"),
            (6, "all_lines"),
            (7, "last_login"),
        ],
    )
};

/// `activity_logs`.
pub static ACTIVITY: Listing = Listing {
    most: MOST,
    search: "user_agent user_ip container date_start date_end geoip_country_code username mac stream_display_name",
    order: &[
        (0, "username"),
        (1, "stream_display_name"),
        (2, "user_agent"),
        (3, "isp"),
        (4, "user_ip"),
        (5, "date_start"),
        (6, "date_end"),
        (7, "duration"),
        (8, "container"),
    ],
    ..logs::ACTIVITY
};

/// `live_connections`.
pub static LIVE: Listing = Listing {
    most: MOST,
    search: "user_agent user_ip container date_start geoip_country_code line_username mac stream_display_name",
    order: &[
        (0, "activity_id"),
        (1, "divergence"),
        (2, "username"),
        (3, "stream_display_name"),
        (4, "user_agent"),
        (5, "isp"),
        (6, "user_ip"),
        (7, "age"),
        (8, "container"),
    ],
    ..logs::LIVE
};

/// `user_logs`.
pub static USER_LOGS: Listing = Listing {
    shape: &shapes::USER_LOG,
    most: MOST,
    search: "username type action",
    ..logs::USER_LOGS
};
