//! What `linecard run` does when its command has ended: it asks the control plane of its own server
//! what the command did, keeps the journal, and fails when the panel was asked for odd things.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::remote::{Failure, Remote};
use super::{file, say};

/// The exit code when the command succeeded, but the panel was asked for something odd.
pub const ODD: u8 = 3;

/// Options of `linecard run` about its end.
#[derive(Args, Debug)]
pub struct After {
    /// Ends with exit code 3 when something in the command's requests was odd, such as an unknown action.
    #[arg(long, env = "LINECARD_FAIL_ON_UNMATCHED")]
    fail_on_unmatched: bool,

    /// A file for the requests that the panel got: a line of JSON each in .jsonl, an HTTP archive in .har.
    #[arg(long, env = "LINECARD_JOURNAL_OUT", value_parser = journal, value_name = "FILE")]
    journal_out: Option<PathBuf>,
}

impl After {
    /// Whether there is anything to do.
    pub fn is_asked_for(&self) -> bool {
        self.fail_on_unmatched || self.journal_out.is_some()
    }

    /// Does it and answers the exit code, which was `code` so far: a failure of the command's own stays.
    pub fn run(&self, remote: &Remote, code: u8) -> u8 {
        let kept = self.keep(remote);
        let odd = self.odd(remote);
        let code_of_odd = match &odd {
            Ok(requests) if requests.is_empty() => 0,
            Ok(_) => ODD,
            Err(_) => 1,
        };
        for request in odd.as_ref().into_iter().flatten() {
            say(line(request));
        }
        for failure in [kept.as_ref().err(), odd.as_ref().err()].into_iter().flatten() {
            say(failure.words());
        }
        match (code, kept) {
            (0, Err(_)) => code_of_odd.max(1),
            (0, Ok(())) => code_of_odd,
            (code, _) => code,
        }
    }

    fn keep(&self, remote: &Remote) -> Result<(), Failure> {
        let Some(path) = &self.journal_out else {
            return Ok(());
        };
        let text = match path.extension() {
            Some(har) if har == "har" => remote.plain("GET", &["requests.har"])?,
            _ => lines(remote)?.into_bytes(),
        };
        file::write(path, &text).map_err(|error| Failure::Other(error.to_string()))
    }

    fn odd(&self, remote: &Remote) -> Result<Vec<Value>, Failure> {
        if !self.fail_on_unmatched {
            return Ok(Vec::new());
        }
        let answer = remote.json("unmatched")?;
        if answer.get("evicted").and_then(Value::as_u64) != Some(0) {
            let reason = "the journal had no room for all requests; give a larger --journal-size";
            return Err(Failure::Other(reason.into()));
        }
        Ok(members(&answer, "unmatched"))
    }
}

/// All requests, a line each.
fn lines(remote: &Remote) -> Result<String, Failure> {
    let (mut text, mut last) = (String::new(), 0);
    loop {
        let answer = remote.json(&format!("requests?since={last}"))?;
        for request in members(&answer, "requests") {
            last = request.get("seq").and_then(Value::as_u64).unwrap_or(u64::MAX);
            text += &format!("{request}\n");
        }
        if answer.get("more") != Some(&Value::Bool(true)) {
            return Ok(text);
        }
    }
}

fn members(answer: &Value, name: &str) -> Vec<Value> {
    let list = answer.get(name).and_then(Value::as_array);
    list.cloned().unwrap_or_default()
}

/// One request and why it is odd.
fn line(request: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let misses = members(request, "near_misses");
    let why: Vec<String> = misses.iter().map(|miss| text(miss.get("hint"))).collect();
    let why = match why.is_empty() {
        true => "nothing answers there".to_owned(),
        false => why.join("; "),
    };
    let (method, url) = (text(request.get("method")), text(request.get("url")));
    format!("unmatched: {method} {url}: {why}")
}

fn journal(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension() {
        Some(kind) if kind == "har" || kind == "jsonl" => Ok(path),
        _ => Err("not a file that ends in .jsonl or .har".into()),
    }
}
