//! What a test sees of streams: sessions, the journal, verifications (contract "Player side", section 10.6).

use serde_json::{Value, json};

use super::{LOGIN, NEWS, OTHER, PACKET, Player, has_rows, live, packets, without_rows};
use crate::control::{ask, told};
use crate::support::{Panel, soon};

/// A panel with its control plane, of which nobody watches.
pub fn controlled() -> Panel {
    without_rows(Panel::docs_with(|config| config.control = true))
}

pub fn json_of(panel: &Panel, path: &str) -> Value {
    serde_json::from_str(&told(panel, "GET", path, "")).unwrap()
}

/// Verifies a match of one request, within 5 s.
#[track_caller]
pub fn verified(panel: &Panel, wanted: &Value) {
    let body = json!({ "match": wanted, "times": { "exactly": 1 }, "within": "5s" });
    let answer = ask(panel, "POST", "verify", &body.to_string());
    assert_eq!(answer.status, 200, "{wanted}: {}", answer.text());
}

/// The first frame of the second that the clock shows.
pub const FIRST_FRAME: i64 = 1_773_585_000 * 25;

#[test]
fn a_session_tells_what_it_has_sent_and_why_it_ended() {
    let panel = controlled();
    panel.set("stream_pace=clock");
    let player = Player::new(&panel);
    let mut watching = player.watch(&live(LOGIN, NEWS));
    // What lies before the clock's instant, from the key frame two seconds before on.
    packets(&mut watching, 600);
    let found = || json_of(&panel, "sessions");
    assert!(soon(|| found()["sessions"][0]["packets"] == 600), "{}", found());
    let told = found();
    let id = told["sessions"][0]["id"].clone();
    let expected = json!({
        "sessions": [{
            "id": id, "user": "customer4521", "line": 4521, "mag": null, "enigma": null, "stream": 10,
            "stream_name": "Demo News", "server": 1, "ip": "127.0.0.1", "user_agent": "player", "container": "ts",
            "since": "2026-03-15T14:30:00Z", "activity_id": id, "started": "2026-03-15T14:30:00Z",
            "last_read": "2026-03-15T14:30:00Z", "bytes": 600 * PACKET, "watched": 2.0, "packets": 600,
            "frame": FIRST_FRAME - 1, "segments": null, "behind_ms": 0, "upstream": null,
        }],
        "ended": [],
    });
    assert_eq!(told, expected);
    drop(watching);
    has_rows(&panel, 0);
    let expected = json!({
        "sessions": [],
        "ended": [{
            "activity_id": id, "user": "customer4521", "line": 4521, "stream": 10, "ip": "127.0.0.1",
            "user_agent": "player", "container": "ts", "started": "2026-03-15T14:30:00Z",
            "last_read": "2026-03-15T14:30:00Z", "bytes": 600 * PACKET, "watched": 2.0, "packets": 600,
            "frame": FIRST_FRAME - 1, "segments": null, "at": "2026-03-15T14:30:00Z", "ended": "client",
        }],
    });
    assert_eq!(found(), expected);
    assert_eq!(
        json_of(&panel, "sessions?user=nobody"),
        json!({ "sessions": [], "ended": [] })
    );
}

#[test]
fn an_hls_session_counts_its_segments_and_a_file_has_no_packets() {
    let panel = controlled();
    let player = Player::new(&panel);
    let playlist = player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    let last = playlist.lines().last().unwrap();
    assert_eq!(player.get(last).body.len(), 3_000 * PACKET);
    let film = player.data_url(&format!("/movie/{LOGIN}/100.mp4"));
    player.get(&film);
    let told = json_of(&panel, "sessions");
    let hls = &told["sessions"][0];
    let seen = ["container", "bytes", "watched", "packets", "frame", "segments"].map(|name| hls[name].clone());
    let expected = json!(["hls", 3_000 * PACKET, 10.0, 3_000, FIRST_FRAME - 1, 1]);
    assert_eq!(json!(seen), expected);
    let film = &told["ended"][0];
    let seen = ["container", "packets", "frame", "segments", "ended"].map(|name| film[name].clone());
    assert_eq!(json!(seen), json!(["VOD", null, null, null, "client"]));
    // The seconds of a film are estimated by its bytes.
    assert!((59.9..60.1).contains(&film["watched"].as_f64().unwrap()), "{film}");
}

