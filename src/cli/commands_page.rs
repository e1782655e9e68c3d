//! The chapter about the commands that talk to the control plane, generated from the table of the command
//! line: a row for each command and subcommand.

use std::fmt::Write;

use clap::{Arg, Command, Subcommand};

use super::options_page::{cell, flag};
use super::{remote, settings_file};

/// The commands that talk to the control plane and are not in `remote`.
const OTHERS: [&str; 3] = ["run", "wait", "health"];

/// The text before the table.
const INTRODUCTION: &str = "
## From a shell

These commands talk to the control plane. They find the server in `--url`, else in `LINECARD_CONTROL_URL` or
`LINECARD_URL`, which `linecard run` sets, else at `http://127.0.0.1:8080`; `--control-token` or `LINECARD_CONTROL_TOKEN`
is its token. They print its JSON, indented on a terminal, and end with 1 when the server refuses or does not answer,
with 2 when no request was made. `linecard COMMAND --help` says more; `run` takes the [options](options.md) of a server too.

| command | | flags of its own |
|---|---|---|
";

/// Writes the chapter.
pub fn chapter(all: &Command) -> String {
    let steering = remote::Command::augment_subcommands(Command::new("steering"));
    let steering = steering.get_subcommands().map(Command::get_name);
    let mut text = String::from(INTRODUCTION);
    for name in OTHERS.into_iter().chain(steering) {
        if let Some(command) = all.find_subcommand(name) {
            rows(&mut text, all, command, "linecard", &[]);
        }
    }
    text
}

/// Writes a row for a command, or for each of its subcommands; `outer` are the options of the commands around
/// it.
fn rows(text: &mut String, all: &Command, command: &Command, before: &str, outer: &[&Arg]) {
    let mut words = format!("{before} {}", command.get_name());
    for arg in command.get_positionals() {
        let _ = write!(words, " {}", positional(arg));
    }
    let options: Vec<&Arg> = outer.iter().copied().chain(own_flags(all, command)).collect();
    if command.get_subcommands().next().is_none() || !command.is_subcommand_required_set() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let flags: Vec<String> = options.iter().map(|arg| format!("`{}`", flag(arg))).collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            cell(&words),
            cell(&about),
            cell(&flags.join(" "))
        );
    }
    for command in command.get_subcommands() {
        rows(text, all, command, &words, &options);
    }
}

/// Returns the flags of a command that are on no other page: not those that choose the server, nor options of a
/// server.
fn own_flags<'a>(all: &Command, command: &'a Command) -> impl Iterator<Item = &'a Arg> {
    let elsewhere: Vec<&str> = settings_file::settable_options(all)
        .into_iter()
        .map(|(_, variable)| variable)
        .collect();
    let flags = command
        .get_arguments()
        .filter(|arg| !arg.is_positional() && !arg.is_global_set());
    flags.filter(move |arg| {
        let variable = arg.get_env().and_then(|name| name.to_str());
        !variable.is_some_and(|variable| elsewhere.contains(&variable))
    })
}

/// Formats a positional argument as in a usage line.
fn positional(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let name = names
        .first()
        .map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string);
    let more = if arg.get_num_args().is_some_and(|number| number.max_values() > 1) {
        " …"
    } else {
        ""
    };
    match arg.is_required_set() {
        true => format!("{name}{more}"),
        false => format!("[{name}{more}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_row_with_what_stands_behind_it() {
        let text = chapter(&crate::cli::command());
        for row in [
            "| `linecard run COMMAND …` | Runs a command with a panel of its own beside it and ends with the command's exit code |  |",
            "| `linecard health` | Asks a server's control plane whether it is well | `--bare` |",
            "| `linecard clock freeze [AT]` | Stops the clock, now or at an instant such as 2026-01-01T00:00:00Z |  |",
            "| `linecard snapshot save NAME` | Takes a snapshot under a name | `--out FILE` |",
        ] {
            assert_eq!(text.matches(row).count(), 1, "{row}\n{text}");
        }
        // A command that only groups others has no row, and options of a server are on another page.
        assert!(
            !text.contains("| `linecard snapshot` |") && !text.contains("--journal-size"),
            "{text}"
        );
    }
}
