//! Lines (contract, 7.2), and devices that were converted into one (7.3 and 7.4).

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::devices::{assert_edit, ids, is_random};
use crate::support::{DONE, Panel, data, failure};

/// What a line has and no answer of this dialect shows.
const UNSEEN: [&str; 8] = [
    "is_stalker",
    "bypass_ua",
    "allowed_outputs",
    "package_id",
    "force_server_id",
    "pair_id",
    "forced_country",
    "contact",
];

/// Wrong values, each with its parameter, in the order in which the contract lists them.
const WRONG: [(&str, &str); 20] = [
    ("username", "username[]=x"),
    ("password", "password[]=x"),
    ("max_connections", "max_connections=-1"),
    ("member_id", "member_id=x"),
    ("is_restreamer", "is_restreamer=2"),
    ("is_trial", "is_trial=yes"),
    ("is_isplock", "is_isplock=-1"),
    ("admin_notes", "admin_notes[]=x"),
    ("reseller_notes", "reseller_notes[a]=x"),
    ("enabled", "enabled=01"),
    ("admin_enabled", "admin_enabled=true"),
    ("is_stalker", "is_stalker=1.0"),
    ("bypass_ua", "bypass_ua[]=1"),
    ("access_output", "access_output[]=4"),
    ("package_id", "package_id=99"),
    ("force_server_id", "force_server_id=-1"),
    ("pair_id", "pair_id=99"),
    ("forced_country", "forced_country=GBR"),
    ("contact", "contact[]=x"),
    ("no_expire", "no_expire=2"),
];

fn not_found() -> String {
    failure("STATUS_FAILURE", "Line not found.")
}

fn invalid(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."))
}

fn no_package() -> String {
    failure("STATUS_INVALID_PACKAGE", "Package not found.")
}

fn taken() -> String {
    failure("STATUS_EXISTS_USERNAME", "Username already exists.")
}

/// Creates a line and answers its id.
fn create(panel: &Panel, form: &str) -> i64 {
    let answer = panel.call("create_line", form);
    data(&answer, "id").parse().expect(&answer)
}

/// The values of [`UNSEEN`].
fn unseen(panel: &Panel, id: i64) -> Vec<String> {
    let row = panel.sql_one(&format!("SELECT {} FROM lines WHERE id = {id}", UNSEEN.join(", ")));
    row.split('|').map(str::to_owned).collect()
}

/// Edits line 4521 and checks that of everything it has only this unseen column changed.
fn assert_unseen_edit(panel: &Panel, form: &str, column: &str, value: &str) {
    let mut expected = unseen(panel, 4521);
    let at = UNSEEN.iter().position(|name| *name == column).unwrap();
    value.clone_into(&mut expected[at]);
    assert_edit(panel, "line", 4521, form, &[]);
    assert_eq!(unseen(panel, 4521), expected, "{form}");
}

#[test]
fn an_id_that_names_no_line_is_not_found() {
    let panel = Panel::docs();
    for action in [
        "edit_line",
        "get_line",
        "delete_line",
        "disable_line",
        "enable_line",
        "ban_line",
        "unban_line",
    ] {
        for id in [
            "",
            "id=",
            "id=0",
            "id=-4521",
            "id=9999",
            "id=customer4521",
            "id[]=4521",
            // The id is the line's, never its device's or its reseller's.
            "id=301",
            "id=88",
            // Before anything that is wrong beside it.
            "id=9999&exp_date=never&bouquets_selected=1&max_connections=x&package_id=99&username=customer4522",
        ] {
            assert_eq!(panel.call(action, id), not_found(), "{action} {id}");
        }
    }
}

