//! Renewing: further periods behind the end, or from now on where that has come.

use super::super::fields::{self, FieldReader};
use super::super::invoices::{self, Bill};
use super::super::refusal::Conflicts;
use super::super::{Conflict, Result, Sent, customers, due, list, periods, products};
use super::{Status, Subscription, VIEW, get, line};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::fields::FaultReason;
use crate::panel::webhooks::Event;

/// The most periods at once.
const MOST: i64 = 36;

/// Renews a subscription, for one period by default. A suspended one stays so.
///
/// # Errors
/// [`super::super::Refusal::NotFound`], faults of fields, then conflicts.
pub fn renew(context: &Context<'_>, id: i64, periods: &Sent<i64>) -> Result<Subscription> {
    let stored = get(context, id)?;
    let product = products::get(context, stored.product)?;
    let mut fields = FieldReader::of_new();
    let count = fields.with_default("periods", periods, 1, |count| fields::number(*count, 1..=MOST));
    let count = count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
    let zone = context.zone();
    let old_end = stored.period_end.unwrap_or(context.now);
    let from = old_end.max(context.now);
    // The end may have been moved, whoever did it, to a day that is remembered from then on.
    let day = periods::day_meant(old_end, stored.anchor_day, zone);
    let day = periods::day_meant(from, day, zone);
    let end = product.period.end(from, count, day, zone);
    if end.is_none() {
        fields.fault("periods", FaultReason::Range(1, MOST));
    }
    fields.check()?;
    check(context, &stored)?;
    let Some(end) = end else {
        return Err(crate::panel::Error::internal("a renewal without an end".into()).into());
    };
    let mut change = Change::default();
    change.set("price", product.price.0);
    change.set("currency", product.currency.clone());
    change.set("anchor_day", i64::from(day));
    change.set("cancel_at_end", 0);
    if stored.status != Status::Pending {
        change.set("period_start", from);
    }
    match &stored.line {
        Some(line) => line::extend(context, line.id, end)?,
        None => change.set("own_end", zone.iso(end)),
    }
    list::update(context, &VIEW, id, change)?;
    context.tell(Event::SubscriptionRenewed, id);
    let bill = Bill {
        subscription: id,
        customer: stored.customer,
        product: &product,
        periods: count,
        due: from,
    };
    invoices::create(context, &bill)?;
    if stored.cancels_at_end {
        due::changed(context)?;
    }
    get(context, id)
}

fn check(context: &Context<'_>, stored: &Subscription) -> Result<()> {
    let customer = customers::find(context, stored.customer)?;
    let mut conflicts = Conflicts::default();
    let is_blocked = customer.as_ref().is_some_and(customers::Customer::is_blocked);
    conflicts.add(Conflict::CustomerBlocked, is_blocked);
    conflicts.add(Conflict::CustomerGone, customer.is_none());
    conflicts.add(Conflict::Cancelled, stored.status == Status::Cancelled);
    conflicts.add(
        Conflict::NeverEnds,
        stored.line.is_some() && stored.period_end.is_none(),
    );
    conflicts.add(Conflict::LineGone, stored.is_line_gone);
    conflicts.check()
}
