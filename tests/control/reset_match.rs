//! A reset of some users alone, on a panel that others use too.

use proptest::prelude::*;

use super::{bad, panel, refused, told};
use crate::support::Panel;

fn add(panel: &Panel, action: &str, params: &str) {
    let answer = panel.call(action, &format!("exp_date=2027-01-01&{params}"));
    assert!(answer.contains("STATUS_SUCCESS"), "{answer}");
}

/// The names of all lines that are no device's, and the MACs of all devices.
fn names(panel: &Panel) -> Vec<String> {
    panel.sql(
        "SELECT username FROM lines WHERE is_mag = 0 AND is_e2 = 0 UNION ALL SELECT mac FROM mag_devices
         UNION ALL SELECT mac FROM enigma2_devices ORDER BY 1",
    )
}

#[test]
fn only_the_users_that_are_meant_go_with_what_is_theirs() {
    let panel = panel();
    for name in ["ci-1", "ci-2", "CI-3", "xci-4"] {
        add(&panel, "create_line", &format!("username={name}"));
    }
    add(&panel, "create_mag", "mac=00:1A:79:AA:00:01");
    add(&panel, "create_enigma", "mac=00:1A:79:AA:00:02");
    panel.sql(
        "INSERT INTO lines_live (user_id, stream_id, server_id, date_start)
         SELECT id, 10, 1, 1773581400 FROM lines WHERE username = 'ci-1'",
    );
    let reset = |user: &str| told(&panel, "POST", "reset", &format!(r#"{{"match":{{"user":"{user}"}}}}"#));
    assert_eq!(
        reset("ci-*"),
        r#"{"epoch":0,"deleted":{"lines":2,"mags":0,"enigmas":0},"streams":6,"lines":4}"#
    );
    assert_eq!(panel.sql("SELECT activity_id FROM lines_live"), ["12345"]);
    assert_eq!(
        reset("00:1A:79:AA:*"),
        r#"{"epoch":0,"deleted":{"lines":0,"mags":1,"enigmas":1},"streams":6,"lines":4}"#
    );
    // Hidden lines go with their devices, and nobody means them by their own usernames.
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM lines WHERE is_mag + is_e2 <> 0"),
        "2"
    );
    assert_eq!(
        reset("mag4510*"),
        r#"{"epoch":0,"deleted":{"lines":0,"mags":0,"enigmas":0},"streams":6,"lines":4}"#
    );
    assert_eq!(
        names(&panel),
        [
            "00:1A:79:00:03:01",
            "AA:BB:CC:00:05:01",
            "CI-3",
            "customer4521",
            "customer4522",
            "xci-4"
        ]
    );
    assert_eq!(
        reset("*"),
        r#"{"epoch":0,"deleted":{"lines":4,"mags":1,"enigmas":1},"streams":6,"lines":0}"#
    );
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "0");
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":1,"streams":6,"lines":2}"#
    );
}

#[test]
fn a_match_that_is_none_of_users_is_refused_and_nothing_goes() {
    let panel = panel();
    let before = names(&panel);
    let hint = r#"send {"match":{"user":"ci-*"}}"#;
    for (body, expected) in [
        (r#"{"match":"ci-*"}"#, bad("`match` is no object", hint)),
        (r#"{"match":null}"#, bad("`match` is no object", hint)),
        (r#"{"match":{}}"#, bad("`match` names no `user`", hint)),
        (r#"{"match":{"user":null}}"#, bad("`match` names no `user`", hint)),
        (
            r#"{"match":{"user":["*"]}}"#,
            bad(
                r#"`user` cannot be ["*"]"#,
                "send text, perhaps with *, or null for none",
            ),
        ),
        (
            r#"{"match":{"user":"*","api":"admin"}}"#,
            bad(r#"a reset cannot match by "api""#, hint),
        ),
        (
            r#"{"match":{"user":"*"},"what":["state"]}"#,
            bad("`what` and `match` are both there", "send one of them"),
        ),
        (
            r#"{"macth":{"user":"*"}}"#,
            bad(r#"there is no member "macth""#, "there are what, seed, match"),
        ),
    ] {
        assert_eq!(refused(&panel, "POST", "reset", body), expected, "{body}");
        assert_eq!(names(&panel), before, "{body}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whoever else is on the panel keeps all that is theirs.
    #[test]
    fn a_prefix_takes_those_who_have_it_and_no_other(
        users in prop::collection::btree_set("[ab]{1,2}-[a-z0-9]{1,6}", 1..12),
        prefix in "[ab]{1,2}-",
    ) {
        let panel = panel();
        for user in &users {
            add(&panel, "create_line", &format!("username={user}"));
        }
        let others = |users: Vec<String>| -> Vec<String> {
            users.into_iter().filter(|user| !user.starts_with(&prefix)).collect()
        };
        let meant = users.iter().filter(|user| user.starts_with(&prefix)).count();
        let rows = format!("SELECT * FROM lines WHERE username NOT GLOB '{prefix}*' ORDER BY id");
        let (before, kept) = (others(names(&panel)), panel.sql(&rows));
        let answer = told(&panel, "POST", "reset", &format!(r#"{{"match":{{"user":"{prefix}*"}}}}"#));
        let deleted = format!(r#""deleted":{{"lines":{meant},"mags":0,"enigmas":0}}"#);
        prop_assert!(answer.contains(&deleted), "{}", answer);
        prop_assert_eq!((names(&panel), panel.sql(&rows)), (before, kept));
    }
}
