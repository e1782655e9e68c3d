//! The store's two doors: what a failed, panicking or slow job does to the others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::Poll;
use std::thread::ThreadId;

use linecard::store::{Image, Place, StorageOptions, Store, StoreError};
use linecard::time::Zone;
use rusqlite::Connection;

use crate::support::block_on;

fn memory() -> Arc<Store> {
    open(Place::private_memory())
}

/// One connection for everybody, as a world has.
fn small() -> Arc<Store> {
    let image = Image::made(|_| Ok(())).unwrap();
    Arc::new(Store::of_image(&image, Zone::UTC, &StorageOptions::default()).unwrap())
}

fn open(place: Place) -> Arc<Store> {
    Arc::new(
        Store::open(place, Zone::UTC, &StorageOptions::default(), |_| Ok(()))
            .unwrap()
            .0,
    )
}

fn write<T: Send + 'static>(
    store: &Store,
    job: impl Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    block_on(store.write(job))
}

fn restore(store: &Store, of: &Store) {
    let image = block_on(of.image()).unwrap();
    block_on(store.restore(&image, || {})).unwrap();
}

fn usernames(store: &Store) -> Vec<String> {
    let read = |db: &Connection| -> Result<Vec<String>, StoreError> {
        let mut query = db.prepare("SELECT username FROM lines ORDER BY username")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    block_on(store.read(read)).unwrap()
}

fn insert(db: &Connection, username: &str) -> Result<(), StoreError> {
    db.execute("INSERT INTO lines (username) VALUES (?1)", [username])?;
    Ok(())
}

/// Holds the writer back until all of `jobs` are queued, so that they are one group.
fn as_one_group(store: &Arc<Store>, jobs: Vec<Box<dyn FnOnce(Arc<Store>) + Send>>) {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let queued = Arc::new(Barrier::new(jobs.len() + 1));
    std::thread::scope(|scope| {
        let holder = store.clone();
        let (began, begun) = mpsc::channel();
        scope.spawn(move || {
            let hold = move |_: &Connection| {
                let _ = began.send(());
                let _ = gate.lock().unwrap().recv();
                Ok::<_, StoreError>(())
            };
            block_on(holder.write(hold)).unwrap();
        });
        begun.recv().unwrap();
        for job in jobs {
            let (store, queued) = (store.clone(), queued.clone());
            scope.spawn(move || {
                queued.wait();
                job(store);
            });
        }
        queued.wait();
        drop(open);
    });
}

#[test]
fn a_job_that_fails_takes_back_its_own_writes_and_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), small(), open(Place::File(folder.path().join("panel.db")))] {
        let jobs = (0..40).map(|n| -> Box<dyn FnOnce(Arc<Store>) + Send> {
            Box::new(move |store| {
                let outcome = write(&store, move |db| {
                    insert(db, &format!("line{n:02}"))?;
                    match n % 5 {
                        1 => Err(StoreError::Busy),
                        2 => panic!("job {n}"),
                        3 => insert(db, "unused").and_then(|()| {
                            Ok(db
                                .execute("INSERT INTO access_codes (id, enabled) VALUES (1, 999)", [])
                                .map(|_| ())?)
                        }),
                        _ => Ok(()),
                    }
                });
                match n % 5 {
                    1 => assert!(matches!(outcome, Err(StoreError::Busy))),
                    2 => assert!(
                        matches!(&outcome, Err(StoreError::Panicked(words)) if *words == format!("job {n}")),
                        "{outcome:?}"
                    ),
                    3 => assert!(matches!(outcome, Err(StoreError::Sqlite(_)))),
                    _ => outcome.unwrap(),
                }
            })
        });
        as_one_group(&store, jobs.collect());
        let expected: Vec<String> = (0..40)
            .filter(|n| matches!(n % 5, 0 | 4))
            .map(|n| format!("line{n:02}"))
            .collect();
        assert_eq!(usernames(&store), expected);
        let totals = write(&store, |db| {
            Ok(db.query_row("SELECT plain_lines FROM linecard_totals", [], |row| {
                row.get::<_, i64>(0)
            })?)
        });
        assert_eq!(totals.unwrap(), 16);
    }
}

