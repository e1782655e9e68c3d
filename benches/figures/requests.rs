//! Requests per second: reads compared with a bare handler, and a page of a few and of many lines.

use std::net::SocketAddr;
use std::time::Duration;

use linecard::config::Config;
use linecard::server::{Running, Server};

use super::load::{self, LoadResult};
use super::{Row, bare, median};

/// Connections of the load program.
const CONNECTIONS: usize = 32;
/// Rounds of each comparison, and the duration of one side of a round.
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);

pub fn rows() -> Vec<Row> {
    let docs = panel(":memory:", "docs");
    let line = || run(&docs, "access", "BENCH_KEY", "get_line&id=4521");
    let bare = bare::handler(line().body);
    let (ours, theirs): (Vec<f64>, Vec<f64>) = (0..TURNS)
        .map(|_| {
            let request = get("access", "BENCH_KEY", "get_line&id=4521");
            (
                line().per_second,
                load::run(bare, CONNECTIONS, TURN, move |_| request.clone()).per_second,
            )
        })
        .unzip();
    let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());

    let folder = tempfile::tempdir().unwrap();
    let scaled = |lines: &str| {
        let db = folder.path().join(lines);
        panel(
            db.to_str().unwrap(),
            &format!("scale:lines={lines},streams=100,resellers=20"),
        )
    };
    let (few, many) = (scaled("10000"), scaled("1000000"));
    let page = |panel: &Running| run(panel, "bench0001", "BENCH_KEY", "get_lines&start=0&limit=25").per_second;
    let (few, many): (Vec<f64>, Vec<f64>) = (0..TURNS).map(|_| (page(&few), page(&many))).unzip();
    let slower = median(few.iter().zip(&many).map(|(few, many)| few / many).collect());
    vec![
        Row {
            what: "`get_line` over HTTP, 32 connections, against a bare actix-web handler with as many bytes",
            measured: format!("{ratio:.2} of it ({:.0}/s)", median(ours)),
            target: "at least 0.65",
            readme: true,
        },
        Row {
            what: "`get_lines`, 25 of 10,000 lines, over HTTP",
            measured: format!("{:.0}/s", median(few)),
            target: "at least 5,000/s",
            readme: false,
        },
        Row {
            what: "the first page of 1,000,000 lines, total included, against that of 10,000",
            measured: format!("{slower:.2} times its cost"),
            target: "at most 1.50",
            readme: false,
        },
    ]
}

/// Starts a panel on a free port.
pub fn panel(db: &str, seed: &str) -> Running {
    let config = Config {
        db: db.into(),
        seed: vec![seed.parse().unwrap()],
        access_code: Some("bench0001".into()),
        api_key: Some("BENCH_KEY".into()),
        ..Config::default()
    };
    Server::bind(&config).unwrap().spawn().unwrap()
}

pub fn address(panel: &Running) -> SocketAddr {
    panel.url().trim_start_matches("http://").parse().unwrap()
}

fn run(panel: &Running, code: &str, key: &str, call: &str) -> LoadResult {
    let request = get(code, key, call);
    load::run(address(panel), CONNECTIONS, TURN, move |_| request.clone())
}

/// Returns the bytes of a GET request to the Admin API.
pub fn get(code: &str, key: &str, call: &str) -> Vec<u8> {
    get_from(&format!("/{code}/admin/index.php"), key, call)
}

/// Returns the bytes of a POST request to the Admin API.
pub fn post(code: &str, key: &str, call: &str) -> Vec<u8> {
    post_to(&format!("/{code}/admin/index.php"), key, call)
}

/// Returns the bytes of a GET request to the page of an API.
pub fn get_from(page: &str, key: &str, call: &str) -> Vec<u8> {
    format!("GET {page}?api_key={key}&action={call} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes()
}

/// Returns the bytes of a POST request to the page of an API.
pub fn post_to(page: &str, key: &str, call: &str) -> Vec<u8> {
    let body = format!("api_key={key}&action={call}");
    let length = body.len();
    let head = "Host: bench\r\nContent-Type: application/x-www-form-urlencoded";
    format!("POST {page} HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}
