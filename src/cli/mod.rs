//! The command line: its commands, and one clear line on standard error with exit code 2 when a
//! start is refused.

mod docs;
mod serve;
mod settings;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::wire;

/// A stand-in for an IPTV panel: one binary and one SQLite file that answer the panels' wire APIs.
#[derive(Parser, Debug)]
#[command(name = "linecard", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serves a panel until it is stopped with Ctrl-C or SIGTERM.
    Serve(Box<Config>),
    /// Prints the table of actions.
    Actions,
    /// Shows the panel's settings, or changes some; a running server notices within a second.
    Settings(settings::Settings),
    /// Writes the generated pages, or checks that they are current.
    Docs(docs::Docs),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(error) => return refuse(usage(&error)),
    };
    match cli.command {
        Command::Serve(config) => serve::run(&config),
        Command::Actions => {
            print(&wire::docs::terminal_table());
            ExitCode::SUCCESS
        }
        Command::Settings(settings) => settings.run(),
        Command::Docs(docs) => docs.run(),
    }
}

/// Says in one line why nothing was started. Exit code 2: nothing was changed.
fn refuse(reason: impl Display) -> ExitCode {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "linecard: {reason}");
    ExitCode::from(2)
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The parser's words in one line: what is wrong and what may have been meant.
fn usage(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty())
        .map(|line| line.trim_start_matches("error: "))
        .collect();
    format!("{} (linecard --help lists the options)", lines.join("; "))
}