#[test]
fn connections_of_a_line_are_waited_for() {
    let panel = controlled();
    let wait = |body: Value| ask(&panel, "POST", "sessions/wait", &body.to_string());
    let player = Player::new(&panel);
    assert_eq!(
        wait(json!({ "line": "customer4521", "active": 0 })).text(),
        r#"{"line":4521,"active":0}"#
    );
    let watching = player.watch(&live(LOGIN, NEWS));
    assert_eq!(
        wait(json!({ "line": 4521, "active": 1 })).text(),
        r#"{"line":4521,"active":1}"#
    );
    let late = wait(json!({ "line": "customer4521", "active": 0, "within": "30ms" }));
    let expected = r#"{"type":"linecard:not_reached","title":"Conflict","status":409,"detail":"the line \"customer4521\" has 1 connections, 0 wanted","hint":"GET /_linecard/sessions lists those that there are, and why the last ones ended","active":1}"#;
    assert_eq!((late.status, late.text().as_str()), (409, expected));
    drop(watching);
    assert_eq!(wait(json!({ "line": "4521", "active": 0, "within": "5s" })).status, 200);
    for (body, status) in [
        (json!({ "line": "nobody", "active": 0 }), 404),
        (json!({ "line": 4521 }), 400),
        (json!({ "active": 1 }), 400),
        (json!({ "line": 4521, "active": -1 }), 400),
        (json!({ "line": 4521, "active": 1, "with": 1 }), 400),
    ] {
        assert_eq!(wait(body.clone()).status, status, "{body}");
    }
}

#[test]
fn the_entry_of_a_stream_is_there_on_arrival_and_its_end_follows() {
    let panel = controlled();
    panel.set("stream_pace=clock");
    let player = Player::new(&panel);
    let mut watching = player.watch(&live(LOGIN, NEWS));
    packets(&mut watching, 600);
    verified(
        &panel,
        &json!({ "stream": 10, "container": "ts", "ended": null, "bytes": { "at_least": "100KiB" } }),
    );
    let seen = |seq: u64| {
        let entry = json_of(&panel, &format!("requests/{seq}"));
        json!(["stream", "container", "status", "outcome", "bytes", "watched", "ended"].map(|name| entry[name].clone()))
    };
    assert_eq!(seen(1), json!([10, "ts", 302, "answered", 0, null, null]));
    assert_eq!(seen(2), json!([10, "ts", 200, null, 600 * PACKET, 2.0, null]));
    drop(watching);
    verified(&panel, &json!({ "stream": 10, "ended": "client" }));
    assert_eq!(
        seen(2),
        json!([10, "ts", 200, "abandoned", 600 * PACKET, 2.0, "client"])
    );
    // An answer of a known length is not over before it was sent.
    let film = player.data_url(&format!("/movie/{LOGIN}/100.mp4"));
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"match":{"stream":100},"effect":{"stream_stall":{"after_bytes":1000}}}]"#,
    );
    let mut begun = player.send("GET", &film, &[]);
    begun.receive_part(1_000);
    verified(
        &panel,
        &json!({ "stream": 100, "container": "VOD", "ended": null, "bytes": { "at_least": 1_000 } }),
    );
    assert_eq!((&seen(4)[2], &seen(4)[3]), (&json!(200), &Value::Null));
    drop(begun);
    verified(&panel, &json!({ "stream": 100, "ended": "client", "status": 200 }));
    assert_eq!((&seen(4)[3], &seen(4)[4]), (&json!("abandoned"), &json!(1_000)));
    told(&panel, "PUT", "faults", "[]");
    let length = player.get_with(&film, &[("Range", "bytes=0-")]).body.len();
    let whole = json!({ "stream": 100, "ended": "client", "bytes": { "at_least": length, "at_most": length } });
    verified(&panel, &whole);
    let of_film = seen(5);
    assert_eq!((&of_film[3], &of_film[4]), (&json!("answered"), &json!(length)));
    let head = player.send("HEAD", &film, &[]).receive(true);
    assert_eq!(head.status, 200);
    assert_eq!(seen(6), json!([100, "VOD", 200, "answered", length, null, null]));
}