#[test]
fn create_line_answers_the_documents_nine_keys() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_line",
        "exp_date=2026-12-31&username=customer1&password=securepass&max_connections=2&bouquets_selected=[1,2,5]\
         &admin_notes=VIP customer",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":4523,"username":"customer1","password":"securepass","exp_date":"2026-12-31","max_connections":2,"is_trial":0,"status":1,"admin_notes":"VIP customer","created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn create_line_takes_every_parameter() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_line",
        "exp_date=2027-01-01 12:30&username=cust/1&password=pw é&bouquets_selected=[5,1]&max_connections=3&member_id=88\
         &is_restreamer=1&is_trial=1&is_isplock=1&allowed_ips[]=192.0.2.1&allowed_ips[]=any text&allowed_ua[]=VLC/3.0\
         &admin_notes=a/b&reseller_notes=é&enabled=0&admin_enabled=0&is_stalker=1&bypass_ua=1&access_output[]=3\
         &access_output[]=1&package_id=2&force_server_id=1&pair_id=4522&forced_country=GB\
         &contact=me@example.com&no_expire=0",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":4523,"username":"cust\/1","password":"pw \u00e9","exp_date":"2027-01-01 12:30:00","max_connections":3,"is_trial":1,"status":0,"admin_notes":"a\/b","created_at":"2026-03-15 14:30:00"}}"#);
    assert_snapshot!(panel.get("get_line", "id=4523"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4523,"username":"cust\/1","password":"pw \u00e9","exp_date":"2027-01-01 12:30:00","max_connections":3,"is_trial":1,"is_isplock":1,"is_restreamer":1,"enabled":0,"admin_enabled":0,"allowed_ips":["192.0.2.1","any text"],"allowed_ua":["VLC\/3.0"],"admin_notes":"a\/b","reseller_notes":"\u00e9","bouquets":[5,1],"member_id":88,"created_at":"2026-03-15 14:30:00"}}"#);
    assert_eq!(
        unseen(&panel, 4523),
        ["1", "1", "[3,1]", "2", "1", "4522", "GB", "me@example.com"]
    );
    assert_eq!(panel.sql_one("SELECT is_mag, is_e2 FROM lines WHERE id = 4523"), "0|0");
}

#[test]
fn create_line_needs_nothing_but_a_date() {
    let empty = "username=%20&password=&bouquets_selected=&max_connections=&member_id=&is_restreamer=&is_trial=\
                 &is_isplock=\
                 &allowed_ips[]=&allowed_ua[]=&admin_notes=&reseller_notes=&enabled=&admin_enabled=&is_stalker=\
                 &bypass_ua=\
                 &access_output[]=&package_id=&force_server_id=&pair_id=&forced_country=&contact=&no_expire=";
    for form in ["", empty] {
        let panel = Panel::docs();
        assert_eq!(create(&panel, &format!("exp_date=2026-12-31&{form}")), 4523);
        let answer = panel.call("get_line", "id=4523");
        let (username, password) = (data(&answer, "username"), data(&answer, "password"));
        for drawn in [&username, &password] {
            assert!(is_random(drawn.trim_matches('"'), 10), "{drawn}");
        }
        assert_ne!(username, password);
        // An inline snapshot may not stand in a loop.
        assert_eq!(
            answer,
            format!(
                r#"{{"status":"STATUS_SUCCESS","data":{{"id":4523,"username":{username},"password":{password},"exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"","reseller_notes":"","bouquets":[],"member_id":0,"created_at":"2026-03-15 14:30:00"}}}}"#
            )
        );
        assert_eq!(unseen(&panel, 4523), ["0", "0", "[]", "null", "0", "null", "", ""]);
    }
}

#[test]
fn two_lines_are_not_drawn_the_same_credentials() {
    let panel = Panel::docs();
    let mut drawn = Vec::new();
    for _ in 0..20 {
        let answer = panel.call("create_line", "no_expire=1");
        drawn.extend([data(&answer, "username"), data(&answer, "password")]);
    }
    drawn.sort();
    drawn.dedup();
    assert_eq!(drawn.len(), 40);
}

#[test]
fn the_status_of_a_new_line_is_1_when_it_is_neither_disabled_nor_banned() {
    let panel = Panel::docs();
    for (enabled, admin_enabled, status) in [("1", "1", "1"), ("0", "1", "0"), ("1", "0", "0"), ("0", "0", "0")] {
        // An expired one counts as well: the status is about the flags alone.
        let form = format!("exp_date=2020-01-01&enabled={enabled}&admin_enabled={admin_enabled}");
        assert_eq!(data(&panel.call("create_line", &form), "status"), status, "{form}");
    }
}

#[test]
fn a_new_line_costs_nothing_and_is_not_logged() {
    let panel = Panel::docs();
    let books = "SELECT (SELECT sum(credits) FROM users), (SELECT count(*) FROM users_credits_logs),
                        (SELECT count(*) FROM users_logs)";
    let before = panel.sql_one(books);
    create(&panel, "exp_date=2026-12-31&member_id=88&package_id=1");
    panel.call("edit_line", "id=4523&exp_date=2027-12-31&package_id=2");
    panel.call("delete_line", "id=4523");
    assert_eq!(panel.sql_one(books), before);
}

