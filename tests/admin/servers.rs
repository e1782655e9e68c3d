//! Servers, proxies, and what an administrator does to the system behind them (contract, 7.9).

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::devices::ids;
use crate::support::{Answer, DONE, Panel, data, failure};

/// The two actions that change rows of `servers`.
const EDITS: [&str; 2] = ["edit_server", "edit_proxy"];

/// System operations that need nothing.
const OPERATIONS: [&str; 4] = ["reload_nginx", "reload_cache", "clear_temp", "clear_streams"];

/// Texts that name no server, beside ids that are unknown.
const NO_SERVER: [&str; 5] = [
    "server_id=99",
    "server_id=x",
    "server_id=0",
    "server_id=-1",
    "server_id[]=1",
];

/// Wrong values, each with its parameter, in the order in which the contract lists them.
const WRONG: [(&str, &str); 20] = [
    ("server_name", "server_name[]=x"),
    ("network_interface", "network_interface[]=x"),
    ("geoip_type", "geoip_type[]=x"),
    ("isp_type", "isp_type[]=x"),
    ("server_ip", "server_ip=192.0.2"),
    ("private_ip", "private_ip=edge.example"),
    ("http_broadcast_port", "http_broadcast_port=0"),
    ("https_broadcast_port", "https_broadcast_port=65536"),
    ("rtmp_port", "rtmp_port=x"),
    ("http_ports_add", "http_ports_add[]=0"),
    ("https_ports_add", "https_ports_add[]=x"),
    ("total_clients", "total_clients=many"),
    ("network_guaranteed_speed", "network_guaranteed_speed=1.5"),
    ("order", "order=first"),
    ("enabled", "enabled=2"),
    ("enable_geoip", "enable_geoip=yes"),
    ("enable_isp", "enable_isp=-1"),
    ("timeshift_only", "timeshift_only=01"),
    ("http_broadcast_ports", "http_broadcast_ports[]=70000"),
    ("https_broadcast_ports", "https_broadcast_ports[]=-1"),
];

fn server_not_found() -> String {
    failure("STATUS_FAILURE", "Server not found.")
}

fn invalid(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."))
}

fn get(panel: &Panel, id: i64) -> String {
    panel.call("get_server", &format!("id={id}"))
}

/// Edits a server and checks that these keys changed and no others.
fn assert_edit(panel: &Panel, action: &str, id: i64, form: &str, changes: &[(&str, Value)]) {
    let mut expected: Value = serde_json::from_str(&get(panel, id)).unwrap();
    for (key, value) in changes {
        expected["data"][key] = value.clone();
    }
    let answer = panel.call(action, &format!("id={id}&{form}"));
    assert_eq!(answer, expected.to_string().replace('/', "\\/"), "{action}: {form}");
    assert_eq!(answer, get(panel, id), "{action}: {form}");
}

/// Checks each form that a required number must not have.
fn assert_needs_number(panel: &Panel, action: &str, name: &str) {
    for form in [String::new(), format!("{name}="), format!("{name}=%20")] {
        let missing = failure("STATUS_INVALID_INPUT", &format!("Missing parameter: {name}."));
        // Before the server is looked for.
        assert_eq!(
            panel.call(action, &format!("{form}&server_id=99")),
            missing,
            "{action} {form}"
        );
    }
    for value in ["=0", "=-1", "=x", "=1.5", "=54321x", "=%2B1", "=2147483648", "[]=54321"] {
        let answer = panel.call(action, &format!("{name}{value}&server_id=99"));
        assert_eq!(answer, invalid(name), "{action} {name}{value}");
    }
}

/// What calls through the code `spare0001` get.
fn through_spare(panel: &Panel) -> Answer {
    panel.client().get("/spare0001/?api_key=YOUR_KEY&action=get_servers")
}

