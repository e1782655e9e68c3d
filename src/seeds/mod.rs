//! Seeds: the rows of a new panel. Seeds are planted one after the other; then `setup` adds what they leave
//! out.
//!
//! A seed is SQL, a database file, generated rows, or a document (YAML, TOML or JSON). `source` reads a seed,
//! `documents` plants and exports documents, `generated` makes rows for measurements, `snapshot` copies a
//! database file, `setup` adds what every panel needs, `credentials` those that options name. The panel does not
//! depend on seeds.

mod context;
mod credentials;
mod documents;
mod generated;
mod limit;
mod setup;
mod snapshot;
mod source;
pub mod state_form;

use rusqlite::Connection;

pub use crate::document::print::{json, yaml};
pub use context::{BootstrapCredentials, SeedContext};
pub use documents::{Planted, export, page, plant as plant_document, schema};
pub use generated::Scale;
pub use limit::{PlantingCaller, PlantingLimit, PlantingStop};
pub use source::{SQLITE, Seed};

use crate::document::DocumentError;
use crate::panel::noun;
use crate::store::{Place, seed};
use source::{SeedContent, SeedPart};

/// Copies the first seed into a new database in memory, if it is a database file: copying pages is faster than
/// inserting rows. Returns a connection that keeps the database alive until the panel opens it, and the seeds
/// that are still to be planted.
///
/// # Errors
/// One line with the error of the file.
pub fn start_from_database<'s>(place: &Place, seeds: &'s [Seed]) -> Result<(Option<Connection>, &'s [Seed]), String> {
    let (Place::Memory(_), Some((Seed::Path(path), rest))) = (place, seeds.split_first()) else {
        return Ok((None, seeds));
    };
    if !source::is_database(path) {
        return Ok((None, seeds));
    }
    let image = snapshot::image(path)?;
    image.read(|db| check_reserved_names(db, &path.display().to_string()))?;
    let db = image.begin_at(place);
    Ok((Some(db.map_err(|error| snapshot::unreadable(path, error))?), rest))
}

/// Plants seeds in a new database, in their order, and sets up what they leave out.
///
/// # Errors
/// The errors and their places, one line each.
pub fn plant(context: &SeedContext<'_>, seeds: &[Seed]) -> Result<(), String> {
    plant_all(context, seeds, true)
}

/// Plants seeds in a database that began as a copy of a file, which is a whole state.
///
/// # Errors
/// See [`plant`].
pub fn plant_in_copy(context: &SeedContext<'_>, seeds: &[Seed]) -> Result<(), String> {
    plant_all(context, seeds, false)
}

fn plant_all(context: &SeedContext<'_>, seeds: &[Seed], mut is_empty: bool) -> Result<(), String> {
    let mut has_gaps = is_empty && seeds.is_empty();
    let (given, keys) = (context.keys, setup::draw_credentials(context));
    let context = &SeedContext {
        keys: &keys,
        ..*context
    };
    for seed in seeds {
        for part in seed.read()? {
            has_gaps |= plant_part(context, &part, is_empty)?;
            is_empty = false;
        }
    }
    if has_gaps {
        setup::fill_gaps(context)?;
    }
    credentials::apply(context, given)
}

/// Plants a part; returns whether defaults are to be set up for what it leaves out. `is_first` tells that no other
/// was planted before.
fn plant_part(context: &SeedContext<'_>, part: &SeedPart, is_first: bool) -> Result<bool, String> {
    match &part.content {
        SeedContent::Sql(sql) => {
            seed::run(context.db, &part.name, sql, context.now)?;
            check_reserved_names(context.db, &part.name).map(|()| true)
        }
        SeedContent::Snapshot(path) => {
            snapshot::copy_rows(context.db, path)?;
            check_reserved_names(context.db, &part.name).map(|()| false)
        }
        SeedContent::Scale(scale) => {
            setup::fill_gaps(context)?;
            let added = scale.add_rows(context);
            added.map(|()| false).map_err(|error| format!("{}: {error}", part.name))
        }
        SeedContent::Document(document) => {
            let is_whole = documents::is_complete(document);
            if !is_whole && documents::needs_groups(document) {
                setup::add_groups(context.db).map_err(setup::failed)?;
            }
            match documents::plant(context, document) {
                Ok(_) => Ok(!is_whole),
                Err(all) => Err(describe(&part.name, &all, is_first)),
            }
        }
    }
}

/// Formats the errors of a document, and how to name its base if it may be one that adds to another seed.
fn describe(name: &str, errors: &[DocumentError], is_first: bool) -> String {
    let mut lines: Vec<String> = errors.iter().map(|error| format!("{name} {error}")).collect();
    if is_first && errors.iter().any(|error| error.is_reference) {
        lines.push(format!(
            "{name}: if it adds to another seed, name that seed before it, as in: linecard seed check docs {name}"
        ));
    }
    lines.join("\n")
}

/// Refuses rows with the control plane's name, which SQL and copied rows may contain.
fn check_reserved_names(db: &Connection, part: &str) -> Result<(), String> {
    for (table, column) in [("lines", "username"), ("users", "username"), ("access_codes", "code")] {
        let sql = format!("SELECT 1 FROM {table} WHERE rtrim({column}) = ?1 COLLATE NOCASE");
        let found = db.prepare(&sql).and_then(|mut query| query.exists([noun::RESERVED]));
        if found.map_err(|error| format!("{part}: {error}"))? {
            return Err(format!(
                "{part}: {table}.{column}: {:?} is reserved; take another name: the control plane answers under this one",
                noun::RESERVED
            ));
        }
    }
    Ok(())
}
