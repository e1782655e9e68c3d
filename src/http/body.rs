//! Bodies: that of a request, read whole up to a limit, and that of an answer, whole or a stream.

use std::pin::Pin;
use std::time::Duration;
use std::{fmt, io};

use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::limits::Limits;
use crate::budget::Charge;

/// Largest request body that is read, in bytes: PHP's own default for a POST.
pub const LARGEST: usize = 8 << 20;

/// Slowest average rate of a body after its grace, in bytes per second.
const MIN_RATE: usize = 16 << 10;

/// The body of a request.
#[derive(Clone, Debug)]
pub enum RequestBody {
    Whole(Bytes),
    /// More than [`LARGEST`] bytes, which were discarded.
    TooLarge,
}

/// Why a body could not be read. The request it belongs to must not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It was cut off or framed wrongly.
    Broken,
    /// It came too slowly.
    Slow,
    /// The bodies of all requests together are too large.
    Full,
}

impl RequestBody {
    /// No bytes.
    pub const EMPTY: RequestBody = RequestBody::Whole(Bytes::new());

    /// Reads a body up to [`LARGEST`], and takes its bytes from the memory of all bodies.
    ///
    /// # Errors
    /// [`BodyError`].
    pub async fn read(payload: &mut Payload, limits: &Limits) -> Result<(RequestBody, Charge), BodyError> {
        let (mut whole, mut charge) = (BytesMut::new(), limits.bodies.charge());
        let begun = Instant::now();
        loop {
            let paid = Duration::from_secs(u64::try_from(whole.len() / MIN_RATE).unwrap_or(u64::MAX));
            let next = match begun.checked_add(limits.slow_body.saturating_add(paid)) {
                Some(deadline) => timeout_at(deadline, payload.next())
                    .await
                    .map_err(|_| BodyError::Slow)?,
                None => payload.next().await,
            };
            match next {
                None => return Ok((RequestBody::Whole(whole.freeze()), charge)),
                Some(Err(_)) => return Err(BodyError::Broken),
                Some(Ok(chunk)) if whole.len() + chunk.len() > LARGEST => return Ok((RequestBody::TooLarge, charge)),
                Some(Ok(chunk)) if !charge.grow(chunk.len()) => return Err(BodyError::Full),
                Some(Ok(chunk)) => whole.extend_from_slice(&chunk),
            }
        }
    }
}

/// A stream of bytes.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>>>>;

/// The body of an answer.
pub enum Body {
    /// The whole body; its length is sent in the head.
    Bytes(Vec<u8>),
    /// A stream without a length.
    Stream(ByteStream),
    /// A stream of so many bytes.
    Sized(u64, ByteStream),
    /// None, and no word about its length: the answer to HEAD where only the whole answer has one.
    Unknown,
}

impl Body {
    /// Its length in bytes, if known.
    pub fn len(&self) -> Option<usize> {
        match self {
            Body::Bytes(bytes) => Some(bytes.len()),
            Body::Stream(_) | Body::Unknown => None,
            Body::Sized(length, _) => Some(usize::try_from(*length).unwrap_or(usize::MAX)),
        }
    }

    /// A stream, of so many bytes if that is known.
    pub fn streamed(length: Option<usize>, stream: ByteStream) -> Body {
        match length.and_then(|length| u64::try_from(length).ok()) {
            Some(length) => Body::Sized(length, stream),
            None => Body::Stream(stream),
        }
    }

    /// Whether it is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes of a whole body.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Body::Bytes(bytes) => bytes,
            Body::Stream(_) | Body::Sized(..) | Body::Unknown => &[],
        }
    }

    /// The body as a stream, also if it is whole.
    pub fn into_stream(self) -> ByteStream {
        match self {
            Body::Bytes(bytes) => Box::pin(futures_util::stream::iter([Ok(Bytes::from(bytes))])),
            Body::Stream(stream) | Body::Sized(_, stream) => stream,
            Body::Unknown => Box::pin(futures_util::stream::empty()),
        }
    }
}

impl Default for Body {
    fn default() -> Body {
        Body::Bytes(Vec::new())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body::Bytes(bytes)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Bytes(bytes) => write!(f, "Bytes({:?})", String::from_utf8_lossy(bytes)),
            Body::Stream(_) => f.write_str("Stream"),
            Body::Sized(length, _) => write!(f, "Sized({length})"),
            Body::Unknown => f.write_str("Unknown"),
        }
    }
}
