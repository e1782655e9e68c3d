//! The server as a process: time to the first answer, time to stop, and memory.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::requests::{get, post};
use super::{Row, bare, load, median};

/// Number of starts of each program.
const STARTS: usize = 40;
/// Duration of the load on the panel with many lines.
const LOAD: Duration = Duration::from_secs(5);

pub fn rows() -> Vec<Row> {
    let docs = ["serve", "--db", ":memory:", "--seed", "docs", "--bind", "127.0.0.1:0"];
    let mut figures: [Vec<f64>; 5] = Default::default();
    for _ in 0..STARTS {
        let ours = Process::start(Command::new(binary()).args(docs));
        figures[0].push(ours.answered_after);
        figures[1].push(ours.resident_mib());
        figures[2].push(ours.stop());
        let bare = Process::start(Command::new(std::env::current_exe().unwrap()).arg(bare::ARGUMENT));
        figures[3].push(bare.answered_after);
        figures[4].push(bare.resident_mib());
        bare.stop();
    }
    let [start, memory, stop, bare_start, bare_memory] = figures.map(median);
    let loaded = under_load();
    vec![
        Row {
            what: "spawn to the first answer, `--db :memory: --seed docs`",
            measured: format!("{start:.1} ms (a bare actix and SQLite server: {bare_start:.1} ms)"),
            target: "at most 25 ms",
            readme: true,
        },
        Row {
            what: "resident memory after it",
            measured: format!("{memory:.1} MiB (bare: {bare_memory:.1} MiB)"),
            target: "at most 12.5 MiB",
            readme: true,
        },
        Row {
            what: "most memory while 100,000 lines are served under load",
            measured: format!("{loaded:.1} MiB"),
            target: "at most 64 MiB",
            readme: true,
        },
        Row {
            what: "SIGTERM to exit 0, idle",
            measured: format!("{stop:.1} ms"),
            target: "at most 20 ms",
            readme: true,
        },
    ]
}

/// Returns the path of the server that is built with this program.
pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_linecard")
}

pub struct Process {
    child: Child,
    pub address: SocketAddr,
    /// Milliseconds from start to first answer.
    pub answered_after: f64,
}

impl Process {
    pub fn start(command: &mut Command) -> Process {
        let begun = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut ready)
            .unwrap();
        let url = ready.split_whitespace().nth(1).unwrap();
        let address = url.trim_start_matches("http://").parse().unwrap();
        linecard::server::first_request(address, None).unwrap();
        Process {
            child,
            address,
            answered_after: begun.elapsed().as_secs_f64() * 1e3,
        }
    }

    pub fn resident_mib(&self) -> f64 {
        self.status("VmRSS")
    }

    /// The most that was resident.
    pub fn most_mib(&self) -> f64 {
        self.status("VmHWM")
    }

    /// The time that its threads ran, in seconds.
    pub fn cpu_seconds(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in parentheses may have spaces.
        let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / 100.0
    }

    fn status(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib / 1024.0
    }

    /// Stops it and returns the milliseconds from SIGTERM to its end.
    pub fn stop(mut self) -> f64 {
        let begun = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap();
        begun.elapsed().as_secs_f64() * 1e3
    }
}

/// Measures the peak memory of a panel with 100,000 lines under reads, lists, searches and writes.
fn under_load() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel.db");
    let arguments = [
        "--seed",
        "scale:lines=100000,streams=1000,resellers=50",
        "--access-code",
        "bench0001",
        "--api-key",
        "BENCH_KEY",
    ];
    let panel = Process::start(
        Command::new(binary())
            .args(["serve", "--bind", "127.0.0.1:0", "--db"])
            .arg(&db)
            .args(arguments),
    );
    let calls = [
        |n: u64| get("bench0001", "BENCH_KEY", &format!("get_line&id={}", n % 100_000 + 1)),
        |n: u64| {
            get(
                "bench0001",
                "BENCH_KEY",
                &format!("get_lines&limit=100&start={}", n * 97 % 90_000),
            )
        },
        |n: u64| {
            get(
                "bench0001",
                "BENCH_KEY",
                &format!("get_lines&limit=25&search[value]=line{:05}", n % 90_000),
            )
        },
        |n: u64| {
            post(
                "bench0001",
                "BENCH_KEY",
                &format!("create_line&exp_date=2027-01-01&username=new{n}"),
            )
        },
    ];
    load::run(panel.address, 32, LOAD, move |n| calls[(n % 4) as usize](n / 4));
    let most = panel.most_mib();
    panel.stop();
    most
}