#[test]
fn a_server_shows_twenty_nine_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_server", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"server_type":0,"server_name":"Main Server","domain_name":[],"server_ip":"127.0.0.1","private_ip":"","is_main":1,"enabled":1,"server_online":1,"status":1,"parent_id":[],"http_broadcast_port":80,"https_broadcast_port":443,"rtmp_port":8880,"http_ports_add":[],"https_ports_add":[],"total_clients":1000,"network_interface":"auto","network_guaranteed_speed":1000,"timeshift_only":0,"enable_geoip":0,"geoip_type":"low_priority","geoip_countries":[],"enable_isp":0,"isp_type":"low_priority","isp_names":[],"whitelist_ips":[],"order":1,"last_check":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn all_servers_and_proxies_are_listed_by_id() {
    let panel = Panel::small();
    // Neither place in order nor state counts.
    panel.sql("UPDATE servers SET \"order\" = 10 - id, enabled = 0, status = 0 WHERE id > 1");
    let objects: Vec<Value> = (1..=3)
        .map(|id| serde_json::from_str::<Value>(&get(&panel, id)).unwrap()["data"].clone())
        .collect();
    let expected = json!({"status": "STATUS_SUCCESS", "data": objects});
    assert_eq!(panel.get("get_servers", ""), expected.to_string().replace('/', "\\/"));
    assert_snapshot!(panel.call("get_servers", "show_columns=id,server_type,parent_id,server_online"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"server_type":0,"server_online":1,"parent_id":[]},{"id":2,"server_type":0,"server_online":0,"parent_id":[]},{"id":3,"server_type":1,"server_online":0,"parent_id":[2]}]}"#);
}

#[test]
fn a_server_is_online_when_it_is_enabled_and_up() {
    let panel = Panel::docs();
    for (enabled, status, online) in [(1, 1, "1"), (0, 1, "0"), (1, 0, "0"), (1, 3, "0")] {
        panel.sql(&format!("UPDATE servers SET enabled = {enabled}, status = {status}"));
        assert_eq!(data(&get(&panel, 1), "server_online"), online, "{enabled} {status}");
    }
}

#[test]
fn an_id_that_names_no_server_is_not_found() {
    let panel = Panel::docs();
    for action in ["get_server", EDITS[0], EDITS[1]] {
        for id in [
            "",
            "id=",
            "id=0",
            "id=-1",
            "id=x",
            "id=2",
            "id[]=1",
            "id=2&enabled=9&server_name=",
        ] {
            assert_eq!(panel.call(action, id), server_not_found(), "{action} {id}");
        }
    }
}

#[test]
fn an_edit_changes_only_what_is_sent() {
    for action in EDITS {
        let panel = Panel::small();
        for (form, changes) in [
            ("server_name=Edge One", vec![("server_name", json!("Edge One"))]),
            ("network_interface=eth0", vec![("network_interface", json!("eth0"))]),
            ("geoip_type=strict", vec![("geoip_type", json!("strict"))]),
            ("isp_type=high_priority", vec![("isp_type", json!("high_priority"))]),
            ("server_ip=192.0.2.9", vec![("server_ip", json!("192.0.2.9"))]),
            ("private_ip=2001:db8::1", vec![("private_ip", json!("2001:db8::1"))]),
            ("http_broadcast_port=1", vec![("http_broadcast_port", json!(1))]),
            (
                "https_broadcast_port=65535",
                vec![("https_broadcast_port", json!(65535))],
            ),
            ("rtmp_port=1935", vec![("rtmp_port", json!(1935))]),
            (
                "domain_name[]=a.example&domain_name[]=&domain_name[]=b",
                vec![("domain_name", json!(["a.example", "b"]))],
            ),
            ("domain_name=c.example", vec![("domain_name", json!(["c.example"]))]),
            (
                "http_ports_add[]=81&http_ports_add[]=82",
                vec![("http_ports_add", json!([81, 82]))],
            ),
            ("https_ports_add[]=444", vec![("https_ports_add", json!([444]))]),
            (
                "geoip_countries[]=GB&geoip_countries[]=FR",
                vec![("geoip_countries", json!(["GB", "FR"]))],
            ),
            ("isp_names[]=Any Net", vec![("isp_names", json!(["Any Net"]))]),
            (
                "whitelist_ips[]=192.0.2.1",
                vec![("whitelist_ips", json!(["192.0.2.1"]))],
            ),
            ("total_clients=5", vec![("total_clients", json!(5))]),
            (
                "network_guaranteed_speed=100",
                vec![("network_guaranteed_speed", json!(100))],
            ),
            ("order=-7", vec![("order", json!(-7))]),
            ("enabled=0", vec![("enabled", json!(0)), ("server_online", json!(0))]),
            ("enable_geoip=1", vec![("enable_geoip", json!(1))]),
            ("enable_isp=1", vec![("enable_isp", json!(1))]),
            ("timeshift_only=1", vec![("timeshift_only", json!(1))]),
            // All ports at once: the first is the main one.
            (
                "http_broadcast_ports[]=8000&http_broadcast_ports[]=8001&http_broadcast_ports[]=8002",
                vec![
                    ("http_broadcast_port", json!(8000)),
                    ("http_ports_add", json!([8001, 8002])),
                ],
            ),
            (
                "https_broadcast_ports[]=8443",
                vec![("https_broadcast_port", json!(8443)), ("https_ports_add", json!([]))],
            ),
            // What cannot be written, and nothing.
            (
                "server_type=1&is_main=1&status=0&server_online=0&last_check=2026-01-02&watchdog_data={}&connections=5",
                vec![],
            ),
            ("", vec![]),
        ] {
            assert_edit(&panel, action, 2, form, &changes);
        }
        assert_eq!(panel.sql_one("SELECT connections FROM servers WHERE id = 2"), "0");
    }
}

