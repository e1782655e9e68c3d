//! Streams that come from elsewhere: transport streams and HLS over HTTP, one connection for all viewers, and what does
//! not play with its reason (contract "Player side", sections 10.4 and 18.4).

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{LOGIN, NEWS, OTHER, PACKET, Player, docs, has_rows, live, packets};
use crate::support::upstream::{UNTIL_CLOSED, Upstream, seconds, sized};
use crate::support::{Panel, soon};

/// A panel whose stream 10 plays these entries.
pub fn playing(entries: &[String]) -> Panel {
    let panel = docs();
    panel.set("sources=real");
    let entries = serde_json::to_string(entries).unwrap();
    panel.sql(&format!(
        "UPDATE streams SET stream_source = '{entries}' WHERE id = {NEWS}"
    ));
    panel
}

/// A column of the stream's row.
fn row(panel: &Panel, column: &str) -> String {
    panel.sql_one(&format!(
        "SELECT coalesce({column}, '') FROM streams_servers WHERE stream_id = {NEWS}"
    ))
}

/// Waits until the stream's row has a reason with these words.
#[track_caller]
fn has_reason(panel: &Panel, words: &str) {
    let reason = || row(panel, "progress_info");
    assert!(soon(|| reason().contains(words)), "{words}: {}", reason());
}

/// What a viewer of a stream gets that does not play.
#[track_caller]
fn is_off_air(panel: &Panel) {
    let answer = Player::new(panel).try_watch(&live(LOGIN, NEWS)).err().unwrap();
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    let last = "SELECT client_status FROM lines_logs ORDER BY id DESC LIMIT 1";
    assert_eq!(panel.sql_one(last), "NOT_ON_AIR");
    has_rows(panel, 0);
}

/// The packets without those that a break is announced with.
fn is_part_of(bytes: &[u8], all: &[u8]) -> bool {
    // The first two are the tables as they were before.
    let bytes = &bytes[2 * PACKET..];
    all.windows(bytes.len()).step_by(PACKET).any(|part| part == bytes)
}

#[test]
fn all_viewers_of_a_stream_share_one_connection_and_get_its_bytes() {
    let upstream = Upstream::live(3);
    let url = upstream.url("/live/news.ts?x=1");
    let panel = playing(&[url.replace("http://", "http://user:pass@")]);
    let player = Player::new(&panel);
    let viewers = [(LOGIN, "a"), (LOGIN, "b"), (OTHER, "c")];
    let mut viewers = viewers.map(|(login, agent)| player.called(agent).watch(&live(login, NEWS)));
    let all = seconds("", 0..60);
    for viewer in &mut viewers {
        let bytes = packets(viewer, 600);
        assert!(is_part_of(&bytes, &all));
    }
    assert_eq!((upstream.open(), upstream.heads().len()), (1, 1));
    let head = upstream.heads()[0].to_lowercase();
    assert!(
        head.contains("authorization: basic dxnlcjpwyxnz\r\n") && head.contains("user-agent: linecard\r\n"),
        "{head}"
    );
    assert!(
        soon(|| row(&panel, "current_source") == url),
        "{}",
        row(&panel, "current_source")
    );
    assert!(soon(|| row(&panel, "video_codec") == "h264"));
    assert_eq!(row(&panel, "audio_codec"), "aac");
    assert_eq!(row(&panel, "stream_status"), "0");
    assert!(soon(|| row(&panel, "bitrate")
        .parse::<u32>()
        .is_ok_and(|rate| (400..500).contains(&rate))));
}

#[test]
fn a_stream_goes_on_for_a_while_after_its_last_viewer() {
    let upstream = Upstream::live(3);
    let panel = playing(&[upstream.url("/")]);
    panel.set("stream_linger=2");
    let player = Player::new(&panel);
    for _ in 0..3 {
        packets(&mut player.watch(&live(LOGIN, NEWS)), 10);
    }
    assert_eq!(upstream.heads().len(), 1);
    assert!(soon(|| upstream.open() == 0));
    packets(&mut player.watch(&live(LOGIN, NEWS)), 10);
    assert_eq!(upstream.heads().len(), 2);
}

#[test]
fn a_burst_pushes_nobody_out() {
    let minute = seconds("", 0..60);
    let upstream = Upstream::new(move |_, socket| {
        socket.write_all(UNTIL_CLOSED.as_bytes())?;
        socket.write_all(&minute)?;
        sleep(Duration::from_secs(60));
        Ok(())
    });
    let panel = playing(&[upstream.url("/")]);
    let mut viewer = Player::new(&panel).watch(&live(LOGIN, NEWS));
    let (begun, all) = (Instant::now(), seconds("", 0..60));
    let bytes = packets(&mut viewer, 4 * 300);
    assert!(begun.elapsed() < Duration::from_secs(3));
    let rest = packets(&mut viewer, 6 * 300);
    // Ten seconds of it, of which five come at once and the rest a quarter faster than its clock.
    let took = begun.elapsed();
    assert!((3_000..6_000).contains(&took.as_millis()), "{took:?}");
    assert!(is_part_of(&[bytes, rest].concat(), &all));
}

