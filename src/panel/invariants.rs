//! What the rules of the panel keep true of its rows, whatever is called in whatever order. Raw SQL can break it,
//! and so can another tool that writes to the file; `linecard check` tells of it.

use std::collections::HashSet;

use rusqlite::{Connection, Result};

use crate::store::functions;

/// Rows that are shown of each rule that is broken.
const MOST: usize = 20;

/// Each query finds the rows that break a rule, by table and key.
const NEVER: [(&str, &str); 12] = [
    (
        "a device without its line",
        "SELECT 'mag_devices ' || mag_id FROM mag_devices LEFT JOIN lines ON lines.id = user_id
         WHERE lines.id IS NULL OR lines.is_mag = 0 AND mag_id NOT IN
            (SELECT bound.mag_id FROM linecard_devices AS bound WHERE bound.mag_id IS NOT NULL)",
    ),
    (
        "an Enigma2 device without its line",
        "SELECT 'enigma2_devices ' || device_id FROM enigma2_devices LEFT JOIN lines ON lines.id = user_id
         WHERE lines.id IS NULL OR lines.is_e2 = 0",
    ),
    (
        "a hidden line without its device",
        "SELECT 'lines ' || id FROM lines WHERE is_mag = 1 AND id NOT IN (SELECT user_id FROM mag_devices)",
    ),
    (
        "a hidden line without its Enigma2 device",
        "SELECT 'lines ' || id FROM lines WHERE is_e2 = 1 AND id NOT IN (SELECT user_id FROM enigma2_devices)",
    ),
    (
        "two lines of one name",
        "SELECT 'lines ' || group_concat(id, ', ') FROM lines GROUP BY lower(rtrim(username)) HAVING count(*) > 1",
    ),
    (
        "two accounts of one name",
        "SELECT 'users ' || group_concat(id, ', ') FROM users GROUP BY lower(rtrim(username)) HAVING count(*) > 1",
    ),
    (
        "two devices of one MAC",
        "SELECT 'mag_devices ' || group_concat(mag_id, ', ') FROM mag_devices GROUP BY mac HAVING count(*) > 1",
    ),
    (
        "a pair that is gone",
        "SELECT 'lines ' || id FROM lines WHERE pair_id NOT IN (SELECT id FROM lines)",
    ),
    (
        "a connection of a line that is gone",
        "SELECT 'lines_live ' || activity_id FROM lines_live WHERE user_id NOT IN (SELECT id FROM lines)",
    ),
    (
        "activity of a line that is gone",
        "SELECT 'lines_activity ' || activity_id FROM lines_activity
         WHERE user_id <> 0 AND user_id NOT IN (SELECT id FROM lines)",
    ),
    (
        "a group that is gone",
        "SELECT 'users ' || id FROM users
         WHERE member_group_id <> 0 AND member_group_id NOT IN (SELECT group_id FROM users_groups)",
    ),
    // What an import leaves behind is of another generation, or its source is gone.
    (
        "two programmes of one channel and start",
        "SELECT 'epg_data ' || group_concat(epg_data.id, ', ') FROM epg JOIN epg_data ON epg_id = epg.id
             AND generation = coalesce((SELECT i.generation FROM epg_imports i WHERE i.epg_id = epg.id), 0)
         GROUP BY epg.id, channel_id, start HAVING count(*) > 1",
    ),
];

/// A column whose JSON lists hold ids.
struct ListColumn {
    /// What its ids are.
    what: &'static str,
    table: &'static str,
    /// Key and list of each row.
    rows: &'static str,
    /// The ids that there are.
    known: &'static str,
}

const STREAMS: &str = "SELECT id FROM streams";
const SERIES: &str = "SELECT id FROM streams_series";
const BOUQUETS: &str = "SELECT id FROM bouquets";
const GROUPS: &str = "SELECT group_id FROM users_groups";
const CATEGORIES: &str = "SELECT id FROM streams_categories";

