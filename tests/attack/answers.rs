//! Answers that would take all memory there is.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{Panel, failure, soon};

const MANY: &str = "limit=100000000";

/// Sends a request whose answer is not read; without a small buffer the system would take some megabytes of it.
fn unread(panel: &Panel, request: &str) -> TcpStream {
    let mut socket = TcpStream::connect(panel.host()).unwrap();
    socket2::SockRef::from(&socket).set_recv_buffer_size(64 << 10).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    socket
}

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
    // 16,000 bytes a row, 24 MB in the answer.
    let text = "x".repeat(16_000);
    let query = format!("api_key=YOUR_KEY&action=mysql_query&query=SELECT \"{text}\" FROM blocked_isps LIMIT 1500");
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{query}",
        panel.admin_path(),
        panel.host(),
        query.len()
    );
    let used = || panel.inner().settings().answers.all.used();
    let silent = unread(&panel, &request);
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

/// The XC v2 API has lists without pages.
#[test]
fn the_xc_v2_api_refuses_what_is_too_large_in_its_own_words() {
    let panel = panel(|config| config.answer_limit = 100_000);
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)";
    for (query, rows) in [
        (
            "action=reg_user&sub=list",
            "INSERT INTO users (username) SELECT 'reseller' || i FROM n",
        ),
        (
            "action=stream&sub=list",
            "INSERT INTO streams (type, stream_display_name) SELECT 1, 'channel' || i FROM n",
        ),
        (
            "action=stream&sub=offline",
            "INSERT INTO streams_servers (stream_id, server_id, stream_status)
             SELECT id, 1, 1 FROM streams WHERE stream_display_name LIKE 'channel%'",
        ),
        (
            "action=user&sub=info&username=customer4521&password=securepass",
            "UPDATE bouquets SET bouquet_channels = (SELECT json_group_array(i + 1000000000000) FROM n)",
        ),
    ] {
        assert!(!panel.v2(query, "").contains("TOO LARGE"), "{query}");
        panel.sql(&format!("{numbers} {rows}"));
        assert_eq!(
            panel.v2(query, ""),
            r#"{"result":false,"error":"TOO LARGE"}"#,
            "{query}"
        );
    }
}

/// What the client of a list without pages does not read counts, too.
#[test]
fn an_answer_of_the_xc_v2_api_counts_until_it_is_read() {
    let panel = panel(|config| config.answer_memory = 30 << 20);
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)";
    panel.sql(&format!(
        "{numbers} INSERT INTO streams (type, stream_display_name) SELECT 1, printf('%.*c', 9000, 'x') FROM n"
    ));
    let path = "/api.php?action=stream&sub=list";
    let used = || panel.inner().settings().answers.all.used();
    let mut silent = unread(
        &panel,
        &format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", panel.host()),
    );
    // Before its head it may be made twice: a long read begins again on a thread of its own.
    let mut status = [0; 15];
    silent.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200 OK");
    assert!(used() > 17 << 20, "{}", used());
    let busy = panel.client().get(path);
    assert_eq!(
        (busy.status, busy.text().as_str()),
        (503, r#"{"result":false,"error":"BUSY"}"#)
    );
    drop(silent);
    assert!(soon(|| used() == 0), "{}", used());
    assert_eq!(panel.client().get(path).status, 200);
}

/// A line that names one bouquet of 5,000 channels 100,000 times would have 500 million channels.
#[test]
fn a_bouquet_that_a_line_names_often_is_held_once() {
    let panel = panel(|_| {});
    let channels = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                    UPDATE bouquets SET bouquet_channels = (SELECT json_group_array(i) FROM n) WHERE id = 1";
    panel.sql(channels);
    let query = "action=user&sub=info&username=customer4521&password=securepass";
    panel.sql("UPDATE lines SET bouquet = '[1]' WHERE id = 4521");
    let once = panel.v2(query, "");
    let list = |answer: &str| answer.split_once(r#""channel_ids":"#).unwrap().1.to_owned();
    assert!(list(&once).starts_with("[1,2,3,"), "{once}");
    let many = format!(
        "UPDATE lines SET bouquet = '[1{}]' WHERE id = 4521",
        ",1".repeat(99_999)
    );
    panel.sql(&many);
    assert_eq!(list(&panel.v2(query, "")), list(&once));
    panel.set("profile=v2_sorted_bouquets");
    assert_eq!(list(&panel.v2(query, "")), list(&once));
}

/// A document has a tree with a text for each value before it has bytes, a file two copies: so the size of the database
/// decides before anything is made.
#[test]
fn a_state_that_is_too_large_is_refused_before_it_is_made() {
    let refusal = |most: usize| {
        format!(
            r#"{{"type":"linecard:too_large","title":"Content Too Large","status":413,"detail":"the database is larger than {most} bytes","hint":"copy the file with `linecard backup`, or raise --answer-limit and --answer-memory"}}"#
        )
    };
    let get = |panel: &Panel, path: &str| {
        let answer = panel.client().get(&format!("/_linecard/{path}"));
        (answer.status, answer.text())
    };
    let small = panel(|config| (config.control, config.answer_limit) = (true, 100_000));
    let json = [("content-type", "application/json")];
    let taken = small
        .client()
        .request("POST", "/_linecard/snapshots", &json, br#"{"name":"a"}"#);
    assert_eq!(taken.status, 200, "{taken:?}");
    for path in ["state", "state?format=yaml", "state?format=sqlite", "snapshots/a"] {
        assert_eq!(get(&small, path), (413, refusal(100_000)), "{path}");
    }
    // What could never be made within the memory of all answers is not "busy".
    let little = panel(|config| (config.control, config.answer_memory) = (true, 1_000_000));
    assert_eq!(get(&little, "state"), (413, refusal(100_000)));
    let used = || little.inner().settings().answers.all.used();
    assert_eq!(used(), 0);
    let ample = panel(|config| config.control = true);
    for path in ["state", "state?format=sqlite"] {
        assert_eq!(ample.client().get(&format!("/_linecard/{path}")).status, 200, "{path}");
    }
}

#[test]
fn the_openapi_document_counts_too() {
    let panel = panel(|config| config.answer_memory = 100_000);
    assert_eq!(panel.client().get("/openapi.json").status, 503);
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
