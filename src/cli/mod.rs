//! The command line: its commands, and one line on standard error with exit code 2 when a start is refused.

mod actions;
mod ask;
mod audit;
mod backup;
mod check;
mod commands_page;
mod database;
mod docs;
mod file;
mod file_defaults;
mod inherited;
mod log;
mod manual;
mod option_value;
mod options;
mod options_page;
mod origins;
mod output;
mod profiles;
mod ready;
mod remote;
mod rest_secrets;
mod run;
mod run_report;
mod schema;
mod secret_files;
mod secrets;
mod seed;
mod serve;
mod settings;
mod settings_file;
mod trust;
mod variables;
mod wait;
mod webhook;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::Config;
use file_defaults::FileDefaults;
use output::{print, refuse, usage_line};

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
    Serve(Box<options::ServeOptions>),
    /// Serves a panel for tests: as `serve`, but in memory, on a free port and with the control plane.
    Test(Box<options::ServeOptions>),
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
    Config(Box<options::ServeOptions>),
    /// Prints the table of actions, or one action with its parameters and an example call.
    Actions(actions::Actions),
    /// Shows the panel's settings, or changes some; a running server notices within a second.
    Settings(settings::Settings),
    /// Makes, lists and revokes tokens of the NXT API.
    #[command(subcommand)]
    Token(rest_secrets::Token),
    /// Makes, lists and revokes keys of the billing API.
    #[command(subcommand)]
    Key(rest_secrets::Key),
    /// Makes, lists and removes endpoints of webhooks.
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Shows who changed what in a panel, and when.
    Audit(audit::Audit),
    /// Copies a panel's database to a file, while a server may be using it.
    Backup(backup::Backup),
    /// Checks a panel's database or a backup of it: pages, references, schema, and the rules of the panel.
    Check(check::Check),
    /// Writes the generated pages, or checks that they are current.
    Docs(docs::Docs),
    /// Prints what a shell needs to complete the command line.
    Completions(manual::Completions),
    /// Prints the manual page of linecard, or of one of its commands.
    Man(manual::Man),
}

/// Builds the table of commands and options.
fn command() -> clap::Command {
    // A command without its subcommand is refused in one line instead of with the whole help.
    let all = Cli::command().arg_required_else_help(false);
    all.mut_subcommands(|command| {
        let command = command.arg_required_else_help(false);
        match command.get_name() {
            "test" | "run" => options::with_test_defaults(command),
            _ => command,
        }
    })
}

/// The parsed command line.
struct Invocation {
    cli: Cli,
    command: clap::Command,
    matches: ArgMatches,
    defaults: FileDefaults,
}

/// Why the command line is invalid.
enum InvocationError {
    CommandLine(clap::Error),
    File(String),
}

/// Parses the command line; a second time with the defaults from files, if there are any.
fn read_invocation() -> Result<Invocation, InvocationError> {
    let mut command = command();
    let (cli, matches) = parse_arguments(&mut command).map_err(InvocationError::CommandLine)?;
    let chosen = matches.subcommand_name().unwrap_or_default();
    let defaults = FileDefaults::load(&command, chosen, cli.config.as_deref()).map_err(InvocationError::File)?;
    if defaults.is_empty() {
        return Ok(Invocation {
            cli,
            command,
            matches,
            defaults,
        });
    }
    let mut command = self::command().mut_subcommand(chosen, |chosen| defaults.apply_to(chosen));
    let (cli, matches) = parse_arguments(&mut command).map_err(InvocationError::CommandLine)?;
    Ok(Invocation {
        cli,
        command,
        matches,
        defaults,
    })
}

fn parse_arguments(command: &mut clap::Command) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let matches = matches.map_err(|mut error| {
        secrets::mask(&mut error, command);
        error
    })?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(command))?;
    Ok((cli, matches))
}

/// Runs the command of the process.
pub fn main() -> ExitCode {
    let Invocation {
        cli,
        command,
        matches,
        defaults,
    } = match read_invocation() {
        Ok(invocation) => invocation,
        Err(InvocationError::File(reason)) => return refuse(reason),
        Err(InvocationError::CommandLine(error))
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            print(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(InvocationError::CommandLine(error)) => return refuse(usage_line(&error)),
    };
    if let Command::Serve(_) | Command::Test(_) | Command::Run(_) = cli.command {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        if let Some(reason) = variables::find_unknown(&command, names) {
            return refuse(reason);
        }
    }
    match cli.command {
        Command::Serve(mut start) | Command::Test(mut start) => {
            remove_inherited(&mut start.config, &matches);
            // A server runs for long: the parser's tables are not kept in memory.
            drop((command, matches, defaults));
            serve::run(&start)
        }
        Command::Run(mut run) => {
            remove_inherited(&mut run.config, &matches);
            drop((command, matches, defaults));
            run.run()
        }
        Command::Wait(wait) => wait.run(),
        Command::Health(health) => health.run(),
        Command::Remote(command) => command.run(),
        Command::Schema(schema) => schema.run(),
        Command::Seed(seed) => seed.run(),
        Command::Config(_) => {
            let chosen = matches.subcommand().zip(command.find_subcommand("config"));
            print(&chosen.map_or_else(String::new, |((_, matches), config)| {
                origins::table(config, matches, &defaults)
            }));
            ExitCode::SUCCESS
        }
        Command::Actions(actions) => actions.run(),
        Command::Settings(settings) => settings.run(),
        Command::Token(token) => token.run(),
        Command::Key(key) => key.run(),
        Command::Webhook(webhook) => webhook.run(),
        Command::Audit(audit) => audit.run(),
        Command::Backup(backup) => backup.run(),
        Command::Check(check) => check.run(),
        Command::Docs(docs) => docs.run(&self::command()),
        Command::Completions(completions) => completions.run(self::command()),
        Command::Man(man) => man.run(self::command()),
    }
}

/// Removes from the options of a server what is another panel's.
fn remove_inherited(config: &mut Config, matches: &ArgMatches) {
    if let Some((_, matches)) = matches.subcommand() {
        inherited::remove_credentials(config, matches);
    }
}