#[test]
fn a_new_line_needs_a_date_before_anything_else() {
    let panel = Panel::docs();
    let wrong = WRONG.map(|(_, form)| form).join("&");
    for form in [
        "",
        "exp_date=",
        "exp_date=%20%0A",
        "exp_date=&no_expire=0",
        "no_expire=2",
        "username=customer4521",
        &format!("{wrong}&bouquets_selected=1"),
    ] {
        let missing = failure("STATUS_INVALID_INPUT", "Missing parameter: exp_date.");
        assert_eq!(panel.call("create_line", form), missing, "{form}");
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "4");
}

#[test]
fn the_first_failing_check_answers() {
    let panel = Panel::docs();
    let lines = panel.sql("SELECT * FROM lines");
    let check = |form: &str, expected: &str| {
        let create = panel.call("create_line", &format!("exp_date=2026-12-31&{form}"));
        assert_eq!(create, expected, "create_line {form}");
        let edit = panel.call("edit_line", &format!("id=4521&{form}"));
        assert_eq!(edit, expected, "edit_line {form}");
    };
    // Sent in reverse: the order of the request means nothing.
    let wrong = |from: usize| {
        let forms: Vec<&str> = WRONG[from..].iter().rev().map(|(_, form)| *form).collect();
        forms.join("&")
    };
    let all = wrong(0);
    check(
        &format!("{all}&bouquets_selected=1&exp_date=never"),
        &failure("STATUS_INVALID_DATE", "Invalid date: exp_date."),
    );
    check(&format!("{all}&bouquets_selected=1"), &invalid("bouquets_selected"));
    for (at, (name, _)) in WRONG.iter().enumerate() {
        let expected = match *name {
            "package_id" => no_package(),
            name => invalid(name),
        };
        // A username that is taken comes after all of them.
        let name_taken = if at == 0 { "" } else { "&username=customer4522" };
        check(&format!("{}{name_taken}", wrong(at)), &expected);
    }
    check("username=customer4522&admin_notes=x", &taken());
    assert_eq!(panel.sql("SELECT * FROM lines"), lines);
}

#[test]
fn no_expire_overrules_the_date() {
    for form in [
        "no_expire=1",
        "exp_date=&no_expire=1",
        "exp_date=2026-12-31&no_expire=1",
        "exp_date=never&no_expire=1",
        "exp_date[]=x&no_expire=%201",
    ] {
        let answer = Panel::docs().call("create_line", form);
        assert_eq!(data(&answer, "exp_date"), "null", "{form}");
    }
    let panel = Panel::docs();
    let never = [("exp_date", json!(null))];
    assert_edit(&panel, "line", 4521, "exp_date=never&no_expire=1", &never);
    let date = [("exp_date", json!("2027-01-01"))];
    assert_edit(&panel, "line", 4521, "exp_date=2027-01-01&no_expire=0", &date);
    assert_edit(&panel, "line", 4521, "no_expire=1", &never);
    // Alone it gives no line back a date.
    assert_edit(&panel, "line", 4521, "no_expire=0", &[]);
    assert_edit(&panel, "line", 4522, "no_expire=0", &[]);
    assert_edit(&panel, "line", 4522, "no_expire=", &[]);
}

#[test]
fn a_username_is_taken_whatever_its_case() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO lines (id, username) VALUES (4600, 'Spaced  '), (4601, 'zoë')");
    for username in [
        "customer4521",
        "CUSTOMER4521",
        " Customer4521 ",
        "spaced",
        "Zoë",
        // Of a device's hidden line.
        "MAG4510hiddenline0000000000000aa",
        "enigma4511hiddenline0000000000aa",
    ] {
        let create = panel.call("create_line", &format!("exp_date=2026-12-31&username={username}"));
        assert_eq!(create, taken(), "{username}");
        let edit = panel.call("edit_line", &format!("id=4522&admin_notes=x&username={username}"));
        assert_eq!(edit, taken(), "{username}");
    }
    let lines = panel.sql("SELECT id, username, admin_notes FROM lines WHERE id BETWEEN 4522 AND 4599");
    assert_eq!(lines, ["4522|customer4522|"]);
    // An account's username is no line's, and two lines may have one password.
    create(&panel, "exp_date=2026-12-31&username=reseller88&password=securepass");
    // A choice: the case of letters beyond ASCII counts.
    create(&panel, "exp_date=2026-12-31&username=ZOË");
    // A line may be sent its own name, and a deleted line's name is free again.
    assert_edit(
        &panel,
        "line",
        4521,
        "username=Customer4521",
        &[("username", json!("Customer4521"))],
    );
    assert_eq!(panel.call("delete_line", "id=4521"), DONE);
    create(&panel, "exp_date=2026-12-31&username=customer4521");
}

