//! Where seeds come from: files by their suffix, folders, standard input, database files, several of
//! them, and `seed check` for each.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::support::process::{Served, command, refused, run};

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn lines(served: &Served) -> String {
    let answer = served.call("get_lines", "show_columns=id,username");
    let json: serde_json::Value = serde_json::from_str(&answer).unwrap();
    json["data"].to_string()
}

#[test]
fn seeds_are_planted_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = write(folder.path(), "a.yaml", "lines: [{username: alice}]");
    let toml = write(
        folder.path(),
        "b.toml",
        "[[lines]]\nusername = \"bob\"\n[[lines]]\nusername = \"alice\"\nid = 1",
    );
    let memory = ["--db", ":memory:", "--access-code", "mycode123"];
    let both = Served::start(&[&memory[..], &["--seed", &yaml, "--seed", &toml]].concat());
    assert_eq!(
        lines(&both),
        r#"[{"id":1,"username":"alice"},{"id":2,"username":"bob"}]"#
    );
    // What no seed has is set up.
    assert_eq!(both.ready()["code"], "mycode123");
    assert_eq!(both.ready()["seed"], format!("{yaml};{toml}"));
    write(folder.path(), "note.txt", "no seed");
    let whole = Served::start(&[&memory[..], &["--seed", folder.path().to_str().unwrap()]].concat());
    assert_eq!(lines(&whole), lines(&both));
    let on_docs = Served::start(&[&memory[..], &["--seed", "builtin:docs", "--seed", &yaml]].concat());
    // The code of the option is there beside the seed's.
    assert_eq!(on_docs.ready()["code"], "mycode123");
    assert!(
        lines(&on_docs).ends_with(r#"{"id":4523,"username":"alice"}]"#),
        "{}",
        lines(&on_docs)
    );
}

#[test]
fn a_document_can_come_on_standard_input() {
    for text in ["lines: [{username: alice}]", "{\"lines\": [{\"username\": \"alice\"}]}"] {
        let mut command = command(&["test", "--seed", "-"]);
        command.stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let served = Served::of(child);
        assert_eq!(lines(&served), r#"[{"id":1,"username":"alice"}]"#, "{text}");
    }
}

#[test]
fn a_database_file_is_a_seed() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel#1?%.db").to_str().unwrap().to_owned();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let before = fs::read(&db).unwrap();
    let served = Served::start(&["--db", ":memory:", "--seed", "small", "--seed", &db]);
    assert_eq!(served.ready()["code"], "access");
    assert_eq!(
        lines(&served),
        r#"[{"id":4521,"username":"customer4521"},{"id":4522,"username":"customer4522"}]"#
    );
    let made = served.call("create_line", "exp_date=2027-01-01&username=new");
    assert!(made.contains(r#""id":4523,"#), "{made}");
    assert_eq!(fs::read(&db).unwrap(), before);
    // A server that uses the file has rows in its log, which count.
    let other = folder.path().join("other.db").to_str().unwrap().to_owned();
    let running = Served::start(&["--db", &other, "--seed", "docs"]);
    running.call("create_line", "exp_date=2027-01-01&username=logged");
    let copy = Served::start(&["--db", ":memory:", "--seed", &other]);
    assert!(lines(&copy).contains("logged"), "{}", lines(&copy));
    let kept = folder.path().join("kept.db").to_str().unwrap().to_owned();
    let in_a_file = Served::start(&["--db", &kept, "--seed", &db]);
    assert_eq!(in_a_file.ready()["code"], "access");
}

#[test]
fn a_database_file_may_have_its_columns_in_another_order() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel.db").to_str().unwrap().to_owned();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let start = |more: &[&str]| Served::start(&[&["--db", ":memory:"], more].concat());
    let codes = |served: &Served| served.call("get_access_codes", "");
    let before = codes(&start(&["--seed", "docs"]));
    let moved = "ALTER TABLE access_codes DROP COLUMN whitelist;
                 ALTER TABLE access_codes ADD COLUMN whitelist TEXT NOT NULL DEFAULT '[]'";
    rusqlite::Connection::open(&db).unwrap().execute_batch(moved).unwrap();
    for seeds in [&["--seed", db.as_str()][..], &["--seed", "small", "--seed", &db]] {
        assert_eq!(codes(&start(seeds)), before, "{seeds:?}");
    }
}

#[test]
fn a_panel_in_memory_goes_on_from_a_database_file() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel.db").to_str().unwrap().to_owned();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let more = write(folder.path(), "more.yaml", "lines: [{username: alice}]");
    let flags = ["--db", ":memory:", "--control", "--control-token", "let-me-in"];
    let served = Served::start(&[&flags[..], &["--seed", &db, "--seed", &more]].concat());
    assert_eq!(served.ready()["key"], "YOUR_KEY");
    let begun = lines(&served);
    let alice = r#"{"id":4523,"username":"alice"}]"#;
    assert!(begun.contains("customer4521") && begun.ends_with(alice), "{begun}");
    served.call("create_line", "exp_date=2027-01-01&username=new");
    assert_ne!(lines(&served), begun);
    let token = [("Authorization", "Bearer let-me-in")];
    let reset = served.client().request("POST", "/_linecard/reset", &token, b"");
    assert_eq!(reset.status, 200, "{reset:?}");
    assert_eq!(lines(&served), begun);
}

