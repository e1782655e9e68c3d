//! How an answer goes out: whole, late, in pieces, cut off, or not at all.

use std::time::Duration;

use crate::http::Response;

/// An answer and the way it takes.
#[derive(Debug, PartialEq)]
pub struct Delivery {
    pub response: Response,
    pub pace: Pace,
}

/// The way of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    #[default]
    Whole,
    /// So many bytes at a time, with a pause after each.
    Pieces { bytes: usize, pause: Duration },
    /// So many bytes of the body; then the connection closes, although more was announced.
    Cut { bytes: usize },
    /// Without a length, as a stream: so many bytes at most, and when this time has passed too the
    /// connection closes in the middle of it.
    Stream { bytes: usize, after: Duration },
    /// So many bytes of the body; then nothing, for as long as the client waits.
    Stall { bytes: usize },
    /// No byte: the connection closes in order.
    Close,
    /// No byte: the connection is reset.
    Reset,
    /// No byte, for as long as the client waits.
    Hang,
}

impl Delivery {
    /// An answer that goes out at once.
    pub fn whole(response: Response) -> Delivery {
        Delivery {
            response,
            pace: Pace::Whole,
        }
    }
}
