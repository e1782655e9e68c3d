//! When a line expires: once, at an instant, whatever the clocks on the wall show.

use linecard::time::Zone;
use serde_json::Value;

use crate::support::Panel;

/// A panel in London, with lines of these expiries from id 5001 on.
fn london(expiries: &[&str]) -> Panel {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.timezone = Zone::named("Europe/London").unwrap();
    });
    for (id, expiry) in (5001..).zip(expiries) {
        panel.sql(&format!(
            "INSERT INTO lines (id, username, exp_date) VALUES ({id}, 'l{id}', '{expiry}')"
        ));
    }
    panel
}

fn set_clock(panel: &Panel, utc: &str) {
    panel.inner().clock().set(unix(utc));
}

fn unix(utc: &str) -> i64 {
    linecard::time::parse_rfc3339(utc).unwrap()
}

/// The ids from 5001 on in a list of lines.
fn listed(panel: &Panel, filter: u32) -> Vec<i64> {
    let list = panel.get("get_lines", &format!("filter={filter}&show_columns=id&limit=1000"));
    let list: Value = serde_json::from_str(&list).unwrap();
    let rows = list["data"].as_array().unwrap();
    assert_eq!(list["recordsTotal"], rows.len(), "{list}");
    let ids = rows.iter().map(|row| row["id"].as_i64().unwrap());
    ids.filter(|id| *id > 5000).collect()
}

const ACTIVE: u32 = 1;
const EXPIRED: u32 = 4;
const SOON: u32 = 8;

#[test]
fn in_the_hour_that_occurs_twice_a_line_expires_once() {
    // 01:30 is at 00:30 UTC, and by the clock again at 01:30 UTC.
    let panel = london(&["2026-10-25 01:30:00", "2026-10-25 02:00:00"]);
    for (now, expired) in [
        ("2026-10-25T00:00:00Z", &[][..]),
        ("2026-10-25T00:29:59Z", &[]),
        ("2026-10-25T00:30:00Z", &[5001]),
        ("2026-10-25T01:00:00Z", &[5001]),
        ("2026-10-25T01:15:00Z", &[5001]),
        ("2026-10-25T01:29:59Z", &[5001]),
        ("2026-10-25T01:30:00Z", &[5001]),
        ("2026-10-25T01:59:59Z", &[5001]),
        ("2026-10-25T02:00:00Z", &[5001, 5002]),
    ] {
        set_clock(&panel, now);
        let alive: Vec<i64> = [5001, 5002].into_iter().filter(|id| !expired.contains(id)).collect();
        assert_eq!(listed(&panel, EXPIRED), expired, "{now}");
        assert_eq!(listed(&panel, ACTIVE), alive, "{now}");
        assert_eq!(listed(&panel, SOON), alive, "{now}");
    }
}

#[test]
fn a_time_that_is_left_out_comes_an_hour_later_by_the_clock() {
    // From 01:00 the clocks go forward to 02:00; 01:30 means 02:30.
    let panel = london(&["2026-03-29 01:30:00", "2026-03-29 02:00:00", "2026-03-29 02:30:00"]);
    for (now, expired) in [
        ("2026-03-29T00:59:59Z", &[][..]),
        ("2026-03-29T01:00:00Z", &[5002]),
        ("2026-03-29T01:29:59Z", &[5002]),
        ("2026-03-29T01:30:00Z", &[5001, 5002, 5003]),
    ] {
        set_clock(&panel, now);
        assert_eq!(listed(&panel, EXPIRED), expired, "{now}");
    }
}

#[test]
fn two_weeks_before_it_a_line_expires_soon() {
    let panel = london(&["2026-10-25 01:30:00"]);
    for (now, soon) in [
        ("2026-10-11T00:29:59Z", &[][..]),
        ("2026-10-11T00:30:00Z", &[5001]),
        ("2026-10-11T01:30:00Z", &[5001]),
        ("2026-10-25T00:30:00Z", &[]),
        ("2026-10-25T01:15:00Z", &[]),
    ] {
        set_clock(&panel, now);
        assert_eq!(listed(&panel, SOON), soon, "{now}");
    }
}

#[test]
fn advancing_through_the_hour_tells_of_it_once() {
    let panel = london(&["2026-10-25 01:30:00", "2026-10-25 01:10:00"]);
    set_clock(&panel, "2026-10-25T00:00:00Z");
    let at = |at: &str, id: u32| format!(r#"{{"at":"{at}","job":"line.expired","id":{id}}}"#);
    let both = [at("2026-10-25T00:10:00Z", 5002), at("2026-10-25T00:30:00Z", 5001)].join(",");
    for (to, fired) in [
        ("2026-10-25T00:05:00Z", ""),
        ("2026-10-25T00:45:00Z", &both),
        ("2026-10-25T01:05:00Z", ""),
        ("2026-10-25T01:15:00Z", ""),
        ("2026-10-25T02:15:00Z", ""),
    ] {
        let body = format!(r#"{{"to":"{to}"}}"#);
        let headers = [("Content-Type", "application/json")];
        let answer = panel
            .client()
            .request("POST", "/_linecard/clock/advance", &headers, body.as_bytes());
        let expected = format!(r#"{{"now":"{to}","unix":{},"fired":[{fired}]}}"#, unix(to));
        assert_eq!(answer.text(), expected);
    }
}

#[test]
fn devices_expire_with_their_lines() {
    let panel = london(&[]);
    panel.sql("UPDATE lines SET exp_date = '2026-10-25 01:30:00' WHERE id IN (4510, 4511)");
    for (now, total) in [
        ("2026-10-25T00:29:59Z", 0),
        ("2026-10-25T00:30:00Z", 1),
        ("2026-10-25T01:15:00Z", 1),
    ] {
        set_clock(&panel, now);
        for list in ["get_mags", "get_enigmas"] {
            let answer: Value = serde_json::from_str(&panel.get(list, "filter=4")).unwrap();
            assert_eq!(answer["recordsTotal"], total, "{list} {now}");
        }
    }
}
