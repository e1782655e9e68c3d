//! The figures of the README, measured in one run and printed as its table:
//!
//! ```text
//! cargo bench --bench figures
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
mod dialects;
mod load;
mod process;
mod requests;
mod writes;

fn main() {
    // The comparisons need a process that does nothing but the least: this program, asked so.
    if std::env::args().any(|argument| argument == bare::ARGUMENT) {
        return bare::serve_forever();
    }
    println!("| what | measured | target |\n|---|---|---|");
    for row in [requests::rows, dialects::rows, writes::rows, process::rows]
        .into_iter()
        .flat_map(|measure| measure())
    {
        println!("| {} | {} | {} |", row.what, row.measured, row.target);
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
