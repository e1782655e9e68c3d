//! Checks open sessions again after a change of what they depend on (contract "Player side", section 12), by the same
//! checks by which they were admitted.

use std::sync::Arc;

use super::checks::{self, Refused};
use super::session::EndReason;
use super::{ContentKind, Stream};
use crate::panel::error::Result;
use crate::panel::{Caller, Context, Panel};
use crate::store::Touched;

/// The verdict on a session.
enum Verdict {
    /// It goes on; its line expires at this instant, in unix seconds.
    Goes(i64),
    Ends(EndReason),
}

impl Verdict {
    fn of(refused: &Refused) -> Verdict {
        Verdict::Ends(match refused.check.number {
            checks::EXPIRED => EndReason::Expired,
            checks::NO_STREAM | checks::STOPPED => EndReason::Stopped,
            _ => EndReason::Line,
        })
    }
}

/// Checks the sessions that a change concerns.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`]; then none was checked.
pub(super) async fn run(panel: &Arc<Panel>, touched: Touched) -> Result<()> {
    if touched == Touched::All {
        stop_sources(panel).await?;
    }
    let open = panel.viewers().registry.open_where(|session| match &touched {
        Touched::Lines(lines) => lines.contains(&session.viewer.line),
        Touched::All => true,
    });
    if open.is_empty() {
        return Ok(());
    }
    let access = panel.access().await?;
    let check = move |context: &Context<'_>| {
        let mut verdicts = Vec::with_capacity(open.len());
        for session in &open {
            let verdict = match access.is_blocked(session.viewer.address) {
                true => Verdict::Ends(EndReason::Line),
                false => match checks::walk(context, &access.settings.viewers, &session.request)? {
                    Ok(admitted) => Verdict::Goes(admitted.line.subscription.expires.unwrap_or(i64::MAX)),
                    Err(refused) => Verdict::of(&refused),
                },
            };
            verdicts.push((Arc::clone(session), verdict));
        }
        Ok(verdicts)
    };
    for (session, verdict) in panel.read(Caller::Anyone, check).await? {
        match verdict {
            Verdict::Goes(expires) => session.set_expires(expires),
            Verdict::Ends(reason) => panel.viewers().leave(panel, &session, reason),
        }
    }
    Ok(())
}

/// Stops the sources of streams that were stopped or deleted; they would linger otherwise.
async fn stop_sources(panel: &Arc<Panel>) -> Result<()> {
    let playing = panel.viewers().on_air.ids();
    if playing.is_empty() {
        return Ok(());
    }
    let find = move |context: &Context<'_>| {
        let mut stopped = Vec::new();
        for id in &playing {
            let found = Stream::find(context, *id, ContentKind::Live)?;
            if !found.map_or(Ok(false), |stream| stream.is_started(context))? {
                stopped.push(*id);
            }
        }
        Ok(stopped)
    };
    for id in panel.read(Caller::Anyone, find).await? {
        panel.viewers().on_air.stop(id);
    }
    Ok(())
}
