//! The command line: its commands, and one clear line on standard error with exit code 2 when a
//! start is refused.

mod after;
mod ask;
mod commands_page;
mod docs;
mod file;
mod given;
mod log;
mod manual;
mod options;
mod options_page;
mod origins;
mod profiles;
mod ready;
mod remote;
mod run;
mod schema;
mod secrets;
mod seed;
mod serve;
mod settings;
mod settings_file;
mod trust;
mod variables;
mod wait;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::dialects::Dialects;
use given::Given;

/// A stand-in for an IPTV panel: one binary and one SQLite file that answer the panels' wire APIs.
#[derive(Parser, Debug)]
#[command(name = "linecard", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// A file with options by their names; linecard.toml in the working folder when left out.
    #[arg(long, global = true, env = settings_file::VARIABLE, value_name = "FILE")]
    config: Option<String>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serves a panel until it is stopped with Ctrl-C or SIGTERM.
    Serve(Box<options::Start>),
    /// Serves a panel for tests: as `serve`, but in memory, on a free port and with the control plane.
    Test(Box<options::Start>),
    /// Runs a command with a panel of its own beside it and ends with the command's exit code.
    Run(Box<run::Run>),
    /// Waits until a server answers.
    Wait(wait::Wait),
    /// Asks a server's control plane whether it is well.
    Health(wait::Health),
    #[command(flatten)]
    Remote(Box<remote::Command>),
    /// Prints the JSON Schema of what people write, for editors.
    #[command(subcommand)]
    Schema(schema::Schema),
    /// Works with seeds, the rows that a new panel begins with.
    #[command(subcommand)]
    Seed(seed::Seed),
    /// Prints each option of `serve` with its value and where that came from.
    Config(Box<options::Start>),
    /// Prints the table of actions.
    Actions,
    /// Shows the panel's settings, or changes some; a running server notices within a second.
    Settings(settings::Settings),
    /// Writes the generated pages, or checks that they are current.
    Docs(docs::Docs),
    /// Prints what a shell needs to complete the command line.
    Completions(manual::Completions),
    /// Prints the manual page of linecard, or of one of its commands.
    Man(manual::Man),
}

/// The table of commands and options.
fn command() -> clap::Command {
    // Whoever leaves out what a command is to do is told what there is, in a line.
    let all = Cli::command().arg_required_else_help(false);
    all.mut_subcommands(|command| {
        let command = command.arg_required_else_help(false);
        match command.get_name() {
            "test" | "run" => options::for_tests(command),
            _ => command,
        }
    })
}

/// What the process was started with.
struct Start {
    cli: Cli,
    command: clap::Command,
    matches: ArgMatches,
    given: Given,
}

/// Why it was not understood.
enum Unread {
    Usage(clap::Error),
    Given(String),
}

/// Reads the command line, and a second time when files have said what it left out.
fn read() -> Result<Start, Unread> {
    let mut command = command();
    let (cli, matches) = parse(&mut command).map_err(Unread::Usage)?;
    let chosen = matches.subcommand_name().unwrap_or_default();
    let given = Given::read(&command, chosen, cli.config.as_deref()).map_err(Unread::Given)?;
    if given.is_empty() {
        return Ok(Start {
            cli,
            command,
            matches,
            given,
        });
    }
    let mut command = self::command().mut_subcommand(chosen, |chosen| given.defaults(chosen));
    let (cli, matches) = parse(&mut command).map_err(Unread::Usage)?;
    Ok(Start {
        cli,
        command,
        matches,
        given,
    })
}

fn parse(command: &mut clap::Command) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let matches = matches.map_err(|mut error| {
        secrets::mask(&mut error, command);
        error
    })?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(command))?;
    Ok((cli, matches))
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let Start {
        cli,
        command,
        matches,
        given,
    } = match read() {
        Ok(start) => start,
        Err(Unread::Given(reason)) => return refuse(reason),
        Err(Unread::Usage(error)) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(Unread::Usage(error)) => return refuse(usage(&error)),
    };
    if let Command::Serve(_) | Command::Test(_) | Command::Run(_) = cli.command {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        if let Some(reason) = variables::unknown(&command, names) {
            return refuse(reason);
        }
    }
    match cli.command {
        Command::Serve(start) | Command::Test(start) => {
            // A server lives long: the parser's tables are not kept beside it.
            drop((command, matches, given));
            serve::run(&start)
        }
        Command::Run(run) => {
            drop((command, matches, given));
            run.run()
        }
        Command::Wait(wait) => wait.run(),
        Command::Health(health) => health.run(),
        Command::Remote(command) => command.run(),
        Command::Schema(schema) => schema.run(),
        Command::Seed(seed) => seed.run(),
        Command::Config(_) => {
            let chosen = matches.subcommand().zip(command.find_subcommand("config"));
            print(&chosen.map_or_else(String::new, |((_, read), config)| origins::table(config, read, &given)));
            ExitCode::SUCCESS
        }
        Command::Actions => {
            print(&crate::dialects::docs::terminal_table(Dialects::default()));
            ExitCode::SUCCESS
        }
        Command::Settings(settings) => settings.run(),
        Command::Docs(docs) => docs.run(&self::command()),
        Command::Completions(completions) => completions.run(self::command()),
        Command::Man(man) => man.run(self::command()),
    }
}

/// Says in one line why nothing was started. Exit code 2: nothing was changed.
fn refuse(reason: impl Display) -> ExitCode {
    say(reason);
    ExitCode::from(2)
}

/// Says in one line what did not succeed, though it was tried. Exit code 1.
fn fail(reason: impl Display) -> ExitCode {
    say(reason);
    ExitCode::FAILURE
}

/// Says on standard error, in the program's name, what may be several lines. Where the log is for a
/// program, it is a line of the log.
fn say(line: impl Display) {
    if log::is_json() {
        return tracing::error!("{line}");
    }
    for line in line.to_string().lines() {
        write_error(&format!("linecard: {line}"));
    }
}

/// Writes a line to standard error.
fn write_error(line: &str) {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
fn print(text: &(impl AsRef<[u8]> + ?Sized)) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_ref()).and_then(|()| out.flush());
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
