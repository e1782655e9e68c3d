//! Bouquets (contract, 7.7), and the checks that all things of the configuration share.

use insta::assert_snapshot;
use serde_json::json;

use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

/// A parameter with values that are not of its type.
pub type Wrong = (&'static str, &'static [&'static str]);

/// What is not an `ids` value, to be put after the parameter's name.
pub const NO_IDS: [&str; 13] = [
    "=x", "=1", "=1,2", "=null", "={}", "=[0]", "=[-1]", "=[1.5]", "=[null]", "=[1", "=[\"a\"]", "[]=x", "[]=0",
];

/// In the order in which the contract lists them.
const WRONG: [Wrong; 7] = [
    ("bouquet_name", &["[]=x"]),
    (
        "bouquet_data",
        &[
            "=x",
            "=null",
            "=[]",
            "=[10]",
            "={\"stream\":10}",
            "={\"movies\":\"100\"}",
            "={\"radios\":[0]}",
            "={\"series\":{}}",
            "={\"stream\":[10]",
            "[stream]=10",
        ],
    ),
    ("bouquet_channels", &NO_IDS),
    ("bouquet_movies", &NO_IDS),
    ("bouquet_radios", &NO_IDS),
    ("bouquet_series", &NO_IDS),
    ("bouquet_order", &["=x", "=1.5", "=2147483648", "=-2147483649", "[]=1"]),
];

/// The answer to a value of the wrong type.
pub fn invalid(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."))
}

/// The answer to a call without something that it needs.
pub fn missing(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Missing parameter: {name}."))
}

/// Checks that an id which names no row is not found by these verbs of a noun, whatever is wrong
/// beside it.
pub fn assert_not_found(panel: &Panel, verbs: &[&str], noun: &str, thing: &str, beside: &str) {
    for verb in verbs {
        for id in ["", "id=", "id=0", "id=-1", "id=999", "id=x1", "id[]=1"] {
            let answer = panel.call(&format!("{verb}_{noun}"), &format!("{id}&{beside}"));
            let expected = failure("STATUS_FAILURE", &format!("{thing} not found."));
            assert_eq!(answer, expected, "{verb}_{noun} {id}");
        }
    }
}

/// Checks that these calls, each with what it needs, refuse every wrong value; that the first
/// parameter of the contract's order is the one that is named; and that nothing is written.
pub fn assert_refused(panel: &Panel, table: &str, calls: &[(&str, &str)], wrong: &[Wrong]) {
    let rows = || panel.sql(&format!("SELECT * FROM {table}"));
    let before = rows();
    for (action, needed) in calls {
        for (at, (name, values)) in wrong.iter().enumerate() {
            // Those that come after it are sent before it, wrong as well.
            let later: String = wrong[at + 1..]
                .iter()
                .rev()
                .map(|(name, values)| format!("&{name}{}", values[0]))
                .collect();
            for value in *values {
                let answer = panel.call(action, &format!("{needed}{later}&{name}{value}"));
                assert_eq!(answer, invalid(name), "{action} {name}{value}");
            }
        }
    }
    assert_eq!(rows(), before, "{table}");
}

#[test]
fn bouquets_are_listed_by_their_order_then_by_id() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_bouquets", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"bouquet_name":"News","bouquet_channels":[10],"bouquet_movies":[],"bouquet_radios":[],"bouquet_series":[],"bouquet_order":1},{"id":2,"bouquet_name":"Sports","bouquet_channels":[11,5],"bouquet_movies":[],"bouquet_radios":[20],"bouquet_series":[],"bouquet_order":2},{"id":5,"bouquet_name":"On Demand","bouquet_channels":[],"bouquet_movies":[100],"bouquet_radios":[],"bouquet_series":[50],"bouquet_order":3}]}"#);
    panel.call("edit_bouquet", "id=1&bouquet_order=3");
    panel.call("create_bouquet", "bouquet_name=First&bouquet_order=-1");
    assert_eq!(ids(&panel.get("get_bouquets", "")), [6, 2, 1, 5]);
}

#[test]
fn get_bouquet_shows_seven_keys() {
    assert_snapshot!(Panel::docs().get("get_bouquet", "id=2"), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"bouquet_name":"Sports","bouquet_channels":[11,5],"bouquet_movies":[],"bouquet_radios":[20],"bouquet_series":[],"bouquet_order":2}}"#);
}

#[test]
fn an_id_that_names_no_bouquet_is_not_found() {
    let panel = Panel::docs();
    let verbs = ["get", "edit", "delete"];
    assert_not_found(&panel, &verbs, "bouquet", "Bouquet", "bouquet_name=&bouquet_order=x");
}

