//! Statements that are put into the cache as they would be printed: what the store does around them.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Allowed, Answered, Applied, Planned, Rows, SqlCall};
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::plan::{DeleteTarget, Plan, PlanKind, PlannedRows, UpdateTarget, Written};
use crate::store::mysql::prepared::{Prepared, Read};
use crate::store::mysql::shown::Shown;
use crate::store::mysql::typed::types::Type;
use crate::store::mysql::values::statement::Random;
use crate::store::{Image, Place, StorageOptions, Store, StoreError, schema};
use crate::time::Zone;

#[derive(Debug)]
enum Failed {
    Sql(SqlError),
    Store(StoreError),
}

impl From<SqlError> for Failed {
    fn from(error: SqlError) -> Failed {
        Failed::Sql(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Failed {
        Failed::Store(error)
    }
}

struct Fixed;

impl Random for Fixed {
    fn bits(&self) -> u64 {
        4
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

fn rows(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("INSERT INTO access_codes (id, code, type) VALUES (1, 'a', 1), (2, 'b', 2)")
}

/// A store in a file, one in memory, and a small one as a world has.
fn stores() -> Vec<(Store, Option<tempfile::TempDir>)> {
    let fill = |db: &Connection| rows(db).map_err(|error| error.to_string());
    let options = StorageOptions::default();
    let open = |place| Store::open(place, Zone::UTC, &options, fill).unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    let file = Place::File(folder.path().join("panel.db"));
    let image = Image::made(|db| rows(db).map_err(|error| error.to_string())).unwrap();
    vec![
        (open(file), Some(folder)),
        (open(Place::private_memory()), None),
        (Store::of_image(&image, Zone::UTC, &options).unwrap(), None),
    ]
}

fn call(text: &str, allowed: Allowed) -> SqlCall {
    SqlCall {
        text: text.into(),
        now: 0,
        random: Arc::new(Fixed),
        allowed,
    }
}

fn read(store: &Store, text: &str, sql: &str) {
    let prepared = Prepared::Read(Read {
        sql: sql.into(),
        columns: vec![("v".into(), Type::Int { digits: 19 })],
    });
    store.readers.statements().cache.put(text, &Arc::new(prepared));
}

fn update(values: &str) -> Prepared {
    update_of(["code", "type"], values)
}

fn update_of(names: [&str; 2], values: &str) -> Prepared {
    let table = schema::table("access_codes").unwrap();
    let names = names.map(|name| table.column(name).unwrap());
    Prepared::Write(Plan {
        rows_sql: format!("SELECT id, {values} FROM access_codes ORDER BY id"),
        ignore: false,
        kind: PlanKind::Update(vec![UpdateTarget {
            table,
            key: 0,
            assignments: names.into_iter().zip(1..).collect(),
        }]),
    })
}

fn write(store: &Store, text: &str, prepared: Prepared) {
    store.readers.statements().cache.put(text, &Arc::new(prepared));
}

fn values(rows: &Rows<'_>) -> Result<Vec<String>, Failed> {
    let mut all = Vec::new();
    rows.each(|row| {
        all.extend(row.values().map(|(label, value)| match value {
            Shown::Number(number) => format!("{label}={number}"),
            other => format!("{label}={other:?}"),
        }));
        Ok::<_, Failed>(())
    })?;
    Ok(all)
}

fn ask(store: &Store, call: SqlCall) -> Result<Answered<Vec<String>>, Failed> {
    run(store.run_sql(call, values, |_, _| Ok::<_, Failed>(())))
}

fn codes(store: &Store) -> String {
    let sql = "SELECT group_concat(id || code || type, ',' ORDER BY id) FROM access_codes";
    let read = move |db: &Connection| Ok::<String, StoreError>(db.query_row(sql, [], |row| row.get(0))?);
    run(store.read(read)).unwrap()
}

fn sql_error<T>(answer: Result<Answered<T>, Failed>) -> SqlError {
    match answer {
        Err(Failed::Sql(error)) => error,
        Err(Failed::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("it ran"),
    }
}

#[test]
fn rows_are_handed_over_and_writes_are_committed() {
    for (store, _folder) in stores() {
        read(
            &store,
            "read",
            "SELECT type FROM access_codes WHERE :now = 0 ORDER BY id",
        );
        let Ok(Answered::Rows(rows)) = ask(&store, call("read", Allowed::Reads)) else {
            panic!();
        };
        assert_eq!(rows, ["v=1", "v=2"]);
        write(&store, "write", update("code, type + 1"));
        let (commits, access) = (store.commits(), store.access());
        let Ok(Answered::Written(written)) = ask(&store, call("write", Allowed::Writes)) else {
            panic!();
        };
        assert_eq!((written.affected_rows, written.insert_id), (2, 0));
        assert_eq!(codes(&store), "1a2,2b3");
        assert!(store.commits() > commits && store.access() > access);
    }
}

#[test]
fn a_statement_may_do_what_the_setting_says() {
    for (store, _folder) in stores() {
        read(&store, "read", "SELECT 1");
        write(&store, "write", update("code, 9"));
        let refused = |text, allowed| sql_error(ask(&store, call(text, allowed)));
        let off = SqlError::Refused("mysql_query is off".into());
        assert_eq!(refused("read", Allowed::Nothing), off);
        assert_eq!(refused("write", Allowed::Nothing), off);
        assert_eq!(
            refused("write", Allowed::Reads),
            SqlError::Refused("mysql_query may only read".into())
        );
        assert!(ask(&store, call("read", Allowed::Reads)).is_ok());
        assert_eq!(codes(&store), "1a1,2b2");
    }
}

#[test]
fn of_a_write_that_fails_nothing_stays() {
    for (store, _folder) in stores() {
        write(&store, "write", update_of(["id", "type"], "7, 9"));
        let error = sql_error(ask(&store, call("write", Allowed::Writes)));
        assert_eq!(error, SqlError::duplicate("7", "PRIMARY"));
        assert_eq!(codes(&store), "1a1,2b2");
        write(&store, "other", update("code, 9"));
        let record = |db: &Connection, Applied { plan, written, .. }: &Applied<'_>| {
            assert_eq!((plan.tables()[0].name, written.affected_rows), ("access_codes", 2));
            assert_eq!(
                db.query_row("SELECT sum(type) FROM access_codes", [], |row| row.get(0)),
                Ok(18)
            );
            Err(Failed::Sql(SqlError::internal()))
        };
        let answer = run(store.run_sql(call("other", Allowed::Writes), values, record));
        assert_eq!(sql_error(answer), SqlError::internal());
        assert_eq!(codes(&store), "1a1,2b2");
    }
}

/// Applies rows that were read before the last commit.
fn apply_late(store: &Store, took: Duration) -> Option<Written> {
    let planned = Planned {
        prepared: Arc::new(update("code, type + 1")),
        rows: Arc::new(PlannedRows {
            width: 3,
            values: vec![1.into(), "a".to_owned().into(), 100.into()],
            last_id: None,
        }),
        commits: store.commits().wrapping_sub(1),
        took,
    };
    let call = Arc::new(call("", Allowed::Writes));
    let record = Arc::new(|_: &Connection, _: &Applied<'_>| Ok::<_, Failed>(()));
    run(store.apply(&call, planned, &record)).unwrap()
}

#[test]
fn rows_that_were_read_before_another_commit_are_read_again() {
    for (store, _folder) in stores() {
        assert_eq!(apply_late(&store, Duration::from_millis(50)), None);
        assert_eq!(codes(&store), "1a1,2b2");
        let written = apply_late(&store, Duration::from_millis(49));
        assert_eq!(written.map(|written| written.affected_rows), Some(2));
        assert_eq!(codes(&store), "1a2,2b3");
    }
}

#[test]
fn a_change_in_the_same_transaction_counts_too() {
    for (store, _folder) in stores() {
        let (versions, commits) = (Arc::clone(&store.versions), store.commits());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let job = move |db: &Connection| {
            let mut seen = noted.lock().unwrap();
            seen.push(versions.is_unchanged_since(commits));
            db.execute("UPDATE access_codes SET type = 5 WHERE id = 1", [])?;
            seen.push(versions.is_unchanged_since(commits));
            Ok::<_, StoreError>(())
        };
        run(store.write(job)).unwrap();
        assert_eq!(*seen.lock().unwrap(), [true, false]);
    }
}

#[test]
fn a_write_that_always_comes_too_late_is_refused_as_busy() {
    for (store, _folder) in stores() {
        let slow =
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n)";
        write(&store, "write", update(&format!("code, {slow}")));
        let plans = AtomicU32::new(0);
        let answer = run(async {
            let mut statement = pin!(store.run_sql(call("write", Allowed::Writes), values, |_, _| Ok::<_, Failed>(())));
            loop {
                // Another write after each plan has begun.
                let mut context = Context::from_waker(Waker::noop());
                if let Poll::Ready(answer) = statement.as_mut().poll(&mut context) {
                    break answer;
                }
                plans.fetch_add(1, Ordering::Relaxed);
                let touch = |db: &Connection| Ok(db.execute("UPDATE lines SET id = id", []).map(drop)?);
                store.write::<_, StoreError, _>(touch).await.unwrap();
            }
        });
        assert!(matches!(answer, Err(Failed::Store(StoreError::Busy))), "{answer:?}");
        assert_eq!(codes(&store), "1a1,2b2");
    }
}

#[test]
fn a_statement_stops_when_its_client_leaves() {
    for (store, _folder) in stores() {
        read(
            &store,
            "long",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        );
        read(&store, "read", "SELECT 1");
        run(async {
            let record = |_: &Connection, _: &Applied<'_>| Ok::<_, Failed>(());
            let begun = Instant::now();
            for _ in 0..4 {
                let long = store.run_sql(call("long", Allowed::Reads), values, record);
                let left = tokio::time::timeout(Duration::from_millis(150), long).await;
                assert!(left.is_err());
            }
            let next = store.run_sql(call("read", Allowed::Reads), values, record).await;
            assert!(next.is_ok());
            assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        });
    }
}

#[test]
fn a_statement_has_five_seconds() {
    let (store, _) = stores().remove(1);
    read(
        &store,
        "long",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    );
    let begun = Instant::now();
    assert_eq!(
        sql_error(ask(&store, call("long", Allowed::Reads))),
        SqlError::interrupted()
    );
    assert!(
        (4_900..6_500).contains(&begun.elapsed().as_millis()),
        "{:?}",
        begun.elapsed()
    );
}

/// The second look, behind the typed layer.
#[test]
fn a_printed_statement_reads_the_panels_tables_only() {
    for (store, _folder) in stores() {
        for sql in [
            "SELECT count(*) FROM linecard_audit",
            "SELECT count(*) FROM sqlite_schema",
            "SELECT random()",
            "SELECT unixepoch()",
            "DELETE FROM lines",
            "PRAGMA user_version",
        ] {
            read(&store, sql, sql);
            assert_eq!(
                sql_error(ask(&store, call(sql, Allowed::Reads))),
                SqlError::internal(),
                "{sql}"
            );
        }
    }
}

#[test]
fn a_delete_reports_the_connections_that_end() {
    for (store, _folder) in stores() {
        let live = |db: &Connection| {
            let sql =
                "INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, uuid) VALUES (7, 4521, 1, 1, 'u')";
            Ok(db.execute(sql, []).map(drop)?)
        };
        run(store.write::<_, StoreError, _>(live)).unwrap();
        let mut ended = store.ended_connections();
        let table = schema::table("lines_live").unwrap();
        let plan = Plan {
            rows_sql: "SELECT activity_id FROM lines_live".into(),
            ignore: false,
            kind: PlanKind::Delete(vec![DeleteTarget { table, key: 0 }]),
        };
        write(&store, "delete", Prepared::Write(plan));
        ask(&store, call("delete", Allowed::Writes)).unwrap();
        let ended = run(ended.next());
        assert!(format!("{ended:?}").contains("activity_id: 7"), "{ended:?}");
    }
}
