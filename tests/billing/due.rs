//! What falls due by the clock: starts, and cancellations at the end of a period.

use std::time::Duration;

use linecard::panel::billing::Sent;
use linecard::panel::billing::subscriptions::{self as subs, Status};

use super::{advance, control, customer, panel, patch, product, product_of, subscribe, subscription, text, write};
use crate::support::{NOW, Panel, soon};

const DAY: i64 = 86_400;

fn shop() -> Panel {
    let panel = panel();
    customer(&panel, "john@example.com");
    product(&panel);
    panel
}

fn cancel_at_end(panel: &Panel, id: i64) {
    write(panel, move |context| subs::cancel(context, id, &Sent::Value(true))).unwrap();
}

#[test]
fn each_job_is_done_in_its_order_and_dated_with_its_own_instant() {
    let panel = shop();
    let two_days = product_of(&panel, |input| {
        input.interval = text("day");
        input.interval_count = Sent::Value(2);
    });
    let start = |input: &mut subs::NewSubscription| input.start = Sent::Value((NOW + 2 * DAY) * 1_000);
    // Both of them end when the third one starts.
    let first = subscribe(&panel, 1, two_days.id, |_| {}).unwrap().line.unwrap().id;
    let second = subscribe(&panel, 1, two_days.id, |_| {}).unwrap().line.unwrap().id;
    let later = subscribe(&panel, 1, 1, start).unwrap();
    let third = later.line.unwrap().id;
    assert_eq!(later.status, Status::Pending);
    assert_eq!(
        panel.sql_one(&format!("SELECT enabled FROM lines WHERE id = {third}")),
        "0"
    );
    cancel_at_end(&panel, 1);
    assert_eq!(subscription(&panel, 1).status, Status::Active);
    let fired = advance(&panel, "P10D");
    let at = "2026-03-17T14:30:00Z";
    let ours: Vec<String> = fired.into_iter().filter(|one| one.starts_with(at)).collect();
    let expected = [
        format!("{at} subscription.started 3"),
        format!("{at} line.expired {first}"),
        format!("{at} line.expired {second}"),
        format!("{at} subscription.cancelled 1"),
        format!("{at} subscription.expired 2"),
    ];
    assert_eq!(ours, expected);
    let due = (NOW + 2 * DAY) * 1_000;
    let [cancelled, expired, started] = [1, 2, 3].map(|id| subscription(&panel, id));
    assert_eq!(
        (cancelled.status, cancelled.cancelled, cancelled.updated),
        (Status::Cancelled, Some(due), due)
    );
    assert_eq!((expired.status, expired.updated), (Status::Expired, due));
    assert_eq!((started.status, started.updated), (Status::Active, due));
    assert_eq!(
        panel.sql_one(&format!("SELECT enabled FROM lines WHERE id = {third}")),
        "1"
    );
    let line = format!("SELECT enabled || ' ' || updated FROM lines WHERE id = {first}");
    assert_eq!(panel.sql_one(&line), format!("0 {}", NOW + 2 * DAY));
    assert_eq!(
        panel.sql("SELECT status || ' ' || updated FROM linecard_invoices WHERE subscription_id = 1"),
        [format!("void {due}")]
    );
    // Going back undoes nothing, but an end follows the clock.
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-03-15T14:30:00Z"}"#,
    );
    let now = [1, 2, 3].map(|id| subscription(&panel, id).status);
    assert_eq!(now, [Status::Cancelled, Status::Active, Status::Active]);
}

#[test]
fn a_clock_that_is_set_forward_does_what_fell_due_on_the_way() {
    let panel = shop();
    subscribe(&panel, 1, 1, |input| input.start = Sent::Value((NOW + DAY) * 1_000)).unwrap();
    subscribe(&panel, 1, 1, |_| {}).unwrap();
    cancel_at_end(&panel, 2);
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-06-01T00:00:00Z"}"#,
    );
    let rows = "SELECT is_pending || ' ' || coalesce(cancelled, 0) FROM linecard_subscriptions";
    assert_eq!(
        panel.sql(rows),
        ["0 0".to_owned(), format!("0 {}", (NOW + 31 * DAY) * 1_000)]
    );
}

