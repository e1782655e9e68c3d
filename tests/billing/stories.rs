//! The billing API over HTTP, byte by byte.

use crate::support::exchanges::differences;

const FILES: [(&str, &str); 5] = [
    ("customers", include_str!("../data/billing/customers.http")),
    ("door", include_str!("../data/billing/door.http")),
    ("products", include_str!("../data/billing/products.http")),
    ("subscriptions", include_str!("../data/billing/subscriptions.http")),
    ("invoices", include_str!("../data/billing/invoices.http")),
];

#[test]
fn every_call_is_answered_as_the_contract_says() {
    let wrong = differences(&FILES, "application/json; charset=utf-8");
    assert!(wrong.is_empty(), "{wrong}");
}
