//! The columns and values that a caller wants to write. Some of the values may be invalid.
//!
//! A dialect parses its parameters before the panel reads the database, but the contract defines the order of
//! errors: first that the edited thing does not exist, then each value. So a draft stores its faults in the
//! order of the contract. [`Draft::resolve`] returns the first of them, [`Draft::faults`] all.

use rusqlite::types::Value;

use super::audit;
use super::context::Context;
use super::error::{Error, Name, Result};
use super::fields::{Fault, FaultReason, InputField, Reading, SentValue};
use crate::store::view::View;

/// A table whose row a value must name, with the error for a row that does not exist or that the caller may
/// not see.
#[derive(Debug)]
pub struct Reference {
    /// The view, which defines who owns the row.
    pub view: &'static View,
    /// The error if it does not exist.
    pub otherwise: fn(Name) -> Error,
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Reference {}

/// One column's value as a caller sent it.
#[derive(Debug)]
pub enum FieldValue {
    /// A value of the right form.
    Value(Value),
    /// The id of a row that must exist.
    Reference(i64, &'static Reference, Name),
    /// A value of the wrong form.
    Fault(Fault),
}

impl FieldValue {
    /// Returns what is wrong with it.
    fn fault(&self, context: &Context<'_>) -> Result<Option<Fault>> {
        Ok(match self {
            FieldValue::Value(_) => None,
            FieldValue::Fault(fault) => Some(fault.clone()),
            FieldValue::Reference(id, reference, name) => {
                let View { table, key, .. } = reference.view;
                let sql = format!("SELECT 1 FROM {table} WHERE {key} = ?1");
                let exists = context.sees(reference.view, *id)? && context.db.prepare_cached(&sql)?.exists([id])?;
                let reason = FaultReason::Row(reference);
                (!exists).then(|| Fault {
                    name: name.clone(),
                    reason,
                })
            }
        })
    }
}

/// What a write does with the fields that are not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// They get their defaults.
    Create,
    /// They stay.
    Edit,
    /// They get what a new row has.
    Renew,
}

/// Columns with the values that were sent for them, in the order in which faults are reported.
#[derive(Debug, Default)]
pub struct Draft(Vec<(&'static str, FieldValue)>);

impl Draft {
    /// Adds a column at the end.
    pub fn push(&mut self, column: &'static str, value: FieldValue) {
        self.0.push((column, value));
    }

    /// Adds a fault at the end.
    pub fn refuse(&mut self, input: &InputField, reason: FaultReason) {
        let name = Name::Borrowed(input.name);
        self.push(input.field.name, FieldValue::Fault(Fault { name, reason }));
    }

    /// Adds the faults of another draft at the end.
    pub fn take_faults(&mut self, other: Draft) {
        let faults = other.0.into_iter();
        self.0
            .extend(faults.filter(|(_, field)| matches!(field, FieldValue::Fault(_))));
    }

    /// Adds what a field gets: the value that was sent, what its absence means, or a fault.
    pub fn read(&mut self, input: &InputField, sent: Option<&dyn SentValue>, reading: &Reading) {
        let field = &input.field;
        match (sent.filter(|sent| !sent.is_empty(field.kind)), reading.purpose) {
            (Some(sent), _) => match field.read(input.name, sent, reading) {
                Ok(columns) => self.0.extend(columns),
                Err(reason) => self.refuse(input, reason),
            },
            (None, Purpose::Create) if input.required => self.refuse(input, FaultReason::Missing),
            (None, Purpose::Create) => {}
            (None, purpose) => self.leave_empty(input, sent.is_some(), purpose),
        }
    }

    /// Adds what a field gets that an edit sends empty.
    pub fn clear(&mut self, input: &InputField) {
        self.leave_empty(input, true, Purpose::Edit);
    }

    /// Adds what a field gets that an edit does not send, or sends empty.
    fn leave_empty(&mut self, input: &InputField, is_sent: bool, purpose: Purpose) {
        let emptied = match is_sent {
            true => input.field.empty_value(),
            false => Ok(None),
        };
        let value = match emptied {
            Ok(None) if purpose == Purpose::Renew => input.field.of_a_new_row(),
            Ok(value) => value,
            Err(reason) => return self.refuse(input, reason),
        };
        self.0
            .extend(value.map(|value| (input.field.name, FieldValue::Value(value))));
    }

    /// Returns all faults, in order: those of values, and of references to rows that do not exist.
    ///
    /// # Errors
    /// Those of the database.
    pub fn faults(&self, context: &Context<'_>) -> Result<Vec<Fault>> {
        let mut faults = Vec::new();
        for (_, field) in &self.0 {
            faults.extend(field.fault(context)?);
        }
        Ok(faults)
    }

    /// Creates a draft of valid values.
    pub fn from_values(values: impl IntoIterator<Item = (&'static str, Value)>) -> Draft {
        Draft(
            values
                .into_iter()
                .map(|(column, value)| (column, FieldValue::Value(value)))
                .collect(),
        )
    }

    /// Returns the columns with what each gets, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldValue)> {
        self.0.iter().map(|(column, field)| (*column, field))
    }

    /// Returns the values if all of them are valid.
    ///
    /// # Errors
    /// The first fault, or the error of the first reference to a row that does not exist.
    pub fn resolve(&self, context: &Context<'_>) -> Result<Change> {
        self.resolve_only(context, |_| true)
    }

    /// The same of the columns that count; the faults of others are none.
    ///
    /// # Errors
    /// As [`Draft::resolve`].
    pub fn resolve_only(&self, context: &Context<'_>, counts: impl Fn(&str) -> bool) -> Result<Change> {
        let mut change = Change::default();
        for (column, field) in self.0.iter().filter(|(column, _)| counts(column)) {
            if let Some(fault) = field.fault(context)? {
                return Err(Error::from(&fault));
            }
            let value = match field {
                FieldValue::Value(value) => value.clone(),
                FieldValue::Reference(id, ..) => Value::Integer(*id),
                FieldValue::Fault(_) => continue,
            };
            change.set(column, value);
        }
        Ok(change)
    }
}

/// Columns with the values to be written, each once.
#[derive(Debug, Default)]
pub struct Change(Vec<(&'static str, Value)>);

impl Change {
    /// Sets a column; replaces an earlier value.
    pub fn set(&mut self, column: &'static str, value: impl Into<Value>) {
        match self.0.iter_mut().find(|(name, _)| *name == column) {
            Some((_, old)) => *old = value.into(),
            None => self.0.push((column, value.into())),
        }
    }

    /// Sets all columns of another change.
    pub fn set_all(&mut self, other: Change) {
        for (column, value) in other.0 {
            self.set(column, value);
        }
    }

    /// Sets a column that has no value yet.
    pub fn set_default(&mut self, column: &'static str, value: impl FnOnce() -> String) {
        if self.get(column).is_none() {
            self.set(column, Value::Text(value()));
        }
    }

    /// The value of a column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }

    /// The text of a column that is set to one.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.get(column)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a column that is set to one.
    pub fn int(&self, column: &str) -> Option<i64> {
        match self.get(column)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Takes a column out.
    pub fn take(&mut self, column: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| *name == column)?;
        Some(self.0.remove(at).1)
    }

    /// Takes out the columns of which `is` is true.
    pub fn split(&mut self, is: impl Fn(&str) -> bool) -> Change {
        Change(self.0.extract_if(.., |(column, _)| is(column)).collect())
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Columns with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(column, value)| (*column, value))
    }

    /// The columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(column, _)| *column)
    }

    /// Whether the caller may see the row with this key and it already has all of these values.
    pub fn is_stored(&self, context: &Context<'_>, view: &View, id: i64) -> Result<bool> {
        if !context.sees(view, id)? {
            return Ok(false);
        }
        let View { table, key, .. } = view;
        let same: Vec<String> = self.columns().map(|column| format!(" AND \"{column}\" IS ?")).collect();
        let sql = format!("SELECT 1 FROM {table} WHERE {key} = ?{}", same.concat());
        let id = Value::Integer(id);
        let values = std::iter::once(&id).chain(self.0.iter().map(|(_, value)| value));
        Ok(context
            .db
            .prepare_cached(&sql)?
            .exists(rusqlite::params_from_iter(values))?)
    }

    /// Inserts a row and returns its id.
    pub(super) fn insert(&self, context: &Context<'_>, table: &str) -> Result<i64> {
        // Built in one string: creating a line is the panel's most frequent write.
        let mut sql = format!("INSERT INTO {table} (");
        for (at, (column, _)) in self.0.iter().enumerate() {
            sql.push_str(if at == 0 { "\"" } else { "\", \"" });
            sql.push_str(column);
        }
        sql.push_str("\") VALUES (?");
        for _ in 1..self.0.len() {
            sql.push_str(", ?");
        }
        sql.push(')');
        if self.is_empty() {
            sql = format!("INSERT INTO {table} DEFAULT VALUES");
        }
        let values = rusqlite::params_from_iter(self.0.iter().map(|(_, value)| value));
        let id = context.db.prepare_cached(&sql)?.insert(values)?;
        audit::created(context, table, id, self)?;
        Ok(id)
    }

    /// Updates the row with this key; an empty change writes nothing.
    pub(super) fn update(&self, context: &Context<'_>, table: &str, key: &str, id: i64) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let before = audit::before(context, table, key, id, self)?;
        let columns: Vec<String> = self.0.iter().map(|(column, _)| format!("\"{column}\" = ?")).collect();
        let sql = format!("UPDATE {table} SET {} WHERE {key} = ?", columns.join(", "));
        let row = Value::Integer(id);
        let values = rusqlite::params_from_iter(self.0.iter().map(|(_, value)| value).chain([&row]));
        context.db.prepare_cached(&sql)?.execute(values)?;
        audit::edited(context, table, id, &before, self)
    }
}
