//! Faults as a client meets them: what comes over the wire, and what the panel holds afterwards.

use std::time::Instant;

use super::{bad, panel, problem, refused, told};
use crate::support::Panel;

const GROUP: &str = r#"{"status":"STATUS_SUCCESS","data":{"id":1,"category_type":"live","category_name":"News","parent_id":0,"cat_order":99,"is_adult":0}}"#;

/// Adds a fault for `get_category`.
fn fault(panel: &Panel, rest: &str) {
    let rule = format!(r#"{{"match":{{"action":"get_category"}},{rest}}}"#);
    told(panel, "POST", "faults", &rule);
}

/// The status and the body of a call that a fault may meet.
fn call(panel: &Panel) -> (u16, String) {
    let path = format!("{}?api_key=YOUR_KEY&action=get_category&id=1", panel.admin_path());
    let answer = panel.client().get(&path);
    (answer.status, answer.text())
}

fn well() -> (u16, String) {
    (200, GROUP.to_owned())
}

#[test]
fn a_fault_meets_the_requests_that_match_it() {
    let panel = panel();
    fault(&panel, r#""effect":{"status":503,"body":"try later"}"#);
    assert_eq!(call(&panel), (503, "try later".to_owned()));
    // Another action, and the control plane itself, are left alone.
    assert!(panel.get("user_info", "").contains("STATUS_SUCCESS"));
    assert_eq!(
        told(&panel, "GET", "faults", ""),
        r#"{"faults":[{"match":{"action":"get_category"},"effect":{"status":503,"body":"try later"},"id":"fault-1","matched":1,"hits":1}]}"#
    );
    assert_eq!(told(&panel, "DELETE", "faults/fault-1", ""), r#"{"id":"fault-1"}"#);
    assert_eq!(call(&panel), well());
}

#[test]
fn it_can_spare_the_first_ones_and_end_after_some() {
    let panel = panel();
    fault(&panel, r#""when":{"skip":1,"times":2},"effect":{"status":500}"#);
    let statuses: Vec<u16> = (0..5).map(|_| call(&panel).0).collect();
    assert_eq!(statuses, [200, 500, 500, 200, 200]);
}

#[test]
fn it_can_meet_every_third_one() {
    let panel = panel();
    fault(&panel, r#""when":{"every":3},"effect":{"status":500}"#);
    let statuses: Vec<u16> = (0..7).map(|_| call(&panel).0).collect();
    assert_eq!(statuses, [500, 200, 200, 500, 200, 200, 500]);
}

#[test]
fn a_probability_follows_from_the_seed() {
    let draw = || -> Vec<u16> {
        let panel = Panel::docs_with(|config| {
            config.control = true;
            config.rng_seed = Some(7);
        });
        fault(&panel, r#""when":{"probability":0.5},"effect":{"status":500}"#);
        (0..40).map(|_| call(&panel).0).collect()
    };
    let statuses = draw();
    let failed = statuses.iter().filter(|status| **status == 500).count();
    assert!((8..=32).contains(&failed), "{failed}");
    assert_eq!(draw(), statuses);
}

#[test]
fn the_dialects_own_failure_is_answered_by_its_name() {
    let panel = panel();
    fault(&panel, r#""effect":{"answer":"STATUS_INSUFFICIENT_CREDITS"}"#);
    assert_eq!(
        call(&panel).1,
        r#"{"status":"STATUS_INSUFFICIENT_CREDITS","data":{},"error":"A fault asked for this answer."}"#
    );
    told(
        &panel,
        "POST",
        "faults",
        r#"{"match":{"api":"xc_v2"},"effect":{"answer":"NOT ENOUGH CREDITS"}}"#,
    );
    assert_eq!(
        panel.v2("action=reg_user&sub=list", ""),
        r#"{"result":true,"error":"NOT ENOUGH CREDITS"}"#
    );
}

#[test]
fn before_the_panel_nothing_is_written_and_after_it_only_the_answer_is_lost() {
    let panel = panel();
    let lines = || panel.sql_one("SELECT count(*) FROM lines");
    for (at, expected) in [("before", "4"), ("after", "5")] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"match":{{"action":"create_line"}},"at":"{at}","effect":{{"abort":"close"}}}}]"#),
        );
        let form = "api_key=YOUR_KEY&action=create_line&exp_date=2027-01-01";
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let lost = panel
            .client()
            .try_request("POST", &panel.admin_path(), &headers, form.as_bytes());
        assert!(lost.is_err(), "{lost:?}");
        assert_eq!(lines(), expected, "{at}");
    }
}

#[test]
fn a_connection_is_closed_or_reset_without_a_byte() {
    let panel = panel();
    for (abort, kind) in [
        ("close", None),
        ("empty", None),
        ("reset", Some(std::io::ErrorKind::ConnectionReset)),
    ] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"effect":{{"abort":"{abort}"}}}}]"#),
        );
        let mut client = panel.client();
        client.send(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n");
        let read = client.read_to_end();
        match kind {
            None => assert_eq!(read.unwrap(), b"", "{abort}"),
            Some(kind) => assert_eq!(read.unwrap_err().kind(), kind, "{abort}"),
        }
    }
}

