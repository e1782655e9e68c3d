//! Bodies that are cut off, badly framed, too many or sent by strangers: nothing runs, and nobody's memory is held.

use std::time::{Duration, Instant};

use crate::support::{Client, Panel, soon};

/// The head of a POST or PUT that announces more than it sends.
fn head(method: &str, path: &str, length: usize, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{more}\r\n")
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=x\r\n";
const JSON: &str = "Content-Type: application/json\r\n";

/// Asserts that the server refuses what was sent so far with this status and ends the connection.
fn assert_refused(client: &mut Client, status: u16, what: &str) {
    let answer = client.receive(false);
    assert_eq!(
        (answer.status, answer.header("connection"), answer.body.as_slice()),
        (status, Some("close"), &b""[..]),
        "{what}"
    );
    assert!(client.is_closed(), "{what}");
}

#[test]
fn a_body_that_is_cut_off_or_badly_chunked_runs_nothing_in_any_dialect() {
    let panel = Panel::docs_with(|config| config.control = true);
    let told = |method: &str, path: &str, body: &str| {
        let answer = panel.client().request(method, path, &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text()
    };
    told(
        "PUT",
        "/_linecard/faults",
        r#"[{"id":"kept","match":{"action":"never"},"effect":{"status":500}}]"#,
    );
    let before = (panel.everything(), told("GET", "/_linecard/faults", ""));
    let create = "/access/?api_key=YOUR_KEY&action=create_line&exp_date=2030-01-01";
    for (method, path, kind, body) in [
        ("POST", create, FORM, "username=new&bouquets_selected=[1"),
        (
            "POST",
            create,
            MULTIPART,
            "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nne",
        ),
        (
            "POST",
            "/access/?api_key=YOUR_KEY&action=create_access_code&code=open&type=4",
            FORM,
            "whitelist[]=192.0.2.1",
        ),
        ("POST", "/access/?api_key=YOUR_KEY&action=delete_line", FORM, "id=4521"),
        (
            "POST",
            "/api.php?action=user&sub=create",
            FORM,
            "user_data[username]=new&user_data[pass",
        ),
        ("POST", "/nope/?action=delete_line", FORM, "id=4521"),
        ("PUT", "/_linecard/state", JSON, "{}"),
        (
            "PUT",
            "/_linecard/state",
            "Content-Type: application/yaml\r\n",
            "lines: []\n",
        ),
        ("PATCH", "/_linecard/state", JSON, r#"{"lines":[{"username":"new"}]}"#),
        ("PUT", "/_linecard/faults", JSON, "[]"),
        ("POST", "/_linecard/reset", JSON, "{}"),
        ("POST", "/_linecard/clock/advance", JSON, r#"{"by":"30d"}"#),
    ] {
        let mut cut = panel.client();
        cut.send(head(method, path, body.len() + 1, kind).as_bytes());
        cut.send(body.as_bytes());
        cut.say_no_more();
        assert_refused(&mut cut, 400, path);
        let chunked = head(method, path, 0, kind).replace("Content-Length: 0", "Transfer-Encoding: chunked");
        for end in ["", "0\r\n", "0x0\r\n\r\n", "\r\n\r\n", "-1\r\n\r\n"] {
            let mut broken = panel.client();
            broken.send(format!("{chunked}{:x}\r\n{body}\r\n{end}", body.len()).as_bytes());
            broken.say_no_more();
            assert_refused(&mut broken, 400, &format!("{path} {end:?}"));
        }
        // One that is broken off leaves nothing either.
        let mut left = panel.client();
        left.send(head(method, path, body.len() + 1, kind).as_bytes());
        left.send(body.as_bytes());
        left.reset();
    }
    assert_eq!((panel.everything(), told("GET", "/_linecard/faults", "")), before);
}

#[test]
fn a_state_of_nothing_is_refused() {
    let panel = Panel::docs_with(|config| config.control = true);
    let before = panel.everything();
    for (content_type, body) in [
        ("application/json", ""),
        ("application/yaml", ""),
        ("application/octet-stream", ""),
        ("application/octet-stream", " \r\n"),
        ("application/toml", "\n"),
    ] {
        for method in ["PUT", "PATCH"] {
            let headers = [("Content-Type", content_type)];
            let answer = panel
                .client()
                .request(method, "/_linecard/state", &headers, body.as_bytes());
            let empty = r#"{"type":"linecard:bad_request","title":"Bad Request","status":400,"detail":"the body is empty","hint":"send a seed document; {} is an empty panel"}"#;
            assert_eq!(
                (answer.status, answer.text().as_str()),
                (400, empty),
                "{content_type} {body:?}"
            );
        }
    }
    assert_eq!(panel.everything(), before);
}

/// Two hundred bodies that never end may hold no more than all bodies together.
#[test]
fn bodies_share_a_memory_that_is_given_back() {
    let panel = Panel::docs_with(|config| config.body_memory = 1 << 20);
    let path = "/access/?api_key=YOUR_KEY&action=get_category&id=1";
    let part = vec![b'a'; 100 << 10];
    let mut waiting: Vec<Client> = Vec::new();
    for _ in 0..10 {
        let mut client = panel.client();
        client.send(head("POST", path, 8 << 20, FORM).as_bytes());
        client.send(&part);
        waiting.push(client);
    }
    let is_full = || {
        let mut late = panel.client();
        late.send(head("POST", path, 200 << 10, FORM).as_bytes());
        late.send(&part);
        late.send(&part);
        late.receive(false).status == 503
    };
    assert!(soon(is_full));
    // What needs no memory goes on.
    assert!(panel.client().get(path).text().contains("STATUS_SUCCESS"));
    drop(waiting);
    assert!(soon(|| {
        let answer = panel.client().post(path, &format!("x={}", "a".repeat(900 << 10)));
        answer.status == 200
    }));
}

#[test]
fn a_stranger_is_answered_before_the_body() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
        config.trusted_proxies = vec!["127.0.0.1".into()];
    });
    panel.call("add_blocked_ip", "ip=198.51.100.7");
    panel.sql(
        r#"INSERT INTO access_codes (id, code, type, enabled, whitelist) VALUES (20, 'listed', 0, 1, '["192.0.2.1"]')"#,
    );
    panel.sql("UPDATE access_codes SET type = 3 WHERE id = 20");
    panel.call("reload_nginx", "");
    let begun = Instant::now();
    for (path, from, status, body) in [
        ("/access/?action=get_line", "198.51.100.7", 403, ""),
        ("/listed/?action=get_line", "203.0.113.9", 403, "IP FORBIDDEN"),
        (
            "/api.php?action=user&sub=create",
            "203.0.113.9",
            200,
            r#"{"result":false,"0":"IP FORBIDDEN"}"#,
        ),
        (
            "/_linecard/reset",
            "203.0.113.9",
            401,
            r#"{"type":"linecard:unauthorized","title":"Unauthorized","status":401,"detail":"the token is missing or wrong","hint":"send it as `Authorization: Bearer TOKEN`; --control-token sets it"}"#,
        ),
    ] {
        let mut client = panel.client();
        client.send(head("POST", path, 8 << 20, &format!("{FORM}X-Forwarded-For: {from}\r\n")).as_bytes());
        let answer = client.receive(false);
        assert_eq!(
            (answer.status, answer.header("connection"), answer.text().as_str()),
            (status, Some("close"), body),
            "{path}"
        );
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// A body that stops, and one of which a byte comes now and then.
#[test]
fn a_slow_body_is_given_up() {
    let panel = Panel::docs_with(|config| config.slow_body = Duration::from_millis(300));
    let path = "/access/?api_key=YOUR_KEY&action=delete_line";
    let mut stopped = panel.client();
    stopped.send(head("POST", path, 100, FORM).as_bytes());
    stopped.send(b"id=4521");
    assert_refused(&mut stopped, 408, "stopped");
    let mut dripping = panel.client();
    dripping.send(head("POST", path, 100, FORM).as_bytes());
    let begun = Instant::now();
    for byte in b"id=4521&aaaaaaaaaaaa" {
        dripping.send(&[*byte]);
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_refused(&mut dripping, 408, "dripping");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // One that comes as fast as it may takes its time.
    let mut fast = panel.client();
    fast.send(head("POST", path.replace("delete_line", "get_line").as_str(), 40_007, FORM).as_bytes());
    for _ in 0..4 {
        fast.send(&[b'a'; 10_000]);
        std::thread::sleep(Duration::from_millis(150));
    }
    fast.send(b"&id=452");
    assert_eq!(fast.receive(false).status, 200);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines WHERE id = 4521"), "1");
}

#[test]
fn an_address_has_so_many_connections() {
    let panel = Panel::docs_with(|config| config.connections_per_address = 2);
    let path = "/access/?api_key=YOUR_KEY&action=get_category&id=1";
    let connect = |from: &str| Client::from(from.parse().unwrap(), panel.host());
    let (mut first, mut second) = (connect("127.0.0.5"), connect("127.0.0.5"));
    assert_eq!((first.get(path).status, second.get(path).status), (200, 200));
    assert!(connect("127.0.0.5").is_closed());
    // Others have their own, and this machine has no limit.
    assert_eq!(connect("127.0.0.6").get(path).status, 200);
    let mut own: Vec<Client> = (0..5).map(|_| panel.client()).collect();
    assert!(own.iter_mut().all(|client| client.get(path).status == 200));
    drop(first);
    assert!(soon(|| connect("127.0.0.5").try_request("GET", path, &[], b"").is_ok()));
}
