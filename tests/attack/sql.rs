//! Statements that would take all time, memory or stack there is: each ends within its deadline, and nobody else waits.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{OVERRUN, Panel};

/// Deadlines that come while statements are at work; that of an operator is longer.
const DEADLINES: [u64; 3] = [20, 100, 1_000];

/// Panels with these deadlines.
fn panels() -> [Panel; 3] {
    DEADLINES.map(|millis| Panel::docs_with(|config| config.read_limit = Duration::from_millis(millis)))
}

/// Asks, and checks that the answer is one and comes in time.
fn in_time(panel: &Panel, sql: &str) -> String {
    let (answer, late) = panel.mysql_overrun(sql);
    let shown: String = sql.chars().take(200).collect();
    assert!(late < OVERRUN, "{late:?} {shown}");
    assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{shown}");
    assert!(!answer.contains("Query failed: Internal error"), "{shown}");
    answer
}

/// SQLite looks at the deadline between calls of a function only.
#[test]
fn no_call_of_a_function_outlives_the_deadline() {
    let panels = panels();
    let long = "REPEAT('ab', 1000000)";
    let deep = "CONCAT(REPEAT('[', 30), REPEAT('1,', 5000000), '1', REPEAT(']', 30))";
    for expression in [
        format!("LENGTH(REPLACE({long}, 'a', 'bb'))"),
        format!("LENGTH(REPLACE(REPLACE({long}, 'a', 'b'), 'b', 'a'))"),
        "LENGTH(REPEAT(REPEAT(REPEAT('abc', 1000), 1000), 1000))".into(),
        "REPEAT('', 9223372036854775807)".into(),
        format!("{long} LIKE '{}b%c'", "%a".repeat(200)),
        format!("{long} LIKE REPEAT('%a_', 100000)"),
        "REPEAT('ab', 50000) REGEXP '(a|b|ab)*c'".into(),
        "'a' REGEXP '((a{0,100}){0,100}){0,100}'".into(),
        "REPEAT('a', 100000) REGEXP REPEAT('a?', 20000)".into(),
        format!("LOCATE(CONCAT(REPEAT('ab', 500000), 'c'), {long})"),
        format!("FIND_IN_SET('x', REPLACE({long}, 'a', ','))"),
        format!("LENGTH(SUBSTRING_INDEX({long}, 'ab', -999999))"),
        format!("LENGTH(SUBSTRING_INDEX({long}, REPEAT('ab', 400000), 7))"),
        format!("LENGTH(TRIM(BOTH 'ab' FROM {long}))"),
        format!("LENGTH(TRIM(TRAILING REPEAT('b', 1000000) FROM {long}))"),
        format!("LENGTH(HEX({long}))"),
        format!("MD5({long})"),
        format!("LENGTH(REVERSE(UPPER({long})))"),
        format!("{long} = CONCAT({long}, ' ')"),
        format!("{long} + 0"),
        "CAST(REPEAT('9', 1000000) AS DECIMAL(38,0))".to_owned(),
        "JSON_LENGTH(REPEAT('[', 1000000))".into(),
        "JSON_EXTRACT(CONCAT('[', REPEAT('[1],', 100000), '1]'), '$**[0]')".into(),
        "LENGTH(JSON_EXTRACT(CONCAT('[', REPEAT('[[[[1]]]],', 50000), '1]'), '$**', '$**', '$**[0]'))".into(),
        "JSON_CONTAINS(CONCAT('[', REPEAT('1,', 500000), '1]'), CONCAT('[', REPEAT('2,', 500000), '2]'))".into(),
        "JSON_SEARCH(CONCAT('[', REPEAT('\"aaaaaaaaaaaaaaaaaaaa\",', 60000), '1]'), 'all', '%a%a%a%a%a%b')".into(),
        "JSON_VALID(CONCAT('\"', REPEAT('\\\\\\\\u0041', 250000), '\"'))".into(),
        "DATE_FORMAT('2026-03-15', REPEAT('%W', 1000000)) IS NULL".into(),
        "STR_TO_DATE(REPEAT('1 ', 500000), REPEAT('%d ', 500000))".into(),
        "FORMAT(REPEAT('9', 500000), 1000)".into(),
        "LENGTH(TO_BASE64(FROM_BASE64(REPEAT('QUJD', 400000))))".into(),
        "LENGTH(LOWER(REPEAT('É', 8000000)))".into(),
        "LENGTH(REPLACE(REPEAT('a', 16000000), 'a', 'bb'))".into(),
        "SUBSTRING_INDEX(REPEAT('.', 16000000), '.', 15999999) IS NULL".into(),
        "REPEAT('a', 16000000) REGEXP 'b'".into(),
        "REPEAT('a', 6000000) REGEXP 'a*a*a*ab'".into(),
        "JSON_VALID(CONCAT('[', REPEAT('1,', 8000000), '1]'))".into(),
        format!("JSON_LENGTH({deep}, CONCAT('$', REPEAT('[0]', 30)))"),
        format!("JSON_REMOVE({deep}, CONCAT('$', REPEAT('[0]', 30))) IS NULL"),
        format!("JSON_EXTRACT({deep}, {}) IS NULL", vec!["'$**[0]'"; 300].join(", ")),
    ] {
        for panel in &panels {
            in_time(panel, &format!("SELECT {expression} AS v"));
        }
    }
}

