//! Attacks, broken clients and broken hosts, each bounded in time: what is sent, and that the panel refuses it and
//! goes on.

mod answers;
mod audit;
mod bodies;
mod browsers;
#[cfg(target_os = "linux")]
mod connections;
mod fixture_budgets;
mod fixture_floods;
mod forwarded;
#[cfg(unix)]
mod host;
#[cfg(unix)]
mod malformed;
mod masking;
mod mysql_query;
mod request_log;
mod slow_reads;
mod smuggling;
mod state_files;
#[cfg(unix)]
mod storage;
mod wrong_secrets;