#[test]
fn a_source_that_breaks_is_tried_again_behind_the_open_answers() {
    let count = AtomicUsize::new(0);
    let upstream = Upstream::new(move |_, socket| {
        let run = i64::try_from(count.fetch_add(1, Ordering::SeqCst)).unwrap();
        socket.write_all(UNTIL_CLOSED.as_bytes())?;
        socket.write_all(&seconds("", 100 * run..100 * run + 3))?;
        // Not at a packet's end.
        socket.write_all(&[0x47; 100])?;
        Err(std::io::ErrorKind::Other.into())
    });
    let panel = playing(&[upstream.url("/")]);
    let mut viewer = Player::new(&panel).watch(&live(LOGIN, NEWS));
    let bytes = packets(&mut viewer, 2 + 6 * 300);
    let is_break = |packet: &&[u8]| packet[3] & 0x20 != 0 && packet[4] > 0 && packet[5] & 0x80 != 0;
    let breaks = bytes.chunks_exact(PACKET).filter(is_break).count();
    assert!(breaks >= 4, "{breaks}");
    assert!(bytes.chunks_exact(PACKET).all(|packet| packet[0] == 0x47));
    has_rows(&panel, 1);
}

#[test]
fn entries_are_tried_in_their_order() {
    let upstream = Upstream::live(3);
    let missing = Upstream::new(|_, socket| socket.write_all(&sized("404 Not Found", "", b"")));
    let moved = upstream.url("/moved");
    let redirect =
        Upstream::new(move |_, socket| socket.write_all(&sized("302 Found", &format!("Location: {moved}\r\n"), b"")));
    let entries = [
        "http://127.0.0.1:9/".to_owned(),
        "rtmp://host/x".to_owned(),
        missing.url("/"),
        redirect.url("/a"),
    ];
    let panel = playing(&entries);
    let mut viewer = Player::new(&panel).watch(&live(LOGIN, NEWS));
    packets(&mut viewer, 300);
    assert_eq!(upstream.requests("/moved"), 1);
    assert!(soon(|| row(&panel, "current_source") == redirect.url("/a")));
    assert_eq!(row(&panel, "progress_info"), "");
}

#[test]
fn what_does_not_play_says_why() {
    let playlist = |tag: &'static str| {
        Upstream::new(move |_, socket| {
            let text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{tag}\n#EXTINF:2,\na.ts\n");
            socket.write_all(&sized("200 OK", "", text.as_bytes()))
        })
    };
    let key = playlist("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"");
    let map = playlist("#EXT-X-MAP:URI=\"i\"");
    let range = playlist("#EXT-X-BYTERANGE:10@0");
    let html = Upstream::new(|_, socket| socket.write_all(&sized("200 OK", "", b"<html>not a stream</html>")));
    let denied = Upstream::new(|_, socket| socket.write_all(&sized("403 Forbidden", "", b"")));
    for (url, reason) in [
        (key.url("/"), "the playlist has #EXT-X-KEY, which is not played"),
        (map.url("/"), "the playlist has #EXT-X-MAP, which is not played"),
        (range.url("/"), "the playlist has #EXT-X-BYTERANGE, which is not played"),
        (html.url("/"), "no transport stream"),
        (denied.url("/"), "it answered 403"),
        ("http://u:secret@127.0.0.1:9/".to_owned(), "no connection"),
        ("udp://239.0.0.1:1234".to_owned(), "udp is not played"),
        ("/film.ts".to_owned(), "there is no media_root"),
    ] {
        let panel = playing(std::slice::from_ref(&url));
        panel.set("on_air_timeout=1");
        is_off_air(&panel);
        has_reason(&panel, reason);
        assert!(!row(&panel, "progress_info").contains("secret"), "{url}");
    }
}

#[test]
fn a_private_address_is_not_fetched_from() {
    let upstream = Upstream::live(3);
    let panel = playing(&[upstream.url("/")]);
    panel.set("upstream_private=0");
    panel.set("on_air_timeout=1");
    is_off_air(&panel);
    has_reason(&panel, "127.0.0.1 is private");
    assert_eq!(upstream.heads().len(), 0);
    panel.get("stop_stream", &format!("id={NEWS}"));
    panel.set("upstream_allow=127.0.0.0/8");
    panel.sql(&format!(
        "UPDATE streams_servers SET pid = 1, stream_status = 0 WHERE stream_id = {NEWS}"
    ));
    packets(&mut Player::new(&panel).watch(&live(LOGIN, NEWS)), 10);
}

