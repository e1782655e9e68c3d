//! When sources of guides are imported without being asked for, and where an import ends.

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::guide::{Imported, START, guide, import_of, long_guide};
use crate::support::process::Served;
use crate::support::upstream::Upstream;
use crate::support::{Panel, soon};

/// Advances the clock, and returns what fell due.
fn advance(panel: &Panel, by: &str) -> String {
    let (headers, body) = ([("Content-Type", "application/json")], format!("{{\"by\":\"{by}\"}}"));
    let answer = panel
        .client()
        .request("POST", "/_linecard/clock/advance", &headers, body.as_bytes());
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    told["fired"].to_string()
}

#[test]
fn a_source_is_imported_when_it_gets_its_first_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("guide.xml");
    fs::write(&path, guide(&[(START, "20260315153000", "Now")])).unwrap();
    let panel = Panel::docs_seeded(7);
    let answer = panel.call("create_epg", &format!("epg_file={}", path.display()));
    assert!(answer.contains("\"last_updated\":null"), "{answer}");
    assert!(soon(|| panel
        .sql_one("SELECT coalesce(last_updated, 0) FROM epg WHERE id = 2")
        == "1773585000"));
    assert_eq!(import_of(&panel), "done||||1|1");
    // A later file waits for a reload.
    panel.call("create_epg", "");
    for file in ["", "/nowhere/guide.xml"] {
        panel.call("edit_epg", &format!("id=3&epg_file={file}"));
    }
    let failed = "SELECT count(*) FROM epg_imports WHERE epg_id = 3 AND state = 'failed' AND error <> ''";
    assert!(soon(|| panel.sql_one(failed) == "1"));
    panel.call("edit_epg", &format!("id=3&epg_file={}", path.display()));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(panel.sql_one(failed), "1");
    assert_eq!(panel.sql_one("SELECT last_updated FROM epg WHERE id = 3"), "null");
}