#[test]
fn an_answer_is_cut_off_in_the_middle() {
    let panel = panel();
    for (cut, left) in [
        (r#"{"bytes":10}"#, 10),
        (r#"{"fraction":0.5}"#, GROUP.len() / 2),
        (r#"{"bytes":0}"#, 0),
    ] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"effect":{{"truncate":{cut}}}}}]"#),
        );
        let mut client = panel.client();
        let path = format!("{}?api_key=YOUR_KEY&action=get_category&id=1", panel.admin_path());
        client.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        let text = String::from_utf8(client.read_to_end().unwrap()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        // More was announced than came.
        assert!(head.contains(&format!("Content-Length: {}", GROUP.len())), "{head}");
        assert_eq!(body, &GROUP[..left], "{cut}");
    }
}

#[test]
fn a_slow_answer_is_whole_in_the_end() {
    let panel = panel();
    for slow in [
        r#"{"delay":"80ms"}"#,
        r#"{"delay":{"uniform":["80ms","90ms"]}}"#,
        r#"{"dribble":{"chunks":5,"over":"100ms"}}"#,
        r#"{"throttle":"1KiB/s"}"#,
    ] {
        told(&panel, "PUT", "faults", &format!(r#"[{{"effect":{slow}}}]"#));
        let begun = Instant::now();
        assert_eq!(call(&panel), well(), "{slow}");
        assert!(begun.elapsed().as_millis() >= 75, "{slow}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_preset_breaks_the_answer_in_its_own_way() {
    let panel = panel();
    fault(&panel, r#""when":{"times":1},"effect":{"preset":"truncated_json"}"#);
    assert_eq!(call(&panel), (200, GROUP[..GROUP.len() / 2].to_owned()));
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"effect":{"preset":"strings_for_numbers"}}]"#,
    );
    assert_eq!(
        call(&panel).1,
        r#"{"status":"STATUS_SUCCESS","data":{"id":"1","category_type":"live","category_name":"News","parent_id":"0","cat_order":"99","is_adult":"0"}}"#
    );
    let presets = told(&panel, "GET", "faults/presets", "");
    assert!(
        presets.contains(r#"{"name":"bom_prefix","doc":"A byte order mark comes before the answer."}"#),
        "{presets}"
    );
}

#[test]
fn a_reset_forgets_the_faults() {
    let panel = panel();
    fault(&panel, r#""effect":{"status":500}"#);
    told(&panel, "POST", "reset", r#"{"what":["faults"]}"#);
    assert_eq!(told(&panel, "GET", "faults", ""), r#"{"faults":[]}"#);
    assert_eq!(call(&panel), well());
}

#[test]
fn what_is_wrong_with_a_fault_is_told_and_nothing_changes() {
    let panel = panel();
    let fault = r#"{"match":{"action":"create_line"},"effect":{"status":503}}"#;
    let kept = r#"{"faults":[{"id":"a","effect":{"status":500},"matched":0,"hits":0}]}"#;
    told(&panel, "POST", "faults", r#"{"id":"a","effect":{"status":500}}"#);
    for (body, detail, hint) in [
        ("[]", "a fault is a JSON object", format!("send {fault}")),
        ("{}", "`effect` is missing", format!("send {fault}")),
        (
            r#"{"effect":{}}"#,
            "the effect does nothing",
            "there are delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle".into(),
        ),
        (
            r#"{"effect":{"status":99}}"#,
            "`status` is no HTTP status: 99",
            "send 200 to 599".into(),
        ),
        (
            r#"{"effect":{"delay":"soon"}}"#,
            "\"soon\" is no duration",
            "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest".into(),
        ),
        (
            r#"{"effect":{"abort":"close","throttle":"1B/s"}}"#,
            "an answer ends in one way",
            "keep one of abort, truncate, dribble and throttle".into(),
        ),
        (
            r#"{"effect":{"abort":"explode"}}"#,
            "`abort` is none of them: \"explode\"",
            "there are close, reset, hang, empty".into(),
        ),
        (
            r#"{"when":{"probability":2},"effect":{"status":500}}"#,
            "`probability` is not between 0 and 1: 2",
            "send 0.5".into(),
        ),
        (
            r#"{"when":{"times":0},"effect":{"status":500}}"#,
            "`times` is no whole number from 1: 0",
            r#"send {"times":1}"#.into(),
        ),
    ] {
        assert_eq!(refused(&panel, "POST", "faults", body), bad(detail, &hint), "{body}");
        // In a list with a good one, neither is taken.
        if body != "[]" {
            let list = format!("[{fault},{body}]");
            assert_eq!(refused(&panel, "PUT", "faults", &list), bad(detail, &hint), "{list}");
        }
        assert_eq!(told(&panel, "GET", "faults", ""), kept);
    }
    let taken = problem(
        "exists",
        "Conflict",
        409,
        "there is a fault \"a\" already",
        "DELETE it first, or leave `id` out",
    );
    assert_eq!(
        refused(&panel, "POST", "faults", r#"{"id":"a","effect":{"status":500}}"#),
        taken
    );
    let missing = problem(
        "not_found",
        "Not Found",
        404,
        "there is no fault \"b\"",
        "GET /_linecard/faults lists them",
    );
    assert_eq!(refused(&panel, "DELETE", "faults/b", ""), missing);
    let (_, preset) = refused(&panel, "POST", "faults", r#"{"effect":{"preset":"bom_prefx"}}"#);
    assert!(preset.contains(r#"did you mean \"bom_prefix\"?"#), "{preset}");
}
