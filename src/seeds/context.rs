//! What planting works with: the database, the clock, random numbers, and the credentials of a new panel.

use rusqlite::Connection;

use crate::panel::administrator::Administrator;
use crate::panel::rng::Rng;
use crate::time::Zone;

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
