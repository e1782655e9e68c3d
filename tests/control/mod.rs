//! The control plane over HTTP: what a test steers a panel with (contract "The fixture").

mod clock;
mod dated;
mod faults;
mod har;
mod journal;
mod metrics;
#[cfg(unix)]
mod metrics_bind;
mod near_misses;
mod prefix;
mod profile;
mod reach;
mod reset_match;
mod routes;
mod sessions;
mod state;
mod state_document;
mod stream;
mod strict;
mod transitions;
mod verify;
mod why;
mod worlds;

use crate::support::{Answer, Panel};

/// A panel with the `docs` seed and its control plane.
fn panel() -> Panel {
    Panel::docs_with(|config| config.control = true)
}

/// A request to the control plane.
pub fn ask(panel: &Panel, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("Content-Type", "application/json")];
    let path = format!("/_linecard/{path}");
    panel.client().request(method, &path, &headers, body.as_bytes())
}

/// The body of a request that succeeds.
pub fn told(panel: &Panel, method: &str, path: &str, body: &str) -> String {
    let answer = ask(panel, method, path, body);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json")),
        "{answer:?}"
    );
    answer.text()
}

/// The status and the body of a request that is refused.
pub fn refused(panel: &Panel, method: &str, path: &str, body: &str) -> (u16, String) {
    let answer = ask(panel, method, path, body);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer:?}"
    );
    (answer.status, answer.text())
}

/// The whole text of a refusal.
pub fn problem(kind: &str, title: &str, status: u16, detail: &str, hint: &str) -> (u16, String) {
    let members = [
        ("type", serde_json::json!(format!("linecard:{kind}"))),
        ("title", serde_json::json!(title)),
        ("status", serde_json::json!(status)),
        ("detail", serde_json::json!(detail)),
        ("hint", serde_json::json!(hint)),
    ];
    let members = members.map(|(name, value)| (name.to_owned(), value));
    (
        status,
        serde_json::Value::Object(members.into_iter().collect()).to_string(),
    )
}

/// A request that cannot be understood.
pub fn bad(detail: &str, hint: &str) -> (u16, String) {
    problem("bad_request", "Bad Request", 400, detail, hint)
}
