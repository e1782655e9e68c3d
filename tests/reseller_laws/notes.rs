//! What administrators note about a line or a device is no reseller's: no search of any list finds it, and no column shows
//! it (contract "Reseller API", section 2.1).

use linecard::dialects::xtream::action::Verb;
use linecard::dialects::xtream::reseller::RESELLER;
use proptest::prelude::*;

use super::{Reseller, json, plant};
use crate::support::Panel;

/// Everything of the documents is the reseller's, with connections and a log of its own; each note is one.
fn noted(panel: &Panel, note: &str) {
    plant(
        panel,
        format!(
            "UPDATE lines SET member_id = 88, admin_notes = '{note}';
             INSERT INTO users (id, username, owner_id, member_group_id) VALUES (89, 'below88', 88, 2);
             INSERT INTO activecodes (id, code, member_id, package_id) VALUES (1, 'CODE-1', 88, 1);
             INSERT INTO lines_live (user_id, stream_id, server_id) VALUES (4510, 10, 1), (4511, 10, 1), (4521, 10, 1);
             INSERT INTO lines_activity (user_id, stream_id, server_id) VALUES (4510, 10, 1), (4511, 10, 1);"
        ),
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_search_of_any_list_finds_an_administrators_note(note in "[qxzj]{6}[0-9]{6}[qxzj]{6}") {
        let panel = Panel::docs();
        noted(&panel, &note);
        let mut reseller = Reseller::documented(&panel);
        // An entry of the log tells of a line that has the note.
        for (action, id) in [("disable_line", 4521), ("disable_mag", 301), ("disable_enigma", 501)] {
            reseller.call(action, &format!("id={id}"));
        }
        let needles = [note.as_str(), &note[..8], &note[10..], &note[4..12], &note.to_uppercase()];
        for action in RESELLER.actions {
            let Verb::Page(_) = action.verb else { continue };
            for columns in ["", "&show_columns=id,admin_notes", "&show_columns=admin_notes&order[0][column]=admin_notes"] {
                let all = json(&reseller.call(action.name, &format!("limit=1000{columns}")));
                prop_assert!(all["recordsTotal"].as_i64().unwrap() > 0, "{} shows nothing to search in", action.name);
                for row in all["data"].as_array().unwrap() {
                    prop_assert!(row.get("admin_notes").is_none(), "{}: {}", action.name, row);
                }
                for needle in needles {
                    let found = json(&reseller.call(action.name, &format!("search[value]={needle}{columns}")));
                    prop_assert_eq!(&found["recordsFiltered"], 0, "{} {}: {}", action.name, needle, found);
                    prop_assert_eq!(found["data"].as_array().unwrap().len(), 0);
                }
            }
        }
        // Only the administrator's search does.
        let found = panel.call("get_lines", &format!("search[value]={note}"));
        prop_assert_eq!(&json(&found)["recordsFiltered"], 2, "{}", found);
        for (action, id) in [("get_line", 4521), ("get_mag", 301), ("get_enigma", 501)] {
            for columns in ["", "&show_columns=id,admin_notes"] {
                let shown = reseller.call(action, &format!("id={id}{columns}"));
                prop_assert!(shown.contains("STATUS_SUCCESS") && !shown.contains(&note), "{}", shown);
            }
        }
    }
}
