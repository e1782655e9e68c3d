//! What a web page in a browser of this machine may do to a server on it: nothing (contract "The fixture", principles 1
//! and 5).

use crate::support::{Client, Panel};

/// A server on this machine whose control plane has no token.
fn panel(public: Option<&str>) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        config.public_url = public.map(str::to_owned);
    })
}

fn refusal(kind: &str, status: u16, title: &str, detail: &str, hint: &str) -> (u16, String) {
    let body = format!(
        r#"{{"type":"linecard:{kind}","title":"{title}","status":{status},"detail":"{detail}","hint":"{hint}"}}"#
    );
    (status, body)
}

fn foreign_host() -> (u16, String) {
    refusal(
        "foreign_host",
        403,
        "Forbidden",
        "the Host is not this machine's",
        "call 127.0.0.1, localhost, a name below localhost, or the host of --public-url; or use a --control-token",
    )
}

fn foreign_origin() -> (u16, String) {
    refusal(
        "foreign_origin",
        403,
        "Forbidden",
        "a page of another site sent this request",
        "call from a page of this machine or from a program; or use a --control-token",
    )
}

fn untyped() -> (u16, String) {
    refusal(
        "unsupported_media_type",
        415,
        "Unsupported Media Type",
        "a body needs a type that a web page cannot send by itself",
        "send `Content-Type: application/json`",
    )
}

fn not_this_machine() -> (u16, String) {
    refusal(
        "not_this_machine",
        403,
        "Forbidden",
        "without a token only this machine may call, and not through a proxy",
        "start the server with --control-token TOKEN and send `Authorization: Bearer TOKEN`",
    )
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

#[test]
fn a_page_of_another_site_steers_nothing() {
    let panel = panel(Some("https://tv.example/base"));
    let before = panel.call("get_lines", "");
    panel.call("create_line", "username=kept&exp_date=2030-01-01");
    let kept = panel.call("get_lines", "");
    assert_ne!(before, kept);
    let ask = |headers: &[(&str, &str)], body: &[u8]| {
        let answer = panel.client().request("POST", "/_linecard/reset", headers, body);
        (answer.status, answer.text())
    };
    for origin in [
        "http://evil.example",
        "https://tv.example.evil.example",
        "http://127.0.0.1.evil.example",
        "null",
        "file://",
        "\u{ff}",
        "",
    ] {
        assert_eq!(ask(&[JSON, ("Origin", origin)], b"{}"), foreign_origin(), "{origin}");
    }
    assert_eq!(ask(&[JSON, ("Sec-Fetch-Site", "cross-site")], b"{}"), foreign_origin());
    for content_type in [
        "text/plain",
        "TEXT/PLAIN;charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ] {
        assert_eq!(
            ask(&[("Content-Type", content_type)], b"{}"),
            untyped(),
            "{content_type}"
        );
    }
    for (name, value) in [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "http"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 proxy"),
    ] {
        assert_eq!(ask(&[JSON, (name, value)], b"{}"), not_this_machine(), "{name}");
    }
    assert_eq!(panel.call("get_lines", ""), kept);
    // The panel's own pages and programs may.
    for headers in [
        vec![JSON],
        vec![JSON, ("Origin", "http://localhost:3000")],
        vec![JSON, ("Origin", "https://tv.example")],
        vec![JSON, ("Sec-Fetch-Site", "same-origin")],
    ] {
        assert_eq!(ask(&headers, b"{}").0, 200, "{headers:?}");
    }
    assert_eq!(panel.call("get_lines", ""), before);
}

#[test]
fn a_rebinding_name_reads_nothing() {
    let panel = panel(Some("https://tv.example/base"));
    let ask = |host: &str, path: &str| {
        let answer = Client::of_host(host, panel.host()).get(path);
        (answer.status, answer.text())
    };
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "192.0.2.1",
        "x",
    ] {
        for path in [
            "/_linecard/info",
            "/_linecard/state",
            "/_linecard/requests",
            "/_linecard/openapi.json",
        ] {
            assert_eq!(ask(host, path), foreign_host(), "{host} {path}");
        }
        // It is alive for whoever asks, and says no more than that.
        assert_eq!(ask(host, "/_linecard/health").0, 200, "{host}");
        assert!(!ask(host, "/_linecard/health").1.contains("YOUR_KEY"), "{host}");
    }
    for host in [
        "127.0.0.1",
        "[::1]:1",
        "localhost:9",
        "one.localhost",
        "tv.example",
        "TV.example:443",
    ] {
        assert_ne!(ask(host, "/_linecard/info").0, 403, "{host}");
    }
}

#[test]
fn no_answer_is_taken_for_another_type_and_no_page_runs_scripts() {
    let panel = panel(None);
    let markup = "user_data[username]=<script>alert(1)</script>&user_data[password]=p";
    let echoed = panel.client().post("/api.php?action=user&sub=create", markup);
    assert_eq!(
        (
            echoed.header("content-type"),
            echoed.header("x-content-type-options"),
            echoed.header("content-security-policy"),
        ),
        (Some("text/html; charset=UTF-8"), Some("nosniff"), Some("sandbox")),
        "{echoed:?}"
    );
    for (path, is_page) in [
        ("/", true),
        ("/api.php", true),
        ("/access/?action=user_info&api_key=YOUR_KEY", false),
        ("/openapi.json", false),
        ("/_linecard/info", false),
        ("/_linecard/nope", false),
        ("/access", true),
    ] {
        let answer = panel.client().get(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let sandbox = is_page
            .then_some("sandbox")
            .filter(|_| answer.header("content-type").is_some());
        assert_eq!(answer.header("content-security-policy"), sandbox, "{path} {answer:?}");
    }
}
