//! Changing a subscription: what is its own, and what is its line's.

use super::super::fields::{self, FieldReader, Known};
use super::super::products::{self, Product};
use super::super::refusal::Conflicts;
use super::super::{Conflict, Result, Sent, due, list};
use super::create::{is_external_id_taken, product};
use super::line::{self, WantedLine};
use super::{Status, SubscribedLine, Subscription, VIEW, cancel, get};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::fields::FaultReason;
use crate::panel::provision::{LineChange, Package};
use crate::panel::webhooks::Event;

/// What a status may be changed to.
pub const STATUSES: &[&str] = &["active", "suspended"];

/// What is sent for a change. Passwords and MAC addresses have their form already.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionChange {
    pub customer: Sent<i64>,
    pub product: Sent<i64>,
    pub external_id: Sent<String>,
    pub username: Sent<String>,
    pub password: Sent<String>,
    pub mac: Sent<String>,
    pub device_limit: Sent<i64>,
    /// Unix milliseconds.
    pub period_end: Sent<i64>,
    pub status: Sent<String>,
    pub cancel_at_end: Sent<bool>,
}

impl SubscriptionChange {
    /// Whether anything is sent that a subscription whose line is gone cannot have.
    fn needs_line(&self) -> bool {
        let texts = [&self.password, &self.mac, &self.status];
        let numbers = [&self.product, &self.device_limit, &self.period_end];
        texts.into_iter().any(Sent::is_sent) || numbers.into_iter().any(Sent::is_sent)
    }

    fn is_empty(&self) -> bool {
        !self.needs_line() && !self.external_id.is_sent() && !self.cancel_at_end.is_sent()
    }
}

/// What is to be changed; `None` leaves it.
struct Draft {
    /// With its package.
    product: Option<(Product, Option<Package>)>,
    external_id: Option<Option<String>>,
    password: Option<Option<String>>,
    mac: Option<Option<String>>,
    device_limit: Option<Option<i64>>,
    /// Unix seconds.
    end: Option<i64>,
    is_suspended: Option<bool>,
    cancels_at_end: Option<bool>,
}

/// Changes a subscription; what is not sent stays.
///
/// # Errors
/// [`super::super::Refusal::NotFound`], faults of fields, then conflicts.
pub fn update(context: &Context<'_>, id: i64, input: &SubscriptionChange) -> Result<Subscription> {
    let stored = get(context, id)?;
    let draft = read(context, &stored, input)?;
    check(context, &stored, input, &draft)?;
    let (has_changed_line, made) = match (&stored.line, &draft.product) {
        (Some(line), _) => (change_line(context, line, &draft)?, None),
        (None, Some((_, Some(package)))) => (true, Some(make_line(context, &stored, &draft, package)?)),
        (None, _) => (false, None),
    };
    let has_changed = write(context, &stored, &draft, made)?;
    if has_changed || has_changed_line {
        context.tell(Event::SubscriptionUpdated, id);
    }
    let ends = draft.cancels_at_end.unwrap_or(stored.cancels_at_end);
    if has_changed && (ends || stored.cancels_at_end) {
        due::changed(context)?;
    }
    if draft.cancels_at_end == Some(true) {
        cancel::if_over(context, id)?;
    }
    get(context, id)
}

fn read(context: &Context<'_>, stored: &Subscription, input: &SubscriptionChange) -> Result<Draft> {
    let mut fields = FieldReader::of_change();
    fields.fixed("customerId", &input.customer);
    let found = product(context, &mut fields, &input.product)?;
    let package = match &found {
        Some(product) => product.package(context)?,
        None => None,
    };
    if stored.line.is_some() && found.is_some() && package.is_none() {
        fields.fault("productId", FaultReason::Immutable);
    }
    let external_id = fields.optional("externalId", &input.external_id, |id| fields::text(id, 1, 200));
    fields.fixed("username", &input.username);
    let password = fields.optional("password", &input.password, |text| Ok(text.clone()));
    let product = found.map(|found| (found, package));
    let mac = mac(context, &mut fields, stored, product.as_ref(), &input.mac)?;
    let limit = limit(context, &mut fields, stored, product.as_ref(), &input.device_limit)?;
    let mac_after = match (&mac, &stored.line) {
        (Some(mac), _) => mac.as_deref(),
        (None, line) => line.as_ref().and_then(|line| line.mac.as_deref()),
    };
    let limit_after = limit.unwrap_or_else(|| stored.line.as_ref().and_then(|line| line.device_limit));
    if (mac.is_some() || limit.is_some()) && mac_after.is_some() && limit_after == Some(0) {
        fields.fault("deviceLimit", FaultReason::NoDevices);
    }
    let end = end(context, &mut fields, &input.period_end);
    let word = |word: &String| fields::word(word, STATUSES);
    let status = fields.with_default("status", &input.status, "active", word);
    let cancels_at_end = fields.with_default("cancelAtPeriodEnd", &input.cancel_at_end, false, |flag| Ok(*flag));
    fields.check()?;
    Ok(Draft {
        product,
        external_id,
        password,
        mac,
        device_limit: limit,
        end,
        is_suspended: status.map(|status| status == "suspended"),
        cancels_at_end,
    })
}

