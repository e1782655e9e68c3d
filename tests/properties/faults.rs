//! What a fault meets follows from the seed of chance, the rule and the requests alone: not from the
//! threads that serve, and not from rules that only wait, that are about something else or come after.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Panel;

/// Calls that fail; the first two are made.
const ACTIONS: [&str; 3] = ["get_category", "get_bouquet", "get_group"];

/// Statuses of the rules that are watched begin here, those of the others are all the second.
const WATCHED: u16 = 510;
const OTHER: u16 = 599;

fn when() -> impl Strategy<Value = Value> {
    let times = prop::option::of(1..6u64);
    (0..4u64, times, 1..4u64, 1..=10u32).prop_map(|(skip, times, every, tenths)| {
        json!({ "skip": skip, "times": times, "every": every, "probability": f64::from(tenths) / 10.0 })
    })
}

/// The rules that are watched, by their numbers.
fn watched() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec((0..2usize, when()), 1..4).prop_map(|rules| {
        let rules = (WATCHED..).zip(rules).map(|(status, (action, when))| {
            json!({
                "id": format!("watched-{status}"),
                "match": { "action": ACTIONS[action] },
                "when": when,
                "effect": { "status": status },
            })
        });
        rules.collect()
    })
}

/// A rule that leaves those that come after it alone: it waits, or is about a call that nobody makes.
fn harmless() -> impl Strategy<Value = Value> {
    prop_oneof![
        when().prop_map(|when| json!({ "when": when, "effect": { "delay": { "uniform": ["0ms", "1ms"] } } })),
        when()
            .prop_map(|when| json!({ "match": { "action": ACTIONS[2] }, "when": when, "effect": { "status": OTHER } })),
    ]
}

/// A rule that comes after all others and may fail what they let pass.
fn last() -> impl Strategy<Value = Value> {
    when().prop_map(|when| json!({ "when": when, "effect": { "status": OTHER } }))
}

/// The watched rules with a harmless one before each, as far as there are any, and a last one.
fn among(rules: &[Value], harmless: &[Value], last: &Value) -> Vec<Value> {
    let mut harmless = harmless.iter();
    let mut all = Vec::new();
    for rule in rules {
        all.extend(harmless.next().cloned());
        all.push(rule.clone());
    }
    all.extend(harmless.cloned());
    all.push(last.clone());
    all
}

/// Which of the watched rules each call met, and what the panel counts of them afterwards.
fn outcome(seed: u64, workers: u16, rules: &[Value], calls: &[usize]) -> (Vec<Option<u16>>, Vec<Value>) {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.workers = Some(workers);
        config.rng_seed = Some(seed);
    });
    let rules = Value::from(rules.to_vec()).to_string();
    let taken = panel
        .client()
        .request("PUT", "/_linecard/faults", &[], rules.as_bytes());
    assert_eq!(taken.status, 200, "{taken:?}");
    // Each call comes over a connection of its own, so that the workers take turns.
    let met = calls.iter().map(|call| {
        let query = format!("?api_key=YOUR_KEY&action={}&id=1", ACTIONS[*call]);
        let status = panel.client().get(&(panel.admin_path() + &query)).status;
        (WATCHED..OTHER).contains(&status).then_some(status)
    });
    let met = met.collect();
    let shown = panel.client().get("/_linecard/faults").text();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let watched = shown["faults"].as_array().unwrap().iter();
    let watched = watched.filter(|rule| rule["id"].as_str().unwrap().starts_with("watched"));
    (met, watched.cloned().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn the_same_seed_rules_and_calls_meet_the_same_faults(
        seed in any::<u64>(),
        rules in watched(),
        others in prop::collection::vec(harmless(), 0..5),
        last in last(),
        calls in prop::collection::vec(0..2usize, 1..25),
    ) {
        let (met, shown) = outcome(seed, 1, &rules, &calls);
        for (workers, rules) in [(2, rules.clone()), (4, among(&rules, &others, &last))] {
            let (again, counted) = outcome(seed, workers, &rules, &calls);
            prop_assert_eq!(&again, &met, "{} workers", workers);
            prop_assert_eq!(&counted, &shown, "{} workers", workers);
        }
        // The counters tell of the very calls that failed.
        for rule in &shown {
            let status = rule["effect"]["status"].as_u64().unwrap();
            let failed = met.iter().flatten().filter(|met| u64::from(**met) == status).count();
            prop_assert_eq!(&rule["hits"], &json!(failed));
        }
    }
}
