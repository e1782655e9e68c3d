//! Answers that would take all memory there is.

use std::io::Write;
use std::net::TcpStream;

use crate::support::{Panel, failure, soon};

const MANY: &str = "limit=100000000";

/// A panel with some thousands of rows in two tables.
fn panel(change: impl FnOnce(&mut linecard::config::Config)) -> Panel {
    let panel = Panel::docs_with(change);
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)";
    panel.sql(&format!(
        "{numbers} INSERT INTO lines (username, password) SELECT 'many' || i, 'pass' || i FROM n"
    ));
    panel.sql(&format!("{numbers} INSERT INTO blocked_isps (isp) SELECT i FROM n"));
    panel
}

#[test]
fn an_answer_that_is_too_large_is_refused_in_the_dialects_words() {
    let panel = panel(|config| config.answer_limit = 100_000);
    let refusal = failure(
        "STATUS_FAILURE",
        "The answer is too large: more than 100000 bytes. Ask for fewer rows.",
    );
    assert_eq!(panel.call("get_lines", MANY), refusal);
    let text = "x".repeat(20_000);
    let sql = |text: &str| format!("query=SELECT \"{text}\" FROM lines");
    assert_eq!(panel.call("mysql_query", &sql(&text)), refusal);
    assert_eq!(
        panel.call("mysql_query", &sql("x")).matches("{\"x\":\"x\"}").count(),
        2_004
    );
    assert!(
        panel
            .call("get_lines", "limit=10")
            .ends_with(r#","recordsTotal":2002,"recordsFiltered":10}"#)
    );
    // A list without pages, and the older panel, which tells the status alone.
    panel.sql("UPDATE blocked_isps SET isp = isp || '-of-a-provider-with-a-long-name-that-is-shown-in-full'");
    assert_eq!(panel.call("get_blocked_isps", ""), refusal);
    panel.set("profile=xui");
    let answer = panel.client().post(
        &panel.admin_path(),
        &format!("api_key=YOUR_KEY&action=get_lines&{MANY}"),
    );
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, r#"{"status":"STATUS_FAILURE"}"#)
    );
}

/// A big body leaves in pieces, and its head has the length all the same.
#[test]
fn a_big_answer_has_its_length_and_every_byte() {
    let panel = panel(|config| config.control = true);
    let path = format!("{}?api_key=YOUR_KEY&action=get_lines&{MANY}", panel.admin_path());
    let whole = panel.client().get(&path);
    assert!(whole.body.len() > 500_000, "{}", whole.body.len());
    assert_eq!(
        whole.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    let json: serde_json::Value = serde_json::from_str(&whole.text()).unwrap();
    assert_eq!(json["data"].as_array().unwrap().len(), 2_002);
    // So has one that a fault delays, and the connection goes on behind it.
    let fault = panel.client().request(
        "POST",
        "/_linecard/faults",
        &[("content-type", "application/json")],
        br#"{"effect":{"delay":"1ms"}}"#,
    );
    assert_eq!(fault.status, 200, "{fault:?}");
    let mut client = panel.client();
    for _ in 0..2 {
        let delayed = client.get(&path);
        assert_eq!(delayed.header("content-length"), whole.header("content-length"));
        assert_eq!(delayed.body, whole.body);
    }
}

/// What clients do not read stays in memory, so it counts until they have read it or left.
#[test]
fn answers_share_a_budget_that_is_given_back() {
    let panel = panel(|config| config.answer_memory = 40 << 20);
    // 400 bytes a row in the query, some 16 MiB in the answer.
    let text = "x".repeat(8_000);
    let query = format!("api_key=YOUR_KEY&action=mysql_query&query=SELECT \"{text}\" FROM blocked_isps LIMIT 1500");
    let unread = || {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
            panel.admin_path(),
            panel.host(),
            query.len()
        );
        let mut socket = TcpStream::connect(panel.host()).unwrap();
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(query.as_bytes()).unwrap();
        socket
    };
    let used = || panel.inner().settings().answers.all.used();
    let silent = unread();
    assert!(soon(|| used() > 20 << 20), "{}", used());
    let busy = panel.client().post(&panel.admin_path(), &query);
    assert_eq!(
        (busy.status, busy.text()),
        (
            503,
            failure("STATUS_FAILURE", "The panel is busy and nothing was done. Try again.")
        )
    );
    // Small answers go on.
    assert!(panel.call("get_line", "id=4521").contains("customer4521"));
    drop(silent);
    assert!(soon(|| used() == 0), "{}", used());
    let answer = panel.client().post(&panel.admin_path(), &query);
    assert_eq!(answer.status, 200);
    assert!(soon(|| used() == 0), "{}", used());
}

/// A sort of long texts goes on in a file.
#[test]
fn a_sort_is_answered_in_order() {
    let panel = panel(|_| {});
    let text = "x".repeat(4_000);
    let sql = format!(
        "query=SELECT id, LENGTH(CONCAT(username, \"{text}\")) AS l FROM lines ORDER BY CONCAT(username, \"{text}\") DESC LIMIT 1"
    );
    assert_eq!(
        panel.call("mysql_query", &sql),
        r#"{"status":"STATUS_SUCCESS","data":[{"id":4531,"l":4005}]}"#
    );
}
