//! `linecard faults`: lists or changes the faults that make requests fail.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::matching::Matching;
use super::{Remote, print_answer};
use crate::cli::file;
use crate::cli::output::refuse;
use crate::control::faults::file::FaultFile;

/// Options of `linecard faults`.
#[derive(Args, Debug)]
pub struct Faults {
    #[command(flatten)]
    remote: Remote,
    #[command(subcommand)]
    change: Option<Change>,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Lists the faults with their counters, as `linecard faults` alone does.
    List,
    /// Lists the faults that have a name.
    Presets,
    /// Adds a fault, written in the JSON of the control plane.
    Add {
        /// Such as {"match":{"action":"create_line"},"when":{"times":2},"effect":{"status":503}}.
        #[arg(value_parser = parse_object)]
        fault: Value,
    },
    /// Replaces all faults by those of a file, which --faults takes too.
    Put {
        /// A list in YAML or JSON; - is standard input.
        file: PathBuf,
    },
    /// Adds a fault by its name.
    Preset(Preset),
    /// Removes a fault.
    Rm { id: String },
    /// Removes all faults.
    Clear,
}

#[derive(Args, Debug)]
struct Preset {
    /// One that `linecard faults presets` lists.
    name: String,

    #[command(flatten)]
    matching: Matching,

    /// How many matching requests pass before the fault begins.
    #[arg(long, value_name = "N")]
    skip: Option<u64>,

    /// How many requests the fault is applied to before it ends.
    #[arg(long, value_name = "N")]
    times: Option<u64>,
}

impl Faults {
    /// Lists or changes. Exit code 2 for a malformed fault.
    pub fn run(&self) -> ExitCode {
        let add = |fault: &Value| self.remote.send_json("POST", &["faults"], fault);
        print_answer(match &self.change {
            None | Some(Change::List) => self.remote.request("GET", &["faults"]),
            Some(Change::Presets) => self.remote.request("GET", &["faults", "presets"]),
            Some(Change::Add { fault }) => add(fault),
            Some(Change::Put { file }) => match read_faults(file) {
                Ok(faults) => self.remote.send_json("PUT", &["faults"], &Value::Array(faults)),
                Err(reason) => return refuse(reason),
            },
            Some(Change::Preset(preset)) => add(&preset.json()),
            Some(Change::Rm { id }) if id.is_empty() => return refuse("the id is empty"),
            Some(Change::Rm { id }) => self.remote.request("DELETE", &["faults", id]),
            Some(Change::Clear) => self.remote.send_json("PUT", &["faults"], &json!([])),
        })
    }
}

impl Preset {
    fn json(&self) -> Value {
        let when = [("skip", self.skip), ("times", self.times)];
        let when: Map<String, Value> = when
            .into_iter()
            .filter_map(|(name, number)| Some((name.to_owned(), json!(number?))))
            .collect();
        json!({ "match": self.matching.json(), "when": when, "effect": { "preset": self.name } })
    }
}

/// Reads the faults of a file, and validates them before any request is made.
fn read_faults(path: &Path) -> Result<Vec<Value>, String> {
    let name = file::name(path);
    let bytes = file::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name} is no text"))?;
    FaultFile::parse(path, name, &text)?.checked()
}

/// Parses a JSON object; the server validates its members.
fn parse_object(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(Value::Object(members)),
        Ok(_) => Err("not a JSON object".into()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}
