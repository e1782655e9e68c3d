//! Groups of accounts (contract, 7.7).

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::bouquets::{NO_IDS, Wrong, assert_not_found, assert_refused, missing};
use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

const NO_FLAG: [&str; 5] = ["=2", "=-1", "=yes", "=01", "[]=1"];
const NO_INT: [&str; 4] = ["=x", "=1.5", "=2147483648", "[]=1"];
const NO_MONEY: [&str; 4] = ["=x", "=1,5", "=10000000000", "[]=1"];
const NO_TEXT: [&str; 1] = ["[]=x"];

/// Every parameter in the contract's order: its wrong values, a value that a new group does not
/// have by itself, the key that shows it, and what the key shows.
#[rustfmt::skip] // One row a line: this is a table.
const FIELDS: [(&str, &[&str], &str, &str, &str); 27] = [
    ("group_name", &NO_TEXT, "Team/1", "group_name", r#""Team/1""#),
    ("is_admin", &NO_FLAG, "1", "is_admin", "1"),
    ("is_reseller", &NO_FLAG, "0", "is_reseller", "0"),
    ("create_sub_resellers", &NO_FLAG, "1", "create_sub_resellers", "1"),
    ("delete_users", &NO_FLAG, "1", "delete_users", "1"),
    ("allow_download", &NO_FLAG, "0", "allow_download", "0"),
    ("allow_restrictions", &NO_FLAG, "0", "allow_restrictions", "0"),
    ("allow_change_bouquets", &NO_FLAG, "1", "allow_change_bouquets", "1"),
    ("allow_change_username", &NO_FLAG, "0", "allow_change_username", "0"),
    ("allow_change_password", &NO_FLAG, "0", "allow_change_password", "0"),
    ("can_view_vod", &NO_FLAG, "0", "can_view_vod", "0"),
    ("reseller_client_connection_logs", &NO_FLAG, "0", "reseller_client_connection_logs", "0"),
    ("enable_activecode", &NO_FLAG, "0", "enable_activecode", "0"),
    ("force_batch_code", &NO_FLAG, "1", "force_batch_code", "1"),
    ("generate_mass_trial", &NO_FLAG, "1", "generate_mass_trial", "1"),
    ("total_allowed_gen_trials", &NO_INT, "7", "total_allowed_gen_trials", "7"),
    ("minimum_username_length", &NO_INT, "3", "minimum_username_length", "3"),
    ("minimum_password_length", &NO_INT, "4", "minimum_password_length", "4"),
    ("default_code_length", &NO_INT, "12", "default_code_length", "12"),
    ("min_code_length", &NO_INT, "5", "min_code_length", "5"),
    ("max_code_length", &NO_INT, "30", "max_code_length", "30"),
    ("minimum_trial_credits", &NO_MONEY, "2.505", "minimum_trial_credits", "2.51"),
    ("create_sub_resellers_price", &NO_MONEY, "12.5", "create_sub_resellers_price", "12.5"),
    ("total_allowed_gen_in", &NO_TEXT, "day", "total_allowed_gen_in", r#""day""#),
    ("notice_html", &NO_TEXT, "<b>Hi</b>", "notice_html", r#""<b>Hi</b>""#),
    ("permissions_selected", &["=x", "=1", "={}", "=[1]", "=null", "[]=lines"], r#"["mag","mag","x"]"#, "allowed_pages", r#"["mag","mag","x"]"#),
    ("groups_selected", &NO_IDS, r#"[5,"2",5,999]"#, "subresellers", "[5,2,999]"),
];

/// A group for which nothing but a name was said.
const NEW: &str = r#"{"id":11,"group_id":11,"group_name":"New","is_admin":0,"is_reseller":1,"can_delete":1,"total_allowed_gen_trials":100000,"total_allowed_gen_in":"month","minimum_trial_credits":1,"create_sub_resellers":0,"create_sub_resellers_price":0,"subresellers":[],"delete_users":0,"allow_download":1,"allow_restrictions":1,"allow_change_bouquets":0,"allow_change_username":1,"allow_change_password":1,"minimum_username_length":8,"minimum_password_length":8,"can_view_vod":1,"reseller_client_connection_logs":1,"enable_activecode":1,"force_batch_code":0,"generate_mass_trial":0,"default_code_length":10,"min_code_length":6,"max_code_length":20,"allowed_pages":[],"notice_html":""}"#;

fn success(data: &str) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{data}}}"#)
}

/// The `groups` of every package.
fn packages(panel: &Panel) -> Vec<String> {
    panel.sql("SELECT id, \"groups\" FROM users_packages")
}

#[test]
fn get_group_shows_the_thirty_keys_of_the_contract() {
    assert_snapshot!(Panel::docs().get("get_group", "id=3"), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"group_id":3,"group_name":"Premium Resellers","is_admin":0,"is_reseller":1,"can_delete":1,"total_allowed_gen_trials":100000,"total_allowed_gen_in":"month","minimum_trial_credits":1,"create_sub_resellers":1,"create_sub_resellers_price":0,"subresellers":[2],"delete_users":1,"allow_download":1,"allow_restrictions":1,"allow_change_bouquets":1,"allow_change_username":1,"allow_change_password":1,"minimum_username_length":8,"minimum_password_length":8,"can_view_vod":1,"reseller_client_connection_logs":1,"enable_activecode":1,"force_batch_code":0,"generate_mass_trial":0,"default_code_length":10,"min_code_length":6,"max_code_length":20,"allowed_pages":["lines","mag","enigma","activecodes"],"notice_html":""}}"#);
}

#[test]
fn groups_are_listed_by_id_as_they_are_shown_one_by_one() {
    let panel = Panel::docs();
    let one = |id: i64| {
        let answer: Value = serde_json::from_str(&panel.get("get_group", &format!("id={id}"))).unwrap();
        answer["data"].to_string()
    };
    let all = [1, 2, 3, 5, 10].map(one).join(",");
    assert_eq!(panel.get("get_groups", ""), success(&format!("[{all}]")));
}

#[test]
fn an_id_that_names_no_group_is_not_found() {
    let verbs = ["get", "edit", "delete"];
    assert_not_found(&Panel::docs(), &verbs, "group", "Group", "group_name=&is_admin=x");
}

#[test]
fn a_group_needs_a_name_and_nothing_else() {
    let panel = Panel::docs();
    for form in ["", "group_name=", "group_name=&is_admin=x"] {
        assert_eq!(panel.call("create_group", form), missing("group_name"), "{form}");
    }
    assert_eq!(
        panel.call("edit_group", "id=3&group_name=&is_admin=x"),
        missing("group_name")
    );
    assert_eq!(panel.call("create_group", "group_name=New"), success(NEW));
    // Sent empty, everything is as if it had not been sent; and a name may be there twice.
    let empty: String = FIELDS.iter().map(|(name, ..)| format!("{name}=&")).collect();
    assert_eq!(
        panel.call("create_group", &format!("{empty}&packages_selected=&group_name=New")),
        success(&NEW.replace("11", "12"))
    );
    assert_eq!(packages(&panel), packages(&Panel::docs()));
}

#[test]
fn create_group_takes_every_parameter() {
    let panel = Panel::docs();
    let mut expected: Value = serde_json::from_str(NEW).unwrap();
    let mut form = String::from("can_delete=0");
    for (name, _, sent, key, shown) in FIELDS {
        form += &format!("&{name}={sent}");
        expected[key] = serde_json::from_str(shown).unwrap();
    }
    let expected = success(&expected.to_string().replace('/', "\\/"));
    assert_eq!(panel.call("create_group", &form), expected);
    assert_eq!(panel.get("get_group", "id=11"), expected);
}

#[test]
fn edit_group_changes_only_what_is_sent() {
    let panel = Panel::docs();
    panel.call("create_group", "group_name=New&packages_selected=[6]");
    let (packages_before, new) = (packages(&panel), serde_json::from_str::<Value>(NEW).unwrap());
    for (name, _, sent, key, shown) in FIELDS {
        let value: Value = serde_json::from_str(shown).unwrap();
        assert_ne!(new[key], value, "{name}");
        assert_edit(&panel, "group", 11, &format!("{name}={sent}"), &[(key, value)]);
    }
    assert_edit(&panel, "group", 11, "", &[]);
    // Nor does it touch its packages.
    assert_eq!(packages(&panel), packages_before);
}

#[test]
fn empty_fields_of_a_group_are_cleared() {
    let panel = Panel::docs();
    let set = |(name, wrong, sent, ..): &(&str, &[&str], &str, &str, &str)| {
        let sent = if **wrong == NO_FLAG { "1" } else { sent };
        format!("&{name}={sent}")
    };
    let all: String = FIELDS.iter().map(set).collect();
    panel.call("create_group", &all);
    let new: Value = serde_json::from_str(NEW).unwrap();
    for (name, wrong, _, key, _) in FIELDS.iter().skip(1) {
        // Numbers get their default (a choice), the rest is emptied.
        let value = match *wrong {
            _ if *wrong == NO_FLAG => json!(0),
            _ if *wrong == NO_TEXT => json!(""),
            _ if *wrong == NO_INT || *wrong == NO_MONEY => new[key].clone(),
            _ => json!([]),
        };
        assert_edit(&panel, "group", 11, &format!("{name}="), &[(key, value)]);
    }
    assert_edit(&panel, "group", 3, "groups_selected[]=", &[("subresellers", json!([]))]);
}

#[test]
fn wrong_values_of_a_group_are_refused_in_the_contracts_order() {
    let panel = Panel::docs();
    let mut wrong: Vec<Wrong> = FIELDS.iter().map(|(name, wrong, ..)| (*name, *wrong)).collect();
    wrong.push(("packages_selected", &NO_IDS));
    let calls = [("create_group", "group_name=x"), ("edit_group", "id=3")];
    assert_refused(&panel, "users_groups", &calls, &wrong);
    assert_eq!(packages(&panel), packages(&Panel::docs()));
}

#[test]
fn packages_selected_says_which_packages_a_group_sells() {
    let panel = Panel::docs();
    panel.call("create_group", "group_name=x&packages_selected=[2,7,999]");
    assert_eq!(
        packages(&panel),
        ["1|[1,3,5]", "2|[1,3,11]", "6|[1,3,5]", "7|[1,3,5,11]"]
    );
    for (selected, expected) in [
        ("=[1,2]", ["1|[1,3,5]", "2|[1,3,11]", "6|[1,5]", "7|[1,5,11]"]),
        ("[]=6", ["1|[1,5]", "2|[1,11]", "6|[1,5,3]", "7|[1,5,11]"]),
        ("=", ["1|[1,5]", "2|[1,11]", "6|[1,5]", "7|[1,5,11]"]),
    ] {
        assert_edit(&panel, "group", 3, &format!("packages_selected{selected}"), &[]);
        assert_eq!(packages(&panel), expected, "{selected}");
    }
}

#[test]
fn an_account_is_an_administrator_as_soon_as_its_group_is() {
    let panel = Panel::docs();
    let ask = || {
        let form = "api_key=RESELLER_KEY&action=user_info&show_columns=id";
        panel.client().post(&panel.admin_path(), form).text()
    };
    let refused = failure("STATUS_FAILURE", "Invalid API key.");
    assert_eq!(ask(), refused);
    panel.call("edit_group", "id=3&is_admin=1");
    assert_eq!(ask(), success(r#"{"id":88}"#));
    // Which is why the list of resellers no longer has it.
    assert_eq!(ids(&panel.get("get_users", "")), [] as [i64; 0]);
    panel.call("edit_group", "id=3&is_admin=0");
    assert_eq!(ask(), refused);
}

#[test]
fn built_in_groups_keep_their_kind_and_cannot_be_deleted() {
    let panel = Panel::docs();
    for (id, form) in [(2, "is_admin=1&is_reseller=0"), (10, "is_admin=0&is_reseller=1")] {
        assert_edit(&panel, "group", id, form, &[]);
        assert_edit(&panel, "group", id, "is_admin=&is_reseller=", &[]);
        let both = format!("{form}&group_name=Renamed&delete_users=0");
        let changes = [("group_name", json!("Renamed")), ("delete_users", json!(0))];
        assert_edit(&panel, "group", id, &both, &changes);
        // Wrong values are refused even where good ones would be ignored.
        assert_eq!(
            panel.call("edit_group", &format!("id={id}&is_admin=2")),
            super::bouquets::invalid("is_admin")
        );
        let rows = panel.sql("SELECT * FROM users_groups");
        assert_eq!(
            panel.call("delete_group", &format!("id={id}")),
            failure("STATUS_FAILURE", "Group cannot be deleted.")
        );
        assert_eq!(panel.sql("SELECT * FROM users_groups"), rows);
    }
    assert_eq!(data(&panel.get("get_user", "id=1"), "member_group_id"), "10");
}

#[test]
fn a_deleted_group_leaves_accounts_packages_codes_and_other_groups() {
    let panel = Panel::docs();
    panel.sql("UPDATE access_codes SET \"groups\" = '[3,5]' WHERE id = 1");
    panel.sql("UPDATE users_groups SET subresellers = '[5,3,2]' WHERE group_id = 1");
    assert_eq!(panel.call("delete_group", "id=3"), DONE);
    assert_eq!(ids(&panel.get("get_groups", "")), [1, 2, 5, 10]);
    assert_eq!(data(&panel.get("get_user", "id=88"), "member_group_id"), "0");
    assert_eq!(data(&panel.get("get_user", "id=1"), "member_group_id"), "10");
    assert_eq!(packages(&panel), ["1|[1,5]", "2|[1]", "6|[1,5]", "7|[1,5]"]);
    assert_eq!(data(&panel.get("get_access_code", "id=1"), "groups"), "[5]");
    assert_eq!(data(&panel.get("get_group", "id=1"), "subresellers"), "[5,2]");
    assert_eq!(
        panel.call("delete_group", "id=3"),
        failure("STATUS_FAILURE", "Group not found.")
    );
}
