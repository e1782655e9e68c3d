//! The cost of the control plane: for requests to the panel, and for its own operations.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use linecard::config::Config;
use linecard::panel::clock::{ClockStart, Mode};
use linecard::server::{Running, Server};

use super::caller::Caller;
use super::requests::{address, get};
use super::{Row, load, median};

const CONNECTIONS: usize = 32;
/// Rounds of a comparison whose difference is small, and the duration of one side of a round.
const TURNS: usize = 36;
const TURN: Duration = Duration::from_millis(250);
/// Time of the panels' clocks: 2026-03-01 00:00:00 UTC.
const START: i64 = 1_772_323_200;
/// Repetitions of measurements without a comparison.
const TIMES: usize = 100;

pub fn rows() -> Vec<Row> {
    let [journal, switched_on] = costs();
    vec![
        Row {
            what: "requests per second that the journal takes, `get_line`, 32 connections",
            measured: format!("{:.1} %", journal * 100.0),
            target: "at most 15 %",
            readme: true,
        },
        Row {
            what: "those that a control plane takes which is on without its journal; off, it takes less",
            measured: format!("{:.1} %", switched_on * 100.0),
            target: "at most 1 %",
            readme: false,
        },
        Row {
            what: "reset over HTTP",
            measured: format!("{:.2} ms", reset("docs", "access", "BENCH_KEY")),
            target: "at most 3 ms",
            readme: false,
        },
        Row {
            what: "reset over HTTP with 100,000 streams",
            measured: format!(
                "{:.2} ms",
                reset("scale:lines=1000,streams=100000", "bench0001", "BENCH_KEY")
            ),
            target: "at most 10 ms",
            readme: true,
        },
        Row {
            what: "clock advanced by 30 days over 10,000 lines, the same list each of 100 times",
            measured: advanced(),
            target: "at most 100 ms",
            readme: false,
        },
        Row {
            what: "a request to the end of a `verify` that waited for it",
            measured: format!("{:.2} ms", woken()),
            target: "at most 2 ms",
            readme: true,
        },
    ]
}

/// Starts a panel with a control plane and this capacity of its journal.
fn steered(seed: &str, journal_size: usize) -> Running {
    let config = Config {
        control: true,
        test_mode: true,
        journal_size,
        ..config(seed)
    };
    Server::bind(&config).unwrap().spawn().unwrap()
}

fn config(seed: &str) -> Config {
    Config {
        seed: vec![seed.parse().unwrap()],
        // The dates of generated lines depend on the time at the start.
        clock: Some(ClockStart::Mode(Mode::Frozen(START))),
        access_code: Some("bench0001".into()),
        api_key: Some("BENCH_KEY".into()),
        ..Config::default()
    }
}

/// Measures the share of requests per second that the journal costs, and that the control plane costs.
fn costs() -> [f64; 2] {
    let with = steered("docs", Config::default().journal_size);
    let without = steered("docs", 0);
    let plain = Server::bind(&config("docs")).unwrap().spawn().unwrap();
    let figure = |panel: &Running| {
        let request = get("access", "BENCH_KEY", "get_line&id=4521");
        load::run(address(panel), CONNECTIONS, TURN, move |_| request.clone()).per_second
    };
    let panels = [&with, &without, &plain];
    let turns: Vec<[f64; 3]> = (0..TURNS)
        .map(|turn| {
            // Each panel is first, second and last equally often, so that after-effects of a measurement are
            // distributed evenly.
            let mut figures = [0.0; 3];
            for place in 0..3 {
                let panel = (turn + place) % 3;
                figures[panel] = figure(panels[panel]);
            }
            figures
        })
        .collect();
    let cost = |of: usize, against: usize| median(turns.iter().map(|turn| 1.0 - turn[of] / turn[against]).collect());
    [cost(0, 1), cost(1, 2)]
}

/// Measures the milliseconds of a reset after a write.
fn reset(seed: &str, code: &str, key: &str) -> f64 {
    let panel = steered(seed, 100);
    let mut caller = Caller::new(address(&panel));
    let took = |n| {
        caller.ask(&get(
            code,
            key,
            &format!("create_line&exp_date=2027-01-01&username=reset{n}"),
        ));
        caller.steer("POST", "reset", "").0
    };
    median((0..TIMES).map(took).collect())
}

/// Measures the milliseconds of an advance, and the lines that expire in it.
fn advanced() -> String {
    let panel = steered("scale:lines=10000", 100);
    let mut caller = Caller::new(address(&panel));
    let mut lists = Vec::new();
    let mut took = Vec::new();
    for _ in 0..TIMES {
        caller.steer("PUT", "clock", &format!(r#"{{"mode":"frozen","at":{START}}}"#));
        let (milliseconds, list) = caller.steer("POST", "clock/advance", r#"{"by":"P30D"}"#);
        took.push(milliseconds);
        lists.push(list);
    }
    let fired = lists[0].matches("line.expired").count();
    assert!(fired > 0, "nothing expires: {}", lists[0]);
    assert!(lists.iter().all(|list| *list == lists[0]), "the lists differ");
    format!("{:.1} ms ({fired} lines expire)", median(took))
}

/// Measures the milliseconds from sending a request to the answer of a `verify` that waits for it.
fn woken() -> f64 {
    let panel = steered("docs", 100);
    let address = address(&panel);
    let mut caller = Caller::new(address);
    let took = |_| {
        caller.steer("DELETE", "requests", "");
        let waiting = std::thread::spawn(move || waited(address));
        // Long enough for the `verify` to be waiting.
        std::thread::sleep(Duration::from_millis(20));
        let sent = Instant::now();
        caller.ask(&get("access", "BENCH_KEY", "get_line&id=4521"));
        (waiting.join().unwrap() - sent).as_secs_f64() * 1e3
    };
    median((0..TIMES).map(took).collect())
}

/// Returns the instant at which a `verify` was answered.
fn waited(address: SocketAddr) -> Instant {
    let body = r#"{"match":{"action":"get_line"},"times":{"exactly":1},"within":"10s"}"#;
    Caller::new(address).steer("POST", "verify", body);
    Instant::now()
}
