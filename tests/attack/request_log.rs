//! The file of `--request-log`: what was asked, by whom and how it ended, and no secret.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::process::{Served, folder, refused, run};
use crate::support::{Client, Panel, soon};

/// A panel that writes its log to a file.
fn logging(path: &Path, json: bool) -> Panel {
    Panel::docs_with(|config| {
        config.request_log = Some(path.to_owned());
        if json {
            config.request_log_format = linecard::config::LogFormat::Json;
        }
        config.control = true;
        config.any_caller = true;
        config.control_token = Some("let-me-in".into());
        config.trusted_proxies = vec!["127.0.0.1".into()];
    })
}

/// The lines of the log without the first, the server's own question at its start whether it is ready.
fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.contains("HEAD") && first.contains("/_linecard/ready"), "{text}");
    rest.to_owned()
}

#[test]
fn a_request_is_one_line_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.log");
    let panel = logging(&path, true);
    panel.call("get_category", "id=1");
    panel.call("get_line", "id=999999");
    let proxied = [("X-Forwarded-For", "203.0.113.9"), ("X-Api-Key", "wrong-key")];
    panel
        .client()
        .request("GET", "/access/?action=get_line&password=pw", &proxied, b"");
    panel.client().get("/api.php?action=nope");
    panel.v2("action=user&sub=info", "username=nobody&password=secret");
    panel.client().get("/live/customer4521/securepass/1.ts");
    panel.client().get("/_linecard/health");
    let text = read(&path);
    for secret in ["YOUR_KEY", "wrong-key", "pw", "secret", "securepass"] {
        assert!(!text.contains(secret), "{secret} {text}");
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |line: &Value| {
        assert!(line["at"].as_f64().is_some() && line["us"].as_u64().is_some(), "{line}");
        let names = [
            "id", "client", "method", "path", "api", "action", "status", "word", "outcome",
        ];
        json!(names.map(|name| line[name].clone()))
    };
    let all: Vec<Value> = lines.iter().map(told).collect();
    let path = "/access/admin/index.php";
    assert_eq!(
        all,
        [
            json!([
                "main-1",
                "127.0.0.1",
                "POST",
                path,
                "admin",
                "get_category",
                200,
                "STATUS_SUCCESS",
                "answered"
            ]),
            json!([
                "main-2",
                "127.0.0.1",
                "POST",
                path,
                "admin",
                "get_line",
                200,
                "STATUS_FAILURE",
                "answered"
            ]),
            json!([
                "main-3",
                "203.0.113.9",
                "GET",
                "/access/",
                "admin",
                "",
                200,
                "STATUS_FAILURE",
                "answered"
            ]),
            json!([
                "main-4",
                "127.0.0.1",
                "GET",
                "/api.php",
                "xc_v2",
                "",
                200,
                null,
                "answered"
            ]),
            json!([
                "main-5",
                "127.0.0.1",
                "POST",
                "/api.php",
                "xc_v2",
                "user/info",
                200,
                "NOT EXISTS",
                "answered"
            ]),
            json!([
                "main-6",
                "127.0.0.1",
                "GET",
                "/live/customer4521/***/1.ts",
                "stream",
                "",
                404,
                null,
                "answered"
            ]),
            json!([
                "2",
                "127.0.0.1",
                "GET",
                "/_linecard/health",
                "control",
                "",
                200,
                null,
                "answered"
            ]),
        ]
    );
    let bytes = lines[1]["bytes"].as_u64().unwrap();
    assert_eq!(bytes, panel.call("get_line", "id=999999").len() as u64);
}

#[test]
fn a_line_of_text_has_the_same_and_a_streamed_answer_is_written_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.log");
    let panel = logging(&path, false);
    panel.call("get_category", "id=1");
    let text = read(&path);
    let (at, line) = text.split_once(' ').unwrap();
    assert!(at.len() == 20 && at.ends_with('Z'), "{text}");
    let begins = r#"main-1 127.0.0.1 POST /access/admin/index.php admin get_category 200 "STATUS_SUCCESS" answered "#;
    assert!(line.starts_with(begins) && line.ends_with("B\n"), "{line}");
    let mut client = panel.client();
    client
        .send(b"GET /_linecard/requests/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer let-me-in\r\n\r\n");
    client.receive_head();
    assert!(!read(&path).contains("stream"));
    client.reset();
    // The stream writes to find out that its client has left.
    assert!(soon(|| {
        panel.call("get_category", "id=1");
        read(&path).contains("/_linecard/requests/stream")
    }));
}

#[test]
fn standard_error_is_a_file_too_and_one_that_cannot_be_written_stops_the_start() {
    let (folder, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs", "--request-log", "-"]);
    served.client().get("/nope%0aX");
    let (_, _, log) = served.end("-TERM");
    assert!(
        log.contains(" 2 127.0.0.1 GET /nope%0aX none - 404 \"-\" answered "),
        "{log}"
    );
    let nowhere = folder.path().join("nowhere/requests.log");
    let nowhere = nowhere.to_str().unwrap();
    let words = refused(&run(&[
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--db",
        &db,
        "--request-log",
        nowhere,
    ]));
    assert!(
        words.starts_with(&format!("linecard: cannot write --request-log {nowhere}: ")),
        "{words}"
    );
}

#[test]
fn requests_to_a_world_have_its_name_whichever_way_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.log");
    let panel = logging(&path, false);
    let token = [
        ("Authorization", "Bearer let-me-in"),
        ("Content-Type", "application/json"),
    ];
    let made = panel
        .client()
        .request("POST", "/_linecard/worlds", &token, br#"{"name":"one"}"#);
    let made: Value = serde_json::from_slice(&made.body).unwrap();
    let own = made["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    for mut client in [Client::new(own), Client::of_host("one.localhost", panel.host())] {
        client.get("/nope");
        client.get("/_linecard/health");
    }
    let text = read(&path);
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        words[1..8].join(" ")
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "2 127.0.0.1 POST /_linecard/worlds control - 200",
            "one-1 127.0.0.1 GET /nope none - 404",
            "one/3 127.0.0.1 GET /_linecard/health control - 200",
            "one-2 127.0.0.1 GET /nope none - 404",
            "one/4 127.0.0.1 GET /_linecard/health control - 200",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_new_log_is_its_owners_alone_and_one_that_is_there_is_added_to_with_its_mode() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    let new = folder.path().join("new.log");
    drop(logging(&new, false));
    assert_eq!(mode(&new), 0o600);
    let older = folder.path().join("older.log");
    fs::write(&older, "a line of before\n").unwrap();
    fs::set_permissions(&older, fs::Permissions::from_mode(0o640)).unwrap();
    drop(logging(&older, false));
    assert_eq!(mode(&older), 0o640);
    let text = fs::read_to_string(&older).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    assert_eq!((first, rest.lines().count()), ("a line of before", 1), "{text}");
}
