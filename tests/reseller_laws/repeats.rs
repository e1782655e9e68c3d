//! However many callers send the same `request_id` at once, one of them buys (contract "Reseller API", section 4).

use std::sync::Barrier;
use std::thread;

use super::{CREATES, PRICE, Reseller, SUBRESELLERS_HAVE_A_PRICE, plant, status};
use crate::support::Panel;

const CALLERS: usize = 32;
/// Callers that buy something else at the same time.
const OTHERS: usize = 8;

/// The number of things, log rows and hundredths of the documents' reseller.
fn state(panel: &Panel) -> [i64; 3] {
    let one = |sql: &str| panel.sql_one(sql).parse().unwrap();
    [
        one("SELECT (SELECT count(*) FROM lines) + (SELECT count(*) FROM activecodes) + (SELECT count(*) FROM users)"),
        one("SELECT count(*) FROM users_logs"),
        one("SELECT credits FROM users WHERE id = 88"),
    ]
}

fn joined(all: Vec<thread::ScopedJoinHandle<'_, String>>) -> Vec<String> {
    all.into_iter().map(|one| one.join().unwrap()).collect()
}

#[test]
fn thirty_two_callers_with_one_id_buy_one_thing_while_others_buy_theirs() {
    let panel = Panel::docs_with(|config| config.workers = Some(2));
    plant(&panel, SUBRESELLERS_HAVE_A_PRICE);
    panel.call("adjust_credits", "id=88&credits=1000");
    for (action, params) in CREATES {
        let [things, rows, credits] = state(&panel);
        let barrier = Barrier::new(CALLERS + OTHERS);
        let (same, others): (Vec<String>, Vec<String>) = thread::scope(|scope| {
            let call = |action: &'static str, params: String| {
                let (panel, barrier) = (&panel, &barrier);
                scope.spawn(move || {
                    let mut reseller = Reseller::documented(panel);
                    barrier.wait();
                    reseller.call(action, &params)
                })
            };
            let mut same = Vec::new();
            let mut others = Vec::new();
            for number in 0..CALLERS {
                // What else is sent is not compared.
                same.push(call(
                    action,
                    format!("{params}&reseller_notes=caller{number}&request_id=one"),
                ));
                if number < OTHERS {
                    others.push(call("create_line", format!("package=1&request_id={action}-{number}")));
                }
            }
            (joined(same), joined(others))
        });
        assert_eq!(status(&same[0]), "SUCCESS", "{action}: {}", same[0]);
        for answer in &same {
            assert_eq!(answer, &same[0], "{action}");
        }
        for answer in &others {
            assert_eq!(status(answer), "SUCCESS", "{action}: {answer}");
        }
        let sold = OTHERS as i64 + 1;
        assert_eq!(
            state(&panel),
            [things + sold, rows + sold, credits - sold * PRICE],
            "{action}"
        );
    }
}
