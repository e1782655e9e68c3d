//! Devices of lines whose number is limited: which are registered, and who may register (contract "REST APIs", A7). The
//! MAC address that is bound to a line is one of them; it is a row of `mag_devices`.

use std::net::IpAddr;

use rusqlite::{OptionalExtension, Row};

use super::connections;
use super::context::Context;
use super::error::{Error, Result};
use super::provision;

/// Longest id of a device that is kept, in characters.
const LONGEST_ID: usize = 128;
/// Longest user agent that names a device.
pub const LONGEST_NAME: usize = 200;
/// How often `last_seen` moves while nothing else changes, in seconds.
const SEEN_EVERY: i64 = 60;

/// A device of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: i64,
    pub mac: Option<String>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
    pub name: String,
    /// Unix seconds.
    pub first_seen: i64,
    /// Unix seconds.
    pub last_seen: Option<i64>,
}

/// A request by which a device is seen.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The one that was sent.
    pub device_id: Option<String>,
    pub agent: String,
    pub address: IpAddr,
    /// Whether a player may come with another user agent than the app before it: at a stream.
    pub is_playback: bool,
}

/// What a line says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Devices of this line are not counted.
    Untracked,
    /// It is registered; nothing of it has to be written.
    Known,
    /// It is registered, and was seen a while ago or elsewhere.
    Seen(i64),
    /// It is new, and there is room.
    New,
    /// It is new, and there is none.
    Refused,
}

impl Sighting {
    /// Returns the id that was sent, as it is kept.
    fn id(&self) -> Option<String> {
        let id = self.device_id.as_deref().filter(|id| !id.is_empty())?;
        Some(id.chars().take(LONGEST_ID).collect())
    }
}

/// Returns the limit of a line; `None` where devices are not counted.
///
/// # Errors
/// SQLite's.
pub fn limit_of(context: &Context<'_>, line: i64) -> Result<Option<i64>> {
    let sql = "SELECT device_limit FROM linecard_tracked_lines WHERE line_id = ?1";
    let mut query = context.db.prepare_cached(sql)?;
    Ok(query.query_row([line], |row| row.get(0)).optional()?)
}

/// Sets the limit of a line. Without one its devices are forgotten.
///
/// # Errors
/// SQLite's.
pub fn set_limit(context: &Context<'_>, line: i64, limit: Option<i64>) -> Result<()> {
    match limit {
        Some(limit) => {
            let sql = "INSERT INTO linecard_tracked_lines (line_id, device_limit) VALUES (?1, ?2)
                       ON CONFLICT (line_id) DO UPDATE SET device_limit = ?2";
            context.db.prepare_cached(sql)?.execute((line, limit))?;
        }
        None => {
            for sql in [
                "DELETE FROM linecard_tracked_lines WHERE line_id = ?1",
                "DELETE FROM linecard_devices WHERE line_id = ?1 AND mag_id IS NULL",
            ] {
                context.db.prepare_cached(sql)?.execute([line])?;
            }
        }
    }
    Ok(())
}

/// Whether another device may register. The panel's own cap counts too.
///
/// # Errors
/// SQLite's.
pub fn has_room(context: &Context<'_>, line: i64) -> Result<bool> {
    let Some(limit) = limit_of(context, line)? else {
        return Ok(true);
    };
    let cap = context.panel.last_access().settings.nxt_device_cap;
    let most = if cap > 0 { limit.min(cap) } else { limit };
    Ok(used(context, line)? < most)
}

/// Returns how many devices a line has, the bound MAC included.
fn used(context: &Context<'_>, line: i64) -> Result<i64> {
    // One that was bound by a statement has no row of its own.
    let sql = "SELECT (SELECT count(*) FROM linecard_devices WHERE line_id = ?1 AND mag_id IS NULL)
               + EXISTS (SELECT 1 FROM mag_devices WHERE user_id = ?1)";
    Ok(context.db.prepare_cached(sql)?.query_row([line], |row| row.get(0))?)
}

