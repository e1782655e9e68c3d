use rusqlite::types::Value;
use serde_json::{Map, Value as Json, json};

use super::{Field, FieldSource, FieldType, InputField, MOST, Reading, stored};
use crate::panel::draft::{Draft, FieldValue, Purpose};
use crate::time::{Zone, iso};

const UNITS: &[&str] = &["hours", "days"];

fn input(name: &'static str, kind: FieldType) -> InputField {
    InputField {
        name,
        required: name == "title",
        field: Field::new(name, kind, ""),
    }
}

fn inputs() -> Vec<InputField> {
    vec![
        input("title", FieldType::Text(5)),
        input("seats", FieldType::Int(1, 4)),
        input("open", FieldType::Flag),
        input("price", FieldType::Money),
        input("unit", FieldType::Choice(UNITS)),
        input("until", FieldType::Date),
        input("groups", FieldType::Ids),
    ]
}

fn read(object: Json, purpose: Purpose) -> Draft {
    let object: Map<String, Json> = object.as_object().cloned().unwrap();
    let reading = Reading {
        purpose,
        date: |text, _, _| crate::time::parse_local(text).map(iso),
        zone: Zone::named("UTC").unwrap(),
        now: 0,
    };
    let mut draft = Draft::default();
    for input in inputs() {
        draft.read(&input, object.sent(input.name), &reading);
    }
    draft
}

/// What a draft holds, one line a field.
fn shown(draft: &Draft) -> Vec<String> {
    let line = |(column, field): (&str, &FieldValue)| match field {
        FieldValue::Value(value) => format!("{column} {value:?}"),
        FieldValue::Reference(id, ..) => format!("{column} -> {id}"),
        FieldValue::Fault(fault) => format!("{} not {:?}", fault.name, fault.reason),
    };
    draft.iter().map(line).collect()
}

#[test]
fn a_json_object_is_read_by_the_types_of_its_fields() {
    let object = json!({"title": "A", "seats": 2, "open": true, "price": 12.5, "unit": "days",
        "until": "2027-01-02 03:04:05", "groups": [2, 1, 2], "other": 1});
    assert_eq!(
        shown(&read(object, Purpose::Create)),
        [
            "title Text(\"A\")",
            "seats Integer(2)",
            "open Integer(1)",
            "price Integer(1250)",
            "unit Text(\"days\")",
            "until Text(\"2027-01-02 03:04:05\")",
            "groups Text(\"[2,1]\")",
        ]
    );
}

#[test]
fn every_fault_of_a_json_object_is_kept_with_its_bounds_in_the_order_of_the_fields() {
    let object = json!({"groups": [1, 0], "seats": 5, "open": 1, "price": "12", "unit": "weeks", "until": 7});
    assert_eq!(
        shown(&read(object, Purpose::Create)),
        [
            "title not Missing",
            "seats not Range(1, 4)",
            "open not Flag",
            "price not Amount",
            "unit not OneOf([\"hours\", \"days\"])",
            "until not Time",
            "groups not List",
        ]
    );
    let wrong = json!({"title": "sixsix", "seats": "2"});
    assert_eq!(
        shown(&read(wrong, Purpose::Edit)),
        ["title not Length(0, 5)", "seats not Integer"]
    );
}

#[test]
fn null_is_nothing_for_a_create_and_clears_for_an_edit() {
    let nothing = json!({"title": null, "seats": null, "until": null, "groups": null});
    assert_eq!(shown(&read(nothing.clone(), Purpose::Create)), ["title not Missing"]);
    assert_eq!(
        shown(&read(nothing, Purpose::Edit)),
        [
            "title Text(\"\")",
            "seats Integer(0)",
            "until Null",
            "groups Text(\"[]\")"
        ]
    );
}

#[test]
fn a_field_without_a_type_of_its_own_has_that_of_its_column() {
    static FIELDS: super::Fields = super::Fields::new("lines", &[stored("exp_date", "When it expires.")]);
    let kind = |name| FIELDS.get(name).map(|field| format!("{:?}", field.kind));
    assert_eq!(kind("exp_date").as_deref(), Some("Date"));
    assert_eq!(kind("is_trial").as_deref(), Some("Flag"));
    assert_eq!(
        kind("pair_id"),
        Some(format!("{:?}", FieldType::Int(super::LEAST, MOST)))
    );
    assert_eq!(kind("nowhere"), None);
    let new = |name| FIELDS.get(name).and_then(|field| field.of_a_new_row());
    assert_eq!(new("max_connections"), Some(Value::Integer(1)));
    assert_eq!(new("exp_date"), Some(Value::Null));
}

/// The default that a page shows in words is no value: 1.00 is shown, 100 is stored.
#[test]
fn an_emptied_amount_is_the_default_of_its_column_and_a_nouns_own_default_is_a_value() {
    let field = |name| crate::panel::groups::FIELDS.get(name).unwrap();
    let emptied = |name| field(name).empty_value().unwrap();
    assert_eq!(emptied("minimum_trial_credits"), Some(Value::Integer(100)));
    assert_eq!(field("minimum_trial_credits").default_text().as_deref(), Some("1"));
    assert_eq!(emptied("total_allowed_gen_trials"), Some(Value::Integer(100_000)));
    assert_eq!(field("total_allowed_gen_in").default_text().as_deref(), Some("'month'"));
}
