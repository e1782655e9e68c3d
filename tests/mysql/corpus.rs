//! Every statement of the corpus over HTTP, compared with MariaDB's answer. `LINECARD_CORPUS=NAME` replays one file.

use std::env;
use std::fmt::Write;

use serde_json::{Value, json};

use super::golden::{self, Case, Change, Expected};
use super::state::{self, State};
use super::{ask, panel};
use crate::control;
use crate::support::Panel;

/// Statements that may write begin so.
const WRITES: [&str; 4] = ["INSERT", "REPLACE", "UPDATE", "DELETE"];

/// Numbers of MariaDB's for a text that is no statement.
const SYNTAX: [u32; 2] = [1064, 1153];

/// Words that go on with the statement or with the library's own words: the beginning is compared.
const BEGINNINGS: [(u32, &str); 2] = [(1690, " in '"), (1139, "Regex error '")];

#[test]
fn the_corpus_is_answered_as_by_mariadb() {
    let wanted = env::var("LINECARD_CORPUS").ok();
    let mut replay = Replay::new();
    let mut report = String::new();
    for name in golden::names() {
        if wanted.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let cases = golden::cases(&name);
        let failures: Vec<String> = cases.iter().filter_map(|case| replay.failure(case)).collect();
        for failure in &failures {
            writeln!(report, "[{name}] {failure}").unwrap();
        }
        if !failures.is_empty() {
            writeln!(report, "[{name}] {} of {} differ\n", failures.len(), cases.len()).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

struct Replay {
    panel: Panel,
    start: State,
    tables: Vec<&'static str>,
}

impl Replay {
    fn new() -> Replay {
        let panel = panel();
        let start = state::of(&panel);
        Replay {
            panel,
            start,
            tables: state::tables(),
        }
    }

    /// What is wrong with the answer.
    fn failure(&mut self, case: &Case) -> Option<String> {
        let answer = ask(&self.panel, &case.sql);
        let first = case.sql.split_whitespace().next().unwrap_or_default().to_uppercase();
        let got = match WRITES.contains(&first.as_str()) {
            true => self.after_write(&answer),
            false => got(&answer, Vec::new()),
        };
        if agree(&case.expected, &got, &case.sql) {
            return None;
        }
        Some(format!(
            "{}\n  expected {}\n  got      {}",
            case.sql,
            printed(&case.expected),
            printed(&got)
        ))
    }

    fn after_write(&mut self, answer: &Value) -> Expected {
        let after = state::of(&self.panel);
        let changes = state::changes(&self.start, &after, &self.tables);
        if answer["status"] == "STATUS_SUCCESS" || !changes.is_empty() {
            control::told(&self.panel, "POST", "reset", r#"{"what":["state"]}"#);
        }
        got(answer, changes)
    }
}

/// An answer in the form of the golden files. The number of an error says only whether it is one of syntax.
fn got(answer: &Value, changes: Vec<Change>) -> Expected {
    let error = answer["error"].as_str().unwrap_or_default();
    if let Some(rows) = answer["data"].as_array() {
        return Expected::Rows(rows.clone());
    }
    // A negative id goes over the wire as the unsigned number of its bits.
    let count = |name: &str| {
        let number = &answer["data"][name];
        number.as_i64().or_else(|| number.as_u64().map(u64::cast_signed))
    };
    if let (Some(affected), Some(insert_id)) = (count("affected_rows"), count("insert_id")) {
        return Expected::Written(affected, insert_id, changes);
    }
    if answer["status"] == "STATUS_NO_PERMISSIONS" {
        return Expected::Refused;
    }
    let number = match error.starts_with("Invalid query: ") {
        true => 1064,
        false => 1,
    };
    let words = error.split_once(": ").map_or(error, |(_, words)| words);
    let written = if changes.is_empty() {
        ""
    } else {
        " (rows were written all the same)"
    };
    Expected::Error(number, format!("{words}{written}"))
}

fn agree(expected: &Expected, got: &Expected, sql: &str) -> bool {
    match (expected, got) {
        (Expected::Rows(expected), Expected::Rows(got)) => same_rows(expected, got, is_ordered(sql)),
        (Expected::Written(rows, id, changes), Expected::Written(got_rows, got_id, got_changes)) => {
            (rows, id) == (got_rows, got_id) && same_changes(changes, got_changes)
        }
        (Expected::Error(number, words), Expected::Error(got_number, got_words)) => {
            SYNTAX.contains(number) == SYNTAX.contains(got_number) && same_words(*number, words, got_words)
        }
        (Expected::Refused, Expected::Refused) => true,
        _ => false,
    }
}

fn same_words(number: u32, expected: &str, got: &str) -> bool {
    if expected == "*" || expected == got {
        return true;
    }
    let cut = BEGINNINGS.iter().find(|(of, _)| *of == number).map(|(_, cut)| *cut);
    let end = cut.and_then(|cut| expected.find(cut).map(|at| at + cut.len()));
    end.is_some_and(|end| got.starts_with(&expected[..end]))
}

/// Whether the order of the rows is told.
fn is_ordered(sql: &str) -> bool {
    sql.to_lowercase().contains("order by")
}

fn same_rows(expected: &[Value], got: &[Value], ordered: bool) -> bool {
    if ordered {
        return expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| same_row(a, b));
    }
    let mut left: Vec<&Value> = got.iter().collect();
    let each_found = expected.iter().all(|row| {
        let at = left.iter().position(|other| same_row(row, other));
        at.map(|at| left.remove(at)).is_some()
    });
    each_found && left.is_empty()
}

fn same_changes(expected: &[Change], got: &[Change]) -> bool {
    let same = |a: &Change, b: &Change| (&a.what, &a.table) == (&b.what, &b.table) && same_row(&a.row, &b.row);
    expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| same(a, b))
}

/// Whether two rows have the same labels in the same order, and the same values.
fn same_row(expected: &Value, got: &Value) -> bool {
    let (Some(expected), Some(got)) = (expected.as_object(), got.as_object()) else {
        return false;
    };
    expected.keys().eq(got.keys()) && expected.values().zip(got.values()).all(|(a, b)| same_value(a, b))
}

/// Texts and whole numbers have to be the same; others may differ in their last digits.
fn same_value(expected: &Value, got: &Value) -> bool {
    if expected == got {
        return true;
    }
    let whole = |value: &Value| value.is_i64() || value.is_u64();
    if whole(expected) && whole(got) {
        return false;
    }
    let (Some(a), Some(b)) = (expected.as_f64(), got.as_f64()) else {
        return false;
    };
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

fn printed(answer: &Expected) -> String {
    match answer {
        Expected::Rows(rows) => json!(rows).to_string(),
        Expected::Error(number, words) => format!("error {number}: {words}"),
        Expected::Refused => "refused".to_owned(),
        Expected::Written(affected, insert_id, changes) => {
            let mut text = format!("affected: {affected}, insert_id: {insert_id}");
            for Change { what, table, row } in changes {
                write!(text, "\n           {what}: {table} {row}").unwrap();
            }
            text
        }
    }
}

#[test]
fn golden_files_are_read_as_they_are_written() {
    let cases: Vec<Case> = golden::names().iter().flat_map(|name| golden::cases(name)).collect();
    assert!(cases.len() > 1_300, "{}", cases.len());
    let of = |sql: &str| &cases.iter().find(|case| case.sql == sql).expect(sql).expected;
    assert_eq!(
        of("SELECT VERSION()"),
        &Expected::Rows(vec![json!({"VERSION()": "10.11.6-MariaDB"})])
    );
    assert_eq!(
        of("SELECT 1 WHERE"),
        &Expected::Error(
            1064,
            "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version \
             for the right syntax to use near '' at line 1"
                .into()
        )
    );
    assert_eq!(of("SELECT id FROM nope.nope"), &Expected::Refused);
    let change = Change {
        what: "changed".into(),
        table: "users".into(),
        row: json!({"id": 88, "credits": 60.0}),
    };
    assert_eq!(
        of("UPDATE users SET credits = credits + 10 WHERE id = 88"),
        &Expected::Written(1, 0, vec![change])
    );
}
