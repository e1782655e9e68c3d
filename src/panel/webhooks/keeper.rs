//! The thread that delivers while the panel works. It exists only while there is an active endpoint.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::deliver::{Span, deliver};
use super::outbox;
use crate::panel::{Caller, Panel, Result};

/// After an error.
const REST: Duration = Duration::from_secs(1);

/// Starts the thread, if there is an active endpoint.
pub async fn follow(panel: &Arc<Panel>) {
    if panel.webhooks().carrier().is_none() {
        return;
    }
    match panel.read(Caller::Admin(None), outbox::next).await {
        Ok((_, true)) => begin(panel),
        Ok((_, false)) => {}
        Err(error) => tracing::warn!(?error, "the next due webhook was not found"),
    }
}

/// Starts the thread, unless it is there.
pub(super) fn begin(panel: &Arc<Panel>) {
    if panel.webhooks().has_thread.swap(true, Ordering::SeqCst) {
        return;
    }
    let (kept, changes) = (Arc::downgrade(panel), panel.clock().changes());
    let run = move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(keep(&kept, changes)),
        Err(error) => tracing::error!(%error, "webhooks are not delivered"),
    };
    let thread = std::thread::Builder::new().name("linecard-webhooks".into()).spawn(run);
    if let Err(error) = thread {
        tracing::error!(%error, "webhooks are not delivered");
        panel.webhooks().has_thread.store(false, Ordering::SeqCst);
    }
}

/// Delivers whatever is due, until there is no endpoint or the panel is gone.
async fn keep(panel: &Weak<Panel>, mut changes: watch::Receiver<u64>) {
    while let Some(held) = panel.upgrade() {
        let mut is_closed = held.webhooks().is_closed.subscribe();
        let outbox = Arc::clone(held.store().outbox());
        let wait = match pass(&held).await {
            Ok(Some(next)) => wait(&held, next),
            Ok(None) => match is_still_needed(&held).await {
                true => continue,
                false => return,
            },
            Err(error) => {
                tracing::debug!(?error, "what is due of webhooks was not delivered");
                REST
            }
        };
        drop(held);
        tokio::select! {
            changed = changes.changed() => if changed.is_err() {
                return;
            },
            closed = is_closed.wait_for(|is_closed| *is_closed) => {
                drop(closed);
                return;
            }
            () = outbox.changed() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Delivers what is due, and returns when the next is; `None` without an endpoint.
async fn pass(panel: &Arc<Panel>) -> Result<Option<i64>> {
    let hold = panel.webhooks().hold().await;
    deliver(panel, &hold, Span::Now).await?;
    drop(hold);
    let (next, is_any) = panel.read(Caller::Admin(None), outbox::next).await?;
    Ok(is_any.then_some(next.unwrap_or(i64::MAX)))
}

/// Whether the thread is needed after all, and is the one. A job that found one may not be committed yet: its transaction
/// is, once a later job is.
async fn is_still_needed(panel: &Arc<Panel>) -> bool {
    panel.webhooks().has_thread.store(false, Ordering::SeqCst);
    let later = panel.write(Caller::Admin(None), outbox::next).await;
    let is_any = later.is_ok_and(|(_, is_any)| is_any);
    is_any && !panel.webhooks().has_thread.swap(true, Ordering::SeqCst)
}

/// Returns how long to wait for an instant.
fn wait(panel: &Panel, next: i64) -> Duration {
    let ahead = next.saturating_mul(1_000).saturating_sub(panel.clock().now_millis());
    panel.clock().mode().real_wait(ahead)
}
