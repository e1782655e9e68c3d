//! `server`, `stream` and `vod` (contract "XC v2 API", section 11).

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::{Call, done, list, selection};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::rows::Rows;
use crate::dialects::php::values;
use crate::dialects::xc_v2::input::Member;
use crate::dialects::xc_v2::user_data;
use crate::openapi::members;
use crate::panel::answers::AnswerBytes;
use crate::panel::{Context, Result, content, figures, playing, servers};
use crate::store::view::Selection;

/// `server`/`list`.
pub fn list_servers(call: &Call<'_>) -> Result<AnswerBytes> {
    let mut rows = Rows::open(call.context.panel, b"[");
    for server in servers::machines(call.context)? {
        rows.add(|out| {
            let mut object = Object::open(out);
            json::int(object.field("id"), server.id);
            json::text(object.field("server_name"), &server.name);
            let online: &[u8] = if server.online { b"true" } else { b"false" };
            object.field("online").extend_from_slice(online);
            match server.machine {
                None => object.field("info").extend_from_slice(b"null"),
                Some(machine) => json::value(object.field("info"), &machine),
            }
            object.close();
        })?;
    }
    rows.close(b"]")
}

/// Returns the schema of [`list_servers`]'s answer. What a watchdog stored of a machine may be of any type.
pub fn servers() -> Json {
    let machine: Map<String, Json> = figures::MACHINE
        .iter()
        .map(|name| ((*name).to_owned(), json!({})))
        .collect();
    let mut server = members("id:int server_name online:bool info:object|null");
    if let Some(Json::Object(info)) = server.pointer_mut("/properties/info") {
        info.insert("properties".into(), Json::Object(machine));
    }
    json!({ "type": "array", "items": server })
}

/// The members of a stream, each with the name of its column.
const MEMBERS: [(&str, &str); 2] = [("id", "id"), ("stream_name", "stream_display_name")];

/// `stream`/`list`.
pub fn list_streams(call: &Call<'_>) -> Result<AnswerBytes> {
    static SELECTION: LazyLock<Selection> = LazyLock::new(|| selection(&content::NOT_MOVIE, &MEMBERS));
    list(call, &content::NOT_MOVIE, &SELECTION, |out, row| {
        let mut object = Object::open(out);
        for ((key, _), value) in MEMBERS.iter().zip(row) {
            values::plain(object.field(key), Some(value));
        }
        object.close();
    })
}

/// Returns the schema of [`list_streams`]'s answer.
pub fn streams() -> Json {
    json!({ "type": "array", "items": super::row(MEMBERS.iter().map(|(key, _)| *key)) })
}

/// Returns the schema of the answer with streams and their servers; without streams it is PHP's empty array.
pub fn on_servers() -> Json {
    let servers = json!({ "type": "array", "items": { "type": "integer" } });
    json!({ "anyOf": [
        { "type": "object", "additionalProperties": servers },
        { "type": "array", "maxItems": 0, "items": { "type": "integer" } },
    ] })
}

/// `stream`/`online`.
pub fn online_streams(call: &Call<'_>) -> Result<AnswerBytes> {
    streams_on_servers(call, false)
}

/// `stream`/`offline`.
pub fn offline_streams(call: &Call<'_>) -> Result<AnswerBytes> {
    streams_on_servers(call, true)
}

fn streams_on_servers(call: &Call<'_>, failing: bool) -> Result<AnswerBytes> {
    let mut rows = Rows::open(call.context.panel, b"{");
    playing::on_servers(call.context, failing, |stream, servers| {
        rows.add(|out| {
            json::text(out, &stream.to_string());
            out.push(b':');
            json::list(out, servers.iter().copied(), json::int);
        })
    })?;
    match rows.is_empty() {
        // PHP's empty array.
        true => Rows::open(call.context.panel, b"[").close(b"]"),
        false => rows.close(b"}"),
    }
}

/// `stream`/`start`.
pub fn start_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, false, playing::start_on)
}

/// `stream`/`stop`.
pub fn stop_streams(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, false, playing::stop_on)
}

/// `vod`/`start`.
pub fn start_movies(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, true, playing::start_on)
}

/// `vod`/`stop`.
pub fn stop_movies(call: &Call<'_>) -> Result<Vec<u8>> {
    each_stream(call, true, playing::stop_on)
}

fn each_stream(
    call: &Call<'_>,
    movies: bool,
    act: fn(&Context<'_>, i64, Option<&[i64]>) -> Result<()>,
) -> Result<Vec<u8>> {
    let ids = |name: &str| call.input.get(name).filter(|member| !member.is_empty()).map(numbers);
    let servers = ids("servers");
    for id in playing::of_kind(call.context, &ids("stream_ids").unwrap_or_default(), movies)? {
        act(call.context, id, servers.as_deref())?;
    }
    Ok(done())
}

/// Parses a list of numbers; a scalar is a list of one, and nested lists are ignored.
fn numbers(member: &Member) -> Vec<i64> {
    let number = |member: &Member| match member {
        Member::Text(text) => Some(user_data::int(text)),
        Member::Array(_) => None,
    };
    match member {
        Member::Text(_) => number(member).into_iter().collect(),
        Member::Array(members) => members.values().filter_map(number).collect(),
    }
}
