//! `linecard snapshot` and `linecard reset`: save and restore the panel's state.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Failure, REQUEST_TIMEOUT, Remote, print_answer};
use crate::cli::file;
use crate::seeds::state_form::StateForm;

/// Options of `linecard snapshot`.
#[derive(Args, Debug)]
pub struct Snapshot {
    #[command(flatten)]
    remote: Remote,
    #[command(subcommand)]
    change: Change,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Takes a snapshot under a name.
    Save {
        name: String,
        /// A file for a copy of the snapshot; `--db` opens it, and `snapshot load` takes it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Restores a snapshot.
    Restore { name: String },
    /// Takes a snapshot from a file and restores it.
    Load {
        file: PathBuf,
        /// Its name; default: the file's name.
        #[arg(long)]
        name: Option<String>,
    },
    /// Removes a snapshot.
    Rm { name: String },
    /// Lists the snapshots.
    List,
}

impl Snapshot {
    /// Takes, restores or lists.
    pub fn run(&self) -> ExitCode {
        print_answer(match &self.change {
            Change::Save { name, out } => self.save(name, out.as_deref()),
            Change::Restore { name } => self.restore(name),
            Change::Load { file, name } => self.load(file, name.as_deref()),
            Change::Rm { name } => self.remote.request("DELETE", &["snapshots", name]),
            Change::List => self.remote.request("GET", &["snapshots"]),
        })
    }

    fn save(&self, name: &str, out: Option<&Path>) -> Result<Vec<u8>, Failure> {
        let taken = self
            .remote
            .send_json("POST", &["snapshots"], &json!({ "name": name }))?;
        if let Some(path) = out {
            let bytes = self.remote.request("GET", &["snapshots", name])?;
            file::write_private(path, &bytes).map_err(|error| Failure::Other(error.to_string()))?;
        }
        Ok(taken)
    }

    fn restore(&self, name: &str) -> Result<Vec<u8>, Failure> {
        self.remote.request("POST", &["snapshots", name, "restore"])
    }

    fn load(&self, path: &Path, name: Option<&str>) -> Result<Vec<u8>, Failure> {
        let bytes = file::read(path).map_err(|error| Failure::Other(error.to_string()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.unwrap_or(&stem);
        let body = (StateForm::Sqlite.content_type(), bytes.as_slice());
        self.remote.ask("PUT", &["snapshots", name], body, REQUEST_TIMEOUT)?;
        self.restore(name)
    }
}

/// Options of `linecard reset`.
#[derive(Args, Debug)]
pub struct Reset {
    #[command(flatten)]
    remote: Remote,

    /// What to reset: state, clock, faults, journal, sessions, transitions; default: all of it.
    #[arg(value_name = "PART")]
    what: Vec<String>,
}

impl Reset {
    /// Resets.
    pub fn run(&self) -> ExitCode {
        let body = match self.what.as_slice() {
            [] => Value::Object(Default::default()),
            what => json!({ "what": what }),
        };
        print_answer(self.remote.send_json("POST", &["reset"], &body))
    }
}
