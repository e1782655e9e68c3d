//! Clips in place of refusals (contract "Player side", section 16, `status_clips`): what plays, and that nobody is
//! connected by it.

use std::fs;
use std::process::Command;

use linecard::media::test::{Kind, TestSource};
use tempfile::TempDir;

use super::streams::{LOGIN, NEWS, PACKET, Player, docs, live, packets, rows};
use crate::support::{Panel, soon};

/// Packets of a second.
const SECOND: usize = 300;

fn panel() -> Panel {
    let panel = docs();
    panel.set("profile=status_clips");
    panel
}

/// The first second of a clip.
fn first_second(text: &str) -> Vec<u8> {
    TestSource::notice(text).second(0, Kind::Notice, "00:00:00").to_vec()
}

fn logged(panel: &Panel) -> Vec<String> {
    panel.sql("SELECT client_status || ' ' || coalesce(user_id, '') FROM lines_logs ORDER BY id")
}

#[test]
fn a_clip_goes_on_without_a_connection_and_its_token_opens_nothing_else() {
    let panel = panel();
    panel.sql("UPDATE lines SET enabled = 0 WHERE id = 4521");
    let player = Player::new(&panel);
    let url = player.data_url(&live(LOGIN, NEWS));
    assert!(url.starts_with("/auth/"), "{url}");
    assert_eq!(logged(&panel), ["USER_DISABLED 4521"]);
    // The line may watch again: the token plays what it was made for.
    panel.sql("UPDATE lines SET enabled = 1 WHERE id = 4521");
    let mut client = player.send("GET", &url, &[]);
    let head = client.receive_head();
    assert_eq!((head.status, head.header("content-type")), (200, Some("video/mp2t")));
    // Longer than what is sent at once.
    let played = packets(&mut client, 4 * SECOND);
    assert_eq!(played[..SECOND * PACKET], first_second("DISABLED"));
    assert_eq!(rows(&panel), "0");
    assert_eq!(logged(&panel), ["USER_DISABLED 4521"]);

    let token = url.strip_prefix("/auth/").unwrap();
    assert_eq!(player.get(&format!("/vauth/{token}")).status, 403);
    assert_eq!(player.get(&format!("/hls/{token}/1.ts")).status, 404);
    assert_eq!(player.at([127, 0, 0, 9]).get(&url).status, 403);
    let rest = &logged(&panel)[1..];
    assert_eq!(rest, ["TOKEN_EXPIRED ", "IP_MISMATCH "]);
}

#[test]
fn a_playlist_of_a_clip_has_one_segment() {
    let panel = panel();
    panel.sql("UPDATE lines SET admin_enabled = 0 WHERE id = 4521");
    let player = Player::new(&panel);
    let text = player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    assert!(text.ends_with("#EXT-X-ENDLIST\n"), "{text}");
    let segments: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
    assert_eq!(segments.len(), 1, "{text}");
    let segment = player.get(segments[0]);
    assert_eq!(segment.header("content-type"), Some("video/mp2t"));
    assert_eq!(segment.body.len(), 10 * SECOND * PACKET);
    assert_eq!(segment.body[..SECOND * PACKET], first_second("BANNED"));
    assert_eq!(rows(&panel), "0");
    assert_eq!(logged(&panel), ["USER_BAN 4521"]);
}

#[test]
fn each_refusal_has_its_picture() {
    for (sql, status, text) in [
        (
            "UPDATE lines SET exp_date = '2026-03-15 14:30:00'",
            "USER_EXPIRED",
            "EXPIRED",
        ),
        ("DELETE FROM streams_servers", "NOT_ON_AIR", "OFF AIR"),
        (
            "INSERT INTO lines_live (user_id, stream_id, server_id, user_agent, user_ip, container, date_start)
             VALUES (4521, 10, 1, '', '10.0.0.1', 'ts', 1773584000); UPDATE lines SET max_connections = 1",
            "USER_ALREADY_CONNECTED",
            "IN USE",
        ),
    ] {
        let panel = panel();
        panel.set("disallow_2nd_ip_con=1");
        for statement in sql.split(';') {
            panel.sql(statement);
        }
        let player = Player::new(&panel);
        let mut client = player.watch(&live(LOGIN, NEWS));
        assert_eq!(
            packets(&mut client, SECOND)[..SECOND * PACKET],
            first_second(text),
            "{text}"
        );
        assert_eq!(logged(&panel), [format!("{status} 4521")]);
    }
}

#[test]
fn who_is_one_too_many_at_the_data_url_gets_the_clip_there() {
    let panel = panel();
    panel.sql("UPDATE lines SET max_connections = 1 WHERE id = 4521");
    let (one, other) = (Player::new(&panel), Player::new(&panel).called("other"));
    let path = live(LOGIN, NEWS);
    let (first, second) = (one.data_url(&path), other.data_url(&path));
    let mut watching = one.send("GET", &first, &[]);
    assert_eq!(watching.receive_head().status, 200);
    assert!(soon(|| rows(&panel) == "1"));
    let mut refused = other.send("GET", &second, &[]);
    assert_eq!(refused.receive_head().status, 200);
    assert_eq!(packets(&mut refused, SECOND)[..SECOND * PACKET], first_second("LIMIT"));
    assert_eq!(rows(&panel), "1");
    assert_eq!(logged(&panel), ["USER_ALREADY_CONNECTED 4521"]);
}

#[needs::test("ffprobe")]
fn a_clip_decodes_without_a_warning() {
    let panel = panel();
    panel.sql("UPDATE lines SET enabled = 0 WHERE id = 4521");
    let mut client = Player::new(&panel).watch(&live(LOGIN, NEWS));
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("clip.ts");
    fs::write(&file, packets(&mut client, 4 * SECOND)).unwrap();
    let shown = Command::new("ffprobe")
        .args(["-v", "warning", "-select_streams", "v", "-count_frames"])
        .args(["-show_entries", "stream=codec_name,nb_read_frames", "-of", "csv=p=0"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&shown.stderr), "");
    let text = String::from_utf8_lossy(&shown.stdout);
    assert_eq!(text.lines().next(), Some("h264,100"));
}

#[test]
fn a_head_of_a_clip_is_that_of_a_get_and_uses_nothing_up() {
    let panel = panel();
    panel.sql("UPDATE lines SET enabled = 0 WHERE id = 4521");
    let player = Player::new(&panel);
    let url = player.data_url(&live(LOGIN, NEWS));
    for _ in 0..2 {
        let head = player.send("HEAD", &url, &[]).receive_head();
        assert_eq!((head.status, head.header("content-type")), (200, Some("video/mp2t")));
    }
    let playlist = player.get(&format!("/live/{LOGIN}/{NEWS}.m3u8")).text();
    let segment = playlist.lines().find(|line| line.starts_with('/')).unwrap();
    let (head, whole) = (player.send("HEAD", segment, &[]).receive_head(), player.get(segment));
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    assert_eq!(rows(&panel), "0");
}
