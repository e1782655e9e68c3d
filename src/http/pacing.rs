//! Paced bodies: sent in pieces with pauses, cut off after a number of bytes, or stalled.

use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::rt::time::{sleep, timeout};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::body::ByteStream;
use super::connection::ConnectionHandle;

/// Time that the first part of a cut answer has to leave the socket's buffer.
const FLUSH: Duration = Duration::from_millis(5);

/// A future that ends when the client has closed its connection.
pub async fn over(handle: &ConnectionHandle, stop: impl Future<Output = ()>) {
    tokio::select! {
        () = handle.left() => {}
        () = stop => {}
    }
}

/// The plan by which a body is sent.
pub struct Plan {
    /// Bytes of each piece.
    step: usize,
    /// Pause between two pieces.
    pause: Duration,
    /// Most bytes in all.
    most: usize,
    end: End,
}

/// What follows the last byte.
pub enum End {
    /// The regular end of the body.
    Whole,
    /// The connection breaks, if bytes are left.
    Cut,
    /// The connection breaks at this time, or as soon as no more bytes may be sent.
    At(Instant),
    /// Silence until the client leaves, if bytes are left.
    Stall(Pin<Box<dyn Future<Output = ()>>>),
}

impl Plan {
    /// A plan that sends all bytes in pieces.
    pub fn pieces(step: usize, pause: Duration) -> Plan {
        Plan {
            step,
            pause,
            most: usize::MAX,
            end: End::Whole,
        }
    }

    /// A plan that sends a number of bytes and then ends as given.
    pub fn first(most: usize, end: End) -> Plan {
        Plan {
            step: usize::MAX,
            pause: Duration::ZERO,
            most,
            end,
        }
    }
}

/// How far a body that is late may be caught up, so that it comes on time although a timer wakes a millisecond late, but
/// not all at once after a client that did not read.
const CATCH_UP: Duration = Duration::from_millis(20);

/// The state of a body that is being sent.
struct Paced {
    body: ByteStream,
    /// Bytes that were read from the body and not sent yet.
    rest: Bytes,
    sent: usize,
    plan: Plan,
    /// When the last piece was due.
    due: Instant,
    over: bool,
}

/// The stream of a body that is sent by a plan.
pub fn paced(body: ByteStream, plan: Plan) -> ByteStream {
    let state = Paced {
        body,
        rest: Bytes::new(),
        sent: 0,
        plan,
        due: Instant::now(),
        over: false,
    };
    Box::pin(stream::unfold(state, |mut paced| async move {
        let next = paced.next().await?;
        Some((next, paced))
    }))
}

impl Paced {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.over {
            return None;
        }
        if let End::At(when) = self.plan.end {
            return Some(self.until(when).await);
        }
        if let Err(error) = self.fill().await {
            self.over = true;
            return Some(Err(error));
        }
        let next = self
            .plan
            .step
            .min(self.rest.len())
            .min(self.plan.most.saturating_sub(self.sent));
        if next > 0 {
            self.pause().await;
            return Some(Ok(self.take(next)));
        }
        if self.rest.is_empty() {
            return None;
        }
        match &mut self.plan.end {
            End::Stall(over) => over.await,
            // Bytes that were sent before leave the buffer during this wait.
            End::Whole | End::Cut | End::At(_) => sleep(FLUSH).await,
        }
        Some(self.broken())
    }

    /// Waits until the next piece is due; the first one is at once.
    async fn pause(&mut self) {
        let now = Instant::now();
        if self.sent == 0 {
            self.due = now;
        } else if !self.plan.pause.is_zero() {
            let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
            // A pause that no clock can show is as good as none that ends.
            self.due = match self.due.checked_add(self.plan.pause) {
                Some(due) => due.max(earliest),
                None => return sleep(self.plan.pause).await,
            };
            let wait = self.due.saturating_duration_since(now);
            if !wait.is_zero() {
                sleep(wait).await;
            }
        }
    }

    /// Sends bytes until the limit is reached or, without a limit, until this time; then breaks the connection.
    async fn until(&mut self, when: Instant) -> io::Result<Bytes> {
        let in_time = Instant::now() < when || self.sent == 0;
        let goes_on = self.plan.most > self.sent && (in_time || self.plan.most < usize::MAX);
        if goes_on {
            let filled = match self.plan.most {
                usize::MAX => {
                    let wait = when.saturating_duration_since(Instant::now()).max(FLUSH);
                    timeout(wait, self.fill()).await.unwrap_or(Ok(()))
                }
                _ => self.fill().await,
            };
            if filled.is_err() {
                return self.broken();
            }
            let next = self.rest.len().min(self.plan.most - self.sent);
            if next > 0 {
                return Ok(self.take(next));
            }
        }
        sleep(when.saturating_duration_since(Instant::now()).max(FLUSH)).await;
        self.broken()
    }

    /// Reads the next bytes if none are left. None are left afterwards if the body has ended.
    async fn fill(&mut self) -> io::Result<()> {
        while self.rest.is_empty() {
            match self.body.next().await {
                None => break,
                Some(chunk) => self.rest = chunk?,
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Bytes {
        self.sent += bytes;
        self.rest.split_to(bytes)
    }

    fn broken(&mut self) -> io::Result<Bytes> {
        self.over = true;
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}
