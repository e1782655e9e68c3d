//! Big bodies in pieces: the HTTP library copies what a body gives into the buffer of its connection, so a body
//! that gives all of it at once would be in memory twice, and for as long as its client takes to read it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

/// The size of a piece, and of the largest body that is not cut.
const PIECE: usize = 64 << 10;

/// A body that gives its bytes piece by piece; its length is known.
struct Pieces(Bytes);

/// Cuts a body whose bytes are all there, if it is big.
pub fn in_pieces(body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Sized(length) if usize::try_from(length).is_ok_and(|length| length > PIECE) => {
            match body.try_into_bytes() {
                Ok(bytes) => BoxBody::new(Pieces(bytes)),
                Err(body) => body,
            }
        }
        _ => body,
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.0.len()).unwrap_or(u64::MAX))
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let next = self.0.len().min(PIECE);
        Poll::Ready((next > 0).then(|| Ok(self.0.split_to(next))))
    }
}
