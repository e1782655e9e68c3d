//! Customers, products, subscriptions and invoices of a document; and the devices of lines.

use linecard::document::Format;
use linecard::fixture::Panel;
use serde_json::Value;

use super::{planted, planted_all, rows};
use crate::support::{Client, NOW};

const SHOP: &str = "
packages: [{name: Month, max_connections: 3, is_official: true, official_duration: 1, official_duration_in: months, bouquets: [4]}]
lines:
  - {username: alice, expires: +10d, enabled: false}
  - {username: bob, expires: 2026-01-31}
customers:
  - {email: Alice@Example.com, name: Alice, password: correct horse, created: '2026-01-01T00:00:00.250Z'}
  - {id: 7, email: bob@example.com, name: Bob, external_id: '5', status: blocked}
products:
  - {id: 123, name: Monthly, price: 9.99, package: Month}
  - {name: Help, price: '25', currency: EUR, interval: day, interval_count: 2}
";

fn planted_shop(more: &str, sql: &str) -> Vec<String> {
    planted_all(&[(Format::Yaml, SHOP), (Format::Yaml, more)], |db| rows(db, sql))
        .unwrap_or_else(|wrong| panic!("{wrong:?} {more}"))
}

#[test]
fn customers_and_products_have_their_forms_and_defaults() {
    let customers = "SELECT id, email, name, external_id, status, password LIKE '$argon2id$%', created, updated FROM linecard_customers";
    let expected = [
        "1|alice@example.com|Alice|null|active|1|1767225600250|1767225600250".to_owned(),
        format!("7|bob@example.com|Bob|5|blocked|null|{0}|{0}", NOW * 1_000),
    ];
    assert_eq!(planted_shop("", customers), expected);
    let products =
        "SELECT id, name, price, currency, interval, interval_count, package_id, status FROM linecard_products";
    let expected = [
        "123|Monthly|999|USD|month|1|1|active",
        "124|Help|2500|EUR|day|2|null|active",
    ];
    assert_eq!(planted_shop("", products), expected);
    // A later document changes what it names.
    let more = "customers: [{email: ALICE@example.com, status: blocked}]\nproducts: [{name: Help, price: 30.5}]";
    let changed = "SELECT status || created FROM linecard_customers WHERE id = 1 UNION ALL
                   SELECT price || currency FROM linecard_products WHERE id = 124";
    assert_eq!(planted_shop(more, changed), ["blocked1767225600250", "3050EUR"]);
}

#[test]
fn a_subscription_follows_from_its_product_and_makes_its_line() {
    let of = |more: &str, sql: &str| planted_shop(&format!("subscriptions: [{{{more}}}]"), sql);
    let own = "SELECT id, customer_id, product_id, price, currency, period_start, anchor_day, is_pending, cancel_at_end, line_id,
               own_end, created, updated FROM linecard_subscriptions";
    let now = NOW * 1_000;
    let line =
        "customer: alice@example.com, product: prod_123, username: new, password: secret, mac: 00-1a-79-00-00-0a";
    assert_eq!(
        of(line, own),
        [format!("1|1|123|999|USD|{NOW}|15|0|0|3|null|{now}|{now}")]
    );
    let made = "SELECT id, username, password, exp_date, enabled, bouquet, package_id, max_connections, created_at,
                (SELECT device_limit FROM linecard_tracked_lines WHERE line_id = lines.id),
                (SELECT mac FROM mag_devices JOIN linecard_devices USING (mag_id) WHERE user_id = lines.id)
                FROM lines WHERE id > 2";
    assert_eq!(
        of(line, made),
        [format!(
            "3|new|secret|2026-04-15 14:30:00|1|[4]|1|3|{NOW}|3|00:1A:79:00:00:0A"
        )]
    );
    let drawn = "SELECT length(username), length(password), max_connections FROM lines WHERE id > 2";
    assert_eq!(of("customer: 1, product: Monthly, device_limit: 1", drawn), ["10|10|1"]);
    // A past start, in the time zone of the panel; what ends with a line that is there is left to it.
    let sql = "SELECT period_start, anchor_day, own_end, created FROM linecard_subscriptions";
    let early = "customer: cust_007, product: Help, start: 2026-03-14, price: 1, currency: USD";
    assert_eq!(of(early, sql), ["1773446400|14|2026-03-16|1773446400000".to_owned()]);
    let named = "customer: 7, product: Monthly, line: bob, end: 2026-05-31 12:00:00";
    assert_eq!(
        of(named, "SELECT line_id, own_end FROM linecard_subscriptions"),
        ["2|null"]
    );
    assert_eq!(
        of(named, "SELECT exp_date FROM lines WHERE id = 2"),
        ["2026-05-31 12:00:00"]
    );
    // Null asks for none.
    let none = "customer: 1, product: Monthly, line: null";
    assert_eq!(
        of(none, "SELECT line_id, own_end FROM linecard_subscriptions"),
        ["null|2026-04-15 14:30:00"]
    );
}

