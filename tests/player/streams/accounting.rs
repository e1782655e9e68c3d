//! The rows of who watches: last reads, crashes and resets (contract "Player side", section 12).

use super::{LOGIN, NEWS, Player, breaks_within, docs, has_rows, live, packets, without_rows};
use crate::support::Panel;

#[test]
fn a_line_shows_where_and_when_it_watched_last() {
    let panel = docs();
    let player = Player::new(&panel).at([127, 0, 0, 3]);
    let updated = panel.sql_one("SELECT updated FROM lines WHERE id = 4521");
    let client = player.watch(&live(LOGIN, NEWS));
    let last = "SELECT last_ip || ' ' || last_activity FROM lines WHERE id = 4521";
    assert_eq!(panel.sql_one(last), "127.0.0.3 1773585000");
    panel.inner().clock().advance(7);
    drop(client);
    has_rows(&panel, 0);
    assert_eq!(panel.sql_one(last), "127.0.0.3 1773585007");
    assert_eq!(panel.sql_one("SELECT updated FROM lines WHERE id = 4521"), updated);
    assert_eq!(
        panel.sql("SELECT date_start || ' ' || date_end FROM lines_activity ORDER BY activity_id DESC LIMIT 1"),
        ["1773585000 1773585007"]
    );
}

#[test]
fn a_reset_ends_all_and_leaves_no_row() {
    let panel = without_rows(Panel::docs_seeded(3));
    let player = Player::new(&panel);
    let path = player.data_url(&live(LOGIN, NEWS));
    let mut client = player.watch(&live(LOGIN, NEWS));
    packets(&mut client, 1);
    has_rows(&panel, 1);
    let control = panel.control_url().to_owned();
    let saved = panel.client().request(
        "POST",
        &format!("{control}/snapshots"),
        &[("Content-Type", "application/json")],
        br#"{"name":"watching"}"#,
    );
    assert!(saved.status < 300, "{}", saved.text());
    let answer = panel.client().request(
        "POST",
        &format!("{control}/snapshots/watching/restore"),
        &[("Content-Type", "application/json")],
        b"{}",
    );
    assert!(answer.status < 300, "{}", answer.text());
    breaks_within(&mut client, std::time::Duration::from_secs(1));
    has_rows(&panel, 0);
    assert_eq!(player.get(&path).status, 403);
}

#[test]
fn a_viewer_who_comes_right_after_a_reset_stays() {
    let panel = Panel::docs_seeded(3);
    let url = format!("{}/reset", panel.control_url());
    for _ in 0..10 {
        let json = [("Content-Type", "application/json")];
        let answer = panel.client().request("POST", &url, &json, b"{}");
        assert!(answer.status < 300, "{}", answer.text());
        let mut client = Player::new(&panel).watch(&live(LOGIN, NEWS));
        std::thread::sleep(std::time::Duration::from_millis(30));
        packets(&mut client, 1);
        let mine = "SELECT count(*) FROM lines_live WHERE active_pid IS NOT NULL";
        assert_eq!(panel.sql_one(mine), "1");
    }
}
