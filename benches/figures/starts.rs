//! The fixture as a process: a thousand starts, a command with a panel beside it, a long run.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::caller::Caller;
use super::process::{Process, binary};
use super::requests::get;
use super::{Row, load, median};

/// Number of consecutive starts.
const STARTS: usize = 1_000;
/// Number of runs of a command.
const RUNS: usize = 40;
/// Requests of the long run, and the number after which the journal is certainly full.
const REQUESTS: u64 = 1_000_000;
const FULL: u64 = 100_000;

pub fn rows() -> Vec<Row> {
    for start in 1..=STARTS {
        let panel = Process::start(Command::new(binary()).args(["test", "--seed", "docs"]));
        // A failed request panics.
        let (_, answer) = Caller::new(panel.address).ask(&get("access", "YOUR_KEY", "get_line&id=4521"));
        assert!(answer.contains("STATUS_SUCCESS"), "start {start}: {answer}");
        panel.stop();
    }
    let [full, end] = long_run();
    vec![
        Row {
            what: "starts in a row, each asked at once after its ready line, that refused an answer",
            measured: format!("0 of {STARTS}"),
            target: "0 of 1,000",
            readme: false,
        },
        Row {
            what: "`linecard run -- true`",
            measured: format!("{:.1} ms", median((0..RUNS).map(|_| run()).collect())),
            target: "at most 60 ms",
            readme: false,
        },
        Row {
            what: "resident memory after 1,000,000 requests with the default journal",
            measured: format!("{end:.1} MiB (after 100,000: {full:.1} MiB)"),
            target: "at most 40 MiB, flat",
            readme: true,
        },
        Row {
            what: "the binary",
            measured: format!("{:.1} MB", std::fs::metadata(binary()).unwrap().len() as f64 / 1e6),
            target: "at most 15 MB",
            readme: false,
        },
    ]
}

/// Measures the milliseconds of a command that does nothing.
fn run() -> f64 {
    let begun = Instant::now();
    let status = Command::new(binary())
        .args(["run", "--seed", "docs", "--", "true"])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    begun.elapsed().as_secs_f64() * 1e3
}

/// Measures the memory when the journal is full, and at the end.
fn long_run() -> [f64; 2] {
    let panel = Process::start(Command::new(binary()).args(["test", "--seed", "docs"]));
    let mut sent = 0;
    let figures = [FULL, REQUESTS].map(|until| {
        while sent < until {
            let request = get("access", "YOUR_KEY", "get_line&id=4521");
            let seen = load::run(panel.address, 32, Duration::from_millis(500), move |_| request.clone());
            sent += seen.answers;
        }
        panel.resident_mib()
    });
    panel.stop();
    figures
}
