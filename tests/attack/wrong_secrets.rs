//! Guessing keys, passwords and tokens (contract "Admin API", section 2), and keys that are kept out of URLs.

use crate::support::process::{Served, folder};
use crate::support::{Answer, Panel, failure};

const CALL: &str = "action=get_category&id=1";

/// A panel behind a proxy, which names the caller.
fn behind_a_proxy() -> Panel {
    Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()])
}

/// A call as a client of this address makes it.
fn call(panel: &Panel, address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("X-Forwarded-For", address)], headers].concat();
    panel.client().request(method, path, &headers, b"")
}

fn admin(panel: &Panel, address: &str, code: &str, key: &str) -> Answer {
    let path = format!("/{code}/admin/index.php?api_key={key}&{CALL}");
    call(panel, address, "GET", &path, &[])
}

fn assert_refused(answer: &Answer, body: &str) {
    let told = (answer.status, answer.header("retry-after"), answer.text());
    assert_eq!(told, (429, Some("60"), body.to_owned()));
}

fn bad_key() -> String {
    failure("STATUS_FAILURE", "Invalid API key.")
}

#[test]
fn the_eleventh_guess_of_a_key_is_refused_and_so_is_the_good_key() {
    let panel = behind_a_proxy();
    for n in 0..10 {
        let answer = admin(&panel, "203.0.113.9", "access", &format!("guess{n}"));
        assert_eq!((answer.status, answer.text()), (200, bad_key()), "{n}");
    }
    for key in ["guess", "YOUR_KEY"] {
        let answer = admin(&panel, "203.0.113.9", "access", key);
        assert_refused(&answer, &bad_key());
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    // Everybody else goes on, and so does a call without a secret.
    assert_eq!(admin(&panel, "203.0.113.10", "access", "YOUR_KEY").status, 200);
    let answer = call(&panel, "203.0.113.9", "GET", "/access/?action=get_category", &[]);
    assert_eq!((answer.status, answer.text()), (200, bad_key()));
    assert_eq!(
        panel.sql(
            "SELECT type, access_code, user_id, status, login_ip, date FROM login_logs WHERE login_ip = '203.0.113.9'"
        ),
        ["ADMIN|null|null|INVALID_LOGIN|203.0.113.9|1773585000"]
    );
}

#[test]
fn guesses_on_one_surface_count_on_all_of_them() {
    let panel = behind_a_proxy();
    panel.sql("UPDATE linecard_access SET version = version + 1");
    panel.set("api_pass=secret");
    panel.set("api_ips=2001:db8::7,203.0.113.9");
    let v2 = |address: &str, pass: &str| {
        let path = format!("/api.php?action=server&sub=list{pass}");
        call(&panel, address, "GET", &path, &[])
    };
    const WRONG: &str = r#"{"result":false,"0":"KEY WRONG"}"#;
    // A caller who sends none guesses nothing.
    for _ in 0..20 {
        assert_eq!(v2("203.0.113.9", "").text(), WRONG);
    }
    for _ in 0..5 {
        assert_eq!(v2("203.0.113.9", "&api_pass=guess").text(), WRONG);
        assert_eq!(admin(&panel, "203.0.113.9", "nope", "YOUR_KEY").status, 404);
    }
    assert_refused(&v2("203.0.113.9", "&api_pass=secret"), WRONG);
    assert_refused(&admin(&panel, "203.0.113.9", "access", "YOUR_KEY"), &bad_key());
    // An unknown code is told what a known one is.
    assert_refused(&admin(&panel, "203.0.113.9", "nope", "YOUR_KEY"), &bad_key());
    assert_eq!(
        call(&panel, "203.0.113.9", "GET", "/nope/admin/index.php", &[]).status,
        404
    );
    assert_eq!(v2("2001:db8::7", "&api_pass=secret").status, 200);
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let panel = behind_a_proxy();
    for n in 0..10 {
        admin(&panel, &format!("2001:db8:1:2::{n}"), "access", "guess");
    }
    assert_refused(&admin(&panel, "2001:db8:1:2:ffff::1", "access", "YOUR_KEY"), &bad_key());
    assert_eq!(admin(&panel, "2001:db8:1:3::1", "access", "YOUR_KEY").status, 200);
}

#[test]
fn how_many_are_too_many_is_a_setting() {
    let panel = behind_a_proxy();
    panel.set("wrong_secrets=2");
    let ask = |key| admin(&panel, "203.0.113.9", "access", key).status;
    assert_eq!([ask("a"), ask("b"), ask("c"), ask("YOUR_KEY")], [200, 200, 429, 429]);
    panel.set("wrong_secrets=0");
    assert_eq!([ask("a"), ask("b"), ask("c"), ask("YOUR_KEY")], [200, 200, 200, 200]);
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM login_logs WHERE status = 'INVALID_LOGIN' AND login_ip LIKE '203%'"),
        "1"
    );
}

