//! Who is kept out, and who may use RTMP (contract, 7.8).

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::bouquets::{Wrong, assert_not_found, assert_refused, invalid, missing};
use super::devices::ids;
use crate::support::{DONE, Panel, data, failure};

const NO_FLAG: [&str; 5] = ["=2", "=-1", "=yes", "=01", "[]=1"];
const NO_TEXT: [&str; 1] = ["[]=x"];
/// No address of any kind.
const NO_IP: [&str; 9] = [
    "=host",
    "=1.2.3",
    "=1.2.3.4.5",
    "=01.2.3.4",
    "=256.1.1.1",
    "=::g",
    "=1.2.3.4/33",
    "=1.2.3.4-9",
    "[]=1.2.3.4",
];

/// A panel that takes the caller's address from a header.
fn behind_a_proxy() -> Panel {
    Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()])
}

/// Whether a caller with this address gets nothing but HTTP 403.
fn is_refused(panel: &Panel, address: &str) -> bool {
    let path = format!("{}?api_key=YOUR_KEY&action=get_blocked_ips", panel.admin_path());
    let headers = [("X-Forwarded-For", address)];
    let answer = panel.client().request("GET", &path, &headers, b"");
    assert_eq!(answer.status == 403, answer.body.is_empty(), "{answer:?}");
    answer.status == 403
}

