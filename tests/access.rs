//! Whose rows a caller sees and changes, case by case. `properties::access` tries the rest.

use std::sync::Arc;

use linecard::money::Money;
use linecard::panel::access::{Account, Caller};
use linecard::panel::bouquets::{self, BOUQUETS};
use linecard::panel::clock::Clock;
use linecard::panel::draft::Draft;
use linecard::panel::error::Thing;
use linecard::panel::lines::{self, LINES};
use linecard::panel::noun::Noun;
use linecard::panel::resellers::{self, USERS};
use linecard::panel::rng::Rng;
use linecard::panel::{Context, Error, Panel, Result, Settings, connections, content, logs, servers};
use linecard::store::Place;
use linecard::store::list::ListQuery;
use linecard::store::view::{Selection, View};
use rusqlite::types::Value;

use crate::support::{NOW, block_on};

/// 10 is a reseller; 11 is below it and 12 below 11; 20 is a stranger; 30 an administrator whom 10 owns.
const FAMILIES: &str = "
    INSERT INTO users_groups (group_id, is_admin, is_reseller, can_delete) VALUES (1, 1, 0, 0), (2, 0, 1, 0);
    INSERT INTO users (id, username, member_group_id, owner_id, credits) VALUES
        (1, 'root', 1, 0, 0), (10, 'anna', 2, 1, 500), (11, 'ben', 2, 10, 500), (12, 'cleo', 2, 11, 500),
        (20, 'dora', 2, 1, 500), (30, 'emil', 1, 10, 0);
    INSERT INTO lines (id, username, password, member_id) VALUES
        (110, 'a', 'p', 10), (111, 'b', 'p', 11), (112, 'c', 'p', 12), (120, 'd', 'p', 20), (130, 'e', 'p', 30);
    INSERT INTO lines_live (activity_id, user_id) VALUES (211, 111), (220, 120);
    INSERT INTO bouquets (id, bouquet_name) VALUES (1, 'all');
    INSERT INTO servers (id, is_main) VALUES (1, 1);
    INSERT INTO streams (id, type) VALUES (1, 1);
";

pub const ANNA: Caller = Caller::Reseller(10);
pub const ADMIN: Caller = Caller::Admin(Some(1));

/// A panel of these families, with more rows.
pub fn panel_with(more: &'static str) -> Arc<Panel> {
    let fill = move |db: &rusqlite::Connection, _: &Rng, _| {
        let filled = db.execute_batch(FAMILIES).and_then(|()| db.execute_batch(more));
        filled.map_err(|error| error.to_string())
    };
    let (clock, rng) = (Clock::frozen(NOW), Rng::seeded(7));
    Arc::new(
        Panel::open(Place::private_memory(), Settings::default(), clock, rng, fill)
            .unwrap()
            .0,
    )
}

fn panel() -> Arc<Panel> {
    panel_with("")
}

pub fn write<T: Send + 'static>(
    panel: &Arc<Panel>,
    caller: Caller,
    operation: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    block_on(panel.write(caller, operation))
}

/// The keys of all rows of a view that a caller sees, and their total.
fn seen(panel: &Arc<Panel>, caller: Caller, view: &'static View) -> Vec<i64> {
    let read = move |context: &Context<'_>| {
        let key = view.stored().find(|column| column.name == view.key);
        let page = context.page(&ListQuery::all(view), &Selection::new(view, key))?;
        let keys = page.rows.iter().map(|row| match row[0] {
            Value::Integer(key) => key,
            ref other => panic!("{other:?}"),
        });
        Ok((keys.collect::<Vec<_>>(), page.total))
    };
    let (keys, total) = block_on(panel.read(caller, read)).unwrap();
    assert_eq!(keys.len() as i64, total);
    keys
}

fn draft(column: &'static str, value: i64) -> Draft {
    Draft::from_values([(column, Value::Integer(value))])
}

pub fn is_not_found<T: std::fmt::Debug>(outcome: Result<T>, thing: Thing) {
    assert!(
        matches!(outcome, Err(Error::NotFound(what)) if what == thing),
        "{outcome:?}"
    );
}

