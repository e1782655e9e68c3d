//! `linecard backup`: copies a panel's database to a file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::database;
use super::output::{print, refuse};
use crate::config::DB;
use crate::store::backup::{self, BackupError};

/// Options of `linecard backup`.
#[derive(Args, Debug)]
pub struct Backup {
    /// The panel's database; a server may be using it.
    #[arg(long, env = "LINECARD_DB", default_value = DB, value_name = "PATH")]
    db: PathBuf,

    /// Replace FILE, which otherwise must not be there.
    #[arg(long)]
    overwrite: bool,

    /// The file of the backup, which only its owner can read; --db opens it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    /// Makes the backup and says how large it is. Exit code 2 when there is none, with the disk as it was.
    pub fn run(&self) -> ExitCode {
        match backup::make(&self.db, &self.file, self.overwrite) {
            Ok(made) => {
                let (file, bytes, schema) = (self.file.display(), made.bytes, made.schema);
                print(&format!("{file}: {bytes} bytes, schema {schema}\n"));
                ExitCode::SUCCESS
            }
            Err(BackupError::Open(error)) => refuse(database::describe(&error)),
            Err(error) => refuse(error),
        }
    }
}
