//! The state that a reset restores: the panel's state when the control plane was switched on, or since its seed
//! files were last planted.

use std::sync::{Arc, PoisonError, RwLock};

use super::held::HeldImage;
use crate::panel::rng::RngPosition;

/// The state of a panel before its first request.
pub struct BaselineState {
    pub image: HeldImage,
    /// The position of the credentials' generator in that state.
    pub position: RngPosition,
}

/// The present baseline.
pub struct Baseline(RwLock<Arc<BaselineState>>);

impl Baseline {
    /// Creates the baseline.
    pub fn new(state: BaselineState) -> Baseline {
        Baseline(RwLock::new(Arc::new(state)))
    }

    /// Returns the present baseline.
    pub fn current(&self) -> Arc<BaselineState> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the baseline and returns the new one.
    pub fn replace(&self, state: BaselineState) -> Arc<BaselineState> {
        let state = Arc::new(state);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&state);
        state
    }
}
