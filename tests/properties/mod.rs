//! Laws that hold for any input, found out by trying many (proptest).

mod credits;
mod determinism;
mod dialects;
mod invariants;
mod lists;
mod states;
mod worlds;
