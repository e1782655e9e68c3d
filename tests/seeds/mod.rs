//! Seeds that people write, and the panel's state as such a document.

mod billing;
mod documents;
mod errors;
mod round_trips;
mod setup;
mod sources;

use linecard::document::{self, Format};
use linecard::panel::rng::Rng;
use linecard::seeds::{self, BootstrapCredentials, Seed, SeedContext};
use linecard::store::{Image, schema};
use linecard::time::Zone;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::NOW;

/// Plants a document in an empty database and answers what `look` sees there; what is wrong comes
/// as the lines of the error.
pub fn planted<T>(form: Format, text: &str, look: impl FnOnce(&Connection) -> T) -> Result<T, Vec<String>> {
    planted_all(&[(form, text)], look)
}

/// As [`planted`], with documents one after the other.
fn planted_all<T>(documents: &[(Format, &str)], look: impl FnOnce(&Connection) -> T) -> Result<T, Vec<String>> {
    let (keys, rng) = (BootstrapCredentials::default(), Rng::seeded(7));
    let (mut seen, mut wrong) = (None, Vec::new());
    let made = Image::made(|db| {
        let (keys, rng, now, zone) = (&keys, &rng, NOW, Zone::named("Europe/London").unwrap());
        for (form, text) in documents {
            let document = document::parse(*form, text).map_err(|error| wrong.push(error.to_string()));
            let document = document.map_err(|()| String::new())?;
            let context = SeedContext {
                db,
                keys,
                rng,
                now,
                zone,
                limit: None,
            };
            seeds::plant_document(&context, &document).map(drop).map_err(|all| {
                wrong.extend(all.iter().map(ToString::to_string));
                String::new()
            })?;
        }
        seen = Some(look(db));
        Ok(())
    });
    match made {
        Ok(_) => Ok(seen.unwrap()),
        Err(error) if wrong.is_empty() => panic!("{error}"),
        Err(_) => Err(wrong),
    }
}

/// Plants one of the seeds that come with the program.
fn built_in<T>(seed: &str, look: impl FnOnce(&Connection) -> T) -> T {
    let (keys, rng) = (BootstrapCredentials::default(), Rng::seeded(7));
    let seed: Seed = seed.parse().unwrap();
    let mut seen = None;
    let made = Image::made(|db| {
        let (keys, rng, now, zone) = (&keys, &rng, NOW, Zone::UTC);
        seeds::plant(
            &SeedContext {
                db,
                keys,
                rng,
                now,
                zone,
                limit: None,
            },
            &[seed],
        )?;
        seen = Some(look(db));
        Ok(())
    });
    made.map(|_| seen.unwrap()).unwrap()
}

/// Every row of every table, but for what the store counts for itself.
pub fn everything(db: &Connection) -> Vec<String> {
    // Counters, and the audit log, which is no part of a seed document.
    let counted = [
        "linecard_totals",
        "linecard_access",
        "linecard_due",
        "linecard_audit",
        "linecard_audit_kept",
    ];
    let tables = schema::tables()
        .map(|table| table.name)
        .filter(|name| !counted.contains(name));
    let mut all = Vec::new();
    for table in tables.chain(["sqlite_sequence"]) {
        let mut query = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let width = query.column_count();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<Value> = (0..width).map(|at| row.get(at).unwrap()).collect();
            // A table that never had a row has no counter; one whose rows are gone has.
            if table != "sqlite_sequence" || values[1] != Value::Integer(0) {
                all.push(format!("{table} {values:?}"));
            }
        }
    }
    all
}

/// The rows of a query, their values joined with `|`.
fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut query = db.prepare(sql).unwrap();
    let width = query.column_count();
    let text = |value: Value| match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(_) => "blob".to_owned(),
    };
    let row = |row: &rusqlite::Row<'_>| {
        let values = (0..width).map(|at| row.get(at).map(text));
        Ok(values.collect::<rusqlite::Result<Vec<String>>>()?.join("|"))
    };
    query.query_map([], row).unwrap().map(Result::unwrap).collect()
}
