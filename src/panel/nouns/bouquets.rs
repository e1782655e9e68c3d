//! Bouquets: selections of content, which are assigned to lines and packages.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::types::Value;

use crate::panel::audit::{self, Columns, Target};
use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Result, Thing};
use crate::panel::fields::{Field, Fields, rows, stored};
use crate::panel::noun::TableNoun;
use crate::store::functions;
use crate::store::view::{Owner, View, ints};

/// How a bouquet is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    ..View::new(
        "bouquets",
        "id",
        &[(
            "bouquets",
            &[
                ints("bouquet_channels"),
                ints("bouquet_movies"),
                ints("bouquet_radios"),
                ints("bouquet_series"),
            ],
        )],
    )
};

/// What callers write of a bouquet.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("bouquets", &[
    stored("bouquet_name", "The name of the bouquet.").refused_when_empty(),
    rows("bouquet_channels", "streams", "Ids of live streams and created channels."),
    rows("bouquet_movies", "streams", "Ids of movies."),
    rows("bouquet_radios", "streams", "Ids of radio stations."),
    rows("bouquet_series", "streams_series", "Ids of series."),
    stored("bouquet_order", "Its place in the list.").default("after the last"),
]);

/// Bouquets, which can be created, changed and deleted.
pub static BOUQUETS: TableNoun = TableNoun {
    prepare,
    release,
    ..TableNoun::new(&VIEW, Thing::Bouquet)
};

/// The bouquets that have a thing, as a field of the thing.
pub(super) const HOLDING: Field = rows(
    "bouquets",
    "bouquets",
    "Ids of the bouquets that have it; it leaves all others.",
)
.default("none");

/// The lists of a bouquet, each with the query for the ids that it may contain. Created channels count as
/// streams.
const LISTS: [(&str, &str); 4] = [
    (
        "bouquet_channels",
        "SELECT 1 FROM streams WHERE id = ?1 AND type IN (1, 3)",
    ),
    ("bouquet_movies", "SELECT 1 FROM streams WHERE id = ?1 AND type = 2"),
    ("bouquet_radios", "SELECT 1 FROM streams WHERE id = ?1 AND type = 4"),
    ("bouquet_series", "SELECT 1 FROM streams_series WHERE id = ?1"),
];

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    for (list, exists) in LISTS {
        let Some(text) = change.text(list) else {
            continue;
        };
        let mut exists = context.db.prepare_cached(exists)?;
        let mut result = Vec::new();
        for id in functions::ids(text) {
            if exists.exists([id])? {
                result.push(id);
            }
        }
        change.set(list, Value::Text(functions::ids_text(&result)));
    }
    if own.is_none() && change.get("bouquet_order").is_none() {
        let sql = "SELECT coalesce(max(bouquet_order), 0) + 1 FROM bouquets";
        let next: i64 = context.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        change.set("bouquet_order", next);
    }
    Ok(())
}

/// Removes the id from all lines, active codes and packages that have it; they themselves stay.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    for sql in [
        "UPDATE lines SET bouquet = ids_without(bouquet, ?1) WHERE ids_hold(bouquet, ?1)",
        "UPDATE activecodes SET bouquet = ids_without(bouquet, ?1) WHERE ids_hold(bouquet, ?1)",
        "UPDATE users_packages SET bouquets = ids_without(bouquets, ?1) WHERE ids_hold(bouquets, ?1)",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// Puts content into one list of the bouquets that are named, and takes it out of that list of all others. Ids of no
/// bouquet have no effect.
pub(super) fn put_into(context: &Context<'_>, list: &'static str, id: i64, wanted: &[i64]) -> Result<()> {
    let mut bouquets = context.db.prepare_cached(&format!("SELECT id, {list} FROM bouquets"))?;
    let bouquets: Vec<(i64, String)> = bouquets
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (bouquet, before) in bouquets {
        let mut content = functions::ids(&before);
        match (wanted.contains(&bouquet), content.contains(&id)) {
            (true, false) => content.push(id),
            (false, true) => content.retain(|one| *one != id),
            _ => continue,
        }
        let after = functions::ids_text(&content);
        let sql = format!("UPDATE bouquets SET {list} = ?2 WHERE id = ?1");
        context.db.prepare_cached(&sql)?.execute((bouquet, &after))?;
        let column = |content: String| Some(Columns::default().with(list, content));
        audit::changed(context, Target::row("bouquets", bouquet), column(before), column(after))?;
    }
    Ok(())
}

/// The order in which the content of bouquets is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In the order of the line's list. For a repeated id the last position is used (contract "XC v2 API",
    /// section 9).
    Stored,
    /// By bouquet id. For a repeated id the first position is used, and the others are gaps (section 16).
    Sorted,
}

/// The content of bouquets, as JSON lists of ids.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    pub streams: String,
    pub series: String,
}

