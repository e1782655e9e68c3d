//! Which requests a fault meets, and how often.

use super::{call, fault, panel, told, well};
use crate::support::Panel;

#[test]
fn a_fault_meets_the_requests_that_match_it() {
    let panel = panel();
    fault(&panel, r#""effect":{"status":503,"body":"try later"}"#);
    assert_eq!(call(&panel), (503, "try later".to_owned()));
    // Another action, and the control plane itself, are left alone.
    assert!(panel.get("user_info", "").contains("STATUS_SUCCESS"));
    assert_eq!(
        told(&panel, "GET", "faults", ""),
        r#"{"faults":[{"match":{"action":"get_category"},"effect":{"status":503,"body":"try later"},"id":"fault-1","matched":1,"hits":1}]}"#
    );
    assert_eq!(told(&panel, "DELETE", "faults/fault-1", ""), r#"{"id":"fault-1"}"#);
    assert_eq!(call(&panel), well());
}

#[test]
fn it_can_spare_the_first_ones_and_end_after_some() {
    let panel = panel();
    fault(&panel, r#""when":{"skip":1,"times":2},"effect":{"status":500}"#);
    let statuses: Vec<u16> = (0..5).map(|_| call(&panel).0).collect();
    assert_eq!(statuses, [200, 500, 500, 200, 200]);
}

#[test]
fn it_can_meet_every_third_one() {
    let panel = panel();
    fault(&panel, r#""when":{"every":3},"effect":{"status":500}"#);
    let statuses: Vec<u16> = (0..7).map(|_| call(&panel).0).collect();
    assert_eq!(statuses, [500, 200, 200, 500, 200, 200, 500]);
}

#[test]
fn a_probability_follows_from_the_seed() {
    let draw = || -> Vec<u16> {
        let panel = Panel::docs_with(|config| {
            config.control = true;
            config.rng_seed = Some(7);
        });
        fault(&panel, r#""when":{"probability":0.5},"effect":{"status":500}"#);
        (0..40).map(|_| call(&panel).0).collect()
    };
    let statuses = draw();
    let failed = statuses.iter().filter(|status| **status == 500).count();
    assert!((8..=32).contains(&failed), "{failed}");
    assert_eq!(draw(), statuses);
}

#[test]
fn a_reset_forgets_the_faults() {
    let panel = panel();
    fault(&panel, r#""effect":{"status":500}"#);
    told(&panel, "POST", "reset", r#"{"what":["faults"]}"#);
    assert_eq!(told(&panel, "GET", "faults", ""), r#"{"faults":[]}"#);
    assert_eq!(call(&panel), well());
}

#[test]
fn it_acts_until_an_instant_of_the_panels_clock() {
    let panel = panel();
    fault(
        &panel,
        r#""when":{"until":"2026-03-15T14:31:00Z","ttl":null,"times":null},"effect":{"status":500}"#,
    );
    assert_eq!(call(&panel).0, 500);
    told(&panel, "POST", "clock/advance", r#"{"by":"PT60S"}"#);
    assert_eq!(call(&panel), well());
    told(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-03-15T14:30:59Z"}"#,
    );
    assert_eq!(call(&panel).0, 500);
    fault(&panel, r#""when":{"until":null},"effect":{"status":500}"#);
}

#[test]
fn it_is_forgotten_when_its_time_is_over() {
    let panel = panel();
    fault(&panel, r#""id":"short","when":{"ttl":"0s"},"effect":{"status":500}"#);
    fault(&panel, r#""id":"long","when":{"ttl":"10m"},"effect":{"status":503}"#);
    assert_eq!(
        told(&panel, "GET", "faults", ""),
        r#"{"faults":[{"match":{"action":"get_category"},"id":"long","when":{"ttl":"10m"},"effect":{"status":503},"matched":0,"hits":0}]}"#
    );
    assert_eq!(call(&panel).0, 503);
}

#[test]
fn calls_of_either_dialect_have_names() {
    let panel = panel();
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"match":{"action":"user/create"},"effect":{"answer":"PARAMETER ERROR (username)"}},{"match":{"action":"create_line"},"effect":{"answer":"STATUS_EXISTS_USERNAME"}}]"#,
    );
    assert_eq!(
        panel.v2("action=user&sub=create", "user_data[username]=anna"),
        r#"{"result":false,"error":"PARAMETER ERROR (username)"}"#
    );
    assert_eq!(
        panel.call("create_line", "exp_date=2027-01-01"),
        r#"{"status":"STATUS_EXISTS_USERNAME","data":{},"error":"A fault asked for this answer."}"#
    );
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "4");
}

#[test]
fn a_word_of_the_other_dialect_is_counted_and_not_answered() {
    let panel = panel();
    told(&panel, "POST", "faults", r#"{"id":"v2","effect":{"answer":"EXISTS"}}"#);
    assert_eq!(call(&panel), well());
    assert_eq!(panel.client().get("/nothing").status, 404);
    assert_eq!(
        told(&panel, "GET", "faults", ""),
        r#"{"faults":[{"id":"v2","effect":{"answer":"EXISTS"},"matched":2,"hits":0,"unanswerable":2}]}"#
    );
}

#[test]
fn a_reset_begins_the_same_draws_anew() {
    let panel = panel();
    let draws = || -> Vec<u16> {
        told(&panel, "POST", "reset", "");
        fault(&panel, r#""when":{"probability":0.5},"effect":{"status":500}"#);
        (0..30).map(|_| call(&panel).0).collect()
    };
    let first = draws();
    assert!(first.contains(&500) && first.contains(&200), "{first:?}");
    assert_eq!(draws(), first);
}
