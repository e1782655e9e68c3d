//! Films that are files under `media_root` or come from elsewhere (contract "Player side", section 10.2).

use std::io::Write;

use serde_json::{Value, json};

use super::observed::json_of;
use super::{LOGIN, NEWS, PACKET, Player, docs, has_rows, rows, without_rows};
use crate::support::Panel;
use crate::support::upstream::{Upstream, seconds, sized};

const MOVIE: &str = "/movie/customer4521/securepass/100.mp4";

/// A panel whose movie has these entries and this container.
fn with_movie(entries: &[&str], container: &str) -> Panel {
    let panel = docs();
    panel.set("sources=real");
    let entries = serde_json::to_string(entries).unwrap();
    panel.sql(&format!(
        "UPDATE streams SET stream_source = '{entries}', target_container = '{container}' WHERE id = 100"
    ));
    panel
}

/// 1 MB that differs in each place.
fn film() -> Vec<u8> {
    (0..250_000_u32).flat_map(u32::to_le_bytes).collect()
}

/// Each range of a film, as it must be answered.
fn has_ranges(player: Player<'_>, path: &str, film: &[u8]) {
    let length = film.len();
    for (range, status, told, bytes) in [
        (None, 200, None, film),
        (
            Some("bytes=0-99"),
            206,
            Some(format!("bytes 0-99/{length}")),
            &film[..100],
        ),
        (
            Some("bytes=300001-"),
            206,
            Some(format!("bytes 300001-{}/{length}", length - 1)),
            &film[300_001..],
        ),
        (
            Some("bytes=-5"),
            206,
            Some(format!("bytes {}-{}/{length}", length - 5, length - 1)),
            &film[length - 5..],
        ),
        (Some("bytes=99999999-"), 416, Some(format!("bytes */{length}")), &[][..]),
        (Some("bytes=0-1,4-5"), 200, None, film),
    ] {
        let headers: Vec<(&str, &str)> = range.iter().map(|range| ("Range", *range)).collect();
        let answer = player.get_with(path, &headers);
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (status, told.as_deref()),
            "{range:?}"
        );
        assert!(answer.body == bytes, "{range:?}");
        assert_eq!(
            answer.header("accept-ranges"),
            (status != 416).then_some("bytes").or(answer.header("accept-ranges"))
        );
    }
    has_rows(player.panel, 0);
}

#[test]
fn a_file_under_the_root_has_ranges_and_the_type_of_its_container() {
    let (folder, film) = (tempfile::tempdir().unwrap(), film());
    std::fs::create_dir(folder.path().join("vod")).unwrap();
    std::fs::write(folder.path().join("vod/a film.mkv"), &film).unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let panel = with_movie(&["s:1:/vod/a film.mkv"], "mkv");
    panel.set(&format!("media_root={}", folder.path().display()));
    let player = Player::new(&panel);
    let path = player.data_url(MOVIE);
    has_ranges(player, &path, &film);
    let answer = player.send("HEAD", &path, &[]).receive(true);
    assert_eq!(
        (answer.header("content-type"), answer.header("content-length")),
        (Some("video/x-matroska"), Some("1000000"))
    );
    let etag = answer.header("etag").unwrap().to_owned();
    let part = |tag: &str| {
        player
            .get_with(&path, &[("Range", "bytes=5-9"), ("If-Range", tag)])
            .status
    };
    assert_eq!((part(&etag), part("\"other\"")), (206, 200));
    std::fs::write(folder.path().join("vod/a film.mkv"), &film[4..]).unwrap();
    assert_eq!(part(&etag), 200);
}

#[cfg(unix)]
#[test]
fn what_leaves_the_root_does_not_exist() {
    let (folder, root) = (tempfile::tempdir().unwrap(), "root");
    std::fs::create_dir(folder.path().join(root)).unwrap();
    std::fs::write(folder.path().join("secret.mp4"), "secret").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.mp4"), folder.path().join("root/link.mp4")).unwrap();
    for entry in [
        "/../secret.mp4",
        "/link.mp4",
        "s:1:/x/../../secret.mp4",
        "/none.mp4",
        "/",
        "udp://1.2.3.4:5",
    ] {
        let panel = with_movie(&[entry], "mp4");
        panel.set(&format!("media_root={}", folder.path().join(root).display()));
        let player = Player::new(&panel);
        let answer = player.get(&player.data_url(MOVIE));
        assert_eq!(
            (answer.status, answer.body.len(), rows(&panel)),
            (404, 0, "0".to_owned()),
            "{entry}"
        );
    }
}

