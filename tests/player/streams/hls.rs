//! HLS: playlists, segments and sessions.

use super::{LOGIN, NEWS, PACKET, Player, docs, done, has_rows, rows};
use crate::support::{Answer, soon};

fn playlist() -> String {
    format!("/live/{LOGIN}/{NEWS}.m3u8")
}

/// The paths of segments in a playlist.
fn segments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with('/')).collect()
}

#[test]
fn a_playlist_lists_the_last_whole_segments() {
    let panel = docs();
    let player = Player::new(&panel);
    let answer = player.get(&playlist());
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/x-mpegurl"))
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("no-store, no-cache, must-revalidate")
    );
    let text = answer.text();
    let token = segments(&text)[0].split('/').nth(2).unwrap().to_owned();
    // The clock shows 1773585000.
    let mut expected = String::from(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:177358494\n#EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:10\n",
    );
    for number in 177_358_494..177_358_500 {
        expected += &format!("#EXTINF:10.000000,\n/hls/{token}/{number}.ts\n");
    }
    assert_eq!(text, expected);
    let segment = player.get(segments(&text)[0]);
    assert_eq!(
        (segment.status, segment.header("content-type")),
        (200, Some("video/mp2t"))
    );
    assert_eq!(segment.body.len(), 10 * 300 * PACKET);
    // The three before still answer, others do not.
    for (number, status) in [(177_358_491, 200), (177_358_490, 404), (177_358_500, 404)] {
        assert_eq!(
            player.get(&format!("/hls/{token}/{number}.ts")).status,
            status,
            "{number}"
        );
    }
    assert_eq!(player.at([127, 0, 0, 9]).get(segments(&text)[0]).status, 403);
    let row = panel.sql("SELECT user_id || ' ' || stream_id || ' ' || container FROM lines_live");
    assert_eq!(row, [format!("4521 {NEWS} hls")]);
    // The same URL is the same session.
    assert_eq!(player.get(&playlist()).text(), expected);
    assert_eq!(rows(&panel), "1");
}

#[test]
fn settings_say_how_long_and_how_many_segments_are() {
    let panel = docs();
    panel.set("hls_segment_seconds=4");
    panel.set("hls_segments=3");
    let text = Player::new(&panel).get(&playlist()).text();
    assert!(text.contains("#EXT-X-MEDIA-SEQUENCE:443396247\n"), "{text}");
    assert!(text.contains("#EXT-X-TARGETDURATION:4\n#EXTINF:4.000000,\n"), "{text}");
    assert_eq!(segments(&text).len(), 3);
}

#[test]
fn a_session_ends_30_seconds_after_its_last_read() {
    let panel = docs();
    let player = Player::new(&panel);
    let text = player.get(&playlist()).text();
    let clock = panel.inner().clock();
    clock.advance(29);
    assert_eq!(player.get(segments(&text)[5]).status, 200);
    clock.advance(29);
    let again = player.get(&playlist()).text();
    assert_eq!(
        segments(&again)[0].split('/').nth(2),
        segments(&text)[0].split('/').nth(2)
    );
    clock.advance(30);
    has_rows(&panel, 0);
    let last = segments(&again)[5];
    assert_eq!(player.get(last).status, 404);
    let next = player.get(&playlist()).text();
    assert_ne!(
        segments(&next)[0].split('/').nth(2),
        segments(&text)[0].split('/').nth(2)
    );
    assert_eq!(rows(&panel), "1");
}

#[test]
fn a_session_whose_row_goes_is_closed() {
    let panel = docs();
    let player = Player::new(&panel);
    let text = player.get(&playlist()).text();
    let id = panel.sql_one("SELECT activity_id FROM lines_live");
    done(&panel, "kill_connection", &format!("activity_id={id}"));
    // A segment that is being sent while the session ends is cut, a head is not.
    let segment = segments(&text)[0];
    assert!(soon(|| player.send("HEAD", segment, &[]).receive(true).status == 404));
    assert_eq!(player.get(segment).status, 404);
}

