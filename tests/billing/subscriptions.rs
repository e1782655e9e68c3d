//! Subscriptions: a line is made, renewed, suspended and cancelled with them, and what happens to it shows.

use linecard::money::Money;
use linecard::panel::billing::customers::{self as people, CustomerInput};
use linecard::panel::billing::invoices::{self, PaymentInput};
use linecard::panel::billing::products::{self as goods, ProductInput};
use linecard::panel::billing::subscriptions::{self as subs, Status, Subscription};
use linecard::panel::billing::{Conflict, ListRequest, Refusal, Sent};
use linecard::panel::fields::FaultReason;

use super::{
    conflict, customer, faults, is_not_found, panel, patch, product, product_of, read, subscribe, subscription, text,
    utc, write,
};
use crate::support::{NOW, Panel};

const MAC: &str = "00:1A:79:AB:CD:EF";

fn renew(panel: &Panel, id: i64, periods: i64) -> Result<Subscription, Refusal> {
    write(panel, move |context| subs::renew(context, id, &Sent::Value(periods)))
}

fn cancel(panel: &Panel, id: i64, at_end: bool) -> Result<Subscription, Refusal> {
    write(panel, move |context| subs::cancel(context, id, &Sent::Value(at_end)))
}

fn end(subscription: &Subscription) -> String {
    utc(subscription.period_end.unwrap())
}

/// A customer and a product.
fn shop() -> Panel {
    let panel = panel();
    customer(&panel, "john@example.com");
    product(&panel);
    panel
}

#[test]
fn a_subscription_makes_a_line_and_an_invoice() {
    let panel = shop();
    let made = subscribe(&panel, 1, 1, |input| {
        input.username = text("john");
        input.mac = text(MAC);
        input.device_limit = Sent::Value(2);
    })
    .unwrap();
    let line = made.line.clone().unwrap();
    assert_eq!(
        (made.status, made.price, made.currency.as_str()),
        (Status::Active, Money(999), "USD")
    );
    assert_eq!((made.period_start, end(&made).as_str()), (NOW, "2026-04-15 14:30:00"));
    assert_eq!(
        (line.username.as_str(), line.mac.as_deref(), line.device_limit),
        ("john", Some(MAC), Some(2))
    );
    assert_eq!(line.password.len(), 10);
    let stored = format!(
        "SELECT exp_date || ' ' || enabled || ' ' || package_id || ' ' || max_connections || bouquet FROM lines WHERE id = {}",
        line.id
    );
    assert_eq!(panel.sql_one(&stored), "2026-04-15 14:30:00 1 1 2[1,2,5]");
    let invoice = read(&panel, |context| invoices::get(context, 1));
    assert_eq!(
        (invoice.amount, invoice.due, invoice.status.as_str()),
        (Money(999), NOW, "pending")
    );
    assert_eq!(made.latest_invoice, Some(1));
}

#[test]
fn all_faults_are_told_in_the_order_of_the_fields() {
    let panel = shop();
    product_of(&panel, |input| {
        input.status = text("archived");
        input.mac_binding = Sent::Value(true);
    });
    let refused = subscribe(&panel, 9, 2, |input| {
        input.external_id = text("");
        input.username = Sent::Fault(FaultReason::Reserved);
        input.device_limit = Sent::Value(101);
        input.start = Sent::Value(253_402_300_799_000);
    });
    let expected = [
        ("customerId", FaultReason::UnknownId),
        ("productId", FaultReason::NotActive),
        ("externalId", FaultReason::Length(1, 200)),
        ("username", FaultReason::Reserved),
        ("macAddress", FaultReason::Missing),
        ("deviceLimit", FaultReason::Range(0, 100)),
        ("startDate", FaultReason::Time),
    ];
    assert_eq!(faults(refused), expected);
    let zero = subscribe(&panel, 1, 1, |input| {
        input.mac = text(MAC);
        input.device_limit = Sent::Value(0);
    });
    assert_eq!(faults(zero), [("deviceLimit", FaultReason::NoDevices)]);
    assert_eq!(panel.sql("SELECT id FROM linecard_subscriptions"), Vec::<String>::new());
}

