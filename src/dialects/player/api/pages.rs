//! The bodies of lists, built page by page (contract "Player side", 18.7): they are the same for all lines with the same
//! bouquets, and are kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::lists::{self, Listed};
use super::{Quirks, everything};
use crate::dialects::player::login::Input;
use crate::panel::kept::Pages;
use crate::panel::subscription::{self as content, Kinds};
use crate::panel::{Context, Result};
use crate::store::functions;

/// Streams or series that are looked up at a time.
const PAGE: usize = 1_000;

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Categories(Listed),
    Channels,
    Movies,
    Series,
    /// Categories and streams of `panel_api.php`, behind the account.
    Everything,
}

impl List {
    /// Whether `category_id` leaves out the content of all other categories.
    pub fn has_filter(self) -> bool {
        matches!(self, List::Channels | List::Movies | List::Series)
    }

    /// The texts around its items.
    fn brackets(self) -> (&'static str, &'static str) {
        match self {
            List::Everything => ("{", "}}"),
            _ => ("[", "]"),
        }
    }
}

/// A page of a list (profile `xui`), counted in items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    offset: i64,
    /// At most so many.
    count: i64,
}

impl Window {
    /// The page that a request asks for; a number below 0 counts as if it were above, and no count is all.
    pub fn of(input: &Input) -> Option<Window> {
        let number = |name| input.int_in("params", name).map(i64::saturating_abs);
        let (offset, count) = (number("offset"), number("items_per_page").filter(|count| *count > 0));
        (offset.is_some() || count.is_some()).then(|| Window {
            offset: offset.unwrap_or(0),
            count: count.unwrap_or(i64::MAX),
        })
    }

    fn holds(self, place: i64) -> bool {
        place >= self.offset && place < self.offset.saturating_add(self.count)
    }
}

/// What a list is of.
#[derive(Clone, Debug)]
pub struct Selection {
    pub list: List,
    /// As the line stores them.
    pub bouquets: String,
    pub category: Option<i64>,
    /// The page that is asked for; `None` is all.
    pub window: Option<Window>,
    pub quirks: Quirks,
}

impl Selection {
    /// Returns the key under which the list is kept.
    pub fn key(&self) -> String {
        let Selection {
            list,
            bouquets,
            category,
            window,
            quirks,
        } = self;
        format!("{list:?} {category:?} {window:?} {quirks:?} {bouquets}")
    }
}

/// A list that is being built.
#[derive(Clone, Debug)]
pub struct ListPages {
    of: Selection,
    /// What its items are looked up by, once it is begun.
    begun: Option<Begun>,
    /// Ids that are read.
    read: usize,
    /// Items so far, and with those before the page that is asked for.
    count: i64,
    passed: i64,
    is_over: bool,
}

#[derive(Clone, Debug)]
struct Begun {
    ids: Arc<Vec<i64>>,
    /// Names of categories, where items have them.
    categories: Arc<HashMap<i64, String>>,
}

impl ListPages {
    /// Begins a list.
    pub fn new(of: Selection) -> ListPages {
        ListPages {
            of,
            begun: None,
            read: 0,
            count: 0,
            passed: 0,
            is_over: false,
        }
    }

    fn begin(&self, context: &Context<'_>, out: &mut Vec<u8>) -> Result<Begun> {
        let ids = content::ids(context, &self.of.bouquets)?;
        let mut categories = HashMap::new();
        if self.of.list == List::Everything {
            everything::categories(context, &self.of.bouquets, out)?;
            categories = content::category_names(context)?;
        }
        Ok(Begun {
            ids: Arc::new(match self.of.list {
                List::Series => ids.series,
                _ => ids.streams,
            }),
            categories: Arc::new(categories),
        })
    }

    /// Appends an item behind the others, with its number.
    fn item(&mut self, out: &mut Vec<u8>, print: impl FnOnce(&mut Vec<u8>, i64)) {
        let place = self.passed;
        self.passed = place.saturating_add(1);
        if self.of.window.is_some_and(|window| !window.holds(place)) {
            return;
        }
        match self.count {
            0 => out.extend_from_slice(self.of.list.brackets().0.as_bytes()),
            _ => out.push(b','),
        }
        self.count = self.count.saturating_add(1);
        print(out, self.count);
    }

    /// Appends an item once, or once for each of its categories.
    fn items(&mut self, out: &mut Vec<u8>, categories: &[i64], print: impl Fn(&mut Vec<u8>, i64, &[i64])) {
        let repeats = self.of.quirks.duplicates && self.of.category.is_none() && categories.len() > 1;
        if !repeats {
            return self.item(out, |out, num| print(out, num, categories));
        }
        for category in categories {
            self.item(out, |out, num| print(out, num, &[*category]));
        }
    }

    fn page(
        &mut self,
        context: &Context<'_>,
        out: &mut Vec<u8>,
        ids: &str,
        names: &HashMap<i64, String>,
    ) -> Result<()> {
        let (category, quirks) = (self.of.category, self.of.quirks);
        match self.of.list {
            List::Categories(_) => Ok(()),
            List::Channels => content::streams_of(context, ids, Kinds::Live, category, |one| {
                self.items(out, &one.categories, |out, num, shown| {
                    lists::channel(out, num, one, shown, quirks)
                });
                Ok(())
            }),
            List::Movies => content::streams_of(context, ids, Kinds::Movies, category, |one| {
                self.items(out, &one.categories, |out, num, shown| {
                    lists::movie(out, num, one, shown)
                });
                Ok(())
            }),
            List::Series => content::series_of(context, ids, category, |one| {
                self.items(out, &one.categories, |out, num, shown| {
                    lists::series(out, num, one, shown)
                });
                Ok(())
            }),
            List::Everything => content::streams_of(context, ids, Kinds::Streams, None, |one| {
                let name = one.categories.first().and_then(|id| names.get(id));
                self.item(out, |out, num| everything::stream(out, num, one, name, quirks));
                Ok(())
            }),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.is_over = true;
        let (open, close) = match self.of.list {
            List::Everything if self.of.quirks.shapes && self.count == 0 => ("[", "]}"),
            list => list.brackets(),
        };
        if self.count == 0 {
            out.extend_from_slice(open.as_bytes());
        }
        out.extend_from_slice(close.as_bytes());
    }
}

impl Pages for ListPages {
    fn next(&mut self, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let List::Categories(listed) = self.of.list {
            self.is_over = true;
            return lists::categories(context, &self.of.bouquets, out, listed);
        }
        let begun = match &self.begun {
            Some(begun) => begun.clone(),
            None => self.begun.insert(self.begin(context, out)?).clone(),
        };
        let ids = &begun.ids;
        let end = ids.len().min(self.read.saturating_add(PAGE));
        let page = functions::ids_text(ids.get(self.read..end).unwrap_or_default());
        self.page(context, out, &page, &begun.categories)?;
        self.read = end;
        if end == ids.len() {
            self.end(out);
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}
