//! Raw SQL that costs more to read than to run.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use linecard::panel::Error;
use linecard::store::mysql::values::statement::Random;
use linecard::store::raw_sql::{Allowed, Applied, Rows, SqlCall, threads};

use crate::support::process::{Served, folder};
use crate::support::{OVERRUN, Panel, encoded, failure};

fn invalid(reason: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid query: {reason}"))
}

fn failed(reason: &str) -> String {
    failure("STATUS_FAILURE", &format!("Query failed: {reason}"))
}

/// A success with one row of one column `v`.
fn value(value: impl Display) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"v":{value}}}]}}"#)
}

const TOO_DEEP: &str = "Thread stack overrun: the statement is nested too deeply";
const INTERRUPTED: &str = "Query execution was interrupted (max_statement_time exceeded)";
const TOO_MUCH_MADE: &str = "The statement needs more than 256 MiB for its values";

#[test]
fn a_statement_has_a_length_a_number_of_tokens_and_a_depth() {
    let panel = Panel::docs();
    let too_big = invalid("Got a packet bigger than 'max_allowed_packet' bytes");
    let text = |bytes: usize| format!("SELECT '{}' IS NULL AS v", "a".repeat(bytes - 22));
    assert_eq!(text(1 << 20).len(), 1 << 20);
    assert_eq!(panel.mysql_query(&text(1 << 20)), value(0));
    assert_eq!(panel.mysql_query(&text((1 << 20) + 1)), too_big);
    // Eight tokens and two for each number.
    let tokens = |numbers: usize| format!("SELECT - 1 IN (1{}) v", ",1".repeat(numbers));
    assert_eq!(panel.mysql_query(&tokens(99_996)), value(0));
    assert_eq!(panel.mysql_query(&tokens(99_997)), too_big);
    let brackets = |levels: usize| format!("SELECT {}1{} v", "(".repeat(levels), ")".repeat(levels));
    let too_deep = invalid("more than 128 brackets within each other");
    assert_eq!(panel.mysql_query(&brackets(128)), value(1));
    assert_eq!(panel.mysql_query(&brackets(129)), too_deep);
    assert_eq!(panel.mysql_query(&brackets(90_000)), too_deep);
}

/// The parser makes a level of each operator, and levels take stack.
#[test]
fn operators_in_a_row_are_counted() {
    let panel = Panel::docs();
    let row = |form: &str, times: usize| format!("SELECT 1{} v", form.repeat(times));
    for (form, expected) in [
        (" + 1", "901"),
        (" - 1", "-899"),
        (" * 1", "1"),
        (" / 1", "1"),
        (" % 2", "1"),
        (" DIV 1", "1"),
        (" MOD 2", "1"),
        (" | 2", "3"),
        (" & 1", "1"),
        (" ^ 1", "1"),
        (" << 0", "1"),
        (" = 1", "1"),
        (" <=> 1", "1"),
        (" LIKE 1", "1"),
        (" XOR 0", "1"),
        (" IS NULL", "0"),
    ] {
        assert_eq!(panel.mysql_query(&row(form, 900)), value(expected), "{form}");
        for times in [901, 5_000, 50_000] {
            assert_eq!(panel.mysql_query(&row(form, times)), failed(TOO_DEEP), "{form} {times}");
        }
    }
    // Of these there may be any number.
    for form in [" AND 1", " && 1", " OR 1", " || 1"] {
        assert_eq!(panel.mysql_query(&row(form, 50_000)), value(1), "{form}");
    }
}