pub fn is_invalid<T: std::fmt::Debug>(outcome: Result<T>, name: &str) {
    assert!(
        matches!(&outcome, Err(Error::Invalid(what)) if what == name),
        "{outcome:?}"
    );
}

#[test]
fn a_reseller_sees_its_own_rows_and_those_below_it_however_deep() {
    let panel = panel();
    assert_eq!(seen(&panel, ANNA, &lines::VIEW), [110, 111, 112]);
    assert_eq!(seen(&panel, Caller::Reseller(11), &lines::VIEW), [111, 112]);
    assert_eq!(seen(&panel, Caller::Reseller(12), &lines::VIEW), [112]);
    assert_eq!(seen(&panel, ANNA, &resellers::VIEW), [10, 11, 12]);
    assert_eq!(seen(&panel, ANNA, &logs::LIVE), [211]);
}

#[test]
fn a_session_sees_what_its_account_does_and_a_rest_secret_sees_everything() {
    let panel = panel();
    let session = |account| seen(&panel, Caller::Session(account), &lines::VIEW);
    let all = seen(&panel, ADMIN, &lines::VIEW);
    assert_eq!(session(Account::Reseller(11)), [111, 112]);
    assert_eq!(session(Account::Admin(1)), all);
    assert_eq!(seen(&panel, Caller::Token(1), &lines::VIEW), all);
}

#[test]
fn an_administrator_is_in_nobodys_family_whoever_owns_the_account() {
    let panel = panel();
    assert!(!seen(&panel, ANNA, &resellers::VIEW).contains(&30));
    assert!(!seen(&panel, ANNA, &lines::VIEW).contains(&130));
}

#[test]
fn owners_in_a_circle_are_one_family_and_come_to_an_end() {
    let panel = panel_with("UPDATE users SET owner_id = 12 WHERE id = 10");
    for account in [10, 11, 12] {
        assert_eq!(seen(&panel, Caller::Reseller(account), &lines::VIEW), [110, 111, 112]);
    }
}

#[test]
fn an_account_that_is_gone_has_no_family() {
    let panel = panel_with("DELETE FROM users WHERE id = 10");
    assert!(seen(&panel, ANNA, &lines::VIEW).is_empty());
    assert!(seen(&panel, ANNA, &resellers::VIEW).is_empty());
}

#[test]
fn a_customer_sees_one_line_and_shared_content_and_changes_nothing() {
    let panel = panel();
    let customer = Caller::Line(111);
    assert_eq!(seen(&panel, customer, &lines::VIEW), [111]);
    assert_eq!(seen(&panel, customer, &logs::LIVE), [211]);
    assert!(seen(&panel, customer, &resellers::VIEW).is_empty());
    assert_eq!(seen(&panel, customer, &content::ANY), [1]);
    is_not_found(
        write(&panel, customer, |context| {
            LINES.edit(context, 111, &draft("enabled", 0))
        }),
        Thing::Line,
    );
    is_not_found(
        write(&panel, customer, |context| LINES.delete(context, 111)),
        Thing::Line,
    );
}

#[test]
fn an_unknown_caller_sees_nothing_at_all() {
    let panel = panel();
    for view in [
        &lines::VIEW,
        &resellers::VIEW,
        &content::ANY,
        &bouquets::VIEW,
        &servers::VIEW,
    ] {
        assert!(seen(&panel, Caller::Anyone, view).is_empty(), "{}", view.table);
    }
}

#[test]
fn what_is_the_administrators_is_hidden_from_a_reseller_and_what_is_shared_is_not() {
    let panel = panel();
    assert!(seen(&panel, ANNA, &servers::VIEW).is_empty());
    assert_eq!(seen(&panel, ANNA, &bouquets::VIEW), [1]);
    is_not_found(
        write(&panel, ANNA, |context| {
            BOUQUETS.edit(context, 1, &draft("bouquet_order", 9))
        }),
        Thing::Bouquet,
    );
    is_not_found(
        write(&panel, ANNA, |context| BOUQUETS.delete(context, 1)),
        Thing::Bouquet,
    );
    is_not_found(
        write(&panel, ANNA, |context| BOUQUETS.create(context, &Draft::default())),
        Thing::Bouquet,
    );
}

