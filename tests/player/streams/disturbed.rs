//! Faults of streams (contract "Player side", section 10.6).

use std::time::{Duration, Instant};

use linecard::media::test::mux::VIDEO_PID;
use linecard::media::ts::{NULL_PID, View, pts, views};
use serde_json::{Value, json};

use super::observed::{FIRST_FRAME, controlled, json_of, verified};
use super::{LOGIN, NEWS, PACKET, Player, live};
use crate::control::{ask, told};
use crate::support::{Answer, Panel};

/// Replaces all faults by one of the stream.
fn fault(panel: &Panel, effect: Value) {
    told(
        panel,
        "PUT",
        "faults",
        &json!([{ "match": { "stream": NEWS }, "effect": effect }]).to_string(),
    );
}

/// Adds one that takes hold of what is open.
fn running(panel: &Panel, effect: Value) {
    let rule = json!({ "match": { "stream": NEWS }, "effect": effect, "running": true });
    told(panel, "POST", "faults", &rule.to_string());
}

/// A panel whose streams come as fast as they are read.
fn free() -> Panel {
    let panel = controlled();
    panel.set("stream_pace=free");
    panel
}

/// Watches until the connection breaks.
fn watched(panel: &Panel) -> Vec<u8> {
    let mut client = Player::new(panel).watch(&live(LOGIN, NEWS));
    let mut bytes = Vec::new();
    loop {
        match client.try_chunk() {
            Some(chunk) if !chunk.is_empty() => bytes.extend_from_slice(&chunk),
            Some(_) => panic!("the stream ended in order"),
            None => return bytes,
        }
    }
}

#[test]
fn a_stream_is_cut_after_bytes_seconds_or_a_frame() {
    let panel = free();
    for (place, packets) in [
        (json!({ "after_bytes": 100 * PACKET }), 100),
        (json!({ "after": "2s" }), 600),
        // The second second begins with its tables.
        (json!({ "after_frame": FIRST_FRAME + 24 }), 302),
    ] {
        fault(&panel, json!({ "stream_cut": place }));
        assert_eq!(watched(&panel).len(), packets * PACKET, "{place}");
    }
    let ended = &json_of(&panel, "sessions")["ended"];
    assert_eq!(
        ended
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["ended"].clone())
            .collect::<Vec<_>>(),
        ["fault"; 3]
    );
    verified(
        &panel,
        &json!({ "ended": "fault", "bytes": { "at_most": 100 * PACKET } }),
    );
    // The redirects were left alone.
    assert_eq!(json_of(&panel, "faults")["faults"][0]["hits"], 1);
}

#[test]
fn a_stream_stalls_and_stays_open() {
    let panel = free();
    fault(&panel, json!({ "stream_stall": { "after_bytes": 1_000 } }));
    let mut watching = Player::new(&panel).watch(&live(LOGIN, NEWS));
    assert_eq!(watching.chunk_bytes().len(), 1_000);
    assert!(watching.is_silent());
    verified(
        &panel,
        &json!({ "stream": NEWS, "container": "ts", "ended": null, "bytes": { "at_least": 1_000 } }),
    );
    drop(watching);
    verified(&panel, &json!({ "stream": NEWS, "ended": "client" }));
}

#[test]
fn a_throttled_stream_comes_at_its_rate() {
    let panel = free();
    fault(
        &panel,
        json!({ "throttle": { "rate": "100KiB/s", "after_bytes": 50_000 } }),
    );
    let begun = Instant::now();
    let mut watching = Player::new(&panel).watch(&live(LOGIN, NEWS));
    let mut count = 0;
    while count < 50_000 + (40 << 10) {
        count += watching.chunk_bytes().len();
    }
    let took = begun.elapsed();
    assert!(
        (Duration::from_millis(300)..Duration::from_secs(5)).contains(&took),
        "{took:?}"
    );
}

