//! Whose things a caller sees and changes: over random trees of accounts, circles and administrators within chains among
//! them, with random lines, devices, codes, connections and logs. What is outside the caller's family is never shown,
//! counted or changed, and is told to exist by the words of section 3.1 alone.

use std::collections::BTreeSet;

use linecard::dialects::xtream::action::{Action, Verb};
use linecard::dialects::xtream::reseller::RESELLER;
use linecard::dialects::xtream::trade::Deal;
use linecard::panel::access::Caller;
use linecard::panel::reselling::Goods;
use proptest::prelude::*;
use proptest::sample::Index;
use rusqlite::types::Value as Stored;
use serde_json::Value;

use super::{Reseller, json, plant, status};
use crate::support::owners::{Dump, check_changes};
use crate::support::{Panel, failure};

/// Things of all kinds have ids from 1 to this, so that one taken for another shows; what names one may name none.
const MOST: i64 = 8;
/// Calls name some of the things that calls have made as well.
const MOST_MADE: i64 = MOST + 3;

#[derive(Clone, Debug)]
struct World {
    /// The owner of each account, and whether it is an administrator.
    accounts: Vec<(i64, bool)>,
    /// The members of lines and codes.
    lines: Vec<i64>,
    codes: Vec<i64>,
    /// The lines of MAG and of Enigma2 devices, of open and of closed connections.
    mags: Vec<i64>,
    enigmas: Vec<i64>,
    live: Vec<i64>,
    activity: Vec<i64>,
    /// The accounts of the log.
    entries: Vec<i64>,
}

#[derive(Clone, Debug)]
struct Call {
    caller: i64,
    action: &'static str,
    id: i64,
    other: i64,
    /// Hundredths that are moved.
    amount: i64,
    package: bool,
    trial: bool,
    dry_run: bool,
    /// What lists look for, and whether they are narrowed to the things of `other`.
    search: Option<Index>,
    narrow: bool,
}

fn id() -> impl Strategy<Value = i64> {
    0..=MOST + 1
}

fn world() -> impl Strategy<Value = World> {
    let ids = || prop::collection::vec(id(), 0..8);
    // Some accounts own many, so that families are large and deep.
    let owner = prop_oneof![id(), 1..=4_i64];
    let accounts = prop::collection::vec((owner, prop::bool::weighted(0.2)), MOST as usize);
    let lines = prop::collection::vec(id(), 1..=MOST as usize);
    (accounts, lines, ids(), ids(), ids(), (ids(), ids(), ids())).prop_map(
        |(accounts, lines, codes, mags, enigmas, (live, activity, entries))| World {
            accounts,
            lines,
            codes,
            mags,
            enigmas,
            live,
            activity,
            entries,
        },
    )
}

/// Any action, and those that move accounts and what they own more often.
fn action() -> impl Strategy<Value = &'static str> {
    let all: Vec<&str> = RESELLER.actions.iter().map(|action| action.name).collect();
    let moving = vec!["delete_user", "edit_line", "edit_mag", "convert_mag", "get_users"];
    prop_oneof![4 => prop::sample::select(all), 1 => prop::sample::select(moving)]
}

fn call() -> impl Strategy<Value = Call> {
    let search = prop::option::weighted(0.4, any::<Index>());
    let flags = (
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.15),
        search,
        prop::bool::weighted(0.3),
    );
    (1..=MOST, action(), 0..=MOST_MADE, 0..=MOST_MADE, -900..900i64, flags).prop_map(
        |(caller, action, id, other, amount, (package, trial, dry_run, search, narrow))| Call {
            caller,
            action,
            id,
            other,
            amount,
            package,
            trial,
            dry_run,
            search,
            narrow,
        },
    )
}

/// A text that only one thing has: its kind and its number.
fn mark(kind: &str, id: i64) -> String {
    format!("{kind}of{id}end")
}

