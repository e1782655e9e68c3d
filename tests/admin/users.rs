//! Resellers' accounts, their credits and their keys (contract, 7.5).

use insta::assert_snapshot;
use serde_json::json;
use sha_crypt::{PasswordVerifier, ShaCrypt};

use super::devices::{assert_edit, ids, is_random};
use crate::support::{DONE, Panel, data, failure};

/// Wrong values, each with its parameter, in the order in which the contract lists them.
const WRONG: [(&str, &str); 9] = [
    ("username", "username[]=x"),
    ("password", "password[]=x"),
    ("email", "email[]=x"),
    ("member_group_id", "member_group_id=99"),
    ("notes", "notes[a]=x"),
    ("credits", "credits=ten"),
    ("owner_id", "owner_id=-1"),
    ("status", "status=2"),
    ("reseller_dns", "reseller_dns[]=x"),
];

/// Money that is none, or too much of it.
const NO_MONEY: [&str; 10] = [
    "=abc",
    "=1,5",
    "=1 000",
    "=0x10",
    "=NaN",
    "=INF",
    "=--1",
    "=10000000000",
    "=1e400",
    "[]=1",
];

fn not_found() -> String {
    failure("STATUS_FAILURE", "User not found.")
}

fn invalid(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."))
}

fn taken() -> String {
    failure("STATUS_EXISTS_USERNAME", "Username already exists.")
}

fn insufficient() -> String {
    failure("STATUS_INSUFFICIENT_CREDITS", "Insufficient credits.")
}

/// What `user_info` answers to a key of the `docs` panel.
fn with_key(panel: &Panel, key: &str) -> String {
    let form = format!("api_key={key}&action=user_info&show_columns=username");
    panel.client().post(&panel.admin_path(), &form).text()
}

