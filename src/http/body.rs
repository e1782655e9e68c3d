//! Bodies: that of a request, read whole up to a limit, and that of an answer, whole or a stream.

use std::pin::Pin;
use std::{fmt, io};

use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};

/// Largest request body that is read, in bytes: PHP's own default for a POST.
pub const LARGEST: usize = 8 << 20;

/// The body of a request.
#[derive(Clone, Debug)]
pub enum RequestBody {
    Whole(Bytes),
    /// More than [`LARGEST`] bytes, which were discarded.
    TooLarge,
}

impl RequestBody {
    /// No bytes.
    pub const EMPTY: RequestBody = RequestBody::Whole(Bytes::new());

    /// Reads a body up to the limit.
    pub async fn read(payload: &mut Payload) -> RequestBody {
        let mut whole = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            match chunk {
                Ok(chunk) if whole.len() + chunk.len() > LARGEST => return RequestBody::TooLarge,
                Ok(chunk) => whole.extend_from_slice(&chunk),
                // The client broke off: whatever is answered does not reach it.
                Err(_) => return RequestBody::EMPTY,
            }
        }
        RequestBody::Whole(whole.freeze())
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
}

impl Body {
    /// Its length in bytes, if known.
    pub fn len(&self) -> Option<usize> {
        match self {
            Body::Bytes(bytes) => Some(bytes.len()),
            Body::Stream(_) => None,
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
            Body::Stream(_) => &[],
        }
    }

    /// The body as a stream, also if it is whole.
    pub fn into_stream(self) -> ByteStream {
        match self {
            Body::Bytes(bytes) => Box::pin(futures_util::stream::iter([Ok(Bytes::from(bytes))])),
            Body::Stream(stream) => stream,
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
        }
    }
}
