//! Who watches now: shown, found by name, cut off one by one and all at once.

use serde_json::{Value, json};

use super::{bad, panel, problem, refused, told};
use crate::support::Panel;

/// The one session of the `docs` seed.
fn seeded() -> Value {
    json!({
        "id": 12345,
        "user": "customer4522",
        "line": 4522,
        "mag": null,
        "enigma": null,
        "stream": 10,
        "stream_name": "Demo News",
        "server": 1,
        "ip": "203.0.113.7",
        "user_agent": "VLC/3.0.18",
        "container": "ts",
        "since": "2026-03-15T18:02:11Z",
        "activity_id": 12345,
        "started": "2026-03-15T18:02:11Z",
        "last_read": null,
        "bytes": null,
        "watched": null,
        "packets": null,
        "frame": null,
        "segments": null,
        "behind_ms": null,
        "upstream": null,
    })
}

/// Opens a connection of a line an hour before the clock's time.
fn watch(panel: &Panel, id: i64, line: i64) {
    panel.sql(&format!(
        "INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, date_start) VALUES ({id}, {line}, 99, 1, 1773581400)"
    ));
}

fn sessions(panel: &Panel, query: &str) -> Vec<Value> {
    let shown: Value = serde_json::from_str(&told(panel, "GET", &format!("sessions{query}"), "")).unwrap();
    shown["sessions"].as_array().unwrap().clone()
}

fn ids(panel: &Panel, query: &str) -> Vec<i64> {
    let all = sessions(panel, query);
    all.iter().map(|session| session["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_session_tells_who_watches_what() {
    let panel = panel();
    assert_eq!(sessions(&panel, ""), [seeded()]);
    // A device is known by its MAC, and what is gone is null.
    for (id, line) in [(12346, 4510), (12347, 4511), (12348, 1)] {
        watch(&panel, id, line);
    }
    let rest = |id: i64, user: Value, line: i64, mag: Value, enigma: Value| {
        json!({
            "id": id, "user": user, "line": line, "mag": mag, "enigma": enigma, "stream": 99, "stream_name": null,
            "server": 1, "ip": "", "user_agent": "", "container": "", "since": "2026-03-15T13:30:00Z",
            "activity_id": id, "started": "2026-03-15T13:30:00Z", "last_read": null, "bytes": null, "watched": null,
            "packets": null, "frame": null, "segments": null, "behind_ms": null, "upstream": null,
        })
    };
    let none = Value::Null;
    assert_eq!(
        sessions(&panel, ""),
        [
            seeded(),
            rest(12346, "00:1A:79:00:03:01".into(), 4510, 301.into(), none.clone()),
            rest(12347, "AA:BB:CC:00:05:01".into(), 4511, none.clone(), 501.into()),
            rest(12348, none.clone(), 1, none.clone(), none),
        ]
    );
    for (query, found) in [
        ("?user=customer4522", &[12345][..]),
        ("?user=*:05:01", &[12347]),
        ("?user=*0*", &[12346, 12347]),
        ("?user=", &[12348]),
        ("?user=nobody", &[]),
    ] {
        assert_eq!(ids(&panel, query), found, "{query}");
    }
    assert_eq!(
        refused(&panel, "GET", "sessions?usr=a", ""),
        bad(r#"there is no filter "usr""#, "there are user; did you mean \"user\"?")
    );
}

#[test]
fn a_session_that_is_cut_off_becomes_activity() {
    let panel = panel();
    panel.sql("UPDATE lines_live SET date_start = 1773584000");
    watch(&panel, 12346, 4521);
    assert_eq!(told(&panel, "DELETE", "sessions/12345", ""), r#"{"id":12345}"#);
    assert_eq!(ids(&panel, ""), [12346]);
    let kept = "SELECT user_id, stream_id, date_end FROM lines_activity ORDER BY activity_id DESC LIMIT 1";
    assert_eq!(panel.sql(kept), ["4522|10|1773585000"]);
    for id in ["12345", "x", "-1", "99999999999999999999"] {
        let expected = problem(
            "not_found",
            "Not Found",
            404,
            &format!("there is no session {id:?}"),
            "GET /_linecard/sessions lists those that there are",
        );
        assert_eq!(refused(&panel, "DELETE", &format!("sessions/{id}"), ""), expected);
    }
    assert_eq!(ids(&panel, ""), [12346]);
}

#[test]
fn a_reset_of_sessions_cuts_all_off_and_one_of_the_state_brings_its_own_back() {
    let panel = panel();
    panel.sql("UPDATE lines_live SET date_start = 1773584000");
    watch(&panel, 12346, 4521);
    let reset = |what: &str| told(&panel, "POST", "reset", what);
    assert_eq!(
        reset(r#"{"what":["sessions"]}"#),
        r#"{"epoch":0,"streams":6,"lines":2}"#
    );
    assert_eq!(ids(&panel, ""), [0; 0]);
    assert_eq!(
        panel.sql("SELECT user_id FROM lines_activity WHERE date_end = 1773585000 ORDER BY activity_id"),
        ["4522", "4521"]
    );
    for (epoch, what) in ["", r#"{"what":["sessions","state"]}"#].into_iter().enumerate() {
        watch(&panel, 12350, 4521);
        assert_eq!(
            reset(what),
            format!(r#"{{"epoch":{},"streams":6,"lines":2}}"#, epoch + 1)
        );
        assert_eq!(sessions(&panel, ""), [seeded()]);
    }
}