#[test]
fn packets_are_missing_garbage_comes_and_times_leap() {
    let panel = free();
    let player = Player::new(&panel);
    let archive = |panel: &Panel| {
        panel.sql("UPDATE streams SET tv_archive_server_id = 1, tv_archive_duration = 1 WHERE id = 10");
        player
            .get(&player.data_url(&format!("/timeshift/{LOGIN}/1/1773581400/10.ts")))
            .body
    };
    let whole = archive(&panel);
    let place = |effect: &str, mut members: Value| {
        members["after_bytes"] = json!(10 * PACKET);
        fault(&panel, json!({ effect: members }));
        archive(&panel)
    };
    let pids = |bytes: &[u8]| views(bytes).map(View::pid).collect::<Vec<_>>();
    let gap = place("ts_gap", json!({ "pid": VIDEO_PID, "packets": 2 }));
    let changed = pids(&whole)
        .into_iter()
        .zip(pids(&gap))
        .filter(|(one, other)| one != other);
    assert_eq!(changed.collect::<Vec<_>>(), [(VIDEO_PID, NULL_PID); 2]);
    let garbage = place("ts_garbage", json!({ "bytes": 100 }));
    assert_eq!(garbage.len(), whole.len());
    let at = 10 * PACKET;
    assert_eq!(
        (&garbage[..at], &garbage[at..at + 100]),
        (&whole[..at], &[0xff; 100][..])
    );
    assert!(garbage[at + 100..] == whole[at + 100..]);
    let leapt = place("pts_jump", json!({ "by": "10s" }));
    for (number, (before, after)) in views(&whole).zip(views(&leapt)).enumerate() {
        let added = if number < 10 { 0 } else { 900_000 };
        assert_eq!(pts(before).map(|pts| pts.plus(added)), pts(after), "{number}");
    }
}

#[test]
fn a_playlist_stays_as_it_was_and_a_listed_segment_is_missing() {
    let panel = free();
    let player = Player::new(&panel);
    let playlist = || player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    let first = playlist();
    let second = playlist();
    assert_ne!(first, second);
    fault(&panel, json!({ "hls_frozen": true }));
    let third = playlist();
    assert_ne!(second, third);
    assert_eq!([playlist(), playlist()], [third.clone(), third]);
    fault(&panel, json!({ "hls_gap": { "segment": 177_358_500 } }));
    let fourth = playlist();
    let segments = fourth.lines().filter(|line| line.starts_with('/'));
    let answers: Vec<_> = segments
        .map(|path| (path.ends_with("/177358500.ts"), player.get(path).status))
        .collect();
    assert!(answers.contains(&(true, 404)), "{fourth}");
    assert!(
        answers
            .iter()
            .all(|(is_gap, status)| *status == if *is_gap { 404 } else { 200 }),
        "{answers:?}"
    );
}

#[test]
fn all_sources_of_a_stream_fail() {
    let panel = controlled();
    let player = Player::new(&panel);
    let mut watching = player.watch(&live(LOGIN, NEWS));
    super::packets(&mut watching, 1);
    running(&panel, json!({ "upstream_down": true }));
    super::breaks_within(&mut watching, Duration::from_millis(500));
    verified(&panel, &json!({ "ended": "upstream" }));
    let refused = player.try_watch(&live(LOGIN, NEWS)).err().unwrap();
    assert_eq!((refused.status, refused.text().as_str()), (404, ""));
    assert_eq!(player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).status, 404);
    let logged = "SELECT client_status || ' ' || count(*) FROM lines_logs";
    assert_eq!(panel.sql_one(logged), "NOT_ON_AIR 2");
    told(&panel, "PUT", "faults", "[]");
    super::packets(&mut player.watch(&live(LOGIN, NEWS)), 1);
}

