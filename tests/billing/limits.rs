//! How many requests a key may make in a minute of the panel's clock (contract "REST APIs", B2).

use super::{advance, control};
use crate::support::{NOW, Panel};

const PATH: &str = "/api/v1/customers/cust_001";

/// The status of a call, what is left of the window, and its end.
fn call(panel: &Panel, key: &str) -> (u16, Option<String>, Option<String>) {
    let key = format!("Bearer {key}");
    let answer = panel.client().request("GET", PATH, &[("Authorization", &key)], b"");
    let header = |name: &str| answer.header(name).map(str::to_owned);
    (
        answer.status,
        header("x-ratelimit-remaining"),
        header("x-ratelimit-reset"),
    )
}

fn told(status: u16, remaining: u32, reset: i64) -> (u16, Option<String>, Option<String>) {
    (status, Some(remaining.to_string()), Some(reset.to_string()))
}

#[test]
fn the_sixty_first_request_of_a_minute_is_refused_and_who_waits_is_admitted() {
    let panel = Panel::docs_seeded(7);
    let good = "your_api_key_here";
    // A wrong secret counts for no key.
    assert_eq!(call(&panel, "your_api_token_here"), (401, None, None));
    for left in (0..60).rev() {
        assert_eq!(call(&panel, good), told(200, left, NOW + 60));
    }
    advance(&panel, "PT20S");
    assert_eq!(call(&panel, good), told(429, 0, NOW + 60));
    let headers = [("Authorization", "Bearer your_api_key_here")];
    let body = br#"{"email":"john@example.com","name":"John"}"#;
    let refused = panel.client().request("POST", "/api/v1/customers", &headers, body);
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("40")));
    assert_eq!(
        refused.text(),
        r#"{"error":{"code":"rate_limit_exceeded","message":"Rate limit exceeded.","details":[]}}"#
    );
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM linecard_customers"),
        "2",
        "nothing was executed"
    );
    advance(&panel, "PT40S");
    assert_eq!(call(&panel, good), told(200, 59, NOW + 120));
    // A reset of the state begins the windows anew.
    control(&panel, "POST", "reset", "{}");
    assert_eq!(call(&panel, good), told(200, 59, NOW + 60));
}

#[test]
fn each_key_has_a_window_and_a_tier_of_its_own() {
    let panel = Panel::docs_seeded(7);
    // The SHA-256 of "another_key".
    let hash = "f12aca0581d81554852c5cb1314ee230395b349bdf828bb3e1ce8d556cfd4c5a";
    let scopes = r#"["customers:read"]"#;
    panel.sql(&format!(
        "INSERT INTO linecard_secrets (kind, name, hash, scopes, tier) VALUES ('billing', 'crm', '{hash}', '{scopes}', 'enterprise')"
    ));
    assert_eq!(call(&panel, "your_api_key_here"), told(200, 59, NOW + 60));
    assert_eq!(call(&panel, "another_key"), told(200, 299, NOW + 60));
    assert_eq!(call(&panel, "your_api_key_here"), told(200, 58, NOW + 60));
}
