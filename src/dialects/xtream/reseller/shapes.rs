//! The shapes of the Reseller API's answers: one constant for each, named by the actions that show it.

use super::xui;
use crate::dialects::xtream::logs::USER_LOG_KEYS;
use crate::dialects::xtream::shape::Shape;
use crate::panel::reselling::views;
use crate::panel::{packages, resellers};

const LINE_KEYS: &str = "id username password package_id exp_date is_trial is_isplock status allowed_ips reseller_notes bouquets \
     created_at max_connections enabled admin_enabled allowed_ua member_id";
const DEVICE_KEYS: &str = "user_id mac username password package_id exp_date is_trial is_isplock status allowed_ips reseller_notes \
     bouquets created_at max_connections enabled admin_enabled lock_device member_id";
/// Additional keys of lines and devices in lists.
const ROW_KEYS: &str = "owner_name active_connections stream_id stream_display_name last_active";
const CODE_KEYS: &str =
    "id code package_id exp_date is_trial is_isplock status enabled admin_enabled allowed_ips reseller_notes";
/// Keys of codes after their bouquets.
const CODE_ENDS: &str = "max_connections batch transaction_id member_id created_at";

/// `user_info`: the caller, with what its group says.
pub static USER_INFO: Shape = Shape::both(
    &resellers::VIEW,
    &[
        "id username email credits:cents status reseller_dns created_at member_group_id allowed_pages enable_activecode \
       force_batch_code generate_mass_trial default_code_length min_code_length max_code_length",
    ],
    &xui::USER_INFO,
);
/// `packages`.
pub static PACKAGE: Shape = Shape::both(
    &packages::VIEW,
    &["id package_name credits:cents duration_months is_trial is_official groups"],
    &xui::PACKAGE,
);

/// `create_line`.
pub static LINE_CREATED: Shape = Shape::both(
    &views::LINE,
    &["id username password package_id exp_date is_trial status reseller_notes created_at"],
    &xui::LINE,
);
/// `extend_line`.
pub static LINE_EXTENDED: Shape = Shape::both(&views::LINE, &["id exp_date"], &xui::LINE);
/// A line.
pub static LINE: Shape = Shape::both(&views::LINE, &[LINE_KEYS], &xui::LINE);
/// `get_lines`.
pub static LINE_ROW: Shape = Shape::both(&views::LINE, &[LINE_KEYS, ROW_KEYS], &xui::LINE_ROW);

/// A MAG device.
pub static MAG: Shape = Shape::both(&views::MAG, &["id mag_id", DEVICE_KEYS], &xui::DEVICE);
/// `get_mags`.
pub static MAG_ROW: Shape = Shape::both(&views::MAG, &["id mag_id", DEVICE_KEYS, ROW_KEYS], &xui::DEVICE_ROW);
/// An Enigma2 device.
pub static ENIGMA: Shape = Shape::both(&views::ENIGMA, &["id device_id", DEVICE_KEYS], &xui::DEVICE);
/// `get_enigmas`.
pub static ENIGMA_ROW: Shape = Shape::both(
    &views::ENIGMA,
    &["id device_id", DEVICE_KEYS, ROW_KEYS],
    &xui::DEVICE_ROW,
);

/// `create_activecode`.
pub static CODE_CREATED: Shape = Shape::live(
    &views::CODE,
    &["id code package_id exp_date is_trial status reseller_notes created_at"],
    &["id"],
);
/// An active code.
pub static CODE: Shape = Shape::live(
    &views::CODE,
    &[CODE_KEYS, "bouquets", CODE_ENDS],
    &[CODE_KEYS, "bouquet", CODE_ENDS],
);

/// An account.
pub static USER: Shape = Shape::both(
    &resellers::VIEW,
    &["id username email member_group_id credits status created_at owner_id notes reseller_dns last_login"],
    &xui::USER,
);

/// `user_logs`.
pub static USER_LOG: Shape = Shape::both(&views::USER_LOG, USER_LOG_KEYS, &xui::USER_LOG);
