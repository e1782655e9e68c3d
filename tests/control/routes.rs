//! Where the control plane answers, to whom, and what it says of itself.

use serde_json::{Value, json};

use super::{ask, panel, problem, refused, told};
use crate::support::{Client, Panel};

#[test]
fn without_the_switch_there_is_no_control_plane() {
    let panel = Panel::docs();
    for (method, path) in [
        ("GET", ""),
        ("GET", "health"),
        ("POST", "reset"),
        ("PUT", "clock"),
        ("PATCH", "state"),
        ("DELETE", "requests"),
    ] {
        let answer = ask(&panel, method, path, "");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, Some("text/html")),
            "{method} {path}"
        );
    }
}

#[test]
fn the_index_lists_every_endpoint() {
    let panel = panel();
    let index: Value = serde_json::from_str(&told(&panel, "GET", "", "")).unwrap();
    assert_eq!(index["api"], 1);
    for link in index["links"].as_array().unwrap() {
        let path = link["path"]
            .as_str()
            .unwrap()
            .replace("{name}", "x")
            .replace("{seq}", "1");
        let answer = panel.client().request("TRACE", &path, &[], b"");
        // Each of them is there, and none of them knows this method.
        assert_eq!(answer.status, 405, "{path}: {answer:?}");
    }
    assert_eq!(
        ask(&panel, "GET", "", "").text(),
        panel.client().get("/_linecard").text()
    );
}

#[test]
fn the_openapi_document_has_every_endpoint() {
    let panel = panel();
    let index: Value = serde_json::from_str(&told(&panel, "GET", "", "")).unwrap();
    let document: Value = serde_json::from_str(&told(&panel, "GET", "openapi.json", "")).unwrap();
    let mut paths: Vec<&str> = index["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["path"].as_str().unwrap())
        .collect();
    for link in index["links"].as_array().unwrap() {
        let (path, method) = (link["path"].as_str().unwrap(), link["method"].as_str().unwrap());
        // Both are the index, and no path of a document ends with a slash.
        let operation = &document["paths"][path.trim_end_matches('/')][method.to_ascii_lowercase()];
        assert_eq!(operation["summary"], link["doc"], "{method} {path}");
    }
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(document["paths"].as_object().unwrap().len(), paths.len());
}

#[test]
fn the_health_names_version_database_and_clock() {
    let health: Value = serde_json::from_str(&told(&panel(), "GET", "health", "")).unwrap();
    assert_eq!(
        (&health["status"], &health["db"], &health["clock"]),
        (&"ok".into(), &":memory:".into(), &"frozen".into())
    );
    assert!(health["uptime_s"].as_i64().unwrap() < 60, "{health}");
}

#[test]
fn the_info_says_what_opens_the_panel() {
    let panel = panel();
    let url = format!("http://{}", panel.host());
    assert_eq!(
        told(&panel, "GET", "info", ""),
        format!(
            r#"{{"url":"{url}","control":"{url}/_linecard/","public_url":null,"world":"main","access_code":"access","api_key":"YOUR_KEY","user":"customer4521","pass":"securepass","nxt_token":"your_api_token_here","billing_key":"your_api_key_here","reseller_code":"access","reseller_key":"RESELLER_KEY","timezone":"UTC","strict":false,"strictness":"off","seed_error":null,"pid":{},"epoch":0}}"#,
            std::process::id()
        )
    );
}

#[test]
fn an_unknown_path_gets_the_closest_one() {
    let panel = panel();
    let missing = |path: &str, hint: &str| {
        let expected = problem(
            "not_found",
            "Not Found",
            404,
            &format!("there is no /_linecard/{path}"),
            &format!("GET /_linecard/ lists what there is{hint}"),
        );
        assert_eq!(refused(&panel, "GET", path, ""), expected);
    };
    missing("healht", "; did you mean \"health\"?");
    missing("completely/different", "");
}

#[test]
fn slashes_behind_the_prefix_are_one() {
    // As a script writes it whose variable ends with a slash.
    let panel = panel();
    for path in ["clock", "requests/count", "", "unmatched", "nothing"] {
        let method = if path == "requests/count" { "POST" } else { "GET" };
        let plain = ask(&panel, method, path, "");
        for slashes in ["/", "//"] {
            let answer = ask(&panel, method, &format!("{slashes}{path}"), "");
            assert_eq!(
                (answer.status, answer.text()),
                (plain.status, plain.text()),
                "{slashes}{path}"
            );
        }
    }
    // Further on they stand for a segment without a name, and before the prefix for another path.
    assert_eq!(ask(&panel, "GET", "requests//count", "").status, 404);
    assert_eq!(panel.client().get("//_linecard/health").status, 404);
    let locked = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    for (path, status) in [("/health", 200), ("/info", 401), ("/clock", 401)] {
        assert_eq!(ask(&locked, "GET", path, "").status, status, "{path}");
    }
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let expected = problem(
        "method_not_allowed",
        "Method Not Allowed",
        405,
        "DELETE is no method of /_linecard/clock",
        "use GET or PUT",
    );
    assert_eq!(refused(&panel(), "DELETE", "clock", ""), expected);
}

#[test]
fn a_token_is_asked_for_where_one_is_set() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    let unauthorized = problem(
        "unauthorized",
        "Unauthorized",
        401,
        "the token is missing or wrong",
        "send it as `Authorization: Bearer TOKEN`; --control-token sets it",
    );
    for header in [None, Some("Bearer wrong"), Some("let-me-in"), Some("Bearer let-me-in ")] {
        let headers: Vec<(&str, &str)> = header.map(|value| ("Authorization", value)).into_iter().collect();
        let answer = panel.client().request("POST", "/_linecard/reset", &headers, b"");
        // White space around a header's value is not part of it.
        match header {
            Some("Bearer let-me-in ") => assert_eq!(answer.status, 200),
            _ => assert_eq!((answer.status, answer.text()), unauthorized, "{header:?}"),
        }
    }
}

