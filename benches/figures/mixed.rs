//! Reads and writes together, as a panel has them: a server of its own with 100,000 lines in a file, under a few and
//! under many connections.

use std::cell::RefCell;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use super::process::{Process, binary};
use super::requests::{get, post};
use super::{Row, load};

/// The connections of each row.
const ROWS: [(usize, &str); 3] = [
    (32, "9 reads to 1 write, 100,000 lines on a file, 32 connections, 10 s"),
    (256, "the same, 256 connections"),
    (1_000, "the same, 1,000 connections"),
];
const TIME: Duration = Duration::from_secs(10);
const LINES: u64 = 100_000;
const SEED: &str = "scale:lines=100000,streams=1000,resellers=50";
/// One request of this many is a write.
const WRITES: u64 = 10;

/// What was heard, in milliseconds.
#[derive(Default)]
struct Heard {
    reads: Vec<f64>,
    writes: Vec<f64>,
    errors: Vec<String>,
}

pub fn rows() -> Vec<Row> {
    raise_open_files();
    ROWS.map(|(connections, what)| Row {
        what,
        measured: measured(connections),
        target: "0 errors, p99.9 at most 1 s, at most 96 MiB",
        readme: false,
    })
    .into()
}

/// Each connection is an open file, and some systems allow fewer than 1,000 unless they are asked.
#[cfg(unix)]
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
}

#[cfg(not(unix))]
fn raise_open_files() {}

fn measured(connections: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let panel = Process::start(
        Command::new(binary())
            .args(["serve", "--bind", "127.0.0.1:0", "--seed", SEED, "--db"])
            .arg(folder.path().join("panel.db"))
            .args(["--access-code", "bench0001", "--api-key", "BENCH_KEY"]),
    );
    let heard = Rc::new(RefCell::new(Heard::default()));
    let hears = Rc::clone(&heard);
    let result = load::run_with(panel.address, connections, TIME, request, move |n, took, answer| {
        let mut heard = hears.borrow_mut();
        match answer {
            Err(error) => heard.errors.push(error.into()),
            Ok(_) if is_write(n) => heard.writes.push(took.as_secs_f64() * 1e3),
            Ok(_) => heard.reads.push(took.as_secs_f64() * 1e3),
        }
    });
    let memory = panel.resident_mib();
    panel.stop();
    let Heard { reads, writes, errors } = heard.take();
    let first = errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
    let all = [reads.clone(), writes.clone()].concat();
    format!(
        "{:.0}/s, {} errors{first}, p99 {:.1} ms of reads and {:.1} ms of writes, p99.9 {:.1} ms, {memory:.1} MiB after",
        result.per_second,
        errors.len(),
        percentile(reads, 0.99),
        percentile(writes, 0.99),
        percentile(all, 0.999),
    )
}

fn is_write(n: u64) -> bool {
    n % WRITES == WRITES - 1
}

/// Returns the n-th request: of ten, six lines, three pages of lines, and a line that is changed or created.
fn request(n: u64) -> Vec<u8> {
    let id = n * 7919 % LINES + 1;
    match (n % WRITES, n / WRITES % 2) {
        (0..=5, _) => get("bench0001", "BENCH_KEY", &format!("get_line&id={id}")),
        (6..=8, _) => get(
            "bench0001",
            "BENCH_KEY",
            &format!("get_lines&limit=25&start={}", n % 40 * 25),
        ),
        (_, 0) => post(
            "bench0001",
            "BENCH_KEY",
            &format!("edit_line&id={id}&admin_notes=note{n}"),
        ),
        _ => post(
            "bench0001",
            "BENCH_KEY",
            &format!("create_line&exp_date=2027-01-01&username=new{n}"),
        ),
    }
}

/// Returns the figure that this part of all figures does not exceed.
fn percentile(mut figures: Vec<f64>, part: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let at = (figures.len() as f64 * part) as usize;
    figures
        .get(at.min(figures.len().saturating_sub(1)))
        .copied()
        .unwrap_or(f64::NAN)
}
