//! The description of a section of a seed document: its table, the names of its rows and of their fields. The sections
//! themselves are in [`super::sections`]; what a field may be is the noun's.

use crate::panel::fields::Fields;

/// A section of a document: a list of rows of one table.
#[derive(Debug)]
pub struct Section {
    /// The key in a document.
    pub name: &'static str,
    /// The description, one sentence.
    pub doc: &'static str,
    pub table: &'static str,
    /// What the table's noun says of its columns.
    pub described: Option<&'static Fields>,
    /// The column of the id; `None` for a table without one.
    pub id: Option<&'static str>,
    /// How rows are named.
    pub key: NameKey,
    /// Another key for the name of a row, such as `line` for `username` in `lines`.
    pub alias: Option<&'static str>,
    /// The fields that have the form of the noun's, separated by spaces: `name`, or `name=column`. All other columns
    /// are fields too, with their type in `schema.sql`.
    pub names: &'static str,
    /// What is special about some of these fields.
    pub special: &'static [Special],
    /// Keys of an entry that are stored elsewhere than in its row.
    pub beside: &'static [Beside],
    /// The sections within each row.
    pub children: &'static [Child],
    /// For devices: the column with the id of the hidden line, and the flag that marks the line as hidden.
    pub hidden: Option<(&'static str, &'static str)>,
    /// For a table with rows of several sections: the column that tells them apart, and its values here, the usual one
    /// first.
    pub fixed: Option<(&'static str, &'static [&'static str])>,
    /// What stands before the number in ids as an API prints them: `prod_` in `prod_123`. References may be written so.
    pub prefix: Option<&'static str>,
}

/// A key of an entry that is stored elsewhere than in its row.
#[derive(Debug)]
pub struct Beside {
    pub name: &'static str,
    /// The column whose type it has.
    pub table: &'static str,
    pub column: &'static str,
    /// The form of its value, if it is not that of the column.
    pub shape: Option<Shape>,
    pub doc: &'static str,
    /// The SQL expression of its value in an export; `None` where other keys say what it does.
    pub exported: Option<&'static str>,
}

impl Section {
    /// Returns the condition of its rows in the table, if that has others.
    pub fn condition(&self) -> Option<String> {
        let (column, values) = self.fixed?;
        Some(format!("{}.{column} IN ('{}')", self.table, values.join("', '")))
    }

    /// Returns the named fields, each with its column.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.names
            .split_whitespace()
            .map(|name| name.split_once('=').unwrap_or((name, name)))
    }
}

/// How the rows of a table are named.
#[derive(Clone, Copy, Debug)]
pub enum NameKey {
    /// By id only.
    None,
    /// By a column in which several rows may have the same value.
    Named(&'static str),
    /// By a unique column.
    Unique(&'static str),
    /// By a unique column that ignores letter case and spaces at the end.
    Login(&'static str),
    /// By a column whose values are unique within a category, which another column has: a film and a series may
    /// have the same name.
    Within(&'static str, &'static str),
}

impl NameKey {
    /// Returns the column of the name.
    pub fn column(self) -> Option<&'static str> {
        match self {
            NameKey::None => None,
            NameKey::Named(column) | NameKey::Unique(column) | NameKey::Login(column) | NameKey::Within(column, _) => {
                Some(column)
            }
        }
    }

    /// Whether two rows cannot have the same name.
    pub fn is_unique(self) -> bool {
        matches!(self, NameKey::Unique(_) | NameKey::Login(_))
    }
}

/// A section within another.
#[derive(Debug)]
pub struct Child {
    pub section: &'static Section,
    /// The column with the id of the outer row.
    pub parent: &'static str,
    /// The condition of the rows that are meant, if not all of the outer row are.
    pub only: Option<&'static str>,
}

/// A section of all rows with the id of the outer row in `parent`.
pub(super) const fn child(section: &'static Section, parent: &'static str) -> Child {
    Child {
        section,
        parent,
        only: None,
    }
}

/// What is special about a field in a document.
#[derive(Clone, Copy, Debug)]
pub struct Special {
    pub column: &'static str,
    /// The form of its value, if it is not that of the noun.
    pub shape: Option<Shape>,
    /// The value of a new row, if it is not the column's.
    pub preset: Option<DefaultValue>,
    /// The description, where the name is not enough; may be empty.
    pub doc: &'static str,
}

/// The form of a field's value, if it differs from the column's type.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// The column's own value.
    Column,
    /// A row of another section, by name or id.
    One(&'static str),
    /// Rows of another section, by names or ids, stored as a JSON list of ids.
    Many(&'static str),
    /// Texts, stored as a JSON list.
    Texts,
    /// The same of names of webhooks' events.
    Events,
    /// A word that stands for a number.
    Numbered(&'static [(&'static str, i64)]),
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// A password, stored as a hash; a hash is stored as it is.
    Password,
    /// The secret of a REST API, stored as its SHA-256; `sha256:HEX` is stored as it is.
    Secret,
    /// The secret of an endpoint of webhooks, which signs and is kept as it is.
    SigningSecret,
    /// The password of a customer, stored as an argon2id hash; a hash is stored as it is.
    CustomerPassword,
    /// A number from one to the other.
    Range(i64, i64),
    /// An amount of at most two places, not above this many hundredths.
    Amount(i64),
    /// A time, stored in unix milliseconds.
    Millis,
    /// A text of one form.
    Form(&'static TextForm),
}

/// The form of a text.
#[derive(Debug)]
pub struct TextForm {
    /// Returns the text as it is stored; `None` if it has another form.
    pub read: fn(&str) -> Option<String>,
    /// What it is: `an email address`.
    pub what: &'static str,
    pub example: &'static str,
}

/// The value of a field that a new row leaves out.
#[derive(Clone, Copy, Debug)]
pub enum DefaultValue {
    /// The default in `schema.sql`.
    Column,
    /// The panel's time.
    Now,
    /// This many random characters.
    Random(usize),
    /// The field must be given.
    Required,
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
    /// The first group of resellers.
    Resellers,
    /// The generation of the guide that is shown.
    Generation,
    /// That of another column.
    Of(&'static str),
    /// It follows from other rows, as the field's description says.
    Derived,
}

pub(super) const fn special(column: &'static str) -> Special {
    Special {
        column,
        shape: None,
        preset: None,
        doc: "",
    }
}

impl Special {
    pub(super) const fn shape(self, shape: Shape) -> Special {
        let shape = Some(shape);
        Special { shape, ..self }
    }

    pub(super) const fn default_to(self, preset: DefaultValue) -> Special {
        let preset = Some(preset);
        Special { preset, ..self }
    }

    pub(super) const fn describe(self, doc: &'static str) -> Special {
        Special { doc, ..self }
    }
}

pub(super) const fn section(
    name: &'static str,
    described: &'static Fields,
    key: NameKey,
    doc: &'static str,
) -> Section {
    Section {
        described: Some(described),
        ..plain(name, described.table, key, doc)
    }
}

/// Creates the section of a table whose columns nothing describes but the schema.
pub(super) const fn plain(name: &'static str, table: &'static str, key: NameKey, doc: &'static str) -> Section {
    Section {
        name,
        doc,
        table,
        described: None,
        id: Some("id"),
        key,
        alias: None,
        names: "",
        special: &[],
        beside: &[],
        children: &[],
        hidden: None,
        fixed: None,
        prefix: None,
    }
}

/// Creates the section of a table that only `rows` fills: its fields are its columns.
pub(super) const fn rows(table: &'static str, id: Option<&'static str>) -> Section {
    Section {
        id,
        ..plain(table, table, NameKey::None, "")
    }
}
