//! The report of `linecard run` after its command has ended: writes the requests that the panel and its worlds got to a
//! file, and fails if the command made suspicious ones.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::Value;

use super::file::Draft;
use super::output::report;
use crate::control::journal::collector::{ArchiveForm, Collected, Collector};
use crate::control::{Control, MAIN};

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

/// A report that is being collected.
pub struct RunningReport {
    pub collector: Arc<Collector>,
    fails_on_unmatched: bool,
    /// The file of the requests, or why there is none.
    file: io::Result<Option<Draft>>,
}

impl RunReport {
    /// Whether an option asks for a report.
    pub fn is_wanted(&self) -> bool {
        self.fail_on_unmatched || self.journal_out.is_some()
    }

    /// Begins the report, if an option asks for one.
    pub fn begin(&self) -> Option<RunningReport> {
        if !self.is_wanted() {
            return None;
        }
        let created = self.journal_out.as_ref().map(|path| (form(path), Draft::create(path)));
        let (archive, file) = match created {
            None => (None, Ok(None)),
            Some((form, Ok((draft, file)))) => {
                let file: Box<dyn Write + Send> = Box::new(BufWriter::new(file));
                (Some((form, file)), Ok(Some(draft)))
            }
            // It fails the run in the end, whatever the command does.
            Some((_, Err(error))) => (None, Err(error)),
        };
        Some(RunningReport {
            collector: Arc::new(Collector::new(archive)),
            fails_on_unmatched: self.fail_on_unmatched,
            file,
        })
    }
}

impl RunningReport {
    /// Completes the report and returns the exit code. `code` is that of the command, which stays if it is a
    /// failure.
    pub async fn finish(self, control: &Control, code: u8) -> u8 {
        let collected = self.collector.finish(control).await;
        let written = match (self.file, &collected.write_error) {
            (Ok(Some(draft)), Some(error)) => Err(draft.failed(error)),
            (Ok(Some(draft)), None) => draft.finish(),
            (Ok(None), _) => Ok(()),
            (Err(error), _) => Err(error),
        };
        let suspicious = match self.fails_on_unmatched {
            true => suspicious(&collected),
            false => Ok(Vec::new()),
        };
        let unread = collected
            .problem
            .map(|problem| format!("{}; {}", problem.detail, problem.hint));
        suspicious.iter().flatten().for_each(report);
        let failures = [
            written.err().map(|error| error.to_string()),
            suspicious.as_ref().err().cloned(),
            unread,
        ];
        failures.iter().flatten().for_each(report);
        let is_suspicious = suspicious.is_ok_and(|all| !all.is_empty());
        match (code, is_suspicious, failures.iter().any(Option::is_some)) {
            (0, true, _) => SUSPICIOUS,
            (0, false, true) => 1,
            (code, _, _) => code,
        }
    }
}

/// Returns a line for each suspicious request, or why they are not known.
fn suspicious(collected: &Collected) -> Result<Vec<String>, String> {
    if collected.missed > 0 {
        return Err(
            "the journal had no room for all requests; give a larger --journal-size or --journal-memory".into(),
        );
    }
    let lines = collected.suspicious.iter();
    Ok(lines.map(|(world, request)| describe(world, request)).collect())
}

/// Describes a request and why it is suspicious.
fn describe(world: &str, request: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let misses = request
        .get("near_misses")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let why: Vec<String> = misses.map(|miss| text(miss.get("hint"))).collect();
    let why = match why.is_empty() {
        true => "nothing answers there".to_owned(),
        false => why.join("; "),
    };
    let (method, url) = (text(request.get("method")), text(request.get("url")));
    let place = match world {
        MAIN => String::new(),
        world => format!(" in {world}"),
    };
    format!("unmatched{place}: {method} {url}: {why}")
}

/// Parses the path of a file for the journal.
fn journal_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension() {
        Some(kind) if kind == "har" || kind == "jsonl" => Ok(path),
        _ => Err("not a file that ends in .jsonl or .har".into()),
    }
}

/// Returns the form of a file for the journal.
fn form(path: &std::path::Path) -> ArchiveForm {
    match path.extension() {
        Some(kind) if kind == "har" => ArchiveForm::Har,
        _ => ArchiveForm::Lines,
    }
}
