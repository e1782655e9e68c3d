//! Whatever a caller who is no administrator calls, no answer shows and no change touches a row that is not
//! its own: over random trees of accounts, circles among them, with random lines, devices, connections and
//! logs. The model says in Rust who owns what, the panel in SQL.

use std::collections::BTreeSet;
use std::sync::Arc;

use linecard::money::Money;
use linecard::panel::access::{Account, Caller};
use linecard::panel::clock::Clock;
use linecard::panel::devices::{self, Device, ENIGMAS, MAGS};
use linecard::panel::draft::{Draft, FieldValue};
use linecard::panel::noun::Noun;
use linecard::panel::rng::Rng;
use linecard::panel::{
    Context, Error, Panel, Result, Settings, access_codes, blocklists, bouquets, categories, connections, epg, groups,
    lines, logs, named, playing, resellers, servers, transcode_profiles,
};
use linecard::store::Place;
use linecard::store::list::ListQuery;
use linecard::store::view::{Selection, View};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::owners::{Dump, check_changes};
use crate::support::{NOW, block_on};

/// Accounts, lines and devices have ids from 1 to this; what names one may name none.
const MOST: i64 = 8;

/// An account: its owner and whether it is an administrator.
type Person = (i64, bool);
/// A line: its member, the line it is paired with, and its name.
type Customer = (i64, i64, usize);

#[derive(Clone, Debug)]
struct World {
    accounts: Vec<Person>,
    lines: Vec<Customer>,
    /// The lines of MAG and of Enigma2 devices.
    mags: Vec<i64>,
    enigmas: Vec<i64>,
    /// The lines of open and closed connections and of refused requests.
    live: Vec<i64>,
    activity: Vec<i64>,
    refused: Vec<i64>,
    /// The accounts of changed balances (who got and who gave), of the log and of logins.
    credits: Vec<(i64, i64)>,
    notes: Vec<i64>,
    logins: Vec<i64>,
}

/// One call: which of all, and the numbers in it.
#[derive(Clone, Copy, Debug)]
struct Call {
    what: usize,
    id: i64,
    other: i64,
}

fn id() -> impl Strategy<Value = i64> {
    0..=MOST + 1
}

fn world() -> impl Strategy<Value = World> {
    let ids = || prop::collection::vec(id(), 0..8);
    let accounts = prop::collection::vec((id(), prop::bool::weighted(0.15)), MOST as usize);
    let lines = prop::collection::vec((id(), id(), 0..4usize), 1..=MOST as usize);
    let people = (accounts, lines, ids(), ids());
    let logs = (
        ids(),
        ids(),
        ids(),
        prop::collection::vec((id(), id()), 0..8),
        ids(),
        ids(),
    );
    (people, logs).prop_map(
        |((accounts, lines, mags, enigmas), (live, activity, refused, credits, notes, logins))| World {
            accounts,
            lines,
            mags,
            enigmas,
            live,
            activity,
            refused,
            credits,
            notes,
            logins,
        },
    )
}

