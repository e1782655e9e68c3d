//! The same seed, generator, clock and calls give the same bytes: answer by answer, and the whole
//! database at the end, however many threads serve.

use proptest::prelude::*;

use super::dialects::{Call, call, run};
use crate::support::Panel;

/// What a panel answers to these calls, and its database afterwards as a file.
fn outcome(workers: u16, calls: &[Call]) -> (Vec<String>, Vec<u8>) {
    let panel = Panel::docs_with(|config| {
        config.workers = Some(workers);
        config.control = true;
    });
    // Each call comes over a connection of its own, so that the workers take turns.
    let answers = calls.iter().map(|call| run(&panel, *call)).collect();
    (answers, image(&panel))
}

fn image(panel: &Panel) -> Vec<u8> {
    let taken = panel
        .client()
        .request("POST", "/_linecard/snapshots", &[], br#"{"name":"end"}"#);
    assert_eq!(taken.text(), r#"{"name":"end","replaced":false}"#);
    panel.client().get("/_linecard/snapshots/end").body
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_same_calls_give_the_same_bytes_with_any_number_of_workers(calls in prop::collection::vec(call(), 1..25)) {
        let (answers, database) = outcome(1, &calls);
        for workers in [2, 4] {
            let (again, other) = outcome(workers, &calls);
            prop_assert_eq!(&again, &answers, "{} workers", workers);
            prop_assert!(other == database, "{} workers: the databases differ", workers);
        }
    }
}