#[test]
fn faults_take_hold_of_answers_that_are_open() {
    let panel = controlled();
    panel.set("stream_pace=clock");
    let player = Player::new(&panel);
    let mut watching = player.watch(&live(LOGIN, NEWS));
    super::packets(&mut watching, 600);
    // Nothing comes while the clock stands, and it is cut all the same.
    running(&panel, json!({ "stream_cut": { "after_bytes": 0 } }));
    super::breaks_within(&mut watching, Duration::from_millis(500));
    verified(&panel, &json!({ "ended": "fault" }));
    let entry = json_of(&panel, "requests/2");
    assert_eq!((&entry["fault"], &entry["outcome"]), (&json!("fault-1"), &json!("cut")));
    told(&panel, "PUT", "faults", "[]");
    // It counts from when it took hold.
    let mut watching = player.watch(&live(LOGIN, NEWS));
    super::packets(&mut watching, 600);
    running(&panel, json!({ "stream_cut": { "after_bytes": 300 * PACKET } }));
    let advanced = ask(&panel, "POST", "clock/advance", r#"{"by":"PT5S"}"#);
    assert_eq!(advanced.status, 200);
    assert_eq!(super::packets(&mut watching, 300).len(), 300 * PACKET);
    super::breaks_within(&mut watching, Duration::from_millis(500));
}

/// Gets a path, or follows its redirect, with a fault in the header of each request.
fn with_fault(panel: &Panel, path: &str, fault: &str) -> Answer {
    Player::new(panel).get_with(path, &[("X-Linecard-Fault", fault)])
}

/// Watches with a fault in the header of each request until the connection breaks, and returns the bytes.
fn watched_with(panel: &Panel, fault: &str) -> Vec<u8> {
    let (player, header) = (Player::new(panel), [("X-Linecard-Fault", fault)]);
    let path = player.data_url_with(&live(LOGIN, NEWS), &header);
    let mut client = player.send("GET", &path, &header);
    assert_eq!(client.receive_head().status, 200, "{fault}");
    let mut bytes = Vec::new();
    while let Some(chunk) = client.try_chunk().filter(|chunk| !chunk.is_empty()) {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= 1_000 * PACKET {
            break;
        }
    }
    bytes
}

#[test]
fn a_player_asks_for_the_fault_of_its_own_stream() {
    let panel = free();
    let whole = watched_with(&panel, "delay=1ms");
    let whole = &whole[..1_000 * PACKET];
    for (fault, packets) in [
        ("stream_cut=18800B", 100),
        ("stream_cut=2s", 600),
        (&format!("stream_cut=frame:{}", FIRST_FRAME + 24), 302),
    ] {
        let bytes = watched_with(&panel, fault);
        assert!(bytes.len() == packets * PACKET && whole.starts_with(&bytes), "{fault}");
    }
    let video = |bytes: &[u8]| views(bytes).filter(|packet| packet.pid() == VIDEO_PID).count();
    let gap = watched_with(&panel, "ts_gap=256/3@1s");
    assert_eq!(video(&gap[..1_000 * PACKET]), video(whole) - 3);
    assert!(gap[..300 * PACKET] == whole[..300 * PACKET]);
    assert_eq!(
        video(&watched_with(&panel, "ts_gap=256")[..1_000 * PACKET]),
        video(whole) - 1
    );
    let garbage = watched_with(&panel, "ts_garbage=100@56400B");
    assert!(garbage[56_500..1_000 * PACKET] == whole[56_400..1_000 * PACKET - 100]);
    let last = |bytes: &[u8]| {
        views(&bytes[..300 * PACKET])
            .filter_map(pts)
            .map(|pts| pts.ticks())
            .max()
    };
    let jumped = watched_with(&panel, "pts_jump=10s");
    assert_eq!(last(&jumped), last(whole).map(|ticks| ticks + 900_000));
    let begun = Instant::now();
    assert!(watched_with(&panel, "throttle=1MiB/s@56400B").len() >= 1_000 * PACKET);
    assert!(begun.elapsed() >= Duration::from_millis(80), "{:?}", begun.elapsed());
}

#[test]
fn a_player_asks_for_the_silence_of_its_own_stream() {
    let panel = free();
    let (player, header) = (Player::new(&panel), [("X-Linecard-Fault", "stream_stall=18800B")]);
    let path = player.data_url(&live(LOGIN, NEWS));
    let mut client = player.send("GET", &path, &header);
    client.receive_head();
    assert_eq!(super::packets(&mut client, 100).len(), 18_800);
    assert!(client.is_silent());
    drop(client);
    verified(
        &panel,
        &json!({ "stream": NEWS, "ended": "client", "bytes": { "at_least": 18_800, "at_most": 18_800 } }),
    );
}

#[test]
fn a_player_asks_for_the_faults_of_its_playlists_and_sources() {
    let panel = free();
    let path = format!("/live/{LOGIN}/{NEWS}.m3u8");
    let frozen = with_fault(&panel, &path, "hls_frozen=true").text();
    assert_ne!(Player::new(&panel).get(&path).text(), frozen);
    assert_eq!(with_fault(&panel, &path, "hls_frozen=true").text(), frozen);
    let playlist = Player::new(&panel).get(&path).text();
    let segments: Vec<&str> = playlist.lines().filter(|line| line.starts_with('/')).collect();
    let number = |path: &str| path.rsplit('/').next().unwrap().trim_end_matches(".ts").to_owned();
    let one = format!("hls_gap={}", number(segments[5]));
    assert_eq!(with_fault(&panel, segments[5], &one).status, 404);
    assert_eq!(with_fault(&panel, segments[4], &one).status, 200);
    assert_eq!(with_fault(&panel, segments[4], "hls_gap=true").status, 404);
    // What is not about a request does nothing to it.
    for fault in ["hls_gap=true", "ts_gap=256", "hls_frozen=true"] {
        let account = format!("/player_api.php?username={}", LOGIN.replace('/', "&password="));
        assert_eq!(with_fault(&panel, &account, fault).status, 200, "{fault}");
    }
    assert_eq!(with_fault(&panel, &path, "upstream_down=true").status, 404);
    assert_eq!(with_fault(&panel, &live(LOGIN, NEWS), "upstream_down=true").status, 302);
    let data = Player::new(&panel).data_url(&live(LOGIN, NEWS));
    assert_eq!(with_fault(&panel, &data, "upstream_down=true").status, 404);
    assert_eq!(Player::new(&panel).get(&path).status, 200);
}
