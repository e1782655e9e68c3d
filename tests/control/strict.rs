//! How odd requests are met by a server that is strict, and by one that only notes them.

use linecard::panel::strictness::Strictness;
use serde_json::{Value, json};

use super::{bad, refused, told};
use crate::support::{Answer, Client, Panel};

fn strict(strictness: Strictness, control: bool) -> Panel {
    Panel::docs_with(|config| {
        config.strict = strictness;
        config.control = control;
    })
}

/// The whole refusal of a request in which one thing is odd.
fn refusal(status: u16, kind: &str, hint: &str) -> Value {
    let (word, title) = match status {
        501 => ("not_implemented", "Not Implemented"),
        _ => ("bad_request", "Bad Request"),
    };
    json!({
        "type": format!("linecard:{word}"),
        "title": title,
        "status": status,
        "detail": format!("strict: {kind}"),
        "hint": hint,
        "findings": [{ "kind": kind, "hint": hint }],
    })
}

fn get(panel: &Panel, path: &str) -> Answer {
    panel.client().get(path)
}

#[test]
fn what_is_odd_is_refused_with_what_was_meant() {
    // With the control plane and without it.
    for panel in [strict(Strictness::Error, true), strict(Strictness::Error, false)] {
        let admin = format!("{}?api_key=YOUR_KEY", panel.admin_path());
        for (path, status, kind, hint) in [
            (
                format!("{admin}&action=get_lin&id=1"),
                501,
                "unknown_action",
                "there is no get_lin; did you mean get_line?",
            ),
            (
                "/api.php?action=user&sub=creat".into(),
                501,
                "unknown_action",
                "there is no user/creat; did you mean user/create?",
            ),
            (
                "/api.php?action=create_line".into(),
                501,
                "other_api",
                "create_line is an action of the Admin API, at /CODE/admin/index.php",
            ),
            (
                "/access//admin/index.php".into(),
                400,
                "double_slash",
                "the path has two slashes in a row",
            ),
        ] {
            let answer = get(&panel, &path);
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (status, Some("application/problem+json")),
                "{path}"
            );
            let body: Value = serde_json::from_str(&answer.text()).unwrap();
            assert_eq!(body, refusal(status, kind, hint), "{path}");
        }
        // What the Admin API has words for, it says itself; what is not odd is answered as ever.
        assert_eq!(
            panel.get("get_line", "id=4521&ids=1"),
            r#"{"status":"STATUS_INVALID_INPUT","data":{},"error":"Unknown parameter: ids."}"#
        );
        assert!(panel.get("get_line", "id=4521").contains("STATUS_SUCCESS"));
        assert_eq!(
            panel.get("get_lines", "search=customer4521"),
            r#"{"status":"STATUS_INVALID_INPUT","data":{},"error":"Unknown parameter: search."}"#
        );
        assert_eq!(
            panel.get(
                "get_lines",
                "search[value]=customer4521&order[0][dir]=asc&show_columns=id"
            ),
            r#"{"status":"STATUS_SUCCESS","data":[{"id":4521}],"recordsTotal":1,"recordsFiltered":1}"#
        );
        // A caller that is shut out learns nothing.
        panel.sql("INSERT INTO blocked_ips (ip) VALUES ('127.0.0.1')");
        let answer = get(&panel, "/access//admin/index.php");
        assert_eq!((answer.status, answer.body), (403, Vec::new()));
    }
}

#[test]
fn a_refusal_is_in_the_journal_and_counted() {
    let panel = strict(Strictness::Error, true);
    get(&panel, "/api.php?action=user&sub=creat");
    let one: Value = serde_json::from_str(&told(&panel, "GET", "requests/1", "")).unwrap();
    assert_eq!(
        (&one["status"], &one["handler"], &one["diagnostics"][0]["kind"]),
        (&json!(501), &Value::Null, &json!("unknown_action"))
    );
    let info: Value = serde_json::from_str(&told(&panel, "GET", "info", "")).unwrap();
    assert_eq!((&info["strict"], &info["strictness"]), (&json!(true), &json!("error")));
}

