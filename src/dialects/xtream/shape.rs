//! Shapes: which keys an answer has, in which order (contract, section 7).
//!
//! A shape is the contract's own list of keys over a view of the panel. Its values are printed by
//! their kind; `:cents` after a key prints money with exactly two decimals. In the profile `xui` an answer is
//! the row of a table under its columns' names, with what some answers show beside it.

use std::sync::{Arc, OnceLock};

use super::variant::Variant;
use crate::store::view::{self, Column, Selection, View};

/// The keys of an answer.
#[derive(Debug)]
pub struct Shape {
    pub view: &'static View,
    /// Keys separated by spaces, in groups that follow each other.
    keys: &'static [&'static str],
    /// What the panel of the profile `xui` shows instead.
    pub xui: &'static XuiShape,
    whole: OnceLock<Arc<Shaped>>,
    whole_xui: OnceLock<Arc<Shaped>>,
}

/// One key of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub column: Column,
    /// Whether money is printed with exactly two decimals.
    pub cents: bool,
    pub place: Position,
}

/// Where a value stands in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    Row,
    /// In a row within the row, of this name.
    Inside(&'static str),
    /// In a row of this name beside `data`.
    Beside(&'static str),
}

impl Key {
    /// Whether `show_columns` and `hide_columns` mean it by this name.
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

/// Keys that were chosen, and the query that reads them.
#[derive(Debug)]
pub struct Shaped {
    pub view: &'static View,
    pub keys: Vec<Key>,
    pub selection: Selection,
}

impl Shape {
    /// A shape that is the table's row in the profile `xui`.
    pub const fn new(view: &'static View, keys: &'static [&'static str]) -> Shape {
        Shape::both(view, keys, XuiShape::ROW)
    }

    /// A shape with another one for the profile `xui`.
    pub const fn both(view: &'static View, keys: &'static [&'static str], xui: &'static XuiShape) -> Shape {
        Shape {
            view,
            keys,
            xui,
            whole: OnceLock::new(),
            whole_xui: OnceLock::new(),
        }
    }

    /// The names of all keys as they are declared.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().flat_map(|group| group.split_whitespace())
    }

    /// The documented keys with their columns.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.names().filter_map(|name| {
            let plain = name.strip_suffix(":cents");
            let column = self.view.column(plain.unwrap_or(name))?;
            Some(Key {
                column,
                cents: plain.is_some(),
                place: Position::Row,
            })
        })
    }

    /// All keys.
    pub fn whole(&self, variant: Variant) -> Arc<Shaped> {
        let whole = match variant {
            Variant::Documented => &self.whole,
            Variant::Xui => &self.whole_xui,
        };
        Arc::clone(whole.get_or_init(|| Arc::new(self.shaped(variant, |_| true))))
    }

    /// The keys that a caller wants to see (contract, 4.1): those named in `show`, else all but
    /// those named in `hide`.
    pub fn chosen(&self, variant: Variant, show: Option<&str>, hide: Option<&str>) -> Arc<Shaped> {
        let named = |list: &str, key: &Key| list.split(',').any(|name| key.is_called(name));
        match (show, hide) {
            (Some(show), _) => Arc::new(self.shaped(variant, |key| key.is_beside() || named(show, key))),
            (None, Some(hide)) => Arc::new(self.shaped(variant, |key| !named(hide, key))),
            (None, None) => self.whole(variant),
        }
    }

    fn shaped(&self, variant: Variant, wanted: impl FnMut(&Key) -> bool) -> Shaped {
        let (view, keys) = match variant {
            Variant::Documented => (self.view, self.keys().collect()),
            Variant::Xui => (self.xui.view.unwrap_or(self.view), self.xui.keys(self.view)),
        };
        let keys: Vec<Key> = keys.into_iter().filter(wanted).collect();
        let selection = Selection::new(view, keys.iter().map(|key| key.column));
        Shaped { view, keys, selection }
    }
}

/// What an answer is made of, beside the row of the shape's table.
#[derive(Debug)]
pub struct XuiShape {
    /// Where it is read from, if not from the shape's own view.
    pub view: Option<&'static View>,
    /// A key before the row's.
    pub before: Option<(&'static str, &'static str)>,
    /// Columns that the row does not show.
    pub without: &'static [&'static str],
    /// Names of the view's values after the row: what other tables give, and what is counted.
    pub after: &'static str,
    /// Rows of other tables: where they stand, whose they are and what the view calls them.
    pub rows: &'static [(Position, &'static str, &'static str)],
}

impl XuiShape {
    /// The row alone.
    pub const ROW: &XuiShape = &XuiShape::with("");

    /// The row with these values of the view after it.
    pub const fn with(after: &'static str) -> XuiShape {
        XuiShape {
            view: None,
            before: None,
            without: &[],
            after,
            rows: &[],
        }
    }

    /// The keys of an answer whose shape has this view.
    pub fn keys(&self, shape: &'static View) -> Vec<Key> {
        let key = |column: Column, place| Key {
            column,
            cents: false,
            place,
        };
        let shown = self.view.unwrap_or(shape);
        let before = self.before.map(|(name, sql)| view::int(name).is(sql));
        let row = shown.stored().filter(|column| !self.without.contains(&column.name));
        let after = self.after.split_whitespace().filter_map(|name| shown.column(name));
        let own = before.into_iter().chain(row).chain(after);
        let rows = self.rows.iter();
        let others =
            rows.flat_map(|(place, table, called)| view::stored(table, called).map(move |column| key(column, *place)));
        own.map(|column| key(column, Position::Row)).chain(others).collect()
    }

    /// The names of the values after the row.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.after.split_whitespace()
    }
}
