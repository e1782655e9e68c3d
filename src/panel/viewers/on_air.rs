//! Live streams in use: since when each plays, for all of its viewers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The streams in use.
#[derive(Debug, Default)]
pub struct OnAir(Mutex<HashMap<i64, Start>>);

/// When a stream began to play.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// In unix seconds of the panel's clock.
    pub shown: i64,
    pub begun: Instant,
}

impl OnAir {
    /// When a stream began to play; it begins now if it does not play yet.
    pub fn start(&self, stream: i64, now: i64) -> Start {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *all.entry(stream).or_insert_with(|| Start {
            shown: now,
            begun: Instant::now(),
        })
    }
}
