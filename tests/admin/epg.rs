//! EPG sources, and what is read from their files (contract, 7.7).

use std::fs;

use insta::assert_snapshot;
use serde_json::json;
use tempfile::TempDir;

use super::bouquets::{Wrong, assert_not_found, assert_refused, missing};
use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure, soon};

const NO_INT: [&str; 4] = ["=x", "=1.5", "=2147483648", "[]=1"];

/// In the order in which the contract lists them.
const WRONG: [Wrong; 4] = [
    ("epg_name", &["[]=x"]),
    ("epg_file", &["[]=x"]),
    ("days_keep", &["=0", "=-1", "=x", "=1.5", "=2147483648", "[]=1"]),
    ("offset", &NO_INT),
];

const GUIDE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tv SYSTEM "xmltv.dtd">
<tv generator-info-name="x">
  <channel id="news.demo">
    <display-name lang="en">Demo &amp; News</display-name>
    <display-name lang="de">Nachrichten</display-name>
    <icon src="http://img.example/news.png"/>
  </channel>
  <channel id="b&#38;c"><display-name>B &#233; é</display-name></channel>
  <channel id="bare&nbsp;id"/>
  <channel id=""><display-name>nobody</display-name></channel>
  <programme start="20260315140000 +0000" channel="news.demo"><title lang="fr">Titre</title></programme>
</tv>"#;

/// The stored channels.
fn channels(panel: &Panel) -> Vec<String> {
    panel.sql("SELECT epg_id, channel_id, name, langs FROM epg_channels ORDER BY epg_id, id")
}

/// The channel that the `docs` seed has.
const SEEDED: &str = r#"1|news.demo|Demo News|["en"]"#;

#[test]
fn epg_sources_are_listed_by_id() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_epgs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"epg_name":"Demo EPG","epg_file":"http:\/\/epg.example\/guide.xml","last_updated":"2026-03-15 04:00:00","days_keep":7,"offset":0}]}"#);
    panel.call("create_epg", "epg_name=A");
    assert_eq!(ids(&panel.get("get_epgs", "")), [1, 2]);
}

#[test]
fn get_epg_shows_six_keys() {
    assert_snapshot!(Panel::docs().get("get_epg", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"epg_name":"Demo EPG","epg_file":"http:\/\/epg.example\/guide.xml","last_updated":"2026-03-15 04:00:00","days_keep":7,"offset":0}}"#);
}

#[test]
fn an_id_that_names_no_epg_source_is_not_found() {
    let verbs = ["get", "edit", "delete"];
    assert_not_found(&Panel::docs(), &verbs, "epg", "EPG", "epg_name=&days_keep=0");
}

#[test]
fn create_epg_needs_nothing() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("create_epg", ""), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"epg_name":"EPG 2","epg_file":"","last_updated":null,"days_keep":7,"offset":0}}"#);
    assert_snapshot!(panel.call("create_epg", "epg_name=&epg_file=&days_keep=&offset="), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"epg_name":"EPG 3","epg_file":"","last_updated":null,"days_keep":7,"offset":0}}"#);
}

#[test]
fn create_epg_takes_every_parameter() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("create_epg", "epg_name=A/B&epg_file=/srv/guide.xml&days_keep=1&offset=-60"), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"epg_name":"A\/B","epg_file":"\/srv\/guide.xml","last_updated":null,"days_keep":1,"offset":-60}}"#);
    assert_snapshot!(panel.get("get_epg", "id=2"), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"epg_name":"A\/B","epg_file":"\/srv\/guide.xml","last_updated":null,"days_keep":1,"offset":-60}}"#);
}

#[test]
fn edit_epg_changes_only_what_is_sent() {
    let panel = Panel::docs();
    for (form, key, value) in [
        ("epg_name=Other", "epg_name", json!("Other")),
        ("epg_file=/srv/x.xml", "epg_file", json!("/srv/x.xml")),
        ("days_keep=14", "days_keep", json!(14)),
        ("offset=60", "offset", json!(60)),
        // Empty fields are cleared; numbers get their defaults (a choice).
        ("epg_file=", "epg_file", json!("")),
        ("days_keep=", "days_keep", json!(7)),
        ("offset=", "offset", json!(0)),
    ] {
        assert_edit(&panel, "epg", 1, form, &[(key, value)]);
    }
    assert_edit(&panel, "epg", 1, "", &[]);
    // Before the values that are wrong beside it.
    let answer = panel.call("edit_epg", "id=1&epg_name=&days_keep=0");
    assert_eq!(answer, missing("epg_name"));
}

