//! Starts with many streams: from a document that somebody wrote, and from a snapshot of it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use super::process::{Process, binary};
use super::{Row, median};

const STREAMS: usize = 10_000;
const STARTS: usize = 20;

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("panel.json");
    let snapshot = folder.path().join("panel.db");
    write_document(&document);
    // A database that a server has left is what a snapshot is.
    start(&["serve", "--db", snapshot.to_str().unwrap()], &document).stop();
    let from = |seed: &Path| median((0..STARTS).map(|_| timed(seed)).collect());
    vec![
        Row {
            what: "spawn to the first answer with 10,000 streams of a JSON document",
            measured: format!("{:.1} ms", from(&document)),
            target: "at most 150 ms",
            readme: false,
        },
        Row {
            what: "the same of a snapshot",
            measured: format!("{:.1} ms", from(&snapshot)),
            target: "at most 40 ms",
            readme: false,
        },
    ]
}

fn write_document(path: &Path) {
    let stream = |n| format!(r#"{{"name":"Stream {n}","sources":"http://origin.example/{n}.ts"}}"#);
    let streams: Vec<String> = (1..=STREAMS).map(stream).collect();
    let mut file = std::fs::File::create(path).unwrap();
    write!(file, r#"{{"streams":[{}]}}"#, streams.join(",")).unwrap();
}

fn start(command: &[&str], seed: &Path) -> Process {
    Process::start(
        Command::new(binary())
            .args(command)
            .args(["--bind", "127.0.0.1:0", "--seed"])
            .arg(seed),
    )
}

fn timed(seed: &Path) -> f64 {
    let panel = start(&["test"], seed);
    let took = panel.answered_after;
    panel.stop();
    took
}
