//! Servers and proxies of the panel, their statistics, and the actions on them.

use rusqlite::OptionalExtension;
use serde_json::Value as Json;

use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Error, Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, rows, stored, text_list};
use crate::panel::figures::Figures;
use crate::panel::noun::TableNoun;
use crate::store::view::{View, flag, int, ints, object, texts, unix};
use crate::time::DAY;

/// How a server is read.
pub static VIEW: View = View::new(
    "servers",
    "id",
    &[(
        "servers",
        &[
            texts("domain_name"),
            flag("server_online").is("servers.enabled <> 0 AND servers.status = 1"),
            ints("parent_id"),
            ints("http_ports_add"),
            ints("https_ports_add"),
            texts("geoip_countries"),
            texts("isp_names"),
            texts("whitelist_ips"),
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

/// What callers write of a server.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("servers", &[
    stored("server_name", "The name of the server.").refused_when_empty(),
    stored("network_interface", "The interface whose traffic counts."),
    stored("geoip_type", "How strongly its countries bind: `low_priority`, `high_priority` or `strict`."),
    stored("isp_type", "How strongly its providers bind."),
    Field::new("server_ip", FieldType::Ip, "Its public address."),
    Field::new("private_ip", FieldType::Ip, "Its address among the servers."),
    port("http_broadcast_port", "The port it streams on."),
    port("https_broadcast_port", "The port it streams on with TLS."),
    port("rtmp_port", "The port of RTMP."),
    text_list("domain_name", "Its host names."),
    Field::new("http_ports_add", FieldType::Ports, "More ports it streams on."),
    Field::new("https_ports_add", FieldType::Ports, "More ports it streams on with TLS."),
    text_list("geoip_countries", "Countries that it serves."),
    text_list("isp_names", "Providers that it serves."),
    text_list("whitelist_ips", "Addresses that may call its API."),
    stored("total_clients", "Connections that it carries."),
    stored("network_guaranteed_speed", "Its line in Mbit/s."),
    stored("order", "Its place in the list."),
    stored("enabled", "0 switches it off; the main server stays on."),
    stored("enable_geoip", "Its countries count."),
    stored("enable_isp", "Its providers count."),
    stored("timeshift_only", "It serves catch-up only."),
    rows("parent_id", "servers", "Ids of the servers behind the proxy."),
    stored("last_check_ago", "When it was last checked.").now(),
]);

const fn port(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Int(1, 65535), doc)
}

/// Servers, which can be changed.
pub static SERVERS: TableNoun = TableNoun {
    prepare,
    ..TableNoun::new(&VIEW, Thing::Server)
};

/// The same rows, changed as proxies: two of them cannot have one address.
pub static PROXIES: TableNoun = TableNoun {
    unique: Some(("server_ip", "server_ip = ?1", Unique::IpAddress)),
    prepare,
    ..TableNoun::new(&VIEW, Thing::Server)
};

/// The main server cannot be switched off.
fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let main = "SELECT 1 FROM servers WHERE id = ?1 AND is_main <> 0";
    if change.get("enabled").is_some() && context.db.prepare_cached(main)?.exists([own])? {
        change.take("enabled");
    }
    Ok(())
}

/// Returns the given server id if it exists, or the main server's if none is given.
///
/// # Errors
/// [`Error::NotFound`].
pub fn named_or_main(context: &Context<'_>, id: Option<i64>) -> Result<i64> {
    context.must_be_admin(Thing::Server)?;
    let sql =
        "SELECT id FROM servers WHERE CASE WHEN ?1 IS NULL THEN is_main <> 0 ELSE id = ?1 END ORDER BY id LIMIT 1";
    let server = context
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
        .optional()?;
    server.ok_or(Error::NotFound(Thing::Server))
}

/// The statistics of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    pub server_id: i64,
    /// Percent of all cores.
    pub cpu_usage: f64,
    /// Percent of memory.
    pub mem_usage: f64,
    /// Percent of the disk that the database is on.
    pub disk_usage: f64,
    /// As text: `45 days`.
    pub uptime: String,
    pub active_connections: i64,
    pub total_streams: i64,
}

/// Returns the statistics of one server, or of all servers ordered by id.
///
/// # Errors
/// [`Error::NotFound`] for an unknown server id.
pub fn stats(context: &Context<'_>, id: Option<i64>) -> Result<Vec<Stats>> {
    context.must_be_admin(Thing::Server)?;
    let column = |name| VIEW.column(name).map(|column| column.sql()).unwrap_or_default();
    let sql = format!(
        "SELECT id, is_main <> 0, watchdog_data, {}, {} FROM servers WHERE ?1 IS NULL OR id = ?1 ORDER BY id",
        column("active_connections"),
        column("total_streams"),
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let mut rows = query.query([id])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let figures = Figures::new(context.panel, row.get(1)?, &row.get::<_, String>(2)?);
        all.push(Stats {
            server_id: row.get(0)?,
            cpu_usage: figures.cpu(),
            mem_usage: figures.memory(),
            disk_usage: figures.disk(),
            uptime: figures.uptime().map_or_else(|| uptime(context), str::to_owned),
            active_connections: row.get(3)?,
            total_streams: row.get(4)?,
        });
    }
    match all.is_empty() && id.is_some() {
        true => Err(Error::NotFound(Thing::Server)),
        false => Ok(all),
    }
}

/// A server with the known figures of its machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    pub id: i64,
    pub name: String,
    pub online: bool,
    /// [`Figures::machine`].
    pub machine: Option<Json>,
}

/// Returns all servers ordered by id, each with the figures of its machine.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn machines(context: &Context<'_>) -> Result<Vec<Server>> {
    context.must_be_admin(Thing::Server)?;
    let mut query = context.db.prepare_cached(
        "SELECT id, server_name, enabled <> 0 AND status = 1, is_main <> 0, watchdog_data,
                (SELECT count(*) FROM streams_servers WHERE server_id = servers.id AND pid > 0 AND stream_status = 0)
         FROM servers ORDER BY id",
    )?;
    let mut rows = query.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let figures = Figures::new(context.panel, row.get(3)?, &row.get::<_, String>(4)?);
        all.push(Server {
            id: row.get(0)?,
            name: row.get(1)?,
            online: row.get(2)?,
            machine: figures.machine(row.get(5)?),
        });
    }
    Ok(all)
}

/// Whole days since Linecard started.
fn uptime(context: &Context<'_>) -> String {
    let days = context.now.saturating_sub(context.panel.started()).max(0) / DAY;
    format!("{days} days")
}

/// Makes the next request load the access cache again.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn reload_access(context: &Context<'_>) -> Result<()> {
    context.must_be_admin(Thing::Server)?;
    context
        .db
        .prepare_cached("UPDATE linecard_access SET version = version + 1 WHERE id = 1")?
        .execute([])?;
    Ok(())
}
