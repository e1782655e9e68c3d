//! What the server has done since it started, in the form that Prometheus reads.

use std::collections::BTreeMap;

use super::{ask, panel, told};
use crate::support::{Answer, Panel, soon};

/// The samples of the control plane's metrics.
fn samples(panel: &Panel) -> BTreeMap<String, f64> {
    samples_of(&ask(panel, "GET", "metrics", ""))
}

/// The samples by their names and labels; lines that are none must be help and type of a family.
pub fn samples_of(answer: &Answer) -> BTreeMap<String, f64> {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/plain; version=0.0.4; charset=utf-8"))
    );
    let text = answer.text();
    let (mut all, mut family) = (BTreeMap::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap().to_owned();
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert!(kind.starts_with(&family), "{line}");
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(&family), "{line} in {family}");
            let twice = all.insert(name.to_owned(), value.parse().unwrap());
            assert_eq!(twice, None, "{line}");
        }
    }
    all
}

/// The samples of a family, without its name.
fn family(panel: &Panel, name: &str) -> Vec<(String, f64)> {
    let all = samples(panel).into_iter();
    all.filter_map(|(of, value)| Some((of.strip_prefix(name)?.to_owned(), value)))
        .collect()
}

fn labelled<const N: usize>(samples: [(&str, f64); N]) -> Vec<(String, f64)> {
    samples.map(|(labels, value)| (labels.to_owned(), value)).to_vec()
}

