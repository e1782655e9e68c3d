//! The database's file: who can read it, what another process does to it, what is left of it, copies of it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::support::process::{Served, command, files, folder, refused, run};
use crate::support::{Answer, Panel, failure};

const BUSY: &str = "The panel is busy and nothing was done. Try again.";
const LOST: &str =
    "The panel's database file was deleted or replaced and nothing was done. The server's log says what to do.";

/// A panel on a file, and the file.
fn on_file(change: impl FnOnce(&mut linecard::config::Config)) -> (Panel, tempfile::TempDir, PathBuf) {
    let (folder, db) = folder();
    let panel = Panel::docs_with(|config| {
        config.db = db.clone();
        config.lock_wait = Duration::from_millis(50);
        change(config);
    });
    (panel, folder, db.into())
}

fn create(panel: &Panel) -> Answer {
    let form = "api_key=YOUR_KEY&action=create_line&exp_date=2027-01-01&username=made";
    panel.client().post(&panel.admin_path(), form)
}

fn create_v2(panel: &Panel) -> (u16, String) {
    let answer = panel.client().post(
        "/api.php?action=user&sub=create",
        "user_data[username]=v2&user_data[password]=p",
    );
    (answer.status, answer.text())
}

fn assert_refused(panel: &Panel, error: &str, word: &str) {
    let answer = create(panel);
    assert_eq!((answer.status, answer.text()), (503, failure("STATUS_FAILURE", error)));
    let v2 = format!(r#"{{"result":false,"error":"{word}"}}"#);
    assert_eq!(create_v2(panel), (503, v2));
    assert!(panel.get("get_lines", "").contains(r#""recordsTotal":2"#));
}

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// What a command prints that ends with this code.
fn printed(arguments: &[&str], code: i32) -> String {
    let output = run(arguments);
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), words.as_str()),
        (Some(code), ""),
        "{arguments:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn nobody_else_on_the_machine_can_read_what_is_written() {
    let (folder, db) = folder();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (ready, state) = (at("ready"), at("state.db"));
    // With the umask that most systems have.
    let mut serve = std::process::Command::new("sh");
    serve
        .args(["-c", "umask 022; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_linecard")])
        .args([
            "serve",
            "--bind",
            "127.0.0.1:0",
            "--control",
            "--control-token",
            "let-me-in",
            "--seed",
            "docs",
            "--db",
            &db,
        ])
        .args(["--ready-file", &ready, "--export-on-exit", &state])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let served = Served::spawn(serve);
    assert!(served.call("delete_line", "id=4521").contains("SUCCESS"));
    for name in ["panel.db", "panel.db-wal", "panel.db-shm", "ready"] {
        assert_eq!(mode(at(name)), 0o600, "{name}");
    }
    let copy = at("copy.db");
    printed(&["backup", "--db", &db, &copy], 0);
    let ready = served.ready();
    let mut save = command(&["snapshot", "save", "a", "--out", &at("a.db"), "--url", ready["control"]]);
    save.args(["--control-token", "let-me-in"]);
    let save = save.output().unwrap();
    assert!(save.status.success(), "{save:?}");
    served.end("-TERM");
    for name in ["panel.db", "copy.db", "a.db", "state.db"] {
        assert_eq!(mode(at(name)), 0o600, "{name}");
    }
}

