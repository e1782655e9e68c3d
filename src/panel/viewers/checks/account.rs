//! Checks of the line itself: whether it may watch at all.

use super::{CheckContext, Finding};
use crate::panel::error::Result;
use crate::panel::line_devices::{self, Standing};
use crate::panel::viewers::{Line, StreamRequest};

/// Check 2.
pub fn expired(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let end = line.subscription.expires;
    let end = end.and_then(|unix| checks.context.zone().stamp(unix));
    let told = || match end {
        Some(end) => format!("its end was {end}"),
        None => "its end has come".to_owned(),
    };
    Ok(line.subscription.has_ended.then(told))
}

/// Check 3.
pub fn banned(_: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    Ok(line.subscription.is_banned.then(|| "its admin_enabled is 0".to_owned()))
}

/// Check 4.
pub fn disabled(_: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    Ok(line.subscription.is_disabled.then(|| "its enabled is 0".to_owned()))
}

/// Check 11: a new device of a line with a limit of them (contract "REST APIs", A7). Only looks: whoever passes the checks
/// registers it.
pub fn device_limit(checks: &CheckContext<'_>, request: &StreamRequest, line: &Line) -> Result<Finding> {
    if !line.subscription.has_device_limit {
        return Ok(None);
    }
    let standing = line_devices::standing(checks.context, line.subscription.id, &request.sighting())?;
    Ok((standing == Standing::Refused)
        .then(|| "the device is not registered, and the line has no room for it".to_owned()))
}

/// Check 10, without a token.
pub fn lacks_play_token(_: &CheckContext<'_>, request: &StreamRequest, line: &Line) -> Result<Finding> {
    let lacks = line.subscription.is_device && request.play_token.is_none();
    Ok(lacks.then(|| "it is a device's line, and the request has no play_token".to_owned()))
}

/// Check 10, with a token. Only the portal gives tokens out; before it does none is valid.
pub fn wrong_play_token(_: &CheckContext<'_>, request: &StreamRequest, line: &Line) -> Result<Finding> {
    let wrong = line.subscription.is_device && request.play_token.is_some();
    Ok(wrong.then(|| "the portal gave no such play_token, or it has expired".to_owned()))
}