#[test]
fn an_advance_tells_what_ended_on_the_way_in_its_order() {
    let panel = controlled();
    panel.set("create_expiration=5");
    let player = Player::new(&panel);
    // A token that opens nothing, one that is used, a playlist, and a line that expires.
    player.data_url(&live(LOGIN, NEWS));
    packets(&mut player.watch(&live(LOGIN, NEWS)), 1);
    has_rows(&panel, 0);
    assert_eq!(player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).status, 200);
    player.data_url(&format!("/movie/{LOGIN}/100.mp4"));
    let session = panel
        .sql_one("SELECT activity_id FROM lines_live")
        .parse::<i64>()
        .unwrap();
    panel.call("create_line", "exp_date=2026-03-15 14:30:50&username=soon");
    let soon: i64 = panel
        .sql_one("SELECT id FROM lines WHERE username = 'soon'")
        .parse()
        .unwrap();
    let fired = |by: &str| {
        let body = json!({ "by": by }).to_string();
        let answer: Value = serde_json::from_str(&told(&panel, "POST", "clock/advance", &body)).unwrap();
        answer["fired"].clone()
    };
    assert_eq!(fired("PT4S"), json!([]));
    assert_eq!(
        fired("PT1M"),
        json!([
            { "at": "2026-03-15T14:30:05Z", "job": "token.expired", "id": 4521 },
            { "at": "2026-03-15T14:30:30Z", "job": "session.idle", "id": session },
            { "at": "2026-03-15T14:30:50Z", "job": "line.expired", "id": soon },
            { "at": "2026-03-15T14:31:00Z", "job": "token.expired", "id": 4521 },
        ])
    );
    assert_eq!(fired("PT1M"), json!([]));
}

#[test]
fn streams_are_verified_by_what_was_sent_of_them_and_why_they_ended() {
    let panel = controlled();
    panel.set("stream_pace=free");
    let player = Player::new(&panel);
    let mut watching = player.watch(&live(LOGIN, NEWS));
    packets(&mut watching, 3_000);
    verified(&panel, &json!({ "stream": "1*", "watched": { "at_least": 10 } }));
    // It may still grow, so that nothing is known of its most.
    let most = json!({ "match": { "stream": 10, "container": "ts", "watched": { "at_most": 800_000 } } }).to_string();
    assert_eq!(
        ask(&panel, "POST", "requests/count", &most).text(),
        r#"{"count":0,"evicted":0}"#
    );
    told(
        &panel,
        "DELETE",
        &format!("sessions/{}", json_of(&panel, "sessions")["sessions"][0]["id"]),
        "",
    );
    verified(
        &panel,
        &json!({ "stream": 10, "ended": "killed", "watched": { "at_most": 800_000 } }),
    );
    assert_eq!(player.get(&live(OTHER, 999)).status, 404);
    verified(&panel, &json!({ "stream": 999, "status": 404 }));
    let wrong = ask(&panel, "POST", "verify", r#"{"match":{"ended":"kiled"}}"#);
    let expected = r#"{"type":"linecard:bad_request","title":"Bad Request","status":400,"detail":"no stream ends as \"kiled\"","hint":"there are client, killed, kicked, line, expired, idle, too_long, stopped, upstream, slow, fault, reset, server; did you mean \"killed\"?"}"#;
    assert_eq!(wrong.text(), expected);
    let missing = ask(
        &panel,
        "POST",
        "verify",
        r#"{"match":{"stream":10,"ended":"slow","watched":{"at_least":1.5}}}"#,
    );
    let missing: Value = serde_json::from_str(&missing.text()).unwrap();
    assert_eq!(
        missing["closest"][0]["differences"],
        json!([{ "member": "ended", "wanted": "slow", "got": "killed" }])
    );
}
