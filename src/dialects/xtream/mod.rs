//! The Xtream-Masters APIs, answered with `STATUS_*` envelopes: `api` is each of them as a dialect, `action` a row of its
//! table, `gate` the checks before an action and `run` the action with its answer. Parameters, answers and lists are
//! shared by both.

pub mod action;
pub mod admin;
pub mod answer;
pub mod api;
pub mod docs;
pub mod gate;
pub mod input;
pub mod listing;
mod logs;
mod offers;
pub mod params;
mod recorded;
pub mod reseller;
mod run;
pub mod schema;
pub mod schemas;
pub mod shape;
mod source;
pub mod trade;
pub mod variant;
mod words;
pub mod writing;
pub mod xui;