#[test]
fn a_bouquet_needs_a_name_and_nothing_else() {
    let panel = Panel::docs();
    for form in ["", "bouquet_name=", "bouquet_name=+&bouquet_order=x"] {
        assert_eq!(panel.call("create_bouquet", form), missing("bouquet_name"), "{form}");
    }
    assert_eq!(
        panel.call("edit_bouquet", "id=1&bouquet_name=&bouquet_data=x"),
        missing("bouquet_name")
    );
    assert_eq!(ids(&panel.get("get_bouquets", "")), [1, 2, 5]);
    // Two bouquets may have one name, and a new one is the last.
    assert_snapshot!(panel.call("create_bouquet", "bouquet_name=News"), @r#"{"status":"STATUS_SUCCESS","data":{"id":6,"bouquet_name":"News","bouquet_channels":[],"bouquet_movies":[],"bouquet_radios":[],"bouquet_series":[],"bouquet_order":4}}"#);
    let empty = "bouquet_name=x&bouquet_data=&bouquet_channels=&bouquet_movies[]=&bouquet_radios=&bouquet_series=\
                 &bouquet_order=";
    assert_snapshot!(panel.call("create_bouquet", empty), @r#"{"status":"STATUS_SUCCESS","data":{"id":7,"bouquet_name":"x","bouquet_channels":[],"bouquet_movies":[],"bouquet_radios":[],"bouquet_series":[],"bouquet_order":5}}"#);
    panel.sql("DELETE FROM bouquets");
    let answer = panel.call("create_bouquet", "bouquet_name=x");
    assert_eq!(data(&answer, "bouquet_order"), "1");
}

#[test]
fn create_bouquet_takes_its_lists_singly_or_as_one_object() {
    let panel = Panel::docs();
    let rest = r#""bouquet_name":"A\/B","bouquet_channels":[11,10,5],"bouquet_movies":[100],"bouquet_radios":[20],"bouquet_series":[50],"bouquet_order":-7}}"#;
    for (id, lists) in [
        (
            6,
            r#"bouquet_data={"stream":[11,10,5],"movies":["100"],"radios":[20],"series":[50,50],"others":"x"}"#,
        ),
        (
            7,
            r#"bouquet_channels=[11,"10",5,11]&bouquet_movies[]=100&bouquet_radios[3]=20&bouquet_series=["50"]"#,
        ),
    ] {
        let answer = panel.call("create_bouquet", &format!("bouquet_name=A/B&{lists}&bouquet_order=-7"));
        let expected = format!(r#"{{"status":"STATUS_SUCCESS","data":{{"id":{id},{rest}"#);
        assert_eq!(answer, expected);
        assert_eq!(panel.get("get_bouquet", &format!("id={id}")), expected);
    }
}

#[test]
fn ids_of_another_kind_of_content_are_dropped() {
    let panel = Panel::docs();
    // All there is, one id that names nothing, and every kind in every list.
    let all = "[999,5,10,11,20,50,100,200]";
    let kept = [
        ("bouquet_channels", json!([5, 10, 11])),
        ("bouquet_movies", json!([100])),
        ("bouquet_radios", json!([20])),
        ("bouquet_series", json!([50])),
    ];
    let singly = kept.each_ref().map(|(list, _)| format!("{list}={all}")).join("&");
    let at_once = format!(r#"bouquet_data={{"stream":{all},"movies":{all},"radios":{all},"series":{all}}}"#);
    for form in [singly, at_once] {
        assert_edit(&panel, "bouquet", 1, &form, &kept);
        let made = panel.call("create_bouquet", &format!("bouquet_name=x&{form}"));
        for (list, ids) in &kept {
            assert_eq!(data(&made, list), ids.to_string(), "{form}");
        }
        panel.call(
            "edit_bouquet",
            "id=1&bouquet_channels=&bouquet_movies=&bouquet_radios=&bouquet_series=",
        );
    }
}

#[test]
fn edit_bouquet_changes_only_what_is_sent() {
    let panel = Panel::docs();
    for (form, key, value) in [
        ("bouquet_name=HD", "bouquet_name", json!("HD")),
        (r#"bouquet_data={"series":[50]}"#, "bouquet_series", json!([50])),
        (r#"bouquet_data={"radios":[]}"#, "bouquet_radios", json!([])),
        (r#"bouquet_data={"movies":[100]}"#, "bouquet_movies", json!([100])),
        ("bouquet_channels=[10]", "bouquet_channels", json!([10])),
        ("bouquet_radios[]=20", "bouquet_radios", json!([20])),
        ("bouquet_order=9", "bouquet_order", json!(9)),
        // Empty fields are cleared; an empty object names no list.
        ("bouquet_channels=", "bouquet_channels", json!([])),
        ("bouquet_movies[]=", "bouquet_movies", json!([])),
        ("bouquet_radios=", "bouquet_radios", json!([])),
        ("bouquet_series=[]", "bouquet_series", json!([])),
        ("bouquet_order=", "bouquet_order", json!(0)),
    ] {
        assert_edit(&panel, "bouquet", 2, form, &[(key, value)]);
    }
    for form in ["", "bouquet_data=", "bouquet_data={}"] {
        assert_edit(&panel, "bouquet", 5, form, &[]);
    }
}

#[test]
fn wrong_values_of_a_bouquet_are_refused_in_the_contracts_order() {
    let calls = [("create_bouquet", "bouquet_name=x"), ("edit_bouquet", "id=1")];
    assert_refused(&Panel::docs(), "bouquets", &calls, &WRONG);
}

#[test]
fn a_deleted_bouquet_leaves_lines_codes_and_packages() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO activecodes (code, bouquet) VALUES ('a', '[1,2]'), ('b', '[5]'), ('c', '[1]')");
    assert_eq!(panel.call("delete_bouquet", "id=1"), DONE);
    assert_eq!(ids(&panel.get("get_bouquets", "")), [2, 5]);
    assert_eq!(
        panel.sql("SELECT id, bouquet FROM lines"),
        ["4510|[2,5]", "4511|[]", "4521|[2,5]", "4522|[2]"]
    );
    assert_eq!(
        panel.sql("SELECT code, bouquet FROM activecodes ORDER BY id"),
        ["a|[2]", "b|[5]", "c|[]"]
    );
    assert_eq!(
        panel.sql("SELECT id, bouquets FROM users_packages"),
        ["1|[2,5]", "2|[2,5]", "6|[]", "7|[]"]
    );
    // Its id is gone for good.
    assert_eq!(
        panel.call("delete_bouquet", "id=1"),
        failure("STATUS_FAILURE", "Bouquet not found.")
    );
    panel.call("delete_bouquet", "id=5");
    assert_eq!(data(&panel.call("create_bouquet", "bouquet_name=x"), "id"), "6");
}
