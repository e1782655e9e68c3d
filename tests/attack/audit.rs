//! Who changed what can be told afterwards, and by nobody be changed (`linecard_audit`).

use serde_json::{Value, json};

use crate::support::process::{Served, folder, run};
use crate::support::{Panel, data};

/// The rows of the log, without their ids.
fn rows(panel: &Panel) -> Vec<String> {
    panel.sql(
        "SELECT at, user_id, key_id, address, surface, action, thing, thing_id, count, before, after
         FROM linecard_audit ORDER BY id",
    )
}

#[test]
fn what_was_made_changed_and_deleted_is_written_down_without_secrets() {
    let panel = Panel::docs();
    let made = panel.call("create_line", "username=alice&password=secret7&exp_date=2027-01-01");
    let id = data(&made, "id");
    panel.call(
        "edit_line",
        &format!("id={id}&username=bob&password=secret8&max_connections=1"),
    );
    panel.call("delete_line", &format!("id={id}"));
    let log = rows(&panel);
    let head = |action: &str| format!("1773585000|1|1|127.0.0.1|admin|{action}|lines|{id}|1|");
    assert_eq!(log.len(), 3, "{log:?}");
    for (row, action) in log.iter().zip(["create_line", "edit_line", "delete_line"]) {
        assert!(row.starts_with(&head(action)), "{row}");
        assert!(!row.contains("secret"), "{row}");
    }
    let values = |row: &str, head: &str| -> Vec<Value> {
        let values = row.strip_prefix(head).unwrap().split('|');
        values.map(|text| serde_json::from_str(text).unwrap()).collect()
    };
    let made = &values(&log[0], &head("create_line"))[1];
    assert_eq!((&made["username"], &made["password"]), (&json!("alice"), &json!("•")));
    let edited = values(&log[1], &head("edit_line"));
    assert_eq!(edited[0]["username"], "alice");
    assert_eq!(
        (&edited[1]["username"], &edited[1]["password"]),
        (&json!("bob"), &json!("•"))
    );
    assert_eq!(edited[1].get("max_connections"), None, "it had this value before");
    let deleted = values(&log[2], &head("delete_line"));
    assert_eq!((&deleted[0]["username"], &deleted[1]), (&json!("bob"), &Value::Null));
}

#[test]
fn every_kind_of_change_is_written_down_and_a_failed_one_or_a_read_is_not() {
    let panel = Panel::docs();
    panel.call("get_lines", "");
    panel.call("create_line", "username=alice&max_connections=x");
    panel.call("mysql_query", "query=SELECT+1");
    assert_eq!(rows(&panel), Vec::<String>::new());
    panel.call("adjust_credits", "id=88&credits=-1.5&reason=x");
    panel.call("add_blocked_ip", "ip=1.1.1.1");
    panel.call("flush_blocked_ips", "");
    assert_eq!(
        panel.call("kill_connection", "activity_id=1"),
        panel.call("kill_connection", "activity_id=1")
    );
    panel.v2(
        "action=user&sub=create",
        "user_data[username]=carol&user_data[password]=secret9",
    );
    let log =
        panel.sql("SELECT surface || ' ' || action || ' ' || thing || ' ' || count FROM linecard_audit ORDER BY id");
    assert_eq!(
        log,
        [
            "admin adjust_credits users 1",
            "admin add_blocked_ip blocked_ips 1",
            "admin flush_blocked_ips blocked_ips 2",
            "xc_v2 user/create lines 1",
        ]
    );
    let v2 = panel.sql("SELECT user_id, key_id, address FROM linecard_audit WHERE surface = 'xc_v2'");
    assert_eq!(v2, ["null|null|127.0.0.1"]);
}

