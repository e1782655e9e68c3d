//! Laws of the billing API's objects that hold for any calls: a subscription and its line never disagree, money never
//! drifts, and a cursor sees each object once.

use std::collections::BTreeSet;

use linecard::panel::billing::customers::{self as people};
use linecard::panel::billing::subscriptions::{self as subs, Status};
use linecard::panel::billing::{ListRequest, Sent};
use proptest::prelude::*;

use super::{
    advance, control, customer, panel, patch, product, product_of, read, subscribe, subscription, text, write,
};
use crate::support::Panel;

const DAY: i64 = 86_400;

/// One step: what is done, to which of the subscriptions, with which number.
#[derive(Clone, Debug)]
struct Step {
    action: &'static str,
    pick: i64,
    number: i64,
}

const ACTIONS: [&str; 18] = [
    "subscribe",
    "subscribe",
    "subscribe later",
    "subscribe without a line",
    "renew",
    "renew",
    "cancel",
    "cancel at the end",
    "keep",
    "move the end",
    "suspend",
    "resume",
    "advance",
    "advance",
    "go back",
    "sql: expiry",
    "sql: enabled",
    "sql: delete",
];

fn step() -> impl Strategy<Value = Step> {
    (0..ACTIONS.len(), 1..5_i64, 1..40_i64).prop_map(|(action, pick, number)| Step {
        action: ACTIONS[action],
        pick,
        number,
    })
}

