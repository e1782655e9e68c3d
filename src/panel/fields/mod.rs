//! Fields: the values that a caller may write of a noun, each described once: its type with its range, the rows that
//! it refers to, how an edit clears it, and one line of documentation.
//!
//! What `schema.sql` says of a column is not repeated here: a field without a type of its own has the column's, and
//! the default of a new row is the column's. A dialect adds the name under which it reads a field
//! ([`InputField`]), and hands what was sent to [`Draft::read`](super::draft::Draft::read) through a [`FieldSource`].

mod fault;
mod read;
mod source;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use rusqlite::types::Value;

pub use fault::{Fault, FaultReason, Faults};
pub use read::{Reading, digits, json_ids};
pub use source::{FieldSource, SentValue};

use super::draft::Reference;
use crate::store::schema::{self, Column, ColumnType};

/// Largest 32-bit number.
pub const MOST: i64 = 2_147_483_647;
/// Smallest 32-bit number.
pub const LEAST: i64 = -2_147_483_648;
/// The limit of a text without a limit of its own.
pub const LONG: usize = usize::MAX;

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub enum FieldType {
    /// That of its column in `schema.sql`.
    Stored,
    /// Any scalar of at most this number of characters.
    Text(usize),
    /// A whole number in a range.
    Int(i64, i64),
    /// `0` or `1`.
    Flag,
    Money,
    /// A decimal number.
    Real,
    /// A date, stored as a local date text.
    Date,
    /// An instant in unix seconds.
    Unix,
    /// Row ids.
    Ids,
    /// The id of a row that must exist.
    Row(&'static Reference),
    /// A JSON object.
    Object,
    /// A JSON list of texts.
    JsonTexts,
    /// A list of texts.
    Texts,
    /// A list of ports.
    Ports,
    /// A list of ports: the first goes to the first column, the rest to the second.
    FirstPort(&'static str, &'static str),
    /// A list of addresses and networks.
    Networks,
    /// A list of output formats, 1 to 3.
    Formats,
    Ip,
    Network,
    Mac,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Two letters or nothing.
    Country,
    /// 32 hexadecimal digits.
    ApiKey,
    /// The text of an access code; the minimum length depends on its type.
    Code,
    /// A JSON object whose members are lists of ids: (member, column).
    IdLists(&'static [(&'static str, &'static str)]),
}

impl FieldType {
    /// The type of a column that has no other one.
    fn of(column: &Column) -> FieldType {
        match column.kind {
            ColumnType::Int => FieldType::Int(LEAST, MOST),
            ColumnType::Flag => FieldType::Flag,
            ColumnType::Unix => FieldType::Unix,
            ColumnType::Money => FieldType::Money,
            ColumnType::Real => FieldType::Real,
            ColumnType::Text => FieldType::Text(LONG),
            ColumnType::Json => FieldType::Object,
            ColumnType::Iso => FieldType::Date,
        }
    }

    /// Whether a value is a list, in whatever form.
    pub fn is_list(self) -> bool {
        use FieldType::{FirstPort, Formats, Ids, Networks, Ports, Texts};
        matches!(self, Ids | Texts | Networks | Ports | Formats | FirstPort(..))
    }
}

/// The effect of a field that an edit sends empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleared {
    /// The empty value of its type.
    Empty,
    /// The stored value stays.
    Unchanged,
    /// A fault: it counts as missing.
    Refused,
    /// Null, which the noun replaces.
    Null,
}

/// What a new row gets without a field.
#[derive(Clone, Copy, Debug)]
pub enum NewValue {
    /// The column's default.
    Column,
    /// Something that these words describe.
    Words(&'static str),
    Number(i64),
    Text(&'static str),
}

impl NewValue {
    /// Returns the value, if its noun gives every new row the same.
    fn value(self) -> Option<Value> {
        match self {
            NewValue::Column | NewValue::Words(_) => None,
            NewValue::Number(number) => Some(Value::Integer(number)),
            NewValue::Text(text) => Some(Value::Text(text.to_owned())),
        }
    }
}

/// The description of a value that callers write.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The column, or the name of a value that a noun takes beside its columns.
    pub name: &'static str,
    /// The table of the column.
    pub table: &'static str,
    pub kind: FieldType,
    /// The table whose rows it names, by id.
    pub refers: Option<&'static str>,
    pub cleared: Cleared,
    pub default: NewValue,
    /// Whether a new row has the panel's time in it.
    pub is_now: bool,
    /// One line for the generated pages.
    pub doc: &'static str,
}

impl Field {
    /// Describes a value with a type of its own.
    pub const fn new(name: &'static str, kind: FieldType, doc: &'static str) -> Field {
        Field {
            name,
            table: "",
            kind,
            refers: None,
            cleared: Cleared::Empty,
            default: NewValue::Column,
            is_now: false,
            doc,
        }
    }

    /// Names the table whose rows it refers to.
    pub const fn refers(self, table: &'static str) -> Field {
        Field {
            refers: Some(table),
            ..self
        }
    }

    /// Says in words what a new row gets without it.
    pub const fn default(self, words: &'static str) -> Field {
        self.gets(NewValue::Words(words))
    }

    /// Says what its noun gives a new row without it.
    pub const fn gets(self, default: NewValue) -> Field {
        Field { default, ..self }
    }

    /// A new row has the panel's time in it.
    pub const fn now(self) -> Field {
        Field { is_now: true, ..self }
    }

    /// Says what an empty value does.
    const fn cleared(self, cleared: Cleared) -> Field {
        Field { cleared, ..self }
    }

    /// An empty value changes nothing.
    pub const fn kept_when_empty(self) -> Field {
        self.cleared(Cleared::Unchanged)
    }

    /// An empty value counts as missing.
    pub const fn refused_when_empty(self) -> Field {
        self.cleared(Cleared::Refused)
    }

    /// An empty value sets its column to null, which the noun replaces.
    pub const fn null_when_empty(self) -> Field {
        self.cleared(Cleared::Null)
    }

    /// Returns the table whose rows it names.
    pub fn target(&self) -> Option<&'static str> {
        match self.kind {
            FieldType::Row(reference) => Some(reference.view.table),
            _ => self.refers,
        }
    }

    /// Returns the column, as `schema.sql` declares it; `None` for a value beside the columns.
    pub fn column(&self) -> Option<&'static Column> {
        schema::table(self.table)?.column(self.name)
    }

    /// Returns what a new row gets without it, for the generated pages.
    pub fn default_text(&self) -> Option<Cow<'static, str>> {
        match self.default {
            NewValue::Column => self.column()?.default.map(Cow::Borrowed),
            NewValue::Words(words) => Some(Cow::Borrowed(words)),
            NewValue::Number(number) => Some(Cow::Owned(number.to_string())),
            NewValue::Text(text) => Some(Cow::Owned(format!("'{text}'"))),
        }
    }

    /// Returns the value of a new row; null where its noun generates one.
    pub fn of_a_new_row(&self) -> Option<Value> {
        if self.cleared == Cleared::Unchanged {
            return Some(Value::Null);
        }
        Some(self.column()?.default.map_or(Value::Null, written))
    }

    /// Returns the value of a field that an edit sends empty; `None` changes nothing.
    ///
    /// # Errors
    /// [`FaultReason::Missing`] where an empty value is refused.
    pub fn empty_value(&self) -> Result<Option<Value>, FaultReason> {
        use FieldType::{
            Choice, Date, FirstPort, Flag, Formats, IdLists, Ids, Int, JsonTexts, Money, Networks, Object, Ports, Real,
            Row, Texts, Unix,
        };
        Ok(Some(match (self.cleared, self.kind) {
            (Cleared::Refused, _) => return Err(FaultReason::Missing),
            (Cleared::Unchanged, _) | (_, IdLists(_) | FirstPort(..)) => return Ok(None),
            (Cleared::Null, _) | (_, Date | Row(_)) => Value::Null,
            (_, Flag) => Value::Integer(0),
            (_, Ids | Texts | JsonTexts | Networks | Ports | Formats) => Value::Text("[]".into()),
            (_, Object) => Value::Text("{}".into()),
            (_, Int(..) | Unix | Money | Real | Choice(_)) => self.number_or_word(),
            _ => Value::Text(String::new()),
        }))
    }

    /// Returns the default of a number or a word: its own, or the column's.
    fn number_or_word(&self) -> Value {
        match self.default.value() {
            Some(value) => value,
            None => written(self.column().and_then(|column| column.default).unwrap_or("0")),
        }
    }
}

