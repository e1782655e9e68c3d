//! The commands for a running server: each sends a request to its control plane and prints the answer
//! unchanged, or indented on a terminal. A refusal is printed with its hint.

pub mod call;
mod clock;
mod document;
mod faults;
mod matching;
mod state;
mod tail;
mod verify;
mod why;

use std::io::{self, ErrorKind, IsTerminal, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use serde_json::Value;

use super::ask::{Answer, HttpRequest, Incoming, Url};
use super::output::{fail, print};
use super::trust::Trust;
use crate::control::PREFIX;
pub use crate::dialects::php::form::percent_encode;

/// The timeout of a request that does not wait for an event.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

const JSON: &str = "application/json";

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Calls an action and prints its answer, with the curl command that is equal on standard error.
    Call(call::Call),
    /// Shows the panel's clock, or sets how it runs.
    Clock(clock::Clock),
    /// Lists the faults that make requests fail, or changes them.
    Faults(faults::Faults),
    /// Checks whether the panel received certain requests, as often as expected.
    Verify(verify::Verify),
    /// Shows the requests as the panel receives them, a line each.
    Tail(tail::Tail),
    /// Saves the panel's state under a name, or restores it.
    Snapshot(state::Snapshot),
    /// Restores the state at the start.
    Reset(state::Reset),
    /// Prints the panel's whole state, replaces it or adds to it.
    State(document::State),
    /// Tells whether a line can watch a stream and, if not, which check refuses it and what to change.
    Why(why::Why),
}

impl Command {
    /// Runs the command. Exit code 1 when the server refuses or does not answer, 2 when no request was made.
    pub fn run(&self) -> ExitCode {
        match self {
            Command::Call(call) => call.run(),
            Command::Clock(clock) => clock.run(),
            Command::Faults(faults) => faults.run(),
            Command::Verify(verify) => verify.run(),
            Command::Tail(tail) => tail.run(),
            Command::Snapshot(snapshot) => snapshot.run(),
            Command::Reset(reset) => reset.run(),
            Command::State(state) => state.run(),
            Command::Why(why) => why.run(),
        }
    }
}

/// Which server a command talks to.
#[derive(Args, Clone, Debug)]
pub struct Remote {
    /// The server's address; default: that in LINECARD_CONTROL_URL, in LINECARD_URL, or http://127.0.0.1:8080.
    #[arg(long, global = true)]
    url: Option<Url>,

    /// The control plane's token, where it asks for one.
    #[arg(
        long,
        env = "LINECARD_CONTROL_TOKEN",
        hide_env_values = true,
        global = true,
        value_name = "TOKEN"
    )]
    control_token: Option<String>,

    #[command(flatten)]
    trust: Trust,
}

/// Why there is no answer to print.
pub enum Failure {
    /// The problem that the control plane answered.
    Refused(Value),
    /// The server has no control plane; a message of one line.
    Absent(String),
    /// Another error; a message of one line.
    Other(String),
}

impl Failure {
    /// Formats the failure in one line: what is wrong and what to do.
    pub fn message(&self) -> String {
        match self {
            Failure::Refused(problem) => {
                let member = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default();
                format!("{}; {}", member("detail"), member("hint"))
            }
            Failure::Absent(message) | Failure::Other(message) => message.clone(),
        }
    }
}

impl Remote {
    /// Returns the TLS authorities to trust.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Returns the address of the control plane.
    ///
    /// # Errors
    /// A variable with an invalid address.
    pub fn control(&self) -> Result<Url, Failure> {
        self.first_of(&["LINECARD_CONTROL_URL", "LINECARD_URL"])
            .map(Option::unwrap_or_default)
    }

    /// Returns the address of the panel, if it is set.
    ///
    /// # Errors
    /// A variable with an invalid address.
    pub fn panel(&self) -> Result<Option<Url>, Failure> {
        self.first_of(&["LINECARD_URL"])
    }

    fn first_of(&self, variables: &[&str]) -> Result<Option<Url>, Failure> {
        if let Some(url) = &self.url {
            return Ok(Some(url.clone()));
        }
        let set = variables
            .iter()
            .find_map(|name| Some((name, std::env::var(name).ok().filter(|value| !value.is_empty())?)));
        let read = set.map(|(name, value)| {
            let read = value.parse::<Url>();
            read.map_err(|reason| Failure::Other(format!("{name}={value} is {reason}")))
        });
        read.transpose()
    }

    /// Sends a request to the control plane, with the path's segments after the prefix, and returns the body of
    /// a successful answer.
    ///
    /// # Errors
    /// The control plane's refusal, or why there is no answer.
    pub fn ask(&self, method: &str, path: &[&str], body: (&str, &[u8]), timeout: Duration) -> Result<Vec<u8>, Failure> {
        let segments: Vec<String> = path.iter().map(|segment| percent_encode(segment)).collect();
        self.exchange(method, &segments.join("/"), body, timeout)
    }

