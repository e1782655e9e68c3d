//! Access codes, and the paths that they open and close at once (contract, 7.7 and 1).

use insta::assert_snapshot;
use serde_json::json;

use super::bouquets::{NO_IDS, Wrong, assert_not_found, assert_refused, invalid};
use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

/// In the order in which the contract lists them.
const WRONG: [Wrong; 5] = [
    (
        "code",
        &["=with space", "=sl/ashes1", "=ümlaut-01", "=playlist", "[]=newcode01"],
    ),
    ("type", &["=7", "=-1", "=x", "=3.0", "[]=3"]),
    ("enabled", &["=2", "=-1", "=yes", "=01", "[]=1"]),
    ("groups", &NO_IDS),
    (
        "whitelist",
        &[
            "[]=host",
            "=10.0.0.0/33",
            "=1.2.3",
            "[]=::1&whitelist[]=x",
            "[a][b]=::1",
        ],
    ),
];

/// The words that the contract reserves.
const RESERVED: &str = "admin stream images player_api player playlist epg live movie series status nginx_status \
    get panel_api xmltv probe thumb timeshift auth vauth tsauth hls play key api c portal stalker_portal server \
    streaming enigma2 reseller linecard";

fn taken() -> String {
    failure("STATUS_FAILURE", "Access code already exists.")
}

/// The HTTP status and body with which a code answers a call of the Admin API.
fn through(panel: &Panel, code: &str) -> (u16, String) {
    let form = "api_key=YOUR_KEY&action=get_category&id=1&show_columns=id";
    let answer = panel.client().post(&format!("/{code}/admin/index.php"), form);
    (answer.status, answer.text())
}

fn is_open(panel: &Panel, code: &str) -> bool {
    let (status, text) = through(panel, code);
    let open = text == r#"{"status":"STATUS_SUCCESS","data":{"id":1}}"#;
    assert!(open || status == 404, "{status} {text}");
    open
}

#[test]
fn access_codes_are_listed_by_id() {
    assert_snapshot!(Panel::docs().get("get_access_codes", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"code":"spare0001","type":3,"enabled":1,"groups":[],"whitelist":[]},{"id":2,"code":"access","type":3,"enabled":1,"groups":[],"whitelist":[]}]}"#);
}

#[test]
fn get_access_code_shows_six_keys() {
    assert_snapshot!(Panel::docs().get("get_access_code", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"code":"spare0001","type":3,"enabled":1,"groups":[],"whitelist":[]}}"#);
}

#[test]
fn an_id_that_names_no_access_code_is_not_found() {
    let verbs = ["get", "edit", "delete"];
    let beside = "type=x&code=access";
    assert_not_found(&Panel::docs(), &verbs, "access_code", "Access code", beside);
}

#[test]
fn create_access_code_needs_nothing() {
    let panel = Panel::docs();
    for (id, form) in [(3, ""), (4, "code=&type=&enabled=&groups=&whitelist[]=")] {
        let answer = panel.call("create_access_code", form);
        let code = data(&answer, "code").replace('"', "");
        let of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        assert!(code.len() == 10 && code.chars().all(of), "{code}");
        let expected = format!(
            r#"{{"status":"STATUS_SUCCESS","data":{{"id":{id},"code":"{code}","type":3,"enabled":1,"groups":[],"whitelist":[]}}}}"#
        );
        assert_eq!(answer, expected);
        assert!(is_open(&panel, &code));
    }
    let codes = panel.sql("SELECT DISTINCT code FROM access_codes");
    assert_eq!(codes.len(), 4);
}

#[test]
fn create_access_code_takes_every_parameter() {
    let panel = Panel::docs();
    let form = r#"code=Ab_-09xyz&type=4&enabled=0&groups=[3,"1",3,99]&whitelist[]=10.0.0.0/8&whitelist[]=&whitelist[]=2001:db8::1"#;
    assert_snapshot!(panel.call("create_access_code", form), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"code":"Ab_-09xyz","type":4,"enabled":0,"groups":[3,1,99],"whitelist":["10.0.0.0\/8","2001:db8::1"]}}"#);
    assert_snapshot!(panel.get("get_access_code", "id=3"), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"code":"Ab_-09xyz","type":4,"enabled":0,"groups":[3,1,99],"whitelist":["10.0.0.0\/8","2001:db8::1"]}}"#);
    for kind in 0..=6 {
        let answer = panel.call("create_access_code", &format!("type={kind}&whitelist=192.0.2.7"));
        assert_eq!(data(&answer, "type"), kind.to_string());
        assert_eq!(data(&answer, "whitelist"), r#"["192.0.2.7"]"#);
    }
}

#[test]
fn a_code_has_8_to_64_characters_and_a_portals_code_one_at_least() {
    let panel = Panel::docs();
    let of = |length: usize| "x".repeat(length);
    for (kind, code, good) in [
        (3, of(7), false),
        (3, of(8), true),
        (3, of(64), true),
        (3, of(65), false),
        (5, of(7), false),
        (2, of(1), true),
        (2, of(64), false), // Taken, below.
        (2, of(65), false),
        (2, "a.b".into(), false),
    ] {
        let answer = panel.call("create_access_code", &format!("type={kind}&code={code}"));
        match (good, code.len()) {
            (true, _) => assert_eq!(data(&answer, "code"), format!("{code:?}")),
            (false, 64) => assert_eq!(answer, taken()),
            (false, _) => assert_eq!(answer, invalid("code"), "{kind} {code}"),
        }
    }
    // An edit that does not say the type means the one there is: id 5 is a portal's.
    assert_edit(&panel, "access_code", 5, "code=y", &[("code", json!("y"))]);
    assert_eq!(panel.call("edit_access_code", "id=1&code=z"), invalid("code"));
    let changes = [("code", json!("z")), ("type", json!(2))];
    assert_edit(&panel, "access_code", 1, "code=z&type=2", &changes);
}