fn caller() -> impl Strategy<Value = Caller> {
    let account = 1..=MOST;
    prop_oneof![
        6 => account.clone().prop_map(Caller::Reseller),
        1 => account.prop_map(|id| Caller::Session(Account::Reseller(id))),
        2 => (1..=MOST).prop_map(Caller::Line),
        1 => Just(Caller::Anyone),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    (0..CALLS.len(), id(), id()).prop_map(|(what, id, other)| Call { what, id, other })
}

fn mac(number: i64) -> String {
    format!("00:1A:79:00:00:{number:02}")
}

fn plant(db: &Connection, world: &World) -> rusqlite::Result<()> {
    db.execute_batch(
        "INSERT INTO users_groups (group_id, is_admin, is_reseller, can_delete) VALUES (1, 1, 0, 0), (2, 0, 1, 0);
         INSERT INTO bouquets (id) VALUES (1), (2); INSERT INTO streams_categories (id) VALUES (1);
         INSERT INTO streams (id, type) VALUES (1, 1); INSERT INTO streams_servers (stream_id, server_id, pid) VALUES (1, 1, 7);
         INSERT INTO servers (id, is_main) VALUES (1, 1); INSERT INTO epg (id, epg_file) VALUES (1, 'none');
         INSERT INTO access_codes (id, code) VALUES (1, 'access01'); INSERT INTO blocked_ips (id, ip) VALUES (1, '10.0.0.1');
         INSERT INTO profiles (profile_id) VALUES (1);",
    )?;
    for (id, (owner, admin)) in (1..).zip(&world.accounts) {
        let sql = "INSERT INTO users (id, username, owner_id, member_group_id, credits) VALUES (?1, 'user' || ?1, ?2, ?3, 500)";
        db.execute(sql, (id, owner, if *admin { 1 } else { 2 }))?;
    }
    for (id, (member, pair, name)) in (1i64..).zip(&world.lines) {
        let flags = (world.mags.contains(&id), world.enigmas.contains(&id));
        let pair = (*pair > 0).then_some(pair);
        let sql = "INSERT INTO lines (id, member_id, pair_id, username, password, is_mag, is_e2) VALUES (?1, ?2, ?3, ?4, 'p', ?5, ?6)";
        db.execute(sql, (id, member, pair, format!("name{name}"), flags.0, flags.1))?;
        db.execute("INSERT INTO linecard_extra VALUES (?1, 'x', 'y')", [id])?;
    }
    for (id, line) in (1i64..).zip(&world.mags) {
        db.execute(
            "INSERT INTO mag_devices (mag_id, mac, user_id) VALUES (?1, ?2, ?3)",
            (id, mac(id % 3), line),
        )?;
        db.execute("INSERT INTO mag_events (mag_device_id) VALUES (?1)", [id])?;
    }
    for (id, line) in (1i64..).zip(&world.enigmas) {
        let sql = "INSERT INTO enigma2_devices (device_id, mac, user_id) VALUES (?1, ?2, ?3)";
        db.execute(sql, (id, mac(id % 3), line))?;
    }
    for (sql, ids) in [
        (
            "INSERT INTO lines_live (user_id, stream_id, server_id) VALUES (?1, 1, 1)",
            &world.live,
        ),
        ("INSERT INTO lines_activity (user_id) VALUES (?1)", &world.activity),
        ("INSERT INTO lines_logs (user_id) VALUES (?1)", &world.refused),
        ("INSERT INTO users_logs (owner) VALUES (?1)", &world.notes),
        ("INSERT INTO login_logs (user_id) VALUES (?1)", &world.logins),
    ] {
        for id in ids {
            db.execute(sql, [id])?;
        }
    }
    for both in &world.credits {
        db.execute(
            "INSERT INTO users_credits_logs (target_id, admin_id) VALUES (?1, ?2)",
            *both,
        )?;
    }
    Ok(())
}

/// What an answer shows: rows of a table, and whether these must be all that the caller sees.
#[derive(Debug, Default)]
struct Shown {
    rows: Vec<(&'static str, i64)>,
    all_of: Option<&'static str>,
}

impl Shown {
    fn one(table: &'static str, id: impl IntoIterator<Item = i64>) -> Shown {
        Shown {
            rows: id.into_iter().map(|id| (table, id)).collect(),
            all_of: None,
        }
    }
}

type Operation = fn(&Context<'_>, Call) -> Result<Shown>;

const VIEWS: [&View; 13] = [
    &resellers::VIEW,
    &lines::VIEW,
    &devices::MAG,
    &devices::ENIGMA,
    &logs::LIVE,
    &logs::ACTIVITY,
    &logs::CLIENTS,
    &logs::CREDITS,
    &logs::USERS,
    &logs::LOGINS,
    &logs::MAG_EVENTS,
    &devices::MAG_WITH_PAIR,
    &devices::ENIGMA_WITH_PAIR,
];

/// The view that a number chooses, and the choice of its key.
fn view(number: i64) -> (&'static View, Selection) {
    let view = VIEWS[number.unsigned_abs() as usize % VIEWS.len()];
    let key = view.stored().find(|column| column.name == view.key).unwrap();
    (view, Selection::new(view, [key]))
}

fn keys(rows: Vec<Vec<Value>>) -> impl Iterator<Item = i64> {
    rows.into_iter().map(|row| match row[0] {
        Value::Integer(key) => key,
        ref other => panic!("{other:?}"),
    })
}

fn draft(values: &[(&'static str, i64)]) -> Draft {
    Draft::from_values(values.iter().map(|(column, value)| (*column, Value::Integer(*value))))
}

fn named_draft(call: Call) -> Draft {
    let mut draft = draft(&[("member_id", call.other)]);
    draft.push("username", FieldValue::Value(Value::Text(format!("new{}", call.id))));
    draft
}

fn account_draft(call: Call, values: &[(&'static str, i64)]) -> Draft {
    let mut draft = draft(values);
    draft.push("username", FieldValue::Value(Value::Text(format!("made{}", call.id))));
    draft
}

fn shows_device(device: &Device, table: &'static str, context: &Context<'_>, id: Option<i64>) -> Result<Shown> {
    let mut shown = Shown::one(table, id);
    if let Some(id) = id {
        shown
            .rows
            .extend(device.line_of(context, id)?.map(|line| ("lines", line)));
    }
    Ok(shown)
}

const READ: bool = false;
const WRITE: bool = true;

/// All calls, and whether each is a write.
const CALLS: &[(&str, bool, Operation)] = &[
    ("get one", READ, |context, call| {
        let (view, selection) = view(call.other);
        let row = context.one(view, &selection, call.id)?;
        Ok(Shown::one(view.table, row.map(|_| call.id)))
    }),
    ("rows", READ, |context, call| {
        let (view, selection) = view(call.id);
        let rows = context.rows(&ListQuery::all(view), &selection)?;
        let all = !matches!(call.id as usize % VIEWS.len(), 11 | 12);
        Ok(Shown {
            all_of: all.then_some(view.table),
            ..Shown::one(view.table, keys(rows))
        })
    }),
    ("a page of one row", READ, |context, call| {
        let (view, selection) = view(call.id);
        let query = ListQuery {
            limit: Some(1),
            ..ListQuery::all(view)
        };
        let page = context.page(&query, &selection)?;
        let all = context.rows(&ListQuery::all(view), &selection)?;
        assert_eq!(page.total, all.len() as i64);
        Ok(Shown::one(view.table, keys(page.rows)))
    }),
    ("a filtered list", READ, |context, call| {
        let (view, selection) = view(1 + call.id % 3);
        let query = ListQuery {
            filters: vec![("owner", Some(Value::Integer(call.other)))],
            ..ListQuery::all(view)
        };
        Ok(Shown::one(view.table, keys(context.rows(&query, &selection)?)))
    }),
    ("a list by an unknown filter", READ, |context, call| {
        let (view, selection) = view(call.id);
        let query = ListQuery {
            filters: vec![("1 = 1", None)],
            ..ListQuery::all(view)
        };
        assert!(context.rows(&query, &selection)?.is_empty());
        Ok(Shown::default())
    }),
    ("the first by credentials", READ, |context, call| {
        let key = lines::VIEW.column("id");
        let selection = Selection::first(&lines::VIEW, key, lines::HAS_CREDENTIALS);
        let row = context.first(&lines::VIEW, &selection, (format!("NAME{}", call.id % 4), "p"))?;
        Ok(Shown::one("lines", keys(row.into_iter().collect())))
    }),
    ("find a line", READ, |context, call| {
        Ok(Shown::one(
            "lines",
            lines::find(context, &format!("NAME{}", call.id % 4), "p")?,
        ))
    }),
    ("find an account", READ, |context, call| {
        Ok(Shown::one("users", resellers::find(context, call.id)?))
    }),
    ("find an account by name", READ, |context, call| {
        Ok(Shown::one(
            "users",
            resellers::find_by_name(context, &format!("USER{}", call.id))?,
        ))
    }),
    ("find a MAG device", READ, |context, call| {
        shows_device(&MAGS, "mag_devices", context, MAGS.find(context, &mac(call.id % 3))?)
    }),
    ("find an Enigma2 device", READ, |context, call| {
        shows_device(
            &ENIGMAS,
            "enigma2_devices",
            context,
            ENIGMAS.find(context, &mac(call.id % 3))?,
        )
    }),
    ("the line of a device", READ, |context, call| {
        shows_device(&MAGS, "mag_devices", context, Some(call.id))
    }),
    ("a further column", READ, |context, call| {
        let extra = lines::extra(context, call.id, "x")?;
        Ok(Shown::one("lines", (!extra.is_empty()).then_some(call.id)))
    }),
    ("what expires", READ, |context, _| {
        Ok(Shown::one(
            "lines",
            lines::expiring(context, 0, i64::MAX >> 20)?
                .into_iter()
                .map(|(_, id)| id),
        ))
    }),
    ("must exist", READ, |context, call| {
        lines::LINES.must_exist(context, call.id)?;
        resellers::USERS.must_exist(context, call.other)?;
        Ok(Shown {
            rows: vec![("lines", call.id), ("users", call.other)],
            all_of: None,
        })
    }),
    ("create a line", WRITE, |context, call| {
        Ok(Shown::one("lines", [lines::LINES.create(context, &named_draft(call))?]))
    }),
    ("create a line of nobody", WRITE, |context, call| {
        let draft = draft(&[("pair_id", call.other)]);
        Ok(Shown::one("lines", [lines::LINES.create(context, &draft)?]))
    }),
    ("edit a line", WRITE, |context, call| {
        lines::LINES.edit(context, call.id, &named_draft(call))?;
        Ok(Shown::one("lines", [call.id]))
    }),
    ("pair a line", WRITE, |context, call| {
        let mut draft = Draft::default();
        draft.push(
            "pair_id",
            FieldValue::Reference(call.other, &lines::EXISTS, "pair_id".into()),
        );
        lines::LINES.edit(context, call.id, &draft)?;
        Ok(Shown {
            rows: vec![("lines", call.id), ("lines", call.other)],
            all_of: None,
        })
    }),
    ("switch a line", WRITE, |context, call| {
        lines::LINES.edit(context, call.id, &draft(&[("enabled", 0)]))?;
        Ok(Shown::one("lines", [call.id]))
    }),
    ("delete a line", WRITE, |context, call| {
        lines::LINES.delete(context, call.id)?;
        Ok(Shown::default())
    }),
    ("set a further column", WRITE, |context, call| {
        lines::set_extra(context, call.id, "x", "z")?;
        Ok(Shown::one("lines", [call.id]))
    }),
    ("create a device", WRITE, |context, call| {
        let mut draft = draft(&[("member_id", call.other)]);
        draft.push("mac", FieldValue::Value(Value::Text(mac(50 + call.id))));
        Ok(Shown::one("mag_devices", [MAGS.create(context, &draft)?]))
    }),
    ("edit a device", WRITE, |context, call| {
        MAGS.edit(
            context,
            call.id,
            &draft(&[("lock_device", 1), ("member_id", call.other)]),
        )?;
        Ok(Shown::one("mag_devices", [call.id]))
    }),
    ("switch a device", WRITE, |context, call| {
        ENIGMAS.edit(context, call.id, &draft(&[("enabled", 0)]))?;
        Ok(Shown::one("enigma2_devices", [call.id]))
    }),
    ("delete a device", WRITE, |context, call| {
        MAGS.delete(context, call.id)?;
        Ok(Shown::default())
    }),
    ("convert a device", WRITE, |context, call| {
        Ok(Shown::one("lines", [ENIGMAS.convert(context, call.id)?]))
    }),
    ("create an account", WRITE, |context, call| {
        let draft = account_draft(call, &[("owner_id", call.other), ("member_group_id", 2)]);
        Ok(Shown::one("users", [resellers::USERS.create(context, &draft)?]))
    }),
    ("edit an account", WRITE, |context, call| {
        resellers::USERS.edit(context, call.id, &draft(&[("owner_id", call.other)]))?;
        Ok(Shown::one("users", [call.id]))
    }),
    ("make an administrator", WRITE, |context, call| {
        resellers::USERS.edit(context, call.id, &draft(&[("member_group_id", 1)]))?;
        panic!("a reseller made an administrator");
    }),
    ("delete an account", WRITE, |context, call| {
        resellers::USERS.delete(context, call.id)?;
        Ok(Shown::default())
    }),
    ("adjust credits", WRITE, |context, call| {
        resellers::adjust_credits(context, call.id, Money(100), "")?;
        Ok(Shown::one("users", [call.id]))
    }),
    ("kill a connection", WRITE, |context, call| {
        connections::kill(context, call.id)?;
        Ok(Shown::default())
    }),
    ("kill all connections", WRITE, |context, _| {
        connections::close_all(context)?;
        panic!("a stranger closed all connections");
    }),
    ("delete by name", WRITE, |context, call| {
        let meant = [format!("name{}", call.id % 4), mac(call.id % 3)];
        named::delete(context, |name| meant.iter().any(|one| one == name))?;
        Ok(Shown::default())
    }),
    ("what administrators do", WRITE, |context, call| {
        let nouns: [&dyn Noun; 8] = [
            &bouquets::BOUQUETS,
            &categories::CATEGORIES,
            &groups::GROUPS,
            &servers::SERVERS,
            &epg::EPGS,
            &access_codes::ACCESS_CODES,
            &blocklists::BLOCKED_IPS,
            &transcode_profiles::PROFILES,
        ];
        let noun = nouns[call.id as usize % nouns.len()];
        let nothing = Draft::default();
        assert!(noun.create(context, &nothing).is_err());
        assert!(noun.edit(context, 1, &nothing).is_err());
        assert!(noun.delete(context, 1).is_err());
        assert!(blocklists::flush_ips(context).is_err());
        assert!(playing::start_on(context, 1, None).is_err());
        assert!(playing::stop_on(context, 1, None).is_err());
        assert!(playing::kill_pid(context, 1, 7).is_err());
        assert!(epg::sources(context, None).is_err());
        assert!(servers::machines(context).is_err());
        Ok(Shown::default())
    }),
];

fn run(panel: &Arc<Panel>, caller: Caller, call: Call) -> Result<Shown> {
    let (_, write, operation) = CALLS[call.what];
    let outcome = match write {
        WRITE => block_on(panel.write(caller, move |context| operation(context, call))),
        READ => block_on(panel.read(caller, move |context| operation(context, call))),
    };
    // What is asserted within a write is an error of the writer's to its caller.
    if let Err(Error::Internal(cause)) = &outcome {
        panic!("{cause}");
    }
    outcome
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_shows_and_no_change_touches_a_strangers_row(
        world in world(),
        calls in prop::collection::vec((caller(), call()), 1..40),
    ) {
        let fill = |db: &Connection, _: &Rng, _| plant(db, &world).map_err(|error| error.to_string());
        let (clock, rng) = (Clock::frozen(NOW), Rng::seeded(7));
        let panel = Panel::open(Place::private_memory(), Settings::default(), clock, rng, fill).unwrap().0;
        let panel = Arc::new(panel);
        let mut before = Dump::take(&panel);
        for (caller, call) in calls {
            let (name, write, _) = CALLS[call.what];
            let shown = run(&panel, caller, call);
            let after = Dump::take(&panel);
            let told = format!("{name}: {caller:?} {call:?} {shown:?}");
            check_changes(caller, &before, &after).map_err(|error| TestCaseError::fail(format!("{told}: {error}")))?;
            if let Ok(shown) = shown {
                let state = if write { &after } else { &before };
                for (table, key) in &shown.rows {
                    prop_assert!(state.sees(caller, table, *key), "{} {}: {}", table, key, told);
                }
                if let Some(table) = shown.all_of {
                    let keys: BTreeSet<i64> = shown.rows.iter().map(|(_, key)| *key).collect();
                    prop_assert_eq!(keys, state.seen(caller, table), "{}", told);
                }
            }
            before = after;
        }
    }
}
