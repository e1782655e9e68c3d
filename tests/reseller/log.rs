//! What writes leave in the logs and the balance (contract "Reseller API", 3.4).

use super::asked;
use super::cases::{CASES, Case, panel};

/// What the log calls an action: its kind of thing and what was done.
fn logged(case: &Case) -> (&'static str, &'static str) {
    let (verb, noun) = case.action.split_once('_').unwrap();
    let done = match verb {
        "create" => "new",
        "extend" => "extend",
        "edit" if case.params.contains("package=") => "extend",
        "adjust" => "adjust_credits",
        verb => verb,
    };
    let kind = if noun == "credits" { "user" } else { noun };
    (kind, done)
}

/// An amount with two decimals, in hundredths.
fn hundredths(amount: &str) -> String {
    amount.replace('.', "").parse::<i64>().unwrap().to_string()
}

#[test]
fn every_write_is_logged_once_with_what_it_cost_and_left() {
    for case in &CASES {
        let panel = panel();
        let log = "SELECT owner, type, action, cost, credits_after, date, log_id > 0, json_valid(deleted_info)
                   FROM users_logs WHERE id > 1";
        let answer = asked(&panel, case.action, case.params);
        assert!(
            answer.starts_with(r#"{"status":"STATUS_SUCCESS""#),
            "{}: {answer}",
            case.action
        );
        let (kind, done) = logged(case);
        let [cost, after] = [case.receipt.0, case.receipt.1].map(hundredths);
        let row = format!("88|{kind}|{done}|{cost}|{after}|1773585000|1|1");
        assert_eq!(panel.sql(log), [row], "{} {}", case.action, case.params);
        let balance = panel.sql_one("SELECT credits FROM users WHERE id = 88");
        assert_eq!(balance, after, "{} {}", case.action, case.params);
        // Purchases have no row among those of credits.
        let moved = matches!(case.action, "adjust_credits" | "delete_user");
        let credits = panel.sql_one("SELECT count(*) FROM users_credits_logs WHERE id > 1");
        assert_eq!(
            credits,
            if moved { "1" } else { "0" },
            "{} {}",
            case.action,
            case.params
        );
    }
}

#[test]
fn the_package_of_a_purchase_is_logged_and_no_other() {
    for case in &CASES {
        let panel = panel();
        asked(&panel, case.action, case.params);
        let package = case.params.split('&').find_map(|field| field.strip_prefix("package="));
        let stored = panel.sql_one("SELECT package_id FROM users_logs WHERE id > 1");
        assert_eq!(stored, package.unwrap_or("null"), "{} {}", case.action, case.params);
    }
}

#[test]
fn what_fails_is_not_logged() {
    let panel = panel();
    for (action, params) in [
        ("create_line", "package=99"),
        ("edit_line", "id=4521&package=1&username=a"),
        ("delete_line", "id=99"),
        ("adjust_credits", "id=200&credits=50.01"),
        ("edit_user", "id=88"),
        ("create_mag", "package=1&mac=00:1A:79:00:03:01"),
    ] {
        let answer = asked(&panel, action, params);
        assert!(!answer.contains("STATUS_SUCCESS"), "{answer}");
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM users_logs"), "1");
    assert_eq!(panel.sql_one("SELECT credits FROM users WHERE id = 88"), "5000");
}
