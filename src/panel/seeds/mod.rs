//! What a new panel holds: a seed, or what set-up gives every fresh panel.
//!
//! * `docs`: the ids and values of the vendor documents' examples, so that each runs as printed
//! * `small`: a handful of everything
//! * `scale:lines=…,streams=…`: generated rows for measuring, the same for the same arguments
//! * a path: a file of SQL

mod scale;

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use rusqlite::Connection;

pub use scale::Scale;

use super::access_codes;
use super::chance::{CODE, Chance, HEX};
use crate::store::seed;

const DOCS: &str = include_str!("../../../seeds/docs.sql");
const SMALL: &str = include_str!("../../../seeds/small.sql");

/// A data set for a new panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    Docs,
    Small,
    Scale(Scale),
    File(PathBuf),
}

impl FromStr for Seed {
    type Err = String;

    fn from_str(text: &str) -> Result<Seed, String> {
        match text {
            "docs" => Ok(Seed::Docs),
            "small" => Ok(Seed::Small),
            _ => match text.strip_prefix("scale:") {
                Some(arguments) => arguments.parse().map(Seed::Scale),
                None if text.ends_with(".sql") => Ok(Seed::File(text.into())),
                None => {
                    Err("a seed is docs, small, scale:lines=N,streams=N,resellers=N or a file that ends in .sql".into())
                }
            },
        }
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seed::Docs => f.write_str("docs"),
            Seed::Small => f.write_str("small"),
            Seed::Scale(scale) => write!(f, "scale:{scale}"),
            Seed::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// The access code and key that a panel is set up with.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The text of the access code; random when it is not said.
    pub access_code: Option<String>,
    /// The administrator's API key; random when it is not said.
    pub api_key: Option<String>,
}

/// Fills a new database with a seed.
///
/// # Errors
/// One line that says what is wrong and where.
pub fn plant(db: &Connection, seed: &Seed, keys: &Keys, chance: &Chance, now: i64) -> Result<(), String> {
    match seed {
        Seed::Docs => seed::run(db, "seed docs", DOCS),
        Seed::Small => seed::run(db, "seed small", SMALL),
        Seed::File(path) => {
            let sql =
                fs::read_to_string(path).map_err(|error| format!("cannot read seed {}: {error}", path.display()))?;
            seed::run(db, &path.display().to_string(), &sql)
        }
        Seed::Scale(scale) => {
            set_up(db, keys, chance, now)?;
            scale.grow(db, now).map_err(|error| format!("seed {seed}: {error}"))
        }
    }
}

/// Gives a new database what every panel has: the main server, the two built-in groups, an
/// administrator with a key, and an access code to the admin API (contract "Admin API", section 9).
///
/// # Errors
/// One line that says what is wrong.
pub fn set_up(db: &Connection, keys: &Keys, chance: &Chance, now: i64) -> Result<(), String> {
    let code = match &keys.access_code {
        None => chance.text(CODE, access_codes::LENGTH),
        Some(code) if access_codes::is_well_formed(code, access_codes::ADMIN_API) => code.clone(),
        Some(code) => {
            return Err(format!(
                "the access code {code:?} must be 8 to 64 of A-Z a-z 0-9 _ - and not a reserved word"
            ));
        }
    };
    let key = keys.api_key.clone().unwrap_or_else(|| chance.text(HEX, 32));
    let fill = || -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO servers (id, server_name, server_ip, is_main, last_check_ago, \"order\") VALUES (1, 'Main Server', '127.0.0.1', 1, ?1, 1)",
            [now],
        )?;
        db.execute(
            "INSERT INTO users_groups (group_id, group_name, is_admin, is_reseller, can_delete, total_allowed_gen_trials, total_allowed_gen_in)
             VALUES (1, 'Administrators', 1, 0, 0, 0, ''), (2, 'Resellers', 0, 1, 0, 100000, 'month')",
            [],
        )?;
        // No password yet: nobody can log in to pages with this account until one is set.
        db.execute("INSERT INTO users (id, username, member_group_id, date_registered, api_key) VALUES (1, 'admin', 1, ?1, ?2)", (now, key))?;
        db.execute("INSERT INTO access_codes (id, code) VALUES (1, ?1)", [code])?;
        Ok(())
    };
    fill().map_err(|error| format!("set-up: {error}"))
}