#[test]
fn guesses_of_the_control_planes_token_are_refused_wherever_it_is_sent() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("TOKEN".into());
        config.trusted_proxies = vec!["127.0.0.1".into()];
    });
    let ask = |path: &str, token: &str, header: (&str, &str)| {
        let bearer = format!("Bearer {token}");
        call(
            &panel,
            "203.0.113.9",
            "GET",
            path,
            &[("Authorization", &bearer), header],
        )
    };
    let plain = ("Accept", "*/*");
    let keyed = format!("/access/?api_key=YOUR_KEY&{CALL}");
    for _ in 0..3 {
        assert_eq!(ask("/_linecard/info", "guess", plain).status, 401);
        assert_eq!(ask("/_linecard/health", "guess", plain).status, 200);
        assert_eq!(ask(&keyed, "guess", ("X-Linecard-Fault", "status=503")).status, 401);
    }
    assert_eq!(
        ask(&keyed, "guess", ("X-Linecard-Debug", "1")).header("x-linecard-api"),
        None
    );
    let body = r#"{"type":"linecard:unauthorized","title":"Too Many Requests","status":429,"detail":"the token is missing or wrong","hint":"send it as `Authorization: Bearer TOKEN`; --control-token sets it"}"#;
    assert_refused(&ask("/_linecard/info", "TOKEN", plain), body);
    assert_refused(&ask(&keyed, "TOKEN", ("X-Linecard-Fault", "status=503")), body);
    assert_refused(&ask(&keyed, "TOKEN", plain), &bad_key());
    assert_eq!(ask("/_linecard/health", "TOKEN", plain).status, 200);
    let own = |panel: &Panel, path: &str, token: &str| {
        let headers = [("Authorization", token)];
        panel.client().request("GET", path, &headers, b"")
    };
    let metrics = own(&panel, "/_linecard/metrics", "Bearer TOKEN").text();
    for line in [
        "linecard_wrong_secrets_total 10\n",
        "linecard_throttled_total 5\n",
        "linecard_throttled_addresses_total 1\n",
    ] {
        assert!(metrics.contains(line), "{line} {metrics}");
    }
    // The proxy itself is no exception; a program on this machine is, because it runs the tests.
    let direct = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("TOKEN".into());
    });
    for (panel, last, good) in [(&panel, 429, 429), (&direct, 401, 200)] {
        let guesses: Vec<u16> = (0..20)
            .map(|_| own(panel, "/_linecard/info", "Bearer guess").status)
            .collect();
        assert_eq!(guesses[19], last);
        assert_eq!(own(panel, "/_linecard/info", "Bearer TOKEN").status, good);
    }
}

#[test]
fn the_log_names_the_address_once_in_a_line_for_fail2ban() {
    let (_folder, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs", "--trusted-proxies", "127.0.0.1"]);
    for n in 0..12 {
        let path = format!("/access/?api_key=guess{n}&{CALL}");
        served
            .client()
            .request("GET", &path, &[("X-Forwarded-For", "203.0.113.9")], b"");
    }
    let (_, _, log) = served.end("-TERM");
    let told = " WARN wrong secrets from 203.0.113.9: 10 in 60 s; further ones are refused\n";
    assert_eq!(log.matches(told).count(), 1, "{log}");
    assert!(!log.contains("guess"), "{log}");
}

#[test]
fn a_key_may_come_in_a_header_where_no_parameter_is_sent() {
    let panel = Panel::docs();
    let ask = |query: &str, headers: &[(&str, &str)]| {
        panel
            .client()
            .request("GET", &format!("/access/?{query}"), headers, b"")
            .text()
    };
    let found = panel.get("get_category", "id=1");
    let (own, bearer) = (("X-Api-Key", "YOUR_KEY"), ("Authorization", "Bearer YOUR_KEY"));
    for headers in [
        &[own][..],
        &[bearer],
        &[("authorization", "bearer YOUR_KEY")],
        &[own, ("Authorization", "Bearer other")],
        &[own, ("Authorization", "Basic eDp5")],
    ] {
        assert_eq!(ask(CALL, headers), found, "{headers:?}");
    }
    let refused: [(&str, &[(&str, &str)]); 7] = [
        ("", &[("X-Api-Key", "RESELLER_KEY")]),
        ("", &[("X-Api-Key", "")]),
        ("", &[("X-Api-Key", "wrong"), bearer]),
        ("", &[("Authorization", "YOUR_KEY")]),
        // What is sent as the parameter counts, whatever it is.
        ("api_key=&", &[own]),
        ("api_key=wrong&", &[own]),
        ("api_key[]=YOUR_KEY&", &[bearer]),
    ];
    for (query, headers) in refused {
        assert_eq!(
            ask(&format!("{query}{CALL}"), headers),
            bad_key(),
            "{query} {headers:?}"
        );
    }
    assert_eq!(
        ask(&format!("api_key=YOUR_KEY&{CALL}"), &[("X-Api-Key", "wrong")]),
        found
    );
}

#[test]
fn with_a_key_in_a_header_the_parameter_is_the_accounts_own() {
    let panel = Panel::docs();
    let fresh = "0123456789abcdef0123456789abcdef";
    let path = format!("/access/?action=edit_user&id=88&api_key={fresh}");
    let answer = panel.client().request("GET", &path, &[("X-Api-Key", "YOUR_KEY")], b"");
    assert!(answer.text().starts_with(r#"{"status":"STATUS_SUCCESS""#), "{answer:?}");
    assert_eq!(panel.sql_one("SELECT api_key FROM users WHERE id = 88"), fresh);
}

#[test]
fn a_key_in_a_header_is_recorded_without_being_shown() {
    let panel = Panel::docs_with(|config| config.control = true);
    let ask = |headers: &[(&str, &str)]| panel.client().request("GET", &format!("/access/?{CALL}"), headers, b"");
    ask(&[("X-Api-Key", "YOUR_KEY")]);
    ask(&[("Authorization", "Bearer wrong-key")]);
    let entries = panel.client().get("/_linecard/requests").text();
    assert!(
        !entries.contains("YOUR_KEY") && !entries.contains("wrong-key"),
        "{entries}"
    );
    let entries: serde_json::Value = serde_json::from_str(&entries).unwrap();
    let of = |at: usize, name: &str| entries["requests"][at][name].clone();
    assert_eq!((of(0, "auth"), of(0, "user")), ("ok".into(), "admin".into()));
    assert_eq!(of(1, "auth"), "bad_key");
    let second = panel.client().get("/_linecard/requests/2").text();
    let hint = "the key in the header is not good; GET /_linecard/info names a good one";
    assert!(second.contains(hint), "{second}");
}
