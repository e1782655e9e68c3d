//! Delivers what is due, in order of its instants and one at a time at each endpoint.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::outbox::{self, Outcome, Parcel};
use super::{Carrier, DeliveryHold};
use crate::panel::{Caller, Context, Error, Panel, Result};

/// An outcome is written again while the writer's queue is full: so often, and so long apart.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// An attempt that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Unix seconds of the panel's clock.
    pub at: i64,
    /// The delivery.
    pub id: i64,
    pub is_delivered: bool,
}

impl Attempt {
    /// Returns its name in the list of due jobs.
    pub fn job(&self) -> &'static str {
        match self.is_delivered {
            true => "webhook.delivered",
            false => "webhook.failed",
        }
    }
}

/// Which deliveries are attempted.
#[derive(Clone, Copy, Debug)]
pub enum Span {
    /// Those that are due now. It ends as soon as somebody else wants to deliver.
    Now,
    /// Those that are due until an instant. Each attempt is dated with its own, and none before the first.
    Until { from: i64, to: i64 },
}

/// Makes all attempts that are due, and returns them in the order in which they ended.
///
/// # Errors
/// SQLite's, or [`Error::Busy`]: what was delivered is delivered again.
pub async fn deliver(panel: &Arc<Panel>, _hold: &DeliveryHold<'_>, span: Span) -> Result<Vec<Attempt>> {
    let Some(carrier) = panel.webhooks().carrier() else {
        return Ok(Vec::new());
    };
    let mut is_closed = panel.webhooks().is_closed.subscribe();
    let (mut running, mut busy, mut made) = (FuturesUnordered::new(), Vec::new(), Vec::new());
    loop {
        let now = panel.clock().now();
        let (from, to) = match span {
            Span::Now => (now, now),
            Span::Until { from, to } => (from, to),
        };
        let is_over = matches!(span, Span::Now) && panel.webhooks().is_awaited();
        if !is_over {
            // A state that comes after this is another one.
            let state = panel.store().state();
            let taken = busy.clone();
            let look = move |context: &Context<'_>| outbox::due(context, to, &taken);
            for parcel in panel.read(Caller::Admin(None), look).await? {
                busy.push(parcel.endpoint);
                let at = parcel.due.max(from);
                running.push(attempt(panel, carrier, parcel, at, state));
            }
        }
        let ended = tokio::select! {
            ended = running.next() => ended,
            _ = is_closed.wait_for(|is_closed| *is_closed) => return Ok(made),
        };
        let Some((endpoint, attempt)) = ended else {
            return Ok(made);
        };
        busy.retain(|one| *one != endpoint);
        made.extend(attempt?);
    }
}

/// Makes an attempt, and notes what came of it. Nothing came of it where its delivery is gone meanwhile.
async fn attempt(
    panel: &Arc<Panel>,
    carrier: &Arc<dyn Carrier>,
    parcel: Parcel,
    at: i64,
    state: u64,
) -> (i64, Result<Option<Attempt>>) {
    let endpoint = parcel.endpoint;
    let outcome = carrier.carry(panel, &parcel, at).await;
    if let Outcome::Failed(error) = &outcome {
        tracing::debug!(delivery = parcel.id, error, "a webhook was not delivered");
    }
    let made = Attempt {
        at,
        id: parcel.id,
        is_delivered: outcome.is_success(),
    };
    let noted = note(panel, &Arc::new((parcel, outcome)), at, state).await;
    (endpoint, noted.map(|is_noted| is_noted.then_some(made)))
}

async fn note(panel: &Arc<Panel>, ended: &Arc<(Parcel, Outcome)>, at: i64, state: u64) -> Result<bool> {
    for _ in 0..TRIES {
        let ended = Arc::clone(ended);
        let write = move |context: &Context<'_>| {
            let (parcel, outcome) = &*ended;
            // A delivery of another state may have the same id.
            let is_same = context.panel.store().state() == state;
            Ok(is_same && outbox::finish(context, parcel, at, outcome)?)
        };
        match panel.write(Caller::Admin(None), write).await {
            Err(Error::Busy) => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
    Err(Error::Busy)
}
