//! Faults by name, as a table has them: what a preset is told of a request, and what it does. The control
//! plane has those that fit every dialect; a dialect adds those that are its own.

use actix_web::http::header::HeaderName;

use crate::http::Response;
use crate::http::delivery::Pace;
use crate::panel::rng::Rng;
use crate::time::Zone;

/// One fault.
pub struct Preset {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub effect: PresetEffect,
}

/// What a preset does to a request.
#[derive(Clone, Copy)]
pub enum PresetEffect {
    /// Answers in the panel's place; where it does not, the panel answers.
    Answer(fn(&PresetContext<'_>) -> Option<Response>),
    /// Breaks the panel's answer, where that is whole.
    Break(fn(&mut WholeAnswer<'_>)),
    /// Puts a text before the panel's answer.
    Prefix(&'static str),
    /// Says how an answer of this length goes out.
    Pace(fn(usize) -> Pace),
}

/// An answer whose body is all there.
pub struct WholeAnswer<'a> {
    pub headers: &'a mut Vec<(HeaderName, String)>,
    pub body: &'a mut Vec<u8>,
}

/// The request that an effect meets, and what its draws are.
pub struct PresetContext<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// How often its rule has acted, this time included; without a rule nobody has counted.
    pub hit: Option<u64>,
    pub rng: Rng,
    /// Where the panel answers, without a slash at the end.
    pub url: &'a str,
    /// By the panel's clock.
    pub now: i64,
    pub zone: Zone,
}
