//! The state as a document: read, replaced and added to over HTTP.

use super::{ask, bad, panel, refused, told};
use crate::seeds::everything;
use crate::support::{DONE, Panel};

fn send(panel: &Panel, method: &str, content_type: &str, body: &[u8]) -> (u16, String) {
    let headers = [("Content-Type", content_type)];
    let answer = panel.client().request(method, "/_linecard/state", &headers, body);
    (answer.status, answer.text())
}

fn lines(panel: &Panel) -> String {
    panel.get("get_lines", "show_columns=id,username")
}

#[test]
fn a_state_goes_from_one_panel_to_another_in_each_form() {
    let one = panel();
    one.call("create_mag", "mac=00:1A:79:00:00:77&bouquets_selected=[1]");
    assert_eq!(one.call("delete_line", "id=4521"), DONE);
    one.set("v2_rate_limit=5");
    let state = one.everything();
    for (format, content_type) in [
        ("", "application/json"),
        ("?format=json", "application/json"),
        ("?format=yaml", "application/yaml"),
        ("?format=sqlite", "application/vnd.sqlite3"),
    ] {
        let answer = ask(&one, "GET", &format!("state{format}"), "");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(content_type)),
            "{format}"
        );
        for said in [content_type, "application/octet-stream"] {
            let other = Panel::small_with(|config| config.control = true);
            let (status, text) = send(&other, "PUT", said, &answer.body);
            assert_eq!(
                (status, text.as_str()),
                (200, r#"{"epoch":1,"streams":6,"lines":1}"#),
                "{format}"
            );
            assert_eq!(other.everything(), state, "{format}");
            let again = ask(&other, "GET", &format!("state{format}"), "");
            if !format.ends_with("sqlite") {
                assert_eq!(again.text(), answer.text(), "{format}");
            }
            // The doors of the other panel are those of the one.
            assert_eq!(other.client().get(&other.admin_path()).status, 404);
            assert_eq!(
                other
                    .client()
                    .post(&one.admin_path(), "api_key=YOUR_KEY&action=get_line&id=4522")
                    .status,
                200
            );
        }
    }
}

#[test]
fn a_document_replaces_everything_and_a_reset_brings_the_start_back() {
    let panel = panel();
    let document = "lines: [{username: alice, expires: +1d}]\naccess_codes: [{code: access}]\n\
                    groups: [{name: Admins, is_admin: true}]\naccounts: [{username: root, group: Admins, api_key: YOUR_KEY}]";
    let (status, text) = send(&panel, "PUT", "application/yaml", document.as_bytes());
    assert_eq!((status, text.as_str()), (200, r#"{"epoch":1,"streams":0,"lines":1}"#));
    let expected =
        r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"username":"alice"}],"recordsTotal":1,"recordsFiltered":1}"#;
    assert_eq!(lines(&panel), expected);
    assert!(
        panel
            .get("get_line", "id=1")
            .contains(r#""exp_date":"2026-03-16 14:30:00""#)
    );
    assert_eq!(
        send(&panel, "PUT", "application/toml", b"# nothing\n"),
        (200, r#"{"epoch":2,"streams":0,"lines":0}"#.into())
    );
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":3,"streams":6,"lines":2}"#
    );
}

