//! The bytes of big answers: each row is written into them as soon as it is read. An answer that outgrows its
//! limit, or the budget of all answers that are being made or sent, ends before its head is sent.

use super::error::{Error, Result};
use crate::budget::{Budget, Charge};

/// The largest answer by default, in bytes (contract "Admin API", 10.6).
pub const LARGEST_ANSWER: usize = 64 << 20;

/// What all answers of a process may hold together by default, in bytes.
pub const ALL_ANSWERS: usize = 512 << 20;

/// Smaller answers are not counted: most have a few hundred bytes.
const UNCOUNTED: usize = 64 << 10;

/// The limits of answers. Cloning shares the budget.
#[derive(Clone, Debug)]
pub struct AnswerLimits {
    /// The largest answer, in bytes.
    pub largest: usize,
    /// What all answers hold together.
    pub all: Budget,
}

impl Default for AnswerLimits {
    fn default() -> AnswerLimits {
        AnswerLimits {
            largest: LARGEST_ANSWER,
            all: Budget::new(ALL_ANSWERS),
        }
    }
}

/// The bytes of an answer's body, and what they are charged to until they are sent.
pub type AnswerBody = (Vec<u8>, Option<Charge>);

impl AnswerLimits {
    /// Charges the making of an answer whose size is known before: at most `largest` bytes, of which `copies` are in
    /// memory meanwhile.
    ///
    /// # Errors
    /// [`Error::TooLarge`], or [`Error::Busy`] while other answers hold too much.
    pub fn making(&self, size: usize, largest: usize, copies: usize) -> Result<Charge> {
        if size > largest {
            return Err(Error::TooLarge(largest));
        }
        let mut making = self.all.charge();
        match making.grow(size.saturating_mul(copies)) {
            true => Ok(making),
            false => Err(Error::Busy),
        }
    }

    /// Charges a body that is made already if there is room: that of a write cannot be refused any more.
    pub fn charge(&self, body: Vec<u8>) -> AnswerBody {
        let mut charge = self.all.charge();
        let is_counted = body.len() > UNCOUNTED && charge.grow(body.len());
        (body, is_counted.then_some(charge))
    }
}

/// The bytes of an answer that is being written.
#[derive(Debug)]
pub struct AnswerBytes {
    bytes: Vec<u8>,
    largest: usize,
    charge: Charge,
}

impl AnswerBytes {
    /// Begins an answer.
    pub fn new(limits: &AnswerLimits) -> AnswerBytes {
        AnswerBytes {
            bytes: Vec::with_capacity(1024),
            largest: limits.largest,
            charge: limits.all.charge(),
        }
    }

    /// Returns the bytes, to be appended to.
    pub fn out(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Checks the limits; it is called after each row.
    ///
    /// # Errors
    /// [`Error::TooLarge`], or [`Error::Busy`] while other answers hold too much.
    pub fn check(&mut self) -> Result<()> {
        if self.bytes.len() > self.largest {
            return Err(Error::TooLarge(self.largest));
        }
        let held = self.bytes.capacity();
        match held <= UNCOUNTED || self.charge.grow_to(held) {
            true => Ok(()),
            false => Err(Error::Busy),
        }
    }

    /// Returns the finished body.
    pub fn into_body(self) -> AnswerBody {
        (self.bytes, Some(self.charge))
    }
}