/// Whether there is a line after the change.
fn has_line(stored: &Subscription, product: Option<&(Product, Option<Package>)>) -> bool {
    stored.line.is_some() || product.is_some_and(|(_, package)| package.is_some())
}

fn mac(
    context: &Context<'_>,
    fields: &mut FieldReader,
    stored: &Subscription,
    product: Option<&(Product, Option<Package>)>,
    sent: &Sent<String>,
) -> Result<Option<Option<String>>> {
    let mac = fields.optional("macAddress", sent, |mac| Ok(mac.clone()));
    if !has_line(stored, product) {
        return Ok(None);
    }
    let needs_one = match product {
        Some((product, _)) => product.has_mac_binding,
        None => products::get(context, stored.product)?.has_mac_binding,
    };
    let has_one = stored.line.as_ref().is_some_and(|line| line.mac.is_some());
    // A product that is got anew asks for one; other changes of a line without one do not.
    let lacks_one = mac == Some(None) || mac.is_none() && product.is_some() && !has_one;
    if needs_one && lacks_one {
        fields.fault("macAddress", FaultReason::Missing);
    }
    Ok(mac)
}

fn limit(
    context: &Context<'_>,
    fields: &mut FieldReader,
    stored: &Subscription,
    product: Option<&(Product, Option<Package>)>,
    sent: &Sent<i64>,
) -> Result<Option<Option<i64>>> {
    let limit = fields.optional("deviceLimit", sent, |limit| fields::number(*limit, 0..=100));
    if !has_line(stored, product) {
        return Ok(None);
    }
    match (limit, product) {
        (Some(Some(limit)), _) => Ok(Some(Some(limit))),
        (None, None) => Ok(None),
        (Some(None) | None, Some((product, package))) => Ok(Some(usual_limit(product, package.as_ref()))),
        (Some(None), None) => {
            let product = products::get(context, stored.product)?;
            let package = product.package(context)?;
            Ok(Some(usual_limit(&product, package.as_ref())))
        }
    }
}

fn usual_limit(product: &Product, package: Option<&Package>) -> Option<i64> {
    product.device_limit.or(package.and_then(|package| package.max_devices))
}

fn end(context: &Context<'_>, fields: &mut FieldReader, sent: &Sent<i64>) -> Option<i64> {
    match fields.known("currentPeriodEnd", sent) {
        Known::Untouched => None,
        Known::Default => {
            fields.fault("currentPeriodEnd", FaultReason::Time);
            None
        }
        Known::Value(millis) => fields.ruled("currentPeriodEnd", millis, |millis| {
            let end = millis.div_euclid(1_000);
            if end > context.now {
                Ok(end)
            } else {
                Err(FaultReason::Past)
            }
        }),
    }
}

fn check(context: &Context<'_>, stored: &Subscription, input: &SubscriptionChange, draft: &Draft) -> Result<()> {
    let mut conflicts = Conflicts::default();
    let external_id = draft.external_id.as_ref().and_then(Option::as_deref);
    let is_taken = is_external_id_taken(context, external_id, Some(stored.id))?;
    conflicts.add(Conflict::SubscriptionExternalIdTaken, is_taken);
    if let Some(Some(mac)) = &draft.mac {
        let own = stored.line.as_ref().map(|line| line.id);
        conflicts.add(Conflict::MacTaken, line::is_bound(context, mac, own)?);
    }
    let is_cancelled = stored.status == Status::Cancelled && !input.is_empty();
    conflicts.add(Conflict::Cancelled, is_cancelled);
    let is_early = draft.is_suspended.is_some() && stored.status == Status::Pending;
    conflicts.add(Conflict::NotStarted, is_early);
    conflicts.add(Conflict::LineGone, stored.is_line_gone && input.needs_line());
    let is_banned = stored.line.as_ref().is_some_and(|line| line.is_banned);
    conflicts.add(Conflict::LineBanned, is_banned && draft.is_suspended == Some(false));
    conflicts.check()
}

