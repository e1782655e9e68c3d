//! The calls of the billing API, a row each (contract "REST APIs", B5 to B8, names of part D).

use super::super::action::{Action, READ, Run, WRITE};
use super::super::answers::{AnswerDoc, One, answer};
use super::super::fields::{FieldSpec, Kind, field};
use super::super::problem::Word;
use super::objects::{Customer, Deleted, Invoice, Page, Product, Subscription};
use super::{customers, invoices, products, subscriptions, words};
use crate::panel::billing::periods::INTERVALS;
use crate::panel::billing::subscriptions::change::STATUSES as CHANGED_STATUSES;
use crate::panel::billing::{customers as people, invoices as bills, products as goods, subscriptions as subs};

const CUSTOMERS: &str = "Customers";
const PRODUCTS: &str = "Products";
const SUBSCRIPTIONS: &str = "Subscriptions";
const INVOICES: &str = "Invoices";

/// A text whose length is the panel's to say, or an id, which any text may be.
const TEXT: Kind = Kind::Text(0, usize::MAX);
/// The same where a blank one is missing.
const FILLED: Kind = Kind::Text(1, usize::MAX);

const LIMIT: FieldSpec = field(
    "limit",
    Kind::Most(1, 100),
    "Objects of the page; larger values count as 100.",
);
const CURSOR: FieldSpec = field("cursor", FILLED, "The `nextCursor` of the answer before.");
const CREATED_AFTER: FieldSpec = field("createdAfter", Kind::Time, "Only those made after this.");
const CREATED_BEFORE: FieldSpec = field("createdBefore", Kind::Time, "Only those made before this.");
const UPDATED_AFTER: FieldSpec = field("updatedAfter", Kind::Time, "Only those changed after this.");
const UPDATED_BEFORE: FieldSpec = field("updatedBefore", Kind::Time, "Only those changed before this.");
const OF_CUSTOMER: FieldSpec = field("customerId", FILLED, "Only those of this customer.");
const OF_PRODUCT: FieldSpec = field("productId", FILLED, "Only those of this product.");
const OF_EXTERNAL: FieldSpec = field("externalId", FILLED, "Only the one with this id of the caller's own.");

const fn status(words: &'static [&'static str]) -> FieldSpec {
    field("status", Kind::OneOf(words), "Only those with this status.")
}

const EMAIL: FieldSpec = field("email", Kind::Email, "The address; letter case does not count.");
const NAME: FieldSpec = field("name", FILLED, "The name.");
const CUSTOMER_PASSWORD: FieldSpec = field("password", Kind::Secret, "A password, kept as a hash and never shown.");
const EXTERNAL: FieldSpec = field("externalId", TEXT, "An id of the caller's own.");
const PRICE: FieldSpec = field("price", Kind::Money, "The price of a period.");
const DESCRIPTION: FieldSpec = field("description", TEXT, "What it is.");
const CURRENCY: FieldSpec = field("currency", TEXT, "Three capital letters.");
const INTERVAL: FieldSpec = field("interval", Kind::OneOf(INTERVALS), "The unit of its period.");
const COUNT: FieldSpec = field("intervalCount", Kind::Int(1, 120), "How many of them a period has.");
const PACKAGE: FieldSpec = field(
    "packageId",
    Kind::Id,
    "The package that lines are made from; none provisions nothing.",
);
const PRODUCT_LIMIT: FieldSpec = field(
    "deviceLimit",
    Kind::Int(0, 100),
    "How many devices may register; none is the package's.",
);
const BINDING: FieldSpec = field("macBinding", Kind::Flag, "Whether a MAC address is asked for.");
const PRODUCT_STATUS: FieldSpec = field(
    "status",
    Kind::OneOf(goods::STATUSES),
    "Whether it can be subscribed to.",
);
const PRODUCT_ID: FieldSpec = field("productId", FILLED, "The product.");
const LINE_PASSWORD: FieldSpec = field(
    "password",
    Kind::Password,
    "The line's password; drawn where there is none.",
);
const MAC: FieldSpec = field("macAddress", Kind::Mac, "The MAC address that is bound to the line.");
const DEVICE_LIMIT: FieldSpec = field("deviceLimit", Kind::Int(0, 100), "How many devices may register.");