#[test]
fn a_document_adds_to_the_state() {
    let panel = panel();
    let document = r#"{"lines": [{"username": "Customer4521", "max_connections": 9}, {"username": "new", "owner": "reseller88"}]}"#;
    let merged = told(&panel, "PATCH", "state", document);
    assert_eq!(
        merged,
        r#"{"epoch":0,"added":{"lines":1},"changed":{"lines":1},"streams":6,"lines":3}"#
    );
    let shown = panel.get("get_lines", "show_columns=id,username,max_connections,member_id");
    assert!(
        shown.contains(r#"{"id":4521,"username":"Customer4521","max_connections":9,"member_id":88}"#),
        "{shown}"
    );
    assert!(
        shown.contains(r#"{"id":4523,"username":"new","max_connections":1,"member_id":88}"#),
        "{shown}"
    );
    // A door that is added opens at once.
    let code = r#"{"access_codes": [{"code": "second001"}]}"#;
    assert_eq!(
        told(&panel, "PATCH", "state", code),
        r#"{"epoch":0,"added":{"access_codes":1},"changed":{},"streams":6,"lines":3}"#
    );
    assert_eq!(
        panel
            .client()
            .post("/second001/admin/index.php", "api_key=YOUR_KEY&action=user_info")
            .status,
        200
    );
    // What is merged twice is there once.
    assert_eq!(
        told(&panel, "PATCH", "state", document),
        r#"{"epoch":0,"added":{},"changed":{"lines":2},"streams":6,"lines":3}"#
    );
    // Of every kind of section: entries, rows of a table, settings, and what is generated.
    let all = r#"{"mags": [{"mac": "00:1A:79:00:00:07"}], "settings": {"v2_rate_limit": 9, "v2_content_type": "text/html"},
        "rows": {"lines_activity": [{"user_id": 4521}, {"user_id": 4522}]}, "generate": {"lines": 4}}"#;
    assert_eq!(
        told(&panel, "PATCH", "state", all),
        r#"{"epoch":0,"added":{"lines_activity":2,"mags":1},"changed":{"settings":2},"generated":{"lines":4},"streams":6,"lines":7}"#
    );
}

#[test]
fn a_wrong_document_changes_nothing() {
    let panel = panel();
    let before = panel.everything();
    let hint = "mend what `errors` names and send it again; nothing was changed";
    let error = |line: usize, path: &str, detail: &str, hint: &str| serde_json::json!({ "line": line, "path": path, "detail": detail, "hint": hint });
    let wrong = |detail: &str, errors: Vec<serde_json::Value>| {
        let (status, text) = bad(detail, hint);
        let text = text.trim_end_matches('}').to_owned();
        (
            status,
            format!("{text},\"errors\":{}}}", serde_json::Value::from(errors)),
        )
    };
    let unknown = error(
        1,
        "lines[0].bouqets",
        "there is no key \"bouqets\"",
        "did you mean \"bouquets\"?",
    );
    let nobody = error(2, "lines[1].owner", "there is no \"nobody\" in accounts", "it is empty");
    let merged = error(
        2,
        "lines[1].owner",
        "there is no \"nobody\" in accounts",
        "there are admin, reseller88",
    );
    let json = "{\"lines\":[{\"username\":\"a\",\"bouqets\":1},\n{\"username\":\"b\",\"owner\":\"nobody\"}]}";
    let constraint =
        "lines: [{username: a}]\nblocked_ips: [{ip: 192.0.2.1}]\nrows: {mag_events: [{mag_device_id: 77}]}";
    let key = "FOREIGN KEY constraint failed";
    for (method, body, expected) in [
        (
            "PUT",
            json,
            wrong("2 things are wrong with the document", vec![unknown.clone(), nobody]),
        ),
        (
            "PATCH",
            json,
            wrong("2 things are wrong with the document", vec![unknown, merged]),
        ),
        (
            "PATCH",
            constraint,
            wrong(
                "line 3: rows.mag_events[0]: FOREIGN KEY constraint failed",
                vec![error(3, "rows.mag_events[0]", key, "")],
            ),
        ),
    ] {
        assert_eq!(
            send(&panel, method, "application/octet-stream", body.as_bytes()),
            expected,
            "{method} {body}"
        );
        assert_eq!(panel.everything(), before, "{method} {body}");
    }
    for method in ["PUT", "PATCH"] {
        for (content_type, body) in [
            ("application/json", &b"{"[..]),
            ("application/yaml", b"a: [b"),
            ("application/toml", b"a"),
            ("application/json", b""),
            ("application/octet-stream", b"\xff"),
            ("application/octet-stream", b"SQLite format 3\0 and no more"),
            ("application/yaml", b"[]"),
        ] {
            let (status, text) = send(&panel, method, content_type, body);
            assert!(
                status == 400 && text.contains(r#""hint":""#),
                "{method} {body:?} {text}"
            );
        }
    }
    assert_eq!(panel.everything(), before);
    assert!(told(&panel, "GET", "info", "").contains(r#""epoch":0"#));
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let panel = panel();
    let state = ask(&panel, "GET", "state?format=sqlite", "").body;
    let (status, text) = send(&panel, "PATCH", "application/vnd.sqlite3", &state);
    let hint = "send a document, or replace the whole state with PUT";
    assert_eq!((status, text), bad("an SQLite file cannot be merged", hint));
    let hint = "there are json, yaml, sqlite; did you mean \"yaml\"?";
    assert_eq!(
        refused(&panel, "GET", "state?format=yml", ""),
        bad("there is no format \"yml\"", hint)
    );
    let hint = "there is format; did you mean \"format\"?";
    assert_eq!(
        refused(&panel, "GET", "state?formt=yaml", ""),
        bad("there is no parameter \"formt\"", hint)
    );
    let large = vec![b' '; (8 << 20) + 1];
    let (status, text) = send(&panel, "PUT", "application/yaml", &large);
    assert!(status == 413 && text.contains("start the server with --seed"), "{text}");
}

#[test]
fn an_export_has_no_password_of_an_account_but_its_hash() {
    let panel = panel();
    let (status, _) = send(
        &panel,
        "PATCH",
        "application/yaml",
        b"accounts: [{username: eve, password: eves-secret}]",
    );
    assert_eq!(status, 200);
    let state = ask(&panel, "GET", "state", "").text();
    assert!(
        !state.contains("eves-secret") && state.contains(r#""password": "$6$"#),
        "{state}"
    );
}

impl Panel {
    /// Every row of the panel.
    pub fn everything(&self) -> Vec<String> {
        self.read(|db| Ok(everything(db)))
    }
}