#[test]
fn a_failure_before_anything_was_written_disturbs_nobody() {
    let store = memory();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let jobs: Vec<Box<dyn FnOnce(Arc<Store>) + Send>> = vec![
        Box::new(move |store| {
            write(&store, move |db| {
                counted.fetch_add(1, Ordering::Relaxed);
                insert(db, "once")
            })
            .unwrap();
        }),
        Box::new(|store| assert!(write(&store, |_| Err::<(), _>(StoreError::Busy)).is_err())),
    ];
    as_one_group(&store, jobs);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[test]
fn a_full_queue_is_busy_at_once() {
    let store = memory();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (began, begun) = mpsc::channel();
    std::thread::scope(|scope| {
        let holder = store.clone();
        scope.spawn(move || {
            let hold = move |_: &Connection| {
                let _ = began.send(());
                let _ = gate.lock().unwrap().recv();
                Ok::<_, StoreError>(())
            };
            block_on(holder.write(hold)).unwrap();
        });
        begun.recv().unwrap();
        block_on(async {
            let mut waiting = Vec::new();
            let mut refused = 0;
            for n in 0..1100 {
                let mut job = Box::pin(store.write(move |db: &Connection| insert(db, &format!("q{n:04}"))));
                // The first poll queues the job or is refused; nothing waits for the writer here.
                match std::future::poll_fn(|context| Poll::Ready(job.as_mut().poll(context))).await {
                    Poll::Ready(outcome) => {
                        assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
                        refused += 1;
                    }
                    Poll::Pending => waiting.push(job),
                }
            }
            assert_eq!((waiting.len(), refused), (1024, 76));
            drop(open);
            for job in waiting {
                job.await.unwrap();
            }
        });
    });
    assert_eq!(usernames(&store).len(), 1024);
}

#[test]
fn a_slow_read_moves_to_a_thread_of_its_own() {
    let store = memory();
    let threads: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let seen = threads.clone();
    let slow = move |db: &Connection| -> Result<i64, StoreError> {
        seen.lock().unwrap().push(std::thread::current().id());
        let sql =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n";
        Ok(db.query_row(sql, [], |row| row.get(0))?)
    };
    assert_eq!(block_on(store.read(slow)).unwrap(), 200_000);
    let threads = threads.lock().unwrap();
    let here = std::thread::current().id();
    // On the other thread it begins again over a copy if its turn is not enough.
    let (first, others) = threads.split_first().unwrap();
    assert!(*first == here && !others.is_empty() && others.len() <= 2, "{threads:?}");
    assert!(others.iter().all(|thread| *thread != here), "{threads:?}");
}

#[test]
fn a_read_cannot_write_and_nothing_asks_the_time() {
    let store = memory();
    let read =
        |sql: &'static str| block_on(store.read(move |db: &Connection| Ok::<_, StoreError>(db.execute_batch(sql)?)));
    for sql in [
        "INSERT INTO lines (username) VALUES ('x')",
        "DELETE FROM lines",
        "CREATE TABLE t (a)",
    ] {
        let words = read(sql).unwrap_err().to_string();
        assert!(words.contains("readonly"), "{sql}: {words}");
    }
    for sql in [
        "SELECT random()",
        "SELECT datetime('now')",
        "SELECT CURRENT_TIMESTAMP",
        "SELECT unixepoch()",
    ] {
        assert!(read(sql).is_err(), "{sql}");
        assert!(write(&store, move |db| Ok(db.execute_batch(sql)?)).is_err(), "{sql}");
    }
}

#[test]
fn a_panic_in_a_read_leaves_the_pool_whole() {
    let store = memory();
    for _ in 0..20 {
        let panicking = std::panic::AssertUnwindSafe(|| {
            block_on(store.read(|_: &Connection| -> Result<(), StoreError> { panic!("read") }))
        });
        assert!(std::panic::catch_unwind(panicking).is_err());
    }
    write(&store, |db| insert(db, "after")).unwrap();
    assert_eq!(usernames(&store), ["after"]);
}

#[test]
fn readers_and_the_writer_take_turns_in_memory() {
    [memory(), small()].iter().for_each(take_turns);
}

fn take_turns(store: &Arc<Store>) {
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let store = store.clone();
            scope.spawn(move || {
                (0..200).for_each(|n| write(&store, move |db| insert(db, &format!("w{writer}n{n}"))).unwrap())
            });
        }
        for _ in 0..3 {
            let store = store.clone();
            // A total and its rows are of one snapshot, whoever writes meanwhile.
            scope.spawn(move || {
                for _ in 0..200 {
                    let both = |db: &Connection| -> Result<(i64, i64), StoreError> {
                        let one = |sql: &str| db.query_row(sql, [], |row| row.get(0));
                        Ok((
                            one("SELECT count(*) FROM lines")?,
                            one("SELECT plain_lines FROM linecard_totals")?,
                        ))
                    };
                    let (rows, total) = block_on(store.read(both)).unwrap();
                    assert_eq!(rows, total);
                }
            });
        }
    });
    assert_eq!(usernames(store).len(), 400);
}

