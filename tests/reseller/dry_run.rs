//! `dry_run` of every action that writes (contract "Reseller API", section 4).

use std::collections::BTreeSet;

use linecard::dialects::xtream::reseller::RESELLER;

use super::asked;
use crate::support::{Panel, block_on};

/// What the cases below need beside the `docs` seed.
const ROWS: [&str; 4] = [
    "UPDATE lines SET member_id = 88 WHERE id IN (4510, 4511)",
    "INSERT INTO users (id, username, member_group_id, owner_id, credits, date_registered) VALUES (200, 'sub0', 2, 88, 1000, 0)",
    "INSERT INTO activecodes (id, code, member_id) VALUES (10, 'CODE0010', 88)",
    "UPDATE users_groups SET create_sub_resellers_price = 250 WHERE group_id = 3",
];

/// A call that writes.
struct Case {
    action: &'static str,
    params: &'static str,
    /// What it would take from the balance of 50.00, and what would be left.
    receipt: (&'static str, &'static str),
    /// Ids of the answer that nothing has when the call is only tried.
    new: &'static [&'static str],
}

const fn free(action: &'static str, params: &'static str) -> Case {
    Case {
        action,
        params,
        receipt: ("0.00", "50.00"),
        new: &[],
    }
}

const fn bought(action: &'static str, params: &'static str) -> Case {
    Case {
        receipt: ("5.00", "45.00"),
        ..free(action, params)
    }
}

const fn made(action: &'static str, params: &'static str, new: &'static [&'static str]) -> Case {
    Case {
        new,
        ..bought(action, params)
    }
}

const CASES: [Case; 35] = [
    made(
        "create_line",
        "package=1&username=customer1&password=securepass",
        &["\"id\":4523"],
    ),
    made("create_line", "package=1", &["\"id\":4523"]),
    made(
        "create_mag",
        "package=1&mac=00:1A:79:AB:CD:EF",
        &["\"id\":302", "\"mag_id\":302", "\"user_id\":4523"],
    ),
    made(
        "create_enigma",
        "package=1&mac=00:1A:79:AB:CD:EF",
        &["\"id\":502", "\"device_id\":502", "\"user_id\":4523"],
    ),
    made("create_activecode", "package=1", &["\"id\":11"]),
    Case {
        receipt: ("2.50", "47.50"),
        ..made(
            "create_user",
            "username=subreseller1&password=securepass",
            &["\"id\":201"],
        )
    },
    Case {
        receipt: ("0.00", "50.00"),
        ..made("create_line", "package=6&trial=1", &["\"id\":4523"])
    },
    bought("edit_line", "id=4521&package=1&username=customer9"),
    bought("edit_mag", "id=301&package=1&mac=00:1A:79:AB:CD:EF"),
    bought("edit_enigma", "id=501&package=1&cpu=arm"),
    bought("edit_activecode", "id=10&package=1"),
    bought("extend_line", "id=4521&package=1"),
    free("edit_line", "id=4521&reseller_notes=x&member_id=200&isp_clear=1"),
    free("edit_line", "id=4521"),
    free("edit_line", "id=4521&package=6&trial=1"),
    free("edit_mag", "id=301&mac=00:1A:79:AB:CD:EF&sn=x&reseller_notes=x"),
    free("edit_enigma", "id=501&cpu=arm&reseller_notes=x"),
    free("edit_activecode", "id=10&reseller_notes=x"),
    free("edit_user", "id=200&username=subreseller1&password=securepass&notes=x"),
    free("delete_line", "id=4522"),
    free("delete_mag", "id=301"),
    free("delete_enigma", "id=501"),
    free("delete_activecode", "id=10"),
    Case {
        receipt: ("0.00", "60.00"),
        ..free("delete_user", "id=200")
    },
    free("disable_line", "id=4522"),
    free("enable_line", "id=4522"),
    free("disable_mag", "id=301"),
    free("enable_mag", "id=301"),
    free("disable_enigma", "id=501"),
    free("enable_enigma", "id=501"),
    free("disable_activecode", "id=10"),
    free("enable_activecode", "id=10"),
    free("convert_mag", "id=301"),
    free("convert_enigma", "id=501"),
    Case {
        receipt: ("7.25", "42.75"),
        ..free("adjust_credits", "id=200&credits=7.25")
    },
];

/// Those whose answer is a status alone, and that have one case here as well.
const SWITCHES: [&str; 2] = ["disable_user", "enable_user"];

fn panel() -> Panel {
    let panel = Panel::docs();
    ROWS.iter().for_each(|sql| drop(panel.sql(sql)));
    panel
}

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
    seen.extend(["user_info", "get_lines", "user_logs", "credit_logs"].map(|action| panel.call(action, "")));
    seen
}

#[test]
fn every_writing_action_can_be_tried_and_nothing_changes() {
    let mut covered = BTreeSet::new();
    let switches = SWITCHES.map(|action| free(action, "id=200"));
    for case in CASES.iter().chain(&switches) {
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
