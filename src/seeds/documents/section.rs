//! How a section of a seed document is described: its table, how its rows are named, its fields. The sections
//! themselves are in [`super::sections`].

/// A list of things of a kind.
#[derive(Debug)]
pub struct Section {
    /// Its key in a document.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub table: &'static str,
    /// The column of the id; none for a table without one.
    pub id: Option<&'static str>,
    /// How things of the kind are told apart.
    pub key: NameKey,
    /// Fields that have a name, a form or a default of their own.
    pub fields: &'static [Field],
    /// Things that belong to one of these alone.
    pub children: &'static [Child],
    /// The column that names the hidden line which comes with each, and the flag that hides it.
    pub hidden: Option<(&'static str, &'static str)>,
}

/// How the rows of a table are told apart by people.
#[derive(Clone, Copy, Debug)]
pub enum NameKey {
    /// By their ids alone.
    None,
    /// By a column; several rows may have the same value, and nothing refuses that.
    Named(&'static str),
    /// By a column that is different in every row.
    Unique(&'static str),
    /// The same, where letter case and spaces at the end do not count.
    Login(&'static str),
    /// By a column within the kind that another one names: two kinds may have the same name.
    Within(&'static str, &'static str),
}

impl NameKey {
    /// The column of the name.
    pub fn column(self) -> Option<&'static str> {
        match self {
            NameKey::None => None,
            NameKey::Named(column) | NameKey::Unique(column) | NameKey::Login(column) | NameKey::Within(column, _) => {
                Some(column)
            }
        }
    }

    /// Whether two rows may not have the same one.
    pub fn is_unique(self) -> bool {
        matches!(self, NameKey::Unique(_) | NameKey::Login(_))
    }
}

/// A section within another.
#[derive(Debug)]
pub struct Child {
    pub section: &'static Section,
    /// The column that names the row it belongs to.
    pub parent: &'static str,
}

/// One field of a section.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Another key of the same meaning: what a thing of the section is called.
    pub alias: Option<&'static str>,
    pub column: &'static str,
    pub shape: Shape,
    pub preset: DefaultValue,
    /// What a reader could not guess; may be empty.
    pub doc: &'static str,
}

/// What a field holds, where the column's kind does not say it.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// What the column holds.
    Column,
    /// A thing of another section, by its name or id.
    One(&'static str),
    /// Things of another section, by their names or ids, stored as a JSON list of ids.
    Many(&'static str),
    /// Texts, stored as a JSON list.
    Texts,
    /// A word that stands for a number.
    Numbered(&'static [(&'static str, i64)]),
    /// One of some words.
    OneOf(&'static [&'static str]),
    /// A password that is kept as a hash; a hash is kept as it is.
    Password,
}

/// What a new row has in a field that is left out.
#[derive(Clone, Copy, Debug)]
pub enum DefaultValue {
    /// The default of `schema.sql`.
    Column,
    /// The panel's time.
    Now,
    /// So many random characters.
    Drawn(usize),
    /// The field must be given.
    Required,
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
    /// The first group of resellers.
    Resellers,
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
    }
}

/// A table that only `rows` fills: its fields are its columns.
pub(super) const fn rows(table: &'static str, id: Option<&'static str>) -> Section {
    Section {
        id,
        ..section(table, table, NameKey::None, "")
    }
}
