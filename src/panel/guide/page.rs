//! Reading the guide (contract "Player side", 5.7, 5.8 and 8). A reader sees one generation whole: within a query by
//! SQLite's snapshot, over several pages by its number, which it holds.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::registry::{GuideRead, Guides};
use super::shown_generation;

/// Most programmes of a page.
pub const PAGE: usize = 1_000;

const COLUMNS: &str = "id, epg_id, channel_id, start, \"end\", lang, title, description";

/// A programme as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProgramme {
    pub id: i64,
    pub epg_id: i64,
    pub channel_id: String,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds.
    pub end: i64,
    pub lang: String,
    pub title: String,
    pub description: String,
}

impl StoredProgramme {
    fn of_row(row: &Row<'_>) -> Result<StoredProgramme> {
        Ok(StoredProgramme {
            id: row.get(0)?,
            epg_id: row.get(1)?,
            channel_id: row.get(2)?,
            start: row.get(3)?,
            end: row.get(4)?,
            lang: row.get(5)?,
            title: row.get(6)?,
            description: row.get(7)?,
        })
    }
}

/// Returns the running and the following programmes of a stream at `now`, ascending. An unknown stream and one without
/// a guide have none.
///
/// # Errors
/// SQLite's.
pub fn short(db: &Connection, stream: i64, now: i64, limit: u64) -> Result<Vec<StoredProgramme>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    programmes(db, stream, now, most)
}

/// Returns all stored programmes of a stream, past ones too, ascending.
///
/// # Errors
/// SQLite's.
pub fn all(db: &Connection, stream: i64) -> Result<Vec<StoredProgramme>> {
    programmes(db, stream, i64::MIN, i64::MAX)
}

/// Returns programmes of a stream that end after an instant.
fn programmes(db: &Connection, stream: i64, after: i64, most: i64) -> Result<Vec<StoredProgramme>> {
    let sql = "SELECT epg_id, channel_id FROM streams WHERE id = ?1 AND epg_id IS NOT NULL AND channel_id <> ''";
    let mut query = db.prepare_cached(sql)?;
    let channel: Option<(i64, String)> = query
        .query_row([stream], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((epg, channel)) = channel else {
        return Ok(Vec::new());
    };
    let generation = shown_generation(db, epg)?;
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM epg_data
         WHERE epg_id = ?1 AND generation = ?2 AND channel_id = ?3 AND \"end\" > ?4 ORDER BY start, id LIMIT ?5"
    ))?;
    let rows = query.query_map((epg, generation, channel, after, most), StoredProgramme::of_row)?;
    rows.collect()
}

/// A channel of a selection, in the generation of its source that was shown when the selection began.
#[derive(Debug)]
struct SelectedChannel {
    channel: String,
    epg: i64,
    generation: i64,
}

/// The programmes of some channels, read in pages by channel and start. While it exists, its generations stay, so that
/// the connection can go back to the pool between two pages.
#[derive(Debug)]
pub struct GuideSelection {
    channels: Vec<SelectedChannel>,
    _read: GuideRead,
}

/// A place between two programmes of a selection; the default is its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuidePlace {
    /// The channel to read next, and its last start and id that were read.
    channel: usize,
    after: Option<(i64, i64)>,
}

/// What a selection shows of a programme, as its row has it.
#[derive(Clone, Copy, Debug)]
pub struct SelectedProgramme<'r> {
    pub channel: &'r str,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds.
    pub end: i64,
    pub title: &'r str,
    pub description: &'r str,
}

