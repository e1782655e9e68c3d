//! The connection limit, exactly, under races and while a player zaps (contract "Player side", section 12).

use std::sync::Barrier;
use std::thread;

use super::{LOGIN, NEWS, OTHER, Player, docs, has_rows, live, packets, rows};
use crate::support::soon;

const SPORTS: i64 = 11;
/// How often a player changes channel.
const ZAPS: usize = if cfg!(debug_assertions) { 50 } else { 200 };

#[test]
fn of_many_simultaneous_starts_as_many_as_the_line_may_have_play() {
    let panel = docs();
    panel.sql("UPDATE lines SET max_connections = 3 WHERE id = 4521");
    let (players, rounds) = if cfg!(debug_assertions) { (24, 5) } else { (100, 100) };
    for _ in 0..rounds {
        let barrier = Barrier::new(players);
        let watching: Vec<_> = thread::scope(|scope| {
            let starts: Vec<_> = (0..players)
                .map(|number| {
                    let (panel, barrier) = (&panel, &barrier);
                    scope.spawn(move || {
                        let agent = format!("player {number}");
                        barrier.wait();
                        Player::new(panel).called(&agent).try_watch(&live(LOGIN, NEWS)).ok()
                    })
                })
                .collect();
            starts.into_iter().filter_map(|start| start.join().unwrap()).collect()
        });
        assert_eq!((watching.len(), rows(&panel).as_str()), (3, "3"));
        drop(watching);
        has_rows(&panel, 0);
    }
}

#[test]
fn a_player_that_zaps_is_never_refused() {
    let panel = docs();
    let player = Player::new(&panel);
    let mut before = player.watch(&live(OTHER, NEWS));
    for round in 0..ZAPS {
        let next = live(OTHER, if round % 2 == 0 { SPORTS } else { NEWS });
        // Close and open, in either order.
        let watch = || {
            player
                .try_watch(&next)
                .unwrap_or_else(|answer| panic!("{round}: {}", answer.text()))
        };
        before = match round % 3 {
            0 => {
                drop(before);
                watch()
            }
            _ => thread::scope(|scope| {
                let watching = scope.spawn(watch);
                if round % 3 == 2 {
                    thread::sleep(std::time::Duration::from_millis(30));
                }
                drop(before);
                watching.join().unwrap()
            }),
        };
    }
    let refused = player.called("another").get(&live(OTHER, NEWS));
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (403, "Max connections reached")
    );
    packets(&mut before, 1);
    assert_eq!(rows(&panel), "1");
}

#[test]
fn an_hls_session_of_the_same_player_ends_in_favour_of_the_next_stream() {
    let panel = docs();
    let player = Player::new(&panel);
    let playlist = |stream: i64| format!("/live/{OTHER}/{stream}.m3u8");
    for round in 0..ZAPS {
        let stream = if round % 2 == 0 { NEWS } else { SPORTS };
        assert_eq!(player.get(&playlist(stream)).status, 200, "{round}");
        assert_eq!(panel.sql("SELECT stream_id FROM lines_live"), [stream.to_string()]);
    }
    assert_eq!(player.called("another").get(&playlist(NEWS)).status, 403);
    panel.set("hls_zap_replaces=0");
    assert_eq!(player.get(&playlist(NEWS)).status, 403);
}

#[test]
fn a_head_at_the_limit_ends_nobody() {
    let panel = docs();
    let player = Player::new(&panel);
    player.get(&format!("/live/{OTHER}/{NEWS}.m3u8"));
    let other = format!("/live/{OTHER}/{SPORTS}.m3u8");
    let head = player.send("HEAD", &other, &[]).receive(true);
    let stranger = player.called("another").send("HEAD", &other, &[]).receive(true);
    assert_eq!((head.status, stranger.status), (200, 403));
    assert_eq!(panel.sql("SELECT stream_id FROM lines_live"), [NEWS.to_string()]);
}

#[test]
fn the_oldest_may_be_kicked_instead() {
    let panel = docs();
    panel.set("connection_policy=kick_oldest");
    panel.sql(
        "INSERT INTO lines_live (user_id, stream_id, date_start, user_ip) VALUES (4521, 10, 1773585000, '192.0.2.1')",
    );
    let player = Player::new(&panel);
    let mut first = player.called("first").watch(&live(LOGIN, NEWS));
    let mut second = player.called("second").watch(&live(LOGIN, NEWS));
    packets(&mut first, 1);
    // The planted row was the oldest, but the first is at the same address.
    assert_eq!(
        panel.sql("SELECT user_agent FROM lines_live ORDER BY activity_id"),
        ["", "second"]
    );
    super::breaks_within(&mut first, std::time::Duration::from_secs(1));
    let mut third = player.called("second").watch(&live(LOGIN, SPORTS));
    super::breaks_within(&mut second, std::time::Duration::from_secs(1));
    packets(&mut third, 1);
    assert_eq!(
        panel.sql("SELECT stream_id FROM lines_live ORDER BY activity_id"),
        ["10", "11"]
    );
    let reasons: Vec<_> = panel
        .inner()
        .viewers()
        .registry
        .ended()
        .iter()
        .map(|ended| ended.reason.name())
        .collect();
    assert_eq!(reasons, ["kicked", "kicked"]);
}

#[test]
fn a_pair_counts_together() {
    let panel = docs();
    panel.sql("UPDATE lines SET pair_id = 4522, max_connections = 5 WHERE id = 4521");
    let player = Player::new(&panel);
    let watching = player.watch(&live(OTHER, NEWS));
    assert_eq!(player.called("another").get(&live(LOGIN, NEWS)).status, 403);
    drop(watching);
    assert!(soon(|| rows(&panel) == "0"));
    packets(&mut player.watch(&live(LOGIN, NEWS)), 1);
}