#[test]
fn a_database_file_that_is_none_of_a_panel_begins_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let made = |name: &str, sql: &str| {
        let path = path(name);
        drop(Served::start(&["--db", &path, "--seed", "docs"]).end("-TERM"));
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path
    };
    let foreign = made("foreign.db", "PRAGMA application_id = 7");
    let newer = made("newer.db", "PRAGMA user_version = 99");
    let reserved = made("reserved.db", "UPDATE lines SET username = '_linecard' WHERE id = 4521");
    let damaged = made("damaged.db", "");
    let whole = fs::read(&damaged).unwrap();
    fs::write(&damaged, [&whole[..8192], &vec![7; whole.len() - 8192]].concat()).unwrap();
    let known = linecard::store::open::VERSION;
    for (seed, reason) in [
        (
            &foreign,
            format!("cannot read seed {foreign}: it is not a whole Linecard database"),
        ),
        (
            &newer,
            format!("cannot read seed {newer}: its schema is 99, this server's is {known}"),
        ),
        (
            &reserved,
            format!(
                "{reserved}: lines.username: \"_linecard\" is reserved; take another name: the control plane answers under this one"
            ),
        ),
        (&damaged, format!("cannot read seed {damaged}: ")),
    ] {
        let words = refused(&run(&[
            "serve",
            "--bind",
            "127.0.0.1:0",
            "--db",
            ":memory:",
            "--seed",
            seed,
        ]));
        assert!(words.starts_with(&format!("linecard: {reason}")), "{words}");
    }
}

#[test]
fn a_check_takes_each_form_and_plants_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(folder.path(), "good.yaml", "lines: [{username: alice}]");
    for seeds in [
        vec!["docs"],
        vec!["builtin:demo"],
        vec!["large"],
        vec![&good],
        vec!["small", &good, &good],
    ] {
        let output = run(&[&["seed", "check"], seeds.as_slice()].concat());
        assert_eq!(output.stdout, b"ok\n", "{seeds:?} {output:?}");
    }
    let bad = write(
        folder.path(),
        "bad.yaml",
        "lines:\n  - {username: a, x1: 1}\n  - {usernam: b}\n",
    );
    let output = run(&["seed", "check", &bad]);
    let words = String::from_utf8(output.stderr).unwrap();
    let told: Vec<&str> = words.lines().collect();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told[0].starts_with(&format!(
            "linecard: {bad} line 2: lines[0].x1: there is no key \"x1\"; there are id, "
        )),
        "{words}"
    );
    assert_eq!(
        told[1..],
        [
            format!(
                "linecard: {bad} line 3: lines[1].usernam: there is no key \"usernam\"; did you mean \"username\"?"
            ),
            format!("linecard: {bad} line 3: lines[1]: the key \"username\" is missing; add it"),
        ]
    );
    let text = write(folder.path(), "other.txt", "no seed");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let empty = empty.to_str().unwrap();
    let foreign = folder.path().join("foreign.db").to_str().unwrap().to_owned();
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    let missing = folder.path().join("missing.yaml").to_str().unwrap().to_owned();
    for (seed, expected) in [
        (
            text.as_str(),
            format!("{text}: a seed is docs, small, demo, large, scale:"),
        ),
        (empty, format!("{empty} has no file that can be a seed")),
        (
            &foreign,
            format!("cannot read seed {foreign}: it is not a Linecard database"),
        ),
        (&missing, format!("cannot read seed {missing}: No such file")),
    ] {
        let words = refused(&run(&["seed", "check", seed]));
        assert!(words.starts_with(&format!("linecard: {expected}")), "{words}");
    }
}

#[test]
fn the_schema_knows_every_key_of_the_demo() {
    let output = run(&["schema", "seed"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let line = &schema["properties"]["lines"]["items"]["properties"]["expires"];
    assert_eq!(line["description"], "A time. `never` when left out.");
    // Two keys of the same meaning, of which an entry has one.
    let lines = &schema["properties"]["lines"]["items"];
    assert_eq!(lines["properties"]["line"], lines["properties"]["username"]);
    let both = serde_json::json!([{ "required": ["username", "line"] }]);
    assert_eq!(lines["not"]["anyOf"], both);
    let published = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/seed.schema.json")).unwrap();
    assert_eq!(published, output.stdout);
}
