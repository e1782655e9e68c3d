//! The rows that answers of the profile `xui` show here (contract "Reseller API", section 9). What no reseller sees is left
//! out: notes of administrators, secrets of other accounts, and the line that a device's line is paired with, which may
//! be anybody's.

use crate::dialects::xtream::shape::{Position, XuiShape};

/// Notes of administrators.
const HIDDEN: &[&str] = &["admin_notes"];
/// Rows of lines and devices in lists.
const WATCHING: &str = "owner_name active_connections stream_id stream_display_name";
/// The line of a device. It is the one by which the device belongs to the caller's family.
const LINE_OF_DEVICE: &[(Position, &str, &str)] = &[(Position::Inside("user"), "lines", "lines")];

/// A line.
pub static LINE: XuiShape = XuiShape {
    without: HIDDEN,
    ..XuiShape::with("")
};
/// `get_lines`.
pub static LINE_ROW: XuiShape = XuiShape {
    without: HIDDEN,
    ..XuiShape::with(WATCHING)
};
/// A device.
pub static DEVICE: XuiShape = XuiShape {
    without: HIDDEN,
    rows: LINE_OF_DEVICE,
    ..XuiShape::with("")
};
/// `get_mags`, `get_enigmas`.
pub static DEVICE_ROW: XuiShape = XuiShape {
    without: HIDDEN,
    rows: LINE_OF_DEVICE,
    ..XuiShape::with(WATCHING)
};

/// `packages`: the price is the caller's.
pub static PACKAGE: XuiShape = XuiShape {
    numbers: &["official_credits"],
    ..XuiShape::with("")
};

/// `user_info`: a password is never shown, not even hashed.
pub static USER_INFO: XuiShape = XuiShape {
    without: &["password"],
    rows: &[(Position::Beside("permissions"), "users_groups", "users_groups")],
    ..XuiShape::with("")
};
/// A sub-reseller, whose key is its own.
pub static USER: XuiShape = XuiShape {
    without: &["password", "api_key"],
    ..XuiShape::with("")
};
/// An action of a reseller: the row in it is read without what no reseller sees.
pub static USER_LOG: XuiShape = XuiShape {
    without: &["deleted_info"],
    ..XuiShape::with("deleted_info username")
};
