//! `linecard why`: tells whether a line can watch, and what refuses it.

use std::process::ExitCode;

use clap::Args;

use super::{Remote, percent_encode, print_answer};

/// Options of `linecard why`.
#[derive(Args, Debug)]
pub struct Why {
    #[command(flatten)]
    remote: Remote,

    /// The line, by its username or its id.
    line: String,

    /// The id of a stream, movie or episode; default: only the line is looked at.
    stream: Option<i64>,

    /// The address that would watch; without it the checks of addresses are skipped.
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<String>,

    /// The user agent that would watch; without it the checks of user agents are skipped.
    #[arg(long, value_name = "USER_AGENT")]
    ua: Option<String>,
}

impl Why {
    /// Asks and prints the answer.
    pub fn run(&self) -> ExitCode {
        let stream = self.stream.map(|id| id.to_string());
        let asked = [
            ("line", Some(&self.line)),
            ("stream", stream.as_ref()),
            ("ip", self.ip.as_ref()),
            ("ua", self.ua.as_ref()),
        ];
        let asked = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query: Vec<String> = asked
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        print_answer(self.remote.get(&format!("why?{}", query.join("&"))))
    }
}
