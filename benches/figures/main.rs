//! The figures of the README, measured in one run and printed as its table:
//!
//! ```text
//! cargo bench --bench figures
//! cargo bench --bench figures -- control starts
//! cargo bench --bench figures -- --write
//! ```
//!
//! The last one writes all of them to `docs/figures.md` and some to the README.
//!
//! If a figure is a ratio, both sides are measured alternately, because a machine's speed changes over time.
//! The load program runs on the same machine as the server and uses part of its capacity.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program may stop where it stands"
)]

use std::path::Path;

mod bare;
mod caller;
mod control;
mod dialects;
mod load;
mod mixed;
mod player;
mod process;
mod requests;
mod reseller;
mod rest;
mod seeded;
mod sql;
mod starts;
mod table;
mod viewers;
mod worlds;
mod writes;

use table::Row;

fn main() {
    // The comparisons need a minimal server process: this program with an argument.
    if std::env::args().any(|argument| argument == bare::ARGUMENT) {
        return bare::serve_forever();
    }
    let all = [
        ("requests", requests::rows as fn() -> Vec<Row>),
        ("dialects", dialects::rows),
        ("rest", rest::rows),
        ("reseller", reseller::rows),
        ("player", player::rows),
        ("viewers", viewers::rows),
        ("writes", writes::rows),
        ("sql", sql::rows),
        ("process", process::rows),
        ("mixed", mixed::rows),
        ("control", control::rows),
        ("starts", starts::rows),
        ("seeded", seeded::rows),
        ("worlds", worlds::rows),
    ];
    // The named figures, or all.
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let write = std::env::args().any(|word| word == "--write");
    assert!(
        named.is_empty() || !write,
        "a table of one run has all rows: --write takes no names"
    );
    print!("{}", table::head());
    let mut rows = Vec::new();
    for (name, measure) in all {
        if named.is_empty() || named.iter().any(|word| word == name) {
            for row in measure() {
                print!("{}", row.line());
                rows.push(row);
            }
        }
    }
    if write {
        write_down(&rows);
    }
}

/// Writes the figures to the page and the README.
fn write_down(rows: &[Row]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme).unwrap();
    let text = table::readme(&text, rows).expect("the README has no place for figures");
    std::fs::write(readme, text).unwrap();
    std::fs::write(root.join("docs/figures.md"), table::page(rows)).unwrap();
}

/// Returns the median.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
