//! The shapes of the Reseller API's answers: one constant for each, named by the actions that show it.

use crate::dialects::xtream::shape::Shape;
use crate::panel::reselling::views;
use crate::panel::{packages, resellers};

const LINE_KEYS: &str = "id username password package_id exp_date is_trial is_isplock status allowed_ips reseller_notes bouquets \
     created_at max_connections enabled admin_enabled allowed_ua member_id";
const DEVICE_KEYS: &str = "user_id mac username password package_id exp_date is_trial is_isplock status allowed_ips reseller_notes \
     bouquets created_at max_connections enabled admin_enabled lock_device member_id";
/// Additional keys of lines and devices in lists.
const ROW_KEYS: &str = "owner_name active_connections stream_id stream_display_name last_active";
const CODE_KEYS: &str = "id code package_id exp_date is_trial is_isplock status enabled admin_enabled allowed_ips reseller_notes \
     bouquets max_connections batch transaction_id member_id created_at";

/// `user_info`: the caller, with what its group says.
pub static USER_INFO: Shape = Shape::new(
    &resellers::VIEW,
    &[
        "id username email credits:cents status reseller_dns created_at member_group_id allowed_pages enable_activecode \
       force_batch_code generate_mass_trial default_code_length min_code_length max_code_length",
    ],
);
/// `packages`.
pub static PACKAGE: Shape = Shape::new(
    &packages::VIEW,
    &["id package_name credits:cents duration_months is_trial is_official groups"],
);

/// `create_line`.
pub static LINE_CREATED: Shape = Shape::new(
    &views::LINE,
    &["id username password package_id exp_date is_trial status reseller_notes created_at"],
);
/// `extend_line`.
pub static LINE_EXTENDED: Shape = Shape::new(&views::LINE, &["id exp_date"]);
/// A line.
pub static LINE: Shape = Shape::new(&views::LINE, &[LINE_KEYS]);
/// `get_lines`.
pub static LINE_ROW: Shape = Shape::new(&views::LINE, &[LINE_KEYS, ROW_KEYS]);

/// A MAG device.
pub static MAG: Shape = Shape::new(&views::MAG, &["id mag_id", DEVICE_KEYS]);
/// `get_mags`.
pub static MAG_ROW: Shape = Shape::new(&views::MAG, &["id mag_id", DEVICE_KEYS, ROW_KEYS]);
/// An Enigma2 device.
pub static ENIGMA: Shape = Shape::new(&views::ENIGMA, &["id device_id", DEVICE_KEYS]);
/// `get_enigmas`.
pub static ENIGMA_ROW: Shape = Shape::new(&views::ENIGMA, &["id device_id", DEVICE_KEYS, ROW_KEYS]);

/// `create_activecode`.
pub static CODE_CREATED: Shape = Shape::new(
    &views::CODE,
    &["id code package_id exp_date is_trial status reseller_notes created_at"],
);
/// An active code.
pub static CODE: Shape = Shape::new(&views::CODE, &[CODE_KEYS]);

/// An account.
pub static USER: Shape = Shape::new(
    &resellers::VIEW,
    &["id username email member_group_id credits status created_at owner_id notes reseller_dns last_login"],
);