#[test]
fn a_reader_cannot_write_on_the_writers_own_connection() {
    let store = small();
    for _ in 0..2 {
        let refused = block_on(store.read(|db| insert(db, "a"))).unwrap_err();
        assert_eq!(refused.to_string(), "attempt to write a readonly database");
        write(&store, |db| insert(db, "b")).unwrap();
        write(&store, |db| Ok(db.execute("DELETE FROM lines", [])?)).unwrap();
    }
    assert!(usernames(&store).is_empty());
}

#[test]
fn an_image_fits_a_database_with_pages_of_another_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.db");
    let file = open(Place::File(path.clone()));
    let size = |store: &Arc<Store>| {
        let read = |db: &Connection| Ok::<_, StoreError>(db.query_row("PRAGMA page_size", [], |row| row.get(0))?);
        block_on(store.read(read)).unwrap()
    };
    let all =
        "SELECT group_concat(id || username || coalesce(pair_id, '-') || bouquet) || (SELECT seq FROM sqlite_sequence
               WHERE name = 'lines') || (SELECT plain_lines FROM linecard_totals) FROM lines";
    let shown = |store: &Arc<Store>| {
        let read = |db: &Connection| Ok::<String, StoreError>(db.query_row(all, [], |row| row.get(0))?);
        block_on(store.read(read)).unwrap()
    };
    write(&file, |db| {
        db.execute_batch(
            "INSERT INTO lines (id, username, bouquet) VALUES (1, 'a', '[1]'), (7, 'b', '[]');
             DELETE FROM lines WHERE id = 7; INSERT INTO lines (id, username, pair_id) VALUES (3, 'c', 1)",
        )?;
        Ok(())
    })
    .unwrap();
    for other in [memory(), small()] {
        assert_eq!((size(&file), size(&other)), (4096, 1024));
        restore(&other, &file);
        assert_eq!(shown(&other), shown(&file));
        assert_eq!((shown(&other).as_str(), size(&other)), ("1a-[1],3c1[]72", 1024));
        write(&other, |db| insert(db, "d")).unwrap();
        restore(&file, &other);
        assert_eq!(shown(&file), "1a-[1],3c1[],8d-[]83");
        write(&file, |db| {
            Ok(db.execute_batch(
                "DELETE FROM lines WHERE id = 8; UPDATE sqlite_sequence SET seq = 7 WHERE name = 'lines'",
            )?)
        })
        .unwrap();
    }
    let check =
        |db: &Connection| Ok::<String, StoreError>(db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?);
    assert_eq!(block_on(file.read(check)).unwrap(), "ok");
}

