//! Who reaches the control plane, what it lets other machines do, and which address it names.

use serde_json::Value;

use super::{bad, panel, problem};
use crate::support::{Answer, Client, Panel};

const TOKEN: [(&str, &str); 1] = [("Authorization", "Bearer let-me-in")];

/// A panel on every address of this machine, whose control plane asks for the token.
fn exposed(test_mode: bool) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
        config.bind = "0.0.0.0:0".into();
        config.test_mode = test_mode;
    })
}

fn ask(client: &mut Client, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    client.request(method, &format!("/_linecard/{path}"), headers, body.as_bytes())
}

fn addresses(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let info: Value = serde_json::from_str(&answer.text()).unwrap();
    let text = |member: &str| info[member].as_str().unwrap().to_owned();
    (text("url"), text("control"))
}

#[test]
fn other_machines_change_nothing_unless_the_server_is_there_for_tests() {
    let guarded = [
        ("GET", "clock"),
        ("POST", "clock/advance"),
        ("PUT", "faults"),
        ("POST", "reset"),
        ("POST", "snapshots"),
        ("GET", "snapshots/a"),
        ("GET", "state"),
        ("PUT", "transitions"),
        ("POST", "worlds"),
        ("DELETE", "worlds/a"),
    ];
    let (shut, open) = (exposed(false), exposed(true));
    for (method, path) in guarded {
        let first = path.split('/').next().unwrap();
        let expected = problem(
            "not_for_tests",
            "Forbidden",
            403,
            &format!("/_linecard/{first} is off, because other machines reach this server"),
            "start it with --test-mode, or bind it to 127.0.0.1",
        );
        let answer = ask(&mut shut.client(), method, path, &TOKEN, "");
        assert_eq!((answer.status, answer.text()), expected, "{method} {path}");
        let doubled = ask(&mut shut.client(), method, &format!("/{path}"), &TOKEN, "");
        assert_eq!((doubled.status, doubled.text()), expected, "{method} /{path}");
        // Who has no token is not told what there is.
        assert_eq!(
            ask(&mut shut.client(), method, path, &[], "").status,
            401,
            "{method} {path}"
        );
        let answer = ask(&mut open.client(), method, path, &TOKEN, "");
        assert_ne!(answer.status, 403, "{method} {path}");
    }
    for path in ["health", "info", "requests", "unmatched"] {
        assert_eq!(ask(&mut shut.client(), "GET", path, &TOKEN, "").status, 200, "{path}");
    }
}

