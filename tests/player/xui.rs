//! The profile `xui` (contract "Player side", section 16), where no story has it: the client log, and downloads at the
//! same time.

use super::files::add_movies;
use super::streams::{LOGIN, NEWS, Player, docs, live};
use crate::support::{Panel, soon};

const QUERY: &str = "username=customer4521&password=securepass";

fn panel() -> Panel {
    let panel = docs();
    panel.set("profile=xui");
    panel
}

#[test]
fn the_client_log_has_the_first_reason_of_every_refusal() {
    let panel = panel();
    panel.sql("INSERT INTO blocked_uas (user_agent) VALUES ('player')");
    let player = Player::new(&panel);
    let pages = [
        format!("/player_api.php?{QUERY}"),
        format!("/panel_api.php?{QUERY}"),
        format!("/get.php?{QUERY}"),
        format!("/xmltv.php?{QUERY}"),
        format!("/enigma2.php?{QUERY}"),
        live(LOGIN, NEWS),
    ];
    for (sql, status) in [
        ("SELECT 1", "USER_AGENT_BAN"),
        ("UPDATE lines SET enabled = 0", "USER_DISABLED"),
        ("UPDATE lines SET admin_enabled = 0", "USER_BAN"),
        ("UPDATE lines SET exp_date = '2026-03-15 14:30:00'", "USER_EXPIRED"),
        ("UPDATE lines SET password = 'other'", "AUTH_FAILED"),
    ] {
        panel.sql(sql);
        panel.sql("DELETE FROM lines_logs");
        for page in &pages {
            let answer = player.get(page);
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (404, Some("text/html")),
                "{page}"
            );
            assert!(
                answer.text().contains("<center><h1>404 Not Found</h1></center>"),
                "{page}"
            );
        }
        let logged = panel.sql("SELECT client_status FROM lines_logs");
        assert_eq!(logged, [status; 6]);
    }
}

#[test]
fn a_wrong_token_is_a_wrong_login() {
    let panel = panel();
    let player = Player::new(&panel);
    let token = "0123456789abcdef0123456789abcdef";
    for path in [format!("/playlist/{token}/m3u"), format!("/movie/{token}/100.mp4")] {
        assert_eq!(player.get(&path).status, 404);
    }
    let logged = panel.sql("SELECT client_status FROM lines_logs");
    assert_eq!(logged, ["AUTH_FAILED"; 2]);
}

#[test]
fn a_third_playlist_of_a_line_waits_for_one_of_two() {
    let panel = panel();
    add_movies(&panel, 12_000);
    // More than sockets hold.
    panel.sql("UPDATE streams SET stream_icon = printf('http://img.example/%0900d', id) WHERE id >= 1000");
    let player = Player::new(&panel);
    let path = format!("/get.php?{QUERY}&type=m3u_plus&key=movie");
    let begin = || {
        let mut client = player.send("GET", &path, &[]);
        let status = client.receive_head().status;
        (status, client)
    };
    let (first, second) = (begin(), begin());
    assert_eq!((first.0, second.0), (200, 200));
    let refused = player.get(&path);
    assert_eq!((refused.status, refused.body.len()), (429, 0));
    assert_eq!(player.send("HEAD", &path, &[]).receive_head().status, 200);
    // Of another line, and what is no playlist.
    let other = "/get.php?username=customer4522&password=securepass2&type=m3u";
    assert_eq!(player.get(other).status, 200);
    assert_eq!(player.get(&format!("/xmltv.php?{QUERY}")).status, 200);
    drop(first);
    assert!(soon(|| begin().0 == 200));
}

#[test]
fn without_the_profile_downloads_are_not_counted() {
    let panel = docs();
    let player = Player::new(&panel);
    for _ in 0..3 {
        assert_eq!(player.get(&format!("/get.php?{QUERY}")).status, 200);
    }
}
