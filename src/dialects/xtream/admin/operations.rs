//! The actions that are not a plain read, create, edit or delete: from parameters to the panel's operation
//! and its result.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{forms, query, shapes};
use crate::dialects::php::json::{self as php, Object};
use crate::dialects::php::scalar::clean;
use crate::dialects::xtream::action::COMMON;
use crate::dialects::xtream::answer::{Data, ListForm};
use crate::dialects::xtream::input::Input;
use crate::dialects::xtream::trade;
use crate::dialects::xtream::variant::Variant;
use crate::panel::audit::Actor;
use crate::panel::devices::{Device, ENIGMAS, MAGS};
use crate::panel::error::Thing;
use crate::panel::guide::import;
use crate::panel::noun::Noun;
use crate::panel::playing::{self, Playable};
use crate::panel::resellers::{self, USERS};
use crate::panel::{Context, Error, Panel, Result, blocklists, connections, servers, settings};
use crate::store::mysql::plan::Written;
use crate::store::mysql::shown::Shown;
use crate::store::raw_sql::{Allowed, Answered, Rows};
use crate::time::Zone;

type Later = Pin<Box<dyn Future<Output = Result<Data>>>>;

/// Returns the id of a request; "not found" if there is none.
fn id(input: &Input, thing: Thing) -> Result<i64> {
    input.id("id").ok_or(Error::NotFound(thing))
}

/// `convert_mag`.
pub fn convert_mag(context: &Context<'_>, input: &Input) -> Result<Data> {
    convert(context, input, &MAGS, Thing::MagDevice)
}

/// `convert_enigma`.
pub fn convert_enigma(context: &Context<'_>, input: &Input) -> Result<Data> {
    convert(context, input, &ENIGMAS, Thing::EnigmaDevice)
}

fn convert(context: &Context<'_>, input: &Input, device: &Device, thing: Thing) -> Result<Data> {
    let line = device.convert(context, id(input, thing)?)?;
    Data::load(context, shapes::LINE.whole(input.variant), line, Thing::Line)
}

/// `adjust_credits`.
pub fn adjust_credits(context: &Context<'_>, input: &Input) -> Result<Data> {
    let id = id(input, Thing::User)?;
    USERS.must_exist(context, id)?;
    let amount = forms::CREDITS.money(input)?;
    let reason = input.text(forms::REASON.name())?.unwrap_or_default();
    Ok(trade::adjusted(
        id,
        resellers::adjust_credits(context, id, amount, &reason)?,
        amount,
    ))
}

/// `start_stream`.
pub fn start_stream(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::start(context, Playable::Stream, id(input, Thing::Stream)?).map(|()| Data::Done)
}

/// `stop_stream`.
pub fn stop_stream(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::stop(context, Playable::Stream, id(input, Thing::Stream)?).map(|()| Data::Done)
}

/// `start_channel`.
pub fn start_channel(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::start(context, Playable::Channel, id(input, Thing::Channel)?).map(|()| Data::Done)
}

/// `stop_channel`.
pub fn stop_channel(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::stop(context, Playable::Channel, id(input, Thing::Channel)?).map(|()| Data::Done)
}

/// `start_movie`.
pub fn start_movie(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::start(context, Playable::Movie, id(input, Thing::Movie)?).map(|()| Data::Done)
}

/// `stop_movie`.
pub fn stop_movie(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::stop(context, Playable::Movie, id(input, Thing::Movie)?).map(|()| Data::Done)
}

/// `start_station`.
pub fn start_station(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::start(context, Playable::Station, id(input, Thing::Station)?).map(|()| Data::Done)
}

/// `stop_station`.
pub fn stop_station(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::stop(context, Playable::Station, id(input, Thing::Station)?).map(|()| Data::Done)
}

/// `start_episode`.
pub fn start_episode(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::start(context, Playable::Episode, id(input, Thing::Episode)?).map(|()| Data::Done)
}

