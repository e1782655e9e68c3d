//! The figures of the README, measured in one run and printed as its table:
//!
//! ```text
//! cargo bench --bench figures
//! cargo bench --bench figures control starts
//! ```
//!
//! Where a figure is a ratio, both sides are measured in turns, because a machine's speed drifts.
//! The load program runs on the same machine as the server and takes its share of it.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program may stop where it stands"
)]

mod bare;
mod caller;
mod control;
mod dialects;
mod load;
mod process;
mod requests;
mod starts;
mod writes;

fn main() {
    // The comparisons need a process that does nothing but the least: this program, asked so.
    if std::env::args().any(|argument| argument == bare::ARGUMENT) {
        return bare::serve_forever();
    }
    println!("| what | measured | target |\n|---|---|---|");
    let all = [
        ("requests", requests::rows as fn() -> Vec<Row>),
        ("dialects", dialects::rows),
        ("writes", writes::rows),
        ("process", process::rows),
        ("control", control::rows),
        ("starts", starts::rows),
    ];
    // Those that are named, or all of them.
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, measure) in all {
        if named.is_empty() || named.iter().any(|word| word == name) {
            for row in measure() {
                println!("| {} | {} | {} |", row.what, row.measured, row.target);
            }
        }
    }
}

/// A line of the table.
struct Row {
    what: &'static str,
    measured: String,
    target: &'static str,
}

/// The middle one of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
