//! Delivery: an answer is sent at once, in pieces, cut off, or not at all. Each works on whole and on streamed
//! bodies.

use std::time::{Duration, Instant};

use actix_http::body::{BodyStream, BoxBody, SizedStream};
use actix_web::HttpResponse;

use super::body::Body;
use super::connection::Connection;
use super::pacing::{End, Plan, over, paced};
use super::response::Response;

/// The length in bytes that a fault assumes for a streamed body, whose length is not known.
pub const ASSUMED_LENGTH: usize = 64 << 10;

/// An answer and its delivery.
#[derive(Debug)]
pub struct Delivery {
    pub response: Response,
    pub pace: Pace,
}

/// How an answer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    #[default]
    Whole,
    /// In pieces of this many bytes, with a pause after each.
    Pieces { bytes: usize, pause: Duration },
    /// This many bytes of the body; then the connection closes, although `Content-Length` announced more.
    Cut { bytes: usize },
    /// As a stream without a length: at most this many bytes, and the connection breaks when this time has
    /// passed.
    Stream { bytes: usize, after: Duration },
    /// This many bytes of the body; then silence for as long as the client waits.
    Stall { bytes: usize },
    /// No byte: the connection closes in order.
    Close,
    /// No byte: the connection is reset.
    Reset,
    /// No byte, for as long as the client waits.
    Hang,
}

/// The part of an answer that a client receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub kind: OutcomeKind,
    /// Bytes of the body, if known.
    pub bytes: usize,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// With the whole answer.
    Answered,
    /// With a part of the answer.
    Cut,
    /// The connection was closed without a byte.
    Closed,
    /// The connection was reset without a byte.
    Reset,
    /// It is never answered.
    Hung,
    /// Its client left before there was an answer.
    Abandoned,
    /// The receiver of a delivery gave no answer.
    Failed,
}

impl OutcomeKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            OutcomeKind::Answered => "answered",
            OutcomeKind::Cut => "cut",
            OutcomeKind::Closed => "closed",
            OutcomeKind::Reset => "reset",
            OutcomeKind::Hung => "hung",
            OutcomeKind::Abandoned => "abandoned",
            OutcomeKind::Failed => "failed",
        }
    }

    /// Whether the client sees a status at all.
    pub fn has_answer(self) -> bool {
        matches!(self, OutcomeKind::Answered | OutcomeKind::Cut)
    }
}

impl Delivery {
    /// An answer that goes out at once.
    pub fn whole(response: Response) -> Delivery {
        Delivery {
            response,
            pace: Pace::Whole,
        }
    }

    /// The part that the client will receive.
    pub fn delivered(&self) -> Delivered {
        let whole = self.response.body.len();
        let first = |bytes: usize| whole.map_or(bytes, |whole| bytes.min(whole));
        let (kind, bytes) = match self.pace {
            Pace::Whole | Pace::Pieces { .. } => (OutcomeKind::Answered, whole.unwrap_or(0)),
            Pace::Cut { bytes } | Pace::Stream { bytes, .. } | Pace::Stall { bytes } => {
                (OutcomeKind::Cut, first(bytes))
            }
            Pace::Hang => (OutcomeKind::Hung, 0),
            Pace::Close => (OutcomeKind::Closed, 0),
            Pace::Reset => (OutcomeKind::Reset, 0),
        };
        Delivered { kind, bytes }
    }

    /// The HTTP library's answer on this connection. The caller holds back one that hangs: see [`hang`].
    pub fn into_http(self, connection: &Connection) -> HttpResponse {
        let Delivery { mut response, pace } = self;
        let handle = &connection.handle;
        let plan = match pace {
            Pace::Whole => return response.into_http(),
            Pace::Close | Pace::Reset | Pace::Hang => {
                match pace {
                    Pace::Reset => handle.reset(),
                    Pace::Close => handle.close(),
                    _ => {}
                }
                response.body = Body::default();
                return response.into_http();
            }
            Pace::Pieces { bytes, pause } => Plan::pieces(bytes, pause),
            Pace::Cut { bytes } => Plan::first(bytes, End::Cut),
            Pace::Stall { bytes } => {
                let (handle, stopped) = (handle.clone(), connection.stopped());
                Plan::first(bytes, End::Stall(Box::pin(async move { over(&handle, stopped).await })))
            }
            Pace::Stream { bytes, after } => Plan::first(bytes, End::At(Instant::now() + after)),
        };
        let head = response.head();
        // A stream that is cut has no length to fall short of.
        let length = response.body.len().filter(|_| !matches!(pace, Pace::Stream { .. }));
        let body = paced(response.body.into_stream(), plan);
        head.set_body(match length.and_then(|length| u64::try_from(length).ok()) {
            Some(length) => BoxBody::new(SizedStream::new(length, body)),
            None => BoxBody::new(BodyStream::new(body)),
        })
    }
}

/// Holds an answer back for as long as its client waits, and closes the connection then.
pub async fn hang(connection: &Connection) {
    over(&connection.handle, connection.stopped()).await;
    connection.handle.close();
}