/// Empties the documents' panel and fills it with a world. Every account has a key; every group all rights.
fn fill(panel: &Panel, world: &World) {
    let mut sql = String::from(
        "DELETE FROM lines_live; DELETE FROM lines_activity; DELETE FROM lines_logs; DELETE FROM mag_events; DELETE FROM mag_devices;
         DELETE FROM enigma2_devices; DELETE FROM lines; DELETE FROM users_logs; DELETE FROM users_credits_logs;
         DELETE FROM login_logs; DELETE FROM users; DELETE FROM sqlite_sequence WHERE name NOT IN ('users_groups', 'users_packages');
         UPDATE users_groups SET delete_users = 1, create_sub_resellers = 1, subresellers = '[10,3]' WHERE group_id = 3;
         UPDATE users_packages SET \"groups\" = '[3,10]';",
    );
    for (id, (owner, admin)) in (1_i64..).zip(&world.accounts) {
        let (group, name) = (if *admin { 10 } else { 3 }, mark("user", id));
        sql += &format!(
            "INSERT INTO users (id, username, owner_id, member_group_id, credits, api_key, email) VALUES ({id}, '{name}', {owner}, {group}, 5000, 'KEY{id}', '{name}@x');"
        );
    }
    for (id, member) in (1_i64..).zip(&world.lines) {
        let name = mark("line", id);
        let is = |devices: &[i64]| u8::from(devices.contains(&id));
        let (mag, enigma) = (is(&world.mags), is(&world.enigmas));
        sql += &format!(
            "INSERT INTO lines (id, username, password, member_id, reseller_notes, is_mag, is_e2) VALUES ({id}, '{name}', 'password', {member}, 'notes {name}', {mag}, {enigma});"
        );
    }
    for (id, member) in (1_i64..).zip(&world.codes) {
        let name = mark("code", id);
        sql += &format!("INSERT INTO activecodes (id, code, member_id) VALUES ({id}, '{name}', {member});");
    }
    for (table, key, devices, kind) in [
        ("mag_devices", "mag_id", &world.mags, 'A'),
        ("enigma2_devices", "device_id", &world.enigmas, 'B'),
    ] {
        for (id, line) in (1_i64..).zip(devices) {
            sql += &format!(
                "INSERT INTO {table} ({key}, mac, user_id) VALUES ({id}, '{}', {line});",
                mac(kind, id)
            );
        }
    }
    for (table, [key, column, text], ids) in [
        ("lines_live", ["activity_id", "user_id", "user_agent"], &world.live),
        (
            "lines_activity",
            ["activity_id", "user_id", "user_agent"],
            &world.activity,
        ),
        ("users_logs", ["id", "owner", "action"], &world.entries),
    ] {
        for (id, of) in (1_i64..).zip(ids) {
            let mark = mark(table, id);
            sql += &format!("INSERT INTO {table} ({key}, {column}, {text}) VALUES ({id}, {of}, '{mark}');");
        }
    }
    plant(panel, sql);
}

fn mac(kind: char, id: i64) -> String {
    format!("00:1A:79:{kind}0:00:{id:02}")
}

/// The texts of the world that only one thing has, with its table and key.
fn marks(world: &World) -> Vec<(String, &'static str, i64)> {
    let numbered = |count: usize| 1..=count as i64;
    let mut all = Vec::new();
    for id in numbered(world.accounts.len()) {
        all.push((mark("user", id), "users", id));
    }
    for id in numbered(world.lines.len()) {
        all.push((mark("line", id), "lines", id));
    }
    for id in numbered(world.codes.len()) {
        all.push((mark("code", id), "activecodes", id));
    }
    for id in numbered(world.mags.len()) {
        all.push((mac('A', id), "mag_devices", id));
    }
    for id in numbered(world.enigmas.len()) {
        all.push((mac('B', id), "enigma2_devices", id));
    }
    for (table, count) in [
        ("lines_live", world.live.len()),
        ("lines_activity", world.activity.len()),
        ("users_logs", world.entries.len()),
    ] {
        for id in numbered(count) {
            all.push((mark(table, id), table, id));
        }
    }
    all
}

fn params(call: &Call, number: usize, search: Option<&str>) -> String {
    let (id, other, amount) = (call.id, call.other, linecard::money::Money(call.amount));
    let mut params = format!(
        "id={id}&member_id={other}&member_group_id={}&credits={amount}&limit=1000&dry_run={}&mac=00:1A:79:C0:00:{number:02}",
        if call.package { 10 } else { 3 },
        u8::from(call.dry_run)
    );
    if call.package {
        params += &format!("&package=1&trial={}", u8::from(call.trial));
    }
    if call.narrow {
        // As lists of lines and things, and as those of connections name it.
        params += &format!("&reseller={other}&user={other}&user_id={other}");
    }
    if let Some(search) = search {
        params += &format!("&search[value]={search}");
    }
    params
}