#[test]
fn of_several_conflicts_the_first_of_the_table_is_told_and_nothing_is_left_behind() {
    let panel = shop();
    let lines = "SELECT count(*) FROM lines";
    subscribe(&panel, 1, 1, |input| {
        input.external_id = text("order-1");
        input.username = text("john");
        input.mac = text(MAC);
    })
    .unwrap();
    let before = panel.sql_one(lines);
    let block = CustomerInput {
        status: text("blocked"),
        ..CustomerInput::default()
    };
    write(&panel, move |context| people::update(context, 1, &block)).unwrap();
    let again = |id: &str, name: &str, mac: &str| {
        conflict(subscribe(&panel, 1, 1, |input| {
            input.external_id = text(id);
            input.username = text(name);
            input.mac = text(mac);
        }))
    };
    let other = "00:1A:79:00:00:01";
    assert_eq!(again("order-1", "JOHN", MAC), Conflict::SubscriptionExternalIdTaken);
    assert_eq!(again("order-2", "JOHN", MAC), Conflict::UsernameTaken);
    assert_eq!(again("order-2", "jane", MAC), Conflict::MacTaken);
    assert_eq!(again("order-2", "jane", other), Conflict::CustomerBlocked);
    assert_eq!(conflict(renew(&panel, 1, 1)), Conflict::CustomerBlocked);
    assert_eq!(panel.sql_one(lines), before);
}

#[test]
fn renewals_remember_the_day_and_bill_the_price_of_now() {
    let panel = shop();
    let start = linecard::time::parse_rfc3339("2026-01-31T10:00:00Z").unwrap();
    let made = subscribe(&panel, 1, 1, |input| input.start = Sent::Value(start * 1_000)).unwrap();
    // It has ended already.
    assert_eq!(
        (made.status, end(&made).as_str()),
        (Status::Expired, "2026-02-28 10:00:00")
    );
    panel.inner().clock().set(start);
    assert_eq!(end(&renew(&panel, 1, 1).unwrap()), "2026-03-31 10:00:00");
    let dearer = ProductInput {
        price: Sent::Value(Money(1_050)),
        ..ProductInput::default()
    };
    write(&panel, move |context| goods::update(context, 1, &dearer)).unwrap();
    assert_eq!(subscription(&panel, 1).price, Money(999));
    let renewed = renew(&panel, 1, 2).unwrap();
    assert_eq!(
        (end(&renewed).as_str(), renewed.price),
        ("2026-05-31 10:00:00", Money(1_050))
    );
    assert_eq!(utc(renewed.period_start), "2026-03-31 10:00:00");
    let last = read(&panel, |context| invoices::get(context, 3));
    assert_eq!(
        (last.amount, utc(last.due).as_str()),
        (Money(2_100), "2026-03-31 10:00:00")
    );
    // Its end is moved to a day that does not fit.
    panel.sql("UPDATE lines SET exp_date = '2026-06-15 10:00:00' WHERE exp_date = '2026-05-31 10:00:00'");
    assert_eq!(end(&renew(&panel, 1, 1).unwrap()), "2026-07-15 10:00:00");
    // Behind the end it begins now.
    panel
        .inner()
        .clock()
        .set(linecard::time::parse_rfc3339("2026-08-20T12:00:00Z").unwrap());
    let late = renew(&panel, 1, 1).unwrap();
    assert_eq!(
        (late.status, end(&late).as_str()),
        (Status::Active, "2026-09-20 12:00:00")
    );
    assert_eq!(utc(late.period_start), "2026-08-20 12:00:00");
    for (periods, fault) in [(0, FaultReason::Range(1, 36)), (37, FaultReason::Range(1, 36))] {
        assert_eq!(faults(renew(&panel, 1, periods)), [("periods", fault)]);
    }
}

