//! Whatever is written, going back to an image leaves a database that nothing tells from one that
//! began as that image, whichever way it goes back.

use linecard::store::{Image, Place, StorageOptions, Store, StoreError};
use linecard::time::Zone;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::support::block_on;

/// Writes of every kind: with triggers, cascades, rows of tables without rowids, tables emptied at
/// once, text keys, refusals half way, and rows that are put in the place of others.
const WRITES: [&str; 20] = [
    "INSERT INTO lines (username, is_mag) VALUES ('a' || (SELECT count(*) FROM lines), 0)",
    "INSERT INTO lines (id, username) VALUES ((SELECT min(id) - 1 FROM lines), 'below')",
    "UPDATE lines SET is_mag = 1 - is_mag WHERE id % 2 = 0",
    "UPDATE lines SET id = id + 100 WHERE id = (SELECT max(id) FROM lines)",
    "DELETE FROM lines WHERE id = (SELECT max(id) FROM lines)",
    "DELETE FROM lines",
    "INSERT OR REPLACE INTO lines (id, username) SELECT id, 'replaced' FROM lines LIMIT 2",
    "INSERT INTO linecard_extra (line_id, name, value) SELECT id, 'nick' || (SELECT count(*) FROM linecard_extra), 'x' FROM lines",
    "DELETE FROM linecard_extra",
    "INSERT INTO epg (epg_name) VALUES ('guide')",
    "INSERT INTO epg_channels (epg_id, channel_id) SELECT id, 'c' FROM epg",
    "INSERT INTO epg_data (epg_id, channel_id, start) SELECT id, 'c', id FROM epg",
    "INSERT INTO epg_imports (epg_id, generation) SELECT id, 1 FROM epg",
    "DELETE FROM epg WHERE id = (SELECT min(id) FROM epg)",
    "INSERT INTO linecard_settings (name, value) VALUES ('a' || random, '1') ON CONFLICT (name) DO UPDATE SET value = '2'",
    "DELETE FROM linecard_settings WHERE name LIKE 'a%'",
    "UPDATE access_codes SET enabled = 1 - enabled",
    "INSERT INTO blocked_ips (ip) VALUES ('192.0.2.1')",
    "DELETE FROM blocked_ips",
    "DELETE FROM sqlite_sequence WHERE name = 'blocked_ips'",
];

/// Runs writes; one that is refused writes nothing and the others go on.
fn write(store: &Store, writes: &[usize]) {
    for (at, which) in writes.iter().enumerate() {
        let sql = WRITES[*which].replace("random", &at.to_string());
        let _ = block_on(store.write(move |db| db.execute(&sql, []).map_err(StoreError::from)));
    }
}

/// All that a database holds: each row with its rowid, and what SQLite says of its indexes.
fn dump(store: &Store) -> String {
    let read = |db: &Connection| -> Result<String, StoreError> {
        let list = "SELECT name, sql LIKE '%WITHOUT ROWID' FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut tables = db.prepare(list)?;
        let tables = tables.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
        let mut out = String::new();
        for table in tables {
            let (table, without) = table?;
            let rowid = if without { "" } else { "rowid, " };
            // The order in which SQLite lists the last ids is nobody's business, but their values are.
            let key = if table == "sqlite_sequence" { "name, seq" } else { "*" };
            let rowid = if table == "sqlite_sequence" { "" } else { rowid };
            let mut rows = db.prepare(&format!("SELECT {rowid}{key} FROM \"{table}\" ORDER BY 1, 2"))?;
            let width = rows.column_count();
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let values: Vec<_> = (0..width).map(|column| row.get_ref(column).unwrap()).collect();
                out += &format!("{table} {values:?}\n");
            }
        }
        let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        Ok(out + &sound)
    };
    block_on(store.read(read)).unwrap()
}

fn all() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..WRITES.len(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn going_back_leaves_nothing_behind(before in all(), rounds in prop::collection::vec(all(), 1..4), small: bool) {
        let begun = || Store::open(Place::private_memory(), Zone::UTC, &StorageOptions::default(), |_| Ok(())).unwrap().0;
        let store = match small {
            false => begun(),
            true => Store::of_image(&Image::made(|_| Ok(())).unwrap(), Zone::UTC, &StorageOptions::default()).unwrap(),
        };
        write(&store, &before);
        let image = block_on(store.image()).unwrap();
        // Going back counts the lines anew, so this may differ from what it was before.
        block_on(store.restore(&image, || {})).unwrap();
        let fresh = dump(&store);
        for round in rounds {
            write(&store, &round);
            block_on(store.restore(&image, || {})).unwrap();
            prop_assert_eq!(dump(&store), fresh.as_str());
            // What hangs on triggers and references still does.
            let again = begun();
            block_on(again.restore(&image, || {})).unwrap();
            write(&store, &round);
            write(&again, &round);
            prop_assert_eq!(dump(&store), dump(&again));
        }
    }
}