#[test]
fn the_log_cannot_be_changed_nor_read_by_sql_of_a_caller() {
    let panel = Panel::docs();
    panel.call("add_blocked_ip", "ip=1.1.1.1");
    for query in [
        "SELECT * FROM linecard_audit",
        "DELETE FROM linecard_audit",
        "UPDATE linecard_audit SET after = NULL",
    ] {
        let answer = panel.call("mysql_query", &format!("query={}", query.replace(' ', "+")));
        assert!(!answer.contains("STATUS_SUCCESS"), "{answer}");
    }
    let change = |sql: &'static str| {
        let written = panel
            .inner()
            .store()
            .write(move |db| db.execute(sql, []).map_err(linecard::store::StoreError::from));
        crate::support::block_on(written).map_err(|error| error.to_string())
    };
    assert_eq!(
        change("UPDATE linecard_audit SET user_id = 2"),
        Err("a row of the audit log is never changed".into())
    );
    assert_eq!(
        change("DELETE FROM linecard_audit"),
        Err("this row of the audit log is kept".into())
    );
    assert_eq!(rows(&panel).len(), 1);
}

#[test]
fn rows_that_are_too_old_go_and_0_days_keep_no_log() {
    let panel = Panel::docs();
    panel.set("audit_days=30");
    panel.call("add_blocked_ua", "ua=old");
    panel.inner().clock().advance(31 * 24 * 60 * 60);
    for n in 0..256 {
        panel.call("add_blocked_ua", &format!("ua=agent{n}"));
    }
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM linecard_audit WHERE after LIKE '%\"old\"%'"),
        "0"
    );
    let kept = panel.sql_one("SELECT count(*) FROM linecard_audit");
    assert_eq!(kept, "256");
    panel.set("audit_days=0");
    panel.call("add_blocked_ua", "ua=unseen");
    panel.set("api_pass=secret");
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM linecard_audit WHERE after LIKE '%unseen%'"),
        "0"
    );
}

#[test]
fn a_reset_takes_the_log_back_too() {
    let panel = Panel::docs_with(|config| config.control = true);
    panel.call("add_blocked_ip", "ip=1.1.1.1");
    assert_eq!(panel.client().post("/_linecard/reset", "").status, 200);
    assert_eq!(rows(&panel), Vec::<String>::new());
    panel.call("add_blocked_ip", "ip=1.1.1.1");
    assert_eq!(rows(&panel).len(), 1);
    let state = panel.client().get("/_linecard/state").text();
    assert!(!state.contains("audit"), "{state}");
}

#[test]
fn the_command_shows_the_log_of_a_panel_that_runs() {
    let (_folder, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs", "--set", "api_pass=secret"]);
    let done = served.client().post(
        "/access/",
        "api_key=YOUR_KEY&action=add_blocked_ip&ip=1.1.1.1&notes=a+%22b%22",
    );
    assert_eq!(done.status, 200);
    let show = |more: &[&str]| {
        let output = run(&[&["audit", "--db", &db], more].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let all = show(&[]);
    let lines: Vec<&str> = all.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    assert!(
        lines[0].ends_with(r#"- - command serve linecard_settings before={"api_pass":""} after={"api_pass":"•"}"#),
        "{all}"
    );
    assert!(
        lines[1].starts_with(
            r#"admin 127.0.0.1 admin add_blocked_ip blocked_ips/16 after={"ip":"1.1.1.1","notes":"a \"b\"","date":"#
        ),
        "{all}"
    );
    for (filter, count) in [
        (["--user", "ADMIN"], 1),
        (["--user", "1"], 1),
        (["--user", "nobody"], 0),
        (["--action", "serve"], 1),
        (["--thing", "blocked_ips"], 1),
        (["--thing", "blocked_ips/16"], 1),
        (["--thing", "blocked_ips/1"], 0),
        (["--since", "1h"], 2),
    ] {
        assert_eq!(show(&filter).lines().count(), count, "{filter:?}");
    }
    let row: Value = serde_json::from_str(&show(&["--action", "add_blocked_ip", "--format", "json"])).unwrap();
    assert_eq!(
        (
            &row["user"],
            &row["key_id"],
            &row["thing_id"],
            &row["after"]["notes"],
            &row["before"]
        ),
        (&json!("admin"), &json!(1), &json!(16), &json!("a \"b\""), &Value::Null)
    );
}
