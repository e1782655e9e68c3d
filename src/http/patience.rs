//! Streams whose clients may stop reading: the connection of one that reads nothing for too long is reset, so that
//! neither the stream nor what waits in the socket is held for ever.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::rt::task::JoinHandle;
use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use futures_util::Stream;

use super::body::ByteStream;
use super::connection::ConnectionHandle;

/// A stream with its watch.
struct Patient {
    stream: ByteStream,
    /// When the last chunk was given, while the client has not asked for the next one: the HTTP library asks only
    /// when there is room in its buffer.
    given: Rc<Cell<Option<Instant>>>,
    watch: JoinHandle<()>,
}

/// Gives the same stream, and resets the connection when the client has read nothing for `patience`; zero is no
/// limit, and a request without a connection has none.
pub fn patient(stream: ByteStream, patience: Duration, connection: Option<&ConnectionHandle>) -> ByteStream {
    let Some(connection) = connection.filter(|_| !patience.is_zero()) else {
        return stream;
    };
    let given = Rc::<Cell<Option<Instant>>>::default();
    let watch = actix_web::rt::spawn(watch(Rc::clone(&given), patience, connection.clone()));
    Box::pin(Patient { stream, given, watch })
}

/// Resets the connection when a chunk was not taken in time, which is noticed within twice the time.
async fn watch(given: Rc<Cell<Option<Instant>>>, patience: Duration, connection: ConnectionHandle) {
    loop {
        let waited = given.get().map_or(Duration::ZERO, |at| at.elapsed());
        if given.get().is_some() && waited >= patience {
            return connection.reset();
        }
        sleep(patience.saturating_sub(waited)).await;
    }
}

impl Stream for Patient {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.given.set(None);
        let next = self.stream.as_mut().poll_next(context);
        if matches!(next, Poll::Ready(Some(_))) {
            self.given.set(Some(Instant::now()));
        }
        next
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        self.watch.abort();
    }
}