#[test]
fn sources_are_reloaded_and_cleared_of_old_programmes_at_four() {
    let imported = Imported::with("days_keep=1");
    let panel = &imported.panel;
    imported.import(guide(&[
        ("20260314140000", "20260314150000", "Yesterday"),
        (START, "20260315153000", "Now"),
    ]));
    assert_eq!(imported.count("1"), 2);
    // Another source, whose file is gone when it is four: its guide stays, but for what is old.
    let other = imported.path.with_file_name("other.xml");
    fs::write(
        &other,
        guide(&[
            ("20260314140000", "20260314150000", "Yesterday"),
            (START, "20260315153000", "Now"),
        ]),
    )
    .unwrap();
    panel.call("create_epg", &format!("days_keep=1&epg_file={}", other.display()));
    let titles = |id: u8| {
        panel.sql(&format!(
            "SELECT title FROM epg_data WHERE epg_id = {id} ORDER BY start"
        ))
    };
    assert!(soon(|| titles(3) == ["Yesterday", "Now"]));
    fs::remove_file(&other).unwrap();
    fs::write(&imported.path, guide(&[(START, "20260315153000", "New")])).unwrap();
    panel.sql("DELETE FROM epg WHERE id = 1");
    assert_eq!(advance(panel, "PT13H29M59S"), "[]");
    assert_eq!(titles(2), ["Yesterday", "Now"]);
    let job = |name: &str, id: u8| format!(r#"{{"at":"2026-03-16T04:00:00Z","job":"{name}","id":{id}}}"#);
    let expected = [
        job("guide.reload", 2),
        job("guide.reload", 3),
        job("guide.retain", 2),
        job("guide.retain", 3),
    ];
    assert_eq!(advance(panel, "PT1S"), format!("[{}]", expected.join(",")));
    assert!(soon(|| titles(2) == ["New"]), "{:?}", titles(2));
    assert_eq!(titles(3), ["Now"]);
    assert_eq!(
        panel.sql("SELECT epg.id, last_updated, state FROM epg JOIN epg_imports ON epg_id = epg.id ORDER BY epg.id"),
        ["2|1773633600|done", "3|1773585000|failed"]
    );
    // Several days are one.
    assert!(advance(panel, "P3D").starts_with(r#"[{"at":"2026-03-19T04:00:00Z","job":"guide.reload","id":2},"#));
    assert_eq!(titles(3), [""; 0]);
}

#[test]
fn a_clock_that_runs_reloads_by_itself_and_one_that_stands_does_not() {
    let imported = Imported::with("");
    let panel = &imported.panel;
    fs::write(&imported.path, guide(&[(START, "20260315153000", "Now")])).unwrap();
    let set = |body: &str| {
        let headers = [("Content-Type", "application/json")];
        let answer = panel
            .client()
            .request("PUT", "/_linecard/clock", &headers, body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    // Past four, by a leap: nobody has waited for it.
    set(r#"{"mode":"frozen","at":"2026-03-16T03:59:00Z"}"#);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(imported.state(), [""; 0]);
    set(r#"{"mode":"scaled","rate":200}"#);
    assert!(soon(|| imported.state() == ["1|done|1|0|"]), "{:?}", imported.state());
    let updated: i64 = panel
        .sql_one("SELECT last_updated FROM epg WHERE id = 2")
        .parse()
        .unwrap();
    assert!((1_773_633_600..1_773_640_000).contains(&updated), "{updated}");
    // It waits for the next day in the same way.
    set(r#"{"mode":"frozen","at":"2026-03-17T03:59:00Z"}"#);
    set(r#"{"mode":"scaled","rate":200}"#);
    assert!(soon(|| imported.state() == ["2|done|1|0|"]), "{:?}", imported.state());
}

#[test]
fn an_import_ends_at_the_limits_that_are_set() {
    let imported = Imported::with("");
    imported.import(guide(&[(START, "20260315153000", "Now")]));
    imported.panel.set("epg_max_bytes=1MiB");
    imported.import(long_guide(10, 1440, "x"));
    let words = "it has more than the 1048576 bytes of `epg_max_bytes`";
    assert!(
        soon(|| imported.state().concat().contains(words)),
        "{:?}",
        imported.state()
    );
    assert!(soon(|| imported.rows() == ["1|one|0|3600|en|Now|D"]));
    // A source that never ends, of nothing but spaces.
    let upstream = Upstream::new(|_, socket| {
        socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<tv>")?;
        loop {
            socket.write_all(b" ")?;
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    imported.panel.set("epg_max_time=1");
    let url = upstream.url("/guide.xml");
    imported
        .panel
        .sql(&format!("UPDATE epg SET epg_file = '{url}' WHERE id = 2"));
    let begun = Instant::now();
    imported.panel.call("reload_epg", "id=2");
    let words = "it took more than the 1 s of `epg_max_time`";
    assert!(
        soon(|| imported.state().concat().contains(words)),
        "{:?}",
        imported.state()
    );
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(soon(|| imported.rows() == ["1|one|0|3600|en|Now|D"]));
}

/// The names of a process's threads that are this one's.
#[cfg(target_os = "linux")]
fn threads_called(pid: u32, name: &str) -> usize {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let names = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default());
    names.filter(|one| one.trim_end() == name).count()
}

#[test]
#[cfg(target_os = "linux")]
fn the_daily_thread_begins_with_the_first_source_that_has_a_file() {
    let served = Served::start(&["--db", ":memory:"]);
    served.call("create_epg", "epg_name=Without");
    let threads = |name| threads_called(served.pid(), name);
    assert_eq!(
        (
            threads("linecard-daily"),
            threads("linecard-viewers"),
            threads("linecard-guide")
        ),
        (0, 0, 0)
    );
    served.call("create_epg", "epg_name=With&epg_file=/nowhere/guide.xml");
    assert!(soon(|| threads("linecard-daily") == 1));
}
