//! The Xtream-Masters APIs, answered with `STATUS_*` envelopes. What they share is here: how parameters
//! are read, what an answer is made of, how a list is asked for.

pub mod admin;
pub mod answer;
pub mod input;
pub mod listing;
pub mod params;
pub mod shape;
pub mod variant;