#[test]
fn no_query_outlives_its_deadline() {
    let panels = panels();
    // It ends after 1,000 rounds, of which each has twice as many rows.
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n JOIN (SELECT 1 UNION ALL SELECT 2) two)";
    let cross: Vec<String> = (0..50).map(|at| format!("lines t{at}")).collect();
    for sql in [
        format!("{endless} SELECT COUNT(*) FROM n"),
        format!("{endless} SELECT GROUP_CONCAT(REPEAT('x', 1000000)) FROM n"),
        format!("{endless} SELECT i, REPEAT('x', 1000) FROM n ORDER BY 2, 1 DESC"),
        format!("{endless} SELECT DISTINCT REPEAT(i, 1000) FROM n"),
        format!("{endless} SELECT JSON_ARRAYAGG(i) FROM n"),
        format!("{endless} SELECT SUM(i) OVER (ORDER BY i) FROM n"),
        format!("{endless} SELECT COUNT(*) FROM n WHERE REPEAT('a', 1000) REGEXP 'a*a*a*a*a*b'"),
        format!("{endless} SELECT i, MD5(i) FROM n ORDER BY MD5(i)"),
        format!(
            "{endless}, t AS (SELECT REPEAT('é', 500000) v UNION ALL SELECT REPEAT('e', 500000)) \
             SELECT COUNT(*) FROM n, t a, t b WHERE a.v = b.v"
        ),
        format!("SELECT COUNT(*) FROM {}", cross.join(" JOIN ")),
        format!("SELECT COUNT(*) FROM {} WHERE t0.id = -1", cross.join(", ")),
    ] {
        for panel in &panels {
            let answer = in_time(panel, &sql);
            assert!(
                !answer.contains("STATUS_NO_PERMISSIONS") && !answer.contains("STATUS_INVALID"),
                "{sql} {answer}"
            );
        }
    }
}

/// Each form names its parts more than once in what is printed for SQLite.
#[test]
fn what_is_printed_does_not_explode() {
    let panel = Panel::docs();
    let nested = |open: &str, close: &str, levels: usize| {
        format!("SELECT {}1{} AS v", open.repeat(levels), close.repeat(levels))
    };
    let doubled = |levels: usize| {
        let tables = (1..=levels).map(|at| {
            let before = at - 1;
            format!("w{at} AS (SELECT a.i FROM w{before} a JOIN w{before} b ON a.i = b.i)")
        });
        let tables: Vec<String> = tables.collect();
        format!(
            "WITH w0 AS (SELECT 1 AS i), {} SELECT COUNT(*) FROM w{levels}",
            tables.join(", ")
        )
    };
    for sql in [
        nested("CASE ", " WHEN 1 THEN 2 ELSE 3 END", 100),
        nested("NULLIF(", ", 2)", 100),
        nested("IFNULL(", ", 2)", 100),
        nested("(SELECT MAX(id) FROM lines WHERE id > ", ")", 60),
        nested("(", " IN (1, 2, 3))", 100),
        nested("(1 > ANY (SELECT ", "))", 60),
        nested("(1 <= ALL (SELECT id FROM lines WHERE ", "))", 60),
        nested("1 BETWEEN 0 AND (", ")", 100),
        nested("(", " BETWEEN 0 AND 2)", 100),
        nested("ROUND(", ", 1) / 3", 100),
        nested("GREATEST(", ", 'a', 2.5)", 100),
        nested("FIELD(", ", 1, 2)", 100),
        nested("DATE_ADD(", ", INTERVAL 1 DAY)", 100),
        nested("-(", ")", 120),
        nested("(SELECT SUM(", ") FROM lines)", 60),
        nested("(SELECT COUNT(*) FROM lines HAVING COUNT(*) > ", ")", 60),
        format!("SELECT 1{} AS v", " + 1".repeat(890)),
        format!("SELECT 1{} AS v", " DIV 1".repeat(5_000)),
        format!("SELECT 1{} AS v", " OR 0".repeat(40_000)),
        format!("SELECT id FROM lines WHERE id IN (1{})", ", 2".repeat(90_000)),
        format!("SELECT 1 AS v{}", " UNION SELECT 1".repeat(499)),
        format!("SELECT CONCAT('a'{}) AS v", ", 'b'".repeat(20_000)),
        doubled(20),
        doubled(60),
    ] {
        in_time(&panel, &sql);
    }
}

#[test]
fn a_slow_write_does_not_hold_the_writer() {
    let panel = Panel::docs();
    panel.sql(
        "INSERT INTO lines_logs (stream_id, user_agent) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
         WHERE i < 100000) SELECT i, 'agent ' || i FROM n",
    );
    let slow = "UPDATE lines_logs SET query_string = MD5(REPLACE(REPEAT(user_agent, 400), 'a', 'bb'))";
    thread::scope(|scope| {
        let writing = scope.spawn(|| in_time(&panel, slow));
        let (mut most, mut calls) = (Duration::ZERO, 0);
        while !writing.is_finished() {
            let begun = Instant::now();
            let name = format!("line{calls}");
            assert!(panel.call("get_line", "id=4521").contains("STATUS_SUCCESS"));
            let created = panel.call(
                "create_line",
                &format!("username={name}&password={name}&exp_date=2027-01-01"),
            );
            assert!(created.contains("STATUS_SUCCESS"), "{created}");
            most = most.max(begun.elapsed());
            calls += 1;
        }
        let answer = writing.join().unwrap();
        assert!(most < Duration::from_secs(10), "{most:?} of {calls}, {answer}");
    });
}
