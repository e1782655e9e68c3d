//! Movies, episodes and catch-up: files with a length, and their ranges.

use super::{LOGIN, NEWS, PACKET, Player, docs, has_rows, packets, rows};
use crate::support::{Panel, soon};

/// The docs' movie, an episode of its series.
const MOVIE: &str = "/movie/customer4521/securepass/100.mp4";

/// A panel whose stream 10 has an archive of 7 days. Its clock shows 2026-03-15 14:30:00.
fn with_archive() -> Panel {
    let panel = docs();
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    panel
}

#[test]
fn a_movie_has_ranges() {
    let panel = docs();
    let player = Player::new(&panel);
    let path = player.data_url(MOVIE);
    assert!(path.starts_with("/vauth/"), "{path}");
    let whole = player.get(&path);
    assert_eq!((whole.status, whole.header("content-type")), (200, Some("video/mp4")));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let length = whole.body.len();
    assert_eq!(&whole.body[4..8], b"ftyp");
    let etag = whole.header("etag").unwrap().to_owned();
    for (range, status, told, bytes) in [
        (
            "bytes=0-99",
            206,
            Some(format!("bytes 0-99/{length}")),
            &whole.body[..100],
        ),
        (
            "bytes=1000-",
            206,
            Some(format!("bytes 1000-{}/{length}", length - 1)),
            &whole.body[1000..],
        ),
        (
            "bytes=-5",
            206,
            Some(format!("bytes {}-{}/{length}", length - 5, length - 1)),
            &whole.body[length - 5..],
        ),
        ("bytes=99999999-", 416, Some(format!("bytes */{length}")), &[]),
        ("bytes=0-1,4-5", 200, None, &whole.body[..]),
        ("lines=0-1", 200, None, &whole.body[..]),
    ] {
        let answer = player.get_with(&path, &[("Range", range)]);
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (status, told.as_deref()),
            "{range}"
        );
        assert!(answer.body == bytes, "{range}");
    }
    let answer = player.get_with(&path, &[("Range", "bytes=0-9"), ("If-Range", &etag)]);
    assert_eq!(answer.status, 206);
    let answer = player.get_with(&path, &[("Range", "bytes=0-9"), ("If-Range", "\"other\"")]);
    assert_eq!((answer.status, answer.body.len()), (200, length));
    let head = player.send("HEAD", &path, &[]).receive(true);
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some(length.to_string().as_str()))
    );
    has_rows(&panel, 0);
}

#[test]
fn containers_are_those_that_are_stored() {
    let panel = docs();
    let player = Player::new(&panel);
    for (container, status, kind) in [
        ("mkv", 200, Some("video/x-matroska")),
        ("ts", 200, Some("video/mp2t")),
        ("avi", 404, None),
    ] {
        panel.sql(&format!(
            "UPDATE streams SET target_container = '{container}' WHERE id = 100"
        ));
        // The extension is another one.
        let answer = player.get(&player.data_url(MOVIE));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, kind),
            "{container}"
        );
        if container == "ts" {
            assert_eq!(answer.body.len(), 60 * 300 * PACKET);
        }
    }
}

#[test]
fn ids_of_another_kind_are_not_there() {
    let panel = docs();
    let player = Player::new(&panel);
    for path in [
        "/movie/customer4521/securepass/10.mp4",
        "/series/customer4521/securepass/10.mp4",
        "/series/customer4521/securepass/100.mp4",
        "/live/customer4521/securepass/100.ts",
        "/customer4521/securepass/100.ts",
        "/live/customer4521/securepass/999.ts",
        "/live/customer4521/securepass/x.ts",
        "/auth/a/b",
        "/hls/a/x.ts",
        "/streaming/other.php?username=customer4521&password=securepass&stream=10",
    ] {
        let answer = player.get(path);
        assert_eq!((answer.status, answer.body.len()), (404, 0), "{path}");
    }
}

#[test]
fn queries_say_the_same_as_paths() {
    let panel = with_archive();
    let player = Player::new(&panel);
    let login = "username=customer4521&password=securepass";
    for (path, door) in [
        (format!("/streaming/live.php?{login}&stream=10&extension=ts"), "/auth/"),
        (format!("/streaming/live.php?{login}&stream=10"), "/auth/"),
        (
            format!("/streaming/vod.php?{login}&stream=100&extension=mp4"),
            "/vauth/",
        ),
        (
            format!("/streaming/timeshift.php?{login}&stream=10&start=2026-03-15:14-00&duration=5"),
            "/tsauth/",
        ),
        (format!("/live/{LOGIN}/10"), "/auth/"),
        (format!("/{LOGIN}/10?utc=1773583200&lutc=1773585000"), "/tsauth/"),
        (format!("/timeshifts/{LOGIN}/5/10/2026-03-15:14-00.ts"), "/tsauth/"),
    ] {
        assert!(player.data_url(&path).starts_with(door), "{path}");
    }
    for path in [
        "/streaming/live.php?username=customer4521&password=securepass",
        "/streaming/live.php?username=customer4521&stream=10",
        "/streaming/timeshift.php?username=customer4521&password=securepass&stream=10&start=2026-03-15:14-00",
        "/timeshift/customer4521/securepass/0/2026-03-15:14-00/10.ts",
        "/timeshift/customer4521/securepass/5/yesterday/10.ts",
        "/customer4521/securepass/10.ts?utc=12",
    ] {
        let answer = player.get(path);
        assert_eq!((answer.status, answer.body.len()), (400, 0), "{path}");
    }
}