#[test]
fn a_file_that_others_can_read_is_told_of() {
    let (_folder, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    fs::set_permissions(&db, fs::Permissions::from_mode(0o644)).unwrap();
    let (status, _, words) = Served::start(&["--db", &db]).end("-TERM");
    assert!(status.success());
    let told =
        format!("WARN other users of this machine can read {db}, which has keys and passwords in it: chmod 600 {db}");
    assert!(words.contains(&told), "{words}");
    assert_eq!(mode(&db), 0o644);
}

#[test]
fn a_file_that_another_process_keeps_locked_is_busy() {
    let (panel, _folder, db) = on_file(|_| {});
    let other = Connection::open(&db).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_refused(&panel, BUSY, "BUSY");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(create(&panel).status, 200);
}

#[test]
fn no_write_is_acknowledged_on_a_file_that_is_gone() {
    let (panel, folder, db) = on_file(|config| config.control = true);
    let away = folder.path().join("away");
    for name in ["panel.db", "panel.db-wal"] {
        assert!(panel.call("edit_line", "id=4521&admin_notes=x").contains("SUCCESS"));
        let path = folder.path().join(name);
        fs::rename(&path, &away).unwrap();
        assert_refused(&panel, LOST, "DATABASE LOST");
        // Another file in its place does not make it better.
        fs::copy(&away, &path).unwrap();
        assert_refused(&panel, LOST, "DATABASE LOST");
        let reset = panel
            .client()
            .request("POST", "/_linecard/reset", &[("Content-Type", "application/json")], b"");
        assert_eq!(
            (reset.status, reset.text().as_str()),
            (
                503,
                r#"{"type":"linecard:database_lost","title":"Service Unavailable","status":503,"detail":"the database file was deleted or replaced and nothing was done","hint":"put the file back, or start the server again"}"#
            )
        );
        // What was moved by mistake can be moved back.
        fs::rename(&away, &path).unwrap();
    }
    let answer = create(&panel);
    assert_eq!(answer.status, 200, "{answer:?}");
    drop(panel);
    let kept = "SELECT count(*) FROM lines WHERE username = 'made'";
    let kept = Connection::open(&db)
        .unwrap()
        .query_row(kept, [], |row| row.get::<_, i64>(0));
    assert_eq!(kept.unwrap(), 1);
}

#[test]
fn an_empty_file_is_a_new_panel_only_where_it_is_asked_for() {
    let (folder, db) = folder();
    fs::write(&db, "").unwrap();
    let told = format!(
        "linecard: {db} is an empty file: a crash may have left it of a database, so go back to a backup; for a new one remove it or start with --accept-empty-db"
    );
    assert_eq!(refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", &db])), told);
    assert_eq!(refused(&run(&["settings", "--db", &db])), told);
    assert_eq!(fs::read(&db).unwrap(), b"");
    assert_eq!(files(folder.path()), ["panel.db"]);
    let served = Served::start(&["--db", &db, "--accept-empty-db"]);
    assert!(served.call("user_info", "").contains("STATUS_SUCCESS"));
    assert_eq!(mode(&db), 0o600);
}

#[test]
fn a_cut_file_is_told_of_and_left_alone() {
    let (_folder, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let whole = fs::read(&db).unwrap();
    for (length, reason) in [
        (whole.len() - 1, "it ends within a page"),
        (whole.len() / 8192 * 4096, "database disk image is malformed"),
        (4096, "database disk image is malformed"),
        (100, "database disk image is malformed"),
        (16, "file is not a database"),
    ] {
        fs::write(&db, &whole[..length]).unwrap();
        let told = format!("cannot read {db}: {reason}; it is cut off or damaged: go back to a backup");
        let words = refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", &db]));
        assert_eq!(words, format!("linecard: {told}"), "{length}");
        assert_eq!(printed(&["check", &db], 1), format!("{told}\n"));
        assert_eq!(fs::read(&db).unwrap(), &whole[..length]);
    }
}

#[test]
fn the_log_is_cut_when_a_reader_that_kept_it_long_is_gone() {
    let (panel, folder, db) = on_file(|config| config.wal_limit = 1 << 20);
    let log = || fs::metadata(folder.path().join("panel.db-wal")).unwrap().len();
    let fill = |times: usize| {
        for round in 0..times {
            // Only pages that change are written.
            let notes = format!("{round:02}").repeat(100_000);
            let answer = panel.call("edit_line", &format!("id=4521&admin_notes={notes}"));
            assert!(answer.contains("STATUS_SUCCESS"));
        }
    };
    let other = Connection::open(&db).unwrap();
    other.execute_batch("BEGIN; SELECT * FROM lines").unwrap();
    fill(12);
    assert!(log() > 2 << 20, "{}", log());
    other.execute_batch("COMMIT").unwrap();
    fill(12);
    assert!(log() <= 1 << 20, "{}", log());
}

#[test]
fn a_backup_is_made_while_the_panel_is_written_to_and_replaces_nothing_unasked() {
    let (folder, db) = folder();
    let copy = folder.path().join("copy.db").to_str().unwrap().to_owned();
    let served = Served::start(&["--db", &db, "--seed", "docs"]);
    assert!(
        served
            .call("create_line", "exp_date=2030-01-01&username=first")
            .contains("SUCCESS")
    );
    let said = printed(&["backup", "--db", &db, &copy], 0);
    let bytes = fs::metadata(&copy).unwrap().len();
    let schema = linecard::store::open::VERSION;
    assert_eq!(said, format!("{copy}: {bytes} bytes, schema {schema}\n"));
    assert!(
        served
            .call("create_line", "exp_date=2030-01-01&username=second")
            .contains("SUCCESS")
    );

    let before = fs::read(&copy).unwrap();
    assert_eq!(
        refused(&run(&["backup", "--db", &db, &copy])),
        format!("linecard: {copy} is there already; name another file, or replace it with --overwrite")
    );
    for overwrite in [&["--overwrite"][..], &[]] {
        let itself = [&["backup", "--db", &db, &db], overwrite].concat();
        assert_eq!(
            refused(&run(&itself)),
            format!("linecard: {db} is the database itself; name another file")
        );
    }
    assert!(fs::read(&copy).unwrap() == before);
    let nowhere = folder.path().join("no/copy.db").to_str().unwrap().to_owned();
    let words = refused(&run(&["backup", "--db", &db, &nowhere]));
    assert!(
        words.starts_with(&format!("linecard: cannot write the backup {nowhere}: ")),
        "{words}"
    );
    let missing = folder.path().join("missing.db").to_str().unwrap().to_owned();
    assert_eq!(
        refused(&run(&["backup", "--db", &missing, &nowhere])),
        format!("linecard: cannot read {missing}: there is no such file; name the panel's database with --db")
    );

    let names = |path: &str| {
        let names = "SELECT group_concat(username, ' ') FROM lines WHERE username IN ('first', 'second')";
        Connection::open(path)
            .unwrap()
            .query_row(names, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(names(&copy), "first");
    printed(&["backup", "--db", &db, "--overwrite", &copy], 0);
    assert_eq!(names(&copy), "first second");
    assert_eq!(printed(&["check", &copy], 0), "ok\n");
    assert_eq!(printed(&["check", &db], 0), "ok\n");
    drop(served.end("-TERM"));
    assert_eq!(files(folder.path()), ["copy.db", "panel.db"]);
    let again = Served::start(&["--db", &copy]);
    assert!(again.call("get_lines", "").contains(r#""recordsTotal":4"#));
}

#[test]
fn a_check_tells_what_is_wrong_with_a_file() {
    let (folder, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let broken = folder.path().join("broken.db").to_str().unwrap().to_owned();
    let with = |sql: &str| {
        fs::copy(&db, &broken).unwrap();
        Connection::open(&broken).unwrap().execute_batch(sql).unwrap();
        printed(&["check", &broken], 1)
    };
    for (sql, finding) in [
        ("DELETE FROM linecard_access", "linecard_access has not exactly one row"),
        ("DELETE FROM linecard_totals", "linecard_totals has not exactly one row"),
        (
            "UPDATE linecard_totals SET plain_lines = 7",
            "linecard_totals.plain_lines is not the number of lines; the next start counts them anew",
        ),
        (
            "PRAGMA foreign_keys = OFF; INSERT INTO mag_events (id, mag_device_id) VALUES (77, 77)",
            "references: mag_events 77 belongs to a row of mag_devices that is not there",
        ),
        (
            "UPDATE bouquets SET bouquet_movies = '[99,\"98\"]' WHERE id = 1",
            "bouquets 1: a movie that is not there (99, 98)",
        ),
        (
            "UPDATE lines SET pair_id = 9 WHERE id = 4521",
            "lines 4521: a pair that is gone",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON lines BEGIN UPDATE users SET member_group_id = 1; END",
            "its schema: it has a trigger \"t\" that is no part of a panel",
        ),
        (
            "DROP INDEX lines_member",
            "its schema: its index \"lines_member\" is missing",
        ),
        (
            "CREATE VIEW v AS SELECT 1; DROP TABLE linecard_extra; CREATE TABLE linecard_extra (line_id)",
            "its schema: it has a view \"v\" that is no part of a panel\nits schema: its table \"linecard_extra\" is not as this version declares it",
        ),
        (
            "PRAGMA application_id = 1",
            &format!("{broken} is not a Linecard database; name another file with --db"),
        ),
    ] {
        let mut found: Vec<String> = with(sql).lines().map(str::to_owned).collect();
        found.sort();
        let mut expected: Vec<&str> = finding.lines().collect();
        expected.sort();
        assert_eq!(found, expected, "{sql}");
    }

    // A page of an index that is overwritten.
    fs::copy(&db, &broken).unwrap();
    let page = "SELECT rootpage FROM sqlite_schema WHERE name = 'lines_username'";
    let page: usize = Connection::open(&db)
        .unwrap()
        .query_row(page, [], |row| row.get::<_, i64>(0))
        .unwrap()
        .try_into()
        .unwrap();
    let mut bytes = fs::read(&broken).unwrap();
    bytes[(page - 1) * 4096 + 8..page * 4096].fill(0xff);
    fs::write(&broken, &bytes).unwrap();
    let found = printed(&["check", &broken], 1);
    assert!(found.starts_with("integrity: "), "{found}");
    assert!(fs::read(&broken).unwrap() == bytes);

    let missing = folder.path().join("missing.db").to_str().unwrap().to_owned();
    assert_eq!(
        refused(&run(&["check", &missing])),
        format!("linecard: cannot read {missing}: there is no such file")
    );
    assert_eq!(printed(&["check", &db], 0), "ok\n");
    // A caller may send the id of a bouquet that is not there.
    let sent = "UPDATE lines SET bouquet = '[1,99]' WHERE id = 4521;
                INSERT INTO activecodes (id, code, bouquet) VALUES (1, 'a', '[98]')";
    Connection::open(&db).unwrap().execute_batch(sent).unwrap();
    let note = "note: lines 4521: a bouquet that is not there (99)\n\
                note: activecodes 1: a bouquet that is not there (98)\nok\n";
    assert_eq!(printed(&["check", &db], 0), note);
    assert_eq!(files(folder.path()), ["broken.db", "panel.db"]);
}
