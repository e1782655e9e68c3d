//! A call whose answer is lost with the server is repeated with its `Idempotency-Key`: it is done once (contract "REST
//! APIs", B10).

use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::process::{Served, folder};
use crate::support::{Answer, Client};

/// The headers and the body of a repeatable call.
fn request(path: &str, key: &str, body: &Value) -> (Vec<(&'static str, String)>, Vec<u8>) {
    let secret = match path.starts_with("/api/v1/") {
        true => "your_api_key_here",
        false => "your_api_token_here",
    };
    let headers = vec![
        ("Authorization", format!("Bearer {secret}")),
        ("Idempotency-Key", key.to_owned()),
    ];
    (headers, body.to_string().into_bytes())
}

fn call(client: &mut Client, path: &str, key: &str, body: &Value) -> std::io::Result<Answer> {
    let (headers, body) = request(path, key, body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.try_request("POST", path, &headers, &body)
}

/// Sends a call and does not read what is answered.
fn send_only(client: &mut Client, path: &str, key: &str, body: &Value) {
    let (headers, body) = request(path, key, body);
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {}\r\n\r\n",
        body.len()
    );
    client.send(&[head.as_bytes(), &body].concat());
}

fn count(db: &str, sql: &str) -> i64 {
    Connection::open(db)
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

const INVOICES: &str = "SELECT count(*) FROM linecard_invoices";
const PAID: &str = "SELECT count(*) FROM linecard_invoices WHERE status = 'paid'";
const LINES: &str = "SELECT count(*) FROM lines";

#[test]
fn a_change_whose_answer_died_with_the_server_is_not_made_again() {
    let (_kept, db) = folder();
    let options = ["--db", &db, "--seed", "docs"];
    let calls = [
        (
            "/api/v1/subscriptions",
            json!({ "customerId": "cust_001", "productId": "prod_123" }),
            INVOICES,
        ),
        ("/api/v1/subscriptions/sub_001/renew", json!({ "periods": 2 }), INVOICES),
        ("/api/v1/invoices/inv_001/mark-paid", json!({ "reference": "r" }), PAID),
        ("/api/lines", json!({ "package_id": 1 }), LINES),
    ];
    for (at, (path, body, changed)) in calls.iter().enumerate() {
        let key = format!("lost-{at}");
        let served = Served::start(&options);
        let before = count(&db, changed);
        let mut client = served.client();
        send_only(&mut client, path, &key, body);
        // The change is there, and nobody has read the answer.
        let begun = Instant::now();
        while count(&db, changed) == before {
            assert!(begun.elapsed() < Duration::from_secs(20), "{path} changes nothing");
        }
        served.signal("-KILL");
        drop(served);
        let served = Served::start(&options);
        let first = call(&mut served.client(), path, &key, body).unwrap();
        assert!(matches!(first.status, 200 | 201), "{path} {}", first.text());
        assert_eq!(first.header("idempotent-replayed"), Some("true"), "{path}");
        let second = call(&mut served.client(), path, &key, body).unwrap();
        assert_eq!((first.status, first.text()), (second.status, second.text()), "{path}");
        assert_eq!(first.header("location"), second.header("location"));
        assert_eq!(count(&db, changed), before + 1, "{path}");
    }
    let invoices = Connection::open(&db).unwrap().query_row(
        "SELECT group_concat(amount || status) FROM linecard_invoices",
        [],
        |row| row.get::<_, String>(0),
    );
    assert_eq!(invoices.unwrap(), "999paid,1998pending");
}

#[test]
fn whenever_the_server_is_killed_each_key_has_one_object_and_one_invoice() {
    let (_kept, db) = folder();
    let body = json!({ "customerId": "cust_001", "productId": "prod_123" });
    let (mut done, mut pending) = (0, None::<String>);
    let lines = {
        drop(Served::start(&["--db", &db, "--seed", "docs"]));
        Connection::open(&db)
            .unwrap()
            .execute(
                "UPDATE linecard_secrets SET tier = 'enterprise' WHERE kind = 'billing'",
                [],
            )
            .unwrap();
        count(&db, LINES)
    };
    for round in 0..8_u64 {
        let served = Served::start(&["--db", &db]);
        let mut client = served.client();
        if let Some(key) = pending.take() {
            let answer = call(&mut client, "/api/v1/subscriptions", &key, &body).unwrap();
            assert_eq!(answer.status, 201, "{key} {}", answer.text());
            done += 1;
        }
        let killer = served.killed_after(Duration::from_millis(15 + round * 11));
        // Fewer than the minute of a key has.
        for number in 0..250 {
            let key = format!("{round}-{number}");
            match call(&mut client, "/api/v1/subscriptions", &key, &body) {
                Ok(answer) => {
                    assert_eq!(answer.status, 201, "{key} {}", answer.text());
                    done += 1;
                }
                Err(_) => {
                    pending = Some(key);
                    break;
                }
            }
        }
        killer.join().unwrap();
        drop(served);
    }
    let served = Served::start(&["--db", &db]);
    if let Some(key) = pending {
        let answer = call(&mut served.client(), "/api/v1/subscriptions", &key, &body).unwrap();
        assert_eq!(answer.status, 201, "{key} {}", answer.text());
        done += 1;
    }
    assert!(done > 8, "{done}");
    assert_eq!(count(&db, "SELECT count(*) FROM linecard_subscriptions"), done);
    assert_eq!(count(&db, INVOICES), done);
    assert_eq!(
        count(&db, "SELECT count(DISTINCT subscription_id) FROM linecard_invoices"),
        done
    );
    assert_eq!(count(&db, LINES), lines + done);
    assert_eq!(count(&db, "SELECT count(*) FROM linecard_replays"), done);
}
