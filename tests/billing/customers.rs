//! Customers: addresses and external ids are unique, and what is there already changes nothing.

use linecard::panel::billing::customers::{self as people, CustomerInput};
use linecard::panel::billing::{Conflict, ListRequest, Sent, passwords};
use linecard::panel::fields::FaultReason;

use super::{conflict, customer, faults, is_not_found, panel, product, read, subscribe, text, write};
use crate::support::NOW;

#[test]
fn all_faults_are_told_in_the_order_of_the_fields() {
    let panel = panel();
    let input = CustomerInput {
        email: Sent::Fault(FaultReason::Email),
        name: text(" "),
        external_id: text(&"x".repeat(201)),
        // A change's field is ignored where something is created.
        status: text("gone"),
        ..CustomerInput::default()
    };
    let refused = write(&panel, {
        let input = input.clone();
        move |context| people::create(context, &input)
    });
    let expected = [
        ("email", FaultReason::Email),
        ("name", FaultReason::Missing),
        ("externalId", FaultReason::Length(1, 200)),
    ];
    assert_eq!(faults(refused), expected);
    let missing = write(&panel, |context| people::create(context, &CustomerInput::default()));
    assert_eq!(
        faults(missing),
        [("email", FaultReason::Missing), ("name", FaultReason::Missing)]
    );
    let john = customer(&panel, "john@example.com").id;
    let changed = write(&panel, move |context| people::update(context, john, &input));
    let mut all = expected.to_vec();
    all.push(("status", FaultReason::OneOf(&["active", "blocked"])));
    assert_eq!(faults(changed), all);
}

#[test]
fn an_address_and_an_external_id_are_taken_once() {
    let panel = panel();
    let john = customer(&panel, "John@Example.com");
    assert_eq!((john.email.as_str(), john.created), ("john@example.com", NOW * 1_000));
    let with_id = |email: &str, id: &str| CustomerInput {
        email: text(email),
        name: text("Jane"),
        external_id: text(id),
        ..CustomerInput::default()
    };
    let create = |input: CustomerInput| write(&panel, move |context| people::create(context, &input));
    create(with_id("jane@example.com", "crm-1")).unwrap();
    assert_eq!(
        conflict(create(with_id("JOHN@example.com", "crm-1"))),
        Conflict::EmailTaken
    );
    let taken = create(with_id("jim@example.com", "crm-1"));
    assert_eq!(conflict(taken), Conflict::CustomerExternalIdTaken);
    // Of one that is deleted both are free again.
    write(&panel, |context| people::delete(context, 2)).unwrap();
    let jane = create(with_id("jane@example.com", "crm-1")).unwrap();
    assert_eq!(jane.id, 3, "no id is given twice");
}

#[test]
fn what_is_there_already_changes_nothing_and_a_null_clears() {
    let panel = panel();
    let input = CustomerInput {
        email: text("john@example.com"),
        name: text("John"),
        external_id: text("crm-1"),
        ..CustomerInput::default()
    };
    let john = {
        let input = input.clone();
        write(&panel, move |context| people::create(context, &input)).unwrap()
    };
    panel.inner().clock().advance(60);
    let update = |input: CustomerInput| write(&panel, move |context| people::update(context, 1, &input)).unwrap();
    assert_eq!(update(CustomerInput::default()), john);
    assert_eq!(update(input), john);
    let blocked = update(CustomerInput {
        external_id: Sent::Cleared,
        status: text("blocked"),
        ..CustomerInput::default()
    });
    assert_eq!((blocked.external_id.as_deref(), blocked.is_blocked()), (None, true));
    assert_eq!(blocked.updated, (NOW + 60) * 1_000);
    let active = update(CustomerInput {
        status: Sent::Cleared,
        ..CustomerInput::default()
    });
    assert!(!active.is_blocked());
    let cleared = CustomerInput {
        email: Sent::Cleared,
        ..CustomerInput::default()
    };
    let refused = write(&panel, move |context| people::update(context, 1, &cleared));
    assert_eq!(faults(refused), [("email", FaultReason::Missing)]);
}

#[test]
fn a_password_is_kept_as_a_hash_that_no_one_is_shown() {
    let panel = panel();
    let input = CustomerInput {
        email: text("john@example.com"),
        name: text("John"),
        password: passwords::hashed(&text("correct horse"), None).unwrap(),
        ..CustomerInput::default()
    };
    write(&panel, move |context| people::create(context, &input)).unwrap();
    let stored = read(&panel, |context| people::password_of(context, 1)).unwrap();
    assert!(passwords::is_hash_of(&stored, "correct horse"));
    let audited = panel.sql("SELECT after FROM linecard_audit WHERE thing = 'linecard_customers'");
    assert!(audited.len() == 1 && !audited[0].contains("argon2"), "{audited:?}");
}

#[test]
fn a_customer_with_subscriptions_stays() {
    let panel = panel();
    let (john, monthly) = (customer(&panel, "john@example.com").id, product(&panel).id);
    subscribe(&panel, john, monthly, |_| {}).unwrap();
    let delete = || write(&panel, move |context| people::delete(context, john));
    assert_eq!(conflict(delete()), Conflict::CustomerHasSubscriptions);
    panel.sql("UPDATE lines SET enabled = 0");
    assert_eq!(conflict(delete()), Conflict::CustomerHasSubscriptions, "suspended");
    panel.sql("UPDATE lines SET enabled = 1");
    // Expired ones do not keep it.
    panel.inner().clock().advance(32 * 86_400);
    delete().unwrap();
    assert!(is_not_found(delete()));
    assert_eq!(panel.sql("SELECT customer_id FROM linecard_subscriptions"), ["1"]);
    assert_eq!(panel.sql("SELECT customer_id FROM linecard_invoices"), ["1"]);
}

#[test]
fn lists_are_filtered_and_count_all_that_match() {
    let panel = panel();
    for number in 1..=5 {
        customer(&panel, &format!("c{number}@example.com"));
        panel.inner().clock().advance(1);
    }
    let page = |limit, after, filters: &[(&'static str, rusqlite::types::Value)]| {
        let request = ListRequest {
            limit,
            after,
            filters: filters.to_vec(),
        };
        let page = read(&panel, move |context| people::page(context, &request));
        let ids: Vec<i64> = page.items.iter().map(|one| one.id).collect();
        (ids, page.has_more, page.total)
    };
    assert_eq!(page(2, 0, &[]), (vec![1, 2], true, 5));
    assert_eq!(page(2, 4, &[]), (vec![5], false, 5));
    assert_eq!(page(2, 99, &[]), (vec![], false, 5));
    assert_eq!(page(3, 2, &[]), (vec![3, 4, 5], false, 5));
    let after = ("created_after", (NOW * 1_000 + 2_000).into());
    assert_eq!(page(9, 0, std::slice::from_ref(&after)), (vec![4, 5], false, 2));
    let email = ("email", people::email_filter(" C5@Example.com"));
    assert_eq!(page(9, 0, &[after, email]), (vec![5], false, 1));
    assert_eq!(
        page(9, 0, &[("status", "blocked".to_owned().into())]),
        (vec![], false, 0)
    );
}
