//! The objects of the billing API as they are shown (contract "REST APIs", B5 to B8).

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::super::action::Answer;
use super::super::answers::{Links, One, words};
use super::super::times::{printed, printed_millis};
use super::ids::{CUSTOMER, INVOICE, PRODUCT, SUBSCRIPTION};
use crate::panel::billing::{customers, invoices, periods, products, subscriptions};

/// A page of a list (B4).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Page<T: ToSchema> {
    pub data: Vec<T>,
    pub pagination: Pagination,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingPagination)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Whether there are more behind it.
    pub has_more: bool,
    /// The `cursor` of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// How many there are in all pages.
    pub total: i64,
}

/// The confirmation of a deletion.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingDeleted)]
pub struct Deleted {
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

/// Confirms the deletion of an object.
pub fn deleted(id: String) -> Answer {
    let data = Deleted { id, deleted: true };
    Answer::ok(&One { data })
}

/// A customer (B5).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingCustomer)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub id: String,
    pub email: String,
    pub name: String,
    /// An id of the caller's own.
    #[schema(required)]
    pub external_id: Option<String>,
    #[schema(schema_with = customer_status)]
    pub status: String,
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

/// A product (B6).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingProduct)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub id: String,
    pub name: String,
    pub description: String,
    /// The price of a period, with two places.
    pub price: String,
    /// Three capital letters.
    pub currency: String,
    #[schema(schema_with = interval)]
    pub interval: String,
    /// How many intervals a period has.
    pub interval_count: u32,
    /// The panel's package that lines are made from; null where nothing is provisioned.
    #[schema(required)]
    pub package_id: Option<i64>,
    /// How many devices may register; null is the package's number.
    #[schema(required)]
    pub device_limit: Option<i64>,
    /// Whether a MAC address is asked for.
    pub mac_binding: bool,
    #[schema(schema_with = product_status)]
    pub status: String,
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

/// A subscription (B7).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingSubscription)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub id: String,
    pub customer_id: String,
    pub product_id: String,
    /// The product's present name.
    pub product_name: String,
    /// An id of the caller's own.
    #[schema(required)]
    pub external_id: Option<String>,
    #[schema(schema_with = subscription_status)]
    pub status: String,
    /// The price of a period, with two places.
    pub price: String,
    /// Three capital letters.
    pub currency: String,
    #[schema(required, format = DateTime)]
    pub current_period_start: Option<String>,
    /// Null where the line never expires.
    #[schema(required, format = DateTime)]
    pub current_period_end: Option<String>,
    pub cancel_at_period_end: bool,
    #[schema(required, format = DateTime)]
    pub cancelled_at: Option<String>,
    /// Null where no line is provisioned, or it is gone.
    #[schema(required)]
    pub credentials: Option<Credentials>,
    #[schema(required)]
    pub line_id: Option<i64>,
    /// Null where the devices are not tracked.
    #[schema(required)]
    pub device_limit: Option<i64>,
    #[schema(required)]
    pub latest_invoice_id: Option<String>,
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

/// What a customer logs in with.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingCredentials)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    pub username: String,
    pub password: String,
    pub server_url: String,
    /// The portal of set-top boxes.
    pub portal_url: String,
    pub playlist_url: String,
    /// The set-top box that is bound to the line.
    #[schema(required)]
    pub mac_address: Option<String>,
}

/// An invoice (B8).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = BillingInvoice)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    pub id: String,
    pub customer_id: String,
    pub subscription_id: String,
    pub product_id: String,
    /// As it was when the invoice was made.
    pub product_name: String,
    /// With two places.
    pub amount: String,
    /// Three capital letters.
    pub currency: String,
    #[schema(schema_with = invoice_status)]
    pub status: String,
    /// The start of the period that it pays for.
    #[schema(required, format = DateTime)]
    pub due_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub paid_at: Option<String>,
    #[schema(required)]
    pub reference: Option<String>,
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