#[test]
fn a_strangers_line_is_not_found_by_edit_delete_or_kill() {
    let panel = panel();
    is_not_found(
        write(&panel, ANNA, |context| LINES.edit(context, 120, &draft("enabled", 0))),
        Thing::Line,
    );
    is_not_found(write(&panel, ANNA, |context| LINES.delete(context, 120)), Thing::Line);
    is_not_found(
        write(&panel, ANNA, |context| connections::kill(context, 220)),
        Thing::Connection,
    );
    is_not_found(
        write(&panel, ANNA, |context| {
            resellers::adjust_credits(context, 20, Money(1), "")
        }),
        Thing::User,
    );
    assert_eq!(seen(&panel, ADMIN, &lines::VIEW), [110, 111, 112, 120, 130]);
    write(&panel, ANNA, |context| connections::kill(context, 211)).unwrap();
}

#[test]
fn a_dialect_can_ask_whether_a_strangers_line_is_there_at_all() {
    let panel = panel();
    let ask = |id| move |context: &Context<'_>| LINES.exists_for_anyone(context, id);
    assert!(block_on(panel.read(ANNA, ask(120))).unwrap());
    assert!(!block_on(panel.read(ANNA, ask(121))).unwrap());
}

#[test]
fn what_a_reseller_makes_is_its_own_unless_it_names_one_of_its_family() {
    let panel = panel();
    let member = |caller, draft: Draft| {
        write(&panel, caller, move |context| {
            let id = LINES.create(context, &draft)?;
            let sql = "SELECT member_id FROM lines WHERE id = ?1";
            Ok(context.db.query_row(sql, [id], |row| row.get::<_, i64>(0))?)
        })
    };
    assert_eq!(member(ANNA, Draft::default()).unwrap(), 10);
    assert_eq!(member(ANNA, draft("member_id", 12)).unwrap(), 12);
    for stranger in [20, 0, 1, 30, 99] {
        is_invalid(member(ANNA, draft("member_id", stranger)), "member_id");
    }
    assert_eq!(member(ADMIN, Draft::default()).unwrap(), 0);
}

#[test]
fn a_reseller_cannot_move_a_row_to_a_stranger_or_pair_it_with_a_strangers() {
    let panel = panel();
    is_invalid(
        write(&panel, ANNA, |context| {
            LINES.edit(context, 110, &draft("member_id", 20))
        }),
        "member_id",
    );
    is_invalid(
        write(&panel, ANNA, |context| LINES.edit(context, 110, &draft("pair_id", 120))),
        "pair_id",
    );
    is_invalid(
        write(&panel, ANNA, |context| USERS.edit(context, 11, &draft("owner_id", 20))),
        "owner_id",
    );
    write(&panel, ANNA, |context| LINES.edit(context, 110, &draft("pair_id", 112))).unwrap();
    write(&panel, ANNA, |context| USERS.edit(context, 12, &draft("owner_id", 10))).unwrap();
}

#[test]
fn a_reseller_cannot_put_an_account_below_itself_or_make_an_administrator() {
    let panel = panel();
    is_invalid(
        write(&panel, ANNA, |context| USERS.edit(context, 11, &draft("owner_id", 12))),
        "owner_id",
    );
    is_invalid(
        write(&panel, ANNA, |context| USERS.edit(context, 10, &draft("owner_id", 11))),
        "owner_id",
    );
    let promote = |context: &Context<'_>| USERS.edit(context, 11, &draft("member_group_id", 1));
    is_invalid(write(&panel, ANNA, promote), "member_group_id");
    write(&panel, ADMIN, promote).unwrap();
}

#[test]
fn of_two_lines_with_the_same_credentials_a_reseller_finds_its_own() {
    let panel = panel_with("INSERT INTO lines (id, username, password, member_id) VALUES (140, 'd', 'p', 12)");
    let find = |context: &Context<'_>| lines::find(context, "D", "p");
    assert_eq!(block_on(panel.read(ADMIN, find)).unwrap(), Some(120));
    assert_eq!(block_on(panel.read(ANNA, find)).unwrap(), Some(140));
    assert_eq!(block_on(panel.read(Caller::Reseller(20), find)).unwrap(), Some(120));
}