#[test]
fn requests_are_counted_by_who_answered_and_how() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.get("get_line", "id=1");
    panel.get("get_lin", "");
    panel.v2("action=server&sub=list", "");
    panel.client().get("/nowhere");
    told(&panel, "PUT", "faults", r#"[{"id":"down","effect":{"status":503}}]"#);
    panel.client().get("/api.php?action=server&sub=list");
    told(&panel, "PUT", "faults", r#"[{"id":"gone","effect":{"abort":"close"}}]"#);
    let mut client = panel.client();
    client.send(b"GET /api.php HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_to_end().unwrap();
    // Nothing that the control plane was asked counts, and nothing is set back.
    told(&panel, "POST", "reset", "");
    let expected = labelled([
        (r#"{api="admin",action="",status="2xx"}"#, 1.0),
        (r#"{api="admin",action="get_line",status="2xx"}"#, 2.0),
        (r#"{api="none",action="",status="4xx"}"#, 1.0),
        (r#"{api="xc_v2",action="",status="5xx"}"#, 1.0),
        (r#"{api="xc_v2",action="",status="none"}"#, 1.0),
        (r#"{api="xc_v2",action="server/list",status="2xx"}"#, 1.0),
    ]);
    assert_eq!(family(&panel, "linecard_requests_total"), expected);
    assert_eq!(
        family(&panel, "linecard_fault_hits_total"),
        labelled([(r#"{fault="down"}"#, 1.0), (r#"{fault="gone"}"#, 1.0)])
    );
    assert_eq!(
        family(&panel, "linecard_request_duration_seconds_count"),
        labelled([
            (r#"{api="admin"}"#, 3.0),
            (r#"{api="billing"}"#, 0.0),
            (r#"{api="enigma2"}"#, 0.0),
            (r#"{api="none"}"#, 1.0),
            (r#"{api="nxt"}"#, 0.0),
            (r#"{api="panel_api"}"#, 0.0),
            (r#"{api="player_api"}"#, 0.0),
            (r#"{api="playlist"}"#, 0.0),
            (r#"{api="reseller"}"#, 0.0),
            (r#"{api="stream"}"#, 0.0),
            (r#"{api="xc_v2"}"#, 3.0),
            (r#"{api="xmltv"}"#, 0.0)
        ])
    );
    let all = samples(&panel);
    assert_eq!(all["linecard_epoch"], 1.0);
    let version = format!("linecard_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(all[&version], 1.0);
    assert!(all["linecard_uptime_seconds"] > 0.0);
}

#[test]
fn a_slow_request_stands_in_the_step_of_its_time() {
    let panel = panel();
    told(&panel, "PUT", "faults", r#"[{"effect":{"delay":"60ms"}}]"#);
    panel.client().get("/nowhere");
    let all = samples(&panel);
    let within = |le: &str| all[&format!("linecard_request_duration_seconds_bucket{{api=\"none\",le=\"{le}\"}}")];
    assert_eq!([within("0.05"), within("10"), within("+Inf")], [0.0, 1.0, 1.0]);
    assert!(all[r#"linecard_request_duration_seconds_sum{api="none"}"#] >= 0.06);
}

#[test]
fn what_is_odd_is_counted_once_and_what_nobody_saw_is_said() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = 3;
    });
    panel.get("get_lin", "");
    panel.client().get("//x");
    let kinds = labelled([(r#"{kind="double_slash"}"#, 1.0), (r#"{kind="unknown_action"}"#, 1.0)]);
    // However often it is asked for, and by whom.
    ask(&panel, "GET", "unmatched", "");
    for _ in 0..2 {
        assert_eq!(family(&panel, "linecard_unmatched_total"), kinds);
    }
    let journal = |panel: &Panel| {
        let all = samples(panel);
        ["entries", "capacity", "evicted_total"].map(|name| all[&format!("linecard_journal_{name}")])
    };
    assert_eq!(journal(&panel), [2.0, 3.0, 0.0]);
    // Two that were counted go, then two that were not; then one is forgotten on purpose.
    for _ in 0..5 {
        panel.get("get_lin", "");
    }
    assert_eq!(family(&panel, "linecard_unmatched_unread_total"), labelled([("", 2.0)]));
    assert_eq!(journal(&panel), [3.0, 3.0, 4.0]);
    panel.get("get_lin", "");
    told(&panel, "DELETE", "requests", "");
    assert_eq!(family(&panel, "linecard_unmatched_unread_total"), labelled([("", 3.0)]));
    let all = labelled([(r#"{kind="double_slash"}"#, 1.0), (r#"{kind="unknown_action"}"#, 4.0)]);
    assert_eq!(family(&panel, "linecard_unmatched_total"), all);
}

#[test]
fn without_a_journal_requests_are_counted_all_the_same() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = 0;
    });
    panel.get("get_line", "id=4521");
    panel.get("get_lin", "");
    panel.client().get("/nowhere");
    panel.v2("action=server&sub=list", "");
    // A request that a fault may meet is looked at; before and after nobody does.
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"id":"down","match":{"action":"server/list"},"effect":{"status":503}}]"#,
    );
    assert_eq!(panel.client().get("/api.php?action=server&sub=list").status, 503);
    told(&panel, "DELETE", "faults/down", "");
    panel.v2("action=server&sub=list", "");
    let expected = labelled([
        (r#"{api="admin",action="",status="2xx"}"#, 1.0),
        (r#"{api="admin",action="get_line",status="2xx"}"#, 1.0),
        (r#"{api="none",action="",status="4xx"}"#, 1.0),
        (r#"{api="xc_v2",action="",status="5xx"}"#, 1.0),
        (r#"{api="xc_v2",action="server/list",status="2xx"}"#, 2.0),
    ]);
    assert_eq!(family(&panel, "linecard_requests_total"), expected);
    assert_eq!(
        family(&panel, "linecard_request_duration_seconds_count"),
        labelled([
            (r#"{api="admin"}"#, 2.0),
            (r#"{api="billing"}"#, 0.0),
            (r#"{api="enigma2"}"#, 0.0),
            (r#"{api="none"}"#, 1.0),
            (r#"{api="nxt"}"#, 0.0),
            (r#"{api="panel_api"}"#, 0.0),
            (r#"{api="player_api"}"#, 0.0),
            (r#"{api="playlist"}"#, 0.0),
            (r#"{api="reseller"}"#, 0.0),
            (r#"{api="stream"}"#, 0.0),
            (r#"{api="xc_v2"}"#, 3.0),
            (r#"{api="xmltv"}"#, 0.0)
        ])
    );
    assert_eq!(
        family(&panel, "linecard_fault_hits_total"),
        labelled([(r#"{fault="down"}"#, 1.0)])
    );
    assert_eq!(family(&panel, "linecard_unmatched_unread_total"), labelled([("", 6.0)]));
}

#[test]
fn who_listens_is_counted_until_its_connection_ends() {
    let panel = panel();
    let listeners = || samples(&panel)["linecard_journal_listeners"];
    assert_eq!(listeners(), 0.0);
    let mut client = panel.client();
    client.send(b"GET /_linecard/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.receive_head();
    assert_eq!(listeners(), 1.0);
    client.reset();
    assert!(soon(|| listeners() == 0.0));
}
