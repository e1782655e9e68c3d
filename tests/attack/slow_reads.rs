//! Slow reads beside fast ones and beside the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use linecard::store::{Image, Place, StorageOptions, Store, StoreError};
use linecard::time::Zone;
use rusqlite::Connection;

use crate::support::{block_on, soon};

fn file(folder: &std::path::Path) -> Store {
    let place = Place::File(folder.join("slow.db"));
    Store::open(place, Zone::UTC, &StorageOptions::default(), |_| Ok(()))
        .unwrap()
        .0
}

fn memory() -> Store {
    Store::open(Place::private_memory(), Zone::UTC, &StorageOptions::default(), |_| {
        Ok(())
    })
    .unwrap()
    .0
}

fn small() -> Store {
    let image = Image::made(|_| Ok(())).unwrap();
    Store::of_image(&image, Zone::UTC, &StorageOptions::default()).unwrap()
}

/// More instructions than a turn in memory has.
const LONG: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700000) SELECT count(*) FROM n";

/// More instructions than a read has on the thread that serves its caller.
const SLOW: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT count(*) FROM n";

fn count(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.query_row("SELECT count(*) FROM lines", [], |row| row.get(0))?)
}

/// A read that runs a query, then waits until it may end, and then counts the lines.
fn slow_read(
    store: &Store,
    sql: &'static str,
    inside: &Arc<AtomicUsize>,
    end: &Arc<AtomicBool>,
) -> impl Future<Output = Result<i64, StoreError>> {
    let (inside, end) = (Arc::clone(inside), Arc::clone(end));
    store.read(move |db| {
        db.query_row(sql, [], |_| Ok(()))?;
        inside.fetch_add(1, Ordering::AcqRel);
        while !end.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(1));
        }
        count(db)
    })
}

fn timed_block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

#[test]
fn slow_reads_leave_connections_for_fast_ones() {
    let folder = tempfile::tempdir().unwrap();
    let store = file(folder.path());
    let (inside, end) = (Arc::default(), Arc::default());
    std::thread::scope(|scope| {
        let slow: Vec<_> = (0..12)
            .map(|_| scope.spawn(|| timed_block_on(slow_read(&store, SLOW, &inside, &end))))
            .collect();
        assert!(soon(|| inside.load(Ordering::Acquire) >= 4));
        let begun = Instant::now();
        for _ in 0..100 {
            assert_eq!(block_on(store.read(count)).unwrap(), 0);
        }
        let took = begun.elapsed();
        end.store(true, Ordering::Release);
        for one in slow {
            assert_eq!(one.join().unwrap().unwrap(), 0);
        }
        assert!(took < Duration::from_secs(2), "{took:?}");
    });
}

#[test]
fn in_memory_a_long_read_holds_neither_the_writer_nor_others() {
    for store in [memory(), small()] {
        let (inside, end) = (Arc::default(), Arc::default());
        std::thread::scope(|scope| {
            let slow = scope.spawn(|| timed_block_on(slow_read(&store, LONG, &inside, &end)));
            assert!(soon(|| inside.load(Ordering::Acquire) == 1));
            let begun = Instant::now();
            let insert = |db: &Connection| -> Result<usize, StoreError> {
                Ok(db.execute("INSERT INTO lines (username) VALUES ('new')", [])?)
            };
            assert_eq!(block_on(store.write(insert)).unwrap(), 1);
            assert_eq!(block_on(store.read(count)).unwrap(), 1);
            let took = begun.elapsed();
            end.store(true, Ordering::Release);
            // It sees the database as it was.
            assert_eq!(slow.join().unwrap().unwrap(), 0);
            assert!(took < Duration::from_secs(2), "{took:?}");
        });
    }
}

/// Totals are remembered by the number of commits: a read over a copy has the number of its copy.
#[test]
fn a_read_is_told_the_commits_before_its_snapshot() {
    for store in [memory(), small()] {
        let store = Arc::new(store);
        let (inside, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let before = store.commits();
        std::thread::scope(|scope| {
            let (signal, wait) = (Arc::clone(&inside), Arc::clone(&end));
            let reader = Arc::clone(&store);
            let slow = scope.spawn(move || {
                timed_block_on(reader.read_at(move |db, commits| {
                    db.query_row(LONG, [], |_| Ok(()))?;
                    signal.fetch_add(1, Ordering::AcqRel);
                    while !wait.load(Ordering::Acquire) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    Ok::<_, StoreError>((commits, count(db)?))
                }))
            });
            assert!(soon(|| inside.load(Ordering::Acquire) == 1));
            let insert = |db: &Connection| -> Result<usize, StoreError> {
                Ok(db.execute("INSERT INTO lines (username) VALUES ('new')", [])?)
            };
            block_on(store.write(insert)).unwrap();
            assert!(store.commits() > before);
            end.store(true, Ordering::Release);
            assert_eq!(slow.join().unwrap().unwrap(), (before, 0));
        });
    }
}
