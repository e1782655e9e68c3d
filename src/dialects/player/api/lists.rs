//! The items of the lists: categories, channels, movies, series (contract "Player side", sections 5.1 to 5.4). `pages`
//! puts them together.

use super::{Quirks, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::subscription::{self as content, Kinds, Series, Stream};
use crate::panel::{Context, Result};

/// What a list of categories is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    Live,
    Movies,
    Series,
}

/// Appends the categories that hold something of these bouquets.
///
/// # Errors
/// SQLite's.
pub fn categories(context: &Context<'_>, bouquets: &str, out: &mut Vec<u8>, listed: Listed) -> Result<()> {
    let mut ids = Vec::new();
    match listed {
        Listed::Series => content::series(context, bouquets, None, |one| {
            ids.extend(&one.categories);
            Ok(())
        })?,
        Listed::Live | Listed::Movies => {
            let kinds = if listed == Listed::Live {
                Kinds::Live
            } else {
                Kinds::Movies
            };
            content::streams(context, bouquets, kinds, None, |one| {
                ids.extend(&one.categories);
                Ok(())
            })?;
        }
    }
    ids.sort_unstable();
    ids.dedup();
    json::list(out, content::categories(context, &ids)?, |out, (id, name)| {
        let mut category = Object::open(out);
        quote::number(category.field("category_id"), id);
        json::text(category.field("category_name"), &name);
        json::int(category.field("parent_id"), 0);
        category.close();
    });
    Ok(())
}

/// The word for a kind of stream in lists.
pub fn stream_type(one: &Stream) -> &'static str {
    match one.kind {
        2 => "movie",
        3 => "created_live",
        4 => "radio_streams",
        _ => "live",
    }
}

/// Appends a channel or station. `category` has the one that it is shown in first.
pub fn channel(out: &mut Vec<u8>, num: i64, one: &Stream, category: &[i64], quirks: Quirks) {
    let mut item = Object::open(out);
    json::int(item.field("num"), num);
    json::text(item.field("name"), &one.name);
    json::text(item.field("stream_type"), stream_type(one));
    json::int(item.field("stream_id"), one.id);
    json::text(item.field("stream_icon"), &one.icon);
    guide_channel(item.field("epg_channel_id"), one);
    quote::number(item.field("added"), one.added);
    quote::category(item.field("category_id"), category, "null");
    json::list(item.field("category_ids"), one.categories.iter().copied(), json::int);
    json::text(item.field("custom_sid"), &one.custom_sid);
    json::int(item.field("tv_archive"), i64::from(one.archive_days > 0));
    json::text(item.field("direct_source"), "");
    archive(item.field("tv_archive_duration"), one, quirks);
    if quirks.is_xui {
        json::text(item.field("thumbnail"), "");
    }
    item.close();
}

/// Appends the days of an archive; 0 is none.
pub fn archive(out: &mut Vec<u8>, one: &Stream, quirks: Quirks) {
    match quirks.shapes && one.archive_days > 0 {
        true => quote::number(out, one.archive_days),
        false => json::int(out, one.archive_days),
    }
}

/// Appends the channel in a guide, or null.
pub fn guide_channel(out: &mut Vec<u8>, one: &Stream) {
    match &one.channel {
        Some(channel) => json::text(out, channel),
        None => out.extend_from_slice(b"null"),
    }
}

/// Appends a movie. `category` has the one that it is shown in first.
pub fn movie(out: &mut Vec<u8>, num: i64, one: &Stream, category: &[i64]) {
    let (title, name) = one.titles();
    let mut item = Object::open(out);
    json::int(item.field("num"), num);
    json::text(item.field("name"), &name);
    json::text(item.field("title"), title);
    year(item.field("year"), one);
    json::text(item.field("stream_type"), "movie");
    json::int(item.field("stream_id"), one.id);
    json::text(item.field("stream_icon"), &one.icon);
    rating(item.field("rating"), one);
    quote::half(item.field("rating_5based"), one.rating);
    file(&mut item, one, category);
    item.close();
}

/// Appends the year as a text, empty if it is unknown.
pub fn year(out: &mut Vec<u8>, one: &Stream) {
    match one.year {
        Some(year) => quote::number(out, year),
        None => json::text(out, ""),
    }
}

/// Appends the rating as a text, empty if it is unknown.
pub fn rating(out: &mut Vec<u8>, one: &Stream) {
    out.push(b'"');
    if one.rating != 0.0 {
        json::real(out, one.rating);
    }
    out.push(b'"');
}

/// Writes the members of a movie's file.
pub fn file(item: &mut Object<'_>, one: &Stream, category: &[i64]) {
    quote::number(item.field("added"), one.added);
    quote::category(item.field("category_id"), category, "null");
    json::list(item.field("category_ids"), one.categories.iter().copied(), json::int);
    json::text(item.field("container_extension"), one.extension());
    json::text(item.field("custom_sid"), &one.custom_sid);
    json::text(item.field("direct_source"), "");
}

/// Appends a series. `category` has the one that it is shown in first.
pub fn series(out: &mut Vec<u8>, num: i64, one: &Series, category: &[i64]) {
    let mut item = Object::open(out);
    json::int(item.field("num"), num);
    json::text(item.field("name"), &one.title);
    json::text(item.field("title"), &one.title);
    json::int(item.field("series_id"), one.id);
    about_series(&mut item, one, category);
    item.close();
}

/// Writes the members from `cover` on, which the list and the details of a series share.
pub fn about_series(item: &mut Object<'_>, one: &Series, category: &[i64]) {
    json::text(item.field("cover"), &one.cover);
    json::text(item.field("plot"), &one.plot);
    json::text(item.field("cast"), &one.cast);
    json::text(item.field("director"), &one.director);
    json::text(item.field("genre"), &one.genre);
    json::text(item.field("releaseDate"), &one.released);
    quote::number(item.field("last_modified"), one.modified);
    json::text(item.field("rating"), &(one.rating + 0.5).floor().to_string());
    quote::half(item.field("rating_5based"), one.rating);
    json::list(item.field("backdrop_path"), &one.backdrops, |out, url| {
        json::text(out, url)
    });
    json::text(item.field("youtube_trailer"), &one.trailer);
    quote::number(item.field("episode_run_time"), one.run_time);
    quote::category(item.field("category_id"), category, "\"0\"");
    json::list(item.field("category_ids"), one.categories.iter().copied(), json::int);
}