#[test]
fn an_end_that_raw_sql_moves_is_kept_to() {
    let panel = shop();
    let line = subscribe(&panel, 1, 1, |_| {}).unwrap().line.unwrap().id;
    cancel_at_end(&panel, 1);
    // It is known when the next one is due.
    panel.get("get_lines", "limit=1");
    panel.mysql_query(&format!(
        "UPDATE lines SET exp_date = '2026-03-15 14:31:00' WHERE id = {line}"
    ));
    panel.inner().clock().advance(120);
    // Any request that looks does it before.
    let shown = panel.get("get_line", &format!("id={line}"));
    assert!(
        shown.contains(r#""enabled":false"#) || shown.contains(r#""enabled":"0""#) || shown.contains(r#""enabled":0"#),
        "{shown}"
    );
    assert_eq!(subscription(&panel, 1).cancelled, Some((NOW + 60) * 1_000));
    assert_eq!(
        panel.sql_one("SELECT cancelled FROM linecard_subscriptions"),
        format!("{}", (NOW + 60) * 1_000)
    );
}

#[test]
fn a_cancellation_that_was_taken_back_does_not_happen() {
    let panel = shop();
    subscribe(&panel, 1, 1, |_| {}).unwrap();
    cancel_at_end(&panel, 1);
    patch(&panel, 1, |input| input.cancel_at_end = Sent::Value(false)).unwrap();
    let fired = advance(&panel, "P40D");
    assert!(
        fired.iter().any(|one| one.ends_with("subscription.expired 1")),
        "{fired:?}"
    );
    assert!(
        !fired.iter().any(|one| one.contains("subscription.cancelled")),
        "{fired:?}"
    );
    // Of one that is over it happens at once.
    let cancelled = patch(&panel, 1, |input| input.cancel_at_end = Sent::Value(true)).unwrap();
    assert_eq!(
        (cancelled.status, cancelled.cancelled),
        (Status::Cancelled, Some((NOW + 40 * DAY) * 1_000))
    );
}

#[test]
fn while_the_clock_runs_it_needs_no_request() {
    let panel = shop();
    control(&panel, "PUT", "clock", r#"{"mode":"real"}"#);
    let now = panel.inner().clock().now();
    let line = subscribe(&panel, 1, 1, |input| input.start = Sent::Value((now + 2) * 1_000))
        .unwrap()
        .line;
    let enabled = format!("SELECT enabled FROM lines WHERE id = {}", line.unwrap().id);
    assert_eq!(panel.sql_one(&enabled), "0");
    // The database itself is looked at: no request of the panel is made.
    assert!(soon(|| panel.sql_one(&enabled) == "1"));
    let late = panel.inner().clock().now_millis() - (now + 2) * 1_000;
    assert!((0..1_500).contains(&late), "{late}");
    // A later one that becomes due sooner is noticed, too.
    let line = subscribe(&panel, 1, 1, |_| {}).unwrap().line.unwrap().id;
    cancel_at_end(&panel, 2);
    std::thread::sleep(Duration::from_millis(300));
    let end = linecard::time::Zone::UTC
        .stamp(panel.inner().clock().now() + 2)
        .unwrap();
    panel.sql(&format!("UPDATE lines SET exp_date = '{end}' WHERE id = {line}"));
    assert!(soon(|| panel
        .sql_one("SELECT count(*) FROM linecard_subscriptions WHERE cancelled > 0")
        == "1"));
}

#[test]
fn a_reset_forgets_what_was_to_come() {
    let panel = shop();
    subscribe(&panel, 1, 1, |input| input.start = Sent::Value((NOW + DAY) * 1_000)).unwrap();
    control(&panel, "POST", "snapshots", r#"{"name":"shop"}"#);
    control(&panel, "POST", "reset", "{}");
    assert_eq!(
        advance(&panel, "P2D")
            .iter()
            .filter(|one| one.contains("subscription"))
            .count(),
        0
    );
    control(
        &panel,
        "PUT",
        "clock",
        r#"{"mode":"frozen","at":"2026-03-15T14:30:00Z"}"#,
    );
    control(&panel, "POST", "snapshots/shop/restore", "{}");
    let fired = advance(&panel, "P2D");
    assert!(
        fired.contains(&"2026-03-16T14:30:00Z subscription.started 1".to_owned()),
        "{fired:?}"
    );
}