#[test]
fn one_that_only_warns_answers_as_a_panel_does() {
    for strictness in [Strictness::Warn, Strictness::Off] {
        let panel = strict(strictness, true);
        assert_eq!(get(&panel, "/api.php?action=user&sub=creat").body, b"");
        assert!(panel.get("get_line", "id=4521&ids=1").contains("STATUS_SUCCESS"));
        let unmatched: Value = serde_json::from_str(&told(&panel, "GET", "unmatched", "")).unwrap();
        assert_eq!(unmatched["unmatched"].as_array().unwrap().len(), 2);
        let info: Value = serde_json::from_str(&told(&panel, "GET", "info", "")).unwrap();
        let named = if strictness == Strictness::Warn { "warn" } else { "off" };
        assert_eq!((&info["strict"], &info["strictness"]), (&json!(false), &json!(named)));
    }
}

#[test]
fn strictness_changes_while_the_panel_runs() {
    let panel = strict(Strictness::Off, true);
    let set = |word: &str| {
        let body = format!(r#"{{"strict":"{word}"}}"#);
        let info: Value = serde_json::from_str(&told(&panel, "PATCH", "info", &body)).unwrap();
        assert_eq!(
            (&info["strict"], &info["strictness"]),
            (&json!(word == "error"), &json!(word))
        );
    };
    let odd = || {
        let two = [
            get(&panel, "/api.php?action=user&sub=creat").status,
            get(&panel, "/access/admin/index.php?api_key=YOUR_KEY&action=get_lin").status,
        ];
        (two, panel.get("get_line", "id=4521&ids=1").contains("STATUS_SUCCESS"))
    };
    assert_eq!(odd(), ([200, 200], true));
    for (word, statuses, lenient) in [
        ("error", [501, 501], false),
        ("warn", [200, 200], true),
        ("error", [501, 501], false),
        ("off", [200, 200], true),
    ] {
        set(word);
        assert_eq!(odd(), (statuses, lenient), "{word}");
    }
    // What somebody said of it stays when the state goes back, as the address does.
    set("error");
    told(&panel, "POST", "reset", "");
    assert_eq!(odd(), ([501, 501], false));
    // A world begins as its server did.
    let world: Value = serde_json::from_str(&told(&panel, "POST", "worlds", "{}")).unwrap();
    let host = world["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let answer = Client::new(host).get("/api.php?action=user&sub=creat");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_strictness_that_cannot_be_changes_nothing() {
    let panel = strict(Strictness::Warn, true);
    let hint = "there are off, warn, error";
    for (body, detail, hint) in [
        (
            r#"{"strict":"eror"}"#,
            r#"`strict` cannot be "eror""#,
            &*format!(r#"{hint}; did you mean "error"?"#),
        ),
        (r#"{"strict":true}"#, "`strict` cannot be true", hint),
        (r#"{"strict":null}"#, "`strict` cannot be null", hint),
        (
            r#"{"public_url":"https://tv.example","strict":1}"#,
            "`strict` cannot be 1",
            hint,
        ),
        (
            r#"{"strict":"off","public_url":1}"#,
            "`public_url` is no text: 1",
            r#"send {"public_url":"http://panel.example:8080"}, or null to take it back"#,
        ),
        (
            "",
            "there is nothing to set",
            r#"send {"public_url":"http://panel.example:8080"}, {"strict":"error"} or both"#,
        ),
        (
            r#"{"stict":"off"}"#,
            r#"there is no member "stict""#,
            "there are public_url, strict",
        ),
    ] {
        assert_eq!(refused(&panel, "PATCH", "info", body), bad(detail, hint), "{body}");
        let info: Value = serde_json::from_str(&told(&panel, "GET", "info", "")).unwrap();
        assert_eq!(
            (&info["strictness"], &info["public_url"]),
            (&json!("warn"), &Value::Null)
        );
    }
}

#[test]
fn strictness_is_said_as_a_switch_or_by_its_name() {
    for (texts, expected) in [
        (["off", "false", "0"], Strictness::Off),
        (["warn", "WARN", "Warn"], Strictness::Warn),
        (["error", "true", "1"], Strictness::Error),
    ] {
        for text in texts {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }
    let refused = "some".parse::<Strictness>();
    assert_eq!(refused, Err("neither warn nor error, nor true or false"));
}
