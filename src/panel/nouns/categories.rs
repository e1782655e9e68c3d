//! Categories of content.

use rusqlite::types::Value;

use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Result, Thing};
use crate::panel::fields::{Fields, choice, stored};
use crate::panel::noun::TableNoun;
use crate::store::view::{Owner, View, int};

/// The kinds of category, in the order in which they are listed.
pub const TYPES: [&str; 4] = ["live", "movie", "series", "radio"];

/// How a category is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    ..View::new(
    "streams_categories",
    "id",
    &[(
        "streams_categories",
        &[
            // For sorting only.
            int("place").is(
                "CASE streams_categories.category_type WHEN 'live' THEN 0 WHEN 'movie' THEN 1 WHEN 'series' THEN 2 ELSE 3 END * 4294967296
                 + streams_categories.cat_order",
            ),
        ],
    )],
)
};

/// What callers write of a category.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("streams_categories", &[
    stored("category_name", "The name of the category.").refused_when_empty(),
    choice("category_type", &TYPES, "What it is for: `live`, `movie`, `series` or `radio`.").null_when_empty().default("'live'"),
    stored("parent_id", "The category above it.").refers("streams_categories"),
    stored("cat_order", "Its place in the list."),
    stored("is_adult", "It is for adults."),
]);

/// Categories, which can be created, changed and deleted.
pub static CATEGORIES: TableNoun = TableNoun {
    prepare,
    release,
    ..TableNoun::new(&VIEW, Thing::Category)
};

/// A category that is created without a type gets the first one.
fn prepare(_: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let cleared = matches!(change.get("category_type"), Some(Value::Null));
    let unsaid = own.is_none() && change.get("category_type").is_none();
    if cleared || unsaid {
        change.set("category_type", TYPES[0].to_owned());
    }
    Ok(())
}

/// Removes the category from its content; the content stays.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    for sql in [
        "UPDATE streams SET category_id = ids_without(category_id, ?1) WHERE ids_hold(category_id, ?1)",
        "UPDATE streams_series SET category_id = ids_without(category_id, ?1) WHERE ids_hold(category_id, ?1)",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}
