//! Linecard's tests: one binary, one module a subject. Each test runs on its own panel, in memory
//! and on its own port, with a clock that stands at the time of the vendor document's examples.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, a panic is the report"
)]

mod access;
mod active_codes;
mod admin;
mod attack;
mod bad_input;
mod billing;
mod clients_seen;
#[cfg(unix)]
mod contrib;
mod control;
mod dialects;
mod document;
mod ended;
mod expiry;
mod figures;
#[cfg(unix)]
mod fixture;
mod guide;
mod guide_jobs;
#[cfg(target_os = "linux")]
mod guide_load;
mod in_process;
mod media;
mod mysql;
mod named_keys;
mod nxt;
mod openapi;
mod php;
mod player;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod programs;
mod properties;
mod raw_bytes;
#[cfg(unix)]
mod readme;
#[cfg(unix)]
mod recipes;
mod reseller;
mod reseller_laws;
mod reseller_profiles;
mod rest_secrets;
mod security_page;
mod seeds;
mod store;
#[cfg_attr(
    windows,
    allow(dead_code, reason = "the tests that speak with signals and `sh` are not there")
)]
mod support;
mod tables;
#[cfg(unix)]
mod tls;
mod transport;
mod webhooks;
#[cfg(windows)]
mod windows;
mod xc_v2;
