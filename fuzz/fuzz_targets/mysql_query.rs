//! Any text as a statement of `mysql_query`: it is read and printed without a panic, and what was printed runs on a
//! database without an error of SQLite that MariaDB has no words for.

#![no_main]

use std::sync::Arc;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use linecard::store::mysql::plan::apply::apply;
use linecard::store::mysql::prepared::Prepared;
use linecard::store::mysql::run::{self, Failure, RunError, TimeLimit};
use linecard::store::mysql::values::statement::{self, Random};
use linecard::store::{mysql, schema};
use linecard::time::Zone;
use rusqlite::Connection;

const NOW: i64 = 1_773_585_000_000_000;

/// Calls of the progress handler, one each 1,000 steps, before a statement ends.
const MOST_CALLS: u32 = 200;

struct Fixed;

impl Random for Fixed {
    fn bits(&self) -> u64 {
        4
    }
}

fn database() -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch("PRAGMA foreign_keys = ON")?;
    db.execute_batch(schema::SQL)?;
    db.execute_batch(include_str!("../../seeds/docs.sql"))?;
    mysql::register(&db, Zone::UTC)?;
    Ok(db)
}

fn run(db: &Connection, prepared: &Prepared) -> Result<(), RunError> {
    match prepared {
        Prepared::Read(read) => run::read(db, read, NOW, |row| {
            row.values().for_each(drop);
            Ok(())
        }),
        Prepared::Write(plan) => {
            let rows = run::plan_rows(db, plan, NOW)?;
            let limit = TimeLimit(Instant::now() + Duration::from_secs(1));
            apply(db, plan, &rows, NOW, limit).map(drop)
        }
    }
}

thread_local! {
    static DATABASE: Connection = database().expect("a database with the seed");
}

fuzz_target!(|text: &str| {
    let Ok(prepared) = mysql::prepare(text) else {
        return;
    };
    DATABASE.with(|db| {
        let mut calls = 0;
        let steps = move || {
            calls += 1;
            calls > MOST_CALLS
        };
        db.progress_handler(1_000, Some(steps)).expect("a limit of steps");
        db.execute_batch("SAVEPOINT statement").expect("a savepoint");
        statement::begin(Arc::new(Fixed));
        let done = run(db, &prepared);
        let noted = statement::end();
        db.progress_handler(0, None::<fn() -> bool>).expect("no limit");
        db.execute_batch("ROLLBACK TO statement; RELEASE statement").expect("the seed again");
        if let Err(error) = done {
            let words = error.to_string();
            if let Failure::Sql(failure) = Failure::new(error, noted) {
                assert!(!failure.to_string().contains("Internal error"), "{words}");
            }
        }
    });
});
