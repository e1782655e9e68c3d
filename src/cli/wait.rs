//! `linecard wait` and `linecard health`: whether a server answers, for scripts and containers.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::Value;

use super::ask::{HttpRequest, Url};
use super::output::{fail, print};
use super::remote::{Failure, Remote, print_answer};
use super::trust::Trust;
use crate::span;

/// The pause of `wait` between two requests.
const PAUSE: Duration = Duration::from_millis(20);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

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
            match self.ask(left.min(REQUEST_TIMEOUT)) {
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

    fn ask(&self, timeout: Duration) -> Result<Url, String> {
        let url = match &self.ready_file {
            None => self.url.clone(),
            Some(path) => {
                let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                url_of_ready_line(&text).ok_or_else(|| format!("{} is no ready file", path.display()))?
            }
        };
        // One request is made even when no time is left. Any answer counts. The journal does not record
        // requests for this path, so they do not appear among a test's requests.
        let request = HttpRequest {
            method: "HEAD",
            path: "/_linecard/health",
            trust: Some(&self.trust),
            ..HttpRequest::default()
        };
        let answer = url.ask(&request, timeout.max(PAUSE));
        answer.map_err(|error| match (error.kind(), &self.ready_file) {
            (ErrorKind::ConnectionRefused, None) => {
                format!("{url} does not answer: {error}; start a server there, or name another one with --url")
            }
            _ => format!("{url} does not answer: {error}"),
        })?;
        Ok(url)
    }
}

/// Parses the address in a ready line, of text or JSON.
fn url_of_ready_line(line: &str) -> Option<Url> {
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

    /// Count a server without a control plane as well, too, as long as it answers.
    #[arg(long)]
    bare: bool,
}

impl Health {
    /// Asks and prints the answer. Exit code 1 when the server is not well or does not answer.
    pub fn run(&self) -> ExitCode {
        match self.remote.request("GET", &["health"]) {
            Err(Failure::Absent(_)) if self.bare => ExitCode::SUCCESS,
            answer => print_answer(answer),
        }
    }
}