/// A server of a film that knows ranges, or does not.
fn server(film: Vec<u8>, knows_ranges: bool) -> Upstream {
    Upstream::new(move |head, socket| {
        let range = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
        let length = film.len();
        let Some(range) = range.filter(|_| knows_ranges) else {
            let ranges = if knows_ranges {
                "Accept-Ranges: bytes\r\nETag: \"e\"\r\n"
            } else {
                ""
            };
            return socket.write_all(&sized("200 OK", ranges, &film));
        };
        let (first, last) = range.trim().split_once('-').unwrap();
        let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
            (Err(_), Ok(tail)) => (length - tail, length - 1),
            (Ok(first), last) => (first, last.unwrap_or(length - 1)),
            _ => panic!("{range}"),
        };
        let answer = match film.get(first..=last) {
            Some(part) => sized(
                "206 Partial Content",
                &format!("Content-Range: bytes {first}-{last}/{length}\r\n"),
                part,
            ),
            None => sized(
                "416 Range Not Satisfiable",
                &format!("Content-Range: bytes */{length}\r\n"),
                b"",
            ),
        };
        socket.write_all(&answer)
    })
}

#[test]
fn a_film_from_elsewhere_is_asked_for_once_an_answer_with_its_range() {
    let film = film();
    let upstream = server(film.clone(), true);
    let url = upstream.url("/vod/film.mp4").replace("http://", "http://u:p@");
    let panel = with_movie(&[&url], "mp4");
    let player = Player::new(&panel);
    let path = player.data_url(MOVIE);
    assert_eq!(upstream.heads().len(), 0);
    has_ranges(player, &path, &film);
    assert_eq!(upstream.requests("/vod/film.mp4"), 6);
    assert!(upstream.heads()[0].to_lowercase().contains("authorization: basic dtpw"));
    let answer = player.send("HEAD", &path, &[]).receive(true);
    assert_eq!(
        (answer.header("content-type"), answer.header("content-length")),
        (Some("video/mp4"), Some("1000000"))
    );
    assert_eq!(answer.header("etag"), Some("\"e\""));
}

#[test]
fn of_a_film_from_elsewhere_that_part_is_watched_which_was_sent() {
    let upstream = server(film(), true);
    let panel = without_rows(Panel::docs_with(|config| config.control = true));
    panel.set("sources=real");
    let entries = json!([upstream.url("/vod/film.mp4")]);
    panel.sql(&format!(
        "UPDATE streams SET stream_source = '{entries}' WHERE id = 100"
    ));
    let player = Player::new(&panel);
    // Of 200 seconds; nobody knows how long the last one plays.
    for (known, range, watched) in [
        (json!({ "duration_secs": 200 }), None, json!(200.0)),
        (
            json!({ "duration_secs": 200 }),
            Some("bytes=500000-749999"),
            json!(50.0),
        ),
        (json!({}), None, Value::Null),
    ] {
        panel.sql(&format!(
            "UPDATE streams SET movie_properties = '{known}' WHERE id = 100"
        ));
        let path = player.data_url(MOVIE);
        let range: Vec<_> = range.map(|range| ("Range", range)).into_iter().collect();
        assert!(player.get_with(&path, &range).status < 300);
        has_rows(&panel, 0);
        let ended = json_of(&panel, "sessions")["ended"].as_array().unwrap().clone();
        let seen = json_of(&panel, "requests")["requests"].as_array().unwrap().clone();
        let is_here = |all: &[Value]| {
            all.iter()
                .any(|one| one["watched"] == watched && one["ended"] == "client")
        };
        assert!(is_here(&ended) && is_here(&seen), "{known}: {ended:?} {seen:?}");
    }
}

#[test]
fn a_head_of_a_film_without_a_length_has_none() {
    let upstream = Upstream::new(|_, socket| socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfilm"));
    let panel = with_movie(&[&upstream.url("/")], "mp4");
    let player = Player::new(&panel);
    let head = player.send("HEAD", &player.data_url(MOVIE), &[]).receive(true);
    let length = (head.header("content-length"), head.header("transfer-encoding"));
    assert_eq!((head.status, length), (200, (None, Some("chunked"))));
    assert_eq!(rows(&panel), "0");
}

#[test]
fn a_source_without_ranges_is_sent_whole() {
    let film = film();
    let upstream = server(film.clone(), false);
    let panel = with_movie(&[&upstream.url("/")], "avi");
    let player = Player::new(&panel);
    let answer = player.get_with(&player.data_url(MOVIE), &[("Range", "bytes=5-9")]);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("video/x-msvideo"))
    );
    assert!(answer.body == film && answer.header("content-range").is_none());
}

