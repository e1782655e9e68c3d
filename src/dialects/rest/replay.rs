//! Calls that are sent again with the same `Idempotency-Key`: they are answered as the first was, and run nothing (contract
//! "REST APIs", B10). Answers are stored in the transaction of the change.

use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::action::Answer;
use super::part::Part;
use super::problem::Failure;
use crate::panel::{Context, Error};
use crate::time::DAY;

/// The header.
pub const HEADER: &str = "Idempotency-Key";

/// Longest key.
const LONGEST: usize = 255;

/// A key with the request that it was sent with.
#[derive(Clone, Debug)]
pub struct Replayable {
    secret: i64,
    key: String,
    /// The SHA-256 of path and body.
    request: String,
}

impl Replayable {
    /// Reads the header of a request.
    ///
    /// # Errors
    /// It is no key.
    pub fn of(part: &Part, secret: i64, key: &str, path: &str, body: &[u8]) -> Result<Replayable, Failure> {
        if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            let mut problem = part.words.bad_request.about(HEADER, "Expected 1 to 255 characters");
            problem.message = format!("The {HEADER} parameter is invalid.").into();
            return Err(problem.into());
        }
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        Ok(Replayable {
            secret,
            key: key.to_owned(),
            request: data_encoding::HEXLOWER.encode(&hash.finalize()),
        })
    }

    /// Returns the answer to the first of these calls.
    ///
    /// # Errors
    /// The key was sent with another request; SQLite's.
    pub fn answer(&self, context: &Context<'_>, part: &Part) -> Result<Option<Answer>, Failure> {
        let sql = "SELECT request, status, location, body FROM linecard_replays WHERE secret_id = ?1 AND key = ?2 AND at > ?3";
        let mut query = context.db.prepare_cached(sql)?;
        let from = context.now.saturating_sub(DAY);
        let found = query.query_row((self.secret, &self.key, from), |row| {
            let answer = Answer {
                status: row.get(1)?,
                location: row.get(2)?,
                body: row.get(3)?,
            };
            Ok((row.get::<_, String>(0)?, answer))
        });
        match found.optional()? {
            None => Ok(None),
            Some((request, answer)) if request == self.request => Ok(Some(answer)),
            Some(_) => {
                let mut problem = part.words.invalid.about(HEADER, "Already taken");
                problem.message = format!("The {HEADER} field is invalid.").into();
                Err(problem.into())
            }
        }
    }

    /// Stores an answer, and forgets those that are too old.
    ///
    /// # Errors
    /// SQLite's.
    pub fn store(&self, context: &Context<'_>, answer: &Answer) -> Result<(), Error> {
        let old = "DELETE FROM linecard_replays WHERE at <= ?1";
        context
            .db
            .prepare_cached(old)?
            .execute([context.now.saturating_sub(DAY)])?;
        let sql = "INSERT INTO linecard_replays (secret_id, key, request, status, location, body, at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        context.db.prepare_cached(sql)?.execute((
            self.secret,
            &self.key,
            &self.request,
            answer.status,
            &answer.location,
            &answer.body,
            context.now,
        ))?;
        Ok(())
    }
}
