//! What is told of an action beside rows: failures, ids, statuses.

use super::{DONE, HTML, call, panel, success};
use crate::support::{Panel, encoded};

#[test]
fn other_failures_are_a_status_alone_but_for_key_and_action() {
    let panel = panel();
    for (action, params, status) in [
        ("get_line", "id=1", "STATUS_FAILURE"),
        ("edit_line", "id=1", "STATUS_FAILURE"),
        ("adjust_credits", "id=88&credits=-51", "STATUS_INSUFFICIENT_CREDITS"),
        ("mysql_query", "query=DROP TABLE lines", "STATUS_NO_PERMISSIONS"),
        ("get_lines", "limit=-1", "STATUS_INVALID_INPUT"),
        ("kill_pid", "", "STATUS_INVALID_INPUT"),
        ("kill_connection", "activity_id=12345&server_id=9", "STATUS_FAILURE"),
    ] {
        let right = format!(r#"{{"status":"{status}"}}"#);
        assert_eq!(
            call(&panel, action, &params.replace(' ', "%20")),
            right,
            "{action} {params}"
        );
    }
    assert_eq!(
        call(&panel, "nope", ""),
        r#"{"status":"STATUS_FAILURE","error":"Invalid action."}"#
    );
    let answer = panel
        .client()
        .get(&format!("{}?api_key=x&action=get_lines", panel.admin_path()));
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.text().as_str()),
        (
            200,
            Some(HTML),
            r#"{"status":"STATUS_FAILURE","error":"Invalid API key."}"#
        )
    );
}

#[test]
fn what_is_too_large_is_told_in_full() {
    let panel = panel();
    let answer = panel.client().post(&panel.admin_path(), &"a[]=1&".repeat(2000));
    assert_eq!((answer.status, answer.header("content-type")), (413, Some(HTML)));
    assert_eq!(
        answer.text(),
        r#"{"status":"STATUS_INVALID_INPUT","error":"Request too large: at most 1000 parameters and 8388608 bytes."}"#
    );
}

#[test]
fn strict_refuses_in_the_same_words() {
    let panel = Panel::docs_with(|config| {
        config.strict = linecard::panel::strictness::Strictness::Error;
        config.profile = vec!["xui".into()];
    });
    assert_eq!(call(&panel, "get_lines", "x=1"), r#"{"status":"STATUS_INVALID_INPUT"}"#);
}

#[test]
fn the_content_type_is_the_profiles_own() {
    let panel = Panel::docs_with(|config| {
        config.api_content_type = "text/plain".into();
        config.profile = vec!["xui".into()];
    });
    assert_eq!(call(&panel, "disable_line", "id=4521"), DONE);
}

#[test]
fn what_is_blocked_is_answered_with_its_id() {
    let panel = panel();
    for (action, params, id) in [
        ("add_blocked_ip", "ip=192.168.1.100", "16"),
        ("add_blocked_ip", "ip=192.168.1.100", "16"),
        ("add_blocked_ua", "ua=BadBot", "6"),
        ("add_blocked_isp", "isp=SomeVPN", "4"),
    ] {
        assert_eq!(call(&panel, action, params), success(&format!("\"{id}\"")), "{action}");
    }
}

#[test]
fn adjusted_credits_are_a_status_alone() {
    let panel = panel();
    assert_eq!(call(&panel, "adjust_credits", "id=88&credits=12.5&reason=x"), DONE);
    assert_eq!(panel.sql("SELECT credits FROM users WHERE id = 88"), ["6250"]);
}

#[test]
fn what_is_gone_is_killed_again() {
    let panel = panel();
    for _ in 0..2 {
        assert_eq!(call(&panel, "kill_connection", "activity_id=12345"), DONE);
        assert_eq!(call(&panel, "kill_pid", "pid=54321"), DONE);
    }
    assert_eq!(panel.sql("SELECT count(*) FROM lines_live"), ["0"]);
}

#[test]
fn nothing_left_of_a_row_is_an_empty_array() {
    let panel = panel();
    assert_eq!(call(&panel, "get_line", "id=4521&show_columns=x"), success("[]"));
    assert_eq!(call(&panel, "get_epgs", "show_columns=x"), "[[]]");
    assert_eq!(
        call(&panel, "get_lines", "show_columns=bouquets"),
        r#"{"status":"STATUS_SUCCESS","data":[[],[]],"recordsTotal":2,"recordsFiltered":2}"#
    );
    assert_eq!(
        call(&panel, "get_line", "id=4521&show_columns=bouquet,x,id"),
        success(r#"{"id":"4521","bouquet":"[1,2,5]"}"#)
    );
}

#[test]
fn numbers_of_queries_and_servers_are_texts() {
    let panel = panel();
    assert_eq!(
        call(
            &panel,
            "mysql_query",
            "query=SELECT%20id,username,pair_id,bouquet%20FROM%20lines%20WHERE%20id=4521"
        ),
        r#"{"status":"STATUS_SUCCESS","data":[{"id":"4521","username":"customer4521","pair_id":null,"bouquet":"[1,2,5]"}],"insert_id":"0"}"#
    );
    assert_eq!(
        call(&panel, "get_server_stats", "server_id=1"),
        success(
            r#"{"server_id":"1","cpu_usage":"23.5","mem_usage":"62.1","disk_usage":"45.8","uptime":"45 days","active_connections":"1","total_streams":"4"}"#
        )
    );
}

#[test]
fn a_fault_answers_in_the_older_form() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.profile = vec!["xui".into()];
    });
    let fault = br#"{"match":{"action":"get_line"},"effect":{"answer":"STATUS_NO_PERMISSIONS"}}"#;
    let added = panel.client().request("POST", "/_linecard/faults", &[], fault);
    assert_eq!(added.status, 200, "{added:?}");
    assert_eq!(
        call(&panel, "get_line", "id=4521"),
        r#"{"status":"STATUS_NO_PERMISSIONS"}"#
    );
}

#[test]
fn a_write_of_sql_answers_no_rows_and_its_insert_id() {
    let panel = panel();
    let ask = |sql: &str| call(&panel, "mysql_query", &format!("query={}", encoded(sql)));
    let written = |id: &str| format!(r#"{{"status":"STATUS_SUCCESS","data":[],"insert_id":"{id}"}}"#);
    assert_eq!(ask("UPDATE lines SET is_trial = 1 WHERE id = 4521"), written("0"));
    assert_eq!(
        ask("INSERT INTO lines (id, username) VALUES (90001, 'x')"),
        written("90001")
    );
    assert_eq!(ask("DELETE FROM lines WHERE id = 90001"), written("0"));
    assert_eq!(
        ask("SELECT exp_date, 1.50 AS d, 10/4 AS q, NOW() AS n, 1e0 AS e, NULL AS u FROM lines WHERE id = 4521"),
        r#"{"status":"STATUS_SUCCESS","data":[{"exp_date":"1798675200","d":"1.50","q":"2.5000","n":"2026-03-15 14:30:00","e":"1","u":null}],"insert_id":"0"}"#
    );
    for sql in ["", "SELEC 1", "SELECT nope FROM lines"] {
        assert_eq!(ask(sql), r#"{"status":"STATUS_FAILURE"}"#, "{sql}");
    }
}
