//! Worlds: how soon there is another panel in the process, and what it takes of its memory.

use std::process::Command;

use super::caller::Caller;
use super::process::{Process, binary};
use super::{Row, median};

/// Worlds that are made, and that stay.
const WORLDS: u32 = 100;

pub fn rows() -> Vec<Row> {
    let panel = Process::start(Command::new(binary()).args(["test", "--seed", "docs"]));
    let mut caller = Caller::new(panel.address);
    // What the first one wakes is not its own.
    caller.steer("POST", "worlds", "{}");
    let before = panel.resident_mib();
    let took = median((0..WORLDS).map(|_| caller.steer("POST", "worlds", "{}").0).collect());
    let each = (panel.resident_mib() - before) / f64::from(WORLDS);
    panel.stop();
    vec![Row {
        what: "a new world over HTTP",
        measured: format!("{took:.2} ms, {each:.2} MiB"),
        target: "at most 2 ms, 0.5 MiB",
        readme: true,
    }]
}