#[test]
fn names_and_passwords_of_lines_have_255_characters_at_most() {
    let panel = Panel::docs();
    let longest = "é".repeat(255);
    for field in ["username", "password"] {
        let edit = panel.call("edit_line", &format!("id=4521&{field}={longest}"));
        // JSON text that a parser read, so that escapes do not count.
        assert_eq!(data(&edit, field), format!("\"{longest}\""));
        let create = panel.call("create_line", &format!("exp_date=2026-12-31&{field}={longest}x"));
        assert_eq!(create, invalid(field));
        assert_eq!(
            panel.call("edit_line", &format!("id=4521&{field}={longest}x")),
            invalid(field)
        );
    }
}

#[test]
fn a_package_must_exist() {
    let panel = Panel::docs();
    for id in ["=99", "=0", "=-1", "=abc", "[]=1"] {
        let create = panel.call("create_line", &format!("exp_date=2026-12-31&package_id{id}"));
        assert_eq!(create, no_package(), "{id}");
        let edit = panel.call("edit_line", &format!("id=4521&package_id{id}&admin_notes=x"));
        assert_eq!(edit, no_package(), "{id}");
    }
    // As every id: the leading digits count. A package says nothing about the line's other values.
    assert_unseen_edit(&panel, "package_id=7x", "package_id", "7");
}

#[test]
fn a_line_is_paired_with_one_that_exists() {
    let panel = Panel::docs();
    for id in ["=99", "=0", "=-4522", "=abc", "=301", "[]=4522"] {
        let create = panel.call("create_line", &format!("exp_date=2026-12-31&pair_id{id}"));
        assert_eq!(create, invalid("pair_id"), "{id}");
        let edit = panel.call("edit_line", &format!("id=4521&pair_id{id}&admin_notes=x"));
        assert_eq!(edit, invalid("pair_id"), "{id}");
    }
    assert_unseen_edit(&panel, "pair_id=4522x", "pair_id", "4522");
    // Any row of the table, a device's hidden line as well.
    assert_unseen_edit(&panel, "pair_id=4510", "pair_id", "4510");
}

#[test]
fn a_country_has_two_letters() {
    let panel = Panel::docs();
    for country in ["G", "GBR", "12", "G1", "é", "G B", "*"] {
        let edit = panel.call("edit_line", &format!("id=4521&forced_country={country}"));
        assert_eq!(edit, invalid("forced_country"), "{country}");
    }
    assert_unseen_edit(&panel, "forced_country= DE ", "forced_country", "DE");
}

#[test]
fn output_formats_are_1_to_3() {
    let panel = Panel::docs();
    for (form, stored) in [
        ("access_output[]=1&access_output[]=2&access_output[]=3", "[1,2,3]"),
        ("access_output[]=3&access_output[]=&access_output[]=1", "[3,1]"),
        ("access_output=2", "[2]"),
    ] {
        assert_unseen_edit(&panel, form, "allowed_outputs", stored);
    }
    for form in ["=0", "=4", "=ts", "=[1]", "[]=1&access_output[]=4", "[]=-1"] {
        let edit = panel.call("edit_line", &format!("id=4521&access_output{form}"));
        assert_eq!(edit, invalid("access_output"), "{form}");
    }
}

