//! What `panel_api.php` has beside the account: all categories and all streams (contract "Player side", section 6).

use super::{Call, Quirks, account, lists, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::subscription::Stream;
use crate::panel::{Context, Result};

/// Begins the answer with the account; [`categories`] or [`nothing`] follows.
pub fn account(call: &Call<'_>, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    account::user(call, object.field("user_info"));
    account::server(call, object.field("server_info")).close();
}

/// Goes on with the rest of the answer to a line that may not watch.
pub fn nothing(call: &Call<'_>, out: &mut Vec<u8>) {
    let nothing = r#","categories":{"live":[],"movie":[],"series":[]},"available_channels":{}}"#;
    call.quirks.append(out, nothing);
}

/// Goes on with the categories, up to the streams, each of which follows with a comma between two.
///
/// # Errors
/// SQLite's.
pub fn categories(context: &Context<'_>, bouquets: &str, out: &mut Vec<u8>) -> Result<()> {
    out.extend_from_slice(b",\"categories\":");
    let mut categories = Object::open(out);
    for (name, listed) in [
        ("live", lists::Listed::Live),
        ("movie", lists::Listed::Movies),
        ("series", lists::Listed::Series),
    ] {
        lists::categories(context, bouquets, categories.field(name), listed)?;
    }
    categories.close();
    out.extend_from_slice(b",\"available_channels\":");
    Ok(())
}

/// Appends a stream under its id. `category` is the name of its first one.
pub fn stream(out: &mut Vec<u8>, num: i64, one: &Stream, category: Option<&String>, quirks: Quirks) {
    out.push(b'"');
    json::int(out, one.id);
    out.extend_from_slice(b"\":");
    channel(out, num, one, category, quirks);
}

fn channel(out: &mut Vec<u8>, num: i64, one: &Stream, category: Option<&String>, quirks: Quirks) {
    let is_movie = one.kind == 2;
    let mut item = Object::open(out);
    json::int(item.field("num"), num);
    match is_movie {
        true => json::text(item.field("name"), &one.titles().1),
        false => json::text(item.field("name"), &one.name),
    }
    json::text(item.field("stream_type"), lists::stream_type(one));
    json::text(item.field("type_name"), type_name(one.kind));
    quote::number(item.field("stream_id"), one.id);
    json::text(item.field("stream_icon"), &one.icon);
    lists::guide_channel(item.field("epg_channel_id"), one);
    quote::number(item.field("added"), one.added);
    match category {
        Some(name) => json::text(item.field("category_name"), name),
        None => item.field("category_name").extend_from_slice(b"null"),
    }
    quote::category(item.field("category_id"), &one.categories, "null");
    item.field("series_no").extend_from_slice(b"null");
    quote::flag(item.field("live"), !is_movie);
    let container = if is_movie { one.extension() } else { "" };
    json::text(item.field("container_extension"), container);
    json::text(item.field("custom_sid"), &one.custom_sid);
    json::int(item.field("tv_archive"), i64::from(one.archive_days > 0));
    json::text(item.field("direct_source"), "");
    lists::archive(item.field("tv_archive_duration"), one, quirks);
    item.close();
}

fn type_name(kind: i64) -> &'static str {
    match kind {
        2 => "Movies",
        3 => "Created Live Channels",
        4 => "Radio",
        _ => "Live Streams",
    }
}
