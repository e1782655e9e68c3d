//! Statements that mean no good (`hostile.sql`): each is answered in time and in one of the ways allowed to it, and none
//! changes a row or a table.

use std::fmt::Write;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use linecard::store::raw_sql::threads;
use serde_json::Value;

use super::{FOLDER, ask, panel, state};
use crate::support::{OVERRUN, Panel};

/// The deadline of a statement (contract "Admin API", 10.6).
const DEADLINE: Duration = Duration::from_secs(5);

/// A statement with the classes of answers that are allowed.
struct Case {
    sql: String,
    allowed: Vec<String>,
}

#[test]
fn no_statement_does_harm() {
    let panel = panel();
    let (start, tables) = (state::of(&panel), schema(&panel));
    let mut report = String::new();
    let cases = cases();
    assert!(cases.len() >= 300, "{}", cases.len());
    for case in &cases {
        let answer = ask(&panel, &case.sql);
        let (class, head) = (class(&answer), shortened(&case.sql));
        if !case.allowed.iter().any(|allowed| allowed == class) {
            let allowed = case.allowed.join("|");
            writeln!(report, "{head}\n  is {class} instead of {allowed}: {}", answer["error"]).unwrap();
        }
        if answer["error"]
            .as_str()
            .is_some_and(|error| error.contains("Internal error"))
        {
            writeln!(report, "{head}\n  is a fault: {}", answer["error"]).unwrap();
        }
        if state::of(&panel) != start || schema(&panel) != tables {
            panic!("{report}{head}\n  has changed the database");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// With a short deadline, so that it comes while they are at work.
#[test]
fn no_statement_outlives_its_deadline() {
    let cases = cases();
    let mut report = String::new();
    for millis in [20, 100, 1_000] {
        let panel = Panel::docs_with(|config| config.read_limit = Duration::from_millis(millis));
        for case in &cases {
            let (_, late) = panel.mysql_overrun(&case.sql);
            if late > OVERRUN {
                writeln!(report, "{} ran {late:?} longer than {millis} ms", shortened(&case.sql)).unwrap();
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// Before a statement runs nothing stops it, so that what it takes to read one must fit into its time.
#[test]
fn every_statement_is_read_in_time() {
    let read = || {
        for case in cases() {
            let begun = Instant::now();
            let _ = linecard::store::mysql::prepare(&case.sql);
            assert!(
                begun.elapsed() < DEADLINE,
                "{:?} {}",
                begun.elapsed(),
                shortened(&case.sql)
            );
        }
    };
    let thread = thread::Builder::new().stack_size(threads::STACK).spawn(read);
    thread.unwrap().join().unwrap();
}

/// What is in the database beside the rows of the contract's tables.
fn schema(panel: &Panel) -> Vec<String> {
    panel.sql(
        "SELECT coalesce(sql, name) FROM sqlite_master UNION ALL SELECT name || value FROM linecard_settings
         UNION ALL SELECT name || seq FROM sqlite_sequence UNION ALL SELECT 'audit' || count(*) FROM linecard_audit
         UNION ALL SELECT name FROM pragma_database_list ORDER BY 1",
    )
}

fn class(answer: &Value) -> &'static str {
    match answer["status"].as_str() {
        Some("STATUS_SUCCESS") => "rows",
        Some("STATUS_INVALID_INPUT") => "invalid",
        Some("STATUS_NO_PERMISSIONS") => "refused",
        Some("STATUS_FAILURE") => "failed",
        other => panic!("{other:?}"),
    }
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(format!("{FOLDER}/hostile.sql")).unwrap();
    let mut allowed = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(classes) = line.strip_prefix("-- ALLOWED: ") {
            allowed = classes.split(' ').map(str::to_owned).collect();
            continue;
        }
        match cases.last_mut() {
            // A further line of a statement.
            Some(last) if line.starts_with(' ') => {
                last.sql.push('\n');
                last.sql.push_str(line);
            }
            _ if line.is_empty() || allowed.is_empty() => {}
            _ => cases.push(Case {
                sql: repeated(line),
                allowed: allowed.clone(),
            }),
        }
    }
    cases
}

/// A statement with each `{{N*TEXT}}` written out.
fn repeated(line: &str) -> String {
    let mut parts = line.split("{{");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // A text may end with brackets itself: the last of a run of closing brackets ends it.
        let end = part.find("}}").expect(line);
        let end = end + part[end..].bytes().take_while(|byte| *byte == b'}').count() - 2;
        let (count, text) = part[..end].split_once('*').expect(line);
        let text = text.replace(r"\0", "\0").replace(r"\n", "\n");
        whole.push_str(&text.repeat(count.parse().expect(line)));
        whole.push_str(&part[end + 2..]);
    }
    whole
}

/// The beginning of a statement, with its length.
fn shortened(sql: &str) -> String {
    let head: String = sql.chars().take(160).collect();
    match head.len() == sql.len() {
        true => format!("{head:?}"),
        false => format!("{head:?} … ({} bytes)", sql.len()),
    }
}
