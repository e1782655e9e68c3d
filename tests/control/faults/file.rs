//! Faults in a file, as people write them: YAML or JSON, with the line of what is wrong.

use std::fs;

use linecard::config::Config;
use serde_json::{Value, json};

use super::told;
use crate::support::Panel;
use crate::support::process::{refused, run};

/// The example of the contract ("The fixture", section 6): its `match` and `when`, with each of its effects.
const CONTRACT: &str = "
- id: flaky-login
  match: { api: player_api, action: null }        # the login call
  when:  { skip: 0, times: 2, every: 1, probability: 1.0, until: null, ttl: 5m }
  effect:
    status: 503                                   # HTTP status with `body`
- effect:
    delay: 200ms
- effect:
    delay: { uniform: [50ms, 900ms] }
- effect:
    delay: { lognormal: { median: 120ms, sigma: 0.4 } }
- effect:
    status: 503
    body: \"…\"
- effect:
    answer: STATUS_INSUFFICIENT_CREDITS           # the dialect's own failure by name
- effect:
    preset: html_error_page
- effect: { abort: reset }
- effect: { abort: close }
- effect: { abort: hang }
- effect: { abort: empty }
- effect:
    throttle: 64KiB/s
- effect:
    dribble: { chunks: 5, over: 2s }
- effect:
    truncate: { bytes: 512 }
- effect:
    truncate: { fraction: 0.5 }
    corrupt: { flip: 1 }
- effect:
    stream_cut: { after_bytes: 2MiB }
- effect:
    stream_cut: { after: 3s }
";

/// The same, as `POST /_linecard/faults` takes them.
fn contract() -> Vec<Value> {
    let mut rules = vec![json!({
        "id": "flaky-login",
        "match": { "api": "player_api", "action": null },
        "when": { "skip": 0, "times": 2, "every": 1, "probability": 1.0, "until": null, "ttl": "5m" },
        "effect": { "status": 503 },
    })];
    let effects = [
        json!({ "delay": "200ms" }),
        json!({ "delay": { "uniform": ["50ms", "900ms"] } }),
        json!({ "delay": { "lognormal": { "median": "120ms", "sigma": 0.4 } } }),
        json!({ "status": 503, "body": "…" }),
        json!({ "answer": "STATUS_INSUFFICIENT_CREDITS" }),
        json!({ "preset": "html_error_page" }),
        json!({ "abort": "reset" }),
        json!({ "abort": "close" }),
        json!({ "abort": "hang" }),
        json!({ "abort": "empty" }),
        json!({ "throttle": "64KiB/s" }),
        json!({ "dribble": { "chunks": 5, "over": "2s" } }),
        json!({ "truncate": { "bytes": 512 } }),
        json!({ "truncate": { "fraction": 0.5 }, "corrupt": { "flip": 1 } }),
        json!({ "stream_cut": { "after_bytes": "2MiB" } }),
        json!({ "stream_cut": { "after": "3s" } }),
    ];
    rules.extend(effects.map(|effect| json!({ "effect": effect })));
    rules
}

/// A panel that begins with the faults of a file of this name.
fn begun(name: &str, text: &str) -> Panel {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    Panel::docs_with(|config: &mut Config| {
        config.control = true;
        config.faults = Some(path);
    })
}

