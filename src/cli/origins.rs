//! `linecard config`: each option of `linecard serve` with its value and where that came from.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::file_defaults::FileDefaults;
use super::secrets::{HIDDEN, masked};

/// Writes one line for each option: flag, value and origin, in columns.
pub fn table(command: &Command, matches: &ArgMatches, defaults: &FileDefaults) -> String {
    let rows: Vec<[String; 3]> = command
        .get_arguments()
        .filter(|arg| arg.get_env().is_some())
        .map(|arg| row(arg, matches, defaults))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let (flags, values) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    let line = |[flag, value, origin]: &[String; 3]| format!("{flag:flags$}  {value:values$}  {origin}\n");
    rows.iter().map(line).collect()
}

fn row(arg: &Arg, matches: &ArgMatches, defaults: &FileDefaults) -> [String; 3] {
    let id = arg.get_id().as_str();
    let raw = matches
        .get_raw(id)
        .map(|values| values.map(|value| value.to_string_lossy().into_owned()));
    let value = match raw {
        None => "none".into(),
        Some(_) if arg.is_hide_env_values_set() => HIDDEN.into(),
        Some(values) => values.map(|value| masked(&value)).collect::<Vec<_>>().join(","),
    };
    let variable = arg
        .get_env()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let origin = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => "flag".into(),
        Some(ValueSource::EnvVariable) => format!("environment {variable}"),
        _ => defaults.origin(&variable).unwrap_or("default").to_owned(),
    };
    [format!("--{}", arg.get_long().unwrap_or(id)), value, origin]
}
