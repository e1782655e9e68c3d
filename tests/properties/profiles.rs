//! A profile leaves nothing behind: once it is taken back, a panel answers byte by byte as one that
//! never had it.

use linecard::panel::profiles::PROFILES;
use proptest::prelude::*;
use serde_json::json;

use super::dialects::{call, run};
use crate::support::Panel;

/// What is asked of the Admin API, failures among it.
const ADMIN: [&str; 14] = [
    "user_info",
    "get_packages",
    "get_package&id=1",
    "get_lines",
    "get_line&id=4521",
    "get_line&id=0",
    "get_mags&limit=100",
    "get_mag&id=301",
    "get_users",
    "get_bouquets",
    "get_blocked_isps",
    "credit_logs",
    "mysql_query&query=SELECT+*+FROM+lines",
    "no_action",
];

/// What is asked of the XC v2 API; how the host fares is not part of it.
const V2: [&str; 5] = [
    "user&sub=info&username=customer4521&password=securepass",
    "line&sub=info&username=customer4521&password=securepass",
    "stb&sub=info&mac=00:1A:79:00:00:01",
    "reg_user&sub=list",
    "stream&sub=list",
];

/// Status, content type and body.
type Told = (u16, Option<String>, String);

fn told(panel: &Panel, path: &str) -> Told {
    let answer = panel.client().get(path);
    let kind = answer.header("content-type").map(str::to_owned);
    (answer.status, kind, answer.text())
}

/// Every answer of both dialects.
fn everything(panel: &Panel) -> Vec<Told> {
    let admin = ADMIN
        .iter()
        .map(|call| format!("/access/?api_key=YOUR_KEY&action={call}"));
    let v2 = V2.iter().map(|call| format!("/api.php?action={call}"));
    admin.chain(v2).map(|path| told(panel, &path)).collect()
}

fn put(panel: &Panel, profiles: &[&str]) {
    let body = json!({ "profiles": profiles }).to_string();
    let put = panel
        .client()
        .request("PUT", "/_linecard/profile", &[], body.as_bytes());
    assert_eq!(put.status, 200, "{put:?}");
}

fn names() -> Vec<&'static str> {
    PROFILES.iter().map(|profile| profile.name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn a_panel_whose_profiles_were_taken_back_answers_as_one_that_never_had_them(
        profiles in prop::sample::subsequence(names(), 1..=PROFILES.len()),
        first in prop::collection::vec(call(), 0..10),
        then in prop::collection::vec(call(), 1..10),
    ) {
        let control = || Panel::docs_with(|config| config.control = true);
        let (never, back) = (control(), control());
        for call in first {
            prop_assert_eq!(run(&back, call), run(&never, call));
        }
        let before = everything(&back);
        put(&back, &profiles);
        let with = everything(&back);
        // What changes answers that were asked for here is seen to do so.
        if ["xui", "v2_modern"].iter().any(|name| profiles.contains(name)) {
            prop_assert!(with != before, "{:?} changed nothing", profiles);
        }
        put(&back, &[]);
        prop_assert_eq!(everything(&back), before);
        for call in then {
            prop_assert_eq!(run(&back, call), run(&never, call));
        }
        prop_assert_eq!(everything(&back), everything(&never));
    }
}
