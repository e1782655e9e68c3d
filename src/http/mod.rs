//! The HTTP side of every dialect, between the HTTP library and the dialects: a view of a request with all its
//! headers, an answer with a whole or a streamed body, the client's address, the public URL, and how an answer is
//! sent.
//!
//! `request`, `response`, `body`, `exchange`, `origin` and `public_url` are what dialects and the
//! control plane use; they know neither. `app` puts the dialects, the control plane and the layers of
//! `middleware` together: one actix-web `App` for each worker thread, which serves all panels of the process.

pub mod address;
pub mod app;
pub mod app_state;
pub mod begin;
pub mod body;
mod body_gate;
pub mod connection;
pub mod delivery;
pub mod exchange;
mod layer;
pub mod limits;
mod middleware;
pub mod origin;
mod pacing;
pub mod pages;
pub mod patience;
mod pieces;
pub mod public_url;
mod request;
pub mod request_log;
mod response;
mod route;
pub mod trace;
pub mod webhooks;

pub use body::{Body, RequestBody};
pub use exchange::Exchange;
pub use request::{Request, api_key, is_raw};
pub use response::Response;
