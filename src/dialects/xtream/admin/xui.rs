//! The values that answers of the profile `xui` show in addition to the row of their table.

use crate::dialects::xtream::shape::{Position, XuiShape};
use crate::panel::devices;

/// Rows of lines and devices.
const WATCHING: &str = "owner_name active_connections stream_id stream_display_name";

/// `get_lines`.
pub static LINE_ROW: XuiShape = XuiShape::with(WATCHING);

/// The line of a device, and the line that this line is paired with.
const LINES: &[(Position, &str, &str)] = &[
    (Position::Inside("user"), "lines", "lines"),
    (Position::Inside("paired"), "lines", devices::PAIRED),
];
/// In lists, the id is that of the device's line.
const LINE_ID: Option<(&str, &str)> = Some(("id", "lines.id"));

/// A MAG device.
pub static MAG: XuiShape = XuiShape {
    view: Some(&devices::MAG_WITH_PAIR),
    rows: LINES,
    ..XuiShape::with("")
};
/// `get_mags`.
pub static MAG_ROW: XuiShape = XuiShape {
    view: Some(&devices::MAG_WITH_PAIR),
    before: LINE_ID,
    rows: LINES,
    ..XuiShape::with(WATCHING)
};
/// An Enigma2 device.
pub static ENIGMA: XuiShape = XuiShape {
    view: Some(&devices::ENIGMA_WITH_PAIR),
    rows: LINES,
    ..XuiShape::with("")
};
/// `get_enigmas`.
pub static ENIGMA_ROW: XuiShape = XuiShape {
    view: Some(&devices::ENIGMA_WITH_PAIR),
    before: LINE_ID,
    rows: LINES,
    ..XuiShape::with(WATCHING)
};

/// A password is never shown, not even hashed.
const SECRET: &[&str] = &["password"];

/// `user_info`.
pub static USER_INFO: XuiShape = XuiShape {
    without: SECRET,
    rows: &[(Position::Beside("permissions"), "users_groups", "users_groups")],
    ..XuiShape::with("")
};
/// An account.
pub static USER: XuiShape = XuiShape {
    without: SECRET,
    ..XuiShape::with("")
};
/// `get_users`.
pub static USER_ROW: XuiShape = XuiShape {
    without: SECRET,
    ..XuiShape::with("group_name is_reseller owner_username user_lines mag_lines e2_lines")
};

/// Live streams, created channels and stations.
pub static STREAM: XuiShape =
    XuiShape::with("server_id server_name stream_status pid stream_started current_source bitrate clients");
/// A movie.
pub static MOVIE: XuiShape = XuiShape::with("server_id server_name stream_status pid clients");
/// An episode.
pub static EPISODE: XuiShape =
    XuiShape::with("server_id server_name stream_status pid clients series_id series_title season_num episode_num");
/// A series.
pub static SERIES: XuiShape = XuiShape::with("latest_season episode_count");

/// A change of a balance.
pub static CREDIT_LOG: XuiShape = XuiShape::with("target_username owner_username");
/// A login to the panel.
pub static LOGIN_LOG: XuiShape = XuiShape::with("code username");
/// A refused request of a player.
pub static CLIENT_LOG: XuiShape = XuiShape::with("username stream_display_name type");
/// An event sent to a MAG device.
pub static MAG_EVENT: XuiShape = XuiShape::with("mac");
