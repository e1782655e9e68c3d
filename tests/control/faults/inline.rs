//! What a request asks for in its own headers: a fault, and to be told what was made of it.

use std::time::Instant;

use super::{GROUP, bad, panel, path, problem, told};
use crate::support::{Answer, Panel};

const CREATE: &str = "api_key=YOUR_KEY&action=create_line&exp_date=2027-01-01";

/// A call with a header of this name.
fn with(panel: &Panel, headers: &[(&str, &str)]) -> Answer {
    panel.client().request("GET", &path(panel), headers, b"")
}

/// A call that asks for a fault.
fn reader(panel: &Panel, fault: &str) -> Answer {
    with(panel, &[("X-Linecard-Fault", fault)])
}

/// The headers by which an answer tells what was made of its request.
fn explained(answer: &Answer) -> Vec<(&str, &str)> {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut headers: Vec<_> = headers.filter(|(name, _)| name.starts_with("x-linecard")).collect();
    headers.sort_unstable();
    headers
}

#[test]
fn a_request_meets_the_fault_that_it_asks_for_and_no_other() {
    let panel = panel();
    told(&panel, "POST", "faults", r#"{"effect":{"status":500}}"#);
    let half = &GROUP[..GROUP.len() / 2];
    for (fault, status, body) in [
        ("status=503", 503, "503\n"),
        (" status = 429 ; body=slow down;", 429, "slow down"),
        ("preset=truncated_json", 200, half),
        ("preset=stream_404_after_start", 404, ""),
        (
            "answer=STATUS_FAILURE; status=502",
            502,
            r#"{"status":"STATUS_FAILURE","data":{},"error":"A fault asked for this answer."}"#,
        ),
        ("throttle=1MiB/s", 200, GROUP),
        ("dribble=4/20ms", 200, GROUP),
    ] {
        let answer = reader(&panel, fault);
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{fault}");
        assert_eq!(explained(&answer), []);
    }
    let begun = Instant::now();
    assert_eq!(reader(&panel, "delay=40ms..50ms; corrupt=1").body.len(), GROUP.len());
    assert!(begun.elapsed().as_millis() >= 40);
    // Nobody else has met it, and no rule was asked.
    assert!(told(&panel, "GET", "faults", "").contains(r#""matched":0,"hits":0"#));
    assert_eq!(panel.client().get(&path(&panel)).status, 500);
    let met = told(&panel, "GET", "requests?fault=X-Linecard-Fault", "");
    assert_eq!(met.matches(r#""fault":"X-Linecard-Fault""#).count(), 8, "{met}");
}

#[test]
fn what_is_cut_off_or_lost_can_be_asked_for_too() {
    let panel = panel();
    for (fault, came) in [
        ("truncate=10", &GROUP[..10]),
        ("truncate=0.5", &GROUP[..GROUP.len() / 2]),
        ("stream_cut=10B", "A\r\n{\"status\":\r\n"),
        ("abort=close", ""),
    ] {
        let mut client = panel.client();
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: localhost\r\nX-Linecard-Fault: {fault}\r\n\r\n",
            path(&panel)
        );
        client.send(head.as_bytes());
        let text = String::from_utf8(client.read_to_end().unwrap()).unwrap();
        assert_eq!(
            text.split_once("\r\n\r\n").map_or("", |(_, body)| body),
            came,
            "{fault}"
        );
    }
    for (at, lines) in [("before", "4"), ("after", "5")] {
        let fault = format!("abort=reset; at={at}");
        let headers = [
            ("X-Linecard-Fault", fault.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let lost = panel
            .client()
            .try_request("POST", &panel.admin_path(), &headers, CREATE.as_bytes());
        assert!(lost.is_err(), "{lost:?}");
        assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), lines, "{at}");
    }
}

#[test]
fn a_wrong_header_is_refused_and_nothing_is_done() {
    let panel = panel();
    let words = "delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle, stream_cut, stream_stall, ts_gap, ts_garbage, pts_jump, hls_frozen, hls_gap, upstream_down, at";
    let example = "write it as X-Linecard-Fault: status=503; delay=200ms; at=after";
    let effects = "there are delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle, stream_cut, stream_stall, ts_gap, ts_garbage, pts_jump, hls_frozen, hls_gap, upstream_down";
    let admin = "STATUS_FAILURE, STATUS_EXISTS_USERNAME, STATUS_EXISTS_MAC, STATUS_INVALID_MAC, STATUS_INVALID_DATE, STATUS_INVALID_INPUT, STATUS_INSUFFICIENT_CREDITS, STATUS_INVALID_PACKAGE, STATUS_NO_PERMISSIONS";
    for (header, detail, hint) in [
        ("", "the effect does nothing", effects.to_owned()),
        ("at=after", "the effect does nothing", effects.to_owned()),
        ("503", "\"503\" has no value", example.to_owned()),
        (
            "stats=503",
            "there is no \"stats\"",
            format!("there are {words}; did you mean \"status\"?"),
        ),
        ("status=503;status=500", "\"status\" comes twice", example.to_owned()),
        (
            "status=99",
            "`status` is no HTTP status: 99",
            "send 200 to 599".to_owned(),
        ),
        (
            "status=many",
            "`status` is no HTTP status: \"many\"",
            "send 200 to 599".to_owned(),
        ),
        (
            "delay=1h",
            "\"1h\" is no duration",
            "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest".to_owned(),
        ),
        (
            "status=503; at=never",
            "`at` is none of them: \"never\"",
            "there are before, after".to_owned(),
        ),
        (
            "answer=EXISTS",
            "admin has no failure \"EXISTS\"",
            format!("there are {admin}"),
        ),
        (
            "ts_gap=video",
            "`pid` is no whole number from 0 to 8191: \"video\"",
            r#"send {"pid":0}"#.to_owned(),
        ),
        (
            "ts_garbage=100@frame:x",
            "`after_frame` is no number of a frame: \"x\"",
            "send the number that the test source shows".to_owned(),
        ),
        (
            "hls_frozen=1",
            "`hls_frozen` is neither true nor false: \"1\"",
            "send true".to_owned(),
        ),
        ("\u{e9}=1", "there is no \"\u{fffd}\"", format!("there are {words}")),
    ] {
        let headers = [
            ("X-Linecard-Fault", header),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let answer = panel
            .client()
            .request("POST", &panel.admin_path(), &headers, CREATE.as_bytes());
        if header.is_ascii() {
            let (status, body) = bad(&format!("X-Linecard-Fault: {detail}"), &hint);
            assert_eq!((answer.status, answer.text()), (status, body), "{header}");
        }
        assert_eq!(answer.status, 400, "{header}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{header}"
        );
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "4");
}

#[test]
fn without_the_control_plane_or_its_token_there_are_no_such_headers() {
    let headers = [("X-Linecard-Fault", "status=503"), ("X-Linecard-Debug", "1")];
    let answer = with(&Panel::docs(), &headers);
    assert_eq!((answer.text().as_str(), explained(&answer)), (GROUP, vec![]));

    let guarded = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    let answer = with(&guarded, &headers);
    let unauthorized = problem(
        "unauthorized",
        "Unauthorized",
        401,
        "the token is missing or wrong",
        "send it as `Authorization: Bearer TOKEN`; --control-token sets it",
    );
    assert_eq!((answer.status, answer.text()), unauthorized);
    let debug = with(&guarded, &headers[1..]);
    assert_eq!((debug.text().as_str(), explained(&debug)), (GROUP, vec![]));
    let token = ("Authorization", "Bearer let-me-in");
    assert_eq!(with(&guarded, &[headers[0], token]).status, 503);
}

#[test]
fn an_answer_tells_what_was_made_of_its_request_when_it_is_asked_to() {
    let panel = panel();
    told(&panel, "POST", "faults", r#"{"id":"slow","effect":{"delay":"1ms"}}"#);
    assert_eq!(explained(&with(&panel, &[("X-Linecard-Debug", "0")])), []);
    let answer = with(&panel, &[("X-Linecard-Debug", "1")]);
    assert_eq!(
        explained(&answer),
        [
            ("x-linecard-action", "get_category"),
            ("x-linecard-api", "admin"),
            ("x-linecard-fault", "slow"),
            ("x-linecard-request", "2"),
            ("x-linecard-world", "main"),
        ]
    );
    assert_eq!(answer.text(), GROUP);

    let always = Panel::docs_with(|config| {
        config.control = true;
        config.debug_headers = true;
        config.journal_size = 0;
    });
    let answer = always.client().get("/api.php?action=us%0D%0Aer%C3%A9&sub=x");
    assert_eq!(
        explained(&answer),
        [
            ("x-linecard-action", "us\\r\\ner\\u{e9}/x"),
            ("x-linecard-api", "xc_v2"),
            ("x-linecard-world", "main"),
        ]
    );
}
