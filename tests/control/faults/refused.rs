//! What is wrong with a fault is told, and nothing changes.

use super::{bad, panel, problem, refused, told};
use crate::support::Panel;

const FAULT: &str = r#"{"match":{"action":"create_line"},"effect":{"status":503}}"#;
const KEPT: &str = r#"{"faults":[{"id":"a","effect":{"status":500},"matched":0,"hits":0}]}"#;

const EFFECTS: &str = "delay, answer, status, body, preset, corrupt, abort, truncate, dribble, throttle, stream_cut, stream_stall, ts_gap, ts_garbage, pts_jump, hls_frozen, hls_gap, upstream_down";
const DURATION: &str = "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest";
const DELAY: &str = r#"send "200ms", {"uniform":["50ms","900ms"]} or {"lognormal":{"median":"120ms","sigma":0.4}}"#;
const SIZE: &str = "write it as 512, \"64KiB\" or \"2MiB\"";
const RATE: &str = "write it as \"100B/s\", \"64KiB/s\" or \"1MiB/s\"";
const PLACE: &str = r#"send {"after_bytes":"2MiB"}, {"after":"3s"} or {"after_frame":1000}"#;
const ENDING: &str =
    "keep one of abort, truncate, dribble, throttle, stream_cut, stream_stall and a preset that says how it comes";
const ANSWER: &str = "keep one of answer, body and a preset that answers by itself";
const ADMIN: &str = "STATUS_FAILURE, STATUS_EXISTS_USERNAME, STATUS_EXISTS_MAC, STATUS_INVALID_MAC, STATUS_INVALID_DATE, STATUS_INVALID_INPUT, STATUS_INSUFFICIENT_CREDITS, STATUS_INVALID_PACKAGE, STATUS_NO_PERMISSIONS";
const XC_V2: &str =
    "NOT EXISTS, EXISTS, PARAMETER ERROR, NOT ENOUGH CREDITS, TOO LARGE, BUSY, INTERNAL ERROR, IP FORBIDDEN, KEY WRONG";

const NXT: &str = "busy, device_limit_reached, device_limit_zero, device_not_found, device_tracking_off, internal_error, invalid_date, invalid_mac, invalid_request, line_banned, line_not_found, mac_exists, maintenance, method_not_allowed, not_found, package_inactive, package_not_found, permission_denied, token_expired, token_invalid, token_missing, username_exists, validation_error";
const BILLING: &str = "bad_request, conflict, forbidden, internal_error, method_not_allowed, not_found, rate_limit_exceeded, service_unavailable, unauthorized, validation_error";

/// The words of the Reseller API that no API before it has.
const RESELLER_ALONE: &str = "STATUS_NO_TRIALS, STATUS_INVALID_TYPE, STATUS_INVALID_USERNAME, STATUS_INVALID_PASSWORD, STATUS_INVALID_SUBRESELLER";
/// The words of the billing API that no API before it has.
const BILLING_ALONE: &str = "bad_request, conflict, forbidden, rate_limit_exceeded, service_unavailable, unauthorized";

