//! Linecard stands in for an IPTV panel: one binary and one SQLite file answer the wire APIs that
//! billing systems, bots and apps already speak.
//!
//! # How a request flows
//!
//! ```text
//! bytes → server → wire (a dialect: names, parameters) → panel (the rules) → store (SQLite)
//!       ← server ← wire (the dialect's own answer)     ← panel             ← store
//! ```
//!
//! * [`store`] has two doors: reads on a pool, writes on one thread with group commit.
//! * [`panel`] has the rules of a panel, once, one file a noun. It knows no HTTP and no dialect.
//! * [`wire`] has the dialects. Each is mostly tables: of actions, parameters and shapes.
//! * [`control`] is what tests steer a panel with, where it is switched on.
//! * [`fixture`] is a panel in a test's own process.
//! * [`document`] reads what people write: seeds, states and faults in YAML, TOML or JSON.
//! * [`server`] is the HTTP server, [`config`] what an operator can set.
//!
//! Arrows run one way, from the dialects down; nothing below knows what is above it.
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

pub mod cli;
pub mod config;
pub mod control;
pub mod dialects;
pub mod document;
pub mod fixture;
pub mod http;
pub mod money;
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
