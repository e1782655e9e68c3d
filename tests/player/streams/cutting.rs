//! Whatever ends a connection, cuts it within 100 ms (contract "Player side", section 12).

use std::time::Duration;

use super::{LOGIN, NEWS, Player, breaks_within, docs, done, has_rows, live, packets, rows};
use crate::support::{Panel, encoded, soon};

/// An unoptimised build on a busy machine takes several times as long as the contract's 100 ms.
const AT_ONCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 100 });

/// Asks SQL, which must succeed.
#[track_caller]
fn asked(panel: &Panel, sql: &str) {
    let answer = panel.mysql_query(sql);
    assert!(answer.contains("STATUS_SUCCESS"), "{sql}: {answer}");
}

/// Watches, does something, and sees the connection break.
#[track_caller]
fn cuts(panel: &Panel, path: &str, act: impl FnOnce(&Panel)) {
    let player = Player::new(panel);
    let mut client = player.watch(path);
    packets(&mut client, 1);
    has_rows(panel, 1);
    act(panel);
    breaks_within(&mut client, AT_ONCE);
    has_rows(panel, 0);
}

/// What somebody does to a panel.
type Act = fn(&Panel);

#[test]
fn each_way_to_end_a_connection_cuts_it() {
    let acts: [(&str, Act); 12] = [
        ("kill_connection", |panel| {
            let id = panel.sql_one("SELECT activity_id FROM lines_live");
            done(panel, "kill_connection", &format!("activity_id={id}"));
        }),
        ("disable_line", |panel| done(panel, "disable_line", "id=4521")),
        ("ban_line", |panel| done(panel, "ban_line", "id=4521")),
        ("delete_line", |panel| done(panel, "delete_line", "id=4521")),
        ("expiry", |panel| {
            done(panel, "edit_line", "id=4521&exp_date=2026-03-01")
        }),
        ("its bouquets", |panel| {
            done(
                panel,
                "edit_line",
                &format!("id=4521&bouquets_selected={}", encoded("[2]")),
            );
        }),
        ("stop_stream", |panel| done(panel, "stop_stream", "id=10")),
        ("delete_stream", |panel| done(panel, "delete_stream", "id=10")),
        ("DELETE", |panel| asked(panel, "DELETE FROM lines_live")),
        ("UPDATE of the line", |panel| {
            asked(panel, "UPDATE `lines` SET enabled = 0 WHERE id = 4521");
        }),
        ("UPDATE of the bouquet", |panel| {
            asked(panel, "UPDATE bouquets SET bouquet_channels = '[]' WHERE id = 1");
        }),
        ("a blocked address", |panel| {
            asked(panel, "INSERT INTO blocked_ips (ip) VALUES ('127.0.0.1')");
        }),
    ];
    for (name, act) in acts {
        let cut = std::panic::catch_unwind(|| cuts(&docs(), &live(LOGIN, NEWS), act));
        assert!(cut.is_ok(), "{name}");
    }
}

#[test]
fn the_clock_ends_a_connection_whose_line_expires() {
    let panel = docs();
    panel.sql("UPDATE lines SET exp_date = '2026-03-15 15:00:00' WHERE id = 4521");
    cuts(&panel, &live(LOGIN, NEWS), |panel| panel.inner().clock().advance(1800));
}

#[test]
fn a_connection_that_lasts_too_long_ends() {
    let panel = docs();
    panel.set("user_auto_kick_hours=1");
    cuts(&panel, &live(LOGIN, NEWS), |panel| panel.inner().clock().advance(3600));
}

#[test]
fn an_edit_that_changes_nothing_of_it_cuts_nobody() {
    let panel = docs();
    let mut client = Player::new(&panel).watch(&live(LOGIN, NEWS));
    panel.get("edit_line", "id=4521&admin_notes=x");
    panel.mysql_query("UPDATE lines_live SET hls_last_read = 5");
    packets(&mut client, 1);
    assert_eq!(rows(&panel), "1");
}

#[test]
fn a_planted_row_counts_and_has_no_connection() {
    let panel = docs();
    panel.sql("INSERT INTO lines_live (user_id, stream_id, date_start) VALUES (4522, 10, 1773585000)");
    let refused = Player::new(&panel).get(&live(super::OTHER, NEWS));
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (403, "Max connections reached")
    );
    panel.get("edit_line", "id=4522&admin_notes=x");
    assert_eq!(rows(&panel), "1");
}

#[test]
fn a_viewer_who_reads_nothing_is_cut_too() {
    let panel = docs();
    // Far more than the sockets hold.
    panel.sql(r#"UPDATE streams SET stream_source = '["test://?rate=40000000"]' WHERE id = 10"#);
    let mut client = Player::new(&panel).watch(&live(LOGIN, NEWS));
    has_rows(&panel, 1);
    std::thread::sleep(Duration::from_secs(1));
    panel.mysql_query("DELETE FROM lines_live");
    assert!(soon(|| rows(&panel) == "0"));
    // What is in the sockets comes, then the end.
    breaks_within(&mut client, Duration::from_secs(2));
}

#[test]
fn a_viewer_who_reads_nothing_for_ten_seconds_is_too_slow_and_the_others_go_on() {
    let panel = docs();
    panel.sql(r#"UPDATE streams SET stream_source = '["test://?rate=40000000"]' WHERE id = 10"#);
    let player = Player::new(&panel);
    let slow = player.called("slow").watch(&live(LOGIN, NEWS));
    let mut fast = player.called("fast").watch(&live(LOGIN, NEWS));
    has_rows(&panel, 2);
    let begun = std::time::Instant::now();
    while rows(&panel) == "2" && begun.elapsed() < Duration::from_secs(20) {
        packets(&mut fast, 10_000);
    }
    assert_eq!(panel.sql("SELECT user_agent FROM lines_live"), ["fast"]);
    let ended = panel.inner().viewers().registry.ended();
    let reasons: Vec<_> = ended.iter().map(|ended| ended.reason.name()).collect();
    assert_eq!(reasons, ["slow"]);
    drop(slow);
}

#[test]
fn closing_in_any_way_ends_the_row_within_a_second() {
    let panel = docs();
    panel.sql(r#"UPDATE streams SET stream_source = '["test://?stall=1"]' WHERE id = 10"#);
    let player = Player::new(&panel);
    let open = || {
        let client = player.watch(&live(LOGIN, NEWS));
        has_rows(&panel, 1);
        client
    };
    drop(open());
    has_rows(&panel, 0);
    open().reset();
    has_rows(&panel, 0);
    let mut half = open();
    half.say_no_more();
    has_rows(&panel, 0);
}

#[test]
fn a_server_that_stops_ends_its_rows() {
    let mut panel = docs();
    let client = Player::new(&panel).watch(&live(LOGIN, NEWS));
    has_rows(&panel, 1);
    let inner = std::sync::Arc::clone(panel.inner());
    panel.stop();
    drop(client);
    assert!(inner.viewers().registry.is_empty());
}