/// `stop_episode`.
pub fn stop_episode(context: &Context<'_>, input: &Input) -> Result<Data> {
    playing::stop(context, Playable::Episode, id(input, Thing::Episode)?).map(|()| Data::Done)
}

/// `get_settings`.
pub fn get_settings(context: &Context<'_>, _: &Input) -> Result<Data> {
    Ok(named_values(settings::shown(context)?))
}

/// What `get_settings` answers of a new panel, for OpenAPI.
pub fn settings_sample() -> Data {
    let open = settings::open();
    named_values(open.map(|setting| (setting.name, setting.default.to_owned())))
}

fn named_values(values: impl IntoIterator<Item = (&'static str, String)>) -> Data {
    let members = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)));
    Data::Json(Value::Object(members.collect()))
}

/// `edit_settings`.
pub fn edit_settings(context: &Context<'_>, input: &Input) -> Result<Data> {
    let mut values = Vec::new();
    for (name, node) in input.sent().filter(|(name, _)| !COMMON.contains(name)) {
        let text = node.text().ok_or_else(|| Error::Invalid(name.to_owned().into()))?;
        values.push((name, clean(text)));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    settings::change(context, &values)?;
    get_settings(context, input)
}

/// `flush_blocked_ips`.
pub fn flush_blocked_ips(context: &Context<'_>, _: &Input) -> Result<Data> {
    blocklists::flush_ips(context).map(|()| Data::Done)
}

/// Returns the server that a request names, or the main one. Text that is not a number is "not found".
fn server(context: &Context<'_>, input: &Input) -> Result<i64> {
    let id = input.optional_id(forms::SERVER_ID.name(), Thing::Server)?;
    servers::named_or_main(context, id)
}

/// `get_server_stats`.
pub fn get_server_stats(context: &Context<'_>, input: &Input) -> Result<Data> {
    match stats_server(input)? {
        Some(id) => stats_of(context, id),
        None => {
            let all = servers::stats(context, None)?;
            Ok(Data::Json(all.into_iter().map(stats).collect()))
        }
    }
}

/// `get_server_stats` of the older panel, which shows one server at a time.
pub fn get_one_servers_stats(context: &Context<'_>, input: &Input) -> Result<Data> {
    let id = servers::named_or_main(context, stats_server(input)?)?;
    stats_of(context, id)
}

/// Returns the server whose load is asked for; 0 names none.
fn stats_server(input: &Input) -> Result<Option<i64>> {
    let name = forms::STATS_SERVER_ID.name();
    match input.scalar(name).as_deref() {
        Some("0") => Ok(None),
        _ => input.optional_id(name, Thing::Server),
    }
}

fn stats_of(context: &Context<'_>, id: i64) -> Result<Data> {
    let one = servers::stats(context, Some(id))?.into_iter().next();
    Ok(Data::Json(one.map(stats).unwrap_or_default()))
}

fn stats(stats: servers::Stats) -> Value {
    json!({
        "server_id": stats.server_id,
        "cpu_usage": stats.cpu_usage,
        "mem_usage": stats.mem_usage,
        "disk_usage": stats.disk_usage,
        "uptime": stats.uptime,
        "active_connections": stats.active_connections,
        "total_streams": stats.total_streams,
    })
}

/// What `get_server_stats` answers for one server, for OpenAPI.
pub fn stats_sample() -> Data {
    Data::Json(stats(servers::Stats {
        server_id: 1,
        cpu_usage: 23.5,
        mem_usage: 62.1,
        disk_usage: 45.8,
        uptime: "45 days".into(),
        active_connections: 1,
        total_streams: 6,
    }))
}

/// `reload_nginx`, `reload_cache`.
pub fn reload_access(context: &Context<'_>, input: &Input) -> Result<Data> {
    server(context, input)?;
    servers::reload_access(context).map(|()| Data::Done)
}

/// `clear_temp`.
pub fn clear_temp(context: &Context<'_>, input: &Input) -> Result<Data> {
    server(context, input)?;
    context.panel.store().remove_drafts();
    Ok(Data::Done)
}

/// `clear_streams`: Linecard caches no stream segments, so none remain.
pub fn clear_streams(context: &Context<'_>, input: &Input) -> Result<Data> {
    server(context, input).map(|_| Data::Done)
}

/// `kill_connection`.
pub fn kill_connection(context: &Context<'_>, input: &Input) -> Result<Data> {
    let activity = forms::ACTIVITY_ID.positive(input)?;
    server(context, input)?;
    connections::kill(context, activity).map(|()| Data::Done)
}

/// `kill_pid`.
pub fn kill_pid(context: &Context<'_>, input: &Input) -> Result<Data> {
    let pid = forms::PID.positive(input)?;
    let server = server(context, input)?;
    playing::kill_pid(context, server, pid).map(|()| Data::Done)
}

/// `reload_epg`.
pub fn reload_epg(panel: Arc<Panel>, actor: Actor, input: Arc<Input>) -> Later {
    Box::pin(async move {
        let id = input.optional_id(forms::EPG_ID.name(), Thing::Epg)?;
        import::reload(&panel, actor, id).await.map(|()| Data::Done)
    })
}

/// `mysql_query`.
pub fn mysql_query(panel: Arc<Panel>, actor: Actor, input: Arc<Input>) -> Later {
    Box::pin(async move {
        let variant = input.variant;
        let text = match panel.access().await?.settings.mysql_query {
            // Nothing is said of the text then.
            Allowed::Nothing => String::new(),
            _ => forms::QUERY.required_text(&input)?,
        };
        let printed = Arc::clone(&panel);
        let print = move |rows: &Rows<'_>| query_rows(&printed, variant, rows);
        Ok(match panel.run_statement(actor, text, print).await? {
            Answered::Rows(data) => data,
            Answered::Written(written) => query_counts(&panel, variant, written)?,
        })
    })
}

/// Writes what a write has done into the answer.
fn query_counts(panel: &Panel, variant: Variant, written: Written) -> Result<Data> {
    match variant {
        Variant::Documented | Variant::Live => Ok(Data::Json(json!({
            "affected_rows": written.affected_rows,
            // A key below zero is shown as it was given.
            "insert_id": written.insert_id.cast_signed(),
        }))),
        Variant::Xui => query::written(panel, written.insert_id),
    }
}

/// A number without the zeros at its end: `12.50` is 12.5 (contract, section 9).
fn without_zeros(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// Writes the rows of a query into the answer.
fn query_rows(panel: &Panel, variant: Variant, rows: &Rows<'_>) -> Result<Data> {
    let (form, value_of): (ListForm, QueryValue) = match variant {
        Variant::Documented | Variant::Live => (ListForm::DOCUMENTED, query_value),
        Variant::Xui => (query::ROWS, query::value),
    };
    let (zone, mut printed) = (panel.zone(), form.open(panel));
    rows.each(|row| {
        printed.add(|out| {
            let mut object = Object::open(out);
            for (label, value) in row.values() {
                value_of(object.key(label), label, &value, zone);
            }
            object.close();
        })
    })?;
    form.close(printed, None)
}

/// How a value of raw SQL is written, by its label.
type QueryValue = fn(&mut Vec<u8>, &str, &Shown<'_>, Zone);

/// Writes a value of raw SQL.
fn query_value(out: &mut Vec<u8>, _: &str, value: &Shown<'_>, _: Zone) {
    match value {
        Shown::Number(number) => out.extend_from_slice(without_zeros(number).as_bytes()),
        Shown::Double(number) => php::real(out, *number),
        Shown::Null => out.extend_from_slice(b"null"),
        Shown::Text(text) => php::text(out, text),
    }
}
