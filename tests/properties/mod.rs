//! Laws that hold for any input, found out by trying many (proptest).

mod access;
mod credits;
mod determinism;
mod dialects;
mod faults;
mod guides;
mod invariants;
mod lists;
mod profiles;
mod resets;
mod sql;
mod states;
mod worlds;
