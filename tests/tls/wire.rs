//! What becomes of a connection: handshakes that come to nothing, and faults, which end as they do without TLS.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{curl, secure};
use crate::support::Client;

#[needs::test("curl")]
fn who_speaks_no_tls_is_told_so() {
    let secure = secure(&[]);
    let host = secure.url().strip_prefix("https://").unwrap();
    let words = "This port speaks TLS: ask for https:// instead of http://.\n";
    let mut client = Client::new(host);
    let answer = client.post("/access/admin/index.php", "api_key=YOUR_KEY&action=user_info");
    assert_eq!(
        (
            answer.status,
            answer.header("content-type"),
            answer.header("connection"),
            answer.text().as_str()
        ),
        (400, Some("text/plain"), Some("close"), words)
    );
    assert!(client.is_closed());
    let (code, text) = curl(&[&format!("http://{host}/")]);
    assert_eq!((code, text.as_str()), (Some(0), words));
}

#[needs::test("curl")]
fn a_handshake_that_comes_to_nothing_ends() {
    let secure = secure(&[]);
    let host = secure.url().strip_prefix("https://").unwrap();
    let begun = Instant::now();
    let (mut silent, mut slow, mut garbled) = (Client::new(host), Client::new(host), Client::new(host));
    // The beginning of a record that would go on, and one that is none of TLS's.
    slow.send(b"\x16\x03\x01\x02\x00\x01");
    garbled.send(b"\x16 is no handshake, whatever it begins with");
    let alert = garbled.read_to_end().unwrap();
    assert!(alert.is_empty() || alert[0] == 21, "{alert:?}");
    assert!(silent.is_closed() && slow.is_closed());
    assert!(begun.elapsed() >= Duration::from_secs(5));
    // Nobody else was in the way of anything.
    assert_eq!(secure.told("GET", "health", "")["status"], "ok");
}

#[needs::test("curl")]
fn a_stop_does_not_wait_for_handshakes() {
    let secure = secure(&["--grace=60s"]);
    let host = secure.url().strip_prefix("https://").unwrap().to_owned();
    let _silent = Client::new(&host);
    // The connection before this one has been taken when this one is answered.
    assert_eq!(secure.told("GET", "health", "")["status"], "ok");
    let begun = Instant::now();
    let (status, _, words) = secure.served.end("-TERM");
    assert_eq!((status.code(), words.as_str()), (Some(0), ""));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[needs::test("curl")]
fn a_login_tells_the_port_with_tls() {
    let secure = secure(&[]);
    secure.told("PUT", "faults", r#"[{"effect":{"preset":"expired"}}]"#);
    let (code, text) = secure.curl(&[&format!("{}/player_api.php?username=a&password=b", secure.url())]);
    let port = secure.port();
    let told = format!(
        r#""server_info":{{"url":"127.0.0.1","port":"{port}","https_port":"{port}","server_protocol":"https","#
    );
    assert!(code == Some(0) && text.contains(&told), "{text}");
}

#[needs::test("curl")]
fn faults_of_the_wire_are_seen_as_without_tls() {
    let secure = secure(&[]);
    let url = secure.call("action=get_line&id=4521&show_columns=id");
    let whole = r#"{"status":"STATUS_SUCCESS","data":{"id":4521}}"#;
    // An empty answer, one that is too short, a reset, one that does not come: in curl's numbers.
    let table = [
        (json!({"abort": "close"}), 52, ""),
        (json!({"abort": "reset"}), 56, ""),
        (json!({"truncate": {"bytes": 10}}), 18, &whole[..10]),
        (json!({"stream_cut": {"after_bytes": 12}}), 18, &whole[..12]),
        (json!({"abort": "hang"}), 28, ""),
        (json!({"dribble": {"chunks": 5, "over": "50ms"}}), 0, whole),
        (json!({"throttle": "1KiB/s"}), 0, whole),
        (json!({"delay": "20ms"}), 0, whole),
    ];
    for (effect, code, text) in table {
        let fault = json!([{ "effect": effect }]).to_string();
        secure.told("PUT", "faults", &fault);
        let seen = secure.curl(&["--max-time", if code == 28 { "0.5" } else { "60" }, &url]);
        assert_eq!(seen, (Some(code), text.to_owned()), "{fault}");
    }
    let outcomes = secure.told("GET", "requests", "");
    let outcomes = outcomes["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["outcome"].as_str().unwrap());
    assert_eq!(
        outcomes.collect::<Vec<_>>(),
        [
            "closed", "reset", "cut", "cut", "hung", "answered", "answered", "answered"
        ]
    );
}