#[test]
fn a_head_of_a_playlist_begins_no_session() {
    let panel = docs();
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    let player = Player::new(&panel);
    let recorded = format!("/timeshift/{LOGIN}/3/2026-03-15:14-27-30/{NEWS}.m3u8");
    for path in [playlist(), recorded] {
        let head = player.send("HEAD", &path, &[]).receive(true);
        assert_eq!((head.status, rows(&panel).as_str()), (200, "0"), "{path}");
        let whole = player.get(&path);
        assert_eq!(of_head(&head), of_head(&whole), "{path}");
        panel.sql("DELETE FROM lines_live");
    }
}

/// What a head and the whole answer have in common.
fn of_head(answer: &Answer) -> [Option<&str>; 4] {
    ["content-length", "content-type", "cache-control", "transfer-encoding"].map(|name| answer.header(name))
}

#[test]
fn a_head_says_what_the_next_playlist_would_and_moves_nothing() {
    let panel = docs();
    panel.set("stream_pace=free");
    panel.set("hls_segment_seconds=10");
    let player = Player::new(&panel);
    let first = player.get(&playlist()).text();
    for _ in 0..3 {
        let head = player.send("HEAD", &playlist(), &[]).receive(true);
        let length = first.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()));
    }
    let next = player.get(&playlist()).text();
    assert!(next.contains("#EXT-X-MEDIA-SEQUENCE:177358495\n"), "{next}");
    let segment = segments(&next)[5];
    let head = player.send("HEAD", segment, &[]).receive(true);
    assert_eq!(of_head(&head), of_head(&player.get(segment)));
}

#[test]
fn a_head_of_what_does_not_play_yet_has_no_length_and_begins_nothing() {
    let panel = docs();
    panel.set("sources=real");
    panel.sql("UPDATE streams SET stream_source = '[\"http://127.0.0.1:9/live.ts\"]' WHERE id = 10");
    let head = Player::new(&panel).send("HEAD", &playlist(), &[]).receive(true);
    assert_eq!((head.status, rows(&panel).as_str()), (200, "0"));
    let only_type = [None, Some("application/x-mpegurl"), head.header("cache-control"), None];
    assert_eq!(of_head(&head), only_type);
    assert_eq!(panel.inner().viewers().on_air.ids(), [0_i64; 0]);
}

#[test]
fn catch_up_is_a_playlist_with_an_end() {
    let panel = docs();
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    let player = Player::new(&panel);
    let answer = player.get(&format!("/timeshift/{LOGIN}/3/2026-03-15:14-27-30/{NEWS}.m3u8"));
    let text = answer.text();
    let token = segments(&text)[0].split('/').nth(2).unwrap().to_owned();
    let expected = format!(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:60\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:60.000000,\n/hls/{token}/0.ts\n#EXTINF:60.000000,\n/hls/{token}/1.ts\n\
         #EXTINF:30.000000,\n/hls/{token}/2.ts\n#EXT-X-ENDLIST\n"
    );
    assert_eq!((answer.status, text), (200, expected));
    assert_eq!(player.get(&format!("/hls/{token}/2.ts")).body.len(), 30 * 300 * PACKET);
    assert_eq!(player.get(&format!("/hls/{token}/3.ts")).status, 404);
}

#[test]
fn live_hls_and_catch_up_have_the_same_bytes_of_a_second_but_for_the_word() {
    let panel = docs();
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    panel.sql(r#"UPDATE streams SET stream_source = '["test://?radio=1"]' WHERE id = 10"#);
    let player = Player::new(&panel);
    let text = player.get(&playlist()).text();
    let segment = player.get(segments(&text)[5]).body;
    // A radio station shows no word, so that all bytes are equal.
    let path = player.data_url(&format!("/timeshift/{LOGIN}/1/1773584990/{NEWS}.ts"));
    assert!(player.get(&path).body == segment);
}