/// Sends these as faults: each is refused with this detail and this hint, alone and in a list with a
/// good one.
fn all_refused(cases: &[(&str, &str, String)]) {
    let panel = panel();
    told(&panel, "POST", "faults", r#"{"id":"a","effect":{"status":500}}"#);
    for (body, detail, hint) in cases {
        assert_eq!(refused(&panel, "POST", "faults", body), bad(detail, hint), "{body}");
        let list = format!("[{FAULT},{body}]");
        assert_eq!(refused(&panel, "PUT", "faults", &list), bad(detail, hint), "{list}");
        assert_eq!(told(&panel, "GET", "faults", ""), KEPT);
    }
}

#[test]
fn a_rule_that_is_none() {
    all_refused(&[
        ("[]", "a fault is a JSON object", format!("send {FAULT}")),
        ("7", "a fault is a JSON object", format!("send {FAULT}")),
        ("{}", "`effect` is missing", format!("send {FAULT}")),
        (
            r#"{"efect":{}}"#,
            "there is no member \"efect\"",
            "there are id, match, when, effect, at, running".into(),
        ),
        (
            r#"{"id":"a/b","effect":{"status":500}}"#,
            "`id` is no name: \"a/b\"",
            "leave it out for a number".into(),
        ),
        (
            r#"{"id":7,"effect":{"status":500}}"#,
            "`id` is no name: 7",
            "leave it out for a number".into(),
        ),
        (
            r#"{"at":"aftr","effect":{"status":500}}"#,
            "`at` is none of them: \"aftr\"",
            "there are before, after; did you mean \"after\"?".into(),
        ),
        (
            r#"{"match":{"acton":"x"},"effect":{"status":500}}"#,
            "`match` has no member \"acton\"",
            "there are api, action, method, path, query, form, header, user, status, matched, stream, container, ended, bytes, watched; did you mean \"action\"?"
                .into(),
        ),
        (
            r#"{"match":{"status":200},"effect":{"status":500}}"#,
            "a fault acts before there is a `status`",
            "leave `status` out of `match`".into(),
        ),
        (
            r#"{"when":[],"effect":{"status":500}}"#,
            "`when` is no object: []",
            r#"send {"when":{}}"#.into(),
        ),
        (
            r#"{"when":{"time":2},"effect":{"status":500}}"#,
            "there is no member \"time\"",
            "there are skip, times, every, probability, ttl, until".into(),
        ),
        (
            r#"{"when":{"times":0},"effect":{"status":500}}"#,
            "`times` is no whole number from 1 to 4294967295: 0",
            r#"send {"times":1}"#.into(),
        ),
        (
            r#"{"when":{"every":1.5},"effect":{"status":500}}"#,
            "`every` is no whole number from 1 to 4294967295: 1.5",
            r#"send {"every":1}"#.into(),
        ),
        (
            r#"{"when":{"skip":-1},"effect":{"status":500}}"#,
            "`skip` is no whole number from 0 to 4294967295: -1",
            r#"send {"skip":0}"#.into(),
        ),
        (
            r#"{"when":{"probability":2},"effect":{"status":500}}"#,
            "`probability` is not between 0 and 1: 2",
            r#"send {"probability":0.5}"#.into(),
        ),
        (
            r#"{"when":{"ttl":"11m"},"effect":{"status":500}}"#,
            "\"11m\" is no duration",
            DURATION.into(),
        ),
        (
            r#"{"when":{"until":"tomorrow"},"effect":{"status":500}}"#,
            "`until` is no instant: \"tomorrow\"",
            "write it as 2026-01-01T00:00:00Z or as unix seconds".into(),
        ),
    ]);
}

#[test]
fn an_effect_that_is_none() {
    all_refused(&[
        (
            r#"{"effect":{}}"#,
            "the effect does nothing",
            format!("there are {EFFECTS}"),
        ),
        (
            r#"{"effect":503}"#,
            "`effect` is no object: 503",
            r#"send {"effect":{}}"#.into(),
        ),
        (
            r#"{"effect":{"stutus":503}}"#,
            "there is no member \"stutus\"",
            format!("there are {EFFECTS}"),
        ),
        (
            r#"{"effect":{"status":99}}"#,
            "`status` is no HTTP status: 99",
            "send 200 to 599".into(),
        ),
        (
            r#"{"effect":{"status":"503"}}"#,
            "`status` is no HTTP status: \"503\"",
            "send 200 to 599".into(),
        ),
        (
            r#"{"effect":{"body":7}}"#,
            "`body` is no text: 7",
            "send it in quotes".into(),
        ),
        (
            r#"{"effect":{"delay":"soon"}}"#,
            "\"soon\" is no duration",
            DURATION.into(),
        ),
        (r#"{"effect":{"delay":200}}"#, "`delay` is no wait: 200", DELAY.into()),
        (
            r#"{"effect":{"delay":{"uniform":["1s"]}}}"#,
            r#"`delay` is no wait: {"uniform":["1s"]}"#,
            DELAY.into(),
        ),
        (
            r#"{"effect":{"delay":{"uniform":["1s",2]}}}"#,
            "2 is no duration",
            DURATION.into(),
        ),
        (
            r#"{"effect":{"delay":{"lognormal":{"median":"1s"}}}}"#,
            r#"`delay` is no wait: {"lognormal":{"median":"1s"}}"#,
            DELAY.into(),
        ),
        (
            r#"{"effect":{"delay":{"lognormal":{"median":"1s","sigma":11}}}}"#,
            "`sigma` is not between 0 and 10: 11",
            "send 0.4".into(),
        ),
        (
            r#"{"effect":{"delay":{"uniform":["1s","2s"],"lognormal":{}}}}"#,
            r#"`delay` is no wait: {"uniform":["1s","2s"],"lognormal":{}}"#,
            DELAY.into(),
        ),
        (
            r#"{"effect":{"abort":"rest"}}"#,
            "`abort` is none of them: \"rest\"",
            "there are close, reset, hang, empty; did you mean \"reset\"?".into(),
        ),
        (
            r#"{"effect":{"truncate":{"bytes":"2MB"}}}"#,
            "`bytes` is no size: \"2MB\"",
            SIZE.into(),
        ),
        (
            r#"{"effect":{"truncate":{"fraction":1.5}}}"#,
            "`fraction` is not between 0 and 1: 1.5",
            r#"send {"fraction":0.5}"#.into(),
        ),
        (
            r#"{"effect":{"truncate":{"bytes":1,"fraction":0.5}}}"#,
            "`truncate` has one of bytes and fraction",
            r#"send {"bytes":512} or {"fraction":0.5}"#.into(),
        ),
        (
            r#"{"effect":{"truncate":{}}}"#,
            "`truncate` has one of bytes and fraction",
            r#"send {"bytes":512} or {"fraction":0.5}"#.into(),
        ),
        (
            r#"{"effect":{"stream_cut":{"after_bytes":-1}}}"#,
            "`after_bytes` is no size: -1",
            SIZE.into(),
        ),
        (
            r#"{"effect":{"stream_cut":{"after":3}}}"#,
            "3 is no duration",
            DURATION.into(),
        ),
        (
            r#"{"effect":{"stream_cut":{}}}"#,
            "`stream_cut` has one of after_bytes, after and after_frame",
            PLACE.into(),
        ),
        (
            r#"{"effect":{"stream_stall":{"after":"1s","after_bytes":1}}}"#,
            "it begins in one place",
            PLACE.into(),
        ),
        (
            r#"{"effect":{"ts_gap":{"packets":3}}}"#,
            "`pid` is no whole number from 0 to 8191: null",
            r#"send {"pid":0}"#.into(),
        ),
        (
            r#"{"effect":{"ts_garbage":{"bytes":1,"after_frame":"x"}}}"#,
            "`after_frame` is no number of a frame: \"x\"",
            "send the number that the test source shows".into(),
        ),
        (
            r#"{"effect":{"pts_jump":{"by":10}}}"#,
            "10 is no duration",
            DURATION.into(),
        ),
        (
            r#"{"effect":{"hls_gap":{"segment":"x"}}}"#,
            "`segment` is no number",
            r#"send {"segment":17} or true"#.into(),
        ),
        (
            r#"{"effect":{"upstream_down":1}}"#,
            "`upstream_down` is neither true nor false: 1",
            "send true".into(),
        ),
        (
            r#"{"effect":{"hls_frozen":true,"hls_gap":true}}"#,
            "a stream is disturbed in one way",
            "make a fault of each".into(),
        ),
        (
            r#"{"effect":{"hls_frozen":true},"running":true}"#,
            "the effect cannot take hold of an answer that is open",
            "it can with stream_cut, stream_stall, throttle, ts_gap, ts_garbage, pts_jump and upstream_down".into(),
        ),
        (
            r#"{"match":{"ended":"client"},"effect":{"status":503}}"#,
            "a fault acts before there is a `ended`",
            "leave `ended` out of `match`".into(),
        ),
        (
            r#"{"effect":{"stream_cut":"3s"}}"#,
            "`stream_cut` is no object: \"3s\"",
            r#"send {"stream_cut":{}}"#.into(),
        ),
        (
            r#"{"effect":{"dribble":{"chunks":5}}}"#,
            "`dribble` is incomplete",
            r#"send {"chunks":5,"over":"2s"}"#.into(),
        ),
        (
            r#"{"effect":{"dribble":{"chunks":0,"over":"2s"}}}"#,
            "`chunks` is no whole number from 1 to 10000: 0",
            r#"send {"chunks":1}"#.into(),
        ),
        (
            r#"{"effect":{"throttle":"0B/s"}}"#,
            "`throttle` is no rate: \"0B/s\"",
            RATE.into(),
        ),
        (
            r#"{"effect":{"throttle":"64KiB"}}"#,
            "`throttle` is no rate: \"64KiB\"",
            RATE.into(),
        ),
        (
            r#"{"effect":{"corrupt":{}}}"#,
            "`flip` is no whole number from 1 to 1000: null",
            r#"send {"flip":1}"#.into(),
        ),
    ]);
}

#[test]
fn two_answers_or_two_endings() {
    all_refused(&[
        (
            r#"{"effect":{"abort":"close","throttle":"1B/s"}}"#,
            "an answer ends in one way",
            ENDING.into(),
        ),
        (
            r#"{"effect":{"preset":"stream_stall","stream_cut":{"after":"1s"}}}"#,
            "an answer ends in one way",
            ENDING.into(),
        ),
        (
            r#"{"effect":{"answer":"EXISTS","body":"x"}}"#,
            "there is one answer to a request",
            ANSWER.into(),
        ),
        (
            r#"{"effect":{"preset":"expired","body":"x"}}"#,
            "there is one answer to a request",
            ANSWER.into(),
        ),
    ]);
}

#[test]
fn a_word_that_the_dialect_does_not_have() {
    all_refused(&[
        (
            r#"{"match":{"api":"admin"},"effect":{"answer":"EXISTS"}}"#,
            "admin has no failure \"EXISTS\"",
            format!("there are {ADMIN}"),
        ),
        (
            r#"{"match":{"api":"xc_v2"},"effect":{"answer":"EXIST"}}"#,
            "xc_v2 has no failure \"EXIST\"",
            format!("there are {XC_V2}; did you mean \"EXISTS\"?"),
        ),
        (
            r#"{"effect":{"answer":"STATUS_INSUFICIENT_CREDITS"}}"#,
            "admin or reseller or xc_v2 or nxt or billing has no failure \"STATUS_INSUFICIENT_CREDITS\"",
            format!(
                "there are {ADMIN}, {RESELLER_ALONE}, {XC_V2}, {NXT}, {BILLING_ALONE}; did you mean \"STATUS_INSUFFICIENT_CREDITS\"?"
            ),
        ),
        (
            r#"{"match":{"api":"billing"},"effect":{"answer":"rate_limit"}}"#,
            "billing has no failure \"rate_limit\"",
            format!("there are {BILLING}"),
        ),
        (
            r#"{"match":{"api":"none"},"effect":{"answer":"EXISTS"}}"#,
            "none has no failures by name",
            "use `status` and `body`".into(),
        ),
    ]);
}

#[test]
fn a_name_that_is_taken_or_unknown_and_one_rule_too_many() {
    let panel = panel();
    told(&panel, "POST", "faults", r#"{"id":"a","effect":{"status":500}}"#);
    let taken = problem(
        "exists",
        "Conflict",
        409,
        "there is a fault \"a\" already",
        "DELETE it first, or leave `id` out",
    );
    let again = r#"{"id":"a","effect":{"status":500}}"#;
    assert_eq!(refused(&panel, "POST", "faults", again), taken);
    let missing = problem(
        "not_found",
        "Not Found",
        404,
        "there is no fault \"b\"",
        "GET /_linecard/faults lists them",
    );
    assert_eq!(refused(&panel, "DELETE", "faults/b", ""), missing);
    let no_list = bad("the body is no list of faults", "send […]; [] clears them");
    assert_eq!(refused(&panel, "PUT", "faults", FAULT), no_list);
    let (status, preset) = refused(&panel, "POST", "faults", r#"{"effect":{"preset":"bom_prefx"}}"#);
    assert!(
        status == 400 && preset.contains(r#"did you mean \"bom_prefix\"?"#),
        "{preset}"
    );
    assert_eq!(told(&panel, "GET", "faults", ""), KEPT);

    let thousand = vec![FAULT; 1000].join(",");
    told(&panel, "PUT", "faults", &format!("[{thousand}]"));
    let many = problem("too_many", "Conflict", 409, "there are 1000 faults", "DELETE some");
    assert_eq!(refused(&panel, "POST", "faults", FAULT), many);
    assert_eq!(told(&panel, "PUT", "faults", "{}"), r#"{"faults":[]}"#);
}

#[test]
fn a_fault_for_open_streams_needs_the_journal_and_is_not_added_without() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = 0;
    });
    told(&panel, "POST", "faults", r#"{"id":"a","effect":{"status":500}}"#);
    let rule = r#"{"effect":{"stream_cut":{"after_bytes":0}},"running":true}"#;
    let off = problem(
        "journal_off",
        "Conflict",
        409,
        "the journal is off",
        "start the server with --journal-size 10000",
    );
    assert_eq!(refused(&panel, "POST", "faults", rule), off);
    assert_eq!(refused(&panel, "PUT", "faults", &format!("[{FAULT},{rule}]")), off);
    assert_eq!(told(&panel, "GET", "faults", ""), KEPT);
    // What is to take hold of later streams alone needs none.
    let later = r#"{"id":"b","effect":{"stream_cut":{"after_bytes":0}},"running":false}"#;
    assert_eq!(told(&panel, "POST", "faults", later), r#"{"id":"b"}"#);
}