    /// Same as [`Remote::ask`], with an encoded path and query.
    fn exchange(&self, method: &str, path: &str, body: (&str, &[u8]), timeout: Duration) -> Result<Vec<u8>, Failure> {
        let (request_url, incoming) = self.begin(method, path, body, Some(Instant::now() + timeout))?;
        let answer = incoming.whole().map_err(|error| no_answer(&request_url, &error))?;
        body_of_success(&request_url, answer)
    }

    /// Sends a GET whose answer is read as it arrives, without a timeout.
    pub fn open(&self, path: &str) -> Result<Incoming, Failure> {
        let (request_url, incoming) = self.begin("GET", path, ("", b""), None)?;
        if incoming.status == 200 {
            return Ok(incoming);
        }
        let answer = incoming.whole().map_err(|error| no_answer(&request_url, &error))?;
        Err(body_of_success(&request_url, answer)
            .err()
            .unwrap_or_else(|| Failure::Other(format!("{request_url} has no stream"))))
    }

    fn begin(
        &self,
        method: &str,
        path: &str,
        (content_type, body): (&str, &[u8]),
        deadline: Option<Instant>,
    ) -> Result<(String, Incoming), Failure> {
        let (url, path) = (self.control()?, format!("{PREFIX}{path}"));
        let request = HttpRequest {
            method,
            path: &path,
            token: self.control_token.as_deref(),
            trust: Some(&self.trust),
            content_type,
            body,
        };
        let request_url = format!("{url}{path}");
        match url.open(&request, deadline) {
            Ok(incoming) => Ok((request_url, incoming)),
            Err(error) => Err(no_answer(&request_url, &error)),
        }
    }

    /// Same as [`Remote::ask`], without a body.
    pub fn request(&self, method: &str, path: &[&str]) -> Result<Vec<u8>, Failure> {
        self.ask(method, path, ("", b""), REQUEST_TIMEOUT)
    }

    /// Same as [`Remote::ask`], with JSON.
    pub fn send_json(&self, method: &str, path: &[&str], body: &Value) -> Result<Vec<u8>, Failure> {
        self.ask(method, path, (JSON, body.to_string().as_bytes()), REQUEST_TIMEOUT)
    }

    /// Returns the control plane's information about the panel.
    pub fn info(&self) -> Result<Value, Failure> {
        self.get_json("info")
    }

    /// Returns the answer to GET for a path with its query.
    pub fn get(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.exchange("GET", path, ("", b""), REQUEST_TIMEOUT)
    }

    /// Returns the JSON answer to GET for a path with its query.
    pub fn get_json(&self, path: &str) -> Result<Value, Failure> {
        let answer = self.get(path)?;
        serde_json::from_slice(&answer).map_err(|error| Failure::Other(format!("{PREFIX}{path} is no JSON: {error}")))
    }
}

fn no_answer(request_url: &str, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        ErrorKind::ConnectionRefused => "; start a server with --control, or name another one with --url",
        _ => "",
    };
    Failure::Other(format!("{request_url} does not answer: {error}{hint}"))
}

fn body_of_success(request_url: &str, Answer { status, body }: Answer) -> Result<Vec<u8>, Failure> {
    if (200..300).contains(&status) {
        return Ok(body);
    }
    let problem = serde_json::from_slice::<Value>(&body);
    let problem = problem.ok().filter(|problem| problem.get("hint").is_some());
    Err(match (status, problem) {
        (401, _) => Failure::Other(format!("{request_url} asks for a token: give it with --control-token")),
        (_, Some(problem)) => Failure::Refused(problem),
        (404, None) => Failure::Absent(format!("{request_url} is not there: start the server with --control")),
        (status, None) => Failure::Other(format!("{request_url} answers {status}{}", plain_text_line(&body))),
    })
}

/// Returns a body that is one line of plain text as the rest of an error message, or an empty text.
fn plain_text_line(body: &[u8]) -> String {
    let line = str::from_utf8(body).unwrap_or_default().trim_end();
    match line.is_empty() || line.contains('\n') || line.starts_with(['<', '{']) {
        true => String::new(),
        false => format!(": {line}"),
    }
}

/// Prints an answer, or the reason why there is none.
pub fn print_answer(answer: Result<Vec<u8>, Failure>) -> ExitCode {
    match answer {
        Ok(body) => {
            print_body(&body);
            ExitCode::SUCCESS
        }
        Err(failure) => fail(failure.message()),
    }
}

/// Prints a body: JSON indented on a terminal, all others unchanged.
pub fn print_body(body: &[u8]) {
    let json = stdout()
        .is_terminal()
        .then(|| serde_json::from_slice::<Value>(body).ok())
        .flatten();
    match json {
        Some(json) => print(&format!("{json:#}\n")),
        None => print(&format!("{}\n", String::from_utf8_lossy(body).trim_end_matches('\n'))),
    }
}