fn works(panel: &Panel, key: &str) -> bool {
    let answer = with_key(panel, key);
    let refused = answer == failure("STATUS_FAILURE", "Invalid API key.");
    assert!(
        refused || answer.starts_with(r#"{"status":"STATUS_SUCCESS""#),
        "{answer}"
    );
    !refused
}

/// A second administrator, 90, with the key `SECOND_KEY`.
fn add_admin(panel: &Panel) {
    panel.sql("INSERT INTO users (id, username, member_group_id, api_key) VALUES (90, 'second', 10, 'SECOND_KEY')");
}

/// The stored password of an account.
fn hash(panel: &Panel, id: i64) -> String {
    panel.sql_one(&format!("SELECT password FROM users WHERE id = {id}"))
}

fn is_of(hash: &str, password: &str) -> bool {
    hash.starts_with("$6$") && ShaCrypt::default().verify_password(password.as_bytes(), hash).is_ok()
}

/// The newest change of a balance, as target, amount and reason; and how many there are.
fn last_change(panel: &Panel) -> String {
    panel.sql_one(
        "SELECT (SELECT count(*) FROM users_credits_logs), target_id, admin_id, amount, date, reason
         FROM users_credits_logs ORDER BY id DESC LIMIT 1",
    )
}

/// The change that the `docs` seed has.
const SEEDED_CHANGE: &str = "1|88|1|5000|1767225600|first credits";

#[test]
fn an_id_that_names_no_account_is_not_found() {
    let panel = Panel::docs();
    for action in [
        "edit_user",
        "get_user",
        "delete_user",
        "disable_user",
        "enable_user",
        "adjust_credits",
    ] {
        for id in [
            "",
            "id=",
            "id=0",
            "id=-88",
            "id=2",
            "id=reseller88",
            "id[]=88",
            // Before anything that is wrong beside it.
            "id=2&status=9&username=admin&credits=x",
        ] {
            assert_eq!(panel.call(action, id), not_found(), "{action} {id}");
        }
    }
}

#[test]
fn create_user_answers_the_documents_seven_keys() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_user",
        "username=reseller1&password=strongpass123&email=reseller@example.com&member_group_id=3",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":89,"username":"reseller1","email":"reseller@example.com","member_group_id":3,"credits":0,"status":1,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn create_user_takes_every_parameter() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_user",
        "username=sub/1&password=strongpass123&email=no address&member_group_id=5&notes=é&credits=12.345&owner_id=88\
         &status=0&reseller_dns=tv.example",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":89,"username":"sub\/1","email":"no address","member_group_id":5,"credits":12.35,"status":0,"created_at":"2026-03-15 14:30:00"}}"#);
    assert_snapshot!(panel.get("get_user", "id=89"), @r#"{"status":"STATUS_SUCCESS","data":{"id":89,"username":"sub\/1","email":"no address","member_group_id":5,"credits":12.35,"status":0,"created_at":"2026-03-15 14:30:00","group_name":"Gold Resellers","owner_id":88,"notes":"\u00e9","reseller_dns":"tv.example","ip":"","last_login":null,"api_key":""}}"#);
    // A first balance is no change of one.
    assert_eq!(last_change(&panel), SEEDED_CHANGE);
}

#[test]
fn create_user_needs_nothing() {
    for form in [
        "",
        "username=&password=&email=&member_group_id=&notes=&credits=&owner_id=&status=&reseller_dns=",
    ] {
        let panel = Panel::docs();
        let answer = panel.call("create_user", form);
        let username = data(&answer, "username");
        assert!(is_random(username.trim_matches('"'), 10), "{username}");
        // An inline snapshot may not stand in a loop.
        assert_eq!(
            answer,
            format!(
                r#"{{"status":"STATUS_SUCCESS","data":{{"id":89,"username":{username},"email":"","member_group_id":2,"credits":0,"status":1,"created_at":"2026-03-15 14:30:00"}}}}"#
            )
        );
        // The generated password is hashed as well.
        assert!(hash(&panel, 89).starts_with("$6$"));
    }
}

#[test]
fn the_callers_key_is_not_given_to_an_account() {
    let panel = Panel::docs();
    panel.call("create_user", "username=reseller1");
    assert_eq!(data(&panel.call("get_user", "id=89"), "api_key"), r#""""#);
    panel.call("edit_user", "id=88&notes=x");
    let edited = panel.call("get_user", "id=88");
    assert_eq!(data(&edited, "notes"), r#""x""#);
    assert_eq!(data(&edited, "api_key"), r#""RESELLER_KEY""#);
}

#[test]
fn a_callers_key_of_32_hex_digits_is_not_given_to_an_account() {
    let panel = Panel::docs();
    let key = "0123456789abcdef0123456789abcdef";
    panel.sql(&format!("UPDATE users SET api_key = '{key}' WHERE id = 1"));
    for call in ["create_user&username=reseller1", "edit_user&id=88&notes=x"] {
        let form = format!("api_key={key}&action={call}");
        panel.client().post(&panel.admin_path(), &form);
    }
    let holders = panel.sql(&format!("SELECT id FROM users WHERE api_key = '{key}'"));
    assert_eq!(holders, ["1"]);
}

#[test]
fn a_new_account_is_in_the_first_built_in_reseller_group() {
    for (protected, expected) in [("1, 2", "1"), ("2, 5, 10", "2"), ("5, 10", "5")] {
        let panel = Panel::docs();
        panel.sql(&format!(
            "UPDATE users_groups SET can_delete = group_id NOT IN ({protected})"
        ));
        let answer = panel.call("create_user", "username=reseller1");
        assert_eq!(data(&answer, "member_group_id"), expected, "{protected}");
    }
}

#[test]
fn an_unknown_group_is_refused() {
    let panel = Panel::docs();
    for group in ["=99", "=0", "=-3", "=abc", "[]=3"] {
        for call in ["create_user", "edit_user"] {
            let answer = panel.call(call, &format!("id=88&member_group_id{group}"));
            assert_eq!(answer, invalid("member_group_id"), "{call} {group}");
        }
    }
    // As every id: the leading digits count.
    let answer = panel.call("edit_user", "id=88&member_group_id=5x");
    assert_eq!(data(&answer, "member_group_id"), "5");
}

#[test]
fn a_username_is_taken_whatever_its_case() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO users (id, username) VALUES (91, 'Spaced  '), (92, 'own')");
    for username in ["reseller88", "RESELLER88", " Reseller88 ", "Admin", "spaced"] {
        for call in ["create_user", "edit_user"] {
            let answer = panel.call(call, &format!("id=92&notes=x&username={username}"));
            assert_eq!(answer, taken(), "{call} {username}");
        }
    }
    let own = panel.sql("SELECT id, username, notes FROM users WHERE id > 91");
    assert_eq!(own, ["92|own|"]);
    // A line's username is no account's, and an account may be sent its own.
    let answer = panel.call("create_user", "username=customer4521");
    assert_eq!(data(&answer, "username"), r#""customer4521""#);
    assert_edit(
        &panel,
        "user",
        88,
        "username=RESELLER88",
        &[("username", json!("RESELLER88"))],
    );
}

/// A choice: the v2 dialect, which shares the accounts, ignores the case of ASCII letters alone.
#[test]
fn letters_beyond_ascii_keep_their_case() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO users (id, username, member_group_id) VALUES (91, 'zoë', 3)");
    assert_eq!(panel.call("create_user", "username=Zoë"), taken());
    assert!(panel.call("create_user", "username=ZOË").contains("STATUS_SUCCESS"));
}

/// A choice: hashing costs time with the square of the length.
#[test]
fn names_and_passwords_of_accounts_have_255_characters_at_most() {
    let panel = Panel::docs();
    let name = "n".repeat(255);
    assert_edit(
        &panel,
        "user",
        88,
        &format!("username={name}"),
        &[("username", json!(name))],
    );
    let password = "é".repeat(255);
    assert_edit(&panel, "user", 88, &format!("password={password}"), &[]);
    assert!(is_of(&hash(&panel, 88), &password));
    for field in ["username", "password"] {
        assert_eq!(
            panel.call("edit_user", &format!("id=88&{field}={password}é")),
            invalid(field)
        );
    }
}

#[test]
fn the_first_failing_check_answers() {
    let panel = Panel::docs();
    let rows = panel.sql("SELECT * FROM users");
    for (call, wrong) in [
        ("create_user", WRONG.to_vec()),
        (
            "edit_user",
            [&WRONG[..], &[("credits_reason", "credits_reason[]=x")]].concat(),
        ),
    ] {
        for (at, (name, _)) in wrong.iter().enumerate() {
            // Sent in reverse: the order of the request means nothing.
            let forms: Vec<&str> = wrong[at..].iter().rev().map(|(_, form)| *form).collect();
            let name_taken = if at == 0 { "" } else { "&username=admin" };
            let answer = panel.call(call, &format!("id=88&{}{name_taken}", forms.join("&")));
            assert_eq!(answer, invalid(name), "{call}");
        }
        assert_eq!(panel.call(call, "id=88&username=admin&credits=-1"), taken(), "{call}");
        assert_eq!(
            panel.call(call, "id=88&username=free&credits=-1"),
            insufficient(),
            "{call}"
        );
    }
    assert_eq!(panel.sql("SELECT * FROM users"), rows);
    assert_eq!(last_change(&panel), SEEDED_CHANGE);
}

#[test]
fn a_first_balance_is_money_of_at_least_zero() {
    let panel = Panel::docs();
    for (sent, balance) in [
        ("0", "0"),
        ("150", "150"),
        ("12.5", "12.5"),
        ("0.005", "0.01"),
        ("-0.004", "0"),
        ("1e2", "100"),
        ("%2B7.10", "7.1"),
        ("9999999999.99", "9999999999.99"),
    ] {
        let answer = panel.call("create_user", &format!("credits={sent}"));
        // As it is printed: a number in short form.
        assert!(answer.contains(&format!(r#""credits":{balance},"#)), "{sent}: {answer}");
    }
    for sent in NO_MONEY {
        let answer = panel.call("create_user", &format!("credits{sent}"));
        assert_eq!(answer, invalid("credits"), "{sent}");
    }
    for sent in ["-0.01", "-0.005", "-9999999999.99"] {
        let answer = panel.call("create_user", &format!("credits={sent}"));
        assert_eq!(answer, insufficient(), "{sent}");
    }
}

#[test]
fn a_password_is_stored_as_a_salted_hash() {
    let panel = Panel::docs();
    // The seed's hashes are crypt's own, so that this is a check against it.
    assert!(is_of(&hash(&panel, 88), "reseller88"));
    for username in ["one", "two"] {
        panel.call("create_user", &format!("username={username}&password=strongpass123"));
    }
    let (one, two) = (hash(&panel, 89), hash(&panel, 90));
    assert!(is_of(&one, "strongpass123"), "{one}");
    assert!(is_of(&two, "strongpass123"), "{two}");
    assert!(!is_of(&one, "strongpass124"));
    assert_ne!(one, two);
}

#[test]
fn a_password_is_changed_by_an_edit_and_never_cleared() {
    let panel = Panel::docs();
    assert_edit(&panel, "user", 88, "password=", &[]);
    assert_edit(&panel, "user", 88, "notes=x", &[("notes", json!("x"))]);
    assert!(is_of(&hash(&panel, 88), "reseller88"));
    assert_edit(&panel, "user", 88, "password=päss/wörd 2", &[]);
    assert!(is_of(&hash(&panel, 88), "päss/wörd 2"));
    assert!(!is_of(&hash(&panel, 88), "reseller88"));
}

#[test]
fn no_answer_shows_a_password() {
    let panel = Panel::docs();
    for answer in [
        panel.call("create_user", "username=one&password=strongpass123"),
        panel.call("edit_user", "id=88&password=strongpass123"),
        panel.call("get_user", "id=88"),
        panel.call("get_user", "id=88&show_columns=password"),
        panel.call("get_users", ""),
        panel.call("get_users", "search[value]=$6$"),
    ] {
        assert!(answer.starts_with(r#"{"status":"STATUS_SUCCESS""#), "{answer}");
        assert!(!answer.contains("password") && !answer.contains("strongpass") && !answer.contains("$6$"));
    }
}

#[test]
fn get_user_shows_any_account() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_user", "id=88"), @r#"{"status":"STATUS_SUCCESS","data":{"id":88,"username":"reseller88","email":"reseller88@example.com","member_group_id":3,"credits":50,"status":1,"created_at":"2025-01-01 00:00:00","group_name":"Premium Resellers","owner_id":0,"notes":"","reseller_dns":"my.dns.example","ip":"","last_login":null,"api_key":"RESELLER_KEY"}}"#);
    assert_snapshot!(panel.call("get_user", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"username":"admin","email":"admin@example.com","member_group_id":10,"credits":0,"status":1,"created_at":"2024-01-01 00:00:00","group_name":"Administrators","owner_id":0,"notes":"","reseller_dns":"","ip":"203.0.113.5","last_login":"2026-03-15 09:00:00","api_key":"YOUR_KEY"}}"#);
}

#[test]
fn edit_user_answers_the_user_object() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("edit_user", "id=88&email=new@example.com"), @r#"{"status":"STATUS_SUCCESS","data":{"id":88,"username":"reseller88","email":"new@example.com","member_group_id":3,"credits":50,"status":1,"created_at":"2025-01-01 00:00:00","group_name":"Premium Resellers","owner_id":0,"notes":"","reseller_dns":"my.dns.example","ip":"","last_login":null,"api_key":"RESELLER_KEY"}}"#);
}

#[test]
fn an_edit_changes_only_what_is_sent() {
    let panel = Panel::docs();
    for (form, changes) in [
        ("username=renamed", vec![("username", json!("renamed"))]),
        ("email=not validated", vec![("email", json!("not validated"))]),
        (
            "member_group_id=5",
            vec![("member_group_id", json!(5)), ("group_name", json!("Gold Resellers"))],
        ),
        ("notes=one/two", vec![("notes", json!("one/two"))]),
        ("credits=75.25", vec![("credits", json!(75.25))]),
        ("owner_id=1", vec![("owner_id", json!(1))]),
        ("status=0", vec![("status", json!(0))]),
        ("reseller_dns=tv.example", vec![("reseller_dns", json!("tv.example"))]),
        // Nothing sent, and what cannot be edited.
        ("ip=192.0.2.1&last_login=2026-01-01&group_name=x", vec![]),
    ] {
        assert_edit(&panel, "user", 88, form, &changes);
    }
}

#[test]
fn a_field_sent_empty_is_cleared() {
    let panel = Panel::docs();
    panel.sql("UPDATE users SET notes = 'x', owner_id = 1 WHERE id = 88");
    for (form, changes) in [
        ("email=", vec![("email", json!(""))]),
        (
            "member_group_id=",
            vec![("member_group_id", json!(2)), ("group_name", json!("Resellers"))],
        ),
        ("notes=%20", vec![("notes", json!(""))]),
        ("owner_id=", vec![("owner_id", json!(0))]),
        ("status=", vec![("status", json!(0))]),
        ("reseller_dns=", vec![("reseller_dns", json!(""))]),
        // What cannot be cleared.
        ("username=", vec![]),
    ] {
        assert_edit(&panel, "user", 88, form, &changes);
    }
}

#[test]
fn an_edited_balance_is_logged_with_the_difference() {
    let panel = Panel::docs();
    for (form, balance, change) in [
        (
            "credits=60.5&credits_reason=a bonus",
            "60.5",
            "2|88|1|1050|1773585000|a bonus",
        ),
        ("credits=0", "0", "3|88|1|-6050|1773585000|"),
        ("credits=0.01", "0.01", "4|88|1|1|1773585000|"),
        // No difference after rounding, no row.
        ("credits=0.01", "0.01", "4|88|1|1|1773585000|"),
        ("credits=0.0149&credits_reason=none", "0.01", "4|88|1|1|1773585000|"),
        ("notes=x&credits_reason=none", "0.01", "4|88|1|1|1773585000|"),
    ] {
        let answer = panel.call("edit_user", &format!("id=88&{form}"));
        assert!(answer.contains(&format!(r#""credits":{balance},"#)), "{form}: {answer}");
        assert_eq!(last_change(&panel), change, "{form}");
    }
    for (form, refused) in [
        ("credits=-0.01", insufficient()),
        ("credits=x", invalid("credits")),
        ("credits=5&status=2", invalid("status")),
        ("credits=5&username=admin", taken()),
    ] {
        assert_eq!(panel.call("edit_user", &format!("id=88&{form}")), refused, "{form}");
    }
    assert_eq!(last_change(&panel), "4|88|1|1|1773585000|");
}

#[test]
fn a_reason_belongs_to_edits_alone() {
    let strict = Panel::docs_with(|config| config.strict = linecard::panel::strictness::Strictness::Error);
    assert_eq!(
        strict.call("create_user", "credits=5&credits_reason=x"),
        failure("STATUS_INVALID_INPUT", "Unknown parameter: credits_reason.")
    );
    let answer = strict.call("edit_user", "id=88&credits=50&credits_reason=x");
    assert_eq!(answer, strict.call("get_user", "id=88"));
}

#[test]
fn get_users_shows_resellers_with_their_lines() {
    let panel = Panel::small();
    assert_snapshot!(panel.get("get_users", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":2,"username":"north","email":"north@example.com","member_group_id":3,"credits":100,"status":1,"created_at":"2026-01-01 00:00:00","group_name":"Partners","is_reseller":1,"owner_id":0,"owner_username":"","notes":"","reseller_dns":"","ip":"","last_login":null,"user_lines":1,"mag_lines":1,"e2_lines":0},{"id":3,"username":"south","email":"south@example.com","member_group_id":2,"credits":12.5,"status":1,"created_at":"2026-01-01 00:00:00","group_name":"Resellers","is_reseller":1,"owner_id":2,"owner_username":"north","notes":"","reseller_dns":"","ip":"","last_login":null,"user_lines":2,"mag_lines":0,"e2_lines":1}],"recordsTotal":2,"recordsFiltered":2}"#);
}

#[test]
fn get_users_leaves_out_administrators_alone() {
    let panel = Panel::docs();
    panel.sql(
        "INSERT INTO users_groups (group_id, group_name, is_admin, is_reseller) VALUES (11, 'Both', 1, 1), (12, 'Neither', 0, 0)",
    );
    panel.sql("INSERT INTO users (id, username, member_group_id) VALUES (91, 'both', 11), (92, 'neither', 12), (93, 'lost', 77)");
    assert_snapshot!(panel.call("get_users", "show_columns=id,group_name,is_reseller"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":88,"group_name":"Premium Resellers","is_reseller":1},{"id":92,"group_name":"Neither","is_reseller":0},{"id":93,"group_name":"","is_reseller":0}],"recordsTotal":3,"recordsFiltered":3}"#);
    assert_eq!(data(&panel.call("user_info", ""), "total_resellers"), "3");
}

/// Accounts 88, 91 and 92, different in everything that lists sort, search or filter by.
fn three_resellers() -> Panel {
    let panel = Panel::docs();
    panel.sql(
        "INSERT INTO users (id, username, email, ip, date_registered, last_login, member_group_id, credits, notes, status, owner_id) VALUES
         (91, 'anna', 'a@one.example', '192.0.2.91', 1767225600, 1773565200, 5, 900, 'Owes_us 5%', 0, 88),
         (92, 'zoe', 'z@two.example', '192.0.2.9', 1767312000, 1773558000, 2, 10000, '', 1, 1)",
    );
    panel
}

#[test]
fn accounts_are_searched_in_the_columns_of_the_contract() {
    let panel = three_resellers();
    for (needle, expected) in [
        ("8", vec![88]),
        ("9", vec![91, 92]),
        ("ANN", vec![91]),
        ("owes_", vec![91]),
        ("5%25", vec![91]),
        ("o_e", vec![]),
        ("2026-01-02", vec![92]),
        ("09:00:00", vec![91]),
        ("Two.Example", vec![92]),
        ("192.0.2.91", vec![91]),
        // Not searched: group, owner, balance, host name, key.
        ("Gold", vec![]),
        ("my.dns", vec![]),
        ("RESELLER_KEY", vec![]),
        ("100", vec![]),
        ("", vec![88, 91, 92]),
    ] {
        let found = ids(&panel.call("get_users", &format!("search[value]={needle}")));
        assert_eq!(found, expected, "{needle:?}");
    }
}

#[test]
fn accounts_are_filtered_by_status_or_group() {
    let panel = three_resellers();
    for (form, expected) in [
        ("filter=-1", vec![88, 92]),
        ("filter=-2", vec![91]),
        ("filter=3", vec![88]),
        ("filter=5", vec![91]),
        ("filter=10", vec![]),
        ("filter=77", vec![]),
        ("filter=", vec![88, 91, 92]),
        ("filter=x", vec![88, 91, 92]),
        ("reseller=88", vec![91]),
        ("reseller=1", vec![92]),
        ("reseller=88&filter=-1", vec![]),
    ] {
        assert_eq!(ids(&panel.call("get_users", form)), expected, "{form}");
    }
}

#[test]
fn accounts_are_sorted_by_their_order_columns() {
    let panel = three_resellers();
    for (column, name, up, down) in [
        (0, "id", [88, 91, 92], [92, 91, 88]),
        (1, "username", [91, 88, 92], [92, 88, 91]),
        (2, "owner_id", [88, 92, 91], [91, 92, 88]),
        (3, "ip", [88, 92, 91], [91, 92, 88]),
        // Ties stand by id upwards in both directions.
        (4, "status", [91, 88, 92], [88, 92, 91]),
        (5, "member_group_id", [92, 88, 91], [91, 88, 92]),
        (6, "credits", [91, 88, 92], [92, 88, 91]),
        (7, "nothing", [88, 91, 92], [92, 91, 88]),
        // Who never logged in comes first upwards.
        (11, "last_login", [88, 92, 91], [91, 92, 88]),
    ] {
        for (dir, expected) in [("asc", up), ("desc", down)] {
            let form = format!("order[0][column]={column}&order[0][dir]={dir}");
            assert_eq!(ids(&panel.call("get_users", &form)), expected, "by {name} {dir}");
        }
    }
}

#[test]
fn delete_user_takes_its_logs_and_leaves_its_lines() {
    let panel = Panel::small();
    panel.sql("INSERT INTO users_logs (id, owner, type, action) VALUES (1, 2, 'line', 'new'), (2, 3, 'line', 'new')");
    panel.sql(
        "INSERT INTO users_credits_logs (id, target_id, admin_id, amount) VALUES (1, 3, 2, 500), (2, 2, 1, 1000), (3, 3, 1, 100)",
    );
    panel.sql("INSERT INTO login_logs (id, user_id) VALUES (1, 2)");
    panel.sql("INSERT INTO activecodes (code, member_id) VALUES ('a', 2), ('b', 3)");

    assert_eq!(panel.call("delete_user", "id=2"), DONE);
    assert_eq!(panel.call("get_user", "id=2"), not_found());
    assert_eq!(panel.call("delete_user", "id=2"), not_found());
    // What it did goes; what was done to it stays without a name.
    assert_eq!(ids(&panel.call("user_logs", "")), [2]);
    assert_snapshot!(panel.call("credit_logs", "show_columns=id,target_id,target_username,owner_username"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":2,"target_id":2,"target_username":null,"owner_username":"admin"},{"id":3,"target_id":3,"target_username":"south","owner_username":"admin"}],"recordsTotal":2,"recordsFiltered":2}"#);
    assert_eq!(ids(&panel.call("login_logs", "")), [1]);
    // Lines, active codes and devices stay without an owner, sub-resellers without a reseller above them.
    assert_eq!(
        panel.sql("SELECT id, member_id, enabled FROM lines ORDER BY id"),
        ["1|0|1", "2|3|0", "3|3|1", "4|0|1", "5|0|1", "6|3|1"]
    );
    assert_eq!(
        panel.sql("SELECT code, member_id, enabled FROM activecodes ORDER BY id"),
        ["a|0|1", "b|3|1"]
    );
    assert_eq!(data(&panel.call("get_mag", "id=1"), "member_id"), "0");
    assert_eq!(panel.sql("SELECT id, owner_id FROM users ORDER BY id"), ["1|0", "3|0"]);
    // Nobody was disconnected.
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_live"), "2");
}

#[test]
fn an_accounts_id_is_never_given_twice() {
    let panel = Panel::docs();
    assert_eq!(panel.call("delete_user", "id=88"), DONE);
    let answer = panel.call("create_user", "username=reseller88");
    assert_eq!(data(&answer, "id"), "89");
}

#[test]
fn a_disabled_reseller_keeps_its_lines() {
    let panel = Panel::docs();
    let lines = panel.call("get_lines", "");
    let mags = panel.call("get_mags", "");
    for (action, status) in [
        ("disable_user", "0"),
        ("disable_user", "0"),
        ("enable_user", "1"),
        ("enable_user", "1"),
    ] {
        assert_eq!(panel.call(action, "id=88"), DONE);
        assert_eq!(data(&panel.call("get_user", "id=88"), "status"), status, "{action}");
        assert_eq!(panel.call("get_lines", ""), lines, "{action}");
        assert_eq!(panel.call("get_mags", ""), mags, "{action}");
    }
}

#[test]
fn an_accounts_key_stops_and_starts_with_it() {
    let panel = Panel::docs();
    add_admin(&panel);
    assert!(works(&panel, "SECOND_KEY"));
    panel.call("disable_user", "id=90");
    assert!(!works(&panel, "SECOND_KEY"));
    panel.call("enable_user", "id=90");
    assert!(works(&panel, "SECOND_KEY"));
    panel.call("delete_user", "id=90");
    assert!(!works(&panel, "SECOND_KEY"));
}

#[test]
fn an_accounts_key_follows_its_status_and_group() {
    let panel = Panel::docs();
    add_admin(&panel);
    for (form, expected) in [
        ("id=90&status=0", false),
        ("id=90&status=1", true),
        ("id=90&member_group_id=3", false),
        ("id=90&member_group_id=10", true),
        ("id=90&status=", false),
    ] {
        panel.call("edit_user", form);
        assert_eq!(works(&panel, "SECOND_KEY"), expected, "{form}");
    }
    // A reseller who becomes an administrator.
    assert!(!works(&panel, "RESELLER_KEY"));
    panel.call("edit_user", "id=88&member_group_id=10");
    assert_eq!(
        with_key(&panel, "RESELLER_KEY"),
        r#"{"status":"STATUS_SUCCESS","data":{"username":"reseller88"}}"#
    );
}

#[test]
fn administrators_can_lock_themselves_out() {
    for action in ["disable_user", "delete_user"] {
        let panel = Panel::docs();
        assert_eq!(panel.call(action, "id=1"), DONE);
        assert_eq!(
            panel.call("enable_user", "id=1"),
            failure("STATUS_FAILURE", "Invalid API key."),
            "{action}"
        );
    }
}

#[test]
fn adjust_credits_answers_the_documents_four_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("adjust_credits", "id=88&credits=100"), @r#"{"status":"STATUS_SUCCESS","data":{"id":88,"credits_before":50.00,"credits_after":150.00,"adjusted":100}}"#);
    assert_eq!(data(&panel.call("get_user", "id=88"), "credits"), "150");
    assert_snapshot!(panel.get("adjust_credits", "id=88&credits=-150&show_columns=id"), @r#"{"status":"STATUS_SUCCESS","data":{"id":88,"credits_before":150.00,"credits_after":0.00,"adjusted":-150}}"#);
    assert_eq!(data(&panel.call("get_user", "id=88"), "credits"), "0");
}

#[test]
fn credits_are_adjusted_by_exact_hundredths() {
    for (sent, after, adjusted) in [
        ("0", "50.00", "0"),
        ("-0", "50.00", "0"),
        ("0.5", "50.50", "0.5"),
        ("-12.34", "37.66", "-12.34"),
        ("-50", "0.00", "-50"),
        ("0.005", "50.01", "0.01"),
        ("-0.005", "49.99", "-0.01"),
        ("0.0049", "50.00", "0"),
        ("1.005", "51.01", "1.01"),
        ("1e2", "150.00", "100"),
        ("2.5E-1", "50.25", "0.25"),
        ("%2B7", "57.00", "7"),
        (" 7 ", "57.00", "7"),
        ("9999999949.99", "9999999999.99", "9999999949.99"),
    ] {
        let panel = Panel::docs();
        assert_eq!(
            panel.call("adjust_credits", &format!("id=88&credits={sent}")),
            format!(
                r#"{{"status":"STATUS_SUCCESS","data":{{"id":88,"credits_before":50.00,"credits_after":{after},"adjusted":{adjusted}}}}}"#
            ),
            "{sent}"
        );
    }
}

#[test]
fn a_refused_adjustment_leaves_the_balance_and_the_log() {
    let panel = Panel::docs();
    let missing = failure("STATUS_INVALID_INPUT", "Missing parameter: credits.");
    for form in ["", "&credits=", "&credits=%20", "&reason=x"] {
        assert_eq!(panel.call("adjust_credits", &format!("id=88{form}")), missing, "{form}");
    }
    for credits in NO_MONEY {
        let answer = panel.call("adjust_credits", &format!("id=88&credits{credits}"));
        assert_eq!(answer, invalid("credits"), "{credits}");
    }
    for credits in ["-50.01", "-50.005", "-9999999999.99"] {
        let answer = panel.call("adjust_credits", &format!("id=88&credits={credits}"));
        assert_eq!(answer, insufficient(), "{credits}");
    }
    // A wrong value counts before the balance.
    let answer = panel.call("adjust_credits", "id=88&credits=-100&reason[]=x");
    assert_eq!(answer, invalid("reason"));
    assert_eq!(data(&panel.call("get_user", "id=88"), "credits"), "50");
    assert_eq!(last_change(&panel), SEEDED_CHANGE);
}

#[test]
fn a_balance_below_zero_can_be_raised_above_it_alone() {
    let panel = Panel::docs();
    panel.sql("UPDATE users SET credits = -500 WHERE id = 88");
    for credits in ["0", "4.99", "-1"] {
        let answer = panel.call("adjust_credits", &format!("id=88&credits={credits}"));
        assert_eq!(answer, insufficient(), "{credits}");
    }
    assert_snapshot!(panel.call("adjust_credits", "id=88&credits=5"), @r#"{"status":"STATUS_SUCCESS","data":{"id":88,"credits_before":-5.00,"credits_after":0.00,"adjusted":5}}"#);
}

#[test]
fn every_adjustment_is_logged() {
    let panel = Panel::docs();
    add_admin(&panel);
    panel.call("adjust_credits", "id=88&credits=0");
    panel.inner().clock().advance(60);
    panel.call("adjust_credits", "id=88&credits=-12.5&reason= back/to me ");
    // By whom: the owner of the key.
    let form = "api_key=SECOND_KEY&action=adjust_credits&id=1&credits=7&reason=é";
    panel.client().post(&panel.admin_path(), form);
    assert_snapshot!(panel.call("credit_logs", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"target_id":88,"target_username":"reseller88","admin_id":1,"owner_username":"admin","amount":50,"date":"2026-01-01 00:00:00","reason":"first credits"},{"id":2,"target_id":88,"target_username":"reseller88","admin_id":1,"owner_username":"admin","amount":0,"date":"2026-03-15 14:30:00","reason":""},{"id":3,"target_id":88,"target_username":"reseller88","admin_id":1,"owner_username":"admin","amount":-12.5,"date":"2026-03-15 14:31:00","reason":"back\/to me"},{"id":4,"target_id":1,"target_username":"admin","admin_id":90,"owner_username":"second","amount":7,"date":"2026-03-15 14:31:00","reason":"\u00e9"}],"recordsTotal":4,"recordsFiltered":4}"#);
    // Nothing of it is a reseller's own doing.
    assert_eq!(ids(&panel.call("user_logs", "")), [1]);
}
