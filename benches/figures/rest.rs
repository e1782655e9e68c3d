//! The REST APIs: pages of many customers at any depth, and lines made and extended compared with the Admin API's, alternately
//! on one panel.

use std::fs;
use std::time::Duration;

use linecard::config::Config;
use linecard::server::{Running, Server};
use serde_json::json;

use super::dialects::compare;
use super::requests::{address, post};
use super::{Row, load, median};

const CONNECTIONS: usize = 32;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);
const CUSTOMERS: u64 = 100_000;
/// A key of the largest tier may send 300 requests in a minute; so many send all that these turns can take.
const KEYS: u64 = 2_000;

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.json");
    let key = |n| json!({ "name": format!("bench{n}"), "secret": secret(n), "tier": "enterprise" });
    let document = json!({ "api_keys": (0..KEYS).map(key).collect::<Vec<_>>() });
    fs::write(&keys, document.to_string()).unwrap();
    let scaled = started(
        ":memory:",
        &[&format!("scale:lines=0,customers={CUSTOMERS}"), keys.to_str().unwrap()],
    );
    let page = |cursor: fn(u64) -> String| {
        let request = move |n: u64| get(&format!("/api/v1/customers?limit=20{}", cursor(n)), &secret(n % KEYS));
        let pages = (0..TURNS).map(|_| load::run(address(&scaled), CONNECTIONS, TURN, request).per_second);
        median(pages.collect())
    };
    let first = page(|_| String::new());
    let deep = page(|n| format!("&cursor=cust_{:03}", n.wrapping_mul(7_919) % CUSTOMERS + 1));

    let file = started(folder.path().join("panel.db").to_str().unwrap(), &["docs"]);
    let made = compare(
        |turn| {
            let create = move |n| {
                let fields = format!("exp_date=1798761600&username=line{turn}x{n:08}&password=pw");
                post("access", "BENCH_KEY", &format!("create_line&{fields}"))
            };
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
        |turn| {
            let create = move |n| {
                let line = json!({ "package_id": 1, "username": format!("nxt{turn}x{n:08}"), "password": "pass" });
                send("POST", "/api/lines", &line.to_string())
            };
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
    );
    let extended = compare(
        |_| {
            let edit = |n| post("access", "BENCH_KEY", &format!("edit_line&id=4521&exp_date={}", end(n)));
            load::run(address(&file), CONNECTIONS, TURN, edit).per_second
        },
        |_| {
            let extend = |n| {
                let body = json!({ "expires_at": end(n) }).to_string();
                send("PUT", "/api/lines/4521/extend", &body)
            };
            load::run(address(&file), CONNECTIONS, TURN, extend).per_second
        },
    );
    vec![
        Row {
            what: "`GET /api/v1/customers?limit=20` of 100,000: the first page; pages at any depth",
            measured: format!("{first:.0}/s; {deep:.0}/s"),
            target: "at least 5,000/s",
            readme: false,
        },
        Row {
            what: "`POST /api/lines`, durable, against `create_line`",
            measured: format!("{:.2} of it ({:.0}/s)", made.0, made.1),
            target: "at least 0.80",
            readme: false,
        },
        Row {
            what: "`PUT /api/lines/ID/extend`, durable, against `edit_line`",
            measured: format!("{:.2} of it ({:.0}/s)", extended.0, extended.1),
            target: "at least 0.80",
            readme: false,
        },
    ]
}

/// Starts a panel with several seeds on a free port.
fn started(db: &str, seeds: &[&str]) -> Running {
    let config = Config {
        db: db.into(),
        seed: seeds.iter().map(|seed| seed.parse().unwrap()).collect(),
        access_code: Some("bench0001".into()),
        api_key: Some("BENCH_KEY".into()),
        ..Config::default()
    };
    Server::bind(&config).unwrap().spawn().unwrap()
}

fn secret(n: u64) -> String {
    format!("bench-key-{n:06}")
}

/// An end of a line, in unix seconds, that is another one for each request.
fn end(n: u64) -> u64 {
    1_900_000_000 + n
}

fn get(path: &str, secret: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {secret}\r\n\r\n").into_bytes()
}

fn send(method: &str, path: &str, body: &str) -> Vec<u8> {
    let head = "Host: bench\r\nAuthorization: Bearer your_api_token_here\r\nContent-Type: application/json";
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}