#[test]
fn reserved_words_are_no_codes() {
    let panel = Panel::docs();
    for word in RESERVED.split_whitespace() {
        for call in ["create_access_code", "edit_access_code"] {
            // A type for which none of them is too short.
            let answer = panel.call(call, &format!("id=1&type=2&code={word}"));
            assert_eq!(answer, invalid("code"), "{call} {word}");
        }
    }
    assert_eq!(ids(&panel.get("get_access_codes", "")), [1, 2]);
}

#[test]
fn a_code_exists_once_and_its_case_counts() {
    let panel = Panel::docs();
    for (call, form) in [
        ("create_access_code", "code=spare0001"),
        ("create_access_code", "code=+spare0001+&type=0"),
        ("edit_access_code", "id=2&code=spare0001&enabled=0"),
    ] {
        assert_eq!(panel.call(call, form), taken(), "{call} {form}");
        // What is wrong beside it comes first.
        let answer = panel.call(call, &format!("{form}&whitelist=x"));
        assert_eq!(answer, invalid("whitelist"), "{call} {form}");
    }
    assert!(is_open(&panel, "access"));
    assert_edit(&panel, "access_code", 1, "code=spare0001", &[]);
    let answer = panel.call("create_access_code", "code=SPARE0001");
    assert_eq!(data(&answer, "code"), r#""SPARE0001""#);
}

#[test]
fn wrong_values_of_an_access_code_are_refused_in_the_contracts_order() {
    let calls = [("create_access_code", ""), ("edit_access_code", "id=1")];
    assert_refused(&Panel::docs(), "access_codes", &calls, &WRONG);
}

#[test]
fn edit_access_code_changes_only_what_is_sent() {
    let panel = Panel::docs();
    for (form, key, value) in [
        ("code=another-1", "code", json!("another-1")),
        ("type=1", "type", json!(1)),
        ("groups=[3,1]", "groups", json!([3, 1])),
        ("whitelist[]=127.0.0.0/8", "whitelist", json!(["127.0.0.0/8"])),
        ("enabled=0", "enabled", json!(0)),
        ("enabled=1", "enabled", json!(1)),
        // Empty fields are cleared; a type gets its default (a choice).
        ("enabled=", "enabled", json!(0)),
        ("type=", "type", json!(3)),
        ("groups=", "groups", json!([])),
        ("whitelist=", "whitelist", json!([])),
    ] {
        assert_edit(&panel, "access_code", 1, form, &[(key, value)]);
    }
    // A code cannot be taken away from its row.
    for form in ["", "code=", "code=+"] {
        assert_edit(&panel, "access_code", 1, form, &[]);
    }
}

#[test]
fn codes_of_portals_and_web_players_have_no_groups() {
    let panel = Panel::docs();
    for kind in 0..=6 {
        let answer = panel.call("create_access_code", &format!("type={kind}&groups=[1,3]"));
        let kept = if [2, 5, 6].contains(&kind) { "[]" } else { "[1,3]" };
        assert_eq!(data(&answer, "groups"), kept, "{kind}");
        // The same when a code becomes one of that type, or is one.
        let form = format!("id=1&type=3&groups=[3,1]&whitelist[]=10.0.0.{kind}");
        panel.call("edit_access_code", &form);
        panel.call("edit_access_code", &format!("id=1&type={kind}"));
        let answer = panel.call("edit_access_code", "id=1&enabled=1");
        assert_eq!(data(&answer, "groups"), kept.replace("1,3", "3,1"), "{kind}");
        let answer = panel.call("edit_access_code", "id=1&groups=[1,3]");
        assert_eq!(data(&answer, "groups"), kept, "{kind}");
    }
}

#[test]
fn only_enabled_codes_of_type_3_open_the_admin_api() {
    let panel = Panel::docs();
    for (form, code, open) in [
        ("code=moved0001", "spare0001", false),
        ("code=moved0001", "moved0001", true),
        ("enabled=0", "moved0001", false),
        ("enabled=1", "moved0001", true),
        ("type=0", "moved0001", false),
        ("type=1", "moved0001", false),
        ("type=2", "moved0001", false),
        ("type=4", "moved0001", false),
        ("type=5", "moved0001", false),
        ("type=6", "moved0001", false),
        ("type=3", "moved0001", true),
        // Groups are not asked about: the caller's, 10, is not among them.
        ("groups=[1]", "moved0001", true),
        ("whitelist[]=192.0.2.1&whitelist[]=127.0.0.0/8", "moved0001", true),
    ] {
        panel.call("edit_access_code", &format!("id=1&{form}"));
        assert_eq!(is_open(&panel, code), open, "{form}");
    }
    panel.call("edit_access_code", "id=1&whitelist[]=192.0.2.1");
    assert_eq!(through(&panel, "moved0001"), (403, "IP FORBIDDEN".to_owned()));
    assert_eq!(panel.call("delete_access_code", "id=1"), DONE);
    assert!(!is_open(&panel, "moved0001"));
}

#[test]
fn deleting_the_code_in_use_works_and_locks_the_caller_out() {
    let panel = Panel::docs();
    assert_eq!(panel.call("delete_access_code", "id=2"), DONE);
    assert!(!is_open(&panel, "access"));
    assert!(is_open(&panel, "spare0001"));
    assert_eq!(panel.sql("SELECT id FROM access_codes"), ["1"]);
}
