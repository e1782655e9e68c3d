//! The memory of all streams together (contract "Player side", section 18.3): what counts, what is shortened first, and
//! what is refused then.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::upstream::playing;
use super::{LOGIN, NEWS, Player, docs, live};
use crate::support::upstream::{UNTIL_CLOSED, Upstream, seconds, sized};
use crate::support::{Panel, soon};

const SPORTS: i64 = 11;

/// What a viewer gets of a stream that there is no room for.
#[track_caller]
fn is_refused(panel: &Panel, stream: i64) {
    let answer = Player::new(panel)
        .called("next")
        .try_watch(&live(LOGIN, stream))
        .err()
        .unwrap();
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    let last = "SELECT client_status FROM lines_logs ORDER BY id DESC LIMIT 1";
    assert_eq!(panel.sql_one(last), "NOT_ON_AIR");
    assert!(soon(
        || says(panel, stream) == r#"3 {"error":"media_memory (16777216 bytes) is used up"}"#
    ));
    let watched = format!("SELECT count(*) FROM lines_live WHERE stream_id = {stream}");
    assert!(soon(|| panel.sql_one(&watched) == "0"));
}

/// The state of a stream on its row.
fn says(panel: &Panel, stream: i64) -> String {
    panel.sql_one(&format!(
        "SELECT stream_status || ' ' || coalesce(progress_info, '') FROM streams_servers WHERE stream_id = {stream}"
    ))
}

/// The line may watch as often as it likes, and there are 16 MiB.
fn little_memory(panel: &Panel) {
    panel.set("media_memory=16MiB");
    panel.sql("UPDATE lines SET max_connections = 0");
}

#[test]
fn made_films_count_and_a_stream_plays_once_there_is_room() {
    let panel = docs();
    little_memory(&panel);
    panel.sql("UPDATE streams SET movie_properties = '{\"duration_secs\":600}' WHERE id = 100");
    let player = Player::new(&panel);
    for container in ["mp4", "mkv"] {
        panel.sql(&format!(
            "UPDATE streams SET target_container = '{container}' WHERE id = 100"
        ));
        let film = player.data_url(&format!("/movie/{LOGIN}/100.{container}"));
        let part = player.get_with(&film, &[("Range", "bytes=0-9")]);
        let length = part.header("content-range").unwrap().rsplit('/').next().unwrap();
        assert!(length.parse::<usize>().unwrap() > 8 << 20, "{length}");
    }
    is_refused(&panel, NEWS);
    panel.set("media_memory=256MiB");
    player.watch(&live(LOGIN, NEWS));
    assert!(soon(|| says(&panel, NEWS) == "0 "), "{}", says(&panel, NEWS));
}

#[test]
fn rings_count() {
    // 8 MiB of each are kept.
    let bytes = seconds("rate=20000000", 0..6);
    let upstream = Upstream::new(move |_, socket| {
        socket.write_all(UNTIL_CLOSED.as_bytes())?;
        socket.write_all(&bytes)?;
        sleep(Duration::from_secs(60));
        Ok(())
    });
    let panel = playing(&[]);
    little_memory(&panel);
    panel.sql(&format!(
        "UPDATE streams SET stream_source = '[\"{}\"]'",
        upstream.url("/")
    ));
    panel.sql("UPDATE streams_servers SET pid = 1");
    let player = Player::new(&panel);
    let streams = [NEWS, SPORTS, 20];
    let _viewers = streams.map(|stream| player.watch(&live(LOGIN, stream)));
    // The third comes before the others have filled theirs.
    sleep(Duration::from_secs(2));
    is_refused(&panel, 5);
}

/// An HLS source whose segments have so many bits a second: three, and from the second playlist on nine.
fn large_segments(rate: u32) -> Upstream {
    let (bytes, playlists) = (seconds(&format!("rate={rate}"), 0..2), AtomicUsize::new(0));
    Upstream::new(move |head, socket| {
        if head.starts_with("GET /seg/") {
            return socket.write_all(&sized("200 OK", "", &bytes));
        }
        let last = if playlists.fetch_add(1, Ordering::SeqCst) == 0 {
            3
        } else {
            9
        };
        let mut text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n".to_owned();
        (1..=last).for_each(|number| text += &format!("#EXTINF:2,\n/seg/{number}\n"));
        socket.write_all(&sized("200 OK", "", text.as_bytes()))
    })
}

/// The token and the numbers of the segments that are listed.
fn listed(player: Player<'_>) -> (String, Vec<u64>) {
    let text = player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    let segments = text
        .lines()
        .filter_map(|line| line.strip_prefix("/hls/")?.strip_suffix(".ts"));
    let segments: Vec<_> = segments.filter_map(|segment| segment.split_once('/')).collect();
    let numbers = segments.iter().map(|(_, number)| number.parse().unwrap());
    (segments[0].0.to_owned(), numbers.collect())
}

#[test]
fn windows_count_and_shrink_before_a_stream_is_refused() {
    // Nine segments of 2.5 MB are too much and four are not; four of 5 MB are too much.
    for (rate, has_room) in [(10_000_000, true), (20_000_000, false)] {
        let upstream = large_segments(rate);
        let panel = playing(&[upstream.url("/")]);
        little_memory(&panel);
        panel.sql(&format!(
            "UPDATE streams SET stream_source = '[\"test://\"]' WHERE id = {SPORTS}"
        ));
        let player = Player::new(&panel);
        assert!(soon(|| listed(player).1.len() == 6));
        let (token, numbers) = listed(player);
        let get = |number: u64| player.get(&format!("/hls/{token}/{number}.ts")).status;
        let last = *numbers.last().unwrap();
        for number in (last - 8..=last).rev() {
            // Those that were shortened away in the meantime are not there.
            let status = get(number);
            assert!(status == 200 || number < last - 3, "{status}");
        }
        assert!(soon(|| listed(player).1.len() == 3), "{:?}", listed(player));
        assert_eq!(listed(player).1, [last - 2, last - 1, last]);
        assert_eq!((get(last - 3), get(last - 4)), (200, 404));
        match has_room {
            true => drop(player.called("next").watch(&live(LOGIN, SPORTS))),
            false => is_refused(&panel, SPORTS),
        }
        // They do not grow again at once.
        sleep(Duration::from_secs(1));
        assert_eq!(listed(player).1, [last - 2, last - 1, last]);
    }
}
