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
//! * [`server`] is the HTTP server, [`config`] what an operator can set.
//!
//! Arrows run one way, from the dialects down; nothing below knows what is above it.

pub mod cli;
pub mod config;
pub mod control;
pub mod money;
pub mod panel;
pub mod server;
pub mod span;
pub mod spelling;
pub mod store;
pub mod time;
pub mod wire;
