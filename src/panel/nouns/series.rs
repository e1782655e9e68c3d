//! Series and their episodes, which can be created, changed and deleted (contract "Admin API", section 8). An episode is
//! content of `streams` with a row that says its place in a series.

use rusqlite::{OptionalExtension, params};

use crate::panel::context::Context;
use crate::panel::draft::{Change, Reference};
use crate::panel::error::{Error, Result, Thing};
use crate::panel::fields::{Fields, count, rows, stored, text_list};
use crate::panel::noun::{Noun, TableNoun};
use crate::panel::{bouquets, catalogue, content};
use crate::store::functions::ids;

/// What callers write of a series.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("streams_series", &[
    stored("title", "The name of the series.").refused_when_empty(),
    rows("category_id", "streams_categories", "Ids of its categories."),
    stored("cover", "The address of its picture."),
    stored("cover_big", "The address of a large picture."),
    stored("genre", "Its genre."),
    stored("plot", "What it is about."),
    stored("cast", "Who plays in it."),
    stored("director", "Who made it."),
    stored("rating", "Its rating, usually from 0 to 10."),
    stored("release_date", "When it began."),
    count("tmdb_id", "Its id at TMDB.").null_when_empty(),
    count("episode_run_time", "Minutes of an episode."),
    text_list("backdrop_path", "Addresses of pictures for the background."),
    stored("youtube_trailer", "Its trailer at YouTube."),
    count("year", "The year of its release.").null_when_empty(),
    bouquets::HOLDING,
    rows("similar", "streams_series", "Ids of series like it."),
    stored("last_modified", "When it was changed.").now(),
]);

/// Series.
pub static SERIES: TableNoun = TableNoun {
    prepare: |context, change, _| {
        change.set("last_modified", context.now);
        Ok(())
    },
    beside: &["bouquets"],
    follow: |context, beside, id| match beside.text("bouquets") {
        Some(wanted) => bouquets::put_into(context, "bouquet_series", id, &ids(wanted)),
        None => Ok(()),
    },
    release: release_series,
    ..TableNoun::new(&content::SERIES, Thing::Series)
};

/// Episodes.
pub static EPISODES: TableNoun = TableNoun {
    prepare: prepare_episode,
    beside: &["servers", "series_id", "season_num", "episode_num"],
    follow: follow_episode,
    release: |context, id| {
        touch(context, id)?;
        catalogue::release(context, id)
    },
    ..TableNoun::new(&content::EPISODE, Thing::Episode)
};

/// A reference to a series.
pub static EXISTS: Reference = Reference {
    view: &content::SERIES,
    otherwise: Error::Invalid,
};

/// Deletes the episodes of a series, and takes it out of every bouquet.
fn release_series(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "SELECT DISTINCT streams.id FROM streams_episodes JOIN streams ON streams.id = stream_id
               WHERE series_id = ?1 AND type = 5 ORDER BY streams.id";
    let episodes: Vec<i64> = context
        .db
        .prepare_cached(sql)?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for episode in episodes {
        EPISODES.delete(context, episode)?;
    }
    bouquets::put_into(context, "bouquet_series", id, &[])
}

/// An episode without a name is called after its series and its place there.
fn prepare_episode(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    catalogue::prepare::<5>(context, change, own)?;
    let place = (
        change.int("series_id"),
        change.int("season_num"),
        change.int("episode_num"),
    );
    let (None, None, (Some(series), Some(season), Some(episode))) = (own, change.get("stream_display_name"), place)
    else {
        return Ok(());
    };
    let sql = "SELECT title FROM streams_series WHERE id = ?1";
    let title: Option<String> = context
        .db
        .prepare_cached(sql)?
        .query_row([series], |row| row.get(0))
        .optional()?;
    let title = title.unwrap_or_default();
    change.set("stream_display_name", format!("{title} - S{season:02}E{episode:02}"));
    Ok(())
}

/// Writes the place of an episode: a new one has all three values, an edit those that were sent.
fn follow_episode(context: &Context<'_>, beside: Change, id: i64) -> Result<()> {
    catalogue::run_on(context, &beside, id)?;
    let [series, season, episode] = ["series_id", "season_num", "episode_num"].map(|name| beside.int(name));
    let sql = "UPDATE streams_episodes SET series_id = coalesce(?2, series_id), season_num = coalesce(?3, season_num),
               episode_num = coalesce(?4, episode_num)
               WHERE id = (SELECT min(id) FROM streams_episodes WHERE stream_id = ?1)";
    touch(context, id)?;
    let place = params![id, series, season, episode];
    let is_placed = context.db.prepare_cached(sql)?.execute(place)? > 0;
    if let (false, Some(_)) = (is_placed, series) {
        let sql = "INSERT INTO streams_episodes (stream_id, series_id, season_num, episode_num)
                   VALUES (?1, ?2, coalesce(?3, 0), coalesce(?4, 0))";
        context.db.prepare_cached(sql)?.execute(place)?;
    }
    touch(context, id)
}

/// Notes that the series of an episode changed.
fn touch(context: &Context<'_>, episode: i64) -> Result<()> {
    let sql = "UPDATE streams_series SET last_modified = ?2
               WHERE id IN (SELECT series_id FROM streams_episodes WHERE stream_id = ?1)";
    context.db.prepare_cached(sql)?.execute([episode, context.now])?;
    Ok(())
}
