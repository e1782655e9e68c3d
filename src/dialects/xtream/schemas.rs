//! Describes the answers of the actions for OpenAPI, from the shapes that print them.

use serde_json::{Value, json};

use super::action::{Action, Verb};
use super::answer::{Data, Number};
use super::schema::{data, row};
use super::shape::Shape;
use super::trade::Trade;

/// The answer of an operation of its own.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Only a status.
    Done,
    One(&'static Shape),
    /// Data like this.
    Sample(fn() -> Data),
    /// One of these, or a list of them.
    OneOrAll(fn() -> Data),
    /// Rows of any kind, or what a write has done.
    RowsOrCounts,
}

/// Returns the schema of an action's success, and an example.
pub fn success(action: &Action) -> (Value, Value) {
    match &action.verb {
        Verb::Me(shape) | Verb::Get(shape, _) => envelope(Some(row(shape, true)), false),
        Verb::All(shape, _) | Verb::Sold(shape) => envelope(Some(list(row(shape, true))), false),
        Verb::Page(listing) => envelope(Some(list(row(listing.shape, true))), true),
        Verb::Create(_, _, shape) | Verb::Edit(_, _, shape) => envelope(Some(row(shape, false)), false),
        Verb::Trade(trade) => traded(action, trade),
        Verb::Delete(_) | Verb::Switch(..) => envelope(None, false),
        Verb::Read(..) | Verb::Write(..) | Verb::Configure(..) | Verb::Steps(..) => envelope(own(action.answer), false),
    }
}

/// Returns the envelope of a reseller's write, with the members that a dry run adds.
fn traded(action: &Action, trade: &Trade) -> (Value, Value) {
    let data = match trade.shape {
        Some(shape) => Some(row(shape, false)),
        None => own(action.answer),
    };
    let (mut schema, example) = envelope(data, false);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("dry_run".into(), json!({ "type": "integer", "enum": [1] }));
        properties.insert("cost".into(), json!({ "type": "number" }));
        properties.insert("credits_after".into(), json!({ "type": "number" }));
    }
    (schema, example)
}

/// Returns the data of an operation of its own.
fn own(answer: Answer) -> Option<(Value, Value)> {
    match answer {
        Answer::Done => None,
        Answer::One(shape) => Some(row(shape, false)),
        Answer::Sample(sample) => Some(data(sample())),
        Answer::OneOrAll(sample) => {
            let (one, example) = data(sample());
            let (all, _) = list((one.clone(), example.clone()));
            Some((json!({ "anyOf": [one, all] }), example))
        }
        Answer::RowsOrCounts => {
            let (rows, example) = list((
                json!({ "type": "object" }),
                json!({ "id": 4521, "username": "customer4521" }),
            ));
            let (counts, _) = data(Data::Numbers(vec![
                ("affected_rows", Number::Int(1)),
                ("insert_id", Number::Int(0)),
            ]));
            Some((json!({ "anyOf": [rows, counts] }), example))
        }
    }
}

fn list((schema, example): (Value, Value)) -> (Value, Value) {
    (json!({ "type": "array", "items": schema }), json!([example]))
}

/// Returns the envelope of a success, with the totals of a page.
fn envelope(data: Option<(Value, Value)>, is_page: bool) -> (Value, Value) {
    let status = "STATUS_SUCCESS";
    let mut names = vec!["status"];
    let mut schema = json!({ "status": { "type": "string", "enum": [status] } });
    let mut example = json!({ "status": status });
    let mut add = |name: &'static str, (its, one): (Value, Value)| {
        names.push(name);
        if let (Some(schema), Some(example)) = (schema.as_object_mut(), example.as_object_mut()) {
            schema.insert(name.into(), its);
            example.insert(name.into(), one);
        }
    };
    if let Some(data) = data {
        add("data", data);
    }
    if is_page {
        for name in ["recordsTotal", "recordsFiltered"] {
            add(name, (json!({ "type": "integer" }), json!(1)));
        }
    }
    (
        json!({ "type": "object", "properties": schema, "required": names }),
        example,
    )
}