#[test]
fn the_total_follows_ids_that_somebody_chose() {
    let store = memory();
    let total = || {
        write(&store, |db| {
            Ok(db.query_row("SELECT plain_lines FROM linecard_totals", [], |row| {
                row.get::<_, i64>(0)
            })?)
        })
        .unwrap()
    };
    let run = |sql: &'static str| write(&store, move |db| Ok(db.execute_batch(sql)?)).unwrap();
    run("INSERT INTO lines (id, username) VALUES (10, 'a')");
    assert_eq!(total(), 1);
    run("INSERT INTO lines (id, username) VALUES (5, 'before'), (20, 'behind'), (21, 'hidden')");
    assert_eq!(total(), 4);
    run("UPDATE lines SET is_mag = 1 WHERE id = 21");
    assert_eq!(total(), 3);
    run("INSERT INTO lines (id, username) VALUES (30, 'short'); DELETE FROM lines WHERE id IN (30, 5)");
    assert_eq!(total(), 2);
    run("INSERT INTO lines (id, username) VALUES (40, 'made'); UPDATE lines SET is_e2 = 1 WHERE id = 40");
    assert_eq!(total(), 2);
    run("DELETE FROM lines");
    assert_eq!(total(), 0);
}

/// What changes when a database's pages are put in the place of another's, and whoever reads has to
/// prepare its statements again.
fn schema_version(store: &Store) -> i64 {
    let read = |db: &Connection| Ok::<_, StoreError>(db.query_row("PRAGMA schema_version", [], |row| row.get(0))?);
    block_on(store.read(read)).unwrap()
}

#[test]
fn a_few_rows_are_taken_back_and_many_are_replaced_as_a_whole() {
    for store in [memory(), small()] {
        write(&store, |db| {
            db.execute("INSERT INTO blocked_uas (user_agent) VALUES ('bot')", [])?;
            insert(db, "a")
        })
        .unwrap();
        let image = block_on(store.image()).unwrap();
        let back = || block_on(store.restore(&image, || {})).unwrap();
        // A world's first image is the one that it began as.
        back();
        let fresh = schema_version(&store);
        for _ in 0..3 {
            write(&store, |db| insert(db, "b")).unwrap();
            write(&store, |db| {
                Ok(db.execute("UPDATE lines SET username = 'c' WHERE username = 'a'", [])?)
            })
            .unwrap();
            back();
            assert_eq!(
                (usernames(&store), schema_version(&store)),
                (vec!["a".to_owned()], fresh)
            );
        }
        for sql in [
            // More rows than are noted.
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             INSERT INTO lines (username) SELECT 'many' || i FROM n",
            // Rows that are gone, and SQLite does not tell of them.
            "DELETE FROM blocked_uas",
            // A row whose old id it does not tell of.
            "UPDATE lines SET id = 7",
        ] {
            let before = schema_version(&store);
            write(&store, |db| Ok(db.execute(sql, [])?)).unwrap();
            back();
            assert_eq!(usernames(&store), ["a"]);
            assert!(schema_version(&store) > before, "{sql}");
        }
    }
}

#[test]
fn another_image_is_put_as_a_whole_and_is_then_the_one_to_go_back_to() {
    let store = memory();
    let first = block_on(store.image()).unwrap();
    write(&store, |db| insert(db, "a")).unwrap();
    let second = block_on(store.image()).unwrap();
    write(&store, |db| insert(db, "b")).unwrap();
    let back = |image: &Image| {
        block_on(store.restore(image, || {})).unwrap();
        (usernames(&store).concat(), schema_version(&store))
    };
    let (names, version) = back(&second);
    assert_eq!(names, "a");
    write(&store, |db| insert(db, "c")).unwrap();
    assert_eq!(back(&second), ("a".to_owned(), version));
    write(&store, |db| insert(db, "d")).unwrap();
    let (names, whole) = back(&first);
    assert!(names.is_empty() && whole > version, "{names} {whole}");
}
