//! The billing API's objects, at the panel: what a customer buys, and the line that comes of it.

mod customers;
mod due;
mod laws;
mod limits;
mod money;
mod products;
#[cfg(unix)]
mod repeats;
mod stories;
mod subscriptions;

use std::borrow::Cow;

use linecard::money::Money;
use linecard::panel::audit::{Actor, ChangeSource};
use linecard::panel::billing::customers::{Customer, CustomerInput};
use linecard::panel::billing::products::{Product, ProductInput};
use linecard::panel::billing::subscriptions::{NewSubscription, Subscription, SubscriptionChange};
use linecard::panel::billing::{
    Conflict, Refusal, Sent, customers as people, products as goods, subscriptions as subs,
};
use linecard::panel::fields::FaultReason;
use linecard::panel::{Caller, Context};

use crate::support::{Panel, block_on};

/// A panel with the vendor documents' data and its control plane, but none of their customers and products.
pub fn panel() -> Panel {
    let panel = Panel::docs_seeded(7);
    for table in ["linecard_customers", "linecard_products"] {
        panel.sql(&format!("DELETE FROM {table}"));
        panel.sql(&format!("DELETE FROM sqlite_sequence WHERE name = '{table}'"));
    }
    panel
}

pub fn text(text: &str) -> Sent<String> {
    Sent::Value(text.to_owned())
}

/// Runs a write as a key of the billing API does.
pub fn write<T: Send + 'static>(
    panel: &Panel,
    operation: impl Fn(&Context<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let actor = Actor::new(Caller::Token(1), ChangeSource::command("test"));
    block_on(panel.inner().write_as(actor, operation))
}

/// The same for a read.
pub fn read<T: Send + 'static>(
    panel: &Panel,
    operation: impl Fn(&Context<'_>) -> Result<T, Refusal> + Send + 'static,
) -> T {
    block_on(panel.inner().read_as(Caller::Token(1), operation)).unwrap()
}

/// The faults of a refusal, in their order.
pub fn faults<T>(refused: Result<T, Refusal>) -> Vec<(&'static str, FaultReason)> {
    match refused {
        Err(Refusal::Fields(faults)) => {
            let told = faults.iter().map(|one| match one.name {
                Cow::Borrowed(name) => (name, one.reason),
                Cow::Owned(_) => panic!("{one:?} has no name of the contract"),
            });
            told.collect()
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// The conflict of a refusal.
pub fn conflict<T>(refused: Result<T, Refusal>) -> Conflict {
    match refused {
        Err(Refusal::Conflict(conflict)) => conflict,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

pub fn is_not_found<T>(refused: Result<T, Refusal>) -> bool {
    matches!(refused, Err(Refusal::NotFound))
}

pub fn customer(panel: &Panel, email: &str) -> Customer {
    let input = CustomerInput {
        email: text(email),
        name: text("John Smith"),
        ..CustomerInput::default()
    };
    write(panel, move |context| people::create(context, &input)).unwrap()
}

/// A product of 9.99 a month, from the package "1 Month".
pub fn product(panel: &Panel) -> Product {
    product_of(panel, |_| {})
}

pub fn product_of(panel: &Panel, change: impl FnOnce(&mut ProductInput)) -> Product {
    let mut input = ProductInput {
        name: text("1 Month Premium"),
        price: Sent::Value(Money(999)),
        package: Sent::Value(1),
        ..ProductInput::default()
    };
    change(&mut input);
    write(panel, move |context| goods::create(context, &input)).unwrap()
}

pub fn subscribe(
    panel: &Panel,
    customer: i64,
    product: i64,
    change: impl FnOnce(&mut NewSubscription),
) -> Result<Subscription, Refusal> {
    let mut input = NewSubscription {
        customer: Sent::Value(customer),
        product: Sent::Value(product),
        ..NewSubscription::default()
    };
    change(&mut input);
    write(panel, move |context| subs::create(context, &input))
}

pub fn patch(panel: &Panel, id: i64, change: impl FnOnce(&mut SubscriptionChange)) -> Result<Subscription, Refusal> {
    let mut input = SubscriptionChange::default();
    change(&mut input);
    write(panel, move |context| subs::update(context, id, &input))
}

pub fn subscription(panel: &Panel, id: i64) -> Subscription {
    read(panel, move |context| subs::get(context, id))
}

/// Calls the control plane.
pub fn control(panel: &Panel, method: &str, path: &str, body: &str) -> serde_json::Value {
    let headers = [("Content-Type", "application/json")];
    let answer = panel
        .client()
        .request(method, &format!("/_linecard/{path}"), &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// Advances the clock, and returns what fell due: instant, job and id of each.
pub fn advance(panel: &Panel, by: &str) -> Vec<String> {
    let told = control(panel, "POST", "clock/advance", &format!("{{\"by\":\"{by}\"}}"));
    let fired = told["fired"].as_array().unwrap().iter();
    let one = |one: &serde_json::Value| {
        format!(
            "{} {} {}",
            one["at"].as_str().unwrap(),
            one["job"].as_str().unwrap(),
            one["id"]
        )
    };
    fired.map(one).collect()
}

/// Prints an instant of unix seconds.
pub fn utc(unix: i64) -> String {
    linecard::time::Zone::UTC.iso(unix).unwrap()
}