impl From<customers::Customer> for Customer {
    fn from(one: customers::Customer) -> Self {
        Customer {
            id: CUSTOMER.id(one.id),
            email: one.email,
            name: one.name,
            external_id: one.external_id,
            status: one.status,
            created_at: printed_millis(one.created),
            updated_at: printed_millis(one.updated),
        }
    }
}

impl From<products::Product> for Product {
    fn from(one: products::Product) -> Self {
        Product {
            id: PRODUCT.id(one.id),
            name: one.name,
            description: one.description,
            price: one.price.cents().to_string(),
            currency: one.currency,
            interval: one.period.interval.name().to_owned(),
            interval_count: one.period.count,
            package_id: one.package,
            device_limit: one.device_limit,
            mac_binding: one.has_mac_binding,
            status: one.status,
            created_at: printed_millis(one.created),
            updated_at: printed_millis(one.updated),
        }
    }
}

impl Subscription {
    /// Shows a subscription; the links in it begin with `base`.
    pub fn new(one: subscriptions::Subscription, base: &str) -> Self {
        let line = one.line;
        Subscription {
            id: SUBSCRIPTION.id(one.id),
            customer_id: CUSTOMER.id(one.customer),
            product_id: PRODUCT.id(one.product),
            product_name: one.product_name,
            external_id: one.external_id,
            status: one.status.name().to_owned(),
            price: one.price.cents().to_string(),
            currency: one.currency,
            current_period_start: printed(one.period_start),
            current_period_end: one.period_end.and_then(printed),
            cancel_at_period_end: one.cancels_at_end,
            cancelled_at: one.cancelled.and_then(printed_millis),
            line_id: line.as_ref().map(|line| line.id),
            device_limit: line.as_ref().and_then(|line| line.device_limit),
            credentials: line.map(|line| Credentials::new(line, base)),
            latest_invoice_id: one.latest_invoice.map(|id| INVOICE.id(id)),
            created_at: printed_millis(one.created),
            updated_at: printed_millis(one.updated),
        }
    }
}

impl Credentials {
    fn new(line: subscriptions::SubscribedLine, base: &str) -> Self {
        let Links { portal, playlist } = Links::new(base, &line.username, &line.password);
        Credentials {
            server_url: base.to_owned(),
            portal_url: portal,
            playlist_url: playlist,
            username: line.username,
            password: line.password,
            mac_address: line.mac,
        }
    }
}

impl From<invoices::Invoice> for Invoice {
    fn from(one: invoices::Invoice) -> Self {
        Invoice {
            id: INVOICE.id(one.id),
            customer_id: CUSTOMER.id(one.customer),
            subscription_id: SUBSCRIPTION.id(one.subscription),
            product_id: PRODUCT.id(one.product),
            product_name: one.product_name,
            amount: one.amount.cents().to_string(),
            currency: one.currency,
            status: one.status,
            due_at: printed(one.due),
            paid_at: one.paid.and_then(printed_millis),
            reference: one.reference,
            created_at: printed_millis(one.created),
            updated_at: printed_millis(one.updated),
        }
    }
}

fn customer_status() -> RefOr<Schema> {
    words(
        customers::STATUSES.iter().copied(),
        "A blocked customer can neither subscribe nor renew.",
    )
}

fn product_status() -> RefOr<Schema> {
    words(
        products::STATUSES.iter().copied(),
        "An archived product takes no new subscriptions.",
    )
}

fn interval() -> RefOr<Schema> {
    words(periods::INTERVALS.iter().copied(), "The unit of a period.")
}

fn subscription_status() -> RefOr<Schema> {
    words(
        subscriptions::STATUSES.iter().copied(),
        "The first that holds of those of the contract.",
    )
}

fn invoice_status() -> RefOr<Schema> {
    words(
        invoices::STATUSES.iter().copied(),
        "A void invoice is one of a subscription that was cancelled before it was paid.",
    )
}
