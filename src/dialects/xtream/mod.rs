//! The Xtream-Masters APIs, answered with `STATUS_*` envelopes. What they share is here: how parameters
//! are read and what an answer is made of.

pub mod admin;
pub mod answer;
pub mod input;
pub mod params;
