//! Statements of `mysql_query` at random: none panics or fails inside SQLite, and only a write that succeeds changes
//! anything.

mod grammar;

use std::cell::RefCell;
use std::env;
use std::time::{Duration, Instant};

use linecard::store::mysql::typed::functions;
use linecard::store::schema;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::Panel;
use grammar::{Grammar, Words};

fn words() -> Words {
    let tables = schema::tables().filter(|table| table.is_public());
    Words {
        tables: tables
            .map(|table| (table.name, table.columns().map(|column| column.name).collect()))
            .collect(),
        functions: functions::all()
            .map(|function| (function.name, function.args.0, function.args.1))
            .collect(),
    }
}

/// All rows of all tables.
fn rows(panel: &Panel) -> Vec<Vec<String>> {
    let tables = schema::tables().map(|table| panel.sql(&format!("SELECT * FROM \"{}\"", table.name)));
    tables.collect()
}

fn ask(panel: &Panel, sql: &str) -> String {
    let encoded: String = sql.bytes().map(|byte| format!("%{byte:02X}")).collect();
    panel.call("mysql_query", &format!("query={encoded}"))
}

fn is_write(answer: &str) -> bool {
    answer.starts_with(r#"{"status":"STATUS_SUCCESS","data":{"affected_rows""#)
}

/// Whether the key still opens the API.
fn is_open(panel: &Panel) -> bool {
    let call = "api_key=YOUR_KEY&action=mysql_query&query=SELECT+1";
    let answer = panel.client().get(&format!("{}?{call}", panel.admin_path()));
    answer.text().starts_with(r#"{"status":"STATUS_SUCCESS""#)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn only_writes_that_succeed_change_rows(
        statements in prop::collection::vec(prop::collection::vec(any::<u32>(), 1..200), 1..20),
    ) {
        let (mut panel, words) = (Panel::docs(), words());
        // The journal of the panel's own doings is no part of what a statement changes.
        let mut before = rows(&panel);
        for choices in &statements {
            let sql = Grammar::new(&words, choices).statement();
            let answer = ask(&panel, &sql);
            prop_assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{} {}", sql, answer);
            prop_assert!(!answer.contains("Query failed: Internal error"), "{}", sql);
            let after = rows(&panel);
            prop_assert!(is_write(&answer) || after == before, "{} {}", sql, answer);
            before = after;
            // A write may take the access code or the key away. Who goes on with a wrong key is blocked, which is a row.
            if is_write(&answer) && !is_open(&panel) {
                panel = Panel::docs();
                before = rows(&panel);
            }
        }
    }

    #[test]
    fn any_words_are_answered(statements in prop::collection::vec(prop::collection::vec(any::<u32>(), 1..60), 1..60)) {
        let words = words();
        for choices in &statements {
            // To read and to print it must not panic.
            let _ = linecard::store::mysql::prepare(&Grammar::new(&words, choices).tokens());
        }
    }
}

/// Words in any order and statements of the grammar, read, printed and run, for as many seconds as
/// `LINECARD_FUZZ_SECONDS` says; a moment without it.
#[test]
fn for_a_while() {
    let seconds = env::var("LINECARD_FUZZ_SECONDS").map_or(1, |seconds| seconds.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let (panel, words) = (RefCell::new(Panel::docs()), words());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 64,
        ..ProptestConfig::default()
    });
    while Instant::now() < end {
        let choices = prop::collection::vec(any::<u32>(), 1..200);
        let done = runner.run(&choices, |choices| {
            for sql in [
                Grammar::new(&words, &choices).tokens(),
                Grammar::new(&words, &choices).statement(),
            ] {
                let answer = panel.borrow().mysql_query(&sql);
                prop_assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{} {}", sql, answer);
                prop_assert!(!answer.contains("Query failed: Internal error"), "{}", sql);
                // A write may take the key or the access code away.
                if is_write(&answer) {
                    panel.replace(Panel::docs());
                }
            }
            Ok(())
        });
        done.unwrap();
    }
}
