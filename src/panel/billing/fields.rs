//! The fields that a caller sent, and their rules. All faults are kept, in the order in which the fields are read, which is
//! that of the contract's tables.

use std::ops::RangeInclusive;

use super::{Refusal, Result};
use crate::panel::fields::{FaultReason, Faults};

/// A field of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sent<T> {
    /// It was not sent.
    #[default]
    Absent,
    /// It was sent as null: cleared by a change, and not sent where something is created.
    Cleared,
    /// A value of the right type.
    Value(T),
    /// Something else.
    Fault(FaultReason),
}

impl<T> Sent<T> {
    /// Returns the value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Sent::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is none of the right type.
    pub fn is_fault(&self) -> bool {
        matches!(self, Sent::Fault(_))
    }

    /// Whether anything was sent, a null included.
    pub fn is_sent(&self) -> bool {
        !matches!(self, Sent::Absent)
    }
}

/// What is known of a field without its rule.
pub(super) enum Known<'a, T> {
    /// It stays as it is.
    Untouched,
    /// It gets its default.
    Default,
    Value(&'a T),
}

/// Reads fields one after the other.
pub(super) struct FieldReader {
    is_create: bool,
    faults: Faults,
    place: usize,
}

impl FieldReader {
    /// Begins with the fields of a new object.
    pub fn of_new() -> FieldReader {
        FieldReader::new(true)
    }

    /// Begins with the fields of a change.
    pub fn of_change() -> FieldReader {
        FieldReader::new(false)
    }

    fn new(is_create: bool) -> FieldReader {
        FieldReader {
            is_create,
            faults: Faults::default(),
            place: 0,
        }
    }

    /// Whether these are the fields of a new object.
    pub fn is_create(&self) -> bool {
        self.is_create
    }

    /// Adds a fault of the field that was read last.
    pub fn fault(&mut self, field: &'static str, fault: FaultReason) {
        self.faults.add(self.place, field, fault);
    }

    /// Refuses if there was any fault.
    pub fn check(self) -> Result<()> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Fields(self.faults)),
        }
    }

    /// Reads what was sent for a field that may be left out.
    pub fn known<'a, T>(&mut self, field: &'static str, sent: &'a Sent<T>) -> Known<'a, T> {
        self.place += 1;
        match sent {
            Sent::Value(value) => Known::Value(value),
            Sent::Cleared if !self.is_create => Known::Default,
            Sent::Absent | Sent::Cleared if self.is_create => Known::Default,
            Sent::Absent | Sent::Cleared => Known::Untouched,
            Sent::Fault(fault) => {
                self.fault(field, *fault);
                Known::Untouched
            }
        }
    }

    /// The same for a field that must have a value; `None` where it stays as it is, or is at fault.
    pub fn required<'a, T>(&mut self, field: &'static str, sent: &'a Sent<T>) -> Option<&'a T> {
        match self.known(field, sent) {
            Known::Value(value) => Some(value),
            Known::Untouched => None,
            Known::Default => {
                self.fault(field, FaultReason::Missing);
                None
            }
        }
    }

    /// Applies a rule to a value; its default is `None`.
    pub fn optional<T, U>(
        &mut self,
        field: &'static str,
        sent: &Sent<T>,
        rule: impl FnOnce(&T) -> Result<U, FaultReason>,
    ) -> Option<Option<U>> {
        match self.known(field, sent) {
            Known::Untouched => None,
            Known::Default => Some(None),
            Known::Value(value) => Some(Some(self.ruled(field, value, rule)?)),
        }
    }

    /// Applies a rule to a value that has a default of its own.
    pub fn with_default<T, U>(
        &mut self,
        field: &'static str,
        sent: &Sent<T>,
        default: U,
        rule: impl FnOnce(&T) -> Result<U, FaultReason>,
    ) -> Option<U> {
        self.optional(field, sent, rule).map(|value| value.unwrap_or(default))
    }

    /// Applies a rule to a value; a fault of it is kept.
    pub fn ruled<T, U>(
        &mut self,
        field: &'static str,
        value: &T,
        rule: impl FnOnce(&T) -> Result<U, FaultReason>,
    ) -> Option<U> {
        match rule(value) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(field, fault);
                None
            }
        }
    }

    /// A text that must not be blank.
    pub fn required_text<U>(
        &mut self,
        field: &'static str,
        sent: &Sent<String>,
        rule: impl FnOnce(&str) -> Result<U, FaultReason>,
    ) -> Option<U> {
        let text = self.required(field, sent)?;
        self.ruled(field, text, |text| match text.trim() {
            "" => Err(FaultReason::Missing),
            text => rule(text),
        })
    }

    /// A field that cannot be changed.
    pub fn fixed<T>(&mut self, field: &'static str, sent: &Sent<T>) {
        self.place += 1;
        if sent.is_sent() {
            self.fault(field, FaultReason::Immutable);
        }
    }
}

/// A text of so many characters, without surrounding white space.
pub(super) fn text(text: &str, least: usize, most: usize) -> Result<String, FaultReason> {
    let text = text.trim();
    match (least..=most).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(FaultReason::Length(least, most)),
    }
}

/// A number within a range.
pub(super) fn number(number: i64, range: RangeInclusive<i64>) -> Result<i64, FaultReason> {
    match range.contains(&number) {
        true => Ok(number),
        false => Err(FaultReason::Range(*range.start(), *range.end())),
    }
}

/// One of these words.
pub(super) fn word(text: &str, words: &'static [&'static str]) -> Result<&'static str, FaultReason> {
    let word = words.iter().find(|word| **word == text.trim());
    word.copied().ok_or(FaultReason::OneOf(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_without_surrounding_white_space() {
        assert_eq!(text(" äöü ", 1, 3), Ok("äöü".to_owned()));
        assert_eq!(text("äöüß", 1, 3), Err(FaultReason::Length(1, 3)));
        assert_eq!(text("  ", 1, 3), Err(FaultReason::Length(1, 3)));
    }

    #[test]
    fn a_null_clears_by_a_change_alone() {
        let mut new = FieldReader::of_new();
        assert_eq!(new.optional("a", &Sent::<i64>::Cleared, |n| Ok(*n)), Some(None));
        assert_eq!(new.required("b", &Sent::<i64>::Cleared), None);
        assert!(new.faults.has("b"));
        let mut change = FieldReader::of_change();
        assert_eq!(change.optional("a", &Sent::<i64>::Absent, |n| Ok(*n)), None);
        assert_eq!(change.optional("a", &Sent::<i64>::Cleared, |n| Ok(*n)), Some(None));
        assert_eq!(change.required("b", &Sent::<i64>::Absent), None);
        assert!(!change.faults.has("b"));
        assert_eq!(change.required("b", &Sent::<i64>::Cleared), None);
        assert!(change.faults.has("b"));
    }
}
