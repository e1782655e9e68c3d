//! What is played into a ring (player contract, 10.4 and 18.4).
//!
//! A source is an async function that pushes into a [`RingWriter`](crate::media::ring::RingWriter) and returns when it
//! has come to its end, or with the reason why it could not go on. It never ends the ring: whoever runs it tries the
//! stream's next entry, after [`broken`](crate::media::ring::RingWriter::broken), or ends the ring. A source that is not
//! wanted any more is dropped.
//!
//! * [`mod@test`] plays the test source by a pace.
//! * [`mod@file`] plays a file again and again.
//! * [`upstream`] plays what comes by HTTP, [`hls`] that of playlists; [`http`] is their guarded client.

pub mod file;
pub mod hls;
pub mod http;
mod pacer;
mod pcr;
mod root;
pub mod test;
pub mod upstream;

pub use pacer::Pacer;
pub use pcr::PcrClock;
pub use root::open;

use crate::media::hls::PlaylistError;

/// Why a source cannot go on: the reason on the stream's row.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("no such file under media_root")]
    NotFound,
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("no transport stream: nothing in it can be begun with")]
    NoStream,
    #[error("the transport stream has no clock (PCR) to be paced by")]
    NoClock,
    #[error("nothing has come for 30 s")]
    Stalled,
    #[error(transparent)]
    Fetch(#[from] http::FetchError),
    #[error(transparent)]
    Playlist(#[from] PlaylistError),
    #[error("the playlist of the highest bandwidth lists playlists again")]
    Nested,
    #[error("a segment has more than 64 MiB")]
    TooLarge,
    #[error("the source has ended")]
    Ended,
}
