//! The description of a section of a seed document: its table, the names of its rows, its fields. The sections
//! themselves are in [`super::sections`].

/// A section of a document: a list of rows of one table.
#[derive(Debug)]
pub struct Section {
    /// The key in a document.
    pub name: &'static str,
    /// The description, one sentence.
    pub doc: &'static str,
    pub table: &'static str,
    /// The column of the id; `None` for a table without one.
    pub id: Option<&'static str>,
    /// How rows are named.
    pub key: NameKey,
    /// The fields whose name, shape or default differs from the column's.
    pub fields: &'static [Field],
    /// The sections within each row.
    pub children: &'static [Child],
    /// For devices: the column with the id of the hidden line, and the flag that marks the line as hidden.
    pub hidden: Option<(&'static str, &'static str)>,
    /// For a table with rows of several sections: the column that tells them apart, and its value here.
    pub fixed: Option<(&'static str, &'static str)>,
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
}

/// One field of a section.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Another key of the same meaning, such as `line` for `username` in `lines`.
    pub alias: Option<&'static str>,
    pub column: &'static str,
    pub shape: Shape,
    pub preset: DefaultValue,
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
    /// A word that stands for a number.
    Numbered(&'static [(&'static str, i64)]),
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// A password, stored as a hash; a hash is stored as it is.
    Password,
    /// The secret of a REST API, stored as its SHA-256; `sha256:HEX` is stored as it is.
    Secret,
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
}

pub(super) const fn field(name: &'static str, column: &'static str) -> Field {
    Field {
        name,
        alias: None,
        column,
        shape: Shape::Column,
        preset: DefaultValue::Column,
        doc: "",
    }
}

impl Field {
    pub(super) const fn shape(self, shape: Shape) -> Field {
        Field { shape, ..self }
    }

    pub(super) const fn default_to(self, preset: DefaultValue) -> Field {
        Field { preset, ..self }
    }

    pub(super) const fn alias(self, alias: &'static str) -> Field {
        Field {
            alias: Some(alias),
            ..self
        }
    }

    pub(super) const fn describe(self, doc: &'static str) -> Field {
        Field { doc, ..self }
    }
}

pub(super) const fn section(name: &'static str, table: &'static str, key: NameKey, doc: &'static str) -> Section {
    Section {
        name,
        doc,
        table,
        id: Some("id"),
        key,
        fields: &[],
        children: &[],
        hidden: None,
        fixed: None,
    }
}

/// Creates the section of a table that only `rows` fills: its fields are its columns.
pub(super) const fn rows(table: &'static str, id: Option<&'static str>) -> Section {
    Section {
        id,
        ..section(table, table, NameKey::None, "")
    }
}