/// Changes what differs of a line, and says whether anything did.
fn change_line(context: &Context<'_>, stored: &SubscribedLine, draft: &Draft) -> Result<bool> {
    let package = draft.product.as_ref().and_then(|(_, package)| package.as_ref());
    let package = match package {
        Some(package) if !has_package(context, stored.id, package)? => Some(package.clone()),
        _ => None,
    };
    let zone = context.zone();
    let has_end = |end: i64| -> Result<bool> {
        let sql = "SELECT 1 FROM lines WHERE id = ?1 AND exp_date = ?2";
        Ok(context.db.prepare_cached(sql)?.exists((stored.id, zone.iso(end)))?)
    };
    let expires = match draft.end {
        Some(end) if !has_end(end)? => Some(Some(end)),
        _ => None,
    };
    let password = draft.password.clone();
    let wanted = LineChange {
        // With a package comes its limit, unless there is another one.
        device_limit: draft
            .device_limit
            .filter(|limit| package.is_some() || *limit != stored.device_limit),
        package,
        password: password.filter(|password| password.as_ref() != Some(&stored.password)),
        mac: draft.mac.clone().filter(|mac| *mac != stored.mac),
        expires,
        ..LineChange::default()
    };
    let changes = [
        wanted.package.is_some(),
        wanted.password.is_some(),
        wanted.device_limit.is_some(),
        wanted.mac.is_some(),
        wanted.expires.is_some(),
    ];
    let differs = changes.contains(&true);
    if differs {
        line::change(context, stored.id, &wanted)?;
    }
    match draft.is_suspended {
        Some(is_suspended) if line::is_enabled(context, stored.id)? == is_suspended => {
            line::enable(context, stored.id, !is_suspended).map(|()| true)
        }
        _ => Ok(differs),
    }
}

fn has_package(context: &Context<'_>, line: i64, package: &Package) -> Result<bool> {
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND package_id = ?2 AND bouquet = ?3";
    Ok(context
        .db
        .prepare_cached(sql)?
        .exists((line, package.id, &package.bouquets))?)
}

/// Makes the line of a subscription that had none.
fn make_line(context: &Context<'_>, stored: &Subscription, draft: &Draft, package: &Package) -> Result<i64> {
    let wanted = WantedLine {
        package: package.clone(),
        username: None,
        password: draft.password.clone().flatten(),
        mac: draft.mac.clone().flatten(),
        device_limit: draft.device_limit.flatten(),
    };
    let is_suspended = draft.is_suspended.unwrap_or(stored.status == Status::Suspended);
    let is_enabled = !is_suspended && stored.status != Status::Pending;
    line::create(context, &wanted, draft.end.or(stored.period_end), is_enabled)
}

/// Writes what is the subscription's own, and says whether anything was different.
fn write(context: &Context<'_>, stored: &Subscription, draft: &Draft, made: Option<i64>) -> Result<bool> {
    let mut change = Change::default();
    if let Some((product, _)) = &draft.product {
        change.set("product_id", product.id);
        change.set("price", product.price.0);
        change.set("currency", product.currency.clone());
    }
    if let Some(id) = &draft.external_id {
        change.set("external_id", id.clone());
    }
    if let Some(cancels) = draft.cancels_at_end {
        change.set("cancel_at_end", i64::from(cancels));
    }
    if let Some(line) = made {
        change.set("line_id", line);
        change.set("own_end", None::<String>);
        change.set("is_suspended", 0);
    } else if stored.line.is_none() {
        if let Some(end) = draft.end {
            change.set("own_end", context.zone().iso(end));
        }
        if let Some(is_suspended) = draft.is_suspended {
            change.set("is_suspended", i64::from(is_suspended));
        }
    }
    list::update(context, &VIEW, stored.id, change)
}
