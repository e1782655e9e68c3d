//! Whatever was done to a panel, its state as a document makes the same panel again.

use proptest::prelude::*;

use super::invariants::{call, form};
use crate::support::Panel;

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_state_makes_the_same_panel_again(calls in prop::collection::vec(call(), 1..40), yaml: bool) {
        let panel = Panel::docs_with(|config| config.control = true);
        for call in &calls {
            panel.call(call.action, &form(&panel, call));
        }
        let path = if yaml { "/_linecard/state?format=yaml" } else { "/_linecard/state" };
        let state = panel.client().get(path);
        prop_assert_eq!(state.status, 200);
        let other = Panel::small_with(|config| config.control = true);
        let put = other.client().request("PUT", "/_linecard/state", &[], &state.body);
        prop_assert_eq!(put.status, 200, "{}\n{}", put.text(), state.text());
        prop_assert_eq!(other.everything(), panel.everything());
        prop_assert_eq!(other.client().get(path).text(), state.text());
    }
}
