//! The XC v2 API compared with the Admin API: each shows and creates lines, alternately on one panel.

use std::time::Duration;

use super::load;
use super::requests::{address, get, panel, post};
use super::{Row, median};

const CONNECTIONS: usize = 32;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);

pub fn rows() -> Vec<Row> {
    let docs = panel(":memory:", "docs");
    let read = compare(
        |_| {
            load::run(address(&docs), CONNECTIONS, TURN, |_| {
                get("access", "BENCH_KEY", "get_line&id=4521")
            })
            .per_second
        },
        |_| {
            let call = "action=user&sub=info&username=customer4521&password=securepass";
            load::run(address(&docs), CONNECTIONS, TURN, move |_| v2_get(call)).per_second
        },
    );
    let folder = tempfile::tempdir().unwrap();
    let file = panel(folder.path().join("panel.db").to_str().unwrap(), "scale:lines=0");
    let write = compare(
        |turn| {
            let create = move |n| {
                let fields = format!("exp_date=1798761600&username=line{turn}x{n:08}&password=pw");
                post("bench0001", "BENCH_KEY", &format!("create_line&{fields}"))
            };
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
        |turn| {
            let create = move |n| v2_create(&format!("v2line{turn}x{n:08}"));
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
    );
    vec![
        Row {
            what: "`api.php` `user`/`info` over HTTP against `get_line`",
            measured: format!("{:.2} of it ({:.0}/s)", read.0, read.1),
            target: "at least 0.80",
            readme: false,
        },
        Row {
            what: "`api.php` `user`/`create` over HTTP, durable, against `create_line`",
            measured: format!("{:.2} of it ({:.0}/s)", write.0, write.1),
            target: "at least 0.80",
            readme: false,
        },
    ]
}

/// Returns the ratio of the second figure to the first, and the second figure.
pub fn compare(first: impl Fn(usize) -> f64, second: impl Fn(usize) -> f64) -> (f64, f64) {
    let (ratios, figures): (Vec<f64>, Vec<f64>) = (0..TURNS)
        .map(|turn| {
            let (first, second) = (first(turn), second(turn));
            (second / first, second)
        })
        .unzip();
    (median(ratios), median(figures))
}

fn v2_get(call: &str) -> Vec<u8> {
    format!("GET /api.php?{call} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes()
}

fn v2_create(username: &str) -> Vec<u8> {
    let body = format!("user_data[exp_date]=1798761600&user_data[username]={username}&user_data[password]=pw");
    let head = "Host: bench\r\nContent-Type: application/x-www-form-urlencoded";
    let length = body.len();
    format!("POST /api.php?action=user&sub=create HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
