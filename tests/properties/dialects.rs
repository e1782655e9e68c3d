//! Two dialects, one panel: whatever is called through either of them, both describe the same lines,
//! devices and balances.

use std::collections::BTreeMap;

use linecard::time::Zone;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Panel;

/// One call of either dialect; numbers pick whom it is about and what is written.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    kind: usize,
    pick: usize,
    number: i64,
}

const KINDS: usize = 13;

pub fn call() -> impl Strategy<Value = Call> {
    (0..KINDS, 0..5usize, 0..6i64).prop_map(|(kind, pick, number)| Call { kind, pick, number })
}

/// The credentials, or the id, of one of the lines that there are.
fn line(panel: &Panel, pick: usize, columns: &str) -> String {
    let lines = panel.sql(&format!("SELECT {columns} FROM lines ORDER BY id"));
    lines.get(pick % lines.len().max(1)).cloned().unwrap_or_default()
}

pub fn run(panel: &Panel, call: Call) -> String {
    let Call { pick, number: n, .. } = call;
    let id = || line(panel, pick, "id");
    let credentials = || line(panel, pick, "'username=' || username || '&password=' || password");
    let mac = format!("00:1A:79:00:00:0{n}");
    // Midnight and a moment of the day, on both sides of a change of the clocks.
    let expiry = 1_774_652_400 + n * 43_200 + 7 * (n % 2);
    match call.kind {
        0 => panel.v2(
            "action=user&sub=create",
            &format!("user_data[username]=u{n}&user_data[exp_date]={expiry}"),
        ),
        1 => panel.v2(
            "action=user&sub=edit",
            &format!("{}&user_data[exp_date]={expiry}", credentials()),
        ),
        2 => panel.v2(
            "action=user&sub=edit",
            &format!("{}&user_data[enabled]={}", credentials(), n % 2),
        ),
        3 => panel.v2(
            "action=user&sub=edit",
            &format!(
                "{}&user_data[bouquet]=[{n},1]&user_data[admin_notes]=n/{n}&user_data[max_connections]={n}",
                credentials()
            ),
        ),
        4 => panel.v2(
            "action=stb&sub=create",
            &format!("user_data[mac]={mac}&user_data[exp_date]="),
        ),
        5 => panel.v2(
            "action=stb&sub=edit",
            &format!("mac={mac}&user_data[exp_date]={expiry}&user_data[is_trial]=1"),
        ),
        6 => panel.v2("action=reg_user&sub=credits", &format!("id=88&amount={}.5", n - 3)),
        7 => panel.call(
            "create_line",
            &format!("exp_date={expiry}&username=u{n}&member_id=88&allowed_ips[]=192.0.2.{n}"),
        ),
        8 => panel.call(
            "edit_line",
            &format!("id={}&exp_date=2026-03-2{n} 01:30&is_trial={}", id(), n % 2),
        ),
        9 => panel.call(
            ["ban_line", "unban_line", "delete_line"][pick % 3],
            &format!("id={}", id()),
        ),
        10 => panel.call("create_mag", &format!("mac={mac}&exp_date=&bouquets_selected=[1,{n}]")),
        11 => panel.call(["convert_mag", "delete_mag"][pick % 2], &format!("id={}", 301 + n)),
        _ => panel.call("adjust_credits", &format!("id=88&credits={}", n - 3)),
    }
}

fn parsed(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// A line as the Admin API tells of it, in the words of the XC v2 API.
fn told_by_admin(panel: &Panel, zone: Zone, id: &str) -> BTreeMap<&'static str, Value> {
    let line = parsed(&panel.get("get_line", &format!("id={id}")))["data"].clone();
    let text = |key: &str| json!(line[key].as_i64().unwrap().to_string());
    let date = line["exp_date"]
        .as_str()
        .map(|date| zone.read_iso(date).unwrap().to_string());
    let created = zone.read_iso(line["created_at"].as_str().unwrap()).unwrap();
    BTreeMap::from([
        ("id", text("id")),
        (
            "member_id",
            Some(text("member_id"))
                .filter(|id| *id != json!("0"))
                .unwrap_or_default(),
        ),
        ("username", line["username"].clone()),
        ("password", line["password"].clone()),
        ("exp_date", json!(date)),
        ("enabled", text("enabled")),
        ("admin_enabled", text("admin_enabled")),
        ("is_trial", text("is_trial")),
        ("max_connections", text("max_connections")),
        ("admin_notes", line["admin_notes"].clone()),
        ("bouquet", line["bouquets"].clone()),
        ("allowed_ips", line["allowed_ips"].clone()),
        ("created_at", json!(created.to_string())),
    ])
}

fn check(panel: &Panel, zone: Zone) -> Result<(), TestCaseError> {
    let rows = panel.sql("SELECT id || '|' || username || '|' || password FROM lines ORDER BY id");
    for row in rows {
        let [id, username, password] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
        let form = format!("username={username}&password={password}");
        let info = parsed(&panel.v2("action=user&sub=info", &form))["user_info"].clone();
        for (key, value) in told_by_admin(panel, zone, id) {
            prop_assert_eq!(&info[key], &value, "{} of line {}", key, id);
        }
    }
    let mags = parsed(&panel.get("get_mags", "limit=100"))["data"].clone();
    for mag in mags.as_array().unwrap() {
        let mac = mag["mac"].as_str().unwrap();
        let info = parsed(&panel.v2("action=stb&sub=info", &format!("mac={mac}")));
        prop_assert_eq!(&info["mag_device"]["mag_id"], &json!(mag["mag_id"].to_string()));
        prop_assert_eq!(&info["mag_device"]["user_id"], &json!(mag["user_id"].to_string()));
        prop_assert_eq!(&info["user_info"]["enabled"], &json!(mag["enabled"].to_string()));
    }
    let users = parsed(&panel.v2("action=reg_user&sub=list", ""));
    let balance = parsed(&panel.get("get_user", "id=88"))["data"]["credits"].to_string();
    prop_assert_eq!(&users[1]["credits"], &json!(balance));
    let logged =
        "SELECT sum(amount) = (SELECT credits FROM users WHERE id = 88) FROM users_credits_logs WHERE target_id = 88";
    prop_assert_eq!(panel.sql_one(logged), "1");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn both_dialects_describe_the_same_panel(calls in prop::collection::vec(call(), 1..25)) {
        let zone = Zone::named("Europe/London").unwrap();
        let panel = Panel::docs_with(|config| config.timezone = zone);
        for call in calls {
            run(&panel, call);
        }
        check(&panel, zone)?;
    }
}
