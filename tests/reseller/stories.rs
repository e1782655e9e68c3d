//! Golden exchanges of the Reseller API: `support::exchanges` says how they are written.

use std::collections::BTreeSet;

use linecard::dialects::xtream::reseller::RESELLER;
use linecard::panel::strictness::Strictness;
use linecard::time::Zone;
use serde_json::Value;

use crate::support::Panel;
use crate::support::exchanges::{differences, differences_on};

const FILES: [(&str, &str); 15] = [
    ("door", include_str!("../data/reseller/door.http")),
    ("general", include_str!("../data/reseller/general.http")),
    ("lines", include_str!("../data/reseller/lines.http")),
    ("devices", include_str!("../data/reseller/devices.http")),
    ("codes", include_str!("../data/reseller/codes.http")),
    ("users", include_str!("../data/reseller/users.http")),
    ("scope", include_str!("../data/reseller/scope.http")),
    ("rights", include_str!("../data/reseller/rights.http")),
    ("order", include_str!("../data/reseller/order.http")),
    ("trials", include_str!("../data/reseller/trials.http")),
    ("expiry", include_str!("../data/reseller/expiry.http")),
    ("lists", include_str!("../data/reseller/lists.http")),
    ("repeats", include_str!("../data/reseller/repeats.http")),
    ("callers", include_str!("../data/reseller/callers.http")),
    ("odd", include_str!("../data/reseller/odd.http")),
];

/// Those of a strict server.
const STRICT: [(&str, &str); 1] = [("strict", include_str!("../data/reseller/strict.http"))];

/// Those of a panel whose time zone is Europe/Berlin.
const ZONE: [(&str, &str); 1] = [("zone", include_str!("../data/reseller/zone.http"))];

#[test]
fn every_call_is_answered_as_the_contract_says() {
    let wrong = differences(&FILES, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_strict_server_refuses_what_an_action_does_not_know() {
    let strict = || Panel::docs_with(|config| config.strict = Strictness::Error);
    let wrong = differences_on(strict, &STRICT, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn instants_are_those_of_the_panels_time_zone() {
    let berlin = || Panel::docs_with(|config| config.timezone = Zone::named("Europe/Berlin").unwrap());
    let wrong = differences_on(berlin, &ZONE, "application/json");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The actions of the Reseller API that the stories call, each with its answer, where both are on one line.
fn told() -> Vec<(&'static str, Value)> {
    let files = FILES.iter().chain(&STRICT).chain(&ZONE);
    let lines: Vec<&str> = files.flat_map(|(_, text)| text.lines()).collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let query = pair[0].strip_prefix("> GET ")?.split_once("/reseller/index.php?")?.1;
        let action = query.split('&').find_map(|field| field.strip_prefix("action="))?;
        let answer = pair[1].strip_prefix("< ")?;
        Some((action, serde_json::from_str(answer).ok()?))
    });
    pairs.collect()
}

#[test]
fn the_stories_tell_of_every_action_and_of_every_failure() {
    let told = told();
    let status = |answer: &Value| answer["status"].as_str().unwrap().to_owned();
    let done: BTreeSet<&str> = told
        .iter()
        .filter(|(_, answer)| status(answer) == "STATUS_SUCCESS")
        .map(|(action, _)| *action)
        .collect();
    let all: BTreeSet<&str> = RESELLER.actions.iter().map(|action| action.name).collect();
    assert_eq!(done, all);
    let failed: BTreeSet<String> = told
        .iter()
        .map(|(_, answer)| status(answer))
        .filter(|status| status != "STATUS_SUCCESS")
        .collect();
    assert_eq!(
        failed,
        RESELLER.failures.iter().map(|status| (*status).to_owned()).collect()
    );
}

#[test]
fn a_success_has_no_error_and_a_failure_nothing_else() {
    for (action, answer) in told() {
        let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
        match answer["status"] == "STATUS_SUCCESS" {
            true => {
                let known = [
                    "status",
                    "data",
                    "recordsTotal",
                    "recordsFiltered",
                    "dry_run",
                    "cost",
                    "credits_after",
                ];
                assert!(
                    keys.iter().all(|key| known.contains(&key.as_str())),
                    "{action}: {keys:?}"
                );
            }
            false => {
                assert_eq!(answer["data"], serde_json::json!({}), "{action}");
                assert!(
                    keys.len() == 3 && answer["error"].as_str().is_some_and(|text| text.ends_with('.')),
                    "{action}"
                );
            }
        }
    }
}