#[test]
fn the_contracts_example_is_a_file_of_faults() {
    let json = Value::from(contract()).to_string();
    let sent = Panel::docs_with(|config| config.control = true);
    let expected = told(&sent, "PUT", "faults", &json);
    for (name, text) in [
        ("faults.yaml", CONTRACT),
        ("faults.yml", CONTRACT),
        ("faults", CONTRACT),
        ("faults.json", &json),
        ("faults.txt", &json),
    ] {
        let panel = begun(name, text);
        assert_eq!(told(&panel, "GET", "faults", ""), expected, "{name}");
        told(&panel, "PUT", "faults", "[]");
        told(&panel, "POST", "reset", r#"{"what":["faults"]}"#);
        assert_eq!(told(&panel, "GET", "faults", ""), expected, "{name}");
    }
}

#[test]
fn a_fault_of_a_file_acts() {
    let flaky = CONTRACT.split_inclusive("with `body`\n").next().unwrap();
    let panel = begun("faults.yaml", flaky);
    let login = || {
        panel
            .client()
            .get("/player_api.php?username=customer4521&password=securepass")
    };
    let (first, second) = (login(), login());
    assert_eq!((first.status, first.text()), (503, "503\n".into()));
    assert_eq!((second.status, second.text()), (503, "503\n".into()));
    assert_ne!(login().status, 503);
    assert!(told(&panel, "GET", "faults", "").contains(r#""matched":3,"hits":2"#));
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_line_and_path() {
    let folder = tempfile::tempdir().unwrap();
    let effects = "there are delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle, stream_cut, stream_stall, ts_gap, ts_garbage, pts_jump, hls_frozen, hls_gap, upstream_down";
    let list = "not a list of faults such as [{\"effect\":{\"status\":503}}]";
    let example = r#"send {"match":{"action":"create_line"},"effect":{"status":503}}"#;
    for (text, said) in [
        (
            "- effect: { status: 503 }\n- effect:\n    delay: soon\n",
            " line 3: [1].effect.delay: \"soon\" is no duration; write it as \"200ms\", \"2s\" or \"5m\"; \
             10 minutes is the longest"
                .to_owned(),
        ),
        (
            "- effect:\n    statsu: 503",
            format!(" line 2: [0].effect.statsu: there is no member \"statsu\"; {effects}"),
        ),
        (
            "- effect: {}",
            format!(" line 1: [0].effect: the effect does nothing; {effects}"),
        ),
        (
            "- id: a\n- match: {}",
            format!(" line 1: [0]: `effect` is missing; {example}"),
        ),
        ("- x", format!(" line 1: [0]: a fault is a JSON object; {example}")),
        (
            "- match:\n    api: admin\n    form: {id: [1]}\n  effect: {status: 503}",
            " line 3: [0].match.form.id: `form.id` cannot be [1]; send text, perhaps with *, or null for none".into(),
        ),
        (
            "- match: {status: 200}\n  effect: {status: 503}",
            " line 1: [0].match.status: a fault acts before there is a `status`; leave `status` out of `match`".into(),
        ),
        (
            "- effect: {status: 503}\n  when:\n    skip: 1\n    times: 0",
            " line 4: [0].when.times: `times` is no whole number from 1 to 4294967295: 0; send {\"times\":1}".into(),
        ),
        (
            "- effect: {status: 503}\n  at: both",
            " line 2: [0].at: `at` is none of them: \"both\"; there are before, after".into(),
        ),
        (
            "- effect:\n    truncate:\n      byte: 5",
            " line 3: [0].effect.truncate.byte: there is no member \"byte\"; there are bytes, fraction".into(),
        ),
        (
            "- {id: a, effect: {status: 503}}\n- {id: a, effect: {status: 503}}",
            " line 2: [1]: there is a fault \"a\" already; DELETE it first, or leave `id` out".into(),
        ),
        (
            "- effect: {status: 503}\n  effect: {status: 503}",
            " line 2: the key \"effect\" is there already; keep one of them".into(),
        ),
        ("effect: {status: 503}", format!(": {list}")),
        ("", format!(": {list}")),
    ] {
        let path = folder.path().join("faults.yaml");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let expected = format!("linecard: {path}{said}");
        assert_eq!(refused(&run(&["test", "--faults", path])), expected, "{text}");
        // Who puts them into a running server is told the same, before anything is asked.
        let nowhere = ["faults", "put", path, "--url", "http://127.0.0.1:1"];
        assert_eq!(refused(&run(&nowhere)), expected, "{text}");
    }
}
