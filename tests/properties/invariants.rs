//! Whatever is created, edited, banned, converted and deleted in whatever order, the tables stay
//! consistent with each other.

use linecard::panel::invariants;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::Panel;

/// One call: an action and which of the ids made so far it is about.
#[derive(Clone, Debug)]
pub struct Call {
    pub action: &'static str,
    pick: usize,
    number: usize,
}

const ACTIONS: [&str; 34] = [
    "create_line",
    "create_line",
    "create_line",
    "edit_line",
    "delete_line",
    "ban_line",
    "unban_line",
    "disable_line",
    "enable_line",
    "create_mag",
    "create_mag",
    "edit_mag",
    "delete_mag",
    "ban_mag",
    "disable_mag",
    "convert_mag",
    "create_enigma",
    "create_enigma",
    "edit_enigma",
    "delete_enigma",
    "convert_enigma",
    "create_user",
    "edit_user",
    "delete_user",
    "adjust_credits",
    "create_bouquet",
    "delete_bouquet",
    "create_group",
    "delete_group",
    "create_category",
    "delete_category",
    "stop_stream",
    "start_stream",
    "kill_connection",
];

pub fn call() -> impl Strategy<Value = Call> {
    (0..ACTIONS.len(), 0..12usize, 0..6usize).prop_map(|(action, pick, number)| Call {
        action: ACTIONS[action],
        pick,
        number,
    })
}

/// An id of the right table: one of those that there are, or now and then one that is not.
fn id(panel: &Panel, call: &Call) -> i64 {
    let (table, key) = match call.action.split_once('_').unwrap().1 {
        "line" => ("lines", "id"),
        "mag" => ("mag_devices", "mag_id"),
        "enigma" => ("enigma2_devices", "device_id"),
        "user" | "credits" => ("users", "id"),
        "bouquet" => ("bouquets", "id"),
        "group" => ("users_groups", "group_id"),
        "category" => ("streams_categories", "id"),
        _ => ("streams", "id"),
    };
    let ids = panel.sql(&format!(
        "SELECT {key} FROM {table} WHERE {key} <> 10 OR '{table}' NOT LIKE 'users%' ORDER BY {key}"
    ));
    // The account of the key, and its group, are left alone: without them no call gets through.
    let ids: Vec<i64> = ids
        .iter()
        .map(|id| id.parse().unwrap())
        .filter(|id| !(table == "users" && *id == 1))
        .collect();
    ids.get(call.pick).copied().unwrap_or(9999)
}

pub fn form(panel: &Panel, call: &Call) -> String {
    let n = call.number;
    let id = id(panel, call);
    let names = ["Anna", "anna", "ANNA ", "Ben", "ben", "Cleo"];
    match call.action {
        "create_line" => format!(
            "exp_date=2027-01-01&username={}&bouquets_selected=[1,{n}]&member_id=88&pair_id={}",
            names[n],
            [4521, 4522][n % 2]
        ),
        "edit_line" => format!(
            "id={id}&username={}&bouquets_selected=[{n},5]&member_id={}",
            names[n],
            [0, 88, 89][n % 3]
        ),
        "create_mag" | "create_enigma" => format!("mac=00:1A:79:00:00:0{n}&bouquets_selected=[{n}]"),
        "edit_mag" | "edit_enigma" => format!("id={id}&mac=00:1A:79:00:00:0{n}&exp_date=&admin_notes={n}"),
        "create_user" | "edit_user" => format!("id={id}&username=reseller{n}&credits={n}&owner_id=88"),
        "adjust_credits" => format!("id={id}&credits={}", n as i64 - 3),
        "create_bouquet" => format!("bouquet_name=b&bouquet_channels=[10,11,{n}]"),
        "create_group" => format!("group_name=g{n}&packages_selected=[1,2]"),
        "create_category" => "category_name=c".into(),
        "kill_connection" => {
            panel.sql(&format!("INSERT INTO lines_live (activity_id, user_id, stream_id, server_id) SELECT NULL, id, 10, 1 FROM lines ORDER BY id LIMIT {n}"));
            format!("activity_id={}", 12345 + n)
        }
        _ => format!("id={id}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_tables_stay_consistent(calls in prop::collection::vec(call(), 1..60)) {
        let panel = Panel::docs();
        for call in &calls {
            let form = form(&panel, call);
            let answer = panel.call(call.action, &form);
            let json: Value = serde_json::from_str(&answer).unwrap();
            let found = panel.read(|db| Ok(invariants::broken(db)?));
            prop_assert!(found.is_empty(), "{:?} after {} {} {}", found, call.action, form, answer);
            if call.action == "delete_bouquet" && json["status"] == "STATUS_SUCCESS" {
                let bouquet = form.trim_start_matches("id=");
                let left = panel.sql(&format!("SELECT id FROM lines WHERE ids_hold(bouquet, {bouquet})"));
                prop_assert!(left.is_empty(), "bouquet {} is left in {:?}", bouquet, left);
            }
        }
        prop_assert!(panel.sql("PRAGMA foreign_key_check").is_empty());
        prop_assert_eq!(panel.sql_one("PRAGMA integrity_check"), "ok");
    }
}
