//! `linecard schema`: the JSON Schemas of what people write for Linecard.

use std::process::ExitCode;

use clap::Subcommand;

use super::print;
use crate::seeds;

/// Schemas.
#[derive(Subcommand, Debug)]
pub enum Schema {
    /// The JSON Schema of seed documents.
    Seed,
}

impl Schema {
    /// Prints it.
    pub fn run(&self) -> ExitCode {
        let Schema::Seed = self;
        print(&seeds::schema());
        ExitCode::SUCCESS
    }
}
