//! The catalogue: live streams, created channels, radio stations and movies, which can be created, changed and deleted
//! (contract "Admin API", section 8). `content` has how they are read, `playing` starts and stops them, `series` has
//! series and their episodes.

use rusqlite::types::Value;

use crate::panel::connections::{self, ConnectionOf};
use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Error, Result, Thing};
use crate::panel::fields::{Fields, count, flag, row, rows, stored, text_list};
use crate::panel::noun::TableNoun;
use crate::panel::{bouquets, content, epg, playing, series, servers};
use crate::store::functions::{ids, ids_text};
use crate::store::view::View;

/// Values of content that are not columns of `streams`: the servers that it runs on, whether it runs there on demand
/// only, and the bouquets that have it.
const BESIDE: &[&str] = &["servers", "on_demand", "bouquets"];

/// What callers write of content of any kind.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("streams", &[
    stored("stream_display_name", "The name of it.").refused_when_empty().default("the series, season and episode: `Demo Series - S01E02`"),
    rows("category_id", "streams_categories", "Ids of its categories."),
    text_list("stream_source", "Addresses or files that it comes from, in the order in which they are tried."),
    stored("stream_icon", "The address of its picture."),
    stored("notes", "Notes."),
    stored("order", "Its place in lists.").default("after the last"),
    stored("direct_source", "Players are sent to the source itself."),
    count("transcode_profile_id", "The transcode profile that it runs with; 0 is none.").refers("profiles"),
    rows("servers", "servers", "Ids of the servers that it runs on.").default("the main server"),
    bouquets::HOLDING,
    row("epg_id", &epg::EXISTS, "The EPG source of its guide."),
    stored("channel_id", "Its channel in that source.").null_when_empty(),
    stored("epg_lang", "The language of its guide.").null_when_empty(),
    flag("on_demand", "It runs only while somebody watches.").default("0"),
    count("tv_archive_duration", "Days of its archive; 0 is none."),
    stored("tv_archive_server_id", "The server that has its archive.").refers("servers"),
    stored("custom_sid", "Its own service id."),
    stored("allow_record", "It may be recorded."),
    stored("rtmp_output", "It is given out over RTMP."),
    stored("target_container", "The container of the file: `mp4`, `mkv` and the like."),
    stored("movie_properties", "What is known of it, as one JSON object."),
    count("tmdb_id", "Its id at TMDB.").null_when_empty(),
    count("year", "The year of its release.").null_when_empty(),
    stored("rating", "Its rating, usually from 0 to 10."),
    stored("added", "When it was created.").now(),
    stored("updated", "When it was changed.").now(),
    row("series_id", &series::EXISTS, "The series that it belongs to.").refused_when_empty(),
    count("season_num", "The number of its season.").refused_when_empty(),
    count("episode_num", "Its number in that season.").refused_when_empty(),
]);

/// Live streams.
pub static STREAMS: TableNoun = noun::<1>(&content::STREAM, Thing::Stream);
/// Movies.
pub static MOVIES: TableNoun = noun::<2>(&content::MOVIE, Thing::Movie);
/// Created channels.
pub static CHANNELS: TableNoun = noun::<3>(&content::CHANNEL, Thing::Channel);
/// Radio stations.
pub static STATIONS: TableNoun = noun::<4>(&content::STATION, Thing::Station);

/// Creates the noun of a kind (`streams.type`).
const fn noun<const KIND: i64>(view: &'static View, thing: Thing) -> TableNoun {
    TableNoun {
        prepare: prepare::<KIND>,
        beside: BESIDE,
        follow: follow::<KIND>,
        release,
        ..TableNoun::new(view, thing)
    }
}

/// New content is the last of all, and runs on the main server unless others are named.
pub(super) fn prepare<const KIND: i64>(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    change.set("updated", context.now);
    if own.is_some() {
        return Ok(());
    }
    change.set("type", KIND);
    change.set("added", context.now);
    if change.get("order").is_none() {
        let sql = "SELECT coalesce(max(\"order\"), 0) + 1 FROM streams";
        let next: i64 = context.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        change.set("order", next);
    }
    if change.get("servers").is_none() {
        change.set("servers", main_server(context)?);
    }
    Ok(())
}

/// Returns the id of the main server as a list, which is empty if there is none.
fn main_server(context: &Context<'_>) -> Result<String> {
    match servers::named_or_main(context, None) {
        Ok(id) => Ok(ids_text(&[id])),
        Err(Error::NotFound(_)) => Ok(ids_text(&[])),
        Err(error) => Err(error),
    }
}

fn follow<const KIND: i64>(context: &Context<'_>, beside: Change, id: i64) -> Result<()> {
    run_on(context, &beside, id)?;
    match beside.text("bouquets") {
        Some(wanted) => bouquets::put_into(context, list_of(KIND), id, &ids(wanted)),
        None => Ok(()),
    }
}

/// Returns the list of a bouquet that holds content of a kind. Created channels count as streams.
const fn list_of(kind: i64) -> &'static str {
    match kind {
        2 => "bouquet_movies",
        4 => "bouquet_radios",
        _ => "bouquet_channels",
    }
}

/// Lets content run on the servers that are named, and on no others; unknown ones have no effect.
pub(super) fn run_on(context: &Context<'_>, beside: &Change, id: i64) -> Result<()> {
    if let Some(wanted) = beside.text("servers") {
        let wanted = ids(wanted);
        let sql = "SELECT server_id FROM streams_servers WHERE stream_id = ?1";
        let before: Vec<i64> = context
            .db
            .prepare_cached(sql)?
            .query_map([id], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        leave(context, id, before.iter().filter(|server| !wanted.contains(server)))?;
        for server in wanted.iter().filter(|server| !before.contains(server)) {
            let sql = "INSERT INTO streams_servers (stream_id, server_id) SELECT ?1, id FROM servers WHERE id = ?2";
            context.db.prepare_cached(sql)?.execute([id, *server])?;
        }
    }
    if let Some(Value::Integer(on_demand)) = beside.get("on_demand") {
        let sql = "UPDATE streams_servers SET on_demand = ?2 WHERE stream_id = ?1";
        context.db.prepare_cached(sql)?.execute([id, *on_demand])?;
    }
    Ok(())
}

/// Stops content on servers and takes it off them.
fn leave<'a>(context: &Context<'_>, id: i64, servers: impl Iterator<Item = &'a i64>) -> Result<()> {
    let servers: Vec<i64> = servers.copied().collect();
    if servers.is_empty() {
        return Ok(());
    }
    playing::stop_on(context, id, Some(&servers))?;
    let sql = "DELETE FROM streams_servers WHERE stream_id = ?1 AND ids_hold(?2, server_id)";
    context.db.prepare_cached(sql)?.execute((id, ids_text(&servers)))?;
    Ok(())
}

/// Ends the connections to content, and takes it out of every bouquet. Its rows of servers go with it.
pub(super) fn release(context: &Context<'_>, id: i64) -> Result<()> {
    playing::forget(context, id)?;
    connections::close_of(context, ConnectionOf::Stream, id)?;
    for list in ["bouquet_channels", "bouquet_movies", "bouquet_radios"] {
        bouquets::put_into(context, list, id, &[])?;
    }
    Ok(())
}
