//! Which addresses are called.

use super::receiver::Receiver;
use super::{deliveries, nxt, settle, telling};

/// What became of the first attempt under these settings.
fn error(panel: &crate::support::Panel) -> String {
    nxt(panel, "POST", "lines", r#"{"package_id":1}"#);
    settle(panel);
    deliveries(panel, "", &["error"]).pop().unwrap()
}

#[test]
fn private_targets_and_plain_http_are_called_only_where_a_setting_says_so() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    panel.set("webhook_private_targets=0");
    let private = "the host's address 127.0.0.1 is private: set webhook_private_targets to let it be told";
    assert_eq!(error(&panel), private);
    // A name that stands for such an address is no way around it.
    let named = format!("http://localhost:{}/", receiver.port());
    panel.sql(&format!("UPDATE linecard_webhooks SET url = '{named}'"));
    let told = error(&panel);
    assert!(
        told.ends_with("is private: set webhook_private_targets to let it be told"),
        "{told}"
    );
    panel.set("webhook_http=0");
    assert_eq!(
        error(&panel),
        "it is no https URL: set webhook_http to let http be used"
    );
    panel.sql("UPDATE linecard_webhooks SET url = 'ftp://127.0.0.1/'");
    assert_eq!(error(&panel), "ftp URLs are not called, only https and http are");
    panel.sql("UPDATE linecard_webhooks SET url = 'nowhere'");
    assert_eq!(error(&panel), "the endpoint's URL is none");
    panel.sql("UPDATE linecard_webhooks SET url = 'https://hooks.example/'");
    assert_eq!(error(&panel), "the host has no address");
    assert_eq!(receiver.all().len(), 0);
    panel.set("webhook_http=1");
    panel.set("webhook_private_targets=1");
    panel.sql(&format!("UPDATE linecard_webhooks SET url = '{named}'"));
    assert_eq!(error(&panel), "null");
    receiver.wait(1);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let server = crate::support::Panel::docs_with(|config| config.tls = Some(linecard::config::TlsMode::SelfSigned));
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    let port = server.host().rsplit_once(':').unwrap().1;
    panel.sql(&format!(
        "UPDATE linecard_webhooks SET url = 'https://localhost:{port}/'"
    ));
    let told = error(&panel);
    assert!(told.starts_with("no TLS: "), "{told}");
}

#[test]
fn a_secret_that_signs_nothing_is_told() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    panel.sql("UPDATE linecard_webhooks SET secret = 'x'");
    assert_eq!(
        error(&panel),
        "the endpoint's secret is not whsec_ and the base64 of 24 to 64 bytes"
    );
    receiver.wait(0);
}