#[test]
fn cancelling_disables_the_line_and_voids_what_is_not_paid() {
    let panel = shop();
    let made = subscribe(&panel, 1, 1, |_| {}).unwrap();
    let line = made.line.unwrap().id;
    renew(&panel, 1, 1).unwrap();
    write(&panel, |context| {
        invoices::mark_paid(context, 1, &PaymentInput::default())
    })
    .unwrap();
    panel.sql(&format!(
        "INSERT INTO lines_live (user_id, stream_id, server_id) VALUES ({line}, 1, 1)"
    ));
    panel.inner().clock().advance(60);
    let cancelled = cancel(&panel, 1, false).unwrap();
    assert_eq!(
        (cancelled.status, cancelled.cancelled),
        (Status::Cancelled, Some((NOW + 60) * 1_000))
    );
    assert_eq!(end(&cancelled), "2026-05-15 14:30:00", "the end stays");
    assert_eq!(
        panel.sql_one(&format!("SELECT enabled FROM lines WHERE id = {line}")),
        "0"
    );
    let open = format!("SELECT count(*) FROM lines_live WHERE user_id = {line}");
    assert_eq!(panel.sql_one(&open), "0");
    assert_eq!(panel.sql("SELECT status FROM linecard_invoices"), ["paid", "void"]);
    let void = write(&panel, |context| {
        invoices::mark_paid(context, 2, &PaymentInput::default())
    });
    assert_eq!(conflict(void), Conflict::InvoiceVoid);
    // Nothing of it changes any more, not even with what is there.
    assert_eq!(conflict(cancel(&panel, 1, true)), Conflict::Cancelled);
    assert_eq!(conflict(renew(&panel, 1, 1)), Conflict::Cancelled);
    assert_eq!(
        conflict(patch(&panel, 1, |input| input.external_id = text("x"))),
        Conflict::Cancelled
    );
    assert_eq!(patch(&panel, 1, |_| {}).unwrap(), cancelled);
    // Going back does not undo it.
    panel.inner().clock().set(NOW);
    assert_eq!(subscription(&panel, 1).status, Status::Cancelled);
}

#[test]
fn an_invoice_is_paid_once_and_not_in_the_future() {
    let panel = shop();
    subscribe(&panel, 1, 1, |_| {}).unwrap();
    let pay = |paid: Sent<i64>, reference: &str| {
        let reference = text(reference);
        write(&panel, move |context| {
            let input = PaymentInput {
                paid: paid.clone(),
                reference: reference.clone(),
            };
            invoices::mark_paid(context, 1, &input)
        })
    };
    let refused = pay(Sent::Value(NOW * 1_000 + 1), &"x".repeat(201));
    assert_eq!(
        faults(refused),
        [
            ("paidAt", FaultReason::Future),
            ("reference", FaultReason::Length(0, 200))
        ]
    );
    let paid = pay(Sent::Value(NOW * 1_000 - 5), "PayPal 1").unwrap();
    assert_eq!(
        (paid.paid, paid.reference.as_deref()),
        (Some(NOW * 1_000 - 5), Some("PayPal 1"))
    );
    assert_eq!(conflict(pay(Sent::Absent, "again")), Conflict::InvoicePaid);
    // What costs nothing is paid at once.
    product_of(&panel, |input| input.price = Sent::Value(Money(0)));
    subscribe(&panel, 1, 2, |_| {}).unwrap();
    let free = read(&panel, |context| invoices::get(context, 2));
    assert_eq!((free.status.as_str(), free.paid), ("paid", Some(NOW * 1_000)));
}

#[test]
fn what_happens_to_the_line_shows() {
    let panel = shop();
    let line = subscribe(&panel, 1, 1, |_| {}).unwrap().line.unwrap().id;
    let status = || subscription(&panel, 1).status;
    panel.call("edit_line", &format!("id={line}&username=renamed&exp_date=2030-01-01"));
    let shown = subscription(&panel, 1);
    assert_eq!(shown.line.as_ref().unwrap().username, "renamed");
    assert_eq!(end(&shown), "2030-01-01");
    panel.call("disable_line", &format!("id={line}"));
    assert_eq!(status(), Status::Suspended);
    panel.call("enable_line", &format!("id={line}"));
    panel.call("ban_line", &format!("id={line}"));
    assert_eq!(status(), Status::Suspended);
    let banned = patch(&panel, 1, |input| input.status = text("active"));
    assert_eq!(conflict(banned), Conflict::LineBanned);
    panel.call("unban_line", &format!("id={line}"));
    panel.mysql_query(&format!("UPDATE lines SET exp_date = '2020-01-01' WHERE id = {line}"));
    assert_eq!(status(), Status::Expired);
    panel.mysql_query(&format!("UPDATE lines SET exp_date = NULL WHERE id = {line}"));
    let endless = subscription(&panel, 1);
    assert_eq!((endless.status, endless.period_end), (Status::Active, None));
    assert_eq!(conflict(renew(&panel, 1, 1)), Conflict::NeverEnds);
}

