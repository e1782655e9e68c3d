//! `linecard verify`: checks whether the panel received certain requests; the result is the exit code.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};

use super::matching::Matching;
use super::{Failure, JSON, REQUEST_TIMEOUT, Remote, print_body};
use crate::cli::output::{fail, write_error};
use crate::span;

/// Options of `linecard verify`.
#[derive(Args, Debug)]
pub struct Verify {
    #[command(flatten)]
    remote: Remote,

    #[command(flatten)]
    matching: Matching,

    /// Exactly how many requests there must be; default: at least one.
    #[arg(long, value_name = "N", conflicts_with_all = ["at_least", "at_most"])]
    times: Option<u64>,

    /// How many requests there must be at least.
    #[arg(long, value_name = "N")]
    at_least: Option<u64>,

    /// How many requests there may be at most.
    #[arg(long, value_name = "N")]
    at_most: Option<u64>,

    /// How long to wait for them, such as 500ms or 5s.
    #[arg(long, value_parser = span_with_text, value_name = "SPAN")]
    within: Option<(String, Duration)>,
}

impl Verify {
    /// Checks. Exit code 1 when the check fails, with the closest requests on standard error.
    pub fn run(&self) -> ExitCode {
        let wait = self.within.as_ref().map_or(Duration::ZERO, |(_, wait)| *wait);
        let body = self.json().to_string();
        let answer = self
            .remote
            .ask("POST", &["verify"], (JSON, body.as_bytes()), REQUEST_TIMEOUT + wait);
        match answer {
            Ok(answer) => {
                print_body(&answer);
                ExitCode::SUCCESS
            }
            Err(failure) => {
                let code = fail(failure.message());
                if let Failure::Refused(problem) = &failure {
                    describe_closest(problem).iter().for_each(|line| write_error(line));
                }
                code
            }
        }
    }

    fn json(&self) -> Value {
        let counts = [
            ("exactly", self.times),
            ("at_least", self.at_least),
            ("at_most", self.at_most),
        ];
        let times: Map<String, Value> = counts
            .into_iter()
            .filter_map(|(name, count)| Some((name.to_owned(), json!(count?))))
            .collect();
        let mut body = json!({ "match": self.matching.json() });
        if let Some(members) = body.as_object_mut() {
            if !times.is_empty() {
                members.insert("times".into(), Value::Object(times));
            }
            if let Some((text, _)) = &self.within {
                members.insert("within".into(), json!(text));
            }
        }
        body
    }
}

/// Formats the closest requests, one line each, with their differences.
fn describe_closest(problem: &Value) -> Vec<String> {
    let closest = problem.get("closest").and_then(Value::as_array);
    let describe = |request: &Value| {
        let text = |name: &str| request.get(name).map_or_else(String::new, unquoted);
        let differences = request.get("differences").and_then(Value::as_array);
        let differences = differences.into_iter().flatten().map(|one| {
            let part = |name: &str| one.get(name).map_or_else(String::new, Value::to_string);
            let member = one.get("member").map_or_else(String::new, unquoted);
            format!("{member} is {}, not {}", part("got"), part("wanted"))
        });
        let differences: Vec<String> = differences.collect();
        let (seq, method, url) = (text("seq"), text("method"), text("url"));
        format!("  {seq} {method} {url}: {}", differences.join("; "))
    };
    closest.into_iter().flatten().map(describe).collect()
}

/// Returns a text without its quotes; any other value as JSON.
fn unquoted(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Parses a duration and keeps its text, which is sent to the server unchanged.
fn span_with_text(text: &str) -> Result<(String, Duration), String> {
    Ok((text.to_owned(), span::parse(text)?))
}
