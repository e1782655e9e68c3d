//! Database files that were made by hand: uploaded, opened, and taken as seeds.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use linecard::store::{Place, StorageOptions, Store, StoreError};
use linecard::time::Zone;
use rusqlite::Connection;

#[cfg(unix)]
use crate::support::process::{folder, refused, run};
use crate::support::{Answer, Panel, block_on, failure};

/// SQL that makes a hostile file of a panel's, and what is said of it.
const HOSTILE: [(&str, &str); 7] = [
    (
        "CREATE TRIGGER t AFTER UPDATE ON lines BEGIN UPDATE users SET api_key = 'theirs'; END",
        r#"it has a trigger "t" that is no part of a panel"#,
    ),
    (
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        r#"it has a view "v" that is no part of a panel"#,
    ),
    (
        "DROP TABLE mag_events; CREATE VIEW mag_events AS
         WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n",
        r#"it has a view "mag_events" that is no part of a panel"#,
    ),
    (
        "CREATE INDEX i ON lines (upper(username))",
        r#"it has a index "i" that is no part of a panel"#,
    ),
    ("CREATE TABLE t (a)", r#"it has a table "t" that is no part of a panel"#),
    (
        "ALTER TABLE lines ADD COLUMN x TEXT AS (upper(username))",
        r#"its table "lines" is not as this version declares it"#,
    ),
    (
        "DROP TRIGGER users_access_update",
        r#"its trigger "users_access_update" is missing"#,
    ),
];

/// What is wrong with rows alone.
const BROKEN: [(&str, &str); 4] = [
    ("PRAGMA application_id = 1", "it is not a whole Linecard database"),
    ("DELETE FROM linecard_totals", "linecard_totals has not exactly one row"),
    ("DELETE FROM linecard_access", "linecard_access has not exactly one row"),
    (
        "PRAGMA foreign_keys = OFF; INSERT INTO mag_events (id, mag_device_id) VALUES (77, 77)",
        "references: mag_events 77 belongs to a row of mag_devices that is not there",
    ),
];

fn panel() -> Panel {
    Panel::docs_with(|config| config.control = true)
}

/// The file of the panel's state with this done to it.
fn file_with(panel: &Panel, sql: &str) -> Vec<u8> {
    let whole = panel.client().get("/_linecard/state?format=sqlite");
    assert_eq!(whole.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    fs::write(&path, &whole.body).unwrap();
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    fs::read(path).unwrap()
}

fn put(panel: &Panel, path: &str, body: &[u8]) -> Answer {
    let headers = [("Content-Type", "application/vnd.sqlite3")];
    panel
        .client()
        .request("PUT", &format!("/_linecard/{path}"), &headers, body)
}

fn not_taken(reason: &str, hint: &str) -> String {
    let detail = serde_json::Value::from(format!("the body is no snapshot: {reason}"));
    format!(r#"{{"type":"linecard:bad_request","title":"Bad Request","status":400,"detail":{detail},"hint":"{hint}"}}"#)
}

#[test]
fn an_uploaded_file_has_the_schema_of_a_panel_and_nothing_else() {
    let panel = panel();
    let newer = format!("its schema is 99, this server's is {}", linecard::store::open::VERSION);
    let all = HOSTILE
        .into_iter()
        .chain(BROKEN)
        .map(|(sql, reason)| (sql, reason.to_owned()));
    for (sql, reason) in all.chain([("PRAGMA user_version = 99", newer)]) {
        let file = file_with(&panel, sql);
        for (path, hint) in [
            ("state", "send what GET /_linecard/state?format=sqlite answered"),
            ("snapshots/a", "send what GET /_linecard/snapshots/{name} answered"),
        ] {
            let answer = put(&panel, path, &file);
            assert_eq!((answer.status, answer.text()), (400, not_taken(&reason, hint)), "{sql}");
        }
    }
    assert_eq!(panel.client().get("/_linecard/snapshots").text(), r#"{"snapshots":[]}"#);
    assert!(
        panel
            .call("edit_line", "id=4521&admin_notes=x")
            .contains("STATUS_SUCCESS")
    );
    assert!(panel.call("user_info", "").contains(r#""username":"admin""#));
    // What nothing was done to is taken.
    let file = file_with(&panel, "ANALYZE");
    assert_eq!(put(&panel, "state", &file).status, 200);
}

#[test]
fn an_uploaded_file_whose_bytes_are_damaged_is_refused() {
    let panel = panel();
    let whole = file_with(&panel, "");
    let hint = "send what GET /_linecard/snapshots/{name} answered";
    let cut = put(&panel, "snapshots/a", &whole[..whole.len() / 2]);
    assert_eq!(cut.status, 400, "{cut:?}");
    // Each page in turn has its cells overwritten: nothing panics, and what is taken is whole.
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    for at in (1..whole.len() / page).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at * page..at * page + 64].fill(0xff);
        let answer = put(&panel, "snapshots/a", &bytes);
        assert!(answer.status == 400 && answer.text().contains(hint), "{at}: {answer:?}");
    }
    assert!(panel.call("user_info", "").contains(r#""username":"admin""#));
}

#[cfg(unix)]
#[test]
fn an_opened_file_and_a_seed_have_the_schema_of_a_panel_and_nothing_else() {
    let panel = panel();
    let (folder, db) = folder();
    let other = folder.path().join("other.db").to_str().unwrap().to_owned();
    let refuse = |arguments: &[&str]| refused(&run(&[&["serve", "--bind", "127.0.0.1:0"], arguments].concat()));
    for (sql, reason) in HOSTILE {
        fs::write(&db, file_with(&panel, sql)).unwrap();
        let told = format!(
            "linecard: {db} is not a database as Linecard makes it: {reason}; remove that with another tool, or go back to a backup"
        );
        assert_eq!(refuse(&["--db", &db]), told);
        assert_eq!(refused(&run(&["settings", "--db", &db, "api_pass=x"])), told);
        let told = format!("linecard: cannot read seed {db}: {reason}");
        assert_eq!(refuse(&["--db", ":memory:", "--seed", &db]), told);
        assert_eq!(refuse(&["--db", &other, "--seed", &db]), told);
        assert!(!std::path::Path::new(&other).exists());
    }
}

#[test]
fn a_read_that_takes_too_long_is_stopped_and_told_to_come_again() {
    let panel = Panel::docs_with(|config| {
        config.seed = vec!["docs".parse().unwrap(), "scale:lines=20000".parse().unwrap()];
        config.read_limit = Duration::ZERO;
    });
    let answer = panel.client().get(&format!(
        "{}?api_key=YOUR_KEY&action=get_lines&search[value]=zzz",
        panel.admin_path()
    ));
    assert_eq!(
        (answer.status, answer.text()),
        (
            503,
            failure("STATUS_FAILURE", "The panel is busy and nothing was done. Try again.")
        )
    );
    // One that is short has its milliseconds.
    assert!(panel.get("get_line", "id=4521").contains("STATUS_SUCCESS"));
}

#[test]
fn a_stop_ends_a_read_that_never_would() {
    let folder = tempfile::tempdir().unwrap();
    for place in [Place::private_memory(), Place::File(folder.path().join("panel.db"))] {
        let store = Arc::new(
            Store::open(place, Zone::UTC, &StorageOptions::default(), |_| Ok(()))
                .unwrap()
                .0,
        );
        let (began, begun) = std::sync::mpsc::channel();
        let reading = Arc::clone(&store);
        let reader = std::thread::spawn(move || {
            let endless = move |db: &Connection| {
                let _ = began.send(());
                let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
                db.query_row(sql, [], |row| row.get::<_, i64>(0))
                    .map_err(StoreError::from)
            };
            block_on(reading.read(endless))
        });
        // Once on the caller's thread, and once on its own.
        begun.recv().unwrap();
        begun.recv().unwrap();
        let stopping = Instant::now();
        store.close();
        assert!(matches!(reader.join().unwrap(), Err(StoreError::Busy)));
        assert!(stopping.elapsed() < Duration::from_secs(2));
    }
}