/// Returns the devices of a line, the lowest id first.
///
/// # Errors
/// SQLite's.
pub fn list(context: &Context<'_>, line: i64) -> Result<Vec<Device>> {
    let sql = "SELECT devices.id, mac, devices.device_id, user_agent, iif(mac IS NULL, devices.ip, nullif(mag_devices.ip, '')),
               iif(mac IS NULL, devices.name, coalesce(nullif(stb_type, ''), 'MAG')), first_seen, coalesce(last_seen, last_active)
               FROM linecard_devices AS devices LEFT JOIN mag_devices ON mag_devices.mag_id = devices.mag_id
               WHERE line_id = ?1 ORDER BY devices.id";
    let mut query = context.db.prepare_cached(sql)?;
    let rows = query.query_map([line], Device::of_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Finds a device of a line by its id.
///
/// # Errors
/// SQLite's.
pub fn find(context: &Context<'_>, line: i64, id: i64) -> Result<Option<Device>> {
    Ok(list(context, line)?.into_iter().find(|device| device.id == id))
}

impl Device {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Device> {
        let (device_id, user_agent): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let agent = user_agent.as_deref().filter(|agent| !agent.is_empty());
        let shown = agent.map(|agent| agent.chars().take(LONGEST_NAME).collect());
        let name: Option<String> = row.get(5)?;
        Ok(Device {
            id: row.get(0)?,
            mac: row.get(1)?,
            name: name.or(shown).or(device_id.clone()).unwrap_or_default(),
            device_id,
            user_agent,
            ip: row.get(4)?,
            first_seen: row.get(6)?,
            last_seen: row.get(7)?,
        })
    }
}

/// What a line says of the device of a request. Only reads.
///
/// # Errors
/// SQLite's.
pub fn standing(context: &Context<'_>, line: i64, sighting: &Sighting) -> Result<Standing> {
    if limit_of(context, line)?.is_none() {
        return Ok(Standing::Untracked);
    }
    let address = sighting.address.to_canonical().to_string();
    let id = sighting.id();
    let found = known(context, line, sighting, (id.as_deref(), &address))?;
    Ok(match found {
        Some((_, last_seen, is_same)) if is_same && context.now.saturating_sub(last_seen) < SEEN_EVERY => {
            Standing::Known
        }
        Some((device, ..)) => Standing::Seen(device),
        None if has_room(context, line)? => Standing::New,
        None => Standing::Refused,
    })
}

/// Finds the registered device of a request: its id, when it was seen last, and whether it came as it did then.
fn known(
    context: &Context<'_>,
    line: i64,
    sighting: &Sighting,
    (id, address): (Option<&str>, &str),
) -> Result<Option<(i64, i64, bool)>> {
    let sql =
        "SELECT id, coalesce(last_seen, 0), ip IS ?4 AND user_agent IS ?3 FROM linecard_devices WHERE line_id = ?1 AND
               CASE WHEN ?2 IS NOT NULL THEN device_id = ?2
                    ELSE device_id IS NULL AND user_agent = ?3 AND ip = ?4 OR ?5 AND ip = ?4 END
               ORDER BY device_id IS NULL AND user_agent = ?3 DESC, last_seen DESC LIMIT 1";
    let mut query = context.db.prepare_cached(sql)?;
    let found = query.query_row((line, id, &sighting.agent, address, sighting.is_playback), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    Ok(found.optional()?)
}

/// Registers the device of a request, or notes that it was seen, and says whether it may go on. Counting and registering
/// are one step.
///
/// # Errors
/// SQLite's.
pub fn see(context: &Context<'_>, line: i64, sighting: &Sighting) -> Result<bool> {
    let address = sighting.address.to_canonical().to_string();
    match standing(context, line, sighting)? {
        Standing::Untracked | Standing::Known => Ok(true),
        Standing::Refused => Ok(false),
        Standing::Seen(device) => {
            // Of a pair of user agent and address they are what it is.
            let sql = "UPDATE linecard_devices SET last_seen = ?2, ip = iif(device_id IS NULL, ip, ?3),
                       user_agent = iif(device_id IS NULL, user_agent, ?4) WHERE id = ?1";
            context
                .db
                .prepare_cached(sql)?
                .execute((device, context.now, address, &sighting.agent))?;
            Ok(true)
        }
        Standing::New => {
            let sql = "INSERT INTO linecard_devices (line_id, device_id, user_agent, ip, first_seen, last_seen)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
            context
                .db
                .prepare_cached(sql)?
                .execute((line, sighting.id(), &sighting.agent, address, context.now))?;
            Ok(true)
        }
    }
}

/// Registers a device by the id that it will send. Returns it, and whether it is new.
///
/// # Errors
/// [`Error::DeviceLimit`]; SQLite's.
pub fn register(context: &Context<'_>, line: i64, device_id: &str, name: Option<&str>) -> Result<(i64, bool)> {
    let sql = "SELECT id FROM linecard_devices WHERE line_id = ?1 AND device_id = ?2";
    let known = context
        .db
        .prepare_cached(sql)?
        .query_row((line, device_id), |row| row.get(0));
    if let Some(id) = known.optional()? {
        return Ok((id, false));
    }
    if !has_room(context, line)? {
        return Err(Error::DeviceLimit);
    }
    let sql = "INSERT INTO linecard_devices (line_id, device_id, name, first_seen) VALUES (?1, ?2, ?3, ?4)";
    let id = context
        .db
        .prepare_cached(sql)?
        .insert((line, device_id, name, context.now))?;
    provision::touch(context, line)?;
    Ok((id, true))
}

/// Removes a device of a line, whose connections end.
///
/// # Errors
/// SQLite's.
pub fn remove(context: &Context<'_>, line: i64, device: &Device) -> Result<()> {
    match device.mac {
        Some(_) => provision::unbind(context, line)?,
        None => {
            let sql = "DELETE FROM linecard_devices WHERE id = ?1";
            context.db.prepare_cached(sql)?.execute([device.id])?;
            provision::touch(context, line)?;
        }
    }
    let Some(ip) = &device.ip else {
        return Ok(());
    };
    let sql = "SELECT activity_id FROM lines_live WHERE user_id = ?1 AND hls_end = 0 AND user_ip = ?2";
    let mut query = context.db.prepare_cached(sql)?;
    let open = query.query_map((line, ip), |row| row.get(0))?;
    let open: Vec<i64> = open.collect::<rusqlite::Result<_>>()?;
    for id in open {
        connections::close_where(context, "activity_id = ?1", id)?;
    }
    Ok(())
}
