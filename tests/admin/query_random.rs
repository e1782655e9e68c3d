//! Random numbers in `mysql_query` (contract, 10.3): `RAND()` and `UUID()` follow from `--rng-seed`.

use serde_json::Value;

use crate::control;
use crate::support::Panel;

const RANDOM: &str = "SELECT RAND() AS a, RAND() AS b, UUID() AS c";

/// Every value of the answer.
fn values(panel: &Panel, sql: &str) -> Vec<String> {
    let answer = panel.mysql_query(sql);
    let json: Value = serde_json::from_str(&answer).unwrap();
    let rows = json["data"].as_array().expect(&answer);
    rows.iter()
        .flat_map(|row| row.as_object().unwrap().values().map(Value::to_string))
        .collect()
}

fn are_different(values: impl IntoIterator<Item = Vec<String>>) {
    let all: Vec<String> = values.into_iter().flatten().collect();
    let mut different = all.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), all.len(), "{all:?}");
}

#[test]
fn the_same_seed_and_the_same_calls_give_the_same_random_numbers() {
    let calls = |panel: &Panel| {
        let read = values(panel, RANDOM);
        let written = panel.mysql_query("INSERT INTO blocked_ips (ip, date) SELECT UUID(), RAND() * 1000000");
        assert!(written.contains("STATUS_SUCCESS"), "{written}");
        [
            read,
            panel.sql("SELECT ip, date FROM blocked_ips ORDER BY id DESC LIMIT 1"),
            values(
                panel,
                "SELECT id FROM lines UNION ALL SELECT id FROM streams ORDER BY RAND()",
            ),
        ]
    };
    let panel = Panel::docs_seeded(7);
    let first = calls(&panel);
    assert_eq!(calls(&Panel::docs_seeded(7)), first);
    assert_ne!(calls(&Panel::docs_seeded(8)), first);
    assert_ne!(calls(&panel), first);
    control::told(&panel, "POST", "reset", "");
    assert_eq!(calls(&panel), first);
}

#[test]
fn two_statements_have_different_random_numbers() {
    for panel in [Panel::docs_seeded(7), Panel::of_an_operator()] {
        are_different([values(&panel, RANDOM), values(&panel, RANDOM)]);
        are_different([values(&panel, "SELECT RAND() FROM lines"), values(&panel, RANDOM)]);
    }
}

#[test]
fn statements_leave_credentials_as_they_are() {
    let created = |panel: &Panel| {
        panel.call("create_line", "exp_date=2027-01-01&username=&password=");
        panel.sql("SELECT username, password FROM lines ORDER BY id DESC LIMIT 1")
    };
    let (panel, other) = (Panel::docs_seeded(7), Panel::docs_seeded(7));
    values(&panel, RANDOM);
    values(&panel, RANDOM);
    assert_eq!(created(&panel), created(&other));
}

/// `RAND(N)` is MariaDB's own sequence, whatever the seed of the panel is.
#[test]
fn a_number_with_a_seed_is_the_databases() {
    for panel in [Panel::docs_seeded(7), Panel::docs_seeded(8), Panel::of_an_operator()] {
        for _ in 0..2 {
            assert_eq!(
                panel.mysql_query("SELECT RAND(5) AS r"),
                r#"{"status":"STATUS_SUCCESS","data":[{"r":0.40613597483014313}]}"#
            );
        }
    }
}