/// What an action names with its id: the table, and the words for one that is not found.
fn named(action: &Action) -> Option<(&'static str, &'static str)> {
    let of_goods = |goods| match goods {
        Goods::Line => ("lines", "Line not found."),
        Goods::Mag => ("mag_devices", "MAG device not found."),
        Goods::Enigma => ("enigma2_devices", "Enigma device not found."),
        Goods::ActiveCode => ("activecodes", "Active code not found."),
    };
    let goods = match action.name.split_once('_').unwrap_or_default().1 {
        "line" => of_goods(Goods::Line),
        "mag" => of_goods(Goods::Mag),
        "enigma" => of_goods(Goods::Enigma),
        "activecode" => of_goods(Goods::ActiveCode),
        "user" | "credits" => ("users", "User not found."),
        _ => return None,
    };
    (!action.name.starts_with("create_")).then_some(goods)
}

/// The whole answer to a call about something that the caller may not reach; `None` where it may.
fn refusal(before: &Dump, caller: i64, action: &Action, id: i64) -> Option<String> {
    let (table, not_found) = named(action)?;
    let no_permission = || Some(failure("STATUS_NO_PERMISSIONS", "No permissions."));
    let not_found = || Some(failure("STATUS_FAILURE", not_found));
    if table == "users" && id == caller {
        return match action.name {
            "get_user" => None,
            "edit_user" => no_permission(),
            _ => not_found(),
        };
    }
    if before.sees(Caller::Reseller(caller), table, id) {
        return None;
    }
    let tells = matches!(&action.verb, Verb::Trade(trade) if matches!(trade.deal, Deal::Edit(_) | Deal::Extend));
    match tells && before.rows(table).contains_key(&id) {
        true => no_permission(),
        false => not_found(),
    }
}

/// The table of a list and the key in its rows, and which of the rows that the caller sees it has.
fn listed(before: &Dump, caller: i64, action: &str) -> Option<(&'static str, &'static str, BTreeSet<i64>)> {
    let (table, key) = match action {
        "get_lines" => ("lines", "id"),
        "get_mags" => ("mag_devices", "id"),
        "get_enigmas" => ("enigma2_devices", "id"),
        "get_activecodes" => ("activecodes", "id"),
        "get_users" => ("users", "id"),
        "activity_logs" => ("lines_activity", "activity_id"),
        "live_connections" => ("lines_live", "activity_id"),
        "user_logs" => ("users_logs", "id"),
        _ => return None,
    };
    let mut ids = before.seen(Caller::Reseller(caller), table);
    if table == "users" {
        ids.remove(&caller);
    }
    if table == "lines" {
        ids.retain(|id| {
            ["is_mag", "is_e2"]
                .iter()
                .all(|flag| before.int("lines", *id, flag) == Some(0))
        });
    }
    Some((table, key, ids))
}

/// Whether a caller's key opens the API.
fn is_open(before: &Dump, caller: i64) -> bool {
    before.int("users", caller, "status") == Some(1) && !before.is_admin(caller)
}

/// Whether an entry of the family's log has a text.
fn told_by_log(before: &Dump, caller: Caller, text: &str) -> bool {
    let entries = before.seen(caller, "users_logs");
    entries
        .iter()
        .any(|id| match &before.rows("users_logs")[id]["deleted_info"] {
            Stored::Text(info) => info.contains(text),
            _ => false,
        })
}

