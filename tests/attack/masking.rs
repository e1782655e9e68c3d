//! Secrets by value: no key, password or token of the panel is shown by the journal, its streams and archives, the
//! logs and the errors, wherever it was sent and however it was written.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::process::{Served, folder};
use crate::support::{Answer, Client, Panel};

const TOKEN: &str = "let-me-in-9Zx";

/// A panel with a control plane and a request log in this folder.
fn panel(folder: &Path) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some(TOKEN.into());
        config.request_log = Some(folder.join("requests.log"));
        config.debug_headers = true;
    })
}

fn ask(panel: &Panel, method: &str, path: &str, body: &str) -> Answer {
    let token = format!("Bearer {TOKEN}");
    let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
    let path = format!("/_linecard/{path}");
    panel.client().request(method, &path, &headers, body.as_bytes())
}

/// Where a secret is in the database, and one to put there. They have what the ways of writing write otherwise. The
/// number begins with 0, as none that the journal prints does.
#[rustfmt::skip] // A table.
const SECRETS: [(&str, &str); 11] = [
    ("UPDATE lines SET password = ? WHERE id = 4521",                   "pw & 100%'s \"ü\"/\\\\=+;\""),
    ("UPDATE lines SET play_token = ? WHERE id = 4521",                 "playToken-77aa"),
    ("UPDATE lines SET access_token = ? WHERE id = 4522",               "accessToken_88bb"),
    ("UPDATE mag_devices SET parent_password = ? WHERE mag_id = 301",   "0739"),
    ("UPDATE mag_devices SET token = ? WHERE mag_id = 301",             "B6C5D4E3F2A1"),
    ("UPDATE enigma2_devices SET token = ? WHERE device_id = 501",      "e2tokenQQ"),
    ("UPDATE enigma2_devices SET key_auth = ? WHERE device_id = 501",   "e2keyauthRR"),
    ("UPDATE users SET password = ? WHERE id = 88",                     "$6$rounds=20000$saltsalt$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./0123456789abcdefgh"),
    ("UPDATE users SET api_key = ? WHERE id = 88",                      "RESELLER.KEY/0+1=="),
    ("UPDATE rtmp_ips SET password = ? WHERE id = 1",                   "rtmpPass99"),
    ("UPDATE users SET api_key = ? WHERE id = 1",                       "ADMINKEY42"),
];

/// The passwords that are in no row: the setting and the control plane's token.
const OTHERS: [&str; 2] = ["ap!pass word", TOKEN];

fn plant(panel: &Panel) {
    for (update, secret) in SECRETS {
        panel.sql(&update.replace('?', &format!("'{}'", secret.replace('\'', "''"))));
    }
    panel.set(&format!("api_pass={}", OTHERS[0]));
}

fn all_secrets() -> impl Iterator<Item = &'static str> {
    SECRETS.iter().map(|(_, secret)| *secret).chain(OTHERS)
}

fn percent(text: &str, is_kept: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = match is_kept(byte) {
            true => write!(all, "{}", char::from(byte)),
            false => write!(all, "%{byte:02X}"),
        };
        all
    })
}

