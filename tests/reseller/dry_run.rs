//! `dry_run` of every action that writes (contract "Reseller API", section 4).

use std::collections::BTreeSet;

use linecard::dialects::xtream::reseller::RESELLER;

use super::cases::{CASES, Case, panel};
use super::{asked, asked_with};
use crate::support::{Panel, block_on};

/// The whole database, as a file of it would be.
fn image(panel: &Panel) -> Vec<u8> {
    block_on(panel.inner().store().image()).unwrap().bytes().unwrap()
}

/// What is read through the doors, beside the bytes of the database.
fn seen(panel: &Panel) -> Vec<String> {
    let own = [
        "user_info",
        "get_lines",
        "get_mags",
        "get_enigmas",
        "get_activecodes",
        "get_users",
        "user_logs",
    ];
    let mut seen: Vec<String> = own.iter().map(|action| asked(panel, action, "")).collect();
    // The key of an account is known in memory.
    seen.push(asked_with(panel, "SUB_KEY", "user_info", ""));
    seen.extend(["user_info", "get_lines", "user_logs", "credit_logs"].map(|action| panel.call(action, "")));
    seen
}

#[test]
fn every_writing_action_can_be_tried_and_nothing_changes() {
    let mut covered = BTreeSet::new();
    for case in &CASES {
        covered.insert(case.action);
        let Case {
            action,
            params,
            receipt: (cost, after),
            new,
        } = case;
        let done = asked(&panel(), action, params);
        assert!(done.starts_with(r#"{"status":"STATUS_SUCCESS""#), "{action}: {done}");
        let mut expected = done.strip_suffix('}').unwrap().to_owned();
        for id in *new {
            assert!(expected.contains(id), "{action}: {done}");
            expected = expected.replacen(id, &format!("{}:0", id.split(':').next().unwrap()), 1);
        }
        expected += &format!(r#","dry_run":1,"cost":{cost},"credits_after":{after}}}"#);
        let panel = panel();
        let before = (image(&panel), seen(&panel));
        let tried = asked(&panel, action, &format!("{params}&dry_run=1"));
        assert_eq!(tried, expected, "{action}");
        assert!(
            before == (image(&panel), seen(&panel)),
            "{action} has changed something"
        );
        // The call itself changes something, so that the comparison can fail.
        asked(&panel, action, params);
        assert!(before.0 != image(&panel), "{action} is not seen");
    }
    let writing = RESELLER
        .actions
        .iter()
        .filter(|action| action.writes())
        .map(|action| action.name);
    assert_eq!(covered, writing.collect());
}

#[test]
fn a_dry_run_fails_as_the_call_does_and_changes_nothing() {
    let panel = panel();
    let before = image(&panel);
    for (action, params) in [
        ("create_line", "package=1&username=customer4521&password=securepass"),
        ("create_line", "package=99"),
        ("create_line", "package=1&bouquets_selected=x"),
        ("create_mag", "package=1&mac=00:1A:79:00:03:01"),
        ("create_enigma", "package=1"),
        ("create_activecode", "package=1&code=code0010"),
        ("edit_line", "id=4521&package=1&username=customer4522"),
        ("edit_mag", "id=301&mac=nonsense"),
        ("extend_line", "id=99&package=1"),
        ("delete_line", "id=99"),
        ("convert_mag", "id=99"),
        ("create_user", "username=reseller88"),
        ("edit_user", "id=88"),
        ("delete_user", "id=88"),
        ("adjust_credits", "id=200&credits=50.01"),
        ("adjust_credits", "id=200&credits=-10.01"),
    ] {
        let tried = asked(&panel, action, &format!("{params}&dry_run=1"));
        assert!(!tried.contains("STATUS_SUCCESS"), "{action}: {tried}");
        assert_eq!(tried, asked(&panel, action, params), "{action}");
        assert!(before == image(&panel), "{action} has changed something");
    }
}

#[test]
fn a_dry_run_is_told_to_no_endpoint_and_is_in_no_audit() {
    let panel = panel();
    panel.sql(
        "INSERT INTO linecard_webhooks (url, secret, active)
         VALUES ('http://127.0.0.1:9/', 'whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u', 1)",
    );
    let count = |table: &str| -> i64 { panel.sql_one(&format!("SELECT count(*) FROM {table}")).parse().unwrap() };
    let written = || ["linecard_webhook_events", "linecard_audit", "users_logs"].map(count);
    let before = written();
    for Case { action, params, .. } in &CASES {
        let tried = asked(&panel, action, &format!("{params}&dry_run=1"));
        assert!(tried.starts_with(r#"{"status":"STATUS_SUCCESS""#), "{action}: {tried}");
        assert_eq!(written(), before, "{action}");
    }
    // What is done is told, so that the comparison can fail.
    asked(&panel, "create_line", "package=1");
    let after = written();
    assert!((0..3).all(|at| after[at] > before[at]), "{before:?} {after:?}");
}
