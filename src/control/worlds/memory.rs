//! The memory of a world's state: its database, and the image of its start, unless that is another's.

use std::sync::{Mutex, PoisonError};

use crate::budget::Charge;
use crate::control::problem::Problem;
use crate::control::state::held;
use crate::store::Image;

/// The charge of a world's state.
pub struct WorldMemory {
    charge: Mutex<Charge>,
    copies: usize,
}

impl WorldMemory {
    /// Charges `copies` of the state with which a world begins.
    ///
    /// # Errors
    /// There is no room for them.
    pub fn new(charge: Charge, copies: usize, image: &Image) -> Result<WorldMemory, Problem> {
        let memory = WorldMemory {
            charge: Mutex::new(charge),
            copies,
        };
        memory.make_room(image)?;
        Ok(memory)
    }

    /// Charges an image that is to replace the state.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn make_room(&self, image: &Image) -> Result<(), Problem> {
        let bytes = image.size()?.saturating_mul(self.copies);
        held::grow_to(&mut self.charge.lock().unwrap_or_else(PoisonError::into_inner), bytes)
    }
}
