//! Heads that are no HTTP: refused, and told of in one line of the level `debug`.

use crate::support::process::{Served, folder};

/// Sends one malformed head to a server with these arguments, and returns its answer and the server's log.
fn log_of(head: &[u8], arguments: &[&str]) -> (u16, String) {
    let (_folder, db) = folder();
    let served = Served::start(&[&["--db", db.as_str()], arguments].concat());
    let mut client = served.client();
    client.send(head);
    let status = client.receive(false).status;
    let (_, _, log) = served.end("-TERM");
    (status, log)
}

#[test]
fn a_malformed_head_is_one_line_at_debug_and_none_otherwise() {
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(256 << 10));
    let table: [(&[u8], u16, &str); 5] = [
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not TLS\r\n\r\n",
            400,
            "invalid",
        ),
        (
            b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
            400,
            "invalid HTTP version specified",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            400,
            "invalid Header provided",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
            400,
            "invalid Header provided",
        ),
        (many.as_bytes(), 431, "message head is too large"),
    ];
    for (head, status, reason) in table {
        let told = |line: &&str| {
            line.contains("malformed") || line.contains("stream error") || line.contains("Content-Length")
        };
        let (answered, log) = log_of(head, &["--log-level", "debug"]);
        let lines: Vec<&str> = log.lines().filter(told).collect();
        let [line] = lines.as_slice() else {
            panic!("{reason}: {log}");
        };
        assert_eq!(answered, status, "{log}");
        assert!(line.contains(" DEBUG ") && line.contains(reason), "{line}");
        assert!(line.contains("peer=Some(127.0.0.1:"), "{line}");
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
        let (_, quiet) = log_of(head, &[]);
        assert_eq!(quiet.lines().filter(told).count(), 0, "{quiet}");
        assert!(!quiet.contains("ERROR") && !quiet.contains("WARN"), "{quiet}");
    }
}
