//! `linecard token` and `linecard key`, and the options that give a new panel one of each.

use crate::support::process::{Served, folder, refused, run};
use crate::support::soon;

/// The status of a call with a secret.
fn status(served: &Served, path: &str, secret: &str) -> u16 {
    let authorization = format!("Bearer {secret}");
    let headers = [("Authorization", authorization.as_str())];
    served.client().request("GET", path, &headers, b"").status
}

/// What a command prints, which succeeds.
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_token_is_shown_once_and_good_until_it_is_replaced_or_revoked() {
    let (_kept, db) = folder();
    // It is asked until it knows.
    let served = Served::start(&["--db", &db, "--set", "wrong_secrets=0"]);
    let token = printed(&[
        "token",
        "create",
        "shop",
        "--permission",
        "view_packages",
        "--ttl",
        "30d",
        "--db",
        &db,
    ]);
    let token = token.trim_end();
    assert!(token.starts_with("nxt_") && token.len() == 44, "{token}");
    // The server notices within a second.
    assert!(soon(|| status(&served, "/api/packages", token) == 200));
    assert_eq!(status(&served, "/api/lines", token), 403);
    assert_eq!(status(&served, "/api/v1/customers", token), 401);
    let listed = printed(&["token", "list", "--db", &db]);
    assert!(listed.starts_with("shop scopes=view_packages created="), "{listed}");
    assert!(!listed.contains(token) && !listed.contains("expires=never"), "{listed}");
    let other = printed(&["token", "regenerate", "shop", "--db", &db]);
    assert!(soon(|| status(&served, "/api/packages", other.trim_end()) == 200));
    assert_eq!(status(&served, "/api/packages", token), 401);
    assert_eq!(printed(&["token", "revoke", "shop", "--db", &db]), "");
    assert!(soon(|| status(&served, "/api/packages", other.trim_end()) == 401));
    assert_eq!(printed(&["token", "list", "--db", &db]), "");
    let key = printed(&[
        "key",
        "create",
        "crm",
        "--tier",
        "enterprise",
        "--scope",
        "customers:read",
        "--db",
        &db,
    ]);
    assert!(key.starts_with("bp_"), "{key}");
    assert!(soon(|| status(&served, "/api/v1/customers", key.trim_end()) == 200));
    assert_eq!(status(&served, "/api/v1/products", key.trim_end()), 403);
    let listed = printed(&["key", "list", "--db", &db]);
    assert!(
        listed.starts_with("crm tier=enterprise scopes=customers:read created="),
        "{listed}"
    );
    printed(&["key", "revoke", "crm", "--db", &db]);
    assert!(soon(|| status(&served, "/api/v1/customers", key.trim_end()) == 401));
}

#[test]
fn what_is_refused_says_what_to_change() {
    let (_kept, db) = folder();
    drop(Served::start(&["--db", &db]));
    let said = |arguments: &[&str]| refused(&run(&[arguments, &["--db", &db]].concat()));
    assert!(said(&["token", "create", "shop", "--permission", "view_package"]).contains("did you mean view_packages?"));
    assert!(said(&["token", "create", "shop", "--ttl", "30x"]).contains("not a span of time such as 30m, 12h or 30d"));
    assert!(said(&["token", "create", " "]).contains("a name has 1 to 100 characters"));
    assert!(said(&["token", "revoke", "shop"]).contains("there is none named \"shop\""));
    assert!(said(&["token", "regenerate", "shop"]).contains("there is none named \"shop\""));
    printed(&["key", "create", "crm", "--db", &db]);
    assert!(said(&["key", "create", "crm"]).contains("there is one named \"crm\" already"));
    assert!(said(&["key", "create", "x", "--tier", "gold"]).contains("gold"));
    assert!(said(&["key", "create", "x", "--scope", "customer:read"]).contains("did you mean customers:read?"));
}

#[test]
fn options_give_a_new_panel_a_token_and_a_key() {
    let options = [
        "--db",
        ":memory:",
        "--nxt-token",
        "my_own_token",
        "--billing-key",
        "my_own_key",
    ];
    let served = Served::start(&options);
    assert_eq!(status(&served, "/api/status", "my_own_token"), 200);
    assert_eq!(status(&served, "/api/v1/invoices", "my_own_key"), 200);
    // A seed may have it already, but not for something else.
    let served = Served::start(&[&options[..2], &["--seed", "docs", "--nxt-token", "your_api_token_here"]].concat());
    assert_eq!(status(&served, "/api/status", "your_api_token_here"), 200);
    let wrong = [
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--db",
        ":memory:",
        "--seed",
        "docs",
        "--nxt-token",
        "your_api_key_here",
    ];
    let said = refused(&run(&wrong));
    assert!(
        said.contains("--nxt-token is a secret of the seed for something else; choose another"),
        "{said}"
    );
    assert!(!said.contains("your_api_key_here"), "{said}");
}
