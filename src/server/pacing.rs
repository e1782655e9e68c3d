//! How the bytes of a body go out: in pieces, or only so many and then a break or nothing.

use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use futures_util::{Stream, stream};

use super::http10::ConnectionHandle;

/// How long an answer that is cut off leaves its beginning to go out.
const FLUSH: Duration = Duration::from_millis(5);

/// Ends when nobody waits any more.
pub async fn over(line: &ConnectionHandle, stop: impl Future<Output = ()>) {
    tokio::select! {
        () = line.left() => {}
        () = stop => {}
    }
}

/// How the bytes of a body go out.
pub struct Plan {
    /// So many at a time.
    step: usize,
    /// After each of these steps but the last.
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

/// A body that goes out as planned.
pub fn paced(body: Vec<u8>, plan: Plan) -> impl Stream<Item = io::Result<Bytes>> {
    let state = (Bytes::from(body), 0_usize, plan);
    stream::unfold(state, |(mut rest, sent, mut plan)| async move {
        let next = plan.step.min(rest.len()).min(plan.most.saturating_sub(sent));
        if next > 0 {
            if sent > 0 && !plan.pause.is_zero() {
                sleep(plan.pause).await;
            }
            let piece = rest.split_to(next);
            return Some((Ok(piece), (rest, sent + next, plan)));
        }
        match &mut plan.end {
            End::At(when) => sleep(when.saturating_duration_since(Instant::now()).max(FLUSH)).await,
            _ if rest.is_empty() => return None,
            End::Stall(over) => over.await,
            // What came before goes out while this waits.
            End::Whole | End::Cut => sleep(FLUSH).await,
        }
        let over = Plan::first(0, End::Whole);
        Some((Err(io::ErrorKind::ConnectionAborted.into()), (Bytes::new(), sent, over)))
    })
}
