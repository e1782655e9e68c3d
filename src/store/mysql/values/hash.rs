//! Check sums of texts.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use rusqlite::Connection;
use sha1::Sha1;

use super::args::{pure, text};
use super::statement;

/// Registers `m_md5(x)` and `m_sha1(x)`: of the bytes, in small hexadecimal digits; NULL of NULL.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    pure(db, "m_md5", 1, |context| {
        statement::spend(32)?;
        Ok(text(context, 0)?.map(|x| HEXLOWER.encode(&Md5::digest(x.as_bytes()))))
    })?;
    pure(db, "m_sha1", 1, |context| {
        statement::spend(40)?;
        Ok(text(context, 0)?.map(|x| HEXLOWER.encode(&Sha1::digest(x.as_bytes()))))
    })
}
