//! What holds of every action of the Reseller API at once.

use linecard::dialects::xtream::action::{Action, Verb};
use linecard::dialects::xtream::reseller::actions::ACTIONS;
use linecard::dialects::xtream::trade::Deal;
use linecard::panel::error::Thing;
use serde_json::Value;

use crate::support::Panel;

/// A panel in whose family there is one of everything, with what no reseller sees.
fn panel() -> Panel {
    let panel = Panel::docs();
    for sql in [
        "UPDATE lines SET admin_notes = 'of administrators', package_id = 1, pair_id = 4600",
        "UPDATE lines SET member_id = 88 WHERE id IN (4510, 4511)",
        "INSERT INTO lines (id, member_id, username, password, admin_notes) VALUES (4600, 0, 'of another', 'secret', 'of administrators')",
        "INSERT INTO users (id, username, password, member_group_id, owner_id, credits, api_key)
         VALUES (160, 'sub', '$6$x', 2, 88, 1250, 'KEY_OF_SUB')",
        "INSERT INTO activecodes (id, code, member_id, package_id, bouquet) VALUES (892, 'PROMO-2026', 88, 1, '[1,2]')",
        "INSERT INTO activecodes (id, code, member_id) VALUES (893, 'ANOTHERS', 1)",
    ] {
        panel.sql(sql);
    }
    panel
}

/// Returns what an action needs to succeed; a write is only tried.
fn params(action: &Action) -> String {
    let (thing, creates) = match &action.verb {
        Verb::Get(_, thing) => (*thing, false),
        Verb::Trade(trade) => (trade.thing(), trade.creates()),
        _ => return String::new(),
    };
    let id = match thing {
        Thing::Line => 4521,
        Thing::MagDevice => 301,
        Thing::EnigmaDevice => 501,
        Thing::ActiveCode => 892,
        _ => 160,
    };
    let id = if creates { String::new() } else { format!("&id={id}") };
    format!("{id}&package=1&mac=00:1A:79:AB:CD:EF&credits=1&dry_run=1")
}

/// Answers an action with a profile.
fn answer(panel: &Panel, action: &Action, profile: &str) -> Value {
    panel.set(&format!("profile={profile}"));
    let path = "/access/reseller/index.php?api_key=RESELLER_KEY";
    let answer = panel
        .client()
        .get(&format!("{path}&action={}{}", action.name, params(action)));
    let text = answer.text();
    for secret in ["$6$", "KEY_OF_SUB", "of another", "ANOTHERS"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Whether there is nothing but texts and nulls in it; a price of packages is a number.
fn is_text(value: &Value) -> bool {
    match value {
        Value::Null | Value::String(_) => true,
        Value::Array(items) => items.iter().all(is_text),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| is_text(value) || name == "official_credits" && value.is_number()),
        _ => false,
    }
}

/// Returns the ids of what is shown, as texts.
fn ids(data: &Value) -> Vec<String> {
    let rows = match data {
        Value::Array(rows) => rows.as_slice(),
        one => std::slice::from_ref(one),
    };
    let id = |row: &Value| {
        let own = ["mag_id", "device_id", "activity_id", "id"];
        // A MAG device has a text of the name `device_id`, and an open connection has the ids of its device.
        let own = match row.get("activity_id") {
            Some(_) => &own[2..],
            None => &own[..],
        };
        let id = own.iter().find_map(|name| row.get(name)).cloned();
        id.map_or_else(String::new, |id| id.to_string().trim_matches('"').to_owned())
    };
    rows.iter().map(id).collect()
}

#[test]
fn the_older_panel_answers_the_same_things_in_texts_alone() {
    let panel = panel();
    for action in ACTIONS {
        let documented = answer(&panel, action, "docs");
        let mut older = answer(&panel, action, "xui");
        assert_eq!(documented["status"], "STATUS_SUCCESS", "{}: {documented}", action.name);
        assert_eq!(older["status"], "STATUS_SUCCESS", "{}: {older}", action.name);
        for same in ["recordsTotal", "recordsFiltered", "dry_run", "cost", "credits_after"] {
            let members = older.as_object_mut().unwrap();
            assert_eq!(members.remove(same).as_ref(), documented.get(same), "{}", action.name);
        }
        assert!(is_text(&older), "{}: {older}", action.name);
        if action.name == "adjust_credits" {
            assert_eq!(older.get("data"), None);
            continue;
        }
        assert_eq!(
            older.get("data").map(ids),
            documented.get("data").map(ids),
            "{}",
            action.name
        );
        let shown = older["data"].to_string();
        assert!(!shown.contains("admin_notes"), "{}: {shown}", action.name);
    }
}

/// Returns the keys of what is shown.
fn keys(answer: &Value) -> Vec<&String> {
    let data = answer.get("data").and_then(Value::as_object);
    data.map_or_else(Vec::new, |data| data.keys().collect())
}

#[test]
fn only_codes_are_answered_otherwise_by_running_panels() {
    let panel = panel();
    for action in ACTIONS {
        let documented = answer(&panel, action, "docs");
        let live = answer(&panel, action, "live");
        let is_code = action.name.contains("activecode") && documented.get("data").is_some();
        match &action.verb {
            _ if is_code => assert_ne!(live, documented, "{}", action.name),
            // The same call draws other names each time.
            Verb::Trade(trade) if trade.creates() || matches!(trade.deal, Deal::Convert(_)) => {
                assert_eq!(keys(&live), keys(&documented), "{}", action.name);
            }
            _ => assert_eq!(live, documented, "{}", action.name),
        }
    }
}
