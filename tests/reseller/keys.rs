//! Named keys of resellers, and guesses of keys (contract "Reseller API", section 1; "REST APIs", part D).

use super::{ask, asked, asked_with};
use crate::named_keys::give;
use crate::support::process::{Served, folder, run};
use crate::support::{Panel, failure, soon};

fn bad_key() -> String {
    failure("STATUS_FAILURE", "Invalid API key.")
}

fn no_permissions() -> String {
    failure("STATUS_NO_PERMISSIONS", "No permissions.")
}

#[test]
fn scopes_of_a_named_key_say_which_actions_it_opens() {
    let panel = Panel::docs();
    for (key, scopes) in [
        ("lc_all", r#"["all"]"#),
        ("lc_read", r#"["read"]"#),
        ("lc_no_sql", r#"["no_sql"]"#),
    ] {
        give(&panel, 88, key, scopes);
    }
    for (action, params, writes) in [
        ("user_info", "show_columns=id", false),
        ("packages", "", false),
        ("get_lines", "", false),
        ("get_activecode", "id=99", false),
        ("user_logs", "", false),
        ("live_connections", "", false),
        ("create_line", "package=1", true),
        ("create_line", "package=1&dry_run=1", true),
        ("edit_line", "id=4521", true),
        ("extend_line", "id=4521&package=1", true),
        ("disable_line", "id=99", true),
        ("adjust_credits", "id=99", true),
    ] {
        for key in ["lc_all", "lc_read", "lc_no_sql"] {
            let answer = asked_with(&panel, key, action, params);
            match key == "lc_read" && writes {
                true => assert_eq!(answer, no_permissions(), "{key} {action}"),
                false => assert_ne!(answer, no_permissions(), "{key} {action}"),
            }
        }
    }
    // An unknown action is unknown before that.
    let unknown = asked_with(&panel, "lc_read", "no_such_thing", "");
    assert_eq!(unknown, failure("STATUS_FAILURE", "Invalid action."));
    let headers = [("X-Api-Key", "lc_read")];
    let answer = ask(&panel, "GET", "action=user_info&show_columns=id", &headers, "");
    assert_eq!(answer, r#"{"status":"STATUS_SUCCESS","data":{"id":88}}"#);
}

#[test]
fn a_named_key_is_good_where_the_key_of_its_account_is() {
    let panel = Panel::docs();
    give(&panel, 88, "lc_reseller", r#"["all"]"#);
    give(&panel, 1, "lc_admin", r#"["all"]"#);
    let is_good = |key: &str| match asked_with(&panel, key, "user_info", "show_columns=id") {
        answer if answer == r#"{"status":"STATUS_SUCCESS","data":{"id":88}}"# => true,
        answer => {
            assert_eq!(answer, bad_key(), "{key}");
            false
        }
    };
    assert!(is_good("lc_reseller") && is_good("RESELLER_KEY"));
    assert!(!is_good("lc_admin") && !is_good("YOUR_KEY"));
    let at_admin = panel
        .client()
        .get(&format!("{}?api_key=lc_reseller&action=user_info", panel.admin_path()));
    assert_eq!(at_admin.text(), bad_key());
    panel.set("plain_api_keys=0");
    assert!(is_good("lc_reseller") && !is_good("RESELLER_KEY"));
    panel.sql("UPDATE users SET status = 0 WHERE id = 88");
    assert!(!is_good("lc_reseller"));
    panel.sql("UPDATE users SET status = 1 WHERE id = 88");
    assert!(is_good("lc_reseller"));
    panel.sql("UPDATE users_groups SET is_reseller = 0 WHERE group_id = 3");
    assert!(!is_good("lc_reseller"));
}

#[test]
fn a_named_key_and_the_key_of_its_account_are_one_caller() {
    let panel = Panel::docs();
    give(&panel, 88, "lc_all", r#"["all"]"#);
    let first = asked_with(&panel, "lc_all", "create_line", "package=1&request_id=a");
    assert!(first.contains(r#""id":4523"#), "{first}");
    assert_eq!(asked(&panel, "create_line", "package=1&request_id=a"), first);
    assert_eq!(
        asked_with(&panel, "lc_all", "user_info", "show_columns=credits"),
        r#"{"status":"STATUS_SUCCESS","data":{"credits":45.00}}"#
    );
}

#[test]
fn the_command_makes_one_for_a_reseller() {
    let (_kept, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs", "--set", "wrong_secrets=0"]);
    let output = run(&[
        "key",
        "create",
        "shop",
        "--user",
        "reseller88",
        "--scope",
        "read",
        "--db",
        &db,
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let key = String::from_utf8(output.stdout).unwrap();
    let asked = |call: &str| {
        let path = format!("/access/reseller/index.php?api_key={}&action={call}", key.trim_end());
        served.client().get(&path).text()
    };
    assert!(soon(|| asked("get_line&id=4521").contains("STATUS_SUCCESS")));
    assert_eq!(asked("create_line&package=1"), no_permissions());
}

#[test]
fn who_guesses_keys_of_resellers_is_refused() {
    let panel = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    panel.set("wrong_secrets=2");
    let from = |address: &'static str, key: &str| {
        let path = format!("{}?api_key={key}&action=user_info&show_columns=id", super::PATH);
        let answer = panel
            .client()
            .request("GET", &path, &[("X-Forwarded-For", address)], b"");
        (answer.status, answer.text())
    };
    let good = (200, r#"{"status":"STATUS_SUCCESS","data":{"id":88}}"#.to_owned());
    let guesser = "203.0.113.9";
    assert_eq!(from(guesser, "RESELLER_KEY"), good);
    // The key of an administrator is a guess here.
    assert_eq!(from(guesser, "YOUR_KEY"), (200, bad_key()));
    assert_eq!(from(guesser, "lc_b"), (200, bad_key()));
    assert_eq!(from(guesser, "RESELLER_KEY"), (429, bad_key()));
    assert_eq!(from("203.0.113.10", "RESELLER_KEY"), good);
}