/// Lists that hold only what there is.
const STRICT_LISTS: [ListColumn; 4] = [
    list(
        "a channel",
        "bouquets",
        "SELECT id, bouquet_channels FROM bouquets",
        STREAMS,
    ),
    list(
        "a movie",
        "bouquets",
        "SELECT id, bouquet_movies FROM bouquets",
        STREAMS,
    ),
    list(
        "a station",
        "bouquets",
        "SELECT id, bouquet_radios FROM bouquets",
        STREAMS,
    ),
    list(
        "a series",
        "bouquets",
        "SELECT id, bouquet_series FROM bouquets",
        SERIES,
    ),
];

/// Lists that hold what a caller sends, though what is deleted leaves them.
const LOOSE_LISTS: [ListColumn; 8] = [
    list("a bouquet", "lines", "SELECT id, bouquet FROM lines", BOUQUETS),
    list(
        "a bouquet",
        "activecodes",
        "SELECT id, bouquet FROM activecodes",
        BOUQUETS,
    ),
    list(
        "a bouquet",
        "users_packages",
        "SELECT id, bouquets FROM users_packages",
        BOUQUETS,
    ),
    list(
        "a group",
        "users_packages",
        "SELECT id, \"groups\" FROM users_packages",
        GROUPS,
    ),
    list(
        "a group",
        "access_codes",
        "SELECT id, \"groups\" FROM access_codes",
        GROUPS,
    ),
    list(
        "a group",
        "users_groups",
        "SELECT group_id, subresellers FROM users_groups",
        GROUPS,
    ),
    list(
        "a category",
        "streams",
        "SELECT id, category_id FROM streams",
        CATEGORIES,
    ),
    list(
        "a category",
        "streams_series",
        "SELECT id, category_id FROM streams_series",
        CATEGORIES,
    ),
];

const fn list(what: &'static str, table: &'static str, rows: &'static str, known: &'static str) -> ListColumn {
    ListColumn {
        what,
        table,
        rows,
        known,
    }
}

/// The rules that are broken, one line each and row.
///
/// # Errors
/// SQLite's.
pub fn broken(db: &Connection) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for (what, sql) in NEVER {
        let mut query = db.prepare(sql)?;
        let rows = query.query_map([], |row| row.get::<_, String>(0))?;
        let rows = rows.map(|row| Ok(format!("{}: {what}", row?)));
        shorten(&mut lines, what, rows.collect::<Result<Vec<_>>>()?);
    }
    dangling(db, &STRICT_LISTS, &mut lines)?;
    Ok(lines)
}

/// Ids of nothing in lists that may hold them: a caller may send any, and raw SQL may store any.
///
/// # Errors
/// SQLite's.
pub fn unknown_ids(db: &Connection) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    dangling(db, &LOOSE_LISTS, &mut lines)?;
    Ok(lines)
}

fn dangling(db: &Connection, columns: &[ListColumn], lines: &mut Vec<String>) -> Result<()> {
    for column in columns {
        shorten(lines, column.what, column.dangling(db)?);
    }
    Ok(())
}

impl ListColumn {
    /// The rows whose list holds the id of nothing.
    fn dangling(&self, db: &Connection) -> Result<Vec<String>> {
        let mut query = db.prepare(self.known)?;
        let known: HashSet<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
        let mut query = db.prepare(self.rows)?;
        let mut rows = query.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, list): (i64, String) = (row.get(0)?, row.get(1)?);
            let gone = functions::ids(&list).into_iter().filter(|id| !known.contains(id));
            let gone: Vec<String> = gone.map(|id| id.to_string()).collect();
            if !gone.is_empty() {
                lines.push(format!(
                    "{} {key}: {} that is not there ({})",
                    self.table,
                    self.what,
                    gone.join(", ")
                ));
            }
        }
        Ok(lines)
    }
}

/// Adds the first of these lines, and how many more there are.
fn shorten(lines: &mut Vec<String>, what: &str, mut found: Vec<String>) {
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    lines.append(&mut found);
    if more > 0 {
        lines.push(format!("{more} more of: {what}"));
    }
}
