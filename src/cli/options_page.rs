//! The page about the options of the server, generated from the table of the command line.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command};

use super::secret_files::file_variables;
use super::settings_file;

/// Writes the page.
pub fn page(all: &Command) -> String {
    let mut text = String::from(
        "# Options\n\n\
         Generated from the table of the command line by `linecard docs`; do not edit.\n\n\
         Each option of `linecard serve`, `test` and `run` can be set in three ways; the first of them that is used counts:\n\n\
         1. as a flag: `--journal-size 500`, `--strict`\n\
         2. as a variable: `LINECARD_JOURNAL_SIZE=500`, `LINECARD_STRICT=true`\n\
         3. as a line of `linecard.toml` in the working folder, or of the file that `--config` names: `journal-size = 500`,\n   \
         `strict = true`, `profile = [\"xui\", \"v2_modern\"]`\n\
         An option that is not set has its default; `test` and `run` have some defaults of their own.\n\n\
         `linecard config` prints each option with its value and where it was set. A misspelt option, variable or file key\n\
         stops the server from starting. Paths are relative to the working folder. A secret can be in a file of its own,\n\
         whose final line break is ignored: ",
    );
    let files: Vec<String> = file_variables().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(text, "{}.\n", files.join(", "));
    text += "| flag | variable | default | what |\n|---|---|---|---|\n";
    for (arg, variable) in settings_file::settable_options(all) {
        let _ = writeln!(
            text,
            "| `{}` | `{variable}` | {} | {} |",
            cell(&flag(arg)),
            cell(&defaults(all, arg)),
            cell(&arg.get_help().map(ToString::to_string).unwrap_or_default())
        );
    }
    text
}

/// Formats a flag with its value.
pub fn flag(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let value: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let (long, value) = (arg.get_long().unwrap_or_default(), value.join(" "));
    match arg.get_action() {
        ArgAction::SetTrue => format!("--{long}"),
        _ if arg.is_require_equals_set() => format!("--{long}[={value}]"),
        _ => format!("--{long} {value}"),
    }
}

/// Formats the default, and that of the commands for tests if it differs.
fn defaults(all: &Command, arg: &Arg) -> String {
    let default_in = |command: &str| {
        let mut arguments = all.find_subcommand(command)?.get_arguments();
        default(arguments.find(|other| other.get_id() == arg.get_id())?)
    };
    match (default_in("serve"), default_in("run")) {
        (serve, Some(run)) if serve.as_ref() != Some(&run) && default_in("test").is_some() => {
            format!(
                "{}; for tests `{run}`",
                serve.map_or("none".into(), |serve| format!("`{serve}`"))
            )
        }
        (serve, run) => serve.or(run).map_or_else(String::new, |value| format!("`{value}`")),
    }
}

fn default(arg: &Arg) -> Option<String> {
    let values: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    match arg.get_action() {
        ArgAction::SetTrue => Some("false".into()),
        _ => (!values.is_empty()).then(|| values.join(",")),
    }
}

/// Escapes a text for a cell of a Markdown table.
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
