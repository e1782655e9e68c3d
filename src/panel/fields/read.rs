//! Checks a value that was sent against the type of its field, and converts it to what is stored.

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::{FaultReason, Field, FieldType, SentValue};
use crate::money::Money;
use crate::panel::access_codes;
use crate::panel::draft::{FieldValue, Purpose};
use crate::panel::error::Name;
use crate::panel::net::{canonical_ip, canonical_mac, canonical_network};
use crate::store::functions::ids_text;
use crate::time::Zone;

/// With what values are read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub purpose: Purpose,
    /// Returns the text that is stored for a date, if it is one. The last value is the panel's time.
    pub date: fn(&str, Zone, i64) -> Option<String>,
    pub zone: Zone,
    /// The panel's time, in unix seconds.
    pub now: i64,
}

/// Columns with their values.
type Columns = Vec<(&'static str, FieldValue)>;

impl Field {
    /// Converts a value that is not empty to the values of its columns.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self, name: &'static str, sent: &dyn SentValue, reading: &Reading) -> Result<Columns, FaultReason> {
        let value = match self.kind {
            FieldType::Row(reference) => match sent.id().filter(|id| *id > 0) {
                Some(id) => FieldValue::Reference(id, reference, Name::Borrowed(name)),
                None => return Err(FaultReason::Row(reference)),
            },
            FieldType::FirstPort(first, rest) => return first_port(sent, first, rest),
            FieldType::IdLists(lists) => return id_lists(sent, lists),
            kind => FieldValue::Value(value(kind, sent, reading)?),
        };
        Ok(vec![(self.name, value)])
    }
}

/// Converts the value of one column.
fn value(kind: FieldType, sent: &dyn SentValue, reading: &Reading) -> Result<Value, FaultReason> {
    let list = |list: Vec<String>| Value::Text(Json::from(list).to_string());
    let ids = |ids: Vec<i64>| Value::Text(ids_text(&ids));
    Ok(match kind {
        FieldType::Int(least, most) => {
            let number = sent.int().ok_or(FaultReason::Integer)?;
            let is_within = (least..=most).contains(&number);
            match is_within {
                true => Value::Integer(number),
                false => return Err(FaultReason::Range(least, most)),
            }
        }
        FieldType::Unix => Value::Integer(sent.int().ok_or(FaultReason::Time)?),
        FieldType::Flag => Value::Integer(sent.flag().ok_or(FaultReason::Flag)?.into()),
        FieldType::Money => {
            let money = sent.decimal().and_then(|text| Money::parse(&text));
            Value::Integer(money.ok_or(FaultReason::Amount)?.0)
        }
        FieldType::Real => Value::Real(sent.decimal().and_then(|text| real(&text)).ok_or(FaultReason::Number)?),
        FieldType::Ids => ids(unique(sent.ids().ok_or(FaultReason::List)?)),
        FieldType::Texts => list(sent.texts().ok_or(FaultReason::List)?),
        FieldType::JsonTexts => {
            let texts = sent.json().and_then(|json| json.texts());
            list(texts.ok_or(FaultReason::List)?)
        }
        FieldType::Networks => {
            let texts = sent.texts().ok_or(FaultReason::List)?;
            let networks: Option<Vec<String>> = texts.iter().map(|text| canonical_network(text)).collect();
            list(networks.ok_or(FaultReason::List)?)
        }
        FieldType::Ports => ids(ports(sent)?),
        FieldType::Formats => {
            let formats = sent.ints().filter(|all| all.iter().all(|one| (1..=3).contains(one)));
            ids(unique(formats.ok_or(FaultReason::List)?))
        }
        FieldType::Object => {
            let object = sent.json().filter(|json| json.is_object());
            Value::Text(object.ok_or(FaultReason::Object)?.to_string())
        }
        kind => Value::Text(words(kind, sent, reading)?),
    })
}

/// Converts a value that is stored as the text that it is.
fn words(kind: FieldType, sent: &dyn SentValue, reading: &Reading) -> Result<String, FaultReason> {
    let expected = expected(kind);
    let text = sent.text().ok_or(expected)?;
    let text = text.as_ref();
    let own = |is_right: bool| is_right.then(|| text.to_owned());
    match kind {
        FieldType::Date => (reading.date)(text, reading.zone, reading.now),
        FieldType::Ip => canonical_ip(text),
        FieldType::Network => canonical_network(text),
        FieldType::Mac => canonical_mac(text),
        FieldType::Choice(words) => own(words.contains(&text)),
        FieldType::Country => own(text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())),
        FieldType::ApiKey => own(text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())),
        FieldType::Code => own(access_codes::has_form(text)),
        FieldType::Text(most) if text.chars().count() > most => return Err(FaultReason::Length(0, most)),
        _ => own(true),
    }
    .ok_or(expected)
}

/// What is expected of a text.
fn expected(kind: FieldType) -> FaultReason {
    match kind {
        FieldType::Date => FaultReason::Time,
        FieldType::Mac => FaultReason::Mac,
        FieldType::Choice(words) => FaultReason::OneOf(words),
        FieldType::Ip => FaultReason::Form("an IP address"),
        FieldType::Network => FaultReason::Form("an IP address or network"),
        FieldType::Country => FaultReason::Form("two letters"),
        FieldType::ApiKey => FaultReason::Form("32 hexadecimal digits"),
        FieldType::Code => FaultReason::Form("1 to 64 of `A-Z a-z 0-9 _ -`, and no reserved word"),
        _ => FaultReason::Text,
    }
}

fn ports(sent: &dyn SentValue) -> Result<Vec<i64>, FaultReason> {
    let ports = sent.ints().ok_or(FaultReason::List)?;
    match ports.iter().all(|port| (1..=65535).contains(port)) {
        true => Ok(ports),
        false => Err(FaultReason::List),
    }
}

fn first_port(sent: &dyn SentValue, first: &'static str, rest: &'static str) -> Result<Columns, FaultReason> {
    let ports = ports(sent)?;
    let Some((main, others)) = ports.split_first() else {
        return Ok(Vec::new());
    };
    Ok(vec![
        (first, FieldValue::Value(Value::Integer(*main))),
        (rest, FieldValue::Value(Value::Text(ids_text(others)))),
    ])
}

fn id_lists(sent: &dyn SentValue, lists: &[(&'static str, &'static str)]) -> Result<Columns, FaultReason> {
    let object = sent.json().filter(|json| json.is_object()).ok_or(FaultReason::Object)?;
    let mut columns = Vec::new();
    for (member, column) in lists {
        let Some(list) = object.get(*member) else {
            continue;
        };
        let ids = json_ids(list).ok_or(FaultReason::List)?;
        columns.push((*column, FieldValue::Value(Value::Text(ids_text(&unique(ids))))));
    }
    Ok(columns)
}

/// Returns the row ids of a JSON list whose numbers may be quoted: positive whole numbers.
pub fn json_ids(list: &Json) -> Option<Vec<i64>> {
    let id = |item: &Json| match item {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => digits(text),
        _ => None,
    };
    let ids: Option<Vec<i64>> = list.as_array()?.iter().map(id).collect();
    ids.filter(|ids| ids.iter().all(|id| *id > 0))
}

/// Parses a number of digits alone.
pub fn digits(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// Parses a decimal number, with sign, fraction and exponent.
fn real(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

/// Removes duplicates; the first of each stays.
fn unique(ids: Vec<i64>) -> Vec<i64> {
    let mut seen = std::collections::HashSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}