#[test]
fn a_socket_of_its_own_takes_the_control_plane_from_the_panels() {
    let panel = Panel::docs_with(|config| config.control_bind = Some("127.0.0.1:0".into()));
    let answer = ask(&mut panel.client(), "GET", "info", &[], "");
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html")));
    let steering = panel.control_url().trim_end_matches("/_linecard/").to_owned();
    let host = steering.strip_prefix("http://").unwrap();
    let mut control = Client::new(host);
    let (url, own) = addresses(&ask(&mut control, "GET", "info", &[], ""));
    assert_eq!(
        (url, own),
        (format!("http://{}", panel.host()), format!("{steering}/_linecard/"))
    );

    let answer = control.get("/access/admin/index.php");
    let expected = problem(
        "not_found",
        "Not Found",
        404,
        "this port has the control plane alone, and no /access/admin/index.php",
        "GET /_linecard/info says where the panel answers",
    );
    assert_eq!((answer.status, answer.text()), expected);

    // A world's port is the panel's kind; it is steered by its name on the control plane's socket.
    let world: Value = serde_json::from_str(&ask(&mut control, "POST", "worlds", &[], "").text()).unwrap();
    let port = host.rsplit_once(':').unwrap().1;
    assert_eq!(world["control"], format!("http://world-1.localhost:{port}/_linecard/"));
    let mut own = Client::new(world["url"].as_str().unwrap().strip_prefix("http://").unwrap());
    assert_eq!(ask(&mut own, "GET", "info", &[], "").status, 404);
    assert_eq!(
        own.get("/access/admin/index.php?api_key=YOUR_KEY&action=user_info")
            .status,
        200
    );
    let mut named = Client::of_host(&format!("world-1.localhost:{port}"), host);
    let info = ask(&mut named, "GET", "info", &[], "");
    let expected = (
        world["url"].as_str().unwrap().to_owned(),
        format!("http://world-1.localhost:{port}/_linecard/"),
    );
    assert_eq!(addresses(&info), expected);
    assert!(info.text().contains(r#""world":"world-1""#));
}

#[test]
fn an_address_is_the_one_that_was_set_or_asked_for() {
    let token = ("Authorization", "Bearer let-me-in");
    let own = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    let socket = format!("http://{}", own.host());
    let both = |url: &str| (url.to_owned(), format!("{url}/_linecard/"));
    let named = |host: &str| {
        addresses(&ask(
            &mut Client::of_host(host, own.host()),
            "GET",
            "info",
            &[token],
            "",
        ))
    };
    assert_eq!(named("panel.example:8080"), both("http://panel.example:8080"));
    assert_eq!(named("not a host"), both(&socket));
    // HTTP/1.0 asks for no host.
    let mut old = own.client();
    old.send(b"GET /_linecard/info HTTP/1.0\r\nAuthorization: Bearer let-me-in\r\n\r\n");
    assert_eq!(addresses(&old.receive(false)), both(&socket));
    // Whoever is no proxy of ours says nothing of other hosts.
    let forwarded = [
        token,
        ("X-Forwarded-Host", "tv.example, inner"),
        ("X-Forwarded-Proto", "https"),
    ];
    assert_eq!(
        addresses(&ask(&mut own.client(), "GET", "info", &forwarded, "")),
        both(&socket)
    );
    let behind = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
        config.trusted_proxies = vec!["127.0.0.1".into()];
    });
    let through = |headers: &[(&str, &str)]| addresses(&ask(&mut behind.client(), "GET", "info", headers, ""));
    assert_eq!(through(&forwarded), both("https://tv.example"));
    assert_eq!(
        through(&[token, ("X-Forwarded-Proto", "gopher")]),
        both(&format!("http://{}", behind.host()))
    );

    let set = |body: &str| ask(&mut own.client(), "PATCH", "info", &[token], body);
    let answer = set(r#"{"public_url":"https://tv.example/x/"}"#);
    assert_eq!(addresses(&answer), both("https://tv.example/x"));
    assert_eq!(named("panel.example"), both("https://tv.example/x"));
    assert_eq!(addresses(&set(r#"{"public_url":null}"#)), both(&socket));
    let hint = r#"send {"public_url":"http://panel.example:8080"}, or null to take it back"#;
    for (body, detail) in [
        (r#"{"public_url":7}"#, "`public_url` is no text: 7"),
        (
            r#"{"public_url":"tv"}"#,
            r#"`public_url` is not a URL such as http://panel.example:8080: "tv""#,
        ),
    ] {
        let answer = set(body);
        assert_eq!((answer.status, answer.text()), bad(detail, hint), "{body}");
    }
    let fixed = Panel::docs_with(|config| {
        config.control = true;
        config.public_url = Some("http://panel.example".into());
    });
    let answer = ask(&mut fixed.client(), "GET", "info", &[], "");
    assert_eq!(addresses(&answer), both("http://panel.example"));
}

#[test]
fn the_same_calls_after_a_reset_give_the_same_answers() {
    let panel = panel();
    let create = || panel.call("create_line", "exp_date=2027-01-01");
    let first = [create(), create()];
    for _ in 0..2 {
        assert_eq!(ask(&mut panel.client(), "POST", "reset", &[], "").status, 200);
        assert_eq!([create(), create()], first);
    }
}
