//! Secrets: in files of their own, as containers are given them (`LINECARD_API_KEY_FILE` names the file
//! that holds what `LINECARD_API_KEY` would say), and in no text that is printed about them.

use std::path::Path;
use std::{env, fs};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use super::given::{Value, check, variables};
use crate::panel::settings;
use crate::spelling::closest;

/// The variables whose values may be in a file.
const SECRETS: [&str; 4] = [
    "LINECARD_ACCESS_CODE",
    "LINECARD_API_KEY",
    "LINECARD_ADMIN_PASSWORD",
    "LINECARD_CONTROL_TOKEN",
];

/// Settings whose values are secrets, in `--set NAME=VALUE`.
const SETTINGS: [&str; 1] = ["api_pass"];

/// What stands in the place of a secret.
pub const HIDDEN: &str = "***";

/// The variables that name the files.
pub fn variables_of_files() -> impl Iterator<Item = String> {
    SECRETS.into_iter().map(twin)
}

fn twin(variable: &str) -> String {
    format!("{variable}_FILE")
}

/// The secrets in files that a command takes.
///
/// # Errors
/// One line: a secret that is said twice, or a file that cannot be used.
pub fn read(chosen: &Command) -> Result<Vec<Value>, String> {
    let secrets = variables(chosen).filter(|(_, variable)| SECRETS.contains(variable));
    secrets
        .filter_map(|(arg, variable)| secret(arg, variable).transpose())
        .collect()
}

fn secret(arg: &Arg, variable: &str) -> Result<Option<Value>, String> {
    let twin = twin(variable);
    let Some(path) = env::var_os(&twin) else {
        return Ok(None);
    };
    if env::var_os(variable).is_some() {
        return Err(format!("{variable} and {twin} are both set: keep one of them"));
    }
    let path = Path::new(&path);
    let text = fs::read_to_string(path).map_err(|error| format!("{twin}: cannot read {}: {error}", path.display()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(format!("{twin}: {} is empty", path.display()));
    }
    let value = Value {
        variable: variable.to_owned(),
        texts: vec![line.to_owned()],
        origin: format!("file {} of {twin}", path.display()),
    };
    check(arg, &value).map(|()| Some(value))
}

/// Takes the secret out of a refusal of the parser's, which repeats what it refuses. The options are those
/// of `all` and of its commands.
pub fn mask(error: &mut clap::Error, all: &Command) {
    let told = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    };
    let Some((option, value)) = told(ContextKind::InvalidArg).zip(told(ContextKind::InvalidValue)) else {
        return;
    };
    let masked = match is_secret(all, option) {
        // A value that was left out is told as such.
        true if !value.is_empty() => HIDDEN.to_owned(),
        _ => masked(value),
    };
    error.insert(ContextKind::InvalidValue, ContextValue::String(masked));
}

/// Whether an option, as the parser names it (`--api-key <KEY>`), is said to hold a secret.
fn is_secret(all: &Command, option: &str) -> bool {
    let flag = option.split([' ', '=', '[']).next().unwrap_or_default();
    let named = |arg: &Arg| arg.get_long().is_some_and(|long| flag.strip_prefix("--") == Some(long));
    let mut arguments = all.get_arguments();
    arguments.any(|arg| arg.is_hide_env_values_set() && named(arg))
        || all.get_subcommands().any(|command| is_secret(command, option))
}

/// `NAME=VALUE` without its value where the name is, or was meant to be, a secret setting's.
pub fn masked(pair: &str) -> String {
    let meant = |name: &str| {
        let known: Vec<&str> = settings::SETTINGS.iter().map(|setting| setting.name).collect();
        closest(name, &known)
    };
    match pair.split_once('=') {
        Some((name, _)) if meant(name).is_some_and(|name| SETTINGS.contains(&name)) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    }
}
