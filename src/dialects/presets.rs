//! Presets: faults with a name, and the data about the request that they get. The control plane defines the
//! presets for all dialects; a dialect adds its own.

use actix_web::http::header::HeaderName;

use crate::http::Response;
use crate::http::delivery::Pace;
use crate::panel::rng::Rng;
use crate::time::Zone;

/// A fault with a name.
pub struct Preset {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub effect: PresetEffect,
}

/// The effect of a preset on a request.
#[derive(Clone, Copy)]
pub enum PresetEffect {
    /// Answers instead of the panel; for `None` the panel answers.
    Answer(fn(&PresetContext<'_>) -> Option<Response>),
    /// Damages the panel's answer, if its whole body is in memory.
    Break(fn(&mut WholeAnswer<'_>)),
    /// Puts a text before the panel's answer.
    Prefix(&'static str),
    /// Returns the pacing for an answer of this length.
    Pace(fn(usize) -> Pace),
}

/// An answer whose whole body is in memory.
pub struct WholeAnswer<'a> {
    pub headers: &'a mut Vec<(HeaderName, String)>,
    pub body: &'a mut Vec<u8>,
}

/// The request that a preset is applied to, and the input of its random draws.
pub struct PresetContext<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// The number of times that its rule has matched, including this one; `None` without a rule.
    pub hit: Option<u64>,
    pub rng: Rng,
    /// The base URL of the panel, without a trailing slash.
    pub url: &'a str,
    /// The time of the panel's clock.
    pub now: i64,
    pub zone: Zone,
}
