//! Requests through a proxy: they are judged, limited and logged by the address that a trusted proxy names, and are
//! never this machine (contract "Admin API", section 1; "XC v2 API", section 3).

use crate::support::process::{Served, folder};
use crate::support::{Answer, Panel};

const FORBIDDEN: &str = r#"{"result":false,"0":"IP FORBIDDEN"}"#;
const CREDITS: &str = "/api.php?action=reg_user&sub=credits&id=88&amount=100000";

/// The headers by which a proxy shows itself.
const MARKS: [(&str, &str); 5] = [
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Anything", ""),
    ("Forwarded", "for=127.0.0.1"),
    ("Via", "1.1 proxy"),
];

fn ask(panel: &Panel, path: &str, headers: &[(&str, &str)]) -> Answer {
    panel.client().request("GET", path, headers, b"")
}

fn balance(panel: &Panel) -> String {
    panel.sql_one("SELECT credits FROM users WHERE id = 88")
}

#[test]
fn a_request_through_a_proxy_is_never_this_machine() {
    let trusted = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    let unknown = Panel::docs();
    for panel in [&trusted, &unknown] {
        let before = balance(panel);
        for mark in MARKS {
            let answer = ask(panel, CREDITS, &[mark]);
            assert_eq!((answer.status, answer.text().as_str()), (200, FORBIDDEN), "{mark:?}");
        }
        assert_eq!(balance(panel), before);
    }
    // A trusted proxy that names nobody is the proxy itself.
    assert_eq!(ask(&trusted, CREDITS, &[]).text(), FORBIDDEN);
    // A program on this machine is admitted.
    assert_eq!(ask(&unknown, CREDITS, &[]).text(), r#"{"result":true}"#);
}

#[test]
fn an_address_that_cannot_be_read_is_refused_on_every_path_and_logged() {
    let (_folder, db) = folder();
    let flags = [
        "--db",
        &db,
        "--seed",
        "docs",
        "--trusted-proxies",
        "127.0.0.1",
        "--control",
    ];
    let served = Served::start(&[&flags[..], &["--control-token", "let-me-in"]].concat());
    let bearer = ("Authorization", "Bearer let-me-in");
    for path in [
        "/",
        CREDITS,
        "/access/?api_key=YOUR_KEY&action=user_info",
        "/_linecard/info",
        "/_linecard/health",
    ] {
        for forwarded in [
            "unknown",
            "192.0.2.1,",
            "192.0.2.1, x",
            "192.0.2.1:99999",
            "[::1",
            "\u{ff}",
        ] {
            let headers = [("X-Forwarded-For", forwarded), bearer];
            let answer = served.client().request("GET", path, &headers, b"");
            assert_eq!(
                (answer.status, answer.body.as_slice()),
                (403, &b""[..]),
                "{path} {forwarded}"
            );
        }
    }
    // The client writes what it wants before the proxy's own line.
    let lines = [
        ("X-Forwarded-For", "junk, \u{ff}"),
        ("X-Forwarded-For", "192.0.2.1"),
        bearer,
    ];
    assert_eq!(
        served.client().request("GET", "/_linecard/info", &lines, b"").status,
        200
    );
    let (_, _, log) = served.end("-TERM");
    let told = "WARN a trusted proxy forwards an address that cannot be read; the request is refused peer=127.0.0.1";
    assert_eq!(log.matches(told).count(), 30, "{log}");
}

#[test]
fn the_named_address_is_the_one_that_is_judged() {
    let panel = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    panel.call("add_blocked_ip", "ip=198.51.100.7");
    panel.set("api_ips=203.0.113.9");
    let status = |forwarded: &[&str]| {
        let headers: Vec<(&str, &str)> = forwarded.iter().map(|line| ("X-Forwarded-For", *line)).collect();
        let answer = ask(&panel, "/api.php?action=server&sub=list", &headers);
        (answer.status, answer.text() == FORBIDDEN)
    };
    for (forwarded, expected) in [
        (&["198.51.100.7"][..], (403, false)),
        (&["203.0.113.9"], (200, false)),
        (&["203.0.113.9:1234"], (200, false)),
        (&["203.0.113.9, 198.51.100.7"], (403, false)),
        (&["203.0.113.9", "198.51.100.7"], (403, false)),
        (&["198.51.100.7", "203.0.113.9"], (200, false)),
        (&["203.0.113.9", "192.0.2.5"], (200, true)),
        (&["203.0.113.9", "127.0.0.1"], (200, false)),
    ] {
        assert_eq!(status(forwarded), expected, "{forwarded:?}");
    }
}

#[test]
fn the_start_says_what_to_set_beside_a_trusted_proxy() {
    let told = |flags: &[&str]| {
        let (_folder, db) = folder();
        let served = Served::start(&[&["--db", &db, "--seed", "docs"], flags].concat());
        let (_, _, log) = served.end("-TERM");
        let lines = log
            .lines()
            .filter_map(|line| line.split_once(" WARN ").map(|(_, text)| text.to_owned()));
        lines.collect::<Vec<_>>()
    };
    let nobody = "through a trusted proxy nobody may call api.php: `linecard settings api_ips=ADDRESS,…` names who may";
    let open = "api.php asks its callers for no password: `linecard settings api_pass=…` sets one";
    let proxy = ["--trusted-proxies", "127.0.0.1"];
    assert_eq!(told(&proxy), [nobody, open]);
    assert_eq!(told(&[&proxy[..], &["--any-caller"]].concat()), [open]);
    assert_eq!(
        told(&[&proxy[..], &["--set", "api_pass=x;api_ips=192.0.2.1"]].concat()),
        [""; 0]
    );
    assert_eq!(told(&[]), [""; 0]);
}
