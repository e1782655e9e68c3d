//! Products: their packages are the panel's, and what is sold stays.

use linecard::money::Money;
use linecard::panel::billing::periods::{Interval, Period};
use linecard::panel::billing::products::{self as goods, ProductInput};
use linecard::panel::billing::{Conflict, Sent};
use linecard::panel::fields::FaultReason;

use super::{conflict, customer, faults, panel, product, product_of, read, subscribe, text, write};

#[test]
fn what_is_left_out_has_its_default() {
    let panel = panel();
    let made = product_of(&panel, |input| input.package = Sent::Absent);
    let month = Period {
        interval: Interval::Month,
        count: 1,
    };
    assert_eq!((made.description.as_str(), made.currency.as_str()), ("", "USD"));
    assert_eq!((made.price, made.period, made.package), (Money(999), month, None));
    assert_eq!(
        (made.device_limit, made.has_mac_binding, made.is_active()),
        (None, false, true)
    );
}

#[test]
fn all_faults_are_told_in_the_order_of_the_fields() {
    let panel = panel();
    panel.sql("UPDATE users_packages SET is_addon = 1 WHERE id = 2");
    let input = ProductInput {
        price: Sent::Fault(FaultReason::Amount),
        description: text(&"x".repeat(2001)),
        currency: text("usd"),
        interval: text("week"),
        interval_count: Sent::Value(121),
        package: Sent::Value(2),
        device_limit: Sent::Value(101),
        mac_binding: Sent::Fault(FaultReason::Flag),
        status: text("gone"),
        ..ProductInput::default()
    };
    let refused = write(&panel, move |context| goods::create(context, &input));
    let expected = [
        ("name", FaultReason::Missing),
        ("price", FaultReason::Amount),
        ("description", FaultReason::Length(0, 2000)),
        ("currency", FaultReason::Character),
        ("interval", FaultReason::OneOf(&["day", "month", "year"])),
        ("intervalCount", FaultReason::Range(1, 120)),
        ("packageId", FaultReason::NotActive),
        ("deviceLimit", FaultReason::Range(0, 100)),
        ("macBinding", FaultReason::Flag),
        ("status", FaultReason::OneOf(&["active", "archived"])),
    ];
    assert_eq!(faults(refused), expected);
    let unknown = ProductInput {
        package: Sent::Value(99),
        ..ProductInput::default()
    };
    product(&panel);
    let refused = write(&panel, move |context| goods::update(context, 1, &unknown));
    assert_eq!(faults(refused), [("packageId", FaultReason::UnknownId)]);
}

#[test]
fn a_package_that_is_gone_is_none() {
    let panel = panel();
    product(&panel);
    panel.mysql_query("DELETE FROM users_packages WHERE id = 1");
    let shown = read(&panel, |context| goods::get(context, 1));
    assert_eq!(shown.package, None);
}

#[test]
fn a_product_that_was_ever_sold_stays() {
    let panel = panel();
    let (john, monthly) = (customer(&panel, "john@example.com").id, product(&panel).id);
    subscribe(&panel, john, monthly, |_| {}).unwrap();
    panel.inner().clock().advance(365 * 86_400);
    let delete = |id| write(&panel, move |context| goods::delete(context, id));
    assert_eq!(conflict(delete(monthly)), Conflict::ProductHasSubscriptions);
    let other = product(&panel).id;
    delete(other).unwrap();
    assert_eq!(product(&panel).id, other + 1);
}