#[test]
fn whether_it_is_well_is_told_without_a_token_and_nothing_else() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    let mut client = panel.client();
    let token = [("Authorization", "Bearer let-me-in")];
    let wrong = [("Authorization", "Bearer wrong")];
    for path in ["/_linecard/health", "/_linecard/ready"] {
        for (headers, db) in [
            (&token[..], json!(":memory:")),
            (&wrong, Value::Null),
            (&[], Value::Null),
        ] {
            let answer = client.request("GET", path, headers, b"");
            let mut health: Value = serde_json::from_str(&answer.text()).unwrap();
            let members = health.as_object_mut().unwrap();
            assert!(members.remove("uptime_s").unwrap().as_u64().unwrap() < 60, "{path}");
            assert_eq!(members.remove("db").unwrap_or_default(), db, "{path}");
            let expected = json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "clock": "frozen" });
            assert_eq!((answer.status, health), (200, expected), "{path}");
        }
        assert_eq!(client.request("HEAD", path, &[], b"").status, 200, "{path}");
        assert_eq!(client.request("POST", path, &[], b"").status, 401, "{path}");
    }
    for path in [
        "/_linecard",
        "/_linecard/",
        "/_linecard/health/",
        "/_linecard/healthy",
        "/_linecard/info",
    ] {
        assert_eq!(client.get(path).status, 401, "{path}");
    }
}

#[test]
fn other_machines_need_a_token_even_when_none_was_set() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.bind = "0.0.0.0:0".into();
    });
    let port = panel.host().rsplit_once(':').unwrap().1;
    let mut client = Client::new(&format!("127.0.0.1:{port}"));
    assert_eq!(client.get("/_linecard/info").status, 401);
}

#[test]
fn a_browser_gets_the_index_as_a_page() {
    let panel = panel();
    let index = |accept: &str| panel.client().request("GET", "/_linecard/", &[("Accept", accept)], b"");
    let browser = index("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    assert_eq!(
        (browser.status, browser.header("content-type"), browser.header("vary")),
        (200, Some("text/html; charset=utf-8"), Some("Accept"))
    );
    let page = browser.text();
    let program = index("*/*");
    assert_eq!(
        (program.header("content-type"), program.header("vary")),
        (Some("application/json"), Some("Accept"))
    );
    let json: Value = serde_json::from_str(&program.text()).unwrap();
    let links = json["links"].as_array().unwrap();
    for link in links {
        let (method, path) = (link["method"].as_str().unwrap(), link["path"].as_str().unwrap());
        let cell = match method == "GET" && !path.contains('{') {
            true => format!("<a href=\"{path}\"><code>{path}</code></a>"),
            false => format!("<code>{path}</code>"),
        };
        let row = format!("<tr><td>{method}</td><td>{cell}</td><td>");
        assert!(page.contains(&row), "{row}");
    }
    assert_eq!(page.matches("<tr>").count(), links.len());
    // What stands in a description is no markup, and the page asks for nothing from elsewhere.
    assert!(page.contains("`{&quot;public_url&quot;:URL}`"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src="), "{page}");
}
