//! `linecard check`: tells what is wrong with a panel's database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::output::{print, refuse};
use crate::config::DB;
use crate::panel::invariants;
use crate::store::OpenError;
use crate::store::check::{self, Findings};

/// Options of `linecard check`.
#[derive(Args, Debug)]
pub struct Check {
    /// A panel's database, which a server may be using, or a backup.
    #[arg(env = "LINECARD_DB", default_value = DB, value_name = "FILE")]
    file: PathBuf,
}

impl Check {
    /// Prints `ok`, or a line for each finding; notes say what may be meant so. Exit code 1 with findings, 2 when there is
    /// nothing to check.
    pub fn run(&self) -> ExitCode {
        let report = match self.report() {
            Ok(report) => report,
            Err(error) => return refuse(error),
        };
        for note in report.notes {
            print(&format!("note: {note}\n"));
        }
        match report.findings.is_empty() {
            true => {
                print("ok\n");
                ExitCode::SUCCESS
            }
            false => {
                print(&(report.findings.join("\n") + "\n"));
                ExitCode::FAILURE
            }
        }
    }

    fn report(&self) -> Result<Report, OpenError> {
        let db = match check::open_file(&self.file)? {
            Ok(db) => db,
            Err(damage) => {
                return Ok(Report {
                    findings: vec![damage],
                    notes: Vec::new(),
                });
            }
        };
        let Findings {
            lines: mut findings,
            is_current,
        } = check::check(&db);
        let mut notes = Vec::new();
        if is_current {
            let read = invariants::broken(&db).and_then(|broken| Ok((broken, invariants::unknown_ids(&db)?)));
            match read {
                Ok((broken, unknown)) => {
                    findings.extend(broken);
                    notes = unknown;
                }
                Err(error) => findings.push(format!("rows: {error}")),
            }
        }
        Ok(Report { findings, notes })
    }
}

/// What was found in a file.
struct Report {
    findings: Vec<String>,
    notes: Vec<String>,
}
