//! Bytes of streams: MPEG transport streams, and what is played.
//!
//! It knows bytes, neither the panel nor HTTP: who may watch is decided above it, and time, ids and texts are
//! arguments. Nothing here keeps a thread, a timer or a buffer of its own.
//!
//! * [`ts`] has packets, tables, PES headers and their times.
//! * [`mod@test`] is the test source: picture and tone as a function of stream, parameters and time.

pub mod hls;
pub mod test;
pub mod ts;
