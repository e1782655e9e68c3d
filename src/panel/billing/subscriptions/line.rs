//! What a subscription does to its line: the only place here where a line is made or changed.

use super::super::refusal::Conflicts;
use super::super::{Conflict, Refusal, Result};
use crate::panel::connections::{self, ConnectionOf};
use crate::panel::error::Unique;
use crate::panel::provision::{self, LineChange, NewLine, Package};
use crate::panel::{Context, Error};

/// A line that a subscription wants.
#[derive(Clone, Debug)]
pub struct WantedLine {
    pub package: Package,
    /// Drawn where there is none.
    pub username: Option<String>,
    /// Drawn where there is none.
    pub password: Option<String>,
    pub mac: Option<String>,
    /// `None` counts no devices.
    pub device_limit: Option<i64>,
}

/// Looks for what others have of a wanted line.
pub(super) fn check(context: &Context<'_>, wanted: &WantedLine, conflicts: &mut Conflicts) -> Result<()> {
    if let Some(username) = &wanted.username {
        let sql = "SELECT 1 FROM lines WHERE rtrim(username) = rtrim(?1) COLLATE NOCASE";
        let is_taken = context.db.prepare_cached(sql)?.exists([username])?;
        conflicts.add(Conflict::UsernameTaken, is_taken);
    }
    if let Some(mac) = &wanted.mac {
        conflicts.add(Conflict::MacTaken, is_bound(context, mac, None)?);
    }
    Ok(())
}

/// Whether a MAC address is bound to another line, or is any device's.
pub(super) fn is_bound(context: &Context<'_>, mac: &str, own: Option<i64>) -> Result<bool> {
    let sql = "SELECT 1 FROM mag_devices WHERE mac = ?1 AND user_id IS NOT ?2
               UNION ALL SELECT 1 FROM enigma2_devices WHERE mac = ?1";
    Ok(context.db.prepare_cached(sql)?.exists((mac, own))?)
}

/// Makes a line, and returns its id.
pub(super) fn create(
    context: &Context<'_>,
    wanted: &WantedLine,
    expires: Option<i64>,
    is_enabled: bool,
) -> Result<i64> {
    let new = NewLine {
        package: wanted.package.clone(),
        username: wanted.username.clone(),
        password: wanted.password.clone(),
        device_limit: wanted.device_limit,
        mac: wanted.mac.clone(),
        expires,
        notes: String::new(),
        is_enabled,
    };
    provision::create(context, &new).map_err(refusal)
}

/// Changes a line.
pub(super) fn change(context: &Context<'_>, id: i64, wanted: &LineChange) -> Result<()> {
    provision::change(context, id, wanted).map_err(refusal)
}

/// Moves the end of a line.
pub(super) fn extend(context: &Context<'_>, id: i64, end: i64) -> Result<()> {
    let wanted = LineChange {
        expires: Some(Some(end)),
        ..LineChange::default()
    };
    change(context, id, &wanted)
}

/// Enables a line, or disables it, which closes its connections.
pub(super) fn enable(context: &Context<'_>, id: i64, is_enabled: bool) -> Result<()> {
    let wanted = LineChange {
        is_enabled: Some(is_enabled),
        ..LineChange::default()
    };
    change(context, id, &wanted)?;
    match is_enabled {
        true => Ok(()),
        false => Ok(connections::close_of(context, ConnectionOf::Line, id)?),
    }
}

/// Whether the line itself is enabled, whether or not it is banned.
pub(super) fn is_enabled(context: &Context<'_>, id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND enabled <> 0";
    Ok(context.db.prepare_cached(sql)?.exists([id])?)
}

fn refusal(error: Error) -> Refusal {
    Refusal::Conflict(match error {
        Error::Taken(Unique::Username) => Conflict::UsernameTaken,
        Error::Taken(Unique::Mac) => Conflict::MacTaken,
        Error::DeviceLimit => Conflict::DeviceLimit,
        other => return other.into(),
    })
}
