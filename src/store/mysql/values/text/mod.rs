//! Functions of texts. Arguments are TEXT unless a list says otherwise (`n`, `from`, `len`: INTEGER; `…01`: 0 or 1),
//! NULL in gives NULL out unless it is said, and a result beyond 16 MiB is NULL.

pub mod case;
mod cut;
mod encode;
mod fill;
mod find;
mod join;
mod list;
mod random;

use rusqlite::Connection;

pub use cut::{cut_bytes, left};
pub use encode::thousands;

/// Registers the functions of the modules.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    cut::register(db)?;
    encode::register(db)?;
    fill::register(db)?;
    find::register(db)?;
    join::register(db)?;
    list::register(db)?;
    random::register(db)
}

#[cfg(test)]
mod tests;