#[test]
fn a_stream_that_failed_is_not_tried_again_for_a_while() {
    let panel = playing(&["rtmp://host/x".to_owned()]);
    is_off_air(&panel);
    // The first request is refused already.
    let answer = Player::new(&panel).get(&live(LOGIN, NEWS));
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    assert!(soon(|| row(&panel, "stream_status") == "3"));
}

/// An HLS source: segments of 2 s, the window moves on by the clock; two variants.
fn hls() -> Upstream {
    let begun = Instant::now();
    Upstream::new(move |head, socket| {
        let path = head.split(' ').nth(1).unwrap();
        let newest = 20 + begun.elapsed().as_secs() / 2;
        let answer = match path {
            "/master.m3u8" => sized(
                "200 OK",
                "",
                b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=900\nhigh/list.m3u8?k=1\n",
            ),
            "/high/list.m3u8?k=1" => {
                let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{}\n", newest - 5);
                (newest - 5..=newest).for_each(|number| text += &format!("#EXTINF:2.000000,\n../seg/{number}.ts\n"));
                sized("200 OK", "", text.as_bytes())
            }
            path => {
                let number = path.strip_prefix("/seg/").and_then(|path| path.strip_suffix(".ts"));
                let number: i64 = number.unwrap().parse().unwrap();
                sized("200 OK", "", &seconds("", number * 2..number * 2 + 2))
            }
        };
        socket.write_all(&answer)
    })
}

#[test]
fn of_an_hls_source_the_best_variant_is_played_and_each_segment_fetched_once() {
    let upstream = hls();
    let panel = playing(&[upstream.url("/master.m3u8")]);
    let mut viewer = Player::new(&panel).watch(&live(LOGIN, NEWS));
    let bytes = packets(&mut viewer, 10 * 300);
    assert!(is_part_of(&bytes, &seconds("", 30..90)));
    assert_eq!(upstream.requests("/low.m3u8"), 0);
    let segments: Vec<String> = upstream
        .heads()
        .into_iter()
        .filter(|head| head.starts_with("GET /seg/"))
        .collect();
    let mut once = segments.clone();
    once.sort();
    once.dedup();
    assert_eq!(segments.len(), once.len());
    // One connection, used again and again.
    assert!(upstream.open() <= 1);
}

#[test]
fn hls_viewers_of_an_hls_source_get_its_segments_as_they_are() {
    let upstream = hls();
    let panel = playing(&[upstream.url("/master.m3u8")]);
    let player = Player::new(&panel);
    let path = format!("/live/{LOGIN}/{NEWS}.m3u8");
    // The first playlist is a full window.
    let text = player.get(&path).text();
    assert_eq!(text.matches("#EXTINF:2.000000,").count(), 6, "{text}");
    assert!(text.contains("#EXT-X-TARGETDURATION:2\n"), "{text}");
    let all = seconds("", 30..90);
    for segment in text.lines().filter(|line| line.starts_with('/')) {
        let answer = player.get(segment);
        assert_eq!((answer.status, answer.body.len()), (200, 2 * 300 * PACKET), "{segment}");
        let mut parts = all.chunks_exact(2 * 300 * PACKET);
        assert!(parts.any(|part| part == answer.body), "{segment}");
    }
}

/// The paths of the segments that were asked of a source, and how often each.
fn segment_requests(upstream: &Upstream) -> BTreeMap<String, usize> {
    let mut requests = BTreeMap::new();
    let paths = upstream.heads().into_iter();
    let paths = paths.filter_map(|head| Some(head.split(' ').nth(1)?.to_owned()));
    for path in paths.filter(|path| path.starts_with("/seg/")) {
        *requests.entry(path).or_default() += 1;
    }
    requests
}

