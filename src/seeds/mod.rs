//! What a new panel holds: seeds, one after the other, and what set-up gives where they have none.
//!
//! A seed is SQL, a database file, generated rows, or a document that people write (YAML, TOML or
//! JSON). Of documents, `nouns` is the table of sections and fields; [`crate::document`] gives a tree, `planter`
//! writes it to the database, `export` makes one of a panel's state and `print` writes it down.

mod catalogue;
mod export;
mod gaps;
mod names;
mod nouns;
mod page;
mod plan;
mod planter;
mod print;
mod scale;
mod schema;
mod snapshot;
mod source;
pub mod state_form;
mod values;
mod when;

use rusqlite::Connection;

pub use export::export;
pub use page::page;
pub use planter::plant as plant_document;
pub use print::{json, yaml};
pub use scale::Scale;
pub use schema::schema;
pub use source::{SQLITE, Seed};

use crate::panel::administrator::Administrator;
use crate::panel::noun;
use crate::panel::rng::Rng;
use crate::store::{Place, seed};
use crate::time::Zone;
use source::{Part, SeedContent};

/// The access code, key and administrator that a panel is set up with.
#[derive(Clone, Debug, Default)]
pub struct BootstrapCredentials {
    /// The text of the access code; random when it is not said.
    pub access_code: Option<String>,
    /// The administrator's API key; random when it is not said.
    pub api_key: Option<String>,
    /// Who the administrator is, where somebody said it.
    pub administrator: Option<Administrator>,
}

/// What seeds are planted in.
#[derive(Clone, Copy)]
pub struct SeedContext<'a> {
    pub db: &'a Connection,
    pub keys: &'a BootstrapCredentials,
    pub rng: &'a Rng,
    /// The panel's time.
    pub now: i64,
    pub zone: Zone,
}

/// Lets a new panel in memory begin as the database file that its first seed is. Answers what keeps it until
/// the panel is opened, and the seeds that are still to be planted.
///
/// # Errors
/// What is wrong with the file, in one line.
pub fn begin<'s>(place: &Place, seeds: &'s [Seed]) -> Result<(Option<Connection>, &'s [Seed]), String> {
    let (Place::Memory(_), Some((Seed::Path(path), rest))) = (place, seeds.split_first()) else {
        return Ok((None, seeds));
    };
    if !source::is_database(path) {
        return Ok((None, seeds));
    }
    let db = snapshot::begin(place, path)?;
    check_names(&db, &path.display().to_string())?;
    Ok((Some(db), rest))
}

/// Fills a new database with seeds in their order; without any it is set up.
///
/// # Errors
/// What is wrong and where, a line for each.
pub fn plant(context: &SeedContext<'_>, seeds: &[Seed]) -> Result<(), String> {
    let keys = gaps::keys(context);
    let context = &SeedContext {
        keys: &keys,
        ..*context
    };
    let mut gaps = seeds.is_empty();
    for seed in seeds {
        for part in seed.read()? {
            gaps |= plant_part(context, &part)?;
        }
    }
    match gaps {
        true => gaps::fill(context),
        false => Ok(()),
    }
}

/// Plants a part, and answers whether what it leaves out is set up.
fn plant_part(context: &SeedContext<'_>, part: &Part) -> Result<bool, String> {
    match &part.content {
        SeedContent::Sql(sql) => {
            seed::run(context.db, &part.name, sql)?;
            check_names(context.db, &part.name).map(|()| false)
        }
        SeedContent::Snapshot(path) => {
            snapshot::copy(context.db, path)?;
            check_names(context.db, &part.name).map(|()| false)
        }
        SeedContent::Scale(scale) => {
            gaps::fill(context)?;
            let grown = scale.grow(context);
            grown.map(|()| false).map_err(|error| format!("{}: {error}", part.name))
        }
        SeedContent::Document(document) => match planter::plant(context, document) {
            Ok(()) => Ok(!planter::is_complete(document)),
            Err(all) => {
                let lines: Vec<String> = all.iter().map(|wrong| format!("{} {wrong}", part.name)).collect();
                Err(lines.join("\n"))
            }
        },
    }
}

/// Refuses rows that bear the control plane's name, which SQL and copied rows can bring.
fn check_names(db: &Connection, part: &str) -> Result<(), String> {
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
