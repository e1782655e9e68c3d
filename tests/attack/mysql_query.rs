//! Raw SQL that costs more to read than to run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use linecard::panel::Error;
use linecard::store::sql_door::{QueryTime, Rows};

use crate::support::{Panel, failure};

fn ask(panel: &Panel, sql: &str) -> String {
    let encoded: String = sql.bytes().map(|byte| format!("%{byte:02X}")).collect();
    panel.call("mysql_query", &format!("query={encoded}"))
}

fn invalid(reason: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid query: {reason}"))
}

#[test]
fn a_statement_has_a_length_a_number_of_tokens_and_a_depth() {
    let panel = Panel::docs();
    let too_big = invalid("Got a packet bigger than 'max_allowed_packet' bytes");
    let text = |bytes: usize| format!("SELECT '{}' IS NULL AS v", "a".repeat(bytes - 22));
    let fits = r#"{"status":"STATUS_SUCCESS","data":[{"v":0}]}"#;
    assert_eq!(text(1 << 20).len(), 1 << 20);
    assert_eq!(ask(&panel, &text(1 << 20)), fits);
    assert_eq!(ask(&panel, &text((1 << 20) + 1)), too_big);
    assert_eq!(ask(&panel, &format!("SELECT 1{}", ",1".repeat(100_000))), too_big);
    let brackets = |levels: usize| format!("SELECT {}1{}", "(".repeat(levels), ")".repeat(levels));
    let too_deep = invalid("more than 128 brackets within each other");
    assert_ne!(ask(&panel, &brackets(128)), too_deep);
    assert_eq!(ask(&panel, &brackets(129)), too_deep);
    assert_eq!(ask(&panel, &brackets(90_000)), too_deep);
}

/// The label of each column was sought from the beginning of the text, and each term of the order among all
/// columns.
#[test]
fn labels_and_terms_are_found_in_one_walk() {
    let panel = Panel::docs();
    let columns = vec![format!("'{}' IS NULL", "é".repeat(250)); 1_900].join(",");
    let many = format!("SELECT {}1", "1 AS a,".repeat(25_000));
    let terms = format!("SELECT 1 AS a ORDER BY {}1", "b,".repeat(40_000));
    let begun = Instant::now();
    // All of them have the same label, so that one is shown.
    let label = r"\u00e9".repeat(250);
    assert_eq!(
        ask(&panel, &format!("SELECT {columns}")),
        format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"'{label}' IS NULL":0}}]}}"#)
    );
    let failed = |reason: &str| failure("STATUS_FAILURE", &format!("Query failed: {reason}"));
    assert_eq!(ask(&panel, &many), failed("too many columns in result set"));
    assert_eq!(ask(&panel, &terms), failed("too many terms in ORDER BY clause"));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// The parser copies what is to the left of each.
#[test]
fn a_big_left_side_is_not_copied_a_thousand_times() {
    let panel = Panel::docs();
    let begun = Instant::now();
    for operator in ["DIV", "MOD"] {
        let sql = format!(
            "SELECT 1 IN (1{}) {}",
            ",1".repeat(40_000),
            format!("{operator} 1 ").repeat(800)
        );
        assert_eq!(ask(&panel, &sql), invalid("too many operators in a row"), "{operator}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn other_callers_do_not_wait_while_a_statement_is_read() {
    let panel = Panel::docs();
    let sql = format!("SELECT {}1", "IF(1,NULLIF(1,2),3) + 1,".repeat(8_000));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask(&panel, &sql));
        let mut most = Duration::ZERO;
        while !asking.is_finished() {
            let begun = Instant::now();
            panel.call("get_line", "id=4521");
            most = most.max(begun.elapsed());
        }
        assert!(asking.join().unwrap().starts_with(r#"{"status":"STATUS_"#));
        assert!(most < Duration::from_secs(1), "{most:?}");
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
            let answer = ask(&panel, &sql);
            assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{open} {answer:.200}");
        }
    }
    for (open, close) in [("(", ")"), ("(SELECT * FROM ", ") a"), ("(a JOIN ", ")")] {
        for levels in [20, 45, 120] {
            let sql = format!("SELECT * FROM {}a{}", open.repeat(levels), close.repeat(levels));
            let answer = ask(&panel, &sql);
            assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{open} {answer:.200}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn two_queries_run_at_once_and_no_more_than_32_wait() {
    let panel = Panel::docs();
    let store = panel.inner().store();
    let refused = Arc::new(AtomicUsize::new(0));
    let now = QueryTime {
        unix: 0,
        local: "1970-01-01 00:00:00".into(),
    };
    let query = || {
        let seen = Arc::clone(&refused);
        // Those that run go on until the last one was refused.
        let print = move |_: &Rows<'_>| {
            while seen.load(Ordering::Acquire) < 6 {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok::<_, Error>(())
        };
        let (now, refused) = (now.clone(), Arc::clone(&refused));
        async move {
            let result = store.run_sql("SELECT 1".into(), now, print).await;
            if matches!(result, Err(Error::Busy)) {
                refused.fetch_add(1, Ordering::AcqRel);
            }
            result.is_ok()
        }
    };
    let results = actix_web::rt::System::new().block_on(join_all((0..40).map(|_| query())));
    assert_eq!(results.iter().filter(|done| **done).count(), 34);
}
