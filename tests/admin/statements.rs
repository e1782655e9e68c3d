//! What follows from statements of `mysql_query`: the setting, the counts, the audit log, and what the other actions
//! and APIs see of a write (contract, 10.1 and 13).

use serde_json::Value;

use super::bouquets::missing;
use crate::support::{DONE, Panel, failure};

fn counts(affected_rows: u64, insert_id: u64) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{{"affected_rows":{affected_rows},"insert_id":{insert_id}}}}}"#)
}

fn rows(rows: &str) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{rows}}}"#)
}

fn not_allowed(reason: &str) -> String {
    failure("STATUS_NO_PERMISSIONS", &format!("Query not allowed: {reason}"))
}

#[test]
fn the_setting_says_what_a_statement_may_do() {
    let panel = Panel::docs();
    let (read, write) = ("SELECT 1 AS v", "UPDATE lines SET max_connections = 7 WHERE id = 4521");
    assert_eq!(panel.mysql_query(write), counts(1, 0));
    panel.set("mysql_query=read");
    assert_eq!(panel.mysql_query(read), rows(r#"[{"v":1}]"#));
    for sql in [
        write,
        "DELETE FROM lines",
        "REPLACE INTO lines (id) VALUES (1)",
        "INSERT INTO lines () VALUES ()",
    ] {
        assert_eq!(
            panel.mysql_query(sql),
            not_allowed("mysql_query may only read"),
            "{sql}"
        );
    }
    // What cannot be read is told as ever.
    assert_eq!(panel.mysql_query(""), missing("query"));
    assert!(panel.mysql_query("UPDATE lines SET").contains("STATUS_INVALID_INPUT"));
    assert_eq!(panel.mysql_query("DROP TABLE lines"), not_allowed("DROP TABLE"));
    panel.set("mysql_query=off");
    for sql in [read, write, "", "UPDATE lines SET", "DROP TABLE lines"] {
        assert_eq!(panel.mysql_query(sql), not_allowed("mysql_query is off"), "{sql}");
    }
    panel.set("mysql_query=write");
    assert_eq!(panel.mysql_query(write), counts(0, 0));
}

#[test]
fn the_setting_is_an_option_and_no_action_shows_or_takes_it() {
    let panel = Panel::docs_with(|config| config.mysql_query = Some("off".into()));
    assert_eq!(panel.mysql_query("SELECT 1"), not_allowed("mysql_query is off"));
    assert!(!panel.call("get_settings", "").contains("mysql_query"));
    let taken = panel.call("edit_settings", "mysql_query=write");
    assert!(taken.contains("STATUS_INVALID_INPUT"), "{taken}");
    assert_eq!(panel.mysql_query("SELECT 1"), not_allowed("mysql_query is off"));
}

#[test]
fn a_write_answers_its_counts() {
    let panel = Panel::docs();
    for (sql, answer) in [
        ("INSERT INTO blocked_uas (user_agent) VALUES ('x'), ('y')", counts(2, 3)),
        ("UPDATE lines SET is_trial = 1 WHERE id IN (4521, 4522)", counts(2, 0)),
        ("UPDATE lines SET is_trial = 1 WHERE id IN (4521, 4522)", counts(0, 0)),
        (
            "REPLACE INTO access_codes (id, code) VALUES (1, 'spare0001')",
            counts(2, 1),
        ),
        ("DELETE FROM lines WHERE id = 4522", counts(1, 0)),
    ] {
        let asked = panel.mysql_query(sql);
        match sql.starts_with("INSERT") {
            // The seed says how many there are before.
            true => assert!(asked.contains(r#""affected_rows":2,"#), "{asked}"),
            false => assert_eq!(asked, answer, "{sql}"),
        }
    }
}

#[test]
fn a_statement_that_fails_leaves_nothing() {
    let panel = Panel::docs();
    let before = panel.sql("SELECT * FROM access_codes ORDER BY id");
    let answer = panel.mysql_query("UPDATE access_codes SET code = 'same'");
    assert_eq!(
        answer,
        failure("STATUS_FAILURE", "Query failed: Duplicate entry 'same' for key 'code'")
    );
    assert_eq!(panel.sql("SELECT * FROM access_codes ORDER BY id"), before);
    let answer = panel.mysql_query("UPDATE lines SET exp_date = IF(id = 4522, 'never', '2030-01-01')");
    assert!(answer.contains("STATUS_FAILURE"), "{answer}");
    assert_eq!(
        panel.sql("SELECT id FROM lines WHERE exp_date = '2030-01-01'"),
        Vec::<String>::new()
    );
    assert_eq!(panel.sql("SELECT id FROM linecard_audit"), Vec::<String>::new());
}

/// As MariaDB does; the rows of INSERT … SELECT themselves store the type's zero.
#[test]
fn null_in_the_update_list_of_insert_select_fails() {
    let panel = Panel::docs();
    let insert = |ignore, notes| {
        format!(
            "INSERT {ignore} INTO blocked_ips (ip, notes) SELECT '9.9.9.9', {notes} ON DUPLICATE KEY UPDATE notes = NULL"
        )
    };
    assert!(panel.mysql_query(&insert("", "NULL")).contains(r#""affected_rows":1"#));
    let notes = || panel.sql("SELECT notes FROM blocked_ips WHERE ip = '9.9.9.9'");
    assert_eq!(notes(), [""]);
    assert_eq!(
        panel.mysql_query("UPDATE blocked_ips SET notes = 'x' WHERE ip = '9.9.9.9'"),
        counts(1, 0)
    );
    assert_eq!(
        panel.mysql_query(&insert("", "'y'")),
        failure("STATUS_FAILURE", "Query failed: Column 'notes' cannot be null")
    );
    assert_eq!(notes(), ["x"]);
    assert!(
        panel
            .mysql_query(&insert("IGNORE", "'y'"))
            .contains(r#""affected_rows":2"#)
    );
    assert_eq!(notes(), [""]);
}

#[test]
fn a_derived_table_cannot_be_written() {
    let panel = Panel::docs();
    for (sql, statement) in [
        ("UPDATE (SELECT 1 AS a) d SET a = 1", "UPDATE"),
        ("DELETE d FROM (SELECT 1 AS a) d", "DELETE"),
    ] {
        let words = format!("Query failed: The target table d of the {statement} is not updatable");
        assert_eq!(panel.mysql_query(sql), failure("STATUS_FAILURE", &words));
    }
}

#[test]
fn the_next_request_sees_what_was_written() {
    let panel = Panel::docs();
    let total = |panel: &Panel| {
        let answer: Value = serde_json::from_str(&panel.call("get_lines", "limit=1")).unwrap();
        answer["recordsTotal"].as_i64().unwrap()
    };
    let before = total(&panel);
    assert_eq!(panel.mysql_query("DELETE FROM lines WHERE id = 4522"), counts(1, 0));
    assert_eq!(total(&panel), before - 1);
    assert!(
        panel
            .mysql_query("INSERT INTO lines (username, password) VALUES ('sql1', 'sqlpass1'), ('sql2', 'sqlpass2')")
            .contains(r#""affected_rows":2"#)
    );
    assert_eq!(total(&panel), before + 1);
    assert_eq!(
        panel.mysql_query("UPDATE users SET credits = credits + 0.5 WHERE id = 88"),
        counts(1, 0)
    );
    assert!(panel.call("get_user", "id=88").contains("50.5"));
}

/// The rules of who may call are held in memory.
#[test]
fn who_may_call_follows_from_what_was_written() {
    let panel = Panel::docs();
    assert_eq!(
        panel.mysql_query("UPDATE users SET api_key = 'NEWKEYOFSQL0001' WHERE api_key = 'YOUR_KEY'"),
        counts(1, 0)
    );
    assert!(panel.call("user_info", "").contains("STATUS_FAILURE"));
    let path = panel.admin_path();
    let call = |action: &str| {
        let path = format!("{path}?api_key=NEWKEYOFSQL0001&action={action}");
        panel.client().get(&path).text()
    };
    assert!(call("user_info").contains("STATUS_SUCCESS"));
    assert!(call("mysql_query&query=UPDATE+access_codes+SET+enabled+%3D+0").contains("STATUS_SUCCESS"));
    assert!(!call("user_info").contains("STATUS_SUCCESS"));
}

#[test]
fn a_disabled_line_cannot_log_in() {
    let panel = Panel::docs();
    let info = |panel: &Panel| panel.v2("action=user&sub=info", "username=customer4521&password=securepass");
    let before = info(&panel);
    assert_eq!(
        panel.mysql_query("UPDATE lines SET enabled = 0 WHERE id = 4521"),
        counts(1, 0)
    );
    assert_ne!(info(&panel), before);
    assert_eq!(panel.call("enable_line", "id=4521"), DONE);
    assert_eq!(info(&panel), before);
}

#[test]
fn a_write_is_a_row_of_the_audit_log_without_secrets() {
    let panel = Panel::docs();
    panel.mysql_query("UPDATE lines SET password = 'sqlsecret1', is_trial = 1 WHERE id IN (4521, 4522)");
    panel.mysql_query("SELECT * FROM lines");
    panel.mysql_query("UPDATE lines SET is_trial = 1 WHERE id = 4521");
    panel.mysql_query("DELETE FROM lines WHERE id = 4522");
    let log = panel.sql(
        "SELECT user_id, key_id, surface, action, thing, thing_id, count, before, after FROM linecard_audit ORDER BY id",
    );
    assert_eq!(
        log,
        [
            r#"1|1|admin|mysql_query|lines|null|2|null|{"statement":"UPDATE lines SET password = '***', is_trial = 1 WHERE id IN (4521, 4522)"}"#,
            r#"1|1|admin|mysql_query|lines|null|1|null|{"statement":"DELETE FROM lines WHERE id = 4522"}"#,
        ]
    );
}

/// A password that a statement gave is a known secret from then on.
#[test]
fn what_a_statement_made_a_secret_is_masked_in_the_journal() {
    let panel = Panel::docs_with(|config| config.control = true);
    assert_eq!(
        panel.mysql_query("UPDATE lines SET password = CONCAT('sql', 'made', '12345') WHERE id = 4521"),
        counts(1, 0)
    );
    panel.call("get_lines", "search=sqlmade12345");
    let journal = panel.client().get("/_linecard/requests").text();
    assert!(
        journal.contains("get_lines") && !journal.contains("sqlmade12345"),
        "{journal}"
    );
}
