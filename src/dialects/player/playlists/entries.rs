//! The entries of a playlist in their order (contract "Player side", section 7), read in pages: no playlist is in memory
//! as rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::panel::subscription::{self as content, ContentIds, Kinds, Stream};
use crate::panel::{Context, Result};
use crate::store::functions;

/// Ids of streams that are looked up at a time.
const PAGE: usize = 1_000;
/// The same of series, each of which has many episodes.
const SERIES_PAGE: usize = 20;

/// A group of entries.
#[derive(Clone, Copy, Debug)]
enum Group {
    Streams(Kinds),
    Episodes,
}

/// All groups in their order, each with its name in `key`.
const GROUPS: [(&str, Group); 4] = [
    ("live", Group::Streams(Kinds::Channels)),
    ("movie", Group::Streams(Kinds::Movies)),
    ("radio_streams", Group::Streams(Kinds::Radio)),
    ("series", Group::Episodes),
];

/// An entry.
pub struct Entry<'a> {
    pub stream: &'a Stream,
    pub name: Cow<'a, str>,
    /// The name of its first category.
    pub category: Option<&'a str>,
}

/// The entries of a line that are not read yet.
#[derive(Clone, Debug)]
pub struct Entries {
    ids: Arc<ContentIds>,
    categories: Arc<HashMap<i64, String>>,
    /// The groups to read, the last one first.
    groups: Vec<Group>,
    /// How many ids of the last group are read.
    read: usize,
}

impl Entries {
    /// Begins to read what bouquets hold. `key` lists the groups; without it they are all.
    ///
    /// # Errors
    /// SQLite's.
    pub fn begin(context: &Context<'_>, bouquets: &str, key: Option<&str>) -> Result<Entries> {
        let is_asked = |name: &str| key.is_none_or(|key| key.split(',').any(|word| word.trim() == name));
        let groups = GROUPS.iter().rev().filter(|(name, _)| is_asked(name));
        Ok(Entries {
            ids: Arc::new(content::ids(context, bouquets)?),
            categories: Arc::new(content::category_names(context)?),
            groups: groups.map(|(_, group)| *group).collect(),
            read: 0,
        })
    }

    /// Whether all are read.
    pub fn is_over(&self) -> bool {
        self.groups.is_empty()
    }

    /// Reads the next entries, which may be none of a page.
    ///
    /// # Errors
    /// SQLite's.
    pub fn page(&mut self, context: &Context<'_>, each: impl FnMut(&Entry<'_>)) -> Result<()> {
        let Some(group) = self.groups.last().copied() else {
            return Ok(());
        };
        let ids = Arc::clone(&self.ids);
        let (all, most) = match group {
            Group::Streams(_) => (&ids.streams, PAGE),
            Group::Episodes => (&ids.series, SERIES_PAGE),
        };
        let end = all.len().min(self.read.saturating_add(most));
        let page = functions::ids_text(all.get(self.read..end).unwrap_or_default());
        match group {
            Group::Streams(kinds) => self.streams(context, &page, kinds, each)?,
            Group::Episodes => self.episodes(context, &page, each)?,
        }
        self.read = end;
        if end == all.len() {
            self.groups.pop();
            self.read = 0;
        }
        Ok(())
    }

    fn streams(&self, context: &Context<'_>, ids: &str, kinds: Kinds, mut each: impl FnMut(&Entry<'_>)) -> Result<()> {
        content::streams_of(context, ids, kinds, None, |stream| {
            each(&Entry {
                stream,
                name: match kinds {
                    Kinds::Movies => stream.titles().1.into(),
                    _ => stream.name.as_str().into(),
                },
                category: self.category(&stream.categories),
            });
            Ok(())
        })
    }

    fn episodes(&self, context: &Context<'_>, ids: &str, mut each: impl FnMut(&Entry<'_>)) -> Result<()> {
        content::series_of(context, ids, None, |series| {
            for episode in content::episodes(context, series.id)? {
                each(&Entry {
                    stream: &episode.stream,
                    name: episode.full_name(&series.title).into(),
                    category: self.category(&series.categories),
                });
            }
            Ok(())
        })
    }

    fn category(&self, ids: &[i64]) -> Option<&str> {
        self.categories.get(ids.first()?).map(String::as_str)
    }
}
