//! `linecard schema`: the JSON Schemas of the documents that Linecard reads.

use std::process::ExitCode;

use clap::Subcommand;

use super::output::print;
use crate::seeds;

/// Schemas.
#[derive(Subcommand, Debug)]
pub enum Schema {
    /// The JSON Schema of seed documents.
    Seed,
}

impl Schema {
    /// Prints the schema.
    pub fn run(&self) -> ExitCode {
        let Schema::Seed = self;
        print(&seeds::schema());
        ExitCode::SUCCESS
    }
}
