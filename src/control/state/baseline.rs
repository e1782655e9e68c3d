//! What a reset goes back to. It is what the panel held when the control plane was switched on, until
//! its seed files are planted anew.

use std::sync::{Arc, PoisonError, RwLock};

use crate::panel::rng::RngPosition;
use crate::store::Image;

/// A panel as it was when nobody had called it yet.
pub struct BaselineState {
    pub image: Image,
    /// Where the generator of credentials stood then.
    pub position: RngPosition,
}

/// The beginning that counts now.
pub struct Baseline(RwLock<Arc<BaselineState>>);

impl Baseline {
    /// The first one.
    pub fn with(beginning: BaselineState) -> Baseline {
        Baseline(RwLock::new(Arc::new(beginning)))
    }

    /// The one that counts now.
    pub fn now(&self) -> Arc<BaselineState> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets another one count.
    pub fn replace(&self, beginning: BaselineState) -> Arc<BaselineState> {
        let beginning = Arc::new(beginning);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&beginning);
        beginning
    }
}
