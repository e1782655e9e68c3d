//! Why a line can watch, or not: whole answers.

use serde_json::{Value, json};

use super::{panel, problem, refused, told};
use crate::support::Panel;

fn why(panel: &Panel, query: &str) -> Value {
    serde_json::from_str(&told(panel, "GET", &format!("why?{query}"), "")).unwrap()
}

/// A line with a stream that runs.
fn with_viewer() -> Panel {
    let panel = panel();
    for sql in [
        "INSERT INTO streams (id, type, stream_display_name) VALUES (8001, 1, 'One')",
        "INSERT INTO streams_servers (stream_id, server_id, pid) VALUES (8001, 1, 50)",
        "INSERT INTO bouquets (id, bouquet_channels) VALUES (8200, '[8001]')",
        "INSERT INTO lines (id, username, password, bouquet, max_connections) VALUES (8300, 'viewer', 'pw', '[8200]', 1)",
    ] {
        panel.sql(sql);
    }
    panel
}

#[test]
fn every_check_is_told_in_its_order() {
    let panel = with_viewer();
    panel.sql("UPDATE lines SET enabled = 0, allowed_ips = '[\"10.0.0.1\"]' WHERE id = 8300");
    let admits = |number: u8, name: Value, rule: &str| json!({ "number": number, "name": name, "rule": rule, "verdict": "admits", "why": null, "change": null });
    let skipped = |number: u8, name: Value, rule: &str| json!({ "number": number, "name": name, "rule": rule, "verdict": "skipped", "why": null, "change": null });
    let disabled = json!({
        "number": 4, "name": "USER_DISABLED", "rule": "the line is enabled", "verdict": "refuses",
        "why": "its enabled is 0", "change": "enable the line: set enabled to 1",
    });
    let expected = json!({
        "line": { "id": 8300, "username": "viewer", "status": "Disabled" },
        "stream": { "id": 8001, "name": "One" },
        "watches": false,
        "refused_by": disabled,
        "checks": [
            admits(0, Value::Null, "the address is not blocked"),
            admits(1, json!("AUTH_FAILED"), "the username and the password are those of a line"),
            admits(2, json!("USER_EXPIRED"), "the line's end has not come"),
            admits(3, json!("USER_BAN"), "the line is not banned"),
            disabled,
            skipped(5, json!("USER_AGENT_BAN"), "the user agent is not blocked"),
            skipped(5, json!("EMPTY_UA"), "there is a user agent"),
            {
                "number": 6, "name": "IP_BAN", "rule": "the line admits the address", "verdict": "refuses",
                "why": "192.0.2.1 is not among its allowed_ips",
                "change": "add the address to the line's allowed_ips, or empty that list",
            },
            admits(7, json!("COUNTRY_DISALLOW"), "the address's country may watch"),
            skipped(8, json!("USER_AGENT_BAN"), "the line admits the user agent"),
            admits(9, json!("ISP_LOCK_FAILED"), "the address's provider is not blocked"),
            admits(9, json!("ISP_LOCK_FAILED"), "the address's provider is the one that the line is locked to"),
            admits(9, json!("BLOCKED_ASN"), "the address's network is not blocked"),
            admits(9, json!("CON_SVP"), "the address is none of a hosting network"),
            admits(10, json!("DEVICE_NOT_ALLOWED"), "a device's line is used with a link of its portal"),
            admits(10, json!("MAG_TOKEN_INVALID"), "the link of the portal is valid"),
            skipped(11, json!("DEVICE_LIMIT"), "the device is registered, or the line has room for it"),
            admits(12, Value::Null, "there is such a stream of this kind"),
            admits(13, json!("USER_DISALLOW_EXT"), "the line has the format"),
            admits(14, json!("NOT_IN_BOUQUET"), "a bouquet of the line has the stream"),
            admits(15, json!("USER_ALREADY_CONNECTED"), "nobody watches with the line from another address"),
            admits(16, json!("USER_ALREADY_CONNECTED"), "the line has a connection left"),
            admits(17, json!("NOT_ON_AIR"), "the stream runs"),
        ],
    });
    assert_eq!(why(&panel, "line=viewer&stream=8001&ip=192.0.2.1"), expected);
}

#[test]
fn the_first_check_that_refuses_is_named_with_what_to_change() {
    let panel = with_viewer();
    let refused_by = |query: &str| {
        let answer = why(&panel, query);
        let by = &answer["refused_by"];
        assert_eq!(answer["watches"], by.is_null());
        (by["number"].as_u64(), by["why"].as_str().map(str::to_owned))
    };
    let none = (None, None);
    let some = |number, why: &str| (Some(number), Some(why.to_owned()));
    assert_eq!(refused_by("line=viewer&stream=8001&ip=192.0.2.1&ua=VLC"), none);
    assert_eq!(refused_by("line=8300&stream=8001"), none);
    assert_eq!(
        refused_by("line=viewer&stream=999999"),
        some(12, "no stream, created channel or station has the id 999999")
    );
    panel.sql("INSERT INTO blocked_ips (ip) VALUES ('198.51.100.0/24')");
    assert_eq!(
        refused_by("line=viewer&ip=198.51.100.1"),
        some(0, "an entry of the blocked IPs is or holds 198.51.100.1")
    );
    panel.sql("INSERT INTO blocked_uas (user_agent) VALUES ('vlc')");
    assert_eq!(
        refused_by("line=viewer&ua=VLC/3.0"),
        some(5, "an entry of the blocked user agents is or is in \"VLC/3.0\"")
    );
    panel.sql("UPDATE streams_servers SET pid = NULL WHERE stream_id = 8001");
    assert_eq!(
        refused_by("line=viewer&stream=8001"),
        some(17, "\"One\" (id 8001) runs on no server")
    );
    panel.sql("INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.1')");
    assert_eq!(
        refused_by("line=viewer&stream=8001"),
        some(16, "it has 1 open connections of 1")
    );
    panel.sql("UPDATE lines SET bouquet = '[]' WHERE id = 8300");
    assert_eq!(
        refused_by("line=viewer&stream=8001"),
        some(14, "the line has no bouquets")
    );
    assert_eq!(refused_by("line=viewer"), none);
    assert_eq!(
        panel.mysql_query("SELECT count(*) AS n FROM lines_logs WHERE user_id = 8300"),
        r#"{"status":"STATUS_SUCCESS","data":[{"n":0}]}"#
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let panel = panel();
    for (query, status, detail, hint) in [
        (
            "",
            400,
            "`line` is missing",
            "send line=USERNAME, and stream=ID, ip=ADDRESS and ua=USER_AGENT where they matter",
        ),
        (
            "?line=nobody",
            404,
            "there is no line \"nobody\"",
            "name a line by its username or its id",
        ),
        (
            "?line=x&stream=a",
            400,
            "`stream` is wrong: \"a\"",
            "send the id of a stream, movie or episode",
        ),
        (
            "?line=x&ip=host",
            400,
            "`ip` is wrong: \"host\"",
            "send an IP address such as 192.0.2.1",
        ),
        (
            "?line=x&user=y",
            400,
            "there is no filter \"user\"",
            "there are line, stream, ip, ua",
        ),
    ] {
        let (kind, title) = match status {
            404 => ("not_found", "Not Found"),
            _ => ("bad_request", "Bad Request"),
        };
        let answer = refused(&panel, "GET", &format!("why{query}"), "");
        assert_eq!(answer, problem(kind, title, status, detail, hint), "{query}");
    }
}
