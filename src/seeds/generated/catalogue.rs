//! A generated catalogue: live channels with a guide, films, and series with seasons. Names follow from
//! numbers; years, ratings and lengths are random and follow from `--rng-seed`.

use rusqlite::{Connection, Result};

use super::{Scale, last_id};
use crate::panel::rng::Rng;
use crate::seeds::context::SeedContext;
use crate::seeds::setup::main_server;
use crate::store::functions::ids_text;
use crate::time::DAY;

/// The genres, each of which is a category too.
const GENRES: [&str; 8] = [
    "News",
    "Sports",
    "Family",
    "Drama",
    "Comedy",
    "Action",
    "Documentary",
    "Music",
];

/// The largest number of seasons of a series, and of episodes of a season.
const SEASONS: u32 = 3;
const EPISODES: u32 = 6;

/// How long programmes last, in minutes: 15 a day.
const PROGRAMME_MINUTES: [i64; 5] = [30, 120, 60, 180, 90];

/// The panel's numbers of stream types.
const LIVE: i64 = 1;
const MOVIE: i64 = 2;
const EPISODE: i64 = 5;

/// Adds the channels, films and series of `scale`.
pub fn add_rows(scale: &Scale, context: &SeedContext<'_>) -> Result<()> {
    let catalogue = Catalogue {
        db: context.db,
        rng: context.rng,
        now: context.now,
        main: main_server(context.db)?,
        context,
    };
    let live = catalogue.live(scale)?;
    let films = catalogue.films(scale.vod)?;
    let series = catalogue.series(scale.series)?;
    catalogue.bouquet("All channels", "bouquet_channels", &live)?;
    catalogue.bouquet("All films", "bouquet_movies", &films)?;
    catalogue.bouquet("All series", "bouquet_series", &series)
}

struct Catalogue<'a> {
    db: &'a Connection,
    rng: &'a Rng,
    now: i64,
    main: Option<i64>,
    context: &'a SeedContext<'a>,
}

/// A stream to insert.
struct GeneratedStream<'a> {
    kind: i64,
    name: &'a str,
    category: i64,
    container: &'a str,
    /// The guide and the stream's channel in it.
    guide: Option<(i64, &'a str)>,
    year: Option<u32>,
}

