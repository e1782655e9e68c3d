//! Durable writes per second: lines created by 32 callers at once, each acknowledged after its commit,
//! compared with SQLite alone with the same rows in the same tables, 32 lines per transaction.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use linecard::panel::clock::Clock;
use linecard::panel::draft::Draft;
use linecard::panel::lines::LINES;
use linecard::panel::noun::Noun;
use linecard::panel::rng::Rng;
use linecard::panel::{Caller, Panel, Settings};
use linecard::seeds;
use linecard::store::Place;
use linecard::time::Zone;
use rusqlite::types::Value;

use super::requests::{address, panel, post};
use super::{Row, load, median};

const CALLERS: usize = 32;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let raw = raw(&path("raw.db"));
    let inner = open(&path("inner.db"));
    let served = panel(path("served.db").to_str().unwrap(), "scale:lines=0");
    let mut figures: [Vec<f64>; 3] = Default::default();
    for turn in 0..TURNS {
        let served = load::run(address(&served), CALLERS, TURN, move |n| {
            post(
                "bench0001",
                "BENCH_KEY",
                &format!("create_line&exp_date=2027-01-01&username=line{turn}x{n:08}&password=pw"),
            )
        });
        figures[0].push(insert_for(&raw, turn));
        figures[1].push(create_for(&inner, turn));
        figures[2].push(served.per_second);
    }
    let against = |at: usize| {
        median(
            figures[at]
                .iter()
                .zip(&figures[0])
                .map(|(ours, raw)| ours / raw)
                .collect(),
        )
    };
    let (inner, served) = (against(1), against(2));
    let [raw, created, answered] = figures.map(median);
    vec![
        Row {
            what: "`create_line` by 32 callers of the panel, each durable (FULL) when answered, against raw SQLite with the same inserts, 32 lines in a transaction",
            measured: format!("{inner:.2} times ({created:.0}/s against {raw:.0}/s)"),
            target: "at least 0.5",
            readme: true,
        },
        Row {
            what: "the same over HTTP, 32 connections, load program included",
            measured: format!("{served:.2} times ({answered:.0}/s)"),
            target: "–",
            readme: false,
        },
    ]
}

/// Opens SQLite alone, with the panel's schema and durability.
fn raw(path: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        .unwrap();
    db.execute_batch(linecard::store::schema::SQL).unwrap();
    db
}

/// Measures lines per second in transactions with one line per caller, the most that the panel's writer can
/// commit together. A line is the two rows that `create_line` inserts: itself, and its entry of the audit log.
fn insert_for(db: &rusqlite::Connection, turn: usize) -> f64 {
    let line =
        "INSERT INTO lines (exp_date, username, password, updated, created_at) VALUES ('2027-01-01', ?1, 'pw', 1, 1)";
    let entry = "INSERT INTO linecard_audit (at, user_id, surface, action, thing, thing_id, count, after)
                 VALUES (1, 1, 'panel', '', 'lines', ?1, 1, ?2)";
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < TURN {
        let transaction = db.unchecked_transaction().unwrap();
        for _ in 0..CALLERS {
            let username = format!("line{turn}x{count:08}");
            let id = transaction.prepare_cached(line).unwrap().insert([&username]).unwrap();
            let after = format!(
                r#"{{"exp_date":"2027-01-01","username":"{username}","password":"•","updated":1,"created_at":1}}"#
            );
            transaction.prepare_cached(entry).unwrap().execute((id, after)).unwrap();
            count += 1;
        }
        transaction.commit().unwrap();
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

fn open(path: &Path) -> Arc<Panel> {
    let keys = seeds::BootstrapCredentials::default();
    let fill = |db: &rusqlite::Connection, rng: &Rng, now| {
        let zone = Zone::UTC;
        seeds::plant(
            &seeds::SeedContext {
                db,
                keys: &keys,
                rng,
                now,
                zone,
                limit: None,
            },
            &[],
        )
    };
    let place = Place::File(path.into());
    let (panel, _) = Panel::open(place, Settings::default(), Clock::running(), Rng::seeded(1), fill).unwrap();
    Arc::new(panel)
}

fn create_for(panel: &Arc<Panel>, turn: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let begun = Instant::now();
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| tokio::spawn(call_until(Arc::clone(panel), begun + TURN, turn, caller)))
            .collect();
        let mut count = 0;
        for caller in callers {
            count += caller.await.unwrap();
        }
        f64::from(count) / begun.elapsed().as_secs_f64()
    })
}

async fn call_until(panel: Arc<Panel>, end: Instant, turn: usize, caller: usize) -> u32 {
    let mut count = 0;
    while Instant::now() < end {
        let text = |text: &str| Value::Text(text.to_owned());
        let username = text(&format!("line{turn}x{count:08}c{caller}"));
        let draft = Draft::from_values([
            ("exp_date", text("2027-01-01")),
            ("username", username),
            ("password", text("pw")),
        ]);
        panel
            .write(Caller::Admin(Some(1)), move |context| LINES.create(context, &draft))
            .await
            .unwrap();
        count += 1;
    }
    count
}
