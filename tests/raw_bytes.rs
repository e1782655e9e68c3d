//! Raw bytes in the URL of a request: what nginx and PHP take as it stands.

use linecard::panel::strictness::Strictness;
use serde_json::{Value, json};

use crate::support::{Client, Panel};

const KEYED: &str = "/access/?api_key=YOUR_KEY";
/// The start of every success.
const DONE: &str = r#"{"status":"STATUS_SUCCESS""#;
/// Everything that counts as raw, as a value of a variable.
const RAW: &str = "\"<>\\^`{|}\u{e9}\u{1f4fa}";

fn controlled() -> Panel {
    Panel::docs_with(|config| config.control = true)
}

fn strict(strictness: Strictness, control: bool) -> Panel {
    Panel::docs_with(|config| {
        config.strict = strictness;
        config.control = control;
    })
}

fn asked(panel: &Panel, path: &str) -> Value {
    let answer = panel.client().get(&format!("/_linecard/{path}"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// The URLs of the journal, in their order.
fn urls(panel: &Panel) -> Vec<String> {
    let all = asked(panel, "requests");
    let url = |one: &Value| one["url"].as_str().unwrap().to_owned();
    all["requests"].as_array().unwrap().iter().map(url).collect()
}

/// The notes of a line.
fn notes(panel: &Panel) -> String {
    panel.sql_one("SELECT admin_notes FROM lines WHERE id = 4521")
}

#[test]
fn a_list_as_json_in_the_query_is_a_list() {
    let panel = controlled();
    let path = format!(r#"{KEYED}&action=edit_line&id=4521&bouquets_selected=["1","2"]&show_columns=id,bouquets"#);
    assert!(panel.client().get(&path).text().starts_with(DONE));
    assert_eq!(panel.sql_one("SELECT bouquet FROM lines WHERE id = 4521"), "[1,2]");
    assert_eq!(urls(&panel), [path.replace("YOUR_KEY", "***")]);
    let one = asked(&panel, "requests/1");
    assert_eq!(
        (&one["action"], &one["status"], &one["handler"], &one["diagnostics"]),
        (&json!("edit_line"), &json!(200), &json!("edit_line"), &json!([]))
    );
    assert_eq!(asked(&panel, "unmatched"), json!({ "unmatched": [], "evicted": 0 }));
}

#[test]
fn every_raw_byte_reaches_the_form_as_it_was_sent() {
    let panel = controlled();
    let path = |notes: &str| format!("{KEYED}&action=edit_line&id=4521&admin_notes={notes}");
    panel.client().get(&path(&format!("%22+{RAW}%")));
    assert_eq!(notes(&panel), format!("\" {RAW}%"));
    // What is no UTF-8 is replaced, as it is when it comes percent-encoded.
    let bytes = [path("a").as_bytes(), b"\xff\xc3"].concat();
    let head = [b"GET ", &bytes[..], b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
    let mut client = panel.client();
    client.send(&head);
    assert_eq!(client.receive(false).status, 200);
    assert_eq!(notes(&panel), "a\u{fffd}\u{fffd}");
    let sent = path("").replace("YOUR_KEY", "***");
    assert_eq!(
        urls(&panel),
        [format!("{sent}%22+{RAW}%"), format!("{sent}a\u{fffd}\u{fffd}")]
    );
}

#[test]
fn a_path_with_raw_bytes_is_a_path_like_any_other() {
    let panel = controlled();
    let raw = panel.client().get(&format!("/acc{RAW}/?a={RAW}"));
    let plain = panel.client().get("/nothing/");
    assert_eq!((raw.status, raw.body), (404, plain.body));
    assert_eq!(urls(&panel)[0], format!("/acc{RAW}/?a={RAW}"));
    let redirect = panel.client().get("/access?a=\"");
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (301, Some("/access/?a=%22"))
    );
}

/// The requests of one connection: after bodies with and without a length, sent one by one or all at once.
#[test]
fn every_request_of_a_connection_is_taken() {
    let panel = controlled();
    let get =
        |notes: &str| format!("GET {KEYED}&action=edit_line&id=4521&admin_notes={notes} HTTP/1.1\r\nHost: a\r\n\r\n");
    let post = |head: &str, body: &str| {
        format!(
            "POST {KEYED}&action=disable_line HTTP/1.1\r\nHost: a\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        )
    };
    // The bodies have what looks like a request.
    let decoy = "id=4521&x=\r\n\r\nGET /{\" HTTP/1.1\r\n";
    let requests = [
        get("\"1"),
        post(&format!("Content-Length: {}\r\n", decoy.len()), decoy),
        get("{2"),
        post(
            "Transfer-Encoding: chunked\r\n",
            &format!("{:x}\r\n{decoy}\r\n0\r\n\r\n", decoy.len()),
        ),
        get("plain"),
        get("\u{e9}3"),
    ];
    let mut client = panel.client();
    for request in &requests {
        client.send(request.as_bytes());
        let answer = client.receive(false);
        assert_eq!(
            (answer.status, answer.text().starts_with(DONE)),
            (200, true),
            "{answer:?}"
        );
    }
    let shown = |request: &String| request.split(' ').nth(1).unwrap().replace("YOUR_KEY", "***");
    let expected: Vec<String> = requests.iter().map(shown).collect();
    assert_eq!(urls(&panel), expected);
    assert_eq!(notes(&panel), "\u{e9}3");
    client.send(requests.concat().as_bytes());
    for _ in &requests {
        assert_eq!(client.receive(false).status, 200);
    }
    assert_eq!(urls(&panel)[requests.len()..], expected);
}

#[test]
fn a_client_of_http_1_0_and_one_that_sends_whole_urls_are_taken_too() {
    let panel = controlled();
    for (target, version) in [("", "1.0"), ("http://panel.example:80", "1.1")] {
        let mut client = panel.client();
        client.send(
            format!("GET {target}{KEYED}&action=get_line&id=4521&a=\" HTTP/{version}\r\nHost: a\r\n\r\n").as_bytes(),
        );
        assert!(client.receive(false).text().starts_with(DONE), "{target}");
    }
    assert_eq!(
        urls(&panel),
        [0, 1].map(|_| "/access/?api_key=***&action=get_line&id=4521&a=\"")
    );
}

#[test]
fn the_other_dialects_and_the_control_plane_take_them_too() {
    let panel = controlled();
    panel.sql("UPDATE lines SET username = 'a\"{\u{e9}' WHERE id = 4521");
    let path = "/api.php?action=user&sub=info&username=a\"{\u{e9}&password=securepass";
    assert!(panel.client().get(path).text().contains(r#""id":"4521""#));
    assert_eq!(urls(&panel), [path.replace("securepass", "***")]);
    assert_eq!(asked(&panel, "requests?user=a\"{\u{e9}")["requests"][0]["seq"], 1);
    // A secret is masked however it was written.
    panel.sql("UPDATE users SET api_key = 'a\"{b' WHERE id = 1");
    panel.call("reload_cache", "");
    panel
        .client()
        .get("/access/?api_key=a\"{b&action=get_line&note=a\"{b&x=a%22%7Bb");
    assert_eq!(
        urls(&panel).last().unwrap(),
        "/access/?api_key=***&action=get_line&note=***&x=***"
    );
}

#[test]
fn spaces_and_control_characters_are_refused() {
    let panel = controlled();
    for bad in ["a b", "a\tb", "a\x7fb", "a\x01\"b", "\" \""] {
        let mut client = panel.client();
        client.send(format!("GET {KEYED}&action=get_line&id=4521&a={bad} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
        let answer = client.receive(false);
        assert_eq!((answer.status, answer.body), (400, Vec::new()), "{bad:?}");
    }
    assert_eq!(urls(&panel), [""; 0]);
}

#[test]
fn a_strict_server_names_them() {
    let hint = "the URL has \" { characters outside ASCII unencoded: write them percent-encoded, because not every server takes them";
    let refusal = json!({
        "type": "linecard:bad_request",
        "title": "Bad Request",
        "status": 400,
        "detail": "strict: raw_bytes",
        "hint": hint,
        "findings": [{ "kind": "raw_bytes", "hint": hint }],
    });
    let path = format!("{KEYED}&action=get_line&id=4521&search=\"{{\u{e9}");
    let plain = format!("{KEYED}&action=get_line&id=4521");
    for control in [true, false] {
        let panel = strict(Strictness::Error, control);
        let answer = panel.client().get(&path.replace("&search=", "&show_columns="));
        let told: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status, told), (400, refusal.clone()));
        assert_eq!(panel.client().get(&plain).status, 200);
    }
    let panel = strict(Strictness::Warn, true);
    assert!(
        panel
            .client()
            .get(&path.replace("&search=", "&show_columns=id,"))
            .text()
            .starts_with(DONE)
    );
    let told = asked(&panel, "requests/1");
    assert_eq!(told["diagnostics"], json!([{ "kind": "raw_bytes", "hint": hint }]));
}

/// A body whose length a proxy and the server could read in two ways: nothing behind it is changed.
#[test]
fn nothing_is_changed_behind_a_message_of_unclear_length() {
    let panel = Panel::docs();
    let mut client: Client = panel.client();
    let chunks = "1;a=b\r\nx\r\n0\r\n\r\n";
    client.send(
        format!("POST {KEYED}&action=user_info HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
            .as_bytes(),
    );
    assert_eq!(client.receive(false).status, 200);
    client.send(format!("GET {KEYED}&a=\" HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    assert_eq!(client.receive(false).status, 400);
}