#[test]
fn a_status_is_made_true_in_the_rows_from_which_it_follows() {
    let all = "SELECT is_pending, is_suspended, cancelled, own_end, coalesce(enabled, '-'), coalesce(exp_date, '-'), period_start
               FROM linecard_subscriptions LEFT JOIN lines ON lines.id = line_id";
    for (more, expected) in [
        // NOW is 2026-03-15 14:30:00, without summer time yet.
        ("product: Monthly", "0|0|null|null|1|2026-04-15 14:30:00|1773585000"),
        (
            "product: Monthly, status: active",
            "0|0|null|null|1|2026-04-15 14:30:00|1773585000",
        ),
        (
            "product: Monthly, line: alice, status: active",
            "0|0|null|null|1|2026-03-25 14:30:00|1773585000",
        ),
        (
            "product: Monthly, line: alice",
            "0|0|null|null|0|2026-03-25 14:30:00|1773585000",
        ),
        (
            "product: Monthly, line: alice, status: suspended",
            "0|0|null|null|0|2026-03-25 14:30:00|1773585000",
        ),
        (
            "product: Help, status: suspended",
            "0|1|null|2026-03-17 14:30:00|-|-|1773585000",
        ),
        (
            "product: Monthly, status: expired",
            "0|0|null|null|1|2026-03-14 14:30:00|1771079400",
        ),
        (
            "product: Help, status: expired, end: -3d",
            "0|0|null|2026-03-12 14:30:00|-|-|1773153000",
        ),
        (
            "product: Monthly, line: bob, status: expired",
            "0|0|null|null|1|2026-01-31|1767139200",
        ),
        (
            "product: Monthly, start: +7d",
            "1|0|null|null|0|2026-04-22 14:30:00|1774189800",
        ),
        (
            "product: Help, start: +7d, status: pending",
            "1|0|null|2026-03-24 14:30:00|-|-|1774189800",
        ),
        (
            "product: Monthly, status: cancelled",
            "0|0|1773585000000|null|0|2026-04-15 14:30:00|1773585000",
        ),
        (
            "product: Help, cancelled: -1d",
            "0|0|1773498600000|2026-03-17 14:30:00|-|-|1773585000",
        ),
        // What is overdue is done.
        (
            "product: Help, start: 2026-03-01, cancel_at_period_end: true",
            "0|0|1772496000000|2026-03-03|-|-|1772323200",
        ),
    ] {
        let more = format!("subscriptions: [{{customer: alice@example.com, {more}}}]");
        assert_eq!(planted_shop(&more, all), [expected], "{more}");
    }
    // The same of one that is there.
    let first = "subscriptions: [{external_id: s, customer: 1, product: Monthly}]";
    for (more, expected) in [
        ("status: suspended", "0|0|null|null|0|2026-04-15 14:30:00|1773585000"),
        (
            "end: -1d, status: expired",
            "0|0|null|null|1|2026-03-14 14:30:00|1773585000",
        ),
        (
            "status: cancelled",
            "0|0|1773585000000|null|0|2026-04-15 14:30:00|1773585000",
        ),
        ("price: 5", "0|0|null|null|1|2026-04-15 14:30:00|1773585000"),
    ] {
        let more = format!("subscriptions: [{{external_id: s, {more}}}]");
        let documents = [(Format::Yaml, SHOP), (Format::Yaml, first), (Format::Yaml, &more)];
        assert_eq!(
            planted_all(&documents, |db| rows(db, all)),
            Ok(vec![expected.to_owned()]),
            "{more}"
        );
    }
}

