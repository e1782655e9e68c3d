//! Whatever a receiver does: each event comes at least once until it is given up, and those of one object in their order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::Value;

use super::receiver::{Receiver, Reply};
use super::{deliveries, nxt, settle, telling};
use crate::billing::advance;

/// One step: suspend or enable one of the lines, or advance the clock.
#[derive(Clone, Copy, Debug)]
enum Step {
    Switch(usize),
    Advance(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_usize).prop_map(Step::Switch),
        1 => prop_oneof![Just(1), Just(5), Just(40), Just(700)].prop_map(Step::Advance),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_event_comes_at_least_once_and_in_order_per_object(
        steps in prop::collection::vec(step(), 1..25),
        failures in prop::collection::vec(prop_oneof![Just(200_u16), Just(500), Just(0), Just(302)], 0..25),
    ) {
        // Of each attempt: the object, the event's number, and whether the receiver took it.
        let got: Arc<Mutex<Vec<(i64, String, bool)>>> = Arc::default();
        let (log, mut left) = (Arc::clone(&got), failures.into_iter());
        let receiver = Receiver::answering(move |one| {
            let status = left.next().unwrap_or(200);
            let line = one.data()["id"].as_i64().unwrap();
            log.lock().unwrap().push((line, one.header("webhook-id").to_owned(), status == 200));
            if status == 0 { Reply::Close } else { Reply::Status(status) }
        });
        let panel = telling(&receiver, &["line.suspended", "line.unsuspended"]);
        let lines = [0; 3].map(|_| nxt(&panel, "POST", "lines", r#"{"package_id":1}"#)["id"].as_i64().unwrap());
        let mut expected: BTreeMap<i64, usize> = BTreeMap::new();
        let mut is_on = [true; 3];
        for step in steps {
            match step {
                Step::Switch(at) => {
                    let call = if is_on[at] { "suspend" } else { "unsuspend" };
                    nxt(&panel, "POST", &format!("lines/{}/{call}", lines[at]), "");
                    is_on[at] = !is_on[at];
                    *expected.entry(lines[at]).or_default() += 1;
                }
                Step::Advance(seconds) => drop(advance(&panel, &format!("PT{seconds}S"))),
            }
        }
        advance(&panel, "P3D");
        settle(&panel);
        prop_assert_eq!(deliveries(&panel, "?status=pending", &["id"]), Vec::<String>::new());
        let given_up: Vec<String> = deliveries(&panel, "?status=failed", &["event_id"]);
        let got = got.lock().unwrap();
        for (line, number) in expected {
            let own: Vec<&(i64, String, bool)> = got.iter().filter(|(of, ..)| *of == line).collect();
            // Attempts never go back to an earlier event.
            prop_assert!(own.is_sorted_by_key(|(_, id, _)| id.clone()), "{own:?}");
            let mut taken: Vec<&str> = own.iter().filter(|(.., taken)| *taken).map(|(_, id, _)| id.as_str()).collect();
            taken.dedup();
            let given_up = own.iter().map(|(_, id, _)| id).filter(|id| given_up.contains(id));
            let given_up: std::collections::BTreeSet<&String> = given_up.collect();
            prop_assert_eq!(taken.len() + given_up.len(), number, "{:?}", own);
        }
    }
}

/// A server that is killed while it delivers loses nothing: it is started again until all was delivered.
#[cfg(unix)]
#[test]
fn no_event_is_lost_by_kill_9() {
    use crate::support::process::{Served, folder, run};
    use crate::support::soon;

    let (_kept, db) = folder();
    let arguments = [
        "--db",
        &db,
        "--set",
        "webhook_http=1",
        "--set",
        "webhook_private_targets=1",
    ];
    let start = |more: &[&str]| Served::start(&[&arguments[..], more].concat());
    // Taken, but some of it so late that the server may be dead by then.
    let mut count = 0_u64;
    let receiver = Receiver::answering(move |_| {
        count += 1;
        std::thread::sleep(std::time::Duration::from_millis(count % 4 * 7));
        Reply::Status(200)
    });
    drop(start(&["--seed", "docs"]));
    let added = run(&["webhook", "add", &receiver.url(), "--db", &db]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let mut made: Vec<i64> = Vec::new();
    for round in 0..4 {
        let served = start(&[]);
        for _ in 0..(6 + round * 3) {
            let headers = [("Authorization", "Bearer your_api_token_here")];
            let mut client = served.client();
            let answer = client.request("POST", "/api/lines", &headers, br#"{"package_id":1}"#);
            assert_eq!(answer.status, 201, "{}", answer.text());
            let id = serde_json::from_slice::<Value>(&answer.body).unwrap()["id"]
                .as_i64()
                .unwrap();
            let answer = client.request("POST", &format!("/api/lines/{id}/suspend"), &headers, b"");
            assert_eq!(answer.status, 200);
            made.push(id);
        }
        // Dropping it kills it.
        served.signal("-KILL");
        drop(served);
    }
    let served = start(&[]);
    let events_of = |line: i64| -> Vec<String> {
        let all = receiver.all().into_iter().filter(|one| one.data()["id"] == line);
        let mut events: Vec<String> = all.map(|one| one.event()).collect();
        // The same event may come twice.
        events.dedup();
        events
    };
    let last = *made.last().unwrap();
    assert!(soon(|| events_of(last).len() == 2), "{:?}", events_of(last));
    let is_all = || {
        made.iter()
            .all(|line| events_of(*line) == ["line.created", "line.suspended"])
    };
    assert!(
        soon(is_all),
        "{:?}",
        made.iter().map(|line| events_of(*line)).collect::<Vec<_>>()
    );
    drop(served);
}
