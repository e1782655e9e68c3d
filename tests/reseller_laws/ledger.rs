//! The ledger: whatever resellers buy, try, repeat, move and delete, and whatever administrators give and take, what is
//! left and what was spent is what was put in, to the hundredth (contract "Reseller API", 3.2 to 3.4). A second set of books
//! in Rust says before each call what it costs.

use std::collections::BTreeMap;
use std::thread;

use linecard::money::Money;
use linecard::panel::access::Caller;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Reseller, plant, status};
use crate::support::owners::Dump;
use crate::support::{Panel, failure};

/// Three resellers below one another, all of one group; 101 has prices of its own.
const ACCOUNTS: &str = "
    UPDATE users_groups SET create_sub_resellers_price = 250, subresellers = '[3]', total_allowed_gen_trials = 1000000 WHERE group_id = 3;
    UPDATE users_packages SET trial_credits = 75 WHERE id = 1;
    UPDATE users_packages SET official_credits = 123, trial_credits = 1 WHERE id = 6;
    UPDATE users_packages SET \"groups\" = '[3]';
    UPDATE lines SET member_id = 88;
    INSERT INTO users (id, username, owner_id, member_group_id, credits, api_key, override_packages) VALUES
        (101, 'below88', 88, 3, 2000, 'KEY101', '{\"1\":{\"official_credits\":\"3.33\"},\"6\":{\"official_credits\":2}}'),
        (102, 'below101', 101, 3, 1500, 'KEY102', '{\"1\":{\"official_credits\":\"\"}}');
    DELETE FROM users_logs; DELETE FROM users_credits_logs;
";

/// Official and trial price of a package of these accounts.
fn price(caller: i64, package: i64, is_trial: bool) -> i64 {
    match (caller, package, is_trial) {
        (_, 1, true) => 75,
        (_, 6, true) => 1,
        (101, 1, false) => 333,
        (101, 6, false) => 200,
        (_, 1, false) => 500,
        (_, 6, false) => 123,
        other => panic!("{other:?}"),
    }
}

/// The price of a sub-reseller, and the balance without which there is no trial.
const SUBRESELLER: i64 = 250;
const LEAST_FOR_TRIAL: i64 = 100;

const KINDS: [(&str, &str); 4] = [
    ("line", "lines"),
    ("mag", "mag_devices"),
    ("enigma", "enigma2_devices"),
    ("activecode", "activecodes"),
];

#[derive(Clone, Debug)]
enum What {
    /// A create of a kind.
    Buy(usize),
    /// An edit with a package.
    Renew(usize, Index),
    Extend(Index),
    CreateUser,
    /// Hundredths to an account.
    Transfer(Index, i64),
    Delete(usize, Index),
    DeleteUser(Index),
    /// The administrator's change of an account.
    Admin(Index, i64),
}

#[derive(Clone, Debug)]
struct Step {
    caller: Index,
    what: What,
    package: i64,
    trial: bool,
    dry_run: bool,
    request_id: Option<u8>,
}

fn step() -> impl Strategy<Value = Step> {
    let kind = || 0..KINDS.len();
    let thing = any::<Index>;
    let what = prop_oneof![
        6 => kind().prop_map(What::Buy),
        3 => (kind(), thing()).prop_map(|(kind, at)| What::Renew(kind, at)),
        2 => thing().prop_map(What::Extend),
        1 => Just(What::CreateUser),
        4 => (thing(), -3000..3000i64).prop_map(|(at, amount)| What::Transfer(at, amount)),
        1 => (kind(), thing()).prop_map(|(kind, at)| What::Delete(kind, at)),
        1 => thing().prop_map(What::DeleteUser),
        2 => (thing(), -2000..2000i64).prop_map(|(at, amount)| What::Admin(at, amount)),
    ];
    let package = prop_oneof![Just(1), Just(6)];
    let (trial, dry_run) = (prop::bool::weighted(0.3), prop::bool::weighted(0.2));
    let request_id = prop::option::weighted(0.4, 0..4u8);
    (any::<Index>(), what, package, trial, dry_run, request_id).prop_map(
        |(caller, what, package, trial, dry_run, request_id)| Step {
            caller,
            what,
            package,
            trial,
            dry_run,
            request_id,
        },
    )
}

/// The books: what each account should have, and what went in and out.
struct Books {
    balances: BTreeMap<i64, i64>,
    put_in: i64,
    spent: i64,
    /// Answers to calls with an id.
    kept: BTreeMap<(i64, String, u8), String>,
    macs: u32,
}

/// An entry of the log: its cost, and the balance after it.
type Entry = (i64, i64);
/// An entry of the log of credits: whom it is about, who did it, and how much.
type Moved = (i64, i64, i64);

