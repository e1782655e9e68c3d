//! Active codes as the panel keeps them, case by case; no dialect is between.

use std::sync::Arc;

use linecard::panel::active_codes::{self, ACTIVE_CODES};
use linecard::panel::draft::Draft;
use linecard::panel::error::{Thing, Unique};
use linecard::panel::noun::Noun;
use linecard::panel::{Caller, Error, Panel, Result};
use linecard::store::list::ListQuery;
use linecard::store::view::Selection;
use rusqlite::types::Value;

use crate::access::{ADMIN, ANNA, is_invalid, is_not_found, panel_with, write};
use crate::support::{NOW, block_on};

/// Codes 10 and 11 are Anna's, 12 is Cleo's, 20 Dora's; 30 has no owner. The clock stands at 2026-03-15 14:30:00.
const CODES: &str = "
    INSERT INTO activecodes (id, code, member_id, exp_date, enabled, admin_enabled, is_trial, bouquet, allowed_ips) VALUES
        (10, 'Gift', 10, NULL, 1, 1, 0, '[1,2]', '[\"192.0.2.1\"]'),
        (11, 'gone', 10, '2026-03-15 14:30:00', 1, 1, 1, '[]', '[]'),
        (12, 'shut', 12, '2026-03-15 14:30:01', 0, 1, 1, '[]', '[]'),
        (20, 'banned', 20, '2027-01-01', 1, 0, 0, '[]', '[]'),
        (30, 'both', 0, '2026-01-01', 0, 0, 0, '[]', '[]');
