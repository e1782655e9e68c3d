//! Metrics on a port of their own (`--metrics-bind`), with and without the control plane.

use std::net::TcpListener;

use super::metrics::samples_of;
use super::problem;
use crate::support::process::{Served, command, refused, run};
use crate::support::{Client, Panel};
use linecard::config::Config;
use linecard::panel::strictness::Strictness;

/// A panel whose metrics have a port of their own.
fn measured(change: impl FnOnce(&mut Config)) -> Panel {
    Panel::docs_with(|config| {
        config.metrics_bind = Some("127.0.0.1:0".into());
        change(config);
    })
}

/// The host of an address that ends in the path of the metrics.
fn host(url: &str) -> &str {
    url.strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap()
}

fn collector(panel: &Panel) -> Client {
    Client::new(host(panel.metrics_url()))
}

/// The families and the samples of requests and of what is odd.
fn figures(panel: &Panel) -> (Vec<String>, Vec<(String, f64)>) {
    let answer = collector(panel).get("/metrics");
    let text = answer.text();
    let families = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let families = families.map(|family| family.split(' ').next().unwrap().to_owned());
    let wanted =
        |name: &str| name.starts_with("linecard_requests_total") || name.starts_with("linecard_unmatched_total");
    let samples = samples_of(&answer).into_iter().filter(|(name, _)| wanted(name));
    (families.collect(), samples.collect())
}

fn counted<const N: usize>(samples: [(&str, f64); N]) -> Vec<(String, f64)> {
    samples
        .map(|(name, value)| (format!("linecard_{name}"), value))
        .to_vec()
}

#[test]
fn a_panel_without_a_control_plane_is_counted() {
    let panel = measured(|config| config.strict = Strictness::Warn);
    panel.get("get_line", "id=4521");
    panel.get("get_line", "id=1");
    panel.get("get_lin", "");
    panel.v2("action=server&sub=list", "");
    // The panel's own port has no metrics, and what is asked of a control plane does not count.
    for path in ["/metrics", "/_linecard/metrics"] {
        assert_eq!(panel.client().get(path).status, 404, "{path}");
    }
    let (families, samples) = figures(&panel);
    assert_eq!(
        families,
        [
            "linecard_build_info",
            "linecard_uptime_seconds",
            "linecard_requests_total",
            "linecard_request_duration_seconds",
            "linecard_deliveries_total",
            "linecard_fault_hits_total",
            "linecard_unmatched_total",
            "linecard_wrong_secrets_total",
            "linecard_throttled_total",
            "linecard_throttled_addresses_total",
        ]
    );
    assert_eq!(
        samples,
        counted([
            (r#"requests_total{api="admin",action="",status="2xx"}"#, 1.0),
            (r#"requests_total{api="admin",action="get_line",status="2xx"}"#, 2.0),
            (r#"requests_total{api="none",action="",status="4xx"}"#, 1.0),
            (r#"requests_total{api="xc_v2",action="server/list",status="2xx"}"#, 1.0),
            (r#"unmatched_total{kind="unknown_action"}"#, 1.0),
        ])
    );
    let all = samples_of(&collector(&panel).get("/_linecard/metrics"));
    assert_eq!(all[r#"linecard_request_duration_seconds_count{api="admin"}"#], 3.0);
    assert!(all["linecard_uptime_seconds"] > 0.0);
}

#[test]
fn a_collector_needs_no_token_and_gets_nothing_else() {
    let panel = measured(|config| {
        config.control = true;
        config.control_token = Some("secret".into());
    });
    panel.get("get_line", "id=4521");
    let (families, samples) = figures(&panel);
    assert!(
        families.contains(&"linecard_journal_entries".to_owned()),
        "{families:?}"
    );
    let line = counted([(r#"requests_total{api="admin",action="get_line",status="2xx"}"#, 1.0)]);
    assert_eq!(samples, line);
    let mut client = collector(&panel);
    let head = client.request("HEAD", "/metrics", &[], b"");
    assert_eq!(
        (head.status, head.header("content-type")),
        (200, Some("text/plain; version=0.0.4; charset=utf-8"))
    );
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/metrics/"),
        ("GET", "/_linecard/"),
        ("GET", "/_linecard/health"),
        ("POST", "/_linecard/reset"),
        ("POST", "/metrics"),
        ("DELETE", "/_linecard/metrics"),
        ("GET", "/access/admin/index.php"),
        ("GET", "/openapi.json"),
    ] {
        let answer = client.request(method, path, &[], b"");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        let detail = format!("this port has the metrics alone, and no {method} {path}");
        let hint = "GET /metrics answers them; the ready line says where the panel is";
        let expected = problem("not_found", "Not Found", 404, &detail, hint);
        assert_eq!((answer.status, answer.text()), expected);
    }
    // None of that was a request to the panel.
    assert_eq!(figures(&panel).1, line);
}

#[test]
fn the_port_is_the_servers_whatever_world_is_named() {
    let panel = measured(|config| config.control = true);
    super::told(&panel, "POST", "worlds", r#"{"name":"one"}"#);
    panel.get("get_line", "id=4521");
    let host = host(panel.metrics_url());
    let answer = Client::of_host("one.localhost", host).get("/metrics");
    let all = samples_of(&answer);
    assert_eq!(all["linecard_worlds"], 1.0);
    assert_eq!(all[r#"linecard_request_duration_seconds_count{api="admin"}"#], 1.0);
    super::told(&panel, "DELETE", "worlds/one", "");
    assert_eq!(Client::of_host("one.localhost", host).get("/metrics").status, 200);
}

#[needs::test("curl")]
fn the_ready_line_names_the_port_where_there_is_one() {
    let served = Served::start(&["--db=:memory:", "--metrics-bind=127.0.0.1:0"]);
    let ready = served.ready();
    assert!(!ready.contains_key("control"), "{ready:?}");
    let answer = Client::new(host(ready["metrics"])).get("/metrics");
    assert!(samples_of(&answer)["linecard_uptime_seconds"] > 0.0);
    assert!(!Served::start(&["--db=:memory:"]).ready.contains("metrics"));

    let json = Served::start(&["--db=:memory:", "--metrics-bind=127.0.0.1:0", "--ready-format=json"]);
    let ready: serde_json::Value = serde_json::from_str(&json.ready).unwrap();
    assert_eq!(
        Client::new(host(ready["metrics"].as_str().unwrap()))
            .get("/metrics")
            .status,
        200
    );

    let mut run = command(&["run", "--metrics-bind=127.0.0.1:0", "--", "sh", "-c"]);
    let output = run.arg("curl -s $LINECARD_METRICS_URL | head -1").output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "# HELP linecard_build_info The version.\n"
    );
}

#[test]
fn a_port_that_is_taken_refuses_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    let words = refused(&run(&["test", "--metrics-bind", &bind]));
    assert!(
        words.starts_with(&format!("linecard: cannot listen on {bind}: ")),
        "{words}"
    );
    let words = refused(&run(&["test", "--metrics-bind", "nowhere"]));
    assert!(words.starts_with("linecard: cannot listen on nowhere: "), "{words}");
}