#[test]
fn get_line_shows_seventeen_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_line", "id=4521"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4521,"username":"customer4521","password":"securepass","exp_date":"2026-12-31","max_connections":2,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"VIP customer","reseller_notes":"","bouquets":[1,2,5],"member_id":88,"created_at":"2026-01-01 00:00:00"}}"#);
    // What other dialects may leave in the table.
    panel.sql("UPDATE lines SET member_id = NULL, exp_date = NULL WHERE id = 4521");
    assert_snapshot!(panel.call("get_line", "id=4521"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4521,"username":"customer4521","password":"securepass","exp_date":null,"max_connections":2,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"VIP customer","reseller_notes":"","bouquets":[1,2,5],"member_id":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn edit_line_answers_the_line_object() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("edit_line", "id=4521&exp_date=2027-06-30&max_connections=3"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4521,"username":"customer4521","password":"securepass","exp_date":"2027-06-30","max_connections":3,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"VIP customer","reseller_notes":"","bouquets":[1,2,5],"member_id":88,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn an_edit_changes_only_what_is_sent() {
    let panel = Panel::docs();
    let before = unseen(&panel, 4521);
    for (form, key, value) in [
        ("exp_date=2027-06-30 18:00", "exp_date", json!("2027-06-30 18:00:00")),
        ("username=renamed", "username", json!("renamed")),
        ("password=new word", "password", json!("new word")),
        ("bouquets_selected=[5]", "bouquets", json!([5])),
        ("max_connections=0", "max_connections", json!(0)),
        // A member need not exist.
        ("member_id=999", "member_id", json!(999)),
        ("is_restreamer=1", "is_restreamer", json!(1)),
        ("is_trial=1", "is_trial", json!(1)),
        ("is_isplock=1", "is_isplock", json!(1)),
        (
            "allowed_ips[]=192.0.2.1&allowed_ips[]=&allowed_ips[]=any text",
            "allowed_ips",
            json!(["192.0.2.1", "any text"]),
        ),
        ("allowed_ua=VLC/3.0", "allowed_ua", json!(["VLC/3.0"])),
        ("admin_notes=one/two", "admin_notes", json!("one/two")),
        ("reseller_notes=three", "reseller_notes", json!("three")),
        ("enabled=0", "enabled", json!(0)),
        ("admin_enabled=0", "admin_enabled", json!(0)),
    ] {
        assert_edit(&panel, "line", 4521, form, &[(key, value)]);
    }
    assert_eq!(unseen(&panel, 4521), before);
    for (form, column, value) in [
        ("is_stalker=1", "is_stalker", "1"),
        ("bypass_ua=1", "bypass_ua", "1"),
        ("access_output[]=2", "allowed_outputs", "[2]"),
        ("package_id=1", "package_id", "1"),
        // A server need not exist.
        ("force_server_id=9", "force_server_id", "9"),
        ("pair_id=4522", "pair_id", "4522"),
        ("forced_country=GB", "forced_country", "GB"),
        ("contact=me@example.com", "contact", "me@example.com"),
    ] {
        assert_unseen_edit(&panel, form, column, value);
    }
    // What is no parameter.
    assert_edit(
        &panel,
        "line",
        4521,
        "bouquet=[2]&bouquets=[2]&created_at=2020-01-01&status=1&notes=x&is_mag=1&is_e2=1",
        &[],
    );
    assert_eq!(panel.sql_one("SELECT is_mag, is_e2 FROM lines WHERE id = 4521"), "0|0");
}

#[test]
fn a_field_sent_empty_is_cleared() {
    let panel = Panel::docs();
    panel.call(
        "edit_line",
        "id=4521&max_connections=3&is_restreamer=1&is_trial=1&is_isplock=1&allowed_ips[]=192.0.2.1&allowed_ua[]=VLC\
         &reseller_notes=b&is_stalker=1&bypass_ua=1&access_output[]=2&package_id=1&force_server_id=1&pair_id=4522\
         &forced_country=GB&contact=c",
    );
    for (form, key, cleared) in [
        ("exp_date=", "exp_date", json!(null)),
        ("bouquets_selected=", "bouquets", json!([])),
        ("max_connections=", "max_connections", json!(1)),
        ("member_id=", "member_id", json!(0)),
        ("is_restreamer=", "is_restreamer", json!(0)),
        ("is_trial=", "is_trial", json!(0)),
        ("is_isplock=", "is_isplock", json!(0)),
        ("allowed_ips[]=", "allowed_ips", json!([])),
        ("allowed_ua=", "allowed_ua", json!([])),
        // White space alone is empty.
        ("admin_notes=%20%0A", "admin_notes", json!("")),
        ("reseller_notes=", "reseller_notes", json!("")),
        ("enabled=", "enabled", json!(0)),
        ("admin_enabled=", "admin_enabled", json!(0)),
    ] {
        assert_edit(&panel, "line", 4521, form, &[(key, cleared)]);
    }
    for (form, column, cleared) in [
        ("is_stalker=", "is_stalker", "0"),
        ("bypass_ua=", "bypass_ua", "0"),
        ("access_output[]=", "allowed_outputs", "[]"),
        ("package_id=", "package_id", "null"),
        ("force_server_id=", "force_server_id", "0"),
        ("pair_id=", "pair_id", "null"),
        ("forced_country=", "forced_country", ""),
        ("contact=", "contact", ""),
    ] {
        assert_unseen_edit(&panel, form, column, cleared);
    }
    // What cannot be cleared.
    assert_edit(&panel, "line", 4521, "username=&password=%20", &[]);
}

#[test]
fn an_edit_leaves_open_connections_alone() {
    let panel = Panel::docs();
    panel.call(
        "edit_line",
        "id=4522&exp_date=2020-01-01&enabled=0&admin_enabled=0&max_connections=1&username=x&password=y\
         &bouquets_selected=[]",
    );
    assert_eq!(panel.sql("SELECT activity_id, user_id FROM lines_live"), ["12345|4522"]);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines_activity"), "1");
}

#[test]
fn the_four_switches_are_independent_and_idempotent() {
    let panel = Panel::docs();
    // 4522 is watching; 4510 is the hidden line of a device.
    for id in [4522, 4510] {
        let get = || panel.call("get_line", &format!("id={id}"));
        let mut expected: Value = serde_json::from_str(&get()).unwrap();
        for (verb, enabled, admin_enabled) in [
            ("disable", 0, 1),
            ("disable", 0, 1),
            ("ban", 0, 0),
            ("ban", 0, 0),
            // A ban stays.
            ("enable", 1, 0),
            ("enable", 1, 0),
            ("disable", 0, 0),
            ("unban", 0, 1),
            ("unban", 0, 1),
            ("enable", 1, 1),
        ] {
            assert_eq!(panel.call(&format!("{verb}_line"), &format!("id={id}")), DONE, "{verb}");
            expected["data"]["enabled"] = json!(enabled);
            expected["data"]["admin_enabled"] = json!(admin_enabled);
            assert_eq!(get(), expected.to_string(), "{verb}_line {id}");
        }
    }
    // No connection was closed, nothing was logged, and the device still has its line.
    assert_eq!(
        panel.sql_one(
            "SELECT (SELECT count(*) FROM lines_live), (SELECT count(*) FROM lines_activity),
                    (SELECT count(*) FROM users_logs), (SELECT count(*) FROM lines_logs)"
        ),
        "1|1|1|1"
    );
    assert_eq!(
        panel.sql_one("SELECT user_id FROM mag_devices WHERE mag_id = 301"),
        "4510"
    );
}

#[test]
fn an_edited_hidden_line_stays_hidden() {
    let panel = Panel::docs();
    for (id, flags) in [(4510, "1|0"), (4511, "0|1")] {
        let username = format!("known{id}");
        assert_edit(
            &panel,
            "line",
            id,
            &format!("username={username}&is_mag=0&is_e2=0"),
            &[("username", json!(username))],
        );
        assert_eq!(
            panel.sql_one(&format!("SELECT is_mag, is_e2 FROM lines WHERE id = {id}")),
            flags
        );
    }
    assert_eq!(ids(&panel.call("get_lines", "")), [4521, 4522]);
}

#[test]
fn a_deleted_line_takes_along_what_belongs_to_it_alone() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines_live SET date_start = 1773584000");
    panel.sql("INSERT INTO lines_logs (user_id) VALUES (4522)");
    panel.sql(
        "INSERT INTO lines_activity (activity_id, user_id, stream_id, date_start, date_end)
         VALUES (12002, 4522, 11, 1773576000, 1773577800)",
    );
    panel.sql("UPDATE lines SET pair_id = 4522 WHERE id = 4521");
    panel.sql("UPDATE lines SET pair_id = 4521 WHERE id = 4510");

    assert_eq!(panel.call("delete_line", "id=4522"), DONE);
    assert_eq!(panel.call("get_line", "id=4522"), not_found());
    assert_eq!(panel.call("delete_line", "id=4522"), not_found());
    assert_eq!(ids(&panel.call("get_lines", "")), [4521]);
    assert_eq!(panel.sql("SELECT user_id FROM lines_logs"), ["4521"]);
    assert!(panel.sql("SELECT * FROM lines_live").is_empty());
    // What it watched stays without it, and its open connection ends now.
    assert_eq!(
        panel.sql(
            "SELECT user_id, stream_id, server_id, user_agent, user_ip, container, geoip_country_code,
                    date_start, date_end
             FROM lines_activity ORDER BY activity_id"
        ),
        [
            "4521|10|1|VLC/3.0.18|203.0.113.7|ts|GB|1773576000|1773577800",
            "0|11|0|||||1773576000|1773577800",
            "0|10|1|VLC/3.0.18|203.0.113.7|ts|GB|1773584000|1773585000",
        ]
    );
    // Its pair stands alone; other pairs stay.
    assert_eq!(
        panel.sql("SELECT id, pair_id FROM lines ORDER BY id"),
        ["4510|4521", "4511|null", "4521|null"]
    );
}

#[test]
fn an_id_is_never_given_twice() {
    let panel = Panel::docs();
    assert_eq!(create(&panel, "no_expire=1"), 4523);
    assert_eq!(panel.call("delete_line", "id=4523"), DONE);
    assert_eq!(create(&panel, "no_expire=1"), 4524);
}

#[test]
fn a_converted_device_is_a_line_like_any_other() {
    let panel = Panel::docs();
    for (noun, id, line) in [("mag", 301, 4510), ("enigma", 501, 4511)] {
        let answer = panel.call(&format!("convert_{noun}"), &format!("id={id}"));
        let username = data(&answer, "username").to_uppercase();
        let form = format!("exp_date=2026-12-31&username={}", username.trim_matches('"'));
        assert_eq!(panel.call("create_line", &form), taken());
        assert_edit(
            &panel,
            "line",
            line,
            "username=typed&exp_date=2027-01-01",
            &[("username", json!("typed")), ("exp_date", json!("2027-01-01"))],
        );
        assert_eq!(ids(&panel.call("get_lines", "search[value]=typed")), [line]);
        assert_eq!(panel.call("delete_line", &format!("id={line}")), DONE);
        assert_eq!(ids(&panel.call("get_lines", "")), [4521, 4522]);
    }
}

#[test]
fn get_lines_shows_five_more_keys_and_no_hidden_line() {
    let panel = Panel::docs();
    panel.call("edit_line", "id=4521&member_id=999");
    assert_snapshot!(panel.get("get_lines", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4521,"username":"customer4521","password":"securepass","exp_date":"2026-12-31","max_connections":2,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"VIP customer","reseller_notes":"","bouquets":[1,2,5],"member_id":999,"created_at":"2026-01-01 00:00:00","owner_name":"","active_connections":0,"stream_id":null,"stream_display_name":null,"last_active":null},{"id":4522,"username":"customer4522","password":"securepass2","exp_date":"2027-03-15","max_connections":1,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2],"member_id":88,"created_at":"2026-01-01 00:00:00","owner_name":"reseller88","active_connections":1,"stream_id":10,"stream_display_name":"Demo News","last_active":"2026-03-15 18:02:11"}],"recordsTotal":2,"recordsFiltered":2}"#);
}

