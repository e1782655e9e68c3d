//! `linecard wait` and `linecard health`: whether a server answers, for scripts and containers.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::Value;

use super::ask::{Question, Url};
use super::remote::{Failure, Remote, told};
use super::trust::Trust;
use super::{fail, print};
use crate::span;

/// How long `wait` pauses between two questions, and the longest that a single one takes.
const PAUSE: Duration = Duration::from_millis(20);
const ONCE: Duration = Duration::from_secs(5);

/// Options of `linecard wait`.
#[derive(Args, Debug)]
pub struct Wait {
    /// The server's address.
    #[arg(long, env = "LINECARD_URL", default_value_t)]
    url: Url,

    /// The server's ready file, which names its address instead of --url; it may not be there yet.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,

    #[command(flatten)]
    trust: Trust,

    /// How long to wait, such as 500ms, 30s or 2m.
    #[arg(long, default_value = "30s", value_parser = span::parse, value_name = "SPAN")]
    timeout: Duration,
}

impl Wait {
    /// Waits. Exit code 1 when nothing answers in time.
    pub fn run(&self) -> ExitCode {
        let begun = Instant::now();
        loop {
            let left = self.timeout.saturating_sub(begun.elapsed());
            match self.answers(left.min(ONCE)) {
                Ok(url) => {
                    print(&format!("{url} answers after {} ms\n", begun.elapsed().as_millis()));
                    return ExitCode::SUCCESS;
                }
                Err(reason) if begun.elapsed() >= self.timeout => {
                    return fail(format!("gave up after {:?}: {reason}", self.timeout));
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    fn answers(&self, timeout: Duration) -> Result<Url, String> {
        let url = match &self.ready_file {
            None => self.url.clone(),
            Some(path) => {
                let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                named(&text).ok_or_else(|| format!("{} is no ready file", path.display()))?
            }
        };
        // With no time left the question is still asked once. Whatever is answered is an answer; no journal keeps
        // what is asked there, so that a wait is not among a test's requests.
        let question = Question {
            method: "HEAD",
            path: "/_linecard/health",
            trust: Some(&self.trust),
            ..Question::default()
        };
        let asked = url.ask(&question, timeout.max(PAUSE));
        asked.map_err(|error| format!("{url} does not answer: {error}"))?;
        Ok(url)
    }
}

/// The address in a ready line of either form.
fn named(line: &str) -> Option<Url> {
    let url = match serde_json::from_str::<Value>(line) {
        Ok(object) => object.get("url")?.as_str()?.to_owned(),
        Err(_) => line.strip_prefix("ready ")?.split_whitespace().next()?.to_owned(),
    };
    url.parse().ok()
}

/// Options of `linecard health`.
#[derive(Args, Debug)]
pub struct Health {
    #[command(flatten)]
    remote: Remote,

    /// Take an answer of a server without a control plane for well too.
    #[arg(long)]
    bare: bool,
}

impl Health {
    /// Asks and prints the answer. Exit code 1 when the server is not well or does not say.
    pub fn run(&self) -> ExitCode {
        match self.remote.plain("GET", &["health"]) {
            Err(Failure::Absent(_)) if self.bare => ExitCode::SUCCESS,
            answered => told(answered),
        }
    }
}
