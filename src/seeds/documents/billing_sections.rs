//! The sections of what a billing system keeps: customers, products, subscriptions and invoices (contract "REST APIs",
//! part D).
//!
//! Some keys of a subscription are stored in its line, and some values follow from others: [`super::planter`] sees to
//! both. An export has every value that follows, so that planting it derives nothing.

use super::section::{Beside, DefaultValue, NameKey, Section, Shape, Special, TextForm, plain, special};
use crate::panel::billing::{customers, invoices, periods, products, subscriptions};
use crate::panel::forms;

/// The highest amount of an invoice: the highest price for the longest renewal.
const HIGHEST_AMOUNT: i64 = forms::HIGHEST_PRICE * 36;

static EMAIL: TextForm = TextForm {
    read: forms::email,
    what: "an email address",
    example: "alice@example.com",
};

static MAC: TextForm = TextForm {
    read: forms::mac,
    what: "the MAC address of a box",
    example: "00:1A:79:AB:CD:EF",
};

static CURRENCY: TextForm = TextForm {
    read: forms::currency,
    what: "a currency",
    example: "USD",
};

/// A limit of registered devices.
pub const DEVICE_LIMIT: Beside = Beside {
    shape: Some(Shape::Range(0, 100)),
    ..beside("device_limit", "linecard_tracked_lines", "device_limit")
};

const CURRENCY_CODE: Special = special("currency").shape(Shape::Form(&CURRENCY));
const CREATED: Special = special("created").shape(Shape::Millis).default_to(DefaultValue::Now);
const UPDATED: Special = special("updated")
    .shape(Shape::Millis)
    .default_to(DefaultValue::Of("created"));
const CREATED_LATER: Special = special("created")
    .shape(Shape::Millis)
    .default_to(DefaultValue::Derived);
const UPDATED_LATER: Special = special("updated")
    .shape(Shape::Millis)
    .default_to(DefaultValue::Derived);

#[rustfmt::skip]
pub const CUSTOMERS: Section = Section {
    prefix: Some("cust_"),
    names: "email name password external_id status created updated",
    special: &[
        special("email").shape(Shape::Form(&EMAIL)),
        special("name").default_to(DefaultValue::Required),
        special("password").shape(Shape::CustomerPassword),
        special("status").shape(Shape::OneOf(customers::STATUSES)),
        CREATED,
        UPDATED,
    ],
    ..plain("customers", "linecard_customers", NameKey::Login("email"), "Customers of the billing API.")
};

#[rustfmt::skip]
pub const PRODUCTS: Section = Section {
    prefix: Some("prod_"),
    names: "name description price currency interval interval_count package=package_id device_limit mac_binding status \
            created updated",
    special: &[
        special("price").shape(Shape::Amount(forms::HIGHEST_PRICE)).default_to(DefaultValue::Required),
        CURRENCY_CODE,
        special("interval").shape(Shape::OneOf(periods::INTERVALS)),
        special("interval_count").shape(Shape::Range(1, 120)),
        special("package_id").shape(Shape::One("packages")).describe("Without one nothing is provisioned."),
        special("device_limit").shape(Shape::Range(0, 100)).describe("The package's when left out."),
        special("mac_binding").describe("Whether a MAC address is asked for."),
        special("status").shape(Shape::OneOf(products::STATUSES)),
        CREATED,
        UPDATED,
    ],
    ..plain("products", "linecard_products", NameKey::Named("name"), "Products of the billing API.")
};

#[rustfmt::skip]
pub const SUBSCRIPTIONS: Section = Section {
    prefix: Some("sub_"),
    names: "external_id customer=customer_id product=product_id line=line_id start=period_start end=own_end \
            cancel_at_period_end=cancel_at_end cancelled price currency anchor_day created updated",
    special: &[
        special("external_id").default_to(DefaultValue::Column),
        special("customer_id").shape(Shape::One("customers")).default_to(DefaultValue::Required),
        special("product_id").shape(Shape::One("products")).default_to(DefaultValue::Required),
        special("line_id").shape(Shape::One("lines")).describe("One that is there; without it one is made, if the product has a package."),
        special("period_start").default_to(DefaultValue::Derived).describe("Now when left out, or one interval before an `end` that has passed."),
        special("own_end").describe("One interval after `start` when left out, or when its `line` expires."),
        special("cancelled").shape(Shape::Millis).describe("When it was cancelled."),
        special("price").shape(Shape::Amount(forms::HIGHEST_PRICE)).default_to(DefaultValue::Derived).describe("The product's when left out."),
        Special { doc: "The product's when left out.", ..CURRENCY_CODE.default_to(DefaultValue::Derived) },
        special("anchor_day").shape(Shape::Range(1, 31)).default_to(DefaultValue::Derived).describe("The day of the month on which periods begin; that of `start` when left out."),
        Special { doc: "`start` when left out, or now if that is earlier.", ..CREATED_LATER },
        Special { doc: "`created` when left out.", ..UPDATED_LATER },
    ],
    beside: &[
        Beside {
            shape: Some(Shape::OneOf(subscriptions::STATUSES)),
            doc: "Start, end and line are made so; what they say when left out.",
            ..beside("status", "linecard_customers", "status")
        },
        Beside { doc: "Of the line that is made; random when left out.", ..beside("username", "lines", "username") },
        Beside { doc: "Of the line that is made; random when left out.", ..beside("password", "lines", "password") },
        Beside { shape: Some(Shape::Form(&MAC)), doc: "Bound to the line that is made.", ..beside("mac", "mag_devices", "mac") },
        Beside { doc: "Of the line that is made; the product's or its package's when left out.", ..DEVICE_LIMIT },
    ],
    ..plain("subscriptions", "linecard_subscriptions", NameKey::Unique("external_id"), "Subscriptions of customers to products.")
};

#[rustfmt::skip]
pub const INVOICES: Section = Section {
    prefix: Some("inv_"),
    names: "subscription=subscription_id customer=customer_id product=product_id product_name amount currency status due paid \
            reference created updated",
    special: &[
        special("subscription_id").shape(Shape::One("subscriptions")).default_to(DefaultValue::Required),
        special("customer_id").shape(Shape::One("customers")).default_to(DefaultValue::Derived).describe("The subscription's when left out."),
        special("product_id").shape(Shape::One("products")).default_to(DefaultValue::Derived).describe("The subscription's when left out."),
        special("product_name").default_to(DefaultValue::Derived).describe("The product's when left out."),
        special("amount").shape(Shape::Amount(HIGHEST_AMOUNT)).default_to(DefaultValue::Derived).describe("The subscription's price when left out."),
        Special { doc: "The subscription's when left out.", ..CURRENCY_CODE.default_to(DefaultValue::Derived) },
        special("status").shape(Shape::OneOf(invoices::STATUSES)).describe("`paid` with a time in `paid`, or of 0.00."),
        special("due").default_to(DefaultValue::Derived).describe("The start of the subscription when left out."),
        special("paid").shape(Shape::Millis).describe("Of a `paid` one `due` when left out, or now if that is earlier."),
        Special { doc: "`due` when left out, or now if that is earlier.", ..CREATED_LATER },
        Special { doc: "The later of `created` and `paid` when left out.", ..UPDATED_LATER },
    ],
    ..plain("invoices", "linecard_invoices", NameKey::None, "Invoices of subscriptions.")
};

const fn beside(name: &'static str, table: &'static str, column: &'static str) -> Beside {
    Beside {
        name,
        table,
        column,
        shape: None,
        doc: "",
        exported: None,
    }
}
