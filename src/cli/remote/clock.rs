//! `linecard clock`: shows or sets the panel's clock.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Remote, print_answer};

/// Options of `linecard clock`.
#[derive(Args, Debug)]
pub struct Clock {
    #[command(flatten)]
    remote: Remote,
    #[command(subcommand)]
    change: Option<Change>,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Shows the clock, as `linecard clock` alone does.
    Show,
    /// Stops the clock, now or at an instant such as 2026-01-01T00:00:00Z.
    Freeze { at: Option<String> },
    /// Lets the clock run with the host's.
    Real,
    /// Lets the clock run ahead of the host's by a duration such as P30D, or behind it with -P30D.
    Offset {
        #[arg(allow_hyphen_values = true)]
        by: String,
    },
    /// Lets the clock run at a multiple of the host's speed, from now on.
    Scale { rate: f64 },
    /// Advances the clock by a duration such as P1M, and prints what fell due.
    Advance {
        #[arg(allow_hyphen_values = true)]
        by: String,
    },
    /// Advances the clock to an instant, and prints what fell due.
    To { at: String },
}

impl Clock {
    /// Shows or changes.
    pub fn run(&self) -> ExitCode {
        let set = |body: Value| self.remote.send_json("PUT", &["clock"], &body);
        let advance = |body: Value| self.remote.send_json("POST", &["clock", "advance"], &body);
        print_answer(match &self.change {
            None | Some(Change::Show) => self.remote.request("GET", &["clock"]),
            Some(Change::Freeze { at: None }) => set(json!({ "mode": "frozen" })),
            Some(Change::Freeze { at: Some(at) }) => set(json!({ "mode": "frozen", "at": instant(at) })),
            Some(Change::Real) => set(json!({ "mode": "real" })),
            Some(Change::Offset { by }) => set(json!({ "mode": "offset", "by": by })),
            Some(Change::Scale { rate }) => set(json!({ "mode": "scaled", "rate": rate })),
            Some(Change::Advance { by }) => advance(json!({ "by": by })),
            Some(Change::To { at }) => advance(json!({ "to": instant(at) })),
        })
    }
}

/// Parses an instant; Unix seconds become a number.
fn instant(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), Value::from)
}