/// A call as it is sent, and what it should do.
struct Call {
    action: String,
    params: String,
    /// What leaves the caller's balance.
    cost: i64,
    /// Whether the balance allows it.
    refusal: Option<&'static str>,
    /// The thing that it is about: table and id.
    about: Option<(&'static str, i64)>,
    creates: bool,
}

fn pick(at: &Index, all: &[i64]) -> i64 {
    // None that there is.
    if all.is_empty() { 9999 } else { *at.get(all) }
}

impl Books {
    fn open(panel: &Panel) -> Books {
        let balances = balances(panel);
        Books {
            put_in: balances.values().sum(),
            balances,
            spent: 0,
            kept: BTreeMap::new(),
            macs: 0,
        }
    }

    fn of(&self, account: i64) -> i64 {
        self.balances[&account]
    }

    /// Returns why a purchase at a price is refused, if it is.
    fn refusal(&self, caller: i64, cost: i64, is_trial: bool) -> Option<&'static str> {
        match self.of(caller) {
            has if is_trial && has < LEAST_FOR_TRIAL => Some("NO_TRIALS"),
            has if cost > has => Some("INSUFFICIENT_CREDITS"),
            _ => None,
        }
    }

    /// Returns what a caller sends in a step.
    fn call(&mut self, caller: i64, step: &Step, before: &Dump) -> Call {
        let ids = |table: &str| before.rows(table).keys().copied().collect::<Vec<_>>();
        let accounts: Vec<i64> = self.balances.keys().copied().collect();
        let mut call = Call {
            action: String::new(),
            params: String::new(),
            cost: 0,
            refusal: None,
            about: None,
            creates: false,
        };
        let bought = format!("package={}&trial={}", step.package, u8::from(step.trial));
        match &step.what {
            What::Buy(kind) => {
                self.macs += 1;
                call.action = format!("create_{}", KINDS[*kind].0);
                call.params = format!(
                    "{bought}&mac=00:1A:79:00:{:02X}:{:02X}",
                    self.macs / 256,
                    self.macs % 256
                );
                call.cost = price(caller, step.package, step.trial);
                call.refusal = self.refusal(caller, call.cost, step.trial);
                call.creates = true;
            }
            What::Renew(kind, at) => {
                let (kind, table) = KINDS[*kind];
                let id = pick(at, &ids(table));
                call.action = format!("edit_{kind}");
                call.params = format!("id={id}&{bought}");
                call.cost = price(caller, step.package, step.trial);
                call.refusal = self.refusal(caller, call.cost, step.trial);
                call.about = Some((table, id));
            }
            What::Extend(at) => {
                let id = pick(at, &ids("lines"));
                call.action = "extend_line".into();
                call.params = format!("id={id}&{bought}");
                call.cost = price(caller, step.package, false);
                call.refusal = self.refusal(caller, call.cost, false);
                call.about = Some(("lines", id));
            }
            What::CreateUser => {
                call.action = "create_user".into();
                call.cost = SUBRESELLER;
                call.refusal = self.refusal(caller, SUBRESELLER, false);
                call.creates = true;
            }
            What::Transfer(at, amount) => {
                let id = pick(at, &accounts);
                call.action = "adjust_credits".into();
                call.params = format!("id={id}&credits={}&note=moved", Money(*amount));
                call.cost = *amount;
                let is_short = self.of(caller) - amount < 0 || self.of(id) + amount < 0;
                call.refusal = is_short.then_some("INSUFFICIENT_CREDITS");
                call.about = Some(("users", id));
            }
            What::Delete(kind, at) => {
                let (kind, table) = KINDS[*kind];
                let id = pick(at, &ids(table));
                call.action = format!("delete_{kind}");
                call.params = format!("id={id}");
                call.about = Some((table, id));
            }
            What::DeleteUser(at) => {
                let id = pick(at, &accounts);
                call.action = "delete_user".into();
                call.params = format!("id={id}");
                call.about = Some(("users", id));
            }
            What::Admin(..) => panic!("that is no reseller's"),
        }
        if step.dry_run {
            call.params += "&dry_run=1";
        }
        if let Some(id) = step.request_id {
            call.params += &format!("&request_id={id}");
        }
        call
    }

    /// Enters a call that succeeded; returns what the logs should say of it.
    fn enter(&mut self, caller: i64, step: &Step, call: &Call) -> (Entry, Option<Moved>) {
        let mut credits = None;
        let id = call.about.map_or(0, |(_, id)| id);
        *self.balances.get_mut(&caller).unwrap() -= call.cost;
        match step.what {
            What::Transfer(_, amount) => {
                *self.balances.get_mut(&id).unwrap() += amount;
                credits = Some((id, caller, amount));
            }
            What::DeleteUser(_) => {
                let left = self.balances.remove(&id).unwrap();
                *self.balances.get_mut(&caller).unwrap() += left;
                credits = (left != 0).then_some((caller, caller, left));
            }
            _ => self.spent += call.cost,
        }
        ((call.cost, self.of(caller)), credits)
    }
}

