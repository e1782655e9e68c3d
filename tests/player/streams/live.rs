//! Live streams as transport streams.

use super::{LOGIN, NEWS, PACKET, Player, docs, has_rows, live, packets, rows};
use crate::support::soon;

#[test]
fn a_live_stream_is_two_steps_and_a_row_as_long_as_it_is_read() {
    let panel = docs();
    let player = Player::new(&panel);
    let answer = player.get(&live(LOGIN, NEWS));
    assert_eq!((answer.status, answer.body.len()), (302, 0));
    assert_eq!(
        answer.header("cache-control"),
        Some("no-store, no-cache, must-revalidate")
    );
    let location = answer.header("location").unwrap().to_owned();
    let token = location
        .strip_prefix(&format!("http://{}/auth/", panel.host()))
        .unwrap();
    assert!(
        token.len() == 32
            && token
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
    );
    assert_eq!(rows(&panel), "0");

    let mut client = player.send("GET", &format!("/auth/{token}"), &[("Range", "bytes=10-")]);
    let head = client.receive_head();
    assert_eq!((head.status, head.header("content-type")), (200, Some("video/mp2t")));
    assert_eq!(
        (head.header("transfer-encoding"), head.header("content-length")),
        (Some("chunked"), None)
    );
    let bytes = packets(&mut client, 300);
    // PAT, PMT, and the first packet of a key frame.
    let pids: Vec<u16> = bytes
        .chunks_exact(PACKET)
        .map(|packet| {
            assert_eq!(packet[0], 0x47);
            u16::from_be_bytes([packet[1] & 0x1f, packet[2]])
        })
        .collect();
    assert_eq!(pids[..3], [0, 0x1000, 0x100]);
    assert_eq!(bytes[2 * PACKET + 5] & 0x40, 0x40, "a random access point");
    let row = panel.sql(
        "SELECT user_id || ' ' || stream_id || ' ' || server_id || ' ' || user_agent || ' ' || user_ip || ' ' || container || ' ' || (active_pid > 0)
         FROM lines_live",
    );
    assert_eq!(row, [format!("4521 {NEWS} 1 player 127.0.0.1 ts 1")]);
    assert!(
        player
            .get("/player_api.php?username=customer4521&password=securepass")
            .text()
            .contains(r#""active_cons":"1""#)
    );

    drop(client);
    has_rows(&panel, 0);
    let activity = "SELECT user_id || ' ' || stream_id || ' ' || container || ' ' || (date_end >= date_start) FROM lines_activity ORDER BY activity_id DESC LIMIT 1";
    assert!(soon(|| panel.sql_one(activity) == format!("4521 {NEWS} ts 1")));
}

#[test]
fn the_token_opens_any_number_of_answers_for_a_while_and_for_its_address_alone() {
    let panel = docs();
    let player = Player::new(&panel);
    let path = player.data_url(&live(LOGIN, NEWS));
    let two = [(); 2].map(|()| {
        let mut client = player.send("GET", &path, &[]);
        assert_eq!(client.receive_head().status, 200);
        client
    });
    has_rows(&panel, 2);
    let third = player.get(&path);
    assert_eq!((third.status, third.text().as_str()), (403, "Max connections reached"));
    let stranger = player.at([127, 0, 0, 9]).get(&path);
    assert_eq!((stranger.status, stranger.body.len()), (403, 0));
    panel.inner().clock().advance(5);
    let late = player.get(&path);
    assert_eq!((late.status, late.body.len()), (403, 0));
    drop(two);
    let logged =
        panel.sql("SELECT client_status || ' ' || coalesce(user_id, '') FROM lines_logs ORDER BY id DESC LIMIT 3");
    assert_eq!(
        logged,
        ["TOKEN_EXPIRED ", "IP_MISMATCH 4521", "USER_ALREADY_CONNECTED 4521"]
    );
}

#[test]
fn a_head_opens_no_connection() {
    let panel = docs();
    let player = Player::new(&panel);
    let answer = player.send("HEAD", &live(LOGIN, NEWS), &[]).receive(true);
    assert_eq!(answer.status, 302);
    let path = player.data_url(&live(LOGIN, NEWS));
    let answer = player.send("HEAD", &path, &[]).receive(true);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("video/mp2t"))
    );
    // As the whole answer, it has no length.
    assert_eq!(
        (answer.header("content-length"), answer.header("transfer-encoding")),
        (None, Some("chunked"))
    );
    assert_eq!(rows(&panel), "0");
}

#[test]
fn a_client_of_http_1_0_gets_the_bytes_alone() {
    let panel = docs();
    let player = Player::new(&panel);
    let path = player.data_url(&live(LOGIN, NEWS));
    let mut client = panel.client();
    client.send(format!("GET {path} HTTP/1.0\r\nUser-Agent: player\r\n\r\n").as_bytes());
    let head = client.receive_part(3 * PACKET);
    assert_eq!(head.status, 200);
    assert_eq!(
        (head.header("transfer-encoding"), head.header("content-length")),
        (None, None)
    );
    assert_eq!(head.header("connection"), Some("close"));
    let starts = [0, PACKET, 2 * PACKET].map(|at| head.body[at]);
    assert_eq!(starts, [0x47; 3]);
}

#[test]
fn without_a_redirect_the_data_comes_at_once() {
    let panel = docs();
    panel.set("stream_redirect=0");
    let mut client = Player::new(&panel).send("GET", &live(LOGIN, NEWS), &[]);
    assert_eq!(client.receive_head().status, 200);
    assert_eq!(packets(&mut client, 1)[0], 0x47);
    has_rows(&panel, 1);
}

#[test]
fn a_stream_that_is_stopped_is_not_on_air() {
    let panel = docs();
    panel.get("stop_stream", &format!("id={NEWS}"));
    let answer = Player::new(&panel).get(&live(LOGIN, NEWS));
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    assert_eq!(panel.sql_one("SELECT client_status FROM lines_logs"), "NOT_ON_AIR");
}
