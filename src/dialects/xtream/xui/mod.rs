//! The answers of the older panel (profile `xui`; contracts "Admin API", section 14, and "Reseller API", section 9): the same operations, shown as
//! rows of its tables with every value as text.
//!
//! This file prints the columns that a shape has for it. What is special about an action stands in its row, as
//! [`XuiRules`]; how what is sent is read, in `writing`.

mod request;

use rusqlite::types::Value;
use serde_json::Value as Json;

use crate::dialects::php::json::{self, Object};
use crate::dialects::php::values;
use crate::dialects::xtream::action::{Action, Operation, Verb};
use crate::dialects::xtream::answer::{Data, ListForm, Printing};
use crate::dialects::xtream::input::Input;
use crate::dialects::xtream::shape::{Key, Position};
use crate::dialects::xtream::words;
use crate::money::Money;
use crate::panel::answers::AnswerBody;
use crate::panel::error::Thing;
use crate::panel::{Error, Result};
use crate::store::view::{Record, ValueType};

/// `Content-Type` of every answer.
pub const CONTENT_TYPE: &str = "text/html; charset=UTF-8";

/// What is special about an action, as a part of its row.
#[derive(Clone, Copy)]
pub struct XuiRules {
    pub form: Option<XuiForm>,
    /// Whether its edit gives what is not sent the value of a new row.
    pub renews: bool,
    /// The operation that runs in its place.
    pub reads: Option<Operation>,
}

impl XuiRules {
    /// Those of most actions.
    pub const NONE: XuiRules = XuiRules {
        form: None,
        renews: false,
        reads: None,
    };
}

/// A special form of an action's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XuiForm {
    /// A list of all things keeps its envelope.
    Enveloped,
    /// The answer contains only the new thing's id.
    IdAlone,
    StatusAlone,
    /// The same, and that a balance is too small is a failure without a status of its own.
    Transfer,
    /// "Not found" counts as success, because the thing may have ended before.
    Forgiving,
    /// `data` is the whole answer of the action that shows the thing.
    Wrapped,
    /// Rows of a query; a query that cannot be read has failed.
    Query,
}

/// Returns how the older panel prints a list: without an envelope, unless the action's form keeps it.
pub fn list(form: Option<XuiForm>, is_page: bool) -> ListForm {
    ListForm {
        enveloped: is_page || form.is_some(),
        row,
        beside: "",
    }
}

/// Returns the body of an action's success.
///
/// # Errors
/// The action's, unless its form is [`XuiForm::Forgiving`].
pub fn answer(form: Option<XuiForm>, result: Result<Data>, printing: Printing) -> Result<AnswerBody> {
    let data = match result {
        Err(Error::NotFound(Thing::Connection | Thing::Process)) if form == Some(XuiForm::Forgiving) => Data::Done,
        result => result?,
    };
    Ok(match data {
        Data::Printed(body) => body.into_body(),
        Data::Finished(body) => (body, None),
        data => (success(&data, form, printing), None),
    })
}

/// Returns the body of a failure. Only failures before the action have a text.
pub fn failure(status: &str, error: &str) -> Vec<u8> {
    refused(status, error, None)
}

/// Returns the body of an action's failure, if it is not a status alone: a create or edit that fails its checks
/// shows the request, and a query that cannot be read has failed.
pub fn refusal(action: &Action, input: &Input, error: &Error) -> Option<Vec<u8>> {
    let words = words::for_error(error);
    match (action.xui.form, &action.verb, error) {
        _ if words.http != 200 => None,
        (Some(XuiForm::Query), _, Error::Missing(_) | Error::Invalid(_) | Error::QueryInvalid(_)) => {
            Some(refused("STATUS_FAILURE", "", None))
        }
        (Some(XuiForm::Transfer), _, Error::InsufficientCredits) => Some(refused("STATUS_FAILURE", "", None)),
        (_, Verb::Create(..) | Verb::Edit(..), Error::NotFound(_)) => None,
        (_, Verb::Create(..) | Verb::Edit(..), _) => Some(refused(words.status, "", Some(input))),
        _ => None,
    }
}

fn refused(status: &str, error: &str, request: Option<&Input>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    let mut envelope = Object::open(&mut out);
    json::text(envelope.field("status"), status);
    if let Some(input) = request {
        request::print(envelope.field("data"), input);
    }
    if !error.is_empty() {
        json::text(envelope.field("error"), error);
    }
    envelope.close();
    out
}