#[test]
fn an_invoice_has_of_its_subscription_what_it_does_not_say() {
    let own = "SELECT subscription_id, customer_id, product_id, product_name, amount, currency, status, due, paid, reference, created,
               updated FROM linecard_invoices";
    let (day, now) = (86_400, NOW * 1_000);
    let (start, paid) = (NOW - 10 * day, (NOW - day) * 1_000);
    for (more, expected) in [
        (
            "",
            format!(
                "1|1|123|Monthly|999|USD|pending|{start}|null|null|{0}|{0}",
                start * 1_000
            ),
        ),
        (
            "paid: -1d, reference: x",
            format!("1|1|123|Monthly|999|USD|paid|{start}|{paid}|x|{}|{paid}", start * 1_000),
        ),
        (
            "status: paid, due: +5d",
            format!("1|1|123|Monthly|999|USD|paid|{}|{now}|null|{now}|{now}", NOW + 5 * day),
        ),
        (
            "amount: 0.00, due: now",
            format!("1|1|123|Monthly|0|USD|paid|{NOW}|{now}|null|{now}|{now}"),
        ),
        (
            "status: void, amount: 29.97, currency: EUR",
            format!("1|1|123|Monthly|2997|EUR|void|{start}|null|null|{0}|{0}", start * 1_000),
        ),
    ] {
        let more = format!(
            "subscriptions: [{{external_id: s-1, customer: 1, product: Monthly, start: -10d}}]
invoices: [{{subscription: s-1, {more}}}]"
        );
        assert_eq!(planted_shop(&more, own), [expected], "{more}");
    }
}

#[test]
fn a_line_has_its_limit_and_its_devices() {
    let text = "
lines:
  - username: alice
    device_limit: 2
    devices:
      - {device_id: tv, name: Living room, first_seen: -1d}
      - {user_agent: VLC, ip: 192.0.2.1}
  - username: bob
mags: [{mac: '00:1A:79:00:00:01', line: alice, created: -2d}, {mac: '00:1A:79:00:00:02'}]
";
    let limits = "SELECT line_id, device_limit FROM linecard_tracked_lines";
    let devices = "SELECT id, line_id, mag_id, device_id, user_agent, ip, name, first_seen FROM linecard_devices";
    let look = |more: &[(Format, &str)]| {
        let all = [&[(Format::Yaml, text)], more].concat();
        planted_all(&all, |db| (rows(db, limits), rows(db, devices))).unwrap()
    };
    let day = 86_400;
    let (limit, registered) = look(&[]);
    assert_eq!(limit, ["1|2"]);
    let bound = format!("3|1|1|null|null|null|null|{}", NOW - 2 * day);
    assert_eq!(
        registered,
        [
            format!("1|1|null|tv|null|null|Living room|{}", NOW - day),
            format!("2|1|null|null|VLC|192.0.2.1|null|{NOW}"),
            bound.clone(),
        ]
    );
    // They are replaced, but for the bound one; without a limit they are forgotten.
    let (_, replaced) = look(&[(
        Format::Yaml,
        "lines: [{username: alice, devices: [{device_id: pc, id: 9}]}]",
    )]);
    assert_eq!(replaced, [bound.clone(), format!("9|1|null|pc|null|null|null|{NOW}")]);
    let (limit, left) = look(&[(Format::Yaml, "lines: [{username: alice, device_limit: null}]")]);
    assert_eq!((limit, left), (Vec::new(), vec![bound]));
}

