//! `linecard state`: writes the panel's whole state to a file, or sends a file as the new state. The server lists
//! the errors of a file; they are printed with the file's name.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value;

use super::{Failure, REQUEST_TIMEOUT, Remote, print_answer};
use crate::cli::file;
use crate::cli::output::{fail, print, refuse};
use crate::document::{DocumentError, Format};
use crate::seeds::state_form::StateForm;

/// The path under the prefix.
const PATH: &str = "state";

/// Options of `linecard state`.
#[derive(Args, Debug)]
pub struct State {
    #[command(flatten)]
    remote: Remote,
    #[command(subcommand)]
    change: Change,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Prints the whole state, which --seed takes again, or writes it to a file.
    Get {
        /// The format; default: that of the file's ending, and json without a file.
        #[arg(long, value_parser = PossibleValuesParser::new(StateForm::NAMES))]
        format: Option<String>,

        /// A file that ends in .yaml, .json or .db; - is standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Replaces the whole state with that of a file.
    Put(Document),
    /// Adds the entries of a file to the state, and changes those that exist under the same names.
    Merge(Document),
}

#[derive(Args, Debug)]
struct Document {
    /// A seed document in YAML, TOML or JSON, or for `put` an SQLite file; - is standard input.
    #[arg(value_parser = document)]
    file: PathBuf,
}

impl State {
    /// Gets or sends. Exit code 2 for a file of an unknown format.
    pub fn run(&self) -> ExitCode {
        match &self.change {
            Change::Get { format, out } => self.get(format.as_deref(), out.as_deref().filter(|out| !file::is_std(out))),
            Change::Put(document) => self.send("PUT", &document.file),
            Change::Merge(document) => self.send("PATCH", &document.file),
        }
    }

    fn get(&self, format: Option<&str>, out: Option<&Path>) -> ExitCode {
        let form = match (format, out) {
            (Some(format), _) => StateForm::named(format),
            (None, Some(out)) => StateForm::of_file(out),
            (None, None) => Some(StateForm::Json),
        };
        let Some(form) = form else {
            return refuse("--out is not a file that ends in .yaml, .json or .db: say its form with --format");
        };
        let state = match self.remote.get(&format!("{PATH}?format={}", form.name())) {
            Ok(state) => state,
            Err(failure) => return fail(failure.message()),
        };
        let Some(path) = out else {
            print(&state);
            return ExitCode::SUCCESS;
        };
        match file::write_private(path, &state) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn send(&self, method: &str, path: &Path) -> ExitCode {
        let bytes = match file::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return fail(error),
        };
        // Without a suffix the server recognises the format by the content.
        let kind = content_type(path).unwrap_or("application/octet-stream");
        let answer = self.remote.ask(method, &[PATH], (kind, &bytes), REQUEST_TIMEOUT);
        print_answer(answer.map_err(|failure| match failure {
            Failure::Refused(problem) => match document_errors(path, &problem) {
                Some(message) => Failure::Other(message),
                None => Failure::Refused(problem),
            },
            other => other,
        }))
    }
}

/// Formats the errors of a document, one line each; `None` for other refusals.
fn document_errors(path: &Path, problem: &Value) -> Option<String> {
    let all = Vec::<DocumentError>::deserialize(problem.get("errors")?).ok()?;
    let name = file::name(path);
    let lines: Vec<String> = all.iter().map(|wrong| format!("{name} {wrong}")).collect();
    Some(lines.join("\n"))
}

/// Returns the `Content-Type` of a file, by its suffix.
fn content_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "db" | "sqlite" | "sqlite3" => Some(StateForm::Sqlite.content_type()),
        suffix => Format::from_suffix(suffix).map(Format::content_type),
    }
}

fn document(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match file::is_std(&path) || content_type(&path).is_some() {
        true => Ok(path),
        false => Err("not a file that ends in .yaml, .yml, .toml, .json or .db".into()),
    }
}