/// Returns the value of a default as it is written in the schema.
fn written(default: &str) -> Value {
    match default.parse() {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::Text(default.trim_matches('\'').to_owned()),
    }
}

// Short names, so that a noun's fields read like a table.

/// A column with the type that `schema.sql` gives it.
pub const fn stored(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Stored, doc)
}
/// A text of at most this number of characters.
pub const fn limited(name: &'static str, most: usize, doc: &'static str) -> Field {
    Field::new(name, FieldType::Text(most), doc)
}
/// `0` or `1`.
pub const fn flag(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Flag, doc)
}
/// A number that is not negative.
pub const fn count(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Int(0, MOST), doc)
}
/// One of some words.
pub const fn choice(name: &'static str, words: &'static [&'static str], doc: &'static str) -> Field {
    Field::new(name, FieldType::Choice(words), doc)
}
/// A list of texts.
pub const fn text_list(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Texts, doc)
}
/// The id of a row that must exist.
pub const fn row(name: &'static str, reference: &'static Reference, doc: &'static str) -> Field {
    Field::new(name, FieldType::Row(reference), doc)
}
/// Ids of rows of a table.
pub const fn rows(name: &'static str, table: &'static str, doc: &'static str) -> Field {
    Field::new(name, FieldType::Ids, doc).refers(table)
}

