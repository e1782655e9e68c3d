//! What a fault does.

use std::time::Instant;

use super::{GROUP, call, effect, fault, panel, path, told, well};

#[test]
fn the_dialects_own_failure_is_answered_by_its_name() {
    let panel = panel();
    fault(&panel, r#""effect":{"answer":"STATUS_INSUFFICIENT_CREDITS"}"#);
    assert_eq!(
        call(&panel).1,
        r#"{"status":"STATUS_INSUFFICIENT_CREDITS","data":{},"error":"A fault asked for this answer."}"#
    );
    told(
        &panel,
        "POST",
        "faults",
        r#"{"match":{"api":"xc_v2"},"effect":{"answer":"NOT ENOUGH CREDITS"}}"#,
    );
    assert_eq!(
        panel.v2("action=reg_user&sub=list", ""),
        r#"{"result":true,"error":"NOT ENOUGH CREDITS"}"#
    );
}

#[test]
fn before_the_panel_nothing_is_written_and_after_it_only_the_answer_is_lost() {
    let panel = panel();
    let lines = || panel.sql_one("SELECT count(*) FROM lines");
    for (at, expected) in [("before", "4"), ("after", "5")] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"match":{{"action":"create_line"}},"at":"{at}","effect":{{"abort":"close"}}}}]"#),
        );
        let form = "api_key=YOUR_KEY&action=create_line&exp_date=2027-01-01";
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let lost = panel
            .client()
            .try_request("POST", &panel.admin_path(), &headers, form.as_bytes());
        assert!(lost.is_err(), "{lost:?}");
        assert_eq!(lines(), expected, "{at}");
    }
}

#[test]
fn a_connection_is_closed_or_reset_without_a_byte() {
    let panel = panel();
    for (abort, kind) in [
        ("close", None),
        ("empty", None),
        ("reset", Some(std::io::ErrorKind::ConnectionReset)),
    ] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"effect":{{"abort":"{abort}"}}}}]"#),
        );
        let mut client = panel.client();
        client.send(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n");
        let read = client.read_to_end();
        match kind {
            None => assert_eq!(read.unwrap(), b"", "{abort}"),
            Some(kind) => assert_eq!(read.unwrap_err().kind(), kind, "{abort}"),
        }
    }
}

#[test]
fn an_answer_is_cut_off_in_the_middle() {
    let panel = panel();
    for (cut, left) in [
        (r#"{"bytes":10}"#, 10),
        (r#"{"fraction":0.5}"#, GROUP.len() / 2),
        (r#"{"bytes":0}"#, 0),
    ] {
        told(
            &panel,
            "PUT",
            "faults",
            &format!(r#"[{{"effect":{{"truncate":{cut}}}}}]"#),
        );
        let mut client = panel.client();
        let path = format!("{}?api_key=YOUR_KEY&action=get_category&id=1", panel.admin_path());
        client.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        let text = String::from_utf8(client.read_to_end().unwrap()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        // More was announced than came.
        assert!(head.contains(&format!("Content-Length: {}", GROUP.len())), "{head}");
        assert_eq!(body, &GROUP[..left], "{cut}");
    }
}

#[test]
fn a_slow_answer_is_whole_in_the_end() {
    let panel = panel();
    for slow in [
        r#"{"delay":"80ms"}"#,
        r#"{"delay":{"uniform":["80ms","90ms"]}}"#,
        r#"{"dribble":{"chunks":5,"over":"100ms"}}"#,
        r#"{"throttle":"1KiB/s"}"#,
    ] {
        told(&panel, "PUT", "faults", &format!(r#"[{{"effect":{slow}}}]"#));
        let begun = Instant::now();
        assert_eq!(call(&panel), well(), "{slow}");
        assert!(begun.elapsed().as_millis() >= 75, "{slow}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_stream_breaks_off_after_so_many_bytes_or_so_long() {
    let panel = panel();
    for (cut, came) in [
        (r#"{"after_bytes":10}"#, "A\r\n{\"status\":\r\n"),
        (r#"{"after_bytes":"1KiB"}"#, ""),
        (r#"{"after":"40ms"}"#, ""),
    ] {
        effect(&panel, &format!(r#"{{"stream_cut":{cut}}}"#));
        let mut client = panel.client();
        let begun = Instant::now();
        client.send(format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(&panel)).as_bytes());
        let text = String::from_utf8(client.read_to_end().unwrap()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Transfer-Encoding: chunked"), "{head}");
        assert!(!head.contains("Content-Length"), "{head}");
        // No chunk says that this was the end.
        let all = format!("{:X}\r\n{GROUP}\r\n", GROUP.len());
        assert_eq!(body, if came.is_empty() { &all } else { came }, "{cut}");
        if cut.contains("ms") {
            assert!(begun.elapsed().as_millis() >= 40, "{:?}", begun.elapsed());
        }
    }
}

#[test]
fn a_connection_hangs_until_the_client_or_the_server_ends_it() {
    let mut panel = panel();
    effect(&panel, r#"{"abort":"hang"}"#);
    let asked = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(&panel));
    let (mut patient, mut other) = (panel.client(), panel.client());
    patient.send(asked.as_bytes());
    other.send(asked.as_bytes());
    assert!(patient.is_silent());
    other.say_no_more();
    assert_eq!(other.read_to_end().unwrap(), b"");
    // A stop does not wait for what never ends.
    let begun = Instant::now();
    panel.stop();
    assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    assert_eq!(patient.read_to_end().unwrap(), b"");
}

#[test]
fn delays_add_up_and_let_another_fault_act() {
    let panel = panel();
    fault(&panel, r#""id":"slow","effect":{"delay":"40ms"}"#);
    fault(
        &panel,
        r#""id":"late","at":"after","effect":{"delay":{"lognormal":{"median":"40ms","sigma":0}}}"#,
    );
    fault(&panel, r#""id":"broken","effect":{"status":503}"#);
    fault(&panel, r#""id":"never","effect":{"status":500}"#);
    let begun = Instant::now();
    assert_eq!(call(&panel), (503, "503\n".to_owned()));
    assert!(begun.elapsed().as_millis() >= 80, "{:?}", begun.elapsed());
    let shown: serde_json::Value = serde_json::from_str(&told(&panel, "GET", "faults", "")).unwrap();
    let hits: Vec<_> = shown["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["hits"].as_u64())
        .collect();
    assert_eq!(hits, [Some(1), Some(1), Some(1), Some(0)]);
}

#[test]
fn a_body_has_the_type_of_its_looks() {
    let panel = panel();
    for (body, kind) in [
        (r#" {"a":1}"#, "application/json"),
        ("[]", "application/json"),
        ("<html>", "text/html; charset=UTF-8"),
        ("no", "text/plain; charset=UTF-8"),
        ("", "text/plain; charset=UTF-8"),
    ] {
        effect(&panel, &format!(r#"{{"body":{}}}"#, serde_json::Value::from(body)));
        let answer = panel.client().get(&path(&panel));
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.text().as_str()),
            (200, Some(kind), body)
        );
    }
}

#[test]
fn one_bit_of_one_byte_is_turned_and_it_follows_from_the_seed() {
    let broken = || {
        let panel = panel();
        effect(&panel, r#"{"corrupt":{"flip":1}}"#);
        panel.client().get(&path(&panel)).body
    };
    let first = broken();
    let turned: u32 = first
        .iter()
        .zip(GROUP.as_bytes())
        .map(|(one, other)| (one ^ other).count_ones())
        .sum();
    assert_eq!((first.len(), turned), (GROUP.len(), 1));
    assert_eq!(broken(), first);
}
