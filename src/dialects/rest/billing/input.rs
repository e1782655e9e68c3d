//! What was sent, as the panel takes it.

use super::super::call::Call;
use super::super::fields::{FieldValue, Fields};
use super::super::problem::Failure;
use super::ids::Prefix;
use super::words;
use crate::money::Money;
use crate::panel::billing::Sent;
use crate::panel::fields::FaultReason;

/// Reads a field by its name.
fn sent<T>(fields: &Fields, name: &str, value: impl Fn(&FieldValue) -> Option<T>) -> Sent<T> {
    let fault = fields.faults().iter().find(|one| one.name == name);
    if let Some(one) = fault {
        return Sent::Fault(one.reason);
    }
    match fields.change(name, value) {
        None => Sent::Absent,
        Some(None) => Sent::Cleared,
        Some(Some(value)) => Sent::Value(value),
    }
}

/// Reads a text.
pub fn text(fields: &Fields, name: &str) -> Sent<String> {
    sent(fields, name, FieldValue::text)
}

/// Reads a number.
pub fn int(fields: &Fields, name: &str) -> Sent<i64> {
    sent(fields, name, FieldValue::int)
}

/// Reads true or false.
pub fn flag(fields: &Fields, name: &str) -> Sent<bool> {
    sent(fields, name, |value| match value {
        FieldValue::Flag(flag) => Some(*flag),
        _ => None,
    })
}

/// Reads a time, in unix milliseconds.
pub fn time(fields: &Fields, name: &str) -> Sent<i64> {
    sent(fields, name, millis)
}

/// The time of a value in unix milliseconds.
pub fn millis(value: &FieldValue) -> Option<i64> {
    match value {
        FieldValue::Time(millis) => Some(*millis),
        _ => None,
    }
}

/// Reads an amount.
pub fn money(fields: &Fields, name: &str) -> Sent<Money> {
    sent(fields, name, |value| match value {
        FieldValue::Money(hundredths) => Some(Money(*hundredths)),
        _ => None,
    })
}

/// Reads the id of another object; what is none of its resource is an unknown id.
pub fn reference(fields: &Fields, name: &str, prefix: Prefix) -> Sent<i64> {
    match text(fields, name) {
        Sent::Value(text) => prefix
            .read(&text)
            .map_or(Sent::Fault(FaultReason::UnknownId), Sent::Value),
        Sent::Absent => Sent::Absent,
        Sent::Cleared => Sent::Cleared,
        Sent::Fault(fault) => Sent::Fault(fault),
    }
}

/// Returns the id in the path.
///
/// # Errors
/// It is none of the resource.
pub fn id(call: &Call<'_>, prefix: Prefix) -> Result<i64, Failure> {
    let text = call.input.values.first().map_or("", String::as_str);
    prefix.read(text).ok_or_else(|| words::NOT_FOUND.problem().into())
}
