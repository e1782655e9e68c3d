//! The refusals of the NXT API (contract "REST APIs", A1 and A8).

use super::super::part::Words;
use super::super::problem::{Problem, Word, word};
use crate::panel::Error;
use crate::panel::error::{Thing, Unique};
use crate::panel::fields::FaultReason;

pub static TOKEN_MISSING: Word = word(401, "token_missing", "API token required.");
pub static TOKEN_INVALID: Word = word(401, "token_invalid", "API token rejected.");
pub static TOKEN_EXPIRED: Word = word(401, "token_expired", "API token has expired.");
pub static PERMISSION: Word = word(403, "permission_denied", "The token lacks the permission.");
pub static INVALID_REQUEST: Word = word(400, "invalid_request", "The request body is not a JSON object.");
pub static NOT_FOUND: Word = word(404, "not_found", "Resource not found.");
pub static LINE: Word = word(404, "line_not_found", "Line not found.");
pub static PACKAGE: Word = word(404, "package_not_found", "Package not found.");
pub static DEVICE: Word = word(404, "device_not_found", "Device not found.");
pub static METHOD: Word = word(405, "method_not_allowed", "Method not allowed.");
pub static USERNAME: Word = word(409, "username_exists", "The username is already taken.");
pub static MAC: Word = word(409, "mac_exists", "The MAC address is already bound.");
pub static DEVICE_LIMIT: Word = word(409, "device_limit_reached", "Device limit reached.");
pub static NO_DEVICES: Word = word(
    409,
    "device_limit_zero",
    "Device limit is zero: no device can register.",
);
pub static UNTRACKED: Word = word(409, "device_tracking_off", "The line has no device limit.");
pub static BANNED: Word = word(409, "line_banned", "The line is banned.");
pub static INVALID: Word = word(422, "validation_error", "A field is invalid.");
pub static INVALID_MAC: Word = word(422, "invalid_mac", "The mac field is invalid.");
pub static INVALID_DATE: Word = word(422, "invalid_date", "The expires_at field is invalid.");
pub static INACTIVE: Word = word(422, "package_inactive", "The package_id field is invalid.");
pub static INTERNAL: Word = word(500, "internal_error", "Internal server error.");
pub static MAINTENANCE: Word = word(503, "maintenance", "The panel is under maintenance.");
pub static BUSY: Word = word(503, "busy", "The panel is busy, try again.");

/// All of them.
pub static WORDS: Words = Words {
    missing_secret: TOKEN_MISSING,
    wrong_secret: TOKEN_INVALID,
    expired_secret: TOKEN_EXPIRED,
    permission,
    bad_request: INVALID_REQUEST,
    not_found: NOT_FOUND,
    method: METHOD,
    closed: MAINTENANCE,
    invalid: INVALID,
    // There are no limits.
    too_many: BUSY,
    busy: BUSY,
    internal: INTERNAL,
    of_fault,
    of_error,
    all: &[
        &TOKEN_MISSING,
        &TOKEN_INVALID,
        &TOKEN_EXPIRED,
        &PERMISSION,
        &INVALID_REQUEST,
        &NOT_FOUND,
        &LINE,
        &PACKAGE,
        &DEVICE,
        &METHOD,
        &USERNAME,
        &MAC,
        &DEVICE_LIMIT,
        &NO_DEVICES,
        &UNTRACKED,
        &BANNED,
        &INVALID,
        &INVALID_MAC,
        &INVALID_DATE,
        &INACTIVE,
        &INTERNAL,
        &MAINTENANCE,
        &BUSY,
    ],
};

/// The permissions by their scopes, as people know them.
const PERMISSIONS: [(&str, &str); 4] = [
    ("create_users", "Create Users"),
    ("manage_subscriptions", "Manage Subscriptions"),
    ("view_packages", "View Packages"),
    ("extend_modify_accounts", "Extend/Modify Accounts"),
];

fn permission(scope: &str) -> Problem {
    let (scope, name) = PERMISSIONS
        .into_iter()
        .find(|(known, _)| *known == scope)
        .unwrap_or_default();
    let mut problem = PERMISSION.about("permission", scope);
    problem.message = format!("The token lacks the permission: {name}.").into();
    problem
}

fn of_fault(reason: FaultReason) -> Option<&'static str> {
    match reason {
        FaultReason::Mac => Some(INVALID_MAC.code),
        FaultReason::Time | FaultReason::Past => Some(INVALID_DATE.code),
        FaultReason::UnknownId => Some(PACKAGE.code),
        FaultReason::NotActive => Some(INACTIVE.code),
        FaultReason::NoDevices => Some(NO_DEVICES.code),
        _ => None,
    }
}

fn of_error(error: &Error) -> Option<Problem> {
    match error {
        Error::NotFound(Thing::Line) => Some(LINE.problem()),
        Error::Taken(Unique::Username) => Some(USERNAME.about("username", "Already taken")),
        Error::Taken(Unique::Mac) => Some(MAC.about("mac", "Already taken")),
        Error::DeviceLimit => Some(DEVICE_LIMIT.problem()),
        _ => None,
    }
}
