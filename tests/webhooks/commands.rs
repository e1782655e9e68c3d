//! `linecard webhook`.

use super::receiver::Receiver;
use crate::support::process::{Served, folder, refused, run};

/// What a command prints, which succeeds.
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_endpoint_is_made_while_the_server_runs_and_its_secret_is_shown_once() {
    let (_kept, db) = folder();
    let settings = ["--set", "webhook_http=1", "--set", "webhook_private_targets=1"];
    let served = Served::start(&[&["--db", &db, "--seed", "docs"], &settings[..]].concat());
    let receiver = Receiver::new();
    let secret = printed(&[
        "webhook",
        "add",
        &receiver.url(),
        "--event",
        "line.created",
        "--db",
        &db,
    ]);
    let secret = secret.trim_end();
    assert!(secret.starts_with("whsec_") && secret.len() == 38, "{secret}");
    let listed = printed(&["webhook", "list", "--db", &db]);
    assert_eq!(listed, format!("1 {} events=line.created\n", receiver.url()));
    let headers = [("Authorization", "Bearer your_api_token_here")];
    let make = || {
        served
            .client()
            .request("POST", "/api/lines", &headers, br#"{"package_id":1}"#)
            .status
    };
    // The server notices within a second.
    assert!(crate::support::soon(|| make() == 201 && !receiver.all().is_empty()));
    assert_eq!(printed(&["webhook", "remove", "1", "--db", &db]), "");
    assert_eq!(printed(&["webhook", "list", "--db", &db]), "");
}

#[test]
fn what_is_refused_says_what_to_change() {
    let (_kept, db) = folder();
    drop(Served::start(&["--db", &db]));
    let said = |arguments: &[&str]| refused(&run(&[arguments, &["--db", &db]].concat()));
    for (url, error) in [
        ("http://hooks.example/", "set webhook_http to let http be used"),
        ("https://127.0.0.1/", "the host's address 127.0.0.1 is private"),
        ("https://[::1]/", "the host's address ::1 is private"),
        ("https://10.1.2.3:8443/", "the host's address 10.1.2.3 is private"),
        (
            "https://169.254.169.254/",
            "the host's address 169.254.169.254 is private",
        ),
        ("https://localhost/", "is private: set webhook_private_targets"),
        ("ftp://hooks.example/", "ftp URLs are not called"),
        ("hooks", "is no URL"),
    ] {
        let told = said(&["webhook", "add", url]);
        assert!(told.contains(error), "{url}: {told}");
    }
    let told = said(&["webhook", "add", "https://hooks.example/", "--event", "line.create"]);
    assert!(told.contains("there is no event \"line.create\"") && told.contains("did you mean \"line.created\"?"));
    assert!(said(&["webhook", "remove", "7"]).contains("there is no webhook 7"));
    assert_eq!(printed(&["webhook", "list", "--db", &db]), "");
    printed(&["webhook", "add", "https://hooks.example/", "--db", &db]);
    assert_eq!(
        printed(&["webhook", "list", "--db", &db]),
        "1 https://hooks.example/ events=all\n"
    );
}
