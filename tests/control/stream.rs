//! The journal as it grows: server-sent events, one for each request that is answered.

use std::time::Instant;

use serde_json::{Value, json};

use super::{ask, bad, panel, refused, told};
use crate::support::{Client, Panel};

/// One who listens.
struct Listener {
    client: Client,
    rest: String,
}

/// An event: its kind, its number, what it tells.
type Event = (String, u64, Value);

impl Listener {
    fn new(panel: &Panel, filters: &str) -> Listener {
        let mut client = panel.client();
        let head = format!("GET /_linecard/requests/stream{filters} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.send(head.as_bytes());
        let head = client.receive_head();
        let header = |name: &str| head.header(name).unwrap_or_default().to_owned();
        assert_eq!(
            (
                head.status,
                [
                    "content-type",
                    "cache-control",
                    "x-accel-buffering",
                    "transfer-encoding"
                ]
                .map(header)
            ),
            (
                200,
                ["text/event-stream", "no-cache", "no", "chunked"].map(str::to_owned)
            )
        );
        Listener {
            client,
            rest: String::new(),
        }
    }

    /// The next event, comments left out.
    fn next(&mut self) -> Event {
        loop {
            let Some((event, rest)) = self.rest.split_once("\n\n") else {
                let chunk = self.client.chunk();
                assert!(!chunk.is_empty(), "the stream ended");
                self.rest += &chunk;
                continue;
            };
            let event = event.to_owned();
            self.rest = rest.to_owned();
            if event.starts_with(':') {
                continue;
            }
            let lines: Vec<&str> = event.lines().collect();
            let [kind, id, data] = lines.as_slice() else {
                panic!("{event}");
            };
            return (
                kind.strip_prefix("event: ").unwrap().to_owned(),
                id.strip_prefix("id: ").unwrap().parse().unwrap(),
                serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap(),
            );
        }
    }

    /// The number of the next request, and up to which number all is told by then.
    fn seq(&mut self) -> (u64, u64) {
        let (kind, id, data) = self.next();
        assert_eq!(kind, "request", "{data}");
        (data["seq"].as_u64().unwrap(), id)
    }
}

#[test]
fn each_request_is_told_when_it_is_answered() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    let mut listener = Listener::new(&panel, "");
    panel.get("get_user", "id=88");
    panel.client().get("/nowhere");
    let (kind, id, data) = listener.next();
    assert_eq!((kind.as_str(), id), ("request", 2));
    let shown: Value = serde_json::from_str(&told(&panel, "GET", "requests/2", "")).unwrap();
    assert_eq!(data, shown);
    assert_eq!((&data["action"], &data["status"]), (&json!("get_user"), &json!(200)));
    assert!(!data.to_string().contains("YOUR_KEY"));
    assert_eq!(listener.seq(), (3, 3));
}

#[test]
fn one_that_takes_longer_is_told_later_and_a_new_start_misses_nothing() {
    let panel = panel();
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"match":{"action":"get_line"},"effect":{"delay":"1s"}},{"match":{"action":"get_user"},"effect":{"abort":"hang"}}]"#,
    );
    let mut listener = Listener::new(&panel, "?since=0");
    let send = |action: &str| {
        let mut client = panel.client();
        let path = format!("{}?api_key=YOUR_KEY&action={action}&id=1", panel.admin_path());
        client.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        client
    };
    let _slow = send("get_line");
    let once = r#"{"match":{"action":"get_line"},"within":"50s"}"#;
    assert_eq!(ask(&panel, "POST", "verify", once).status, 200);
    let _hung = send("get_user");
    panel.get("user_info", "");
    let mut late = [listener.seq(), listener.seq()];
    late.sort_unstable();
    // The first is not told yet: whoever begins again begins before it.
    assert_eq!(late, [(2, 0), (3, 0)]);
    assert_eq!(listener.seq(), (1, 3));
}

#[test]
fn the_stream_has_the_filters_of_the_list() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.client().get("/nowhere");
    panel.v2("action=user&sub=info&username=alice&password=x", "");
    panel.get("get_user", "id=88");
    for (filters, expected) in [
        ("?since=0", vec![1, 2, 3, 4]),
        ("?since=2", vec![3, 4]),
        ("?since=0&api=admin", vec![1, 4]),
        ("?since=0&action=get_*", vec![1, 4]),
        ("?since=0&user=alice", vec![3]),
        ("?since=0&status=404", vec![2]),
        ("?since=0&unmatched=1", vec![2]),
    ] {
        let mut listener = Listener::new(&panel, filters);
        let seqs: Vec<u64> = expected.iter().map(|_| listener.seq().0).collect();
        assert_eq!(seqs, expected, "{filters}");
    }
    let detail = r#"there is no filter "limit""#;
    let hint = "there are since, api, action, user, status, unmatched, fault";
    assert_eq!(refused(&panel, "GET", "requests/stream?limit=1", ""), bad(detail, hint));
    let (status, off) = refused(
        &Panel::docs_with(|config| {
            config.control = true;
            config.journal_size = 0;
        }),
        "GET",
        "requests/stream",
        "",
    );
    assert_eq!((status, off.contains("the journal is off")), (409, true));
    let head = panel.client().request("HEAD", "/_linecard/requests/stream", &[], b"");
    assert_eq!(
        (head.status, head.header("content-type")),
        (200, Some("text/event-stream"))
    );
}

/// A panel whose journal has room for so many.
fn small(size: usize) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = size;
    })
}

#[test]
fn what_the_ring_let_go_is_told_as_overflow() {
    let panel = small(2);
    for id in 1..=5 {
        panel.get("get_line", &format!("id={id}"));
    }
    let mut listener = Listener::new(&panel, "?since=1");
    let (kind, _, data) = listener.next();
    assert_eq!((kind.as_str(), data), ("overflow", json!({ "missed": 2 })));
    assert_eq!([listener.seq(), listener.seq()], [(4, 4), (5, 5)]);
}

#[test]
fn a_client_that_does_not_read_is_told_how_much_it_missed() {
    let panel = small(4);
    let mut slow = Listener::new(&panel, "");
    let form = format!("api_key=YOUR_KEY&action=get_line&id=1&search={}", "x".repeat(60_000));
    let mut client = panel.client();
    const SENT: u64 = 300;
    for _ in 0..SENT {
        client.post(&panel.admin_path(), &form);
    }
    let (mut seen, mut missed, mut last) = (0, 0, 0);
    while last < SENT {
        let (kind, id, data) = slow.next();
        match kind.as_str() {
            "request" => {
                seen += 1;
                last = data["seq"].as_u64().unwrap();
                assert_eq!(id, last);
            }
            _ => missed += data["missed"].as_u64().unwrap(),
        }
    }
    assert!(missed > 0, "sockets hold less than that");
    assert_eq!(seen + missed, SENT);
}

#[test]
fn a_stop_of_the_server_ends_it_at_once() {
    let panel = panel();
    let mut listener = Listener::new(&panel, "");
    let begun = Instant::now();
    drop(panel);
    // Sooner than a stop gives up on those who still work.
    assert!(begun.elapsed().as_secs() < 4, "{:?}", begun.elapsed());
    assert_eq!(listener.client.chunk(), "");
}