#[test]
fn a_list_shows_the_newest_open_connection() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO lines_live (activity_id, user_id, stream_id, server_id) VALUES (70001, 4522, 11, 1)");
    assert_snapshot!(panel.call("get_lines", "search[value]=customer4522&show_columns=active_connections,stream_id,stream_display_name"), @r#"{"status":"STATUS_SUCCESS","data":[{"active_connections":2,"stream_id":11,"stream_display_name":"Demo Sports"}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_list_is_filtered_by_the_state_of_the_line() {
    let panel = Panel::docs();
    for form in [
        // Expired from the start of its day, and from its very second, on.
        "exp_date=2026-03-15",
        "exp_date=2026-03-15 14:30:00",
        "exp_date=2026-03-15 14:30:01&is_trial=1",
        "exp_date=2020-01-01&enabled=0&is_trial=1",
        "no_expire=1&admin_enabled=0",
        "no_expire=1&is_restreamer=1",
        "exp_date=2026-03-29&is_stalker=1",
        "exp_date=2026-03-30",
    ] {
        create(&panel, form);
    }
    let all: Vec<i64> = (4521..=4530).collect();
    for (filter, expected) in [
        ("1", vec![4521, 4522, 4525, 4528, 4529, 4530]),
        ("2", vec![4526]),
        ("3", vec![4527]),
        ("4", vec![4523, 4524, 4526]),
        ("5", vec![4525, 4526]),
        ("6", vec![4528]),
        ("7", vec![4529]),
        ("8", vec![4525, 4529]),
        ("9", all.clone()),
        ("0", all.clone()),
        ("-1", all.clone()),
        ("x", all.clone()),
        ("", all),
    ] {
        let answer = panel.call("get_lines", &format!("filter={filter}"));
        assert_eq!(ids(&answer), expected, "filter={filter}");
    }
}

