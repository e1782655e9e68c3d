//! Servers and proxies of the panel, their statistics, and what an administrator does to them.

use rusqlite::OptionalExtension;
use serde_json::{Map, Value as Json};

use super::draft::Change;
use super::error::{Error, Result, Thing, Unique};
use super::noun::Table;
use super::scene::Scene;
use crate::store::view::{View, flag, int, ints, object, text, texts, unix};
use crate::time::DAY;

/// How a server is read.
pub static VIEW: View = View::of(
    "servers",
    "id",
    &[(
        "servers",
        &[
            int("id"),
            int("server_type"),
            text("server_name"),
            texts("domain_name"),
            text("server_ip"),
            text("private_ip"),
            flag("is_main"),
            flag("enabled"),
            flag("server_online").is("servers.enabled <> 0 AND servers.status = 1"),
            int("status"),
            ints("parent_id"),
            int("http_broadcast_port"),
            int("https_broadcast_port"),
            int("rtmp_port"),
            ints("http_ports_add"),
            ints("https_ports_add"),
            int("total_clients"),
            text("network_interface"),
            int("network_guaranteed_speed"),
            flag("timeshift_only"),
            flag("enable_geoip"),
            text("geoip_type"),
            texts("geoip_countries"),
            flag("enable_isp"),
            text("isp_type"),
            texts("isp_names"),
            texts("whitelist_ips"),
            int("order"),
            unix("last_check").is("servers.last_check_ago"),
            object("watchdog_data"),
            int("active_connections")
                .is("(SELECT count(*) FROM lines_live WHERE server_id = servers.id AND hls_end = 0)"),
            int("total_streams").is(
                "(SELECT count(*) FROM streams_servers JOIN streams ON streams.id = stream_id
                  WHERE server_id = servers.id AND streams.type IN (1, 3, 4))",
            ),
        ],
    )],
);

/// Servers as rows that can be changed.
pub static SERVERS: Table = Table {
    prepare,
    ..Table::of(&VIEW, Thing::Server)
};

/// The same rows, changed as proxies: two of them cannot have one address.
pub static PROXIES: Table = Table {
    unique: Some(("server_ip", "server_ip = ?1", Unique::IpAddress)),
    prepare,
    ..Table::of(&VIEW, Thing::Server)
};

/// The main server cannot be switched off.
fn prepare(scene: &Scene<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let main = "SELECT 1 FROM servers WHERE id = ?1 AND is_main <> 0";
    if change.get("enabled").is_some() && scene.db.prepare_cached(main)?.exists([own])? {
        change.take("enabled");
    }
    Ok(())
}

/// The server that a caller means: the one named, else the main one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn named_or_main(scene: &Scene<'_>, id: Option<i64>) -> Result<i64> {
    let sql =
        "SELECT id FROM servers WHERE CASE WHEN ?1 IS NULL THEN is_main <> 0 ELSE id = ?1 END ORDER BY id LIMIT 1";
    let found = scene
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.ok_or(Error::NotFound(Thing::Server))
}

/// What is measured on a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    pub server_id: i64,
    /// Percent of all cores.
    pub cpu_usage: f64,
    /// Percent of memory.
    pub mem_usage: f64,
    /// Percent of the disk that the database is on.
    pub disk_usage: f64,
    /// In words: `45 days`.
    pub uptime: String,
    pub active_connections: i64,
    pub total_streams: i64,
}

/// The statistics of one server, or of all of them by id.
///
/// A server's figures are those its watchdog stored. What the main server has not stored is
/// measured on this host, which is that server; on any other server it is 0.
///
/// # Errors
/// [`Error::NotFound`] for a server that is named and unknown.
pub fn stats(scene: &Scene<'_>, id: Option<i64>) -> Result<Vec<Stats>> {
    let column = |name| VIEW.column(name).map(|column| column.sql()).unwrap_or_default();
    let sql = format!(
        "SELECT id, is_main <> 0, watchdog_data, {}, {} FROM servers WHERE ?1 IS NULL OR id = ?1 ORDER BY id",
        column("active_connections"),
        column("total_streams"),
    );
    let mut query = scene.db.prepare_cached(&sql)?;
    let mut rows = query.query([id])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let stored: Map<String, Json> = serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default();
        let main: bool = row.get(1)?;
        let host = || {
            if main {
                scene.panel.host().usage()
            } else {
                Default::default()
            }
        };
        let figure = |name: &str, measured: fn(super::host::Usage) -> f64| {
            stored
                .get(name)
                .and_then(Json::as_f64)
                .unwrap_or_else(|| measured(host()))
        };
        all.push(Stats {
            server_id: row.get(0)?,
            cpu_usage: figure("cpu", |usage| usage.cpu),
            mem_usage: figure("mem", |usage| usage.memory),
            disk_usage: figure("disk", |usage| usage.disk),
            uptime: stored
                .get("uptime")
                .and_then(Json::as_str)
                .map_or_else(|| uptime(scene), str::to_owned),
            active_connections: row.get(3)?,
            total_streams: row.get(4)?,
        });
    }
    match all.is_empty() && id.is_some() {
        true => Err(Error::NotFound(Thing::Server)),
        false => Ok(all),
    }
}

/// Whole days since Linecard started.
fn uptime(scene: &Scene<'_>) -> String {
    let days = scene.now.saturating_sub(scene.panel.started()).max(0) / DAY;
    format!("{days} days")
}

/// Has the gates read again with the next request.
///
/// # Errors
/// SQLite's.
pub fn reload_gates(scene: &Scene<'_>) -> Result<()> {
    scene
        .db
        .prepare_cached("UPDATE linecard_gates SET version = version + 1 WHERE id = 1")?
        .execute([])?;
    Ok(())
}
