//! Whatever is sent with `dry_run`, nothing in the file changes, counters of ids included (contract "Reseller API",
//! section 4).

use std::collections::BTreeMap;

use linecard::dialects::xtream::action::Action;
use linecard::dialects::xtream::reseller::RESELLER;
use proptest::prelude::*;
use proptest::sample::Index;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::{Reseller, json, plant, status};
use crate::support::process::folder;
use crate::support::{Panel, encoded};

/// What the reseller has of everything.
const OWNED: &str = "
    UPDATE lines SET member_id = 88;
    UPDATE users SET credits = 100000 WHERE id = 88;
    INSERT INTO users (id, username, owner_id, member_group_id, credits) VALUES (89, 'below88', 88, 2, 1000);
    INSERT INTO activecodes (id, code, member_id, package_id) VALUES (1, 'CODE-1', 88, 1);
";

/// Values that do something, and some that nothing takes.
const VALUES: [&str; 16] = [
    "",
    "0",
    "1",
    "2",
    "6",
    "88",
    "89",
    "4521",
    "-3",
    "12.34",
    "customer4521",
    "a-new-name",
    "[1,2]",
    "00:1A:79:0A:0B:0D",
    "it's",
    "\u{1F4FA}",
];

fn writing() -> Vec<&'static Action> {
    RESELLER.actions.iter().filter(|action| action.writes()).collect()
}

/// Parameters with which an action succeeds.
fn base(action: &Action) -> String {
    let id = match action.name {
        name if name.contains("line") => 4521,
        name if name.contains("mag") => 301,
        name if name.contains("enigma") => 501,
        name if name.contains("user") || name == "adjust_credits" => 89,
        _ => 1,
    };
    let bought = if action.name.starts_with("create_") || action.name == "extend_line" {
        "&package=1"
    } else {
        ""
    };
    let mac = if action.name.starts_with("create_") {
        "&mac=00:1A:79:0A:0B:0C"
    } else {
        ""
    };
    format!("id={id}&credits=1.25{bought}{mac}")
}

/// All rows of all tables of a file, the counters of ids among them.
fn dump(db: &str) -> BTreeMap<String, Vec<Vec<Value>>> {
    let db = Connection::open(db).unwrap();
    let mut tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let names: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(names.iter().any(|name| name == "sqlite_sequence"));
    let rows = |name: &String| {
        let mut query = db.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let width = query.column_count();
        let rows = query
            .query_map([], |row| (0..width).map(|at| row.get(at)).collect())
            .unwrap();
        rows.map(Result::unwrap).collect::<Vec<Vec<Value>>>()
    };
    names.iter().map(|name| (name.clone(), rows(name))).collect()
}

fn panel(db: &str) -> Panel {
    let panel = Panel::docs_with(|config| config.db = db.into());
    plant(&panel, OWNED);
    panel
}

#[test]
fn each_action_that_writes_can_be_tried() {
    let (_kept, db) = folder();
    let panel = panel(&db);
    let mut reseller = Reseller::documented(&panel);
    let before = dump(&db);
    for action in writing() {
        let answer = reseller.call(action.name, &format!("{}&dry_run=1", base(action)));
        assert_eq!(status(&answer), "SUCCESS", "{}: {answer}", action.name);
        assert_eq!(json(&answer)["dry_run"], 1, "{}", action.name);
    }
    assert!(before == dump(&db));
    // What is compared does change.
    assert_eq!(status(&reseller.call("disable_line", "id=4521&dry_run=0")), "SUCCESS");
    assert!(before != dump(&db));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_tried_changes_the_file(
        calls in prop::collection::vec((any::<Index>(), prop::collection::vec((any::<Index>(), any::<Index>()), 0..4)), 30),
    ) {
        let (_kept, db) = folder();
        let panel = panel(&db);
        let mut reseller = Reseller::documented(&panel);
        let before = dump(&db);
        for (action, sent) in calls {
            let action = *action.get(&writing());
            let names: Vec<&str> = action.params().iter().map(|(param, _)| param.name()).collect();
            let sent = sent.iter().map(|(name, value)| {
                let value: &&str = value.get(&VALUES);
                format!("&{}={}", name.get(&names), encoded(value))
            });
            let params = format!("{}{}&dry_run=1", base(action), sent.collect::<String>());
            let answer = reseller.call(action.name, &params);
            prop_assert_eq!(status(&answer) == "SUCCESS", json(&answer)["dry_run"] == 1, "{} {}: {}", action.name, params, answer);
        }
        prop_assert!(before == dump(&db));
    }
}