const CUSTOMER_ANSWER: AnswerDoc = answer!(
    One<Customer>,
    r#"{"data":{"id":"cust_003","email":"john@example.com","name":"John Smith","externalId":null,"status":"active","createdAt":"2026-03-15T14:30:00.000Z","updatedAt":"2026-03-15T14:30:00.000Z"}}"#
);
const CUSTOMERS_ANSWER: AnswerDoc = answer!(
    Page<Customer>,
    r#"{"data":[{"id":"cust_001","email":"alice@example.com","name":"Alice","externalId":null,"status":"active","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}],"pagination":{"hasMore":false,"nextCursor":null,"total":1}}"#
);
const PRODUCT_ANSWER: AnswerDoc = answer!(
    One<Product>,
    r#"{"data":{"id":"prod_123","name":"1 Month Premium","description":"","price":"9.99","currency":"USD","interval":"month","intervalCount":1,"packageId":1,"deviceLimit":null,"macBinding":false,"status":"active","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}}"#
);
const PRODUCTS_ANSWER: AnswerDoc = answer!(
    Page<Product>,
    r#"{"data":[{"id":"prod_123","name":"1 Month Premium","description":"","price":"9.99","currency":"USD","interval":"month","intervalCount":1,"packageId":1,"deviceLimit":null,"macBinding":false,"status":"active","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}],"pagination":{"hasMore":false,"nextCursor":null,"total":1}}"#
);
const SUBSCRIPTION_ANSWER: AnswerDoc = answer!(
    One<Subscription>,
    r#"{"data":{"id":"sub_001","customerId":"cust_001","productId":"prod_123","productName":"1 Month Premium","externalId":null,"status":"active","price":"9.99","currency":"USD","currentPeriodStart":"2026-03-15T14:30:00.000Z","currentPeriodEnd":"2026-04-15T14:30:00.000Z","cancelAtPeriodEnd":false,"cancelledAt":null,"credentials":{"username":"d4PSc5uCqF","password":"2ZiuRRZk4b","serverUrl":"http://127.0.0.1:8080","portalUrl":"http://127.0.0.1:8080/c/","playlistUrl":"http://127.0.0.1:8080/get.php?username=d4PSc5uCqF&password=2ZiuRRZk4b&type=m3u_plus&output=ts","macAddress":null},"lineId":4523,"deviceLimit":1,"latestInvoiceId":"inv_001","createdAt":"2026-03-15T14:30:00.000Z","updatedAt":"2026-03-15T14:30:00.000Z"}}"#
);
const SUBSCRIPTIONS_ANSWER: AnswerDoc = answer!(
    Page<Subscription>,
    r#"{"data":[{"id":"sub_001","customerId":"cust_001","productId":"prod_123","productName":"1 Month Premium","externalId":null,"status":"active","price":"9.99","currency":"USD","currentPeriodStart":"2026-03-15T14:30:00.000Z","currentPeriodEnd":"2026-04-15T14:30:00.000Z","cancelAtPeriodEnd":false,"cancelledAt":null,"credentials":{"username":"d4PSc5uCqF","password":"2ZiuRRZk4b","serverUrl":"http://127.0.0.1:8080","portalUrl":"http://127.0.0.1:8080/c/","playlistUrl":"http://127.0.0.1:8080/get.php?username=d4PSc5uCqF&password=2ZiuRRZk4b&type=m3u_plus&output=ts","macAddress":null},"lineId":4523,"deviceLimit":1,"latestInvoiceId":"inv_001","createdAt":"2026-03-15T14:30:00.000Z","updatedAt":"2026-03-15T14:30:00.000Z"}],"pagination":{"hasMore":false,"nextCursor":null,"total":1}}"#
);
const INVOICE_ANSWER: AnswerDoc = answer!(
    One<Invoice>,
    r#"{"data":{"id":"inv_001","customerId":"cust_001","subscriptionId":"sub_001","productId":"prod_123","productName":"1 Month Premium","amount":"9.99","currency":"USD","status":"paid","dueAt":"2026-03-15T14:30:00.000Z","paidAt":"2026-03-15T14:35:00.000Z","reference":null,"createdAt":"2026-03-15T14:30:00.000Z","updatedAt":"2026-03-15T14:35:00.000Z"}}"#
);
const INVOICES_ANSWER: AnswerDoc = answer!(
    Page<Invoice>,
    r#"{"data":[{"id":"inv_001","customerId":"cust_001","subscriptionId":"sub_001","productId":"prod_123","productName":"1 Month Premium","amount":"9.99","currency":"USD","status":"paid","dueAt":"2026-03-15T14:30:00.000Z","paidAt":"2026-03-15T14:35:00.000Z","reference":null,"createdAt":"2026-03-15T14:30:00.000Z","updatedAt":"2026-03-15T14:35:00.000Z"}],"pagination":{"hasMore":false,"nextCursor":null,"total":1}}"#
);
const DELETED_ANSWER: AnswerDoc = answer!(One<Deleted>, r#"{"data":{"id":"cust_001","deleted":true}}"#);

const OF_LIST: &[&Word] = &[&words::BAD_REQUEST];
const OF_ONE: &[&Word] = &[&words::NOT_FOUND];
const OF_NEW: &[&Word] = &[&words::BAD_REQUEST, &words::CONFLICT, &words::INVALID];
const OF_CHANGE: &[&Word] = &[
    &words::BAD_REQUEST,
    &words::NOT_FOUND,
    &words::CONFLICT,
    &words::INVALID,
];
const OF_DELETE: &[&Word] = &[&words::NOT_FOUND, &words::CONFLICT];

/// All of them, in the order of the contract.
pub static ACTIONS: &[Action] = &[
    Action {
        name: "list_customers",
        path: "/api/v1/customers",
        scope: "customers:read",
        group: CUSTOMERS,
        doc: "Lists customers by a cursor.",
        query: &[
            LIMIT,
            CURSOR,
            status(people::STATUSES),
            field("email", FILLED, "Only the one with this address, in any letter case."),
            OF_EXTERNAL,
            CREATED_AFTER,
            CREATED_BEFORE,
            UPDATED_AFTER,
            UPDATED_BEFORE,
        ],
        run: Run::Read(customers::list),
        refusals: OF_LIST,
        answer: CUSTOMERS_ANSWER,
        ..READ
    },
    Action {
        name: "get_customer",
        path: "/api/v1/customers/{id}",
        scope: "customers:read",
        group: CUSTOMERS,
        doc: "Shows a customer.",
        run: Run::Read(customers::one),
        refusals: OF_ONE,
        answer: CUSTOMER_ANSWER,
        ..READ
    },
    Action {
        name: "create_customer",
        path: "/api/v1/customers",
        scope: "customers:write",
        group: CUSTOMERS,
        doc: "Makes a customer.",
        fields: &[EMAIL.required(), NAME.required(), CUSTOMER_PASSWORD, EXTERNAL],
        before: Some(customers::hash),
        run: Run::Write(customers::create),
        status: 201,
        refusals: OF_NEW,
        answer: CUSTOMER_ANSWER,
        ..WRITE
    },
    Action {
        name: "update_customer",
        method: "PATCH",
        path: "/api/v1/customers/{id}",
        scope: "customers:write",
        group: CUSTOMERS,
        doc: "Changes a customer; what is not sent stays.",
        fields: &[
            EMAIL,
            NAME,
            CUSTOMER_PASSWORD,
            EXTERNAL,
            field(
                "status",
                Kind::OneOf(people::STATUSES),
                "Whether it may subscribe and renew.",
            ),
        ],
        before: Some(customers::hash),
        run: Run::Write(customers::update),
        refusals: OF_CHANGE,
        answer: CUSTOMER_ANSWER,
        ..WRITE
    },
    Action {
        name: "delete_customer",
        method: "DELETE",
        path: "/api/v1/customers/{id}",
        scope: "customers:write",
        group: CUSTOMERS,
        doc: "Deletes a customer without running subscriptions.",
        run: Run::Write(customers::delete),
        refusals: OF_DELETE,
        answer: DELETED_ANSWER,
        ..WRITE
    },
    Action {
        name: "list_products",
        path: "/api/v1/products",
        scope: "products:read",
        group: PRODUCTS,
        doc: "Lists products by a cursor.",
        query: &[
            LIMIT,
            CURSOR,
            status(goods::STATUSES),
            CREATED_AFTER,
            CREATED_BEFORE,
            UPDATED_AFTER,
            UPDATED_BEFORE,
        ],
        run: Run::Read(products::list),
        refusals: OF_LIST,
        answer: PRODUCTS_ANSWER,
        ..READ
    },
    Action {
        name: "get_product",
        path: "/api/v1/products/{id}",
        scope: "products:read",
        group: PRODUCTS,
        doc: "Shows a product.",
        run: Run::Read(products::one),
        refusals: OF_ONE,
        answer: PRODUCT_ANSWER,
        ..READ
    },
    Action {
        name: "create_product",
        path: "/api/v1/products",
        scope: "products:write",
        group: PRODUCTS,
        doc: "Makes a product.",
        fields: &[
            NAME.required(),
            PRICE.required(),
            DESCRIPTION,
            CURRENCY,
            INTERVAL,
            COUNT,
            PACKAGE,
            PRODUCT_LIMIT,
            BINDING,
            PRODUCT_STATUS,
        ],
        run: Run::Write(products::create),
        status: 201,
        refusals: &[&words::BAD_REQUEST, &words::INVALID],
        answer: PRODUCT_ANSWER,
        ..WRITE
    },
    Action {
        name: "update_product",
        method: "PATCH",
        path: "/api/v1/products/{id}",
        scope: "products:write",
        group: PRODUCTS,
        doc: "Changes a product; subscriptions have what they have until they renew.",
        fields: &[
            NAME,
            PRICE,
            DESCRIPTION,
            CURRENCY,
            INTERVAL,
            COUNT,
            PACKAGE,
            PRODUCT_LIMIT,
            BINDING,
            PRODUCT_STATUS,
        ],
        run: Run::Write(products::update),
        refusals: &[&words::BAD_REQUEST, &words::NOT_FOUND, &words::INVALID],
        answer: PRODUCT_ANSWER,
        ..WRITE
    },
    Action {
        name: "delete_product",
        method: "DELETE",
        path: "/api/v1/products/{id}",
        scope: "products:write",
        group: PRODUCTS,
        doc: "Deletes a product that was never subscribed to.",
        run: Run::Write(products::delete),
        refusals: OF_DELETE,
        answer: DELETED_ANSWER,
        ..WRITE
    },
    Action {
        name: "list_subscriptions",
        path: "/api/v1/subscriptions",
        scope: "subscriptions:read",
        group: SUBSCRIPTIONS,
        doc: "Lists subscriptions by a cursor.",
        query: &[
            LIMIT,
            CURSOR,
            status(subs::STATUSES),
            OF_CUSTOMER,
            OF_PRODUCT,
            OF_EXTERNAL,
            CREATED_AFTER,
            CREATED_BEFORE,
            UPDATED_AFTER,
            UPDATED_BEFORE,
        ],
        run: Run::Read(subscriptions::list),
        refusals: OF_LIST,
        answer: SUBSCRIPTIONS_ANSWER,
        ..READ
    },
    Action {
        name: "get_subscription",
        path: "/api/v1/subscriptions/{id}",
        scope: "subscriptions:read",
        group: SUBSCRIPTIONS,
        doc: "Shows a subscription with the credentials of its line.",
        run: Run::Read(subscriptions::one),
        refusals: OF_ONE,
        answer: SUBSCRIPTION_ANSWER,
        ..READ
    },
    Action {
        name: "create_subscription",
        path: "/api/v1/subscriptions",
        scope: "subscriptions:write",
        group: SUBSCRIPTIONS,
        doc: "Subscribes a customer: makes a line and an invoice.",
        fields: &[
            field("customerId", FILLED, "The customer.").required(),
            PRODUCT_ID.required(),
            EXTERNAL,
            field(
                "username",
                Kind::Username,
                "The line's username; drawn where there is none.",
            ),
            LINE_PASSWORD,
            MAC,
            DEVICE_LIMIT,
            field("startDate", Kind::Time, "The start of the first period."),
        ],
        run: Run::Write(subscriptions::create),
        status: 201,
        refusals: OF_NEW,
        answer: SUBSCRIPTION_ANSWER,
        ..WRITE
    },
    Action {
        name: "update_subscription",
        method: "PATCH",
        path: "/api/v1/subscriptions/{id}",
        scope: "subscriptions:write",
        group: SUBSCRIPTIONS,
        doc: "Changes a subscription or its line; what is not sent stays.",
        fields: &[
            field("customerId", Kind::Immutable, "It cannot be changed."),
            PRODUCT_ID,
            EXTERNAL,
            field("username", Kind::Immutable, "It cannot be changed."),
            LINE_PASSWORD,
            MAC,
            DEVICE_LIMIT,
            field("currentPeriodEnd", Kind::Time, "The end of the line."),
            field("status", Kind::OneOf(CHANGED_STATUSES), "Whether the line is enabled."),
            field(
                "cancelAtPeriodEnd",
                Kind::Flag,
                "Whether it is cancelled when the period is over.",
            ),
        ],
        run: Run::Write(subscriptions::update),
        refusals: OF_CHANGE,
        answer: SUBSCRIPTION_ANSWER,
        ..WRITE
    },
    Action {
        name: "cancel_subscription",
        path: "/api/v1/subscriptions/{id}/cancel",
        scope: "subscriptions:write",
        group: SUBSCRIPTIONS,
        doc: "Cancels a subscription, at once or when the period is over.",
        fields: &[field(
            "atPeriodEnd",
            Kind::Flag,
            "Whether it runs until the period is over.",
        )],
        run: Run::Write(subscriptions::cancel),
        refusals: OF_CHANGE,
        answer: SUBSCRIPTION_ANSWER,
        ..WRITE
    },
    Action {
        name: "renew_subscription",
        path: "/api/v1/subscriptions/{id}/renew",
        scope: "subscriptions:write",
        group: SUBSCRIPTIONS,
        doc: "Adds periods to a subscription and makes an invoice.",
        fields: &[field("periods", Kind::Int(1, 36), "How many.")],
        run: Run::Write(subscriptions::renew),
        refusals: OF_CHANGE,
        answer: SUBSCRIPTION_ANSWER,
        ..WRITE
    },
    Action {
        name: "list_invoices",
        path: "/api/v1/invoices",
        scope: "invoices:read",
        group: INVOICES,
        doc: "Lists invoices by a cursor.",
        query: &[
            LIMIT,
            CURSOR,
            status(bills::STATUSES),
            OF_CUSTOMER,
            OF_PRODUCT,
            field("subscriptionId", FILLED, "Only those of this subscription."),
            CREATED_AFTER,
            CREATED_BEFORE,
            UPDATED_AFTER,
            UPDATED_BEFORE,
        ],
        run: Run::Read(invoices::list),
        refusals: OF_LIST,
        answer: INVOICES_ANSWER,
        ..READ
    },
    Action {
        name: "get_invoice",
        path: "/api/v1/invoices/{id}",
        scope: "invoices:read",
        group: INVOICES,
        doc: "Shows an invoice.",
        run: Run::Read(invoices::one),
        refusals: OF_ONE,
        answer: INVOICE_ANSWER,
        ..READ
    },
    Action {
        name: "mark_invoice_paid",
        path: "/api/v1/invoices/{id}/mark-paid",
        scope: "invoices:write",
        group: INVOICES,
        doc: "Records that an invoice was paid.",
        fields: &[
            field("paidAt", Kind::Time, "When; now by default."),
            field("reference", TEXT, "A reference of the payment."),
        ],
        run: Run::Write(invoices::mark_paid),
        refusals: OF_CHANGE,
        answer: INVOICE_ANSWER,
        ..WRITE
    },
];
