//! The seven logs (contract, 7.10). How they are searched, sorted and filtered is in `lists`.

use insta::assert_snapshot;
use linecard::time::Zone;
use serde_json::{Value, json};

use crate::support::{DONE, Panel, failure};

const LOGS: [&str; 7] = [
    "activity_logs",
    "live_connections",
    "credit_logs",
    "user_logs",
    "login_logs",
    "client_logs",
    "mag_events",
];

/// The logs that can be narrowed to days, with the table and column that count.
const DATED: [(&str, &str, &str); 4] = [
    ("activity_logs", "lines_activity", "date_start"),
    ("credit_logs", "users_credits_logs", "date"),
    ("client_logs", "lines_logs", "date"),
    ("user_logs", "users_logs", "date"),
];

/// How many rows a list with these parameters has.
fn total(panel: &Panel, list: &str, params: &str) -> i64 {
    let answer: Value = serde_json::from_str(&panel.call(list, params)).unwrap();
    answer["recordsTotal"].as_i64().unwrap()
}

/// Runs SQL and checks that it changed these keys of the log's only row and no others.
fn assert_shown(panel: &Panel, list: &str, sql: &str, changes: &[(&str, Value)]) {
    let mut expected: Value = serde_json::from_str(&panel.call(list, "")).unwrap();
    for (key, value) in changes {
        assert_ne!(expected["data"][0][key], *value, "{list}: {key}");
        expected["data"][0][key] = value.clone();
    }
    panel.sql(sql);
    let answer = panel.call(list, "");
    assert_eq!(answer, expected.to_string().replace('/', "\\/"), "{list}: {sql}");
}

#[test]
fn closed_connections_are_listed_with_who_watched_what() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("activity_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"activity_id":12001,"user_id":4521,"username":"customer4521","is_mag":0,"is_e2":0,"stream_id":10,"stream_display_name":"Demo News","type":1,"server_id":1,"server_name":"Main Server","proxy_id":null,"user_agent":"VLC\/3.0.18","user_ip":"203.0.113.7","container":"ts","isp":"","geoip_country_code":"GB","is_restreamer":0,"hmac_id":null,"hmac_identifier":"","date_start":"2026-03-15 12:00:00","date_end":"2026-03-15 12:30:00"}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn open_connections_are_listed_with_their_duration() {
    let panel = Panel::docs();
    // Ten minutes after it began.
    panel.inner().clock().advance(1_773_597_731 + 600 - 1_773_585_000);
    assert_snapshot!(panel.get("live_connections", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"activity_id":12345,"user_id":4522,"username":"customer4522","is_mag":0,"is_e2":0,"mag_id":null,"device_id":null,"stream_id":10,"stream_display_name":"Demo News","type":1,"server_id":1,"server_name":"Main Server","proxy_id":null,"user_agent":"VLC\/3.0.18","user_ip":"203.0.113.7","container":"ts","isp":"","geoip_country_code":"GB","is_restreamer":0,"divergence":0,"pid":54400,"uuid":"5f0c7f5e4a6d4b0e9a3c1d2e3f405162","hmac_id":null,"hmac_identifier":"","date_start":"2026-03-15 18:02:11","duration":600}],"recordsTotal":1,"recordsFiltered":1}"#);
}