#[test]
fn a_line_that_is_gone_leaves_its_end_whoever_deleted_it() {
    for delete in ["delete_line", "mysql_query"] {
        let panel = shop();
        let line = subscribe(&panel, 1, 1, |_| {}).unwrap().line.unwrap().id;
        match delete {
            "delete_line" => panel.call("delete_line", &format!("id={line}")),
            _ => panel.mysql_query(&format!("DELETE FROM lines WHERE id = {line}")),
        };
        let shown = subscription(&panel, 1);
        assert_eq!((shown.line.is_none(), shown.is_line_gone), (true, true), "{delete}");
        assert_eq!(
            (shown.status, end(&shown).as_str()),
            (Status::Active, "2026-04-15 14:30:00")
        );
        assert_eq!(conflict(renew(&panel, 1, 1)), Conflict::LineGone);
        let change = |change: fn(&mut subs::SubscriptionChange)| patch(&panel, 1, change);
        assert_eq!(
            conflict(change(|input| input.password = text("secret12"))),
            Conflict::LineGone
        );
        assert_eq!(
            conflict(change(|input| input.status = text("active"))),
            Conflict::LineGone
        );
        let changed = change(|input| {
            input.external_id = text("x");
            input.cancel_at_end = Sent::Value(true);
        });
        assert!(changed.unwrap().cancels_at_end);
        panel.inner().clock().advance(32 * 86_400);
        let gone = subscription(&panel, 1);
        let april = linecard::time::parse_rfc3339("2026-04-15T14:30:00Z").unwrap();
        assert_eq!((gone.status, gone.cancelled), (Status::Cancelled, Some(april * 1_000)));
    }
}

#[test]
fn a_change_moves_the_line_and_what_is_there_moves_nothing() {
    let panel = shop();
    product_of(&panel, |input| {
        input.package = Sent::Value(2);
        input.price = Sent::Value(Money(500));
        input.device_limit = Sent::Value(3);
    });
    let made = subscribe(&panel, 1, 1, |input| input.password = text("secret12")).unwrap();
    let line = made.line.clone().unwrap().id;
    panel.inner().clock().advance(60);
    let same = patch(&panel, 1, |input| {
        input.product = Sent::Value(1);
        input.password = text("secret12");
        input.device_limit = Sent::Cleared;
        input.period_end = Sent::Value(made.period_end.unwrap() * 1_000 + 999);
        input.status = text("active");
        input.cancel_at_end = Sent::Value(false);
    });
    assert_eq!(same.unwrap(), made);
    let moved = patch(&panel, 1, |input| {
        input.product = Sent::Value(2);
        input.mac = text(MAC);
        input.period_end = Sent::Value((NOW + 120) * 1_000);
        input.status = text("suspended");
    })
    .unwrap();
    assert_eq!(
        (moved.product, moved.price, moved.status),
        (2, Money(500), Status::Suspended)
    );
    assert_eq!((moved.period_end, moved.updated), (Some(NOW + 120), (NOW + 60) * 1_000));
    let shown = moved.line.unwrap();
    assert_eq!((shown.device_limit, shown.mac.as_deref()), (Some(3), Some(MAC)));
    let stored =
        "SELECT enabled || ' ' || is_trial || ' ' || package_id || ' ' || max_connections FROM lines WHERE id = ";
    assert_eq!(panel.sql_one(&format!("{stored}{line}")), "0 1 2 3");
    assert_eq!(panel.sql_one("SELECT count(*) FROM linecard_invoices"), "1");
    let unbound = patch(&panel, 1, |input| input.mac = Sent::Cleared).unwrap();
    assert_eq!(unbound.line.unwrap().mac, None);
    let drawn = patch(&panel, 1, |input| input.password = Sent::Cleared).unwrap();
    assert_ne!(drawn.line.unwrap().password, "secret12");
}

