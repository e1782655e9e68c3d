//! `linecard state`: the panel's whole state as a file that people can write, in and out. What is
//! wrong with a file is told by the server, thing by thing, and here with the file's name before it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value;

use super::{Failure, REQUEST_TIMEOUT, Remote, print_answer};
use crate::cli::file;
use crate::cli::output::{fail, print, refuse};
use crate::document::{Format, Wrong};
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
    /// Prints the whole state, which begins another panel with --seed, or writes it to a file.
    Get {
        /// Its form; that of the file's ending when left out, and without a file json.
        #[arg(long, value_parser = PossibleValuesParser::new(StateForm::NAMES))]
        format: Option<String>,

        /// A file that ends in .yaml, .json or .db; - is standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Replaces the whole state with that of a file.
    Put(Document),
    /// Adds what a file has to the state, or changes what is there under its names.
    Merge(Document),
}

#[derive(Args, Debug)]
struct Document {
    /// A seed document in YAML, TOML or JSON, or for `put` an SQLite file; - is standard input.
    #[arg(value_parser = document)]
    file: PathBuf,
}

impl State {
    /// Gets or sends. Exit code 2 for a file whose form nobody knows.
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
        match file::write(path, &state) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn send(&self, method: &str, path: &Path) -> ExitCode {
        let bytes = match file::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return fail(error),
        };
        // A document without a name is known by its looks.
        let kind = content_type(path).unwrap_or_default();
        let answered = self.remote.ask(method, &[PATH], (kind, &bytes), REQUEST_TIMEOUT);
        print_answer(answered.map_err(|failure| match failure {
            Failure::Refused(problem) => match mistakes(path, &problem) {
                Some(words) => Failure::Other(words),
                None => Failure::Refused(problem),
            },
            other => other,
        }))
    }
}

/// What the server found wrong with a document, a line for each thing; nothing for other refusals.
fn mistakes(path: &Path, problem: &Value) -> Option<String> {
    let all = Vec::<Wrong>::deserialize(problem.get("errors")?).ok()?;
    let name = file::name(path);
    let lines: Vec<String> = all.iter().map(|wrong| format!("{name} {wrong}")).collect();
    Some(lines.join("\n"))
}

/// The type of what is in a file, by its ending.
fn content_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "db" | "sqlite" | "sqlite3" => Some(StateForm::Sqlite.content_type()),
        suffix => Format::of_suffix(suffix).map(Format::content_type),
    }
}

fn document(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match file::is_std(&path) || content_type(&path).is_some() {
        true => Ok(path),
        false => Err("not a file that ends in .yaml, .yml, .toml, .json or .db".into()),
    }
}