/// Checks what an answer shows and counts.
fn check_answer(
    before: &Dump,
    after: &Dump,
    call: &Call,
    action: &Action,
    answer: &str,
    marks: &[(String, &'static str, i64)],
) -> Result<(), TestCaseError> {
    let caller = Caller::Reseller(call.caller);
    for (mark, table, id) in marks {
        let is_own = before.sees(caller, table, *id) || after.sees(caller, table, *id);
        // The log of the family remembers what is gone.
        let is_remembered = || action.name == "user_logs" && told_by_log(before, caller, mark);
        prop_assert!(
            is_own || !answer.contains(mark.as_str()) || is_remembered(),
            "{} is a stranger's",
            mark
        );
    }
    let Some((table, key, ids)) = listed(before, call.caller, action.name) else {
        return Ok(());
    };
    let answer = json(answer);
    let number = |name: &str| answer[name].as_u64().unwrap() as usize;
    let shown: BTreeSet<i64> = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[key].as_i64().unwrap())
        .collect();
    prop_assert_eq!(
        (number("recordsTotal"), number("recordsFiltered")),
        (shown.len(), shown.len())
    );
    let right: BTreeSet<i64> = match call.narrow {
        false => ids,
        true => {
            let of = |id: &i64| match table {
                "lines_live" | "lines_activity" => before.line(table, *id),
                "users" => before.int("users", *id, "owner_id"),
                "users_logs" => Some(call.other),
                _ => before.account(table, *id),
            };
            ids.into_iter().filter(|id| of(id) == Some(call.other)).collect()
        }
    };
    match call.search.is_some() || table == "users_logs" && call.narrow {
        true => prop_assert!(shown.is_subset(&right), "{:?} of {:?}", shown, right),
        false => prop_assert_eq!(shown, right),
    }
    Ok(())
}

/// Makes one call and checks all that it does.
fn try_call(
    panel: &Panel,
    call: &Call,
    number: usize,
    marks: &[(String, &'static str, i64)],
) -> Result<(), TestCaseError> {
    let action = RESELLER.action(call.action).unwrap();
    let search = call.search.filter(|_| !marks.is_empty()).map(|at| at.get(marks));
    let before = Dump::take(panel.inner());
    let params = params(call, number, search.map(|(mark, ..)| mark.as_str()));
    let mut reseller = Reseller::new(panel.host(), &format!("KEY{}", call.caller));
    let answer = reseller.call(action.name, &params);
    let after = Dump::take(panel.inner());
    let told = |error: TestCaseError| {
        TestCaseError::fail(format!("{} {} {params}: {answer}: {error}", call.caller, action.name))
    };
    let check = || {
        if !is_open(&before, call.caller) {
            prop_assert_eq!(&answer, &failure("STATUS_FAILURE", "Invalid API key."));
            prop_assert!(before == after);
            return Ok(());
        }
        check_changes(Caller::Reseller(call.caller), &before, &after)?;
        check_answer(&before, &after, call, action, &answer, marks)?;
        match refusal(&before, call.caller, action, call.id) {
            Some(refusal) => {
                prop_assert_eq!(&answer, &refusal);
                prop_assert!(before == after);
            }
            // All that is sent has the right form, and what names a stranger's is not honoured (6.2).
            None => {
                prop_assert!(!answer.contains("not found"), "there is one");
                prop_assert_ne!(status(&answer), "INVALID_INPUT");
            }
        }
        if call.dry_run && action.writes() {
            prop_assert!(before == after);
        }
        // The own account shows who owns it, and nothing more of that one.
        let data: Value = json(&answer)["data"].clone();
        if status(&answer) == "SUCCESS" && matches!(action.name, "user_info" | "get_user") {
            let id = if action.name == "user_info" {
                call.caller
            } else {
                call.id
            };
            prop_assert_eq!(&data["id"], id);
        }
        Ok(())
    };
    check().map_err(told)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_is_outside_the_family_is_never_shown_counted_or_changed(
        world in world(),
        calls in prop::collection::vec(call(), 20..80),
    ) {
        let panel = Panel::docs_with(|config| config.set.push(("wrong_secrets".into(), "0".into())));
        fill(&panel, &world);
        let marks = marks(&world);
        for (number, call) in calls.iter().enumerate() {
            try_call(&panel, call, number, &marks)?;
        }
    }
}

#[test]
fn an_administrator_below_a_deleted_sub_reseller_comes_to_nobody() {
    let panel = Panel::docs();
    plant(
        &panel,
        "INSERT INTO users (id, username, owner_id, member_group_id) VALUES
             (101, 'sub', 88, 2), (102, 'below', 101, 2), (103, 'administrator', 101, 10)",
    );
    let deleted = Reseller::documented(&panel).call("delete_user", "id=101");
    assert_eq!(deleted, crate::support::DONE);
    let owners = "SELECT id, owner_id FROM users WHERE id > 100";
    assert_eq!(panel.sql(owners), ["102|88", "103|0"]);
}
