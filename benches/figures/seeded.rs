//! Starts with many streams: from a seed document in each of its formats, and from a snapshot of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::{Process, binary};
use super::{Row, median};

const STREAMS: usize = 10_000;
const STARTS: usize = 20;

/// A format of a document: its file name, start, repeated part and end.
struct Form {
    file: &'static str,
    head: &'static str,
    stream: fn(usize) -> String,
    between: &'static str,
    tail: &'static str,
}

const JSON: Form = Form {
    file: "panel.json",
    head: r#"{"streams":["#,
    stream: |n| format!(r#"{{"name":"Stream {n}","sources":"http://origin.example/{n}.ts"}}"#),
    between: ",",
    tail: "]}",
};

const YAML: Form = Form {
    file: "panel.yaml",
    head: "streams:\n",
    stream: |n| format!("  - name: Stream {n}\n    sources: http://origin.example/{n}.ts\n"),
    between: "",
    tail: "",
};

const TOML: Form = Form {
    file: "panel.toml",
    head: "",
    stream: |n| format!("[[streams]]\nname = \"Stream {n}\"\nsources = \"http://origin.example/{n}.ts\"\n"),
    between: "\n",
    tail: "",
};

impl Form {
    fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(self.file);
        let streams: Vec<String> = (1..=STREAMS).map(self.stream).collect();
        let text = [self.head, &streams.join(self.between), self.tail].concat();
        std::fs::write(&path, text).unwrap();
        path
    }
}

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let documents = [JSON, YAML, TOML].map(|form| form.write(folder.path()));
    let snapshot = folder.path().join("panel.db");
    // The database of a stopped server is the same as a snapshot.
    start(&["serve", "--db", snapshot.to_str().unwrap()], &documents[0]).stop();
    let [json, yaml, toml] = documents;
    [
        (
            "spawn to the first answer with 10,000 streams of a JSON document",
            json,
            "at most 150 ms",
        ),
        ("the same of a YAML document", yaml, "–"),
        ("the same of a TOML document", toml, "–"),
        ("the same of a snapshot", snapshot, "at most 40 ms"),
    ]
    .map(|(what, seed, target)| Row {
        what,
        measured: format!("{:.1} ms", median((0..STARTS).map(|_| timed(&seed)).collect())),
        target,
        readme: false,
    })
    .into()
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