/// The fields of a table.
#[derive(Debug)]
pub struct Fields {
    pub table: &'static str,
    described: &'static [Field],
    /// The fields of a row that goes with each of this table.
    beside: Option<&'static Fields>,
}

impl Fields {
    /// Describes fields of a table, and values that its noun takes beside its columns.
    pub const fn new(table: &'static str, described: &'static [Field]) -> Fields {
        Fields {
            table,
            described,
            beside: None,
        }
    }

    /// Adds the fields of a row that goes with each of this table.
    pub const fn with(self, beside: &'static Fields) -> Fields {
        Fields {
            beside: Some(beside),
            ..self
        }
    }

    /// Returns the field of this name with its type: a described one, else a column of the table.
    pub fn get(&self, name: &str) -> Option<Field> {
        self.own(name).or_else(|| self.beside?.get(name))
    }

    /// Whether this is a value that the noun takes beside the columns of the table.
    pub fn is_beside(&self, name: &str) -> bool {
        self.described.iter().any(|field| field.name == name)
            && self.get(name).is_some_and(|field| field.column().is_none())
    }

    /// Returns the columns that the noun gives every new row the same value in, if nothing else is sent.
    pub fn new_values(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let described = self.described.iter();
        described.filter_map(|field| Some((field.name, field.default.value()?)))
    }

    fn own(&self, name: &str) -> Option<Field> {
        let column = schema::table(self.table).and_then(|table| table.column(name));
        let described = self.described.iter().find(|field| field.name == name).copied();
        let field = described.or_else(|| Some(stored(column?.name, "")))?;
        let kind = match (field.kind, column) {
            (FieldType::Stored, Some(column)) => FieldType::of(column),
            (kind, _) => kind,
        };
        Some(Field {
            kind,
            table: self.table,
            ..field
        })
    }
}

/// A field under the name by which a dialect reads it.
#[derive(Clone, Copy, Debug)]
pub struct InputField {
    pub name: &'static str,
    /// Whether a create requires it.
    pub required: bool,
    pub field: Field,
}
