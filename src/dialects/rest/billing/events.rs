//! The objects of events of webhooks, as the calls answer them (contract "REST APIs", part C).

use serde_json::Value;

use super::objects::{Customer, Invoice, Product, Subscription};
use crate::panel::webhooks::Subject;

/// Returns an object, with links that begin with `base`; `None` if it is none of this part.
pub fn data(subject: &Subject, base: &str) -> Option<Value> {
    let data = match subject {
        Subject::Customer(one) => serde_json::to_value(Customer::from(one.clone())),
        Subject::Product(one) => serde_json::to_value(Product::from(one.clone())),
        Subject::Subscription(one) => serde_json::to_value(Subscription::new((**one).clone(), base)),
        Subject::Invoice(one) => serde_json::to_value(Invoice::from(one.clone())),
        Subject::Line(_) | Subject::Connection(_) => return None,
    };
    data.ok()
}
