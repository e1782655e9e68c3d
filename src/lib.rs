//! Linecard stands in for an IPTV panel: one binary and one SQLite file answer the wire APIs that
//! billing systems, bots and apps already speak.
//!
//! # How a request flows
//!
//! ```text
//! bytes → server → http → dialects (names, parameters) → panel (the rules) → store (SQLite)
//!       ← server ← http ← dialects (their own answers) ← panel             ← store
//! ```
//!
//! * [`server`] has the sockets: it binds, shakes hands for TLS, starts and stops.
//! * [`http`] has the one `App` that every connection of a thread shares, and its layers in order: request log,
//!   metrics, journal, faults, strictness. A layer is entered only by requests to which it applies.
//! * [`dialects`] has the APIs. Each is a folder and a line of [`dialects::DIALECTS`]; it is mostly tables: of
//!   actions, parameters, shapes and words.
//! * [`panel`] has the rules of a panel, once, one file a noun. It knows no HTTP and no dialect. A caller sees and
//!   changes only what its [`panel::Caller`] reaches.
//! * [`media`] has the bytes of streams; it knows neither the panel nor HTTP.
//! * [`store`] is SQLite: reads on a pool, writes on one thread with group commit.
//! * [`control`] is the control plane of tests, where it is switched on; [`fixture`] is a panel in a test's own
//!   process.
//! * [`document`] and [`seeds`] read what people write: seeds, states and faults in YAML, TOML or JSON.
//! * [`openapi`] has what the OpenAPI documents of [`dialects`] and [`control`] are made of.
//! * [`config`] has the options of the server, [`cli`] the commands.
//!
//! Arrows run one way, from the dialects down; nothing below knows what is above it.
//!
//! # What to touch
//!
//! * An action of the Admin API: its row in `dialects/xtream/admin/actions.rs`, its parameters in `forms.rs`, its
//!   operation in the noun's file of [`panel`].
//! * A dialect: a folder with an implementation of [`dialects::Dialect`], and its line in
//!   [`dialects::DIALECTS`]. Routes, journal, faults, metrics, near misses and documentation follow.
//!
//! `CONTRIBUTING.md` has these and the others step by step.
//!
//! # In a test
//!
//! ```
//! let panel = linecard::Panel::builder().seed("docs").clock("frozen:2026-01-01T00:00:00Z").start();
//! assert_eq!(panel.access_code(), "access");
//! panel.clock().advance("P1Y");
//! panel.verify(linecard::Match::action("create_line"), 0);
//! ```
//!
//! [`fixture`] says more.

pub mod budget;
pub mod cli;
pub mod config;
pub mod control;
pub mod dialects;
pub mod document;
pub mod fixture;
pub mod http;
pub mod media;
pub mod money;
pub mod openapi;
pub mod panel;
mod platform;
pub mod seeds;
pub mod server;
pub mod span;
pub mod spelling;
pub mod store;
pub mod time;
pub mod tls;

pub use fixture::{Match, Panel};
