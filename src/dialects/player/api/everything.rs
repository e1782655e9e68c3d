//! The answer of `panel_api.php`: the account, all categories and all streams (contract "Player side", section 6).

use std::collections::HashMap;

use super::{Call, account, lists, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::Result;
use crate::panel::subscription::{self as content, Kinds, Ports, Stream};

/// Appends it.
pub fn print(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let ports = Ports::find(call.context)?;
    let mut object = Object::open(out);
    account::user(call, object.field("user_info"));
    account::server(call, object.field("server_info"), ports).close();
    let mut categories = Object::open(object.field("categories"));
    for (name, listed) in [
        ("live", lists::Listed::Live),
        ("movie", lists::Listed::Movies),
        ("series", lists::Listed::Series),
    ] {
        let out = categories.field(name);
        match call.is_active() {
            true => lists::categories(call, out, listed)?,
            false => out.extend_from_slice(b"[]"),
        }
    }
    categories.close();
    let mut channels = Object::open(object.field("available_channels"));
    if call.is_active() {
        streams(call, &mut channels)?;
    }
    channels.close();
    object.close();
    Ok(())
}

fn streams(call: &Call<'_>, channels: &mut Object<'_>) -> Result<()> {
    let mut all = Vec::new();
    content::streams(call.context, &call.line.bouquets, Kinds::Streams, None, |one| {
        all.push(one.clone());
        Ok(())
    })?;
    let ids: Vec<i64> = all.iter().filter_map(|one| one.categories.first().copied()).collect();
    let names: HashMap<i64, String> = content::categories(call.context, &ids)?.into_iter().collect();
    for (num, one) in (1..).zip(&all) {
        let category = one.categories.first().and_then(|id| names.get(id));
        channel(channels.key(&one.id.to_string()), num, one, category);
    }
    Ok(())
}

fn channel(out: &mut Vec<u8>, num: i64, one: &Stream, category: Option<&String>) {
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
    json::int(item.field("tv_archive_duration"), one.archive_days);
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
