//! Bytes of streams: MPEG transport streams, and what is played.
//!
//! It knows bytes, neither the panel nor HTTP: who may watch is decided above it, and time, ids and texts are
//! arguments. Nothing here exists before a stream is asked for.
//!
//! * [`ts`] has packets, tables, PES headers and their times, and finds where a viewer can begin.
//! * [`ring`] shares the last seconds of a live stream among its viewers.
//! * [`window`] has the last segments of a live stream, [`hls`] writes and reads the playlists that list them.
//! * [`meter`] counts what an answer sends, [`disturb`] damages it as a test wants.
//! * [`recording`] finds in files what was on air.
//! * [`tag`] tells versions of content apart.
//! * [`source`] plays into a ring what a stream's entry names, [`pace`] says where the test source is.
//! * [`mod@test`] is the test source: picture and tone as a function of stream, parameters and time.

pub mod disturb;
pub mod hls;
pub mod meter;
pub mod pace;
pub mod recording;
pub mod ring;
pub mod source;
pub mod tag;
pub mod test;
pub mod ts;
pub mod window;