/// A parser that copies what is to the left of each takes seconds for them.
#[test]
fn thousands_of_operators_are_refused_at_once() {
    let panel = Panel::docs();
    let begun = Instant::now();
    for operator in ["DIV", "MOD"] {
        let row = format!("{operator} 1 ").repeat(5_000);
        assert_eq!(
            panel.mysql_query(&format!("SELECT 1 {row}")),
            failed(TOO_DEEP),
            "{operator}"
        );
        let sql = format!(
            "SELECT (1 IN (1{})) {} v",
            ",1".repeat(40_000),
            format!("{operator} 1 ").repeat(400)
        );
        let expected = if operator == "DIV" { 1 } else { 0 };
        assert_eq!(panel.mysql_query(&sql), value(expected), "{operator}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn tables_of_a_join_arms_of_a_union_and_columns_are_counted() {
    let panel = Panel::docs();
    let commas = |tables: usize| {
        let list: Vec<String> = (0..tables).map(|at| format!("profiles p{at}")).collect();
        format!("SELECT COUNT(*) v FROM {}", list.join(", "))
    };
    let joins = |tables: usize| {
        let list = (1..tables).map(|at| format!(" LEFT JOIN profiles p{at} ON p{at}.profile_id = p0.profile_id"));
        format!("SELECT COUNT(*) v FROM profiles p0{}", list.collect::<String>())
    };
    for sql in [commas(61), joins(61)] {
        assert_eq!(panel.mysql_query(&sql), value(1), "{sql:.80}");
    }
    for sql in [commas(62), joins(62), commas(5_000)] {
        let reason = "Too many tables; MariaDB can only use 61 tables in a join";
        assert_eq!(panel.mysql_query(&sql), failed(reason), "{sql:.80}");
    }
    for (all, rows) in [("", 1), (" ALL", 500)] {
        let arms = |arms: usize| vec!["SELECT 1 v"; arms].join(&format!(" UNION{all} "));
        assert_eq!(
            panel.mysql_query(&format!("SELECT COUNT(*) v FROM ({}) t", arms(500))),
            value(rows)
        );
        for many in [501, 5_000] {
            assert_eq!(panel.mysql_query(&arms(many)), failed(TOO_DEEP), "{all} {many}");
        }
    }
    // SQLite's own limits.
    for sql in [
        format!("SELECT {}1", "1,".repeat(2_000)),
        format!("SELECT 1 AS a ORDER BY {}a", "a+1,".repeat(2_000)),
        format!("SELECT id FROM lines GROUP BY {}id", "id+1,".repeat(2_000)),
    ] {
        assert_eq!(panel.mysql_query(&sql), failed("Too many columns"), "{sql:.80}");
    }
    let arguments = |count: usize| format!("SELECT GREATEST({}2) v", "1,".repeat(count - 1));
    assert_eq!(panel.mysql_query(&arguments(900)), value(2));
    assert_eq!(panel.mysql_query(&arguments(1_100)), failed(TOO_DEEP));
}

/// Some forms might be written with their operand twice: each level would double the statement.
#[test]
fn many_levels_of_a_short_statement_do_not_double_it() {
    let panel = Panel::docs();
    let begun = Instant::now();
    for (open, close, expected) in [
        ("(", " BETWEEN 0 AND 1)", "1"),
        ("NULLIF(", ", 0)", "1"),
        ("COALESCE(", ", 0)", "1"),
        ("GREATEST(", ", 0)", "1"),
        ("ROUND(", ", 0)", "1"),
        ("CONCAT(", ", '')", r#""1""#),
        ("IF(1, ", ", 0)", "1"),
        ("(", " IN (0, 1))", "1"),
        ("(", " <=> 1)", "1"),
        ("(", " XOR 0)", "1"),
    ] {
        for levels in [20, 40, 60] {
            let sql = format!("SELECT {}1{} v", open.repeat(levels), close.repeat(levels));
            let answer = panel.mysql_query(&sql);
            assert!(
                [value(expected), failed(TOO_DEEP)].contains(&answer),
                "{open} {close} {levels}: {answer:.200}"
            );
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// The label of each column was sought from the beginning of the text, and each term of the order among all
/// columns.
#[test]
fn labels_and_terms_are_found_in_one_walk() {
    let panel = Panel::docs();
    let columns = vec![format!("'{}' IS NULL", "é".repeat(250)); 1_900].join(",");
    let many = format!("SELECT {}1", "1 AS a,".repeat(25_000));
    let terms = format!("SELECT 1 AS a ORDER BY {}1", "b,".repeat(40_000));
    // All of them have the same label, of at most 255 bytes, so that one is shown.
    let label = r"\u00e9".repeat(127);
    let labelled = format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"'{label}":0}}]}}"#);
    for (sql, answer) in [
        (format!("SELECT {columns}"), labelled),
        (many, failed("Too many columns")),
        (terms, failed("Unknown column 'b' in 'order clause'")),
    ] {
        let begun = Instant::now();
        assert_eq!(panel.mysql_query(&sql), answer);
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{:?} {sql:.40}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_value_of_more_than_16_mib_is_null() {
    let panel = Panel::docs();
    const MOST: usize = 16 << 20;
    for (expression, length) in [
        (format!("REPEAT('a', {MOST})"), Some(MOST)),
        (format!("REPEAT('a', {})", MOST + 1), None),
        (format!("CONCAT(REPEAT('a', {}), 'b')", MOST - 1), Some(MOST)),
        (format!("CONCAT(REPEAT('a', {MOST}), 'b')"), None),
        (format!("CONCAT_WS('b', REPEAT('a', {}), '')", MOST - 1), Some(MOST)),
        (format!("CONCAT_WS('b', REPEAT('a', {MOST}), '')"), None),
        // By the longest that so many characters can be.
        (format!("LPAD('a', {}, 'b')", MOST / 3), Some(MOST / 3)),
        (format!("LPAD('a', {}, 'b')", MOST / 3 + 1), None),
        (format!("RPAD('a', {}, 'b')", MOST / 3 + 1), None),
        (format!("HEX(REPEAT('a', {}))", MOST / 2), Some(MOST)),
        (format!("HEX(REPEAT('a', {}))", MOST / 2 + 1), None),
        (format!("REPLACE(REPEAT('a', {}), 'a', 'bb')", MOST / 2 + 1), None),
        (format!("TO_BASE64(REPEAT('a', {MOST}))"), None),
    ] {
        let length = length.map_or("null".to_owned(), |length| length.to_string());
        assert_eq!(
            panel.mysql_query(&format!("SELECT LENGTH({expression}) v")),
            value(length),
            "{expression}"
        );
    }
}

#[test]
fn functions_make_at_most_256_mib() {
    let panel = Panel::docs();
    let sum = |times: usize| format!("SELECT {} v", vec!["LENGTH(REPEAT(NOW(), 800000))"; times].join(" + "));
    let one = 800_000 * 19;
    assert_eq!(panel.mysql_query(&sum(17)), value(17 * one));
    assert_eq!(panel.mysql_query(&sum(18)), failed(TOO_MUCH_MADE));
    // What grows within one call.
    let begun = Instant::now();
    let nested = format!("{}'a'{}", "REPLACE(".repeat(20), ", 'a', REPEAT('a', 1000))".repeat(20));
    let answer = panel.mysql_query(&format!("SELECT LENGTH({nested}) v"));
    assert!([value("null"), failed(TOO_MUCH_MADE)].contains(&answer), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn an_answer_has_a_limit() {
    // The usual 64 MiB take an unoptimised build long.
    let panel = Panel::docs_with(|config| {
        assert_eq!(config.answer_limit, 64 << 20);
        config.answer_limit = 8 << 20;
    });
    let sql = |bytes: usize| format!("SELECT REPEAT('a', {bytes}) v FROM lines a, lines b");
    let row = 512 << 10;
    let answer = panel.mysql_query(&sql(row - 100));
    assert_eq!(answer.matches(r#"{"v":"aaa"#).count(), 16);
    assert_eq!(
        panel.mysql_query(&sql(row)),
        failure(
            "STATUS_FAILURE",
            "The answer is too large: more than 8388608 bytes. Ask for fewer rows."
        )
    );
}

#[test]
fn a_write_of_more_than_256_mib_writes_nothing() {
    let panel = Panel::docs();
    let stored = panel.mysql_query("UPDATE epg SET data = REPEAT('a', 15000000)");
    assert_eq!(
        stored,
        r#"{"status":"STATUS_SUCCESS","data":{"affected_rows":1,"insert_id":0}}"#
    );
    let copies = |rows: usize| {
        format!("INSERT INTO epg (data) SELECT e.data FROM epg e, lines a, lines b, lines c LIMIT {rows}")
    };
    assert_eq!(panel.mysql_query(&copies(18)), failed(TOO_MUCH_MADE));
    assert_eq!(panel.sql("SELECT count(*) FROM epg"), ["1"]);
    assert_eq!(panel.sql("SELECT count(*) FROM linecard_audit"), ["1"]);
}

/// Keys of rows are made by no function, so that the limit is that of planned rows.
#[test]
fn planned_rows_of_more_than_256_mib_are_not_written() {
    let panel = Panel::docs();
    // 4 lines to the power of 9, and one profile.
    let tables = (0..9).map(|at| ("lines", format!("l{at}")));
    let tables = tables.chain((0..45).map(|at| ("profiles", format!("p{at}"))));
    let (names, list): (Vec<String>, Vec<String>) = tables
        .map(|(table, alias)| (alias.clone(), format!("{table} {alias}")))
        .unzip();
    let sql = format!("DELETE {} FROM {}", names.join(", "), list.join(", "));
    let reason = "The statement writes more than 256 MiB; use WHERE or LIMIT";
    // On a busy machine an unoptimised build needs more than the five seconds of a statement.
    let mut answers = (0..5).map(|_| panel.mysql_query(&sql));
    let refused = answers.find(|answer| *answer != failed(INTERRUPTED));
    assert_eq!(refused, Some(failed(reason)));
    assert_eq!(panel.sql("SELECT count(*) FROM lines"), ["4"]);
    assert_eq!(panel.sql("SELECT count(*) FROM linecard_audit"), ["0"]);
}

#[test]
fn a_statement_ends_after_five_seconds() {
    let panel = Panel::docs();
    let cross: Vec<String> = (0..20).map(|at| format!("streams s{at}")).collect();
    let cross = cross.join(", ");
    for sql in [
        format!("SELECT COUNT(*) FROM {cross}"),
        format!("SELECT MAX(MD5(CONCAT(s0.id, s1.id, s19.id))) FROM {cross}"),
        format!("SELECT s1.id FROM {cross} ORDER BY MD5(s0.id) LIMIT 1"),
        format!("UPDATE lines SET contact = (SELECT COUNT(*) FROM {cross})"),
        format!("DELETE FROM lines WHERE (SELECT COUNT(*) FROM {cross}) > 0"),
    ] {
        let begun = Instant::now();
        let (answer, late) = panel.mysql_overrun(&sql);
        assert_eq!(answer, failed(INTERRUPTED), "{sql}");
        assert!(begun.elapsed() >= Duration::from_secs(5), "{:?} {sql}", begun.elapsed());
        assert!(late < OVERRUN, "{late:?} {sql}");
    }
    assert_eq!(panel.sql("SELECT count(*) FROM lines WHERE contact = ''"), ["4"]);
}

#[test]
fn other_callers_do_not_wait_while_a_statement_is_read() {
    let panel = Panel::docs();
    let sql = format!("SELECT {}1", "IF(1,NULLIF(1,2),3) + 1,".repeat(8_000));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| panel.mysql_query(&sql));
        let mut most = Duration::ZERO;
        while !asking.is_finished() {
            let begun = Instant::now();
            panel.call("get_line", "id=4521");
            most = most.max(begun.elapsed());
        }
        assert!(asking.join().unwrap().starts_with(r#"{"status":"STATUS_"#));
        assert!(most < Duration::from_secs(5), "{most:?}");
    });
}

/// Nested forms for which parsers try one reading after the other.
#[test]
fn no_nested_form_takes_long_to_read() {
    let panel = Panel::docs();
    let begun = Instant::now();
    for (open, inside, close) in [
        ("(", "1", ")"),
        ("f(", "1", ")"),
        ("NOT (", "1", ")"),
        ("CASE WHEN ", "1", " THEN 1 END"),
        ("1 IN (SELECT ", "1", ")"),
        ("EXISTS (SELECT ", "1", ")"),
        ("(SELECT ", "1", ")"),
        ("CAST(", "1", " AS SIGNED)"),
        ("1 BETWEEN (", "1", ") AND 1"),
        ("- ", "1", ""),
        ("INTERVAL ", "1", " DAY"),
    ] {
        for levels in [20, 45, 120] {
            let sql = format!("SELECT {}{inside}{}", open.repeat(levels), close.repeat(levels));
            let answer = panel.mysql_query(&sql);
            assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{open} {answer:.200}");
        }
    }
    for (open, close) in [("(", ")"), ("(SELECT * FROM ", ") a"), ("(a JOIN ", ")")] {
        for levels in [20, 45, 120] {
            let sql = format!("SELECT * FROM {}a{}", open.repeat(levels), close.repeat(levels));
            let answer = panel.mysql_query(&sql);
            assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{open} {answer:.200}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// Sorts of more than SQLite's cache go on in a file.
#[cfg(target_os = "linux")]
#[test]
fn a_big_sort_takes_little_memory() {
    let (_folder, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs"]);
    let most = || -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", served.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    let ask = |bytes: usize| {
        let tables = "lines a, lines b, lines c, lines d, lines e";
        let sql = format!(
            "SELECT LENGTH(t) v FROM (SELECT REPEAT(MD5(CONCAT(a.id,b.id,c.id,d.id,e.id)), {}) t FROM {tables}) x ORDER BY t LIMIT 1",
            bytes / 32
        );
        served.call("mysql_query", &format!("query={}", encoded(&sql)))
    };
    assert_eq!(ask(3_200), value(3_200));
    let before = most();
    // 1,024 rows, 200 MB.
    assert_eq!(ask(200_000), value(200_000));
    assert!(most() - before < 64 << 10, "{} {before}", most());
}

struct Fixed;

impl Random for Fixed {
    fn bits(&self) -> u64 {
        4
    }
}

#[test]
fn a_few_queries_run_at_once_and_no_more_than_32_wait() {
    let panel = Panel::docs();
    let store = panel.inner().store();
    let refused = Arc::new(AtomicUsize::new(0));
    let call = SqlCall {
        text: "SELECT 1".into(),
        now: 0,
        random: Arc::new(Fixed),
        allowed: Allowed::Reads,
    };
    let most = usize::try_from(threads::most()).unwrap() + 32;
    let query = || {
        let seen = Arc::clone(&refused);
        // Those that run go on until the last one was refused.
        let print = move |_: &Rows<'_>| {
            while seen.load(Ordering::Acquire) < 6 {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok::<_, Error>(())
        };
        let record = |_: &rusqlite::Connection, _: &Applied<'_>| Ok::<_, Error>(());
        let (call, refused) = (call.clone(), Arc::clone(&refused));
        async move {
            let result = store.run_sql(call, print, record).await;
            if matches!(result, Err(Error::Busy)) {
                refused.fetch_add(1, Ordering::AcqRel);
            }
            result.is_ok()
        }
    };
    let results = actix_web::rt::System::new().block_on(join_all((0..most + 6).map(|_| query())));
    assert_eq!(results.iter().filter(|done| **done).count(), most);
}