fn success(data: &Data, form: Option<XuiForm>, printing: Printing) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    let mut envelope = Object::open(&mut out);
    json::text(envelope.field("status"), "STATUS_SUCCESS");
    match data {
        Data::Done | Data::Printed(_) | Data::Finished(_) => {}
        _ if matches!(form, Some(XuiForm::StatusAlone | XuiForm::Transfer)) => {}
        _ if form == Some(XuiForm::Wrapped) => envelope.field("data").extend(success(data, None, printing)),
        Data::One(_, record) if form == Some(XuiForm::IdAlone) => {
            values::plain(envelope.field("data"), record.first());
        }
        Data::One(shaped, record) => {
            row(envelope.field("data"), &shaped.keys, record, printing);
            beside(&mut envelope, &shaped.keys, record, printing);
        }
        Data::Numbers(numbers) => {
            let mut object = Object::open(envelope.field("data"));
            for (name, number) in numbers {
                json::text(object.field(name), &number.to_string());
            }
            object.close();
        }
        Data::Json(value) => json::value(envelope.field("data"), &in_texts(value)),
    }
    envelope.close();
    out
}

/// Prints a row: its own keys, then the rows nested in it. Without keys it is PHP's empty array.
pub fn row(out: &mut Vec<u8>, keys: &[Key], record: &Record, printing: Printing) {
    let mut parts = parts(keys, record).filter(|(place, _)| !matches!(place, Position::Beside(_)));
    let mut part = parts.next();
    if part.is_none() {
        out.extend_from_slice(b"[]");
        return;
    }
    let mut object = Object::open(out);
    while let Some((place, members)) = part {
        match place {
            Position::Inside(name) => inner(object.field(name), &members, printing),
            _ => all(&mut object, &members, printing),
        }
        part = parts.next();
    }
    object.close();
}

/// Prints the rows beside `data`.
fn beside(envelope: &mut Object<'_>, keys: &[Key], record: &Record, printing: Printing) {
    for (place, members) in parts(keys, record) {
        if let Position::Beside(name) = place {
            inner(envelope.field(name), &members, printing);
        }
    }
}

/// Prints a nested row; `null` if it does not exist, that is, if its id is null.
fn inner(out: &mut Vec<u8>, members: &[(&Key, &Value)], printing: Printing) {
    if matches!(members.first(), None | Some((_, Value::Null))) {
        out.extend_from_slice(b"null");
        return;
    }
    let mut object = Object::open(out);
    all(&mut object, members, printing);
    object.close();
}

fn all(object: &mut Object<'_>, members: &[(&Key, &Value)], printing: Printing) {
    for (key, value) in members {
        print(object.field(key.column.name), key, value, printing);
    }
}

/// Groups consecutive keys of the same position, with their values.
fn parts<'a>(keys: &'a [Key], record: &'a Record) -> impl Iterator<Item = (Position, Vec<(&'a Key, &'a Value)>)> {
    let mut rest = record.iter();
    keys.chunk_by(|one, next| one.place == next.place)
        .filter_map(move |keys| {
            let members = keys.iter().zip(rest.by_ref().take(keys.len())).collect();
            Some((keys.first()?.place, members))
        })
}

fn print(out: &mut Vec<u8>, key: &Key, value: &Value, printing: Printing) {
    match (key.column.kind, value) {
        (ValueType::Iso, Value::Text(local)) => match printing.zone.read_iso(local) {
            Some(unix) => values::number(out, unix),
            None => out.extend_from_slice(b"null"),
        },
        (ValueType::Money, Value::Integer(hundredths)) if key.is_number => {
            out.extend_from_slice(Money(*hundredths).to_string().as_bytes());
        }
        (ValueType::Money, Value::Integer(hundredths)) => json::text(out, &Money(*hundredths).to_string()),
        (ValueType::Since, Value::Integer(unix)) => values::number(out, printing.since(*unix)),
        _ => values::plain(out, Some(value)),
    }
}

/// Converts all numbers of a value to text.
fn in_texts(value: &Json) -> Json {
    match value {
        Json::Number(number) => {
            let mut out = Vec::new();
            json::value(&mut out, value);
            Json::String(String::from_utf8(out).unwrap_or_else(|_| number.to_string()))
        }
        Json::Array(items) => items.iter().map(in_texts).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), in_texts(value)))
            .collect(),
        other => other.clone(),
    }
}
