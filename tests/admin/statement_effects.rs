//! What a write of `mysql_query` changes for the next request to any API, and that nothing else changes a byte
//! (contract, 10.1).

use futures_util::FutureExt;
use serde_json::Value;

use crate::control;
use crate::support::{Panel, failure};

const OLD: &str = "username=customer4521&password=securepass";

/// Runs a write that changes so many rows and makes no key.
fn write(panel: &Panel, sql: &str, affected_rows: u64) {
    let counts = format!(r#"{{"affected_rows":{affected_rows},"insert_id":0}}"#);
    let answer = format!(r#"{{"status":"STATUS_SUCCESS","data":{counts}}}"#);
    assert_eq!(panel.mysql_query(sql), answer, "{sql}");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A line as the Admin API shows it.
fn line(panel: &Panel, id: u32) -> Value {
    json(&panel.call("get_line", &format!("id={id}")))["data"].take()
}

/// What the XC v2 API says to a line's credentials.
fn info(panel: &Panel, credentials: &str) -> Value {
    json(&panel.v2(&format!("action=user&sub=info&{credentials}"), ""))
}

/// `recordsTotal` of a list.
fn total(panel: &Panel, list: &str) -> i64 {
    json(&panel.call(list, "limit=1"))["recordsTotal"].as_i64().unwrap()
}

#[test]
fn a_disabled_line_is_disabled_in_every_api() {
    let panel = Panel::docs();
    assert_eq!(info(&panel, OLD)["user_info"]["enabled"], "1");
    write(
        &panel,
        "UPDATE `lines` SET enabled = 0, admin_enabled = '0' WHERE username = 'CUSTOMER4521'",
        1,
    );
    assert_eq!(
        (&line(&panel, 4521)["enabled"], &line(&panel, 4521)["admin_enabled"]),
        (&0.into(), &0.into())
    );
    let told = info(&panel, OLD);
    assert_eq!(
        (&told["user_info"]["enabled"], &told["user_info"]["admin_enabled"]),
        (&"0".into(), &"0".into())
    );
    assert_eq!(total(&panel, "get_lines&filter=3"), 1);
    write(
        &panel,
        "UPDATE `lines` SET enabled = TRUE, admin_enabled = 1 WHERE id = 4521",
        1,
    );
    assert_eq!(info(&panel, OLD)["user_info"]["enabled"], "1");
}

#[test]
fn a_changed_password_is_the_only_one() {
    let panel = Panel::docs();
    let before = info(&panel, OLD);
    let unknown = info(&panel, "username=customer4521&password=nothing");
    assert_ne!(before, unknown);
    write(
        &panel,
        "UPDATE lines SET password = CONCAT('new', 'secret') WHERE id = 4521",
        1,
    );
    assert_eq!(info(&panel, OLD), unknown);
    let after = info(&panel, "username=customer4521&password=newsecret");
    assert_eq!(after["user_info"]["channel_ids"], before["user_info"]["channel_ids"]);
    assert_eq!(line(&panel, 4521)["password"], "newsecret");
}

#[test]
fn a_changed_bouquet_shows_in_every_api() {
    let panel = Panel::docs();
    write(
        &panel,
        "UPDATE lines SET bouquet = JSON_REMOVE(bouquet, '$[0]') WHERE id = 4521",
        1,
    );
    assert_eq!(line(&panel, 4521)["bouquets"], serde_json::json!([2, 5]));
    write(&panel, "UPDATE lines SET bouquet = '[1]' WHERE id = 4521", 1);
    assert_eq!(line(&panel, 4521)["bouquets"], serde_json::json!([1]));
    write(
        &panel,
        "UPDATE bouquets SET bouquet_channels = '[7, 8]', bouquet_movies = '[]' WHERE id = 1",
        1,
    );
    let told = info(&panel, OLD);
    assert_eq!(told["user_info"]["bouquet"], serde_json::json!([1]));
    assert_eq!(told["user_info"]["channel_ids"], serde_json::json!([7, 8]));
}

#[test]
fn an_expired_line_is_expired_in_every_api() {
    let panel = Panel::docs();
    write(
        &panel,
        "UPDATE lines SET exp_date = NOW() - INTERVAL 1 DAY WHERE id = 4521",
        1,
    );
    assert_eq!(line(&panel, 4521)["exp_date"], "2026-03-14 14:30:00");
    assert_eq!(info(&panel, OLD)["user_info"]["exp_date"], "1773498600");
    write(&panel, "UPDATE lines SET exp_date = 1798675200 WHERE id = 4521", 1);
    assert_eq!(line(&panel, 4521)["exp_date"], "2026-12-31");
    write(&panel, "UPDATE lines SET exp_date = 0 WHERE id = 4521", 1);
    assert_eq!(line(&panel, 4521)["exp_date"], Value::Null);
}

#[test]
fn a_deleted_line_is_gone_in_every_api_and_totals_follow() {
    let panel = Panel::docs();
    let unknown = info(&panel, "username=customer4521&password=nothing");
    let (lines, users) = (total(&panel, "get_lines"), total(&panel, "get_users"));
    write(&panel, "DELETE FROM lines WHERE id = 4521", 1);
    assert_eq!(info(&panel, OLD), unknown);
    let gone = panel.call("get_line", "id=1");
    assert_eq!(panel.call("get_line", "id=4521"), gone);
    assert_eq!(total(&panel, "get_lines"), lines - 1);
    // A line that SQL makes is a line.
    let made = panel.mysql_query(
        "INSERT INTO lines (username, password, bouquet) VALUES ('bysql', 'bysqlpass', '[1]'), ('bysql2', 'x', '')",
    );
    assert_eq!(
        made,
        r#"{"status":"STATUS_SUCCESS","data":{"affected_rows":2,"insert_id":4523}}"#
    );
    assert_eq!(total(&panel, "get_lines"), lines + 1);
    assert_eq!(line(&panel, 4523)["username"], "bysql");
    assert_eq!(
        info(&panel, "username=bysql&password=bysqlpass")["user_info"]["id"],
        "4523"
    );
    write(&panel, "DELETE FROM users WHERE id = 88", 1);
    assert_eq!(total(&panel, "get_users"), users - 1);
}

/// Connections, and those that have ended, as the streams of their viewers hear of them.
fn connections(panel: &Panel) -> [Vec<String>; 2] {
    [
        panel.sql("SELECT activity_id, user_id, stream_id FROM lines_live ORDER BY 1"),
        panel.sql("SELECT user_id, stream_id, date_start, date_end FROM lines_activity ORDER BY activity_id"),
    ]
}

#[test]
fn who_watches_what_a_statement_deletes_is_cut() {
    for sql in [
        "DELETE FROM lines WHERE id = 4522",
        "DELETE l, d FROM lines l JOIN users u ON u.id = l.member_id LEFT JOIN mag_devices d ON d.user_id = l.id \
         WHERE l.username = 'customer4522'",
        "UPDATE lines SET id = 9000 WHERE id = 4522",
        "INSERT INTO lines (id) VALUES (4522) ON DUPLICATE KEY UPDATE id = 9000",
        "DELETE FROM streams WHERE id = 10",
    ] {
        let panel = Panel::docs();
        panel.sql("INSERT INTO lines_live (activity_id, user_id, stream_id) VALUES (12346, 4521, 20), (12347, 77, 20)");
        let mut cut = panel.inner().ended_connections();
        let answer = panel.mysql_query(sql);
        assert!(answer.contains(r#""affected_rows":"#), "{sql}: {answer}");
        let told = format!("{:?}", cut.next().now_or_never());
        assert!(told.contains("activity_id: 12345"), "{sql}: {told}");
        let [live, activity] = connections(&panel);
        // What another statement left behind is not this one's.
        assert_eq!(live, ["12346|4521|20", "12347|77|20"], "{sql}");
        // By its clock the connection began after now.
        assert_eq!(activity.last().unwrap(), "4522|10|1773597731|1773597731", "{sql}");
    }
}

#[test]
fn a_connection_ends_as_by_the_action_that_deletes() {
    let (panel, other) = (Panel::docs(), Panel::docs());
    write(&panel, "DELETE FROM lines WHERE id = 4522", 1);
    other.call("delete_line", "id=4522");
    assert_eq!(connections(&panel)[0], connections(&other)[0]);
    // The action takes the line out of its activity as well.
    let [_, activity] = connections(&panel);
    let of_nobody: Vec<String> = activity.iter().map(|row| row.replace("4522|", "0|")).collect();
    assert_eq!(of_nobody, connections(&other)[1]);
}

#[test]
fn who_watches_what_is_still_there_goes_on() {
    let panel = Panel::docs();
    let before = connections(&panel);
    for sql in [
        "DELETE FROM lines WHERE id = 4521",
        "UPDATE lines SET enabled = 0, admin_enabled = 0 WHERE id = 4522",
        "UPDATE lines SET id = id WHERE id = 4522",
        "REPLACE INTO lines (id, username, password) VALUES (4522, 'replaced', 'x')",
        "DELETE FROM streams WHERE id = 11",
        "DELETE FROM lines WHERE id = 4522 AND enabled = 5",
    ] {
        let answer = panel.mysql_query(sql);
        assert!(answer.contains("STATUS_SUCCESS"), "{sql}: {answer}");
        assert_eq!(connections(&panel), before, "{sql}");
    }
}

#[test]
fn a_changed_access_code_moves_the_api() {
    let panel = Panel::docs();
    write(
        &panel,
        "UPDATE access_codes SET code = 'moved0001' WHERE code = 'ACCESS'",
        1,
    );
    let status = |code: &str| {
        let path = format!("/{code}/admin/index.php?api_key=YOUR_KEY&action=user_info");
        panel.client().get(&path).status
    };
    assert_eq!((status("access"), status("moved0001")), (404, 200));
}

#[test]
fn the_journal_shows_a_statement_without_its_secrets() {
    let panel = Panel::docs_with(|config| config.control = true);
    panel.mysql_query("UPDATE lines SET password = 'firstsecret' WHERE id = 4521");
    panel.mysql_query("INSERT INTO users (username, api_key) VALUES ('someone', 'SECONDSECRET')");
    panel.mysql_query("SELECT id FROM lines WHERE password = 'thirdsecret'");
    panel.mysql_query("UPDATE access_codes SET code = \"fourthsecret\" WHERE id = 1");
    let journal = control::ask(&panel, "GET", "requests", "").text();
    for shown in ["UPDATE%20lines", "someone", "SELECT%20id"] {
        assert!(journal.contains(shown), "{shown}: {journal}");
    }
    for secret in ["firstsecret", "SECONDSECRET", "thirdsecret", "fourthsecret"] {
        assert!(!journal.contains(secret), "{secret}: {journal}");
    }
    let audit = panel.sql("SELECT after FROM linecard_audit").join("\n");
    for secret in ["firstsecret", "SECONDSECRET"] {
        assert!(!audit.contains(secret), "{secret}: {audit}");
    }
}

/// What reads, what is refused, and what fails before or after its first row.
#[test]
fn a_statement_that_does_not_succeed_changes_no_byte() {
    let panel = Panel::docs();
    panel.mysql_query("INSERT INTO blocked_uas (user_agent) VALUES ('a'), ('b'), ('c')");
    let before = panel.everything();
    for sql in [
        "SELECT *, RAND(), UUID() FROM lines",
        "WITH x AS (SELECT 1) SELECT * FROM x UNION SELECT id FROM lines",
        "SHOW TABLES",
        "DESC lines",
    ] {
        assert!(panel.mysql_query(sql).contains("STATUS_SUCCESS"), "{sql}");
        assert_eq!(panel.everything(), before, "{sql}");
    }
    for sql in [
        "",
        "DROP TABLE lines",
        "TRUNCATE lines",
        "DELETE FROM lines; DELETE FROM users",
        "DELETE FROM lines WHERE SLEEP(1)",
        "DELETE FROM lines RETURNING id",
        "DELETE FROM linecard_totals",
        "UPDATE sqlite_sequence SET seq = 1",
        "UPDATE lines SET",
        "UPDATE lines SET nothing = 1",
        "UPDATE lines SET is_trial = 1, contact = NOTHING()",
        "UPDATE lines SET exp_date = IF(id = 4522, 'never', '2030-01-01')",
        "UPDATE access_codes SET code = 'same'",
        "UPDATE blocked_uas SET id = id + 1",
        "UPDATE lines SET max_connections = (SELECT id FROM lines)",
        "UPDATE lines SET max_connections = 9223372036854775807 + id",
        "INSERT INTO blocked_ips (ip) VALUES ('1.2.3.4'), ('1.2.3.5'), ('1.2.3.4')",
        "INSERT INTO blocked_ips (ip, notes) VALUES ('1.2.3.4', 1, 2)",
        "INSERT INTO access_codes (code) SELECT 'twice' FROM lines",
        "REPLACE INTO lines (id, exp_date) VALUES (4521, NULL), (4522, 'never')",
        "INSERT INTO access_codes (id, code) VALUES (1, 'x') ON DUPLICATE KEY UPDATE code = 'access'",
        "DELETE FROM lines WHERE id = (SELECT id FROM users)",
        "DELETE lines FROM lines JOIN users u ON nothing = 1",
    ] {
        let answer = panel.mysql_query(sql);
        assert!(answer.contains(r#","data":{},"error":""#), "{sql}: {answer}");
        assert_eq!(panel.everything(), before, "{sql}");
    }
    // The next write is none the worse for it.
    write(&panel, "DELETE FROM blocked_uas WHERE user_agent = 'b'", 1);
    assert_ne!(panel.everything(), before);
    assert_eq!(
        panel.mysql_query("INSERT INTO access_codes (code) VALUES ('access')"),
        failure(
            "STATUS_FAILURE",
            "Query failed: Duplicate entry 'access' for key 'code'"
        )
    );
}
