//! Shapes: the keys of an answer, in order (contract, section 7).
//!
//! A shape is the contract's own list of keys over a view of the panel. Its values are printed by their type;
//! `:cents` after a key prints money with exactly two decimals. In the profile `live` some answers have other keys. In the
//! profile `xui` an answer is the row of a table with its columns' names, and some answers have additional values.

use std::sync::{Arc, OnceLock};

use super::variant::Variant;
use crate::store::view::{self, Column, Selection, View};

/// The keys of an answer.
#[derive(Debug)]
pub struct Shape {
    pub view: &'static View,
    /// Keys separated by spaces, in consecutive groups.
    keys: &'static [&'static str],
    /// The keys in the profile `live`.
    live: &'static [&'static str],
    /// The shape in the profile `xui`.
    pub xui: &'static XuiShape,
    whole: OnceLock<Arc<Shaped>>,
    whole_live: OnceLock<Arc<Shaped>>,
    whole_xui: OnceLock<Arc<Shaped>>,
}

/// One key of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub column: Column,
    /// Whether money is printed with exactly two decimals.
    pub cents: bool,
    /// Whether money is printed as a number, where the profile `xui` has texts.
    pub is_number: bool,
    pub place: Position,
}

/// The position of a value in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    Row,
    /// In a nested row of this name.
    Inside(&'static str),
    /// In a row of this name beside `data`.
    Beside(&'static str),
}

impl Key {
    /// Whether `show_columns` and `hide_columns` refer to it by this name.
    fn is_called(&self, name: &str) -> bool {
        match self.place {
            Position::Row => self.column.name == name,
            Position::Inside(row) => row == name,
            Position::Beside(_) => false,
        }
    }

    fn is_beside(&self) -> bool {
        matches!(self.place, Position::Beside(_))
    }
}

/// Selected keys, and the query that reads them.
#[derive(Debug)]
pub struct Shaped {
    pub view: &'static View,
    pub keys: Vec<Key>,
    pub selection: Selection,
}

impl Shape {
    /// Creates a shape that is the table's row in the profile `xui`.
    pub const fn new(view: &'static View, keys: &'static [&'static str]) -> Shape {
        Shape::both(view, keys, XuiShape::ROW)
    }

    /// Creates the same with other keys for the profile `live`.
    pub const fn live(view: &'static View, keys: &'static [&'static str], live: &'static [&'static str]) -> Shape {
        Shape::all(view, keys, live, XuiShape::ROW)
    }

    /// Creates a shape with another one for the profile `xui`.
    pub const fn both(view: &'static View, keys: &'static [&'static str], xui: &'static XuiShape) -> Shape {
        Shape::all(view, keys, keys, xui)
    }

    const fn all(
        view: &'static View,
        keys: &'static [&'static str],
        live: &'static [&'static str],
        xui: &'static XuiShape,
    ) -> Shape {
        Shape {
            view,
            keys,
            live,
            xui,
            whole: OnceLock::new(),
            whole_live: OnceLock::new(),
            whole_xui: OnceLock::new(),
        }
    }

    /// Returns the names of all keys as they are declared.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        names(self.keys)
    }

    /// Returns the documented keys with their columns.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.of_view(self.keys)
    }

    fn of_view(&self, groups: &'static [&'static str]) -> impl Iterator<Item = Key> {
        names(groups).filter_map(|name| {
            let plain = name.strip_suffix(":cents");
            let column = self.view.column(plain.unwrap_or(name))?;
            Some(Key {
                column,
                cents: plain.is_some(),
                is_number: true,
                place: Position::Row,
            })
        })
    }

    /// Returns the shape with all keys.
    pub fn whole(&self, variant: Variant) -> Arc<Shaped> {
        let whole = match variant {
            Variant::Documented => &self.whole,
            Variant::Live => &self.whole_live,
            Variant::Xui => &self.whole_xui,
        };
        Arc::clone(whole.get_or_init(|| Arc::new(self.shaped(variant, |_| true))))
    }

    /// Returns the shape with the keys that a caller selects (contract, 4.1): those named in `show`, else all
    /// except those named in `hide`.
    pub fn chosen(&self, variant: Variant, show: Option<&str>, hide: Option<&str>) -> Arc<Shaped> {
        let named = |list: &str, key: &Key| list.split(',').any(|name| key.is_called(name));
        match (show, hide) {
            (Some(show), _) => Arc::new(self.shaped(variant, |key| key.is_beside() || named(show, key))),
            (None, Some(hide)) => Arc::new(self.shaped(variant, |key| !named(hide, key))),
            (None, None) => self.whole(variant),
        }
    }

    fn shaped(&self, variant: Variant, is_selected: impl FnMut(&Key) -> bool) -> Shaped {
        let (view, keys) = match variant {
            Variant::Documented => (self.view, self.keys().collect()),
            Variant::Live => (self.view, self.of_view(self.live).collect()),
            Variant::Xui => (self.xui.view.unwrap_or(self.view), self.xui.keys(self.view)),
        };
        let keys: Vec<Key> = keys.into_iter().filter(is_selected).collect();
        let selection = Selection::new(view, keys.iter().map(|key| key.column));
        Shaped { view, keys, selection }
    }
}

fn names(groups: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    groups.iter().flat_map(|group| group.split_whitespace())
}

/// The parts of an answer in the profile `xui`, in addition to the row of the shape's table.
#[derive(Debug)]
pub struct XuiShape {
    /// The view that it is read from, if not the shape's own.
    pub view: Option<&'static View>,
    /// A key before the row's.
    pub before: Option<(&'static str, &'static str)>,
    /// Columns that are left out of all rows.
    pub without: &'static [&'static str],
    /// Columns of money that are numbers, where all others are texts.
    pub numbers: &'static [&'static str],
    /// Names of the view's values after the row: values of other tables, and counts.
    pub after: &'static str,
    /// Rows of other tables: their position, their table and its alias in the view.
    pub rows: &'static [(Position, &'static str, &'static str)],
}

impl XuiShape {
    /// Only the row.
    pub const ROW: &XuiShape = &XuiShape::with("");

    /// Creates a shape of the row followed by these values of the view.
    pub const fn with(after: &'static str) -> XuiShape {
        XuiShape {
            view: None,
            before: None,
            without: &[],
            numbers: &[],
            after,
            rows: &[],
        }
    }

    /// Returns the keys of an answer whose shape has this view.
    pub fn keys(&self, shape: &'static View) -> Vec<Key> {
        let key = |column: Column, place| Key {
            column,
            cents: false,
            is_number: self.numbers.contains(&column.name),
            place,
        };
        let shown = self.view.unwrap_or(shape);
        let before = self.before.map(|(name, sql)| view::int(name).is(sql));
        let is_shown = |column: &Column| !self.without.contains(&column.name);
        let row = shown.stored().filter(is_shown);
        let after = self.after.split_whitespace().filter_map(|name| shown.column(name));
        let own = before.into_iter().chain(row).chain(after);
        let rows = self.rows.iter();
        let others = rows.flat_map(|(place, table, called)| {
            let columns = view::stored(table, called).filter(is_shown);
            columns.map(move |column| key(column, *place))
        });
        own.map(|column| key(column, Position::Row)).chain(others).collect()
    }

    /// Returns the names of the values after the row.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.after.split_whitespace()
    }
}
