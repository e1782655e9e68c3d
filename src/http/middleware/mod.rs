//! The layers between the HTTP library and the dialects, outermost first: request log, journal, faults, strictness.
//! Each is entered only by the requests that need it. Metrics are counted by the layer around them.

mod faults;
mod journal;
pub mod metrics;
mod request_log;
mod strictness;

pub use faults::FAULTS;
pub use journal::JOURNAL;
pub use request_log::REQUEST_LOG;
pub use strictness::STRICTNESS;
