//! Callers at once for what is there once: one credit, one trial, and a balance that an administrator changes.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;

use linecard::money::Money;

use super::{CREATES, PRICE, Reseller, SUBRESELLERS_HAVE_A_PRICE, plant, status};
use crate::support::Panel;

const CALLERS: usize = 20;

/// A panel whose two workers serve what races.
fn panel() -> Panel {
    let panel = Panel::docs_with(|config| config.workers = Some(2));
    plant(&panel, SUBRESELLERS_HAVE_A_PRICE);
    panel
}

/// Calls by so many at once, each with parameters of its own; returns how often each status was answered.
fn race(panel: &Panel, calls: Vec<(&str, String)>) -> BTreeMap<String, usize> {
    let barrier = Barrier::new(calls.len());
    thread::scope(|scope| {
        let threads: Vec<_> = calls
            .iter()
            .map(|(action, params)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let mut reseller = Reseller::documented(panel);
                    barrier.wait();
                    status(&reseller.call(action, params))
                })
            })
            .collect();
        let mut counts = BTreeMap::new();
        for thread in threads {
            *counts.entry(thread.join().unwrap()).or_insert(0) += 1;
        }
        counts
    })
}

fn one_and_refused(refusal: &str) -> BTreeMap<String, usize> {
    BTreeMap::from([("SUCCESS".into(), 1), (refusal.into(), CALLERS - 1)])
}

fn with_mac(params: &str, caller: usize) -> String {
    params.replace(":00:01", &format!(":01:{caller:02X}"))
}

#[test]
fn twenty_callers_with_one_price_buy_one_thing() {
    let panel = panel();
    for (action, params) in CREATES {
        plant(&panel, format!("UPDATE users SET credits = {PRICE} WHERE id = 88"));
        let calls = (0..CALLERS).map(|caller| (action, with_mac(params, caller)));
        assert_eq!(
            race(&panel, calls.collect()),
            one_and_refused("INSUFFICIENT_CREDITS"),
            "{action}"
        );
        assert_eq!(
            panel.sql_one("SELECT credits FROM users WHERE id = 88"),
            "0",
            "{action}"
        );
    }
    // Also of whatever kind.
    plant(&panel, format!("UPDATE users SET credits = {PRICE} WHERE id = 88"));
    let calls = (0..CALLERS).map(|caller| match caller % 4 {
        0 => ("extend_line", "id=4521&package=1".to_owned()),
        1 => ("edit_line", "id=4522&package=1".to_owned()),
        _ => {
            let (action, params) = CREATES[caller % 5];
            (action, with_mac(params, 100 + caller))
        }
    });
    assert_eq!(race(&panel, calls.collect()), one_and_refused("INSUFFICIENT_CREDITS"));
    assert_eq!(panel.sql_one("SELECT credits FROM users WHERE id = 88"), "0");
}

#[test]
fn twenty_callers_with_one_trial_give_one() {
    let panel = panel();
    plant(
        &panel,
        "UPDATE users_groups SET total_allowed_gen_trials = 1 WHERE group_id = 3",
    );
    // Hidden lines and codes count as well, so that all kinds race for one.
    let calls = (0..CALLERS).map(|caller| {
        let (action, params) = CREATES[caller % 4];
        (action, format!("{}&trial=1", with_mac(params, caller)))
    });
    assert_eq!(race(&panel, calls.collect()), one_and_refused("NO_TRIALS"));
    let given = "SELECT (SELECT count(*) FROM lines WHERE is_trial = 1) + (SELECT count(*) FROM activecodes WHERE is_trial = 1)";
    assert_eq!(panel.sql_one(given), "1");
    // One that is paid for makes room for another, and for no more.
    plant(
        &panel,
        "UPDATE lines SET is_trial = 0; UPDATE activecodes SET is_trial = 0",
    );
    let calls = (0..CALLERS).map(|_| ("create_line", "package=6&trial=1".to_owned()));
    assert_eq!(race(&panel, calls.collect()), one_and_refused("NO_TRIALS"));
}

#[test]
fn a_reseller_whose_credits_change_while_it_buys_spends_what_it_has() {
    let panel = panel();
    let amounts = [300, -200, 700, -500, 499, -301, 1, -7];
    let (bought, added) = thread::scope(|scope| {
        let buyers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut reseller = Reseller::documented(&panel);
                    let bought = (0..15).map(|_| status(&reseller.call("create_line", "package=1")));
                    bought
                        .map(|status| match status.as_str() {
                            "SUCCESS" => PRICE,
                            "INSUFFICIENT_CREDITS" => 0,
                            other => panic!("{other}"),
                        })
                        .sum::<i64>()
                })
            })
            .collect();
        let admins: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let adjust = |amount| {
                        let params = format!("id=88&credits={}", Money(amount));
                        match status(&panel.call("adjust_credits", &params)).as_str() {
                            "SUCCESS" => amount,
                            "INSUFFICIENT_CREDITS" => 0,
                            other => panic!("{other}"),
                        }
                    };
                    amounts.into_iter().cycle().take(40).map(adjust).sum::<i64>()
                })
            })
            .collect();
        let sum =
            |all: Vec<thread::ScopedJoinHandle<'_, i64>>| all.into_iter().map(|one| one.join().unwrap()).sum::<i64>();
        (sum(buyers), sum(admins))
    });
    assert_eq!(
        panel.sql_one("SELECT credits FROM users WHERE id = 88"),
        (5000 + added - bought).to_string()
    );
    assert_eq!(
        panel.sql_one("SELECT coalesce(sum(cost), 0) FROM users_logs WHERE id > 1"),
        bought.to_string()
    );
    assert_eq!(
        panel.sql_one("SELECT count(*) FROM users_logs WHERE credits_after < 0"),
        "0"
    );
}
