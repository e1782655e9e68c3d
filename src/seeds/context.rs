//! The inputs of planting: database, clock, random numbers, and the credentials of a new panel.

use rusqlite::Connection;

use super::limit::PlantingLimit;
use crate::panel::administrator::Administrator;
use crate::panel::rng::Rng;
use crate::time::Zone;

/// How many rows are generated between two looks at the limit: some 50 KiB.
const ROWS: i64 = 256;

/// The credentials of a new panel.
#[derive(Clone, Debug, Default)]
pub struct BootstrapCredentials {
    /// The text of the access code; random when left out.
    pub access_code: Option<String>,
    /// The administrator's API key; random when left out.
    pub api_key: Option<String>,
    /// A token of the NXT API, beside those of the seeds.
    pub nxt_token: Option<String>,
    /// A key of the billing API, beside those of the seeds.
    pub billing_key: Option<String>,
    /// The administrator of `--admin-user`.
    pub administrator: Option<Administrator>,
}

/// The database that seeds are planted in, and what their values depend on.
#[derive(Clone, Copy)]
pub struct SeedContext<'a> {
    pub db: &'a Connection,
    pub keys: &'a BootstrapCredentials,
    pub rng: &'a Rng,
    /// The panel's time, in Unix seconds.
    pub now: i64,
    pub zone: Zone,
    /// The limit of generated rows, if a caller over HTTP asked for them.
    pub limit: Option<&'a PlantingLimit>,
}

impl SeedContext<'_> {
    /// Ends the generation of rows where it has to stop; `n` is the number of the row.
    ///
    /// # Errors
    /// The planting has to stop.
    pub fn check(&self, n: i64) -> rusqlite::Result<()> {
        match self.limit {
            Some(limit) if n % ROWS == 0 => limit.check(self.db),
            _ => Ok(()),
        }
    }
}
