//! The Xtream-Masters APIs, answered with `STATUS_*` envelopes. This module has the code that they share:
//! parameters, answers and lists.

pub mod admin;
pub mod answer;
pub mod input;
pub mod listing;
pub mod params;
pub mod schema;
pub mod shape;
mod source;
pub mod variant;
pub mod writing;