/// What is wrong with a document after [`SHOP`].
const WRONG: &[(&str, &str)] = &[
    (
        "customers: [{email: alice, name: A}]",
        "customers[0].email: \"alice\" is not an email address; write it as in alice@example.com",
    ),
    (
        "customers: [{email: ALICE@example.com}, {email: alice@example.com}]",
        "customers[1].email: \"alice@example.com\" is there already; each needs one of its own",
    ),
    (
        "customers: [{email: a@b.example, name: A, password: short}]",
        "customers[0].password: this is no password; write 8 to 200 characters",
    ),
    (
        "customers: [{email: a@b.example, name: A, status: bocked}]",
        "customers[0].status: there is no \"bocked\"; did you mean \"blocked\"?",
    ),
    (
        "customers: [{email: a@b.example}]",
        "customers[0]: the key \"name\" is missing; add it",
    ),
    (
        "products: [{name: A, price: 9.999}]",
        "products[0].price: \"9.999\" is not an amount; write 0 to 999999999.99 with at most two places, as in 9.99",
    ),
    (
        "products: [{name: A, price: -1}]",
        "products[0].price: \"-1\" is not an amount; write 0 to 999999999.99 with at most two places, as in 9.99",
    ),
    (
        "products: [{name: A, price: 1, currency: usd}]",
        "products[0].currency: \"usd\" is not a currency; write it as in USD",
    ),
    (
        "products: [{name: A, price: 1, interval_count: 121}]",
        "products[0].interval_count: \"121\" is out of range; write 1 to 120",
    ),
    (
        "products: [{name: A, price: 1, package: Mnth}]",
        "products[0].package: there is no \"Mnth\" in packages; did you mean \"Month\"?",
    ),
    (
        "products: [{name: A, price: 1, mac_bindings: true}]",
        "products[0].mac_bindings: there is no key \"mac_bindings\"; did you mean \"mac_binding\"?",
    ),
    (
        "lines: [{username: bob, device_limit: 101}]",
        "lines[0].device_limit: \"101\" is out of range; write 0 to 100",
    ),
    (
        "lines: [{username: bob, devices: [{device_id: x}]}]",
        "lines[0].devices[0]: devices of this line are not counted; give the line a device_limit",
    ),
    (
        "lines: [{username: bob, device_limit: 1, devices: [{user_agent: x}]}]",
        "lines[0].devices[0]: it cannot be told from others; give device_id, or user_agent and ip",
    ),
    (
        "subscriptions: [{customer: alise@example.com, product: Monthly}]",
        "subscriptions[0].customer: there is no \"alise@example.com\" in customers; did you mean \"alice@example.com\"?",
    ),
    (
        "subscriptions: [{customer: cust_009, product: Monthly}]",
        "subscriptions[0].customer: there is no customer with the id 9; name one of customers by email",
    ),
    (
        "subscriptions: [{customer: 1, product: prod_9}]",
        "subscriptions[0].product: there is no product with the id 9; name one of products",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, line: 99}]",
        "subscriptions[0].line: there is no line with the id 99; name one of lines",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, line: bob, password: x}]",
        "subscriptions[0].password: the line is there already; write this key in lines",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, username: Bob}]",
        "subscriptions[0].username: the line \"Bob\" is there already; name it with the key `line`, or take another name",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, username: _linecard}]",
        "subscriptions[0].username: \"_linecard\" is reserved; take another name",
    ),
    (
        "subscriptions: [{customer: 1, product: Help, username: x}]",
        "subscriptions[0].username: no line is made: its product has no package; leave it out, or give the product a package",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, mac: 00:1B:79:00:00:01}]",
        "subscriptions[0].mac: \"00:1B:79:00:00:01\" is not the MAC address of a box; write it as in 00:1A:79:AB:CD:EF",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, mac: 00:1A:79:00:00:01, device_limit: 0}]",
        "subscriptions[0].mac: no device can register on its line; give a device_limit of at least 1",
    ),
    (
        "products: [{name: Monthly, mac_binding: true}]\nsubscriptions: [{customer: 1, product: Monthly}]",
        "subscriptions[0]: the key \"mac\" is missing: its product asks for one; add it, or say mac_binding: false in products",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, status: canceled}]",
        "subscriptions[0].status: there is no \"canceled\"; did you mean \"cancelled\"?",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, status: pending}]",
        "subscriptions[0].status: it cannot be pending: it has started; give a start in the future, as in start: +7d",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, status: active, start: +1d}]",
        "subscriptions[0].status: it cannot be active: it has not started; give a start that has passed",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, line: bob, status: active}]",
        "subscriptions[0].status: it cannot be active: its period is over; give an end in the future, as in end: +30d",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, line: alice, status: expired}]",
        "subscriptions[0].status: it cannot be expired: its period is not over; give an end that has passed, as in end: -3d",
    ),
    (
        "lines: [{username: alice, admin_enabled: false}]\nsubscriptions: [{customer: 1, product: Monthly, line: alice, status: active}]",
        "subscriptions[0].status: it cannot be active: its line is banned; say admin_enabled: true in lines",
    ),
    (
        "subscriptions: [{customer: 1, product: Monthly, status: active, cancelled: now}]",
        "subscriptions[0].status: it cannot be active: it has a time in `cancelled`; keep one of them",
    ),
    (
        "subscriptions: [{external_id: s, customer: 1, product: Help}]\ninvoices: [{subscription: t}]",
        "invoices[0].subscription: there is no \"t\" in subscriptions; did you mean \"s\"?",
    ),
    (
        "invoices: [{subscription: sub_003}]",
        "invoices[0].subscription: there is no subscription with the id 3; name one of subscriptions",
    ),
    (
        "subscriptions: [{external_id: s, customer: 1, product: Help}]\ninvoices: [{subscription: s, status: void, paid: now}]",
        "invoices[0].paid: an invoice that is not paid has no time of payment; leave paid out, or say status: paid",
    ),
];

