//! Faults that a server begins with.

use std::fs;
use std::time::{Duration, Instant};

use linecard::config::Config;

use super::{call, told, well};
use crate::support::Panel;
use crate::support::process::{Served, command, refused, run};

fn panel(change: impl FnOnce(&mut Config)) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        change(config);
    })
}

#[test]
fn flags_give_rules_to_which_a_reset_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.json");
    fs::write(
        &file,
        r#"[{"match":{"action":"get_line"},"effect":{"status":500}},{"id":"b","effect":{"status":502}}]"#,
    )
    .unwrap();
    let panel = panel(|config| {
        config.latency = Some(Duration::from_millis(30));
        config.jitter = Some(Duration::from_millis(10));
        config.fail_rate = Some("0:429".parse().unwrap());
        config.faults = Some(file);
    });
    let begin = r#"{"faults":[{"id":"latency","effect":{"delay":{"uniform":["20ms","40ms"]}},"matched":0,"hits":0},{"id":"fail-rate","when":{"probability":0.0},"effect":{"status":429},"matched":0,"hits":0},{"match":{"action":"get_line"},"effect":{"status":500},"id":"fault-1","matched":0,"hits":0},{"id":"b","effect":{"status":502},"matched":0,"hits":0}]}"#;
    assert_eq!(told(&panel, "GET", "faults", ""), begin);
    let begun = Instant::now();
    assert_eq!(call(&panel).0, 502);
    assert!(begun.elapsed().as_millis() >= 20);
    told(&panel, "PUT", "faults", "[]");
    assert_eq!(call(&panel), well());
    told(&panel, "POST", "reset", r#"{"what":["faults"]}"#);
    assert_eq!(told(&panel, "GET", "faults", ""), begin);
}

#[test]
fn a_share_of_the_requests_fails_and_it_is_the_same_share_each_time() {
    let draw = |rate: &str| -> Vec<u16> {
        let panel = panel(|config| config.fail_rate = Some(rate.parse().unwrap()));
        (0..40).map(|_| call(&panel).0).collect()
    };
    let statuses = draw("0.5");
    let failed = statuses.iter().filter(|status| **status == 503).count();
    assert!((8..=32).contains(&failed), "{statuses:?}");
    assert_eq!(draw("0.5"), statuses);
    assert_eq!(draw("1:429"), [429; 40]);
}

#[test]
fn a_server_with_wrong_faults_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (none, list, rule) = (
        file("none.json", "{"),
        file("list.json", "{}"),
        file("rule.json", r#"[{"effect":{"status":503}},{"effect":{}}]"#),
    );
    let missing = folder.path().join("missing.json").to_str().unwrap().to_owned();
    for (flags, words) in [
        (["--latency", "soon"], "invalid value 'soon' for '--latency <SPAN>': not a span of at most 10 minutes such as 200ms, 2s or 5m (linecard --help lists the options)".to_owned()),
        (["--jitter", "11m"], "invalid value '11m' for '--jitter <SPAN>': not a span of at most 10 minutes such as 200ms, 2s or 5m (linecard --help lists the options)".to_owned()),
        (["--fail-rate", "2"], "invalid value '2' for '--fail-rate <SHARE[:STATUS]>': not a share from 0 to 1, perhaps with a status, such as 0.05 or 0.05:503 (linecard --help lists the options)".to_owned()),
        (["--fail-rate", "0.5:99"], "invalid value '0.5:99' for '--fail-rate <SHARE[:STATUS]>': not a share from 0 to 1, perhaps with a status, such as 0.05 or 0.05:503 (linecard --help lists the options)".to_owned()),
        (["--faults", &missing], format!("cannot read {missing}: No such file or directory (os error 2)")),
        (["--faults", &none], format!("{none} line 1: not JSON: EOF while parsing an object")),
        (["--faults", &list], format!("{list}: not a list of faults such as [{{\"effect\":{{\"status\":503}}}}]")),
        (["--faults", &rule], format!("{rule} line 1: [1].effect: the effect does nothing; there are delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle, stream_cut, stream_stall, ts_gap, ts_garbage, pts_jump, hls_frozen, hls_gap, upstream_down")),
    ] {
        let output = run(&[&["test"], &flags[..]].concat());
        assert_eq!(refused(&output), format!("linecard: {words}"), "{flags:?}");
    }
    let mut bare = command(&["serve", "--db", ":memory:", "--bind", "127.0.0.1:0"]);
    bare.env("LINECARD_FAIL_RATE", "0.5");
    assert_eq!(
        refused(&bare.output().unwrap()),
        "linecard: --latency, --jitter, --fail-rate, --faults and --debug-headers are the control plane's: start with --control"
    );
    // A control plane on a socket of its own is one.
    let served = Served::start(&["--db", ":memory:", "--control-bind", "127.0.0.1:0", "--latency", "1ms"]);
    let ready = served.ready();
    assert!(
        ready["rng"].parse::<u64>().is_ok() && !ready["control"].is_empty(),
        "{ready:?}"
    );
}
