//! The report of `linecard run` after its command has ended: reads the journal of its server, writes it to a
//! file, and fails if the command made suspicious requests.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::file;
use super::output::report;
use super::remote::{Failure, Remote};

/// The exit code if the command succeeded, but made suspicious requests.
const SUSPICIOUS: u8 = 3;

/// Options of `linecard run` about its end.
#[derive(Args, Debug)]
pub struct RunReport {
    /// End with exit code 3 when the command made suspicious requests, such as one with an unknown action.
    #[arg(long, env = "LINECARD_FAIL_ON_UNMATCHED")]
    fail_on_unmatched: bool,

    /// A file for the requests that the panel received: a line of JSON each in .jsonl, an HTTP archive in .har.
    #[arg(long, env = "LINECARD_JOURNAL_OUT", value_parser = journal_file, value_name = "FILE")]
    journal_out: Option<PathBuf>,
}

impl RunReport {
    /// Whether an option asks for a report.
    pub fn is_wanted(&self) -> bool {
        self.fail_on_unmatched || self.journal_out.is_some()
    }

    /// Writes the report and returns the exit code. `code` is that of the command, which stays if it is a
    /// failure.
    pub fn write(&self, remote: &Remote, code: u8) -> u8 {
        let journal = self.write_journal(remote);
        let suspicious = self.suspicious_requests(remote);
        let suspicious_code = match &suspicious {
            Ok(requests) if requests.is_empty() => 0,
            Ok(_) => SUSPICIOUS,
            Err(_) => 1,
        };
        for request in suspicious.as_ref().into_iter().flatten() {
            report(describe(request));
        }
        for failure in [journal.as_ref().err(), suspicious.as_ref().err()]
            .into_iter()
            .flatten()
        {
            report(failure.message());
        }
        match (code, journal) {
            (0, Err(_)) => suspicious_code.max(1),
            (0, Ok(())) => suspicious_code,
            (code, _) => code,
        }
    }

    fn write_journal(&self, remote: &Remote) -> Result<(), Failure> {
        let Some(path) = &self.journal_out else {
            return Ok(());
        };
        let text = match path.extension() {
            Some(har) if har == "har" => remote.request("GET", &["requests.har"])?,
            _ => journal_lines(remote)?.into_bytes(),
        };
        file::write(path, &text).map_err(|error| Failure::Other(error.to_string()))
    }

    fn suspicious_requests(&self, remote: &Remote) -> Result<Vec<Value>, Failure> {
        if !self.fail_on_unmatched {
            return Ok(Vec::new());
        }
        let answer = remote.get_json("unmatched")?;
        if answer.get("evicted").and_then(Value::as_u64) != Some(0) {
            let reason = "the journal had no room for all requests; give a larger --journal-size or --journal-memory";
            return Err(Failure::Other(reason.into()));
        }
        Ok(members(&answer, "unmatched"))
    }
}

/// Returns all requests of the journal, one line of JSON each.
fn journal_lines(remote: &Remote) -> Result<String, Failure> {
    let (mut text, mut last) = (String::new(), 0);
    loop {
        let answer = remote.get_json(&format!("requests?since={last}"))?;
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

/// Describes a request and why it is suspicious.
fn describe(request: &Value) -> String {
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

/// Parses the path of a file for the journal.
fn journal_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension() {
        Some(kind) if kind == "har" || kind == "jsonl" => Ok(path),
        _ => Err("not a file that ends in .jsonl or .har".into()),
    }
}