#[test]
fn only_a_proxy_edit_changes_the_parents() {
    let panel = Panel::small();
    assert_edit(
        &panel,
        "edit_proxy",
        3,
        "parent_id=[2,1,2]",
        &[("parent_id", json!([2, 1]))],
    );
    assert_edit(&panel, "edit_proxy", 3, "parent_id[]=1", &[("parent_id", json!([1]))]);
    assert_edit(&panel, "edit_server", 3, "parent_id=[2]", &[]);
    assert_edit(&panel, "edit_proxy", 3, "parent_id=", &[("parent_id", json!([]))]);
    for form in [
        "parent_id=2",
        "parent_id=1,2",
        "parent_id=null",
        "parent_id={}",
        "parent_id[]=x",
        "parent_id=[0]",
    ] {
        assert_eq!(
            panel.call("edit_proxy", &format!("id=3&{form}")),
            invalid("parent_id"),
            "{form}"
        );
    }
    // A streaming server stays one.
    assert_edit(&panel, "edit_proxy", 2, "parent_id=[1]", &[("parent_id", json!([1]))]);
    assert_eq!(
        panel.sql("SELECT server_type FROM servers ORDER BY id"),
        ["0", "0", "1"]
    );
}

#[test]
fn a_field_sent_empty_is_cleared() {
    for action in EDITS {
        let panel = Panel::small();
        panel.sql(
            "UPDATE servers SET
                 private_ip = '192.0.2.9', http_broadcast_port = 1, https_broadcast_port = 2, rtmp_port = 3,
                 domain_name = '[\"a\"]', http_ports_add = '[4]', https_ports_add = '[5]', geoip_countries = '[\"GB\"]',
                 isp_names = '[\"b\"]', whitelist_ips = '[\"c\"]', total_clients = 6, network_guaranteed_speed = 7,
                 enable_geoip = 1, enable_isp = 1, timeshift_only = 1 WHERE id = 2",
        );
        for (form, key, cleared) in [
            ("network_interface=", "network_interface", json!("")),
            ("geoip_type=%20", "geoip_type", json!("")),
            ("isp_type=", "isp_type", json!("")),
            ("private_ip=", "private_ip", json!("")),
            ("server_ip=", "server_ip", json!("")),
            // Numbers get their defaults.
            ("http_broadcast_port=", "http_broadcast_port", json!(80)),
            ("https_broadcast_port=", "https_broadcast_port", json!(443)),
            ("rtmp_port=", "rtmp_port", json!(8880)),
            ("total_clients=", "total_clients", json!(1000)),
            ("network_guaranteed_speed=", "network_guaranteed_speed", json!(1000)),
            ("order=", "order", json!(0)),
            ("domain_name[]=", "domain_name", json!([])),
            ("http_ports_add[]=", "http_ports_add", json!([])),
            ("https_ports_add=", "https_ports_add", json!([])),
            ("geoip_countries[]=", "geoip_countries", json!([])),
            ("isp_names[]=", "isp_names", json!([])),
            ("whitelist_ips=", "whitelist_ips", json!([])),
            ("enable_geoip=", "enable_geoip", json!(0)),
            ("enable_isp=", "enable_isp", json!(0)),
            ("timeshift_only=", "timeshift_only", json!(0)),
        ] {
            assert_ne!(data(&get(&panel, 2), key), cleared.to_string(), "{key}");
            assert_edit(&panel, action, 2, form, &[(key, cleared)]);
        }
        let off = [("enabled", json!(0)), ("server_online", json!(0))];
        assert_edit(&panel, action, 2, "enabled=", &off);
        // A server has a name.
        assert_eq!(
            panel.call(action, "id=2&server_name="),
            failure("STATUS_INVALID_INPUT", "Missing parameter: server_name.")
        );
    }
}

