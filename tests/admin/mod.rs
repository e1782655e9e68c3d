//! The Admin API over HTTP: each action with a passing case and each of its failures, answers
//! compared whole. Expectations come from the contract's text, not from what the server said.

mod access_codes;
mod bouquets;
mod categories;
mod content;
mod devices;
mod enigmas;
mod epg;
mod exchanges;
mod general;
mod groups;
mod lines;
mod lists;
mod logs;
mod mags;
mod profiles;
mod query;
mod query_groups;
mod query_random;
mod security;
mod servers;
mod statement_effects;
mod statements;
mod users;
mod values;
mod xui;
