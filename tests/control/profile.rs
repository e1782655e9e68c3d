//! Quirk profiles over the control plane, and what the journal says of calls that one lacks.

use linecard::panel::profiles::PROFILES;
use serde_json::{Value, json};

use super::{bad, panel, refused, told};
use crate::support::Panel;

/// The whole answer with these profiles active.
fn shown(active: &[&str]) -> Value {
    let all: Vec<Value> = PROFILES
        .iter()
        .map(|profile| json!({ "name": profile.name, "dialect": profile.dialect, "doc": profile.doc }))
        .collect();
    json!({ "active": active, "profiles": all })
}

fn put(panel: &Panel, names: &[&str]) -> Value {
    let answer = told(panel, "PUT", "profile", &json!({ "profiles": names }).to_string());
    serde_json::from_str(&answer).unwrap()
}

fn get(panel: &Panel, path: &str) -> Value {
    serde_json::from_str(&told(panel, "GET", path, "")).unwrap()
}

#[test]
fn profiles_are_shown_and_replaced_and_a_reset_takes_them_back() {
    let panel = panel();
    assert_eq!(get(&panel, "profile"), shown(&[]));
    let names: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
    assert_eq!(
        names,
        [
            "xui",
            "live",
            "v2_raw_edit",
            "v2_sorted_bouquets",
            "v2_sparse_lists",
            "v2_modern",
            "lists_for_inactive",
            "duplicate_categories",
            "php_shapes",
            "no_extension",
            "legacy_off",
            "status_clips",
        ]
    );
    for (wanted, active) in [
        (&["v2_modern"][..], &["v2_modern"][..]),
        (&["v2_modern", "xui", "xui"], &["xui", "v2_modern"]),
        (&["docs"], &[]),
        (&["v2_raw_edit", "docs"], &["v2_raw_edit"]),
        (&[], &[]),
        (&names, &names),
    ] {
        assert_eq!(put(&panel, wanted), shown(active));
        assert_eq!(get(&panel, "profile"), shown(active));
    }
    told(&panel, "POST", "reset", "");
    assert_eq!(get(&panel, "profile"), shown(&[]));
}

#[test]
fn what_is_no_profile_is_refused_and_changes_nothing() {
    let panel = panel();
    put(&panel, &["v2_modern"]);
    let known = "there are docs, xui, live, v2_raw_edit, v2_sorted_bouquets, v2_sparse_lists, v2_modern, \
                 lists_for_inactive, duplicate_categories, php_shapes, no_extension, legacy_off, status_clips";
    let no_list = bad(
        "`profiles` is no list",
        r#"send {"profiles":["xui"]}, or {"profiles":[]} for none"#,
    );
    for (body, right) in [
        ("{}", no_list.clone()),
        (r#"{"profiles":"xui"}"#, no_list),
        (
            r#"{"profiles":["xui","v2modern"]}"#,
            bad(
                "there is no profile \"v2modern\"",
                &format!("{known}; did you mean \"v2_modern\"?"),
            ),
        ),
        (
            r#"{"profiles":["xui,v2_modern"]}"#,
            bad("there is no profile \"xui,v2_modern\"", known),
        ),
        (r#"{"profiles":[7]}"#, bad("there is no profile \"\"", known)),
        (
            r#"{"profile":["xui"]}"#,
            bad("there is no member \"profile\"", "there are profiles"),
        ),
        (r#"["xui"]"#, bad("the body is not a JSON object", "send {…}")),
    ] {
        assert_eq!(refused(&panel, "PUT", "profile", body), right, "{body}");
        assert_eq!(get(&panel, "profile"), shown(&["v2_modern"]));
    }
}

#[test]
fn the_options_profiles_are_active_from_the_start() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.set = vec![("profile".into(), "xui".into())];
        config.profile = vec!["v2_sparse_lists".into(), "v2_modern".into()];
    });
    let started = shown(&["v2_sparse_lists", "v2_modern"]);
    assert_eq!(get(&panel, "profile"), started);
    put(&panel, &[]);
    told(&panel, "POST", "reset", "");
    assert_eq!(get(&panel, "profile"), started);
}

/// What the journal says of each request that missed: its action, and kind and hint of each miss.
fn missed(panel: &Panel) -> Vec<(String, Value)> {
    let answer = get(panel, "unmatched");
    let all = answer["unmatched"].as_array().unwrap();
    all.iter()
        .map(|one| (one["action"].as_str().unwrap().to_owned(), one["near_misses"].clone()))
        .collect()
}

#[test]
fn a_call_of_another_generation_is_unmatched_and_the_hint_names_the_profile() {
    let panel = panel();
    let miss = |kind: &str, hint: &str| json!([{ "kind": kind, "hint": hint }]);
    panel.v2("action=line&sub=info&username=customer4521&password=securepass", "");
    assert_eq!(
        missed(&panel),
        [(
            "line/info".into(),
            miss(
                "other_profile",
                "line/info is a call of the profile v2_modern, which is not active: here it is user/info"
            )
        )]
    );
    put(&panel, &["v2_modern"]);
    told(&panel, "DELETE", "requests", "");
    panel.v2("action=line&sub=info&username=customer4521&password=securepass", "");
    let one = &get(&panel, "requests")["requests"][0];
    assert_eq!(
        [&one["action"], &one["matched"], &one["handler"]],
        [&json!("line/info"), &json!(true), &json!("line/info")]
    );
    for call in ["user&sub=info", "stb&sub=edit", "line&sub=inf", "get_lines"] {
        panel.v2(&format!("action={call}"), "");
    }
    assert_eq!(
        missed(&panel),
        [
            (
                "user/info".into(),
                miss(
                    "other_profile",
                    "the active profile v2_modern has no user/info; it is line/info there"
                )
            ),
            (
                "stb/edit".into(),
                miss("other_profile", "the active profile v2_modern has no stb/edit")
            ),
            (
                "line/inf".into(),
                miss("unknown_action", "there is no line/inf; did you mean line/info?")
            ),
            (
                "get_lines".into(),
                miss(
                    "other_api",
                    "get_lines is an action of the Admin API, at /CODE/admin/index.php"
                )
            ),
        ]
    );
}
