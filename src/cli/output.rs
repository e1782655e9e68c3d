//! The output of commands: results to standard output, messages to standard error, and the exit code of a
//! failure.

use std::fmt::Display;
use std::io::Write;
use std::num::ParseIntError;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::log;

/// Reports why the command did nothing. Exit code 2.
pub fn refuse(reason: impl Display) -> ExitCode {
    report(reason);
    ExitCode::from(2)
}

/// Reports a failure. Exit code 1.
pub fn fail(reason: impl Display) -> ExitCode {
    report(reason);
    ExitCode::FAILURE
}

/// Writes a message of one or more lines to standard error, each after the program's name. With `--log-format
/// json` the message is one event of the log.
pub fn report(line: impl Display) {
    if log::is_json() {
        return tracing::error!("{line}");
    }
    for line in line.to_string().lines() {
        write_error(&format!("linecard: {line}"));
    }
}

/// Writes a line to standard error.
pub fn write_error(line: &str) {
    // If standard error is closed, the line is lost.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes to standard output. It is not an error if the reader has ended, as `head` does.
pub fn print(text: &(impl AsRef<[u8]> + ?Sized)) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_ref()).and_then(|()| out.flush());
}

/// Formats an error of the command line's parser in one line, with its suggestion.
pub fn usage_line(error: &clap::Error) -> String {
    let text = error.to_string();
    if let Some(line) = missing_line(error, &text) {
        return line;
    }
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with(USAGE) && !line.starts_with("For more information"));
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty())
        .map(|line| line.trim_start_matches("error: "))
        .collect();
    let hint = number_hint(error);
    format!("{}{hint} (linecard --help lists the options)", lines.join("; "))
}

/// What precedes a command's usage in an error.
const USAGE: &str = "Usage:";

/// Formats the error about arguments that are missing: which, and how the command is written.
fn missing_line(error: &clap::Error, text: &str) -> Option<String> {
    let (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(missing))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    else {
        return None;
    };
    let usage = text.lines().find_map(|line| line.trim().strip_prefix(USAGE))?.trim();
    let command: Vec<&str> = usage
        .split_whitespace()
        .take_while(|word| !word.starts_with(['[', '<', '-']))
        .collect();
    let (missing, command) = (missing.join(" and "), command.join(" "));
    Some(format!(
        "{missing} is missing: write {usage} ({command} --help explains it)"
    ))
}

/// Returns what to write where a number is read and something else is there; the parser of Rust's library only says
/// what it stumbled over.
fn number_hint(error: &clap::Error) -> &'static str {
    let source = std::error::Error::source(error);
    match source.and_then(|source| source.downcast_ref::<ParseIntError>()) {
        Some(_) => "; write a whole number, such as 2",
        None => "",
    }
}
