//! Faults that have a name: the bytes that each leaves on the wire.

use serde_json::Value;

use super::{GROUP, call, effect, fault, panel, path, told, well};
use crate::support::{Answer, Panel};

/// An answer to GET under a preset, on a connection of its own.
fn under(panel: &Panel, preset: &str, path: &str) -> Answer {
    effect(panel, &format!(r#"{{"preset":"{preset}"}}"#));
    panel.client().get(path)
}

/// What an answer is, but for its date.
fn whole(answer: &Answer) -> (u16, Vec<(&str, &str)>, String) {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut headers: Vec<(&str, &str)> = headers
        .filter(|(name, _)| {
            !matches!(
                *name,
                "date" | "content-length" | "x-content-type-options" | "content-security-policy"
            )
        })
        .collect();
    headers.sort_unstable();
    (
        answer.status,
        headers,
        String::from_utf8_lossy(&answer.body).into_owned(),
    )
}

#[test]
fn every_preset_that_breaks_the_answer_does_so_in_its_own_way() {
    let panel = panel();
    let json = [("content-type", "application/json")];
    let warning = "<br />\n<b>Warning</b>:  Undefined variable $row in <b>index.php</b> on line <b>42</b><br />\n";
    for (preset, body) in [
        ("array_instead_of_object", format!("[{GROUP}]")),
        ("bom_prefix", format!("\u{feff}{GROUP}")),
        ("empty_body", String::new()),
        ("invalid_utf8", format!("{}\u{fffd}{}", &GROUP[..GROUP.len() / 2], &GROUP[GROUP.len() / 2..])),
        ("m3u_crlf", GROUP.to_owned()),
        (
            "null_fields",
            r#"{"status":null,"data":{"id":null,"category_type":null,"category_name":null,"parent_id":null,"cat_order":null,"is_adult":null}}"#.to_owned(),
        ),
        ("object_instead_of_array", GROUP.to_owned()),
        ("php_warning_prefix", format!("{warning}{GROUP}")),
        (
            "strings_for_numbers",
            r#"{"status":"STATUS_SUCCESS","data":{"id":"1","category_type":"live","category_name":"News","parent_id":"0","cat_order":"99","is_adult":"0"}}"#.to_owned(),
        ),
        ("truncated_json", GROUP[..GROUP.len() / 2].to_owned()),
        ("xmltv_unclosed", GROUP.to_owned()),
    ] {
        let answer = under(&panel, preset, &path(&panel));
        assert_eq!(whole(&answer), (200, json.to_vec(), body), "{preset}");
    }
    // A byte that is no UTF-8, not the character that stands for one.
    assert_eq!(under(&panel, "invalid_utf8", &path(&panel)).body[GROUP.len() / 2], 0xff);
}

#[test]
fn lists_lines_and_tags_are_broken_where_there_are_some() {
    let panel = panel();
    let body = |preset: &str, body: &str| {
        effect(
            &panel,
            &format!(r#"{{"preset":"{preset}","body":{}}}"#, Value::from(body)),
        );
        call(&panel)
    };
    assert_eq!(
        body("object_instead_of_array", r#"[{"id":1},[]]"#),
        (200, r#"{"0":{"id":1},"1":{}}"#.to_owned())
    );
    assert_eq!(
        body("m3u_crlf", "#EXTM3U\n#EXTINF:-1,One\r\nhttp://x/1.ts\n"),
        (200, "#EXTM3U\r\n#EXTINF:-1,One\r\nhttp://x/1.ts\r\n".to_owned())
    );
    assert_eq!(
        body("xmltv_unclosed", "<tv>\n<channel id=\"a\"></channel>\n</tv>\n"),
        (200, "<tv>\n<channel id=\"a\"></channel>\n".to_owned())
    );
}

#[test]
fn pages_come_in_the_panels_place() {
    let panel = panel();
    let page = |title: &str, text: &str| {
        format!("<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{text}</h1></body>\r\n</html>\r\n")
    };
    let html = ("content-type", "text/html");
    for (preset, status, headers, body) in [
        ("account_locked_ip", 403, vec![], String::new()),
        (
            "cloudflare_challenge",
            403,
            vec![("cf-mitigated", "challenge"), html, ("server", "cloudflare")],
            page("Just a moment...", "Checking your browser before you go on."),
        ),
        (
            "db_error_page",
            200,
            vec![html],
            page("Database Error", "The database server cannot be reached."),
        ),
        (
            "html_error_page",
            502,
            vec![html],
            page("502 Bad Gateway", "502 Bad Gateway"),
        ),
        (
            "html_instead_of_json",
            200,
            vec![html],
            page("Login", "Log in to go on."),
        ),
        (
            "portal_token_expired",
            200,
            vec![("content-type", "text/plain")],
            "Authorization failed.".to_owned(),
        ),
    ] {
        let answer = under(&panel, preset, &path(&panel));
        assert_eq!(whole(&answer), (status, headers, body), "{preset}");
    }
    // Before the panel, nothing is done; a status of one's own wins.
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"match":{"action":"create_line"},"effect":{"preset":"html_error_page","status":504}}]"#,
    );
    let answer = panel.client().post(
        &panel.admin_path(),
        "api_key=YOUR_KEY&action=create_line&exp_date=2027-01-01",
    );
    assert_eq!(answer.status, 504);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "4");
}

#[test]
fn the_player_side_refuses_a_line_in_each_of_its_ways() {
    let panel = panel();
    let json = vec![("content-type", "application/json")];
    let text = vec![("content-type", "text/plain; charset=UTF-8")];
    let html = vec![("content-type", "text/html; charset=UTF-8")];
    let (host, port) = panel.host().split_once(':').unwrap();
    let login = |status: &str, message: &str, ends: i64, connections: u8| {
        format!(
            r#"{{"user_info":{{"username":"al.ice","password":"p+w1","message":"{message}","auth":1,"status":"{status}","exp_date":"{ends}","is_trial":"0","active_cons":"{connections}","created_at":"1770993000","max_connections":"1","allowed_output_formats":["m3u8","ts","rtmp"]}},"server_info":{{"url":"{host}","port":"{port}","https_port":"443","server_protocol":"http","rtmp_port":"8880","timezone":"UTC","timestamp_now":1773585000,"time_now":"2026-03-15 14:30:00","process":true}}}}"#
        )
    };
    let (past, future) = (1_773_585_000 - 86_400, 1_773_585_000 + 30 * 86_400);
    let asked = "username=al.ice&password=p%2Bw1";
    let api = format!("/player_api.php?{asked}");
    let (list, guide, menu) = (
        format!("/get.php?{asked}"),
        format!("/xmltv.php?{asked}"),
        format!("/enigma2.php?{asked}"),
    );
    let wrong = r#"{"user_info":{"auth":0}}"#.to_owned();
    let failed = "Authentication failed".to_owned();
    let full = "Max connections reached".to_owned();
    for (preset, path, expected) in [
        ("auth_zero", api.as_str(), (200, &json, wrong)),
        ("expired", &api, (200, &json, login("Expired", &failed, past, 0))),
        ("expired", &list, (200, &html, String::new())),
        ("expired", &guide, (200, &html, String::new())),
        ("expired", &menu, (401, &vec![], String::new())),
        ("expired", "/live/al.ice/pw1/101.ts", (401, &text, failed.clone())),
        ("expired", "/streaming/live.php?stream=101", (401, &text, failed)),
        (
            "banned",
            &api,
            (200, &json, login("Banned", "Account disabled", future, 0)),
        ),
        ("banned", "/al.ice/pw1/101", (401, &text, "Account disabled".to_owned())),
        (
            "disabled",
            &api,
            (200, &json, login("Disabled", "Account disabled", future, 0)),
        ),
        (
            "disabled",
            "/movie/al.ice/pw1/2.mp4",
            (401, &text, "Account disabled".to_owned()),
        ),
        ("max_connections", &api, (200, &json, login("Active", "", future, 1))),
        ("max_connections", "/live/al.ice/pw1/101.ts", (403, &text, full)),
    ] {
        let answer = under(&panel, preset, path);
        let (status, headers, body) = expected;
        assert_eq!(whole(&answer), (status, headers.clone(), body), "{preset} {path}");
    }
}

#[test]
fn a_rule_for_logins_of_players_leaves_their_other_calls_alone() {
    let panel = panel();
    let rule = r#"{"match":{"api":"player_api","action":null},"effect":{"preset":"auth_zero"}}"#;
    told(&panel, "PUT", "faults", &format!("[{rule}]"));
    let login = "/player_api.php?username=customer4521&password=securepass";
    let mut client = panel.client();
    assert_eq!(client.get(login).text(), r#"{"user_info":{"auth":0}}"#);
    for other in [
        &format!("{login}&action=get_live_streams"),
        "/get.php",
        "/api.php?action=server&sub=list",
    ] {
        assert_ne!(client.get(other).text(), r#"{"user_info":{"auth":0}}"#, "{other}");
    }
    let rules = told(&panel, "GET", "faults", "");
    assert!(rules.contains(r#""hits":1"#), "{rules}");
}

#[test]
fn a_chain_of_redirects_ends_at_the_panel_and_a_loop_never() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        // A parameter that the panel does not know would be refused.
        config.strict = linecard::panel::strictness::Strictness::Error;
    });
    effect(&panel, r#"{"preset":"redirect_chain"}"#);
    let mut at = path(&panel);
    for hop in 1..=5 {
        let answer = panel.client().get(&at);
        let next = format!("{}&linecard_hop={hop}", path(&panel));
        assert_eq!(whole(&answer), (302, vec![("location", next.as_str())], String::new()));
        at = next;
    }
    assert_eq!(panel.client().get(&at).text(), GROUP);
    // A form would be lost after 302.
    let sent = panel
        .client()
        .post(&panel.admin_path(), "api_key=YOUR_KEY&action=get_category&id=1");
    let next = format!("{}?linecard_hop=1", panel.admin_path());
    assert_eq!(whole(&sent), (307, vec![("location", next.as_str())], String::new()));
    let sent = panel.client().post(
        &format!("{}?linecard_hop=5", panel.admin_path()),
        "api_key=YOUR_KEY&action=get_category&id=1",
    );
    assert_eq!(sent.text(), GROUP);

    effect(&panel, r#"{"preset":"redirect_loop"}"#);
    for at in [path(&panel), "/get.php".to_owned()] {
        let answer = panel.client().get(&at);
        assert_eq!(whole(&answer), (302, vec![("location", at.as_str())], String::new()));
    }
}

#[test]
fn a_stream_is_gone_after_its_start() {
    let panel = panel();
    fault(&panel, r#""effect":{"preset":"stream_404_after_start"}"#);
    assert_eq!(call(&panel), well());
    for _ in 0..2 {
        assert_eq!(call(&panel), (404, String::new()));
    }
}

#[test]
fn half_of_a_stalled_answer_comes_and_the_connection_stays_open() {
    let panel = panel();
    effect(&panel, r#"{"preset":"stream_stall"}"#);
    let mut client = panel.client();
    client.send(format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(&panel)).as_bytes());
    let answer = client.receive_part(GROUP.len() / 2);
    assert_eq!(answer.header("content-length"), Some(GROUP.len().to_string().as_str()));
    assert_eq!(answer.text(), &GROUP[..GROUP.len() / 2]);
    assert!(client.is_silent());
}

#[test]
fn a_slow_guide_takes_a_second_for_each_kibibyte() {
    let panel = panel();
    effect(
        &panel,
        &format!(r#"{{"preset":"slow_epg","body":"{}"}}"#, "x".repeat(1025)),
    );
    let begun = std::time::Instant::now();
    assert_eq!(call(&panel).1.len(), 1025);
    assert!(begun.elapsed().as_millis() >= 1000);
}

#[test]
fn what_is_packed_twice_is_packed_once_when_it_was_unpacked() {
    let panel = panel();
    let answer = under(&panel, "double_gzip", &path(&panel));
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    // A stored block holds its bytes as they are, behind 15 bytes and before 8.
    let inner = &answer.body[15..answer.body.len() - 8];
    assert_eq!(&inner[..4], [0x1f, 0x8b, 8, 0]);
    assert_eq!(str::from_utf8(&inner[15..inner.len() - 8]), Ok(GROUP));
}

#[test]
fn the_list_of_presets_tells_each_in_a_sentence() {
    let presets: Value = serde_json::from_str(&told(&panel(), "GET", "faults/presets", "")).unwrap();
    let presets = presets["presets"].as_array().unwrap();
    assert_eq!(presets.len(), 28);
    assert_eq!(
        presets[4].to_string(),
        r#"{"name":"bom_prefix","doc":"A byte order mark comes before the answer."}"#
    );
}
