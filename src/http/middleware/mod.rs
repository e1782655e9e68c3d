//! The layers between the HTTP library and the dialects, outermost first: request log, metrics, journal,
//! faults, strictness. Each is entered only by the requests that need it.

mod faults;
mod journal;
mod metrics;
mod request_log;
mod strictness;

pub use faults::FAULTS;
pub use journal::JOURNAL;
pub use metrics::METRICS;
pub use request_log::REQUEST_LOG;
pub use strictness::STRICTNESS;
