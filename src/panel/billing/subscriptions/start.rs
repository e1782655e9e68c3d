//! The start of a subscription that was made before it.

use super::super::{Result, list, millis};
use super::{VIEW, find, line};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::webhooks::Event;

/// Starts a subscription at the time of the operation: its line is enabled.
pub(in super::super) fn start(context: &Context<'_>, id: i64) -> Result<()> {
    let Some(stored) = find(context, id)? else {
        return Ok(());
    };
    let mut change = Change::default();
    change.set("is_pending", 0);
    change.set("updated", millis(context));
    list::update(context, &VIEW, id, change)?;
    if let Some(line) = &stored.line {
        line::enable(context, line.id, true)?;
    }
    context.tell(Event::SubscriptionUpdated, id);
    Ok(())
}