fn balances(panel: &Panel) -> BTreeMap<i64, i64> {
    let rows = panel.sql("SELECT id, credits FROM users WHERE member_group_id = 3");
    let pairs = rows.iter().map(|row| row.split_once('|').unwrap());
    pairs
        .map(|(id, credits)| (id.parse().unwrap(), credits.parse().unwrap()))
        .collect()
}

/// The rows of a log that have come since the last look.
struct Tail {
    columns: &'static str,
    seen: i64,
}

impl Tail {
    fn new(columns: &'static str) -> Tail {
        Tail { columns, seen: 0 }
    }

    fn more(&mut self, panel: &Panel) -> Vec<String> {
        let rows = panel.sql(&self.columns.replace('?', &self.seen.to_string()));
        let split: Vec<(i64, String)> = rows
            .iter()
            .map(|row| row.split_once('|').unwrap())
            .map(|(id, rest)| (id.parse().unwrap(), rest.to_owned()))
            .collect();
        self.seen = split.last().map_or(self.seen, |(id, _)| *id);
        split.into_iter().map(|(_, rest)| rest).collect()
    }
}

const LOG: &str = "SELECT id, owner, cost, credits_after FROM users_logs WHERE id > ? ORDER BY id";
const CREDITS: &str = "SELECT id, target_id, admin_id, amount FROM users_credits_logs WHERE id > ? ORDER BY id";