impl GuideSelection {
    /// Begins to read the programmes of these channels, each a source and an id of a channel in it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn begin(guides: &Arc<Guides>, db: &Connection, channels: &[(i64, String)]) -> Result<GuideSelection> {
        // In this order: what is shown after the read began stays.
        let read = guides.read();
        let selected = channels.iter().map(|(epg, channel)| {
            Ok(SelectedChannel {
                channel: channel.clone(),
                epg: *epg,
                generation: shown_generation(db, *epg)?,
            })
        });
        let mut channels: Vec<SelectedChannel> = selected.collect::<Result<_>>()?;
        channels.sort_by(|one, other| one.channel.cmp(&other.channel));
        Ok(GuideSelection { channels, _read: read })
    }

    /// Reads a page of at most [`PAGE`] programmes from a place on. Returns the place behind it, or nothing at the end.
    ///
    /// # Errors
    /// SQLite's.
    pub fn read(
        &self,
        db: &Connection,
        from: GuidePlace,
        mut each: impl FnMut(SelectedProgramme<'_>),
    ) -> Result<Option<GuidePlace>> {
        let mut query = db.prepare_cached(
            "SELECT id, start, \"end\", title, description FROM epg_data
             WHERE epg_id = ?1 AND generation = ?2 AND channel_id = ?3 AND start >= ?4 AND (start, id) > (?4, ?5)
             ORDER BY start, id LIMIT ?6",
        )?;
        let (mut place, mut left) = (from, PAGE);
        while let Some(one) = self.channels.get(place.channel) {
            let (start, id) = place.after.unwrap_or((i64::MIN, i64::MIN));
            let most = i64::try_from(left).unwrap_or(i64::MAX);
            let mut rows = query.query((one.epg, one.generation, &one.channel, start, id, most))?;
            while let Some(row) = rows.next()? {
                let start = row.get(1)?;
                each(SelectedProgramme {
                    channel: &one.channel,
                    start,
                    end: row.get(2)?,
                    title: row.get_ref(3)?.as_str()?,
                    description: row.get_ref(4)?.as_str()?,
                });
                place.after = Some((start, row.get(0)?));
                left = left.saturating_sub(1);
            }
            if left == 0 {
                return Ok(Some(place));
            }
            place = GuidePlace {
                channel: place.channel.saturating_add(1),
                after: None,
            };
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    fn filled() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        db.execute_batch(
            "INSERT INTO epg (id) VALUES (1), (2);
             INSERT INTO epg_imports (epg_id, generation) VALUES (2, 3);
             INSERT INTO streams (id, type, epg_id, channel_id) VALUES
                (1, 1, 1, 'one'), (2, 1, 2, 'one'), (3, 1, NULL, NULL), (4, 1, 1, ''), (5, 1, 9, 'one'), (6, 1, 1, 'One');
             INSERT INTO epg_data (id, epg_id, generation, channel_id, start, \"end\", title) VALUES
                (1, 1, 0, 'one', 200, 300, 'b'), (2, 1, 0, 'one', 100, 200, 'a'), (3, 1, 0, 'one', 300, 400, 'c'),
                (4, 1, 1, 'one', 100, 900, 'not yet'), (5, 2, 2, 'one', 100, 900, 'no more'), (6, 2, 3, 'one', 100, 200, 'other'),
                (7, 1, 0, 'two', 100, 200, 'two');",
        )
        .unwrap();
        db
    }

    fn titles(programmes: &[StoredProgramme]) -> Vec<&str> {
        programmes.iter().map(|one| one.title.as_str()).collect()
    }

    #[test]
    fn a_stream_has_the_programmes_that_its_source_shows() {
        let db = filled();
        for (stream, now, limit, expected) in [
            (1, 0, 4, &["a", "b", "c"][..]),
            (1, 199, 4, &["a", "b", "c"]),
            (1, 200, 1, &["b"]),
            (1, 399, u64::MAX, &["c"]),
            (1, 400, 4, &[]),
            (1, 0, 0, &[]),
            (2, 0, 4, &["other"]),
            (3, 0, 4, &[]),
            (4, 0, 4, &[]),
            (5, 0, 4, &[]),
            (6, 0, 4, &[]),
            (99, 0, 4, &[]),
        ] {
            assert_eq!(
                titles(&short(&db, stream, now, limit).unwrap()),
                expected,
                "{stream} {now}"
            );
        }
        assert_eq!(titles(&all(&db, 1).unwrap()), ["a", "b", "c"]);
        assert_eq!(titles(&all(&db, 2).unwrap()), ["other"]);
    }

    #[test]
    fn pages_are_of_the_generation_that_was_shown_and_lose_nothing_between_them() {
        let db = filled();
        let mut insert = db
            .prepare("INSERT INTO epg_data (epg_id, channel_id, start, \"end\", title) VALUES (1, 'many', ?1, ?2, '')")
            .unwrap();
        // Some have one start, over the end of a page.
        for number in 0..2_500 {
            insert.execute([number / 7, 9_999]).unwrap();
        }
        let guides = Arc::new(Guides::default());
        let channels = ["two", "many", "one"].map(|channel| (1, channel.to_owned()));
        let selection = GuideSelection::begin(&guides, &db, &channels).unwrap();
        let (mut read, mut sizes, mut place) = (Vec::new(), Vec::new(), Some(GuidePlace::default()));
        while let Some(from) = place {
            let before = read.len();
            place = selection
                .read(&db, from, |one| {
                    read.push((one.channel.to_owned(), one.start, one.title.to_owned()))
                })
                .unwrap();
            sizes.push(read.len() - before);
            db.execute(
                "INSERT OR REPLACE INTO epg_imports (epg_id, generation) VALUES (1, 1)",
                [],
            )
            .unwrap();
        }
        assert_eq!(sizes, [1000, 1000, 504]);
        assert!(read.is_sorted_by_key(|(channel, start, _)| (channel.clone(), *start)));
        let last: Vec<&str> = read[2_500..].iter().map(|(_, _, title)| title.as_str()).collect();
        assert_eq!(last, ["a", "b", "c", "two"]);
        // The other guide is another generation.
        let selection = GuideSelection::begin(&guides, &db, &channels).unwrap();
        let mut titles = Vec::new();
        let end = selection.read(&db, GuidePlace::default(), |one| titles.push(one.title.to_owned()));
        assert_eq!((end, titles), (Ok(None), vec!["not yet".to_owned()]));
    }
}
