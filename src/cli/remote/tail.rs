//! `linecard tail`: prints the requests as the panel receives them, a line each.

use std::io::{BufRead, BufReader, stdout};
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::{Failure, Remote, percent_encode};
use crate::cli::output::{fail, print, report};
use crate::platform::supports_colours;

const DIM: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
const CYAN: u8 = 36;

/// Options of `linecard tail`.
#[derive(Args, Debug)]
pub struct Tail {
    #[command(flatten)]
    remote: Remote,

    /// Only requests to this API, such as admin or billing; webhook for deliveries of webhooks.
    #[arg(long, value_name = "NAME")]
    api: Option<String>,

    /// Only this action.
    #[arg(long, value_name = "NAME")]
    action: Option<String>,

    /// Only requests about this username.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Only answers of this status.
    #[arg(long, value_name = "CODE")]
    status: Option<u16>,

    /// Only suspicious requests.
    #[arg(long)]
    unmatched: bool,

    /// Begin after the request of this number instead of now; 0 begins with the oldest.
    #[arg(long, value_name = "N")]
    since: Option<u64>,

    /// End after this many requests.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..), value_name = "N")]
    limit: Option<u64>,

    /// Print each request as JSON, with everything that is known about it.
    #[arg(long)]
    json: bool,
}

impl Tail {
    /// Prints until the server stops. Exit code 1 when it cannot be followed.
    pub fn run(&self) -> ExitCode {
        match self.follow() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => fail(failure.message()),
        }
    }

    fn follow(&self) -> Result<(), Failure> {
        let stream = self.remote.open(&format!("requests/stream{}", self.query()))?;
        let ended = |error: std::io::Error| Failure::Other(format!("the server went away: {error}"));
        let colours = std::env::var_os("NO_COLOR").is_none() && supports_colours(&stdout());
        let (mut event, mut left) = (String::new(), self.limit.unwrap_or(u64::MAX));
        for line in BufReader::new(stream).lines() {
            let line = line.map_err(ended)?;
            match line.split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut event),
                Some(("data", data)) if event == "request" => {
                    left -= 1;
                    self.print_request(data, colours);
                    if left == 0 {
                        break;
                    }
                }
                Some(("data", data)) if event == "overflow" => report(format!("requests were lost: {data}")),
                _ => {}
            }
        }
        Ok(())
    }

    fn query(&self) -> String {
        let members = [
            ("api", self.api.clone()),
            ("action", self.action.clone()),
            ("user", self.user.clone()),
            ("status", self.status.map(|status| status.to_string())),
            ("unmatched", self.unmatched.then(|| "1".to_owned())),
            ("since", self.since.map(|seq| seq.to_string())),
        ];
        let members: Vec<String> = members
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", percent_encode(&value?))))
            .collect();
        match members.is_empty() {
            true => String::new(),
            false => format!("?{}", members.join("&")),
        }
    }

    fn print_request(&self, data: &str, colours: bool) {
        match serde_json::from_str::<Value>(data) {
            Ok(request) if !self.json => print(&format!("{}\n", request_line(&request, colours))),
            _ => print(&format!("{data}\n")),
        }
    }
}

/// Formats a request: time, api, action, user, status, milliseconds, fault and near misses.
fn request_line(request: &Value, colours: bool) -> String {
    let text = |name: &str| {
        request
            .get(name)
            .and_then(Value::as_str)
            .map(without_control_characters)
    };
    let or_dash = |name: &str| text(name).unwrap_or_else(|| "-".into());
    let paint = |colour: u8, text: String| match colours && !text.is_empty() {
        true => format!("\x1b[{colour}m{text}\x1b[0m"),
        false => text,
    };
    let at = text("at").unwrap_or_default();
    let time = at
        .split_once('T')
        .map_or(at.as_str(), |(_, time)| time.trim_end_matches('Z'));
    let (status, colour) = match request.get("status").and_then(Value::as_u64) {
        Some(code @ ..400) => (code.to_string(), GREEN),
        Some(code @ 400..500) => (code.to_string(), YELLOW),
        Some(code) => (code.to_string(), RED),
        None => (or_dash("outcome"), RED),
    };
    let us = request.get("us").and_then(Value::as_u64).unwrap_or_default();
    let mut words = vec![
        paint(DIM, time.to_owned()),
        format!("{:6}", or_dash("api")),
        paint(CYAN, format!("{:16}", or_dash("action"))),
        format!("{:12}", or_dash("user")),
        paint(colour, status),
        format!("{}.{:02} ms", us / 1000, us % 1000 / 10),
    ];
    words.extend(text("error").map(|error| paint(RED, error)));
    words.extend(text("fault").map(|fault| paint(RED, format!("fault={fault}"))));
    let near_misses = request.get("diagnostics").and_then(Value::as_array);
    words.extend(near_misses.into_iter().flatten().map(|near_miss| {
        let part = |name: &str| {
            near_miss
                .get(name)
                .and_then(Value::as_str)
                .map(without_control_characters)
                .unwrap_or_default()
        };
        paint(YELLOW, format!("[{}: {}]", part("kind"), part("hint")))
    }));
    words.join(" ")
}

/// Replaces control characters: text from clients must not control the terminal.
fn without_control_characters(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let answered = json!({
            "at": "2026-03-15T14:30:00Z", "api": "admin", "action": "get_line", "user": "anna", "status": 200,
            "us": 1_234, "fault": "f1", "diagnostics": [{ "kind": "k", "hint": "do\u{1b}[2J this" }],
        });
        assert_eq!(
            request_line(&answered, false),
            "14:30:00 admin  get_line         anna         200 1.23 ms fault=f1 [k: do\u{fffd}[2J this]"
        );
        let lost = json!({ "at": "2026-03-15T14:30:00Z", "api": "none", "outcome": "gone", "us": 9 });
        assert_eq!(
            request_line(&lost, false),
            "14:30:00 none   -                -            gone 0.00 ms"
        );
        for (status, colour) in [(200, 32), (302, 32), (404, 33), (503, 31)] {
            let coloured = request_line(&json!({ "status": status }), true);
            assert!(
                coloured.contains(&format!("\x1b[{colour}m{status}\x1b[0m")),
                "{coloured}"
            );
        }
    }
}
