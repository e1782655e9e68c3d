//! How the bytes of a body go out: in pieces, or only so many and then a break or nothing.

use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::rt::time::{sleep, timeout};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::body::ByteStream;
use super::connection::ConnectionHandle;

/// How long an answer that is cut off leaves its beginning to go out.
const FLUSH: Duration = Duration::from_millis(5);

/// Ends when nobody waits any more.
pub async fn over(handle: &ConnectionHandle, stop: impl Future<Output = ()>) {
    tokio::select! {
        () = handle.left() => {}
        () = stop => {}
    }
}

/// How the bytes of a body go out.
pub struct Plan {
    /// So many at a time.
    step: usize,
    /// Between two of these steps.
    pause: Duration,
    /// So many in all.
    most: usize,
    end: End,
}

/// What comes after the bytes.
pub enum End {
    /// The end, as it should be.
    Whole,
    /// A break, where bytes are left.
    Cut,
    /// A break at this time, or as soon as no more bytes may go out.
    At(Instant),
    /// Nothing until nobody waits any more, where bytes are left.
    Stall(Pin<Box<dyn Future<Output = ()>>>),
}

impl Plan {
    /// All of them, so many at a time.
    pub fn pieces(step: usize, pause: Duration) -> Plan {
        Plan {
            step,
            pause,
            most: usize::MAX,
            end: End::Whole,
        }
    }

    /// So many of them, then this.
    pub fn first(most: usize, end: End) -> Plan {
        Plan {
            step: usize::MAX,
            pause: Duration::ZERO,
            most,
            end,
        }
    }
}

/// A body on its way.
struct Paced {
    body: ByteStream,
    /// What has come of the body and has not gone out.
    rest: Bytes,
    sent: usize,
    plan: Plan,
    over: bool,
}

/// A body that goes out as planned.
pub fn paced(body: ByteStream, plan: Plan) -> ByteStream {
    let state = Paced {
        body,
        rest: Bytes::new(),
        sent: 0,
        plan,
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
            if self.sent > 0 && !self.plan.pause.is_zero() {
                sleep(self.plan.pause).await;
            }
            return Some(Ok(self.take(next)));
        }
        if self.rest.is_empty() {
            return None;
        }
        match &mut self.plan.end {
            End::Stall(over) => over.await,
            // What came before goes out while this waits.
            End::Whole | End::Cut | End::At(_) => sleep(FLUSH).await,
        }
        Some(self.broken())
    }

    /// Bytes until the most of them have gone out or, where there is no most, until this time; then a break.
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

    /// Waits for bytes where none are left; there are still none when the body has ended.
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
