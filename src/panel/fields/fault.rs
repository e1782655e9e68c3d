//! Faults: what is wrong with the value of a field. A dialect words them, or takes the panel's [`Error`] of the first.

use crate::panel::draft::Reference;
use crate::panel::error::{Error, Name};

/// What is wrong with a field.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The field, in the spelling of the dialect that read it.
    pub name: Name,
    pub reason: FaultReason,
}

/// Why a value is refused; each names what is expected in its place.
#[derive(Clone, Copy, Debug)]
pub enum FaultReason {
    /// It is required and was not sent, or sent empty.
    Missing,
    Text,
    Integer,
    /// True or false, in the spelling of the dialect.
    Flag,
    Number,
    Amount,
    Time,
    Object,
    /// A list with elements of one type; also when an element is of another type.
    List,
    /// A number from one to the other.
    Range(i64, i64),
    /// At most this number of characters.
    Length(usize),
    OneOf(&'static [&'static str]),
    /// A text of another form: `two letters`.
    Form(&'static str),
    Mac,
    /// The id of a row that exists and that the caller may see.
    Row(&'static Reference),
    /// A rule of the dialect, in its words: `Must be in the future`.
    Rule(&'static str),
}

impl From<&Fault> for Error {
    fn from(fault: &Fault) -> Error {
        let name = fault.name.clone();
        match fault.reason {
            FaultReason::Missing => Error::Missing(name),
            FaultReason::Time => Error::InvalidDate(name),
            FaultReason::Mac => Error::InvalidMac,
            FaultReason::Row(reference) => (reference.otherwise)(name),
            _ => Error::Invalid(name),
        }
    }
}