fn needed(text: &str) -> String {
    percent(text, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks(3).map(|group| {
        let bits = (0..3).fold(0_u32, |bits, n| bits << 8 | u32::from(*group.get(n).unwrap_or(&0)));
        let letters = (0..=group.len()).map(|n| char::from(LETTERS[(bits >> (18 - 6 * n)) as usize & 63]));
        letters.collect::<String>()
    });
    groups.collect()
}

/// A text as it stands between the quotes of JSON.
fn json_text(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

type Writing = fn(&str) -> String;

/// The ways of writing a secret in a URL or a form.
#[rustfmt::skip] // A table.
const WRITINGS: [(&str, Writing); 9] = [
    ("needed",       needed),
    ("every byte",   |text| percent(text, |_| false)),
    ("small digits", |text| percent(text, |_| false).to_lowercase()),
    ("plus",         |text| needed(text).replace("%20", "+")),
    ("twice",        |text| needed(&needed(text))),
    ("json",         |text| needed(&json_text(text))),
    ("json escapes", |text| needed(&text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>())),
    ("hex",          |text| format!("0x{}", hex(text))),
    ("base64",       |text| needed(&base64(text))),
];

/// A request that carries a written secret: method, path, headers and body.
type Sent = (&'static str, String, Vec<(&'static str, String)>, String);

/// Puts a written secret and the plain one into a request.
type Placing = fn(&str, &str) -> Sent;

const FORM: &str = "application/x-www-form-urlencoded";

/// The places of a written secret, `w`, and of the plain one, `p`.
#[rustfmt::skip] // A table.
const PLACES: [(&str, Placing); 17] = [
    ("path",         |w, _| ("GET", format!("/nothing/{w}/here"), vec![], String::new())),
    ("player",       |w, _| ("GET", format!("/live/{w}/other/1.ts"), vec![], String::new())),
    ("file",         |w, _| ("GET", format!("/access/{w}.php"), vec![], String::new())),
    ("query",        |w, _| ("GET", format!("/access/admin/index.php?action=get_line&note={w}"), vec![], String::new())),
    ("query name",   |w, _| ("GET", format!("/access/admin/index.php?action=get_line&{w}=1"), vec![], String::new())),
    ("bare query",   |w, _| ("GET", format!("/access/admin/index.php?{w}"), vec![], String::new())),
    ("action",       |w, _| ("GET", format!("/access/admin/index.php?api_key=YOUR_KEY&action={w}"), vec![], String::new())),
    ("v2 action",    |w, _| ("GET", format!("/api.php?action={w}&sub={w}"), vec![], String::new())),
    ("form",         |w, _| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", FORM.into())], format!("action=get_line&admin_notes=see:{w}.&x=y"))),
    ("form name",    |w, _| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", FORM.into())], format!("a[{w}]=1"))),
    ("sql",          |w, _| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", FORM.into())], format!("action=mysql_query&query=SELECT+'{w}'"))),
    ("sql quoted",   |_, p| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", FORM.into())], format!("action=mysql_query&query={}", needed(&format!("SELECT id FROM lines WHERE contact = '{}'", p.replace('\'', "''")))))),
    ("json body",    |_, p| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", "application/json".into())], json!({"a": [{"b": p}], p: 1}).to_string())),
    ("multipart",    |_, p| ("POST", "/access/admin/index.php".into(), vec![("Content-Type", "multipart/form-data; boundary=B".into())], format!("--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{p}\r\n--B--\r\n"))),
    ("user agent",   |_, p| ("GET", "/nothing".into(), vec![("User-Agent", format!("Box/1 ({p})"))], String::new())),
    ("referer",      |w, _| ("GET", "/nothing".into(), vec![("Referer", format!("http://a/b?c={w}"))], String::new())),
    ("content type", |w, _| ("POST", "/nothing".into(), vec![("Content-Type", format!("text/{w}"))], "x".into())),
];

/// Sends a request, whatever is answered, and returns the debug headers of its answer.
fn send(client: &mut Client, (method, path, headers, body): &Sent) -> String {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = client.request(method, path, &headers, body.as_bytes());
    answer.header("x-linecard-action").unwrap_or_default().to_owned()
}

/// All texts in a JSON value, and the value as it is printed.
fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(members) => members.iter().for_each(|(name, inner)| {
            all.push(name.clone());
            texts(inner, all);
        }),
        _ => {}
    }
}

/// Asserts that a secret stands in none of these texts, in no way of writing.
fn assert_hidden(place: &str, shown: &[String], secrets: &[&str]) {
    for secret in secrets {
        let mut written: Vec<String> = WRITINGS.iter().map(|(_, write)| write(secret)).collect();
        written.extend([
            (*secret).to_owned(),
            secret.replace('\'', "''"),
            hex(secret),
            base64(secret),
        ]);
        for text in shown {
            let found = written.iter().find(|written| {
                // A short secret within a word is none.
                let mut at = text.match_indices(written.as_str());
                at.any(|(at, _)| secret.len() >= 8 || is_word(text, at, written.len()))
            });
            assert_eq!(found, None, "{place}: {secret} in {text}");
        }
    }
}

fn is_word(text: &str, at: usize, length: usize) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    !is_part(before) && !is_part(text.as_bytes().get(at + length))
}

/// A JSON text as it is printed, and its texts as they are meant.
fn json_texts(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    texts(&serde_json::from_str(text).unwrap(), &mut all);
    vec![text.to_owned(), all.join("\n")]
}

/// What the stream tells of the requests up to this number.
fn streamed(panel: &Panel, last: u64) -> Vec<String> {
    let mut client = panel.client();
    let head = format!(
        "GET /_linecard/requests/stream?since=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    );
    client.send(head.as_bytes());
    client.receive_head();
    let mut text = String::new();
    while !text.contains(&format!("\nid: {last}\n")) {
        text.push_str(&client.chunk());
    }
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    json_texts(&format!("[{}]", data.collect::<Vec<_>>().join(",")))
}

/// All that the panel shows of its requests.
fn everything_shown(panel: &Panel, folder: &Path, secrets: &[&str]) {
    let list = ask(panel, "GET", "requests?limit=100000", "").text();
    let value: Value = serde_json::from_str(&list).unwrap();
    let last = value["requests"].as_array().unwrap().last().unwrap()["seq"]
        .as_u64()
        .unwrap();
    assert_hidden("list", &json_texts(&list), secrets);
    for place in ["requests.har", "unmatched"] {
        assert_hidden(place, &json_texts(&ask(panel, "GET", place, "").text()), secrets);
    }
    for seq in [1, last / 2, last] {
        let one = ask(panel, "GET", &format!("requests/{seq}"), "").text();
        assert_hidden("one", &json_texts(&one), secrets);
    }
    assert_hidden("stream", &streamed(panel, last), secrets);
    let log = fs::read_to_string(folder.join("requests.log")).unwrap();
    assert_hidden("request log", &[log], secrets);
}

#[test]
fn no_secret_is_shown_wherever_it_was_sent_and_however_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    plant(&panel);
    let mut client = panel.client();
    for (n, secret) in all_secrets().enumerate() {
        for (m, (writing, write)) in WRITINGS.iter().enumerate() {
            // Base64 has no words.
            if secret.len() < 8 && *writing == "base64" {
                continue;
            }
            for (k, (place, request)) in PLACES.iter().enumerate() {
                // The first, which has it all, in every writing at every place; of the others one in eight.
                if n > 0 && (n + m + k) % 8 > 0 {
                    continue;
                }
                let action = send(&mut client, &request(&write(secret), secret));
                assert_hidden(place, &[action], &[secret]);
            }
        }
    }
    everything_shown(&panel, folder.path(), &all_secrets().collect::<Vec<_>>());
}

#[test]
fn what_is_shown_of_a_request_is_all_but_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    panel.client().request(
        "POST",
        "/x/Hk3mP9sXw2Qa7RtB/index.php?a=xsecurepassx&b=%48k3mP9sXw2Qa7RtB",
        &[("Content-Type", FORM), ("X-Note", "of securepass2, and securepas")],
        b"api_key=YOUR_KEY&action=mysql_query&query=SELECT+*+FROM+lines+WHERE+username%3D'bob'+AND+password%3D'guess'",
    );
    let mut one: Value = serde_json::from_str(&ask(&panel, "GET", "requests/1", "").text()).unwrap();
    for name in ["at_real", "us", "headers"] {
        one[name] = match name {
            "headers" => one[name]["x-note"].take(),
            _ => json!(0),
        };
    }
    assert_eq!(
        one,
        json!({
            "seq": 1,
            "id": "main-1",
            "world": "main",
            "at": "2026-03-15T14:30:00Z",
            "at_real": 0,
            "peer": "127.0.0.1",
            "method": "POST",
            "url": "/x/***/index.php?a=x***x&b=***",
            "api": "none",
            "action": "mysql_query",
            "matched": false,
            "headers": "of ***, and securepas",
            "body": "api_key=***&action=mysql_query&query=SELECT%20%2A%20FROM%20lines%20WHERE%20username%3D%27bob%27%20AND%20password%3D%27***%27",
            "user": "admin",
            "auth": null,
            "handler": null,
            "fault": null,
            "outcome": "answered",
            "status": 404,
            "bytes": one["bytes"],
            "us": 0,
            "diagnostics": one["diagnostics"],
        })
    );
}

#[test]
fn a_secret_is_one_from_its_first_moment_and_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    let urls = || {
        let list: Value = serde_json::from_str(&ask(&panel, "GET", "requests?limit=9", "").text()).unwrap();
        let urls = list["requests"].as_array().unwrap().iter();
        urls.map(|one| one["url"].as_str().unwrap().to_owned())
            .filter(|url| !url.contains("admin"))
            .collect::<Vec<_>>()
    };
    for path in ["/a/before-it-was", "/a/second-of-it", "/a/goes-with-it"] {
        panel.client().get(path);
    }
    assert_eq!(urls(), ["/a/before-it-was", "/a/second-of-it", "/a/goes-with-it"]);
    panel.call("edit_line", "id=4521&password=before-it-was");
    assert_eq!(urls(), ["/a/***", "/a/second-of-it", "/a/goes-with-it"]);
    panel.call("edit_line", "id=4521&password=second-of-it");
    assert_eq!(urls(), ["/a/***", "/a/***", "/a/goes-with-it"]);
    panel.set("api_pass=goes-with-it");
    assert_eq!(urls(), ["/a/***", "/a/***", "/a/***"]);
    // After a reset all is read anew: the line has the password of the seed again.
    ask(&panel, "POST", "reset", r#"{"what":["state"]}"#);
    panel.client().get("/a/securepass");
    assert_eq!(urls().last().unwrap(), "/a/***");
}

#[test]
fn what_a_request_sends_as_a_secret_is_one_in_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    let headers = [
        ("Authorization", "Bearer guessed-key-1"),
        ("Cookie", "mac=00%3A1A; stb_token=guessed-cookie-3"),
        (
            "X-Copy",
            "Bearer guessed-key-1 guessed-pass-2 stb_token guessed-cookie-3",
        ),
    ];
    panel.client().request(
        "GET",
        "/guessed-pass-2/guessed-key-1?password=guessed-pass-2&c=%67uessed-pass-2",
        &headers,
        b"",
    );
    let one: Value = serde_json::from_str(&ask(&panel, "GET", "requests/1", "").text()).unwrap();
    assert_eq!(one["url"], "/***/***?password=***&c=***");
    assert_eq!(one["headers"]["x-copy"], "Bearer *** *** stb_token ***");
    assert_eq!(one["headers"]["authorization"], "***");
}

#[test]
fn errors_and_failed_verifications_show_none() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    panel.client().get("/live/customer4521/securepass/1.ts?x=securepass");
    let wanted = json!({"match": {"path": "/b/securepass2", "query": {"x": "securepass2"}}});
    let failed = ask(&panel, "POST", "verify", &wanted.to_string()).text();
    let order = json!({"order": [{"user": "securepass2"}]});
    let disordered = ask(&panel, "POST", "verify", &order.to_string()).text();
    for (place, text) in [
        ("verify", &failed),
        ("order", &disordered),
        ("filter", &ask(&panel, "GET", "requests?securepass=1", "").text()),
        ("endpoint", &ask(&panel, "GET", "securepass", "").text()),
        ("member", &ask(&panel, "POST", "reset", r#"{"securepass":1}"#).text()),
        (
            "token",
            &ask(&panel, "DELETE", &format!("snapshots/{TOKEN}"), "").text(),
        ),
    ] {
        assert!(text.contains("***"), "{place}: {text}");
        assert_hidden(place, &json_texts(text), &["securepass", "securepass2", TOKEN]);
    }
}

#[test]
fn what_is_shown_by_design_stays() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    panel.client().get("/nothing");
    for (path, secret) in [("info", "YOUR_KEY"), ("info", "securepass"), ("state", "securepass2")] {
        let text = ask(&panel, "GET", path, "").text();
        assert!(text.contains(secret), "{path} {secret}");
    }
    let line = panel.call("get_line", "id=4521");
    assert!(line.contains("securepass"), "{line}");
}

#[cfg(unix)]
#[test]
fn the_log_shows_none_at_any_level() {
    let (_folder, db) = folder();
    for level in ["warn", "debug"] {
        let served = Served::start(&["--db", &db, "--seed", "docs", "--strict=warn", "--log-level", level]);
        let mut client = served.client();
        let form = [("Content-Type", FORM)];
        for action in ["xsecurepassx", "%73ecurepass", "securepass2"] {
            client.get(&format!("/access/admin/index.php?api_key=YOUR_KEY&action={action}"));
            client.get(&format!(
                "/{action}/admin/index.php?api_key=YOUR_KEY&action={action}&{action}=1"
            ));
            client.get(&format!("/live/customer4521/{action}/1.ts"));
            client.get(&format!("/api.php?action={action}&sub={action}"));
            for query in [
                "SELECT nothing FROM lines WHERE password='securepass'",
                "securepass",
                "SELECT securepass FROM lines",
            ] {
                let body = format!("api_key=YOUR_KEY&action=mysql_query&query={}", needed(query));
                client.request("POST", "/access/admin/index.php", &form, body.as_bytes());
            }
        }
        let (_, _, log) = served.end("-TERM");
        assert!(log.contains("unknown_action"), "{log}");
        let lines: Vec<String> = log.lines().map(str::to_owned).collect();
        assert_hidden("log", &lines, &["securepass", "securepass2", "YOUR_KEY"]);
    }
}

#[test]
fn a_random_secret_at_a_random_place_never_shows() {
    let folder = tempfile::tempdir().unwrap();
    let panel = panel(folder.path());
    let before = "[a-z/ .:-]{0,6}";
    let case = (
        r#"[A-Za-z0-9!-~é ]{8,24}"#,
        before,
        before,
        select(&WRITINGS[..]),
        select(&PLACES[..]),
    );
    let config = ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |((secret, before, after, writing, place) in case)| {
        // A header has no spaces at its ends.
        prop_assume!(secret.trim() == secret && !secret.bytes().all(|byte| byte == secret.as_bytes()[0]));
        ask(&panel, "DELETE", "requests", "");
        panel.sql(&format!("UPDATE lines SET password = '{}' WHERE id = 4521", secret.replace('\'', "''")));
        let written = format!("{}{}{}", needed(&before), writing.1(&secret), needed(&after));
        send(&mut panel.client(), &place.1(&written, &format!("{before}{secret}{after}")));
        for shown in ["requests", "requests.har", "unmatched"] {
            let text = ask(&panel, "GET", shown, "").text();
            assert_hidden(place.0, &json_texts(&text), &[&secret]);
        }
        let log = fs::read_to_string(folder.path().join("requests.log")).unwrap();
        let lines: Vec<String> = log.lines().filter(|line| !line.contains("/_linecard/")).map(str::to_owned).collect();
        assert_hidden("request log", &lines[lines.len() - 1..], &[&secret]);
    });
}
