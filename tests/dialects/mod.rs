//! Dialects as the registry has them: a new one needs nothing but its own module; each tells in its own words
//! that the panel is busy; faults work on answers of either kind.

mod busy;
mod streams;
mod toy;

use linecard::config::Config;
use linecard::dialects::docs;
use linecard::panel::clock::Clock;
use linecard::panel::rng::Rng;
use linecard::server::{Running, Server};

use crate::support::{Answer, Client, NOW};
use toy::WITH_TOY;

/// A panel with the toy and its control plane.
fn panel_with_toy() -> Running {
    let config = Config {
        seed: vec!["docs".parse().unwrap()],
        workers: Some(1),
        control: true,
        test_mode: true,
        ..Config::default()
    };
    let server = Server::bind_with(&config, Clock::frozen(NOW), Rng::seeded(7)).unwrap();
    server.with_dialects(WITH_TOY).spawn().unwrap()
}

fn client(panel: &Running) -> Client {
    Client::new(panel.url().trim_start_matches("http://"))
}

fn get(panel: &Running, path: &str) -> Answer {
    client(panel).get(path)
}

fn control(panel: &Running, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("Content-Type", "application/json")];
    let path = format!("/_linecard/{path}");
    client(panel).request(method, &path, &headers, body.as_bytes())
}

/// The one recorded request to the toy.
fn recorded(panel: &Running) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&control(panel, "GET", "requests?api=toy", "").text()).unwrap();
    assert_eq!(all["requests"].as_array().unwrap().len(), 1, "{all}");
    all["requests"][0].clone()
}

#[test]
fn a_new_dialect_is_routed_journalled_and_counted() {
    let panel = panel_with_toy();
    let answer = get(&panel, "/toy?action=wave");
    assert_eq!((answer.status, answer.text()), (200, format!("waved at {NOW}")));
    let entry = recorded(&panel);
    for (name, value) in [
        ("api", "toy"),
        ("action", "wave"),
        ("handler", "wave"),
        ("outcome", "answered"),
    ] {
        assert_eq!(entry[name], value, "{name} of {entry}");
    }
    assert_eq!((&entry["matched"], &entry["status"]), (&true.into(), &200.into()));
    let metrics = control(&panel, "GET", "metrics", "").text();
    let counted = "linecard_requests_total{api=\"toy\",action=\"wave\",status=\"2xx\"} 1\n";
    assert!(metrics.contains(counted), "{metrics}");
}

#[test]
fn a_new_dialect_is_faulted_in_its_own_words() {
    let panel = panel_with_toy();
    let fault = r#"{"match":{"api":"toy","action":"wave"},"effect":{"answer":"NO HANDS"}}"#;
    assert_eq!(control(&panel, "POST", "faults", fault).status, 200);
    let answer = get(&panel, "/toy?action=wave");
    assert_eq!((answer.status, answer.text()), (200, "toy: NO HANDS".to_owned()));
    let wrong = r#"{"match":{"api":"toy"},"effect":{"answer":"NO FEET"}}"#;
    let refused: serde_json::Value = serde_json::from_str(&control(&panel, "POST", "faults", wrong).text()).unwrap();
    assert_eq!(refused["detail"], r#"toy has no failure "NO FEET""#);
    let unknown = r#"{"match":{"api":"toi"},"effect":{"status":503}}"#;
    let refused: serde_json::Value = serde_json::from_str(&control(&panel, "POST", "faults", unknown).text()).unwrap();
    assert_eq!(
        refused["hint"],
        r#"there are admin, xc_v2, toy, none, webhook; did you mean "toy"?"#
    );
}

#[test]
fn a_new_dialect_is_documented_and_in_openapi() {
    let panel = panel_with_toy();
    let openapi: serde_json::Value = serde_json::from_str(&get(&panel, "/openapi.json").text()).unwrap();
    let wave = &openapi["paths"]["/wave/../toy"]["get"];
    assert_eq!(wave["operationId"], "toy_wave");
    assert_eq!(wave["summary"], "Waves to somebody.");
    let names: Vec<&serde_json::Value> = wave["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["action", "to"]);
    let description = openapi["info"]["description"].as_str().unwrap();
    let titles = "The Xtream-Masters Admin API and the XC v2 API and the toy API, answered by Linecard";
    assert!(description.starts_with(titles), "{description}");
    let page = docs::actions_page(WITH_TOY);
    let chapter = "\n## toy API\n\n\n### Toys\n\n#### wave\n\nWaves to somebody.\n\n| parameter | |\n|---|---|\n\
                   | **`to`** | Who is waved to. |\n";
    assert!(page.contains(chapter), "{page}");
    let table = docs::readme_table(WITH_TOY);
    assert!(
        table.starts_with("| chapter | Admin API | XC v2 API | toy API |\n|---|---|---|---|\n"),
        "{table}"
    );
    assert!(table.ends_with("| Toys (1) |  |  | `wave` |\n"), "{table}");
    assert!(docs::terminal_table(WITH_TOY).ends_with(
        "toy API\n Toys\n  wave                       Waves to somebody.\n                             to\n"
    ));
}

#[test]
fn near_misses_know_a_new_dialect_and_it_knows_the_others() {
    let panel = panel_with_toy();
    for (path, kind, hint) in [
        (
            "/toy?action=wive",
            "unknown_action",
            "there is no wive; did you mean wave?",
        ),
        (
            "/toy?action=get_line",
            "other_api",
            "get_line is an action of the Admin API, at /CODE/admin/index.php",
        ),
        (
            "/access/admin/index.php?api_key=YOUR_KEY&action=wave",
            "other_api",
            "wave is an action of the toy API, at /toy",
        ),
    ] {
        control(&panel, "DELETE", "requests", "");
        get(&panel, path);
        let all: serde_json::Value = serde_json::from_str(&control(&panel, "GET", "unmatched", "").text()).unwrap();
        let near_miss = &all["unmatched"][0]["near_misses"][0];
        assert_eq!(
            (near_miss["kind"].as_str(), near_miss["hint"].as_str()),
            (Some(kind), Some(hint)),
            "{path}"
        );
    }
}

#[test]
fn a_panic_is_told_in_the_dialects_own_words_and_nothing_else_suffers() {
    let panel = panel_with_toy();
    let answer = get(&panel, "/toy?action=wave&as=panic");
    assert_eq!((answer.status, answer.text()), (500, "toy: broken".to_owned()));
    let entry = recorded(&panel);
    assert_eq!((&entry["outcome"], &entry["status"]), (&"answered".into(), &500.into()));
    assert_eq!(get(&panel, "/toy?action=wave").text(), format!("waved at {NOW}"));
}
