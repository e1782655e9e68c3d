//! Raw SQL: `mysql_query` against the calls of the API and against SQLite alone.

use std::time::{Duration, Instant};

use linecard::server::Running;
use rusqlite::Connection;

use super::caller::Caller;
use super::requests::{address, get, panel};
use super::{Row, load, median};

const CONNECTIONS: usize = 32;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);
const TIMES: usize = 50;

/// The vendor's example.
const EXAMPLE: &str = "SELECT id, username, exp_date FROM lines WHERE member_id = 88 LIMIT 10";

/// Three joins over all lines.
const JOINS: &str = "SELECT u.username AS owner, g.group_name, COUNT(*) AS n, MAX(l.max_connections) AS most \
     FROM lines l JOIN users u ON u.id = l.member_id JOIN users_groups g ON g.group_id = u.member_group_id \
     JOIN servers s ON s.id = 1 GROUP BY u.id, g.group_id ORDER BY u.id";

/// The same in SQLite's words.
const JOINS_OF_SQLITE: &str = "SELECT u.username AS owner, g.group_name, COUNT(*) AS n, MAX(l.max_connections) AS most \
     FROM lines l JOIN users u ON u.id = l.member_id JOIN users_groups g ON g.group_id = u.member_group_id \
     JOIN servers s ON s.id = 1 GROUP BY u.id, g.group_id ORDER BY u.id";

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let scaled = |lines: &str| {
        let db = folder.path().join(lines);
        let seed = format!("scale:lines={lines},streams=100,resellers=20");
        (panel(db.to_str().unwrap(), &seed), db)
    };
    let (few, db) = scaled("10000");
    let docs = panel(":memory:", "docs");
    let example = compare(
        || per_second(&docs, "access", "get_lines"),
        || per_second(&docs, "access", &statement(EXAMPLE)),
    );
    let joins = joined(&few, &Connection::open(db).unwrap());
    let slowed = slowed(&few);
    drop(few);
    let (many, db) = scaled("1000000");
    drop(many);
    Connection::open(&db)
        .unwrap()
        .execute("UPDATE lines SET username = 'é' || username WHERE id % 200 = 0", [])
        .unwrap();
    let found = found(&panel(db.to_str().unwrap(), "scale:lines=0"));
    vec![
        Row {
            what: "the vendor's `mysql_query` over HTTP against `get_lines` with as many rows",
            measured: format!("{:.2} times its cost ({:.0}/s)", example.0, example.1),
            target: "at most 1.5",
            readme: true,
        },
        Row {
            what: "a `mysql_query` with three joins over 10,000 lines against SQLite alone",
            measured: format!("{:.2} times its time", joins),
            target: "at most 3",
            readme: false,
        },
        Row {
            what: "`username = 'x'` by `mysql_query` on 1,000,000 lines, one name in 200 not ASCII",
            measured: format!("{found:.2} ms"),
            target: "at most 2 ms",
            readme: false,
        },
        Row {
            what: "`get_line` while a cross join of 50 tables runs against `get_line` alone",
            measured: format!("{slowed:.2} of it"),
            target: "at least 0.5",
            readme: false,
        },
    ]
}

/// The call of a statement.
fn statement(sql: &str) -> String {
    let encoded: String = sql.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("mysql_query&query={encoded}")
}

fn per_second(panel: &Running, code: &str, call: &str) -> f64 {
    let request = get(code, "BENCH_KEY", call);
    load::run(address(panel), CONNECTIONS, TURN, move |_| request.clone()).per_second
}

/// Returns how many times the second costs what the first does, and how many of the second there are in a second.
fn compare(first: impl Fn() -> f64, second: impl Fn() -> f64) -> (f64, f64) {
    let (ratios, figures): (Vec<f64>, Vec<f64>) = (0..TURNS)
        .map(|_| {
            let (first, second) = (first(), second());
            (first / second, second)
        })
        .unzip();
    (median(ratios), median(figures))
}

fn joined(panel: &Running, db: &Connection) -> f64 {
    let mut caller = Caller::new(address(panel));
    let request = get("bench0001", "BENCH_KEY", &statement(JOINS));
    let ratios = (0..TIMES).map(|_| {
        let begun = Instant::now();
        let mut query = db.prepare_cached(JOINS_OF_SQLITE).unwrap();
        let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        assert!(rows.count() > 10);
        let alone = begun.elapsed().as_secs_f64() * 1e3;
        caller.ask(&request).0 / alone
    });
    median(ratios.collect())
}

/// Returns the milliseconds of one look-up by name.
fn found(panel: &Running) -> f64 {
    let mut caller = Caller::new(address(panel));
    let mut ask = |n: usize| {
        let sql = format!(
            "SELECT id, password FROM lines WHERE username = 'line{:07}'",
            n * 7919 + 1
        );
        caller.ask(&get("bench0001", "BENCH_KEY", &statement(&sql))).0
    };
    ask(0);
    median((1..=TIMES).map(ask).collect())
}

/// Returns the part of `get_line`'s figure that is left while one caller after the other sends a cross join.
fn slowed(panel: &Running) -> f64 {
    let tables: Vec<String> = (0..50).map(|n| format!("lines t{n}")).collect();
    let request = get(
        "bench0001",
        "BENCH_KEY",
        &statement(&format!("SELECT COUNT(*) FROM {}", tables.join(", "))),
    );
    let line = || per_second(panel, "bench0001", "get_line&id=4521");
    let alone = line();
    let at = address(panel);
    let hog = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let mut socket = std::net::TcpStream::connect(at).unwrap();
        socket.write_all(&request).unwrap();
        let _ = socket.read(&mut [0; 1024]);
    });
    std::thread::sleep(Duration::from_millis(200));
    let beside = line();
    hog.join().unwrap();
    beside / alone
}