#[test]
fn catch_up_is_what_was_on_air() {
    let panel = with_archive();
    let player = Player::new(&panel);
    let url = |minutes: u32, start: &str| format!("/timeshift/{LOGIN}/{minutes}/{start}/{NEWS}.ts");
    let path = player.data_url(&url(2, "2026-03-15:14-00"));
    let whole = player.get(&path);
    assert_eq!((whole.status, whole.header("content-type")), (200, Some("video/mp2t")));
    assert_eq!(whole.body.len(), 120 * 300 * PACKET);
    let part = player.get_with(&path, &[("Range", "bytes=56300-112900")]);
    assert_eq!((part.status, part.body == whole.body[56300..=112_900]), (206, true));
    // What lies in the future is cut off.
    let path = player.data_url(&url(60, "2026-03-15:14-29"));
    assert_eq!(player.get(&path).body.len(), 60 * 300 * PACKET);
    for (minutes, start) in [
        (5, "2026-03-15:14-30"),
        (5, "2026-03-08:14-29"),
        (5, "2027-01-01:00-00"),
    ] {
        let answer = player.get(&url(minutes, start));
        assert_eq!((answer.status, answer.body.len()), (404, 0), "{start}");
    }
    panel.sql("UPDATE streams SET tv_archive_duration = 0 WHERE id = 10");
    assert_eq!(player.get(&url(2, "2026-03-15:14-00")).status, 404);
    has_rows(&panel, 0);
}

#[test]
fn ranges_of_a_film_are_one_connection() {
    let panel = docs();
    panel.sql(
        r#"UPDATE streams SET movie_properties = '{"duration_secs":600}', target_container = 'ts' WHERE id = 100"#,
    );
    panel.sql("UPDATE lines SET max_connections = 1 WHERE id = 4521");
    let player = Player::new(&panel);
    let path = player.data_url(MOVIE);
    let mut first = player.send("GET", &path, &[("Range", "bytes=0-")]);
    assert_eq!(first.receive_part(PACKET).status, 206);
    has_rows(&panel, 1);
    let second = player.get_with(&path, &[("Range", "bytes=0-9")]);
    assert_eq!((second.status, rows(&panel).as_str()), (206, "1"));
    // The first URL joins too, and gives the session's token.
    assert_eq!(player.data_url_with(MOVIE, &[("Range", "bytes=5-")]), path);
    // Without a range, from elsewhere and by another player it is a second connection.
    assert_eq!(player.get(MOVIE).status, 403);
    assert_eq!(
        player.called("other").get_with(MOVIE, &[("Range", "bytes=0-")]).status,
        403
    );
    assert_eq!(
        player
            .at([127, 0, 0, 2])
            .get_with(MOVIE, &[("Range", "bytes=0-")])
            .status,
        403
    );
    drop(first);
    has_rows(&panel, 0);
    // For a while the closed file is opened again with the same token, and counts.
    assert_eq!(player.data_url_with(MOVIE, &[("Range", "bytes=5-")]), path);
    panel.inner().clock().advance(299);
    assert_eq!(player.get_with(&path, &[("Range", "bytes=0-9")]).status, 206);
    panel.inner().clock().advance(300);
    assert_eq!(player.get_with(&path, &[("Range", "bytes=0-9")]).status, 403);
    assert_ne!(player.data_url_with(MOVIE, &[("Range", "bytes=5-")]), path);
}

#[test]
fn the_token_of_a_file_waits_a_minute_for_its_first_use() {
    let panel = docs();
    let player = Player::new(&panel);
    let (used, late) = (player.data_url(MOVIE), player.data_url(MOVIE));
    panel.inner().clock().advance(59);
    assert_eq!(player.get(&used).status, 200);
    panel.inner().clock().advance(1);
    assert_eq!(player.get(&late).status, 403);
    assert_eq!(player.get(&used).status, 200);
}

#[test]
fn a_film_that_is_cut_ends_short() {
    let panel = docs();
    panel.sql(
        r#"UPDATE streams SET movie_properties = '{"duration_secs":600}', target_container = 'ts' WHERE id = 100"#,
    );
    let player = Player::new(&panel);
    let mut client = player.send("GET", &player.data_url(MOVIE), &[]);
    let head = client.receive_head();
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    has_rows(&panel, 1);
    panel.get("disable_line", "id=4521");
    let rest = client.read_to_end().unwrap_or_default();
    assert!(rest.len() < length, "{} of {length}", rest.len());
    assert!(soon(|| rows(&panel) == "0"));
}

#[test]
fn a_live_stream_and_its_catch_up_have_the_same_pictures() {
    let panel = with_archive();
    let player = Player::new(&panel);
    let mut client = player.watch(&super::live(LOGIN, NEWS));
    let bytes = packets(&mut client, 300);
    assert_eq!(bytes.len() % PACKET, 0);
}