";

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn create(panel: &Arc<Panel>, caller: Caller, values: &[(&'static str, Value)]) -> Result<i64> {
    let values = values.to_vec();
    write(panel, caller, move |context| {
        ACTIVE_CODES.create(context, &Draft::from_values(values.clone()))
    })
}

fn edit(panel: &Arc<Panel>, caller: Caller, id: i64, column: &'static str, value: Value) -> Result<()> {
    write(panel, caller, move |context| {
        ACTIVE_CODES.edit(context, id, &Draft::from_values([(column, value.clone())]))
    })
}

/// These columns of each row that a caller sees under a filter.
fn rows(
    panel: &Arc<Panel>,
    caller: Caller,
    filter: Option<(&'static str, Option<Value>)>,
    columns: &'static [&'static str],
) -> Vec<Vec<Value>> {
    let read = move |context: &linecard::panel::Context<'_>| {
        let view = &active_codes::VIEW;
        let query = ListQuery {
            filters: filter.clone().into_iter().collect(),
            ..ListQuery::all(view)
        };
        let columns = columns.iter().map(|name| view.column(name).unwrap());
        context.rows(&query, &Selection::new(view, columns))
    };
    block_on(panel.read(caller, read)).unwrap()
}

fn ids(panel: &Arc<Panel>, caller: Caller, filter: Option<(&'static str, Option<Value>)>) -> Vec<i64> {
    let id = |row: Vec<Value>| match row[0] {
        Value::Integer(id) => id,
        ref other => panic!("{other:?}"),
    };
    rows(panel, caller, filter, &["id"]).into_iter().map(id).collect()
}

#[test]
fn a_code_is_listed_by_its_state_and_its_owner() {
    let panel = panel_with(CODES);
    for (filter, value, expected) in [
        ("active", None, &[10][..]),
        ("disabled", None, &[12, 30]),
        ("banned", None, &[20, 30]),
        ("expired", None, &[11, 30]),
        ("trial", None, &[11, 12]),
        ("owner", Some(Value::Integer(10)), &[10, 11]),
    ] {
        assert_eq!(ids(&panel, ADMIN, Some((filter, value))), expected, "{filter}");
    }
    // Code 12, once enabled, is active until its second has come.
    edit(&panel, ADMIN, 12, "enabled", Value::Integer(1)).unwrap();
    assert_eq!(ids(&panel, ADMIN, Some(("active", None))), [10, 12]);
    panel.clock().set(NOW + 1);
    assert_eq!(ids(&panel, ADMIN, Some(("active", None))), [10]);
    assert_eq!(ids(&panel, ADMIN, Some(("expired", None))), [11, 12, 30]);
}

#[test]
fn a_code_is_shown_with_its_lists_its_state_and_the_name_of_its_owner() {
    let panel = panel_with(CODES);
    let columns = &["id", "bouquets", "allowed_ips", "status", "owner_name", "standing"];
    let own = rows(&panel, ANNA, None, columns);
    let row = |id: i64, lists: [&str; 2], status: i64, owner: &str, standing: i64| {
        let [bouquets, ips] = lists.map(text);
        vec![id.into(), bouquets, ips, status.into(), text(owner), standing.into()]
    };
    assert_eq!(
        own,
        [
            row(10, ["[1,2]", r#"["192.0.2.1"]"#], 1, "anna", 0),
            row(11, ["[]", "[]"], 1, "anna", 0),
            row(12, ["[]", "[]"], 0, "cleo", -1),
        ]
    );
    let banned = rows(&panel, ADMIN, Some(("banned", None)), columns);
    assert_eq!(
        banned,
        [row(20, ["[]", "[]"], 0, "dora", 1), row(30, ["[]", "[]"], 0, "", 0),]
    );
}

#[test]
fn a_code_is_unique_without_case() {
    let panel = panel_with(CODES);
    for twin in ["Gift", "GIFT", "gift "] {
        for outcome in [
            create(&panel, ANNA, &[("code", text(twin))]),
            edit(&panel, ANNA, 11, "code", text(twin)).map(|()| 0),
        ] {
            assert!(
                matches!(outcome, Err(Error::Taken(Unique::ActiveCode))),
                "{twin}: {outcome:?}"
            );
        }
    }
    edit(&panel, ANNA, 10, "code", text("gIFT")).unwrap();
    // It is in no path, so the name of one is a code like any other; so is the name of a line.
    for code in ["_linecard", "a"] {
        create(&panel, ANNA, &[("code", text(code))]).unwrap();
    }
}

#[test]
fn a_new_code_belongs_to_its_maker_and_has_ten_digits_and_the_time() {
    let panel = panel_with(CODES);
    let id = create(&panel, ANNA, &[]).unwrap();
    assert_eq!(id, 31);
    let made = rows(&panel, ANNA, None, &["id", "code", "member_id", "created_at"])
        .pop()
        .unwrap();
    assert_eq!(made[0], Value::Integer(31));
    let Value::Text(code) = &made[1] else {
        panic!("{made:?}")
    };
    assert!(
        code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
    assert_eq!(made[2..], [Value::Integer(10), Value::Integer(NOW)]);
    // An edit that asks for none keeps what is there, and the time.
    panel.clock().set(NOW + 60);
    edit(&panel, ANNA, 31, "reseller_notes", text("x")).unwrap();
    assert_eq!(
        rows(&panel, ANNA, None, &["id", "code", "member_id", "created_at"]).pop(),
        Some(made)
    );
}

#[test]
fn where_the_codes_of_a_length_are_used_up_a_longer_one_is_generated() {
    let panel = panel_with(
        "INSERT INTO activecodes (code) VALUES ('0'), ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8')",
    );
    let free = |length| write(&panel, ADMIN, move |context| active_codes::free_code(context, length)).unwrap();
    assert_eq!(free(1), "9");
    create(&panel, ADMIN, &[("code", text("9"))]).unwrap();
    for length in [0, 1] {
        assert_eq!(free(length).len(), 2);
    }
    assert_eq!(free(20).len(), 20);
}

#[test]
fn a_code_stays_in_the_family_whatever_number_it_has() {
    let panel = panel_with(CODES);
    // Its id is that of an account above the new owner.
    edit(&panel, ANNA, 10, "member_id", Value::Integer(11)).unwrap();
    edit(&panel, Caller::Reseller(11), 10, "member_id", Value::Integer(12)).unwrap();
    assert_eq!(ids(&panel, Caller::Reseller(12), None), [10, 12]);
    is_invalid(edit(&panel, ANNA, 10, "member_id", Value::Integer(20)), "member_id");
    is_invalid(create(&panel, ANNA, &[("member_id", Value::Integer(0))]), "member_id");
    for outcome in [
        edit(&panel, ANNA, 20, "enabled", Value::Integer(0)),
        edit(&panel, ANNA, 99, "enabled", Value::Integer(0)),
        write(&panel, ANNA, |context| ACTIVE_CODES.delete(context, 20)),
        write(&panel, Caller::Reseller(12), |context| ACTIVE_CODES.delete(context, 11)),
    ] {
        is_not_found(outcome, Thing::ActiveCode);
    }
    write(&panel, ANNA, |context| ACTIVE_CODES.delete(context, 12)).unwrap();
    assert_eq!(ids(&panel, ADMIN, None), [10, 11, 20, 30]);
}