#[test]
fn a_list_is_sorted_by_its_order_columns() {
    let panel = Panel::docs();
    let [a, b, c] = [4521, 4522, create(&panel, "no_expire=1")];
    for (id, columns) in [
        (
            a,
            "username='c', password='x', member_id=3, enabled=0, is_trial=1, max_connections=2, exp_date='2027-01-01'",
        ),
        (
            b,
            "username='a', password='z', member_id=2, admin_enabled=0, is_restreamer=1, max_connections=3,
             exp_date=NULL, last_activity=200",
        ),
        (
            c,
            "username='b', password='y', member_id=1, max_connections=1, exp_date='2026-06-01', last_activity=100",
        ),
    ] {
        panel.sql(&format!("UPDATE lines SET {columns} WHERE id = {id}"));
    }
    // `a` watches nothing, `b` one stream, `c` two.
    panel.sql("INSERT INTO lines_live (user_id, stream_id) VALUES (4523, 10), (4523, 11)");

    // Ties stand by id upwards in both directions; nulls come first upwards.
    for (column, name, up, down) in [
        (0, "id", [a, b, c], [c, b, a]),
        (1, "username", [b, c, a], [a, c, b]),
        (2, "password", [a, c, b], [b, c, a]),
        (3, "member_id", [c, b, a], [a, b, c]),
        (4, "enabled - admin_enabled", [a, c, b], [b, c, a]),
        (5, "online", [a, b, c], [b, c, a]),
        (6, "is_trial", [b, c, a], [a, b, c]),
        (7, "is_restreamer", [a, c, b], [b, a, c]),
        (8, "active_connections", [a, b, c], [c, b, a]),
        (9, "max_connections", [c, a, b], [b, a, c]),
        (10, "exp_date", [b, c, a], [a, c, b]),
        (11, "last_activity", [a, c, b], [b, c, a]),
        (12, "unknown", [a, b, c], [c, b, a]),
    ] {
        for (dir, expected) in [("asc", up), ("desc", down)] {
            let answer = panel.call("get_lines", &format!("order[0][column]={column}&order[0][dir]={dir}"));
            assert_eq!(ids(&answer), expected, "by {name} {dir}");
        }
    }
}

