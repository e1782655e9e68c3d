//! `linecard completions` and `linecard man`, generated from the same table as `--help`.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man as Page;

use super::output::{print, refuse};

const NAME: &str = "linecard";

/// Options of `linecard completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell whose completions are printed.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    /// Prints them.
    pub fn run(&self, mut command: Command) -> ExitCode {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, NAME, &mut text);
        print(&text);
        ExitCode::SUCCESS
    }
}

/// Options of `linecard man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The command whose page is printed; the page of linecard itself when left out.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Man {
    /// Prints the page. Exit code 2 for an unknown command.
    pub fn run(&self, mut command: Command) -> ExitCode {
        command.build();
        let wanted = match &self.command {
            None => Some(&command),
            Some(name) => command.find_subcommand(name),
        };
        let Some(wanted) = wanted else {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            return refuse(format!("there is no such command, only {}", names.join(", ")));
        };
        let mut text = Vec::new();
        match Page::new(wanted.clone()).render(&mut text) {
            Ok(()) => {
                print(&text);
                ExitCode::SUCCESS
            }
            Err(error) => refuse(format!("the page cannot be written: {error}")),
        }
    }
}
