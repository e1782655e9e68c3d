//! What is known of one movie or series (contract "Player side", sections 5.5 and 5.6).

use serde_json::{Map, Value};

use super::{Call, Quirks, lists, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::Result;
use crate::panel::subscription::{self as content, Episode, Series, Stream};

/// The answer for a movie that the line does not have.
pub const NO_MOVIE: &str = r#"{"info":[]}"#;

/// The answer for a series that the line does not have.
pub const NO_SERIES: &str = r#"{"seasons":[],"info":{"name":null,"title":null,"cover":"","plot":"","cast":"","director":"","genre":"","releaseDate":"","last_modified":"0","rating":"0","rating_5based":0,"backdrop_path":[],"youtube_trailer":"","episode_run_time":"0","category_id":"0","category_ids":[]},"episodes":{}}"#;

/// Seconds of a movie's `duration` text, `HH:MM:SS`.
fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The properties of a movie or an episode, each in the type that its member has.
struct Properties<'a>(&'a Map<String, Value>, Quirks);

impl Properties<'_> {
    /// A text under the first of these names that has one.
    fn text(&self, names: &[&str]) -> String {
        let found = names.iter().find_map(|name| match self.0.get(*name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// A whole number that is not negative; 0 if it is unknown.
    fn int(&self, name: &str) -> i64 {
        let number = match self.0.get(name) {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        number.unwrap_or(0).max(0)
    }

    /// A list of texts; one text is a list of it.
    fn texts(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
            _ => Vec::new(),
        }
    }

    /// An object, empty if it is unknown.
    fn object(&self, out: &mut Vec<u8>, name: &str) {
        match self.0.get(name) {
            Some(Value::Object(object)) if object.is_empty() => self.1.append(out, "{}"),
            Some(object @ Value::Object(_)) => json::value(out, object),
            _ => self.1.append(out, "{}"),
        }
    }

    /// Writes length, tracks and bit rate, which movies and episodes share.
    fn file(&self, info: &mut Object<'_>) {
        let seconds = self.int("duration_secs");
        json::int(info.field("duration_secs"), seconds);
        json::text(info.field("duration"), &clock(seconds));
        self.object(info.field("video"), "video");
        self.object(info.field("audio"), "audio");
        json::int(info.field("bitrate"), self.int("bitrate"));
    }
}

/// Appends a movie.
pub fn movie(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let id = call.input.int("vod_id").unwrap_or(0);
    let Some(one) = content::movie(call.context, &call.line.bouquets, id)? else {
        out.extend_from_slice(NO_MOVIE.as_bytes());
        return Ok(());
    };
    let mut object = Object::open(out);
    about_movie(object.field("info"), &one, call.quirks);
    let (title, name) = one.titles();
    let mut data = Object::open(object.field("movie_data"));
    json::int(data.field("stream_id"), one.id);
    json::text(data.field("name"), &name);
    json::text(data.field("title"), title);
    lists::year(data.field("year"), &one);
    lists::file(&mut data, &one, &one.categories);
    data.close();
    object.close();
    Ok(())
}

fn about_movie(out: &mut Vec<u8>, one: &Stream, quirks: Quirks) {
    let properties = Properties(&one.properties, quirks);
    let mut info = Object::open(out);
    let image = properties.text(&["movie_image", "cover_big"]);
    json::text(
        info.field("movie_image"),
        if image.is_empty() { &one.icon } else { &image },
    );
    if let Some(id) = one.tmdb_id {
        quote::number(info.field("tmdb_id"), id);
    }
    let texts = properties.texts("backdrop_path");
    json::list(info.field("backdrop_path"), &texts, |out, url| json::text(out, url));
    json::text(info.field("youtube_trailer"), &properties.text(&["youtube_trailer"]));
    json::text(info.field("genre"), &properties.text(&["genre"]));
    json::text(info.field("plot"), &properties.text(&["plot", "description"]));
    json::text(info.field("cast"), &properties.text(&["cast", "actors"]));
    lists::rating(info.field("rating"), one);
    json::text(info.field("director"), &properties.text(&["director"]));
    json::text(
        info.field("releasedate"),
        &properties.text(&["releasedate", "release_date"]),
    );
    properties.file(&mut info);
    info.close();
}

/// Appends a series with its seasons and episodes.
pub fn series(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let id = call.input.int("series_id").unwrap_or(0);
    let Some(one) = content::one_series(call.context, &call.line.bouquets, id)? else {
        call.quirks.append(out, NO_SERIES);
        return Ok(());
    };
    let episodes = content::episodes(call.context, one.id)?;
    let seasons: Vec<&[Episode]> = episodes.chunk_by(|left, right| left.season == right.season).collect();
    let mut object = Object::open(out);
    json::list(object.field("seasons"), &seasons, |out, episodes| {
        season(out, &one, episodes)
    });
    let mut info = Object::open(object.field("info"));
    json::text(info.field("name"), &one.title);
    json::text(info.field("title"), &one.title);
    lists::about_series(&mut info, &one, &one.categories);
    info.close();
    by_season(object.field("episodes"), &seasons, call.quirks);
    object.close();
    Ok(())
}

/// The number of a season, of which these are the episodes.
fn season_number(episodes: &[Episode]) -> i64 {
    episodes.first().map_or(0, |first| first.season)
}

/// Appends the episodes of seasons under their numbers.
fn by_season(out: &mut Vec<u8>, seasons: &[&[Episode]], quirks: Quirks) {
    let print = |out: &mut Vec<u8>, one: &Episode| episode(out, one, quirks);
    let has_no_gap = seasons.is_sorted_by(|one, next| season_number(one).checked_add(1) == Some(season_number(next)));
    if quirks.shapes && has_no_gap {
        return json::list(out, seasons, |out, episodes| json::list(out, *episodes, print));
    }
    let mut object = Object::open(out);
    for episodes in seasons {
        json::list(object.key(&season_number(episodes).to_string()), *episodes, print);
    }
    object.close();
}

fn season(out: &mut Vec<u8>, series: &Series, episodes: &[Episode]) {
    let number = season_number(episodes);
    let is_it = |known: &&Value| known.get("season_number").and_then(Value::as_i64) == Some(number);
    let known = series.seasons.iter().find(is_it);
    let text = |name: &str| known.and_then(|known| known.get(name)).and_then(Value::as_str);
    let mut season = Object::open(out);
    json::text(season.field("air_date"), text("air_date").unwrap_or(&series.released));
    json::int(
        season.field("episode_count"),
        i64::try_from(episodes.len()).unwrap_or(i64::MAX),
    );
    json::int(season.field("id"), number);
    json::text(
        season.field("name"),
        text("name").unwrap_or(&format!("Season {number}")),
    );
    json::text(season.field("overview"), text("overview").unwrap_or_default());
    json::int(season.field("season_number"), number);
    let cover = text("cover").unwrap_or(&series.cover);
    json::text(season.field("cover"), cover);
    json::text(season.field("cover_big"), text("cover_big").unwrap_or(cover));
    season.close();
}

fn episode(out: &mut Vec<u8>, one: &Episode, quirks: Quirks) {
    let stream = &one.stream;
    let properties = Properties(&stream.properties, quirks);
    let mut episode = Object::open(out);
    quote::number(episode.field("id"), stream.id);
    json::int(episode.field("episode_num"), one.number);
    json::text(episode.field("title"), &stream.name);
    json::text(episode.field("container_extension"), stream.extension());
    let mut info = Object::open(episode.field("info"));
    let image = properties.text(&["movie_image"]);
    json::text(
        info.field("movie_image"),
        if image.is_empty() { &stream.icon } else { &image },
    );
    json::text(info.field("plot"), &properties.text(&["plot"]));
    json::text(
        info.field("releasedate"),
        &properties.text(&["releasedate", "release_date"]),
    );
    json::real(info.field("rating"), stream.rating);
    properties.file(&mut info);
    info.close();
    json::text(episode.field("custom_sid"), &stream.custom_sid);
    quote::number(episode.field("added"), stream.added);
    json::int(episode.field("season"), one.season);
    json::text(episode.field("direct_source"), "");
    episode.close();
}
