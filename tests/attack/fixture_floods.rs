//! Floods of the journal, and clients of it that do not read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{controlled, metric};
use crate::control::{ask, problem, refused, told};
use crate::support::{Client, Panel, soon};

/// Sends requests with bodies of about this size.
fn flood(panel: &Panel, count: usize, bytes: usize) {
    let mut client = panel.client();
    // Tildes are no text that a secret could be written in, so that showing the bodies takes little time.
    let form = format!("api_key=YOUR_KEY&action=get_line&id=1&search={}", "~".repeat(bytes));
    for _ in 0..count {
        assert_eq!(client.post(&panel.admin_path(), &form).status, 200);
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A client that asks for a path of the control plane, reads the head of the answer and nothing more.
fn silent(panel: &Panel, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(panel.host()).unwrap();
    socket
        .write_all(format!("GET /_linecard/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
        .unwrap();
    let mut start = [0; 12];
    socket.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    socket
}

fn is_reset(socket: &TcpStream) -> bool {
    soon(|| socket.take_error().unwrap().is_some())
}

#[test]
fn the_journal_has_a_memory_beside_its_number() {
    let panel = controlled(|config| config.journal_memory = 100_000);
    flood(&panel, 20, 20_000);
    assert!(metric(&panel, "linecard_journal_bytes") <= 100_000);
    let (entries, evicted) = (
        metric(&panel, "linecard_journal_entries"),
        metric(&panel, "linecard_journal_evicted_total"),
    );
    assert_eq!(entries + evicted, 20);
    assert!((1..=4).contains(&entries), "{entries}");
    let listed = json_of(&told(&panel, "GET", "requests", ""));
    // What is parsed for the list counts too.
    let evicted = listed["evicted"].as_u64().unwrap();
    let seqs: Vec<u64> = listed["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(*seqs.last().unwrap(), 20);
    assert_eq!(u64::try_from(seqs.len()).unwrap() + evicted, 20);
    assert!(metric(&panel, "linecard_journal_bytes") <= 100_000);

    let (status, overflow) = refused(&panel, "POST", "verify", r#"{"match":{},"times":{"exactly":20}}"#);
    let overflow = json_of(&overflow);
    let (count, evicted) = (
        overflow["count"].as_u64().unwrap(),
        overflow["evicted"].as_u64().unwrap(),
    );
    assert_eq!(count + evicted, 20);
    assert_eq!(
        (status, overflow),
        (
            409,
            json!({
                "type": "linecard:journal_overflow",
                "title": "Conflict",
                "status": 409,
                "detail": format!("{evicted} requests are no longer in the journal and may have matched"),
                "hint": "DELETE /_linecard/requests before the test, or start with a larger --journal-memory",
                "count": count,
                "evicted": evicted,
            })
        )
    );
    told(&panel, "DELETE", "requests", "");
    assert_eq!(metric(&panel, "linecard_journal_bytes"), 0);
    panel.get("get_line", "id=4521");
    assert_eq!(
        told(&panel, "POST", "requests/count", r#"{"match":{}}"#),
        r#"{"count":1,"evicted":0}"#
    );
    // One that has no room at all leaves none behind.
    flood(&panel, 3, 60_000);
    let before = metric(&panel, "linecard_journal_bytes");
    let variables: String = (0..900).map(|n| format!("&v{n}={n}")).collect();
    panel.call("get_line", &format!("id=1{variables}"));
    ask(&panel, "GET", "unmatched", "");
    let after = metric(&panel, "linecard_journal_bytes");
    assert!(before <= 100_000 && after <= 100_000, "{before} {after}");
}

#[test]
fn large_lists_are_streamed_and_small_ones_have_their_length() {
    let panel = controlled(|_| {});
    for path in ["requests", "requests.har", "unmatched"] {
        let answer = ask(&panel, "GET", path, "");
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()), "{path}");
        assert_eq!(answer.header("transfer-encoding"), None);
    }
    flood(&panel, 50, 30_000);
    for (path, list) in [("requests", "/requests"), ("requests.har", "/log/entries")] {
        let mut client = panel.client();
        client.send(format!("GET /_linecard/{path} HTTP/1.1\r\nHost: {}\r\n\r\n", panel.host()).as_bytes());
        let head = client.receive_head();
        assert_eq!(
            (head.status, head.header("content-type"), head.header("content-length")),
            (200, Some("application/json"), None),
            "{path}"
        );
        let mut whole = String::new();
        loop {
            let chunk = client.chunk();
            if chunk.is_empty() {
                break;
            }
            // The last entry of a chunk may be as long as a request is.
            assert!(chunk.len() < 200_000, "{path}: {}", chunk.len());
            whole += &chunk;
        }
        let whole = json_of(&whole);
        let entries = whole.pointer(list).unwrap().as_array().unwrap();
        assert_eq!(entries.len(), 50, "{path}");
        // The connection goes on behind it.
        assert_eq!(client.get("/_linecard/health").status, 200);
    }
    let listed = json_of(&told(&panel, "GET", "requests?limit=40", ""));
    assert_eq!((&listed["more"], &listed["evicted"]), (&json!(true), &json!(0)));
    let last = json_of(&told(&panel, "GET", "requests?since=49", ""));
    assert_eq!(listed["requests"][39], json_of(&told(&panel, "GET", "requests/40", "")));
    assert_eq!(
        last,
        json!({ "requests": [json_of(&told(&panel, "GET", "requests/50", ""))], "more": false, "evicted": 0 })
    );
}

/// The archive holds none of the requests that it has not printed yet.
#[test]
fn an_archive_that_is_read_slowly_says_what_the_journal_dropped_meanwhile() {
    let panel = controlled(|config| config.journal_size = 150);
    flood(&panel, 150, 60_000);
    let mut client = panel.client();
    client.send(b"GET /_linecard/requests.har HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.receive_head().status, 200);
    let first = client.chunk();
    let mut other = panel.client();
    for _ in 0..150 {
        other.get("/nowhere");
    }
    let whole = first + &String::from_utf8(client.chunks()).unwrap();
    let log = &json_of(&whole)["log"];
    let entries = log["entries"].as_array().unwrap();
    let seqs: Vec<u64> = entries
        .iter()
        .map(|one| one["_linecard"]["seq"].as_u64().unwrap())
        .collect();
    let told = u64::try_from(seqs.len()).unwrap();
    assert!(told < 150 && seqs == (1..=told).collect::<Vec<u64>>(), "{told}");
    assert_eq!(
        log["comment"],
        format!("{} requests are no longer in the journal", 150 - told)
    );
}

#[test]
fn who_reads_nothing_is_dropped() {
    let panel = controlled(|config| config.slow_reader = Duration::from_millis(200));
    let listener = silent(&panel, "requests/stream");
    assert_eq!(metric(&panel, "linecard_journal_listeners"), 1);
    flood(&panel, 120, 60_000);
    assert!(is_reset(&listener));
    assert!(soon(|| metric(&panel, "linecard_journal_listeners") == 0));
    // One to whom there is nothing to tell is not.
    let mut idle = panel.client();
    idle.send(b"GET /_linecard/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(idle.receive_head().status, 200);
    let reader = silent(&panel, "requests.har");
    assert!(is_reset(&reader));
    panel.get("get_line", "id=4521");
    // A slow machine takes so long that the stream shows that it is alive.
    let mut chunks = std::iter::from_fn(|| Some(idle.chunk()));
    let told = chunks.find(|chunk| !chunk.starts_with(": keep-alive")).unwrap();
    assert!(told.starts_with("event: request\nid: 121\n"), "{told}");
}

#[test]
fn so_many_clients_follow_the_journal() {
    let panel = controlled(|config| config.journal_listeners = 2);
    let follow = || {
        let mut client: Client = panel.client();
        client.send(b"GET /_linecard/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(client.receive_head().status, 200);
        client
    };
    let (first, _second) = (follow(), follow());
    let refusal = problem(
        "too_many",
        "Conflict",
        409,
        "2 clients follow the journal",
        "end one of them, or start the server with a larger --journal-listeners",
    );
    assert_eq!(refused(&panel, "GET", "requests/stream", ""), refusal);
    drop(first);
    assert!(soon(|| metric(&panel, "linecard_journal_listeners") == 1));
    follow();
}

/// Requests are compared outside of the locks, and those of the panel go on meanwhile, even on the same thread.
#[test]
fn a_long_count_holds_nobody_up() {
    let panel = controlled(|_| {});
    let mut client = panel.client();
    // What follows an `a` is another state of the automaton for each path of so many letters: no cache holds them, and
    // the expression is followed letter by letter.
    const HEAVY: &str = "re:[ab]*a[ab]{300}c[ab]{300}c";
    let mut seed = 1_u64;
    let mut letter = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if seed >> 63 == 0 { 'a' } else { 'b' }
    };
    let long = (0..2_000).map(|_| letter()).collect::<String>();
    for _ in 0..40 {
        client.get(&format!("/{long}"));
    }
    let heavy = format!(r#"{{"match":{{"path":"{HEAVY}"}}}}"#);
    std::thread::scope(|scope| {
        let count = scope.spawn(|| told(&panel, "POST", "requests/count", &heavy));
        let mut answered = 0;
        while !count.is_finished() && answered < 3 {
            panel.call("get_line", "id=4521");
            answered += 1;
        }
        assert!(!count.is_finished(), "{answered}");
        assert_eq!(count.join().unwrap(), r#"{"count":0,"evicted":0}"#);
    });
    // So do requests that faults are compared with.
    told(
        &panel,
        "PUT",
        "faults",
        &format!(
            r#"[{{"id":"heavy","match":{{"path":"{HEAVY}"}},"effect":{{"status":503}}}},{{"id":"light","when":{{"skip":1,"times":2}},"effect":{{"status":500}}}}]"#
        ),
    );
    let statuses: Vec<u16> = (0..4).map(|_| panel.client().get("/nowhere").status).collect();
    assert_eq!(statuses, [404, 500, 500, 404]);
}
