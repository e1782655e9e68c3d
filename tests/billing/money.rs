//! Money over HTTP: whatever the price and however it is written, invoices add up to it, to the hundredth.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Panel;

/// A call with the documented key: its status and its body.
fn call(panel: &Panel, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let headers = [("Authorization", "Bearer your_api_key_here")];
    let body = if method == "GET" {
        String::new()
    } else {
        body.to_string()
    };
    let answer = panel
        .client()
        .request(method, &format!("/api/v1/{path}"), &headers, body.as_bytes());
    (answer.status, serde_json::from_str(&answer.text()).unwrap())
}

/// A panel whose key may ask 300 times.
fn panel() -> Panel {
    let panel = Panel::docs();
    panel.sql("UPDATE linecard_secrets SET tier = 'enterprise' WHERE kind = 'billing'");
    panel
}

/// The hundredths of an amount as the API prints it.
fn hundredths(amount: &Value) -> i128 {
    let text = amount.as_str().unwrap();
    let (whole, places) = text.split_once('.').unwrap();
    assert_eq!(places.len(), 2, "{text}");
    whole.parse::<i128>().unwrap() * 100 + places.parse::<i128>().unwrap()
}

/// An amount in one of the ways in which it may be sent.
fn written(price: i64, spelling: u8) -> Value {
    let (whole, rest) = (price / 100, price % 100);
    let text = format!("{whole}.{rest:02}");
    match spelling {
        0 => json!(text),
        1 => json!(text.trim_end_matches('0').trim_end_matches('.')),
        2 => json!(format!(" {text}000 ")),
        // As a program prints the number that it has.
        _ => serde_json::from_str(&text).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn invoices_are_the_price_for_each_period_to_the_hundredth(
        price in prop_oneof![0_i64..=1_000, 0_i64..=99_999_999_999, Just(99_999_999_999)],
        spelling in 0_u8..4,
        renewals in prop::collection::vec(1_i64..=36, 0..8),
    ) {
        let panel = panel();
        let (status, product) = call(&panel, "POST", "products", &json!({ "name": "P", "price": written(price, spelling) }));
        prop_assert_eq!(status, 201, "{}", product);
        prop_assert_eq!(hundredths(&product["data"]["price"]), i128::from(price));
        let subscribed = json!({ "customerId": "cust_001", "productId": product["data"]["id"] });
        let (status, subscription) = call(&panel, "POST", "subscriptions", &subscribed);
        prop_assert_eq!(status, 201, "{}", subscription);
        let id = subscription["data"]["id"].as_str().unwrap();
        for periods in &renewals {
            let renewed = call(&panel, "POST", &format!("subscriptions/{id}/renew"), &json!({ "periods": periods }));
            prop_assert_eq!(renewed.0, 200, "{}", renewed.1);
        }
        let (_, invoices) = call(&panel, "GET", &format!("invoices?limit=100&subscriptionId={id}"), &Value::Null);
        let amounts: Vec<i128> = invoices["data"].as_array().unwrap().iter().map(|one| hundredths(&one["amount"])).collect();
        let expected: Vec<i128> = std::iter::once(&1).chain(&renewals).map(|n| i128::from(price) * i128::from(*n)).collect();
        prop_assert_eq!(amounts, expected);
        // What costs nothing is paid, and nothing else is.
        let status = if price == 0 { "paid" } else { "pending" };
        prop_assert!(invoices["data"].as_array().unwrap().iter().all(|one| one["status"] == status), "{}", invoices);
    }

    #[test]
    fn an_amount_that_is_no_whole_number_of_hundredths_is_refused(price in 0_i64..=99_999_999, more in 1_u32..=999) {
        let panel = panel();
        let text = format!("{}.{:02}{more:03}", price / 100, price % 100);
        let refused = json!({ "error": {
            "code": "validation_error",
            "message": "The price field is invalid.",
            "details": [{ "field": "price", "message": "Expected an amount" }],
        }});
        for sent in [json!(text), serde_json::from_str(&text).unwrap()] {
            let answer = call(&panel, "POST", "products", &json!({ "name": "P", "price": sent }));
            prop_assert_eq!(answer, (422, refused.clone()), "{}", text);
            let answer = call(&panel, "PATCH", "products/prod_123", &json!({ "price": sent }));
            prop_assert_eq!(answer, (422, refused.clone()), "{}", text);
        }
        prop_assert_eq!(panel.sql_one("SELECT group_concat(price) FROM linecard_products"), "999");
    }
}