#[test]
fn what_is_wrong_is_told_with_its_key_and_what_to_change() {
    for (document, expected) in WRONG {
        let wrong = planted_all(&[(Format::Yaml, SHOP), (Format::Yaml, document)], |_| ()).unwrap_err();
        let wrong: Vec<&str> = wrong
            .iter()
            .map(|line| line.split_once(": ").map_or("", |(_, rest)| rest))
            .collect();
        assert_eq!(wrong, [*expected], "{document}");
    }
    // A whole state is planted as it is.
    let whole = "complete: true\nsubscriptions: [{customer: 9, product: 9, line: 9, start: now}]";
    assert_eq!(
        planted(Format::Yaml, whole, |db| rows(
            db,
            "SELECT line_id FROM linecard_subscriptions"
        )),
        Ok(vec!["9".to_owned()])
    );
}

fn get(panel: &Panel, path: &str) -> Value {
    let headers = [("Authorization", "Bearer your_api_key_here")];
    let answer = Client::new(panel.host()).request("GET", &format!("/api/v1/{path}"), &headers, b"");
    assert_eq!(answer.status, 200, "{path} {}", answer.text());
    serde_json::from_str(&answer.text()).unwrap()
}

#[test]
fn the_demo_has_subscriptions_in_every_status_and_invoices_of_each() {
    let panel = Panel::builder()
        .seed("demo")
        .clock("frozen:2026-01-01T00:00:00Z")
        .start();
    let totals = |resource: &str, statuses: &[&str]| -> Vec<i64> {
        let total = |status: &&str| get(&panel, &format!("{resource}?status={status}"))["pagination"]["total"].as_i64();
        statuses.iter().map(|status| total(status).unwrap()).collect()
    };
    let statuses = ["active", "pending", "suspended", "expired", "cancelled"];
    assert_eq!(totals("subscriptions", &statuses), [2, 1, 1, 2, 1]);
    assert_eq!(totals("invoices", &["paid", "pending", "void"]), [6, 2, 1]);
    assert_eq!(totals("customers", &["active", "blocked"]), [5, 1]);
    assert_eq!(totals("products", &["active", "archived"]), [4, 1]);
    // Nothing of it is overdue, and nothing was told of.
    let fired = panel.clock().advance("PT1S");
    assert!(
        fired.iter().all(|one| !one.job.starts_with("subscription.")),
        "{fired:?}"
    );
    let grace = &get(&panel, "subscriptions?externalId=S-4")["data"][0];
    assert_eq!(grace["credentials"]["username"], "grace");
    assert_eq!(grace["currentPeriodEnd"], "2027-01-08T00:00:00.000Z");
}

#[test]
fn a_document_that_is_added_to_a_running_panel_falls_due_there() {
    let panel = Panel::builder()
        .seed("docs")
        .clock("frozen:2026-03-15T14:30:00Z")
        .start();
    let more = serde_json::json!({ "subscriptions": [
        { "external_id": "later", "customer": "cust_001", "product": "prod_123", "start": "+1d" },
        { "external_id": "short", "customer": "bob@example.com", "product": "1 Month Premium", "end": "+2d", "cancel_at_period_end": true },
    ]});
    let added = panel.control("PATCH", "state", &more).unwrap();
    assert_eq!(added["added"], serde_json::json!({ "lines": 2, "subscriptions": 2 }));
    let status = |id: &str| get(&panel, &format!("subscriptions?externalId={id}"))["data"][0]["status"].clone();
    assert_eq!((status("later"), status("short")), ("pending".into(), "active".into()));
    let fired = panel.clock().advance("P3D");
    let ours: Vec<&str> = fired
        .iter()
        .filter(|one| one.job.starts_with("subscription."))
        .map(|one| one.job.as_str())
        .collect();
    assert_eq!(ours, ["subscription.started", "subscription.cancelled"]);
    assert_eq!(
        (status("later"), status("short")),
        ("active".into(), "cancelled".into())
    );
    assert_eq!(get(&panel, "invoices")["pagination"]["total"], 0);
}

#[test]
fn a_page_of_the_guide_is_one_of_the_documents_beside_generated_customers() {
    let panel = Panel::builder().seed("docs").seed("scale:customers=1545").start();
    let page = get(&panel, "customers?limit=2");
    let expected = serde_json::json!({ "hasMore": true, "nextCursor": "cust_002", "total": 1547 });
    assert_eq!(page["pagination"], expected);
    let last = get(&panel, "customers?cursor=cust_1546");
    assert_eq!(last["data"][0]["email"], "customer1547@example.com");
}