/// Returns the content of these bouquets, in the bouquets' order: stream ids (live and created channels, then
/// movies, then stations, bouquet by bouquet) and series ids. `bouquets` is the list as a line stores it. For
/// reads only: the result is cached, and a write may be rolled back. Bouquets have no owner, so every caller
/// who knows their ids may read their content.
pub fn content(context: &Context<'_>, bouquets: &str, order: Order) -> Result<Arc<Content>> {
    let remembered = context.panel.bouquets();
    let question = match order {
        Order::Stored => Cow::Borrowed(bouquets),
        Order::Sorted => Cow::Owned(format!("sorted {bouquets}")),
    };
    let find = || find_content(context, bouquets, order).map(Arc::new);
    remembered.get_or_find(context.commits, &question, find)
}

fn find_content(context: &Context<'_>, bouquets: &str, order: Order) -> Result<Content> {
    let mut query = context.db.prepare_cached(
        "SELECT bouquet_channels, bouquet_movies, bouquet_radios, bouquet_series FROM bouquets WHERE id = ?1",
    )?;
    let (mut streams, mut series) = (Merged::default(), Merged::default());
    let mut bouquets = functions::ids(bouquets);
    match order {
        // What an earlier one of the same bouquets has, the last one has too.
        Order::Stored => bouquets = last_of_each(bouquets),
        Order::Sorted => bouquets.sort_unstable(),
    }
    for same in bouquets.chunk_by(|one, next| one == next) {
        let mut rows = query.query([same.first()])?;
        let Some(row) = rows.next()? else {
            continue;
        };
        let list = |at| Ok::<_, rusqlite::Error>(functions::ids(row.get_ref(at)?.as_str().unwrap_or_default()));
        streams.add([list(0)?, list(1)?, list(2)?].concat(), same.len());
        series.add(list(3)?, same.len());
    }
    let text = |merged: Merged| match order {
        Order::Stored => functions::ids_text(&last_of_each(merged.into_ids())),
        Order::Sorted => first_of_each(merged.ids),
    };
    Ok(Content {
        streams: text(streams),
        series: text(series),
    })
}

/// The ids of several bouquets, each with its position. Those of a repeated bouquet are held once, because a line may
/// name one bouquet as often as fits into a request.
#[derive(Default)]
struct Merged {
    ids: Vec<(usize, i64)>,
    next: usize,
}

impl Merged {
    /// Adds the ids of a bouquet that follows itself this many times.
    fn add(&mut self, ids: Vec<i64>, times: usize) {
        let count = ids.len();
        self.ids.extend((self.next..).zip(ids));
        self.next = self.next.saturating_add(count.saturating_mul(times));
    }

    fn into_ids(self) -> Vec<i64> {
        self.ids.into_iter().map(|(_, id)| id).collect()
    }
}

fn last_of_each(ids: Vec<i64>) -> Vec<i64> {
    // Most lists are sorted, and a strictly sorted list has no repeated id.
    if ids.is_sorted_by(|one, next| one < next) {
        return ids;
    }
    let mut seen = HashSet::with_capacity(ids.len());
    let mut result: Vec<i64> = ids.into_iter().rev().filter(|id| seen.insert(*id)).collect();
    result.reverse();
    result
}

/// Prints each id at the position of its first occurrence, as JSON: a list, or an object keyed by position if
/// there are gaps.
fn first_of_each(ids: Vec<(usize, i64)>) -> String {
    let mut seen = HashSet::with_capacity(ids.len());
    let result: Vec<(usize, i64)> = ids.into_iter().filter(|(_, id)| seen.insert(*id)).collect();
    if result.last().is_none_or(|(place, _)| place + 1 == result.len()) {
        return functions::ids_text(&result.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    }
    let members: Vec<String> = result.iter().map(|(place, id)| format!("\"{place}\":{id}")).collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_repeated_id_the_last_place_counts() {
        assert_eq!(last_of_each(vec![1, 2, 2, 3, 1]), [2, 3, 1]);
    }

    #[test]
    fn of_a_repeated_id_the_first_place_counts_and_the_others_are_gaps() {
        for (ids, right) in [
            (&[][..], "[]"),
            (&[3, 1, 2], "[3,1,2]"),
            (&[1, 2, 2, 3], r#"{"0":1,"1":2,"3":3}"#),
            (&[1, 2, 1], "[1,2]"),
        ] {
            assert_eq!(first_of_each(ids.iter().copied().enumerate().collect()), right);
        }
    }

    #[test]
    fn a_bouquet_that_follows_itself_takes_its_places_and_no_memory() {
        let mut merged = Merged::default();
        merged.add(vec![7, 8], 1_000_000);
        merged.add(vec![8, 9], 1);
        assert_eq!(merged.ids.len(), 4);
        assert_eq!(first_of_each(merged.ids), r#"{"0":7,"1":8,"2000001":9}"#);
    }
}
