//! Cancelling: at once, or when the period is over.

use super::super::fields::FieldReader;
use super::super::{Conflict, Result, Sent, due, invoices, list, millis};
use super::{Status, Subscription, VIEW, find, get, line};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::webhooks::Event;

/// Cancels a subscription; one whose period is over already is cancelled at once.
///
/// # Errors
/// [`super::super::Refusal::NotFound`], faults of fields, then a conflict if it is cancelled.
pub fn cancel(context: &Context<'_>, id: i64, at_period_end: &Sent<bool>) -> Result<Subscription> {
    let stored = get(context, id)?;
    let mut fields = FieldReader::of_new();
    let at_end = fields.with_default("atPeriodEnd", at_period_end, false, |flag| Ok(*flag));
    fields.check()?;
    if stored.status == Status::Cancelled {
        return list::refuse(Conflict::Cancelled);
    }
    match at_end == Some(true) && !stored.is_over {
        true => order(context, id)?,
        false => now(context, &stored)?,
    }
    get(context, id)
}

/// Orders a cancellation for the end of the period.
fn order(context: &Context<'_>, id: i64) -> Result<()> {
    let mut change = Change::default();
    change.set("cancel_at_end", 1);
    match list::update(context, &VIEW, id, change)? {
        true => {
            context.tell(Event::SubscriptionUpdated, id);
            due::changed(context)
        }
        false => Ok(()),
    }
}

/// Cancels a subscription at the time of the operation. Its line stays, disabled, and so does the line's end.
fn now(context: &Context<'_>, stored: &Subscription) -> Result<()> {
    let mut change = Change::default();
    change.set("cancelled", millis(context));
    change.set("is_pending", 0);
    list::update(context, &VIEW, stored.id, change)?;
    if let Some(line) = &stored.line {
        line::enable(context, line.id, false)?;
    }
    context.tell(Event::SubscriptionCancelled, stored.id);
    invoices::void_of(context, stored.id)?;
    match stored.cancels_at_end || stored.is_pending {
        true => due::changed(context),
        false => Ok(()),
    }
}

/// Cancels a subscription whose end has come at the time of the operation.
pub(in super::super) fn at_end(context: &Context<'_>, id: i64) -> Result<()> {
    match find(context, id)? {
        Some(stored) => now(context, &stored),
        None => Ok(()),
    }
}

/// Cancels a subscription that is to be at its end, if that has come.
pub(super) fn if_over(context: &Context<'_>, id: i64) -> Result<()> {
    let stored = get(context, id)?;
    match stored.is_over && stored.cancels_at_end {
        true => now(context, &stored),
        false => Ok(()),
    }
}