#[test]
fn a_list_is_searched_in_the_columns_of_the_contract() {
    let panel = Panel::docs();
    panel.call(
        "edit_line",
        "id=4522&reseller_notes=Gold 50%25_&max_connections=77&contact=me@example.com&allowed_ips[]=192.0.2.1",
    );
    let both = vec![4521, 4522];
    for (needle, expected) in [
        ("CUSTOMER4522", vec![4522]),
        ("SecurePass2", vec![4522]),
        ("2027-03", vec![4522]),
        ("77", vec![4522]),
        ("gOLD", vec![4522]),
        ("vip", vec![4521]),
        // Literal, not patterns.
        ("%25", vec![4522]),
        ("_", vec![4522]),
        // Not searched: owner, bouquets, addresses, contact; and never a hidden line.
        ("reseller88", vec![]),
        ("[1", vec![]),
        ("192.0.2.1", vec![]),
        ("example.com", vec![]),
        ("hiddenline", vec![]),
        ("", both.clone()),
    ] {
        let answer = panel.call("get_lines", &format!("search[value]={needle}"));
        assert_eq!(ids(&answer), expected, "{needle:?}");
    }
    // A search that is no array is none.
    assert_eq!(ids(&panel.call("get_lines", "search=vip")), both);
}

#[test]
fn a_list_is_narrowed_to_a_reseller_and_to_a_page() {
    let panel = Panel::docs();
    let new = create(&panel, "no_expire=1&member_id=7");
    for (reseller, expected) in [("88", vec![4521, 4522]), ("7", vec![new]), ("9", vec![])] {
        let answer = panel.call("get_lines", &format!("reseller={reseller}"));
        assert_eq!(ids(&answer), expected, "{reseller}");
    }
    assert_snapshot!(panel.get("get_lines", "start=1&limit=1&show_columns=id"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4522}],"recordsTotal":3,"recordsFiltered":1}"#);
}