#[test]
fn the_first_entry_that_gives_something_is_played_and_a_cut_is_no_end() {
    let gone = Upstream::new(|_, socket| socket.write_all(&sized("404 Not Found", "", b"")));
    let cut = Upstream::new(|_, socket| {
        socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")?;
        Err(std::io::ErrorKind::Other.into())
    });
    let panel = with_movie(&[&gone.url("/"), "http://127.0.0.1:9/", "/x.mp4", &cut.url("/")], "mp4");
    let player = Player::new(&panel);
    let mut client = player.send("GET", &player.data_url(MOVIE), &[]);
    let head = client.receive_head();
    assert_eq!((head.status, head.header("content-length")), (200, Some("1000")));
    let rest = client.read_to_end().unwrap_or_default();
    assert_eq!(rest, b"only this");
    has_rows(&panel, 0);
    panel.set("upstream_private=0");
    let answer = player.get(&player.data_url(MOVIE));
    assert_eq!((answer.status, answer.body.len()), (404, 0));
}

#[test]
fn catch_up_is_found_in_files_of_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("10")).unwrap();
    let recorded = seconds("", 0..130);
    std::fs::write(folder.path().join("10/2026-03-15:14-00.ts"), &recorded).unwrap();
    let panel = docs();
    panel.set("sources=real");
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    let player = Player::new(&panel);
    let url =
        |minutes: u32, start: &str, extension: &str| format!("/timeshift/{LOGIN}/{minutes}/{start}/{NEWS}.{extension}");
    assert_eq!(player.get(&url(1, "2026-03-15:14-00", "ts")).status, 404);
    panel.set(&format!("archive_root={}", folder.path().display()));
    let second = 300 * PACKET;
    let path = player.data_url(&url(1, "2026-03-15:14-01", "ts"));
    let whole = player.get(&path);
    assert_eq!((whole.status, whole.header("content-type")), (200, Some("video/mp2t")));
    assert!(
        whole.body == recorded[60 * second..120 * second],
        "{}",
        whole.body.len()
    );
    let part = player.get_with(&path, &[("Range", "bytes=1000-1999")]);
    assert_eq!((part.status, part.body == whole.body[1000..2000]), (206, true));
    // What was not recorded is left out, and what holds nothing is not there.
    let path = player.data_url(&url(60, "2026-03-15:13-59", "ts"));
    assert_eq!(player.get(&path).body.len(), recorded.len());
    let path = player.data_url(&url(5, "2026-03-14:10-00", "ts"));
    assert_eq!(player.get(&path).status, 404);

    let text = player.get(&url(2, "2026-03-15:14-00", "m3u8")).text();
    let segments: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
    assert_eq!(segments.len(), 2);
    let bytes: Vec<u8> = segments.iter().flat_map(|segment| player.get(segment).body).collect();
    assert!(bytes == recorded[..120 * second]);
}

#[test]
fn a_playlist_of_catch_up_lists_what_files_have() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("10")).unwrap();
    for (name, range) in [("13-58", 0..60), ("14-01", 180..270)] {
        std::fs::write(
            folder.path().join(format!("10/2026-03-15:{name}.ts")),
            seconds("", range),
        )
        .unwrap();
    }
    let panel = docs();
    panel.set("sources=real");
    panel.set(&format!("archive_root={}", folder.path().display()));
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    let player = Player::new(&panel);
    let url = |minutes: u32, start: &str| format!("/timeshift/{LOGIN}/{minutes}/{start}/{NEWS}.m3u8");
    let text = player.get(&url(10, "2026-03-15:13-57")).text();
    let token = text.split("/hls/").nth(1).unwrap()[..32].to_owned();
    let expected = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ALLOW-CACHE:YES\n\
        #EXT-X-TARGETDURATION:60\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:60.000000,\n/hls/T/1.ts\n\
        #EXT-X-DISCONTINUITY\n#EXTINF:60.000000,\n/hls/T/4.ts\n#EXTINF:30.000000,\n/hls/T/5.ts\n#EXT-X-ENDLIST\n";
    assert_eq!(text.replace(&token, "T"), expected);
    let bytes = |number: u32| player.get(&format!("/hls/{token}/{number}.ts"));
    let lengths = [1, 4, 5].map(|number| bytes(number).body.len() / (300 * PACKET));
    assert_eq!(lengths, [60, 60, 30]);
    assert_eq!(bytes(2).status, 404);
    // Another player, of whom no session is made.
    for method in ["GET", "HEAD"] {
        let other = player.called("other");
        let answer = other
            .send(method, &url(5, "2026-03-14:10-00"), &[])
            .receive(method == "HEAD");
        assert_eq!((answer.status, answer.body.len()), (404, 0), "{method}");
    }
    assert_eq!(rows(&panel), "1");
}
