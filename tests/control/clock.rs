//! The clock from outside.

use serde_json::Value;

use super::{bad, panel, refused, told};
use crate::support::{NOW, Panel};

const HINT: &str = r#"send {"mode":"real"}, {"mode":"frozen","at":"2026-01-01T00:00:00Z"}, {"mode":"offset","by":"-P30D"} or {"mode":"scaled","rate":60}"#;

#[test]
fn a_frozen_clock_stands_where_it_was_put() {
    let panel = panel();
    let start = r#"{"mode":"frozen","now":"2026-03-15T14:30:00Z","unix":1773585000,"rate":0.0}"#;
    assert_eq!(told(&panel, "GET", "clock", ""), start);
    let set = told(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2030-01-01T01:00:00+01:00"}"#,
    );
    assert_eq!(
        set,
        r#"{"mode":"frozen","now":"2030-01-01T00:00:00Z","unix":1893456000,"rate":0.0}"#
    );
    assert_eq!(
        told(&panel, "PUT", "clock", r#"{"mode":"frozen","at":1773585000}"#),
        start
    );
    assert_eq!(told(&panel, "PUT", "clock", r#"{"mode":"frozen"}"#), start);
}

#[test]
fn everything_is_dated_by_the_clock() {
    let panel = panel();
    told(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2030-01-01T00:00:00Z"}"#,
    );
    let created = panel.call("create_line", "exp_date=2031-01-01&username=a&password=b");
    assert!(created.contains(r#""created_at":"2030-01-01 00:00:00""#), "{created}");
    let now = panel.call("mysql_query", "query=SELECT NOW() AS n, UNIX_TIMESTAMP() AS u");
    assert_eq!(
        now,
        r#"{"status":"STATUS_SUCCESS","data":[{"n":"2030-01-01 00:00:00","u":1893456000}]}"#
    );
    // Both lines of the seed have expired by then.
    let expired = panel.get("get_lines", "filter=4&show_columns=id");
    assert!(expired.contains(r#""recordsTotal":2"#), "{expired}");
}

#[test]
fn a_clock_begins_as_an_option_says_it() {
    use linecard::panel::clock::Mode;

    for (text, mode) in [
        ("real", Mode::Real),
        ("frozen:2026-03-15T14:30:00Z", Mode::Frozen(NOW)),
        ("frozen:1773585000", Mode::Frozen(NOW)),
        ("offset:-P30D", Mode::Offset(-30 * 86_400)),
        ("offset:PT1H", Mode::Offset(3_600)),
    ] {
        assert_eq!(text.parse::<Mode>(), Ok(mode), "{text}");
    }
    let scaled = "scaled:0.5".parse::<Mode>();
    assert!(matches!(scaled, Ok(Mode::Scaled { rate: 0.5, .. })), "{scaled:?}");
    assert!(matches!("frozen".parse(), Ok(Mode::Frozen(_))));
    for text in [
        "",
        "later",
        "real:1",
        "frozen:",
        "frozen:noon",
        "offset",
        "offset:30",
        "scaled",
        "scaled:0",
        "scaled:x",
    ] {
        let reason = "none of real, frozen:2026-01-01T00:00:00Z, offset:-P30D and scaled:60".to_owned();
        assert_eq!(text.parse::<Mode>(), Err(reason), "{text}");
    }
}

#[test]
fn the_clock_runs_beside_the_systems_or_faster() {
    let panel = panel();
    let set = |body: &str| -> Value { serde_json::from_str(&told(&panel, "PUT", "clock", body)).unwrap() };
    let real = set(r#"{"mode":"real"}"#);
    assert_eq!((&real["mode"], &real["rate"]), (&"real".into(), &1.0.into()));
    let offset = set(r#"{"mode":"offset","by":"-P30D"}"#);
    assert_eq!(
        (&offset["mode"], &offset["offset_s"]),
        (&"offset".into(), &(-2_592_000).into())
    );
    let behind = real["unix"].as_i64().unwrap() - offset["unix"].as_i64().unwrap();
    assert!((2_591_900..=2_592_000).contains(&behind), "{behind}");
    let scaled = set(r#"{"mode":"scaled","rate":60}"#);
    assert_eq!((&scaled["mode"], &scaled["rate"]), (&"scaled".into(), &60.0.into()));
}

#[test]
fn advancing_tells_what_expires_in_its_order() {
    let panel = panel();
    panel.call("create_line", "exp_date=2026-03-16 08:00:00&username=soon");
    panel.call("create_line", "exp_date=2026-03-15 14:30:00&username=now");
    panel.call("create_line", "exp_date=&no_expire=1&username=never");
    let day = told(&panel, "POST", "clock/advance", r#"{"by":"P1D"}"#);
    assert_eq!(
        day,
        r#"{"now":"2026-03-16T14:30:00Z","unix":1773671400,"fired":[{"at":"2026-03-16T04:00:00Z","job":"guide.reload","id":1},{"at":"2026-03-16T04:00:00Z","job":"guide.retain","id":1},{"at":"2026-03-16T08:00:00Z","job":"line.expired","id":4523}]}"#
    );
    let year = told(&panel, "POST", "clock/advance", r#"{"to":"2026-12-31T00:00:00Z"}"#);
    assert_eq!(
        year,
        r#"{"now":"2026-12-31T00:00:00Z","unix":1798675200,"fired":[{"at":"2026-12-30T04:00:00Z","job":"guide.reload","id":1},{"at":"2026-12-30T04:00:00Z","job":"guide.retain","id":1},{"at":"2026-12-31T00:00:00Z","job":"line.expired","id":4510},{"at":"2026-12-31T00:00:00Z","job":"line.expired","id":4511},{"at":"2026-12-31T00:00:00Z","job":"line.expired","id":4521}]}"#
    );
    let nothing = told(&panel, "POST", "clock/advance", r#"{"by":"PT0S"}"#);
    assert_eq!(
        nothing,
        r#"{"now":"2026-12-31T00:00:00Z","unix":1798675200,"fired":[]}"#
    );
}

#[test]
fn months_are_the_calendars_in_the_panels_zone() {
    let london = |config: &mut linecard::config::Config| {
        config.control = true;
        config.timezone = linecard::time::Zone::named("Europe/London").unwrap();
    };
    let panel = Panel::docs_with(london);
    told(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-02-28T12:00:00Z"}"#,
    );
    let moved = told(&panel, "POST", "clock/advance", r#"{"by":"P1M1DT1H"}"#);
    // Noon stays noon while the clocks go forward.
    assert!(moved.starts_with(r#"{"now":"2026-03-29T12:00:00Z""#), "{moved}");
}

#[test]
fn what_is_no_time_is_refused_and_the_clock_stays() {
    let panel = panel();
    let instant = "write it as 2026-01-01T00:00:00Z or as unix seconds";
    let duration = "write it as in ISO 8601: PT30S, P1D, P1M";
    let either = r#"send {"by":"P1M"} or {"to":"2026-02-01T00:00:00Z"}"#;
    for (method, path, body, detail, hint) in [
        (
            "PUT",
            "clock",
            "{}",
            "`mode` is none of real, frozen, offset, scaled",
            HINT,
        ),
        (
            "PUT",
            "clock",
            r#"{"mode":"fast"}"#,
            "`mode` is none of real, frozen, offset, scaled",
            HINT,
        ),
        ("PUT", "clock", r#"{"mode":"offset"}"#, "`by` is missing", HINT),
        (
            "PUT",
            "clock",
            r#"{"mode":"scaled","rate":0}"#,
            "`rate` is no number above 0",
            HINT,
        ),
        (
            "PUT",
            "clock",
            r#"{"mode":"frozen","at":"2026-13-01"}"#,
            "`at` is no instant: \"2026-13-01\"",
            instant,
        ),
        (
            "PUT",
            "clock",
            r#"{"mode":"frozen","at":99999999999999}"#,
            "`at` is no instant: 99999999999999",
            instant,
        ),
        ("POST", "clock/advance", "", "one of `by` and `to` is needed", either),
        (
            "POST",
            "clock/advance",
            r#"{"by":"1 month"}"#,
            "`by` is no duration: \"1 month\"",
            duration,
        ),
        (
            "POST",
            "clock/advance",
            r#"{"by":"-P1D"}"#,
            "the clock is advanced forwards only",
            "PUT /_linecard/clock sets it back",
        ),
        (
            "POST",
            "clock/advance",
            r#"{"by":"P4000000000D"}"#,
            "that is beyond the calendar",
            "choose an instant between the years 0 and 9999",
        ),
    ] {
        assert_eq!(refused(&panel, method, path, body), bad(detail, hint), "{body}");
    }
    assert_eq!(panel.inner().clock().now(), NOW);
}
