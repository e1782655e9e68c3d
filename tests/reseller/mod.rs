//! The Reseller API over HTTP (contract "Reseller API").

mod cases;
mod dry_run;
mod keys;
mod log;
#[cfg(unix)]
mod restart;
mod stories;

use crate::support::Panel;

/// The path of the Reseller API with the `docs` seed.
const PATH: &str = "/access/reseller/index.php";

/// What an action is answered that the `docs` seed's reseller calls. `params` is form text.
fn asked(panel: &Panel, action: &str, params: &str) -> String {
    asked_with(panel, "RESELLER_KEY", action, params)
}

/// The same with this key.
fn asked_with(panel: &Panel, key: &str, action: &str, params: &str) -> String {
    ask(
        panel,
        "GET",
        &format!("api_key={key}&action={action}&{params}"),
        &[],
        "",
    )
}

/// The body of an answer with status 200.
fn ask(panel: &Panel, method: &str, query: &str, headers: &[(&str, &str)], body: &str) -> String {
    let answer = panel
        .client()
        .request(method, &format!("{PATH}?{query}"), headers, body.as_bytes());
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json")),
        "{answer:?}"
    );
    answer.text()
}
