//! Subscribing: the line is made, its period counted, and an invoice written.

use super::super::customers::{self, Customer};
use super::super::fields::{self, FieldReader};
use super::super::invoices::{self, Bill};
use super::super::periods;
use super::super::products::{self, Product};
use super::super::refusal::Conflicts;
use super::super::{Conflict, Result, Sent, due, list, millis};
use super::line::{self, WantedLine};
use super::{Subscription, VIEW, get};
use crate::panel::Context;
use crate::panel::draft::Change;
use crate::panel::fields::FaultReason;
use crate::panel::provision::Package;
use crate::panel::webhooks::Event;

/// What is sent for a new subscription. Names, passwords and MAC addresses have their form already.
#[derive(Clone, Debug, Default)]
pub struct NewSubscription {
    pub customer: Sent<i64>,
    pub product: Sent<i64>,
    pub external_id: Sent<String>,
    pub username: Sent<String>,
    pub password: Sent<String>,
    pub mac: Sent<String>,
    pub device_limit: Sent<i64>,
    /// Unix milliseconds; now by default.
    pub start: Sent<i64>,
}

/// Creates a subscription.
///
/// # Errors
/// Faults of fields, then conflicts.
pub fn create(context: &Context<'_>, input: &NewSubscription) -> Result<Subscription> {
    let draft = read(context, input)?;
    let mut conflicts = Conflicts::default();
    let is_taken = is_external_id_taken(context, draft.external_id.as_deref(), None)?;
    conflicts.add(Conflict::SubscriptionExternalIdTaken, is_taken);
    if let Some(wanted) = &draft.line {
        line::check(context, wanted, &mut conflicts)?;
    }
    conflicts.add(Conflict::CustomerBlocked, draft.customer.is_blocked());
    conflicts.check()?;
    let id = write(context, &draft)?;
    get(context, id)
}

/// Whether another subscription has this external id.
pub(super) fn is_external_id_taken(context: &Context<'_>, id: Option<&str>, own: Option<i64>) -> Result<bool> {
    let sql = "SELECT 1 FROM linecard_subscriptions WHERE external_id = ?1 AND id IS NOT ?2";
    list::is_taken(context, sql, id, own)
}

/// A subscription that can be made.
struct Draft {
    customer: Customer,
    product: Product,
    external_id: Option<String>,
    /// Unix seconds.
    start: i64,
    end: i64,
    day: u32,
    /// Where something is provisioned.
    line: Option<WantedLine>,
}

fn read(context: &Context<'_>, input: &NewSubscription) -> Result<Draft> {
    let mut fields = FieldReader::of_new();
    let customer = match fields.required("customerId", &input.customer) {
        Some(id) => customers::find(context, *id)?,
        None => None,
    };
    if customer.is_none() {
        fields.fault("customerId", FaultReason::UnknownId);
    }
    let product = product(context, &mut fields, &input.product)?;
    let package = match &product {
        Some(product) => product.package(context)?,
        None => None,
    };
    let external_id = fields.optional("externalId", &input.external_id, |id| fields::text(id, 1, 200));
    let line = match (&product, package) {
        (Some(product), Some(package)) => line_fields(&mut fields, input, product, package),
        (Some(_), None) => None,
        // Whether they count is not known; what is wrong with their form is.
        (None, _) => {
            read_line(&mut fields, input);
            None
        }
    };
    let start = fields.with_default("startDate", &input.start, context.now, |start| {
        Ok(start.div_euclid(1_000))
    });
    let (start, zone) = (start.unwrap_or(context.now), context.zone());
    let day = periods::day_of(start, zone);
    let end = product.as_ref().map(|product| product.period.end(start, 1, day, zone));
    if end == Some(None) {
        fields.fault("startDate", FaultReason::Time);
    }
    fields.check()?;
    let (Some(customer), Some(product), Some(Some(end))) = (customer, product, end) else {
        // Each of them has a fault where it is missing.
        return Err(crate::panel::Error::internal("a draft without its parts".into()).into());
    };
    Ok(Draft {
        customer,
        product,
        external_id: external_id.flatten(),
        start,
        end,
        day,
        line,
    })
}

/// Reads the product: it must be there and active.
pub(super) fn product(context: &Context<'_>, fields: &mut FieldReader, sent: &Sent<i64>) -> Result<Option<Product>> {
    let Some(id) = fields.required("productId", sent) else {
        return Ok(None);
    };
    let found = products::find(context, *id)?;
    match &found {
        None => fields.fault("productId", FaultReason::UnknownId),
        Some(product) if !product.is_active() => fields.fault("productId", FaultReason::NotActive),
        Some(_) => {}
    }
    Ok(found)
}

/// The line's fields as they were sent.
struct LineFields {
    username: Option<String>,
    password: Option<String>,
    mac: Option<String>,
    device_limit: Option<i64>,
}

fn read_line(fields: &mut FieldReader, input: &NewSubscription) -> LineFields {
    let mut text = |name, sent: &Sent<String>| fields.optional(name, sent, |text| Ok(text.clone())).flatten();
    let username = text("username", &input.username);
    let password = text("password", &input.password);
    let mac = text("macAddress", &input.mac);
    let limit = fields.optional("deviceLimit", &input.device_limit, |limit| {
        fields::number(*limit, 0..=100)
    });
    LineFields {
        username,
        password,
        mac,
        device_limit: limit.flatten(),
    }
}

fn line_fields(
    fields: &mut FieldReader,
    input: &NewSubscription,
    product: &Product,
    package: Package,
) -> Option<WantedLine> {
    let needs_mac = product.has_mac_binding && input.mac.value().is_none() && !input.mac.is_fault();
    let missing = NewSubscription {
        mac: Sent::Fault(FaultReason::Missing),
        ..input.clone()
    };
    let sent = read_line(fields, if needs_mac { &missing } else { input });
    let limit = sent.device_limit.or(product.device_limit).or(package.max_devices);
    if sent.mac.is_some() && limit == Some(0) {
        fields.fault("deviceLimit", FaultReason::NoDevices);
    }
    Some(WantedLine {
        package,
        username: sent.username,
        password: sent.password,
        mac: sent.mac,
        device_limit: limit,
    })
}

fn write(context: &Context<'_>, draft: &Draft) -> Result<i64> {
    let is_pending = draft.start > context.now;
    let line = match &draft.line {
        Some(wanted) => Some(line::create(context, wanted, Some(draft.end), !is_pending)?),
        None => None,
    };
    let own_end = context.zone().iso(draft.end).filter(|_| line.is_none());
    let now = millis(context);
    let mut change = Change::default();
    change.set("customer_id", draft.customer.id);
    change.set("product_id", draft.product.id);
    change.set("external_id", draft.external_id.clone());
    change.set("price", draft.product.price.0);
    change.set("currency", draft.product.currency.clone());
    change.set("period_start", draft.start);
    change.set("anchor_day", i64::from(draft.day));
    change.set("is_pending", i64::from(is_pending));
    change.set("line_id", line);
    change.set("own_end", own_end);
    change.set("created", now);
    change.set("updated", now);
    let id = change.insert(context, VIEW.table)?;
    context.tell(Event::SubscriptionCreated, id);
    let bill = Bill {
        subscription: id,
        customer: draft.customer.id,
        product: &draft.product,
        periods: 1,
        due: draft.start,
    };
    invoices::create(context, &bill)?;
    if is_pending {
        due::changed(context)?;
    }
    Ok(id)
}
