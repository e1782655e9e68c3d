//! The inputs of planting: database, clock, random numbers, and the credentials of a new panel.

use rusqlite::Connection;

use super::limit::PlantingLimit;
use crate::panel::administrator::Administrator;
use crate::panel::rest_secrets::{self, KnownRestSecrets};
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
    /// What a fixture gives a panel whose seeds have no token or no key.
    pub drawn: KnownRestSecrets,
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

impl BootstrapCredentials {
    /// Draws a token and a key of the REST APIs where the options name none, and returns all whose texts are known. Other
    /// random values are the same with and without this.
    pub fn draw_rest_secrets(&mut self, rng: &Rng) -> KnownRestSecrets {
        let mark = rng.position();
        let [token, key] = [&rest_secrets::NXT, &rest_secrets::BILLING].map(|kind| rest_secrets::draw(rng, kind));
        rng.go_back(&mark);
        self.drawn = KnownRestSecrets {
            nxt_token: self.nxt_token.is_none().then_some(token),
            billing_key: self.billing_key.is_none().then_some(key),
        };
        let drawn = self.drawn.clone();
        KnownRestSecrets {
            nxt_token: self.nxt_token.clone().or(drawn.nxt_token),
            billing_key: self.billing_key.clone().or(drawn.billing_key),
        }
    }
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