#[test]
fn the_four_lists_are_plain_and_by_id() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_blocked_ips", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":15,"ip":"198.51.100.15","notes":"scanner","date":"2026-01-01 00:00:00"}]}"#);
    assert_snapshot!(panel.get("get_blocked_uas", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":5,"user_agent":"SomeScanner\/2.0","exact_match":0,"attempts_blocked":0}]}"#);
    assert_snapshot!(panel.get("get_blocked_isps", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":3,"isp":"Example Hosting","blocked":1}]}"#);
    assert_snapshot!(panel.get("get_rtmp_ips", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"ip":"10.0.0.10","password":"Hk3mP9sXw2Qa7RtB","notes":"studio","push":0,"pull":0}]}"#);
    panel.call("add_blocked_ip", "ip=1.1.1.1");
    panel.call("add_blocked_ua", "ua=a");
    panel.call("add_blocked_isp", "isp=a");
    panel.call("create_rtmp_ip", "ip=1.1.1.1");
    for (list, expected) in [
        ("get_blocked_ips", [15, 16]),
        ("get_blocked_uas", [5, 6]),
        ("get_blocked_isps", [3, 4]),
        ("get_rtmp_ips", [1, 2]),
    ] {
        assert_eq!(ids(&panel.get(list, "")), expected, "{list}");
    }
}

#[test]
fn an_id_that_names_no_row_is_not_found() {
    let panel = Panel::docs();
    for (verbs, noun, thing) in [
        (&["delete"][..], "blocked_ip", "Blocked IP"),
        (&["delete"], "blocked_ua", "Blocked user agent"),
        (&["delete"], "blocked_isp", "Blocked ISP"),
        (&["edit", "delete"], "rtmp_ip", "RTMP IP"),
    ] {
        assert_not_found(&panel, verbs, noun, thing, "ip=&push=x");
    }
}

#[test]
fn deleted_rows_are_gone_and_their_ids_are_not_used_again() {
    let panel = Panel::docs();
    for (noun, id, list, again) in [
        ("blocked_ip", 15, "get_blocked_ips", "add_blocked_ip&ip=1.1.1.1"),
        ("blocked_ua", 5, "get_blocked_uas", "add_blocked_ua&ua=a"),
        ("blocked_isp", 3, "get_blocked_isps", "add_blocked_isp&isp=a"),
        ("rtmp_ip", 1, "get_rtmp_ips", "create_rtmp_ip&ip=1.1.1.1"),
    ] {
        assert_eq!(panel.call(&format!("delete_{noun}"), &format!("id={id}")), DONE);
        assert_eq!(panel.get(list, ""), r#"{"status":"STATUS_SUCCESS","data":[]}"#);
        assert_eq!(data(&panel.call(again, ""), "id"), (id + 1).to_string(), "{again}");
    }
}

#[test]
fn what_is_blocked_must_be_said() {
    let panel = Panel::docs();
    for (action, name) in [
        ("add_blocked_ip", "ip"),
        ("add_blocked_ua", "ua"),
        ("add_blocked_isp", "isp"),
        ("create_rtmp_ip", "ip"),
    ] {
        // Before what is wrong beside it.
        for form in ["", "=", "=+&notes[]=x&exact_match=x"] {
            let answer = panel.call(action, &format!("{name}{form}"));
            assert_eq!(answer, missing(name), "{action} {form}");
        }
    }
}

#[test]
fn wrong_values_are_refused_in_the_contracts_order() {
    let panel = Panel::docs();
    let blocked_ip: [Wrong; 2] = [("ip", &NO_IP), ("notes", &NO_TEXT)];
    let blocked_ua: [Wrong; 2] = [("ua", &NO_TEXT), ("exact_match", &NO_FLAG)];
    let rtmp: [Wrong; 5] = [
        ("ip", &NO_IP),
        ("password", &NO_TEXT),
        ("notes", &NO_TEXT),
        ("push", &NO_FLAG),
        ("pull", &NO_FLAG),
    ];
    // One that is there already is no exception.
    let there = [("add_blocked_ip", "ip=198.51.100.15")];
    assert_refused(&panel, "blocked_ips", &there, &blocked_ip);
    assert_refused(&panel, "blocked_uas", &[("add_blocked_ua", "ua=x")], &blocked_ua);
    assert_refused(&panel, "blocked_isps", &[("add_blocked_isp", "")], &[("isp", &NO_TEXT)]);
    let calls = [("create_rtmp_ip", "ip=10.0.0.10"), ("edit_rtmp_ip", "id=1")];
    assert_refused(&panel, "rtmp_ips", &calls, &rtmp);
    for (call, form) in calls {
        let answer = panel.call(call, &format!("{form}&ip=10.0.0.0/8"));
        assert_eq!(answer, invalid("ip"), "{call}: no networks");
    }
}

#[test]
fn add_blocked_ip_stores_the_canonical_form() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("add_blocked_ip", "ip=192.168.1.100"), @r#"{"status":"STATUS_SUCCESS","data":{"id":16,"ip":"192.168.1.100","notes":"","date":"2026-03-15 14:30:00"}}"#);
    assert_snapshot!(panel.call("add_blocked_ip", "ip=10.1.2.3/8&notes=a/b"), @r#"{"status":"STATUS_SUCCESS","data":{"id":17,"ip":"10.0.0.0\/8","notes":"a\/b","date":"2026-03-15 14:30:00"}}"#);
    for (sent, stored) in [
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("2001:db8:ffff::/32", "2001:db8::/32"),
        (" 1.2.3.4 ", "1.2.3.4"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ] {
        // By its own row: the last of them blocks the test as well.
        panel.call("add_blocked_ip", &format!("ip={sent}&notes="));
        let last = panel.sql_one("SELECT ip FROM blocked_ips ORDER BY id DESC LIMIT 1");
        assert_eq!(last, stored, "{sent}");
    }
}

#[test]
fn an_address_that_is_blocked_already_is_answered_as_it_is() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("add_blocked_ip", "ip=198.51.100.15&notes=other"), @r#"{"status":"STATUS_SUCCESS","data":{"id":15,"ip":"198.51.100.15","notes":"scanner","date":"2026-01-01 00:00:00"}}"#);
    let first = panel.call("add_blocked_ip", "ip=2001:db8::/32");
    assert_eq!(panel.call("add_blocked_ip", "ip=2001:DB8:7::/32&notes=x"), first);
    assert_eq!(ids(&panel.get("get_blocked_ips", "")), [15, 16]);
}

#[test]
fn a_blocked_caller_is_refused_from_the_next_request_on() {
    let panel = behind_a_proxy();
    let cases = [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.64/26", "203.0.113.127", "203.0.113.128"),
        ("2001:db8::9", "2001:db8::9", "2001:db8::a"),
        ("2001:db8:1::/48", "2001:db8:1::ffff", "2001:db8:2::"),
    ];
    for (ip, caller, neighbour) in cases {
        assert!(!is_refused(&panel, caller), "{ip}");
        let answer = panel.call("add_blocked_ip", &format!("ip={ip}"));
        assert!(is_refused(&panel, caller) && !is_refused(&panel, neighbour), "{ip}");
        let id = data(&answer, "id");
        assert_eq!(panel.call("delete_blocked_ip", &format!("id={id}")), DONE);
        assert!(!is_refused(&panel, caller), "{ip}");
    }
    // Who locks himself out still gets his answer, and nothing after it.
    let answer = panel.call("add_blocked_ip", "ip=127.0.0.1");
    assert_eq!(data(&answer, "ip"), r#""127.0.0.1""#);
    assert!(is_refused(&panel, ""));
}

#[test]
fn flush_blocked_ips_admits_everybody_and_starts_at_1_again() {
    let panel = behind_a_proxy();
    panel.call("add_blocked_ip", "ip=203.0.113.7");
    assert!(is_refused(&panel, "203.0.113.7") && is_refused(&panel, "198.51.100.15"));
    for _ in 0..2 {
        assert_eq!(panel.call("flush_blocked_ips", ""), DONE);
        assert_eq!(
            panel.get("get_blocked_ips", ""),
            r#"{"status":"STATUS_SUCCESS","data":[]}"#
        );
        assert!(!is_refused(&panel, "203.0.113.7") && !is_refused(&panel, "198.51.100.15"));
    }
    assert_eq!(data(&panel.call("add_blocked_ip", "ip=1.1.1.1"), "id"), "1");
    // The other lists are not about addresses.
    assert_eq!(ids(&panel.get("get_blocked_uas", "")), [5]);
    assert_eq!(ids(&panel.get("get_rtmp_ips", "")), [1]);
}

#[test]
fn add_blocked_ua_takes_either_name_and_the_same_text_twice() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("add_blocked_ua", "ua=BadBot/1.0"), @r#"{"status":"STATUS_SUCCESS","data":{"id":6,"user_agent":"BadBot\/1.0","exact_match":0,"attempts_blocked":0}}"#);
    assert_snapshot!(panel.call("add_blocked_ua", "user_agent=BadBot/1.0&exact_match=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":7,"user_agent":"BadBot\/1.0","exact_match":1,"attempts_blocked":0}}"#);
    assert_snapshot!(panel.call("add_blocked_ua", "ua=x&exact_match="), @r#"{"status":"STATUS_SUCCESS","data":{"id":8,"user_agent":"x","exact_match":0,"attempts_blocked":0}}"#);
}

#[test]
fn add_blocked_isp_takes_the_same_text_twice() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("add_blocked_isp", "isp=SomeVPN Provider"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4,"isp":"SomeVPN Provider","blocked":1}}"#);
    assert_snapshot!(panel.call("add_blocked_isp", "isp=SomeVPN Provider"), @r#"{"status":"STATUS_SUCCESS","data":{"id":5,"isp":"SomeVPN Provider","blocked":1}}"#);
}

#[test]
fn create_rtmp_ip_takes_every_parameter_and_needs_an_address() {
    let panel = Panel::docs();
    for (id, form) in [(2, "ip=10.0.0.50"), (3, "ip=10.0.0.51&password=&notes=&push=&pull=")] {
        let answer = panel.call("create_rtmp_ip", form);
        let password = data(&answer, "password").replace('"', "");
        assert!(
            password.len() == 16 && password.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{password}"
        );
        let expected = format!(
            r#"{{"status":"STATUS_SUCCESS","data":{{"id":{id},"ip":"10.0.0.{}","password":"{password}","notes":"","push":0,"pull":0}}}}"#,
            id + 48
        );
        assert_eq!(answer, expected);
    }
    assert_snapshot!(panel.call("create_rtmp_ip", "ip=2001:DB8:0::1&password=a/b&notes=n/m&push=1&pull=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4,"ip":"2001:db8::1","password":"a\/b","notes":"n\/m","push":1,"pull":1}}"#);
}

#[test]
fn an_rtmp_address_exists_once() {
    let panel = Panel::docs();
    panel.call("create_rtmp_ip", "ip=2001:db8::1&password=x");
    let rows = panel.sql("SELECT * FROM rtmp_ips");
    for (call, form) in [
        ("create_rtmp_ip", "ip=10.0.0.10"),
        ("create_rtmp_ip", "ip=2001:0DB8::0001"),
        ("edit_rtmp_ip", "id=1&notes=x&ip=2001:DB8:0::1"),
    ] {
        let expected = failure("STATUS_FAILURE", "IP address already exists.");
        assert_eq!(panel.call(call, form), expected, "{call} {form}");
    }
    assert_eq!(panel.sql("SELECT * FROM rtmp_ips"), rows);
}

#[test]
fn edit_rtmp_ip_changes_only_what_is_sent() {
    let panel = Panel::docs();
    let row = || {
        let list: Value = serde_json::from_str(&panel.get("get_rtmp_ips", "")).unwrap();
        list["data"][0].clone()
    };
    for (form, key, value) in [
        ("ip=10.0.0.11", "ip", json!("10.0.0.11")),
        ("ip=10.0.0.11&push=1", "push", json!(1)),
        ("password=secret", "password", json!("secret")),
        ("notes=van", "notes", json!("van")),
        ("pull=1", "pull", json!(1)),
        // Empty fields are cleared, but a password is kept.
        ("password=", "password", json!("secret")),
        ("notes=", "notes", json!("")),
        ("push=", "push", json!(0)),
        ("pull=", "pull", json!(0)),
        ("", "pull", json!(0)),
    ] {
        let mut expected = row();
        expected[key] = value;
        let answer = panel.call("edit_rtmp_ip", &format!("id=1&{form}"));
        assert_eq!(
            answer,
            format!(r#"{{"status":"STATUS_SUCCESS","data":{expected}}}"#),
            "{form}"
        );
        assert_eq!(row(), expected, "{form}");
    }
    assert_eq!(panel.call("edit_rtmp_ip", "id=1&ip=&push=2"), missing("ip"));
}
