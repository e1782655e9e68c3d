//! What the older panel's answers are made of: the row of a table under its columns' names, and what
//! some of them show beside it.

use crate::dialects::xtream::admin::shapes::{Key, Position};
use crate::panel::devices;
use crate::store::view::{self, Column, View};

/// What an answer is made of, beside the row of the shape's table.
#[derive(Debug)]
pub struct Xui {
    /// Where it is read from, if not from the shape's own view.
    pub view: Option<&'static View>,
    /// A key before the row's.
    before: Option<(&'static str, &'static str)>,
    /// Columns that the row does not show.
    without: &'static [&'static str],
    /// Names of the view's values after the row: what other tables give, and what is counted.
    after: &'static str,
    /// Rows of other tables: where they stand, whose they are and what the view calls them.
    rows: &'static [(Position, &'static str, &'static str)],
}

/// The row alone.
pub static ROW: Xui = of("");

const fn of(after: &'static str) -> Xui {
    Xui {
        view: None,
        before: None,
        without: &[],
        after,
        rows: &[],
    }
}

impl Xui {
    /// The keys of an answer whose shape has this view.
    pub fn keys(&self, shape: &'static View) -> Vec<Key> {
        let key = |column: Column, place| Key {
            column,
            cents: false,
            place,
        };
        let shown = self.view.unwrap_or(shape);
        let before = self.before.map(|(name, sql)| view::int(name).is(sql));
        let row = shown.stored().filter(|column| !self.without.contains(&column.name));
        let after = self.after.split_whitespace().filter_map(|name| shown.column(name));
        let own = before.into_iter().chain(row).chain(after);
        let rows = self.rows.iter();
        let others =
            rows.flat_map(|(place, table, called)| view::stored(table, called).map(move |column| key(column, *place)));
        own.map(|column| key(column, Position::Row)).chain(others).collect()
    }

    /// The names of the values after the row.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.after.split_whitespace()
    }
}

/// Rows of lines and devices.
const WATCHING: &str = "owner_name active_connections stream_id stream_display_name";

/// `get_lines`.
pub static LINE_ROW: Xui = of(WATCHING);

/// The line behind a device, and the line that this one is paired with.
const LINES: &[(Position, &str, &str)] = &[
    (Position::Inside("user"), "lines", "lines"),
    (Position::Inside("paired"), "lines", devices::PAIRED),
];
/// In lists, the id is that of the line behind the device.
const LINE_ID: Option<(&str, &str)> = Some(("id", "lines.id"));

/// A MAG device.
pub static MAG: Xui = Xui {
    view: Some(&devices::MAG_WITH_PAIR),
    rows: LINES,
    ..of("")
};
/// `get_mags`.
pub static MAG_ROW: Xui = Xui {
    view: Some(&devices::MAG_WITH_PAIR),
    before: LINE_ID,
    rows: LINES,
    ..of(WATCHING)
};
/// An Enigma2 device.
pub static ENIGMA: Xui = Xui {
    view: Some(&devices::ENIGMA_WITH_PAIR),
    rows: LINES,
    ..of("")
};
/// `get_enigmas`.
pub static ENIGMA_ROW: Xui = Xui {
    view: Some(&devices::ENIGMA_WITH_PAIR),
    before: LINE_ID,
    rows: LINES,
    ..of(WATCHING)
};

/// Not even hashed does a password leave the panel.
const SECRET: &[&str] = &["password"];

/// `user_info`.
pub static USER_INFO: Xui = Xui {
    without: SECRET,
    rows: &[(Position::Beside("permissions"), "users_groups", "users_groups")],
    ..of("")
};
/// An account.
pub static USER: Xui = Xui {
    without: SECRET,
    ..of("")
};
/// `get_users`.
pub static USER_ROW: Xui = Xui {
    without: SECRET,
    ..of("group_name is_reseller owner_username user_lines mag_lines e2_lines")
};

/// Live streams, created channels and stations.
pub static STREAM: Xui = of("server_id server_name stream_status pid stream_started current_source bitrate clients");
/// A movie.
pub static MOVIE: Xui = of("server_id server_name stream_status pid clients");
/// An episode.
pub static EPISODE: Xui =
    of("server_id server_name stream_status pid clients series_id series_title season_num episode_num");
/// A series.
pub static SERIES: Xui = of("latest_season episode_count");

/// A closed connection.
pub static ACTIVITY: Xui = of("username is_mag is_e2 stream_display_name type server_name is_restreamer");
/// An open connection.
pub static LIVE: Xui =
    of("username is_mag is_e2 mag_id device_id stream_display_name type server_name is_restreamer duration");
/// A change of a balance.
pub static CREDIT_LOG: Xui = of("target_username owner_username");
/// What a reseller did.
pub static USER_LOG: Xui = of("username");
/// A login to the panel.
pub static LOGIN_LOG: Xui = of("code username");
/// A refused request of a player.
pub static CLIENT_LOG: Xui = of("username stream_display_name type");
/// An event sent to a MAG device.
pub static MAG_EVENT: Xui = of("mac");
