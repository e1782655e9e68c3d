//! Categories of content (contract, 7.7).

use insta::assert_snapshot;
use serde_json::json;

use super::bouquets::{Wrong, assert_not_found, assert_refused, missing};
use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

/// In the order in which the contract lists them.
const WRONG: [Wrong; 5] = [
    ("category_name", &["[]=x"]),
    ("category_type", &["=tv", "=live+movie", "=0", "[]=live"]),
    ("parent_id", &["=x", "=1.5", "=2147483648", "[]=1"]),
    ("cat_order", &["=x", "=1.5", "=-2147483649", "[]=1"]),
    ("is_adult", &["=2", "=-1", "=yes", "=01", "[]=1"]),
];

#[test]
fn categories_of_all_types_are_listed_by_type_order_and_id() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_categories", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"category_type":"live","category_name":"News","parent_id":0,"cat_order":99,"is_adult":0},{"id":2,"category_type":"movie","category_name":"Movies","parent_id":0,"cat_order":99,"is_adult":0},{"id":3,"category_type":"series","category_name":"Series","parent_id":0,"cat_order":99,"is_adult":0},{"id":4,"category_type":"radio","category_name":"Radio","parent_id":0,"cat_order":99,"is_adult":0}]}"#);
    for (kind, order) in [
        ("radio", -2147483648_i64),
        ("series", 98),
        ("movie", 2147483647),
        ("live", 99),
        ("live", -1),
    ] {
        panel.call(
            "create_category",
            &format!("category_name=x&category_type={kind}&cat_order={order}"),
        );
    }
    assert_eq!(ids(&panel.get("get_categories", "")), [9, 1, 8, 2, 7, 6, 3, 5, 4]);
}

#[test]
fn get_category_shows_six_keys() {
    assert_snapshot!(Panel::docs().get("get_category", "id=3"), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"category_type":"series","category_name":"Series","parent_id":0,"cat_order":99,"is_adult":0}}"#);
}

#[test]
fn an_id_that_names_no_category_is_not_found() {
    let verbs = ["get", "edit", "delete"];
    let beside = "category_name=&category_type=tv";
    assert_not_found(&Panel::docs(), &verbs, "category", "Category", beside);
}

#[test]
fn a_category_needs_a_name_and_nothing_else() {
    let panel = Panel::docs();
    for form in ["", "category_name=", "category_name=&category_type=tv"] {
        assert_eq!(panel.call("create_category", form), missing("category_name"), "{form}");
    }
    assert_eq!(
        panel.call("edit_category", "id=1&category_name=&category_type=tv"),
        missing("category_name")
    );
    assert_snapshot!(panel.call("create_category", "category_name=Sports"), @r#"{"status":"STATUS_SUCCESS","data":{"id":5,"category_type":"live","category_name":"Sports","parent_id":0,"cat_order":99,"is_adult":0}}"#);
    let empty = "category_name=Sports&category_type=&parent_id=&cat_order=&is_adult=";
    assert_snapshot!(panel.call("create_category", empty), @r#"{"status":"STATUS_SUCCESS","data":{"id":6,"category_type":"live","category_name":"Sports","parent_id":0,"cat_order":99,"is_adult":0}}"#);
}

#[test]
fn create_category_takes_every_parameter() {
    let panel = Panel::docs();
    // The category above it need not exist.
    let form = "category_name=A/B&category_type=radio&parent_id=77&cat_order=-3&is_adult=1";
    assert_snapshot!(panel.call("create_category", form), @r#"{"status":"STATUS_SUCCESS","data":{"id":5,"category_type":"radio","category_name":"A\/B","parent_id":77,"cat_order":-3,"is_adult":1}}"#);
    assert_snapshot!(panel.get("get_category", "id=5"), @r#"{"status":"STATUS_SUCCESS","data":{"id":5,"category_type":"radio","category_name":"A\/B","parent_id":77,"cat_order":-3,"is_adult":1}}"#);
}

#[test]
fn edit_category_changes_only_what_is_sent() {
    let panel = Panel::docs();
    for (form, key, value) in [
        ("category_name=Sports", "category_name", json!("Sports")),
        ("category_type=movie", "category_type", json!("movie")),
        ("parent_id=2", "parent_id", json!(2)),
        ("cat_order=5", "cat_order", json!(5)),
        ("is_adult=1", "is_adult", json!(1)),
        // Empty numbers get their defaults (a choice), and so does the type, which cannot be empty.
        ("category_type=", "category_type", json!("live")),
        ("parent_id=", "parent_id", json!(0)),
        ("cat_order=", "cat_order", json!(99)),
        ("is_adult=", "is_adult", json!(0)),
    ] {
        assert_edit(&panel, "category", 1, form, &[(key, value)]);
    }
    assert_edit(&panel, "category", 4, "", &[]);
}

#[test]
fn wrong_values_of_a_category_are_refused_in_the_contracts_order() {
    let calls = [("create_category", "category_name=x"), ("edit_category", "id=1")];
    assert_refused(&Panel::docs(), "streams_categories", &calls, &WRONG);
}

#[test]
fn a_deleted_category_leaves_its_content() {
    let panel = Panel::docs();
    panel.sql("UPDATE streams SET category_id = '[3,1,2]' WHERE id IN (10, 100)");
    panel.sql("UPDATE streams_series SET category_id = '[1,3]'");
    assert_eq!(panel.call("delete_category", "id=1"), DONE);
    assert_eq!(ids(&panel.get("get_categories", "")), [2, 3, 4]);
    assert_eq!(
        panel.sql("SELECT id, category_id FROM streams"),
        ["5|[]", "10|[3,2]", "11|[]", "20|[4]", "100|[3,2]", "200|[3]"]
    );
    assert_eq!(data(&panel.get("get_series", "id=50"), "category_id"), "[3]");
    assert_eq!(data(&panel.get("get_stream", "id=10"), "category_id"), "[3,2]");
    assert_eq!(
        panel.call("delete_category", "id=1"),
        failure("STATUS_FAILURE", "Category not found.")
    );
}