#[test]
fn the_first_wrong_value_answers_and_nothing_is_written() {
    let panel = Panel::small();
    let before = panel.call("get_servers", "");
    for action in EDITS {
        for (at, (name, _)) in WRONG.iter().enumerate() {
            // Sent in reverse: the order of the request means nothing.
            let forms: Vec<&str> = WRONG[at..].iter().rev().map(|(_, form)| *form).collect();
            let form = format!("id=2&{}", forms.join("&"));
            assert_eq!(panel.call(action, &form), invalid(name), "{action} {form}");
        }
        for name in ["server_ip", "private_ip"] {
            for value in [
                "=x",
                "=256.0.0.1",
                "=192.0.2.1/24",
                "=192.0.2.1:80",
                "=2001:db8::g",
                "=0",
                "[]=192.0.2.1",
            ] {
                let answer = panel.call(action, &format!("id=2&order=9&{name}{value}"));
                assert_eq!(answer, invalid(name), "{action} {name}{value}");
            }
        }
        for name in ["http_broadcast_port", "https_broadcast_port", "rtmp_port"] {
            for value in ["=0", "=65536", "=-80", "=80x", "=8e1", "=99999999999999999999", "[]=80"] {
                let answer = panel.call(action, &format!("id=2&order=9&{name}{value}"));
                assert_eq!(answer, invalid(name), "{action} {name}{value}");
            }
        }
    }
    assert_eq!(panel.call("get_servers", ""), before);
}

#[test]
fn two_proxies_cannot_have_one_address() {
    let panel = Panel::small();
    let before = panel.call("get_servers", "");
    let taken = failure("STATUS_FAILURE", "IP address already exists.");
    for address in ["127.0.0.1", "192.0.2.2"] {
        let answer = panel.call("edit_proxy", &format!("id=3&order=9&server_ip={address}"));
        assert_eq!(answer, taken, "{address}");
    }
    assert_eq!(
        panel.call("edit_proxy", "id=3&server_ip=192.0.2.2&enabled=9"),
        invalid("enabled")
    );
    assert_eq!(panel.call("get_servers", ""), before);
    // Its own address is free, and a server may share one.
    assert_edit(&panel, "edit_proxy", 3, "server_ip=192.0.2.3", &[]);
    assert_edit(
        &panel,
        "edit_server",
        3,
        "server_ip=192.0.2.2",
        &[("server_ip", json!("192.0.2.2"))],
    );
}