#[test]
fn a_segment_of_an_hls_source_is_fetched_when_an_hls_viewer_wants_it_first() {
    let upstream = hls();
    let panel = playing(&[upstream.url("/master.m3u8")]);
    let player = Player::new(&panel);
    let path = format!("/live/{LOGIN}/{NEWS}.m3u8");
    let text = player.get(&path).text();
    // It goes on without anybody who wants a segment, and is on air.
    sleep(Duration::from_secs(5));
    let later = player.get(&path).text();
    assert_eq!(later.matches("#EXTINF").count(), 6, "{later}");
    assert_ne!(later, text);
    let text = later;
    assert_eq!(segment_requests(&upstream), BTreeMap::new());
    assert_eq!(
        (row(&panel, "stream_status"), row(&panel, "progress_info")),
        ("0".to_owned(), String::new())
    );
    let last = text.lines().last().unwrap().to_owned();
    let viewers = ["a", "b", "c"].map(|agent| player.called(agent));
    let bodies = std::thread::scope(|scope| {
        let gets = viewers.map(|_| scope.spawn(|| player.get(&last)));
        gets.map(|get| get.join().unwrap())
    });
    assert!(
        bodies
            .iter()
            .all(|answer| (answer.status, answer.body.len()) == (200, 600 * PACKET))
    );
    let requests = segment_requests(&upstream);
    assert_eq!(requests.values().collect::<Vec<_>>(), [&1], "{requests:?}");
    // What was fetched tells what it is.
    assert!(soon(|| row(&panel, "audio_codec") == "aac"));
    assert_eq!(
        (row(&panel, "video_codec"), row(&panel, "bitrate")),
        ("h264".to_owned(), "451".to_owned())
    );
    // A viewer of packets has all fetched, and those that were are not fetched again.
    let mut viewer = player.called("ts").watch(&live(OTHER, NEWS));
    packets(&mut viewer, 10);
    assert!(soon(|| segment_requests(&upstream).len() >= 3));
    assert!(segment_requests(&upstream).values().all(|count| *count == 1));
    drop(viewer);
    has_rows(&panel, 1);
    let fetched = segment_requests(&upstream).len();
    sleep(Duration::from_secs(5));
    assert!(segment_requests(&upstream).len() <= fetched + 1);
    assert!(upstream.open() <= 1);
}

/// A source of one playlist, of whose segments this one is missing.
fn without_segment(missing: u64) -> Upstream {
    let begun = OnceLock::new();
    Upstream::new(move |head, socket| {
        let path = head.split(' ').nth(1).unwrap();
        let newest = 22 + begun.get_or_init(Instant::now).elapsed().as_secs() / 2;
        let answer = match path.strip_prefix("/seg/").and_then(|path| path.parse::<u64>().ok()) {
            None => {
                let mut text = format!(
                    "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{}\n",
                    newest - 2
                );
                (newest - 2..=newest).for_each(|number| text += &format!("#EXTINF:2,\n/seg/{number}\n"));
                sized("200 OK", "", text.as_bytes())
            }
            Some(number) if number == missing => sized("404 Not Found", "", b""),
            Some(number) => {
                let number = i64::try_from(number).unwrap();
                sized("200 OK", "", &seconds("", number * 2..number * 2 + 2))
            }
        };
        socket.write_all(&answer)
    })
}

#[test]
fn a_segment_that_a_source_does_not_give_is_not_found_and_breaks_nothing() {
    let upstream = without_segment(21);
    let panel = playing(&[upstream.url("/")]);
    let player = Player::new(&panel);
    let path = format!("/live/{LOGIN}/{NEWS}.m3u8");
    let segments = || -> Vec<String> {
        let text = player.get(&path).text();
        text.lines()
            .filter(|line| line.starts_with('/'))
            .map(str::to_owned)
            .collect()
    };
    let mut first = Vec::new();
    assert!(soon(|| {
        first = segments();
        first.len() == 3
    }));
    let statuses = |paths: &[String]| -> Vec<u16> { paths.iter().map(|path| player.get(path).status).collect() };
    assert_eq!(statuses(&first), [200, 404, 200]);
    assert_eq!(statuses(&first), [200, 404, 200]);
    assert!(segment_requests(&upstream).values().all(|count| *count == 1));
    let mut later = Vec::new();
    assert!(soon(|| {
        later = segments();
        later.len() > 3
    }));
    // It is the same run.
    assert_eq!(later[..3], first[..]);
    assert_eq!(statuses(&later[3..4]), [200]);
    // Viewers of packets go on after a break.
    let mut viewer = player.called("ts").watch(&live(OTHER, NEWS));
    packets(&mut viewer, 600);
}

#[test]
fn a_transport_stream_is_cut_into_segments_for_hls_viewers() {
    let upstream = Upstream::live(4);
    let panel = playing(&[upstream.url("/")]);
    let player = Player::new(&panel);
    let text = player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    let segment = text.lines().find(|line| line.starts_with('/')).unwrap();
    let answer = player.get(segment);
    assert_eq!((answer.status, answer.body.len() % PACKET), (200, 0));
    assert_eq!(&answer.body[..3], [0x47, 0x40, 0x00]);
}
