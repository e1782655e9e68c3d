//! The objects of events of webhooks, as the calls answer them (contract "REST APIs", part C).

use serde_json::Value;

use super::{customers, invoices, products, subscriptions};
use crate::panel::webhooks::Subject;

/// Returns an object, with links that begin with `base`; `None` if it is none of this part.
pub fn data(subject: &Subject, base: &str) -> Option<Value> {
    Some(match subject {
        Subject::Customer(one) => customers::shown(one),
        Subject::Product(one) => products::shown(one),
        Subject::Subscription(one) => subscriptions::shown(one, base),
        Subject::Invoice(one) => invoices::shown(one),
        Subject::Line(_) | Subject::Connection(_) => return None,
    })
}