#[test]
fn the_main_server_stays_enabled() {
    let panel = Panel::small();
    for action in EDITS {
        for form in ["enabled=0", "enabled=", "enabled=1"] {
            assert_edit(&panel, action, 1, form, &[]);
        }
        // The rest of the edit counts, and so does what is wrong.
        let form = format!("enabled=0&server_name={action}");
        assert_edit(&panel, action, 1, &form, &[("server_name", json!(action))]);
        assert_eq!(panel.call(action, "id=1&enabled=2"), invalid("enabled"));
    }
    assert_eq!(data(&panel.call("user_info", ""), "server_name"), r#""edit_proxy""#);
}

#[test]
fn statistics_are_what_the_watchdog_stored() {
    let panel = Panel::docs();
    // A movie and an episode on the server are no streams of it.
    assert_snapshot!(panel.get("get_server_stats", "server_id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"server_id":1,"cpu_usage":23.5,"mem_usage":62.1,"disk_usage":45.8,"uptime":"45 days","active_connections":1,"total_streams":4}}"#);
    let one = panel.call("get_server_stats", "server_id=1");
    let all = one.replace(r#""data":"#, r#""data":["#).replace("}}", "}]}");
    for form in ["", "server_id=", "server_id=0", "show_columns=server_id"] {
        assert_eq!(panel.get("get_server_stats", form), all, "{form}");
    }
    for form in NO_SERVER.iter().filter(|form| **form != "server_id=0") {
        assert_eq!(panel.call("get_server_stats", form), server_not_found(), "{form}");
    }
}

#[test]
fn what_other_servers_did_not_store_is_zero() {
    let panel = Panel::small();
    panel.sql("INSERT INTO lines_live (user_id, stream_id, server_id, hls_end) VALUES (1, 1, 2, 0), (1, 1, 2, 1)");
    panel.sql("UPDATE servers SET watchdog_data = '{\"cpu\":12,\"disk\":0.5,\"other\":1}' WHERE id = 3");
    // Since Linecard started; the last day is not over.
    panel.inner().clock().advance(3 * 86_400 - 1);
    assert_snapshot!(panel.call("get_server_stats", "server_id=2"), @r#"{"status":"STATUS_SUCCESS","data":{"server_id":2,"cpu_usage":0,"mem_usage":0,"disk_usage":0,"uptime":"2 days","active_connections":2,"total_streams":2}}"#);
    panel.inner().clock().advance(1);
    assert_snapshot!(panel.call("get_server_stats", "server_id=3"), @r#"{"status":"STATUS_SUCCESS","data":{"server_id":3,"cpu_usage":12,"mem_usage":0,"disk_usage":0.5,"uptime":"3 days","active_connections":0,"total_streams":0}}"#);
    panel.sql("UPDATE servers SET watchdog_data = 'none', is_main = 0");
    let all: Value = serde_json::from_str(&panel.call("get_server_stats", "")).unwrap();
    let shown: Vec<(i64, f64)> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["server_id"].as_i64().unwrap(), row["cpu_usage"].as_f64().unwrap()))
        .collect();
    assert_eq!(shown, [(1, 0.0), (2, 0.0), (3, 0.0)]);
}

#[test]
fn the_main_server_is_measured_where_nothing_is_stored() {
    let panel = Panel::of_an_operator();
    let answer = panel.call("get_server_stats", "server_id=1");
    let mut shown: Value = serde_json::from_str(&answer).unwrap();
    for (key, least) in [("cpu_usage", 0.0), ("mem_usage", 0.1), ("disk_usage", 0.1)] {
        let figure = shown["data"][key].take().as_f64().unwrap();
        assert!((least..=100.0).contains(&figure), "{key}: {answer}");
        // With one decimal.
        assert!(
            (figure * 10.0 - (figure * 10.0).round()).abs() < 1e-6,
            "{key}: {answer}"
        );
    }
    assert_snapshot!(shown, @r#"{"status":"STATUS_SUCCESS","data":{"server_id":1,"cpu_usage":null,"mem_usage":null,"disk_usage":null,"uptime":"0 days","active_connections":1,"total_streams":3}}"#);
    // A stored figure counts, the others are measured still.
    panel.sql("UPDATE servers SET watchdog_data = '{\"mem\":0,\"uptime\":\"9 days\"}' WHERE id = 1");
    let answer = panel.call("get_server_stats", "server_id=1");
    assert_eq!(
        (data(&answer, "mem_usage"), data(&answer, "uptime")),
        ("0".into(), r#""9 days""#.into())
    );
    assert_ne!(data(&answer, "disk_usage"), "0");
}

/// The `info` of a server in the list of the XC v2 API.
fn info(panel: &Panel, server: usize) -> Value {
    let list: Value = serde_json::from_str(&panel.v2("action=server&sub=list", "")).unwrap();
    list[server]["info"].clone()
}

/// A machine of which nothing is known.
fn nothing() -> Value {
    json!({
        "total_ram": 0, "total_used": 0, "cores": 0, "threads": 0, "kernel": "", "total_running_streams": "0\n",
        "cpu_name": "", "cpu_usage": 0, "network_speed": null, "bytes_sent": 0, "bytes_received": 0,
    })
}

#[test]
fn a_run_that_can_be_repeated_tells_nothing_of_the_host() {
    let frozen = Panel::of_an_operator();
    frozen.inner().clock().set(crate::support::NOW);
    let seeded = Panel::small();
    seeded.inner().clock().run();
    for panel in [frozen, seeded] {
        let stats = panel.call("get_server_stats", "server_id=1");
        for key in ["cpu_usage", "mem_usage", "disk_usage"] {
            assert_eq!(data(&stats, key), "0", "{stats}");
        }
        let example = json!({
            "total_ram": 16384000, "total_used": 0, "cores": 4, "threads": 8, "kernel": "6.1.0",
            "total_running_streams": "1\n", "cpu_name": "Example CPU", "cpu_usage": 0, "network_speed": "1000\n",
            "bytes_sent": 0, "bytes_received": 0,
        });
        assert_eq!(info(&panel, 0), example);
    }
}

#[test]
fn both_apis_tell_the_same_of_a_server() {
    let panel = Panel::docs();
    let told = |stored: &str| {
        panel.sql(&format!("UPDATE servers SET watchdog_data = '{stored}' WHERE id = 1"));
        let stats = panel.call("get_server_stats", "server_id=1");
        let info = info(&panel, 0);
        assert_eq!(data(&stats, "cpu_usage"), info["cpu_usage"].to_string(), "{stored}");
        let of = |name: &str| info[name].as_f64().unwrap();
        (
            data(&stats, "cpu_usage"),
            data(&stats, "mem_usage"),
            of("total_used"),
            of("total_ram"),
        )
    };
    let row = |cpu: &str, mem: &str, used: f64, ram: f64| (cpu.to_owned(), mem.to_owned(), used, ram);
    for (stored, expected) in [
        (
            r#"{"cpu":23.5,"mem":62.1}"#,
            row("23.5", "62.1", 10_174_464.0, 16_384_000.0),
        ),
        (
            r#"{"cpu":23.5,"cpu_usage":99,"mem":50,"total_ram":1000}"#,
            row("23.5", "50", 500.0, 1000.0),
        ),
        (
            r#"{"cpu_usage":12,"total_ram":3000,"total_used":1000}"#,
            row("12", "33.3", 1000.0, 3000.0),
        ),
        ("none", row("0", "0", 0.0, 16_384_000.0)),
    ] {
        assert_eq!(told(stored), expected, "{stored}");
    }
    // Of the others too.
    panel.sql(r#"INSERT INTO servers (id, server_name, watchdog_data) VALUES (7, 'Edge', '{"cpu":8}')"#);
    let mut expected = nothing();
    expected["cpu_usage"] = json!(8);
    assert_eq!(info(&panel, 1), expected);
    assert_eq!(data(&panel.call("get_server_stats", "server_id=7"), "cpu_usage"), "8");
}

#[test]
fn operations_answer_their_status_alone() {
    let panel = Panel::small();
    for action in OPERATIONS {
        for form in ["", "server_id=", "server_id=1", "server_id=2", "server_id=3x"] {
            assert_eq!(panel.call(action, form), DONE, "{action} {form}");
        }
        assert_eq!(panel.get(action, ""), DONE, "{action}");
        for form in NO_SERVER {
            assert_eq!(panel.call(action, form), server_not_found(), "{action} {form}");
        }
    }
    // Nobody was disconnected and nothing stopped.
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "2");
    assert_eq!(ids(&panel.call("get_streams", "filter=1")), [1]);
}

#[test]
fn a_reload_reads_access_codes_and_addresses_again() {
    for action in ["reload_nginx", "reload_cache"] {
        let panel = Panel::docs();
        // Changes that the panel does not notice: those of another program on its file.
        panel.sql("DROP TRIGGER access_codes_access_update");
        panel.sql("DROP TRIGGER blocked_ips_access_insert");
        assert_eq!(through_spare(&panel).status, 200);
        panel.sql("UPDATE access_codes SET enabled = 0 WHERE id = 1");
        assert_eq!(through_spare(&panel).status, 200);
        assert_eq!(panel.call(action, ""), DONE);
        assert_eq!(through_spare(&panel).status, 404, "{action}");

        panel.sql("INSERT INTO blocked_ips (ip) VALUES ('127.0.0.1')");
        assert_eq!(panel.call(action, ""), DONE);
        assert_eq!(through_spare(&panel).status, 403, "{action}");
    }
}

#[test]
fn temporary_files_of_an_earlier_start_are_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let panel = Panel::docs_with(|config| config.db = path("panel.db").to_str().unwrap().to_owned());
    for name in [
        "panel.db.new-1",
        "panel.db.new-12345",
        "other.db.new-1",
        "panel.db.newer",
        "panel.db.bak",
    ] {
        fs::write(path(name), "left over").unwrap();
    }
    assert_eq!(panel.call("clear_temp", "server_id=99"), server_not_found());
    assert!(path("panel.db.new-1").exists());
    assert_eq!(panel.call("clear_temp", ""), DONE);
    assert!(!path("panel.db.new-1").exists() && !path("panel.db.new-12345").exists());
    for name in ["other.db.new-1", "panel.db.newer", "panel.db.bak", "panel.db"] {
        assert!(path(name).exists(), "{name}");
    }
    assert_eq!(data(&panel.call("get_line", "id=4521"), "id"), "4521");
}

#[test]
fn a_killed_connection_becomes_a_row_of_activity() {
    let panel = Panel::docs();
    panel.sql(
        "UPDATE lines_live SET proxy_id = 4, isp = 'Net', external_device = 'box', divergence = 1.5, hmac_id = 6,
             hmac_identifier = 'h', date_start = 1773584000",
    );
    panel.sql("INSERT INTO lines_live (activity_id, user_id, stream_id, server_id) VALUES (12346, 4522, 10, 1)");
    assert_eq!(panel.call("kill_connection", "activity_id=12345"), DONE);
    assert_snapshot!(panel.call("activity_logs", "start=1&hide_columns=activity_id"), @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":4522,"username":"customer4522","is_mag":0,"is_e2":0,"stream_id":10,"stream_display_name":"Demo News","type":1,"server_id":1,"server_name":"Main Server","proxy_id":4,"user_agent":"VLC\/3.0.18","user_ip":"203.0.113.7","container":"ts","isp":"Net","geoip_country_code":"GB","is_restreamer":0,"hmac_id":6,"hmac_identifier":"h","date_start":"2026-03-15 14:13:20","date_end":"2026-03-15 14:30:00"}],"recordsTotal":2,"recordsFiltered":2}"#);
    let hidden = "SELECT external_device, divergence FROM lines_activity WHERE user_id = 4522";
    assert_eq!(panel.sql_one(hidden), "box|1.5");
    // The other connection of the same line to the same stream stays.
    assert_eq!(panel.sql("SELECT activity_id FROM lines_live"), ["12346"]);
    assert_eq!(
        panel.call("kill_connection", "activity_id=12345"),
        failure("STATUS_FAILURE", "Connection not found.")
    );
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_activity"), "2");
}

#[test]
fn a_connection_is_looked_up_on_all_servers() {
    for form in [
        "activity_id=1&server_id=2",
        "activity_id=2",
        "activity_id=2&server_id=3",
    ] {
        let panel = Panel::small();
        assert_eq!(panel.get("kill_connection", form), DONE, "{form}");
        assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "1", "{form}");
    }
}

#[test]
fn a_connection_that_is_not_open_cannot_be_killed() {
    let panel = Panel::docs();
    panel
        .sql("INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, hls_end) VALUES (5, 4521, 10, 1, 1)");
    assert_needs_number(&panel, "kill_connection", "activity_id");
    for server in NO_SERVER {
        for activity in ["12345", "999"] {
            let answer = panel.call("kill_connection", &format!("activity_id={activity}&{server}"));
            assert_eq!(answer, server_not_found(), "{server}");
        }
    }
    // Unknown, closed, ended, and a line's id.
    for activity in ["999", "12001", "5", "4522"] {
        let answer = panel.call("kill_connection", &format!("activity_id={activity}"));
        assert_eq!(answer, failure("STATUS_FAILURE", "Connection not found."), "{activity}");
    }
    let counts = "SELECT (SELECT count(*) FROM lines_live), (SELECT count(*) FROM lines_activity)";
    assert_eq!(panel.sql_one(counts), "2|1");
}

#[test]
fn a_killed_process_takes_its_stream_down() {
    let panel = Panel::small();
    let streams = "SELECT server_id, pid, stream_status, stream_started, current_source, bitrate FROM streams_servers
                   WHERE stream_id = 1 ORDER BY server_id";
    let source = "1767225600|http://origin.example/1.ts|3000";
    // It is one of server 2, and the main server is 1.
    let not_found = failure("STATUS_FAILURE", "Process not found.");
    assert_eq!(panel.call("kill_pid", "pid=50002"), not_found);
    assert_eq!(panel.call("kill_pid", "pid=50001&server_id=2"), not_found);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "2");

    assert_eq!(panel.call("kill_pid", "pid=50002&server_id=2"), DONE);
    assert_eq!(
        panel.sql(streams),
        [format!("1|50001|0|{source}"), format!("2|null|1|{source}")]
    );
    // Who watched it there is cut off.
    assert_eq!(panel.sql("SELECT activity_id FROM lines_live"), ["1"]);
    assert_eq!(
        panel.sql("SELECT user_id, stream_id, server_id, date_end FROM lines_activity"),
        ["5|1|2|1773585000"]
    );
    assert_eq!(panel.call("kill_pid", "pid=50002&server_id=2"), not_found);

    assert_eq!(panel.get("kill_pid", "pid=50001&server_id="), DONE);
    assert_eq!(ids(&panel.call("get_streams", "filter=2")), [1, 2]);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "0");
    // It can be started again.
    assert_eq!(panel.call("start_stream", "id=1"), DONE);
    assert_eq!(ids(&panel.call("get_streams", "filter=1")), [1]);
}

#[test]
fn the_main_server_is_the_one_that_is_marked() {
    let panel = Panel::small();
    panel.sql("UPDATE servers SET is_main = id = 2");
    assert_eq!(panel.call("kill_pid", "pid=50002"), DONE);
}

#[test]
fn a_process_that_is_no_streams_is_never_signalled() {
    let panel = Panel::docs();
    assert_needs_number(&panel, "kill_pid", "pid");
    for server in NO_SERVER {
        assert_eq!(
            panel.call("kill_pid", &format!("pid=54321&{server}")),
            server_not_found(),
            "{server}"
        );
    }
    // This test's own process, a connection's, and one that nobody has.
    for pid in [std::process::id(), 1, 54400, 54322] {
        let answer = panel.call("kill_pid", &format!("pid={pid}"));
        assert_eq!(answer, failure("STATUS_FAILURE", "Process not found."), "{pid}");
    }
    assert_eq!(ids(&panel.call("get_streams", "filter=1")), [10, 11]);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "1");
}