impl Catalogue<'_> {
    /// Adds live channels; with `epg_days`, also a guide with a channel and programmes for each.
    fn live(&self, scale: &Scale) -> Result<Vec<i64>> {
        if scale.live == 0 {
            return Ok(Vec::new());
        }
        let categories = self.categories("live")?;
        let guide = match scale.epg_days {
            0 => None,
            days => Some(self.guide(days)?),
        };
        (1..=scale.live)
            .map(|n| {
                let (name, channel) = (format!("Live {n}"), format!("live{n}.generated"));
                if let Some(guide) = guide {
                    let sql =
                        "INSERT INTO epg_channels (epg_id, channel_id, name, langs) VALUES (?1, ?2, ?3, '[\"en\"]')";
                    self.db.prepare_cached(sql)?.execute((guide, &channel, &name))?;
                    self.programmes(guide, &channel, n, scale.epg_days)?;
                }
                self.stream(&GeneratedStream {
                    kind: LIVE,
                    name: &name,
                    category: nth(&categories, n),
                    container: "",
                    guide: guide.map(|guide| (guide, channel.as_str())),
                    year: None,
                })
            })
            .collect()
    }

    fn films(&self, count: u32) -> Result<Vec<i64>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let categories = self.categories("movie")?;
        (1..=count)
            .map(|n| {
                self.stream(&GeneratedStream {
                    kind: MOVIE,
                    name: &format!("Film {n}"),
                    category: nth(&categories, n),
                    container: "mp4",
                    guide: None,
                    year: Some(1960 + self.rng.below(66)),
                })
            })
            .collect()
    }

    fn series(&self, count: u32) -> Result<Vec<i64>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let categories = self.categories("series")?;
        let sql = "INSERT INTO streams_series (title, category_id, genre, rating, release_date, last_modified, year)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut insert = self.db.prepare(sql)?;
        let mut all = Vec::new();
        for n in 1..=count {
            let (title, year, category) = (format!("Series {n}"), 1980 + self.rng.below(46), nth(&categories, n));
            let (rating, date) = (self.rating(), format!("{year}-01-01"));
            let id = insert.insert((&title, ids_text(&[category]), genre(n), rating, date, self.now, year))?;
            for season in 1..=1 + self.rng.below(SEASONS) {
                for episode in 1..=1 + self.rng.below(EPISODES) {
                    let stream = self.stream(&GeneratedStream {
                        kind: EPISODE,
                        name: &format!("{title} - S{season:02}E{episode:02}"),
                        category,
                        container: "mp4",
                        guide: None,
                        year: Some(year),
                    })?;
                    let sql = "INSERT INTO streams_episodes (season_num, episode_num, series_id, stream_id) VALUES (?1, ?2, ?3, ?4)";
                    self.db.prepare_cached(sql)?.execute((season, episode, id, stream))?;
                }
            }
            all.push(id);
        }
        Ok(all)
    }

    /// Returns a category for each genre; existing ones are reused.
    fn categories(&self, kind: &str) -> Result<Vec<i64>> {
        let find = "SELECT min(id) FROM streams_categories WHERE category_type = ?1 AND category_name = ?2";
        let make = "INSERT INTO streams_categories (category_type, category_name) VALUES (?1, ?2)";
        let one = |genre: &&str| {
            let existing: Option<i64> = self.db.query_row(find, (kind, genre), |row| row.get(0))?;
            match existing {
                Some(id) => Ok(id),
                None => self.db.prepare_cached(make)?.insert((kind, genre)),
            }
        };
        GENRES.iter().map(one).collect()
    }

    fn guide(&self, days: u32) -> Result<i64> {
        let sql =
            "INSERT INTO epg (epg_name, epg_file, last_updated, days_keep) VALUES ('Generated guide', '', ?1, ?2)";
        self.db.prepare(sql)?.insert((self.now, days))
    }

    /// Fills a channel's guide for some days, of which the first has passed. Names and lengths follow from numbers.
    fn programmes(&self, guide: i64, channel: &str, n: u32, days: u32) -> Result<()> {
        self.context.check(0)?;
        let sql = "INSERT INTO epg_data (epg_id, channel_id, start, \"end\", lang, title, description)
             VALUES (?1, ?2, ?3, ?4, 'en', ?5, ?6)";
        let mut insert = self.db.prepare_cached(sql)?;
        let mut start = self.now - self.now.rem_euclid(3600) - DAY;
        let last = start + i64::from(days) * DAY;
        for number in n.. {
            if start >= last {
                break;
            }
            let end = (start + minutes(number) * 60).min(last);
            let title = format!("{} {number}", genre(number));
            let description = format!("Programme {number} of live channel {n}.");
            insert.execute((guide, channel, start, end, title, description))?;
            start = end;
        }
        Ok(())
    }

    fn stream(&self, made: &GeneratedStream<'_>) -> Result<i64> {
        let number = last_id(self.db, "streams", "id")? + 1;
        self.context.check(number)?;
        let source = match made.kind {
            LIVE => format!("http://origin.example/live/{number}.ts"),
            _ => format!("s:1:/vod/{number}.mp4"),
        };
        let rating = if made.kind == LIVE { 0.0 } else { self.rating() };
        let (guide, channel) = made.guide.unzip();
        let sql =
            "INSERT INTO streams (type, category_id, stream_display_name, stream_source, target_container, \"order\",
                 added, updated, year, rating, epg_id, channel_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11)";
        let id = self.db.prepare_cached(sql)?.insert((
            made.kind,
            ids_text(&[made.category]),
            made.name,
            serde_json::json!([source]).to_string(),
            made.container,
            number,
            self.now - number % 400 * DAY,
            made.year,
            rating,
            guide,
            channel,
        ))?;
        if let Some(main) = self.main {
            let sql = "INSERT INTO streams_servers (stream_id, server_id) VALUES (?1, ?2)";
            self.db.prepare_cached(sql)?.execute((id, main))?;
        }
        Ok(id)
    }

    /// Adds a bouquet of all streams of a kind, unless there are none.
    fn bouquet(&self, name: &str, column: &str, ids: &[i64]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let sql = format!("INSERT INTO bouquets (bouquet_name, {column}) VALUES (?1, ?2)");
        self.db.execute(&sql, (name, ids_text(ids))).map(|_| ())
    }

    /// Draws a rating from 4.0 to 9.9.
    fn rating(&self) -> f64 {
        f64::from(40 + self.rng.below(60)) / 10.0
    }
}

/// Returns how long a programme lasts, in minutes.
fn minutes(n: u32) -> i64 {
    let at = usize::try_from(n).unwrap_or(0) % PROGRAMME_MINUTES.len();
    PROGRAMME_MINUTES.get(at).copied().unwrap_or(60)
}

fn genre(n: u32) -> &'static str {
    let at = usize::try_from(n).unwrap_or(0) % GENRES.len();
    GENRES.get(at).copied().unwrap_or_default()
}

/// Returns the id for a number; the ids repeat.
fn nth(ids: &[i64], n: u32) -> i64 {
    let at = usize::try_from(n).unwrap_or(0) % ids.len().max(1);
    ids.get(at).copied().unwrap_or(0)
}
