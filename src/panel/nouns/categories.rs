//! Categories of content.

use crate::panel::context::Context;
use crate::panel::error::{Result, Thing};
use crate::panel::fields::{Fields, NewValue, choice, stored};
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
    choice("category_type", &TYPES, "What it is for: `live`, `movie`, `series` or `radio`.").null_when_empty().gets(NewValue::Text("live")),
    stored("parent_id", "The category above it.").refers("streams_categories"),
    stored("cat_order", "Its place in the list."),
    stored("is_adult", "It is for adults."),
]);

/// Categories, which can be created, changed and deleted.
pub static CATEGORIES: TableNoun = TableNoun {
    fields: Some(&FIELDS),
    release,
    ..TableNoun::new(&VIEW, Thing::Category)
};

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
