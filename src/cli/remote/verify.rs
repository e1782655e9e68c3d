//! `linecard verify`: whether the panel was asked for something, as an exit code.

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

    /// How many requests there must be, no more and no fewer; at least one when nothing is said.
    #[arg(long, value_name = "N", conflicts_with_all = ["at_least", "at_most"])]
    times: Option<u64>,

    /// How many requests there must be at least.
    #[arg(long, value_name = "N")]
    at_least: Option<u64>,

    /// How many requests there may be at most.
    #[arg(long, value_name = "N")]
    at_most: Option<u64>,

    /// How long to wait for them, such as 500ms or 5s.
    #[arg(long, value_parser = waiting, value_name = "SPAN")]
    within: Option<(String, Duration)>,
}

impl Verify {
    /// Asks. Exit code 1 when it is not so, with what came closest on standard error.
    pub fn run(&self) -> ExitCode {
        let wait = self.within.as_ref().map_or(Duration::ZERO, |(_, wait)| *wait);
        let body = self.json().to_string();
        let asked = self
            .remote
            .ask("POST", &["verify"], (JSON, body.as_bytes()), REQUEST_TIMEOUT + wait);
        match asked {
            Ok(answer) => {
                print_body(&answer);
                ExitCode::SUCCESS
            }
            Err(failure) => {
                let code = fail(failure.message());
                if let Failure::Refused(problem) = &failure {
                    story(problem).iter().for_each(|line| write_error(line));
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

/// The requests that came closest, one line each, with what is other in them.
fn story(problem: &Value) -> Vec<String> {
    let closest = problem.get("closest").and_then(Value::as_array);
    let told = |request: &Value| {
        let text = |name: &str| request.get(name).map_or_else(String::new, bare);
        let differences = request.get("differences").and_then(Value::as_array);
        let differences = differences.into_iter().flatten().map(|one| {
            let part = |name: &str| one.get(name).map_or_else(String::new, Value::to_string);
            let member = one.get("member").map_or_else(String::new, bare);
            format!("{member} is {}, not {}", part("got"), part("wanted"))
        });
        let differences: Vec<String> = differences.collect();
        let (seq, method, url) = (text("seq"), text("method"), text("url"));
        format!("  {seq} {method} {url}: {}", differences.join("; "))
    };
    closest.into_iter().flatten().map(told).collect()
}

/// A text without its quotes; anything else as JSON.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A span as it was written, which the server reads too.
fn waiting(text: &str) -> Result<(String, Duration), String> {
    Ok((text.to_owned(), span::parse(text)?))
}
