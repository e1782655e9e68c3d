//! Worlds: the time and the memory for another panel in the process.

use std::process::Command;

use super::caller::Caller;
use super::process::{Process, binary};
use super::{Row, median};

/// Number of worlds that are created and stay.
const WORLDS: u32 = 100;

pub fn rows() -> Vec<Row> {
    let panel = Process::start(Command::new(binary()).args(["test", "--seed", "docs"]));
    let mut caller = Caller::new(panel.address);
    // The first world also initialises shared parts, which are not measured.
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
