//! Credits are exact: whatever is added and taken away at the same time, no hundredth is lost or
//! invented, and the log tells how every balance came about.

use proptest::prelude::*;
use serde_json::Value;

use linecard::money::Money;

use crate::support::{Client, Panel};

/// What one caller does.
#[derive(Clone, Debug)]
enum Step {
    /// Adds hundredths to one of the accounts.
    Adjust(usize, i64),
    /// Makes an account with hundredths.
    Create(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3usize, -4000..4000i64).prop_map(|(account, amount)| Step::Adjust(account, amount)),
        1 => (0..500i64).prop_map(Step::Create),
    ]
}

/// Makes the calls of one caller; answers the hundredths that were added by those that succeeded.
fn run(host: &str, accounts: &[i64], steps: &[Step]) -> i64 {
    let mut client = Client::new(host);
    let mut added = 0;
    for step in steps {
        let (form, amount) = match step {
            Step::Adjust(account, amount) => (
                format!(
                    "action=adjust_credits&id={}&credits={}",
                    accounts[*account],
                    Money(*amount)
                ),
                *amount,
            ),
            Step::Create(amount) => (format!("action=create_user&credits={}", Money(*amount)), *amount),
        };
        let answer = client.post("/access/", &format!("api_key=YOUR_KEY&{form}")).text();
        let json: Value = serde_json::from_str(&answer).unwrap();
        match json["status"].as_str().unwrap() {
            "STATUS_SUCCESS" => added += amount,
            "STATUS_INSUFFICIENT_CREDITS" => {}
            _ => panic!("{answer}"),
        }
    }
    added
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn no_hundredth_is_lost_or_invented(callers in prop::collection::vec(prop::collection::vec(step(), 1..25), 6)) {
        let panel = Panel::docs();
        panel.sql("INSERT INTO users (id, username, member_group_id, credits) VALUES (201, 'one', 3, 1000), (202, 'two', 3, 0)");
        panel.sql("DELETE FROM users_credits_logs");
        let accounts = [88, 201, 202];
        let before: i64 = panel.sql_one("SELECT sum(credits) FROM users").parse().unwrap();
        let host = panel.host().to_owned();
        let added: i64 = std::thread::scope(|scope| {
            let threads: Vec<_> = callers.iter().map(|steps| scope.spawn(|| run(&host, &accounts, steps))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let after: i64 = panel.sql_one("SELECT sum(credits) FROM users").parse().unwrap();
        prop_assert_eq!(after, before + added);
        prop_assert_eq!(panel.sql_one("SELECT count(*) FROM users WHERE credits < 0"), "0");
        // The log alone gives the same balances.
        for (account, first) in [(88, 5000), (201, 1000), (202, 0)] {
            let log = panel.sql_one(&format!("SELECT {first} + coalesce(sum(amount), 0) FROM users_credits_logs WHERE target_id = {account}"));
            prop_assert_eq!(panel.sql_one(&format!("SELECT credits FROM users WHERE id = {account}")), log);
        }
    }
}
