//! Faults: what is wrong with the value of a field. A dialect words them, or takes the panel's [`Error`] of the first.

use crate::panel::draft::Reference;
use crate::panel::error::{Error, Name};

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, in the spelling of the dialect that read it.
    pub name: Name,
    pub reason: FaultReason,
}

/// Why a value is refused; each names what is expected in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// From one number of characters to the other.
    Length(usize, usize),
    /// A text without a character that it has.
    Character,
    /// A word that is not taken by the panel itself.
    Reserved,
    OneOf(&'static [&'static str]),
    /// A text of another form: `two letters`.
    Form(&'static str),
    Mac,
    Email,
    /// The id of a row that exists and that the caller may see.
    Row(&'static Reference),
    /// The same of an object that has no table of the panel's.
    UnknownId,
    /// The id of something that is active.
    NotActive,
    /// A time in the future.
    Past,
    /// A time that is not in the future.
    Future,
    /// Nothing: it cannot be changed.
    Immutable,
    /// A limit that leaves room for a device, where one is needed.
    NoDevices,
}

/// The faults of the fields of a request, in the order in which its contract names the fields; one a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<(usize, Fault)>);

impl Faults {
    /// Adds one; `place` is that of its field in the contract. Of two of a field the first counts.
    pub fn add(&mut self, place: usize, name: &'static str, reason: FaultReason) {
        if !self.has(name) {
            let name = Name::Borrowed(name);
            self.0.push((place, Fault { name, reason }));
            self.0.sort_by_key(|(place, _)| *place);
        }
    }

    /// Whether a field has one.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(_, one)| one.name == name)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns them in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Fault> {
        self.0.iter().map(|(_, one)| one)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_in_the_order_of_the_fields_and_one_a_field() {
        let mut faults = Faults::default();
        faults.add(2, "mac", FaultReason::Mac);
        faults.add(0, "package_id", FaultReason::Missing);
        faults.add(2, "mac", FaultReason::Text);
        let fields: Vec<_> = faults.iter().map(|one| (&*one.name, one.reason)).collect();
        assert_eq!(
            fields,
            [("package_id", FaultReason::Missing), ("mac", FaultReason::Mac)]
        );
    }
}