/// The clock of most tests stands before the connection of the seed began.
#[test]
fn a_connection_never_lasts_less_than_nothing() {
    for profile in ["docs", "xui"] {
        let panel = Panel::docs();
        panel.set(&format!("profile={profile}"));
        let get = |call: &str| {
            let path = format!("{}?api_key=YOUR_KEY&action={call}", panel.admin_path());
            panel.client().get(&path).text()
        };
        let answer: Value = serde_json::from_str(&get("live_connections")).unwrap();
        let duration = answer["data"][0]["duration"].to_string();
        assert_eq!(duration.trim_matches('"'), "0", "{profile}: {answer}");
        get("kill_connection&activity_id=12345");
        let ended = panel.sql_one("SELECT date_end - date_start FROM lines_activity WHERE user_id = 4522");
        assert_eq!(ended, "0", "{profile}");
    }
    // One that ended before it began, as another program wrote it, lasted as long as one that ended at once.
    let panel = Panel::docs();
    panel.call("kill_connection", "activity_id=12345");
    panel.sql("UPDATE lines_activity SET date_end = date_start - 60 WHERE user_id = 4521");
    let all = panel.get(
        "activity_logs",
        "order[0][column]=8&order[0][dir]=desc&show_columns=user_id",
    );
    assert!(all.contains(r#"[{"user_id":4521},{"user_id":4522}]"#), "{all}");
}

#[test]
fn the_other_logs_show_their_rows() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("credit_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"target_id":88,"target_username":"reseller88","admin_id":1,"owner_username":"admin","amount":50,"date":"2026-01-01 00:00:00","reason":"first credits"}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.get("user_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"owner":88,"username":"reseller88","type":"line","action":"new","log_id":4521,"package_id":1,"cost":5,"credits_after":45,"date":"2026-01-01 00:00:00","deleted_info":""}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.get("login_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"type":"ADMIN","access_code":2,"code":"access","user_id":1,"username":"admin","status":"SUCCESS","login_ip":"203.0.113.5","date":"2026-03-15 09:00:00"}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.get("client_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"user_id":4521,"username":"customer4521","stream_id":11,"stream_display_name":"Demo Sports","type":1,"client_status":"NOT_IN_BOUQUET","query_string":"\/live\/customer4521\/securepass\/11.ts","user_agent":"VLC\/3.0.18","ip":"203.0.113.7","date":"2026-03-15 12:00:00"}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.get("mag_events", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"send_time":"2026-03-15 14:30:00","mac":"00:1A:79:00:03:01","event":"send_msg","msg":"Hello","mag_device_id":301}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn each_key_shows_its_column() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines_live SET date_start = 1773584000");
    for (list, table) in [("activity_logs", "lines_activity"), ("live_connections", "lines_live")] {
        for (column, key, value) in [
            ("proxy_id = 3", "proxy_id", json!(3)),
            ("user_agent = 'a'", "user_agent", json!("a")),
            ("user_ip = 'b'", "user_ip", json!("b")),
            ("container = 'c'", "container", json!("c")),
            ("isp = 'd'", "isp", json!("d")),
            ("geoip_country_code = 'FR'", "geoip_country_code", json!("FR")),
            ("hmac_id = 4", "hmac_id", json!(4)),
            ("hmac_identifier = 'e'", "hmac_identifier", json!("e")),
        ] {
            assert_shown(&panel, list, &format!("UPDATE {table} SET {column}"), &[(key, value)]);
        }
        let movie = [
            ("stream_id", json!(100)),
            ("stream_display_name", json!("Demo Movie")),
            ("type", json!(2)),
        ];
        assert_shown(&panel, list, &format!("UPDATE {table} SET stream_id = 100"), &movie);
        let restreamer = [("is_restreamer", json!(1))];
        let line = if table == "lines_live" { 4522 } else { 4521 };
        assert_shown(
            &panel,
            list,
            &format!("UPDATE lines SET is_restreamer = 1 WHERE id = {line}"),
            &restreamer,
        );
    }
    for (list, sql, key, value) in [
        (
            "activity_logs",
            "lines_activity SET date_start = 1773532800",
            "date_start",
            json!("2026-03-15 00:00:00"),
        ),
        (
            "activity_logs",
            "lines_activity SET date_end = NULL",
            "date_end",
            json!(null),
        ),
        (
            "live_connections",
            "lines_live SET divergence = 2.5",
            "divergence",
            json!(2.5),
        ),
        ("live_connections", "lines_live SET pid = NULL", "pid", json!(null)),
        ("live_connections", "lines_live SET uuid = 'f'", "uuid", json!("f")),
        // Money in its short form, also what was taken away.
        (
            "credit_logs",
            "users_credits_logs SET amount = -1250",
            "amount",
            json!(-12.5),
        ),
        (
            "credit_logs",
            "users_credits_logs SET reason = 'g'",
            "reason",
            json!("g"),
        ),
        (
            "credit_logs",
            "users_credits_logs SET date = 1773585000",
            "date",
            json!("2026-03-15 14:30:00"),
        ),
        ("user_logs", "users_logs SET type = 'mag'", "type", json!("mag")),
        (
            "user_logs",
            "users_logs SET action = 'extend'",
            "action",
            json!("extend"),
        ),
        ("user_logs", "users_logs SET log_id = NULL", "log_id", json!(null)),
        (
            "user_logs",
            "users_logs SET package_id = NULL",
            "package_id",
            json!(null),
        ),
        ("user_logs", "users_logs SET cost = 50", "cost", json!(0.5)),
        (
            "user_logs",
            "users_logs SET credits_after = -1",
            "credits_after",
            json!(-0.01),
        ),
        // JSON text stays text.
        (
            "user_logs",
            "users_logs SET deleted_info = '{\"id\":1}'",
            "deleted_info",
            json!("{\"id\":1}"),
        ),
        (
            "login_logs",
            "login_logs SET type = 'RESELLER'",
            "type",
            json!("RESELLER"),
        ),
        (
            "login_logs",
            "login_logs SET status = 'INVALID_LOGIN'",
            "status",
            json!("INVALID_LOGIN"),
        ),
        (
            "login_logs",
            "login_logs SET login_ip = '::1'",
            "login_ip",
            json!("::1"),
        ),
        (
            "client_logs",
            "lines_logs SET client_status = 'IP_BAN'",
            "client_status",
            json!("IP_BAN"),
        ),
        (
            "client_logs",
            "lines_logs SET query_string = 'h'",
            "query_string",
            json!("h"),
        ),
        (
            "client_logs",
            "lines_logs SET user_agent = 'i'",
            "user_agent",
            json!("i"),
        ),
        ("client_logs", "lines_logs SET ip = 'j'", "ip", json!("j")),
        (
            "mag_events",
            "mag_events SET event = 'reboot'",
            "event",
            json!("reboot"),
        ),
        ("mag_events", "mag_events SET msg = 'k'", "msg", json!("k")),
        (
            "mag_events",
            "mag_devices SET mac = 'any text'",
            "mac",
            json!("any text"),
        ),
    ] {
        assert_shown(&panel, list, &format!("UPDATE {sql}"), &[(key, value)]);
    }
}

#[test]
fn a_device_is_named_by_its_mac_while_it_watches() {
    let panel = Panel::docs();
    panel.sql("DELETE FROM lines_live");
    panel.sql(
        "INSERT INTO lines_live (activity_id, user_id, stream_id, server_id)
         VALUES (1, 4510, 10, 1), (2, 4511, 10, 1), (3, 4521, 10, 1)",
    );
    let columns = "show_columns=username,is_mag,is_e2,mag_id,device_id";
    assert_snapshot!(panel.call("live_connections", columns), @r#"{"status":"STATUS_SUCCESS","data":[{"username":"00:1A:79:00:03:01","is_mag":1,"is_e2":0,"mag_id":301,"device_id":null},{"username":"AA:BB:CC:00:05:01","is_mag":0,"is_e2":1,"mag_id":null,"device_id":501},{"username":"customer4521","is_mag":0,"is_e2":0,"mag_id":null,"device_id":null}],"recordsTotal":3,"recordsFiltered":3}"#);
    panel.sql("UPDATE lines_activity SET user_id = 4510");
    assert_snapshot!(panel.call("activity_logs", "show_columns=is_mag,is_e2"), @r#"{"status":"STATUS_SUCCESS","data":[{"is_mag":1,"is_e2":0}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_connection_that_has_ended_is_no_longer_live() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines_live SET hls_end = 1");
    assert_snapshot!(panel.call("live_connections", ""), @r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":0,"recordsFiltered":0}"#);
    assert_eq!(total(&panel, "activity_logs", ""), 1);
}

#[test]
fn what_is_gone_has_no_name() {
    let panel = Panel::docs();
    for table in ["lines", "streams", "servers"] {
        panel.sql(&format!("DELETE FROM {table}"));
    }
    let columns = "show_columns=user_id,username,stream_id,stream_display_name,type,server_id,server_name";
    assert_snapshot!(panel.call("activity_logs", columns), @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":4521,"username":null,"stream_id":10,"stream_display_name":null,"type":null,"server_id":1,"server_name":null}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.call("live_connections", columns), @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":4522,"username":null,"stream_id":10,"stream_display_name":null,"type":null,"server_id":1,"server_name":null}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.call("client_logs", "show_columns=user_id,username,stream_id,stream_display_name,type"), @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":4521,"username":null,"stream_id":11,"stream_display_name":null,"type":null}],"recordsTotal":1,"recordsFiltered":1}"#);
    // The caller stays, so the ids are changed.
    panel.sql("UPDATE users_credits_logs SET target_id = 7, admin_id = 8");
    panel.sql("UPDATE users_logs SET owner = 7");
    assert_snapshot!(panel.call("credit_logs", "show_columns=target_id,target_username,admin_id,owner_username"), @r#"{"status":"STATUS_SUCCESS","data":[{"target_id":7,"target_username":null,"admin_id":8,"owner_username":null}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.call("user_logs", "show_columns=owner,username"), @r#"{"status":"STATUS_SUCCESS","data":[{"owner":7,"username":null}],"recordsTotal":1,"recordsFiltered":1}"#);
    panel.sql("UPDATE login_logs SET access_code = 7, user_id = NULL");
    assert_snapshot!(panel.call("login_logs", "show_columns=access_code,code,user_id,username"), @r#"{"status":"STATUS_SUCCESS","data":[{"access_code":7,"code":null,"user_id":null,"username":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn the_oldest_entry_comes_first() {
    let panel = Panel::docs();
    for (list, sql) in [
        (
            "activity_logs",
            "INSERT INTO lines_activity (activity_id, date_start) VALUES (9, 1773585000)",
        ),
        (
            "live_connections",
            "INSERT INTO lines_live (activity_id, date_start) VALUES (9, 1773585000)",
        ),
    ] {
        panel.sql(sql);
        let answer: Value = serde_json::from_str(&panel.call(list, "show_columns=activity_id&limit=1")).unwrap();
        assert_eq!(answer["data"], json!([{"activity_id": 9}]), "{list}");
    }
    for (list, table) in [
        ("credit_logs", "users_credits_logs (id, date)"),
        ("user_logs", "users_logs (id, date)"),
        ("login_logs", "login_logs (id, date)"),
        ("client_logs", "lines_logs (id, date)"),
        ("mag_events", "mag_events (id, mag_device_id)"),
    ] {
        // By id, whatever its date says.
        panel.sql(&format!("INSERT INTO {table} VALUES (3, 301), (2, 301)"));
        let answer: Value = serde_json::from_str(&panel.call(list, "show_columns=id")).unwrap();
        assert_eq!(answer["data"], json!([{"id": 1}, {"id": 2}, {"id": 3}]), "{list}");
    }
}

#[test]
fn a_range_takes_both_of_its_days_whole() {
    let panel = Panel::docs();
    for (list, table, column) in DATED {
        for (date, range, found) in [
            // 2026-03-14 and 15, from midnight to the last second.
            (1_773_446_400, "2026-03-14 - 2026-03-15", 1),
            (1_773_619_199, "2026-03-14 - 2026-03-15", 1),
            (1_773_446_399, "2026-03-14 - 2026-03-15", 0),
            (1_773_619_200, "2026-03-14 - 2026-03-15", 0),
            (1_773_446_400, "2026-03-14 - 2026-03-14", 1),
            (1_773_446_400, "2026-03-15 - 2026-03-14", 0),
            (1_773_446_400, "", 1),
        ] {
            panel.sql(&format!("UPDATE {table} SET {column} = {date}"));
            assert_eq!(
                total(&panel, list, &format!("range={range}")),
                found,
                "{list} {date} {range}"
            );
        }
    }
}

#[test]
fn a_range_is_of_local_days() {
    let panel = Panel::docs_with(|config| config.timezone = Zone::named("America/New_York").unwrap());
    // Its summer time is four hours behind.
    panel.sql("UPDATE users_credits_logs SET date = 1773619200");
    assert_eq!(total(&panel, "credit_logs", "range=2026-03-15 - 2026-03-15"), 1);
    assert_eq!(total(&panel, "credit_logs", "range=2026-03-16 - 2026-03-16"), 0);
    assert_snapshot!(panel.call("credit_logs", "show_columns=date"), @r#"{"status":"STATUS_SUCCESS","data":[{"date":"2026-03-15 20:00:00"}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_malformed_range_is_refused() {
    let panel = Panel::docs();
    for (list, ..) in DATED {
        for range in [
            "2026-03-14",
            "2026-03-14-2026-03-15",
            "2026-02-30 - 2026-03-15",
            "2026-03-14 - x",
            "14.3.2026 - 15.3.2026",
        ] {
            let refused = failure("STATUS_INVALID_DATE", "Invalid date: range.");
            assert_eq!(panel.call(list, &format!("range={range}")), refused, "{list} {range}");
        }
    }
    // The other three have none, and ignore it.
    for list in LOGS
        .iter()
        .filter(|list| DATED.iter().all(|(dated, ..)| dated != *list))
    {
        assert_eq!(total(&panel, list, "range=2020-01-01 - 2020-01-01"), 1, "{list}");
    }
}

#[test]
fn an_administrators_actions_are_in_no_log_of_accounts_or_logins() {
    let panel = Panel::docs();
    let logs = ["user_logs", "login_logs", "client_logs", "mag_events"];
    let before = logs.map(|list| panel.call(list, ""));
    for (action, params) in [
        ("create_line", "exp_date=2026-12-31"),
        ("edit_line", "id=4521&member_id=88&package_id=1&exp_date=2027-01-01"),
        ("disable_line", "id=4521"),
        ("create_mag", "mac=00:1A:79:AB:CD:EF"),
        ("edit_mag", "id=301&admin_notes=x"),
        ("convert_enigma", "id=501"),
        ("create_user", "username=reseller1"),
        ("adjust_credits", "id=88&credits=1"),
        ("kill_connection", "activity_id=12345"),
        ("delete_line", "id=4522"),
    ] {
        let answer = panel.call(action, params);
        assert!(answer.starts_with(DONE.trim_end_matches('}')), "{action}: {answer}");
    }
    // Nor are a wrong key and a wrong code.
    panel
        .client()
        .get(&format!("{}?api_key=wrong&action=user_info", panel.admin_path()));
    panel.client().get("/nope/admin/index.php");
    assert_eq!(logs.map(|list| panel.call(list, "")), before);
}