/// What is refused is refused as a whole; here only what is done matters.
fn take(panel: &Panel, step: &Step) {
    let (id, number) = (step.pick, step.number);
    let now = panel.inner().clock().now();
    let line = format!("id = (SELECT line_id FROM linecard_subscriptions WHERE id = {id})");
    let change = |change: &dyn Fn(&mut subs::SubscriptionChange)| {
        let _ = patch(panel, id, change);
    };
    match step.action {
        "subscribe" => drop(subscribe(panel, 1, 1 + number % 2, |_| {})),
        "subscribe later" => {
            let start = Sent::Value((now + number * DAY) * 1_000);
            drop(subscribe(panel, 1, 1, |input| input.start = start));
        }
        "subscribe without a line" => drop(subscribe(panel, 1, 3, |_| {})),
        "renew" => drop(write(panel, move |context| {
            subs::renew(context, id, &Sent::Value(number))
        })),
        "cancel" if number % 3 == 0 => drop(write(panel, move |context| subs::cancel(context, id, &Sent::Absent))),
        "cancel at the end" => drop(write(panel, move |context| {
            subs::cancel(context, id, &Sent::Value(true))
        })),
        "keep" => change(&|input| input.cancel_at_end = Sent::Value(false)),
        "move the end" => change(&|input| input.period_end = Sent::Value((now + number * DAY) * 1_000)),
        "suspend" => change(&|input| input.status = text("suspended")),
        "resume" => change(&|input| input.status = text("active")),
        "advance" => drop(advance(panel, &format!("P{number}D"))),
        "go back" => {
            let at = now - number * DAY / 4;
            control(panel, "PUT", "clock", &format!(r#"{{"mode":"frozen","at":{at}}}"#));
        }
        "sql: expiry" => {
            let end = linecard::time::Zone::UTC.iso(now + (number - 20) * DAY).unwrap();
            panel.mysql_query(&format!(
                "UPDATE lines SET exp_date = '{end}' WHERE id = {}",
                line_of(panel, id)
            ));
        }
        "sql: enabled" => {
            let set = format!(
                "UPDATE lines SET enabled = {} WHERE id = {}",
                number % 2,
                line_of(panel, id)
            );
            panel.mysql_query(&set);
        }
        "sql: delete" if number % 5 == 0 => drop(panel.sql(&format!("DELETE FROM lines WHERE {line}"))),
        _ => {}
    }
}

fn line_of(panel: &Panel, id: i64) -> String {
    let found = panel.sql(&format!(
        "SELECT coalesce(line_id, 0) FROM linecard_subscriptions WHERE id = {id}"
    ));
    found.into_iter().next().unwrap_or("0".into())
}

/// What is shown of a subscription is what its line says, looked at beside it.
fn agree(panel: &Panel, id: i64) {
    let shown = subscription(panel, id);
    let now = panel.inner().clock().now();
    // Nothing is overdue.
    let stored = panel.sql_one(&format!(
        "SELECT is_pending || ' ' || (cancelled IS NOT NULL) FROM linecard_subscriptions WHERE id = {id}"
    ));
    assert_eq!(stored.ends_with('1'), shown.status == Status::Cancelled, "{shown:?}");
    if shown.is_pending {
        assert!(shown.period_start > now && shown.status == Status::Pending, "{shown:?}");
    }
    let Some(line) = &shown.line else {
        return;
    };
    let row = panel.sql_one(&format!(
        "SELECT coalesce(exp_date, 'never') || '|' || (enabled <> 0 AND admin_enabled <> 0) || '|' || username FROM lines WHERE id = {}",
        line.id
    ));
    let end = shown
        .period_end
        .map_or("never".into(), |end| linecard::time::Zone::UTC.iso(end).unwrap());
    let is_enabled = row.contains("|1|");
    assert_eq!(row, format!("{end}|{}|{}", u8::from(is_enabled), line.username));
    let is_over = shown.period_end.is_some_and(|end| end <= now);
    match shown.status {
        Status::Active => assert!(is_enabled && !is_over, "{shown:?} {row}"),
        Status::Expired => assert!(is_enabled && is_over, "{shown:?} {row}"),
        Status::Suspended => assert!(!is_enabled, "{shown:?} {row}"),
        Status::Pending | Status::Cancelled => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_subscription_and_its_line_never_disagree(steps in prop::collection::vec(step(), 1..24)) {
        let panel = panel();
        customer(&panel, "john@example.com");
        product(&panel);
        product_of(&panel, |input| {
            input.interval = text("day");
            input.price = Sent::Value(linecard::money::Money(33));
        });
        product_of(&panel, |input| input.package = Sent::Absent);
        for step in &steps {
            take(&panel, step);
            // As every request does first.
            crate::support::block_on(panel.inner().catch_up()).unwrap();
            let ids = panel.sql("SELECT id FROM linecard_subscriptions ORDER BY id");
            ids.iter().for_each(|id| agree(&panel, id.parse().unwrap()));
        }
        // Each invoice is a whole number of periods of its product's price, and each change of periods has one.
        let odd = "SELECT count(*) FROM linecard_invoices i JOIN linecard_products p ON p.id = product_id
                   WHERE amount % p.price <> 0 OR amount < p.price OR amount > 36 * p.price";
        prop_assert_eq!(panel.sql_one(odd), "0");
    }

    #[test]
    fn a_cursor_sees_each_object_once_while_others_come_and_go(
        limit in 1..5_i64,
        begin in 0..12_usize,
        changes in prop::collection::vec((any::<bool>(), 1..20_i64), 0..12),
    ) {
        let panel = panel();
        for number in 0..begin {
            customer(&panel, &format!("c{number}@example.com"));
        }
        let ids = || -> BTreeSet<i64> {
            let ids = panel.sql("SELECT id FROM linecard_customers");
            ids.iter().map(|id| id.parse().unwrap()).collect()
        };
        let at_first = ids();
        let (mut seen, mut after, mut changes) = (Vec::new(), 0, changes.into_iter());
        let mut always = at_first.clone();
        loop {
            let request = ListRequest { after, ..ListRequest::first(limit) };
            let page = read(&panel, move |context| people::page(context, &request));
            prop_assert_eq!(page.total, i64::try_from(ids().len()).unwrap());
            seen.extend(page.items.iter().map(|one| one.id));
            let Some(last) = page.items.last().filter(|_| page.has_more) else {
                break;
            };
            after = last.id;
            match changes.next() {
                Some((true, number)) => drop(customer(&panel, &format!("n{number}-{after}@example.com"))),
                Some((false, id)) => drop(write(&panel, move |context| people::delete(context, id))),
                None => {}
            }
            always = always.intersection(&ids()).copied().collect();
        }
        let once: BTreeSet<i64> = seen.iter().copied().collect();
        prop_assert_eq!(once.len(), seen.len(), "{:?}", seen);
        prop_assert!(seen.is_sorted());
        prop_assert!(always.is_subset(&once), "{:?} {:?}", always, seen);
    }
}
