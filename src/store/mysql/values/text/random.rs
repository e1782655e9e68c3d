//! UUID and RAND.

use std::sync::Mutex;

use rusqlite::Connection;
use rusqlite::functions::Context;

use super::super::args::{impure, int};
use super::super::statement;

/// Registers `m_uuid()`, `m_rand()` and `m_rand(seed)` of an INTEGER; NULL is 0.
///
/// A seed that is a constant begins one sequence for the statement, any other one for each row: SQLite keeps what
/// belongs to a constant argument from call to call.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    impure(db, "m_uuid", 0, |_| {
        statement::spend(36)?;
        Ok(uuid(statement::random_bits(), statement::random_bits()))
    })?;
    impure(db, "m_rand", 0, |_| Ok(share(statement::random_bits())))?;
    impure(db, "m_rand", 1, |context: &Context<'_>| {
        let seed = int(context, 0)?.unwrap_or(0);
        let sequence = context.get_or_create_aux(0, |_| Ok::<_, rusqlite::Error>(Mutex::new(Sequence::new(seed))))?;
        let mut sequence = sequence.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(sequence.next())
    })
}

/// A number from 0 to below 1 out of 53 random bits.
fn share(bits: u64) -> f64 {
    let high = u32::try_from(bits >> 38).unwrap_or(0);
    let low = u32::try_from((bits >> 11) & 0x7FF_FFFF).unwrap_or(0);
    (f64::from(high) * f64::from(1_u32 << 27) + f64::from(low)) / f64::from(1_u32 << 27) / f64::from(1_u32 << 26)
}

/// A number in the form of a UUID of version 1, as the database makes them, of random bits.
fn uuid(a: u64, b: u64) -> String {
    let version = (a & 0xFFF) | 0x1000;
    let variant = (b >> 48) & 0x3FFF | 0x8000;
    format!(
        "{:08x}-{:04x}-{version:04x}-{variant:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xFFFF,
        b & 0xFFFF_FFFF_FFFF
    )
}

const MODULUS: u64 = 0x3FFF_FFFF;

/// MariaDB's generator of RAND(seed): two linear sequences that feed each other.
struct Sequence {
    first: u64,
    second: u64,
}

impl Sequence {
    fn new(seed: i64) -> Sequence {
        let low = |n: u64| n & 0xFFFF_FFFF;
        let seed = low(seed.cast_unsigned());
        Sequence {
            first: low(seed.wrapping_mul(0x1_0001).wrapping_add(55_555_555)) % MODULUS,
            second: low(seed.wrapping_mul(0x1000_0001)) % MODULUS,
        }
    }

    fn next(&mut self) -> f64 {
        self.first = self.first.wrapping_mul(3).wrapping_add(self.second) % MODULUS;
        self.second = self.first.wrapping_add(self.second).wrapping_add(33) % MODULUS;
        f64::from(u32::try_from(self.first).unwrap_or(0)) / f64::from(u32::try_from(MODULUS).unwrap_or(1))
    }
}
