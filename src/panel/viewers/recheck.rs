//! Checks open sessions again after a change of what they depend on (contract "Player side", section 12): by the same
//! rules by which they were admitted, and cut first, ended second.

use std::sync::Arc;

use super::session::{EndReason, Session};
use crate::panel::error::Result;
use crate::panel::{Caller, Context, Panel};
use crate::store::Touched;

/// The verdict on a session.
enum Verdict {
    /// It goes on; its line expires at this instant.
    Goes(i64),
    Ends(EndReason),
}

/// Checks the sessions that a change concerns.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`]; then some were not checked.
pub(super) async fn run(panel: &Arc<Panel>, touched: Touched) -> Result<()> {
    let mut open = panel.viewers().registry.open();
    if let Touched::Lines(lines) = &touched {
        open.retain(|session| lines.contains(&session.viewer.line));
    }
    if open.is_empty() {
        return Ok(());
    }
    let access = panel.access().await?;
    let check = move |context: &Context<'_>| {
        let mut verdicts = Vec::with_capacity(open.len());
        for session in &open {
            let verdict = match access.is_blocked(session.viewer.address) {
                true => Verdict::Ends(EndReason::Line),
                false => verdict(context, session)?,
            };
            verdicts.push((Arc::clone(session), verdict));
        }
        Ok(verdicts)
    };
    let now = panel.clock().now();
    for (session, verdict) in panel.read(Caller::Anyone, check).await? {
        match verdict {
            Verdict::Goes(expires) => session.set_expires(expires),
            Verdict::Ends(reason) => panel.viewers().leave(&session, reason, now),
        }
    }
    Ok(())
}