#[test]
fn wrong_values_of_an_epg_source_are_refused_in_the_contracts_order() {
    let calls = [("create_epg", ""), ("edit_epg", "id=1")];
    assert_refused(&Panel::docs(), "epg", &calls, &WRONG);
}

#[test]
fn a_deleted_epg_source_takes_its_channels_and_leaves_its_streams() {
    let panel = Panel::docs();
    panel.call("create_epg", "");
    panel.sql("INSERT INTO epg_channels (epg_id, channel_id, name) VALUES (2, 'two', 'Two')");
    panel.sql("UPDATE streams SET epg_lang = 'en' WHERE id = 10");
    panel.sql("UPDATE streams SET epg_id = 2, channel_id = 'two', epg_lang = 'de' WHERE id = 11");
    assert_eq!(panel.call("delete_epg", "id=1"), DONE);
    assert_eq!(
        panel.sql("SELECT id, epg_id, channel_id, epg_lang FROM streams WHERE type = 1"),
        ["10|null|null|null", "11|2|two|de"]
    );
    assert_eq!(channels(&panel), ["2|two|Two|[]"]);
    assert_eq!(data(&panel.get("get_stream", "id=10"), "epg_id"), "null");
    assert_eq!(ids(&panel.get("get_epgs", "")), [2]);
    assert_eq!(
        panel.call("delete_epg", "id=1"),
        failure("STATUS_FAILURE", "EPG not found.")
    );
}

#[test]
fn reload_epg_reads_the_channels_of_a_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("guide.xml");
    let read = [
        r#"2|news.demo|Demo & News|["en","de"]"#,
        "2|b&c|B é é|[]", // An entity that XML does not know stays as it is.
        "2|bare&nbsp;id||[]",
    ];
    for prefix in ["", "file://"] {
        let panel = Panel::docs();
        fs::write(&path, GUIDE).unwrap();
        panel.call("create_epg", &format!("epg_file={prefix}{}", path.display()));
        // In the background.
        assert!(soon(|| channels(&panel) == [&[SEEDED][..], &read].concat()));
        // Read again, they are not there twice.
        for _ in 0..2 {
            assert_eq!(panel.call("reload_epg", "id=2"), DONE);
            assert_eq!(channels(&panel), [&[SEEDED][..], &read].concat());
        }
        fs::write(&path, "<tv></tv>").unwrap();
        panel.call("reload_epg", "");
        assert_eq!(channels(&panel), [SEEDED]);
    }
}

#[test]
fn reload_epg_marks_one_source_or_all() {
    let panel = Panel::docs();
    let times = || panel.sql("SELECT last_updated FROM epg");
    panel.call("create_epg", "");
    panel.call("create_epg", "");
    assert_eq!(panel.call("reload_epg", "id=2"), DONE);
    assert_eq!(times(), ["1773547200", "1773585000", "null"]);
    for id in ["999", "0", "-1", "x"] {
        assert_eq!(
            panel.call("reload_epg", &format!("id={id}")),
            failure("STATUS_FAILURE", "EPG not found."),
            "{id}"
        );
    }
    assert_eq!(times(), ["1773547200", "1773585000", "null"]);
    assert_eq!(panel.call("reload_epg", ""), DONE);
    // A file that cannot be read is no reload.
    assert_eq!(times(), ["1773547200", "1773585000", "1773585000"]);
    assert_eq!(
        data(&panel.get("get_epg", "id=2"), "last_updated"),
        r#""2026-03-15 14:30:00""#
    );
    panel.sql("DELETE FROM epg");
    assert_eq!(panel.call("reload_epg", ""), DONE);
}

#[test]
fn a_source_that_cannot_be_read_keeps_its_channels() {
    let folder = TempDir::new().unwrap();
    let broken = folder.path().join("broken.xml");
    let broken = broken.to_str().unwrap();
    fs::write(
        broken,
        r#"<tv><channel id="new"><display-name>New</other></channel></tv>"#,
    )
    .unwrap();
    for file in [
        "/nowhere/guide.xml",
        "http://epg.example/guide.xml",
        "ftp://epg.example/guide.xml",
        "/",
        // Without an end.
        "/dev/zero",
        broken,
    ] {
        let panel = Panel::docs();
        panel.call("edit_epg", &format!("id=1&epg_file={file}"));
        assert_eq!(panel.call("reload_epg", ""), DONE, "{file}");
        assert_eq!(channels(&panel), [SEEDED], "{file}");
        assert_eq!(panel.sql_one("SELECT last_updated FROM epg"), "1773547200", "{file}");
        let failed = "SELECT state = 'failed' AND error <> '' FROM epg_imports WHERE epg_id = 1";
        assert_eq!(panel.sql_one(failed), "1", "{file}");
    }
}