/// Whether the caller may do this to the thing that a call is about.
fn reaches(before: &Dump, caller: i64, call: &Call) -> bool {
    call.about.is_none_or(|(table, id)| {
        let own_account = table == "users" && id == caller;
        !own_account && before.sees(Caller::Reseller(caller), table, id)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_hundredth_is_in_a_balance_or_was_spent(steps in prop::collection::vec(step(), 1..50)) {
        let panel = Panel::docs();
        plant(&panel, ACCOUNTS);
        let mut books = Books::open(&panel);
        let (mut log, mut credits) = (Tail::new(LOG), Tail::new(CREDITS));
        for step in &steps {
            let accounts: Vec<i64> = books.balances.keys().copied().collect();
            let caller = *step.caller.get(&accounts);
            let (logged, moved) = match &step.what {
                What::Admin(at, amount) => {
                    let id = pick(at, &accounts);
                    let answer = panel.call("adjust_credits", &format!("id={id}&credits={}", Money(*amount)));
                    let is_short = books.of(id) + amount < 0;
                    prop_assert_eq!(status(&answer), if is_short { "INSUFFICIENT_CREDITS" } else { "SUCCESS" });
                    if !is_short {
                        *books.balances.get_mut(&id).unwrap() += amount;
                        books.put_in += amount;
                    }
                    (None, (!is_short).then_some((id, 1, *amount)))
                }
                _ => {
                    let before = Dump::take(panel.inner());
                    let call = books.call(caller, step, &before);
                    let key = if caller == 88 { "RESELLER_KEY".into() } else { format!("KEY{caller}") };
                    let answer = Reseller::new(panel.host(), &key).call(&call.action, &call.params);
                    let told = format!("{caller} {} {}: {answer}", call.action, call.params);
                    let named = step.request_id.filter(|_| call.creates && !step.dry_run);
                    let named = named.map(|id| (caller, call.action.clone(), id));
                    if let Some(first) = named.as_ref().and_then(|named| books.kept.get(named)) {
                        prop_assert_eq!(&answer, first, "{}", told);
                        prop_assert!(before == Dump::take(panel.inner()), "{}", told);
                        (None, None)
                    } else if !reaches(&before, caller, &call) {
                        prop_assert!(["FAILURE", "NO_PERMISSIONS"].contains(&status(&answer).as_str()), "{}", told);
                        (None, None)
                    } else if let Some(refusal) = call.refusal {
                        prop_assert_eq!(status(&answer), refusal, "{}", told);
                        (None, None)
                    } else {
                        prop_assert_eq!(status(&answer), "SUCCESS", "{}", told);
                        if step.dry_run {
                            let left = books.of(caller) - call.cost;
                            let left = match step.what {
                                What::DeleteUser(_) => left + books.of(call.about.unwrap().1),
                                _ => left,
                            };
                            let (cost, left) = (Money(call.cost), Money(left));
                            let receipt = format!(",\"dry_run\":1,\"cost\":{},\"credits_after\":{}}}", cost.cents(), left.cents());
                            prop_assert!(answer.ends_with(&receipt), "{} is not at the end of {}", receipt, told);
                            (None, None)
                        } else {
                            let (entry, moved) = books.enter(caller, step, &call);
                            if let Some(named) = named {
                                books.kept.insert(named, answer.clone());
                            }
                            if call.action == "create_user" {
                                // A new account has no key until it is given one.
                                plant(&panel, "UPDATE users SET api_key = 'KEY' || id WHERE api_key = ''");
                                let new: i64 = crate::support::data(&answer, "id").parse().unwrap();
                                books.balances.insert(new, 0);
                            }
                            (Some(entry), moved)
                        }
                    }
                }
            };
            let expected: Vec<String> = logged.iter().map(|(cost, after)| format!("{caller}|{cost}|{after}")).collect();
            prop_assert_eq!(log.more(&panel), expected, "{:?}", step);
            let expected: Vec<String> = moved.iter().map(|(target, by, amount)| format!("{target}|{by}|{amount}")).collect();
            prop_assert_eq!(credits.more(&panel), expected, "{:?}", step);
            let now = balances(&panel);
            prop_assert_eq!(&now, &books.balances, "{:?}", step);
            prop_assert!(now.values().all(|credits| *credits >= 0));
            prop_assert_eq!(now.values().sum::<i64>() + books.spent, books.put_in, "{:?}", step);
        }
    }
}

/// What callers at once do of this; returns what the administrator put in.
fn at_once(panel: &Panel, caller: i64, steps: &[Step]) -> i64 {
    let mut put_in = 0;
    let key = if caller == 88 {
        "RESELLER_KEY".into()
    } else {
        format!("KEY{caller}")
    };
    let mut reseller = Reseller::new(panel.host(), &key);
    for (number, step) in steps.iter().enumerate() {
        let bought = format!("package={}&trial={}", step.package, u8::from(step.trial));
        let (action, params) = match &step.what {
            What::Buy(kind) => (
                format!("create_{}", KINDS[*kind].0),
                format!("{bought}&mac=00:1A:79:{caller:02X}:00:{number:02X}"),
            ),
            What::Renew(..) => ("edit_line".into(), format!("id=4521&{bought}")),
            What::Extend(_) => ("extend_line".into(), format!("id=4522&{bought}")),
            What::CreateUser => ("create_user".into(), String::new()),
            What::Transfer(at, amount) => (
                "adjust_credits".into(),
                format!("id={}&credits={}", at.get(&[101, 102]), Money(*amount)),
            ),
            What::Delete(..) | What::DeleteUser(_) => ("delete_line".into(), "id=4521".into()),
            What::Admin(at, amount) => {
                let params = format!("id={}&credits={}", at.get(&[88, 101, 102]), Money(*amount));
                if status(&panel.call("adjust_credits", &params)) == "SUCCESS" {
                    put_in += amount;
                }
                continue;
            }
        };
        let named = step.request_id.map_or(String::new(), |id| format!("&request_id={id}"));
        let dry_run = u8::from(step.dry_run);
        let answer = reseller.call(&action, &format!("{params}&dry_run={dry_run}{named}"));
        assert_ne!(answer, failure("STATUS_FAILURE", "Invalid API key."));
    }
    put_in
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn callers_at_once_neither_lose_nor_invent_a_hundredth(callers in prop::collection::vec(prop::collection::vec(step(), 1..20), 6)) {
        let panel = Panel::docs_with(|config| config.workers = Some(2));
        plant(&panel, ACCOUNTS);
        let first = balances(&panel);
        let put_in: i64 = thread::scope(|scope| {
            let accounts = [88, 101, 102].into_iter().cycle();
            let threads: Vec<_> = callers
                .iter()
                .zip(accounts)
                .map(|(steps, caller)| { let panel = &panel; scope.spawn(move || at_once(panel, caller, steps)) })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let now = balances(&panel);
        prop_assert!(now.values().all(|credits| *credits >= 0), "{:?}", now);
        let number = |sql: String| panel.sql_one(&sql).parse::<i64>().unwrap();
        let spent = number("SELECT coalesce(sum(cost), 0) FROM users_logs WHERE action <> 'adjust_credits'".into());
        prop_assert_eq!(now.values().sum::<i64>() + spent, first.values().sum::<i64>() + put_in);
        for (account, credits) in now {
            // The two logs alone give the same balances.
            let got = number(format!("SELECT coalesce(sum(amount), 0) FROM users_credits_logs WHERE target_id = {account}"));
            let went = number(format!("SELECT coalesce(sum(cost), 0) FROM users_logs WHERE owner = {account}"));
            prop_assert_eq!(credits, first.get(&account).copied().unwrap_or(0) + got - went, "{}", account);
            let moved = number(format!("SELECT coalesce(sum(cost), 0) FROM users_logs WHERE owner = {account} AND action = 'adjust_credits'"));
            let given = number(format!("SELECT coalesce(sum(amount), 0) FROM users_credits_logs WHERE admin_id = {account}"));
            prop_assert_eq!(moved, given, "{}", account);
        }
    }
}
