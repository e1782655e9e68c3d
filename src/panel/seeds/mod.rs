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

use super::administrator::Administrator;
use super::chance::Chance;
use super::noun;
use crate::store::{Place, seed};
use crate::time::Zone;
use source::{Content, Part};

/// The access code, key and administrator that a panel is set up with.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The text of the access code; random when it is not said.
    pub access_code: Option<String>,
    /// The administrator's API key; random when it is not said.
    pub api_key: Option<String>,
    /// Who the administrator is, where somebody said it.
    pub administrator: Option<Administrator>,
}

/// What seeds are planted in.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub db: &'a Connection,
    pub keys: &'a Keys,
    pub chance: &'a Chance,
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
pub fn plant(ground: &Ground<'_>, seeds: &[Seed]) -> Result<(), String> {
    let keys = gaps::keys(ground);
    let ground = &Ground { keys: &keys, ..*ground };
    let mut gaps = seeds.is_empty();
    for seed in seeds {
        for part in seed.read()? {
            gaps |= plant_part(ground, &part)?;
        }
    }
    match gaps {
        true => gaps::fill(ground),
        false => Ok(()),
    }
}

/// Plants a part, and answers whether what it leaves out is set up.
fn plant_part(ground: &Ground<'_>, part: &Part) -> Result<bool, String> {
    match &part.content {
        Content::Sql(sql) => {
            seed::run(ground.db, &part.name, sql)?;
            check_names(ground.db, &part.name).map(|()| false)
        }
        Content::Snapshot(path) => {
            snapshot::copy(ground.db, path)?;
            check_names(ground.db, &part.name).map(|()| false)
        }
        Content::Scale(scale) => {
            gaps::fill(ground)?;
            let grown = scale.grow(ground);
            grown.map(|()| false).map_err(|error| format!("{}: {error}", part.name))
        }
        Content::Document(document) => match planter::plant(ground, document) {
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
