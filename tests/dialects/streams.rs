//! Faults on an answer that comes as a stream: each does what it does to a whole one.

use std::time::{Duration, Instant};

use linecard::server::Running;

use super::toy::{PIECE, PIECES};
use super::{client, control, panel_with_toy, recorded};

const PATH: &str = "/toy?action=wave&as=stream";
const WHOLE: usize = PIECES * PIECE.len();

/// What comes of an answer: its head, the bytes of its chunks, and whether it ends as it should.
struct Got {
    head: String,
    body: Vec<u8>,
    ended: bool,
}

/// Asks for the stream under an effect, and reads until the connection closes.
fn under(panel: &Running, effect: &str) -> Got {
    let fault = format!(r#"[{{"match":{{"api":"toy"}},"effect":{effect}}}]"#);
    let set = control(panel, "PUT", "faults", &fault);
    assert_eq!(set.status, 200, "{}", set.text());
    control(panel, "DELETE", "requests", "");
    let mut client = client(panel);
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.send(request.as_bytes());
    taken_apart(&client.read_to_end().unwrap_or_default())
}

fn taken_apart(bytes: &[u8]) -> Got {
    let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Got {
            head: String::new(),
            body: Vec::new(),
            ended: false,
        };
    };
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let (mut rest, mut body, mut ended) = (&bytes[at + 4..], Vec::new(), false);
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        let from = line + 2;
        body.extend_from_slice(&rest[from..(from + length).min(rest.len())]);
        ended = length == 0;
        rest = rest.get(from + length + 2..).unwrap_or_default();
    }
    Got { head, body, ended }
}

/// What the journal has of the stream, once it is told how it ended: outcome, status and bytes.
fn told(panel: &Running) -> (String, u64, u64) {
    let entry = recorded(panel);
    (
        entry["outcome"].as_str().unwrap_or_default().to_owned(),
        entry["status"].as_u64().unwrap_or_default(),
        entry["bytes"].as_u64().unwrap_or_default(),
    )
}

#[test]
fn a_stream_without_a_fault_comes_in_chunks_and_its_bytes_are_counted() {
    let panel = panel_with_toy();
    let mut client = client(&panel);
    client.send(format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes());
    let got = taken_apart(&client.read_to_end().unwrap());
    assert!(got.head.contains("\r\nTransfer-Encoding: chunked"), "{}", got.head);
    assert_eq!((got.body.len(), got.ended), (WHOLE, true));
    assert_eq!(told(&panel), ("answered".to_owned(), 200, WHOLE as u64));
}

#[test]
fn a_stream_is_late_or_has_another_status() {
    let panel = panel_with_toy();
    let begun = Instant::now();
    let got = under(&panel, r#"{"delay":"60ms"}"#);
    assert!(begun.elapsed() >= Duration::from_millis(60));
    assert_eq!((got.body.len(), got.ended), (WHOLE, true));
    let got = under(&panel, r#"{"status":503,"preset":"bom_prefix"}"#);
    assert!(got.head.starts_with("HTTP/1.1 503 "), "{}", got.head);
}

#[test]
fn a_stream_is_cut_after_so_many_bytes() {
    let panel = panel_with_toy();
    for (effect, bytes) in [
        (r#"{"truncate":{"bytes":250}}"#, 250),
        (r#"{"truncate":{"bytes":0}}"#, 0),
        // Of 64 KiB: nobody knows how long a stream will be.
        (r#"{"truncate":{"fraction":0.5}}"#, 32 << 10),
        (r#"{"stream_cut":{"after_bytes":300}}"#, 300),
    ] {
        let got = under(&panel, effect);
        assert_eq!((got.body.len(), got.ended), (bytes, false), "{effect}");
        assert_eq!(told(&panel), ("cut".to_owned(), 200, bytes as u64), "{effect}");
    }
    let got = under(&panel, r#"{"stream_cut":{"after":"20ms"}}"#);
    assert!(
        got.body.len() <= WHOLE && !got.ended,
        "it breaks then, or where it ends"
    );
}

#[test]
fn a_stream_stalls_and_the_connection_stays_open() {
    let panel = panel_with_toy();
    let fault = r#"[{"match":{"api":"toy"},"effect":{"preset":"stream_stall"}}]"#;
    control(&panel, "PUT", "faults", fault);
    let mut client = client(&panel);
    client.send(format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    client.receive_head();
    let mut come = 0;
    while come < 32 << 10 {
        come += client.chunk().len();
    }
    assert_eq!(come, 32 << 10);
    assert!(client.is_silent());
}

#[test]
fn bits_of_a_stream_are_turned() {
    let panel = panel_with_toy();
    let got = under(&panel, r#"{"corrupt":{"flip":3}}"#);
    assert_eq!((got.body.len(), got.ended), (WHOLE, true));
    let other: Vec<usize> = (0..WHOLE).filter(|at| got.body[*at] != b'a').collect();
    assert_eq!(other.len(), 3, "{other:?}");
    assert!(
        other.iter().all(|at| *at < 64 << 10 && got.body[*at] == b'a' ^ 1),
        "{other:?}"
    );
}

#[test]
fn a_stream_comes_in_pieces() {
    let panel = panel_with_toy();
    let begun = Instant::now();
    let got = under(&panel, r#"{"throttle":"2MiB/s"}"#);
    assert_eq!((got.body.len(), got.ended), (WHOLE, true));
    let got_in_pieces = under(&panel, r#"{"dribble":{"chunks":1000,"over":"100ms"}}"#);
    assert_eq!((got_in_pieces.body.len(), got_in_pieces.ended), (WHOLE, true));
    // 1,526 pieces of 65 bytes at most, each after a tenth of a millisecond.
    assert!(begun.elapsed() >= Duration::from_millis(100));
}

#[test]
fn no_byte_of_a_stream_comes_where_the_connection_is_let_go() {
    let panel = panel_with_toy();
    for abort in ["close", "reset"] {
        let got = under(&panel, &format!(r#"{{"abort":"{abort}"}}"#));
        assert_eq!((got.head.as_str(), got.body.len()), ("", 0), "{abort}");
    }
}

#[test]
fn a_text_comes_before_a_stream_and_its_shape_is_left_alone() {
    let panel = panel_with_toy();
    let got = under(&panel, r#"{"preset":"bom_prefix"}"#);
    assert_eq!(
        (&got.body[..3], got.body.len(), got.ended),
        (&b"\xef\xbb\xbf"[..], WHOLE + 3, true)
    );
    let got = under(&panel, r#"{"preset":"empty_body"}"#);
    assert_eq!((got.body.len(), got.ended), (WHOLE, true));
}
