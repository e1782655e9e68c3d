//! The parameters of each write of the Reseller API (contract "Reseller API", 6.2 to 6.5). Values are checked in the order
//! of the form. `package`, `trial`, `member_id` and what else decides a deal are in `xtream::trade`.

use crate::dialects::xtream::params::{Group, group, names};
use crate::panel::fields::{Fields, flag};
use crate::panel::{active_codes, devices, lines, resellers};

/// Lines.
#[rustfmt::skip]
pub static LINE: Group = group(&lines::FIELDS, &[
    names("bouquets_selected").column("bouquet").default("all of the package").checked_early().cleared(),
    names("username password"),
    names("is_isplock").default("as the package says").cleared(),
    names("allowed_ips allowed_ua bypass_ua reseller_notes contact").cleared(),
]);

/// Parameters that are no field of a noun.
#[rustfmt::skip]
static BESIDE: Fields = Fields::new("", &[
    flag("isp_clear", "1: forgets the internet provider that a line is bound to."),
]);

/// `edit_line` and the edits of devices, additional.
pub static ISP_CLEAR: Group = group(&BESIDE, &[names("isp_clear")]);

/// Devices of either kind.
#[rustfmt::skip]
pub static DEVICE: Group = group(&devices::FIELDS, &[
    names("bouquets_selected").column("bouquet").default("all of the package").checked_early().cleared(),
    names("mac"),
    names("is_isplock").default("as the package says").cleared(),
    names("allowed_ips allowed_ua bypass_ua reseller_notes contact").cleared(),
]);

/// MAG devices, additional.
#[rustfmt::skip]
pub static MAG: Group = group(&devices::FIELDS, &[
    names("sn stb_type image_version hw_version device_id device_id2 ver parent_password"),
]);

/// Enigma2 devices, additional.
#[rustfmt::skip]
pub static ENIGMA: Group = group(&devices::ENIGMA_FIELDS, &[names("modem_mac local_ip enigma_version cpu lversion token")]);

/// `create_activecode`: the code, which stays.
pub static CODE_NAME: Group = group(&active_codes::FIELDS, &[names("code").default("random digits")]);

/// Active codes.
#[rustfmt::skip]
pub static CODE: Group = group(&active_codes::FIELDS, &[
    names("bouquets_selected").column("bouquet").default("all of the package").checked_early().cleared(),
    names("is_isplock").default("as the package says").cleared(),
    names("allowed_ips reseller_notes").cleared(),
]);

/// Sub-resellers.
pub static USER: Group = group(
    &resellers::FIELDS,
    &[names("username password email notes reseller_dns")],
);

/// Names that clients of newer panels send for lines (6.2).
#[rustfmt::skip]
pub const IGNORED: &[&str] = &[
    "max_connections", "pair_id", "add_special_bouquets", "private_cdn", "allow_epg", "forced_country", "reset_password",
    "custom_playlist_id",
];
