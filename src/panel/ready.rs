//! Completes pending transitions: before a request that polls, and when the clock is advanced.

use std::sync::Arc;

use super::access::Caller;
use super::billing::due;
use super::context::Context;
use super::guide::import;
use super::pending::PendingItem;
use super::transition::Resource;
use super::{Panel, Result, epg, playing};

/// A resource that has become ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    pub at: i64,
    pub resource: Resource,
    pub id: i64,
}

impl Panel {
    /// Makes ready everything that is due now, and does what is due of subscriptions, before a request reads it.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`](super::Error::Busy).
    pub async fn catch_up(self: &Arc<Self>) -> Result<()> {
        due::catch_up(self).await?;
        match self.pending.is_due(&self.clock) {
            true => self.make_ready(self.clock.now()).await.map(drop),
            false => Ok(()),
        }
    }

    /// Makes ready everything that is due at `now`, and returns it in the order in which it was due.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`](super::Error::Busy); then nothing became ready.
    pub async fn make_ready(self: &Arc<Self>, now: i64) -> Result<Vec<Ready>> {
        let due = Arc::new(self.pending.take(now));
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let write = {
            let due = Arc::clone(&due);
            move |context: &Context<'_>| write(context, &due)
        };
        let made = self.write(Caller::Admin(None), write).await;
        match made {
            Ok(_) => self.guides_shown(&due),
            Err(_) => self.pending.put_back(&due),
        }
        made
    }

    /// What was shown of the sources until now is deleted in the background.
    fn guides_shown(self: &Arc<Self>, due: &[(i64, PendingItem)]) {
        let mut any = false;
        for (_, item) in due {
            if let Some(staged) = &item.guide {
                self.guides.shown(item.id, staged.generation);
                any = true;
            }
        }
        if any {
            import::start(self, &[]);
        }
    }
}

/// Makes those items ready that are still waiting.
fn write(context: &Context<'_>, due: &[(i64, PendingItem)]) -> Result<Vec<Ready>> {
    let mut all = Vec::new();
    for (at, one) in due {
        let done = match one.resource {
            Resource::Epg => epg::reloaded(context, one.id, one.guide.as_deref(), *at)?,
            Resource::Stream | Resource::Movie => playing::ready(context, one)?,
        };
        let ready = Ready {
            at: *at,
            resource: one.resource,
            id: one.id,
        };
        // A stream has a row for each of its servers but is reported once.
        if done && all.last() != Some(&ready) {
            all.push(ready);
        }
    }
    Ok(all)
}