#[test]
fn faults_of_a_change_are_told_in_the_order_of_the_fields() {
    let panel = shop();
    product_of(&panel, |input| input.package = Sent::Absent);
    subscribe(&panel, 1, 1, |_| {}).unwrap();
    let refused = patch(&panel, 1, |input| {
        input.customer = Sent::Value(1);
        input.product = Sent::Value(2);
        input.username = text("other");
        input.device_limit = Sent::Value(-1);
        input.period_end = Sent::Value(NOW * 1_000 + 999);
        input.status = text("cancelled");
        input.cancel_at_end = Sent::Fault(FaultReason::Flag);
    });
    let expected = [
        ("customerId", FaultReason::Immutable),
        ("productId", FaultReason::Immutable),
        ("username", FaultReason::Immutable),
        ("deviceLimit", FaultReason::Range(0, 100)),
        ("currentPeriodEnd", FaultReason::Past),
        ("status", FaultReason::OneOf(&["active", "suspended"])),
        ("cancelAtPeriodEnd", FaultReason::Flag),
    ];
    assert_eq!(faults(refused), expected);
    let null = patch(&panel, 1, |input| input.period_end = Sent::Cleared);
    assert_eq!(faults(null), [("currentPeriodEnd", FaultReason::Time)]);
    let zero = patch(&panel, 1, |input| {
        input.mac = text(MAC);
        input.device_limit = Sent::Value(0);
    });
    assert_eq!(faults(zero), [("deviceLimit", FaultReason::NoDevices)]);
    assert!(is_not_found(patch(&panel, 9, |_| {})));
}

#[test]
fn a_product_that_binds_needs_a_mac() {
    let panel = shop();
    let binding = product_of(&panel, |input| input.mac_binding = Sent::Value(true)).id;
    subscribe(&panel, 1, 1, |_| {}).unwrap();
    let refused = patch(&panel, 1, move |input| input.product = Sent::Value(binding));
    assert_eq!(faults(refused), [("macAddress", FaultReason::Missing)]);
    patch(&panel, 1, move |input| {
        input.product = Sent::Value(binding);
        input.mac = text(MAC);
    })
    .unwrap();
    let refused = patch(&panel, 1, |input| input.mac = Sent::Cleared);
    assert_eq!(faults(refused), [("macAddress", FaultReason::Missing)]);
}

#[test]
fn without_a_package_nothing_is_made_until_there_is_one() {
    let panel = shop();
    let lines = panel.sql_one("SELECT count(*) FROM lines");
    let bare = product_of(&panel, |input| input.package = Sent::Absent).id;
    let made = subscribe(&panel, 1, bare, |input| {
        input.username = text("ignored");
        input.device_limit = Sent::Value(5);
    })
    .unwrap();
    assert_eq!(
        (made.status, made.line.clone(), end(&made).as_str()),
        (Status::Active, None, "2026-04-15 14:30:00")
    );
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), lines);
    let suspended = patch(&panel, 1, |input| input.status = text("suspended")).unwrap();
    assert_eq!(suspended.status, Status::Suspended);
    assert_eq!(end(&renew(&panel, 1, 1).unwrap()), "2026-05-15 14:30:00");
    let with_line = patch(&panel, 1, |input| input.product = Sent::Value(1)).unwrap();
    assert_eq!(
        (with_line.status, end(&with_line).as_str()),
        (Status::Suspended, "2026-05-15 14:30:00")
    );
    let line = with_line.line.unwrap().id;
    assert_eq!(
        panel.sql_one(&format!("SELECT enabled FROM lines WHERE id = {line}")),
        "0"
    );
    let active = patch(&panel, 1, |input| input.status = text("active")).unwrap();
    assert_eq!(active.status, Status::Active);
}

#[test]
fn lists_filter_by_a_status_that_the_clock_moves() {
    let panel = shop();
    for _ in 0..3 {
        subscribe(&panel, 1, 1, |_| {}).unwrap();
    }
    cancel(&panel, 2, false).unwrap();
    let ids = |filters: &[(&'static str, rusqlite::types::Value)]| {
        let request = ListRequest {
            filters: filters.to_vec(),
            ..ListRequest::first(10)
        };
        let page = read(&panel, move |context| subs::page(context, &request));
        assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
        page.items.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    let status = |word: &str| ids(&[("status", word.to_owned().into())]);
    assert_eq!((status("active"), status("cancelled")), (vec![1, 3], vec![2]));
    panel.inner().clock().advance(31 * 86_400);
    assert_eq!((status("active"), status("expired")), (vec![], vec![1, 3]));
    // An end by the clock is a change.
    let after = |seconds: i64| ids(&[("updated_after", ((NOW + seconds) * 1_000).into())]);
    assert_eq!(after(1), [1, 3]);
    assert_eq!(after(31 * 86_400 - 1), [1, 3]);
    assert_eq!(after(31 * 86_400), Vec::<i64>::new());
    assert_eq!(ids(&[("customer", 1.into()), ("product", 2.into())]), Vec::<i64>::new());
}
