//! A purchase whose answer is lost with the server is repeated with its `request_id`: it is made once and paid once
//! (contract "Reseller API", section 4).

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{CREATES, PAGE, PRICE, SUBRESELLERS_HAVE_A_PRICE, form, status};
use crate::support::Client;
use crate::support::process::{Served, folder};

const KEY: &str = "RESELLER_KEY";
const TYPED: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

fn number(db: &str, sql: &str) -> i64 {
    let db = Connection::open(db).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// What there is of a reseller: its things, the rows of its log, its spent and its remaining hundredths.
fn state(db: &str) -> [i64; 4] {
    [
        number(
            db,
            "SELECT (SELECT count(*) FROM lines) + (SELECT count(*) FROM activecodes) + (SELECT count(*) FROM users)",
        ),
        number(db, "SELECT count(*) FROM users_logs"),
        number(db, "SELECT sum(cost) FROM users_logs"),
        number(db, "SELECT credits FROM users WHERE id = 88"),
    ]
}

/// The state after so many purchases more.
fn after([things, rows, spent, credits]: [i64; 4], sold: i64) -> [i64; 4] {
    [things + sold, rows + sold, spent + sold * PRICE, credits - sold * PRICE]
}

/// A file of the documents' panel, whose reseller is rich.
fn planted() -> (tempfile::TempDir, String) {
    let (kept, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]));
    let file = Connection::open(&db).unwrap();
    file.execute_batch(SUBRESELLERS_HAVE_A_PRICE).unwrap();
    file.execute_batch("UPDATE users SET credits = 100000000 WHERE id = 88")
        .unwrap();
    (kept, db)
}

fn call(client: &mut Client, action: &str, params: &str) -> std::io::Result<String> {
    let answer = client.try_request("POST", PAGE, &TYPED, form(KEY, action, params).as_bytes())?;
    assert_eq!(answer.status, 200, "{action}: {answer:?}");
    Ok(answer.text())
}

/// Sends a call and does not read what is answered.
fn send_only(client: &mut Client, action: &str, params: &str) {
    let body = form(KEY, action, params);
    let head = format!(
        "POST {PAGE} HTTP/1.1\r\nHost: x\r\n{}: {}\r\nContent-Length: {}\r\n\r\n",
        TYPED[0].0,
        TYPED[0].1,
        body.len()
    );
    client.send(format!("{head}{body}").as_bytes());
}

#[test]
fn a_purchase_whose_answer_died_with_the_server_is_not_made_again() {
    let (_kept, db) = planted();
    for (action, params) in CREATES {
        let params = format!("{params}&request_id=lost");
        let before = state(&db);
        let served = Served::start(&["--db", &db]);
        let mut client = served.client();
        send_only(&mut client, action, &params);
        // The thing is there, and nobody has read the answer.
        let begun = Instant::now();
        while state(&db)[0] == before[0] {
            assert!(begun.elapsed() < Duration::from_secs(20), "{action} makes nothing");
        }
        served.signal("-KILL");
        drop(served);
        let served = Served::start(&["--db", &db]);
        let first = call(&mut served.client(), action, &params).unwrap();
        assert_eq!(status(&first), "SUCCESS", "{action}: {first}");
        let second = call(&mut served.client(), action, &params).unwrap();
        assert_eq!(first, second, "{action}");
        assert_eq!(state(&db), after(before, 1), "{action}");
    }
}

#[test]
fn whenever_the_server_is_killed_each_id_has_one_thing_one_price_and_one_log_row() {
    let (_kept, db) = planted();
    let before = state(&db);
    let (mut sold, mut pending) = (0, None::<(&str, String)>);
    for round in 0..8_u64 {
        let served = Served::start(&["--db", &db]);
        let mut client = served.client();
        if let Some((action, params)) = pending.take() {
            let answer = call(&mut client, action, &params).unwrap();
            assert_eq!(status(&answer), "SUCCESS", "{action} {params}: {answer}");
            sold += 1;
        }
        assert_eq!(state(&db), after(before, sold), "round {round}");
        let killer = served.killed_after(Duration::from_millis(15 + round * 11));
        for count in 0_u64.. {
            let (action, params) = CREATES[(count % 5) as usize];
            let mac = format!(":{round:02X}:{:02X}:{:02X}", 1 + count / 256, count % 256);
            let params = params.replace(":0D:00:01", &mac).replace(":0E:00:01", &mac);
            let params = format!("{params}&request_id={round}-{count}");
            let Ok(answer) = call(&mut client, action, &params) else {
                pending = Some((action, params));
                break;
            };
            assert_eq!(status(&answer), "SUCCESS", "{action} {params}: {answer}");
            sold += 1;
        }
        killer.join().unwrap();
        drop(served);
    }
    let served = Served::start(&["--db", &db]);
    let (action, params) = pending.unwrap();
    let answer = call(&mut served.client(), action, &params).unwrap();
    assert_eq!(status(&answer), "SUCCESS", "{action} {params}: {answer}");
    sold += 1;
    assert!(sold > 8, "{sold}");
    assert_eq!(state(&db), after(before, sold));
    assert_eq!(number(&db, "SELECT count(*) FROM linecard_reseller_answers"), sold);
    // Each row of the log follows from the one before.
    let odd = "SELECT count(*) FROM (SELECT credits_after + cost AS had, lag(credits_after) OVER (ORDER BY id) AS left
               FROM users_logs WHERE id > 1) WHERE had <> left";
    assert_eq!(number(&db, odd), 0);
}
